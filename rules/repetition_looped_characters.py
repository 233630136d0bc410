"""A character or syllable runs on inside a word ("CP+CP+CP", "가가가가가").

## Why
The same fault as a looped phrase, one level below: the model repeats pieces of a
word. No dictionary word holds the same piece three times over, except where the
language paints sound or laughter.

## Fix
Listen to the place and write the word that is said. If speech is missing around it,
transcribe that stretch again with `condition_on_previous_text` off and another
temperature; in a translation, translate the cue again.

## Fails
    00:01.000 --> 00:04.000
    Then the kilnkilnkilnkiln heats up.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:04.000
    이 유약은 나나나나나나 흘러내려요

## Passes
    00:01.000 --> 00:04.000
    Hahahaha, that is sooo good, call 0000-1111 or visit www.example.org!

## Passes: lecture.ko.vtt
    00:01.000 --> 00:04.000
    ㅋㅋㅋㅋㅋ 하하하하 아아아아 반짝반짝 두근두근 1010101010

## Limits
A single character in a row: more than 4 syllables or ideographs, more than 20
letters. A piece of two and more letters: two copies and 60 % of a third, over at
least 6 letters; of several syllables more than 4 copies; simple syllables ("la",
"ja") more than 10; katakana, which paint sounds, more than 16. A word of 8 letters
and more, drawn-out ones counted once, needs four different ones. Laughter, interjections, painted sounds, vowels
drawn out, stutters written with hyphens, and digits do not count. What the source
track repeats as often at this time, or a second recogniser wrote too, is an info; what
that one has not is certain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from auditor.facts.korean import is_nominal
from auditor.facts.loops import Loop, loops
from auditor.facts.source_repetition import weighed_repetition
from auditor.facts.spans import text_span
from auditor.facts.texts import REMEMBERED, texts
from auditor.facts.words import script_of
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``letters``, ``syllables``: how often one character may stand in a row in scripts of letters or of syllables."""

    letters: int = 20
    syllables: int = 4


# A word, and pieces joined by plus signs ("CP+CP+CP"). Hyphens join no stretch: stutters are written with them.
_STRETCH = lazy_pattern(r"[^\W_](?:\+?[\w\u0300-\u036f])*\+*")

# Jamo written for laughter and tears, answers, painted sounds, and syllables of laughter, crying and drawn-out vowels.
_LAUGHTER = frozenset(
    "네예쯧ㅉㅁ두구따다드르빵쾅쿵뚜삐땡똑톡펑탕휙쓱윙웅부붕척착찰칵"
    "ㅋㅎㅠㅜㅇㄷㄴㄱㅡㅏㅗ하허호히후흐헤헐크킥캬푸앙엉흑아어오우으이에애야와워음흠ははひふへほわアァあぁいぃうぅえぇおぉんンーっッハヒフヘホwWｗ笑草哈呵嘿嘻啊哦呃嗯"
)
_VOWELS = frozenset("aeiouyáéíóúàèìòùаеёиоуыэюя")
_LONGEST_SUNG = 10
_MOST_PAINTED = 16


def _drawn_out(stretch: str, start: int, character: str) -> bool:
    """Whether Hangul syllables only draw out the vowel of the first: 네에에에, 와아아아."""
    if not "가" <= character <= "힣" or (ord(character) - 0xAC00) // 588 != 11:  # initial ㅇ is silent
        return False
    return start > 0 or character in _LAUGHTER


def _sound(unit: str) -> bool:
    """Whether a unit is one simple syllable as in la-la or ha-ha."""
    return len(unit) == 2 and unit.isalpha() and any(letter in _VOWELS for letter in unit.casefold())


def _painted(unit: str) -> bool:
    """Whether a unit is of katakana, which paint sounds as long as they last."""
    return all("ァ" <= character <= "ヿ" for character in unit)


def _has_meaning(unit: str) -> bool:
    """Whether a unit of syllables is a word for a thing: written with ideographs, or a Korean noun."""
    if any(script_of(character) == "Han" for character in unit):
        return True
    return all(script_of(character) == "Hangul" for character in unit) and is_nominal(unit)


def _measure(stretch: str, loop: Loop, options: Options) -> float | None:
    """The limit a loop inside a word breaks, in copies, or ``None`` when it is natural."""
    unit = stretch[loop.start : loop.start + loop.period]
    letters = [character for character in unit if character.isalpha()]
    if not letters or (len(letters) == 1 and loop.period == 2):  # digits, or the a+a+a of algebra
        return None
    if all(character in _LAUGHTER for character in unit) or set(unit.casefold()) <= {"x"}:
        return None
    if _painted(unit):
        return _MOST_PAINTED if loop.copies > _MOST_PAINTED else None
    syllabic = any(script_of(character) in ("Hangul", "Han", "Kana", "Thai") for character in unit)
    if loop.period == 1:
        most = options.syllables if syllabic else options.letters
        return most if loop.copies > most and not _drawn_out(stretch, loop.start, unit) else None
    if _sound(unit):
        return _LONGEST_SUNG if loop.exponent > _LONGEST_SUNG else None
    if syllabic:
        # 반짝반짝 and 하나하나 are words; painted sound (째깍째깍째깍째깍, くるくるくるくる) takes up to
        # four copies of two syllables, but a word of meaning does not.
        most = 4 if loop.period == 2 and not _has_meaning(unit) else 3
        return float(most) if loop.copies > most else None
    # Three letters make a syllable too, as in cha-cha-cha written as one word.
    least = 2.6 if loop.period > 3 or not any(letter in _VOWELS for letter in unit.casefold()) else 3.5
    return least if loop.exponent >= least and loop.end - loop.start >= 6 else None


