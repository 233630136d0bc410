"""WebVTT by the W3C parsing algorithm (https://www.w3.org/TR/webvtt1/#file-parsing).

Cues, times and texts are those of the standard's parser. What that parser skips
or repairs without a word becomes a defect here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.model import Comment, Cue, Defect, DefectKind, Document, Span
from auditor.parse.cue_text import Fault, read_webvtt_text
from auditor.parse.positions import raw_span
from auditor.parse.timestamps import ASCII_WHITESPACE, TimingError, parse_timing, plain_timing
from auditor.patterns import lazy_pattern

_METADATA = lazy_pattern(r"([\w-]+)\s*[:=]\s*(.*)")
_NOTE = lazy_pattern(r"NOTE(?:[ \t\n]|$)")
_BLOCK_NAME = lazy_pattern(r"(STYLE|REGION)[ \t\f\r]*$")


def has_signature(text: str) -> bool:
    """Whether the text (after any byte order mark) begins with a WebVTT signature that players accept."""
    return text.startswith("WEBVTT") and (len(text) == 6 or text[6] in " \t\n\r")


_NUMBER = r"\d+(?:\.\d+)?"
_VALUES = {
    "vertical": lazy_pattern(r"rl|lr"),
    "line": lazy_pattern(rf"(?:-?{_NUMBER}|{_NUMBER}%)(?:,(?:start|center|end))?"),
    "position": lazy_pattern(rf"{_NUMBER}%(?:,(?:line-left|center|line-right))?"),
    "size": lazy_pattern(rf"{_NUMBER}%"),
    "align": lazy_pattern(r"start|center|end|left|right"),
}
_PERCENTAGE = lazy_pattern(rf"({_NUMBER})%")


def _setting_fault(token: str, regions: set[str]) -> str | None:
    """Why players ignore this cue setting, or ``None`` when it is valid."""
    name, colon, value = token.partition(":")
    if not colon or not name or not value:
        return f"'{token}' is not a cue setting of the form name:value; players ignore it"
    if name == "region":
        return None if value in regions else f"no region with the identifier '{value}' is defined before this cue"
    pattern = _VALUES.get(name)
    if pattern is None:
        return (
            f"WebVTT knows no cue setting '{name}' (region, vertical, line, position, size, align); players ignore it"
        )
    percentage = _PERCENTAGE.match(value)
    if not pattern.fullmatch(value) or (percentage and float(percentage[1]) > 100):
        return f"'{value}' is no valid value of the cue setting '{name}'; players ignore it"
    return None


_REGION_VALUES = {
    "id": lazy_pattern(r"(?!.*-->).+"),
    "width": lazy_pattern(rf"{_NUMBER}%"),
    "lines": lazy_pattern(r"\d+"),
    "regionanchor": lazy_pattern(rf"{_NUMBER}%,{_NUMBER}%"),
    "viewportanchor": lazy_pattern(rf"{_NUMBER}%,{_NUMBER}%"),
    "scroll": lazy_pattern(r"up"),
}


class _Reading(Struct):
    """What has been read so far."""

    lines: Sequence[str]
    cues: list[Cue] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    header: list[tuple[str, str]] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    region_ids: set[str] = field(default_factory=set)
    comments: list[Comment] = field(default_factory=list)
    settings: Counter[str] = field(default_factory=Counter)

    def setting(self, defect: Defect) -> None:
        """Keep a faulty cue setting once, however many cues repeat it: exporters write the same one everywhere."""
        self.settings[defect.message] += 1
        if self.settings[defect.message] == 1:
            self.defects.append(defect)

    def counted(self, defect: Defect) -> Defect:
        """The defect, with the number of further cues that have it."""
        more = self.settings[defect.message] - 1
        if defect.kind is not DefectKind.BAD_SETTING or more < 1:
            return defect
        return replace(defect, message=f"{defect.message} (and in {more} more cue{'s' if more > 1 else ''})")

    def span(self, first: int, last: int) -> Span:
        """The span of whole lines, given as 0-based indices."""
        return Span(first + 1, 1, last + 1, len(self.lines[last]) + 1)

    def defect(self, first: int, last: int, kind: DefectKind, message: str, cue: int | None = None) -> None:
        raw = "\n".join(self.lines[first : last + 1])
        self.defects.append(Defect(self.span(first, last), kind, raw, message, cue))


def _add_cue(reading: _Reading, timing_at: int, end: int, identifier: str, timing: tuple[int, int, str, int]) -> None:
    start_ms, end_ms, settings, first = timing
    raw = "\n".join(reading.lines[timing_at + 1 : end])
    line = reading.lines[timing_at]
    index = len(reading.cues) + 1
    content = read_webvtt_text(raw)
    cue = Cue(
        index=index,
        start_ms=start_ms,
        end_ms=end_ms,
        text=content.text,
        raw_text=raw,
        line=timing_at + 1,
        timing_span=Span(timing_at + 1, first + 1, timing_at + 1, len(line.rstrip(ASCII_WHITESPACE)) + 1),
        text_line=timing_at + 2,
        identifier=identifier,
        settings=settings,
        speaker=content.speaker,
        text_map=content.text_map,
    )
    reading.cues.append(cue)
    if settings:
        at = line.rindex(settings)
        for token in re.finditer(r"[^ \t\f]+", settings):
            fault = _setting_fault(token[0], reading.region_ids)
            if fault:
                span = Span(timing_at + 1, at + token.start() + 1, timing_at + 1, at + token.end() + 1)
                reading.setting(Defect(span, DefectKind.BAD_SETTING, token[0], fault, index))
    reading.defects.extend(markup_defects(cue, content.faults))


def markup_defects(cue: Cue, faults: Sequence[Fault]) -> list[Defect]:
    """The faults found in a cue's markup, as defects at their place in the file."""
    return [
        Defect(
            raw_span(cue, f.start, f.end), DefectKind.BAD_MARKUP, cue.raw_text[f.start : f.end], f.message, cue.index
        )
        for f in faults
    ]


