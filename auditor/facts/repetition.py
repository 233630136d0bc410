"""Repetition inside one cue, weighed: what was repeated, how often, and how sure it is that nobody said it.

Counting alone does not tell a loop from speech: people say "no, no, no", spell
"C plus plus" and start a sentence twice. So each kind of repetition has its own
bar, by the length of the unit, the number of copies and the kind of word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import ceil
from operator import eq, sub

from msgspec import Struct

from auditor.facts.english import names_nothing
from auditor.facts.loops import LONGEST_UNIT, Loop, loops
from auditor.facts.texts import Texts
from auditor.facts.words import SCRIPTS, UNSPACED, Word, primary, script_of, words
from auditor.model import Severity
from auditor.patterns import lazy_pattern


class Repetition(Struct, frozen=True):
    """``text[start:end]`` repeats ``unit`` ``copies`` times; ``why`` says what makes it no natural speech."""

    start: int
    end: int
    unit: str
    copies: float
    severity: Severity
    why: str


class Bars(Struct, frozen=True):
    """From how many copies on a repetition is reported; see :func:`in_words` for what each is measured on."""

    emphatic: int = 8
    word: int = 5
    phrase: int = 3
    sentence_words: int = 6
    sentence_characters: int = 24
    vocabulary_words: int = 10
    vocabulary_share: float = 0.34
    frame_words: int = 7
    frame_eojeols: int = 4


_NUMBER_WORDS = frozenset(
    (
        *("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hundred"),
        *("thousand", "million", "point", "plus", "minus", "times", "over", "equals"),
        *("영", "공", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구", "십", "백", "천", "만"),
        *("하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉", "열"),
        *("uno", "dos", "tres", "eins", "zwei", "drei", "un", "deux", "trois"),
    )
)


def _is_number(text: str) -> bool:
    """Whether a text is digits or number words: people read out figures, and figures repeat."""
    if all(character.isdigit() or character in ".,:/-" for character in text):
        return True
    return all(word in _NUMBER_WORDS for word in text.casefold().replace(",", " ").split())


# Interjections and answers that people repeat in a row, of the languages whose words are not short.
_INTERJECTIONS = frozenset(
    [
        "네네",
        "그래",
        "그럼",
        "맞아",
        "맞아요",
        "아니",
        "아니요",
        "아니에요",
        "안녕",
        "제발",
        "어머",
        "글쎄",
        "왜왜",
        "never",
        "really",
        "blah",
        "okay",
        "please",
        "again",
    ]
)


def _emphatic(word: Word) -> bool:
    """Whether a word is of the kind people repeat for emphasis: short, as interjections and intensifiers are."""
    if script_of(word.text) == "Hangul":
        return len(word.text) <= 2 or word.key in _INTERJECTIONS
    return len(word.text) <= 4 or word.key in _INTERJECTIONS


def _weigh_word(loop: Loop, unit: Word, bars: Bars) -> Severity | None:
    if _is_number(unit.text):
        return None
    bar = bars.emphatic if _emphatic(unit) else bars.word
    if loop.copies >= bar:
        return Severity.ERROR
    # "click, click, click, click" is said by people; a person should look.
    return Severity.WARNING if loop.copies == bar - 1 else None


def _weigh_phrase(loop: Loop, unit: str, bars: Bars, words_of_cue: int) -> Severity | None:
    if _is_number(unit):
        return None
    if loop.copies > bars.phrase:
        return Severity.ERROR
    if loop.copies == bars.phrase:
        # A speaker who looks for words says "it will, it will, it will"; a long phrase that fills
        # the cue comes from no speaker.
        fills = loop.end - loop.start >= 0.6 * words_of_cue
        if loop.period >= 4 and fills:
            return Severity.ERROR
        return Severity.WARNING if len(unit) >= 8 else None
    if loop.period >= bars.sentence_words and len(unit) >= bars.sentence_characters:
        # A speaker may start over after a few words, hardly after eight.
        return Severity.ERROR if loop.period >= 8 else Severity.WARNING
    return None


def _least_copies(period: int, bars: Bars) -> int:
    """How many copies of so many words may count, whatever words they are; most loops are a word said twice."""
    if period == 1:
        return max(2, min(bars.word, bars.emphatic) - 1)
    return 2 if period >= bars.sentence_words else max(2, bars.phrase)


@lru_cache(maxsize=1024)
def _possible_loops(repeated: int, bars: Bars) -> Sequence[tuple[int, bytes]]:
    """The periods of loops that may count where so many words are there already, and how many words must be equal.

    Copies are words that equal the one a period earlier: as many bytes of one.
    """
    equal = ((period, period * (_least_copies(period, bars) - 1)) for period in range(1, LONGEST_UNIT + 1))
    return [(period, b"\1" * count) for period, count in equal if count <= repeated]


def _may_hold_loop(keys: Sequence[str], repeated: int, bars: Bars) -> bool:
    """Whether words hold a loop that may count; ``repeated`` of them are there already."""
    return any(copies in bytes(map(eq, keys, keys[period:])) for period, copies in _possible_loops(repeated, bars))


def in_words(text: str, keys: Sequence[str], repeated: int, bars: Bars) -> Iterator[Repetition]:
    """Loops of whole words: one word (``bars.word`` copies, ``bars.emphatic`` of a short one), or a phrase."""
    if not _may_hold_loop(keys, repeated, bars):
        return  # as in most cues: words come again, but hardly any at once
    for loop in loops(keys):
        if loop.copies < _least_copies(loop.period, bars):
            continue
        sequence = words(text)
        first, last = sequence[loop.start], sequence[loop.end - 1]
        unit = text[first.start : sequence[loop.start + loop.period - 1].end]
        if loop.period == 1:
            severity = _weigh_word(loop, first, bars)
        else:
            severity = _weigh_phrase(loop, unit, bars, len(sequence))
        if severity is not None:
            why = f"'{unit}' comes {loop.copies} times in a row"
            yield Repetition(first.start, last.end, unit, loop.exponent, severity, why)


def _weigh_characters(loop: Loop, unit: str) -> Severity | None:
    if loop.period == 1 or any(character.isdigit() for character in unit):
        return None
    if loop.period <= 4 and all(script_of(character) in ("Kana", None) for character in unit):
        # いろいろ, どんどん, はいはいはい are words and answers; katakana paint sounds as long as they last.
        painted = all("ァ" <= character <= "ヿ" for character in unit)
        return Severity.ERROR if loop.copies >= (16 if painted else 6) else None
    if loop.copies >= 4:
        return Severity.ERROR
    if loop.copies == 3:  # 大丈夫、大丈夫、大丈夫 and もう一回 come three times in speech
        return Severity.WARNING if loop.period > 5 else None
    return Severity.WARNING if loop.period >= 12 else None


# Six copies of a character or two, three of six, two of twelve: each repeats six characters, so four runs of three.
_LEAST_RUNS_REPEATED = 4


def _repeats_letters(letters: str) -> bool:
    """Whether enough runs of three letters come twice for any loop that counts; most texts need no further look."""
    runs = list(zip(letters, letters[1:], letters[2:], strict=False))
    return len(runs) - len(set(runs)) >= _LEAST_RUNS_REPEATED


def in_characters(text: str) -> Iterator[Repetition]:
    """Loops in a text without spaces between words; punctuation between the copies does not hide them."""
    places = [at for at, character in enumerate(text) if character.isalnum()]
    letters = [text[at].casefold() for at in places]
    for loop in loops(letters):
        unit = "".join(letters[loop.start : loop.start + loop.period])
        if (severity := _weigh_characters(loop, unit)) is not None:
            why = f"'{unit}' comes {loop.copies} times in a row"
            yield Repetition(places[loop.start], places[loop.end - 1] + 1, unit, loop.exponent, severity, why)


def small_vocabulary(text: str, keys: Sequence[str], repeated: int, bars: Bars) -> Iterator[Repetition]:
    """The longest stretch of words made of very few different ones: a loop whose copies differ."""
    size = len(keys)
    # The shortest stretch alone repeats so many words.
    if repeated < (1 - bars.vocabulary_share) * bars.vocabulary_words or repeated < 0.25 * size:
        return
    # A stretch of few words consists of repeated ones for the most part; longer than that allows it cannot be.
    longest = min(400, 1 + int(repeated / (1 - bars.vocabulary_share)))
    best: tuple[int, int] | None = None
    for start in range(size - bars.vocabulary_words + 1):
        seen: Counter[str] = Counter()
        for end in range(start, min(size, start + longest)):
            seen[keys[end]] += 1
            if len(seen) > bars.vocabulary_share * longest:
                break
            length = end - start + 1
            few = len(seen) <= bars.vocabulary_share * length
            # The stretch must begin and end inside the loop, not in the words around it.
            tight = seen[keys[start]] > 1 and seen[keys[end]] > 1
            if length >= bars.vocabulary_words and few and tight and (best is None or length > best[1] - best[0]):
                best = (start, end + 1)
    if best is None or any(loop.start <= best[0] and best[1] <= loop.end for loop in loops(keys)):
        return  # copies that are all the same are weighed by their number, in in_words()
    stretch = words(text)[best[0] : best[1]]
    different = {word.key for word in stretch}
    if all(_is_number(word.text) or len(word.text) == 1 for word in stretch):
        return
    why = f"{len(stretch)} words in a row use only {len(different)} different ones"
    unit = " ".join(word.text for word in stretch[:3])
    yield Repetition(stretch[0].start, stretch[-1].end, unit, len(stretch) / len(different), Severity.ERROR, why)


def framed(text: str, keys: Sequence[str], repeated: int, bars: Bars) -> Iterator[Repetition]:
    """A cue that begins and ends with the same long phrase and holds little else (A-B-A)."""
    size = len(keys)
    if repeated < min(bars.frame_eojeols, bars.frame_words):
        return
    least = bars.frame_eojeols if script_of(text) == "Hangul" else bars.frame_words
    for length in range(size // 2, least - 1, -1):
        if size - 2 * length > length // 2:
            return  # with shorter ones there is still more between
        if keys[0] == keys[-length] and keys[:length] == keys[-length:]:
            sequence = words(text)
            unit = text[sequence[0].start : sequence[length - 1].end]
            why = f"the cue begins and ends with the same {length} words"
            yield Repetition(sequence[0].start, sequence[-1].end, unit, 2.0, Severity.WARNING, why)
            return


# What may stand between the words of one foreign run: no letter of the track's own script.
_BETWEEN = lazy_pattern(r"[\s,.!?…;:·、。\-–—\"'“”‘’]*")


@lru_cache(maxsize=64)
def _letters_of(scripts: frozenset[str]) -> re.Pattern[str]:
    return re.compile("[" + "".join(ranges for name, ranges in SCRIPTS if name in scripts) + "]+")


_ALL_SCRIPTS = frozenset(name for name, _ in SCRIPTS)


@lru_cache(maxsize=8192)
def foreign_runs(text: str, own: frozenset[str]) -> Sequence[Sequence[Word]]:
    """The stretches of words in other scripts than the track's own, each a list of words.

    A particle written onto a foreign word (GPT를) is no part of it, and ends the run.
    """
    if text.isascii() and "Latin" in own:
        return ()
    # A run is made of words that begin with a letter of another script.
    if _letters_of(_ALL_SCRIPTS - own).search(text) is None:
        return ()
    runs: list[list[Word]] = []
    previous: Word | None = None
    letters = _letters_of(own)
    for word in words(text):
        at = word.start
        for piece in (*letters.finditer(text, word.start, word.end), None):
            end = piece.start() if piece else word.end
            foreign = _trimmed(text, at, end)
            if foreign is not None and script_of(foreign.text) is not None:
                if previous is not None and _BETWEEN.fullmatch(text, previous.end, foreign.start):
                    runs[-1].append(foreign)
                else:
                    runs.append([foreign])
                previous = foreign
            elif foreign is not None:
                previous = None
            if piece:
                previous = None
                at = piece.end()
    return runs


def _trimmed(text: str, start: int, end: int) -> Word | None:
    """The word in ``text[start:end]`` without joining marks left over at its ends."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in "+#"):
        end -= 1
    return Word(text[start:end], start, end) if start < end else None


