"""Phrases that recognisers write where nobody speaks: the collected ones, and where they stand in a text.

The phrases are data (``phantoms.tsv``), each with the public report it is known
from. Two spellings are the same when they differ only in case, accents,
punctuation, width of letters or, in scripts that can do without, spaces.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import filterfalse

from msgspec import Struct

from auditor.facts.texts import Texts
from auditor.patterns import lazy_pattern


class Phrase(Struct, frozen=True):
    """A phantom phrase.

    ``language`` is its language subtag, empty where it comes in any. ``whole``: it
    must be all of the cue. ``everyday``: people say it in any talk. ``source`` says
    where it was seen.
    """

    text: str
    language: str = ""
    source: str = ""
    whole: bool = False
    everyday: bool = False


class Sighting(Struct, frozen=True):
    """A phrase in a text, which holds it in ``text[start:end]``."""

    phrase: Phrase
    start: int
    end: int


class Phrases(Struct, frozen=True):
    """Phrases that nobody says (``artefacts``) and such as people say, too (``suspects``)."""

    artefacts: tuple[Phrase, ...]
    suspects: tuple[Phrase, ...]


@lru_cache(maxsize=1)
def collected() -> Phrases:
    """The phrases that come with the tool."""
    sources: dict[str, str] = {}
    tiers: dict[str, list[Phrase]] = {"artefact": [], "suspect": []}
    with open(os.path.join(os.path.dirname(__file__), "phantoms.tsv"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    for line in lines:
        if not line or line.startswith("#"):
            continue
        kind, *fields = line.split("\t")
        if kind == "source":
            sources[fields[0]] = fields[1]
            continue
        language, text, known_from, *flags = fields
        phrase = Phrase(
            text=text,
            language="" if language == "und" else language,
            source="; ".join(sources[key] for key in known_from.split(" ")),
            whole="whole" in flags,
            everyday="everyday" in flags,
        )
        tiers[kind].append(phrase)
    return Phrases(tuple(tiers["artefact"]), tuple(tiers["suspect"]))


# Up to here scripts write accents as marks that a spelling may drop; beyond it marks are letters (a Thai
# vowel, a voiced kana), and Hangul would fall apart into jamo.
_ACCENTED_SCRIPTS_END = 0x0900
# From here on scripts can do without spaces; Korean sets them loosely.
_SPACED_SCRIPTS_END = "\u0e00"
_JAMO_BEHIND_INITIAL = range(0x1160, 0x1200)


def _joins(character: str) -> bool:
    """Whether a character belongs to the one before it: a mark, or a jamo that completes a syllable."""
    return unicodedata.combining(character) > 0 or ord(character) in _JAMO_BEHIND_INITIAL


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """The characters of a text, each with what belongs to it, and where it begins."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _joins(text[at]):
            yield start, text[start:at]
            start = at


# Turkish tells the two apart; a capital I says which only to who knows the language.
_DOTLESS = str.maketrans("ı", "i")


@lru_cache(maxsize=65_536)
def _plain(cluster: str) -> str:
    if unicodedata.category(cluster[0]) == "Cf":
        return ""
    if ord(cluster[0]) < _ACCENTED_SCRIPTS_END:
        folded = unicodedata.normalize("NFKD", cluster.casefold()).translate(_DOTLESS)
        kept = "".join(c for c in folded if c.isalnum())
    else:
        folded = unicodedata.normalize("NFKC", cluster).casefold()
        kept = "".join(c for c in folded if c.isalnum() or unicodedata.category(c)[0] == "M")
    return kept or " "


@lru_cache(maxsize=64)
def plain(text: str) -> tuple[str, tuple[int, ...]]:
    """The text as phrases are compared, and for each of its characters the offset in ``text`` it comes from.

    Letters and digits only, without case and accents; whatever stood between
    words is one space.
    """
    letters: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(text) if text else ():
        for character in _plain(cluster):
            if character != " " or (letters and letters[-1] != " "):
                letters.append(character)
                offsets.append(start)
    if letters and letters[-1] == " ":
        letters.pop()
        offsets.pop()
    return "".join(letters), tuple(offsets)


