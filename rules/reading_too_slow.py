"""A cue holds far less text than its time could hold.

## Why
Either the cue was stretched over a pause and stays on screen after it has been
said, or the recogniser heard more than it wrote and the rest of the sentence is
missing.

## Fix
Listen to the whole cue. If speech is missing, transcribe that stretch again; if the cue
only stays on during a pause, end it where the speech ends.

## Fails
    00:01.000 --> 00:16.000
    So then we

## Passes
    00:01.000 --> 00:04.000
    So then we

    00:04.000 --> 00:07.000
    compare both models on data they have never seen.

    00:07.000 --> 00:20.000
    [Applause]

## Limits
The profile sets the slowest plausible speech in characters per second. A cue is
flagged when it lasts at least three seconds longer (`slack_ms`) than its text takes
at that speed, so a short answer that is held for the reader passes. Music, lyrics
(♪), descriptions of sound in brackets and lone punctuation are no speech and not
judged. The score counts the share of the time that stays unexplained.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.limits import cited, stated, unless_set
from auditor.facts.spans import text_span
from auditor.facts.texts import texts
from auditor.facts.width import FULL, counting_text, cue_width, halfwidths
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.profiles import Limit
from auditor.rule import Family, Rule, limit_of


class Options(Struct, frozen=True):
    """``speech_floor``: characters per second of the slowest speech; ``slack_ms``: time a cue may last beyond it."""

    speech_floor: Limit | None = limit_of("speech_floor")
    slack_ms: int = 3_000


def lacks(document: Document, options: Options) -> str | None:
    """The profile must set a floor."""
    return unless_set("slowest speech", options.speech_floor)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose time its text does not explain."""
    limit = options.speech_floor
    if limit is None or limit.counting is None:
        return
    known = texts(document)
    # What the letters and digits of plain text explain alone; most cues need no exact width.
    each_ms = halfwidths("a", limit.counting) / FULL * 1_000 / limit.value if known.joined.isascii() else 0.0
    for cue, text, letters in zip(document.cues, known.spoken, known.letters, strict=True):
        duration = cue.end_ms - cue.start_ms
        if duration - len(letters) * each_ms < options.slack_ms or duration <= 0 or not text:
            continue
        width = cue_width(text, limit.counting) / FULL
        needed = width * 1_000 / limit.value
        if duration - needed >= options.slack_ms:
            yield Hit(
                span=text_span(cue),
                cue=cue.index,
                message=f"lasts {duration / 1000:.1f} s, the text explains {needed / 1000:.1f} s at most",
                text=cue.text,
                # Rounded down: a speed just under the limit must not print as the limit.
                measured=math.floor(width * 10_000 / duration) / 10,
                limit=stated(limit),
                unit=f"{counting_text(limit.counting)} per second",
                source=cited(limit),
                extent=1 - needed / duration,
            )


RULE = Rule(
    code="RDG202",
    name="too-slow-for-speech",
    family=Family.READING,
    category=Category.READABILITY,
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
