"""A cue is on screen for less time than the eye needs to find it.

## Why
A caption that flashes by is noticed and not read: the viewer looks down too late
and misses the picture as well. In machine transcripts it is a sign of a split in
the wrong place or of words squeezed into the rest of a window.

## Fix
Extend the cue into the gap before or behind it, or merge it with the neighbour it
belongs to. If it cannot hold what was said in that time, listen whether the text is
real and align it again.

## Fails
    00:01.000 --> 00:01.200
    So why does this work?

## Passes
    00:01.000 --> 00:02.800
    So why does this work?

## Limits
The profile sets the minimum: that of `default` asks only whether a word can have been
said in the time, those of the authorities whether it can be read. Under the minimum
is a warning, under half of it an error; the score counts a cue as spoiled in full
from half of the minimum downwards and in proportion above. A cue without a duration
belongs to TIM106, one without text to FMT009.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.limits import cited, stated, unless_set
from auditor.facts.sounds import blank
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.profiles import Limit
from auditor.rule import Family, Rule, limit_of


class Options(Struct, frozen=True):
    """``min_duration``: the shortest time on screen, in milliseconds."""

    min_duration: Limit | None = limit_of("min_duration")


def lacks(document: Document, options: Options) -> str | None:
    """The profile must set a minimum."""
    return unless_set("minimum duration", options.min_duration)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue shorter than the minimum."""
    limit = options.min_duration
    if limit is None:
        return
    for cue in document.cues:
        duration = cue.end_ms - cue.start_ms
        if 0 < duration < limit.value and not blank(cue.text):
            yield Hit(
                span=cue.timing_span,
                cue=cue.index,
                message=f"is on screen for {duration} ms only",
                measured=duration,
                limit=stated(limit),
                unit="ms",
                source=cited(limit),
                severity=Severity.ERROR if 2 * duration < limit.value else Severity.WARNING,
                extent=min(1.0, 2 * (1 - duration / limit.value)),
            )


RULE = Rule(
    code="TIM102",
    name="cue-too-short",
    family=Family.TIMING,
    category=Category.TIMING,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
    lacks=lacks,
)
