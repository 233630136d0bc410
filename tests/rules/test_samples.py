from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from auditor.config import load_named_profile
from auditor.engine import Ruleset, audit_source
from auditor.model import FileAudit, Finding, Severity, Source
from auditor.rules import RULES

SAMPLES = Path(__file__).parents[1] / "samples"
CODES = {rule.code for rule in RULES}


class Planted(NamedTuple):
    """A fault planted on purpose: the file, the line, the rule that must find it, and what it is."""

    file: str
    line: int
    rule: str
    what: str


def manifest() -> list[Planted]:
    with (SAMPLES / "MANIFEST.tsv").open(encoding="utf-8", newline="") as rows:
        return [Planted(file, int(line), rule, what) for file, line, rule, what in csv.reader(rows, delimiter="\t")]


PLANTED = manifest()
FILES = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.glob("*/*.*"))
CLEAN = sorted(set(FILES) - {fault.file for fault in PLANTED})


@cache
def audited(file: str) -> FileAudit:
    rules = Ruleset(RULES, load_named_profile("default"))
    return audit_source(Source(file, (SAMPLES / file).read_bytes()), rules, keep_document=True)


def at(finding: Finding, line: int, file: FileAudit) -> bool:
    """Whether a finding points at a line, or at a cue whose times stand on it."""
    if finding.span.line <= line <= finding.span.end_line:
        return True
    assert file.document is not None
    return finding.cue is not None and file.document.cues[finding.cue - 1].line == line


def test_every_sample_is_clean_or_in_the_manifest() -> None:
    assert {fault.file for fault in PLANTED} <= set(FILES)
    assert len(CLEAN) == 4


@pytest.mark.parametrize("fault", PLANTED, ids=lambda fault: f"{fault.file}:{fault.line}:{fault.rule}")
def test_a_planted_fault_is_found(fault: Planted) -> None:
    if fault.rule not in CODES:
        pytest.skip(f"{fault.rule} is not in the rule table yet")
    file = audited(fault.file)
    found = [finding for finding in file.findings if finding.rule == fault.rule]
    assert any(at(finding, fault.line, file) for finding in found), (
        f"{fault.what}; {fault.rule} points at lines {[finding.span.line for finding in found]}"
    )


@pytest.mark.parametrize("file", CLEAN)
def test_a_clean_sample_has_no_error_and_no_warning(file: str) -> None:
    heard = [finding for finding in audited(file).findings if finding.severity is not Severity.INFO]
    assert not heard, "\n".join(f"{f.span.line}: {f.rule} {f.message} {f.text!r}" for f in heard)
