"""What the HTML report embeds: the audit as short JSON rows, and what is new since an earlier audit.

Rows are arrays to keep the page small; ``html/data.js`` gives their fields the names they have here.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from auditor.model import (
    Accepted,
    Audit,
    Category,
    Confidence,
    Cue,
    Document,
    ErrorRates,
    FileAudit,
    Finding,
    Scores,
    Severity,
)
from auditor.plugins import all_rules
from auditor.reports.html_witnesses import difference, witnesses
from auditor.reports.options import ReportOptions
from auditor.reports.png_data import timeline_data
from auditor.rule import documentation
from auditor.totals import totals_of

if TYPE_CHECKING:
    from auditor.gate import Verdict

_BINS = 10  # of the distribution of scores
_SEVERITIES = tuple(Severity)
_CONFIDENCES = tuple(Confidence)
_CATEGORIES = tuple(Category)

# Besides what would end the element: whatever makes the page's source read differently from what it
# says (controls, bidirectional marks) and lone surrogates, which UTF-8 cannot hold.
_ESCAPED = re.compile("[<>&\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")

Json = Any  # what json.dumps takes
Part = tuple[int, int, int]


def json_text(value: Json) -> str:
    """Compact JSON on one line that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class _Interned:
    """Strings said many times, sent once: each is known by its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))


def identity(audit: Audit) -> str:
    """A name for this audit: the same for the same profile, files and findings, wherever the page lies."""
    content = [
        audit.profile,
        *(f"{file.path}\x1f{found.fingerprint}" for file in audit.files for found in file.findings),
    ]
    content += [file.path for file in audit.files]
    return sha256("\x1e".join(content).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class EarlierFile(Struct, frozen=True):
    """What an earlier audit said of a file: its overall score and its findings by fingerprint."""

    overall: float
    findings: Mapping[str, Mapping[str, Any]]


class Earlier(Struct, frozen=True):
    """An earlier audit to hold this one against: its scores in the order of the page, and its files by path."""

    scores: tuple[float, ...]
    version: str
    files: Mapping[str, EarlierFile]

    @classmethod
    def read(cls, old: Mapping[str, Any]) -> Earlier:
        """Take in the parsed JSON report of an earlier audit. Raises ``ValueError`` when it is not one."""
        try:
            if old["schema_version"] != 1:
                raise ValueError(f"an audit of schema version {old['schema_version']!r} cannot be compared, only of 1")
            scores = old["summary"]["scores"]
            names = ("overall", *(str(category) for category in Category))
            return cls(
                tuple(float(scores[name]) for name in names),
                str(old["tool"]["version"]),
                {
                    file["path"]: EarlierFile(
                        float(file["scores"]["overall"]), {found["fingerprint"]: found for found in file["findings"]}
                    )
                    for file in old["files"]
                },
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"no JSON report of an audit to compare with: {error!r}") from error


def text_offsets(cue: Cue, finding: Finding) -> tuple[int, int] | None:
    """The part of ``cue.text`` that the finding's span covers, as code point offsets.

    The inverse of :func:`auditor.facts.spans.text_span`. A span that lies in
    markup alone gives an empty part at its place; one that does not touch the
    cue's text (a timing line, another cue) gives ``None``.
    """
    span = finding.span
    starts = [0, *accumulate(len(line) + 1 for line in cue.raw_text.split("\n"))]
    length = len(cue.raw_text)
    last_line = cue.text_line + len(starts) - 2

    def raw(line: int, column: int) -> int:
        if line < cue.text_line:
            return -1
        if line > last_line:
            return length + 1
        row = line - cue.text_line
        return starts[row] + column - (cue.text_column if row == 0 else 1)

    start, end = raw(span.line, span.column), raw(span.end_line, span.end_column)
    if start > length or end < 0 or (end == 0 and start < 0):
        return None
    start, end = max(start, 0), min(end, length)
    if cue.text_map is None:
        return start, end
    return bisect_left(cue.text_map, start), bisect_left(cue.text_map, end)


def _utf16(text: str, offset: int) -> int:
    """The offset as JavaScript counts: characters beyond U+FFFF are two units."""
    return offset + sum(character > "\uffff" for character in text[:offset])


def _parts(cues: tuple[Cue, ...], finding: Finding) -> Iterator[Part]:
    """Cue number and offsets (UTF-16 units) of the texts a finding covers, from its own cue on."""
    if finding.cue is None:
        return
    for position in range(finding.cue - 1, len(cues)):
        cue = cues[position]
        if cue.index != finding.cue and cue.text_line > finding.span.end_line:
            return
        offsets = text_offsets(cue, finding)
        if offsets is not None and (cue.index == finding.cue or offsets[0] < offsets[1]):
            yield cue.index, _utf16(cue.text, offsets[0]), _utf16(cue.text, offsets[1])


def _number(value: int | float | str | None) -> int | float | str | None:
    if isinstance(value, float):
        # JSON has no infinity: a speed over no time at all is shown as a word
        return round(value, 3) if abs(value) != float("inf") and value == value else str(value)
    return value


def _near(parts: Iterable[list[Part]], findings: Iterable[Finding], neighbours: int) -> set[int]:
    centres = {cue for several in parts for cue, _, _ in several} | {f.cue for f in findings if f.cue is not None}
    return {cue + step for cue in centres for step in range(-neighbours, neighbours + 1)}


def _speeds(file: FileAudit, document: Document, cues: tuple[Cue, ...]) -> tuple[dict[int, int], list[float], str]:
    """Reading speeds in tenths of a character per second by cue number, the limits they were judged by, what counts."""
    data = timeline_data(replace(file, document=replace(document, cues=cues)))
    in_order = sorted(cues, key=lambda cue: (cue.start_ms, cue.index))
    speeds = {
        cue.index: round(speed.characters_per_second * 10)
        for cue, speed in zip(in_order, data.speeds, strict=True)
        if speed.characters_per_second is not None
    }
    return speeds, list(data.limits), data.counting


def _cues(cues: tuple[Cue, ...], kept: set[int] | None, speeds: Mapping[int, int]) -> list[list[Json]]:
    """Start since the start of the cue before, duration; and where the text is kept text, speed, speaker."""
    rows: list[list[Json]] = []
    before = 0
    for cue in cues:
        row: list[Json] = [cue.start_ms - before, cue.end_ms - cue.start_ms]
        before = cue.start_ms
        if kept is None or cue.index in kept:
            row += [cue.text, speeds.get(cue.index)]
            if cue.speaker:
                row.append(cue.speaker)
        rows.append(row)
    return rows


def _rates(rates: ErrorRates | None) -> Json:
    if rates is None:
        return None
    shares = (rates.wer, rates.cer, rates.cer_without_spaces, rates.mer, rates.wil, rates.morpheme_error_rate)
    counts = (rates.substitutions, rates.deletions, rates.insertions, rates.reference_words)
    return [*(None if share is None else round(share, 4) for share in shares), *counts]


def _verdict(verdict: Verdict, places: Mapping[str, int]) -> Json:
    """The gate's verdict; files by their place in the page."""
    return {
        "passed": verdict.passed,
        "violations": [
            [one.limit, _number(one.value), one.allowed, [places[path] for path in one.files]]
            for one in verdict.violations
        ],
        "worse": [[places[one.path], one.before, one.now] for one in verdict.worse],
    }


