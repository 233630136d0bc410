"""A cue ends at or before its start, so it is never shown.

## Why
Nobody sees such a cue, and what it says is lost. Recognisers give words no time when
their alignment fails; swapped start and end times come from editing by hand.

## Fix
Swap start and end if they were exchanged; otherwise listen and set the time at which
the text is said. Delete the cue only if nobody says it there. Many of them in a row
call for a new alignment.

## Fails
    00:03.000 --> 00:03.000
    That is the key idea.

## Passes
    00:03.000 --> 00:05.000
    That is the key idea.

## Limits
A cue that lasts one millisecond has a duration; it belongs to TIM102.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each cue that does not last."""
    for cue in document.cues:
        duration = cue.end_ms - cue.start_ms
        if duration <= 0:
            yield Hit(
                span=cue.timing_span,
                cue=cue.index,
                message="ends the moment it starts" if duration == 0 else f"ends {-duration} ms before it starts",
                measured=duration,
                limit=1,
                unit="ms",
            )


RULE = Rule(
    code="TIM106",
    name="no-duration",
    family=Family.TIMING,
    category=Category.TIMING,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
