"""Markup inside a cue is unknown, unclosed, wrongly nested or not escaped.

## Why
A tag that never closes puts the rest of the cue in italics; one that the player
does not know is dropped or, in SubRip, shown to the viewer. A bare `<` swallows
the words after it: "if a<b then" can reach the screen as "if a".

## Fix
Close the tag in the same cue, remove one that players do not know, and write a bare `<`
or `&` in WebVTT as `&lt;` or `&amp;`. If words look swallowed, compare the cue with the
audio before you delete anything.

## Fails
    00:01.000 --> 00:03.000
    This is the <i>validation set.

## Passes
    00:01.000 --> 00:03.000
    This is the <i>validation</i> set.

    00:03.000 --> 00:05.000
    Stop when the loss is &lt; 0.1 &amp; stable.

## Limits
WebVTT is held to the tags of its specification; there a voice may stay open to the
end of its cue. SubRip has no specification and is held to the tags that players
honour, such as `b`, `i`, `u`, `s` and `font`. A tag left open is closed by players at the
end of the cue and still flagged, because that is rarely what its author meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import hits
from auditor.model import Category, Confidence, DefectKind, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each fault of the markup inside a cue."""
    yield from hits(document, DefectKind.BAD_MARKUP)


RULE = Rule(
    code="FMT008",
    name="bad-markup",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
