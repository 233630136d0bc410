"""Whether the letters of a text follow each other as in its language, or as if they were shuffled.

Every language allows some neighbours of letters and avoids others. Two guesses at
each letter are compared: one that knows the letters before it, one that knows only
how frequent the letter is. In a text of the language the first is right more often,
in letter salad the second. The sum of the logarithms of their odds, in nats, is
the evidence for language (positive) or for salad (negative); it needs no
comparison with other cues, so a transcript may be damaged as much as it likes.

What usually follows what comes from a table per language (``letters_of``), and
in other languages from the transcript itself.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import chain, compress, pairwise
from weakref import WeakKeyDictionary

from auditor.facts.korean import kiwi
from auditor.facts.texts import Memo, Texts, texts
from auditor.facts.words import UNSPACED, primary, script_of, scripts_of
from auditor.model import Document
from auditor.patterns import lazy_pattern

LONGEST = 3
"""How many letters in a row the tables know."""

SCALE = 1 << 20
"""The number of groups that the frequencies of a table add up to."""

FOREIGN = "a"
"""Stands for a Latin word or number among Korean or Japanese letters; no table knows what it is followed by."""

_LATIN = (lazy_pattern(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9]+"), FOREIGN)
FOLDS: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    # Which ideographs or katakana follow each other is a matter of subject; where they stand among kana is grammar.
    "ja": (_LATIN, (lazy_pattern("[㐀-䶿一-鿿\uf900-\ufaff々〆]"), "漢"), (lazy_pattern("[ァ-ヺｦ-ﾟ]"), "ア")),
    "ko": (_LATIN,),
}

# What a table of the transcript's own must rest on, and how many different letters it may have.
_LEAST_LETTERS = 3_000
_MOST_KINDS = 200


_NO_ASCII_LETTERS = {code: " " for code in range(128) if not chr(code).isalpha()}


def _letters_in(text: str, language: str) -> str:
    letters = text
    for pattern, stand_in in FOLDS.get(language, ()):
        letters = pattern.sub(stand_in, letters)
    if letters.isascii():
        return letters.translate(_NO_ASCII_LETTERS)
    return letters if letters.isalpha() else "".join(c if c.isalpha() else " " for c in letters)


def folded(text: str, language: str) -> str:
    """The letters of a text as the tables know them but for their case: words separated and framed by a space.

    In Japanese every ideograph is 漢 and every katakana ア, in Japanese and Korean every Latin word or number a.
    """
    return f" {' '.join(_letters_in(text, language).split())} "


@lru_cache(maxsize=32)
def _words_of(language: str) -> Memo[tuple[str, ...]]:
    """The folded words of a token; no fold looks beyond a space, so those of a text are those of its tokens."""
    return Memo(lambda token: tuple(_letters_in(token, language).split()))


@lru_cache(maxsize=32)
def _keys_of(language: str) -> Memo[tuple[str, ...]]:
    """The folded words of a token without case."""
    return Memo(lambda token: tuple(_letters_in(token, language).casefold().split()))


# More than rounding can do to a sum of a few hundred words.
_ROUNDING = 1e-6
# How many times its kinds of followers a group must have been seen to be trusted by half.
_CAUTION = 8.0
# A letter of the script that the language hardly has: seldom in words, most of what is drawn at random.
_UNKNOWN = -3.0


def _followers(counts: dict[str, float]) -> tuple[float, float, dict[str, float]]:
    """What follows a group of letters: how often it comes, how far to trust that (0-1), and each letter's count."""
    seen = sum(counts.values())
    return seen, seen / (seen + _CAUTION * len(counts)), counts


