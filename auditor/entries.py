"""What a run audits: transcripts by their paths, with what is known of them besides."""

from __future__ import annotations

from msgspec import Struct

from auditor.model import Language


class Paths(Struct, frozen=True):
    """The witness files of one transcript, ``None`` where there is none."""

    reference: str | None = None
    hypothesis: str | None = None
    source: str | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """Those there are, in this order."""
        return tuple(path for path in (self.reference, self.hypothesis, self.source) if path is not None)


class Entry(Struct, frozen=True):
    """A transcript to audit: its path, and what is known of it besides; ``None`` where nothing is."""

    path: str
    language: Language | None = None
    witnesses: Paths | None = None
