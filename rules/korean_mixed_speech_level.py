"""A sentence leaves the politeness level that its own track speaks in.

## Why
A lecture addresses its audience either politely (해요체, 합쇼체) or, like a book, plainly
(해라체, 해체). Translation models that see one cue at a time switch between them; the
viewer hears another speaker, or rudeness.

The two polite levels mix in every good lecture and count as one, so do the two plain
ones. What is reported is a plain sentence in a polite track, or a polite one in a
plain track. Quoted speech may speak as it likes.

## Fix
Give the sentence the ending of the level that the track speaks in (`한다` to `합니다` or
`해요`, or the other way round). Listen first if the speaker may have changed level on
purpose, in a quotation or an aside. In a machine translation, state the level in the
instructions and translate whole passages together.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:03.000
    오늘은 유약을 봅니다. 재료는 세 가지예요.

    00:03.000 --> 00:06.000
    먼저 물을 붓죠. 천천히 저어 주세요. 색이 변합니다.

    00:06.000 --> 00:09.000
    조금 기다립니다. 이제 체에 걸러요. 두 번이면 됩니다.

    00:09.000 --> 00:12.000
    덩어리가 없어야 해요. 그래야 고르게 발립니다.

    00:12.000 --> 00:14.000
    가마는 아주 뜨겁다.

## Passes: lecture.ko.vtt
    00:01.000 --> 00:03.000
    오늘은 유약을 봅니다. 재료는 세 가지예요.

    00:03.000 --> 00:06.000
    먼저 물을 붓죠. 천천히 저어 주세요. 색이 변합니다.

    00:06.000 --> 00:09.000
    조금 기다립니다. 이제 체에 걸러요. 두 번이면 됩니다.

    00:09.000 --> 00:12.000
    덩어리가 없어야 해요. 그래야 고르게 발립니다.

    00:12.000 --> 00:14.000
    책에는 "가마는 뜨겁다."라고 쓰여 있죠

## Limits
At least `sentences` sentences whose level is certain, `majority` of them on one side; a
track in which more than `most` sentences differ has several speakers or no level,
and is left alone. A sentence ends at the end of a cue or at a mark. Endings
that also join clauses (-어, -지, -네) count only before a mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import zip_longest

from msgspec import Struct

from auditor.facts.korean import is_korean, morphemes
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """When a track has a level of its own, and how many sentences may leave it to be called slips.

    ``sentences``: sentences that must show a level; ``majority``: the share of
    them (0-1) on one side; ``most``: sentences on the other side up to which
    each is reported.
    """

    sentences: int = 10
    majority: float = 0.9
    most: int = 5


class _Level(Enum):
    POLITE = "polite"
    PLAIN = "plain"


class _Ending(Struct, frozen=True):
    cue: Cue
    start: int
    end: int
    level: _Level


_SENTENCE_END = lazy_pattern(r"(?P<eojeol>[가-힣]+)(?P<mark>[.!?…]+(?=[\s\"'”’」』]|$)|\s*$)")
_POLITE = lazy_pattern(r"(?:요|죠|니다|니까|시오)$")
_NOUN_IN_YO = lazy_pattern(r"(?:필|중|주|개|수|소|동|가|강|긴|고|여)요$")
# -ㅂ시다 (let us) is neither: polite lectures use it as freely as plain ones.
_PLAIN_ALONE = lazy_pattern(r"(?:(?<!시)다|거야|이야|잖아|거든|는군|구나|느냐|는가)$")
_PLAIN_BEFORE_MARK = lazy_pattern(r"(?:[어아해야지네자라냐니까걸게래])$")
_QUOTED_ON = lazy_pattern(r"\s*[\"'”’」』]?\s*(?:[이]?라[고는며]|고|며|는|하[고는며면]|[한할했해]|싶|치|쳐)")
_PAIRS = ("“”", "‘’", "「」", "『』")
_CLOSING = '"”’」』'


def _in_quotes(text: str, start: int) -> bool:
    before = text[:start]
    return before.count('"') % 2 == 1 or any(before.count(pair[0]) > before.count(pair[1]) for pair in _PAIRS)


def _level(eojeol: str, marked: bool) -> _Level | None:
    if _POLITE.search(eojeol):
        return None if _NOUN_IN_YO.fullmatch(eojeol) else _Level.POLITE
    if _PLAIN_ALONE.search(eojeol) is None and not (marked and _PLAIN_BEFORE_MARK.search(eojeol)):
        return None
    parts = morphemes(eojeol)
    # An ending needs a stem before it: 바다, 네 and 어 have none.
    spoken = len(parts) > 1 and parts[-1].tag in ("EF", "EC") and all(part.known for part in parts)
    return _Level.PLAIN if spoken and (marked or parts[-1].tag == "EF") else None


def _endings(document: Document) -> Iterator[_Ending]:
    for cue, following in zip_longest(document.cues, document.cues[1:]):
        for match in _SENTENCE_END.finditer(cue.text):
            marked = bool(match["mark"].strip())
            rest = cue.text[match.end() :] or ("" if following is None else following.text)
            if _in_quotes(cue.text, match.start()) or rest.startswith(tuple(_CLOSING)):
                continue
            if not marked and _QUOTED_ON.match(rest):
                continue
            level = _level(match["eojeol"], marked)
            if level is not None:
                yield _Ending(cue, match.start("eojeol"), match.end("eojeol"), level)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each of the few sentences that leave the level of a Korean track."""
    if not is_korean(document):
        return
    endings = list(_endings(document))
    polite = sum(ending.level is _Level.POLITE for ending in endings)
    own = _Level.POLITE if 2 * polite >= len(endings) else _Level.PLAIN
    slips = [ending for ending in endings if ending.level is not own]
    kept = len(endings) - len(slips)
    if len(endings) < options.sentences or len(slips) > options.most or kept < options.majority * len(endings):
        return
    for slip in slips:
        word = slip.cue.text[slip.start : slip.end]
        majority = f"{kept} of {len(endings)} sentences of this track are {own.value}"
        yield Hit(
            span=text_span(slip.cue, slip.start, slip.end),
            cue=slip.cue.index,
            text=word,
            message=f"'{word}' is {slip.level.value}, but {majority}",
            measured=len(slips),
            limit=0,
            unit="sentences on another level",
            extent=0.2,
        )


RULE = Rule(
    code="KOR702",
    name="mixed-speech-level",
    family=Family.KOREAN,
    category=Category.READABILITY,
    severity=Severity.INFO,
    confidence=Confidence.POSSIBLE,
    options=Options(),
    check=check,
)
