"""Whether the speaker repeated himself: a loop of a translation that the source track has at that time as well.

The words of a translation are others, so the copies are counted: the source must
repeat something of about the same length, at the same time, as often. Words that were
left in the speaker's language, and nouns doubled in Korean, must be his own words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from auditor.facts.alignment import track
from auditor.facts.english import names_nothing
from auditor.facts.loops import loops
from auditor.facts.same_speech import believed_source
from auditor.facts.second_opinion import Verdict, judged, verdict
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


class _Repeated(Struct, frozen=True):
    """What a text repeats and how often; ``characters`` says that the unit is of characters, not words."""

    unit: tuple[str, ...]
    copies: int
    characters: bool


def _repeated(text: str) -> _Repeated | None:
    """The loop that a text is; ``None`` where its copies differ, so that there is nothing to count."""
    letters = [character for character in text.casefold() if character.isalnum()]
    for sequence, characters in ((WORD.findall(text.casefold()), False), (letters, True)):
        loop = max(loops(sequence), key=lambda one: one.end - one.start, default=None)
        if loop is not None and loop.end - loop.start >= _LEAST_COVERED * len(sequence):
            return _Repeated(tuple(sequence[loop.start : loop.start + loop.period]), loop.copies, characters)
    return None


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
    if document.witnesses.source is None:
        return False
    ours = _repeated(text)
    if ours is None or (source := believed_source(document)) is None:
        return False
    from auditor.facts.renderings import skeleton

    own = scripts_of(document.language.tag) or frozenset()
    foreign = any(script_of(part) not in own for part in ours.unit)
    start_ms, end_ms = min(cue.start_ms for cue in cues), max(cue.end_ms for cue in cues)
    said = [key for cue in track(source).between(start_ms, end_ms) for key in WORD.findall(cue.text.casefold())]
    for theirs in loops(said):
        their_unit = said[theirs.start : theirs.start + theirs.period]
        if not _as_often(ours.copies, theirs.copies):
            continue
        if foreign:
            natural = not ours.characters and _own_words(ours.unit, their_unit)
        elif ours.copies < _SURE and len(ours.unit) == len(their_unit) == 1:
            # "the the" is a stutter that says nothing about a noun which the translation doubles.
            natural = not names_nothing(their_unit[0]) and skeleton(ours.unit[0]) == skeleton(their_unit[0])
        else:
            natural = _same_length(len(ours.unit), len(their_unit), characters=ours.characters)
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


# Letters of the copies that a recogniser leaves out when it tidies speech; a syllable or ideograph is two. On two
# earnings calls one or another leaves out "the the the the the", "i would just i would just" and "hey thanks nigel".
_MOST_TIDIED = 24


def _tidied(document: Document, text: str) -> bool:
    """Whether the second recogniser may just have left out a stutter or a filler: too little to contradict it."""
    own = scripts_of(document.language.tag)
    if own is not None and script_of(text) not in own:
        return False
    loop = _repeated(text)
    share = 1.0 if loop is None else (loop.copies - 1) / loop.copies
    letters = sum(2 if ord(character) >= 0x1100 else 1 for character in text if character.isalnum())
    return letters * share < _MOST_TIDIED


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
    if said is Verdict.LACKING and _tidied(document, text):
        said = Verdict.UNSURE
    for hit in hits:
        yield judged(document, hit, said, Severity.ERROR, cues)
