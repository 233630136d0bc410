"""Audits as pandas frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from auditor.model import FileAudit
from auditor.reports.json_audit import file_row, finding_row

if TYPE_CHECKING:
    import pandas as pd

FINDING_DTYPES = {
    "path": "string",
    "rule": "string",
    "name": "string",
    "severity": "string",
    "confidence": "string",
    "category": "string",
    "cue": "Int64",
    "start_ms": "Int64",
    "end_ms": "Int64",
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
    "cost": "float64",
    "fingerprint": "string",
}
"""Columns of the findings frame; ``measured`` and ``limit`` are text, because rules measure different things."""

FILE_DTYPES = {
    "path": "string",
    "format": "string",
    "encoding": "string",
    "language": "string",
    "language_decided_by": "string",
    "cues": "int64",
    "duration_s": "float64",
    "overall": "float64",
    "fidelity": "float64",
    "timing": "float64",
    "readability": "float64",
    "format_score": "float64",
    "errors": "int64",
    "warnings": "int64",
    "infos": "int64",
}
"""Columns of the files frame; ``format_score`` is the score, ``format`` the kind of file."""


def findings_frame(files: Iterable[FileAudit]) -> pd.DataFrame:
    """One row per finding, columns and dtypes as in :data:`FINDING_DTYPES`."""
    import pandas as pd

    rows = []
    for file in files:
        for finding in file.findings:
            row = {"path": file.path, **finding_row(finding)}
            for key in ("measured", "limit"):
                row[key] = None if row[key] is None else str(row[key])
            rows.append(row)
    return pd.DataFrame(rows, columns=list(FINDING_DTYPES)).astype(FINDING_DTYPES)


def files_frame(files: Iterable[FileAudit]) -> pd.DataFrame:
    """One row per file, columns and dtypes as in :data:`FILE_DTYPES`."""
    import pandas as pd

    rows = []
    for file in files:
        row = file_row(file)
        scores = row["scores"]
        errors, warnings, infos = file.tally.findings
        rows.append(
            {**row, **scores, "format": row["format"], "format_score": scores["format"]}
            | {"errors": errors, "warnings": warnings, "infos": infos}
        )
    return pd.DataFrame(rows, columns=list(FILE_DTYPES)).astype(FILE_DTYPES)
