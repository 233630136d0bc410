"""From an offset in a cue's raw text to a place in the file."""

from __future__ import annotations

from auditor.model import Cue, Span


def _place(cue: Cue, raw_offset: int) -> tuple[int, int]:
    before = cue.raw_text[:raw_offset]
    line = before.count("\n")
    if line == 0:
        return cue.text_line, cue.text_column + raw_offset
    return cue.text_line + line, raw_offset - before.rfind("\n")


def raw_span(cue: Cue, start: int, end: int) -> Span:
    """The place of ``cue.raw_text[start:end]`` in the file."""
    line, column = _place(cue, start)
    end_line, end_column = _place(cue, end)
    return Span(line, column, end_line, end_column)
