"""A Hangul letter left over outside any syllable ("ㄹm", "했어ㅛ"), in no use that Korean has for lone letters.

## Why
Typing slips, broken input methods and models that spell byte by byte leave letters
behind that no word needs. Korean uses lone letters for laughter and tears (ㅋㅋ, ㅠㅠ),
for clipped chat words (ㅇㅇ, ㄱㄱ, ㄹㅇ), and to name a letter (ㄱ자, ㄴ 받침): those stay.

## Fix
Delete the letter or complete the syllable as the sentence wants it; listen when the
word is not plain from its neighbours. A letter that is meant as a letter is put in
quotation marks.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:03.000
    가마를 천천히 열어ㅛ

    00:03.000 --> 00:05.000
    이건 ㄹm을 감싸는 코드죠

## Passes: lecture.ko.vtt
    00:01.000 --> 00:03.000
    네 ㅋㅋㅋ 맞아요ㅠㅠ ㅇㅇ ㄱㄱ

    00:03.000 --> 00:05.000
    ㄱ자로 꺾고, ㄴ 받침은 'ㅏ' 뒤에 와요

    00:05.000 --> 00:07.000
    한글ㆍ영어, ㄱ. 첫째

## Limits
Laughter and tears may stand anywhere; other letters need two in a row and a place
outside syllables. A single letter passes when it is quoted, listed, followed by 자, by
a particle or by a word about letters, or when the cue speaks of letters (받침, 자음,
모음, 초성 ...). Letters that compose into syllables are TXT603; a consonant without its
vowel among conjoining letters is flagged here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, NoOptions, Rule

# Without U+3164, a filler (TXT602), and U+318D, which Korean writers use as a middle dot.
_JAMO = "\u3131-\u3163\u3165-\u318c\u318e"
_RUN = lazy_pattern(f"[{_JAMO}]+")
_CONJOINING = lazy_pattern("[\u1100-\u115e\u1161-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]+")
_OLD_SYLLABLES = lazy_pattern(
    "(?:[\u1100-\u115e\ua960-\ua97c]+[\u1161-\u11a7\ud7b0-\ud7c6]+[\u11a8-\u11ff\ud7cb-\ud7fb]*)+"
)

_EMOTION = frozenset("ㅋㅎㅠㅜㅡㅗㅉ")
_LAUGHTER_OR_TEARS = frozenset("ㅋㅎㅠㅜ")
# Faces: the same letter on both sides of a mouth (ㅇㅅㅇ, ㅍㅅㅍ).
_FACE = lazy_pattern(r"(.).\1")
_TALK_OF_LETTERS = lazy_pattern(
    "자음|모음|받침|초성|중성|종성|한글|글자|발음|자모|음절|음운|된소리|맞춤법|타자|자판|기역|니은|디귿|리을|미음|비읍|시옷|"
    "이응|지읒|치읓|키읔|티읕|피읖|히읗"
)
# 자 as in ㄱ자, and particles that follow the name of a letter.
_AFTER_NAME = lazy_pattern(
    r"자(?![가-힣]{3})|(?:은|는|이|가|을|를|과|와|의|에|에서|로|으로|도|만|이나|나|라고|이라고)(?![가-힣])"
)
_ENDING_BEFORE = lazy_pattern(r"[-~–∼～]$")  # grammar writes endings as -ㄴ다
_QUOTES = "'\"‘’“”「」『』<>《》[](){}/"
_AROUND = 16  # characters beside a letter that tell what it is there for
_SYLLABLE_OR_LETTER = lazy_pattern(r"[^\W\d_]")


def _named(text: str, start: int, end: int) -> bool:
    """Whether a single letter is quoted, listed, numbered an item, or named as a letter."""
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if _ENDING_BEFORE.search(before):
        return True
    if before[-1:] and before[-1:] in _QUOTES and after[:1] and after[:1] in _QUOTES:
        return True
    if before[-1:] and _SYLLABLE_OR_LETTER.match(before[-1:]):
        return False
    if _AFTER_NAME.match(after):
        return True
    if re.match(r"[.)]", after) and (not before.strip() or before[-1:] in " ("):
        return True
    # A list of letters: ㄱ, ㄴ, ㄷ
    return bool(re.match(rf"\s*[,·/~]\s*[{_JAMO}]", after) or re.search(rf"[{_JAMO}]\s*[,·/~]\s*$", before))


def _in_use(text: str, start: int, end: int, talk_of_letters: bool) -> bool:
    """Whether Korean uses lone letters in this way."""
    run = text[start:end]
    if set(run) <= _EMOTION or talk_of_letters:
        return True
    beside_syllable = bool(_SYLLABLE_OR_LETTER.match(text[start - 1 : start] or " "))
    if len(run) == 1:
        return _named(text, start, end)
    if _FACE.fullmatch(run):
        return True
    # Clipped words are written as words of their own; only laughter and tears hang on a word and go on as they like.
    return not beside_syllable or run[0] in _LAUGHTER_OR_TEARS


def _strays(text: str) -> Iterator[tuple[int, int, str]]:
    talk_of_letters = _TALK_OF_LETTERS.search(text) is not None
    for match in _RUN.finditer(text):
        if not _in_use(text, match.start(), match.end(), talk_of_letters):
            plural = len(match[0]) > 1
            message = (
                f"the letter{'s' if plural else ''} '{match[0]}' stand{'' if plural else 's'} outside any syllable"
            )
            yield match.start(), match.end(), message
    for match in _CONJOINING.finditer(text):
        if _OLD_SYLLABLES.fullmatch(match[0]) or _composes(text[max(0, match.start() - 1) : match.end()]):
            continue
        code = f"U+{ord(match[0][0]):04X}"
        yield match.start(), match.end(), f"half a syllable: the conjoining letter {code} lacks its partner"


def _composes(sequence: str) -> bool:
    """Whether everything joins the syllable before it, as a final consonant does."""
    return len(unicodedata.normalize("NFC", sequence)) == 1


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each lone Hangul letter that Korean has no use for."""
    for cue in document.cues:
        if cue.text.isascii():
            continue
        for start, end, message in _strays(cue.text):
            yield Hit(
                span=text_span(cue, start, end),
                cue=cue.index,
                text=cue.text[start:end],
                message=message,
                extent=(end - start) / len(cue.text),
            )


RULE = Rule(
    code="TXT605",
    name="stray-jamo",
    family=Family.TEXT,
    category=Category.FIDELITY,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=NoOptions(),
    check=check,
)
