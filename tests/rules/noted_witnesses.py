"""Witnesses written into a transcript's comments, so that an example shows what it is held against.

``NOTE reference`` is followed by the text that was really said, ``NOTE source track en``
by one line for each cue of the transcript: what the source track says at that cue's time.
"""

from __future__ import annotations

import re
from dataclasses import replace

from auditor.model import Cue, Document, Language, Span, Witnesses

_REFERENCE = re.compile(r"reference\s+(?P<text>.+)", re.S)
_SOURCE = re.compile(r"source track (?P<tag>\S+)\n(?P<lines>.+)", re.S)


def _cue(index: int, start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(index, start_ms, end_ms, text, text, index, Span(index, 1, index, 1), index)


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
            lines = match["lines"].split("\n")
            assert len(lines) == len(document.cues), f"{document.path}: one line for each cue"
            cues = tuple(
                _cue(cue.index, cue.start_ms, cue.end_ms, line) for cue, line in zip(document.cues, lines, strict=True)
            )
            source = Document(f"{document.path}.source", "webvtt", cues, language=Language(match["tag"], "option"))
            witnesses = replace(witnesses, source=source)
    return document if witnesses == Witnesses() else replace(document, witnesses=witnesses)
