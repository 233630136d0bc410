"""The file holds one caption format under the file name of another.

## Why
Upload forms, players and converters choose their reader by the name. WebVTT named
`.srt` fails there in ways that look like a fault of the captions: the header shows
up as a caption, every time is refused for its decimal point, or the file is
rejected.

## Fix
Rename the file after the format it holds. If the other format is wanted, convert the
file to it (`auditor convert IN OUT`) instead of only renaming it.

## Fails: lecture.en.srt
    WEBVTT

    00:01.000 --> 00:03.000
    A token is not a word.

## Passes: lecture.en.srt
    1
    00:00:01,000 --> 00:00:03,000
    A token is not a word.

## Limits
Only a name that promises another caption format is flagged; `lecture.txt`, a name
without a suffix and standard input promise nothing. Upper and lower case of the
suffix are the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from auditor.model import Category, Confidence, Document, FileFormat, Hit, Severity, Span
from auditor.rule import Family, NoOptions, Rule

_NAMES: dict[FileFormat, tuple[str, tuple[str, ...]]] = {
    "webvtt": ("WebVTT", (".vtt", ".webvtt")),
    "subrip": ("SubRip", (".srt",)),
    "sbv": ("SubViewer", (".sbv",)),
    "ttml": ("TTML", (".ttml", ".dfxp", ".itt", ".xml")),
    "ass": ("SubStation Alpha", (".ass", ".ssa")),
    "lrc": ("LRC lyrics", (".lrc",)),
    "whisper-tsv": ("tab-separated values", (".tsv",)),
    "recogniser-json": ("JSON", (".json", ".jsonl")),
}


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield one hit when the suffix of the file name belongs to another format than the content."""
    if document.format not in _NAMES:
        return
    content, suffixes = _NAMES[document.format]
    suffix = os.path.splitext(document.path)[1].lower()
    if suffix in suffixes:
        return
    for promised, others in _NAMES.values():
        if suffix in others:
            yield Hit(
                span=Span(1, 1, 1, 1),
                message=f"the content is {content}, the name says {promised} ({suffix})",
                measured=content,
                limit=promised,
                unit="file format",
            )


RULE = Rule(
    code="FMT006",
    name="extension-mismatch",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