def _bare(word: Word) -> str:
    return word.key.replace("’", "'").removesuffix("'s")


# Marks spelled out: "dash dash prune", "C plus plus", "dot dot slash".
_SPELLED_MARKS = frozenset(
    [
        "dash",
        "dot",
        "slash",
        "backslash",
        "plus",
        "minus",
        "star",
        "hash",
        "colon",
        "equals",
        "underscore",
        "hyphen",
        "tick",
        "quote",
    ]
)


def _counts(run: Sequence[Word], at: int) -> bool:
    """Whether a foreign word counts as a copy: no single letter, no spelled-out mark."""
    word = run[at]
    return len(word.text) > 1 and word.key not in _SPELLED_MARKS


# X to X, X by X: set phrases that English builds with two equal nouns.
_BETWEEN_EQUALS = frozenset({"to", "by", "after", "for", "in", "on", "and", "or", "over", "versus", "vs"})
_CODE = lazy_pattern(r"[=(){}\[\]_/\\]|(?:^|\s)--?\w|\bimport\b")


def _set_phrase(run: Sequence[Word]) -> bool:
    """Whether a run is built on two equal nouns: end to end, step by step."""
    keys = [word.key for word in run]
    return len(keys) == 3 and keys[0] == keys[2] and keys[1] in _BETWEEN_EQUALS and not names_nothing(keys[0])


