"""The texts of a transcript in the forms in which rules look at them, each made once for all rules.

Most rules find nothing in most transcripts. What shows that soonest is one search in all texts joined, or one
look at the different tokens of a transcript instead of at every cue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeVar
from weakref import WeakKeyDictionary

from auditor.facts.sounds import ASCII_SOUND_MARKS, LETTER_OR_DIGIT, SOUND_MARKS, spoken
from auditor.facts.words import WORD
from auditor.model import Document

T = TypeVar("T")

REMEMBERED = 200_000
"""How many strings a process remembers what it found about, before it forgets all of them."""

SEPARATOR = "\n\0\n"
"""Stands around each cue in :attr:`Texts.joined`: neither a letter nor a mark, and a line break on both sides."""


class Memo(dict[str, T]):
    """What a function says of a string, asked once in a process; all is forgotten when it grows too large.

    ``map(memo.__getitem__, strings)`` is several times faster than calling a function for each.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: str) -> T:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[key] = self._function(key)
        return value


def _keys_of(token: str) -> tuple[str, ...]:
    word = token.rstrip(".,?!")
    if word.isalnum():  # as most are, and no mark at its end belongs to a word
        return (word.casefold(),)
    return tuple(match.casefold() for match in WORD.findall(token))


def _letters_of(token: str) -> str:
    letters = token.casefold()
    return letters if letters.isalnum() else "".join(filter(str.isalnum, letters))


_NO_LETTERS = {code: None for code in range(1, 128) if not chr(code).isalnum()}  # but for the NUL that parts texts

# No word holds a space, and no letter changes with what stands beyond one: so a text is the sum of its tokens.
_KEYS = Memo(_keys_of)
_LETTERS = Memo(_letters_of)


def letters_only(text: str) -> str:
    """The letters and digits of a text without case: what makes two texts the same apart from their punctuation."""
    return "".join(map(_LETTERS.__getitem__, text.split()))


def word_keys(text: str) -> list[str]:
    """The words of a text without case: the ``key`` of :func:`auditor.facts.words.words`."""
    return list(chain.from_iterable(map(_KEYS.__getitem__, text.split())))


class Texts:
    """The texts of a document's cues; a sequence has one item a cue, in file order. None of it may be changed."""

    def __init__(self, shown: Sequence[str]) -> None:
        self.shown = shown
        """What a viewer sees of each cue."""

    @cached_property
    def joined(self) -> str:
        """All texts with :data:`SEPARATOR` around each: what is not found here is in no cue."""
        return SEPARATOR.join(("", *self.shown, ""))

    @cached_property
    def spoken(self) -> Sequence[str]:
        """What somebody says in each cue (:func:`auditor.facts.sounds.spoken`)."""
        if self.describes_sound:
            return [spoken(text) for text in self.shown]
        says_something = LETTER_OR_DIGIT.search
        return [text if says_something(text) else "" for text in map(str.strip, self.shown)]

    @cached_property
    def describes_sound(self) -> bool:
        """Whether some cue may hold more than what is spoken."""
        if self.joined.isascii():
            return any(map(self.joined.__contains__, ASCII_SOUND_MARKS))
        return SOUND_MARKS.search(self.joined) is not None

    @cached_property
    def tokens(self) -> Sequence[list[str]]:
        """What stands between spaces, punctuation and all."""
        return [text.split() for text in self.shown]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different tokens of all cues."""
        return frozenset(chain.from_iterable(self.tokens))

    @cached_property
    def keys(self) -> Sequence[list[str]]:
        """:func:`word_keys` of each cue."""
        of_token = _KEYS.__getitem__
        return [list(chain.from_iterable(map(of_token, tokens))) for tokens in self.tokens]

    @cached_property
    def different(self) -> Sequence[frozenset[str]]:
        """The different ones of :attr:`keys`."""
        return list(map(frozenset, self.keys))

    @cached_property
    def words(self) -> frozenset[str]:
        """The different :attr:`keys` of all cues."""
        return frozenset().union(*self.different)

    @cached_property
    def letters(self) -> Sequence[str]:
        """:func:`letters_only` of each cue."""
        if self.joined.isascii():
            cues = self.joined.casefold().translate(_NO_LETTERS).split("\0")[1:-1]
            if len(cues) == len(self.shown):
                return cues
        of_token = _LETTERS.__getitem__
        return ["".join(map(of_token, tokens)) for tokens in self.tokens]


_TEXTS: WeakKeyDictionary[Document, Texts] = WeakKeyDictionary()


def texts(document: Document) -> Texts:
    """The texts of a document; kept for as long as it lives."""
    known = _TEXTS.get(document)
    if known is None:
        known = _TEXTS[document] = Texts([cue.text for cue in document.cues])
    return known
