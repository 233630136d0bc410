"""JSON in which every text, number and object knows where in the file it stands.

The standard library's reader is fast but keeps no places, and a finding without a
place cannot be shown. This one walks the file once with an explicit stack, so deep
nesting ends in a message rather than in a recursion error, and what stands before
a fault is kept: the first half of a truncated download can still be audited.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn, TypeAlias

from msgspec import Struct, field

from auditor.patterns import lazy_pattern

MAX_DEPTH = 200
"""Levels of nesting that are followed; recognisers' files have fewer than 15."""

MAX_VALUES = 5_000_000
"""Values that are read from one file, so that a hostile one cannot take all memory; an hour of words has 100,000."""

_MAX_BROKEN_LINES = 20


class Text(str):
    """A string value. ``at`` and ``end`` are the offsets of its content in the file, between the quotes."""

    __slots__ = ("at", "end")
    at: int
    end: int


class Number(float):
    """A number, with the offsets of its literal. ``NaN`` and ``Infinity`` are read as recognisers write them."""

    __slots__ = ("at", "end")
    at: int
    end: int


class Object(dict[str, "Value"]):
    """An object, with the offsets of its braces; ``end`` is -1 when the file breaks off inside it."""

    __slots__ = ("at", "end")
    at: int
    end: int


Value: TypeAlias = Text | Number | Object | list["Value"] | float | bool | None


class Broken(Struct, frozen=True):
    """Where the JSON cannot be read on, and what was expected there."""

    at: int
    message: str


class Scan(Struct):
    """What a text holds: its top-level values (several in JSON Lines), its faults, and members written twice.

    ``repeated`` holds the offset and name of a member that replaces an earlier
    one of the same object.
    """

    roots: list[Value] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    repeated: list[tuple[int, str]] = field(default_factory=list)
    lines: bool = False


_SPACE = lazy_pattern(r"[ \t\n\r]*+")
_PLAIN_STRING = lazy_pattern(r'"([^"\\\n]*+)"')
_PLAIN_KEY = lazy_pattern(r'"([^"\\\n]*+)"[ \t\n\r]*+:')
_ANY_STRING = lazy_pattern(r'"(?:[^"\\\n]|\\[^\n])*+"')
_NUMBER = lazy_pattern(r"-?(?:\d++(?:\.\d++)?(?:[eE][+-]?\d++)?|Infinity|inf\b)|NaN|nan\b", re.ASCII)
_WORD = lazy_pattern(r"(?:true|false|null)\b")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}

# Token ids and embeddings: long lists of bare numbers, of which no place is ever asked.
_NUMBER_LIST = lazy_pattern(r"\[[0-9eE+\-., \t\n\r]{64,}+\]")
# An object on a line of its own, and another begins below: the first line is not one that goes on.
_LINES = lazy_pattern(r"[ \t\n\r]*+\{[^\n]*[^\s\[{,:][ \t]*\n\s*\{")
_LINE_START = lazy_pattern(r"\n[ \t]*(?=\{)")
_DECODER = json.JSONDecoder(strict=False)


class _StopHereError(Exception):
    def __init__(self, at: int, message: str) -> None:
        super().__init__(message)
        self.broken = Broken(at, message)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _fail(text: str, at: int, expected: str) -> NoReturn:
    if at >= len(text):
        raise _StopHereError(at, f"the file ends where {expected} was expected")
    raise _StopHereError(at, f"expected {expected}, found {text[at : at + 12].partition(chr(10))[0]!r}")


def _string(text: str, at: int) -> tuple[str, int]:
    """The string whose opening quote stands at ``at``, decoded, and the offset behind its closing quote."""
    match = _PLAIN_STRING.match(text, at)
    if match:
        return match[1], match.end()
    if _ANY_STRING.match(text, at) is None:
        ends = "line" if text.find("\n", at) >= 0 else "file"
        raise _StopHereError(at, f"the {ends} ends inside this string, expected a closing quote")
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _StopHereError(error.pos, "a backslash in a string begins no escape JSON knows") from error
    return str(value), end


