"""Whether the letters of a text follow each other as in its language, or as if they were shuffled.

Every language allows some neighbours of letters and avoids others. Two guesses at
each letter are compared: one that knows the letters before it, one that knows only
how frequent the letter is. In a text of the language the first is right more often,
in letter salad the second. The sum of the logarithms of their odds, in nats, is
the evidence for language (positive) or for salad (negative); it needs no
comparison with other cues, so a transcript may be damaged as much as it likes.

What usually follows what comes from a table per language (``letters.toml``), and
in other languages from the transcript itself.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from weakref import WeakKeyDictionary

from auditor.facts.korean import kiwi
from auditor.facts.sounds import spoken
from auditor.facts.words import UNSPACED, primary, script_of, scripts_of
from auditor.model import Document

LONGEST = 3
"""How many letters in a row the tables know."""

SCALE = 1 << 20
"""The number of groups that the frequencies of a table add up to."""

FOREIGN = "a"
"""Stands for a Latin word or number among Korean or Japanese letters; no table knows what it is followed by."""

_LATIN = (re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9]+"), FOREIGN)
FOLDS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    # Which ideographs or katakana follow each other is a matter of subject; where they stand among kana is grammar.
    "ja": (_LATIN, (re.compile("[㐀-䶿一-鿿豈-﫿々〆]"), "漢"), (re.compile("[ァ-ヺｦ-ﾟ]"), "ア")),
    "ko": (_LATIN,),
}

# What a table of the transcript's own must rest on, and how many different letters it may have.
_LEAST_LETTERS = 3_000
_MOST_KINDS = 200


def folded(text: str, language: str) -> str:
    """The letters of a text as the tables know them but for their case: words separated and framed by a space.

    In Japanese every ideograph is 漢 and every katakana ア, in Japanese and Korean every Latin word or number a.
    """
    letters = text
    for pattern, stand_in in FOLDS.get(language, ()):
        letters = pattern.sub(stand_in, letters)
    return f" {' '.join(''.join(c if c.isalpha() else ' ' for c in letters).split())} "


# How many times its kinds of followers a group must have been seen to be trusted by half.
_CAUTION = 8.0
# A letter of the script that the language hardly has: seldom in words, most of what is drawn at random.
_UNKNOWN = -3.0
_REMEMBERED = 200_000


class Habits:
    """Which letters follow each other, by the counts of groups of one to three letters.

    The guess at a letter blends what the longer groups say with the shorter ones,
    the more the rarer and the more various the longer ones are (Witten and Bell, 1991).
    """

    __slots__ = ("_after", "_evidence", "_kinds", "_scripts", "_shares")

    def __init__(self, counts: Sequence[dict[str, float]], scripts: frozenset[str] | None = None) -> None:
        """``counts``: of groups of one letter, of two, and so on; ``scripts``: whose letters can be judged."""
        total = sum(counts[0].values())
        self._scripts = scripts or frozenset(script for letter in counts[0] if (script := script_of(letter)))
        self._shares = [{letter: count / total for letter, count in counts[0].items()}]
        self._after: list[Counter[str]] = [Counter()]
        self._kinds: list[Counter[str]] = [Counter()]
        for longer in counts[1:]:
            after: Counter[str] = Counter()
            kinds: Counter[str] = Counter()
            for group, count in longer.items():
                after[group[:-1]] += count  # type: ignore[assignment]
                kinds[group[:-1]] += 1
            self._shares.append({group: count / after[group[:-1]] for group, count in longer.items()})
            self._after.append(after)
            self._kinds.append(kinds)
        self._evidence: dict[str, float] = {}

    def _letter(self, text: str, at: int) -> float:
        """The evidence of one letter: how much likelier it is after those before it than anywhere."""
        alone = self._shares[0].get(text[at])
        if alone is None:
            return _UNKNOWN if script_of(text[at]) in self._scripts else 0.0
        guess = alone
        for length in range(1, min(at + 1, len(self._shares))):
            before = text[at - length : at]
            seen = self._after[length][before]
            if not seen:
                break
            trust = seen / (seen + _CAUTION * self._kinds[length][before])
            guess = trust * self._shares[length].get(before + text[at], 0.0) + (1 - trust) * guess
        return math.log(guess / alone)

    def evidence(self, word: str) -> float:
        """The evidence (nats) that a word is of the language; letters of other scripts are none."""
        known = self._evidence.get(word)
        if known is None:
            framed = f" {word} "
            known = sum(self._letter(framed, at) for at in range(1, len(framed)))
            if len(self._evidence) > _REMEMBERED:
                self._evidence.clear()
            self._evidence[word] = known
        return known


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, dict[str, str]]]:
    text = files("auditor.facts").joinpath("letters.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=32)
def habits_of(language: str) -> Habits | None:
    """The habits of a language (ISO 639-1) by the table that comes with the package, if it has one."""
    table = _tables().get(language)
    if table is None:
        return None
    counts: list[dict[str, float]] = []
    for length in map(int, table):
        groups: dict[str, float] = {}
        for level, joined in table[str(length)].items():
            count = 2.0 ** (int(level) / 2)
            groups.update((joined[at : at + length], count) for at in range(0, len(joined), length))
        counts.append(groups)
    return Habits(counts, scripts_of(language))


def habits_in(texts: Iterable[Sequence[str]]) -> Habits | None:
    """The habits of the transcript itself, by pairs of letters; ``None`` when it is too short to show any.

    In a script of thousands of letters every transcript is too short. Texts are
    sequences of words. A pair counts once less than it comes, so that no cue vouches for itself.
    """
    letters: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for text in {f" {' '.join(words)} ".casefold() for words in texts}:
        letters.update(text[1:])
        pairs.update(first + second for first, second in pairwise(text))
    if letters.total() < _LEAST_LETTERS or len(letters) > _MOST_KINDS:
        return None
    return Habits((dict(letters), {pair: count - 1 for pair, count in pairs.items() if count > 1}))


# Kiwi gives Korean sentences about -3.7 nats a syllable and shuffled ones -9; this is half-way.
_SHUFFLED_SYLLABLE = -6.5
_ASK_KIWI_BELOW = 5.0
_HANGUL = re.compile(r"(?<!\S)[가-힣]+(?=[.,?!…]*(?:\s|$))")


def _morphology(text: str) -> float:
    """The evidence (nats) of Kiwi's language model on the words of Hangul: over what shuffled syllables would get."""
    words = _HANGUL.findall(text)
    if not words:
        return 0.0
    _, score = kiwi().analyze(" ".join(words))[0]
    return float(score) - _SHUFFLED_SYLLABLE * sum(map(len, words))


