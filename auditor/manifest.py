"""Manifests: lists of transcripts, with what is known of each, so that no folder or bucket has to be searched.

Parquet (``.parquet``), JSON Lines (``.jsonl``, ``.ndjson``), CSV (``.csv``, ``.tsv``), or a text
with one path a line. The columns read are :data:`COLUMNS`; others are ignored. Rows are
fetched as they are needed, so a list may be longer than memory.
"""

from __future__ import annotations

import csv
import json
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import IO, Any

from auditor import storage
from auditor.archives import Place, unchained
from auditor.entries import Entry, Paths
from auditor.extras import missing
from auditor.model import Language
from auditor.parse.language import normalise
from auditor.remote import checked, scheme

PATH, LANGUAGE = "path", "language"
WITNESSES = ("reference", "hypothesis", "source_track")
COLUMNS = (PATH, LANGUAGE, *WITNESSES)

MOST_WARNINGS = 100
"""Rows left out that are named; the others are counted."""


class ManifestError(ValueError):
    """A manifest that cannot be read at all; one line that says which, why and what to do."""


class _RowError(ValueError):
    """A row that cannot be used: why."""


class _Seen:
    """The paths that have come already: an open-addressing table of their 64-bit hashes, 16 to 32 bytes a path.

    That two of ten million paths share a hash has a chance of three in a million.
    """

    def __init__(self) -> None:
        self._table = array("q", bytes(8 * 1024))
        self._count = 0

    def add(self, path: str) -> bool:
        """Whether the path is new."""
        if 2 * self._count >= len(self._table):
            old, self._table = self._table, array("q", bytes(16 * len(self._table)))
            for value in old:
                if value:
                    self._put(value)
        new = self._put(hash(path) or 1)
        self._count += new
        return new

    def _put(self, value: int) -> bool:
        table, mask = self._table, len(self._table) - 1
        at = value & mask
        while table[at]:
            if table[at] == value:
                return False
            at = (at + 1) & mask
        table[at] = value
        return True


Row = tuple[str, Mapping[str, Any] | _RowError]
"""Where a row stands, and what it holds or why it cannot be read."""


def _lines(file: IO[bytes]) -> Iterator[str]:
    for number, line in enumerate(file):
        # A path of this machine may be in no encoding; what is no UTF-8 stays what it is.
        yield line.decode("utf-8-sig" if number == 0 else "utf-8", "surrogateescape")


def _from_text(file: IO[bytes], _where: str) -> Iterator[Row]:
    for number, line in enumerate(_lines(file), 1):
        path = line.strip()
        if path and not path.startswith("#"):
            yield f"line {number}", {PATH: path}


def _from_json_lines(file: IO[bytes], _where: str) -> Iterator[Row]:
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield f"line {number}", _RowError(f"not valid JSON ({error})")
        else:
            yield f"line {number}", row if isinstance(row, dict) else _RowError("not a JSON object")


def _from_csv(file: IO[bytes], where: str) -> Iterator[Row]:
    reader = csv.reader(_lines(file), delimiter="\t" if where.lower().endswith(".tsv") else ",", strict=True)
    head: list[str] | None = None
    while True:
        start = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield f"line {start}", _RowError(str(error))
            continue
        if head is None:
            head = [name.strip().lower() for name in fields]
            _with_path(head, where)
        elif len(fields) > len(head):
            yield f"line {start}", _RowError(f"it has {len(fields)} columns, and the first line names {len(head)}")
        elif fields:
            yield f"line {start}", dict(zip(head, fields, strict=False))


def _from_parquet(file: IO[bytes], where: str) -> Iterator[Row]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ManifestError(missing(f"{where}: reading Parquet", error, "parquet")) from error
    number = 0
    try:
        table = parquet.ParquetFile(file)
        names = table.schema_arrow.names
        _with_path(names, where)
        for batch in table.iter_batches(columns=[name for name in COLUMNS if name in names]):
            for row in batch.to_pylist():
                number += 1
                yield f"row {number}", row
    except pyarrow.ArrowException as error:
        said = " ".join(str(error).split())
        raise ManifestError(f"{where}: no Parquet that can be read from row {number + 1} on: {said}") from error


def _with_path(names: Iterable[str], where: str) -> None:
    known = list(names)
    if PATH not in known:
        raise ManifestError(f"{where}: no column '{PATH}'; its columns: {', '.join(known)}")


_READERS: dict[str, Callable[[IO[bytes], str], Iterator[Row]]] = {
    ".parquet": _from_parquet,
    ".jsonl": _from_json_lines,
    ".ndjson": _from_json_lines,
    ".csv": _from_csv,
    ".tsv": _from_csv,
}


def _text(row: Mapping[str, Any], column: str) -> str | None:
    value = row.get(column)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _RowError(f"column '{column}' holds no text: {value!r}")
    return value.strip() or None


class Manifest:
    """The entries of a manifest, each path once, fetched as they are needed.

    A row that cannot be used is left out; ``warnings`` says which and why once the
    rows have been fetched. Paths are relative to the manifest's folder.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._shown = storage.shown(path)
        self._folder = storage.parent(path)
        self._warnings: list[str] = []
        self._left_out = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """Which rows were left out, and why: the first :data:`MOST_WARNINGS`, and how many more."""
        more = self._left_out - len(self._warnings)
        return (*self._warnings, *([f"{self._shown}: {more:,} more rows were left out"] if more else []))

    def __iter__(self) -> Iterator[Entry]:
        """The entries, in order. Raises :class:`ManifestError` when the manifest as a whole cannot be read."""
        self._warnings, self._left_out = [], 0
        read = _READERS.get(os.path.splitext(self._shown)[1].lower(), _from_text)
        seen = _Seen()
        try:
            with self._opened() as file:
                for place, row in read(file, self._shown):
                    try:
                        entry = self._entry(row)
                    except (_RowError, OSError) as error:
                        self._leave_out(place, error)
                    else:
                        if seen.add(entry.path):
                            yield entry
        except OSError as error:
            raise ManifestError(f"{self._shown}: the manifest cannot be read: {error.strerror}") from error

    def _opened(self) -> AbstractContextManager[IO[bytes]]:
        return storage.opened(self.path)

    def _leave_out(self, place: str, error: Exception) -> None:
        self._left_out += 1
        if self._left_out <= MOST_WARNINGS:
            self._warnings.append(f"{self._shown}: {place} is left out: {error}")

    def _entry(self, row: Mapping[str, Any] | _RowError) -> Entry:
        if isinstance(row, _RowError):
            raise row
        path = _text(row, PATH)
        if path is None:
            raise _RowError(f"column '{PATH}' is empty")
        language = _text(row, LANGUAGE)
        tag = normalise(language) if language is not None else None
        if language is not None and tag is None:
            raise _RowError(f"unknown language '{language}'; expected a tag such as ko, en-US or zh-Hans")
        beside = [self._located(_text(row, column)) for column in WITNESSES]
        return Entry(
            self._located(path) or path,
            Language(tag, "manifest") if tag else None,
            Paths(*beside) if any(beside) else None,
        )

    def _located(self, path: str | None) -> str | None:
        if path is None:
            return None
        if (chained := unchained(path)) is not None:
            return Place(self._located(chained.archive) or "", chained.inner).path
        if scheme(path) is not None:
            checked(path)
        return storage.join(self._folder, path)
