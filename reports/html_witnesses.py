"""What the HTML report embeds of other texts of the same speech: beside which cue they stand, how they differ."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from auditor.facts.alignment import is_timed, track
from auditor.facts.reference_diff import CueDiff, reference_diff
from auditor.model import Cue, Document

LEAST_SHARED = 0.5
"""The share (0-1) of the shorter cue's time that a cue of another track must share to stand beside it."""

MOST_CONFUSIONS = 40
"""Confusions of a file that are listed: below these are words confused once or twice."""

Json = Any  # what json.dumps takes


def _beside(cues: tuple[Cue, ...], other: Document) -> Iterator[tuple[int, str]]:
    """The texts of another track by the number of the cue they are said in: what shares most of its time with it.

    A text that no cue shares time with goes to the cue nearest to it, so that nothing said is missing.
    """
    timed = track(other)
    placed: set[int] = set()
    for cue in cues:
        for said in timed.between(cue.start_ms, cue.end_ms):
            shared = min(cue.end_ms, said.end_ms) - max(cue.start_ms, said.start_ms)
            shorter = min(cue.end_ms - cue.start_ms, said.end_ms - said.start_ms)
            if shared >= LEAST_SHARED * shorter and shared > 0:
                placed.add(said.index)
                yield cue.index, said.text
    in_order = sorted(cues, key=lambda cue: cue.start_ms)
    starts = [cue.start_ms for cue in in_order]
    for said in timed.cues:
        if said.index not in placed and in_order:
            at = bisect_left(starts, said.start_ms)
            around = in_order[max(0, at - 1) : at + 1]
            nearest = min(around, key=lambda cue: max(cue.start_ms - said.end_ms, said.start_ms - cue.end_ms))
            yield nearest.index, said.text


def witnesses(document: Document, kept: set[int] | None) -> list[Json]:
    """Each other text of the same speech: what it is, its language, its text by cue, or whole when it has no times."""
    texts = (
        ("source track", document.witnesses.source),
        ("reference", document.witnesses.reference),
        ("hypothesis", document.witnesses.hypothesis),
    )
    rows: list[Json] = []
    for name, other in texts:
        if other is None:
            continue
        beside: list[tuple[int, str]] = []
        whole = ""
        if is_timed(other):
            said = [entry for entry in _beside(document.cues, other) if kept is None or entry[0] in kept]
            beside = sorted(said, key=lambda entry: entry[0])
        elif kept is None:
            whole = "\n".join(cue.text for cue in other.cues)
        rows.append([name, other.path, other.language.tag or "", beside, whole])
    return rows


def _diff_row(entry: CueDiff) -> list[Json]:
    """A cue against the reference: number, errors, units said, and pieces as a sign and one or two texts."""
    pieces: list[Json] = []
    for piece in entry.pieces:
        if piece.kind == "substitute":
            pieces.append(["~", piece.reference, piece.hypothesis])
        else:
            sign = {"equal": "=", "delete": "-", "insert": "+"}[piece.kind]
            pieces.append([sign, piece.reference or piece.hypothesis])
    return [entry.cue, entry.errors, entry.said, pieces]


def difference(document: Document, kept: set[int] | None) -> Json:
    """The document against its reference; pieces only of cues whose text is kept. ``None`` where it says nothing."""
    made = reference_diff(document, document.witnesses.reference)
    if made is None:
        return None
    return {
        "unit": "character" if made.by_character else "word",
        "cues": [
            _diff_row(entry if kept is None or entry.cue in kept else replace(entry, pieces=())) for entry in made.cues
        ],
        "confusions": [[one.reference, one.hypothesis, one.count] for one in made.confusions[:MOST_CONFUSIONS]],
        "confused": len(made.confusions),
    }
