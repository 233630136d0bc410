"""Many cues in a row bring almost no new words: the transcript is stuck.

## Why
A recogniser that has lost the speech shuffles the few sentences it wrote last: A B
A C A B. No cue loops inside and no two neighbours are equal, so tests on single
cues and on neighbours stay silent, while minutes of speech are lost.

What is new is counted in pairs of neighbouring words (three characters in a row
where words are not spaced), for single words come back in any speech. In
ordinary lectures half of the pairs and more are new in any stretch.

## Fix
Transcribe the whole stretch again, from a little before its first cue, with
`condition_on_previous_text` off and voice activity detection on. Listen to its start
and end, since the damage can begin earlier than it shows. A song or a prayer that
really repeats can be accepted.

## Fails: lecture.en.srt
    1
    00:00:01,000 --> 00:00:21,000
    We pray for the clay and the water.

    2
    00:00:21,000 --> 00:00:40,000
    And then we go back to the wheel.

    3
    00:00:40,000 --> 00:01:00,000
    We pray for the clay and the water.

    4
    00:01:00,000 --> 00:01:20,000
    This is what the old potters did.

    5
    00:01:20,000 --> 00:01:40,000
    We pray for the clay and the water.

    6
    00:01:40,000 --> 00:02:00,000
    And then we go back to the wheel.

    7
    00:02:00,000 --> 00:02:20,000
    This is what the old potters did.

    8
    00:02:20,000 --> 00:02:40,000
    We pray for the clay and the water.

    9
    00:02:40,000 --> 00:03:00,000
    And then we go back to the wheel.

## Passes: lecture.en.srt
    1
    00:00:01,000 --> 00:00:21,000
    We wedge the clay to press out the air.

    2
    00:00:21,000 --> 00:00:40,000
    And then we go back to the wheel.

    3
    00:00:40,000 --> 00:01:00,000
    Press the clay down with the wheel at rest.

    4
    00:01:00,000 --> 00:01:20,000
    This is what the old potters did.

    5
    00:01:20,000 --> 00:01:40,000
    They wedged the clay for an hour, and then they went back.

    6
    00:01:40,000 --> 00:02:00,000
    The water keeps it from sticking to the hands.

## Limits
A stretch is 12 cues, or 6 of at least 60 s, with at most 15 % of new pairs against
the 24 cues before each, made of few different pairs: a list that is read out
twice is no loop. Lyrics (♪), sound descriptions and counting are left out, and so
are copies that follow each other, cycles of up to four cues that come three times
(both are REP303) and captions that grow word by word. A song or a prayer that is
not marked as one cannot be told from a stuck recogniser, unless a second recogniser
(`--hypothesis`) wrote it too: then it is an info.
In 216 lectures no stretch of 12 cues brings less than 45 % of new pairs; known
stuck stretches stay below 15 %.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain, pairwise

from msgspec import Struct

from auditor.facts.loops import loops
from auditor.facts.source_repetition import weighed_repetition
from auditor.facts.spans import text_span
from auditor.facts.texts import Memo, letters_only, texts, word_keys
from auditor.facts.words import UNSPACED, primary
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``cues``, or ``long_cues`` that last ``seconds``: a stretch; ``share``: the most new words (0-1) it may bring."""

    cues: int = 12
    long_cues: int = 6
    seconds: int = 60
    share: float = 0.15


_LOOKBACK = 24
_LONGEST_CYCLE = 4
_LEAST_PAIRS = 24
_MOST_DIFFERENT = 0.7

_ENGLISH = "zero one two three four five six seven eight nine ten eleven twelve hundred and"
_KOREAN = "하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열 영 공 일 이 삼 사 오 육 칠 팔 구 십"
_JAPANESE = "いち に さん し よん ご ろく なな しち はち く きゅう じゅう"
_NUMERALS = frozenset(" ".join((_ENGLISH, _KOREAN, _JAPANESE)).split())
_HAN_NUMERALS = frozenset("〇一二三四五六七八九十百零两")

_ROUNDING = 1e-6

_Pair = Hashable


class _Said(Struct, frozen=True):
    """A cue that says something: what makes it equal to another, and its words, or runs of three letters."""

    cue: Cue
    key: str
    units: Sequence[str]
    unspaced: bool

    @property
    def pairs(self) -> Sequence[_Pair]:
        """Its pairs of words; its runs of letters where words are not spaced."""
        return self.units if self.unspaced else list(pairwise(self.units)) or self.units


class _Stretch(Struct, frozen=True):
    """The cues ``said[start:end]``; ``share`` is the share of new pairs in the window of them that brings least."""

    start: int
    end: int
    share: float


def _counts(key: str) -> bool:
    """Whether a word only counts: 1, one, 하나."""
    return key in _NUMERALS or all(c.isdigit() or c in _HAN_NUMERALS for c in key)


_COUNTS = Memo(_counts)


