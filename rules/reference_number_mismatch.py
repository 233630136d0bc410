"""A number of the source track that this track loses or changes.

## Why
A wrong figure is the error that costs most and shows least: the sentence stays
fluent. Translation models break decimals in two ("llama 3.1" becomes 3 and 1), drop
units of ten thousand and read "four bits" as a quarter.

Every number of the source track is looked for in this track at the same time and
in the cues beside it, in all its readings: digits, number words, Sino-Korean and
native Korean numerals, 만 and 億, sizes such as 8B, years, halves, fractions and decimals
in parts. Languages order a sentence differently: what is not beside its time may stand
anywhere in the time of its sentence, unless it renders another number there.

## Fix
Listen to the number, or look at the slide, and write it correctly; the source track can
be the one that is wrong. Watch units such as 만 and 億 and the decimal point. If the
translation says the same in other words, reject the finding.

## Fails: lecture.ko.vtt
    WEBVTT

    NOTE source track en
    It scored 62.5% on three tests.

    00:01.000 --> 00:04.000
    세 가지 시험에서 65%를 받았어요

## Passes: lecture.ko.vtt
    WEBVTT

    NOTE source track en
    It scored 62.5% on three tests.

    00:01.000 --> 00:04.000
    세 가지 시험에서 62.5퍼센트를 받았어요

## Limits
Numbers that languages paraphrase are not asked for: one, ordinals, "a hundred",
"thousands of", the inside of an enumeration ("one, two, three"), and, unless this track
has another number in the same place, 100% and number words below `spelled_from` that
number nothing ("these two", not "week two"). Converted units (miles into kilometres)
are reported. A number that the source says twice and this track changes once, where the
right one stands beside it, is not seen. When more than `unreliable_share` of at least ten numbers
are missing, the two tracks are taken to be of different speech and nothing is judged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec import Struct

from auditor.facts.alignment import Track, sentence_times, track
from auditor.facts.same_speech import doubt
from auditor.facts.spans import text_span
from auditor.facts.words import UNSPACED, primary
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.rule import Family, Rule

if TYPE_CHECKING:
    from decimal import Decimal

    from auditor.facts.numeral import Numeral


WITNESS = "source track"
_LEAST_NUMBERS = 10


class Options(Struct, frozen=True):
    """``neighbours``: cues on each side in which a number may stand instead.

    ``spelled_from``: number words below this value are asked for only where another
    number stands in their place. ``unreliable_share``: from this share of missing
    numbers (0-1) on, the tracks are not comparable.
    """

    neighbours: int = 1
    spelled_from: int = 3
    unreliable_share: float = 0.5


_WHOLE = 100


class _Placed(Struct, frozen=True):
    """A numeral in a cue; ``start`` and ``end`` are offsets into the cue's text."""

    cue: Cue
    numeral: Numeral
    start: int
    end: int
    text: str


def _placed(document: Document) -> dict[int, list[_Placed]]:
    """The numerals of each cue by its index, read over the whole track: a number may be split between two cues."""
    from auditor.facts.numerals import numerals  # only where there is a source track

    cues = track(document).cues
    unspaced = primary(document.language.tag) in UNSPACED
    pieces: list[str] = []
    begins: list[int] = []
    length = 0
    for cue, following in zip_longest(cues, cues[1:]):
        # Where no spaces part words, Latin letters and digits of two cues still are two words.
        latin = following is not None and (cue.text[-1:] + following.text[:1]).isascii()
        pieces.append(cue.text.replace("\n", " ") + (" " if latin or not unspaced else ""))
        begins.append(length)
        length += len(pieces[-1])
    text = "".join(pieces)
    found: dict[int, list[_Placed]] = {}
    for numeral in numerals(text, document.language.tag):
        at = bisect_right(begins, numeral.start) - 1
        cue, begin = cues[at], begins[at]
        start, end = numeral.start - begin, min(numeral.end - begin, len(cue.text))
        written = text[numeral.start : numeral.end].strip()
        found.setdefault(cue.index, []).append(_Placed(cue, numeral, start, end, written))
    return found


def _confirmed(one: Numeral, others: list[_Placed]) -> bool:
    return any(one.readings & other.numeral.readings for other in others)


def _in(cues: tuple[Cue, ...], placed: dict[int, list[_Placed]]) -> list[_Placed]:
    return [numeral for cue in cues for numeral in placed.get(cue.index, ())]


class _Mismatch(Struct, frozen=True):
    said: _Placed
    cues: tuple[Cue, ...]
    instead: tuple[_Placed, ...]


_FOUND: WeakKeyDictionary[Document, tuple[Options, int, list[_Mismatch]]] = WeakKeyDictionary()


