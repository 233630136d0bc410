"""What another recogniser wrote at a cue's time: agreement clears a suspicion, disagreement confirms it.

Two recognisers of different make hardly invent the same loop or the same farewell at
the same time, so what both wrote was said, and what only one wrote is doubtful. Texts
are compared by letter without case, punctuation and spaces, numbers in digits: Korean
is spaced by taste, Japanese not at all. A timed hypothesis is looked up by time, with
slack for other cue borders; a plain text, or one that runs on another clock, by the
alignment of its words.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import accumulate
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

from auditor.facts.alignment import LEAST_SHARED_TIME, Track, is_timed, shared_time, track
from auditor.facts.sounds import masked, spoken
from auditor.facts.words import UNSPACED, WORD, primary
from auditor.model import Confidence, Cue, Document, Hit, Severity

WITNESS = "hypothesis"
"""What a finding that rests on the second recogniser names as its witness."""

HEARD = 0.75
"""From this agreement on the second recogniser wrote the same: three copies of four, or a word or two misheard."""

LACKING = 0.65
"""Up to this agreement it wrote something else: of two copies one, with the letters that any two texts share."""

LEAST_TRUST = 0.85
"""A hypothesis contradicts only if it agrees so well (0-1) with the best quarter of the cues: poor ones miss speech.

