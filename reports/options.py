"""What a report may show besides the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from auditor.gate import Verdict


class ReportOptions(Struct, frozen=True):
    """What a report may show besides the audit; a kind that has no place for one takes no notice of it.

    ``title`` heads a page. ``compare`` is the parsed JSON report of an earlier audit:
    findings are then marked as new or gone. ``media`` maps paths of transcripts to the
    addresses of their recordings as seen from the report. ``verdict`` is the gate's,
    where a gate judged. ``colour`` says whether the terminal gets colours; ``None``
    lets the terminal decide.
    """

    title: str = "Transcript audit"
    compare: Mapping[str, Any] | None = None
    media: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict | None = None
    colour: bool | None = None
