"""Cue payloads: what a viewer sees, which offset it came from, and what is wrong with the markup.

WebVTT text follows the cue text tokenizer of the standard
(https://www.w3.org/TR/webvtt1/#cue-text-parsing-rules); SubRip has no standard, so
the tags that players honour (b, i, u, s, font, ``{\\an8}``) are taken out.
"""

from __future__ import annotations

import re

from msgspec import Struct

from auditor.parse.timestamps import parse_timestamp
from auditor.patterns import lazy_pattern


class Fault(Struct, frozen=True):
    """A fault in the markup of a cue: offsets in the raw text, and a sentence."""

    start: int
    end: int
    message: str


class CueText(Struct, frozen=True):
    """A payload as read: text, map of offsets (``None`` when equal to the raw text), faults and speaker."""

    text: str
    text_map: tuple[int, ...] | None = None
    faults: tuple[Fault, ...] = ()
    speaker: str | None = None


# The longest name has 32 characters; a bound keeps a hostile one from being tried at every length.
_REFERENCE = lazy_pattern(r"&(#[0-9]{1,12};?|#[xX][0-9a-fA-F]{1,12};?|[A-Za-z][A-Za-z0-9]{0,39};?)")
# HTML maps numeric references of the C1 range to Windows-1252, as every browser does.
_UNDEFINED = {0x81, 0x8D, 0x8F, 0x90, 0x9D}
_C1 = range(0x80, 0xA0)


def _character_reference(raw: str, at: int) -> tuple[str, int] | None:
    """The characters a reference at ``raw[at] == '&'`` stands for, and its length; ``None`` when it is none."""
    from html.entities import html5  # 2,231 names, and most transcripts write none

    match = _REFERENCE.match(raw, at)
    if match is None:
        return None
    name = match[1]
    if name[0] == "#":
        digits = name[1:].rstrip(";")
        value = int(digits[1:], 16) if digits[0] in "xX" else int(digits[:10])
        if value in _C1:
            return chr(value) if value in _UNDEFINED else bytes([value]).decode("cp1252"), len(match[0])
        if value == 0 or value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
            return "�", len(match[0])
        return chr(value), len(match[0])
    if name in html5:
        return html5[name], len(match[0])
    for end in range(len(name) - 1, 1, -1):  # legacy names work without their semicolon
        if name[:end] in html5:
            return html5[name[:end]], end + 1
    return None


class _Output:
    """Collects the visible text with the raw offset of every character."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.offsets: list[int] = []
        self.faults: list[Fault] = []

    def add(self, text: str, at: int) -> None:
        """Characters that all stand for the reference at raw offset ``at``."""
        self.parts.append(text)
        self.offsets.extend([at] * len(text))

    def copy(self, raw: str, start: int, end: int) -> None:
        """Characters taken over one by one."""
        self.parts.append(raw[start:end])
        self.offsets.extend(range(start, end))

    def fault(self, start: int, end: int, message: str) -> None:
        self.faults.append(Fault(start, end, message))

    def finish(self, raw: str, speaker: str | None = None) -> CueText:
        self.offsets.append(len(raw))
        return CueText("".join(self.parts), tuple(self.offsets), tuple(self.faults), speaker)


_START_TAG = lazy_pattern(
    r"<(?P<name>[^ \t\n\f.>]*)(?:\.[^ \t\n\f>]*)?(?:[ \t\n\f](?P<annotation>[^>]*))?(?P<closed>>?)"
)
_END_TAG = lazy_pattern(r"</(?P<name>[^>]*)(?P<closed>>?)")
_TIMESTAMP_TAG = lazy_pattern(r"<(?P<time>[0-9][^>]*)(?P<closed>>?)")
_VTT_TAGS = frozenset({"c", "i", "b", "u", "ruby", "rt", "v", "lang"})
_NAMES = "c, i, b, u, ruby, rt, v, lang"


def _close(output: _Output, tag: re.Match[str], open_tags: list[tuple[str, int, int]]) -> None:
    name = tag["name"]
    current = open_tags[-1][0] if open_tags else None
    if not tag["closed"]:
        _hidden(output, tag)
    if name == current:
        open_tags.pop()
    elif name == "ruby" and current == "rt":  # the standard lets </ruby> close the rt inside it
        del open_tags[-2:]
    elif name in _VTT_TAGS:
        inside = f"inside <{current}>" if current else "without an open one"
        output.fault(tag.start(), tag.end(), f"the end tag </{name}> stands {inside}; players ignore it")
    elif tag["closed"]:
        output.fault(tag.start(), tag.end(), f"WebVTT knows no tag </{name}> ({_NAMES}); players ignore it")


def _open(output: _Output, tag: re.Match[str], open_tags: list[tuple[str, int, int]]) -> str | None:
    """Handle a start tag; return the speaker a ``<v Name>`` names."""
    name, annotation = tag["name"], _annotation(tag["annotation"] or "")
    if not tag["closed"]:
        _hidden(output, tag)
    if name not in _VTT_TAGS:
        if tag["closed"]:
            shown = f"<{name}>" if name else tag[0]
            output.fault(tag.start(), tag.end(), f"WebVTT knows no tag {shown} ({_NAMES}); players ignore it")
        return None
    if name == "rt" and (not open_tags or open_tags[-1][0] != "ruby"):
        output.fault(tag.start(), tag.end(), "<rt> stands outside <ruby>; players ignore it")
        return None
    open_tags.append((name, tag.start(), tag.end()))
    return annotation if name == "v" and annotation else None


def _annotation(text: str) -> str:
    """What stands behind a tag's name, references decoded, on one line."""
    if "&" in text:
        from html import unescape

        text = unescape(text)
    return " ".join(text.split())