# Text of these characters is plain after one substitution: none of them is a mark, invisible or accented.
_EASY = lazy_pattern(
    "[\x00-\x7f\u2010-\u2016\u2018-\u2027\u3001-\u3002\u300c-\u300f\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]*"
)
_NO_LETTERS = lazy_pattern(r"[\W_]+")
_SPACED_WORD = lazy_pattern("[!-\u0dff]+")


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """The text as phrases are compared, as :func:`plain` gives it; most texts go a short way there."""
    if not is_easy(text):
        return plain(text)[0]
    return _NO_LETTERS.sub(" ", text.casefold()).rstrip(" ").removeprefix(" ")


class _Spaces(dict[int, int]):
    """For :meth:`str.translate`: every character but letters and digits is a space."""

    def __missing__(self, code: int) -> int:
        kept = self[code] = code if chr(code).isalnum() else ord(" ")
        return kept


_SPACES = _Spaces()


class Contents(Struct, frozen=True):
    """What texts hold, for telling which phrases cannot be in them: their words, and all letters without spaces."""

    words: frozenset[str]
    dense: str


def contents_of(texts: Sequence[str]) -> Contents:
    """The contents of any texts."""
    joined = " ".join(map(key_of, texts))
    return Contents(frozenset(_SPACED_WORD.findall(joined)), joined.replace(" ", ""))


def is_easy(text: str) -> bool:
    """Whether letters and digits of a text are its key but for spaces: no marks, no accents, nothing invisible."""
    return text.isascii() or _EASY.fullmatch(text) is not None


def contents(texts: Texts) -> Contents:
    """The contents of what a transcript shows; in most it is there already."""
    if not is_easy(texts.joined):
        return contents_of(texts.shown)
    dense = "".join(texts.letters)
    if texts.joined.isascii():
        parts = (key.translate(_SPACES).split() for key in filterfalse(str.isalnum, texts.words))
        return Contents(texts.words.union(*parts), dense)
    words = texts.joined.casefold().translate(_SPACES)
    return Contents(frozenset(_SPACED_WORD.findall(" ".join(words.split()))), dense)


def _loose(characters: str) -> bool:
    """Whether a space between some of the characters may be there or not."""
    return max(characters, default="") >= _SPACED_SCRIPTS_END


# A name, a year, a channel: up to five words; two at the end of a phrase that speech may follow.
_WILDCARD = r"[^ ]{1,24}(?: [^ ]{1,24}){0,4}?"
_LAST_WILDCARD = r"[^ ]{1,24}(?: [^ ]{1,24})?"
_WORD_START = r"(?<![\x00-\x1f!-\u0dff])"
_WORD_END = r"(?![\x00-\x1f!-\u0dff])"


def _literal(key: str) -> str:
    parts: list[str] = []
    for at, character in enumerate(key):
        if character != " ":
            parts.append(re.escape(character))
            if at + 1 < len(key) and key[at + 1] != " " and _loose(character) and _loose(key[at + 1]):
                parts.append(" ?")
        else:
            parts.append(" ?" if _loose(key[at - 1] + key[at + 1]) else " ")
    return "".join(parts)


class _Matcher:
    """One phrase, ready to be looked for in plain texts."""

    __slots__ = ("_compiled", "_pieces", "anchor", "beginning", "phrase", "word")

    def __init__(self, phrase: Phrase) -> None:
        """Raises ``ValueError`` for a phrase without a letter or digit."""
        self.phrase = phrase
        pieces = [key_of(piece) for piece in phrase.text.split("*")]
        # In scripts that need spaces a phrase is written in one way only, and its words stand as words.
        spaced = not _loose("".join(pieces))
        self.word = max(" ".join(pieces).split(), key=len, default="") if spaced else ""
        # Elsewhere two letters: what may follow them differs with the spacing.
        self.beginning = pieces[0] if spaced else pieces[0][:2].rstrip()
        self.anchor = max((piece.replace(" ", "") for piece in pieces), key=len)
        if not self.anchor:
            raise ValueError(f"a phantom phrase needs a letter or a digit: {phrase.text!r}")
        self._pieces = pieces
        self._compiled: re.Pattern[str] | None = None

    @property
    def _pattern(self) -> re.Pattern[str]:
        # Made when its anchor is first seen: most phrases never are.
        if self._compiled is None:
            self._compiled = lazy_pattern(self._source())
        return self._compiled

    def _source(self) -> str:
        pieces = self._pieces
        space = " ?" if _loose(self.anchor) else " "
        joined = f"{space}{_WILDCARD}{space}".join(_literal(piece) for piece in pieces if piece)
        if not pieces[-1]:
            joined += space + (_WILDCARD if self.phrase.whole else _LAST_WILDCARD)
        start = "" if _loose(self.anchor[0]) else _WORD_START
        end = "" if _loose(self.anchor[-1]) else _WORD_END
        return start + joined + end

    def search(self, key: str) -> re.Match[str] | None:
        return self._pattern.search(key)

    def match(self, key: str, at: int) -> re.Match[str] | None:
        return self._pattern.match(key, at)

    def fills(self, key: str) -> bool:
        return self._pattern.fullmatch(key) is not None


