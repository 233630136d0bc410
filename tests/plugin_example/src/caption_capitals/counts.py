"""How often each rule found something: one line a rule, code and number with a tab between."""

from __future__ import annotations

from collections import Counter

from auditor.model import Audit
from auditor.reports import Report

REPORT = Report("counts", "caption_capitals.counts", "counts.tsv", "findings per rule")


def render(audit: Audit) -> bytes:
    """The lines in code order, as UTF-8."""
    found = Counter(finding.rule for file in audit.files for finding in file.findings)
    return "".join(f"{code}\t{number}\n" for code, number in sorted(found.items())).encode()
