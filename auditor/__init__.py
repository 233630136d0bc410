"""Find what is wrong in speech transcripts: loops, foreign fragments, phantom phrases, broken timing.

The public API: :func:`read` a transcript into a :class:`Document`, :func:`audit`
paths into an :class:`Audit`. Importing this package imports nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.api import Audit, audit, read
    from auditor.model import Cue, Document, Finding

__version__ = "0.1.0"
__all__ = ["Audit", "Cue", "Document", "Finding", "audit", "read"]

_HOMES = {
    "Audit": "auditor.api",
    "audit": "auditor.api",
    "read": "auditor.api",
    "Cue": "auditor.model",
    "Document": "auditor.model",
    "Finding": "auditor.model",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'auditor' has no attribute '{name}'")
