"""From an offset in a cue's text, as a viewer sees it, to a place in the file."""

from __future__ import annotations

from auditor.model import Cue, Span
from auditor.parse.positions import raw_span


def text_span(cue: Cue, start: int = 0, end: int | None = None) -> Span:
    """The place of ``cue.text[start:end]`` in the file; of the whole text when no offsets are given."""
    if end is None:
        end = len(cue.text)
    if cue.text_map is None:
        return raw_span(cue, start, end)
    if start >= end:
        return raw_span(cue, cue.text_map[start], cue.text_map[end])
    # The end is where the last character ends, not where the next begins: a tag between two
    # characters belongs to neither. Only a character reference is longer than its character.
    last = cue.text_map[end - 1]
    following = cue.text_map[end]
    raw_end = following if cue.raw_text[last] in "&\\" else min(last + 1, following)
    return raw_span(cue, cue.text_map[start], raw_end)
