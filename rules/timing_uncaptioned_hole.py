"""A long stretch has no caption, at the head or inside the transcript.

## Why
Speakers of lectures rarely fall silent for long. A hole is most often speech that
the recogniser skipped, a part that was cut out of the transcript only, or a file
that belongs to another recording. Nothing in the text shows that something is
missing.

## Fix
Listen to the hole. If there is speech, transcribe it and add the cues; if the media was
cut, shift the cues behind it; if it is silence or music, write a cue such as `[Music]`
or accept the finding.

## Fails
    00:01.000 --> 00:04.000
    Let us run the first cell.

    05:10.000 --> 05:13.000
    And here is the result.

## Passes
    00:01.000 --> 00:04.000
    Let us run the first cell.

    00:09.000 --> 00:12.000
    And here is the result.

## Limits
The profile sets the longest accepted hole. A described silence (`[Music]`) is a
caption and fills it; an empty cue does not. A missing tail cannot be seen without
knowing how long the media is, and is not claimed.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.limits import cited, stated, unless_set
from auditor.facts.timeline import gaps
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.profiles import Limit
from auditor.rule import Family, Rule, limit_of


class Options(Struct, frozen=True):
    """``hole``: the longest accepted time without a caption, in milliseconds."""

    hole: Limit | None = limit_of("hole")


def lacks(document: Document, options: Options) -> str | None:
    """The profile must set a limit."""
    return unless_set("longest time without a caption", options.hole)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each hole, at the cue that ends it."""
    limit = options.hole
    if limit is None:
        return
    for gap in gaps(document):
        if gap.duration_ms > limit.value:
            seconds = f"{gap.duration_ms / 1000:.1f} s"
            if gap.before is None:
                message = f"the head has no caption: the first one appears after {seconds}"
            else:
                message = f"inside, between cues {gap.before.index} and {gap.after.index}, no caption for {seconds}"
            yield Hit(
                span=gap.after.timing_span,
                cue=gap.after.index,
                message=message,
                measured=gap.duration_ms,
                limit=stated(limit),
                unit="ms",
                source=cited(limit),
            )


RULE = Rule(
    code="TIM107",
    name="uncaptioned-hole",
    family=Family.TIMING,
    category=Category.TIMING,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
