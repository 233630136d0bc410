"""Which cues of one track go with which of another by time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from weakref import WeakKeyDictionary

from msgspec import Struct

from auditor.facts.sounds import blank
from auditor.facts.timeline import timeline
from auditor.model import Cue, Document

LEAST_SHARED_TIME = 0.5
"""Below this share of common caption time (0-1) two tracks are not of one recording, or run on two clocks."""


class Track(Struct, frozen=True):
    """The cues of a document that last some time and say something, by start time."""

    cues: tuple[Cue, ...]
    starts: tuple[int, ...]
    latest_ends: tuple[int, ...]  # the latest end of all cues up to this one: never falls, so it can be searched

    def between(self, start_ms: int, end_ms: int, neighbours: int = 0) -> tuple[Cue, ...]:
        """The cues on screen at some time from ``start_ms`` until ``end_ms``, and so many neighbours on each side.

        Where no cue is on screen, the neighbours alone.
        """
        first = bisect_right(self.latest_ends, start_ms)
        last = bisect_left(self.starts, end_ms)
        return self.cues[max(0, first - neighbours) : max(first, last) + neighbours]

    def covered_ms(self, start_ms: int, end_ms: int) -> int:
        """How much of a time some cue is on screen."""
        covered, reached = 0, start_ms
        for cue in self.between(start_ms, end_ms):
            begin, end = max(reached, cue.start_ms), min(end_ms, cue.end_ms)
            if end > begin:
                covered += end - begin
                reached = end
        return covered


_TRACKS: WeakKeyDictionary[Document, Track] = WeakKeyDictionary()


def track(document: Document) -> Track:
    """The document's cues for look-up by time; computed once per document."""
    known = _TRACKS.get(document)
    if known is None:
        cues = tuple(cue for cue in timeline(document) if not blank(cue.text))
        starts = tuple(cue.start_ms for cue in cues)
        known = _TRACKS[document] = Track(cues, starts, tuple(accumulate((cue.end_ms for cue in cues), max)))
    return known


_SENTENCE_END = (".", "?", "!", "。", "｡", "？", "！")
_LONGEST_SENTENCE = 6


def sentence_times(cues: Sequence[Cue]) -> list[tuple[int, int]]:
    """From when until when, in ms, the sentence of each cue lasts; at most six cues, as far as full stops tell."""
    times: list[tuple[int, int]] = []
    first = 0
    for at, cue in enumerate(cues):
        last = at + 1 == len(cues) or at + 1 - first == _LONGEST_SENTENCE
        if last or cue.text.rstrip().endswith(_SENTENCE_END):
            times += [(cues[first].start_ms, cue.end_ms)] * (at + 1 - first)
            first = at + 1
    return times


def is_timed(document: Document) -> bool:
    """Whether any cue lasts some time; a plain text is one cue that lasts none."""
    return any(cue.end_ms > cue.start_ms for cue in document.cues)


def shared_time(document: Document, other: Document) -> float:
    """The share (0-1) of the shorter track's caption time in which the other has a caption too.

    Near 1 for two tracks of one video, low for tracks that are shifted or of different media.
    """
    first, second = track(document), track(other)
    if not first.cues or not second.cues:
        return 0.0
    shares = []
    for one, two in ((first, second), (second, first)):
        whole = one.covered_ms(one.starts[0], one.latest_ends[-1])
        shares.append(sum(two.covered_ms(c.start_ms, c.end_ms) for c in one.cues) / max(1, whole))
    return min(1.0, max(shares))
