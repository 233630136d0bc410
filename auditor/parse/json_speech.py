"""What a recogniser's JSON says in terms of speech: timed segments, and timed words that are no segments yet.

Services differ in names and units, not in substance: a time is a number of seconds,
milliseconds or ticks, a string such as ``"1.200s"`` or ``"PT1.2S"``, or an object of
seconds and nanoseconds. The tables here hold all names in use; the shapes that use
them are in ``json_shapes``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from statistics import median

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.model import Recognition, Word
from auditor.parse.json_values import Number, Object, Text, Value
from auditor.patterns import lazy_pattern

MILLISECONDS_PER_SECOND = 1000.0
TICKS_PER_MILLISECOND = 10_000.0
"""Azure counts in ticks of 100 ns."""

# 31 years: beyond any recording, and safe for every later computation.
_MAX_MS = 1e12


class SpokenWord(Struct, frozen=True):
    """A word with its times (ms), where known. ``text[first:last]`` is the word without padding.

    ``attached`` words are punctuation: never the first of a cue.
    """

    text: Text
    first: int
    last: int
    start_ms: int | None
    end_ms: int | None
    confidence: float | None = None
    speaker: str | None = None
    attached: bool = False
    timing: Text | Number | Object | None = None

    @property
    def shown(self) -> str:
        """The word as a viewer sees it."""
        return self.text[self.first : self.last]


class Segment(Struct, frozen=True):
    """A stretch of speech that the source itself cut: one cue. Times in ms; ``None`` where it gives none.

    ``timing`` is what a finding about the times points at: the start's value, or the object.
    """

    place: Object
    timing: Text | Number | Object
    text: Text | None
    start_ms: int | None
    end_ms: int | None
    speaker: str | None = None
    recognition: Recognition | None = None


class Turn(Struct, frozen=True):
    """Words without segments, or in one far too long for a cue: to be grouped into cues.

    ``delimiter`` is what the source says stands between two words; ``None`` when it does not say.
    ``confidence`` (0-1) is the source's judgement on all of them together.
    """

    words: tuple[SpokenWord, ...]
    delimiter: str | None = None
    confidence: float | None = None


class Speech(Struct, frozen=True):
    """A recogniser's output: its name, what was said, and the language (as the source names it).

    ``whole`` is the text of the entire recording where the source repeats it,
    ``strays`` are list elements that are no segments. ``concurrent`` channels are
    put into the order of time.
    """

    recogniser: str
    items: tuple[Segment | Turn, ...] = ()
    language: str | None = None
    whole: Text | None = None
    strays: tuple[Value, ...] = ()
    concurrent: bool = False


def number(value: Value) -> float | None:
    """A finite number, also when it is written as a string; ``None`` otherwise."""
    if isinstance(value, bool) or not isinstance(value, float | str):
        return None
    try:
        result = float(value)
    except ValueError:
        return None
    return result if math.isfinite(result) else None


def _milliseconds(value: float | None) -> int | None:
    return round(value) if value is not None and 0 <= value <= _MAX_MS else None


_ISO = lazy_pattern(r"PT(?:(?P<h>\d{1,6})H)?(?:(?P<m>\d{1,6})M)?(?:(?P<s>\d{1,9}(?:\.\d{1,12})?)S)?$", re.ASCII)
_CLOCK = lazy_pattern(r"(?:(?P<h>\d{1,6}):)?(?P<m>\d{1,6}):(?P<s>\d{1,9}(?:[.,]\d{1,12})?)$", re.ASCII)


def in_seconds(value: Value) -> int | None:
    """The milliseconds of a time in seconds: ``1.2``, ``"1.2"``, ``"1.200s"``, ``"PT1.2S"``, ``"00:00:01,200"``,
    ``{"seconds": "1", "nanos": 200000000}``."""
    if isinstance(value, Object):
        seconds, nanos = number(value.get("seconds", Text("0"))), number(value.get("nanos", Text("0")))
        return _milliseconds(None if seconds is None or nanos is None else seconds * 1000 + nanos / 1e6)
    if isinstance(value, Text):
        match = _ISO.match(value) or _CLOCK.match(value)
        if match:
            seconds = float((match["s"] or "0").replace(",", "."))
            return _milliseconds(((int(match["h"] or 0) * 60 + int(match["m"] or 0)) * 60 + seconds) * 1000)
        value = Text(value.removesuffix("s"))
    plain = number(value)
    return _milliseconds(None if plain is None else plain * MILLISECONDS_PER_SECOND)


def in_milliseconds(value: Value) -> int | None:
    """The milliseconds of a time given in milliseconds."""
    return _milliseconds(number(value))


def in_ticks(value: Value) -> int | None:
    """The milliseconds of a time in ticks of 100 ns."""
    plain = number(value)
    return _milliseconds(None if plain is None else plain / TICKS_PER_MILLISECOND)


Clock = Callable[[Value], int | None]


class _TimeNames(Struct, frozen=True):
    """The members that hold a start and an end (or duration), and how to read them where the names tell the unit."""

    first: str
    second: str
    clock: Clock | None = None
    second_is_duration: bool = False


# Those that tell their unit first: some services write a time twice.
_TIME_NAMES = (
    _TimeNames("offsetInTicks", "durationInTicks", in_ticks, second_is_duration=True),
    _TimeNames("offsetMilliseconds", "durationMilliseconds", in_milliseconds, second_is_duration=True),
    _TimeNames("BeginOffsetMillis", "EndOffsetMillis", in_milliseconds),
    _TimeNames("start_timestamp_millis", "end_timestamp_millis", in_milliseconds),
    _TimeNames("start_ms", "end_ms", in_milliseconds),
    _TimeNames("Offset", "Duration", in_ticks, second_is_duration=True),
    _TimeNames("start", "end"),
    _TimeNames("start_time", "end_time"),
    _TimeNames("startTime", "endTime"),
    _TimeNames("startOffset", "endOffset"),
    _TimeNames("start", "duration", second_is_duration=True),
    _TimeNames("offset", "duration", second_is_duration=True),
)
_TEXT_NAMES = ("punctuated_word", "text", "word", "transcript", "content", "Content", "sentence", "DisplayText")
_CONFIDENCE_NAMES = ("confidence", "Confidence", "probability", "score", "p")
_SPEAKER_NAMES = ("speaker", "speaker_label", "speakerLabel", "speakerTag", "ParticipantRole", "speaker_id")


def _place(value: Value, row: Object) -> Text | Number | Object:
    return value if isinstance(value, Text | Number) else row


def times(row: Object, clock: Clock = in_seconds) -> tuple[int | None, int | None, Text | Number | Object]:
    """Start and end (ms) of a segment or word, and the value a finding about them points at.

    ``clock`` reads times whose names do not tell their unit.
    """
    pair = row.get("timestamp")
    if isinstance(pair, list) and len(pair) == 2:
        return clock(pair[0]), clock(pair[1]), _place(pair[0], row)
    inside = row.get("offsets")
    if isinstance(inside, Object):  # whisper.cpp: milliseconds
        start = inside.get("from")
        return in_milliseconds(start), in_milliseconds(inside.get("to")), _place(start, row)
    names = next((names for names in _TIME_NAMES if names.first in row and names.second in row), None)
    if names is None:
        names = next((names for names in _TIME_NAMES if names.first in row), None)
    if names is None:
        # Google leaves out a start of zero.
        end = clock(row.get("endTime", row.get("endOffset")))
        return (None if end is None else 0), end, row
    read = names.clock or clock
    start_ms, end_ms = read(row.get(names.first)), read(row.get(names.second))
    if names.second_is_duration and end_ms is not None:
        end_ms = None if start_ms is None else start_ms + end_ms
    return start_ms, end_ms, _place(row.get(names.first), row)


def text_of(row: Object) -> Text | None:
    """The text of a segment or word."""
    for name in _TEXT_NAMES:
        value = row.get(name)
        if isinstance(value, Text):
            return value
    return None


def _share(value: float | None) -> float | None:
    return value if value is not None and 0 <= value <= 1 else None


def confidence_of(row: Object) -> float | None:
    """The confidence (0-1) a segment or word carries."""
    for name in _CONFIDENCE_NAMES:
        if name in row:
            return _share(number(row[name]))
    return None


def speaker_of(row: Object) -> str | None:
    """The speaker a segment or word names."""
    for name in _SPEAKER_NAMES:
        value = row.get(name)
        if isinstance(value, Object):
            value = value.get("speaker_label")
        if isinstance(value, Text) and value.strip():
            return readable(value.strip())
        if isinstance(value, Number) and math.isfinite(value):
            return f"{value:g}"
    return None


def objects(value: Value) -> list[Object]:
    """The objects of a list; nothing when it is no list."""
    return [row for row in value if isinstance(row, Object)] if isinstance(value, list) else []


def spoken(
    text: Text,
    start_ms: int | None,
    end_ms: int | None,
    confidence: float | None = None,
    speaker: str | None = None,
    *,
    attached: bool = False,
    timing: Text | Number | Object | None = None,
) -> SpokenWord | None:
    """A word without its padding, or ``None`` when nothing is left of it."""
    first = len(text) - len(text.lstrip(" \t\r\n\f\v\u3000▁"))  # "▁" is a word boundary of sentence pieces
    last = len(text.rstrip())
    if first >= last:
        return None
    return SpokenWord(text, first, last, start_ms, end_ms, confidence, speaker, attached, timing)


def words(rows: Iterable[Object], clock: Clock = in_seconds) -> tuple[SpokenWord, ...]:
    """The words of a list, in its order."""
    found = []
    for row in rows:
        text = text_of(row)
        if text is not None:
            start_ms, end_ms, timing = times(row, clock)
            word = spoken(text, start_ms, end_ms, confidence_of(row), speaker_of(row), timing=timing)
            if word:
                found.append(word)
    return tuple(found)


def as_model(spoken_words: Iterable[SpokenWord]) -> tuple[Word, ...]:
    """The words as the rules see them."""
    return tuple(Word(readable(w.shown), w.start_ms, w.end_ms, w.confidence) for w in spoken_words)


# Scripts written without blanks between words: Thai, Lao, Burmese, Khmer, kana, Han, and their punctuation.
_UNSPACED = lazy_pattern(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff9f]"
)
_HANGUL = lazy_pattern("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")


def unspaced(before: str, after: str) -> bool:
    """Whether two characters that end and begin a word stand together without a blank, judged by their scripts."""
    both = before + after
    return _UNSPACED.search(both) is not None and _HANGUL.search(both) is None


_UNREADABLE = lazy_pattern("[\0\ud800-\udfff]")


def readable(text: str) -> str:
    """The text with NUL and half surrogate pairs as U+FFFD, of the same length: neither can be written again."""
    return _UNREADABLE.sub("�", text)


def recognition(row: Object, spoken_words: Iterable[SpokenWord] = ()) -> Recognition | None:
    """What the recogniser says about a segment; ``None`` when it says nothing."""
    found = Recognition(
        avg_logprob=number(row.get("avg_logprob")),
        compression_ratio=number(row.get("compression_ratio")),
        no_speech_probability=_share(number(row.get("no_speech_prob"))),
        confidence=confidence_of(row),
        words=as_model(spoken_words),
    )
    return None if found == Recognition() else found


def segment(row: Object, clock: Clock = in_seconds, words_name: str = "words") -> Segment:
    """A row that is a segment: text, times, and what the recogniser says about it."""
    start_ms, end_ms, timing = times(row, clock)
    inside = words(objects(row.get(words_name)), clock)
    found = Segment(row, timing, text_of(row), start_ms, end_ms, speaker_of(row), recognition(row, inside))
    if found.speaker is None and inside and inside[0].speaker is not None:
        return replace(found, speaker=inside[0].speaker)
    return found


def segment_or_turn(row: Object, clock: Clock = in_seconds, words_name: str = "words") -> Segment | Turn:
    """A speaker's turn: cut at its words where these have times, because a turn can last minutes."""
    inside = words(objects(row.get(words_name)), clock)
    if not any(word.start_ms is not None for word in inside):
        return segment(row, clock, words_name)
    speaker = speaker_of(row)
    return Turn(tuple(word if word.speaker else replace(word, speaker=speaker) for word in inside))


# Speech has 3 to 25 characters a second. Below 0.2 characters per unit the unit is no second.
_FEWEST_PER_SECOND = 0.2


def clock_of(rows: Iterable[Object]) -> Clock:
    """Whether times without a unit are seconds or milliseconds, judged by how much text they hold."""
    spans: list[float] = []
    density: list[float] = []
    for row in rows:
        first, last, text = number(row.get("start")), number(row.get("end")), text_of(row)
        if first is None or last is None or text is None:
            continue
        if not (first.is_integer() and last.is_integer()):
            return in_seconds
        if last > first:
            spans.append(last - first)
            density.append(len(text.strip()) / (last - first))
    if spans and median(spans) >= 50 and median(density) < _FEWEST_PER_SECOND:
        return in_milliseconds
    return in_seconds


class Rows(Struct):
    """The rows of a list that should all be segments; what is none is kept apart."""

    segments: list[Object] = field(default_factory=list)
    strays: list[Value] = field(default_factory=list)


def rows_of(value: Value) -> Rows:
    """Split a list into objects and the rest."""
    found = Rows()
    for element in value if isinstance(value, list) else []:
        if isinstance(element, Object):
            found.segments.append(element)
        else:
            found.strays.append(element)
    return found
