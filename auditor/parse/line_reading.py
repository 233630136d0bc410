"""What the readers of line-based formats share: the lines of a file, and what has been read of them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.model import Comment, Cue, Defect, DefectKind, Document, FileFormat, Span
from auditor.parse.cue_text import CueText


def lines_of(text: str) -> list[str]:
    """The lines of a decoded file, as all readers count them: LF, CR and CRLF end a line, NUL is U+FFFD."""
    return text.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def visible(raw: str, offsets: Sequence[int], characters: Sequence[str]) -> CueText:
    """A payload of which ``characters`` are seen, each standing for the raw text at its offset."""
    text = "".join(characters)
    return CueText(text) if text == raw else CueText(text, (*offsets, len(raw)))


class Reading(Struct):
    """A file while it is read: its lines, and the cues, defects and the rest found so far."""

    lines: Sequence[str]
    defects: list[Defect]
    cues: list[Cue] = field(default_factory=list)
    header: list[tuple[str, str]] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    def span(self, first: int, last: int | None = None) -> Span:
        """The span of whole lines, given as 0-based indices."""
        end = first if last is None else last
        return Span(first + 1, 1, end + 1, len(self.lines[end]) + 1)

    def defect(self, kind: DefectKind, message: str, first: int, last: int | None = None) -> None:
        """Note whole lines (0-based indices) that could not be taken as written."""
        raw = "\n".join(self.lines[first : first + 1 if last is None else last + 1])
        self.defects.append(Defect(self.span(first, last), kind, raw, message))

    def by_time(self) -> None:
        """Put the cues into the order of their start, for formats in which the order of the lines means nothing."""
        order = sorted(self.cues, key=lambda cue: cue.start_ms)
        place = {cue.index: index for index, cue in enumerate(order, 1)}
        self.cues = [replace(cue, index=index) for index, cue in enumerate(order, 1)]
        self.defects = [replace(d, cue=place[d.cue]) if d.cue is not None else d for d in self.defects]

    def document(self, path: str, kind: FileFormat, encoding: str) -> Document:
        """The finished document, its defects in the order of the file."""
        return Document(
            path=path,
            format=kind,
            cues=tuple(self.cues),
            defects=tuple(sorted(self.defects, key=lambda defect: (defect.span.line, defect.span.column))),
            encoding=encoding,
            header=tuple(self.header),
            styles=tuple(self.styles),
            comments=tuple(self.comments),
            lines=len(self.lines),
        )