class Habits:
    """Which letters follow each other, by the counts of groups of one to three letters.

    The guess at a letter blends what the longer groups say with the shorter ones,
    the more the rarer and the more various the longer ones are (Witten and Bell, 1991).
    """

    __slots__ = ("_after", "_alone", "_least", "_letters", "_longest", "_scripts", "_unjudged", "words")

    def __init__(
        self, after: Callable[[str], dict[str, float] | None], longest: int, scripts: frozenset[str] | None = None
    ) -> None:
        """``after``: how often which letter follows a group, ``None`` where it never comes; all of them after ``""``.

        ``longest`` is how long groups are with what follows; ``scripts``: whose letters can be judged.
        """
        letters = after("") or {}
        total = sum(letters.values())
        self._scripts = scripts or frozenset(script for letter in letters if (script := script_of(letter)))
        self._alone = {letter: count / total for letter, count in letters.items()}
        self._longest = longest
        self._after = Memo(lambda group: _followers(counts) if (counts := after(group)) else None)
        self._letters = Memo(self._letter)
        self._least = Memo(self._least_of_any)
        self._unjudged: set[str] = set()
        self.words = Memo(self._word)
        """:meth:`evidence` of every word asked for."""

    def _letter(self, group: str) -> float:
        """The evidence of a group's last letter: how much likelier it is after those before it than anywhere."""
        letter = group[-1]
        alone = self._alone.get(letter)
        if alone is None:
            return _UNKNOWN if script_of(letter) in self._scripts else 0.0
        guess = alone
        for start in range(len(group) - 2, -1, -1):
            followers = self._after[group[start:-1]]
            if followers is None:
                break
            seen, trust, counts = followers
            guess = trust * (counts.get(letter, 0.0) / seen) + (1 - trust) * guess
        return math.log(guess / alone)

    def _word(self, word: str) -> float:
        framed = f" {word} "
        longest = self._longest
        groups = [framed[:end] for end in range(2, longest)]
        groups += [framed[start : start + longest] for start in range(len(framed) - longest + 1)]
        return sum(map(self._letters.__getitem__, groups))

    def evidence(self, word: str) -> float:
        """The evidence (nats) that a word is of the language; letters of other scripts are none."""
        return self.words[word]

    def _least_of_any(self, key: str) -> float:
        """What :meth:`least` takes a word for until it is judged."""
        if not self._least:  # all has been forgotten
            self._unjudged.clear()
        self._unjudged.add(key)
        return _WORD * len(_parts(key))

    def least(self, keys: frozenset[str]) -> float:
        """The least evidence that words (:func:`auditor.facts.texts.word_keys`, of ASCII) can be, of a spaced language.

        None counts as more than an odd word against a cue (:data:`_WORD`): as soon as those not yet judged cannot
        outweigh the others they need not be. Most words of a transcript come once, among frequent ones.
        """
        known = self._least
        least = sum(map(known.__getitem__, keys))
        if least > _ROUNDING:
            return least
        for key in keys & self._unjudged:
            self._unjudged.discard(key)
            least -= known[key]
            # Of a key of several words (it's) another may hold one too, which counts in its favour only once.
            known[key] = self.words[key] if key.isalpha() else sum(min(0.0, self.words[w]) for w in _parts(key))
            least += known[key]
            if least > _ROUNDING:
                break
        return least


def _parts(key: str) -> list[str]:
    return [key] if key.isalpha() else key.translate(_NO_ASCII_LETTERS).split()


TABLES = os.path.join(os.path.dirname(__file__), "letters_of")
"""A file for each language, a line for each group of letters: the group, a tab, and each letter with its level."""

LEVELS = "0123456789abcdefghijklmnopqrstuvwxyzABCDE"
"""Of level n are groups that come about 2 ** (n / 2) times among :data:`SCALE`."""

_COUNTS = {level: 2.0 ** (at / 2) for at, level in enumerate(LEVELS)}


@lru_cache(maxsize=32)
def habits_of(language: str) -> Habits | None:
    """The habits of a language (ISO 639-1) by the table that comes with the package, if it has one."""
    if language not in _languages():
        return None
    with open(os.path.join(TABLES, f"{language}.txt"), encoding="utf-8") as file:
        lines = file.read().rstrip("\n").split("\n")
    table = dict(line.split("\t") for line in lines)

    def after(group: str) -> dict[str, float] | None:
        # Unpacked when a text first asks: few texts ask for most.
        if (packed := table.get(group)) is None:
            return None
        return dict(zip(packed[::2], map(_COUNTS.__getitem__, packed[1::2]), strict=True))

    return Habits(after, 1 + max(map(len, table)), scripts_of(language))


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    """The languages that have a table."""
    return frozenset(name.removesuffix(".txt") for name in os.listdir(TABLES))


def _likeness(text: str, language: str) -> float:
    """The evidence (nats) of each letter of a text, on average, that it is of a language; each word counts once."""
    habits = habits_of(language)
    words = set(_letters_in(text.casefold(), language).split())
    letters = sum(map(len, words))
    return sum(map(habits.evidence, words)) / letters if habits is not None and letters else 0.0


# Of 9,300 English cues of other talks 2 % have less, or more in another language; of 510 cues in other languages
# one has as much, and it is half English.
_LIKE_A_LANGUAGE = 0.3
_AS_LIKE_ANOTHER = 0.1


