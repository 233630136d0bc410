"""How the tests of parsing read a text, and what they compare."""

from __future__ import annotations

from auditor.model import Cue, Defect, Document, Source, Span
from auditor.parse import parse


def read(content: str | bytes, name: str = "lecture.en.vtt") -> Document:
    """The document of a content under a name whose language is not in question."""
    return parse(Source(name, content.encode() if isinstance(content, str) else content))


def lines_of(text: str) -> list[str]:
    """The lines of a decoded file, by the rule of the W3C parser: LF, CR and CRLF end a line, NUL is U+FFFD."""
    return text.replace("\0", "�").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def quoted(text: str, span: Span) -> str:
    """What stands in a text at a span."""
    lines = lines_of(text)[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def place(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column


def defects(document: Document) -> list[tuple[str, tuple[int, int, int, int], str]]:
    """Kind, place and raw text of every defect."""
    return [(defect.kind.value, place(defect.span), defect.raw) for defect in document.defects]


def only(document: Document) -> Cue:
    assert len(document.cues) == 1, document.cues
    return document.cues[0]


def only_defect(document: Document) -> Defect:
    assert len(document.defects) == 1, document.defects
    return document.defects[0]


def brief(document: Document) -> list[tuple[int, int, str]]:
    """Times and visible text of every cue."""
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in document.cues]
