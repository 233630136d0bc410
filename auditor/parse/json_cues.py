"""Timed segments and words of a recogniser's JSON become cues, each character with its place in the file.

A segment's text stands in one string: ``raw_text`` is that string as written, with its
escapes. The text of a cue made of several words is spread over the file: ``raw_text``
is then everything from the first letter of the first word to the last letter of the last,
JSON syntax included, and ``text_map`` says where in it each character stands; the
blank between two words maps to the quote that closes the first. So every stretch of
a cue's text has one span in the file, and the span quotes it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence

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
_CLOSING = "\"'”’»)]}」』）】"


class Places:
    """From an offset in the file's text to its line and column."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        at = text.find("\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = text.find("\n", at + 1)

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
    if word.attached:
        return ""
    if delimiter is not None:
        return delimiter[:1]
    if padded:  # the source writes the blank as part of the word that follows it
        return " " if word.first > 0 or before.text[before.last :] else ""
    return "" if unspaced(before.shown[-1], word.shown[0]) else " "


def _ends(group: Sequence[SpokenWord], word: SpokenWord) -> bool:
    """Whether a cue ends before ``word`` because of who speaks, a silence, or a finished sentence."""
    before = group[-1]
    if word.speaker != before.speaker:
        return True
    ended = next((w.end_ms for w in reversed(group) if w.end_ms is not None), None)
    begun = next((w.start_ms for w in group if w.start_ms is not None), None)
    if word.start_ms is not None and ended is not None and word.start_ms - ended > MAX_PAUSE_MS:
        return True
    long_enough = begun is None or ended is None or ended - begun >= MIN_SENTENCE_MS
    return _last(before) in _SENTENCE_END and long_enough


def _overflows(group: Sequence[SpokenWord], cells: int, word: SpokenWord) -> bool:
    begun = next((w.start_ms for w in group if w.start_ms is not None), None)
    too_long = begun is not None and word.end_ms is not None and word.end_ms - begun > MAX_CUE_MS
    return too_long or cells + 1 + _cells(word.shown) > MAX_CELLS


def _best_break(group: Sequence[SpokenWord]) -> int:
    """Where to cut a group that is full: behind the last clause of its second half, else at its end."""
    for at in range(len(group) - 1, len(group) // 2, -1):
        if _last(group[at - 1]) in _CLAUSE_END and not group[at].attached:
            return at
    return len(group)


def groups(turn: Turn) -> Iterator[tuple[SpokenWord, ...]]:
    """Cut words into cues: at pauses, new speakers and sentence ends, and where a cue would grow too long."""
    group: list[SpokenWord] = []
    cells = 0
    for word in turn.words:
        if group and not word.attached:
            if _ends(group, word):
                yield tuple(group)
                group, cells = [], 0
            elif _overflows(group, cells, word):
                cut = _best_break(group)
                yield tuple(group[:cut])
                group = group[cut:]
                cells = sum(_cells(w.shown) + 1 for w in group)
        group.append(word)
        cells += _cells(word.shown) + 1
    if group:
        yield tuple(group)


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

    def from_words(self, group: Sequence[SpokenWord], delimiter: str | None, padded: bool, timing: Span) -> Cue | None:
        """The cue of a group of words, or ``None`` when none of them has a time."""
        begun = next((word.start_ms for word in group if word.start_ms is not None), None)
        ended = next((word.end_ms for word in reversed(group) if word.end_ms is not None), begun)
        if begun is None or ended is None:
            return None
        parts: list[str] = []
        where: list[int] = []
        for number, word in enumerate(group):
            at = offsets(self.places.text, word.text)
            if number:
                before = group[number - 1]
                between = _separator(before, word, delimiter, padded)
                parts.append(between)
                where.extend([where.pop()] * (len(between) + 1)[:0] if False else [])
            parts.append(word.shown)
            where.extend(at[word.first : word.last])
        return None
