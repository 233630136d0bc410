"""What earlier runs found, read again: folders of results and JSON reports as rows, a shard's worth at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from msgspec import Struct

from auditor import storage
from auditor.entries import Entry
from auditor.evaluate import read_audit_file
from auditor.extras import missing
from auditor.reports.tables import reported_columns, reported_findings
from auditor.shards import FILES_PER_SHARD, Plan, read_rows, together

REPORTS = (".json", ".jsonl", ".ndjson")
"""Endings of results that are one file: the reports ``json`` and ``jsonl``. Others are folders."""

Row = Mapping[str, Any]


class ResultsError(ValueError):
    """Results that cannot be used; one line that says which, why and what to do."""


class Batch(Struct, frozen=True):
    """Some files of a run: the transcripts, what the files table says of each, and its findings when asked for.

    ``findings`` gives the rows of findings by the path of their file.
    """

    entries: Sequence[Entry]
    files: Sequence[Row]
    findings: Callable[[], Mapping[str, list[Row]]]


class Results(Struct, frozen=True):
    """Folders of results, and JSON reports, in the order given; their rows are read when asked for."""

    paths: tuple[str, ...]
    plans: Mapping[str, Plan]

    def batches(self, file_columns: Sequence[str], finding_columns: Sequence[str]) -> Iterator[Batch]:
        """The rows of all files, with at least the columns named.

        Raises :class:`ResultsError`, :class:`~auditor.shards.ShardError`, :class:`~auditor.evaluate.LabelError`.
        """
        for path in self.paths:
            if path not in self.plans:
                yield from _of_report(path)
                continue
            try:
                for rows in read_rows(path, self.plans[path], file_columns, finding_columns):
                    yield Batch(rows.entries, rows.files, partial(_by_path, rows.findings))
            except ImportError as error:
                said = missing(f"{storage.shown(path)}: reading Parquet", error, "parquet")
                raise ResultsError(said) from error


def find(paths: Sequence[str]) -> Results:
    """The results at paths, which must be finished and go together.

    Raises :class:`ResultsError` and :class:`~auditor.shards.ShardError`.
    """
    shown = [storage.shown(path).rstrip("/") for path in paths]
    for name in shown:
        if shown.count(name) > 1:
            raise ResultsError(f"{name}: named twice; its files would count twice")
    folders = [path for path in paths if not path.lower().endswith(REPORTS)]
    return Results(tuple(paths), together(folders))


def _by_path(findings: Callable[[], Sequence[Row]]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for finding in findings():
        found.setdefault(finding["path"], []).append(finding)
    return found


def _lines(path: str) -> Iterator[tuple[str, Any]]:
    """The rows of a report, and where each stands."""
    if path.lower().endswith(".json"):
        yield from ((f"file {number}", row) for number, row in enumerate(read_audit_file(path)["files"], 1))
        return
    try:
        with storage.opened(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"line {number}", json.loads(line)
    except OSError as error:
        raise ResultsError(f"{storage.shown(path)}: cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ResultsError(f"{storage.shown(path)}: line {number} is not valid JSON ({error})") from error


def _of_report(path: str) -> Iterator[Batch]:
    waiting, name = _lines(path), storage.shown(path)
    while share := list(islice(waiting, FILES_PER_SHARD)):
        rows: list[Row] = []
        findings: list[Row] = []
        for where, row in share:
            try:
                rows.append(reported_columns(row))
                findings += reported_findings(row)
            except (KeyError, TypeError, AttributeError) as error:
                remedy = f"write the report with --report jsonl={name}"
                raise ResultsError(f"{name}: {where} is no audited file (no {error}); {remedy}") from error
        yield Batch([Entry(row["path"]) for row in rows], rows, partial(_by_path, findings.copy))
