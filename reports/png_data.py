"""The numbers behind the pictures, computed apart from the drawing so that they can be checked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from auditor.facts.width import FULL, counting_text, cue_width
from auditor.model import (
    Audit,
    Category,
    Confidence,
    Cue,
    FileAudit,
    Finding,
    Language,
    RuleTotal,
    Scores,
    Severity,
    Totals,
)
from auditor.profiles import Counting, usual_counting
from auditor.rule import Family
from auditor.score import MEANING, meaning
from auditor.totals import totals_of, worst_first

SHOWN_RULES = 15
SHOWN_FILES = 15
SHOWN_FINDINGS = 12
SHOWN_PER_RULE = 4
SHOWN_ROWS = 40
"""Files on a heat map."""

HISTOGRAM_BIN = 5
"""Points of score per bar of the distribution."""

SPEED_RULE = "RDG201"
SEVERITIES = tuple(Severity)
_COUNTED = SEVERITIES[: SEVERITIES.index(Severity.INFO)]  # on the heat map

_CONFIDENCES = tuple(Confidence)
_FAMILIES = {
    "FMT": Family.FORMAT,
    "TIM": Family.TIMING,
    "RDG": Family.READING,
    "REP": Family.REPETITION,
    "MIX": Family.MIXED_LANGUAGE,
    "PHR": Family.PHANTOM,
    "TXT": Family.TEXT,
    "KOR": Family.KOREAN,
    "REF": Family.REFERENCE,
    "ASR": Family.RECOGNISER,
}
_FAMILY_ORDER = [family.value for family in Family] + [category.value for category in Category]


class RuleCount(Struct, frozen=True):
    """How often a rule fired; ``counts`` are errors, warnings and infos. An empty ``code`` sums up rules left out."""

    code: str
    name: str
    counts: tuple[int, int, int]

    @property
    def total(self) -> int:
        """All findings of the rule."""
        return sum(self.counts)


class WorstFile(Struct, frozen=True):
    """One row of the list of worst files; ``counts`` are errors, warnings and infos."""

    path: str
    language: str
    overall: float
    counts: tuple[int, int, int]


class OverviewData(Struct, frozen=True):
    """What the picture of a run shows.

    ``histogram`` counts files by overall score in bars of ``HISTOGRAM_BIN``
    points, the last bar including 100. ``rules`` come most frequent first, ``worst``
    lowest score first; ``bands`` counts the files by what their score asks for.
    """

    files: int
    cues: int
    hours: float
    findings: tuple[int, int, int]
    scores: Scores
    bands: tuple[tuple[str, int], ...]
    histogram: tuple[int, ...]
    rules: tuple[RuleCount, ...]
    worst: tuple[WorstFile, ...]


class Mark(Struct, frozen=True):
    """A finding on the time axis: where (seconds, ``None`` for the whole file) and how severe."""

    seconds: float | None
    severity: Severity


class Lane(Struct, frozen=True):
    """The findings of one family in time order."""

    family: str
    marks: tuple[Mark, ...]


class Speed(Struct, frozen=True):
    """The reading speed of one cue in characters per second; ``None`` where it has no duration."""

    start: float
    end: float
    characters_per_second: float | None


class TimelineData(Struct, frozen=True):
    """What the picture of one file shows; times in seconds.

    ``speeds`` and ``cues`` are empty when the audit kept no document.
    ``limits`` are the reading-speed limits findings were judged by, ``counting`` what
    one character counts. ``worst`` are the findings to list, worst first.
    """

    seconds: float
    cues: tuple[tuple[float, float], ...]
    speeds: tuple[Speed, ...]
    limits: tuple[float, ...]
    counting: str
    lanes: tuple[Lane, ...]
    worst: tuple[Finding, ...]


class HeatRow(Struct, frozen=True):
    """One file of the heat map, or all files together.

    ``rates`` are errors and warnings per 100 cues, one for each family of the map,
    ``total`` those of all families; ``None`` where there are findings but no cue.
    """

    path: str
    overall: float
    rates: tuple[float | None, ...]
    total: float | None


class HeatMapData(Struct, frozen=True):
    """Where the findings of a run gather: files by families of rules.

    ``families`` are those with an error or a warning in any file, in the order of
    :class:`~auditor.rule.Family`. ``rows`` are the ``SHOWN_ROWS`` files of the lowest scores, lowest
    first; ``whole`` sums up all ``files``, shown or not.
    """

    files: int
    families: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    whole: HeatRow


def severity_counts(findings: Iterable[Finding]) -> tuple[int, int, int]:
    """Errors, warnings and infos."""
    counts = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        counts[finding.severity] += 1
    return counts[Severity.ERROR], counts[Severity.WARNING], counts[Severity.INFO]


def language_text(language: Language) -> str:
    """The language of a file and how it was decided, in words."""
    if language.tag is None:
        return "language unknown"
    return f"language {language.tag} (by {language.how})"


def rule_counts(rules: Iterable[RuleTotal], shown: int = SHOWN_RULES) -> tuple[RuleCount, ...]:
    """Findings by rule, most frequent first; what exceeds ``shown`` rows is summed up in a last one."""
    rows = sorted(
        (RuleCount(rule.code, rule.name, rule.findings) for rule in rules), key=lambda row: (-row.total, row.code)
    )
    if len(rows) <= shown:
        return tuple(rows)
    head, rest = rows[: shown - 1], rows[shown - 1 :]
    errors, warnings, infos = (sum(row.counts[position] for row in rest) for position in range(3))
    return (*head, RuleCount("", f"{len(rest)} further rules", (errors, warnings, infos)))


def _bars(totals: Totals) -> tuple[int, ...]:
    """Files by overall score in bars of :data:`HISTOGRAM_BIN` points, those of 100 in the last."""
    bars = [0] * (100 // HISTOGRAM_BIN)
    for score, files in enumerate(totals.histogram):
        bars[min(score // HISTOGRAM_BIN, len(bars) - 1)] += files
    return tuple(bars)


def _bands(totals: Totals) -> tuple[tuple[str, int], ...]:
    """Files by what their score asks for; the bounds of the bands are whole points, as the bins are."""
    counts = dict.fromkeys((text for _, text in MEANING), 0)
    for score, files in enumerate(totals.histogram):
        counts[meaning(score)] += files
    return tuple(counts.items())


def overview_data(audit: Audit) -> OverviewData:
    """The numbers of the picture of a run."""
    totals = totals_of(audit)
    return OverviewData(
        files=totals.tally.files,
        cues=totals.tally.cues,
        hours=totals.tally.duration_ms / 3_600_000,
        findings=totals.tally.findings,
        scores=audit.scores,
        bands=_bands(totals),
        histogram=_bars(totals),
        rules=rule_counts(totals.rules),
        worst=tuple(
            WorstFile(file.path, file.language.tag or "?", file.scores.overall, severity_counts(file.findings))
            for file in worst_first(audit.files)[:SHOWN_FILES]
        ),
    )


def worst_findings(findings: Iterable[Finding], shown: int = SHOWN_FINDINGS) -> tuple[Finding, ...]:
    """The findings a reader should see first: by severity, points lost, confidence, then time.

    No rule takes more than ``SHOWN_PER_RULE`` places while others have findings to show.
    """
    ranked = sorted(
        findings,
        key=lambda finding: (
            SEVERITIES.index(finding.severity),
            -finding.cost,
            _CONFIDENCES.index(finding.confidence),
            -1 if finding.start_ms is None else finding.start_ms,
        ),
    )
    seen: dict[str, int] = defaultdict(int)
    first: list[int] = []
    later: list[int] = []
    for position, finding in enumerate(ranked):
        (first if seen[finding.rule] < SHOWN_PER_RULE else later).append(position)
        seen[finding.rule] += 1
    return tuple(ranked[position] for position in sorted((first + later)[:shown]))


def _family(code: str, category: Category) -> str:
    """The family of a rule; for one that is none of ours, the category it counts in."""
    family = _FAMILIES.get(code[:3])
    return family.value if family else category.value


def _lanes(findings: Iterable[Finding]) -> tuple[Lane, ...]:
    by_family: dict[str, list[Mark]] = defaultdict(list)
    for finding in findings:
        seconds = None if finding.start_ms is None else finding.start_ms / 1000
        by_family[_family(finding.rule, finding.category)].append(Mark(seconds, finding.severity))
    return tuple(
        Lane(family, tuple(sorted(marks, key=lambda mark: -1 if mark.seconds is None else mark.seconds)))
        for family, marks in sorted(by_family.items(), key=lambda lane: _FAMILY_ORDER.index(lane[0]))
    )


def _per_hundred(count: int, cues: int) -> float | None:
    if cues:
        return count * 100 / cues
    return None if count else 0.0


def heat_map_data(audit: Audit) -> HeatMapData:
    """The numbers of the heat map of a run."""
    worst = worst_first(audit.files)[:SHOWN_ROWS]
    counted = [
        Counter(_family(finding.rule, finding.category) for finding in file.findings if finding.severity in _COUNTED)
        for file in worst
    ]
    together: Counter[str] = Counter()
    for rule in totals_of(audit).rules:
        if counted_findings := sum(rule.findings[: len(_COUNTED)]):
            together[_family(rule.code, rule.category)] += counted_findings
    families = tuple(sorted(together, key=_FAMILY_ORDER.index))

    def row(path: str, overall: float, counts: Counter[str], cues: int) -> HeatRow:
        rates = tuple(_per_hundred(counts[family], cues) for family in families)
        return HeatRow(path, overall, rates, _per_hundred(counts.total(), cues))

    return HeatMapData(
        files=audit.tally.files,
        families=families,
        rows=tuple(
            row(file.path, file.scores.overall, counts, file.tally.cues)
            for file, counts in zip(worst, counted, strict=True)
        ),
        whole=row("", audit.scores.overall, together, audit.tally.cues),
    )


def _counting(file: FileAudit, judged: list[Finding]) -> Counting:
    """The rule the file's speed findings counted by; without any, the usual one of its language."""
    for counting in Counting:
        if any(counting_text(counting) in finding.unit for finding in judged):
            return counting
    return usual_counting(file.language.tag)


