"""Korean: particles, and what Kiwi says of a word. Kiwi is loaded on the first question and asked once a word."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

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


@lru_cache(maxsize=1)
def kiwi() -> Any:
    """The one Kiwi of this process. Loading takes about a second and 300 MB, so nothing asks for it without need."""
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=0)


@lru_cache(maxsize=65_536)
def morphemes(eojeol: str) -> tuple[tuple[str, str], ...]:
    """The morphemes of one word as (form, tag) in the Sejong tag set as Kiwi writes it."""
    return tuple((token.form, token.tag) for token in kiwi().tokenize(eojeol))


def is_noun(word: str) -> bool:
    """Whether a word is a common or proper noun by itself: no adverb, interjection, numeral or dependent noun."""
    tags = [tag for _, tag in morphemes(word)]
    return bool(tags) and all(tag in ("NNG", "NNP", "XPN", "XSN") for tag in tags)
