"""A cue starts before the cue that stands above it in the file.

## Why
WebVTT demands that start times never go backwards, and players that read a file as
a stream drop or delay what comes too late. After a merge of two files, or a clock
that was reset in the middle of a recording, the captions no longer tell the talk in
its order.

## Fix
Check the times around the step against the audio. If only the order in the file is
wrong, sort the cues by their start (`auditor convert` does); if the clock was reset or
a file was appended, shift the times of that part.

## Fails
    00:05.000 --> 00:07.000
    Now we evaluate the model.

    00:01.000 --> 00:03.000
    First we train the model.

## Passes
    00:01.000 --> 00:03.000
    First we train the model.

    00:05.000 --> 00:07.000
    Now we evaluate the model.

## Limits
Each step back is flagged once, where it happens, and not every cue after it. Cues
that start together are in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each cue whose start lies before that of the cue above it."""
    for above, cue in pairwise(document.cues):
        step_back = above.start_ms - cue.start_ms
        if step_back > 0:
            yield Hit(
                span=cue.timing_span,
                cue=cue.index,
                message=f"starts {step_back} ms before cue {above.index}, which stands above it",
                measured=step_back,
                limit=0,
                unit="ms backwards",
            )


RULE = Rule(
    code="TIM105",
    name="out-of-order",
    family=Family.TIMING,
    category=Category.TIMING,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