def _listed(text: str, run: Sequence[Word], unit: str) -> bool:
    """Whether a word that comes twice stands in a list ("True, True, False"), no word of speech."""
    places = [word for word in run if _bare(word) == unit]
    return len(places) == 2 and "," in text[places[0].end : places[1].start] and not names_nothing(unit)


def in_foreign_runs(text: str, own: frozenset[str]) -> Iterator[Repetition]:
    """Foreign words that come back within one run: no language doubles the terms it borrows."""
    for run in foreign_runs(text, own):
        counts = Counter(_bare(word) for at, word in enumerate(run) if _counts(run, at))
        repeated = {key: count for key, count in counts.items() if count > 1}
        total = sum(repeated.values())
        bar = 0.5 if len(run) <= 8 else 1 - Bars().vocabulary_share
        if total < 2 or total < bar * len(run) or _set_phrase(run):
            continue
        unit = max(repeated, key=lambda key: repeated[key])
        if (total == 2 and _listed(text, run, unit)) or _CODE.search(text[run[0].start : run[-1].end]):
            continue
        certain = total >= 3 or names_nothing(unit)
        why = f"'{unit}' comes {repeated[unit]} times in one run of foreign words"
        severity = Severity.ERROR if certain else Severity.WARNING
        yield Repetition(run[0].start, run[-1].end, unit, float(repeated[unit]), severity, why)


