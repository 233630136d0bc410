"""Advanced SubStation Alpha and its elder SubStation Alpha (.ass, .ssa).

Cues are the ``Dialogue`` lines of ``[Events]``, put into the order of their start because
the order of the lines has no meaning in this format. What stands in braces is markup or a
remark and is not shown; shapes drawn with ``{\\p1}`` are no text, and a line that only draws
is no cue. ``\\N`` breaks the line, ``\\n`` is a space to renderers (in their usual wrap style),
``\\h`` a space that does not break.

pysubs2 reads these files too, but knows no line numbers and skips lines it does not
understand; so they are read here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model import Comment, Cue, Defect, DefectKind, Document, Span
from auditor.parse.cue_text import CueText, Fault
from auditor.parse.line_reading import Reading, lines_of, visible
from auditor.parse.webvtt import markup_defects
from auditor.patterns import lazy_pattern

_SECTION = lazy_pattern(r"\s*\[(?P<name>[^\]]+)\]\s*")
_FIELD = lazy_pattern(r"\s*(?P<name>[A-Za-z][\w ]{0,40}?)[ \t]*:[ \t]*(?P<value>.*)")
_TIME = lazy_pattern(r"\s*(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.:](\d{1,6}))?\s*", re.ASCII)
_DRAWING = lazy_pattern(r"\\p(\d+)")
_ESCAPES = {"N": "\n", "n": " ", "h": "\u00a0", "{": "{", "}": "}"}

_USUAL_FORMAT: tuple[str, ...] = (
    "layer",
    "start",
    "end",
    "style",
    "name",
    "marginl",
    "marginr",
    "marginv",
    "effect",
    "text",
)
# Events of the format that are no captions, and sections that hold none.
_OTHER_EVENTS = frozenset({"picture", "sound", "movie", "command"})
_BINARY_SECTIONS = frozenset({"fonts", "graphics"})


def looks_like_ass(text: str) -> bool:
    """Whether the text has the sections of a SubStation Alpha file."""
    names = {match["name"].strip().lower() for line in lines_of(text) if (match := _SECTION.fullmatch(line))}
    return "script info" in names or ("events" in names and "\nDialogue:" in text.replace("\r", "\n"))


def _milliseconds(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int((fraction or "").ljust(3, "0")[:3])


def _read_text(raw: str) -> CueText:
    """What a viewer reads of a dialogue line."""
    offsets: list[int] = []
    characters: list[str] = []
    faults: list[Fault] = []
    drawing = False
    at = 0
    while at < len(raw):
        character = raw[at]
        if character == "{":
            end = raw.find("}", at)
            if end < 0:
                faults.append(Fault(at, len(raw), "a brace is opened and never closed; renderers show what is in it"))
                offsets.extend(range(at, len(raw)))
                characters.extend(raw[at:])
                break
            for switch in _DRAWING.finditer(raw, at, end):
                drawing = switch[1].strip("0") != ""
            at = end + 1
            continue
        escape = _ESCAPES.get(raw[at + 1 : at + 2]) if character == "\\" else None
        if not drawing:
            offsets.append(at)
            characters.append(escape or character)
        at += 2 if escape else 1
    content = visible(raw, offsets, characters)
    return CueText(content.text, content.text_map, tuple(faults))


def _dialogue(reading: Reading, at: int, value_at: int, fields: Sequence[str]) -> None:
    """Read a dialogue line whose fields begin at ``value_at``."""
    line = reading.lines[at]
    parts = line[value_at:].split(",", len(fields) - 1)
    values = dict(zip(fields, parts, strict=False))
    start_ms, end_ms = _milliseconds(values.get("start", "")), _milliseconds(values.get("end", ""))
    if start_ms is None or end_ms is None or len(parts) < len(fields):
        message = "the fields of this event cannot be read, so players drop it; expected H:MM:SS.cc for its times"
        reading.defect(DefectKind.MALFORMED_TIMING, message, at)
        return
    raw = parts[-1]
    content = _read_text(raw)
    if not content.text.strip() and _DRAWING.search(raw):
        return
    places = [value_at]
    for part in parts:
        places.append(places[-1] + len(part) + 1)
    first, last = sorted((fields.index("start"), fields.index("end")))
    cue = Cue(
        index=len(reading.cues) + 1,
        start_ms=start_ms,
        end_ms=end_ms,
        text=content.text,
        raw_text=raw,
        line=at + 1,
        timing_span=Span(at + 1, places[first] + 1, at + 1, places[last + 1]),
        text_line=at + 1,
        text_column=len(line) - len(raw) + 1,
        speaker=(values.get("name") or values.get("actor") or "").strip() or None,
        text_map=content.text_map,
    )
    reading.cues.append(cue)
    reading.defects.extend(markup_defects(cue, content.faults))


def _event(reading: Reading, at: int, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Read a line of ``[Events]``; return the names of the fields from here on."""
    match = _FIELD.fullmatch(reading.lines[at])
    kind = match["name"].lower() if match else ""
    if match and kind == "format":
        named = tuple(name.strip().lower() for name in match["value"].split(","))
        if {"start", "end"} <= set(named) and named[-1] == "text" and len(set(named)) == len(named):
            return named
        message = "the format of the events needs Start, End and, at the end, Text; the usual one is taken"
        reading.defect(DefectKind.BAD_SETTING, message, at)
    elif match and kind == "dialogue":
        _dialogue(reading, at, match.start("value"), fields)
    elif match and kind == "comment":
        reading.comments.append(Comment(at + 1, match["value"].split(",", len(fields) - 1)[-1]))
    elif kind not in _OTHER_EVENTS:
        reading.defect(DefectKind.LOST_TEXT, "this line is no event, so no player shows it", at)
    return fields


def parse_ass(path: str, text: str, encoding: str, defects: Sequence[Defect] = ()) -> Document:
    """Read a SubStation Alpha file from its decoded text (without byte order mark).

    ``defects`` are those found while decoding.
    """
    reading = Reading(lines_of(text), list(defects))
    section = ""
    fields = _USUAL_FORMAT
    for at, line in enumerate(reading.lines):
        heading = _SECTION.fullmatch(line)
        if heading:
            section = heading["name"].strip().lower()
        elif not line.strip() or section in _BINARY_SECTIONS:
            continue
        elif line.lstrip().startswith((";", "!:")):
            reading.comments.append(Comment(at + 1, line.strip().lstrip(";!:").strip()))
        elif section == "events":
            fields = _event(reading, at, fields)
        elif match := _FIELD.fullmatch(line):
            if section == "script info":
                reading.header.append((match["name"], match["value"].strip()))
            elif match["name"].lower() == "style":
                reading.styles.append(line.strip())
        else:
            reading.defect(DefectKind.LOST_TEXT, "this line belongs to no section, so it has no meaning here", at)
    reading.by_time()
    return reading.document(path, "ass", encoding)
