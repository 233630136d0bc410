"""Korean words are run together or apart where the orthography allows only one way.

## Why
Spacing decides how a Korean sentence is read, and where a player may break the line.
Wrong spacing also splits terms for search and for models trained on the track.

Only rules of the Korean Orthography without an exception are held: dependent nouns stand apart
(할 수 있다, 하기 때문에, 한 것 같다), so do 있다 behind -고 and 않다 behind -지, and a
particle is written to its noun (파이썬을).

## Fix
Write the words with the spaces that the finding shows. If the same mistake comes often,
correct it over the whole track in one pass and let somebody read the changes.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:04.000
    파이썬 을 쓰면 쉽게 할수 있어요

    00:04.000 --> 00:06.000
    코드가 짧기때문에 좋은것 같아요

## Passes: lecture.ko.vtt
    00:01.000 --> 00:04.000
    파이썬을 쓰면 쉽게 할 수 있어요

    00:04.000 --> 00:06.000
    이것뿐만 아니라 이 값은 머지않아 바뀔지도 모릅니다

## Limits
Where both ways are allowed (본용언과 보조용언: 해보다, 해 보다) or the meaning
decides (한번, 한 번; 안되다, 안 되다; -ㄴ지, -는데) nothing is said. Particles that are also words by
themselves (이, 가, 만, 도, 나, 보다, 같이) are not looked for, nor are particles at the start of a cue:
a phrase broken between cues belongs to RDG205.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from auditor.facts.final_sounds import Final, final_sound
from auditor.facts.korean import BARE, eojeols, is_korean, is_nominal, morphemes
from auditor.facts.spans import text_span
from auditor.facts.texts import Memo, texts
from auditor.facts.words import script_of
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``particles``: whether particles apart from their noun count; ``joined``: whether words run together do."""

    particles: bool = True
    joined: bool = True


class _Fault(Struct, frozen=True):
    start: int
    end: int
    wanted: str
    why: str


# Particles that are no word by themselves, with the sounds they may follow; 을 and 은 after vowels belong to a noun.
_ANY = frozenset(Final)
_CONSONANT = frozenset({Final.CONSONANT, Final.RIEUL})
_VOWEL = frozenset({Final.VOWEL})
_SPLIT = {
    "을": _CONSONANT,
    "를": _VOWEL,
    "은": _CONSONANT,
    "는": _VOWEL,
    "으로": frozenset({Final.CONSONANT}),
    "으로는": frozenset({Final.CONSONANT}),
    "에서": _ANY,
    "에서는": _ANY,
    "에는": _ANY,
    "에게": _ANY,
    "에": _ANY,
    "의": _ANY,
    "까지": _ANY,
    "부터": _ANY,
    "처럼": _ANY,
    "이라는": _CONSONANT,
    "라는": _VOWEL,
}
_CERTAIN = (
    (lazy_pattern(r"(?P<head>[가-힣]+?)(?P<tail>때문.*)"), "때문 is a noun of its own"),
    (lazy_pattern(r"(?P<head>[가-힣]*것)(?P<tail>같[다은아았을애습네죠지군더].*)"), "같다 is a word of its own"),
    (
        lazy_pattern(r"(?P<head>[가-힣]*(?:[가-힣]수|수))(?P<tail>있[다는어었을습죠지네고으게].*)"),
        "있다 is a word of its own",
    ),
    (
        lazy_pattern(r"(?P<head>[가-힣]+고)(?P<tail>있[다는어었을습죠지네으게].*)"),
        "있다 behind -고 is a word of its own",
    ),
    (
        lazy_pattern(r"(?P<head>[가-힣]+(?<!머)(?<!못)(?<!마)지)(?P<tail>않[다은는아았을습죠네고으게].*)"),
        "않다 behind -지 is a word of its own",
    ),
)
# Dependent nouns behind the adnominal ending; 지, 데, 듯, 걸 and 게 also end verbs, so are left out.
_DEPENDENT = lazy_pattern(r"[가-힣](?:수|것|거|건|때|적|줄|뿐|만큼|대로)")
_DEPENDENT_NOUNS = frozenset({"수", "것", "거", "때", "적", "줄", "뿐", "만큼", "대로"})


# Every pattern above needs one of these inside the word, so most words are settled by one search.
_JOINT = lazy_pattern(r".(?:때문|같|[있않]|수|것|거|때|적|줄|뿐|만큼|대로)")


@lru_cache(maxsize=65_536)
def _joined(word: str, experience: bool) -> tuple[str, str] | None:
    """The word with its missing space, and the reason, if a space is missing for certain.

    ``experience`` says that 있다 or 없다 follows, which 적 needs.
    """
    if _JOINT.search(word) is None:
        return None
    for pattern, why in _CERTAIN:
        match = pattern.fullmatch(word)
        if match is not None:
            return f"{match['head']} {match['tail']}", why
    if _DEPENDENT.search(word) is None:
        return None
    for before, noun in pairwise(morphemes(word)):
        if before.tag == "ETM" and noun.form in _DEPENDENT_NOUNS and noun.tag in ("NNB", "NNG") and noun.start:
            if noun.form == "적" and not experience:
                continue
            rest = re.sub(r"^수(?=[있없])", "수 ", word[noun.start :])
            return f"{word[: noun.start]} {rest}", f"{noun.form} is a noun of its own"
    return None


def _faults(cue: Cue, options: Options) -> Iterator[_Fault]:
    words = eojeols(cue.text)
    if options.joined:
        for word, after in pairwise((*words, None)):
            if word is None:
                continue
            found = _joined(word.text, after is not None and after.text.startswith(("있", "없")))
            if found is not None:
                yield _Fault(word.start, word.end, *found)
    if not options.particles:
        return
    for noun, particle in pairwise(words):
        finals = _SPLIT.get(particle.text)
        if finals is None or cue.text[noun.end : particle.start].strip(" "):
            continue
        certain = script_of(noun.text[-1]) in ("Latin", None) or is_nominal(noun.text)
        if final_sound(noun.text) in finals and certain:
            yield _Fault(noun.start, particle.end, noun.text + particle.text, "a particle is written to its noun")


def _may_be_wrong(token: str) -> bool:
    """Whether a token is a particle, or misses a space in some company."""
    return BARE[token] in _SPLIT or _joined(BARE[token], True) is not None


_MAY_BE_WRONG = Memo(_may_be_wrong)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each certain spacing error of a Korean track."""
    if not is_korean(document):
        return
    known = texts(document)
    suspects = set(filter(_MAY_BE_WRONG.__getitem__, known.vocabulary))
    for cue, tokens in zip(document.cues, known.tokens, strict=True):
        if suspects.isdisjoint(tokens):
            continue
        for fault in _faults(cue, options):
            yield Hit(
                span=text_span(cue, fault.start, fault.end),
                cue=cue.index,
                text=cue.text[fault.start : fault.end],
                message=f"write '{fault.wanted}': {fault.why}",
                extent=0.1,
            )


RULE = Rule(
    code="KOR703",
    name="wrong-spacing",
    family=Family.KOREAN,
    category=Category.READABILITY,
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
