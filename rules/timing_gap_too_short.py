"""The screen is blank between two cues for less than the minimum gap.

## Why
A gap of a frame or so is not seen as a pause but as a flicker, and it draws the eye
away from the picture for nothing. Either the first cue lasts until the second
begins, or the gap is long enough to be seen.

## Fix
Close the gap: let the first cue end where the second begins. If there is a real pause,
end the first cue earlier, so that the gap reaches the minimum. Most subtitle editors do
this for a whole file.

## Fails
    WEBVTT

    NOTE profile netflix

    00:01.000 --> 00:03.000
    Take the mean of the batch

    00:03.010 --> 00:05.000
    and subtract it from every row.

## Passes
    WEBVTT

    NOTE profile netflix

    00:01.000 --> 00:03.000
    Take the mean of the batch

    00:03.000 --> 00:05.000
    and subtract it from every row.

    00:05.500 --> 00:07.500
    Then divide by the deviation.

## Limits
The profile sets the minimum gap. Cues that follow without any gap are accepted,
since machine transcripts are made that way. Where cues overlap there is no gap:
that belongs to TIM101.
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
    """``min_gap``: the shortest blank between two cues, in milliseconds."""

    min_gap: Limit | None = limit_of("min_gap")


def lacks(document: Document, options: Options) -> str | None:
    """The profile must set a minimum."""
    return unless_set("minimum gap", options.min_gap)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue that appears too soon after the screen has gone blank."""
    limit = options.min_gap
    if limit is None:
        return
    for gap in gaps(document):
        if gap.before is not None and gap.duration_ms < limit.value:
            yield Hit(
                span=gap.after.timing_span,
                cue=gap.after.index,
                message=f"appears {gap.duration_ms} ms after cue {gap.before.index} has gone",
                measured=gap.duration_ms,
                limit=stated(limit),
                unit="ms",
                source=cited(limit),
            )


RULE = Rule(
    code="TIM104",
    name="gap-too-short",
    family=Family.TIMING,
    category=Category.TIMING,
    severity=Severity.INFO,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
    lacks=lacks,
)
