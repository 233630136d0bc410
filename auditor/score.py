"""From findings to scores: additive tallies, and one division at the end.

Every finding damages its cue by at most the whole cue; a category's damage is
the sum over cues, in thousandths of a cue. The score of a category is::

    100 * (1 - damage / exposure) ** SHARPNESS[category]

with the number of cues as exposure. ``fidelity`` falls steeply because one cue in
ten that says something else makes a transcript unusable as it is: at 10 % the
score is below 80, at 2 % still 95. ``overall`` is a weighted mean that never
exceeds ``fidelity``: no timing makes up for a text that was not said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from auditor.model import Category, Finding, Scores, Severity, Tally

CATEGORIES = tuple(Category)

MEANING: tuple[tuple[float, str], ...] = (
    (90.0, "publish"),
    (70.0, "fix what is flagged"),
    (0.0, "re-transcribe"),
)
"""What a score asks of its reader: the lower bound of each band, best first."""

SHARPNESS: dict[Category, float] = {
    Category.FIDELITY: 2.5,
    Category.TIMING: 1.5,
    Category.READABILITY: 1.0,
    Category.FORMAT: 1.5,
}
"""Exponents of the score; the calibration against damaged transcripts is in tests/test_score.py."""

WEIGHTS: dict[Category, float] = {
    Category.FIDELITY: 0.5,
    Category.TIMING: 0.2,
    Category.READABILITY: 0.2,
    Category.FORMAT: 0.1,
}

# A cue with an error is spoiled, one with a warning needs a look, an info hardly counts.
_SEVERITY_DAMAGE = {Severity.ERROR: 1000, Severity.WARNING: 400, Severity.INFO: 50}

# A loop that fills a fifth of a cue still makes a viewer stop: no error spoils less than half its cue.
_LEAST_EXTENT = 0.5


def damage_of(severity: Severity, extent: float) -> int:
    """Thousandths of a cue that a finding spoils: by severity, and by the share of the cue it covers."""
    return round(_SEVERITY_DAMAGE[severity] * max(_LEAST_EXTENT, min(1.0, extent)))


def _per_cue(findings: Iterable[Finding]) -> dict[tuple[Category, int | None], list[Finding]]:
    cues: dict[tuple[Category, int | None], list[Finding]] = defaultdict(list)
    for finding in findings:
        cues[finding.category, finding.cue].append(finding)
    return cues


def tally_file(findings: Sequence[Finding], cues: int, duration_ms: int, readable: bool) -> Tally:
    """Count one file. An unreadable file is one cue, wholly spoiled in every category."""
    severities = [finding.severity for finding in findings]
    counts = (
        severities.count(Severity.ERROR),
        severities.count(Severity.WARNING),
        severities.count(Severity.INFO),
    )
    if not readable:
        exposure = max(1, cues)
        return Tally(1, cues, duration_ms, exposure, (exposure * 1000,) * 4, counts)
    damage = dict.fromkeys(CATEGORIES, 0)
    for (category, cue), group in _per_cue(findings).items():
        total = sum(damage_of(finding.severity, finding.extent) for finding in group)
        # Faults of the file as a whole are each one cue's worth; within a cue no more than the cue is lost.
        damage[category] += total if cue is None else min(1000, total)
    exposure = cues
    capped = [min(exposure * 1000, damage[category]) for category in CATEGORIES]
    return Tally(1, cues, duration_ms, exposure, (capped[0], capped[1], capped[2], capped[3]), counts)


def add(tallies: Iterable[Tally]) -> Tally:
    """The sum of tallies; in any order and grouping the same."""
    files = cues = duration = exposure = 0
    damage = [0, 0, 0, 0]
    found = [0, 0, 0]
    for tally in tallies:
        files += tally.files
        cues += tally.cues
        duration += tally.duration_ms
        exposure += tally.exposure
        for at in range(4):
            damage[at] += tally.damage[at]
        for at in range(3):
            found[at] += tally.findings[at]
    return Tally(
        files,
        cues,
        duration,
        exposure,
        (damage[0], damage[1], damage[2], damage[3]),
        (found[0], found[1], found[2]),
    )


def _category_score(tally: Tally, category: Category) -> float:
    if tally.exposure == 0:
        return 100.0
    lost = tally.damage[CATEGORIES.index(category)] / (1000 * tally.exposure)
    return 100.0 * float(max(0.0, 1.0 - lost) ** SHARPNESS[category])


def scores(tally: Tally) -> Scores:
    """The scores of a tally, one decimal each. A tally of nothing scores 100: nothing was found wrong."""
    exact = {category: _category_score(tally, category) for category in CATEGORIES}
    mean = sum(WEIGHTS[category] * exact[category] for category in CATEGORIES)
    fidelity = round(exact[Category.FIDELITY], 1)
    return Scores(
        overall=min(fidelity, round(mean, 1)),
        fidelity=fidelity,
        timing=round(exact[Category.TIMING], 1),
        readability=round(exact[Category.READABILITY], 1),
        format=round(exact[Category.FORMAT], 1),
    )


def meaning(score: float) -> str:
    """What to do with a transcript of this score."""
    return next(text for bound, text in MEANING if score >= bound)


def with_costs(findings: Sequence[Finding], tally: Tally) -> tuple[Finding, ...]:
    """The findings with the points each takes from its category's score; they sum to the points lost."""
    charge = {}
    for (_, cue), group in _per_cue(findings).items():
        total = sum(damage_of(finding.severity, finding.extent) for finding in group)
        factor = 1.0 if cue is None or total <= 1000 else 1000 / total
        for finding in group:
            charge[id(finding)] = damage_of(finding.severity, finding.extent) * factor
    sums = dict.fromkeys(CATEGORIES, 0.0)
    for finding in findings:
        sums[finding.category] += charge[id(finding)]
    lost = {category: 100.0 - _category_score(tally, category) for category in CATEGORIES}
    return tuple(
        replace(finding, cost=round(lost[finding.category] * charge[id(finding)] / sums[finding.category], 3))
        for finding in findings
    )
