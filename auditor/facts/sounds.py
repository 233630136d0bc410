"""What a viewer sees of a text, and how much of it is speech rather than a description of sound."""

from __future__ import annotations

import unicodedata

from auditor.patterns import lazy_pattern

# Hangul fillers, the half-width filler and the empty braille cell are letters or symbols to Unicode, yet draw nothing.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})

_MUSIC = frozenset("♩♪♫♬")

# Captions describe sound in brackets of any kind; recognisers also write *laughs*.
_DESCRIPTION = lazy_pattern(
    r"\[[^\]]*\]|\([^)]*\)|（[^）]*）|［[^］]*］|【[^】]*】|〔[^〕]*〕|\*[^*]*\*",
)
ASCII_SOUND_MARKS = "[(*"
SOUND_MARKS = lazy_pattern(rf"[\{ASCII_SOUND_MARKS}（［【〔♩♪♫♬]")
"""Without one of these a text describes no sound and is no music; :data:`ASCII_SOUND_MARKS` are those of ASCII."""

# Drawn by every font. Others are looked up one by one, most texts only to the first: more classes of characters
# would take longer to compile than they save.
_VISIBLE = lazy_pattern("[!-~가-힣]")
LETTER_OR_DIGIT = lazy_pattern(r"[^\W_]")


def blank(text: str) -> bool:
    """Whether nothing of the text is visible: only spaces, controls and letters without a shape."""
    if _VISIBLE.search(text):
        return False
    return all(
        character in _BLANK_LETTERS or unicodedata.category(character) in _INVISIBLE_CATEGORIES for character in text
    )


def masked(text: str) -> str:
    """The text with its descriptions of sound blanked out; every other character keeps its place."""
    return _DESCRIPTION.sub(lambda match: " " * len(match[0]), text)


def spoken(text: str) -> str:
    """The part of the text that somebody says.

    Empty when the text is a lyric or music (♪), only describes a sound
    (``[Applause]``, ``(웃음)``) or holds no letter and no digit.
    """
    if SOUND_MARKS.search(text):
        if not _MUSIC.isdisjoint(text):
            return ""
        text = _DESCRIPTION.sub(" ", text)
    remainder = text.strip()
    return remainder if LETTER_OR_DIGIT.search(remainder) else ""
