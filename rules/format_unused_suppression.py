"""A suppression of the transcript's author excuses nothing, or cannot be understood.

## Why
A comment that once excused a finding stays behind when the finding is gone, and
then hides the next one. A misspelt one hides nothing, and its author believes it
does.

Suppressions are written in the transcript (`NOTE auditor: ignore MIX401 -- reason`
for the next cue, `disable` and `enable` for a range, `ignore-file` for the whole) or,
where the format has no comments, in a file beside it named like it with `.auditor`
behind (`12-20: ignore REP -- reason`).

## Fix
Delete the suppression if what it excused is gone. If it was meant to excuse something
that is still reported, correct the code, the cue numbers or the keyword.

## Fails
    WEBVTT

    NOTE auditor: ignroe REP301 -- a refrain

    00:01.000 --> 00:04.000
    Round and round the wheel goes.

## Passes
    WEBVTT

    NOTE the lecturer hums here

    00:01.000 --> 00:04.000
    Round and round the wheel goes.

## Limits
None. A suppression of a rule that was not run, or that lacked its evidence, is not
called unused.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield nothing: what was suppressed only the engine knows, and it makes these findings itself."""
    yield from ()


RULE = Rule(
    code="FMT011",
    name="unused-suppression",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.INFO,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
