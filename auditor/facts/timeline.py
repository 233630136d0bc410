"""Cues in the order in which they appear on screen, whatever their order in the file."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from weakref import WeakKeyDictionary

from msgspec import Struct

from auditor.facts.sounds import blank
from auditor.model import Cue, Document


class Gap(Struct, frozen=True):
    """A time without a caption: from ``start_ms`` until ``after`` appears.

    ``before`` is the cue that was on screen last; ``None`` at the head of the media.
    """

    start_ms: int
    before: Cue | None
    after: Cue

    @property
    def duration_ms(self) -> int:
        """How long nothing is on screen."""
        return self.after.start_ms - self.start_ms


_TIMELINES: WeakKeyDictionary[Document, tuple[Cue, ...]] = WeakKeyDictionary()


def timeline(document: Document) -> tuple[Cue, ...]:
    """The cues that last some time, by start; cues that start together stay in file order. Computed once a document."""
    known = _TIMELINES.get(document)
    if known is None:
        lasting = [cue for cue in document.cues if cue.end_ms > cue.start_ms]
        known = _TIMELINES[document] = tuple(sorted(lasting, key=attrgetter("start_ms")))
    return known


_EDGES: WeakKeyDictionary[Document, tuple[list[int], list[int]]] = WeakKeyDictionary()


def edges(document: Document) -> tuple[list[int], list[int]]:
    """The starts, and the ends, of the cues of the :func:`timeline` in its order (ms); not to be changed."""
    known = _EDGES.get(document)
    if known is None:
        cues = timeline(document)
        known = _EDGES[document] = ([cue.start_ms for cue in cues], [cue.end_ms for cue in cues])
    return known


def gaps(document: Document) -> Iterator[Gap]:
    """The times in which no caption is visible, from the start of the media to the last cue.

    A gap begins where the last of all earlier cues has ended, so a long cue
    under several short ones bridges them. Cues that show nothing bridge nothing.
    """
    end_ms = 0
    last: Cue | None = None
    for cue in timeline(document):
        if blank(cue.text):
            continue
        if cue.start_ms > end_ms:
            yield Gap(end_ms, last, cue)
        if last is None or cue.end_ms > end_ms:
            end_ms, last = cue.end_ms, cue
