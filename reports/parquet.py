"""Parquet: one row per finding, for DuckDB and pandas. Needs the extra ``parquet`` (pyarrow)."""

from __future__ import annotations

import io

from auditor.model import Audit
from auditor.reports.frames import findings_frame


def render(audit: Audit) -> bytes:
    """The findings frame as Parquet. Raises ``ImportError`` when pyarrow is not installed."""
    output = io.BytesIO()
    findings_frame(audit).to_parquet(output, index=False)
    return output.getvalue()
