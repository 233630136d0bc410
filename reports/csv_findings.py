"""CSV: one row per finding, with a byte order mark so that spreadsheets read Korean and Japanese."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from auditor.model import FileAudit
from auditor.reports.json_audit import finding_row
from auditor.reports.tables import FINDING_COLUMNS

COLUMNS = tuple(FINDING_COLUMNS)

# Spreadsheets run a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


class Stream:
    """Writes the findings of each file as it is audited, as RFC 4180 CSV in UTF-8 with byte order mark."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        target.write(codecs.BOM_UTF8)
        self._write([COLUMNS])

    def add(self, file: FileAudit) -> None:
        """Write a row for each finding of a file."""
        rows = ({"path": file.path, **finding_row(finding)} for finding in file.findings)
        self._write([_cell(row[column]) for column in COLUMNS] for row in rows)

    def close(self) -> None:
        """Nothing follows the last row."""

    def _write(self, rows: Iterable[Iterable[object]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self._target.write(text.getvalue().encode("utf-8", "backslashreplace"))
