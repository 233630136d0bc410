"""A cue shows nothing: no text is left once its markup is removed.

## Why
The viewer sees an empty box, or a caption that vanishes while somebody still
speaks. Recognisers write empty cues where they heard nothing, and clean-up scripts
leave them behind when they delete the words and keep the timing.

## Fix
Listen to that time. If somebody speaks there, write down what is said; if not, delete
the whole cue, its timing included.

## Fails
    00:01.000 --> 00:03.000
    <i></i>

    00:03.000 --> 00:05.000
    And that is the whole trick.

## Passes
    00:01.000 --> 00:03.000
    [Applause]

    00:03.000 --> 00:05.000
    And that is the whole trick.

## Limits
Spaces of any width, control and formatting characters and letters without a shape
(the Hangul filler, the empty braille cell) count as nothing. A lone punctuation
mark is visible and belongs to TXT608.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import shortened
from auditor.facts.sounds import blank
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each cue in which nothing is visible."""
    for cue in document.cues:
        if blank(cue.text):
            yield Hit(
                span=cue.timing_span,
                cue=cue.index,
                message="holds only markup or invisible characters" if cue.raw_text.strip() else "holds no text",
                text=shortened(cue.raw_text),
            )


RULE = Rule(
    code="FMT009",
    name="empty-cue",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
