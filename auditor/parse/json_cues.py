"""Timed segments and words of a recogniser's JSON become cues, each character with its place in the file.

A segment's text stands in one string: ``raw_text`` is that string as written, with its
escapes. The text of a cue made of several words is spread over the file: ``raw_text``
is then everything from the first letter of the first word to the last letter of the last,
JSON syntax included, and ``text_map`` says where in it each character stands; the
blank between two words maps to the quote that closes the first. So every stretch of
a cue's text has one span in the file, and the span quotes it.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from auditor.model import Cue, Recognition, Span
from auditor.parse.json_speech import Segment, SpokenWord, Turn, as_model, readable, unspaced
from auditor.parse.json_values import Number, Object, Text, offsets

MAX_PAUSE_MS = 1_000
"""A longer silence between two words ends the cue."""

MAX_CUE_MS = 7_000
MAX_CELLS = 84
"""The longest cue: 7 s, and two lines of 42 characters (a wide one counts as two), as delivery guides have it."""

MIN_SENTENCE_MS = 1_500
"""A sentence shorter than this shares its cue with the next, so that grouping makes no cue too short to read."""

MAX_TEXT = 100_000
"""Characters of one string that are audited as a caption; what is longer is no caption."""

_SENTENCE_END = frozenset(".?!…。？！｡؟।")
_CLAUSE_END = frozenset(",;:、，；：،")
_MARKS = _SENTENCE_END | _CLAUSE_END
_CLOSING = "\"'”’»)]}」』）】"


class Places:
    """From an offset in the file's text to its line and column."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = array("Q", [0])
        self.starts.extend(match.end() for match in re.finditer("\n", text))

    def at(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The span of ``text[start:end]``."""
        return Span(*self.at(start), *self.at(end))

    def of(self, value: Text | Number | Object) -> Span:
        """The span of a value: a string without its quotes, an object with its braces."""
        return self.span(value.at, value.end if value.end >= 0 else value.at + 1)


def _last(word: SpokenWord) -> str:
    return word.shown.rstrip(_CLOSING)[-1:]


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _separator(before: SpokenWord, word: SpokenWord, delimiter: str | None, padded: bool) -> str:
    """What stands between two words of a cue: a blank, or nothing."""
    if word.attached or word.shown in _MARKS:
        return ""
    if delimiter is not None:
        return delimiter[:1]
    if padded:  # the source writes the blank as part of the word that follows it
        return " " if word.first > 0 or before.text[before.last :] else ""
    return "" if unspaced(before.shown[-1], word.shown[0]) else " "


def _stretches(turn: Turn) -> Iterator[list[SpokenWord]]:
    """Words that belong together: cut where another speaker begins, behind a silence, and behind a sentence."""
    stretch: list[SpokenWord] = []
    begun: int | None = None
    ended: int | None = None
    for word in turn.words:
        if stretch and not word.attached:
            silence = word.start_ms is not None and ended is not None and word.start_ms - ended > MAX_PAUSE_MS
            long_enough = begun is None or ended is None or ended - begun >= MIN_SENTENCE_MS
            sentence = _last(stretch[-1]) in _SENTENCE_END and long_enough
            if silence or sentence or word.speaker != stretch[-1].speaker:
                yield stretch
                stretch, begun, ended = [], None, None
        stretch.append(word)
        begun = word.start_ms if begun is None else begun
        ended = ended if word.end_ms is None else word.end_ms
    if stretch:
        yield stretch


def _fits(words: Sequence[SpokenWord]) -> bool:
    begun = next((word.start_ms for word in words if word.start_ms is not None), None)
    ended = next((word.end_ms for word in reversed(words) if word.end_ms is not None), None)
    short = begun is None or ended is None or ended - begun <= MAX_CUE_MS
    return short and sum(_cells(word.shown) + 1 for word in words) - 1 <= MAX_CELLS


def _middle(words: Sequence[SpokenWord]) -> int:
    """Where to cut words that fill more than a cue: near the middle, rather behind a clause or at a pause."""
    cells = [0, *accumulate(_cells(word.shown) + 1 for word in words)]
    best, least = len(words) // 2, 2.0
    for at in range(1, len(words)):
        before, word = words[at - 1], words[at]
        if word.attached:
            continue
        cost = abs(cells[at] / cells[-1] - 0.5)
        if _last(before) in _CLAUSE_END:
            cost -= 0.2
        if word.start_ms is not None and before.end_ms is not None:
            cost -= 0.2 * min(max(word.start_ms - before.end_ms, 0), MAX_PAUSE_MS) / MAX_PAUSE_MS
        if cost < least:
            best, least = at, cost
    return best


def groups(turn: Turn) -> Iterator[list[SpokenWord]]:
    """Cut words into cues: at new speakers, silences and sentence ends, and what is then too long near its middle.

    Cutting in the middle, not where the cue is full, leaves no single word behind.
    """
    for stretch in _stretches(turn):
        pending = [stretch]
        while pending:
            words = pending.pop()
            if len(words) == 1 or _fits(words):
                yield words
            else:
                at = _middle(words)
                pending += [words[at:], words[:at]]


class CueMaker:
    """Makes the cues of one file."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def _cue(
        self,
        text: str,
        where: Sequence[int],
        start_ms: int,
        end_ms: int,
        timing: Span,
        speaker: str | None,
        recognition: Recognition | None,
    ) -> Cue:
        begin, end = where[0], where[-1]
        line, column = self.places.at(begin)
        raw = self.places.text[begin:end]
        contiguous = end - begin == len(text)
        return Cue(
            index=0,
            start_ms=start_ms,
            end_ms=end_ms,
            text=readable(text),
            raw_text=raw,
            line=timing.line,
            timing_span=timing,
            text_line=line,
            text_column=column,
            speaker=speaker,
            text_map=None if contiguous and raw == readable(text) else tuple(at - begin for at in where),
            recognition=recognition,
        )

    def from_segment(self, segment: Segment, start_ms: int, end_ms: int) -> Cue:
        """The cue of a segment, with the times decided for it."""
        timing = self.places.of(segment.timing)
        if segment.text is None:
            after = segment.place.end - 1 if segment.place.end > 0 else segment.place.at
            return self._cue("", (after,), start_ms, end_ms, timing, segment.speaker, segment.recognition)
        whole = segment.text
        first = len(whole) - len(whole.lstrip())
        last = max(first, len(whole.rstrip()))
        last = min(last, first + MAX_TEXT)
        where = offsets(self.places.text, whole)[first : last + 1]
        return self._cue(whole[first:last], where, start_ms, end_ms, timing, segment.speaker, segment.recognition)

    def from_words(self, turn: Turn, group: Sequence[SpokenWord], padded: bool) -> Cue | None:
        """The cue of a group of the turn's words, or ``None`` when none of them has a time."""
        begun = next((word.start_ms for word in group if word.start_ms is not None), None)
        ended = next((word.end_ms for word in reversed(group) if word.end_ms is not None), begun)
        if begun is None or ended is None:
            return None
        timing = next((word.timing for word in group if word.start_ms is not None), None)
        parts: list[str] = []
        where: list[int] = []
        end = 0
        for before, word in zip((None, *group), group, strict=False):
            at = offsets(self.places.text, word.text)
            if before is not None:
                between = _separator(before, word, turn.delimiter, padded)
                parts.append(between)
                where.extend([end] * len(between))
            last = min(word.last, word.first + MAX_TEXT)
            parts.append(word.text[word.first : last])
            where.extend(at[word.first : last])
            end = at[last]
        where.append(end)
        recognition = Recognition(confidence=turn.confidence, words=as_model(group))
        span = self.places.of(timing) if timing is not None else self.places.span(where[0], where[-1])
        return self._cue("".join(parts), where, begun, ended, span, group[0].speaker, recognition)
