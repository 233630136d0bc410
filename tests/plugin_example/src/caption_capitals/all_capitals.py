"""A cue is written in capital letters only.

## Why
Text in capitals is read more slowly, since every word has the same outline, and readers take
it for shouting. Live captions come in capitals from the devices that make them; nobody
set them on purpose.

## Fix
Write the cue in sentence case. Where somebody shouts, a mark such as [shouting] tells it better.

## Fails
    00:01.000 --> 00:04.000
    WE START WITH THE MILL THAT STOOD BY THE RIVER.

## Passes
    00:01.000 --> 00:04.000
    NASA and ESA built it.

    00:04.000 --> 00:05.500
    OK.

## Limits
Cues of up to eight letters pass (`most_letters`): they are acronyms and interjections.
Scripts without capitals have nothing to find.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``most_letters``: cues with at most this many letters pass."""

    most_letters: int = 8


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue that is long enough and has no small letter."""
    for cue in document.cues:
        letters = sum(character.isalpha() for character in cue.text)
        if letters > options.most_letters and cue.text.isupper():
            yield Hit(
                span=text_span(cue),
                cue=cue.index,
                text=cue.text,
                message=f"all {letters} letters are capitals",
                measured=letters,
                limit=options.most_letters,
                unit="letters, all of them capitals",
            )


RULE = Rule(
    code="CAP001",
    name="all-capitals",
    family=Family.READING,
    category=Category.READABILITY,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
)
