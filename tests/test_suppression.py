"""Suppressions: what a directive covers, and what is said about directives that do nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.config import Config, ruleset
from auditor.engine import audit_document
from auditor.model import Document, Finding, Severity, Source
from auditor.parse import parse
from auditor.suppression import CODE, Suppressed, apply
from tests.transcripts import LOOP, sentences, stamp, subrip

SELECTED = ruleset(Config())
CODES = sorted({*(rule.code for rule in SELECTED.rules), CODE})


def webvtt(*blocks: str) -> Document:
    """A WebVTT file: blocks that start with NOTE as they are, every other one as a cue of four seconds."""
    parts = ["WEBVTT"]
    for at, block in enumerate(blocks):
        timing = f"{stamp(at * 4000)} --> {stamp(at * 4000 + 4000)}\n"
        parts.append(block if block.startswith("NOTE") else timing + block)
    return parse(Source("lecture.en.vtt", "\n\n".join(parts).encode()))


def suppress(document: Document, sidecar: str | None = None) -> Suppressed:
    # The engine applies suppressions itself; here they are looked at apart.
    audit = audit_document(replace(document, comments=()), SELECTED)
    unverified = {entry.rule for entry in audit.not_verified}
    ran = {rule.code for rule in SELECTED.rules} - unverified
    return apply(document, audit.findings, sidecar, codes=CODES, ran=ran, unverified=unverified)


def loops(findings: tuple[Finding, ...]) -> list[int | None]:
    return [finding.cue for finding in findings if finding.rule == "REP301"]


FIRST, SECOND, THIRD = sentences(3)


def test_ignore_covers_the_next_cue_and_no_other() -> None:
    done = suppress(webvtt(LOOP, "NOTE auditor: ignore REP301 -- he sings", LOOP, LOOP + " again"))
    assert loops(done.kept) == [1, 3]
    assert [(e.finding.rule, e.finding.cue, e.reason) for e in done.suppressed] == [("REP301", 2, "he sings")]
    assert done.complaints == ()


@pytest.mark.parametrize("codes", ["REP301", "rep", "TIM101, REP301", "ALL", "REP301,TIM"])
def test_codes_prefixes_lists_and_all_are_understood(codes: str) -> None:
    done = suppress(webvtt(f"NOTE auditor: ignore {codes}", LOOP, FIRST))
    assert loops(done.kept) == []
    assert loops(tuple(e.finding for e in done.suppressed)) == [1]


def test_disable_holds_until_enable() -> None:
    done = suppress(
        webvtt(LOOP, "NOTE auditor: disable REP -- a song", LOOP, FIRST, LOOP, "NOTE auditor: enable REP", LOOP)
    )
    assert loops(done.kept) == [1, 5]
    assert [e.finding.cue for e in done.suppressed if e.finding.rule == "REP301"] == [2, 4]
    assert done.complaints == ()


def test_disable_without_enable_holds_to_the_end_and_enable_may_take_back_one_rule() -> None:
    assert loops(suppress(webvtt("NOTE auditor: disable ALL", LOOP, FIRST, LOOP)).kept) == []
    part = suppress(webvtt("NOTE auditor: disable REP", LOOP, "NOTE auditor: enable REP301", FIRST, LOOP))
    assert loops(part.kept) == [3]


def test_ignore_file_covers_faults_of_the_file_as_a_whole() -> None:
    text = subrip(sentences(3)).encode()
    document = parse(Source("lecture.en.vtt", text))
    assert "FMT006" in {finding.rule for finding in suppress(document).kept}
    done = suppress(document, "file: ignore FMT006 -- the player wants this name")
    assert "FMT006" not in {finding.rule for finding in done.kept}
    assert done.suppressed[0].reason == "the player wants this name"
    assert done.complaints == ()


def test_ignore_covers_a_broken_cue_before_the_next_one() -> None:
    broken = "NOTE auditor: ignore FMT003 -- shown by hand"
    document = parse(
        Source(
            "lecture.en.vtt",
            f"WEBVTT\n\n{broken}\n\n00:01.000 --> 00:0x.000\nlost\n\n00:05.000 --> 00:08.000\n{FIRST}\n".encode(),
        )
    )
    plain = replace(document, comments=())
    assert [finding.rule for finding in audit_document(plain, SELECTED).findings] == ["FMT003"]
    assert suppress(document).kept == ()


def test_several_directives_in_one_comment_beside_remarks() -> None:
    note = "NOTE\nchecked by the lecturer\nauditor: ignore REP301 -- sung\nauditor: ignore-file TIM -- live"
    assert loops(suppress(webvtt(note, LOOP, FIRST)).kept) == []


def test_a_file_beside_the_transcript_suppresses_single_cues_and_ranges() -> None:
    document = parse(Source("lecture.en.srt", subrip([LOOP, FIRST, LOOP, SECOND, LOOP, THIRD, LOOP]).encode()))
    sidecar = "\ufeff# sung parts\r\n1: ignore REP301 -- refrain\r\n\r\n3-5: ignore REP\r\n"
    done = suppress(document, sidecar)
    assert loops(done.kept) == [7]
    assert [e.reason for e in done.suppressed if e.finding.cue == 1] == ["refrain"]
    assert done.complaints == ()


def test_cues_that_share_a_line_are_told_apart() -> None:
    document = webvtt(LOOP, LOOP, LOOP)
    one_line = replace(document, cues=tuple(replace(cue, line=1) for cue in document.cues))
    assert loops(suppress(one_line, "2: ignore REP301").kept) == [1, 3]


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("ignore REP301", "nothing of REP301 is found here"),
        ("ignore REP301, TIM101", "nothing of REP301 is found here"),
        ("disable REP", "nothing of REP is found here"),
        ("ignore-file ALL", "nothing of ALL is found here"),
        ("enable REP", "nothing of REP is disabled here"),
    ],
)
def test_useless_directives_are_named(note: str, said: str) -> None:
    complaints = suppress(webvtt(FIRST, f"NOTE auditor: {note}", SECOND, THIRD)).complaints
    assert said in complaints[0].message
    assert complaints[0].severity is None
    assert complaints[0].span.line == 6
    assert complaints[0].text == f"auditor: {note}"


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("ignroe REP301", "did you mean 'ignore'?"),
        ("ignore REP3O1", "did you mean 'REP301'?"),
        ("ignore XYZ", "'XYZ' names no rule"),
        ("ignore -- because", "no rule is named"),
        ("ignore", "no rule is named"),
        ("ignore REP301 he sings", "' -- ' before a reason"),
    ],
)
def test_directives_that_cannot_be_understood_are_warned_of_and_suppress_nothing(note: str, said: str) -> None:
    done = suppress(webvtt(FIRST, f"NOTE auditor: {note}", LOOP, SECOND))
    assert loops(done.kept) == [2]
    assert [(c.severity, said in c.message) for c in done.complaints] == [(Severity.WARNING, True)]


def test_ignore_without_a_cue_behind_it_is_warned_of() -> None:
    (complaint,) = suppress(webvtt(LOOP, "NOTE auditor: ignore REP301")).complaints
    assert "no cue follows" in complaint.message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("REP301", "expected 'CUE: ignore CODES'"),
        ("0: ignore REP", "there are no cues 0-0; the transcript has 3"),
        ("2-9: ignore REP", "there are no cues 2-9"),
        ("3-2: ignore REP", "there are no cues 3-2"),
        ("2: disable REP", "'disable' is no directive"),
        ("2: ignore REP301", "nothing of REP301 is found here"),
    ],
)
def test_complaints_about_the_file_beside_name_its_line(line: str, said: str) -> None:
    document = parse(Source("lecture.en.srt", subrip(sentences(3)).encode()))
    (complaint,) = suppress(document, f"# remarks\n{line}").complaints
    assert complaint.message.startswith("line 2 of the .auditor file: ")
    assert said in complaint.message


def test_a_rule_that_did_not_run_makes_no_suppression_useless() -> None:
    document = webvtt(FIRST, "NOTE auditor: ignore REP301", SECOND)
    assert apply(document, (), codes=CODES, ran={"TIM101"}).complaints == ()
    assert apply(document, (), codes=CODES, ran=set(CODES) - {"REP301"}, unverified={"REP301"}).complaints == ()
    every = webvtt(FIRST, "NOTE auditor: ignore ALL", SECOND)
    assert len(apply(every, (), codes=CODES, ran=set(CODES) - {"REP301"}, unverified={"REP301"}).complaints) == 1


def test_complaints_are_silenced_only_by_their_own_code() -> None:
    useless = "NOTE auditor: ignore REP301"
    assert suppress(webvtt(f"NOTE auditor: ignore-file {CODE}", useless, FIRST)).complaints == ()
    assert len(suppress(webvtt("NOTE auditor: ignore-file ALL", useless, FIRST)).complaints) == 2


def test_ordinary_comments_are_no_directives() -> None:
    done = suppress(webvtt("NOTE the auditor: Kim", "NOTE ignore REP301", LOOP, FIRST))
    assert loops(done.kept) == [1]
    assert done.complaints == ()


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_read_and_no_finding_is_lost(comment: str, sidecar: str) -> None:
    document = webvtt(f"NOTE auditor: {comment}", LOOP, FIRST)
    findings = audit_document(document, SELECTED).findings
    done = apply(document, findings, sidecar, codes=CODES, ran=CODES)
    assert sorted([*done.kept, *(e.finding for e in done.suppressed)], key=findings.index) == list(findings)
