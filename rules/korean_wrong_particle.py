"""A Korean particle does not fit the sound of the word before it.

## Why
을 and 를, 이 and 가, 은 and 는, 과 and 와, 으로 and 로 follow the last sound of the
word. A wrong one shows that a word was exchanged after the sentence was made:
by a term list, by machine translation or by a recogniser that heard another word.

Digits and Latin letters count as they are read aloud: 3이 (삼이), 10을 (십을), API가, LLM을, Python은.

## Fix
If the noun is the right one, write the particle that the finding names. If the noun
itself may have been exchanged, check it against the audio or the source text first: the
particle may be the part that is right.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:04.000
    데이터을 모델에 넣고 LLM를 부릅니다

## Passes: lecture.ko.vtt
    00:01.000 --> 00:04.000
    데이터를 모델로 만들고 LLM을 부르는 아이가 나이와 결과를 봅니다

## Limits
A word in Hangul must be a known noun of two syllables or more. Latin words are judged when
they are spelled letter by letter or their reading is settled; digits behind a name
only where the Korean and the English reading agree (라마 3를: 삼 or 쓰리).
이에요 after a vowel is correct, if long; 에요 after a vowel is only judged where no
place can be meant (거에요). Nothing is said of foreign words whose last sound is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from auditor.facts.final_sounds import Final, final_sound
from auditor.facts.korean import BARE, eojeols, is_korean, is_nominal, morphemes, without_particle
from auditor.facts.spans import text_span
from auditor.facts.texts import Memo, texts
from auditor.facts.words import Word, script_of
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``latin``, ``digits``: whether particles behind Latin words and behind digits are judged."""

    latin: bool = True
    digits: bool = True


class _Fault(Struct, frozen=True):
    noun: str
    written: str
    wanted: str
    final: Final


_AFTER_CONSONANT = {"은": "는", "이": "가", "을": "를", "과": "와", "이랑": "랑"}
_AFTER_VOWEL = {wrong: right for right, wrong in _AFTER_CONSONANT.items()} | {"라는": "이라는", "예요": "이에요"}

_TAIL = lazy_pattern(
    r"(?P<noun>.*?[^\W_%]|.*?%)"
    r"(?P<particle>(?:으로|로)(?=(?:는|도|서|써|부터|의|만)?$)|(?:이랑|랑|라는|예요|이예요|에요|[은는이가을를과와])$)"
)
# 에요 also is "at" with a polite ending (학교에요); behind these nouns no place can be meant.
_COPULA_ONLY = frozenset({"거", "뭐", "누구", "이거", "그거", "저거", "때문"})

# What Kiwi makes of the syllables behind a noun when they are no particle it could be.
_HOMOGRAPH_TAGS = frozenset(
    {"NNG", "NNB", "JX", "JKS", "JKO", "JC", "JKB", "ETM", "XSM", "EF", "VV", "MAG", "IC", "NR"}
)


def _wanted(noun: str, particle: str, final: Final) -> str | None:
    if particle in ("이예요", "에요"):
        if particle == "이예요" and final is not Final.VOWEL:
            return "이에요"
        return "예요" if particle == "에요" and noun in _COPULA_ONLY and final is Final.VOWEL else None
    if particle == "으로":
        return "로" if final is not Final.CONSONANT else None
    if particle == "로":
        return "으로" if final is Final.CONSONANT else None
    return (_AFTER_CONSONANT if final is Final.VOWEL else _AFTER_VOWEL).get(particle)


def _is_particle(eojeol: str, noun: str) -> bool:
    """Whether the word is that noun with something behind it that Kiwi cannot make a word of."""
    if len(noun) < 2:
        return noun in _COPULA_ONLY
    parts = morphemes(eojeol)
    # A guessed noun that ends in 이 may be a name (메이테이), one that ends in 를 cannot.
    unexplained = len(parts) == 1 and not parts[0].known and not eojeol.endswith("이")
    stray = any(part.start == len(noun) and part.tag in _HOMOGRAPH_TAGS for part in parts)
    return (unexplained or stray) and is_nominal(noun)


def _names(before: Word | None, text: str, number: Word) -> bool:
    """Whether a number stands behind a name it may be part of: a word without particle and without a mark after it."""
    if before is None or text[before.end : number.start].strip():
        return False
    return script_of(before.text[-1]) == "Latin" or without_particle(before.text) == before.text


def _split(eojeol: str) -> re.Match[str] | None:
    """The noun and the particle of a word that may be both; two particles only where it is no noun and one."""
    return _TAIL.fullmatch(eojeol) or _TAIL.match(eojeol)


def _fault(cue: Cue, before: Word | None, word: Word, options: Options) -> _Fault | None:
    match = _split(word.text)
    if match is None:
        return None
    noun, particle = match["noun"], match["particle"]
    last = noun[-1]
    hangul = script_of(last) == "Hangul"
    if not hangul and not (options.digits if last.isdigit() or last == "%" else options.latin):
        return None
    final = final_sound(noun, part_of_name=last.isdigit() and _names(before, cue.text, word))
    wanted = _wanted(noun, particle, final) if final is not None else None
    if final is None or wanted is None or (hangul and not _is_particle(word.text, noun)):
        return None
    return _Fault(noun, particle, wanted, final)


def _may_be_wrong(token: str) -> bool:
    """Whether a particle in the token contradicts some reading of what is before it, wherever the token stands."""
    match = _split(BARE[token])
    if match is None:
        return False
    noun = match["noun"]
    finals = {final_sound(noun, part_of_name=name) for name in (False, True)}
    if all(final is None or _wanted(noun, match["particle"], final) is None for final in finals):
        return False
    return script_of(noun[-1]) != "Hangul" or _is_particle(BARE[token], noun)


_MAY_BE_WRONG = Memo(_may_be_wrong)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each particle that contradicts the sound before it, in Korean tracks."""
    if not is_korean(document):
        return
    known = texts(document)
    suspects = set(filter(_MAY_BE_WRONG.__getitem__, known.vocabulary))
    for cue, tokens in zip(document.cues, known.tokens, strict=True):
        if suspects.isdisjoint(tokens):
            continue
        for before, word in pairwise((None, *eojeols(cue.text))):
            fault = _fault(cue, before, word, options) if word is not None else None
            if fault is None or word is None:
                continue
            yield Hit(
                span=text_span(cue, word.start, word.end),
                cue=cue.index,
                text=word.text,
                message=f"'{fault.noun}' ends in {fault.final.value}: {fault.wanted}, not {fault.written}",
                extent=0.1,
            )


RULE = Rule(
    code="KOR704",
    name="wrong-particle",
    family=Family.KOREAN,
    category=Category.FIDELITY,
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
