"""Timed lyrics (.lrc): ``[mm:ss.xx]`` before each line, and no ends.

A line is shown until the next one begins, so its end is the next later time of the
file; a stamp without text only clears the screen. The last line stays until the
``[length:]`` the file gives, else for as long as :data:`LAST_LINE_MS`. A line with several
stamps becomes a cue for each, and then the cues are put into the order of time. The times
of single words (``<mm:ss.xx>``) are taken out of the text. ``[offset:]`` (milliseconds)
shifts everything, a positive one to earlier times.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from msgspec.structs import replace

from auditor.model import Comment, Cue, Defect, DefectKind, Document, Span
from auditor.parse.cue_text import CueText
from auditor.parse.line_reading import Reading, lines_of, visible
from auditor.patterns import lazy_pattern

LAST_LINE_MS = 5000
"""How long the last line is taken to last when the file does not say: LRC has no end for it."""

_TIME = r"(?:(\d{1,3}):)?(\d{1,4}):([0-5]?\d)(?:[.:](\d{1,6}))?"
_STAMP = lazy_pattern(rf"\[\s*{_TIME}\s*\][ \t]*", re.ASCII)
_WORD_STAMP = lazy_pattern(rf"<\s*{_TIME}\s*>[ \t]?", re.ASCII)
_TAG = lazy_pattern(r"\[(?P<name>[A-Za-z#][\w ]*):(?P<value>.*)\]\s*")
_STAMP_SHAPE = lazy_pattern(r"\s*\[[^\]:]{0,9}\d[^\]:]{0,9}:[^\]]*\]")


def looks_like_lrc(text: str) -> bool:
    """Whether the text holds stamped lines, and most of its lines begin with a stamp or tag."""
    lines = [line.strip() for line in lines_of(text) if line.strip()]
    marked = sum(_STAMP.match(line) is not None or _TAG.fullmatch(line) is not None for line in lines)
    return any(_STAMP.match(line) for line in lines) and 2 * marked > len(lines)


def _milliseconds(stamp: re.Match[str]) -> int:
    hours, minutes, seconds, fraction = stamp.groups()
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((fraction or "").ljust(3, "0")[:3])


def _read_text(raw: str) -> CueText:
    """The line without the times of its words."""
    offsets: list[int] = []
    at = 0
    for stamp in _WORD_STAMP.finditer(raw):
        offsets.extend(range(at, stamp.start()))
        at = stamp.end()
    offsets.extend(range(at, len(raw)))
    return visible(raw, offsets, [raw[offset] for offset in offsets])


def _tag(reading: Reading, tag: re.Match[str], at: int) -> None:
    name, value = tag["name"].strip(), tag["value"].strip()
    if name == "#":
        reading.comments.append(Comment(at + 1, value))
    else:
        reading.header.append(("Language" if name.lower() in ("la", "lang") else name, value))


def _line(reading: Reading, at: int) -> list[int]:
    """Read one line into cues without ends; return the times at which a line is replaced or cleared."""
    line = reading.lines[at]
    position = len(line) - len(line.lstrip())
    stamps: list[re.Match[str]] = []
    while stamp := _STAMP.match(line, position):
        stamps.append(stamp)
        position = stamp.end()
    raw = line[position:].rstrip()
    if not stamps:
        tag = _TAG.fullmatch(line.strip())
        if tag:
            _tag(reading, tag, at)
        elif line.lstrip().startswith("#"):
            reading.comments.append(Comment(at + 1, line.strip(" \t#")))
        elif _STAMP_SHAPE.match(line):
            message = "the time cannot be read, so players drop this line; expected [mm:ss.xx]"
            reading.defect(DefectKind.MALFORMED_TIMING, message, at)
        else:
            reading.defect(DefectKind.LOST_TEXT, "this line has no time, so no player shows it", at)
        return []
    content = _read_text(raw)
    if content.text.strip():
        for stamp in stamps:
            start_ms = _milliseconds(stamp)
            reading.cues.append(
                Cue(
                    index=len(reading.cues) + 1,
                    start_ms=start_ms,
                    end_ms=start_ms,
                    text=content.text,
                    raw_text=raw,
                    line=at + 1,
                    timing_span=Span(at + 1, stamp.start() + 1, at + 1, stamp.start() + len(stamp[0].rstrip()) + 1),
                    text_line=at + 1,
                    text_column=position + 1,
                    text_map=content.text_map,
                )
            )
    return [_milliseconds(stamp) for stamp in stamps]


def _header_number(reading: Reading, name: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    value = next((value for key, value in reading.header if key.lower() == name), "")
    return pattern.fullmatch(value)


def _with_ends(reading: Reading, times: Sequence[int]) -> list[Cue]:
    length = _header_number(reading, "length", re.compile(_TIME, re.ASCII))
    offset = _header_number(reading, "offset", re.compile(r"([+-]?\d{1,9})", re.ASCII))
    shift = int(offset[1]) if offset else 0
    marks = sorted(set(times))
    last = max(_milliseconds(length), marks[-1]) if length and marks else None
    cues = []
    for cue in reading.cues:
        after = bisect_right(marks, cue.start_ms)
        if after < len(marks):
            end_ms = marks[after]
        else:
            end_ms = last if last is not None and last > cue.start_ms else cue.start_ms + LAST_LINE_MS
        cues.append(replace(cue, start_ms=max(0, cue.start_ms - shift), end_ms=max(0, end_ms - shift)))
    return cues


def parse_lrc(path: str, text: str, encoding: str, defects: Sequence[Defect] = ()) -> Document:
    """Read timed lyrics from their decoded text (without byte order mark). ``defects``: those found while decoding."""
    reading = Reading(lines_of(text), list(defects))
    times: list[int] = []
    several = False
    for at, line in enumerate(reading.lines):
        if line.strip():
            found = _line(reading, at)
            several = several or len(found) > 1
            times.extend(found)
    reading.cues = _with_ends(reading, times)
    if several:
        reading.by_time()
    return reading.document(path, "lrc", encoding)
