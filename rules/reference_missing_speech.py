"""Speech of the reference or the source track that this track has no text for.

## Why
What is left out cannot be seen in a transcript: the sentences before and after
read well. Recognisers skip stretches behind music or a change of speaker, and
translation loses cues.

Against a reference, a run of words without counterpart is missing. Against a source
track, time counts: the source has captions, this track has none.

## Fix
Listen to the stretch that the finding names. If there is speech, transcribe or
translate it and add cues for it; if the source or the reference says more than was
spoken, accept the finding.

## Fails
    WEBVTT

    NOTE reference
    First we load the data. Then we look at every column by hand. Now we train.

    00:01.000 --> 00:03.000
    First we load the data.

    00:03.000 --> 00:05.000
    Now we train.

## Passes
    WEBVTT

    NOTE reference
    First we load the data. Then we look at every column by hand. Now we train.

    00:01.000 --> 00:03.000
    First we load the data. Then we look

    00:03.000 --> 00:05.000
    at every column by hand. Now we train.

## Limits
A reference is asked for runs of `least_words` words and more, fillers such as "uh" not
counted; a source track for `least_ms` of speech without text, where at least
`least_share` of the time of a source cue is bare. A
translation that says less in the same time is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from auditor.facts.alignment import LEAST_SHARED_TIME, track
from auditor.facts.same_speech import nothing_said
from auditor.facts.sounds import spoken
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.rule import Family, Rule

if TYPE_CHECKING:
    from auditor.facts.error_rates import Token

_SHOWN = 120
_FILLER_WORDS = "uh um uhm er erm ah eh hmm mm mhm 어 음 아 그 えっと えー あの うーん"
_FILLERS = frozenset(_FILLER_WORDS.split())


class Options(Struct, frozen=True):
    """``least_words``: words in a row without counterpart in the reference's alignment.

    ``least_ms``: speech of the source track without text; ``least_share``: the share (0-1)
    of a source cue's time that must be bare. ``least_shared_time``: below this share of
    common caption time the source track is not of the same recording.
    """

    least_words: int = 5
    least_ms: int = 2000
    least_share: float = 0.8
    least_shared_time: float = LEAST_SHARED_TIME


def lacks(document: Document, options: Options) -> str | None:
    """Which evidence is missing."""
    return nothing_said(document, options.least_shared_time)


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _against_reference(document: Document, reference: Document, options: Options) -> Iterator[Hit]:
    from auditor.facts.error_rates import compare, compared_by_character, long_run, shown

    least = long_run(document, options.least_words)
    comparison = compare(document, reference)
    words = comparison.tokens
    for chunk in comparison.located:
        said = [token for token in chunk.reference if token.text not in _FILLERS]
        if chunk.kind != "delete" or len(said) < least or not words:
            continue
        cue = words[min(chunk.at, len(words) - 1)].cue if chunk.at == 0 else words[chunk.at - 1].cue
        text = shown(chunk.reference)
        yield Hit(
            span=text_span(cue),
            cue=cue.index,
            text=cue.text,
            message=f"{'before' if chunk.at == 0 else 'in or behind'} this cue the reference has '{_shown(text)}'"
            + _when(chunk.reference),
            measured=len(said),
            limit=least,
            unit="characters missing" if compared_by_character(document) else "words missing",
            witness="reference",
        )


def _when(missing: Sequence[Token]) -> str:
    first, last = missing[0].cue, missing[-1].cue
    return f" ({first.start_ms / 1000:.1f} to {last.end_ms / 1000:.1f} s)" if last.end_ms > first.start_ms else ""


def _against_source(document: Document, source: Document, options: Options) -> Iterator[Hit]:
    ours = track(document)
    run: list[Cue] = []
    for cue in (*track(source).cues, None):
        if cue is not None and not spoken(cue.text).strip():
            continue
        if cue is not None:
            duration = cue.end_ms - cue.start_ms
            if duration - ours.covered_ms(cue.start_ms, cue.end_ms) >= options.least_share * duration:
                run.append(cue)
                continue
        if run:
            yield from _bare(document, run, options)
            run = []


def _bare(document: Document, run: Sequence[Cue], options: Options) -> Iterator[Hit]:
    ours = track(document)
    start, end = run[0].start_ms, run[-1].end_ms
    bare = sum(cue.end_ms - cue.start_ms - ours.covered_ms(cue.start_ms, cue.end_ms) for cue in run)
    if bare < options.least_ms:
        return
    beside = ours.between(start, end, 1)
    earlier = [cue for cue in beside if cue.start_ms <= start]
    cue = earlier[-1] if earlier else beside[0]
    yield Hit(
        span=text_span(cue),
        cue=cue.index,
        text=cue.text,
        message=f"{'behind' if earlier else 'before'} this cue, from {start / 1000:.1f} to {end / 1000:.1f} s, "
        f"the source track says '{_shown(' '.join(' '.join(one.text.split()) for one in run))}'",
        measured=bare,
        limit=options.least_ms,
        unit="ms of speech without text",
        witness="source track",
    )


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each stretch of speech that has no text here."""
    witnesses = document.witnesses
    if witnesses.reference is not None:
        yield from _against_reference(document, witnesses.reference, options)
    elif witnesses.source is not None and track(document).cues:
        yield from _against_source(document, witnesses.source, options)


RULE = Rule(
    code="REF802",
    name="missing-speech",
    family=Family.REFERENCE,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
