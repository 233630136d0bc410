"""Diagnostics for reviewdog (rdjsonl): one JSON object per finding and line.

Reviewdog counts columns in bytes of UTF-8. They are written where the text before them is known, which takes the
cues of the file; elsewhere the range covers whole lines.
"""

from __future__ import annotations

import json
from typing import Any

from auditor.model import Audit, Cue, FileAudit, Finding, Severity
from auditor.reports.ci import Located, headline, located
from auditor.reports.json_audit import TOOL

_SEVERITY = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def _line(cue: Cue, number: int) -> str | None:
    """The text of a line of the cue as far as the cue tells, ``None`` for a line that begins with something else."""
    if cue.text_column == 1 and cue.text_line <= number:
        lines = cue.raw_text.split("\n")
        at = number - cue.text_line
        return lines[at] if at < len(lines) else None
    if number == cue.line and cue.timing_span.column == 1:
        return " " * (cue.timing_span.end_column - 1)  # times are ASCII: a byte a character
    return None


def _byte_column(cue: Cue | None, number: int, column: int) -> int | None:
    """The 1-based column in bytes of UTF-8, ``None`` if the text before it is not known."""
    if column <= 1:
        return 1
    line = _line(cue, number) if cue is not None else None
    if line is None or len(line) < column - 1:
        return None
    return len(line[: column - 1].encode("utf-8", "surrogatepass")) + 1


def _cue(file: FileAudit, finding: Finding) -> Cue | None:
    if file.document is None or finding.cue is None:
        return None
    return file.document.cues[finding.cue - 1]


def _range(file: FileAudit, finding: Finding) -> dict[str, Any]:
    span, cue = finding.span, _cue(file, finding)
    line, end_line = max(1, span.line), max(1, span.line, span.end_line)
    start = _byte_column(cue, line, span.column)
    end = _byte_column(cue, end_line, span.end_column)
    if start is not None and end is not None:
        return {"start": {"line": line, "column": start}, "end": {"line": end_line, "column": end}}
    # A range without columns includes its last line; a span that ends before a line's first character does not.
    if span.end_column <= 1 and end_line > line:
        end_line -= 1
    return {"start": {"line": line}, "end": {"line": end_line}}


def _diagnostic(one: Located) -> dict[str, Any]:
    finding = one.finding
    return {
        "message": headline(finding),
        "location": {"path": one.path, "range": _range(one.file, finding)},
        "severity": _SEVERITY[finding.severity],
        "source": {"name": TOOL},
        "code": {"value": finding.rule},
    }


def render(audit: Audit) -> bytes:
    """One diagnostic per line, file by file."""
    lines = (json.dumps(_diagnostic(one), ensure_ascii=False) for one in located(audit))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
