"""The SVG report: the picture of the PNG report as a drawing that stays sharp at any size.

Text is drawn as outlines, so that Korean and Japanese show in viewers without the fonts.
"""

from __future__ import annotations

from auditor.model import Audit
from auditor.reports.png import render_file, render_overview


def render(audit: Audit) -> bytes:
    """A picture of the audit as SVG: the timeline of its file when it has one, otherwise the overview of the run."""
    return render_file(audit.files[0], "svg") if len(audit.files) == 1 else render_overview(audit, "svg")
