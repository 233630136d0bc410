"""A transcript against its reference cue by cue, for a person to read: what was missed, added and misheard, where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from auditor.facts.error_rates import (
    Comparison,
    Confusion,
    Token,
    compare,
    compared_by_character,
    unusable,
)
from auditor.facts.timed_alignment import ChunkKind
from auditor.model import Document, ErrorRates


class Piece(Struct, frozen=True):
    """A stretch of one cue: words (characters, where they are compared) that match, or one error.

    ``reference`` is what was said, ``hypothesis`` what the transcript has; a ``delete``
    has nothing here, an ``insert`` nothing there. Both are normalised, and begin with a
    space where a word begins.
    """

    kind: ChunkKind
    reference: str
    hypothesis: str


class CueDiff(Struct, frozen=True):
    """A cue that differs from the reference: its errors, of how many units said, and every piece in order."""

    cue: int
    errors: int
    said: int
    pieces: tuple[Piece, ...]


class ReferenceDiff(Struct, frozen=True):
    """The cues that differ from the reference, in file order, and the words confused, most frequent first.

    ``by_character`` says that pieces and errors count characters, not words.
    """

    rates: ErrorRates
    by_character: bool
    cues: tuple[CueDiff, ...]
    confusions: tuple[Confusion, ...]


Step = tuple[int, ChunkKind, Token | None, Token | None]


def _steps(comparison: Comparison) -> Iterator[Step]:
    """Each token of the alignment with the number of the cue it is counted in.

    Words that were missed belong to the cue of the word they come before, as in
    :func:`auditor.facts.error_rates.by_cue`; after the last word, to the last cue.
    """
    last = len(comparison.tokens) - 1
    for chunk in comparison.located:
        if chunk.kind == "delete":
            cue = comparison.tokens[min(chunk.at, last)].cue.index
            yield from ((cue, chunk.kind, token, None) for token in chunk.reference)
        elif chunk.kind == "insert":
            yield from ((token.cue.index, chunk.kind, None, token) for token in chunk.hypothesis)
        else:
            for said, written in zip(chunk.reference, chunk.hypothesis, strict=True):
                yield written.cue.index, chunk.kind, said, written


def _text(tokens: Sequence[Token | None]) -> str:
    return "".join(f" {token.text}" if token.begins_word else token.text for token in tokens if token)


def _cue_diff(cue: int, steps: Sequence[Step]) -> CueDiff:
    pieces: list[Piece] = []
    start = 0
    for at in range(1, len(steps) + 1):
        if at == len(steps) or steps[at][1] != steps[start][1]:
            together = steps[start:at]
            pieces.append(Piece(together[0][1], _text([s[2] for s in together]), _text([s[3] for s in together])))
            start = at
    errors = sum(kind != "equal" for _, kind, _, _ in steps)
    return CueDiff(cue, errors, sum(said is not None for _, _, said, _ in steps), tuple(pieces))


def reference_diff(document: Document, reference: Document | None) -> ReferenceDiff | None:
    """How a document differs from a reference of the same speech, timed or not.

    ``None`` without a usable reference (:func:`auditor.facts.error_rates.unusable`) and for a
    document without words.
    """
    if reference is None or unusable(document, reference) is not None:
        return None
    comparison = compare(document, reference)
    if not comparison.tokens:
        return None
    of_cue: dict[int, list[Step]] = {}
    for step in _steps(comparison):
        of_cue.setdefault(step[0], []).append(step)
    cues = (_cue_diff(cue, steps) for cue, steps in sorted(of_cue.items()))
    return ReferenceDiff(
        comparison.rates,
        compared_by_character(document),
        tuple(cue for cue in cues if cue.errors),
        comparison.confusions,
    )
