"""The pictures of a run: overview, heat map, and a timeline of each of the worst files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from auditor.model import Audit
from auditor.reports.options import ReportOptions
from auditor.reports.png import PictureFormat, render_file, render_heat_map, render_overview
from auditor.totals import worst_first

MOST_TIMELINES = 50
"""Timelines drawn in one run: a picture takes about half a second, and nobody looks at more."""


def render_set(kind: str, audit: Audit, options: ReportOptions) -> Iterator[tuple[str, bytes]]:
    """Name and content of each picture as ``png`` or ``svg``.

    Only files with findings get a timeline, at most :data:`MOST_TIMELINES`.
    """
    fmt = cast(PictureFormat, kind)
    yield f"overview.{fmt}", render_overview(audit, fmt)
    yield f"heat-map.{fmt}", render_heat_map(audit, fmt)
    drawn = [file for file in worst_first(audit.files) if file.findings][:MOST_TIMELINES]
    for file in drawn:
        name = re.sub(r"[^\w.\-]+", "_", file.path).strip("_") or "transcript"
        yield f"{name}.{fmt}", render_file(file, fmt)
