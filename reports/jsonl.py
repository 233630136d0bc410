"""JSON Lines: one document per file and line, for streams and for runs too large for one document."""

from __future__ import annotations

import json

from auditor.model import Audit
from auditor.reports.json_audit import file_row


def render(audit: Audit) -> bytes:
    """One line of JSON per file, in the order of the run."""
    lines = [json.dumps(file_row(file), ensure_ascii=False, separators=(",", ":")) for file in audit.files]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
