from __future__ import annotations

import re

from msgspec.structs import replace

from auditor.model import Audit, Severity, Span
from auditor.reports import github
from tests.reports import audit_examples as examples
from tests.reports.many_findings import many

COMMAND = re.compile(r"::(?P<name>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")


def lines_of(audit: Audit) -> list[str]:
    return github.render(audit).decode().rstrip("\n").split("\n")


def parts(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner takes it apart: properties end at the first ``::``, and are separated by commas."""
    match = COMMAND.fullmatch(line)
    assert match is not None, line
    pairs = dict(pair.split("=", 1) for pair in match["properties"].split(","))
    return match["name"], pairs, match["message"]


def test_errors_and_warnings_are_annotations_at_their_place() -> None:
    found = [parts(line) for line in lines_of(examples.lectures())]
    assert [name for name, _, _ in found] == ["error", "error", "warning", "warning", "notice"]
    loop = next(one for one in found if one[1].get("file") == "course/ko/01.vtt")
    assert loop == (
        "error",
        {
            "file": "course/ko/01.vtt",
            "line": "7",
            "endLine": "7",
            "col": "7",
            "endColumn": "36",
            "title": "REP301 looped-phrase",
        },
        "cue 2: said again and again: “Put it up Put it up Put it up”",
    )


def test_the_notice_says_how_many_more_there_are_and_where() -> None:
    (notice,) = [parts(line) for line in lines_of(examples.lectures()) if line.startswith("::notice")]
    assert notice[2] == "1 more finding (1 info): course/ko/01.vtt (1)"


def test_a_clean_run_annotates_nothing() -> None:
    assert github.render(examples.audit(examples.file_audit("a.vtt", None))) == b""


def test_ten_of_a_kind_are_written_the_costliest_first_and_one_notice_for_the_others() -> None:
    found = [parts(line) for line in lines_of(many(30_000))]
    assert [name for name, _, _ in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert {pairs["file"] for name, pairs, _ in found if name != "notice"} == {"course/00.vtt"}
    message = found[-1][2]
    assert message.startswith(
        "29,980 more findings (9,990 errors, 9,990 warnings, 10,000 infos): course/01.vtt (600), "
    )
    assert message.endswith(" and 40 more files")


def test_transcripts_and_names_cannot_issue_commands_or_add_properties() -> None:
    text = "100%\r\n::error file=x::owned\n##[error]owned"
    cue = examples.cue(1, text)
    found = replace(examples.finding(cue, text), message=text, name="a,b:c\n::stop")
    lines = lines_of(examples.audit(examples.file_audit("a,line=9:b%.vtt", None, (found,))))
    assert len(lines) == 1
    name, pairs, message = parts(lines[0])
    assert name == "error"
    assert pairs["file"] == "a%2Cline=9%3Ab%25.vtt"
    assert pairs["line"] == "4"
    assert pairs["title"] == "REP301 a%2Cb%3Ac %3A%3Astop"
    assert message.startswith("cue 1: 100%25 ::error file=x::owned ##[error]owned")


def test_columns_are_left_out_of_annotations_of_several_lines() -> None:
    found = examples.finding(None, span=Span(2, 5, 3, 4))
    _, pairs, _ = parts(lines_of(examples.audit(examples.file_audit("a.vtt", None, (found,))))[0])
    assert (pairs["line"], pairs["endLine"]) == ("2", "3")
    assert not {"col", "endColumn"} & set(pairs)


def test_standard_input_is_not_taken_for_a_file() -> None:
    found = examples.finding(None)
    _, pairs, _ = parts(lines_of(examples.audit(examples.file_audit("<stdin>", None, (found,))))[0])
    assert pairs == {"title": "REP301 looped-phrase"}


def test_infos_alone_are_one_notice() -> None:
    found = examples.finding(None, severity=Severity.INFO)
    lines = lines_of(examples.audit(examples.file_audit("a.vtt", None, (found, found))))
    assert lines == ["::notice title=transcript-auditor::2 more findings (2 infos): a.vtt (2)"]


def test_hostile_audits_are_one_command_a_line() -> None:
    for line in lines_of(examples.hostile()):
        parts(line)
