"""The recogniser wrote text where it heard no speech.

## Why
Over silence, music and noise recognisers invent sentences: thanks for watching,
credits, a repeated phrase. Whisper estimates for every passage how likely it holds
no speech at all, yet drops the passage only when it is also unsure of the words.
What it was sure of stays in the transcript.

## Fix
Listen to the passage and delete the cue if nobody speaks. When you transcribe again,
use voice activity detection (`vad_filter` in faster-whisper) or cut the silence out
beforehand. Quiet speech under music can be real: keep it then.

## Fails: talk.en.json
    {"language": "en", "segments": [
      {"start": 0.0, "end": 4.0, "text": " Fill the mould slowly.", "avg_logprob": -0.2, "no_speech_prob": 0.02},
      {"start": 4.0, "end": 30.0, "text": " See you next time.", "avg_logprob": -1.2, "no_speech_prob": 0.91}
    ]}

## Passes: talk.en.json
    {"language": "en", "segments": [
      {"start": 0.0, "end": 4.0, "text": " Fill the mould slowly.", "avg_logprob": -0.2, "no_speech_prob": 0.02},
      {"start": 4.0, "end": 7.0, "text": " Then let it stand.", "avg_logprob": -0.4, "no_speech_prob": 0.55}
    ]}

## Limits
An error when both of Whisper's own conditions for silence hold: no-speech probability
above 0.6 and mean log probability below -1.0 (`no_speech_threshold`,
`logprob_threshold` in whisper/transcribe.py). A warning when only the first does:
soft speech over music often has it too. Text that only describes sound, such as
`[Music]`, may stand over silence. Both values belong to a window of 30 s, which may
hold speech and silence. A low value proves nothing. Text that a second recogniser
(`--hypothesis`) wrote too is an info, text that it has not an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.second_opinion import weighed
from auditor.facts.sounds import spoken
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``max_no_speech``: highest probability (0-1) of no speech that text may have.

    ``min_logprob``: mean log probability below which such text is an error.
    """

    max_no_speech: float = 0.6
    min_logprob: float = -1.0


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue with text whose no-speech probability is over the limit."""
    for cue in document.cues:
        known = cue.recognition
        if known is None or known.no_speech_probability is None or not spoken(cue.text):
            continue
        silence = known.no_speech_probability
        if silence <= options.max_no_speech:
            continue
        unsure = known.avg_logprob is not None and known.avg_logprob < options.min_logprob
        message = f"the recogniser held this for no speech with a probability of {silence:.2f}"
        if unsure:
            message += f" and was unsure of the words (mean log probability {known.avg_logprob:.2f})"
        hit = Hit(
            span=text_span(cue),
            cue=cue.index,
            message=message,
            text=cue.text,
            measured=round(silence, 3),
            limit=options.max_no_speech,
            unit="probability of no speech",
            source="openai-whisper, whisper/transcribe.py",
            severity=Severity.ERROR if unsure else Severity.WARNING,
        )
        yield weighed(document, hit, cue, Severity.ERROR)


def lacks(document: Document, options: Options) -> str | None:
    """The file is no recogniser's output, or one that does not say how likely it heard no speech."""
    if any(cue.recognition is not None and cue.recognition.no_speech_probability is not None for cue in document.cues):
        return None
    return "the file holds no no-speech probabilities"


RULE = Rule(
    code="ASR902",
    name="text-over-silence",
    family=Family.RECOGNISER,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.POSSIBLE,
    options=Options(),
    check=check,
    lacks=lacks,
)
