"""Manifests that :mod:`auditor.manifest` reads, written a few rows at a time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Literal, get_args

from auditor.manifest import PATH, ManifestError
from auditor.reports.tables import arrow_schema

ManifestFormat = Literal["jsonl", "parquet", "csv", "text"]

FORMATS: tuple[ManifestFormat, ...] = get_args(ManifestFormat)

ENDINGS: Mapping[ManifestFormat, str] = {"jsonl": "jsonl", "parquet": "parquet", "csv": "csv", "text": "txt"}
"""What the file of a format is called after the dot, which is how its readers know it."""

Row = Mapping[str, Any]


def json_line(row: Mapping[str, Any]) -> bytes:
    """A row as a line of JSON in UTF-8; in ASCII where a text has no UTF-8 form, such as a path in no encoding."""
    try:
        return f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n".encode()
    except UnicodeEncodeError:
        return f"{json.dumps(row, separators=(',', ':'))}\n".encode("ascii")


class ManifestWriter:
    """A manifest in the making, with columns and their Arrow types as in :data:`auditor.reports.tables.FILE_COLUMNS`.

    A text has the paths only. Raises ``ImportError`` when pyarrow is needed and not installed.
    """

    def __init__(self, target: BinaryIO, kind: ManifestFormat, columns: dict[str, str]) -> None:
        self._target = target
        self._columns = columns
        self._kind = kind
        self._schema: Any = None
        self._table: Any = None
        if kind == "parquet":
            from pyarrow.parquet import ParquetWriter

            self._schema = arrow_schema(columns)
            self._table = ParquetWriter(target, self._schema, compression="zstd")
        elif kind == "csv":
            self._csv([tuple(columns)])

    def add(self, rows: Sequence[Row]) -> None:
        """Write rows. Raises :class:`~auditor.manifest.ManifestError` for a path that the format cannot hold."""
        write: Mapping[ManifestFormat, Callable[[Sequence[Row]], None]] = {
            "jsonl": lambda rows: self._target.writelines(map(json_line, rows)),
            "csv": lambda rows: self._csv([[row[name] for name in self._columns] for row in rows]),
            "text": self._text,
            "parquet": self._parquet,
        }
        try:
            write[self._kind](rows)
        except UnicodeEncodeError as error:
            path = error.object[:100].encode("utf-8", "backslashreplace").decode()
            raise self._unfit(path, "has no UTF-8 form") from error

    def close(self) -> None:
        """Write the end. The target is not closed."""
        if self._table is not None:
            self._table.close()

    def _unfit(self, path: str, why: str) -> ManifestError:
        return ManifestError(f"a manifest of format {self._kind} cannot hold '{path}', which {why}; use --format jsonl")

    def _csv(self, rows: Iterable[Sequence[Any]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._target.write(text.getvalue().encode("utf-8", "surrogateescape"))

    def _text(self, rows: Sequence[Row]) -> None:
        for row in rows:
            path = row[PATH]
            if path.startswith("#") or "\n" in path or path != path.strip():
                raise self._unfit(path.replace("\n", "\\n"), "begins with #, or has a line break or blanks at an end")
            self._target.write(f"{path}\n".encode("utf-8", "surrogateescape"))

    def _parquet(self, rows: Sequence[Row]) -> None:
        import pyarrow as pa

        if rows:
            self._table.write_table(pa.Table.from_pylist(list(rows), self._schema))
