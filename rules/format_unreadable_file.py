"""The file is empty, binary, undecodable, not a caption file, or holds no cue.

## Why
Nothing of such a file reaches a viewer. Downloads that failed leave an error page
or zero bytes under the name of the transcript, and a recogniser that crashed leaves
a bare header. A batch goes on without noticing unless the file is named.

## Fix
Get the file again: repeat the download or the export, or run the recogniser once more
and see that it ends without an error. If it is no transcript, take it out of the folder
or exclude it from the audit.

## Fails: lecture.en.vtt
    <!DOCTYPE html>
    <title>Service unavailable</title>

## Passes: lecture.en.vtt
    WEBVTT

    00:01.000 --> 00:03.000
    Welcome to the last lecture.

## Limits
A file with a good header and no cue is flagged too: as a transcript it says
nothing. When every cue was lost to a fault of its own, those faults are reported
as well. WebVTT without its signature belongs to FMT002. All scores of a file of
which nothing could be read are 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import hits
from auditor.model import Category, Confidence, DefectKind, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit when nothing of the file could be read, or nothing in it is a cue."""
    yield from hits(document, DefectKind.UNREADABLE)


RULE = Rule(
    code="FMT001",
    name="unreadable-file",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
