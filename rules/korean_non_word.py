"""A Korean word that cannot be one: no sequence of Korean morphemes explains it.

## Why
Recognisers and damaged encodings produce syllables that no Korean writer would
combine (뷃훍이, 렜습니다), and fast typing leaves forms the orthography does not have
(됬어요, 할께요, 몇일). The viewer stumbles; search and training take the form for a word.

A name or loan word that no dictionary holds is no error (제미니, 그라디오, 토크나이저).
Loan words keep to a small set of syllables: they end in ㄱ ㄴ ㄹ ㅁ ㅂ ㅅ ㅇ or a
vowel. Only unknown words that break this set are reported, and unknown stems with a verb's ending.

## Fix
Listen to the place and write the word that is said; a slip of spelling can be corrected
at sight. If the form is right in your field, add it to the option `words`.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:04.000
    뷃훍이 렜습니다

    00:04.000 --> 00:06.000
    몇일 뒤에 할께요

## Passes: lecture.ko.vtt
    00:01.000 --> 00:04.000
    제미니와 클로드와 라마를 그라디오로 비교하고 토크나이저도 봅니다

    00:04.000 --> 00:06.000
    며칠 뒤에 할게요 파이토치가 훑고 핥는 값은 옮았습니다

## Limits
A wrong word that exists or that sounds like a loan word (a misheard name such as 유피터
for Jupyter) is not found. `words` lists forms of your field that are right.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from auditor.facts.korean import is_korean, morphemes
from auditor.facts.spans import text_span
from auditor.facts.texts import texts
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``words``: words, without particles, that are right although no dictionary holds them."""

    words: tuple[str, ...] = ()


# Syllables that no word has there, where that is, and the right ones.
_MISSPELLED = (
    ("됬", lazy_pattern(r"됬"), "됐"),
    ("됌", lazy_pattern(r"됌"), "됨"),
    ("께", lazy_pattern(r"(?<=[할갈볼줄될올알둘쓸살살킬릴])께(?=요?$)"), "게"),
    ("몇일", lazy_pattern(r"^몇일"), "며칠"),
    ("어떻해", lazy_pattern(r"어떻해"), "어떡해"),
    ("슴", lazy_pattern(r"(?<=[있없])슴(?=니다|니까)"), "습"),
    ("읍", lazy_pattern(r"(?<=[있없했었았겠])읍(?=니다|니까)"), "습"),
    ("되", lazy_pattern(r"되(?=(?:요|서|야)$)"), "돼"),
    ("돼", lazy_pattern(r"돼(?=(?:고|는|면)$|었|니까$)"), "되"),
    ("겟", lazy_pattern(r"(?:^|(?<=[가-힣]))겟(?=습니다$|어요$|죠$|지만$)"), "겠"),
    ("햇", lazy_pattern(r"햇(?=습니다$|어요$|죠$|지만$|는데)"), "했"),
    ("잇", lazy_pattern(r"잇(?=어요$|었)"), "있"),  # 잇다 (to join) has 이어요 and 이었
    ("오랫만", lazy_pattern(r"^오랫만"), "오랜만"),
    ("왠만", lazy_pattern(r"^왠만(?=하|한|해|큼)"), "웬만"),
    ("역활", lazy_pattern(r"^역활"), "역할"),
    ("희안", lazy_pattern(r"^희안(?=하|한|해)"), "희한"),
    ("깨끗히", lazy_pattern(r"^깨끗히"), "깨끗이"),
    ("솔직이", lazy_pattern(r"^솔직이"), "솔직히"),
    ("일일히", lazy_pattern(r"^일일히"), "일일이"),
)

# Most words hold none of them.
_SUSPECT = lazy_pattern("|".join(wrong for wrong, _, _ in _MISSPELLED))

_RUN = lazy_pattern(r"(?<![\w])[가-힣]+(?![\w])")
_CODAS = 28
_LOAN_CODAS = frozenset({0, 1, 4, 8, 16, 17, 19, 21})  # none ㄱ ㄴ ㄹ ㅁ ㅂ ㅅ ㅇ
_ENDINGS = frozenset({"EF", "EC", "EP", "ETM", "ETN"})


def _all_common(word: str) -> bool:
    """Whether all syllables are among the 2,350 of KS X 1001, which hold all but a handful of Korean words."""
    # EUC-KR has two bytes for each of them; any other syllable is spelled out in eight.
    return len(word.encode("euc_kr")) == 2 * len(word)


@lru_cache(maxsize=1)
def _no_loan_syllables() -> frozenset[str]:
    """The syllables that end as no loan word's do."""
    codes = range(ord("가"), ord("힣") + 1)
    return frozenset(chr(code) for code in codes if (code - ord("가")) % _CODAS not in _LOAN_CODAS)


def _foreign_to_loans(word: str) -> bool:
    return not _no_loan_syllables().isdisjoint(word) or not _all_common(word)


@lru_cache(maxsize=65_536)
def _why(word: str, accepted: tuple[str, ...]) -> str | None:
    for wrong, pattern, right in _MISSPELLED if _SUSPECT.search(word) else ():
        match = pattern.search(word) if wrong in word else None
        if match is not None:
            return f"'{match[0]}' should be '{right}'"
    if not _foreign_to_loans(word):
        return None
    parts = morphemes(word)
    for part, following in pairwise((*parts, None)):
        if part is None or part.known or part.form in accepted:
            continue
        if following is not None and following.tag in _ENDINGS:
            return f"no verb has the stem '{part.form}'"
        if not _all_common(part.form):
            return f"'{part.form}' is in no dictionary, and no loan word is written with such syllables"
    return None


@lru_cache(maxsize=65_536)
def _holds_non_word(token: str, accepted: tuple[str, ...]) -> bool:
    return any(_why(word, accepted) is not None for word in _RUN.findall(token))


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each word of a Korean track that cannot be one."""
    if not is_korean(document):
        return
    known = texts(document)
    # No word holds a space, so what is right in a token is right wherever it stands.
    wrong = {token for token in known.vocabulary if _holds_non_word(token, options.words)}
    for cue, tokens in zip(document.cues, known.tokens, strict=True):
        if wrong.isdisjoint(tokens):
            continue
        for match in _RUN.finditer(cue.text):
            why = _why(match[0], options.words)
            if why is not None:
                yield Hit(
                    span=text_span(cue, match.start(), match.end()),
                    cue=cue.index,
                    text=match[0],
                    message=why,
                    extent=min(1.0, len(match[0]) / max(1, len(cue.text.strip()))),
                )


RULE = Rule(
    code="KOR701",
    name="non-word",
    family=Family.KOREAN,
    category=Category.FIDELITY,
    severity=Severity.WARNING,
    confidence=Confidence.POSSIBLE,
    options=Options(),
    check=check,
)
