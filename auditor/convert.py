"""Clean WebVTT or SubRip from whatever could be read, written by webvtt-py; what is lost is said."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from auditor.model import Cue, Document

if TYPE_CHECKING:
    import webvtt

_MOST_MS = 9_999_999_999 * 3_600_000


class Converted(Struct, frozen=True):
    """The converted file, and one sentence for each kind of thing it does not hold any more."""

    data: bytes
    losses: tuple[str, ...]


def _timestamp(milliseconds: int) -> str:
    seconds, fraction = divmod(min(milliseconds, _MOST_MS), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{fraction:03d}"


def _payload(cue: Cue, document: Document) -> str:
    """The cue's text as WebVTT markup: kept from WebVTT, else escaped. A blank line would end the cue."""
    markup = cue.raw_text if document.format == "webvtt" else html.escape(cue.text, quote=False)
    return "\n".join(line for line in markup.split("\n") if line.strip())


def _settings(cue: Cue, document: Document) -> str | None:
    """The cue settings, if the source has them in WebVTT's form and the writer takes them."""
    import webvtt

    if document.format != "webvtt" or not cue.settings:
        return None
    try:
        webvtt.Caption(settings=cue.settings)
    except webvtt.errors.MalformedCaptionError:
        return None  # counted among the losses
    return cue.settings


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _losses(document: Document, target: str, captions: Sequence[webvtt.Caption]) -> list[str]:
    """What the converted file holds no more, one sentence each."""
    losses = []
    if dropped := len(document.cues) - len(captions):
        losses.append(f"{_counted(dropped, 'cue')} without text or duration, which no player shows")
    if unread := sum(defect.cue is None for defect in document.defects):
        losses.append(f"{_counted(unread, 'block')} that could not be read; `auditor audit` lists them")
    kept = 0 if target == "srt" else sum(bool(str(caption.settings)) for caption in captions)
    if lost := sum(bool(cue.settings) for cue in document.cues) - kept:
        losses.append(f"the position settings of {_counted(lost, 'cue')}")
    if blocks := len(document.styles) + len(document.regions) + len(document.comments):
        losses.append(_counted(blocks, "style, region or comment block"))
    if target == "srt" and (speakers := sum(cue.speaker is not None for cue in document.cues)):
        losses.append(f"the speakers of {_counted(speakers, 'cue')}")
    if any(cue.recognition for cue in document.cues):
        losses.append("the recogniser's confidences and word times")
    return losses


def convert(document: Document, target: str) -> Converted:
    """Write a document as ``vtt`` or ``srt`` (UTF-8). Cues come in order of their start."""
    import webvtt

    shown = [cue for cue in document.cues if cue.text.strip() and cue.end_ms > cue.start_ms]
    captions = [
        webvtt.Caption(
            _timestamp(cue.start_ms),
            _timestamp(cue.end_ms),
            _payload(cue, document),
            identifier=cue.identifier if document.format == "webvtt" else None,
            settings=_settings(cue, document),
        )
        for cue in sorted(shown, key=lambda cue: cue.start_ms)
    ]
    output = io.StringIO()
    webvtt.WebVTT(captions=captions).write(output, format=target, keep_formatting=target == "srt")
    text = output.getvalue()
    if target == "srt":
        text = html.unescape(text)  # SubRip has no entities: players would show them as written
    return Converted(text.encode("utf-8", "replace"), tuple(_losses(document, target, captions)))
