"""SubViewer as YouTube exports it (.sbv): times on one line, text below, a blank line between.

webvtt-py reads it too, but knows no line numbers and drops a block with broken times
without a word; so it is read here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model import Cue, Defect, DefectKind, Document
from auditor.parse.cue_text import CueText
from auditor.parse.line_reading import Reading, lines_of, visible
from auditor.patterns import lazy_pattern

_TIME = r"(\d{1,4}):([0-5]?\d):([0-5]?\d)\.(\d{1,6})"
_TIMING = lazy_pattern(rf"\s*{_TIME}\s*,\s*{_TIME}\s*", re.ASCII)
_TO_THE_LETTER = lazy_pattern(r"\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}", re.ASCII)
# Two times on a line of their own, however damaged.
_NEARLY = lazy_pattern(r"\s*[\d:.\w]*\d:\d[\d:.\w]*\s*[,;]\s*[\d:.\w]*\d:\d[\d:.\w]*\s*")
_LONGEST_TIMING = 80
_BREAK = lazy_pattern(re.escape("[br]"))


def looks_like_sbv(text: str) -> bool:
    """Whether any line of the text is a SubViewer timing line."""
    return any(_TIMING.fullmatch(line) for line in lines_of(text))


def _milliseconds(hours: str, minutes: str, seconds: str, fraction: str) -> int:
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0")[:3])


def _read_text(raw: str) -> CueText:
    """``[br]`` ends a line as a line feed does; all else is shown as written."""
    offsets: list[int] = []
    characters: list[str] = []
    at = 0
    for mark in _BREAK.finditer(raw):
        offsets.extend(range(at, mark.start() + 1))
        characters.extend((*raw[at : mark.start()], "\n"))
        at = mark.end()
    offsets.extend(range(at, len(raw)))
    characters.extend(raw[at:])
    return visible(raw, offsets, characters)


def _add_cue(reading: Reading, timing: re.Match[str], at: int, end: int) -> None:
    line = reading.lines[at]
    index = len(reading.cues) + 1
    raw = "\n".join(reading.lines[at + 1 : end])
    content = _read_text(raw)
    span = reading.span(at)
    below = at + 1 < len(reading.lines)
    if not _TO_THE_LETTER.fullmatch(line):
        message = "the times are not written H:MM:SS.mmm,H:MM:SS.mmm; not every player reads them"
        reading.defects.append(Defect(span, DefectKind.TOLERATED_TIMING, line, message, index))
    reading.cues.append(
        Cue(
            index=index,
            start_ms=_milliseconds(*timing.groups()[:4]),
            end_ms=_milliseconds(*timing.groups()[4:]),
            text=content.text,
            raw_text=raw,
            line=at + 1,
            timing_span=span,
            text_line=at + 2 if below else at + 1,
            text_column=1 if below else len(line) + 1,
            text_map=content.text_map,
        )
    )


def parse_sbv(path: str, text: str, encoding: str, defects: Sequence[Defect] = ()) -> Document:
    """Read a SubViewer file from its decoded text (without byte order mark), with the ``defects`` of decoding."""
    reading = Reading(lines_of(text), list(defects))
    lines = reading.lines
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].strip() and not _TIMING.fullmatch(lines[end]):
            end += 1
        timing = _TIMING.fullmatch(lines[at])
        if timing:
            _add_cue(reading, timing, at, end)
        elif len(lines[at]) <= _LONGEST_TIMING and _NEARLY.fullmatch(lines[at]):
            message = "the times cannot be read, so players drop this cue; expected H:MM:SS.mmm,H:MM:SS.mmm"
            reading.defect(DefectKind.MALFORMED_TIMING, message, at, end - 1)
        else:
            reading.defect(DefectKind.LOST_TEXT, "this text has no times above it, so no player shows it", at, end - 1)
        at = end
    return reading.document(path, "sbv", encoding)
