"""Audits as pandas frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from auditor.model import FileAudit
from auditor.reports.tables import FILE_COLUMNS, FINDING_COLUMNS, file_columns, finding_columns

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {"string": "string", "int64": "int64", "double": "float64"}
_OF_CUE = ("cue", "start_ms", "end_ms")

FINDING_DTYPES = {
    name: "Int64" if name in _OF_CUE else _DTYPES[kind]  # the capital: it may be missing
    for name, kind in FINDING_COLUMNS.items()
}
"""Columns of the findings frame, those of :data:`auditor.reports.tables.FINDING_COLUMNS`, and their dtypes."""

FILE_DTYPES = {
    name: _DTYPES[FILE_COLUMNS[name]]
    for name in (
        *("path", "format", "encoding", "language", "language_decided_by", "cues", "duration_s"),
        *("overall", "fidelity", "timing", "readability", "format_score", "errors", "warnings", "infos"),
    )
}
"""Columns of the files frame, described at :data:`auditor.reports.tables.FILE_COLUMNS`, and their dtypes."""


def findings_frame(files: Iterable[FileAudit]) -> pd.DataFrame:
    """One row per finding, columns and dtypes as in :data:`FINDING_DTYPES`."""
    import pandas as pd

    rows = [row for file in files for row in finding_columns(file)]
    return pd.DataFrame(rows, columns=list(FINDING_DTYPES)).astype(FINDING_DTYPES)


def files_frame(files: Iterable[FileAudit]) -> pd.DataFrame:
    """One row per file, columns and dtypes as in :data:`FILE_DTYPES`."""
    import pandas as pd

    return pd.DataFrame(map(file_columns, files), columns=list(FILE_DTYPES)).astype(FILE_DTYPES)
