"""From an offset in a cue's text, as a viewer sees it, to a place in the file."""

from __future__ import annotations

from auditor.model import Cue, Span
from auditor.parse.positions import raw_span
from auditor.patterns import lazy_pattern


def text_span(cue: Cue, start: int = 0, end: int | None = None) -> Span:
    """The place of ``cue.text[start:end]`` in the file; of the whole text when no offsets are given."""
    if end is None:
        end = len(cue.text)
    if cue.text_map is None:
        return raw_span(cue, start, end)
    if start >= end:
        return raw_span(cue, cue.text_map[start], cue.text_map[end])
    # The end is where the last character ends, not where the next begins: a tag between two
    # characters belongs to neither.
    last = cue.text_map[end - 1]
    raw_end = min(last + _length(cue.raw_text, last), max(cue.text_map[end], last + 1))
    return raw_span(cue, cue.text_map[start], raw_end)


# A character reference of HTML, or an escape of JSON (two of them make one character beyond the BMP).
_LONGER = lazy_pattern(r"&[#\w]+;?|\\u[dD][89abAB]\w\w\\u\w{4}|\\u\w{4}|\\.")


def _length(raw: str, at: int) -> int:
    """How many characters of the file the character at ``at`` is written with."""
    match = _LONGER.match(raw, at)
    return match.end() - at if match else 1
