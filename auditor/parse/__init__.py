"""Bytes to a Document, one module a format. Nothing raises on content, nothing is repaired in silence.

The format is told by the content. A name counts only where the content is silent:
cues without a WebVTT signature in a file called ``.vtt`` are a WebVTT file that
players reject, not a SubRip file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from auditor.model import Defect, DefectKind, Document, Language, Source, Span
from auditor.parse.ass import looks_like_ass, parse_ass
from auditor.parse.encodings import decode
from auditor.parse.json_shapes import SUPPORTED_JSON
from auditor.parse.language import decide
from auditor.parse.lrc import looks_like_lrc, parse_lrc
from auditor.parse.recogniser_json import looks_like_json, parse_json
from auditor.parse.sbv import looks_like_sbv, parse_sbv
from auditor.parse.subrip import looks_like_timing, parse_subrip
from auditor.parse.ttml import looks_like_ttml, parse_ttml
from auditor.parse.webvtt import has_signature, parse_webvtt
from auditor.parse.whisper_tsv import looks_like_whisper_tsv, parse_whisper_tsv

SUPPORTED = (
    "WebVTT (.vtt), SubRip (.srt), SBV (.sbv), TTML (.ttml, .dfxp), ASS and SSA (.ass, .ssa), LRC (.lrc), "
    f"Whisper's TSV, and the JSON of {SUPPORTED_JSON}"
)

# File endings searched for in folders; what a file really is, its content tells. JSON and TSV files are
# mostly something else: they are audited when they are named, or match a glob.
SUFFIXES = frozenset({".vtt", ".srt", ".sbv", ".ttml", ".dfxp", ".ass", ".ssa", ".lrc"})

_Reader = Callable[[str, str, str, Sequence[Defect]], Document]

# Formats with a mark of their own, told before WebVTT and SubRip are looked for.
_MARKED: tuple[tuple[Callable[[str], bool], _Reader], ...] = (
    (looks_like_json, parse_json),
    (looks_like_ttml, parse_ttml),
    (looks_like_ass, parse_ass),
    (looks_like_whisper_tsv, parse_whisper_tsv),
)
# Formats told by the shape of their times, where no arrow stands anywhere.
_WITHOUT_ARROW: tuple[tuple[Callable[[str], bool], _Reader], ...] = (
    (looks_like_sbv, parse_sbv),
    (looks_like_lrc, parse_lrc),
)

_COMMA_TIMING = re.compile(r"\d\s*[,，]\s*\d+\s*-+\s?>")


def _empty(path: str, encoding: str, message: str, defects: tuple[Defect, ...] = ()) -> Document:
    defect = Defect(Span(1, 1, 1, 1), DefectKind.UNREADABLE, "", message)
    return Document(path=path, format="unknown", cues=(), defects=(*defects, defect), encoding=encoding)


def _parse_text(path: str, text: str, encoding: str, defects: tuple[Defect, ...]) -> Document:
    if has_signature(text):
        return parse_webvtt(path, text, encoding, defects)
    for looks_like, read in _MARKED:
        if looks_like(text):
            return read(path, text, encoding, defects)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    timings = [line for line in lines if looks_like_timing(line)]
    if text.lstrip()[:6].upper() == "WEBVTT":
        return parse_webvtt(path, text, encoding, defects)
    if timings:
        if path.lower().endswith(".vtt") and not any(_COMMA_TIMING.search(line) for line in timings):
            return parse_webvtt(path, text, encoding, defects)
        return parse_subrip(path, text, encoding, defects)
    if any("-->" in line for line in lines):
        return parse_subrip(path, text, encoding, defects)
    for looks_like, read in _WITHOUT_ARROW:
        if looks_like(text):
            return read(path, text, encoding, defects)
    return _empty(path, encoding, f"no transcript format known here; supported: {SUPPORTED}", defects)


def parse(source: Source, language: Language | None = None) -> Document:
    """Read a transcript. Never raises on content: whatever cannot be read becomes a defect.

    ``language`` overrides what name, header and text say.
    """
    if not source.data.removeprefix(codecs.BOM_UTF8).strip(b" \t\r\n\0"):
        return _empty(source.path, "utf-8", "the file is empty")
    decoded = decode(source.data)
    if decoded.text is None:
        return Document(source.path, "unknown", (), decoded.defects, encoding=decoded.encoding)
    document = _parse_text(source.path, decoded.text, decoded.encoding, decoded.defects)
    if not document.cues and not any(
        d.kind in (DefectKind.UNREADABLE, DefectKind.BAD_HEADER) for d in document.defects
    ):
        none = Defect(Span(1, 1, 1, 1), DefectKind.UNREADABLE, "", "the file holds no cue that can be read")
        document = replace(document, defects=(*document.defects, none))
    return replace(document, language=decide(source.path, document.header, document.cues, language))