def _speed(cue: Cue, counting: Counting) -> Speed:
    duration = cue.end_ms - cue.start_ms
    speed = cue_width(cue.text, counting) / FULL * 1000 / duration if duration > 0 else None
    return Speed(cue.start_ms / 1000, cue.end_ms / 1000, speed)


def timeline_data(file: FileAudit) -> TimelineData:
    """The numbers of the picture of one file."""
    judged = [
        finding for finding in file.findings if finding.rule == SPEED_RULE and finding.unit.startswith("character")
    ]
    limits = {float(finding.limit) for finding in judged if isinstance(finding.limit, int | float)}
    counting = _counting(file, judged)
    cues = sorted(file.document.cues, key=lambda cue: (cue.start_ms, cue.index)) if file.document else []
    ends = [finding.end_ms for finding in file.findings if finding.end_ms is not None]
    last = max([file.tally.duration_ms, *ends, *(max(cue.start_ms, cue.end_ms) for cue in cues)])
    return TimelineData(
        seconds=last / 1000,
        cues=tuple((cue.start_ms / 1000, cue.end_ms / 1000) for cue in cues),
        speeds=tuple(_speed(cue, counting) for cue in cues),
        limits=tuple(sorted(limits)),
        counting=counting_text(counting),
        lanes=_lanes(file.findings),
        worst=worst_findings(file.findings),
    )
