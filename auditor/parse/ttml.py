"""Timed Text Markup Language (.ttml, .dfxp, IMSC): XML read with the positions of everything.

Times may be clock times, with frames, or offsets in hours, minutes, seconds, milliseconds,
frames or ticks (https://www.w3.org/TR/ttml2/#timing-time-value-expressions), relative to
the element around them, one after the other in a ``timeContainer="seq"``; where that puts
an element behind the end of its container, all are taken as times of the media. A cue is a ``p``;
in a ``p`` without times of its own each timed ``span`` is one. White space is shown as one
space unless ``xml:space`` preserves it, ``br`` ends a line. Prefixes are not looked up: an
element is what its local name says, since files with undeclared prefixes occur.

ttconv reads the format in full, but keeps no place in the file and gives up where it meets
an error. Here the cues before an XML error are kept, and what comes after is a defect. A file with
a document type is refused: TTML has none, and entities declared there can grow without bound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from xml.parsers import expat

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.model import Cue, Defect, DefectKind, Document, Span
from auditor.parse.cue_text import CueText
from auditor.parse.line_reading import Reading, lines_of, visible
from auditor.patterns import lazy_pattern

_ROOT = lazy_pattern(r"<(?:[\w.-]+:)?tt(?=[\s>/])")
_SNIFFED = 65_536

_CLOCK = lazy_pattern(
    r"(?P<h>\d{2,6}):(?P<m>\d{2}):(?P<s>\d{2})(?:\.(?P<fraction>\d{1,12})|:(?P<frames>\d{2,6})(?:\.(?P<sub>\d{1,6}))?)?",
    re.ASCII,
)
_OFFSET = lazy_pattern(r"(?P<count>\d{1,15}(?:\.\d{1,12})?)(?P<metric>h|ms|m|s|f|t)", re.ASCII)
# What players take too: seconds without a metric, minutes or hours of one digit, a decimal comma.
_LENIENT = lazy_pattern(
    r"(?:(?:(?P<h>\d{1,6}):)?(?P<m>\d{1,6}):)?(?P<s>\d{1,12})(?:[.,](?P<fraction>\d{1,12}))?", re.ASCII
)
_START_TAG = lazy_pattern(r"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_HIDDEN = frozenset({"head", "metadata", "title", "desc", "copyright", "agent", "actor", "name"})


class _RefusedError(Exception):
    """The file declares a document type."""


class _TimeError(ValueError):
    """A time expression that cannot be read; the message says which and why."""


def looks_like_ttml(text: str) -> bool:
    """Whether the text is XML with a ``tt`` element near its beginning."""
    head = text[:_SNIFFED].lstrip()
    return head.startswith("<") and _ROOT.search(head) is not None


class _Rates(Struct, frozen=True):
    """Frames and ticks per second, and sub-frames per frame."""

    frame: Fraction = Fraction(30)
    sub_frame: int = 1
    tick: Fraction = Fraction(1)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[1-9]\d{0,11}", text, re.ASCII) else None


def _rates(attributes: dict[str, str]) -> _Rates:
    """The rates the root element states, with the defaults of the standard."""
    frame_rate = _number(attributes.get("frameRate"))
    frame = Fraction(frame_rate or 30)
    parts = [_number(part) for part in re.split(r"[ :]+", attributes.get("frameRateMultiplier", "").strip())]
    if len(parts) == 2 and parts[0] and parts[1]:
        frame *= Fraction(parts[0], parts[1])
    sub_frame = _number(attributes.get("subFrameRate")) or 1
    tick = _number(attributes.get("tickRate"))
    return _Rates(frame, sub_frame, Fraction(tick) if tick else frame * sub_frame if frame_rate else Fraction(1))


def _decimal(fraction: str | None) -> Fraction:
    return Fraction(int(fraction), 10 ** len(fraction)) if fraction else Fraction(0)


def _seconds(expression: str, rates: _Rates) -> Fraction | None:
    """The seconds of a time expression of the standard; ``None`` when it is none."""
    clock = _CLOCK.fullmatch(expression)
    if clock and int(clock["m"]) < 60 and int(clock["s"]) < 60:
        seconds = (int(clock["h"]) * 60 + int(clock["m"])) * 60 + int(clock["s"]) + _decimal(clock["fraction"])
        if clock["frames"]:
            seconds += (int(clock["frames"]) + Fraction(int(clock["sub"] or 0), rates.sub_frame)) / rates.frame
        return seconds
    offset = _OFFSET.fullmatch(expression)
    if offset is None:
        return None
    metric: dict[str, int | Fraction] = {
        "h": 3600,
        "m": 60,
        "s": 1,
        "ms": Fraction(1, 1000),
        "f": 1 / rates.frame,
        "t": 1 / rates.tick,
    }
    return Fraction(offset["count"]) * metric[offset["metric"]]


def _milliseconds(text: str, rates: _Rates) -> tuple[int, bool]:
    """The milliseconds of a time expression, and whether it is to the letter. Raises :class:`_TimeError`."""
    expression = text.strip()
    seconds = _seconds(expression, rates)
    if seconds is not None:
        return round(seconds * 1000), True
    match = _LENIENT.fullmatch(expression)
    if match is None:
        raise _TimeError(f"'{expression[:40]}' is no time expression")
    whole = (int(match["h"] or 0) * 60 + int(match["m"] or 0)) * 60 + int(match["s"])
    return round((whole + _decimal(match["fraction"])) * 1000), False


class _Element(Struct):
    """An element that is open: its interval (ms), and where its next child in sequence would begin."""

    name: str
    begin_ms: int
    end_ms: int | None
    timed: bool  # it or an element around it states a time
    sequential: bool
    preserve: bool
    hidden: bool  # it or an element around it is metadata
    next_ms: int
    failure: str = ""  # why a time of it or of an element around it cannot be read
    lenient: str = ""  # a time of its own that is not to the letter


class _Capture(Struct):
    """The text of a cue while it is read; ``start`` is where its payload begins in the file."""

    element: _Element
    tag_at: int
    start: int
    identifier: str
    own_time: bool
    offsets: list[int] = field(default_factory=list)
    characters: list[str] = field(default_factory=list)
    spans: int = 0  # timed spans inside that became cues of their own

    def add(self, characters: str, at: int, preserve: bool, step: int) -> None:
        """Characters that stand at offset ``at``; with ``step`` 0 they all stand for the reference there."""
        for number, character in enumerate(characters):
            if not preserve and character in " \t\n\r":
                if not self.characters or self.characters[-1] in (" ", "\n"):
                    continue
                character = " "
            self.characters.append(character)
            self.offsets.append(at - self.start + number * step)

    def line_break(self, at: int) -> None:
        self.strip()
        self.characters.append("\n")
        self.offsets.append(at - self.start)

    def strip(self) -> None:
        """Take off the one space before the end of a line."""
        if self.characters and self.characters[-1] == " ":
            self.characters.pop()
            self.offsets.pop()


class _Reader:
    """The handlers of the XML parser, and what they have found."""

    def __init__(self, text: str, defects: Sequence[Defect], absolute: bool = False) -> None:
        self.absolute = absolute  # times count from the start of the media, whatever is around
        self.outside = False  # an element begins after the one around it, unless its time were absolute
        self.lines = lines_of(text)
        self.text = "\n".join(self.lines)
        self.data = self.text.encode("utf-8", "replace")
        self.reading = Reading(self.lines, list(defects))
        self.rates = _Rates()
        self.open: list[_Element] = []
        self.captures: list[_Capture] = []
        self.endless: list[int] = []
        self.tolerated: list[Defect] = []
        self._known = (0, 0)  # a byte offset and its offset in the text
        self._line = (0, 1, 0)  # an offset in the text, its line, and where that line begins
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def read(self) -> None:
        try:
            self.parser.Parse(self.data, True)
        except _RefusedError:
            self.reading.cues.clear()
            message = "the file declares a document type; TTML has none, and what it declares is not read"
            self._defect(DefectKind.UNREADABLE, message, self._here(), self._here())
        except expat.ExpatError as error:
            at = self._offset(min(self.parser.ErrorByteIndex, len(self.data)))
            at = min([at, *(capture.tag_at for capture in self.captures)])  # with the paragraph it breaks
            message = f"not well-formed XML ({expat.ErrorString(error.code)}); nothing from here on can be read"
            kind = DefectKind.LOST_TEXT if self.reading.cues else DefectKind.UNREADABLE
            self._defect(kind, message, at, len(self.text))

    # Places ---------------------------------------------------------------

    def _offset(self, byte: int) -> int:
        """The offset in the text of an offset in its bytes; the parser only moves forward."""
        known_byte, known = self._known
        if byte < known_byte:
            known_byte, known = 0, 0
        known += len(self.data[known_byte:byte].decode("utf-8", "ignore"))
        self._known = (byte, known)
        return known

    def _here(self) -> int:
        return self._offset(self.parser.CurrentByteIndex)

    def _place(self, at: int) -> tuple[int, int]:
        """Line and column of an offset in the text."""
        known, line, start = self._line
        if at < known:
            known, line, start = 0, 1, 0
        line += self.text.count("\n", known, at)
        start = max(start, self.text.rfind("\n", known, at) + 1)
        self._line = (at, line, start)
        return line, at - start + 1

    def _span(self, start: int, end: int) -> Span:
        return Span(*self._place(start), *self._place(end))

    def _defect(self, kind: DefectKind, message: str, start: int, end: int, cue: int | None = None) -> None:
        self.reading.defects.append(Defect(self._span(start, end), kind, self.text[start:end], message, cue))

    def _tag_end(self, at: int) -> int:
        tag = _START_TAG.match(self.text, at)
        return tag.end() if tag else at

    # Handlers -------------------------------------------------------------

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise _RefusedError

    def _interval(self, name: str, attributes: dict[str, str]) -> _Element:
        """The element with its interval, from its attributes and the element around it."""
        around = self.open[-1] if self.open else _Element("", 0, None, False, False, False, False, 0)
        stated = {key: attributes[key] for key in ("begin", "end", "dur") if key in attributes}
        space = attributes.get("space")
        element = _Element(
            name=name,
            begin_ms=around.begin_ms,
            end_ms=around.end_ms,
            timed=around.timed or bool(stated),
            sequential=attributes.get("timeContainer") == "seq",
            preserve=around.preserve if space is None else space == "preserve",
            hidden=around.hidden or name in _HIDDEN,
            next_ms=0,
            failure=around.failure,
        )
        try:
            read = {key: _milliseconds(value, self.rates) for key, value in stated.items()}
        except _TimeError as error:
            element.failure = str(error)
            read = {}
        times = {key: time for key, (time, _) in read.items()}
        element.lenient = next((stated[key] for key, (_, exact) in read.items() if not exact), "")
        origin = around.next_ms if around.sequential else around.begin_ms
        if self.absolute:
            origin = 0
        element.begin_ms = origin + times["begin"] if "begin" in times else max(origin, around.begin_ms)
        ends = [around.end_ms] if around.end_ms is not None else []
        if "end" in times:
            ends.append(origin + times["end"])
        if "dur" in times:
            ends.append(element.begin_ms + times["dur"])
        if "begin" in times and around.end_ms is not None and element.begin_ms >= around.end_ms > times["begin"]:
            self.outside = self.outside or times["begin"] >= around.begin_ms > 0
        element.end_ms = min(ends, default=None)
        element.next_ms = element.begin_ms
        return element

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = _local(qualified)
        local = {_local(key): value for key, value in attributes.items()}
        at = self._here()
        if not self.open:
            self.rates = _rates(local)
            if local.get("lang"):
                self.reading.header.append(("Language", local["lang"]))
        element = self._interval(name, local)
        self.open.append(element)
        own_time = not {"begin", "end", "dur"}.isdisjoint(local)
        if name == "p" and not self.captures:
            self.captures.append(_Capture(element, at, self._tag_end(at), local.get("id", ""), own_time))
        elif name == "span" and own_time and self.captures and not self.captures[0].own_time:
            self.captures[-1].spans += 1
            self.captures.append(_Capture(element, at, self._tag_end(at), local.get("id", ""), own_time))
        elif name == "br" and self.captures:
            self.captures[-1].line_break(at)

    def _characters(self, data: str) -> None:
        if self.open[-1].hidden:
            return
        at = self._here()
        if self.captures:
            step = 0 if self.text.startswith("&", at) else 1
            self.captures[-1].add(data, at, self.open[-1].preserve, step)
        elif data.strip():
            message = "this text stands outside every paragraph, so no player shows it"
            self._defect(DefectKind.LOST_TEXT, message, at, min(len(self.text), at + len(data)))

    def _end(self, qualified: str) -> None:
        element = self.open.pop()
        if self.open and element.end_ms is not None:
            self.open[-1].next_ms = max(self.open[-1].next_ms, element.end_ms)
        if self.captures and self.captures[-1].element is element:
            self._finish(self.captures.pop())

    # Cues -----------------------------------------------------------------

    def _finish(self, capture: _Capture) -> None:
        """Make a cue of a captured text, or say why there is none."""
        element = capture.element
        end = max(capture.start, self._here())
        raw = self.text[capture.start : end]
        if not element.preserve:
            capture.strip()
        content = visible(raw, capture.offsets, capture.characters)
        if capture.spans and not content.text.strip():
            return
        if element.failure or not element.timed:
            why = element.failure or "neither it nor an element around it has a begin or an end"
            message = f"the times of this paragraph cannot be read, so players drop it: {why}"
            self._defect(DefectKind.MALFORMED_TIMING, message, capture.tag_at, end)
            return
        self._add(capture, raw, content)

    def _add(self, capture: _Capture, raw: str, content: CueText) -> None:
        element = capture.element
        index = len(self.reading.cues) + 1
        tag = self._span(capture.tag_at, capture.start)
        if element.lenient:
            self.tolerated.append(Defect(tag, DefectKind.TOLERATED_TIMING, element.lenient, "", index))
        if element.end_ms is None:
            message = "no end is stated here or around; read as the begin of the next cue"
            self._defect(DefectKind.TOLERATED_TIMING, message, capture.tag_at, capture.start, index)
            self.endless.append(index)
        self.reading.cues.append(
            Cue(
                index=index,
                start_ms=element.begin_ms,
                end_ms=element.begin_ms if element.end_ms is None else element.end_ms,
                text=content.text,
                raw_text=raw,
                line=tag.line,
                timing_span=tag,
                text_line=tag.end_line,
                text_column=tag.end_column,
                identifier=capture.identifier,
                text_map=content.text_map,
            )
        )

    def absolute_times(self) -> None:
        """Report that the times were not read as relative to the elements around."""
        if self.reading.cues:
            cue = self.reading.cues[0]
            message = "times count from the start of the media although an element around them has a begin"
            raw = self.lines[cue.line - 1]
            self.reading.defects.append(Defect(cue.timing_span, DefectKind.TOLERATED_TIMING, raw, message, 1))

    def finish(self) -> None:
        """Let cues without an end last until the next one begins, and report lenient times once."""
        if self.tolerated:
            first = self.tolerated[0]
            more = f" (and {len(self.tolerated) - 1} more)" if len(self.tolerated) > 1 else ""
            message = f"'{first.raw}' is a time most players understand, but none of the standard{more}"
            self.reading.defects.append(replace(first, message=message))
        cues = self.reading.cues
        for index in self.endless:
            if index < len(cues):
                end_ms = max(cues[index].start_ms, cues[index - 1].start_ms)
                cues[index - 1] = replace(cues[index - 1], end_ms=end_ms)


def parse_ttml(path: str, text: str, encoding: str, defects: Sequence[Defect] = ()) -> Document:
    """Read a TTML file from its decoded text (without byte order mark). ``defects``: those found while decoding."""
    reader = _Reader(text, defects)
    reader.read()
    if reader.outside:
        reader = _Reader(text, defects, absolute=True)
        reader.read()
        reader.absolute_times()
    reader.finish()
    return reader.reading.document(path, "ttml", encoding)