# A name may be of any language, an acronym of any letters: all of a cue's together say little, however odd they look.
_NAMES = -6.0
_ACRONYM_LETTERS = 6
_WORD = -12.0


def _is_name(word: str) -> bool:
    return word[:1].isupper() and (word[1:].islower() or (len(word) <= _ACRONYM_LETTERS and word.isupper()))


def _sum(words: Sequence[tuple[str, float]], spaced: bool) -> float:
    """The evidence of a cue's words together; a single odd word or a list of names is no salad."""
    if not spaced:
        return sum(value for _, value in words)
    names = sum(value for word, value in words if _is_name(word))
    return max(names, _NAMES) + sum(max(value, _WORD) for word, value in words if not _is_name(word))


_FOUND: WeakKeyDictionary[Document, list[float] | None] = WeakKeyDictionary()


def evidence(document: Document) -> list[float] | None:
    """For each cue the evidence (nats) that its letters spell its language (positive) or are shuffled (negative).

    A word that the transcript uses in another cue that is language does not count against a cue.
    ``None`` when neither a table nor the transcript shows what is usual.
    """
    if document not in _FOUND:
        _FOUND[document] = _evidence(document)
    return _FOUND[document]


def _evidence(document: Document) -> list[float] | None:
    language = primary(document.language.tag)
    said = [spoken(cue.text) for cue in document.cues]
    # Each word once: a word said again and again is a loop, or a song, and no odder than said once.
    texts = [list({word.casefold(): word for word in folded(text, language).split()}.values()) for text in said]
    habits = habits_of(language) or habits_in(texts)
    if habits is None:
        return None
    spaced = language not in FOLDS and language not in UNSPACED
    judged = [[(word, habits.evidence(word.casefold())) for word in words] for words in texts]
    alone = [_sum(words, spaced) for words in judged]
    sound = {tuple(words) for words, value in zip(texts, alone, strict=True) if value > 0}
    users = Counter(word for words in sound for word in {word.casefold() for word in words})
    found: list[float] = []
    for text, value, words in zip(said, alone, judged, strict=True):
        if value > (_ASK_KIWI_BELOW if language == "ko" else 0):
            found.append(value)
        elif language == "ko":
            found.append(_morphology(text))
        else:
            found.append(_sum([(w, max(0.0, each) if users[w.casefold()] else each) for w, each in words], spaced))
    return found
