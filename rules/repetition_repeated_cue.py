"""The same or nearly the same text comes in consecutive cues.

## Why
A recogniser stuck on music or silence emits one copy of its last sentence per
cue, often in a fixed rhythm. No single cue looks wrong, so no test on single
cues finds it; the speech of the whole stretch is lost.

Two equal cues are a warning when the text is long enough to be no answer or
interjection ("Yes." "Yes."). Songs (♪) may have refrains. Roll-up captions,
which repeat the line above by design, are compared by their new lines only.

## Fix
Listen to the whole stretch. Transcribe it again with `condition_on_previous_text` off
and voice activity detection on, so that silence and music are left out. Where nobody
speaks, delete the copies; where the speaker or a song repeats the text, reject the
finding.

## Fails
    00:01.000 --> 00:04.000
    The wheel is not true yet.

    00:04.000 --> 00:07.000
    The wheel is not true yet.

    00:07.000 --> 00:10.000
    The wheel is not true yet.

## Passes
    00:01.000 --> 00:02.000
    Yes.

    00:02.000 --> 00:03.500
    Yes.

    00:03.500 --> 00:06.000
    Let us true the wheel now.

## Limits
Consecutive copies: 2 of a text of 24 letters and more (warning), 3 of 12 letters
and more (error); of shorter texts 3 (warning) and 4 (error), or 3 in a fixed
rhythm (error). A syllable or ideograph counts as two letters.
Cycles of up to four cues that come three times are an error too. Texts count as
nearly the same from 90 % equal characters on, when nothing stands for anything else.
Copies that the source track repeats as often in this time, or that a second recogniser
wrote too, are an info; copies that it has not are certain.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import compress, pairwise

from auditor.facts.loops import Loop, loops
from auditor.facts.source_repetition import weighed_repetition
from auditor.facts.spans import text_span
from auditor.facts.texts import Memo, texts
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.rule import Family, Rule


@dataclass(frozen=True, slots=True)
class Options:
    """``long_characters``: from how many letters on two equal cues are reported; ``similarity``: 0-1, nearly equal."""

    long_characters: int = 12
    similarity: float = 0.9


# A share of cues that repeat the line above: the track rolls up by design.
_ROLL_UP_SHARE = 0.3
_LONGEST_CYCLE = 4


def _key_of(token: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", token).casefold()))


# A space joins no character to the one behind it, so the key of a text is made of those of its tokens.
_KEYS = Memo(_key_of)


def _key(text: str) -> str:
    return "".join(map(_KEYS.__getitem__, text.split()))


def _weight(key: str) -> int:
    """Length of a text in letters; an ideograph or syllable is worth two."""
    return sum(2 if ord(character) >= 0x1100 else 1 for character in key)


def _rolls_up(cues: Sequence[Cue]) -> bool:
    repeats = 0
    for ahead, cue in pairwise(cues):
        if "\n" not in cue.text and "\n" not in ahead.text:
            continue
        lines = [line.strip() for line in cue.text.split("\n") if line.strip()]
        above = [line.strip() for line in ahead.text.split("\n") if line.strip()]
        if above and lines and (len(lines) > 1 or len(above) > 1) and lines[0] == above[-1]:
            repeats += 1
    return repeats > _ROLL_UP_SHARE * len(cues)


def _fresh(lines: list[str], above: list[str]) -> str:
    """What a roll-up cue adds: a track scrolls by one line, and a line alone that stands above already adds nothing."""
    if lines and above and lines[0] == above[-1]:
        return "".join(lines[1:])
    return "".join(lines)


def _keys(document: Document) -> list[tuple[Cue, str]]:
    """The cues that say something, with what makes two equal; of roll-up captions the new lines only."""
    known = texts(document)
    if not _rolls_up(document.cues):
        plain = unicodedata.is_normalized("NFKC", known.joined)
        keys = known.letters if plain else map(_key, known.shown)
        return [(cue, key) for cue, said, key in zip(document.cues, known.spoken, keys, strict=True) if said and key]
    said = list(compress(document.cues, known.spoken))
    keyed: list[tuple[Cue, str]] = []
    above: list[str] = []
    for cue in said:
        lines = [key for line in cue.text.split("\n") if (key := _key(line))]
        if fresh := _fresh(lines, above):
            keyed.append((cue, fresh))
        above = lines or above
    return keyed


def _same_letters(ahead: str, key: str, similarity: float) -> bool:
    """Whether two texts are of so much the same letters that their ratio can reach ``similarity``, in any order.

    As :meth:`difflib.SequenceMatcher.quick_ratio` says, but over as soon as the letters differ too much.
    """
    total = len(ahead) + len(key)
    shared = total
    for letter in set(ahead + key):
        shared -= abs(ahead.count(letter) - key.count(letter))
        if shared / total < similarity:
            return False
    return True


def _nearly_equal(ahead: str, key: str, similarity: float) -> bool:
    """Whether one text is the other with a little left out or added.

    Sentences in which one word stands for another (left, right; first, second)
    are no copies: they count something or build a parallel.
    """
    size, other = len(key), len(ahead)
    if size < 16 or other < 16 or abs(size - other) > 0.2 * size:
        return False
    if not _same_letters(ahead, key, similarity):
        return False
    matcher = SequenceMatcher(None, ahead, key, autojunk=False)
    if matcher.ratio() < similarity:
        return False
    return not any(tag == "replace" for tag, *_ in matcher.get_opcodes())


def _merge_near(keys: list[str], similarity: float) -> list[str]:
    """Give a text nearly equal to the one before it that one's key."""
    merged: list[str] = []
    ahead = ""
    for key in keys:
        if key == ahead or not _nearly_equal(ahead, key, similarity):
            ahead = key
        merged.append(ahead)
    return merged