On two earnings calls good recognisers agree with each other by 1.00 there, one that is wrong in every second word
by 0.80 with any of them.
"""

# Cue borders of two recognisers differ by so much, and inside a cue words are not where an even pace puts them.
_SLACK_MS = 2_000
_SLACK_SHARE = 0.25
_MARGIN_LETTERS = 40
# A stretch this short is found anywhere by chance, so it must be there to the letter.
_SHORT = 8


class Verdict(Enum):
    """What a second recogniser says to a suspicion: it wrote the same, other words, nothing, or it cannot tell."""

    HEARD = "heard"
    LACKING = "lacking"
    SILENT = "silent"
    UNSURE = "unsure"


class Opinion(Struct, frozen=True):
    """A cue against the second recogniser.

    ``agreement`` (0-1) is one less the letters that differ from the best matching stretch
    of the hypothesis, as a share of the cue's. ``lacking`` are the places of the cue's text
    (start and end offsets) whose words the hypothesis has not. ``silent`` says that it has
    no words at all at the time of the cue.
    """

    agreement: float
    lacking: tuple[tuple[int, int], ...]
    silent: bool


class _Unit(Struct, frozen=True):
    """A word as it is compared, and its place in the text it is from."""

    letters: str
    start: int
    end: int


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _units(text: str, language: str | None) -> Iterator[_Unit]:
    """The words of a text; numbers as digits, and characters where spaces part no words."""
    from auditor.facts.numerals import canonical, numerals  # only where there is a hypothesis, as below

    unspaced = primary(language) in UNSPACED
    said = masked(text)
    done = 0
    numbers = [numeral for numeral in numerals(said, language) if numeral.certain]
    for numeral in (*numbers, None):
        until = len(said) if numeral is None else numeral.start
        for match in WORD.finditer(said, done, until):
            places = range(match.start(), match.end()) if unspaced else [match.start()]
            for start in places:
                end = start + 1 if unspaced else match.end()
                if letters := _folded(said[start:end]):
                    yield _Unit(letters, start, end)
        if numeral is not None:
            if letters := _folded(canonical(numeral)):
                yield _Unit(letters, numeral.start, numeral.end)
            done = numeral.end


class _Second(Struct, frozen=True):
    """A hypothesis for look-up: all its letters in a row, and the words they belong to.

    ``begins`` are the places in ``letters`` at which its words begin. A timed one has the
    time of each word (``times``, by an even pace) and the ``earliest`` and ``latest`` it may have; none
    falls from word to word, so that they can be searched.
    One without times has in ``places`` the stretch of letters that goes with each cue, by index.
    """

    letters: str
    begins: tuple[int, ...]
    written: tuple[str, ...]
    times: tuple[int, ...]
    earliest: tuple[int, ...]
    latest: tuple[int, ...]
    places: dict[int, tuple[int, int]]
    track: Track | None

    def words_at(self, cues: Sequence[Cue], *, slack: bool) -> tuple[int, int]:
        """The words that go with some cues in a row, with those that may if the borders of the cues are off."""
        start_ms, end_ms = _times(cues)
        if self.track is None:
            known = [self.places[cue.index] for cue in cues if cue.index in self.places]
            if not known:
                return 0, 0
            margin = _MARGIN_LETTERS if slack else 0
            first = bisect_right(self.begins, min(start for start, _ in known) - margin) - 1
            last = bisect_left(self.begins, max(end for _, end in known) + margin)
            return max(0, first), last
        if slack:
            first, last = bisect_left(self.latest, start_ms), bisect_left(self.earliest, end_ms)
        else:
            first, last = bisect_left(self.times, start_ms), bisect_left(self.times, end_ms)
        return first, max(first, last)

    def stretch(self, words: tuple[int, int]) -> tuple[int, int]:
        """The letters of some words."""
        return self._at(words[0]), self._at(words[1])

    def _at(self, word: int) -> int:
        return self.begins[word] if word < len(self.begins) else len(self.letters)

    def silent(self, cues: Sequence[Cue]) -> bool:
        """Whether it has nothing at all at the time of some cues; only one with times can tell."""
        return self.track is not None and self.track.covered_ms(*_times(cues)) == 0

    def ended(self, cue: Cue) -> bool:
        """Whether a cue lies before its first or behind its last word."""
        if self.track is not None:
            return cue.end_ms <= self.track.starts[0] or cue.start_ms >= self.track.latest_ends[-1]
        return self.places.get(cue.index) in (None, (0, 0), (len(self.letters), len(self.letters)))


def _times(cues: Sequence[Cue]) -> tuple[int, int]:
    return min(cue.start_ms for cue in cues), max(cue.end_ms for cue in cues)


def _by_time(hypothesis: Document) -> _Second:
    units: list[_Unit] = []
    written: list[str] = []
    times: list[int] = []
    earliest: list[int] = []
    latest: list[int] = []
    cues = track(hypothesis)
    for cue in cues.cues:
        duration = cue.end_ms - cue.start_ms
        slack = _SLACK_MS + int(_SLACK_SHARE * duration)
        for unit in _units(cue.text, hypothesis.language.tag):
            at = cue.start_ms + duration * unit.start // len(cue.text)
            units.append(unit)
            written.append(cue.text[unit.start : unit.end])
            times.append(at)
            earliest.append(at - slack)
            latest.append(at + slack)
    # Cues that overlap must not break the order that is searched.
    return _Second(
        letters="".join(unit.letters for unit in units),
        begins=_begins(units),
        written=tuple(written),
        times=tuple(accumulate(times, max)),
        earliest=tuple(accumulate(reversed(earliest), min))[::-1],
        latest=tuple(accumulate(latest, max)),
        places={},
        track=cues,
    )


def _begins(units: Sequence[_Unit]) -> tuple[int, ...]:
    return tuple(accumulate((len(unit.letters) for unit in units), initial=0))[:-1]


def _by_words(document: Document, hypothesis: Document) -> _Second:
    from auditor.facts.error_rates import compare

    places: dict[int, tuple[int, int]] = {}
    letters: list[str] = []
    begins: list[int] = []
    size = 0
    for chunk in compare(document, hypothesis).located:
        ours = iter(chunk.hypothesis)
        for token in chunk.reference:
            folded = _folded(token.text)
            if token.begins_word or not token.cue.text.isascii():
                begins.append(size)
            letters.append(folded)
            if (own := next(ours, None)) is not None:
                first = places.get(own.cue.index, (size, size))[0]
                places[own.cue.index] = first, size + len(folded)
            size += len(folded)
        for own in ours:
            places.setdefault(own.cue.index, (size, size))
    text = "".join(letters)
    ends = (*begins[1:], size)
    written = tuple(text[begin:end] for begin, end in zip(begins, ends, strict=True))
    return _Second(text, tuple(begins), written, (), (), (), places, None)


class _Witness(Struct, frozen=True):
    """A hypothesis that can be believed. ``contradicts`` names the cues it may contradict, by index.

    Those of no file whose best cues it hardly agrees with, and none of many that lie beyond its
    first or last word: it was cut, or begins later.
    """

    second: _Second
    contradicts: frozenset[int]


_WITNESSES: WeakKeyDictionary[Document, _Witness | None] = WeakKeyDictionary()
_SAMPLE = 200
_MOST_BEYOND = 3


def _witness(document: Document) -> _Witness | None:
    if document.witnesses.hypothesis is None:
        return None
    if document not in _WITNESSES:
        _WITNESSES[document] = _prepared(document, document.witnesses.hypothesis)
    return _WITNESSES[document]


def _prepared(document: Document, hypothesis: Document) -> _Witness | None:
    from auditor.facts.error_rates import unusable

    if unusable(document, hypothesis) is not None or copied(document, hypothesis):
        return None
    timed = is_timed(document) and is_timed(hypothesis) and shared_time(document, hypothesis) >= LEAST_SHARED_TIME
    second = _by_time(hypothesis) if timed else _by_words(document, hypothesis)
    said = [cue for cue in document.cues if spoken(cue.text)]
    sample = said[:: max(1, len(said) // _SAMPLE)]
    agreements = sorted(_agreement(document, second, cue.text, [cue]) for cue in sample)
    if not agreements or agreements[3 * len(agreements) // 4] < LEAST_TRUST:
        return _Witness(second, frozenset())
    beyond = [cue.index for cue in said if second.ended(cue)]
    few = len(beyond) <= _MOST_BEYOND
    return _Witness(second, frozenset(cue.index for cue in document.cues if few or cue.index not in beyond))


_LEAST_LETTERS = 300


def copied(document: Document, hypothesis: Document) -> bool:
    """Whether a hypothesis is the transcript itself, saved again: letter by letter the same, punctuation and all.

    Two recognisers never place every comma alike, and one that is asked twice confirms its own loops.
    """
    ours, theirs = ("".join("".join(cue.text for cue in one.cues).split()) for one in (document, hypothesis))
    return ours == theirs and len(ours) >= _LEAST_LETTERS


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _stands_in(second: _Second, text: str, start: int, end: int) -> bool:
    """Whether a short text stands in a stretch to the letter; Latin words as whole words."""
    at = second.letters.find(text, start, end)
    while at >= 0:
        after = at + len(text)
        whole = not _latin(text[0]) or at == 0 or _border(second, at)
        if whole and (not _latin(text[-1]) or after == len(second.letters) or _border(second, after)):
            return True
        at = second.letters.find(text, at + 1, end)
    return False


def _border(second: _Second, at: int) -> bool:
    """Whether a word begins at a place of the letters, or another script."""
    if _latin(second.letters[at - 1]) != _latin(second.letters[at]):
        return True
    found = bisect_left(second.begins, at)
    return found < len(second.begins) and second.begins[found] == at


def _best(second: _Second, text: str, start: int, end: int) -> tuple[float, int, int]:
    """The stretch between two places that is most like a text, and how like (0-1)."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.fuzz import partial_ratio_alignment

    if start >= end:
        return 0.0, start, start
    within = second.letters[start:end]
    found = partial_ratio_alignment(text, within)
    if found is None:
        return 0.0, start, start
    first, last = (found.dest_start, found.dest_end) if len(text) <= len(within) else (0, len(within))
    alike = 1 - min(1.0, Levenshtein.distance(text, within[first:last]) / len(text))
    if len(text) < _SHORT:
        alike = 1.0 if _stands_in(second, text, start, end) else min(alike, LACKING)
    return alike, start + first, start + last


