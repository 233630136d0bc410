"""Bytes to a Document, one module a format. Nothing raises on content, nothing is repaired in silence.

The format is told by the content. A name counts only where the content is silent:
cues without a WebVTT signature in a file called ``.vtt`` are a WebVTT file that
players reject, not a SubRip file.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from auditor.model import Defect, DefectKind, Document, Language, Source, Span
from auditor.parse.encodings import decode
from auditor.parse.language import decide
from auditor.parse.webvtt import has_signature, parse_webvtt
from auditor.patterns import lazy_pattern

# File endings searched for in folders; what a file really is, its content tells. JSON and TSV files are
# mostly something else: they are audited when they are named, or match a glob.
SUFFIXES = frozenset({".vtt", ".srt", ".sbv", ".ttml", ".dfxp", ".ass", ".ssa", ".lrc"})

_Reader = Callable[[str, str, str, Sequence[Defect]], Document]

_COMMA_TIMING = lazy_pattern(r"\d\s*[,，]\s*\d+\s*-+\s?>")


def _empty(path: str, encoding: str, message: str, defects: tuple[Defect, ...] = ()) -> Document:
    defect = Defect(Span(1, 1, 1, 1), DefectKind.UNREADABLE, "", message)
    return Document(path=path, format="unknown", cues=(), defects=(*defects, defect), encoding=encoding)


# The readers of most formats are imported when a transcript may be theirs: nearly all are WebVTT or SubRip.


def _marked(text: str) -> _Reader | None:
    """The reader of a format with a mark of its own, told before WebVTT and SubRip are looked for."""
    first = text.lstrip()[:1]
    if first in ("{", "["):
        from auditor.parse.recogniser_json import looks_like_json, parse_json

        if looks_like_json(text):
            return parse_json
    if first == "<":
        from auditor.parse.ttml import looks_like_ttml, parse_ttml

        if looks_like_ttml(text):
            return parse_ttml
    if "[" in text:
        from auditor.parse.ass import looks_like_ass, parse_ass

        if looks_like_ass(text):
            return parse_ass
    if "\t" in text:
        from auditor.parse.whisper_tsv import looks_like_whisper_tsv, parse_whisper_tsv

        if looks_like_whisper_tsv(text):
            return parse_whisper_tsv
    return None


def _without_arrow(text: str) -> _Reader | None:
    """The reader of a format told by the shape of its times, where no arrow stands anywhere."""
    from auditor.parse.lrc import looks_like_lrc, parse_lrc
    from auditor.parse.sbv import looks_like_sbv, parse_sbv

    if looks_like_sbv(text):
        return parse_sbv
    return parse_lrc if looks_like_lrc(text) else None


def _unknown(path: str, encoding: str, defects: tuple[Defect, ...]) -> Document:
    from auditor.parse.json_shapes import SUPPORTED_JSON

    supported = (
        "WebVTT (.vtt), SubRip (.srt), SBV (.sbv), TTML (.ttml, .dfxp), ASS and SSA (.ass, .ssa), LRC (.lrc), "
        f"Whisper's TSV, and the JSON of {SUPPORTED_JSON}"
    )
    return _empty(path, encoding, f"no transcript format known here; supported: {supported}", defects)


def _parse_text(path: str, text: str, encoding: str, defects: tuple[Defect, ...]) -> Document:
    if has_signature(text):
        return parse_webvtt(path, text, encoding, defects)
    if read := _marked(text):
        return read(path, text, encoding, defects)
    from auditor.parse.subrip import looks_like_timing, parse_subrip

    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    timings = (line for line in lines if looks_like_timing(line))
    if text.lstrip()[:6].upper() == "WEBVTT":
        return parse_webvtt(path, text, encoding, defects)
    if (first := next(timings, None)) is not None:
        if path.lower().endswith(".vtt") and not any(_COMMA_TIMING.search(line) for line in (first, *timings)):
            return parse_webvtt(path, text, encoding, defects)
        return parse_subrip(path, text, encoding, defects)
    if any("-->" in line for line in lines):
        return parse_subrip(path, text, encoding, defects)
    if read := _without_arrow(text):
        return read(path, text, encoding, defects)
    return _unknown(path, encoding, defects)


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
