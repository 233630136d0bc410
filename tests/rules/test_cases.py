from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from auditor.model import Cue, Finding
from auditor.parse.encodings import decode
from auditor.rule import AnyRule
from auditor.rules import RULES
from tests.rules.case_files import BY_STEM, CASES, FOLDER, read_case, rule_of

TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


def case_id(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", CASES, ids=case_id)
def test_a_rule_flags_what_the_case_expects_and_nothing_else(path: Path) -> None:
    report = read_case(path).report
    assert not report, report


def test_every_case_file_belongs_to_a_rule() -> None:
    assert {path.name.split(".", 1)[0] for path in CASES} <= set(BY_STEM)


def test_every_expect_file_stands_beside_a_case() -> None:
    names = {path.name for path in CASES}
    assert {path.name.removesuffix(".expect") for path in FOLDER.glob("*.expect")} <= names


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_a_bad_and_a_good_case(rule: AnyRule) -> None:
    cases = [read_case(path) for path in CASES if rule_of(path) is rule]
    assert any(case.expected for case in cases), "no case expects a finding"
    spared = ({cue.index for cue in case.document.cues} - {f.cue for f in case.audit.findings} for case in cases)
    assert any(spared), "no case has a cue that must not be flagged"


def lines_of(path: Path) -> list[str]:
    text = decode(path.read_bytes()).text or ""
    return text.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def quoted(lines: Sequence[str], finding: Finding) -> str:
    """What stands in the file where a finding points, tags and entities aside."""
    span = finding.span
    stretch = list(lines[span.line - 1 : span.end_line])
    stretch[-1] = stretch[-1][: span.end_column - 1]
    stretch[0] = stretch[0][span.column - 1 :]
    return html.unescape(TAG.sub("", "\n".join(stretch)))


def points_into_text(finding: Finding, cues: Sequence[Cue]) -> bool:
    if finding.cue is None:
        return False
    cue = cues[finding.cue - 1]
    return finding.span.line >= cue.text_line and finding.text in cue.text


@pytest.mark.parametrize("path", CASES, ids=case_id)
def test_a_span_in_a_cue_quotes_the_text_of_its_finding(path: Path) -> None:
    case = read_case(path)
    lines = lines_of(path)
    for finding in case.audit.findings:
        assert finding.span.end_line <= len(lines)
        if points_into_text(finding, case.document.cues):
            # Blank lines inside a SubRip cue are in the file, not on screen.
            assert quoted(lines, finding).split() == finding.text.split()
