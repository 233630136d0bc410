"""A cue setting, a region or a style is unknown or invalid.

## Why
Players skip what they do not understand: the caption appears, but not where or how
the author meant it to, often on top of the slide or the face that it was moved
away from.

## Fix
Correct the setting to one that WebVTT knows (`align`, `line`, `position`, `size`,
`vertical`, `region`) with a valid value, or delete it if the caption may stand in its
usual place. Look at the cue in a player afterwards.

## Fails
    00:01.000 --> 00:03.000 position:one-third
    The loss goes down from left to right.

## Passes
    00:01.000 --> 00:03.000 position:33% line:0 align:start
    The loss goes down from left to right.

## Limits
Settings are checked against the W3C specification of WebVTT; style sheets are not
read. SubRip has no settings of its own: coordinates (`X1:40 Y1:20`) and the settings
of WebVTT after a SubRip timing are tolerated, anything else is flagged.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import hits
from auditor.model import Category, Confidence, DefectKind, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each setting, region or style that players ignore."""
    yield from hits(document, DefectKind.BAD_SETTING)


RULE = Rule(
    code="FMT005",
    name="bad-setting",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
