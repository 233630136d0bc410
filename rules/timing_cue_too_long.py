"""A cue stays on screen longer than the maximum.

## Why
Viewers who have finished a caption that does not go away read it again, and the
speech has moved on meanwhile. A very long cue holds several sentences that should
each appear when they are said, or a short one that was never taken down.

## Fix
Split the cue at its sentences or phrases, each part at the time it is said. If the text
is short, listen whether speech is missing; if not, end the cue where the speech ends.

## Fails
    00:01.000 --> 00:59.000
    We start from the left, then we look at every pair of neighbours, count them, merge the most frequent
    one, write the merge down and begin again until the table has the size that we wanted in the first
    place, and that is really all that happens while a tokenizer is being trained. Now the other direction
    is easier still: the merges are applied in the very order in which they were found, and nothing else.

## Passes
    00:01.000 --> 00:06.000
    We start from the left, then we look at every pair of neighbours and count them.

## Limits
The profile sets the maximum. The score counts a cue in proportion to how far it is
over, in full from twice the maximum upwards.
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
    """``max_duration``: the longest time on screen, in milliseconds."""

    max_duration: Limit | None = limit_of("max_duration")


def lacks(document: Document, options: Options) -> str | None:
    """The profile must set a maximum."""
    return unless_set("maximum duration", options.max_duration)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue longer than the maximum."""
    limit = options.max_duration
    if limit is None:
        return
    for cue in document.cues:
        duration = cue.end_ms - cue.start_ms
        if duration > limit.value and not blank(cue.text):
            yield Hit(
                span=cue.timing_span,
                cue=cue.index,
                message=f"stays on screen for {duration / 1000:.1f} s",
                measured=duration,
                limit=stated(limit),
                unit="ms",
                source=cited(limit),
                extent=min(1.0, duration / limit.value - 1),
            )


RULE = Rule(
    code="TIM103",
    name="cue-too-long",
    family=Family.TIMING,
    category=Category.TIMING,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
    lacks=lacks,
)