def _few_letters(stretch: str) -> bool:
    """Whether a long word is made of hardly any letters: copies that differ ("HDMHDDHDHD")."""
    # Drawn-out letters (Noooooo) count once.
    short = re.sub(r"(.)\1+", r"\1", stretch.casefold())
    letters = {character for character in short if character.isalpha()}
    count = sum(character.isalpha() for character in short)
    laughter = letters <= {"h", "a", "e", "o", "i", "w", "y", "m", "u", "z"} or letters <= _LAUGHTER
    return stretch.isascii() and len(letters) > 2 and count >= _LONG_WORD and len(letters) <= _FEW and not laughter


# Two copies and a half of two letters repeat four characters, a word of few letters five.
_LEAST_REPEATED = 4
_LONG_WORD = 8
_FEW = 3


class _Fault(Struct, frozen=True):
    """What is wrong with a stretch, from ``start`` to ``end`` of it."""

    start: int
    end: int
    message: str
    measured: float
    limit: float
    unit: str


def _least_repeated(options: Options) -> int:
    """How many characters of a stretch are there already, at least, in any fault."""
    return max(1, min(_LEAST_REPEATED, options.letters, options.syllables))


def _fault(stretch: str, options: Options) -> _Fault | None:
    if len(stretch) - len(set(stretch.casefold())) < _least_repeated(options):
        return None
    for loop in loops(unicodedata.normalize("NFC", stretch).casefold() if stretch.isascii() else stretch):
        limit = _measure(stretch, loop, options)
        if limit is not None:
            unit = stretch[loop.start : loop.start + loop.period]
            message = f"'{unit}' runs on {loop.exponent:.1f} times inside one word"
            return _Fault(loop.start, loop.end, message, round(loop.exponent, 1), limit, "copies in a row")
    if _few_letters(stretch):
        different = len({c for c in stretch.casefold() if c.isalpha()})
        message = f"'{stretch}' is made of only {different} different letters"
        return _Fault(0, len(stretch), message, different, _FEW + 1, "different letters")
    return None


class _Faulty:
    """The tokens that hold a fault. No stretch holds a space: what holds for a token holds wherever it stands."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._least = _least_repeated(options)
        self._known: set[str] = set()
        self._faulty: set[str] = set()

    def among(self, tokens: frozenset[str]) -> frozenset[str]:
        """Those of some tokens; each is looked at once in a process, and all is forgotten when it grows too much."""
        if len(self._known) > REMEMBERED:
            self._known.clear()
            self._faulty.clear()
        fresh = tokens.difference(self._known)
        self._known |= fresh
        least = self._least
        # Of a token that is all ASCII nothing is folded into two letters: so many of its own must be there already.
        likely = [t for t in fresh if len(t) > least and (not t.isascii() or len(t) - len(set(t.casefold())) >= least)]
        self._faulty.update(t for t in likely if any(_fault(s, self._options) for s in _STRETCH.findall(t)))
        return tokens & self._faulty


_faulty = lru_cache(maxsize=8)(_Faulty)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each word in which a piece runs on."""
    for cue, hit in _looped(document, options):
        yield from weighed_repetition(document, [hit], [cue])


def _looped(document: Document, options: Options) -> Iterator[tuple[Cue, Hit]]:
    known = texts(document)
    judge = _faulty(options)
    # In ASCII case is no matter and, unless _a+b is written, a stretch lies in one word: half as many as tokens.
    plain = known.joined.isascii() and not ("+" in known.joined and "_" in known.joined)
    if plain and not judge.among(known.words):
        return
    faulty = judge.among(known.vocabulary)
    if not faulty:
        return
    for cue, tokens in zip(document.cues, known.tokens, strict=True):
        if faulty.isdisjoint(tokens):
            continue
        for match in _STRETCH.finditer(cue.text):
            fault = _fault(match[0], options)
            if fault is None:
                continue
            start, end = match.start() + fault.start, match.start() + fault.end
            yield (
                cue,
                Hit(
                    span=text_span(cue, start, end),
                    cue=cue.index,
                    text=cue.text[start:end],
                    message=fault.message,
                    measured=fault.measured,
                    limit=fault.limit,
                    unit=fault.unit,
                    extent=min(1.0, (end - start) / max(1, len(cue.text.strip()))),
                ),
            )


RULE = Rule(
    code="REP302",
    name="looped-characters",
    family=Family.REPETITION,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
