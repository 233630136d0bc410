"""What the HTML report embeds: the audit as short JSON rows, and what is new since an earlier audit.

Rows are arrays to keep the page small; ``html/data.js`` gives their fields the names they have here.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import accumulate
from typing import Any

from auditor.facts.alignment import is_timed, track
from auditor.model import (
    Accepted,
    Audit,
    Category,
    Confidence,
    Cue,
    Document,
    FileAudit,
    Finding,
    NotVerified,
    Scores,
    Severity,
)
from auditor.reports.png_data import timeline_data
from auditor.rule import documentation
from auditor.rules import RULES

LEAST_SHARED = 0.5
"""The share (0-1) of the shorter cue's time that a cue of another track must share to stand beside it."""

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


@dataclass(frozen=True, slots=True)
class EarlierFile:
    """What an earlier audit said of a file: its overall score and its findings by fingerprint."""

    overall: float
    findings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Earlier:
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


def _beside(cues: tuple[Cue, ...], other: Document) -> Iterator[tuple[int, str]]:
    """The texts of another track by the number of the cue they are said in: what shares most of its time with it.

    A text that no cue shares time with goes to the cue nearest to it, so that nothing said is missing.
    """
    timed = track(other)
    placed: set[int] = set()
    for cue in cues:
        for said in timed.between(cue.start_ms, cue.end_ms):
            shared = min(cue.end_ms, said.end_ms) - max(cue.start_ms, said.start_ms)
            shorter = min(cue.end_ms - cue.start_ms, said.end_ms - said.start_ms)
            if shared >= LEAST_SHARED * shorter and shared > 0:
                placed.add(said.index)
                yield cue.index, said.text
    in_order = sorted(cues, key=lambda cue: cue.start_ms)
    starts = [cue.start_ms for cue in in_order]
    for said in timed.cues:
        if said.index not in placed and in_order:
            at = bisect_left(starts, said.start_ms)
            around = in_order[max(0, at - 1) : at + 1]
            nearest = min(around, key=lambda cue: max(cue.start_ms - said.end_ms, said.start_ms - cue.end_ms))
            yield nearest.index, said.text


def _witnesses(document: Document, kept: set[int] | None) -> list[Json]:
    """Each other text of the same speech: what it is, its language, its text by cue, or whole when it has no times."""
    texts = (
        ("source track", document.witnesses.source),
        ("reference", document.witnesses.reference),
        ("hypothesis", document.witnesses.hypothesis),
    )
    rows: list[Json] = []
    for name, other in texts:
        if other is None:
            continue
        beside: list[tuple[int, str]] = []
        whole = ""
        if is_timed(other):
            said = [entry for entry in _beside(document.cues, other) if kept is None or entry[0] in kept]
            beside = sorted(said, key=lambda entry: entry[0])
        elif kept is None:
            whole = "\n".join(cue.text for cue in other.cues)
        rows.append([name, other.path, other.language.tag or "", beside, whole])
    return rows


def _scores(scores: Scores) -> list[float]:
    return [scores.overall, scores.fidelity, scores.timing, scores.readability, scores.format]


@dataclass(frozen=True, slots=True)
class Tables:
    """What a page embeds: the run, and for each file one line of findings and one of cues."""

    run: str
    findings: str
    cues: str


