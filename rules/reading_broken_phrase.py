"""A cue ends inside a phrase that must not be split.

## Why
A viewer reads a cue as one piece. A break between "볼 수" and "있죠", or behind "the", leaves
both halves without sense until the next cue appears. Subtitling guidelines ask for breaks between
phrases; recognisers cut by length.

In Korean a dependent noun must stay with what modifies it (한 것, 볼 수, 본 적), 있다 and
없다 with 수, an auxiliary with its verb (하고 있다, 하지 않다), a determiner with its
noun. In English an article, a possessive, "of" and the like must not end a cue. In Japanese
no cue can begin with を, a small kana or a long vowel mark.

## Fix
Move the word that hangs at the end of the cue to the next one, or the rest of its
phrase up, and shift the border of the two cues to match the speech. When the whole file
is cut by length, segment it again at sentence and phrase boundaries.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:03.000
    이제 그림에서 색이 변하는 과정을 볼 수

    00:03.000 --> 00:05.000
    있죠 유약이 녹았습니다

## Fails: lecture.en.vtt
    00:01.000 --> 00:03.000
    Now we lift the pot out of the

    00:03.000 --> 00:05.000
    kiln and let it cool.

## Passes: lecture.ko.vtt
    00:01.000 --> 00:03.000
    이제 그림에서 색이 변하는 과정을

    00:03.000 --> 00:05.000
    볼 수 있죠 유약이 녹았습니다

## Passes: lecture.en.vtt
    00:01.000 --> 00:03.000
    Which pot is it made of?

    00:03.000 --> 00:05.000
    Come on in.

## Limits
Cues that are more than `max_gap_ms` apart are taken as separate utterances. `english` lists the words that may not
end a cue; prepositions that also end sentences (in, on, up) are not among them. Judged by form alone, so the
Korean list holds only endings that are certain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from auditor.facts.spans import text_span
from auditor.facts.texts import texts
from auditor.facts.timeline import timeline
from auditor.facts.words import primary
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule

_ENGLISH = "a an the of my your our their its every and or from with into than because"


class Options(Struct, frozen=True):
    """What may not stand at a cue's end.

    ``english``: words that may not end an English cue; ``determiners``,
    ``dependent_nouns``, ``auxiliaries``: whether these breaks count in Korean;
    ``max_gap_ms``: cues further apart are not one utterance.
    """

    english: tuple[str, ...] = tuple(_ENGLISH.split())
    determiners: bool = True
    dependent_nouns: bool = True
    auxiliaries: bool = True
    max_gap_ms: int = 1000


# Before a dependent noun a word in ㄴ or ㄹ is an adnominal form: 한, 할, 있는, 됐던.
_CODA_NIEUN, _CODA_RIEUL, _CODAS = 4, 8, 28
# 수 is also a number, 줄 a line, 적 an enemy: what they mean shows the word behind them.
_DEPENDENT = lazy_pattern(
    r"(?:수(?:가|는|도)? [있없]|수밖에|적(?:이|은|도)? [있없]|줄(?:은|을|도)? [알몰모아]|"
    r"(?:것(?:[이은을도과들에]|으로|만|처럼|보다|뿐|입니다|이죠|이에요)?|거(?:예요|죠|라고|지만|니까)|[게건걸]|"
    r"뿐(?:만|이죠|입니다)?|때(?:는|마다|까지)?|만큼|대로)(?= |[.,!?…]|$)|겁니다|때문|텐데|테니|테지만)"
)
_DETERMINERS = lazy_pattern("[그한두세몇각새]|어떤|무슨|모든|여러|다른|이런|그런|저런|어느")
_TAKES_AUXILIARY = lazy_pattern(r"[가-힣]+(?:고|지)$")
_AUXILIARY = {"고": lazy_pattern(r"(?:있|싶)"), "지": lazy_pattern(r"(?:않|못[하했한할합해])")}


@lru_cache(maxsize=8)
def _set_of(words: tuple[str, ...]) -> frozenset[str]:
    """Words as they are compared: without case."""
    return frozenset(map(str.casefold, words))


def _coda(word: str) -> int | None:
    return (ord(word[-1]) - ord("가")) % _CODAS if "가" <= word[-1] <= "힣" else None


# Each judge takes the last word of a cue and the text of the next.


def _korean(last: str, text: str, options: Options) -> str | None:
    following = " ".join(text.split())
    if options.dependent_nouns:
        if last == "수" and following[:1] in ("있", "없"):
            return "있다 and 없다 stay with 수"
        noun = _DEPENDENT.match(following)
        if noun is not None and _coda(last) in (_CODA_NIEUN, _CODA_RIEUL):
            return f"the dependent noun '{noun[0].strip()}' stays with what modifies it"
    if options.determiners and _DETERMINERS.fullmatch(last):
        return f"the determiner '{last}' stays with its noun"
    if options.auxiliaries and _TAKES_AUXILIARY.match(last) and _AUXILIARY[last[-1]].match(following):
        return "the auxiliary verb stays with its verb"
    return None


def _english(last: str, text: str, options: Options) -> str | None:
    if last.casefold() in _set_of(options.english) and text.lstrip()[:1].isalnum():
        return f"'{last}' stays with what follows it"
    return None


def _english_suspects(document: Document, options: Options) -> frozenset[int]:
    """The numbers of the cues whose last word has to be followed by another: in English few."""
    unfinished = _set_of(options.english)
    known = enumerate(texts(document).tokens, start=1)
    return frozenset(number for number, words in known if words and words[-1].casefold() in unfinished)


_NEVER_FIRST = lazy_pattern(r"[をぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮー]")


def _japanese(last: str, text: str, options: Options) -> str | None:
    following = text.lstrip()
    if _NEVER_FIRST.match(following) and last[-1:].isalnum():
        return f"no phrase begins with '{following[0]}'"
    return None


_JUDGES: dict[str, Callable[[str, str, Options], str | None]] = {"ko": _korean, "en": _english, "ja": _japanese}


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose last word must not be parted from the first of the next cue."""
    judge = _JUDGES.get(primary(document.language.tag))
    if judge is None:
        return
    likely = _english_suspects(document, options) if judge is _english else None
    for cue, following in pairwise(timeline(document)):
        if likely is not None and cue.index not in likely:
            continue
        if following.start_ms - cue.end_ms > options.max_gap_ms:
            continue
        words = cue.text.rsplit(None, 1)
        if not words or not following.text or following.text.isspace():
            continue
        why = judge(words[-1], following.text, options)
        if why is not None:
            end = len(cue.text.rstrip())
            yield Hit(
                span=text_span(cue, end - len(words[-1]), end),
                cue=cue.index,
                text=words[-1],
                message=f"the cue breaks '{words[-1]} / {following.text.split(maxsplit=1)[0]}': {why}",
                extent=0.1,
            )


def lacks(document: Document, options: Options) -> str | None:
    """Which evidence is missing."""
    if primary(document.language.tag) in _JUDGES:
        return None
    return "phrases are only known in Korean, English and Japanese"


RULE = Rule(
    code="RDG205",
    name="broken-phrase",
    family=Family.READING,
    category=Category.READABILITY,
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
