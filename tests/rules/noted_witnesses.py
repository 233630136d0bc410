"""Witnesses written into a transcript's comments, so that an example shows what it is held against.

``NOTE reference`` is followed by the text that was really said, ``NOTE source track en`` and
``NOTE hypothesis`` by one line for each cue of the transcript: what the source track or the
second recogniser says at that cue's time, ``-`` for nothing.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from auditor.model import Cue, Document, Language, Span, Witnesses

_REFERENCE = re.compile(r"reference\s+(?P<text>.+)", re.S)
_SOURCE = re.compile(r"source track (?P<tag>\S+)\n(?P<lines>.+)", re.S)
_HYPOTHESIS = re.compile(r"hypothesis\n(?P<lines>.+)", re.S)


def _cue(index: int, start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(index, start_ms, end_ms, text, text, index, Span(index, 1, index, 1), index)


def beside(document: Document, lines: list[str], name: str, language: Language) -> Document:
    """A witness with a line for each cue of a document, at its time; none where the line is ``-``."""
    assert len(lines) == len(document.cues), f"{document.path}: one line for each cue"
    said = [(cue, line) for cue, line in zip(document.cues, lines, strict=True) if line != "-"]
    cues = tuple(_cue(at, cue.start_ms, cue.end_ms, line) for at, (cue, line) in enumerate(said, 1))
    return Document(f"{document.path}.{name}", "webvtt", cues, language=language)


def with_noted_witnesses(document: Document) -> Document:
    """The document with the witnesses that its comments hold; itself when they hold none."""
    witnesses = Witnesses()
    for comment in document.comments:
        text = comment.text.strip()
        if match := _REFERENCE.fullmatch(text):
            cue = _cue(1, 0, 0, match["text"])
            said = Document(f"{document.path}.txt", "unknown", (cue,), language=document.language)
            witnesses = replace(witnesses, reference=said)
        elif match := _SOURCE.fullmatch(text):
            source = beside(document, match["lines"].split("\n"), "source", Language(match["tag"], "option"))
            witnesses = replace(witnesses, source=source)
        elif match := _HYPOTHESIS.fullmatch(text):
            second = beside(document, match["lines"].split("\n"), "hypothesis", document.language)
            witnesses = replace(witnesses, hypothesis=second)
    return document if witnesses == Witnesses() else replace(document, witnesses=witnesses)
