"""A cue holds more text than can be read while it is shown.

## Why
Viewers lose the end of the caption, or the picture. In a machine transcript such a
speed often means that nobody said the text in that time: it was invented,
doubled, or taken from another cue.

## Fix
Listen first: text that is not said in that time must go. If all of it is said, extend
the cue into a free gap, split or merge it with its neighbours so that it has more time,
or condense the wording where your guideline allows it.

## Fails
    00:01.000 --> 00:02.000
    Backpropagation is nothing more than the chain rule, applied from the last layer to the first.

## Passes
    00:01.000 --> 00:07.000
    Backpropagation is nothing more than the chain rule, applied from the last layer to the first.

## Limits
The profile sets the speed, in characters per second, in words per minute or both;
of both, the one that is exceeded further is reported. Over the limit is a warning,
over 1.3 times the limit an error (`error_ratio`): Netflix is known to accept
overruns of up to 30 %. The score counts a cue in proportion to how far it is over,
in full from the error on.

A cue that could be read in the profile's minimum duration is merely too short and
belongs to TIM102; one without a duration to TIM106.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.limits import cited, stated, unless_set
from auditor.facts.sounds import blank
from auditor.facts.spans import text_span
from auditor.facts.width import FULL, counting_text, cue_width
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.profiles import Limit
from auditor.rule import Family, Rule, limit_of

_PERIODS_MS = {"second": 1_000, "minute": 60_000}


class Options(Struct, frozen=True):
    """The fastest speeds, and from which ratio to them on a cue is an error.

    ``reading_speed`` is in characters per second, ``reading_words`` in words per
    minute. ``min_duration`` is the profile's shortest time on screen, in
    milliseconds; ``error_ratio`` a ratio of speed to limit.
    """

    reading_speed: Limit | None = limit_of("reading_speed")
    reading_words: Limit | None = limit_of("reading_words")
    min_duration: Limit | None = limit_of("min_duration")
    error_ratio: float = 1.3


class _Load(Struct, frozen=True):
    """How much a cue holds of what a limit counts in a period; ``unit`` names the counting rule too."""

    amount: float
    limit: Limit
    counted: str
    period: str
    unit: str

    def speed(self, duration_ms: float) -> float:
        return self.amount * _PERIODS_MS[self.period] / duration_ms

    def ratio(self, duration_ms: float) -> float:
        return self.speed(duration_ms) / self.limit.value


def _loads(text: str, options: Options) -> Iterator[_Load]:
    speed, words = options.reading_speed, options.reading_words
    if speed is not None and speed.counting is not None:
        width = cue_width(text.strip(), speed.counting) / FULL
        yield _Load(width, speed, "characters", "second", f"{counting_text(speed.counting)} per second")
    if words is not None:
        count = sum(any(character.isalnum() for character in word) for word in text.split())
        yield _Load(count, words, "words", "minute", "words per minute")


def _surely_slow(text: str, duration_ms: float, options: Options) -> bool:
    """Whether a look at the length of a text tells that no limit is exceeded, as of most cues.

    No character is wider than one, and no more words are counted than there are between spaces.
    """
    speed, words = options.reading_speed, options.reading_words
    if speed is not None and len(text) * _PERIODS_MS["second"] >= speed.value * duration_ms:
        return False
    return words is None or len(text.split()) * _PERIODS_MS["minute"] < words.value * duration_ms


def lacks(document: Document, options: Options) -> str | None:
    """The profile must set a speed."""
    return unless_set("reading speed", options.reading_speed, options.reading_words)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue that is faster than the limit."""
    shortest = options.min_duration.value if options.min_duration is not None else 0.0
    for cue in document.cues:
        duration = cue.end_ms - cue.start_ms
        if duration <= 0 or _surely_slow(cue.text, max(duration, shortest), options) or blank(cue.text):
            continue
        worst = max(_loads(cue.text, options), key=lambda load: load.ratio(duration))
        if worst.ratio(max(duration, shortest)) <= 1:
            continue
        ratio = worst.ratio(duration)
        over = f"{ratio:.1f} times the limit" if ratio >= 2 else f"{math.ceil((ratio - 1) * 100)} % over the limit"
        # Rounded up: a speed just over the limit must not print as the limit.
        speed = math.ceil(worst.speed(duration) * 10) / 10
        yield Hit(
            span=text_span(cue),
            cue=cue.index,
            message=f"runs at {speed:g} {worst.counted} per {worst.period}, {over}",
            text=cue.text,
            measured=speed,
            limit=stated(worst.limit),
            unit=worst.unit,
            source=cited(worst.limit),
            severity=Severity.ERROR if ratio > options.error_ratio else Severity.WARNING,
            extent=min(1.0, (ratio - 1) / (options.error_ratio - 1)) if options.error_ratio > 1 else 1.0,
        )


RULE = Rule(
    code="RDG201",
    name="too-fast-to-read",
    family=Family.READING,
    category=Category.READABILITY,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
    lacks=lacks,
)
