"""A cue starts before an earlier cue has ended.

## Why
Players stack overlapping cues, cover one with the other or drop one. Recognisers
emit them when two stretches of audio are decoded apart, and converters when they
split one cue into lines without splitting its time.

Every earlier cue counts, not only the neighbour: a long cue can reach over
several short ones, and identical times are an overlap too. One finding is made
per cue, against the earlier cue that reaches furthest.

## Fix
End the earlier cue where the later one starts, as far as the speech allows. If two
people speak at once, put both into one cue with a dash each. Where long stretches
overlap, run the alignment again rather than trim cue by cue.

## Fails
    00:01.000 --> 00:03.000
    The gradient tells us which way is down.

    00:02.500 --> 00:04.000
    And the learning rate how far to step.

## Passes
    00:01.000 --> 00:02.500
    The gradient tells us which way is down.

    00:02.500 --> 00:04.000
    And the learning rate how far to step.

## Limits
No overlap is tolerated by default (`tolerance_ms = 0`): none of the delivery
specifications this tool knows allows one between cues of one track. Earlier means
earlier in time, so cues that merely stand in the wrong order belong to TIM105, and
cues without a duration to TIM106.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import le

from msgspec import Struct

from auditor.facts.timeline import edges, timeline
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``tolerance_ms``: overlaps up to this many milliseconds are accepted."""

    tolerance_ms: int = 0


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue that starts before the furthest-reaching earlier cue has ended."""
    starts_ms, ends_ms = edges(document)
    if options.tolerance_ms >= 0 and all(map(le, ends_ms, starts_ms[1:])):
        return  # as in most tracks
    furthest: Cue | None = None
    for cue in timeline(document):
        if furthest is not None:
            overlap = min(furthest.end_ms, cue.end_ms) - cue.start_ms
            if overlap > options.tolerance_ms:
                yield Hit(
                    span=cue.timing_span,
                    cue=cue.index,
                    message=f"is on screen together with cue {furthest.index} for {overlap} ms",
                    measured=overlap,
                    limit=options.tolerance_ms,
                    unit="ms of overlap",
                    extent=overlap / (cue.end_ms - cue.start_ms),
                )
        if furthest is None or cue.end_ms > furthest.end_ms:
            furthest = cue


RULE = Rule(
    code="TIM101",
    name="cue-overlap",
    family=Family.TIMING,
    category=Category.TIMING,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
)