def _header_lines(reading: _Reading, start: int, end: int) -> None:
    for at in range(start, end):
        metadata = _METADATA.match(reading.lines[at])
        if metadata:
            reading.header.append((metadata[1], metadata[2].strip()))
        else:
            reading.defect(at, at, DefectKind.LOST_TEXT, "this line is part of the header, so no player shows it")


def _region(reading: _Reading, first: int, end: int) -> None:
    text = "\n".join(reading.lines[first + 1 : end])
    reading.regions.append(text)
    for token in text.split():
        name, colon, value = token.partition(":")
        pattern = _REGION_VALUES.get(name)
        too_much = any(float(number) > 100 for number in _PERCENTAGE.findall(value))
        if not colon or not value or pattern is None or not pattern.fullmatch(value) or too_much:
            message = f"'{token}' is no valid region setting; players ignore it"
            reading.defect(first, end - 1, DefectKind.BAD_SETTING, message)
        elif name == "id":
            reading.region_ids.add(value)


def _other_block(reading: _Reading, first: int, end: int, arrow_failure: str | None, arrow_at: int) -> None:
    """A block that made no cue: style, region, comment, or text that players drop."""
    if arrow_failure is not None:
        message = f"players drop this cue: {arrow_failure}"
        reading.defect(min(first, arrow_at), end - 1, DefectKind.MALFORMED_TIMING, message)
        return
    head = reading.lines[first]
    if _NOTE.match(head):
        text = "\n".join([head[4:].lstrip(" \t"), *reading.lines[first + 1 : end]]).strip("\n")
        reading.comments.append(Comment(first + 1, text))
        return
    name = _BLOCK_NAME.match(head)
    if name and end - first > 1:
        if reading.cues:
            message = f"a {name[1]} block after the first cue is ignored by players"
            reading.defect(first, end - 1, DefectKind.BAD_SETTING, message)
        elif name[1] == "STYLE":
            reading.styles.append("\n".join(reading.lines[first + 1 : end]))
        else:
            _region(reading, first, end)
        return
    reading.defect(first, end - 1, DefectKind.LOST_TEXT, "this text belongs to no cue, so no player shows it")