def _agreement(document: Document, second: _Second, text: str, cues: Sequence[Cue]) -> float:
    letters = "".join(unit.letters for unit in _units(text, document.language.tag))
    if not letters:
        return 1.0
    return _best(second, letters, *second.stretch(second.words_at(cues, slack=True)))[0]


def opinion(document: Document, cue: Cue) -> Opinion | None:
    """What the second recogniser wrote at a cue's time; ``None`` without a hypothesis that can be believed."""
    from rapidfuzz.distance import Levenshtein

    witness = _witness(document)
    if witness is None:
        return None
    second = witness.second
    units = list(_units(cue.text, document.language.tag))
    text = "".join(unit.letters for unit in units)
    if not text:
        return Opinion(1.0, (), second.silent([cue]))
    alike, start, end = _best(second, text, *second.stretch(second.words_at([cue], slack=True)))
    same = bytearray(len(text))
    for block in Levenshtein.opcodes(text, second.letters[start:end]):
        if block.tag == "equal":
            same[block.src_start : block.src_end] = b"\1" * (block.src_end - block.src_start)
    lacking = tuple(
        (unit.start, unit.end)
        for unit, at in zip(units, _begins(units), strict=True)
        if 2 * sum(same[at : at + len(unit.letters)]) < len(unit.letters)
    )
    return Opinion(alike, lacking, second.silent([cue]))


