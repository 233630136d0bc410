"""A cue has more lines than the profile allows.

## Why
Captions of three and more lines cover the slide or the speaker's face, and the eye
travels further than the time allows. Players with room for two lines cut the rest
off.

## Fix
Join short lines as far as the line width allows, or split the cue into two at a phrase
boundary and divide its time as the speech does.

## Fails
    WEBVTT

    NOTE profile netflix

    00:01.000 --> 00:05.000
    A batch is a handful
    of examples that go through
    the network together.

## Passes
    WEBVTT

    NOTE profile netflix

    00:01.000 --> 00:05.000
    A batch is a handful of examples
    that go through the network together.

## Limits
The lines are those of the file; how a player wraps a long line is not known here.
Lines on which nothing is visible are not counted. The score counts the share of
lines that are too many.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.limits import cited, stated, unless_set
from auditor.facts.sounds import blank
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.profiles import Limit
from auditor.rule import Family, Rule, limit_of


class Options(Struct, frozen=True):
    """``max_lines``: how many lines a cue may have."""

    max_lines: Limit | None = limit_of("max_lines")


def lacks(document: Document, options: Options) -> str | None:
    """The profile must set a number of lines."""
    return unless_set("number of lines", options.max_lines)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue with too many lines."""
    limit = options.max_lines
    if limit is None:
        return
    for cue in document.cues:
        lines = sum(not blank(line) for line in cue.text.split("\n"))
        if lines > limit.value:
            yield Hit(
                span=text_span(cue),
                cue=cue.index,
                message=f"has {lines} lines",
                text=cue.text,
                measured=lines,
                limit=stated(limit),
                unit="lines",
                source=cited(limit),
                extent=1 - limit.value / lines,
            )


RULE = Rule(
    code="RDG204",
    name="too-many-lines",
    family=Family.READING,
    category=Category.READABILITY,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
    lacks=lacks,
)
