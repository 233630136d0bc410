"""Timing lines of WebVTT, step by step as the standard collects them
(https://www.w3.org/TR/webvtt1/#webvtt-timings-and-settings-parsing)."""

from __future__ import annotations

import re

from auditor.patterns import lazy_pattern

ASCII_WHITESPACE = " \t\n\f\r"

# The common shape of a timing line; whatever it does not match goes through the standard's steps one by one.
_PLAIN_TIME = r"(?:(\d{2,6}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_PLAIN_TIMING = lazy_pattern(rf"{_PLAIN_TIME}[ \t]*-->[ \t]*{_PLAIN_TIME}(?=[ \t]|$)(.*)", re.ASCII)

_PLAINEST_TIMING = lazy_pattern(rf"{_PLAIN_TIME} --> {_PLAIN_TIME}", re.ASCII)

# The standard sets no bound; a number this long is no time, and Python refuses to read one of 4,300 digits.
_MOST_DIGITS = 12


class TimingError(ValueError):
    """A timing line the standard's parser rejects; the message says what was expected."""


class _Scanner:
    """The standard's position pointer over one line."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.at = 0

    def skip_whitespace(self) -> None:
        while self.at < len(self.line) and self.line[self.at] in ASCII_WHITESPACE:
            self.at += 1

    def digits(self) -> str:
        start = self.at
        while self.at < len(self.line) and self.line[self.at] in "0123456789":
            self.at += 1
        return self.line[start : self.at]

    def expect(self, token: str, where: str) -> None:
        if not self.line.startswith(token, self.at):
            found = self.line[self.at : self.at + 12]
            raise TimingError(
                f"expected '{token}' {where}, found " + (f"'{found}'" if found else "the end of the line")
            )
        self.at += len(token)

    def timestamp(self, which: str) -> int:
        first = self.digits()
        if not first:
            raise TimingError(f"the {which} time does not begin with a digit")
        if len(first) > _MOST_DIGITS:
            raise TimingError(f"the {which} time begins with {len(first)} digits")
        hours_first = len(first) != 2 or int(first) > 59
        self.expect(":", f"in the {which} time")
        second = self.digits()
        if len(second) != 2:
            raise TimingError(f"minutes and seconds of the {which} time need two digits each")
        if hours_first or self.line.startswith(":", self.at):
            self.expect(":", f"in the {which} time after the minutes")
            third = self.digits()
            if len(third) != 2:
                raise TimingError(f"the seconds of the {which} time need two digits")
            hours, minutes, seconds = int(first), int(second), int(third)
        else:
            hours, minutes, seconds = 0, int(first), int(second)
        if self.line.startswith(",", self.at):
            raise TimingError(f"the {which} time has a decimal comma; WebVTT wants a point")
        self.expect(".", f"before the milliseconds of the {which} time")
        fraction = self.digits()
        if len(fraction) != 3:
            raise TimingError(f"the {which} time needs three digits of milliseconds, not {len(fraction)}")
        if minutes > 59 or seconds > 59:
            raise TimingError(f"the {which} time has more than 59 minutes or seconds")
        return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(fraction)


def parse_timestamp(text: str) -> int | None:
    """The milliseconds of a WebVTT timestamp that is all of ``text``, or ``None``."""
    scanner = _Scanner(text)
    try:
        value = scanner.timestamp("")
    except TimingError:
        return None
    return value if scanner.at == len(text) else None


def plain_timing(line: str, written: re.Pattern[str] = _PLAINEST_TIMING) -> tuple[int, int] | None:
    """Start and end (ms) of a timing line as nearly all files write it, with nothing behind it; else ``None``.

    ``written`` finds hours, minutes, seconds and milliseconds of both.
    """
    plain = written.fullmatch(line)
    if plain is None:
        return None
    h1, m1, s1, f1, h2, m2, s2, f2 = map(int, plain.groups("0"))
    return h1 * 3_600_000 + m1 * 60_000 + s1 * 1_000 + f1, h2 * 3_600_000 + m2 * 60_000 + s2 * 1_000 + f2


def parse_timing(line: str) -> tuple[int, int, str, int]:
    """Start, end (ms), settings and the offset of the first timestamp; raises :class:`TimingError`."""
    plain = _PLAIN_TIMING.match(line)
    if plain:
        h1, m1, s1, f1, h2, m2, s2, f2, rest = plain.groups()
        start = ((int(h1 or 0) * 60 + int(m1)) * 60 + int(s1)) * 1000 + int(f1)
        end = ((int(h2 or 0) * 60 + int(m2)) * 60 + int(s2)) * 1000 + int(f2)
        return start, end, rest.strip(ASCII_WHITESPACE), 0
    scanner = _Scanner(line)
    scanner.skip_whitespace()
    first = scanner.at
    start = scanner.timestamp("start")
    scanner.skip_whitespace()
    scanner.expect("-->", "after the start time")
    scanner.skip_whitespace()
    end = scanner.timestamp("end")
    return start, end, line[scanner.at :].strip(ASCII_WHITESPACE), first
