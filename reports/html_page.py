"""The HTML report: one self-contained file that opens from disk and never touches a network.

The shell is a Jinja template; the audit travels as JSON in ``<script
type="application/json">`` elements, one for the run and one for each file, so
that a file's cues are parsed only when it is opened. The scripts write text
through ``textContent`` alone, and a content security policy admits exactly the
inline script and style of this page.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files as resource_files
from itertools import accumulate
from typing import Any

from auditor.model import Audit, Category, Confidence, Cue, Document, FileAudit, Finding, NotVerified, Scores, Severity
from auditor.rule import documentation
from auditor.rules import RULES

NEIGHBOURS = 2
"""How many cues around a cue with findings are shown for context."""

FULL_TEXT_CUES = 60_000
"""Runs with more cues carry only the text around findings: more would make the page too large to open."""

_SCRIPTS = ("data.js", "state.js", "dom.js", "overview.js", "files.js", "timeline.js", "transcript.js", "main.js")
_SEVERITIES = tuple(Severity)
_CONFIDENCES = tuple(Confidence)
_CATEGORIES = tuple(Category)

# Besides what would end the element: whatever makes the page's source read differently from what it
# says (controls, bidirectional marks) and lone surrogates, which UTF-8 cannot hold.
_ESCAPED = re.compile("[<>&\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")

Json = Any  # what json.dumps takes
Part = tuple[int, int, int]


def _json(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class _Interned:
    """Strings said many times, sent once: each is known by its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))


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


def _finding(finding: Finding, parts: list[Part], kept: bool, rules: _Interned, strings: _Interned) -> list[Json]:
    span = finding.span
    return [
        rules.number(finding.rule),
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
        strings.number(finding.unit),
        strings.number(finding.source),
        round(finding.cost, 2),
        # The words a finding is about are in the cue when the cue is in the page.
        "" if kept and parts else finding.text,
    ]


def _near_findings(parts: Iterable[list[Part]], findings: Iterable[Finding]) -> set[int]:
    centres = {cue for several in parts for cue, _, _ in several} | {f.cue for f in findings if f.cue is not None}
    return {cue + step for cue in centres for step in range(-NEIGHBOURS, NEIGHBOURS + 1)}


def _cues(document: Document, kept: set[int] | None) -> list[list[Json]]:
    rows: list[list[Json]] = []
    for cue in document.cues:
        row: list[Json] = [cue.start_ms, cue.end_ms]
        if kept is None or cue.index in kept:
            row.append(cue.text)
            if cue.speaker:
                row.append(cue.speaker)
        rows.append(row)
    return rows


def _file(audit: FileAudit, elide: bool, rules: _Interned, strings: _Interned) -> Json:
    document = audit.document
    cues = document.cues if document else ()
    parts = [list(_parts(cues, finding)) for finding in audit.findings]
    kept = _near_findings(parts, audit.findings) if elide else None
    return {
        "cues": _cues(document, kept) if document else None,
        "findings": [
            _finding(finding, several, document is not None, rules, strings)
            for finding, several in zip(audit.findings, parts, strict=True)
        ],
        "notVerified": [[rules.number(entry.rule), entry.reason] for entry in audit.not_verified],
    }


def _scores(scores: Scores) -> list[float]:
    return [scores.overall, scores.fidelity, scores.timing, scores.readability, scores.format]


def _file_row(audit: FileAudit, rules: _Interned) -> list[Json]:
    counts = Counter((rules.number(f.rule), _SEVERITIES.index(f.severity)) for f in audit.findings)
    return [
        audit.path,
        audit.format,
        audit.language.tag,
        audit.language.how,
        audit.encoding,
        audit.tally.cues,
        audit.tally.duration_ms,
        _scores(audit.scores),
        [[rule, severity, count] for (rule, severity), count in sorted(counts.items())],
    ]


def _rules(audit: Audit, mentioned: _Interned) -> list[Json]:
    """What the page says about each rule that the audit mentions, in the order of their numbers."""
    known = {rule.code: rule for rule in RULES}
    seen = {finding.rule: finding for file in audit.files for finding in file.findings}
    entries: list[Json] = []
    for code in mentioned.numbers:
        rule, example = known.get(code), seen.get(code)
        if rule is not None:
            about = documentation(rule)
            name, family, category = rule.name, str(rule.family), str(rule.category)
            entries.append([code, name, family, category, about.summary, [list(s) for s in about.sections]])
        elif example is not None:  # a third party's rule: only its findings speak for it
            entries.append([code, example.name, "other", str(example.category), "", []])
        else:
            entries.append([code, "", "other", "", "", []])
    return entries


def _not_verified(entries: Iterable[NotVerified], rules: _Interned) -> list[Json]:
    counts = Counter((entry.rule, entry.reason) for entry in entries)
    return [[rules.number(rule), reason, count] for (rule, reason), count in sorted(counts.items())]


def _blocks(audit: Audit) -> Iterator[tuple[str, str]]:
    """The identifier and JSON of each data element; the one of the run comes last and completes the tables."""
    rules, strings = _Interned(), _Interned()
    elide = sum(len(file.document.cues) for file in audit.files if file.document) > FULL_TEXT_CUES
    for number, file in enumerate(audit.files):
        yield f"file-{number}", _json(_file(file, elide, rules, strings))
    tally = audit.tally
    run = {
        "version": audit.version,
        "profile": audit.profile,
        "neighbours": NEIGHBOURS,
        "elided": elide,
        "cues": tally.cues,
        "duration": tally.duration_ms,
        "scores": _scores(audit.scores),
        "severities": _SEVERITIES,
        "confidences": _CONFIDENCES,
        "categories": _CATEGORIES,
        "files": [_file_row(file, rules) for file in audit.files],
        "notVerified": _not_verified((entry for file in audit.files for entry in file.not_verified), rules),
        "rules": _rules(audit, rules),
        "strings": list(strings.numbers),
    }
    yield "run", _json(run)


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def render(audit: Audit, *, title: str = "Transcript audit") -> bytes:
    """The report as one UTF-8 HTML file.

    Cues are shown for the files whose ``document`` was kept; for the others the
    findings stand alone. Runs of more than :data:`FULL_TEXT_CUES` cues carry
    the text of cues near findings only, and the page says so.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    assets = resource_files("auditor.reports") / "html"
    style = (assets / "page.css").read_text("utf-8")
    body = "\n".join((assets / name).read_text("utf-8") for name in _SCRIPTS)
    script = f'"use strict";\n(() => {{\n{body}\n}})();\n'
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        (assets / "page.html.jinja").read_text("utf-8")
    )
    # Safe as they stand: our own assets, and JSON in which nothing can end its element.
    page = template.render(
        title=title,
        policy=policy,
        audit=audit,
        style=Markup(style),
        script=Markup(script),
        blocks=[(name, Markup(text)) for name, text in _blocks(audit)],
    )
    return page.encode("utf-8", "replace")
