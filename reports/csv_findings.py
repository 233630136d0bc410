"""CSV: one row per finding, with a byte order mark so that spreadsheets read Korean and Japanese."""

from __future__ import annotations

import csv
import io

from auditor.model import Audit
from auditor.reports.json_audit import finding_row

COLUMNS = (
    "path",
    "rule",
    "name",
    "severity",
    "confidence",
    "category",
    "cue",
    "start_ms",
    "end_ms",
    "line",
    "column",
    "end_line",
    "end_column",
    "text",
    "message",
    "measured",
    "limit",
    "unit",
    "source",
    "witness",
    "cost",
    "fingerprint",
)

# Spreadsheets run a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def render(audit: Audit) -> bytes:
    """All findings as RFC 4180 CSV in UTF-8 with byte order mark; the first row names the columns."""
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(COLUMNS)
    for file in audit.files:
        for finding in file.findings:
            row = {"path": file.path, **finding_row(finding)}
            writer.writerow([_cell(row[column]) for column in COLUMNS])
    return output.getvalue().encode("utf-8-sig", "backslashreplace")