class _Scanner:
    def __init__(self, text: str, scan: Scan) -> None:
        self.text = text
        self.scan = scan
        self.values = 0
        self.keys: dict[str, str] = {}

    def scalar(self, at: int) -> tuple[Value, int]:
        text = self.text
        if text[at] == '"':
            content, end = _string(text, at)
            string = Text(content)
            string.at, string.end = at + 1, end - 1
            return string, end
        match = _NUMBER.match(text, at)
        if match:
            number = Number(match[0])
            number.at, number.end = at, match.end()
            return number, match.end()
        match = _WORD.match(text, at)
        if match is None:
            _fail(text, at, "a value")
        return _WORDS[match[0]], match.end()

    def numbers(self, at: int) -> tuple[list[Value], int] | None:
        """A long list of bare numbers by the C reader, or ``None`` when it is not one."""
        match = _NUMBER_LIST.match(self.text, at)
        if match is None:
            return None
        try:
            numbers = json.loads(match[0], parse_int=float)
        except json.JSONDecodeError:
            return None  # the slow path names the place of the fault
        return numbers, match.end()

    def key(self, at: int) -> tuple[str, int]:
        """The member name at ``at`` and the offset behind its colon."""
        text = self.text
        match = _PLAIN_KEY.match(text, at)
        if match:
            return self.keys.setdefault(match[1], match[1]), match.end()
        if text[at : at + 1] != '"':
            _fail(text, at, "a member name in double quotes")
        name, end = _string(text, at)
        end = _skip(text, end)
        if text[end : end + 1] != ":":
            _fail(text, end, "':' after the member name")
        return name, end + 1

    def value(self, at: int, keep: list[Value]) -> int:
        """Read one value into ``keep`` and return the offset behind it.

        Containers join their parents as they open, so that after a fault ``keep``
        holds what stood before it.
        """
        text = self.text
        stack: list[tuple[Object | list[Value], str]] = []
        into: Object | list[Value] = keep
        key = ""
        while True:
            at = _skip(text, at)
            self.values += 1
            if self.values > MAX_VALUES:
                raise _StopHereError(at, f"the file holds more than {MAX_VALUES:,} values")
            opening = text[at : at + 1]
            value: Value
            opened: Object | list[Value] | None = None
            if opening == "{":
                opened = value = Object()
                value.at, value.end = at, -1
                end = at + 1
            elif opening == "[":
                numbers = self.numbers(at)
                if numbers is None:
                    opened = value = []
                    end = at + 1
                else:
                    value, end = numbers
            elif opening:
                value, end = self.scalar(at)
            else:
                _fail(text, at, "a value")
            if isinstance(into, list):
                into.append(value)
            else:
                if key in into:
                    self.scan.repeated.append((at, key))
                into[key] = value
            at = end
            if opened is not None:
                if len(stack) >= MAX_DEPTH:
                    raise _StopHereError(at - 1, f"nested deeper than {MAX_DEPTH} levels")
                stack.append((into, key))
                into = opened
                at = _skip(text, at)
                if text[at : at + 1] != ("]" if isinstance(opened, list) else "}"):
                    if isinstance(opened, Object):
                        key, at = self.key(at)
                    continue
            elif not stack:
                return at
            # Behind a value, or before the end of an empty container: close, or go on to the next member.
            while True:
                at = _skip(text, at)
                mark = text[at : at + 1]
                closing = "]" if isinstance(into, list) else "}"
                if mark == ",":
                    at = _skip(text, at + 1)
                    if isinstance(into, Object):
                        key, at = self.key(at)
                    break
                if mark != closing:
                    _fail(text, at, f"',' or '{closing}'")
                at += 1
                if isinstance(into, Object):
                    into.end = at
                into, key = stack.pop()
                if not stack:
                    return at


def _fault_of_line(text: str, start: int, fault: Broken) -> Broken:
    """The fault of one line of JSON Lines: read alone, lest an unclosed object swallows the lines below it."""
    end = text.find("\n", start)
    if end < 0:
        return fault
    try:
        _Scanner(text[start:end], Scan()).value(0, [])
    except _StopHereError as stop:
        return Broken(start + stop.broken.at, stop.broken.message.replace("the file ends", "the line ends"))
    return fault


def scan(text: str) -> Scan:
    """Read JSON, or JSON Lines when the first line is an object of its own. Never raises on content."""
    found = Scan(lines=_LINES.match(text) is not None)
    scanner = _Scanner(text, found)
    at = _skip(text, 0)
    while at < len(text):
        start, complete = at, len(found.roots)
        try:
            at = _skip(text, scanner.value(at, found.roots))
            if at < len(text) and not (found.lines and text[at] == "{"):
                _fail(text, at, "the end of the file")
        except _StopHereError as stop:
            if not found.lines:
                found.broken.append(stop.broken)
                break
            del found.roots[complete:]
            found.broken.append(_fault_of_line(text, start, stop.broken))
            following = _LINE_START.search(text, start)
            if following is None or len(found.broken) >= _MAX_BROKEN_LINES or scanner.values > MAX_VALUES:
                break
            at = following.end()
    return found


_ESCAPE = lazy_pattern(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.S)


def offsets(text: str, string: Text) -> range | list[int]:
    """For every character of a string value, and its end, the offset in the file where it is written."""
    if len(string) == string.end - string.at:
        return range(string.at, string.end + 1)
    return [*(match.start() for match in _ESCAPE.finditer(text, string.at, string.end)), string.end]