def is_spelled_as(text: str, language: str) -> bool:
    """Whether the letters of a text follow each other as in a language, and in no other with a table much better.

    Far cheaper than an identifier of languages; sure only when it says yes.
    """
    own = _likeness(text, language)
    return own >= _LIKE_A_LANGUAGE and all(
        _likeness(text, other) <= own + _AS_LIKE_ANOTHER
        for other in _languages()
        if other != language and scripts_of(other) == scripts_of(language)
    )


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
    after: dict[str, dict[str, float]] = {"": dict(letters)}
    for pair, count in pairs.items():
        if count > 1:
            after.setdefault(pair[0], {})[pair[1]] = count - 1
    return Habits(after.get, 2)


# Kiwi gives Korean sentences about -3.7 nats a syllable and shuffled ones -9; this is half-way.
_SHUFFLED_SYLLABLE = -6.5
_ASK_KIWI_BELOW = 5.0
_HANGUL = lazy_pattern(r"(?<!\S)[가-힣]+(?=[.,?!…]*(?:\s|$))")


def _morphology(text: str) -> float:
    """The evidence (nats) of Kiwi's language model on the words of Hangul: over what shuffled syllables would get."""
    words = _HANGUL.findall(text)
    return _kiwi_says[" ".join(words)] - _SHUFFLED_SYLLABLE * sum(map(len, words)) if words else 0.0


_kiwi_says = Memo(lambda words: float(kiwi().analyze(words)[0][1]))


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

    A word that the transcript uses in another cue that is language does not count against a cue. A positive value
    is the least that the evidence may be.
    ``None`` when neither a table nor the transcript shows what is usual.
    """
    if document not in _FOUND:
        _FOUND[document] = _evidence(document)
    return _FOUND[document]


def _evidence(document: Document) -> list[float] | None:
    language = primary(document.language.tag)
    folds = language if language in FOLDS else ""
    known = texts(document)
    tokens = [text.split() for text in known.spoken] if known.describes_sound else known.tokens
    table = habits_of(language)
    habits = table or habits_in(map(partial(_words, language=folds), tokens))
    if habits is None:
        return None
    # What is weighed less for being a name or a single odd word is less against a cue, not more: so a cue that is
    # language without that mercy is language, and most cues are.
    judge = habits.words.__getitem__
    enough = _ASK_KIWI_BELOW if language == "ko" else 0.0
    spaced = language not in FOLDS and language not in UNSPACED
    quick = spaced and known.joined.isascii() and not known.describes_sound
    if table and quick:
        found = list(map(table.least, known.different))
    else:
        found = [sum(map(judge, of_cue)) for of_cue in _different_words(tokens, folds)]
    doubtful = {at: _words(tokens[at], folds) for at, value in enumerate(found) if value <= enough + _ROUNDING}
    for at, words in doubtful.items():
        found[at] = _sum([(word, judge(word.casefold())) for word in words], spaced)
    if language == "ko":
        for at in doubtful:
            if found[at] <= enough:
                found[at] = _morphology(known.spoken[at])
        return found
    doubtful = {at: words for at, words in doubtful.items() if found[at] <= enough}
    if doubtful:
        speaks = [value > 0 for value in found]
        if quick:
            against = {key for words in doubtful.values() for word in words if judge(key := word.casefold()) < 0}
            used = _used_in(known, speaks, against)
        else:
            used = frozenset[str]().union(*_different_words(compress(tokens, speaks), folds))
        for at, words in doubtful.items():
            judged = [(word, judge(word.casefold())) for word in words]
            found[at] = _sum([(w, max(0.0, each) if w.casefold() in used else each) for w, each in judged], spaced)
    return found


def _used_in(known: Texts, which: Sequence[bool], words: set[str]) -> frozenset[str]:
    """Those of some words that a cue of those marked holds, by itself or joined to others (it's)."""
    cues = list(compress(known.different, which))
    found = {word for word in words if any(word in cue for cue in cues)}
    others = words - found
    compounds = [(key, _parts(key)) for key in known.words if not key.isalpha()] if others else []
    for key, parts in compounds:
        if not others.isdisjoint(parts) and any(key in cue for cue in cues):
            found.update(others.intersection(parts))
    return frozenset(found)


def _different_words(tokens: Iterable[Sequence[str]], language: str) -> list[frozenset[str]]:
    """The different folded words of each cue without case: a word said again and again is a loop, and no odder."""
    keys_of = _keys_of(language).__getitem__
    return [frozenset(chain.from_iterable(map(keys_of, of_cue))) for of_cue in tokens]


def _words(tokens: Sequence[str], language: str) -> list[str]:
    """The different words of a cue in order, as they are written last."""
    words = chain.from_iterable(map(_words_of(language).__getitem__, tokens))
    return list({word.casefold(): word for word in words}.values())
