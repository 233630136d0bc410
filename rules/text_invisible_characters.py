"""Characters that nobody sees: controls, zero-width spaces, bidirectional marks, private use.

## Why
They split words for search and for every program that counts or compares, break
lines in odd places, show as boxes in some players, and turn a line around. They
come from web pages, word processors and editors, hardly ever from an author.

## Fix
Delete the characters that the finding lists; where one separates two words, put a
normal space in its place. For a whole file use search and replace by code point, and
look at the cue again afterwards.

## Fails
    WEBVTT

    00:01.000 --> 00:03.000
    Centre the clay&#x200B; on the wheel.

## Fails: lecture.ko.vtt
    WEBVTT

    00:01.000 --> 00:03.000
    유약&#xE001;을 발라요&#x3164;

## Passes
    WEBVTT

    00:01.000 --> 00:03.000
    The whole family 👨&zwj;👩&zwj;👧 came, very good ❤️, hyphen&shy;ated.

## Passes: lecture.fa.vtt
    WEBVTT

    00:01.000 --> 00:03.000
    این را می&zwnj;خواهم&lrm;

## Limits
Accepted are joiners inside emoji and in the scripts that need them (Arabic, Indic and
others), zero-width spaces between letters of scripts written without spaces (Thai,
Lao, Khmer, Myanmar), soft hyphens between letters of alphabets, bidirectional marks
in cues with right-to-left letters or files of such a language, and flag tags. Tabs and
no-break spaces are spaces. One finding is made per cue, at the first such character.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from auditor.facts.spans import text_span
from auditor.facts.texts import Texts, texts
from auditor.facts.words import primary
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, NoOptions, Rule

# Letters and marks to Unicode that draw nothing: the Hangul fillers and the combining grapheme joiner.
_BLANK = frozenset("\u034f\u115f\u1160\u3164\uffa0")
_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Zl", "Zp"})

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_RIGHT_TO_LEFT_LANGUAGES = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})
_ZERO_WIDTH_SPACE, _NON_JOINER, _JOINER, _SOFT_HYPHEN = "\u200b", "\u200c", "\u200d", "\u00ad"
# Scripts whose letters join or stack: Arabic, Syriac, N'Ko, Indic, Tibetan, Myanmar, Khmer, Mongolian.
_JOINING = lazy_pattern("[\u0600-\u07ff\u0840-\u0dff\u0f00-\u109f\u1780-\u18af\u1a00-\u1aaf\ua840-\uabff]")
_WITHOUT_SPACES = lazy_pattern("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_ALPHABET = lazy_pattern("[A-Za-zÀ-ɏͰ-ԯḀ-ỿ]")
_EMOJI = lazy_pattern("[\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff]")
# What may be invisible; the signs over numbers in Arabic are format characters too, but seen, and so not here.
_SUSPECT = lazy_pattern(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ue000-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\uffff\U00010000-\U0010ffff]"
)


# The same of ASCII, but for the NUL that parts texts.
_SUSPECT_ASCII = [chr(code) for code in (*range(0x01, 0x09), *range(0x0B, 0x20), 0x7F)]


def _may_hold(known: Texts) -> bool:
    joined = known.joined
    if joined.isascii():
        separators = len(known.shown) + 1
        return joined.count("\0") != separators or any(map(joined.__contains__, _SUSPECT_ASCII))
    return _SUSPECT.search("".join(known.shown)) is not None


def _is_invisible(character: str) -> bool:
    if character in _BLANK:
        return True
    category = unicodedata.category(character)
    if category == "Cn":  # a code point that will never be a character, such as U+FFFE
        return ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    return category in _CATEGORIES


def _in_place(text: str, at: int, right_to_left: bool) -> bool:
    """Whether an invisible character does its work where it stands."""
    character = text[at]
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if character in _BIDI:
        return right_to_left
    if character in (_JOINER, _NON_JOINER) and _JOINING.match(before):
        return True
    if character == _JOINER:
        return bool(_EMOJI.match(before) and _EMOJI.match(after))
    if character == _ZERO_WIDTH_SPACE:
        return bool(_WITHOUT_SPACES.match(before) and _WITHOUT_SPACES.match(after))
    if character == _SOFT_HYPHEN:
        return bool(_ALPHABET.match(before) and _ALPHABET.match(after))
    if "\U000e0020" <= character <= "\U000e007f":  # the flags of England, Scotland, Wales are black flags with tags
        return before == "\U0001f3f4" or "\U000e0020" <= before <= "\U000e007f"
    return False


def _called(character: str) -> str:
    code = f"U+{ord(character):04X}"
    category = unicodedata.category(character)
    if category == "Co":
        return f"{code} (private use)"
    if category == "Cn":
        return f"{code} (no character)"
    name = unicodedata.name(character, "")
    return f"{code} {name}" if name else f"{code} (control)"


def _word_with(text: str, at: int) -> str:
    """The word around an offset, with what is invisible spelled out."""
    start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
    ends = [end for end in (text.find(" ", at), text.find("\n", at)) if end >= 0]
    word = text[start : min(ends, default=len(text))]
    return "".join(f"<U+{ord(c):04X}>" if _is_invisible(c) else c for c in word)


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each cue with invisible characters that do no work there."""
    right_to_left_file = primary(document.language.tag) in _RIGHT_TO_LEFT_LANGUAGES
    if not _may_hold(texts(document)):
        return
    for cue in document.cues:
        text = cue.text
        if not _SUSPECT.search(text):
            continue
        right_to_left = right_to_left_file or any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)
        places = [
            match.start()
            for match in _SUSPECT.finditer(text)
            if _is_invisible(match[0]) and not _in_place(text, match.start(), right_to_left)
        ]
        if not places:
            continue
        counts = Counter(text[at] for at in places)
        listed = ", ".join(_called(c) + (f" ({count} times)" if count > 1 else "") for c, count in counts.items())
        yield Hit(
            span=text_span(cue, places[0], places[0] + 1),
            cue=cue.index,
            text=_word_with(text, places[0]),
            message=f"invisible: {listed}",
            measured=len(places),
            limit=0,
            unit="invisible characters",
            extent=len(places) / len(text),
        )


RULE = Rule(
    code="TXT602",
    name="invisible-characters",
    family=Family.TEXT,
    category=Category.FORMAT,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
