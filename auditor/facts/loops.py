"""Repetition in a sequence: where a unit comes again and again, back to back."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from operator import attrgetter, eq

from msgspec import Struct

from auditor.patterns import lazy_pattern


class Loop(Struct, frozen=True):
    """``sequence[start:end]`` repeats a unit of ``period`` items back to back; the last copy may be cut off."""

    start: int
    end: int
    period: int

    @property
    def copies(self) -> int:
        """How many whole copies of the unit there are."""
        return (self.end - self.start) // self.period

    @property
    def exponent(self) -> float:
        """Length over period: 2.5 is two copies and a half."""
        return (self.end - self.start) / self.period


# A unit longer than this is a sentence; comparing longer ones costs more than it finds.
LONGEST_UNIT = 40


# So few items that a regular expression tells sooner than the search below that there is no loop.
_SHORT = 120
_SQUARE = lazy_pattern(r"(.+?)\1", re.DOTALL)


def _holds(found: Sequence[Loop], start: int, end: int) -> bool:
    """Whether a stretch lies inside one of the loops of one period: those come in order, and none holds another."""
    at = bisect_right(found, start, key=attrgetter("start"))
    return at > 0 and found[at - 1].end >= end


def loops(sequence: Sequence[Hashable], longest: int = LONGEST_UNIT) -> list[Loop]:
    """The maximal stretches of at least two copies, shortest period first; a stretch inside one found is left out.

    A stretch of period 1 (``a a a a``) is not reported again with period 2.
    """
    size = len(sequence)
    names = dict(zip(sequence, map(chr, range(_SHORT)), strict=False)) if size <= _SHORT else None
    if size < 2 or len(names or set(sequence)) == size:
        return []
    if names is not None and _SQUARE.search("".join(map(names.__getitem__, sequence))) is None:
        return []  # as most sentences: words come again in them, but no two copies stand side by side
    by_period: list[list[Loop]] = []
    for period in range(1, min(longest, size // 2) + 1):
        # Where the sequence equals itself one period later; a period's length of that makes two copies.
        same = bytes(map(eq, sequence, sequence[period:]))
        two_copies = b"\1" * period
        found: list[Loop] = []
        start = same.find(two_copies)
        while start >= 0:
            stop = same.find(0, start)
            end = (len(same) if stop < 0 else stop) + period
            if not any(_holds(shorter, start, end) for shorter in by_period):
                found.append(Loop(start, end, period))
            start = same.find(two_copies, end - period)
        by_period.append(found)
    return [loop for found in by_period for loop in found]
