"""Adding up files without holding them: the totals of a run, and its worst files in detail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from heapq import heappush, heappushpop

from msgspec import Struct, field

from auditor.model import Audit, Category, FileAudit, NotVerified, RuleTotal, Severity, Tally, Totals
from auditor.score import add, scores

_BINS = 101
_AT = {severity: at for at, severity in enumerate(Severity)}

MOST_WARNINGS = 100
"""Warnings about witnesses kept of a run that is only added up; the others are counted."""


def badness(file: FileAudit) -> tuple[float, int, str]:
    """What files are ranked by, the worst first: lowest overall score, then most errors, then by path."""
    return file.scores.overall, -file.tally.findings[0], file.path


def worst_first(files: Iterable[FileAudit]) -> list[FileAudit]:
    """The files in the order a reviewer wants, as :func:`badness` ranks them."""
    return sorted(files, key=badness)


class _RuleSum(Struct):
    name: str
    category: Category
    findings: list[int] = field(default_factory=lambda: [0, 0, 0])
    files: int = 0


class Summing:
    """Totals in the making. Files and totals of other parts of the run can be added in any order."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._histogram = [0] * _BINS
        self._rules: dict[str, _RuleSum] = {}
        self._languages: dict[str | None, Tally] = {}
        self._not_verified: Counter[NotVerified] = Counter()
        self._accepted = 0

    def add(self, file: FileAudit) -> None:
        """Add a file."""
        self._tally = add((self._tally, file.tally))
        self._histogram[int(file.scores.overall)] += 1
        self._add_language(file.language.tag, file.tally)
        for finding in file.findings:
            total = self._rules.setdefault(finding.rule, _RuleSum(finding.name, finding.category))
            total.findings[_AT[finding.severity]] += 1
        for code in {finding.rule for finding in file.findings}:
            self._rules[code].files += 1
        self._not_verified.update(file.not_verified)
        self._accepted += len(file.accepted)

    def add_totals(self, other: Totals) -> None:
        """Add the totals of another part of the run."""
        self._tally = add((self._tally, other.tally))
        for score, files in enumerate(other.histogram):
            self._histogram[score] += files
        for rule in other.rules:
            total = self._rules.setdefault(rule.code, _RuleSum(rule.name, rule.category))
            for at, number in enumerate(rule.findings):
                total.findings[at] += number
            total.files += rule.files
        for tag, tally in other.languages:
            self._add_language(tag, tally)
        self._not_verified.update(dict(other.not_verified))
        self._accepted += other.accepted

    def _add_language(self, tag: str | None, tally: Tally) -> None:
        self._languages[tag] = add((self._languages.get(tag, Tally()), tally))

    def totals(self) -> Totals:
        """The totals of what has been added."""
        return Totals(
            self._tally,
            tuple(self._histogram),
            tuple(
                RuleTotal(code, total.name, total.category, (*total.findings,), total.files)  # type: ignore[arg-type]
                for code, total in sorted(self._rules.items())
            ),
            tuple(sorted(self._languages.items(), key=lambda entry: entry[0] or "")),
            tuple(sorted(self._not_verified.items(), key=lambda entry: (entry[0].rule, entry[0].reason))),
            self._accepted,
        )


def totals_of(audit: Audit) -> Totals:
    """The totals of a run, added up now where its files are all there."""
    return audit.totals or total(audit.files)


def total(files: Iterable[FileAudit]) -> Totals:
    """The totals of files."""
    summing = Summing()
    for file in files:
        summing.add(file)
    return summing.totals()


class Collector:
    """An audit in the making that holds its worst files only, or all of them.

    ``detailed`` is how many of the worst files are kept whole; ``None`` keeps all.
    """

    def __init__(self, detailed: int | None) -> None:
        self._detailed = detailed
        self._summing = Summing()
        self._number = 0
        # A heap whose first entry is the best of the worst: the one that makes room.
        self._worst: list[tuple[tuple[float, int], int, FileAudit]] = []
        self._warnings: list[str] = []

    def add(self, file: FileAudit) -> None:
        """Add a file."""
        self._summing.add(file)
        self._warnings.extend(file.warnings)
        del self._warnings[MOST_WARNINGS + 1 :]
        overall, errors, _ = badness(file)
        entry = ((-overall, -errors), -self._number, file)
        self._number += 1
        if self._detailed is None or len(self._worst) < self._detailed:
            heappush(self._worst, entry)
        else:
            heappushpop(self._worst, entry)

    def audit(self, profile: str) -> Audit:
        """The audit of what has been added, its files in the order in which they came."""
        from auditor import __version__

        totals = self._summing.totals()
        files = tuple(file for _, _, file in sorted(self._worst, key=lambda entry: -entry[1]))
        if len(files) == self._number:
            return Audit(profile, files, totals.tally, scores(totals.tally), __version__)
        kept = tuple(self._warnings[:MOST_WARNINGS])
        if len(self._warnings) > MOST_WARNINGS:
            kept += ("and more warnings about witnesses; audit fewer files, or write a report of kind jsonl",)
        return Audit(profile, files, totals.tally, scores(totals.tally), __version__, kept, totals)
