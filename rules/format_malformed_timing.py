"""A timing line is malformed: its cue is lost, or shown by some players only.

## Why
A player that cannot read a timing skips the cue and everything said in it. Typical
causes are a comma for the decimal point after a conversion, a missing digit, or
`->` for `-->`.

A timing that this tool could read although it breaks the format is a warning:
other players may read it differently or not at all.

## Fix
Write the timing as the format wants it: `00:01:02.500 --> 00:01:05.000` in WebVTT, with
a comma before the milliseconds in SubRip. Where digits are missing, take the time from
the audio or the original export, not from a guess.

## Fails
    00:01.000 --> 00:03.000
    The first layer finds edges.

    00:03,000 --> 00:05,000
    The second one finds corners.

## Passes
    00:01.000 --> 00:03.000
    The first layer finds edges.

    00:00:03.000 --> 00:00:05.000
    The second one finds corners.

## Limits
Lost cues are errors, one for each. Tolerated timings are warnings, one for each kind
of deviation in a file, with the number of lines that have it. Hours may be left out
in WebVTT, not in SubRip. An end at or before the start is well-formed and belongs
to TIM106.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import hits
from auditor.model import Category, Confidence, DefectKind, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield an error for each lost cue and a warning for each timing that only some players read."""
    yield from hits(document, DefectKind.MALFORMED_TIMING)
    yield from hits(document, DefectKind.TOLERATED_TIMING, severity=Severity.WARNING)


RULE = Rule(
    code="FMT003",
    name="malformed-timing",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
