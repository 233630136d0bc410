"""Alignment of two timed texts in which words far apart in time are never the same word.

The cheapest alignment of two texts knows no time: where a phrase recurs and one
of its places is missing, it may pair the words of minute one with those of minute
six. Here a pair may be only so far apart, and of equally cheap pairs the nearer is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Times = npt.NDArray[np.float64]
    Positions = npt.NDArray[np.int64]

ChunkKind = Literal["equal", "substitute", "delete", "insert"]

FARTHEST_S = 30.0
"""How far apart (seconds) two words may stand and still be one: live captions lag by ten seconds and
more, and within a recogniser's segment of 30 s a word's time is a guess."""

# Small enough that all pairs of a long talk together weigh less than one edit.
_A_SECOND_APART = 1e-7
# Unordered times make the band of possible pairs as wide as the text: such times say nothing.
_MOST_CELLS = 60_000_000

_DELETE, _PAIR, _INSERT = 0, 1, 2


class Stretch(Struct, frozen=True):
    """A run of one kind: half-open ranges of words of the reference and of the hypothesis."""

    kind: ChunkKind
    reference_start: int
    reference_end: int
    hypothesis_start: int
    hypothesis_end: int


class Timed(Struct, frozen=True):
    """Words and when each is said, in seconds."""

    words: Sequence[str]
    seconds: Sequence[float]


def _reachable(reference: Times, hypothesis: Times) -> tuple[Positions, Positions]:
    """For each word of the reference the half-open range of the hypothesis that may be paired with it.

    Both bounds never fall, also where captions overlap and times go back.
    """
    import numpy as np

    def lowest(times: Times) -> Times:
        return np.minimum.accumulate(times[::-1])[::-1]

    first = np.searchsorted(np.maximum.accumulate(hypothesis), lowest(reference) - FARTHEST_S, "left")
    last = np.searchsorted(lowest(hypothesis), np.maximum.accumulate(reference) + FARTHEST_S, "right")
    return first, np.maximum(first, last)


def align(reference: Timed, hypothesis: Timed) -> tuple[list[Stretch], int] | None:
    """The cheapest alignment that pairs no words far apart in time, and its number of edits.

    ``None`` where the times are too disordered to say which words go together. Needs time and
    memory in proportion to the words times those said within a minute.
    """
    import numpy as np

    numbers = {word: number for number, word in enumerate({*reference.words, *hypothesis.words})}
    theirs = np.array([numbers[word] for word in reference.words], dtype=np.int64)
    ours = np.array([numbers[word] for word in hypothesis.words], dtype=np.int64)
    their_times, our_times = np.asarray(reference.seconds, float), np.asarray(hypothesis.seconds, float)
    count, length = len(theirs), len(ours)
    first, last = _reachable(their_times, our_times)
    # A row holds the costs at each position between two words of the hypothesis that the path may pass.
    lows = np.concatenate(([0], first))
    highs = np.append(last, length)
    if int((highs - lows + 1).sum()) > _MOST_CELLS:
        return None
    moves: list[npt.NDArray[np.int8]] = [np.full(int(highs[0]) + 1, _INSERT, np.int8)]
    costs = np.arange(highs[0] + 1, dtype=float)
    for row in range(1, count + 1):
        low, high, before = int(lows[row]), int(highs[row]), int(lows[row - 1])
        deleted = np.full(high - low + 1, np.inf)
        kept = costs[low - before : high - before + 1]
        deleted[: len(kept)] = kept + 1
        paired = np.full(high - low + 1, np.inf)
        span = slice(low, min(int(last[row - 1]), before + len(costs)))
        if span.stop > span.start:
            apart = np.abs(our_times[span] - their_times[row - 1])
            price = (ours[span] != theirs[row - 1]) + _A_SECOND_APART * apart
            price[apart > FARTHEST_S] = np.inf
            paired[1 : 1 + span.stop - span.start] = costs[low - before : span.stop - before] + price
        base = np.minimum(deleted, paired)
        steps = np.arange(high - low + 1)
        new = np.minimum.accumulate(base - steps) + steps
        moves.append(np.where(new < base - 1e-9, _INSERT, np.where(paired <= deleted, _PAIR, _DELETE)).astype(np.int8))
        costs = new
    return _traced(moves, lows, theirs, ours)


def _traced(
    moves: list[npt.NDArray[np.int8]], lows: Positions, theirs: Positions, ours: Positions
) -> tuple[list[Stretch], int]:
    steps: list[tuple[ChunkKind, int, int]] = []
    row, position = len(theirs), len(ours)
    while row or position:
        move = moves[row][position - int(lows[row])] if row else _INSERT
        if move == _PAIR:
            row, position = row - 1, position - 1
            steps.append(("equal" if theirs[row] == ours[position] else "substitute", row, position))
        elif move == _DELETE:
            row -= 1
            steps.append(("delete", row, position))
        else:
            position -= 1
            steps.append(("insert", row, position))
    stretches: list[Stretch] = []
    for kind, row, position in reversed(steps):
        of_reference, of_hypothesis = int(kind != "insert"), int(kind != "delete")
        before = stretches[-1] if stretches else None
        if before is not None and before.kind == kind:
            start = (before.reference_start, before.hypothesis_start)
            stretches.pop()
        else:
            start = (row, position)
        stretches.append(Stretch(kind, start[0], row + of_reference, start[1], position + of_hypothesis))
    return stretches, sum(kind != "equal" for kind, _, _ in steps)
