"""JSON Lines: one document per file and line, for streams and for runs too large for one document."""

from __future__ import annotations

import json
from typing import BinaryIO

from auditor.model import FileAudit
from auditor.reports.json_audit import file_row


class Stream:
    """Writes a line for each file as it is audited."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    def add(self, file: FileAudit) -> None:
        """Write the line of a file."""
        line = json.dumps(file_row(file), ensure_ascii=False, separators=(",", ":"))
        self._target.write(f"{line}\n".encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Nothing follows the last line."""
