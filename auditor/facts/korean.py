"""Korean: particles, and what Kiwi says of a word. Kiwi is loaded on the first question and asked once a word."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import Struct

from auditor.facts.texts import Memo
from auditor.facts.words import Word, primary
from auditor.model import Document
from auditor.patterns import lazy_pattern

# Particles (조사) that follow a noun, longest first; closed class.
_PARTICLES = tuple(
    sorted(
        [
            "은",
            "는",
            "이",
            "가",
            "을",
            "를",
            "의",
            "에",
            "에서",
            "에게",
            "에게서",
            "께",
            "께서",
            "한테",
            "한테서",
            "로",
            "으로",
            "로서",
            "으로서",
            "로써",
            "으로써",
            "와",
            "과",
            "랑",
            "이랑",
            "하고",
            "도",
            "만",
            "까지",
            "부터",
            "마저",
            "조차",
            "밖에",
            "뿐",
            "처럼",
            "같이",
            "보다",
            "마다",
            "이나",
            "나",
            "이란",
            "란",
            "이라는",
            "라는",
            "이라고",
            "라고",
            "이죠",
            "죠",
            "예요",
            "이에요",
            "입니다",
            "에는",
            "에도",
            "에서는",
            "에서도",
            "로는",
            "으로는",
            "이라도",
            "라도",
            "요",
            "이요",
            "들",
            "들이",
            "들을",
            "들은",
            "들의",
            "들도",
            "들과",
        ],
        key=len,
        reverse=True,
    )
)


def without_particle(eojeol: str) -> str:
    """The word without the particle at its end, if it has one and something is left; by form alone."""
    for particle in _PARTICLES:
        if eojeol.endswith(particle) and len(eojeol) > len(particle):
            return eojeol[: -len(particle)]
    return eojeol


_COPULA = r"이다|이고|이며|이지만|인|인데|인지|일|이었\w*|였\w*|이라서|이니까|니까"
_TAIL = lazy_pattern(rf"(?:{'|'.join(_PARTICLES)}){{1,2}}요?|{_COPULA}")


def follows_noun(tail: str) -> bool:
    """Whether a stretch of Hangul can follow a noun within its eojeol: nothing, particles, or the copula 이다."""
    return not tail or _TAIL.fullmatch(tail) is not None


class Morpheme(Struct, frozen=True):
    """A morpheme of an eojeol: form and Sejong tag as Kiwi writes them, offsets into the eojeol.

    ``known`` is false for what Kiwi had to guess because no dictionary holds it.
    """

    form: str
    tag: str
    start: int
    end: int
    known: bool


@lru_cache(maxsize=1)
def kiwi() -> Any:
    """The one Kiwi of this process. Loading takes over a second and 300 MB, so nothing asks for it without need.

    The dictionary of names of several words is left out: it doubles both, and a single eojeol never matches it.
    """
    from kiwipiepy import Kiwi

    # One worker: with none Kiwi warns, and handing it a whole list costs more time than asking word by word.
    return Kiwi(num_workers=1, load_multi_dict=False)


@lru_cache(maxsize=65_536)
def morphemes(eojeol: str) -> tuple[Morpheme, ...]:
    """The morphemes of one eojeol in the Sejong tag set; every eojeol is analysed once in a process."""
    return tuple(
        Morpheme(token.form, token.tag, token.start, token.end, not token.oov) for token in kiwi().tokenize(eojeol)
    )


_NOUN_TAGS = frozenset({"NNG", "NNP", "XPN", "XSN"})
_NOMINAL_TAGS = _NOUN_TAGS | {"NNB", "NP", "NR", "SN", "SL"}


def is_one_word(text: str) -> bool:
    """Whether a text is a word of the dictionary by itself, as reduplicated nouns are (하루하루, 구석구석)."""
    parts = morphemes(text)
    return len(parts) == 1 and parts[0].known


def is_noun(word: str) -> bool:
    """Whether a word is a common or proper noun by itself: no adverb, interjection, numeral or dependent noun."""
    tags = [morpheme.tag for morpheme in morphemes(word)]
    return bool(tags) and all(tag in _NOUN_TAGS for tag in tags)


def is_nominal(word: str) -> bool:
    """Whether a word is a known noun, pronoun or numeral, or a compound of them: what a particle can follow."""
    parts = morphemes(word)
    return bool(parts) and all(part.known and part.tag in _NOMINAL_TAGS for part in parts)


_EOJEOL = lazy_pattern(r"\S+")
_MARKS_BEFORE = lazy_pattern(r"[^\w%]*")
_MARKS_BEHIND = lazy_pattern(r"[^\w%+#]+$")


def bare(token: str) -> str:
    """What stands between two spaces without the marks at its edges; empty when it is marks alone."""
    if token.isalnum():
        return token
    return _MARKS_BEHIND.sub("", token[_end_of_marks(token) :])


def _end_of_marks(token: str) -> int:
    match = _MARKS_BEFORE.match(token)
    return match.end() if match else 0


BARE = Memo(bare)
"""Every :func:`bare` token of the transcripts so far."""


@lru_cache(maxsize=8192)
def eojeols(text: str) -> tuple[Word, ...]:
    """The eojeols of a text, as spaces part them, with the marks at their edges taken off."""
    found = []
    for match in _EOJEOL.finditer(text):
        word = BARE[match[0]]
        if word:
            start = match.start() + (0 if word == match[0] else _end_of_marks(match[0]))
            found.append(Word(word, start, start + len(word)))
    return tuple(found)


def is_korean(document: Document) -> bool:
    """Whether the document is a Korean track."""
    return primary(document.language.tag) == "ko"