# Long runs of cues are compared by so many cues at a time: comparing all at once takes the square of their length.
_CUES_AT_ONCE = 30


def verdict(document: Document, cues: Sequence[Cue], text: str | None = None) -> Verdict | None:
    """What the second recogniser says to some cues in a row, or to a stretch of ``text`` of a single one.

    ``None`` without a hypothesis that can be believed.
    """
    witness = _witness(document)
    if witness is None:
        return None
    parts = [cues[at : at + _CUES_AT_ONCE] for at in range(0, len(cues), _CUES_AT_ONCE)]
    alike = [_agreement(document, witness.second, text or "\n".join(cue.text for cue in part), part) for part in parts]
    agreement = sum(share * len(part) for share, part in zip(alike, parts, strict=True)) / len(cues)
    if agreement >= HEARD:
        return Verdict.HEARD
    if agreement > LACKING or not all(cue.index in witness.contradicts for cue in cues):
        return Verdict.UNSURE
    return Verdict.SILENT if witness.second.silent(cues) else Verdict.LACKING


_MOST_LACKING = 0.25


def verdict_on_word(document: Document, cue: Cue, start: int, end: int) -> Verdict | None:
    """What the second recogniser says to a foreign word or two, ``cue.text[start:end]``.

    It contradicts only where it has the other words of the cue and nothing that sounds like these:
    it may have spelled them by sound.
    """
    witness = _witness(document)
    if witness is None:
        return None
    said = verdict(document, [cue], cue.text[start:end])
    if said is Verdict.HEARD or (formed := opinion(document, cue)) is None:
        return said
    from auditor.facts.renderings import skeleton

    others = [unit for unit in _units(cue.text, document.language.tag) if unit.end <= start or unit.start >= end]
    lacking = sum((unit.start, unit.end) in formed.lacking for unit in others)
    first, last = witness.second.stretch(witness.second.words_at([cue], slack=True))
    spelled = skeleton(cue.text[start:end]) in skeleton(witness.second.letters[first:last])
    if not others or lacking > _MOST_LACKING * len(others) or spelled:
        return Verdict.UNSURE
    return said


_SHOWN_WORDS = 8


def written(document: Document, cues: Sequence[Cue]) -> str:
    """The first words of the second recogniser at the time of some cues, for a reader to compare."""
    witness = _witness(document)
    if witness is None:
        return ""
    first, last = witness.second.words_at(cues, slack=False)
    unspaced = primary(document.language.tag) in UNSPACED
    most = _SHOWN_WORDS * (3 if unspaced else 1)
    shown = ("" if unspaced else " ").join(witness.second.written[first : min(last, first + most)])
    return f"{shown} ..." if last - first > most else shown


def judged(document: Document, hit: Hit, said: Verdict | None, severity: Severity, cues: Sequence[Cue]) -> Hit:
    """A suspicion as the second recogniser leaves it; ``severity`` is that of the rule where the hit has none.

    What it heard too is natural: an info, so that nothing vanishes unseen. What it contradicts is
    an error: certain if the text alone made it one, else likely.
    """
    if said is None or said is Verdict.UNSURE:
        return hit
    if said is Verdict.HEARD:
        return replace(
            hit,
            message=f"{hit.message}; the second recogniser wrote it too, so it was probably said",
            severity=Severity.INFO,
            confidence=Confidence.POSSIBLE,
            witness=WITNESS,
        )
    there = "" if said is Verdict.SILENT else written(document, cues)
    was = hit.severity or severity
    return replace(
        hit,
        message=f"{hit.message}; the second recogniser wrote " + (f"'{there}' there" if there else "nothing there"),
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN if was is Severity.ERROR else Confidence.LIKELY,
        witness=WITNESS,
    )


def weighed(document: Document, hit: Hit, cue: Cue, severity: Severity) -> Hit:
    """A suspicion about a single cue, judged by what the second recogniser wrote for its text."""
    return judged(document, hit, verdict(document, [cue], hit.text), severity, [cue])