def _listening(file: FileAudit) -> list[list[int]]:
    """Per severity how many cues have findings, and their time in milliseconds; a cue counts once."""
    sums = []
    for severity in _SEVERITIES:
        heard = {
            f.cue: max(0, (f.end_ms or 0) - (f.start_ms or 0))
            for f in file.findings
            if f.severity is severity and f.cue is not None
        }
        sums.append([len(heard), sum(heard.values())])
    return sums


def _worst(findings: tuple[int, int, int]) -> int:
    return next(at for at, number in enumerate(findings) if number)


def _scores(scores: Scores) -> list[float]:
    return [scores.overall, scores.fidelity, scores.timing, scores.readability, scores.format]


class FileRows(Struct, frozen=True):
    """A file as embedded: its row in the table, findings and cues as a line of JSON each, its listening time."""

    row: list[Json]
    findings: str
    cues: str
    listening: list[list[int]]


class Writer:
    """Makes the rows of one audit, page by page; collects what is said many times.

    ``neighbours`` is how many cues around a cue with findings keep their text:
    ``None`` keeps all, -1 keeps none.
    """

    def __init__(self, audit: Audit, options: ReportOptions, neighbours: int | None) -> None:
        self.audit = audit
        self.options = options
        self.earlier = None if options.compare is None else Earlier.read(options.compare)
        self.identity = identity(audit)
        self.neighbours = neighbours
        self.rules = _Interned()
        self.strings = _Interned()
        self.names: dict[str, str] = {}
        self.fresh = self.gone = 0

    def _finding(self, finding: Finding, parts: list[Part], fresh: bool, kept: bool) -> list[Json]:
        span = finding.span
        return [
            self.rules.number(finding.rule),
            _SEVERITIES.index(finding.severity),
            _CONFIDENCES.index(finding.confidence),
            finding.cue or 0,
            finding.start_ms,
            finding.end_ms,
            parts,
            [span.line, span.column, span.end_line, span.end_column],
            finding.message,
            _number(finding.measured),
            _number(finding.limit),
            self.strings.number(finding.unit),
            self.strings.number(finding.source),
            round(finding.cost, 2),
            # The words a finding is about are in the cue when the cue is in the page.
            "" if kept and parts else finding.text,
            finding.fingerprint,
            self.strings.number(finding.witness),
            int(fresh),
        ]

    def _gone_row(self, old: Mapping[str, Any]) -> list[Json]:
        code = str(old["rule"])
        self.names.setdefault(code, str(old.get("name", "")))
        severity = _SEVERITIES.index(Severity(old["severity"]))
        return [self.rules.number(code), severity, old.get("cue") or 0, old.get("message", ""), old.get("text", "")]

    def _accepted_row(self, entry: Accepted) -> list[Json]:
        found = entry.finding
        self.names.setdefault(found.rule, found.name)
        severity = _SEVERITIES.index(found.severity)
        return [self.rules.number(found.rule), severity, found.cue or 0, found.message, found.text, entry.reason]

    def file(self, file: FileAudit) -> FileRows:
        """What the page says about a file."""
        document = file.document
        cues = document.cues if document else ()
        parts = [list(_parts(cues, finding)) for finding in file.findings]
        kept = None if self.neighbours is None else _near(parts, file.findings, self.neighbours)
        before = self.earlier.files.get(file.path) if self.earlier else None
        known = before.findings if before else {}
        fresh = [self.earlier is not None and finding.fingerprint not in known for finding in file.findings]
        now = {finding.fingerprint for finding in file.findings}
        now |= {entry.finding.fingerprint for entry in file.accepted}
        gone = [self._gone_row(old) for fingerprint, old in known.items() if fingerprint not in now]
        self.fresh += sum(fresh)
        self.gone += len(gone)
        findings = [
            self._finding(finding, several, new, document is not None and (kept is None or finding.cue in kept))
            for finding, several, new in zip(file.findings, parts, fresh, strict=True)
        ]
        detail: dict[str, Json] = {
            "cues": None,
            "notVerified": [[self.rules.number(entry.rule), entry.reason] for entry in file.not_verified],
            "gone": gone,
            "accepted": [self._accepted_row(entry) for entry in file.accepted],
            "warnings": file.warnings,
        }
        if document:
            shown = cues if kept is None else tuple(cue for cue in cues if cue.index in kept)
            speeds, limits, counting = _speeds(file, document, shown)
            detail |= {
                "cues": _cues(cues, kept, speeds),
                "limits": limits,
                "counting": counting,
                "witnesses": witnesses(document, kept),
                "difference": difference(document, kept),
            }
        kinds = [(self.rules.number(found.rule), _SEVERITIES.index(found.severity)) for found in file.findings]
        counts = Counter(kinds)
        new = Counter(kind for kind, is_new in zip(kinds, fresh, strict=True) if is_new)
        row = [
            file.path,
            file.format,
            file.language.tag,
            file.language.how,
            file.encoding,
            file.tally.cues,
            file.tally.duration_ms,
            _scores(file.scores),
            [[*kind, count, new[kind]] for kind, count in sorted(counts.items())],
            before.overall if before else None,
            len(gone),
            _rates(file.error_rates),
        ]
        return FileRows(row, json_text(findings), json_text(detail), _listening(file))

    def _rule_rows(self) -> list[Json]:
        """What the page says about each rule that the audit mentions, in the order of their numbers."""
        known = {rule.code: rule for rule in all_rules()}
        seen = {finding.rule: finding for file in self.audit.files for finding in file.findings}
        entries: list[Json] = []
        for code in self.rules.numbers:
            rule, example = known.get(code), seen.get(code)
            if rule is not None:
                about = documentation(rule)
                name, family, category = rule.name, str(rule.family), str(rule.category)
                entries.append([code, name, family, category, about.summary, [list(s) for s in about.sections]])
            elif (
                example is not None
            ):  # the rule of a plug-in that is not installed here: only its findings speak for it
                entries.append([code, example.name, "other", str(example.category), "", []])
            else:
                entries.append([code, self.names.get(code, ""), "other", "", "", []])
        return entries

    def _totals(self) -> Json:
        """What the files of the run come to, whether or not the page has them all."""
        totals = totals_of(self.audit)
        bins = [0] * _BINS
        for score, files in enumerate(totals.histogram):
            bins[min(score * _BINS // 100, _BINS - 1)] += files
        for rule in totals.rules:
            self.names.setdefault(rule.code, rule.name)
        return {
            "files": totals.tally.files,
            "findings": totals.tally.findings,
            "histogram": bins,
            "rules": [
                [self.rules.number(rule.code), sum(rule.findings), rule.files, _worst(rule.findings)]
                for rule in totals.rules
            ],
            "notVerified": [[self.rules.number(one.rule), one.reason, files] for one, files in totals.not_verified],
            "accepted": totals.accepted,
        }

    def _comparison(self) -> Json:
        if self.earlier is None:
            return None
        here = {file.path for file in self.audit.files}
        return {
            "scores": self.earlier.scores,
            "version": self.earlier.version,
            "new": self.fresh,
            "gone": self.gone,
            "stayed": sum(self.audit.tally.findings) - self.fresh,
            "missing": [path for path in self.earlier.files if path not in here],
        }

    def run(self, files: Sequence[list[Json]], packed: bool, folder: Json = None) -> str:
        """The run as JSON: what holds for the page as a whole, with the rows of the files it shows.

        ``files`` are rows of :meth:`file`. ``folder`` says where the page stands among several.
        """
        audit = self.audit
        places = {str(row[0]): place for place, row in enumerate(files)}
        whole = folder is None or folder["role"] == "index"
        verdict = self.options.verdict
        totals = self._totals()
        return json_text(
            {
                "identity": self.identity,
                "version": audit.version,
                "profile": audit.profile,
                "neighbours": self.neighbours,
                "packed": packed,
                "cues": audit.tally.cues,
                "duration": audit.tally.duration_ms,
                "scores": _scores(audit.scores),
                "severities": _SEVERITIES,
                "confidences": _CONFIDENCES,
                "categories": _CATEGORIES,
                "files": files,
                "totals": totals,
                "rules": self._rule_rows(),
                "strings": list(self.strings.numbers),
                "compare": self._comparison(),
                "verdict": None if verdict is None or not whole else _verdict(verdict, places),
                "warnings": audit.warnings,
                "media": {path: address for path, address in self.options.media.items() if path in places},
                "folder": folder,
            }
        )
