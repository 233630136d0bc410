"""Text stands outside every cue and is dropped by players.

## Why
A blank line ends a cue. What follows it without a timing of its own is no caption
to any player, yet it looks like one to whoever reads the file. Speech is lost
without a trace: most converters drop it in silence too.

## Fix
If the text belongs to the cue above, remove the blank line between them. If it is a
caption of its own, give it the timing it has in the audio; if it is a remark, make it a
`NOTE` in WebVTT or delete it.

## Fails
    00:01.000 --> 00:04.000
    We split the text into tokens,

    and then we look up a vector for each.

## Passes
    00:01.000 --> 00:04.000
    We split the text into tokens,
    and then we look up a vector for each.

## Limits
Comments, style sheets and regions of a WebVTT file belong to no cue by design and
are not flagged. Text whose own timing cannot be read is reported with that
timing, as FMT003, not a second time here. In SubRip, where players differ, text
after a blank line is flagged and audited as part of the cue above it.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import hits
from auditor.model import Category, Confidence, DefectKind, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each stretch of text that no player will show."""
    yield from hits(document, DefectKind.LOST_TEXT)


RULE = Rule(
    code="FMT004",
    name="lost-text",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
