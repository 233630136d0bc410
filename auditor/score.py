"""From findings to scores: additive tallies, and one division at the end.

A finding damages the share of its cue that it covers. For ``fidelity`` a cue counts
by how much of the speech it holds (:func:`weighed`), so that damage grows with the
words that are wrong, as a word error rate does: a loop of sixty words is worse than
one of six. A category's damage is the sum over cues, in thousandths of an average
cue. The score of a category is::

    100 * (1 - damage / exposure) ** SHARPNESS[category]

with the number of cues as exposure. ``fidelity`` falls steeply because one cue in
ten that says something else makes a transcript unusable as it is: at 10 % the
score is 75, at 2 % still 95. ``overall`` is a weighted mean that never
exceeds ``fidelity``: no timing makes up for a text that was not said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from auditor.model import Category, Cue, Finding, Scores, Severity, Tally

CATEGORIES = tuple(Category)

MEANING: tuple[tuple[float, str], ...] = (
    (90.0, "publish"),
    (70.0, "fix what is flagged"),
    (0.0, "re-transcribe"),
)
"""What a score asks of its reader: the lower bound of each band, best first."""

SHARPNESS: dict[Category, float] = {
    Category.FIDELITY: 2.75,
    Category.TIMING: 1.5,
    Category.READABILITY: 1.0,
    Category.FORMAT: 1.5,
}
"""Exponents of the score, chosen with tests/benchmarks/score_calibration.py; tests/test_score.py has the promises."""

WEIGHTS: dict[Category, float] = {
    Category.FIDELITY: 0.5,
    Category.TIMING: 0.2,
    Category.READABILITY: 0.2,
    Category.FORMAT: 0.1,
}

# A cue with an error is spoiled, one with a warning needs a look, an info hardly counts.
_SEVERITY_DAMAGE = {Severity.ERROR: 1000, Severity.WARNING: 400, Severity.INFO: 50}

# A fault in a tenth of a cue still makes a viewer stop.
_LEAST_EXTENT = 0.5

# What a cue may weigh, in average cues. Even "Yes." is missed when it is wrong; a loop of an hour is one fault;
# a cue that is held much longer than the others is held over silence.
_LEAST_WEIGHT = 0.6
_MOST_WEIGHT = 8.0
_MOST_WEIGHT_BY_TIME = 3.0


def _letters(cue: Cue) -> int:
    """The letters and digits of a cue: dots and commas are nothing that was said."""
    return sum(map(str.isalnum, cue.text))


def weighed(findings: Sequence[Finding], cues: Sequence[Cue]) -> tuple[Finding, ...]:
    """The findings about fidelity with their extent in average cues instead of shares of their own cue.

    A cue weighs by its text or by its time, whichever is more: what a recogniser
    put in adds text, what it left out leaves time. The average text is that of
    the cues without an error, the average time that of all.
    """
    if not any(finding.category is Category.FIDELITY for finding in findings):
        return tuple(findings)
    faulty = {f.cue for f in findings if f.severity is Severity.ERROR and f.category is Category.FIDELITY}
    sound = [cue for cue in cues if cue.index not in faulty] or cues
    average = sum(_letters(cue) for cue in sound) / max(1, len(sound)) or 1.0
    milliseconds = sum(max(0, cue.end_ms - cue.start_ms) for cue in cues) / max(1, len(cues)) or 1.0

    def weight(cue: Cue) -> float:
        by_time = min(_MOST_WEIGHT_BY_TIME, (cue.end_ms - cue.start_ms) / milliseconds)
        return min(_MOST_WEIGHT, max(_LEAST_WEIGHT, _letters(cue) / average, by_time))

    return tuple(
        finding
        if finding.cue is None or finding.category is not Category.FIDELITY
        else replace(finding, extent=finding.extent * weight(cues[finding.cue - 1]))
        for finding in findings
    )


def damage_of(severity: Severity, extent: float) -> int:
    """Thousandths of an average cue that a finding spoils: by severity, and by how much it covers, in such cues."""
    return round(_SEVERITY_DAMAGE[severity] * max(_LEAST_EXTENT, min(_MOST_WEIGHT, extent)))


def _together(damages: Sequence[int]) -> int:
    """What several findings of one cue and category take: no more than the worst of them, or than an average cue."""
    return min(sum(damages), max(1000, *damages))


def _charges(findings: Sequence[Finding]) -> dict[int, float]:
    """What each finding (by ``id``) is charged, in thousandths of a cue; one of the file as a whole in full."""
    charges: dict[int, float] = {}
    for (_, cue), group in _per_cue(findings).items():
        damages = [damage_of(finding.severity, finding.extent) for finding in group]
        factor = 1.0 if cue is None else _together(damages) / sum(damages)
        for finding, damage in zip(group, damages, strict=True):
            charges[id(finding)] = damage * factor
    return charges


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
        damages = [damage_of(finding.severity, finding.extent) for finding in group]
        damage[category] += sum(damages) if cue is None else _together(damages)
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
    charge = _charges(findings)
    sums = dict.fromkeys(CATEGORIES, 0.0)
    for finding in findings:
        sums[finding.category] += charge[id(finding)]
    lost = {category: 100.0 - _category_score(tally, category) for category in CATEGORIES}
    return tuple(
        replace(finding, cost=round(lost[finding.category] * charge[id(finding)] / sums[finding.category], 3))
        for finding in findings
    )