def _least_repeated(bars: Bars) -> int:
    """How many words come again, at least, in any repetition that counts: with the bars as they are, three."""
    loops_of_words = (period * (_least_copies(period, bars) - 1) for period in (1, 2, max(2, bars.sentence_words)))
    few_words = (1 - bars.vocabulary_share) * bars.vocabulary_words
    return ceil(min(*loops_of_words, few_words, bars.frame_eojeols, bars.frame_words))


def suspects(known: Texts, language: str | None, own: frozenset[str] | None, bars: Bars) -> list[int]:
    """The places of the cues that may hold a repetition: most repeat too few words, or letters, for any."""
    if own is not None and "Latin" not in own and _letters_of(_ALL_SCRIPTS - own).search(known.joined):
        return list(range(len(known.shown)))
    if primary(language) in UNSPACED:
        return [at for at, letters in enumerate(known.letters) if _repeats_letters(letters)]
    repeated = map(sub, map(len, known.keys), map(len, known.different))
    least = _least_repeated(bars)
    return [at for at, count in enumerate(repeated) if count >= least]


def repetitions(
    text: str, keys: Sequence[str], letters: str, language: str | None, own: frozenset[str] | None, bars: Bars
) -> list[Repetition]:
    """All repetitions of a cue that are no natural speech, in order; one that lies inside another is left out.

    ``keys`` are those of the words of the text, ``letters`` its letters and digits without case.
    """
    found: list[Repetition] = []
    if primary(language) in UNSPACED:
        if _repeats_letters(letters):
            found.extend(in_characters(text))
    else:
        repeated = len(keys) - len(set(keys))
        found.extend(in_words(text, keys, repeated, bars))
        found.extend(small_vocabulary(text, keys, repeated, bars))
        if not found:
            found.extend(framed(text, keys, repeated, bars))
    if own is not None and "Latin" not in own:
        found.extend(in_foreign_runs(text, own))
    return _outermost(found) if len(found) > 1 else found


def _outermost(found: list[Repetition]) -> list[Repetition]:
    """The repetitions that lie in no other; of equal ones the more severe, of overlapping ones the longer."""
    kept: list[Repetition] = []
    for entry in sorted(found, key=lambda r: (r.start - r.end, r.severity is not Severity.ERROR)):
        if not any(entry.start < other.end and other.start < entry.end for other in kept):
            kept.append(entry)
    return sorted(kept, key=lambda r: r.start)