def _block(reading: _Reading, at: int, in_header: bool) -> int:
    """Collect a WebVTT block that begins at line ``at``; return the line after it."""
    lines = reading.lines
    first = at
    timing: tuple[int, int, str, int] | None = None
    failure: str | None = None
    arrow_at = -1
    while at < len(lines):
        line = lines[at]
        if "-->" in line:
            count = at - first + 1
            if in_header or not (count == 1 or (count == 2 and arrow_at < 0)):
                break
            arrow_at = at
            try:
                timing = parse_timing(line)
            except TimingError as error:
                failure = str(error)
        elif not line:
            break
        at += 1
    if timing is not None:
        identifier = lines[first] if arrow_at > first else ""
        _add_cue(reading, arrow_at, at, identifier, timing)
        if at < len(lines) and lines[at]:
            message = "a line with '-->' inside a cue ends it and begins a new one; a blank line is missing before it"
            reading.defect(at, at, DefectKind.BAD_MARKUP, message, len(reading.cues))
    elif in_header:
        _header_lines(reading, first, at)
    else:
        _other_block(reading, first, at, failure, arrow_at)
    return at


def _plain_cue(reading: _Reading, at: int) -> int:
    """Read the cue at line ``at`` if it is as plain as most are; return the line after it, 0 if it is not.

    Plain is a timing line without settings and text without markup. Of such a block
    :func:`_block` makes the same cue and no defect; it takes twice as long, over
    the possibilities that a glance rules out here.
    """
    lines = reading.lines
    times = plain_timing(lines[at])
    if times is None:
        return 0
    try:
        end = lines.index("", at, at + _PLAIN_LINES)
    except ValueError:
        return 0
    raw = lines[at + 1] if end == at + 2 else "\n".join(lines[at + 1 : end])
    if "<" in raw or "&" in raw or "-->" in raw:
        return 0
    number = at + 1
    span = Span(number, 1, number, len(lines[at]) + 1)
    reading.cues.append(Cue(len(reading.cues) + 1, *times, raw, raw, number, span, number + 1))
    return end


# Where a blank line is looked for: a file without any must not be searched to its end for every cue.
_PLAIN_LINES = 10


def parse_webvtt(path: str, text: str, encoding: str, defects: Sequence[Defect] = ()) -> Document:
    """Read a WebVTT file from its decoded text (without byte order mark).

    ``defects`` are those found while decoding. Without a valid signature the
    standard's parser reads nothing: the document then has no cues.
    """
    lines = text.replace("\0", "�").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reading = _Reading(lines, defects=list(defects))
    if not has_signature(lines[0] + "\n"):
        cues = sum("-->" in line for line in lines)
        message = f"a WebVTT file must begin with the word WEBVTT; without it players show none of its {cues} cues"
        reading.defect(0, 0, DefectKind.BAD_HEADER, message)
    else:
        at = 1
        if at < len(lines) and lines[at]:
            at = _block(reading, at, in_header=True)
        while at < len(lines):
            if lines[at]:
                at = _plain_cue(reading, at) or _block(reading, at, in_header=False)
            else:
                at += 1
    return Document(
        path=path,
        format="webvtt",
        cues=tuple(reading.cues),
        defects=tuple(reading.counted(defect) for defect in reading.defects),
        encoding=encoding,
        header=tuple(reading.header),
        styles=tuple(reading.styles),
        regions=tuple(reading.regions),
        comments=tuple(reading.comments),
        lines=len(lines),
    )
