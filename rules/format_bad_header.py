"""The WebVTT signature is missing or wrong.

## Why
A browser that does not find `WEBVTT`, in capitals, at the very start of the file,
followed by a space, a tab or the end of the line, refuses the whole file: the
viewer gets no caption at all, and no message. Editors lose the line, converters
write it in small letters, and templates put a blank line before it.

## Fix
Write `WEBVTT` alone into the very first line, in capitals and with nothing before it,
and leave a blank line below it. Mend the program that wrote the file as well, or the
next export has the same fault. Audit again afterwards: nothing behind the bad line has
been read yet.

## Fails: lecture.en.vtt
    webvtt

    00:01.000 --> 00:03.000
    Each head attends to something else.

## Passes: lecture.en.vtt
    WEBVTT - Lecture 3

    00:01.000 --> 00:03.000
    Each head attends to something else.

## Limits
The signature is the one of the W3C specification of WebVTT, section "WebVTT file
parsing". As in a browser nothing after a bad one is read: all scores of the file
are 0 until the first line is mended. Cues with a comma in their times and no
signature are taken for SubRip, whatever the file is called.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import hits
from auditor.model import Category, Confidence, DefectKind, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each fault of the WebVTT signature."""
    yield from hits(document, DefectKind.BAD_HEADER)


RULE = Rule(
    code="FMT002",
    name="bad-header",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
