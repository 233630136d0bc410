"""A line, or a whole cue, is wider than the screen has room for.

## Why
A player breaks a line that is too long wherever it happens to be full, often in the
middle of a phrase, or lets it run into the edge of the picture. Delivery checks
count characters and send the file back.

## Fix
Break the line between two phrases. If the cue is then over its number of lines, split
it into two cues at a pause, or shorten the text where your guideline allows editing.

## Fails
    WEBVTT

    NOTE profile netflix

    00:01.000 --> 00:05.000
    We keep a tenth of the examples aside and never train on them.

## Passes
    WEBVTT

    NOTE profile netflix

    00:01.000 --> 00:05.000
    We keep a tenth of the examples aside
    and never train on them.

## Limits
The profile sets the width and how it is counted: some authorities count what a
reader sees as one character, others count Latin letters, digits, spaces and
punctuation as half of a Korean or Japanese character. Markup and spaces at the ends
of a line count nothing. A cue is held to the profile's width of a whole cue only
when each of its lines fits. The score counts a line in proportion to how far it is
over, in full from twice the limit upwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.limits import cited, stated, unless_set
from auditor.facts.spans import text_span
from auditor.facts.width import FULL, counting_text, cue_width, halfwidths
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.profiles import Limit
from auditor.rule import Family, Rule, limit_of


class Options(Struct, frozen=True):
    """``line_width``: the widest line; ``max_cue_width``: the widest cue; both in characters as the profile counts."""

    line_width: Limit | None = limit_of("line_width")
    max_cue_width: Limit | None = limit_of("max_cue_width")


def lacks(document: Document, options: Options) -> str | None:
    """The profile must set a width."""
    return unless_set("line width", options.line_width, options.max_cue_width)


def _characters(halves: int) -> int | float:
    return halves // FULL if halves % FULL == 0 else halves / FULL


def _hit(cue: Cue, start: int, end: int, halves: int, limit: Limit, what: str, share: float) -> Hit:
    width = _characters(halves)
    return Hit(
        span=text_span(cue, start, end),
        cue=cue.index,
        message=f"{what} is {width} characters wide",
        text=cue.text[start:end],
        measured=width,
        limit=stated(limit),
        unit=counting_text(limit.counting) if limit.counting is not None else limit.unit,
        source=cited(limit),
        extent=share * min(1.0, width / limit.value - 1),
    )


def _long_lines(cue: Cue, limit: Limit | None) -> Iterator[Hit]:
    if limit is None or limit.counting is None:
        return
    lines = cue.text.split("\n")
    line_start = 0
    for number, line in enumerate(lines, 1):
        shown = line.strip()
        halves = halfwidths(shown, limit.counting)
        if halves > limit.value * FULL:
            start = line_start + line.index(shown)
            what = "the line" if len(lines) == 1 else f"line {number}"
            yield _hit(cue, start, start + len(shown), halves, limit, what, 1 / len(lines))
        line_start += len(line) + 1


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each line that is too wide, and for each cue that is although its lines are not."""
    whole = options.max_cue_width
    for cue in document.cues:
        long_lines = tuple(_long_lines(cue, options.line_width))
        yield from long_lines
        if whole is not None and whole.counting is not None and not long_lines:
            halves = cue_width(cue.text.strip(), whole.counting)
            if halves > whole.value * FULL:
                yield _hit(cue, 0, len(cue.text), halves, whole, "the cue", 1.0)


RULE = Rule(
    code="RDG203",
    name="line-too-long",
    family=Family.READING,
    category=Category.READABILITY,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
    lacks=lacks,
)
