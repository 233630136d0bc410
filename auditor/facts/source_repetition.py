"""Whether the speaker repeated himself: a loop of a translation that the source track has at that time as well.

The words of a translation are others, so the copies are counted: the source must
repeat something of about the same length, at the same time, as often. Words that were
left in the speaker's language, and nouns doubled in Korean, must be his own words.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from auditor.facts.alignment import LEAST_SHARED_TIME, is_timed, shared_time, track
from auditor.facts.english import names_nothing
from auditor.facts.loops import Loop, loops
from auditor.facts.renderings import skeleton
from auditor.facts.second_opinion import judged, verdict
from auditor.facts.words import WORD, script_of, scripts_of
from auditor.model import Confidence, Cue, Document, Hit, Severity

WITNESS = "source track"
"""What a finding that the source track clears names as its witness."""

# A translator counts "no, no, no, no, no" by ear: one copy in four more or less is as often.
_TOLERANCE = 4
_SURE = 3  # copies that come twice in speech by chance, as stutters do
# A translation of a phrase has at most a word more than it and at least a quarter of its words; a word of a
# language without spaces has at most eight characters.
_WORDS_PER_WORD = 4
_CHARACTERS_PER_WORD = 8
# The loop is what was flagged, not a part of it.
_LEAST_COVERED = 0.8


def _longest(sequence: Sequence[Hashable]) -> Loop | None:
    found = loops(sequence)
    loop = max(found, key=lambda one: one.end - one.start, default=None)
    covers = loop is not None and loop.end - loop.start >= _LEAST_COVERED * len(sequence)
    return loop if covers else None


def _same_length(ours: int, theirs: int, *, characters: bool) -> bool:
    if characters:
        return ours <= _CHARACTERS_PER_WORD * theirs
    return ours <= theirs + 1 and theirs <= _WORDS_PER_WORD * ours


def _as_often(ours: int, theirs: int) -> bool:
    return abs(ours - theirs) <= ours // _TOLERANCE


def _own_words(unit: Sequence[str], said: Sequence[str]) -> bool:
    """Whether the unit of a loop is the speaker's own words, wherever in the loop it begins."""
    return len(unit) == len(said) and any(list(unit) == [*said[at:], *said[:at]] for at in range(len(said)))


def repeated_in_source(document: Document, cues: Sequence[Cue], text: str) -> bool:
    """Whether the source track repeats something as often as ``text`` does, at the time of some cues in a row.

    False without a source track that runs with the document, and for a text whose
    repetition is no plain loop: there is nothing to count.
    """
    source = document.witnesses.source
    if source is None:
        return False
    ours = WORD.findall(text.casefold())
    characters = (loop := _longest(ours)) is None
    if characters:
        ours = [character for character in text.casefold() if character.isalnum()]
        loop = _longest(ours)
    if loop is None or not is_timed(source) or shared_time(document, source) < LEAST_SHARED_TIME:
        return False
    unit = ours[loop.start : loop.start + loop.period]
    own = scripts_of(document.language.tag) or frozenset()
    foreign = any(script_of(part) not in own for part in unit)
    start_ms, end_ms = min(cue.start_ms for cue in cues), max(cue.end_ms for cue in cues)
    said = [key for cue in track(source).between(start_ms, end_ms) for key in WORD.findall(cue.text.casefold())]
    for theirs in loops(said):
        their_unit = said[theirs.start : theirs.start + theirs.period]
        if not _as_often(loop.copies, theirs.copies):
            continue
        if foreign:
            natural = not characters and _own_words(unit, their_unit)
        elif loop.copies < _SURE and loop.period == theirs.period == 1:
            # "the the" is a stutter that says nothing about a noun which the translation doubles.
            natural = not names_nothing(their_unit[0]) and skeleton(unit[0]) == skeleton(their_unit[0])
        else:
            natural = _same_length(loop.period, theirs.period, characters=characters)
        if natural:
            return True
    return False


def _cleared(hit: Hit) -> Hit:
    return replace(
        hit,
        message=f"{hit.message}; the source track repeats it as often at this time, so it is the speaker's",
        severity=Severity.INFO,
        confidence=Confidence.POSSIBLE,
        witness=WITNESS,
    )


def weighed_repetition(document: Document, hits: Sequence[Hit], cues: Sequence[Cue]) -> Iterator[Hit]:
    """Hits of one repetition, in one cue or over some in a row, as the witnesses leave them.

    What the speaker repeats as often is an info, so that nothing vanishes unseen. Where the
    source track does not say so, the second recogniser is asked (:func:`~auditor.facts.second_opinion.judged`).
    """
    text = hits[0].text if len(cues) == 1 else "\n".join(cue.text for cue in cues)
    if repeated_in_source(document, cues, text):
        yield from map(_cleared, hits)
        return
    said = verdict(document, cues, hits[0].text if len(cues) == 1 else None)
    for hit in hits:
        yield judged(document, hit, said, Severity.ERROR, cues)
