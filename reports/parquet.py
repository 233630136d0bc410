"""Parquet: one row per finding, for DuckDB and pandas. Needs the extra ``parquet`` (pyarrow)."""

from __future__ import annotations

from typing import BinaryIO

from auditor.model import FileAudit
from auditor.reports.frames import findings_frame

ROWS_HELD = 20_000
"""Findings held before they are written as a row group: about 20 MB."""


class Stream:
    """Writes the findings frame, a row group at a time. Raises ``ImportError`` when pyarrow is not installed."""

    def __init__(self, target: BinaryIO) -> None:
        from pyarrow import Schema
        from pyarrow.parquet import ParquetWriter

        self._schema = Schema.from_pandas(findings_frame(()), preserve_index=False)
        self._writer = ParquetWriter(target, self._schema)
        self._held: list[FileAudit] = []
        self._rows = 0

    def add(self, file: FileAudit) -> None:
        """Take in the findings of a file."""
        if file.findings:
            self._held.append(file)
            self._rows += len(file.findings)
        if self._rows >= ROWS_HELD:
            self._write()

    def close(self) -> None:
        """Write what is held, and the end of the file."""
        self._write()
        self._writer.close()

    def _write(self) -> None:
        from pyarrow import Table

        if self._held:
            frame = findings_frame(self._held)
            self._writer.write_table(Table.from_pandas(frame, schema=self._schema, preserve_index=False))
        self._held, self._rows = [], 0
