"""A cue differs from the reference in too many of its words.

## Why
The error rate of a file hides where the errors are. One cue in which half of the
words are wrong misleads a viewer and spoils a training example, however good the rest.

The whole text is aligned with the reference by words, so the reference may be
timed captions or plain text; where both have times that agree, words more than half a
minute apart are never taken for each other. Case, punctuation and the spelling of numbers do not
count. Korean is measured in characters without spaces, because writers space it
differently; languages written without spaces are measured in characters too.

## Fix
Compare the cue with the reference and the audio, and correct the words. Check that the
reference is of this recording and this version; if it is the reference that is wrong,
correct that.

## Fails
    WEBVTT

    NOTE reference
    The gradient tells us which way is down.

    00:01.000 --> 00:04.000
    The greedy aunt sells a switch way is down

## Passes
    WEBVTT

    NOTE reference
    The gradient tells us which way is down.

    00:01.000 --> 00:04.000
    the gradient tells us which way is down

## Limits
`limit` is 0.5 of the words, `limit_characters` 0.35 of the characters: both are this
tool's own, set where, on public pairs of transcripts and references, a reader no
longer understands the cue. Cues with fewer than `least_words` words of reference are not judged.
Long runs of missing or added words belong to REF802 and REF803.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule

_SHOWN = 120


class Options(Struct, frozen=True):
    """``limit``: word error rate of a cue (0-1) from which on it is reported.

    ``limit_characters``: the same for the character error rate of Korean and of
    languages written without spaces. ``least_words``: fewer words of reference are not judged.
    """

    limit: float = 0.5
    limit_characters: float = 0.35
    least_words: int = 4


def lacks(document: Document, options: Options) -> str | None:
    """Which evidence is missing."""
    if document.witnesses.reference is None:
        return "no reference given"
    from auditor.facts.error_rates import unusable

    return unusable(document, document.witnesses.reference)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose error rate reaches the limit."""
    from auditor.facts.error_rates import by_cue, compared_by_character, long_run

    reference = document.witnesses.reference
    assert reference is not None  # see lacks()
    characters = compared_by_character(document)
    limit = options.limit_characters if characters else options.limit
    least = long_run(document, options.least_words)
    for errors in by_cue(document, reference):
        if errors.said < least or errors.rate < limit:
            continue
        yield Hit(
            span=text_span(errors.cue),
            cue=errors.cue.index,
            text=errors.cue.text,
            message=f"{errors.rate:.0%} of what was said differs; the reference has '{_shown(errors.reference)}'",
            measured=round(errors.rate, 3),
            limit=limit,
            unit="character error rate without spaces" if characters else "word error rate",
            witness="reference",
            extent=min(1.0, errors.rate),
        )


RULE = Rule(
    code="REF801",
    name="high-error-cue",
    family=Family.REFERENCE,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=Options(),
    check=check,
    lacks=lacks,
)
