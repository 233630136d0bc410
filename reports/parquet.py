"""Parquet: one row per finding, for DuckDB and pandas. Needs the extra ``parquet`` (pyarrow)."""

from __future__ import annotations

import io
import json
from typing import Any, BinaryIO

from auditor.model import FileAudit
from auditor.reports.frames import FINDING_DTYPES
from auditor.reports.tables import arrow_lines, arrow_table, finding_columns

ROWS_HELD = 20_000
"""Findings held before they are written as a row group: about 10 MB."""

_KINDS = {"string": "object"}
"""What the metadata of a pandas column says it holds, where that is not its dtype in lower case."""


def _schema() -> Any:
    """The Arrow schema of the findings frame, with the metadata from which pandas restores its dtypes.

    The metadata are those of the pandas section of the Parquet format's developer guide. pandas could
    write them, but takes longer to import than the findings of a hundred files to write.
    """
    import pyarrow as pa

    columns = [
        {
            "name": name,
            "field_name": name,
            "pandas_type": _KINDS.get(dtype, dtype.lower()),
            "numpy_type": dtype,
            "metadata": None,
        }
        for name, dtype in FINDING_DTYPES.items()
    ]
    stated = {"index_columns": [], "column_indexes": [], "columns": columns, "pandas_version": "2.0.0"}
    types = {"string": pa.large_string(), "Int64": pa.int64(), "int64": pa.int64(), "float64": pa.float64()}
    fields = [(name, types[dtype]) for name, dtype in FINDING_DTYPES.items()]
    return pa.schema(fields, metadata={"pandas": json.dumps(stated)})


class Stream:
    """Writes the findings frame, a row group at a time. Raises ``ImportError`` when pyarrow is not installed."""

    def __init__(self, target: BinaryIO) -> None:
        from pyarrow.parquet import ParquetWriter

        self._schema = _schema()
        self._writer = ParquetWriter(target, self._schema)
        self._held = io.BytesIO()
        self._rows = 0

    def add(self, file: FileAudit) -> None:
        """Take in the findings of a file."""
        self._held.write(arrow_lines(finding_columns(file)))
        self._rows += len(file.findings)
        if self._rows >= ROWS_HELD:
            self._write()

    def close(self) -> None:
        """Write what is held, and the end of the file."""
        self._write()
        self._writer.close()

    def _write(self) -> None:
        if self._rows:
            self._writer.write_table(arrow_table(self._held.getvalue(), self._schema))
        self._held, self._rows = io.BytesIO(), 0