class _Writer:
    """The rows of one audit; collects what is said many times."""

    def __init__(self, audit: Audit, earlier: Earlier | None, neighbours: int | None) -> None:
        self.audit = audit
        self.earlier = earlier
        self.neighbours = neighbours
        self.rules = _Interned()
        self.strings = _Interned()
        self.names: dict[str, str] = {}
        self.fresh = self.gone = 0

    def finding(self, finding: Finding, parts: list[Part], fresh: bool, kept: bool) -> list[Json]:
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

    def gone_row(self, old: Mapping[str, Any]) -> list[Json]:
        code = str(old["rule"])
        self.names.setdefault(code, str(old.get("name", "")))
        severity = _SEVERITIES.index(Severity(old["severity"]))
        return [self.rules.number(code), severity, old.get("cue") or 0, old.get("message", ""), old.get("text", "")]

    def accepted_row(self, entry: Accepted) -> list[Json]:
        found = entry.finding
        self.names.setdefault(found.rule, found.name)
        severity = _SEVERITIES.index(found.severity)
        return [self.rules.number(found.rule), severity, found.cue or 0, found.message, found.text, entry.reason]

    def file(self, file: FileAudit) -> tuple[list[Json], str, str]:
        """The row of a file in the table, its line of findings and its line of cues."""
        document = file.document
        cues = document.cues if document else ()
        parts = [list(_parts(cues, finding)) for finding in file.findings]
        kept = None if self.neighbours is None else _near(parts, file.findings, self.neighbours)
        before = self.earlier.files.get(file.path) if self.earlier else None
        known = before.findings if before else {}
        fresh = [self.earlier is not None and finding.fingerprint not in known for finding in file.findings]
        now = {finding.fingerprint for finding in file.findings}
        now |= {entry.finding.fingerprint for entry in file.accepted}
        gone = [self.gone_row(old) for fingerprint, old in known.items() if fingerprint not in now]
        self.fresh += sum(fresh)
        self.gone += len(gone)
        findings = [
            self.finding(finding, several, new, document is not None and (kept is None or finding.cue in kept))
            for finding, several, new in zip(file.findings, parts, fresh, strict=True)
        ]
        detail: dict[str, Json] = {
            "cues": None,
            "notVerified": [[self.rules.number(entry.rule), entry.reason] for entry in file.not_verified],
            "gone": gone,
            "accepted": [self.accepted_row(entry) for entry in file.accepted],
        }
        if document:
            shown = cues if kept is None else tuple(cue for cue in cues if cue.index in kept)
            speeds, limits, counting = _speeds(file, document, shown)
            detail |= {
                "cues": _cues(cues, kept, speeds),
                "limits": limits,
                "counting": counting,
                "witnesses": _witnesses(document, kept),
            }
        counts = Counter((self.rules.number(f.rule), _SEVERITIES.index(f.severity)) for f in file.findings)
        row = [
            file.path,
            file.format,
            file.language.tag,
            file.language.how,
            file.encoding,
            file.tally.cues,
            file.tally.duration_ms,
            _scores(file.scores),
            [[rule, severity, count] for (rule, severity), count in sorted(counts.items())],
            before.overall if before else None,
            len(gone),
        ]
        return row, json_text(findings), json_text(detail)

    def rule_rows(self) -> list[Json]:
        """What the page says about each rule that the audit mentions, in the order of their numbers."""
        known = {rule.code: rule for rule in RULES}
        seen = {finding.rule: finding for file in self.audit.files for finding in file.findings}
        entries: list[Json] = []
        for code in self.rules.numbers:
            rule, example = known.get(code), seen.get(code)
            if rule is not None:
                about = documentation(rule)
                name, family, category = rule.name, str(rule.family), str(rule.category)
                entries.append([code, name, family, category, about.summary, [list(s) for s in about.sections]])
            elif example is not None:  # a third party's rule: only its findings speak for it
                entries.append([code, example.name, "other", str(example.category), "", []])
            else:
                entries.append([code, self.names.get(code, ""), "other", "", "", []])
        return entries

    def not_verified(self, entries: Iterable[NotVerified]) -> list[Json]:
        counts = Counter((entry.rule, entry.reason) for entry in entries)
        return [[self.rules.number(rule), reason, count] for (rule, reason), count in sorted(counts.items())]

    def comparison(self) -> Json:
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


def tables(
    audit: Audit,
    *,
    neighbours: int | None,
    packed: bool,
    earlier: Earlier | None,
    media: Mapping[str, str],
    pack: Callable[[str], str],
) -> Tables:
    """The audit as the page embeds it.

    ``neighbours`` is how many cues around a cue with findings keep their text:
    ``None`` keeps all, -1 keeps none. ``pack`` makes the lines of findings and cues
    into what stands in the page; the page undoes it when ``packed``.
    """
    writer = _Writer(audit, earlier, neighbours)
    written = [writer.file(file) for file in audit.files]
    tally = audit.tally
    not_verified = writer.not_verified(entry for file in audit.files for entry in file.not_verified)
    run = {
        "identity": identity(audit),
        "version": audit.version,
        "profile": audit.profile,
        "neighbours": neighbours,
        "packed": packed,
        "cues": tally.cues,
        "duration": tally.duration_ms,
        "scores": _scores(audit.scores),
        "severities": _SEVERITIES,
        "confidences": _CONFIDENCES,
        "categories": _CATEGORIES,
        "files": [row for row, _, _ in written],
        "notVerified": not_verified,
        "rules": writer.rule_rows(),
        "strings": list(writer.strings.numbers),
        "compare": writer.comparison(),
        "accepted": sum(len(file.accepted) for file in audit.files),
        "media": {file.path: media[file.path] for file in audit.files if file.path in media},
    }
    findings = pack("\n".join(line for _, line, _ in written))
    return Tables(json_text(run), findings, pack("\n".join(line for _, _, line in written)))