class Finder:
    """Looks for a set of phrases in texts."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """Raises ``ValueError`` for a phrase without a letter or digit."""
        # The longer phrase first: of two that begin alike it is the one to report.
        self._look_for(sorted((_Matcher(phrase) for phrase in phrases), key=lambda m: -len(m.anchor)))

    def _look_for(self, matchers: Sequence[_Matcher]) -> None:
        self._matchers = matchers
        self._beginnings = tuple({matcher.beginning for matcher in matchers})
        self._dense_beginnings = tuple(beginning.replace(" ", "") for beginning in self._beginnings)

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._matchers)

    def narrowed(self, contents: Contents) -> Finder:
        """A finder of those phrases alone that texts with these contents may hold: as a rule few or none."""
        words, dense = contents.words, contents.dense
        finder = Finder(())
        finder._look_for([m for m in self._matchers if (not m.word or m.word in words) and m.anchor in dense])
        return finder

    def _candidates(self, key: str) -> list[_Matcher]:
        dense = key.replace(" ", "")
        return [matcher for matcher in self._matchers if matcher.anchor in dense]

    def inside(self, text: str) -> list[Sighting]:
        """The phrases a text holds, none inside another; those marked ``whole`` only when they are all of it."""
        candidates = self._candidates(key_of(text))
        if not candidates:
            return []
        key, offsets = plain(text)
        found: list[Sighting] = []
        for matcher in candidates:
            if matcher.phrase.whole and not matcher.fills(key):
                continue
            match = matcher.search(key)
            if match is None:
                continue
            start = offsets[match.start()]
            end = offsets[match.end() - 1] + 1
            while end < len(text) and _joins(text[end]):
                end += 1
            if not any(start < other.end and other.start < end for other in found):
                found.append(Sighting(matcher.phrase, start, end))
        return sorted(found, key=lambda sighting: sighting.start)

    def may_begin(self, letters: Sequence[str]) -> list[int]:
        """The places of the easy texts (:func:`is_easy`) of these letters and digits that may begin with a phrase."""
        return [at for at, text in enumerate(letters) if text.startswith(self._dense_beginnings)]

    def only(self, text: str) -> tuple[Phrase, ...]:
        """The phrases a text consists of, in order, when it consists of nothing else; else none."""
        key = key_of(text)
        if not key.startswith(self._beginnings):
            return ()
        candidates = self._candidates(key)
        for matcher in candidates:
            if matcher.fills(key):
                return (matcher.phrase,)
        found: list[Phrase] = []
        at = 0
        while at < len(key):
            ends = [(match.end(), m.phrase) for m in candidates if (match := m.match(key, at)) is not None]
            if not ends:
                return ()
            at, phrase = max(ends, key=lambda pair: pair[0])
            found.append(phrase)
            at += key[at : at + 1] == " "
        return tuple(found)


@lru_cache(maxsize=16)
def finders(artefacts: tuple[str, ...] = (), suspects: tuple[str, ...] = ()) -> tuple[Finder, Finder]:
    """Finders of the collected artefacts and suspects together with further ones, given as text.

    Raises ``ValueError`` for a phrase without a letter or digit.
    """
    known = collected()
    return (
        Finder((*known.artefacts, *(Phrase(text, source="configuration") for text in artefacts))),
        Finder((*known.suspects, *(Phrase(text, source="configuration") for text in suspects))),
    )
