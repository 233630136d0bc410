"""Words of a cue with their places, and the scripts they are written in."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from auditor.parse.language import primary as primary  # what a tag says of the words; defined where tags are read
from auditor.patterns import lazy_pattern

# Written without spaces between words: a unit of these is a character.
UNSPACED = frozenset({"ja", "zh", "yue", "th", "lo", "km", "my"})

# A word is a run of letters, digits and marks with what joins them inside (don't, get_it, C++, node.js, 3.5).
# Marks that sit on a letter are no letters to Python: accents, Hebrew and Arabic vowels, Indic and Thai signs.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
    "\u0981-\u0983\u09bc-\u09cd\u0b82\u0bbe-\u0bcd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
WORD = lazy_pattern(rf"[^\W_](?:[\w{_MARKS}]|['’.\-+&/@](?=[^\W_])|[+#]+(?!\w))*|_+\w+")
"""A word: a run of letters, digits and marks with what joins them inside."""

SCRIPTS: tuple[tuple[str, str], ...] = (
    ("Latin", "A-Za-zªºÀ-ÖØ-öø-ɏḀ-ỿＡ-Ｚａ-ｚ"),
    ("Hangul", "가-힣ᄀ-ᇿ㄰-㆏ꥠ-꥿ힰ-퟿"),
    ("Kana", "ぁ-ゖゝ-ゟァ-ヺー-ヿㇰ-ㇿｦ-ﾟ"),
    ("Han", "㐀-䶿一-鿿\uf900-\ufaff々〆"),
    ("Cyrillic", "Ѐ-ԯ"),
    ("Greek", "Ͱ-Ͽἀ-῿"),
    ("Arabic", "ؠ-ۓەۮۯۺ-ۿݐ-ݿ"),
    ("Hebrew", "א-ת"),
    ("Devanagari", "ऄ-हक़-ॡॲ-ॿ"),
    ("Thai", "ก-ะาำเ-ๆ"),
    ("Bengali", "অ-হ"),
    ("Tamil", "அ-ஹ"),
    ("Georgian", "Ⴀ-ჿ"),
    ("Armenian", "Ա-և"),
)
"""Scripts that transcripts are written in, with their letters as character ranges."""

_LETTERS = lazy_pattern("|".join(f"(?P<{name}>[{ranges}]+)" for name, ranges in SCRIPTS))

_OF_LANGUAGE = {
    "ko": frozenset({"Hangul"}),
    "ja": frozenset({"Kana", "Han"}),
    "zh": frozenset({"Han"}),
    "yue": frozenset({"Han"}),
    "ru": frozenset({"Cyrillic"}),
    "uk": frozenset({"Cyrillic"}),
    "be": frozenset({"Cyrillic"}),
    "bg": frozenset({"Cyrillic"}),
    "mk": frozenset({"Cyrillic"}),
    "kk": frozenset({"Cyrillic"}),
    "ky": frozenset({"Cyrillic"}),
    "mn": frozenset({"Cyrillic"}),
    "tg": frozenset({"Cyrillic"}),
    "el": frozenset({"Greek"}),
    "ar": frozenset({"Arabic"}),
    "fa": frozenset({"Arabic"}),
    "ur": frozenset({"Arabic"}),
    "ps": frozenset({"Arabic"}),
    "he": frozenset({"Hebrew"}),
    "hi": frozenset({"Devanagari"}),
    "mr": frozenset({"Devanagari"}),
    "ne": frozenset({"Devanagari"}),
    "th": frozenset({"Thai"}),
    "bn": frozenset({"Bengali"}),
    "ta": frozenset({"Tamil"}),
    "ka": frozenset({"Georgian"}),
    "hy": frozenset({"Armenian"}),
    "sr": frozenset({"Cyrillic", "Latin"}),
}
_UNKNOWN_SCRIPT = frozenset(
    {"am", "bo", "dz", "gu", "kn", "km", "lo", "ml", "my", "or", "pa", "si", "te", "ti", "dv", "ks"}
)
_LATIN = frozenset({"Latin"})


class Word(Struct, frozen=True):
    """A word and its place: offsets into the cue's text; ``key`` is what makes two words equal."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """The word without case and joining marks."""
        return self.text.casefold()


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order; punctuation belongs to none."""
    return tuple(Word(match[0], match.start(), match.end()) for match in WORD.finditer(text))


def scripts_of(tag: str | None) -> frozenset[str] | None:
    """The scripts a language is written in, or ``None`` when it is not known here."""
    language = primary(tag)
    if not language or language in _UNKNOWN_SCRIPT:
        return None
    return _OF_LANGUAGE.get(language, _LATIN)


@lru_cache(maxsize=8192)
def script_counts(text: str) -> dict[str, int]:
    """How many letters of each script a text holds. The dictionary is shared: do not change it."""
    if text.isascii():
        letters = sum(map(str.isalpha, text))
        return {"Latin": letters} if letters else {}
    counts: dict[str, int] = {}
    for match in _LETTERS.finditer(text):
        name = match.lastgroup
        assert name is not None
        counts[name] = counts.get(name, 0) + len(match[0])
    return counts


def script_of(text: str) -> str | None:
    """The script of a text's first letter."""
    if text.isascii():
        return "Latin" if any(map(str.isalpha, text)) else None
    match = _LETTERS.search(text)
    return match.lastgroup if match else None
