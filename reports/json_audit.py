"""JSON: the whole audit as one document, as described by the schema beside this module."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import asdict

from auditor.model import Audit, FileAudit, Finding, Scores, Tally

_COMPACT = json.JSONEncoder(ensure_ascii=False).encode

SCHEMA_VERSION = 1
TOOL = "transcript-auditor"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that every report of this kind satisfies."""
    from importlib.resources import files

    text = files("auditor.reports").joinpath("schema/audit.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding with the names of the contract; lines and columns 1-based, times in ms."""
    span = finding.span
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "category": finding.category.value,
        "cue": finding.cue,
        "start_ms": finding.start_ms,
        "end_ms": finding.end_ms,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "text": finding.text,
        "message": finding.message,
        "measured": finding.measured,
        "limit": finding.limit,
        "unit": finding.unit,
        "source": finding.source,
        "witness": finding.witness,
        "cost": finding.cost,
        "fingerprint": finding.fingerprint,
    }


def _scores(scores: Scores) -> dict[str, float]:
    return asdict(scores)


def _duration(tally: Tally) -> float:
    return tally.duration_ms / 1000


def file_row(file: FileAudit) -> dict[str, Any]:
    """One file with its scores and findings."""
    return {
        "path": file.path,
        "format": file.format,
        "encoding": file.encoding,
        "language": file.language.tag,
        "language_decided_by": file.language.how,
        "cues": file.tally.cues,
        "duration_s": _duration(file.tally),
        "scores": _scores(file.scores),
        "not_verified": [{"rule": entry.rule, "reason": entry.reason} for entry in file.not_verified],
        "findings": [finding_row(finding) for finding in file.findings],
        "error_rates": None if file.error_rates is None else asdict(file.error_rates),
        "warnings": list(file.warnings),
        "accepted": [{**finding_row(entry.finding), "reason": entry.reason} for entry in file.accepted],
    }


def audit_row(audit: Audit) -> dict[str, Any]:
    """The whole audit as plain values."""
    errors, warnings, infos = audit.tally.findings
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": TOOL, "version": audit.version},
        "profile": audit.profile,
        "summary": {
            "files": audit.tally.files,
            "cues": audit.tally.cues,
            "duration_s": _duration(audit.tally),
            "findings": {"error": errors, "warning": warnings, "info": infos},
            "scores": _scores(audit.scores),
        },
        "files": [file_row(file) for file in audit.files],
    }


def _file_text(row: dict[str, Any]) -> str:
    """A file as JSON, each of its findings on a line of its own."""
    findings = ",\n   ".join(map(_COMPACT, row["findings"]))
    lists = f"[\n   {findings}]" if findings else "[]"
    return ", ".join(f'"{name}": {lists if name == "findings" else _COMPACT(value)}' for name, value in row.items())


def render(audit: Audit) -> bytes:
    """The audit as UTF-8 JSON: a line for each finding, and for what is said of each file."""
    row = audit_row(audit)
    # Laid out by hand: the encoder of the standard library takes five times as long once it is asked to indent.
    files = ",\n".join(f"  {{{_file_text(file)}}}" for file in row.pop("files"))
    head = json.dumps(row, ensure_ascii=False, indent=1).removesuffix("\n}")
    text = f'{head},\n "files": [\n{files}\n ]\n}}'
    # A lone surrogate of a broken file has no UTF-8 form; its escape says the same.
    return (text + "\n").encode("utf-8", "backslashreplace")
