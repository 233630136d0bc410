"""The table Whisper writes (.tsv): start and end in whole milliseconds and the text, separated by tabs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model import Cue, Defect, DefectKind, Document, Span
from auditor.parse.line_reading import Reading, lines_of
from auditor.patterns import lazy_pattern

_HEADER = lazy_pattern(r"start\tend\ttext\s*", re.IGNORECASE)
_ROW = lazy_pattern(r"(?P<start>\d{1,12})\t(?P<end>\d{1,12})(?:\t(?P<text>.*))?", re.ASCII)


def looks_like_whisper_tsv(text: str) -> bool:
    """Whether the text begins with the header of Whisper's table."""
    head = next((line for line in lines_of(text) if line.strip()), "")
    return _HEADER.fullmatch(head) is not None


def parse_whisper_tsv(path: str, text: str, encoding: str, defects: Sequence[Defect] = ()) -> Document:
    """Read Whisper's table from its decoded text (without byte order mark). ``defects``: those found while decoding."""
    reading = Reading(lines_of(text), list(defects))
    headed = False
    for at, line in enumerate(reading.lines):
        if not line.strip():
            continue
        if not headed and _HEADER.fullmatch(line):
            headed = True
            continue
        row = _ROW.fullmatch(line)
        if row is None:
            message = "this line is no row of start, end (whole milliseconds) and text, so it is lost"
            reading.defect(DefectKind.MALFORMED_TIMING, message, at)
            continue
        raw = row["text"] or ""
        reading.cues.append(
            Cue(
                index=len(reading.cues) + 1,
                start_ms=int(row["start"]),
                end_ms=int(row["end"]),
                text=raw,
                raw_text=raw,
                line=at + 1,
                timing_span=Span(at + 1, 1, at + 1, row.end("end") + 1),
                text_line=at + 1,
                text_column=(row.start("text") if row["text"] is not None else len(line)) + 1,
            )
        )
    return reading.document(path, "whisper-tsv", encoding)
