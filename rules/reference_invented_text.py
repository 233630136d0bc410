"""Text that has no counterpart in the reference or the source track.

## Why
Recognisers write over silence and music, and repeat what they have written. A
person who knows what was said sees it at once; a viewer cannot.

Against a reference, a run of words without counterpart is invented, and so is a cue
none of whose words are in the reference. Against a source track, time counts: this
track has text where nothing is said.

## Fix
Listen to the place and delete what nobody says, or write what is said instead. If the
speech is there and the reference or source track leaves it out, keep the text and
complete the other one.

## Fails
    WEBVTT

    NOTE reference
    Now we train. That is all for this week.

    00:01.000 --> 00:03.000
    Now we train.

    00:03.000 --> 00:06.000
    Thanks to everyone who watched our video.

    00:06.000 --> 00:08.000
    That is all for this week.

## Passes
    WEBVTT

    NOTE reference
    Now we train. That is all for this week.

    00:01.000 --> 00:03.000
    Now we train.

    00:03.000 --> 00:08.000
    That is all for this week.

## Limits
A reference is asked for runs of `least_words` words and more, a source track for
cues of `least_ms` and more of which at most `most_share` lies in its captions.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from auditor.facts.alignment import LEAST_SHARED_TIME, track
from auditor.facts.same_speech import nothing_said
from auditor.facts.sounds import spoken
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule

if TYPE_CHECKING:
    from auditor.facts.error_rates import Token


class Options(Struct, frozen=True):
    """``least_words``: words in a row that the reference does not have.

    ``least_ms``: how long a cue must be to be held against the source track;
    ``most_share``: the share (0-1) of its time that may lie in captions of the source track.
    ``least_shared_time``: below this share of common caption time the source track is not
    of the same recording.
    """

    least_words: int = 5
    least_ms: int = 1000
    most_share: float = 0.1
    least_shared_time: float = LEAST_SHARED_TIME


def lacks(document: Document, options: Options) -> str | None:
    """Which evidence is missing."""
    return nothing_said(document, options.least_shared_time)


def _index(token: Token) -> int:
    return token.cue.index


def _against_reference(document: Document, reference: Document, options: Options) -> Iterator[Hit]:
    from auditor.facts.error_rates import compare, compared_by_character, long_run, shown

    least = long_run(document, options.least_words)
    comparison = compare(document, reference)
    sizes = {index: len(list(group)) for index, group in groupby(comparison.tokens, _index)}
    for chunk in comparison.located:
        if chunk.kind != "insert" or len(chunk.hypothesis) < least:
            continue
        for index, group in groupby(chunk.hypothesis, _index):
            invented = list(group)
            cue = invented[0].cue
            yield Hit(
                span=text_span(cue),
                cue=index,
                text=cue.text,
                message=f"'{shown(invented)}' is not in the reference",
                measured=len(chunk.hypothesis),
                limit=least,
                unit="characters in a row" if compared_by_character(document) else "words in a row",
                witness="reference",
                extent=len(invented) / sizes[index],
            )


def _against_source(document: Document, source: Document, options: Options) -> Iterator[Hit]:
    theirs = track(source)
    for cue in track(document).cues:
        duration = cue.end_ms - cue.start_ms
        if duration < options.least_ms or not spoken(cue.text).strip():
            continue
        covered = theirs.covered_ms(cue.start_ms, cue.end_ms)
        if covered <= options.most_share * duration:
            yield Hit(
                span=text_span(cue),
                cue=cue.index,
                text=cue.text,
                message="the source track has no speech here",
                measured=round(covered / duration, 3),
                limit=options.most_share,
                unit="share of the cue's time with speech in the source track",
                witness="source track",
            )


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each stretch of text that nobody said."""
    witnesses = document.witnesses
    if witnesses.reference is not None:
        yield from _against_reference(document, witnesses.reference, options)
    elif witnesses.source is not None:
        yield from _against_source(document, witnesses.source, options)


RULE = Rule(
    code="REF803",
    name="invented-text",
    family=Family.REFERENCE,
    category=Category.FIDELITY,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
