"""The recogniser itself was not sure of what it wrote.

## Why
A recogniser that guesses writes fluent text all the same, and the guess reads like
the rest. Its own confidence is the only sign that needs neither the audio nor a
reference. Whisper holds a passage to be failed when the mean log probability of its
tokens is below -1.0 or the text compresses by more than 2.4, and decodes it again; what
still carries such values in the file had failed at every try.

Where words carry confidences, their mean is held against the same limit: a log
probability of -1.0 is a probability of 0.37.

## Fix
Listen to the passage and correct what is wrong. If there are many, transcribe those
stretches again from better audio, with a larger model or with the terms of the lecture
given as a prompt, and compare the two results. Right text can be accepted as it is.

## Fails: talk.en.json
    {"language": "en", "segments": [
      {"start": 0.0, "end": 3.2, "text": " The kiln cools until morning.", "avg_logprob": -0.21},
      {"start": 3.2, "end": 5.0, "text": " The king calls and till mourning.", "avg_logprob": -1.34}
    ]}

## Passes: talk.en.json
    {"language": "en", "segments": [
      {"start": 0.0, "end": 3.2, "text": " The kiln cools until morning.", "avg_logprob": -0.21},
      {"start": 3.2, "end": 5.0, "text": " Nobody opens the door.", "avg_logprob": -0.95}
    ]}

## Limits
Mean log probability -1.0 and compression ratio 2.4 are the defaults of openai-whisper
(`logprob_threshold`, `compression_ratio_threshold` in whisper/transcribe.py, also in
faster-whisper). Whisper judges windows of 30 s: all segments of a window share both
values, so one failed window gives a finding for each. Confidences of different
services are scaled differently; set `min_confidence` for yours. Confident nonsense
passes: on speech-free audio recognisers are often sure. What a second recogniser
(`--hypothesis`) wrote too is an info, what it wrote otherwise an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.second_opinion import weighed
from auditor.facts.sounds import blank
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Recognition, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """Limits on what the recogniser says of a segment.

    ``min_logprob``: lowest mean natural-log probability of its tokens;
    ``min_confidence``: lowest mean confidence (0-1) of its words, or of itself where
    the words have none; ``max_compression``: highest ratio of UTF-8 bytes to zlib bytes.
    """

    min_logprob: float = -1.0
    min_confidence: float = 0.37
    max_compression: float = 2.4


class _Doubt(Struct, frozen=True):
    """One value beyond its limit; ``excess`` is how far, as a share of the limit."""

    message: str
    measured: float
    limit: float
    unit: str
    source: str
    excess: float


_WHISPER = "openai-whisper, whisper/transcribe.py"


def _word_confidence(recognition: Recognition) -> float | None:
    known = [word.confidence for word in recognition.words if word.confidence is not None]
    if not known:
        return recognition.confidence
    from statistics import fmean  # only for what a recogniser says more about than text

    return fmean(known)


def _doubts(recognition: Recognition, options: Options) -> Iterator[_Doubt]:
    logprob = recognition.avg_logprob
    if logprob is not None and logprob < options.min_logprob:
        message = f"the recogniser's mean log probability is {logprob:.2f}, below {options.min_logprob:g}"
        excess = options.min_logprob - logprob
        yield _Doubt(message, round(logprob, 3), options.min_logprob, "mean log probability", _WHISPER, excess)
    confidence = _word_confidence(recognition)
    if confidence is not None and confidence < options.min_confidence:
        what = "mean word confidence" if any(w.confidence is not None for w in recognition.words) else "confidence"
        message = f"the recogniser's {what} is {confidence:.2f}, below {options.min_confidence:g}"
        excess = (options.min_confidence - confidence) / max(options.min_confidence, 0.01)
        source = f"exp(-1.0), after {_WHISPER}"
        yield _Doubt(message, round(confidence, 3), options.min_confidence, what, source, excess)
    ratio = recognition.compression_ratio
    if ratio is not None and ratio > options.max_compression:
        message = (
            f"the recogniser's text compresses by {ratio:.2f}, above {options.max_compression:g}: it repeats itself"
        )
        excess = (ratio - options.max_compression) / max(options.max_compression, 0.01)
        unit = "UTF-8 bytes per zlib byte"
        yield _Doubt(message, round(ratio, 3), options.max_compression, unit, _WHISPER, excess)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield one hit for each cue the recogniser doubts: the value furthest beyond its limit is the one measured."""
    for cue in document.cues:
        if cue.recognition is None or blank(cue.text):
            continue
        doubts = sorted(_doubts(cue.recognition, options), key=lambda doubt: -doubt.excess)
        if doubts:
            hit = Hit(
                span=text_span(cue),
                cue=cue.index,
                message="; ".join(doubt.message for doubt in doubts),
                text=cue.text,
                measured=doubts[0].measured,
                limit=doubts[0].limit,
                unit=doubts[0].unit,
                source=doubts[0].source,
            )
            yield weighed(document, hit, cue, Severity.WARNING)


def lacks(document: Document, options: Options) -> str | None:
    """The file is no recogniser's output, or one without any measure of confidence."""
    for cue in document.cues:
        known = cue.recognition
        if known is not None and (
            known.avg_logprob is not None or known.compression_ratio is not None or _word_confidence(known) is not None
        ):
            return None
    return "the file holds no recogniser confidences"


RULE = Rule(
    code="ASR901",
    name="low-confidence",
    family=Family.RECOGNISER,
    category=Category.FIDELITY,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