def _runs(letters: str) -> Sequence[str]:
    return [letters[at : at + 3] for at in range(len(letters) - 2)] or [letters]


def _said(document: Document) -> list[_Said]:
    """The cues that speak, without copies and short cycles of cues, and without those that the next one completes."""
    unspaced = primary(document.language.tag) in UNSPACED
    known = texts(document)
    said: list[_Said] = []
    ahead = ""
    for cue, text, words, letters in zip(document.cues, known.spoken, known.keys, known.letters, strict=True):
        if not text:
            continue
        if len(text) != len(cue.text) and text != cue.text.strip():  # it describes sounds, too
            words, letters = word_keys(text), letters_only(text)
        if not words or (_COUNTS[words[0]] and all(map(_COUNTS.__getitem__, words))):
            continue
        if said and letters != ahead and letters.startswith(ahead):
            said.pop()
        said.append(_Said(cue, letters, _runs(letters) if unspaced else words, unspaced))
        ahead = letters
    copies: set[int] = set()
    for loop in loops([entry.key for entry in said], longest=_LONGEST_CYCLE):
        if loop.period == 1 or loop.copies >= 3:
            copies.update(range(loop.start + loop.period, loop.end))
    return [entry for at, entry in enumerate(said) if at not in copies] if copies else said


def _may_be_stuck(said: Sequence[_Said], options: Options) -> bool:
    """Whether any window of cues brings so little that no cue of the whole transcript before it holds.

    A pair that is new to a cue here is new to it in :func:`_new` too, which looks back less far.
    """
    seen: set[_Pair] = set()
    excess = [0.0]
    total, share = 0, options.share
    for entry in said:
        units = entry.units
        several = not entry.unspaced and len(units) > 1
        seen.update(pairwise(units) if several else units)
        total += len(units) - several
        excess.append(len(seen) - share * total)
    return any(
        # What rounding may have added is no reason to stop looking.
        after <= ahead + _ROUNDING
        for size in {options.cues, options.long_cues}
        for ahead, after in zip(excess, excess[size:], strict=False)
    )


def _new(pairs: Sequence[Sequence[_Pair]]) -> list[int]:
    """How many pairs of each cue none of the cues shortly before it holds."""
    counts: list[int] = []
    latest: dict[_Pair, int] = {}
    for at, of_cue in enumerate(pairs):
        counts.append(sum(at - latest.get(pair, at - _LOOKBACK - 1) > _LOOKBACK for pair in of_cue))
        latest.update(dict.fromkeys(of_cue, at))
    return counts


def _windows(
    said: Sequence[_Said], pairs: Sequence[Sequence[_Pair]], new: Sequence[int], options: Options
) -> Iterator[_Stretch]:
    """The windows of cues that bring too little."""
    for size in (options.cues, options.long_cues):
        for start in range(len(said) - size + 1):
            window = said[start : start + size]
            lasts_ms = window[-1].cue.end_ms - window[0].cue.start_ms
            if size < options.cues and lasts_ms < options.seconds * 1000:
                continue
            total = sum(map(len, pairs[start : start + size]))
            share = sum(new[start : start + size]) / total
            if total < _LEAST_PAIRS or share > options.share:
                continue
            if len(set(chain.from_iterable(pairs[start : start + size]))) <= _MOST_DIFFERENT * total:
                yield _Stretch(start, start + size, share)


def _stretches(said: Sequence[_Said], options: Options) -> Iterator[_Stretch]:
    """Windows that touch as one stretch, without the cues at its ends that are mostly new."""
    pairs = [entry.pairs for entry in said]
    new = _new(pairs)
    merged: list[_Stretch] = []
    for window in sorted(_windows(said, pairs, new, options), key=lambda window: window.start):
        if merged and window.start <= merged[-1].end:
            ahead = merged.pop()
            window = _Stretch(ahead.start, max(ahead.end, window.end), min(ahead.share, window.share))
        merged.append(window)
    for stretch in merged:
        start, end = stretch.start, stretch.end
        while new[start] * 2 > len(pairs[start]):
            start += 1
        while new[end - 1] * 2 > len(pairs[end - 1]):
            end -= 1
        yield _Stretch(start, end, stretch.share)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue of a stretch that brings almost no new words."""
    said = _said(document)
    if not _may_be_stuck(said, options):
        return
    for stretch in _stretches(said, options):
        cues = [entry.cue for entry in said[stretch.start : stretch.end]]
        run = f"cues {cues[0].index} to {cues[-1].index}"
        hits = [
            Hit(
                span=text_span(cue),
                cue=cue.index,
                text=cue.text,
                message=f"the transcript is stuck: {run} repeat each other and bring {stretch.share:.0%} new words",
                measured=round(stretch.share, 2),
                limit=options.share,
                unit="share of new word pairs",
            )
            for cue in cues
        ]
        yield from weighed_repetition(document, hits, cues)


RULE = Rule(
    code="REP304",
    name="stuck-transcript",
    family=Family.REPETITION,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
