"""Tables of files and findings for runs of any size: Parquet for DuckDB and pandas, or JSON Lines.

Both formats have the same columns in the same order.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from auditor.model import FileAudit
from auditor.patterns import lazy_pattern
from auditor.reports.json_audit import file_row, finding_row
from auditor.score import CATEGORIES

TableFormat = Literal["parquet", "jsonl"]

FINDING_COLUMNS: dict[str, str] = {
    "path": "string",
    "rule": "string",
    "name": "string",
    "severity": "string",
    "confidence": "string",
    "category": "string",
    "cue": "int64",
    "start_ms": "int64",
    "end_ms": "int64",
    "line": "int64",
    "column": "int64",
    "end_line": "int64",
    "end_column": "int64",
    "text": "string",
    "message": "string",
    "measured": "string",
    "limit": "string",
    "unit": "string",
    "source": "string",
    "witness": "string",
    "cost": "double",
    "fingerprint": "string",
}
"""Columns of the findings table and their Arrow types.

``measured`` and ``limit`` are text, because rules measure different things; ``cue`` and the
times (ms) are null where a finding is about no cue.
"""

FILE_COLUMNS: dict[str, str] = {
    "path": "string",
    "format": "string",
    "encoding": "string",
    "language": "string",
    "language_decided_by": "string",
    "cues": "int64",
    "duration_s": "double",
    "overall": "double",
    "fidelity": "double",
    "timing": "double",
    "readability": "double",
    "format_score": "double",
    "errors": "int64",
    "warnings": "int64",
    "infos": "int64",
    "accepted": "int64",
    "wer": "double",
    "cer": "double",
    "not_verified": "list<string>",
    "doubts": "list<string>",
    "exposure": "int64",
    **{f"damage_{category}": "int64" for category in CATEGORIES},
}
"""Columns of the files table and their Arrow types.

``format_score`` is the score, ``format`` the kind of file; ``accepted`` counts findings that
were suppressed, ``wer`` and ``cer`` are against the reference (null without one),
``not_verified`` the codes of rules that lacked their evidence, ``doubts`` what speaks against
a witness; ``exposure`` (cues) and the damages (thousandths of a cue) are the addends of scores.
"""


def reported_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a file as a JSON report has it (:func:`~auditor.reports.json_audit.file_row`), with our columns.

    The addends of scores are in no report: they are null. Raises ``KeyError`` and ``TypeError``
    for what is no such row.
    """
    scores, rates = row["scores"], row["error_rates"]
    severities = [finding["severity"] for finding in row["findings"]]
    values = {
        **dict.fromkeys(FILE_COLUMNS),
        **row,
        **scores,
        "format": row["format"],
        "format_score": scores["format"],
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "infos": severities.count("info"),
        "accepted": len(row["accepted"]),
        "wer": rates["wer"] if rates else None,
        "cer": rates["cer"] if rates else None,
        "not_verified": [entry["rule"] for entry in row["not_verified"]],
        "doubts": list(row["warnings"]),
    }
    return {name: values[name] for name in FILE_COLUMNS}


def file_columns(file: FileAudit) -> dict[str, Any]:
    """The row of a file, columns as in :data:`FILE_COLUMNS`."""
    return {
        **reported_columns(file_row(file)),
        "exposure": file.tally.exposure,
        **{f"damage_{c}": amount for c, amount in zip(CATEGORIES, file.tally.damage, strict=True)},
    }


def reported_findings(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of the findings of a file of a JSON report, columns as in :data:`FINDING_COLUMNS`."""
    for finding in row["findings"]:
        values = {"path": row["path"], **finding}
        for key in ("measured", "limit"):
            values[key] = None if values[key] is None else str(values[key])
        yield {name: values[name] for name in FINDING_COLUMNS}


def finding_columns(file: FileAudit) -> Iterator[dict[str, Any]]:
    """The rows of a file's findings, columns as in :data:`FINDING_COLUMNS`."""
    return reported_findings({"path": file.path, "findings": map(finding_row, file.findings)})


def arrow_schema(columns: dict[str, str]) -> Any:
    """The Arrow schema of columns and their types as in :data:`FILE_COLUMNS`."""
    import pyarrow as pa

    of_name: dict[str, Callable[[], Any]] = {
        "string": pa.string,
        "int64": pa.int64,
        "double": pa.float64,
        "list<string>": lambda: pa.list_(pa.string()),
    }
    return pa.schema([(name, of_name[kind]()) for name, kind in columns.items()])


def _text(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n" for row in rows)


def lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Rows as JSON, one a line. A lone surrogate of a broken file has no UTF-8 form: it is written as JSON's escape."""
    return _text(rows).encode("utf-8", "backslashreplace")


_SURROGATE = lazy_pattern("[\ud800-\udfff]")


def arrow_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The same for Arrow, whose strings hold no surrogate: its escape is text."""
    return _SURROGATE.sub(lambda match: f"\\\\u{ord(match[0]):x}", _text(rows)).encode()


def arrow_table(data: bytes, schema: Any) -> Any:
    """The Arrow table of rows as :func:`arrow_lines` gives them.

    Arrow reads JSON by itself, but imports pandas (50 MB) to look at a list of Python's.
    """
    from pyarrow import Table
    from pyarrow.json import ParseOptions, ReadOptions, read_json

    if not data:
        return Table.from_batches([], schema)
    # In one block: a row longer than a block of the usual size would be an error.
    options = ReadOptions(use_threads=False, block_size=len(data) + 1)
    read = read_json(io.BytesIO(data), options, ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"))
    return read.select(schema.names).replace_schema_metadata(schema.metadata)


def _parquet(rows: Iterable[dict[str, Any]], columns: dict[str, str]) -> bytes:
    from pyarrow import parquet

    output = io.BytesIO()
    parquet.write_table(arrow_table(arrow_lines(rows), arrow_schema(columns)), output, compression="zstd")
    return output.getvalue()


def table(rows: Iterable[dict[str, Any]], columns: dict[str, str], kind: TableFormat) -> bytes:
    """Rows as a file of the format. Raises ``ImportError`` when pyarrow is needed and not installed."""
    return _parquet(rows, columns) if kind == "parquet" else lines(rows)


def read_table(data: bytes, kind: TableFormat, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Some columns of a table's rows. Raises ``ValueError`` for what is no such table.

    Raises ``ImportError`` when pyarrow is needed and not installed.
    """
    if kind == "jsonl":
        rows = [json.loads(line) for line in data.decode("utf-8").split("\n") if line]
        try:
            return [{name: row[name] for name in columns} for row in rows]
        except (KeyError, TypeError) as error:
            raise ValueError(f"no column {error}") from error
    import pyarrow as pa
    from pyarrow import parquet

    try:
        found = parquet.ParquetFile(io.BytesIO(data))
        if missing := set(columns) - set(found.schema_arrow.names):
            raise ValueError(f"no column '{min(missing)}'")
        read: list[dict[str, Any]] = found.read(columns=list(columns)).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise ValueError(str(error)) from error
    return read