def _mismatches(document: Document, source: Document, options: Options) -> tuple[int, list[_Mismatch]]:
    """How many numbers were asked for, and those that this track does not confirm."""
    known = _FOUND.get(document)
    if known is not None and known[0] == options:
        return known[1], known[2]
    theirs, ours = _placed(source), _placed(document)
    our_track, their_track = track(document), track(source)
    sentences = sentence_times(their_track.cues)
    asked = 0
    found: list[_Mismatch] = []
    for at, cue in enumerate(their_track.cues):
        here = our_track.between(cue.start_ms, cue.end_ms)
        if not here:
            continue  # no text at all at this time: REF802 says so
        near = _in(our_track.between(cue.start_ms, cue.end_ms, options.neighbours), ours)
        values: set[Decimal] = set()
        missed: list[_Placed] = []
        for said in theirs.get(cue.index, ()):
            if not said.numeral.certain or said.numeral.value == 0 or said.numeral.value in values:
                continue
            values.add(said.numeral.value)
            asked += 1
            confirmed = said.numeral.counted_past or _confirmed(said.numeral, near)
            if not confirmed and not _elsewhere(said, sentences[at], our_track, ours, their_track, theirs, options):
                missed.append(said)
        instead = tuple(_unconfirmed(here, ours, their_track, theirs, options)) if missed else ()
        for said in missed:
            own = tuple(one for one in instead if not _piece_of_another(one, said, missed))
            if own or not _paraphrased(said.numeral, options):
                found.append(_Mismatch(said, here, own))
    _FOUND[document] = (options, asked, found)
    return asked, found


def _paraphrased(numeral: Numeral, options: Options) -> bool:
    """Whether languages say this number in other words: "these two", "100% sure"."""
    if numeral.unit == "%" and numeral.value == _WHOLE:
        return True
    return numeral.spelled and numeral.value < options.spelled_from and not numeral.label


def _elsewhere(
    said: _Placed,
    sentence: tuple[int, int],
    our_track: Track,
    ours: dict[int, list[_Placed]],
    their_track: Track,
    theirs: dict[int, list[_Placed]],
    options: Options,
) -> bool:
    """Whether the number stands elsewhere in the time of its sentence, where it renders no other number."""
    for cue in our_track.between(*sentence, options.neighbours):
        beside = [
            other
            for other in _in(their_track.between(cue.start_ms, cue.end_ms), theirs)
            if other.numeral is not said.numeral
        ]
        if any(
            said.numeral.readings & one.numeral.readings and not _confirmed(one.numeral, beside)
            for one in ours.get(cue.index, ())
        ):
            return True
    return False


def _piece_of_another(written: _Placed, said: _Placed, missed: Sequence[_Placed]) -> bool:
    """Whether a number here is one half of another missing decimal: the 3 of a broken 3.1 stands for no "four"."""
    digits = _digits(written.numeral.value)

    def halves(one: _Placed) -> list[str]:
        return _digits(one.numeral.value).split(".")

    return digits not in halves(said) and any(
        digits in halves(other) for other in missed if other is not said and "." in _digits(other.numeral.value)
    )


def _unconfirmed(
    cues: tuple[Cue, ...],
    ours: dict[int, list[_Placed]],
    their_track: Track,
    theirs: dict[int, list[_Placed]],
    options: Options,
) -> Iterator[_Placed]:
    """The numbers of some cues of this track that the source track does not say there: what stands instead."""
    for cue in cues:
        said = _in(their_track.between(cue.start_ms, cue.end_ms, options.neighbours), theirs)
        for numeral in ours.get(cue.index, ()):
            if numeral.numeral.certain and numeral.numeral.value > 1 and not _confirmed(numeral.numeral, said):
                yield numeral


def lacks(document: Document, options: Options) -> str | None:
    """Which evidence is missing."""
    source = document.witnesses.source
    if source is None:
        return "no source track given"
    from auditor.facts.numerals import LANGUAGES

    for one in (document, source):
        if primary(one.language.tag) not in LANGUAGES:
            return f"the number words of the language of {one.path} are not known"
    if reason := doubt(document, source):
        return reason
    asked, found = _mismatches(document, source, options)
    if asked >= _LEAST_NUMBERS and len(found) > options.unreliable_share * asked:
        return f"{len(found)} of {asked} numbers of {source.path} are not in this track: it seems to be of other speech"
    return None


def _best(mismatch: _Mismatch) -> Cue:
    """The cue that shares most time with the source cue."""
    said = mismatch.said.cue

    def shared(cue: Cue) -> int:
        return min(cue.end_ms, said.end_ms) - max(cue.start_ms, said.start_ms)

    return max(mismatch.cues, key=shared)


def _digits(value: Decimal) -> str:
    return format(value.normalize(), "f")


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each number of the source track that is missing or different here."""
    source = document.witnesses.source
    assert source is not None  # see lacks()
    for mismatch in _mismatches(document, source, options)[1]:
        said = mismatch.said
        if mismatch.instead:
            cue, start = mismatch.instead[0].cue, mismatch.instead[0].start
            same = [numeral for numeral in mismatch.instead if numeral.cue is cue]
            end = same[-1].end
            text = cue.text[start:end]
            message = f"the source track says '{said.text}' here, this track '{text}'"
            measured = ", ".join(_digits(numeral.numeral.value) for numeral in same)
        else:
            cue = _best(mismatch)
            start, end, text, measured = 0, len(cue.text), cue.text, ""
            message = f"'{said.text}' of the source track is missing here"
        yield Hit(
            span=text_span(cue, start, end),
            cue=cue.index,
            text=text,
            message=message,
            measured=measured or None,
            limit=_digits(said.numeral.value),
            unit="number in the source track",
            witness=WITNESS,
            extent=min(1.0, max(len(said.text), end - start if mismatch.instead else 0) / max(1, len(cue.text))),
        )


RULE = Rule(
    code="REF804",
    name="number-mismatch",
    family=Family.REFERENCE,
    category=Category.FIDELITY,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