def _steady(cues: Sequence[Cue]) -> bool:
    """Whether the cues come in a fixed rhythm: equal lengths, one right after the other."""
    lengths = {round((cue.end_ms - cue.start_ms) / 50) for cue in cues}
    gaps = [abs(after.start_ms - ahead.end_ms) for ahead, after in pairwise(cues)]
    return len(lengths) == 1 and all(gap <= 50 for gap in gaps)


def _severity(cues: Sequence[Cue], loop: Loop, weight: int, options: Options) -> Severity | None:
    long = weight >= options.long_characters
    if loop.period > 1:
        return Severity.ERROR if loop.copies >= 3 and weight >= options.long_characters else None
    if loop.copies >= (3 if long else 4) or (loop.copies == 3 and _steady(cues)):
        return Severity.ERROR
    # Two equal sentences in a row are said for emphasis; two equal long ones hardly.
    return Severity.WARNING if loop.copies == 3 or weight >= 2 * options.long_characters else None


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue of a run of copies; of two copies, for the second."""
    keyed = _keys(document)
    keys = _merge_near([key for _, key in keyed], options.similarity)
    for loop in loops(keys, longest=_LONGEST_CYCLE):
        cues = [cue for cue, _ in keyed[loop.start : loop.end]]
        weight = sum(_weight(key) for key in set(keys[loop.start : loop.end]))
        severity = _severity(cues, loop, weight, options)
        if severity is None:
            continue
        what = "the text" if loop.period == 1 else f"a cycle of {loop.period} cues"
        run = f"cues {cues[0].index} to {cues[-1].index}"
        hits = [
            Hit(
                span=text_span(cue),
                cue=cue.index,
                text=cue.text,
                message=f"{what} comes {loop.copies} times in a row ({run})",
                measured=loop.copies,
                limit=1 if weight >= options.long_characters else 2,
                unit="consecutive copies",
                severity=severity,
            )
            for cue in (cues if loop.copies > 2 else cues[loop.period :])
        ]
        yield from weighed_repetition(document, hits, cues)


RULE = Rule(
    code="REP303",
    name="repeated-cue",
    family=Family.REPETITION,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