def _hidden(output: _Output, tag: re.Match[str]) -> None:
    output.fault(tag.start(), tag.end(), f"an unescaped '<' hides {len(tag[0])} characters; write &lt;")


def _tag(output: _Output, raw: str, at: int, open_tags: list[tuple[str, int, int]]) -> tuple[int, str | None]:
    """Handle the tag at ``at``; return the offset after it and the speaker it names."""
    if stamp := _TIMESTAMP_TAG.match(raw, at):
        if not stamp["closed"]:
            _hidden(output, stamp)
        elif parse_timestamp(stamp["time"]) is None:
            output.fault(at, stamp.end(), f"{stamp[0]} is no valid timestamp; players ignore it")
        return stamp.end(), None
    if end_tag := _END_TAG.match(raw, at):
        _close(output, end_tag, open_tags)
        return end_tag.end(), None
    tag = _START_TAG.match(raw, at)
    assert tag is not None  # every part of the pattern after '<' may be empty
    return tag.end(), _open(output, tag, open_tags)


def read_webvtt_text(raw: str) -> CueText:
    """Read a WebVTT cue payload by the standard's tokenizer."""
    if "<" not in raw and "&" not in raw:
        return CueText(raw)
    output = _Output()
    open_tags: list[tuple[str, int, int]] = []
    speaker: str | None = None
    at = 0
    while at < len(raw):
        if raw[at] == "<":
            at, named = _tag(output, raw, at, open_tags)
            speaker = speaker or named
        elif raw[at] == "&":
            reference = _character_reference(raw, at)
            if reference is None:
                output.fault(at, at + 1, "an unescaped '&'; write &amp;")
                output.copy(raw, at, at + 1)
                at += 1
            else:
                output.add(reference[0], at)
                at += reference[1]
        else:
            end = _next_mark(raw, at)
            output.copy(raw, at, end)
            at = end
    for name, start, end in open_tags:
        # The standard's syntax lets a cue leave its only voice open to the end; a tag without
        # its '>' has been reported as hidden text.
        if name != "v" and raw[end - 1] == ">":
            output.fault(start, end, f"<{name}> is never closed")
    return output.finish(raw, speaker)


def _next_mark(raw: str, at: int) -> int:
    marks = [mark for mark in (raw.find("<", at), raw.find("&", at)) if mark >= 0]
    return min(marks, default=len(raw))


_SRT_TAG = lazy_pattern(r"</?(?P<name>[A-Za-z]+)(?P<rest>(?:\s[^<>]*)?)/?>|\{\\[^{}]*\}|\{/?[ibus]\}|\{[yY]:[^{}]*\}")
_BLANK_LINE = lazy_pattern(r"(?:^|\n)[^\S\n]*\n")
_SRT_TAGS = frozenset({"b", "i", "u", "s", "font", "c", "v", "ruby", "rt", "em", "strong", "span", "br"})


def read_subrip_text(raw: str) -> CueText:
    """Read a SubRip cue payload: the tags players honour are taken out, blank lines inside the cue too."""
    if not any(mark in raw for mark in "<&{") and _BLANK_LINE.search(raw) is None:
        return CueText(raw)
    output = _Output()
    open_tags: list[tuple[str, int, int]] = []
    at = 0
    while at < len(raw):
        character = raw[at]
        tag = _SRT_TAG.match(raw, at) if character in "<{" else None
        if tag and (tag["name"] is None or tag["name"].lower() in _SRT_TAGS):
            _subrip_tag(output, tag, open_tags)
            at = tag.end()
        elif tag:
            output.fault(at, tag.end(), f"players know no tag {tag[0]}; many show it as text")
            output.copy(raw, at, tag.end())
            at = tag.end()
        elif character == "&" and (reference := _character_reference(raw, at)) and raw[at + reference[1] - 1] == ";":
            output.fault(at, at + reference[1], "SubRip has no entities; many players show this as written")
            output.add(reference[0], at)
            at += reference[1]
        elif character == "\n":
            at = _line_break(raw, at, output)
        else:
            output.copy(raw, at, at + 1)
            at += 1
    for name, start, end in open_tags:
        output.fault(start, end, f"<{name}> is never closed")
    return output.finish(raw)


def _line_break(raw: str, at: int, output: _Output) -> int:
    """Take the line feed at ``at`` and the blank lines behind it for one; none at the ends of the text."""
    following = at
    while following < len(raw) and raw[following].isspace():
        following += 1
    # The next line keeps the blanks it begins with.
    last = raw.rfind("\n", at, following)
    if output.parts and following < len(raw):
        output.copy(raw, last, last + 1)
    return last + 1 if following < len(raw) else following


def _subrip_tag(output: _Output, tag: re.Match[str], open_tags: list[tuple[str, int, int]]) -> None:
    name = tag["name"]
    if name is None or name.lower() == "br" or tag[0].endswith("/>"):
        return
    name = name.lower()
    if not tag[0].startswith("</"):
        open_tags.append((name, tag.start(), tag.end()))
    elif open_tags and open_tags[-1][0] == name:
        open_tags.pop()
    else:
        inside = f"inside <{open_tags[-1][0]}>" if open_tags else "without an open one"
        output.fault(tag.start(), tag.end(), f"the end tag </{name}> stands {inside}")
        open_tags[:] = [entry for entry in open_tags if entry[0] != name]
