"""SubRip as it occurs. There is no standard: what players accept is accepted, and each leniency is reported.

The canonical form is a number, a line ``HH:MM:SS,mmm --> HH:MM:SS,mmm``, the
text, and a blank line. A cue begins at its timing line, because that line alone
is never something else; everything up to the next cue's number is its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from auditor.model import Cue, Defect, DefectKind, Document, Span
from auditor.parse.cue_text import read_subrip_text
from auditor.parse.timestamps import plain_timing
from auditor.parse.webvtt import markup_defects
from auditor.patterns import lazy_pattern

_CANONICAL = lazy_pattern(r"(\d\d):([0-5]\d):([0-5]\d),(\d{3}) --> (\d\d):([0-5]\d):([0-5]\d),(\d{3})$", re.ASCII)

# Digits of any script, full-width colons and points (Japanese and Chinese input methods), a missing
# hour, one to nine fraction digits or none, and arrows that word processors made of "-->".
_TIME = (
    r"(?:(?P<h{0}>\d{{1,4}})\s*[:：])?\s*(?P<m{0}>\d{{1,3}})\s*[:：]\s*(?P<s{0}>\d{{1,2}})"
    r"(?:\s*[.,．，:]\s*(?P<f{0}>\d{{1,9}}))?"
)
_LENIENT = lazy_pattern(rf"\s*{_TIME.format(1)}\s*(?P<arrow>-+\s?>|[–—→]>?)\s*{_TIME.format(2)}(?P<rest>(?:\s.*)?)$")
_NEARLY = lazy_pattern(r"\d.*-->|-->.*\d")
_NUMBER = lazy_pattern(r"\s*[#]?\d{1,9}\s*$")
_SETTING = lazy_pattern(r"[XY][12]:-?\d+|(?:line|position|size|align|vertical|region):\S+", re.IGNORECASE)

# Two times and settings take less; a longer line is text, and the patterns above need not search it.
_LONGEST_TIMING = 400


def _lenient(line: str) -> re.Match[str] | None:
    """The timing line as leniently read, or ``None``."""
    if len(line) > _LONGEST_TIMING:
        return None
    match = _LENIENT.match(line)
    if match is None or ">" in match["arrow"]:
        return match
    # "10:30 – 11:45" is a time of day in a text; a dash is an arrow only between times of a cue.
    whole = all((match[f"h{which}"] and match[f"s{which}"]) or match[f"f{which}"] for which in (1, 2))
    return match if whole else None


def _holds_dash(line: str) -> bool:
    """Whether a line holds what every arrow is made of."""
    return "-" in line or "→" in line or "—" in line or "–" in line


def looks_like_timing(line: str) -> bool:
    """Whether a line is a SubRip timing line, to the letter or leniently."""
    return _holds_dash(line) and _lenient(line) is not None


class _Leniency(Struct):
    """One way in which timing lines differ from the canonical form: where first, and how often."""

    line: int
    cue: int
    raw: str
    count: int = 1


class _Reading(Struct):
    lines: Sequence[str]
    cues: list[Cue] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    leniencies: dict[str, _Leniency] = field(default_factory=dict)

    def span(self, first: int, last: int) -> Span:
        return Span(first + 1, 1, last + 1, len(self.lines[last]) + 1)

    def defect(self, first: int, last: int, kind: DefectKind, message: str, cue: int | None = None) -> None:
        raw = "\n".join(self.lines[first : last + 1])
        self.defects.append(Defect(self.span(first, last), kind, raw, message, cue))

    def tolerate(self, what: str, line: int, cue: int) -> None:
        known = self.leniencies.get(what)
        if known:
            known.count += 1
        else:
            self.leniencies[what] = _Leniency(line, cue, self.lines[line])


def _milliseconds(match: re.Match[str], which: int) -> int:
    hours, minutes, seconds = (int(match[f"{unit}{which}"] or 0) for unit in "hms")
    # A fraction is decimal: ",5" is half a second. Digits past the third are below a millisecond.
    fraction = "".join(str(int(digit)) for digit in match[f"f{which}"] or "0").ljust(3, "0")[:3]
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(fraction)


def _leniencies_of(line: str, match: re.Match[str]) -> list[str]:
    """What of a timing line is not to the letter, one sentence each."""
    found = []
    times = line[: match.start("rest")] if match["rest"] else line
    if match["h1"] is None or match["h2"] is None:
        found.append("the hours are missing; strict players drop the cue")
    if re.search(r"[.．]", times):
        found.append("a decimal point instead of a comma; most players accept it")
    if match["f1"] is None or match["f2"] is None:
        found.append("the milliseconds are missing; read as ,000")
    elif len(match["f1"]) != 3 or len(match["f2"]) != 3:
        found.append("the milliseconds do not have three digits; read as a decimal fraction")
    if not times.isascii():
        found.append("full-width or non-ASCII characters in the times; most players drop the cue")
    if any(int(match[f"{unit}{which}"]) > 59 for unit in "ms" for which in (1, 2)):
        found.append("more than 59 minutes or seconds; players disagree on what it means")
    if match["h1"] and match["h2"] and (len(match["h1"]) < 2 or len(match["h2"]) < 2):
        found.append("the hours have one digit; most players accept it")
    if not found and times.strip() == times and " --> " not in times:
        found.append("the arrow is not written ' --> '")
    return found


def _timing(reading: _Reading, at: int, index: int) -> tuple[int, int, str] | None:
    """Start, end (ms) and settings of the timing line ``at``, or ``None`` when it is none."""
    line = reading.lines[at]
    plain = plain_timing(line, _CANONICAL)
    if plain is not None:
        return *plain, ""
    match = _lenient(line)
    if match is None:
        return None
    for what in _leniencies_of(line, match):
        reading.tolerate(what, at, index)
    rest = match["rest"].strip()
    if not all(_SETTING.fullmatch(token) for token in rest.split()):
        start = line.index(rest, match.start("rest"))
        span = Span(at + 1, start + 1, at + 1, start + len(rest) + 1)
        message = f"'{rest[:40]}' after the times is no position setting; players ignore it"
        reading.defects.append(Defect(span, DefectKind.BAD_SETTING, rest, message, index))
    return _milliseconds(match, 1), _milliseconds(match, 2), rest


def _starts(reading: _Reading) -> list[tuple[int, int, bool]]:
    """Where blocks begin: (first line, timing line, whether the timing can be read), in file order."""
    starts = []
    for at, line in enumerate(reading.lines):
        if "-" not in line and (line.isascii() or not _holds_dash(line)):
            continue
        readable = _CANONICAL.match(line) is not None or looks_like_timing(line)
        nearly = "-->" in line and _NEARLY.search(line[:_LONGEST_TIMING]) is not None
        if not readable and not (nearly and _stands_alone(reading.lines, at)):
            continue
        number_above = at > 0 and _NUMBER.match(reading.lines[at - 1]) is not None
        starts.append((at - 1 if number_above else at, at, readable))
    return starts


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    """Whether the line stands where a timing line would: first, after a blank line, or under a number."""
    return at == 0 or not lines[at - 1].strip() or _NUMBER.match(lines[at - 1]) is not None


def _last_with_text(lines: Sequence[str], first: int, end: int) -> int:
    """The line after the last one with text in ``lines[first:end]``."""
    while end > first and not lines[end - 1].strip():
        end -= 1
    return end


def _plain_cue(reading: _Reading, first: int, timing_at: int, end: int) -> bool:
    """Read the cue in ``lines[first:end]`` if it is as plain as most are, and say whether it was.

    Plain is a canonical timing line behind a blank one, and text without markup and blank lines: of such a
    block :func:`_add_cue` makes the same cue and no defect, but takes several times as long.
    """
    lines = reading.lines
    times = plain_timing(lines[timing_at], _CANONICAL)
    if times is None or (first > 0 and lines[first - 1]):
        return False
    shown = lines[timing_at + 1 : _last_with_text(lines, timing_at + 1, end)]
    raw = "\n".join(shown)
    if not raw or "<" in raw or "&" in raw or "{" in raw or not all(map(str.strip, shown)):
        return False
    number = timing_at + 1
    reading.cues.append(
        Cue(
            index=len(reading.cues) + 1,
            start_ms=times[0],
            end_ms=times[1],
            text=raw,
            raw_text=raw,
            line=number,
            timing_span=Span(number, 1, number, len(lines[timing_at]) + 1),
            text_line=number + 1,
            identifier=lines[first].strip() if first < timing_at else "",
        )
    )
    return True


def _add_cue(reading: _Reading, first: int, timing_at: int, end: int) -> None:
    lines = reading.lines
    index = len(reading.cues) + 1
    timing = _timing(reading, timing_at, index)
    assert timing is not None  # only readable timing lines come here
    start_ms, end_ms, settings = timing
    text_end = _last_with_text(lines, timing_at + 1, end)
    raw = "\n".join(lines[timing_at + 1 : text_end])
    content = read_subrip_text(raw)
    line = lines[timing_at]
    left = len(line) - len(line.lstrip())
    cue = Cue(
        index=index,
        start_ms=start_ms,
        end_ms=end_ms,
        text=content.text,
        raw_text=raw,
        line=timing_at + 1,
        timing_span=Span(timing_at + 1, left + 1, timing_at + 1, max(left, len(line.rstrip())) + 1),
        text_line=timing_at + 2,
        identifier=lines[first].strip() if first < timing_at else "",
        settings=settings,
        text_map=content.text_map,
    )
    reading.cues.append(cue)
    reading.defects.extend(markup_defects(cue, content.faults))
    if index > 1 and first > 0 and lines[first - 1].strip():
        reading.tolerate("the blank line before the cue is missing; some players show the number as text", first, index)
    blank = next((at for at in range(timing_at + 1, text_end) if not lines[at].strip()), None)
    if blank is not None and text_end > blank:
        orphan = next(at for at in range(blank, text_end) if lines[at].strip())
        if orphan == blank + 1 == timing_at + 2:
            message = "a blank line between the times and the text; some players show nothing"
        else:
            message = "text after a blank line inside the cue; many players drop it"
        reading.defect(orphan, text_end - 1, DefectKind.LOST_TEXT, message, index)


def parse_subrip(path: str, text: str, encoding: str, defects: Sequence[Defect] = ()) -> Document:
    """Read a SubRip file from its decoded text (without byte order mark). ``defects``: those found while decoding."""
    lines = text.replace("\0", "�").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reading = _Reading(lines, defects=list(defects))
    starts = _starts(reading)
    before = _last_with_text(lines, 0, starts[0][0] if starts else len(lines))
    opening = next((at for at in range(before) if lines[at].strip()), None)
    if opening is not None and starts:
        reading.defect(opening, before - 1, DefectKind.LOST_TEXT, "text before the first cue; players drop it")
    for number, (first, timing_at, readable) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(lines)
        if _plain_cue(reading, first, timing_at, end):
            continue
        if readable:
            _add_cue(reading, first, timing_at, end)
        else:
            last = max(timing_at, _last_with_text(lines, timing_at + 1, end) - 1)
            message = "the times cannot be read, so players drop this cue; expected HH:MM:SS,mmm --> HH:MM:SS,mmm"
            reading.defect(first, last, DefectKind.MALFORMED_TIMING, message)
    for what, where in reading.leniencies.items():
        more = f" (and {where.count - 1} more)" if where.count > 1 else ""
        span = Span(where.line + 1, 1, where.line + 1, len(where.raw) + 1)
        reading.defects.append(Defect(span, DefectKind.TOLERATED_TIMING, where.raw, what + more, where.cue))
    return Document(
        path=path,
        format="subrip",
        cues=tuple(reading.cues),
        defects=tuple(sorted(reading.defects, key=lambda defect: (defect.span.line, defect.span.column))),
        encoding=encoding,
        lines=len(lines),
    )
