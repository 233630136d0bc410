"""Word times and probabilities are those of invented text, by Whisper's own test.

## Why
When Whisper writes words that nobody spoke, its word alignment finds no sound to hold
on to: words shrink to a few hundredths of a second or stretch over the silence, and
their probabilities drop. Whisper knows this test and leaves it switched off
(`hallucination_silence_threshold`), so such segments stay in the transcript.

## Fix
Listen to the segment and delete it if it was invented. When you transcribe again with
word timestamps, set `hallucination_silence_threshold` (for example to 2 seconds), which
makes Whisper skip such segments beside silence. If the words are right, only their
times need a new alignment.

## Fails: talk.en.json
    {"language": "en", "segments": [{"start": 0.0, "end": 4.1, "text": " Subscribe now", "words": [
      {"word": " Subscribe", "start": 0.0, "end": 4.05, "probability": 0.08},
      {"word": " now", "start": 4.05, "end": 4.1, "probability": 0.11}
    ]}]}

## Passes: talk.en.json
    {"language": "en", "segments": [{"start": 0.0, "end": 1.1, "text": " Glaze twice", "words": [
      {"word": " Glaze", "start": 0.0, "end": 0.5, "probability": 0.97},
      {"word": " twice", "start": 0.5, "end": 1.1, "probability": 0.93}
    ]}]}

## Limits
A word scores 1 for a probability below 0.15, 15 for each second it is shorter than
0.133 s, and 1 for each second it is longer than 2 s. The first eight words of a segment
count, punctuation aside; the segment is anomalous from a sum of 3, or when the sum
reaches the number of words less 0.01 (whisper/transcribe.py, also in faster-whisper).
The numbers belong to words aligned by Whisper's attention, so only the output of
openai-whisper, faster-whisper and whisper-timestamped is judged: elsewhere short words
are a matter of the aligner's grid. A clear short answer can be anomalous by this test.
What a second recogniser (`--hypothesis`) wrote too is an info, what it has not an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.second_opinion import weighed
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity, Word
from auditor.rule import Family, Rule

_ALIGNED_BY_WHISPER = frozenset({"Whisper", "whisper-timestamped"})
_PUNCTUATION = frozenset("\"'“¿([{-.。,，!！?？:：”)]}、")
_EPSILON = 0.01


class Options(Struct, frozen=True):
    """The constants of Whisper's test.

    ``min_probability``: a less probable word scores 1; ``min_duration_s`` and
    ``max_duration_s``: a shorter or longer one scores by how much; ``words``: how many
    words of a segment count; ``max_score``: the sum from which it is anomalous.
    """

    min_probability: float = 0.15
    min_duration_s: float = 0.133
    max_duration_s: float = 2.0
    words: int = 8
    max_score: float = 3.0


_PER_MISSING_SECOND = 15.0


def _score(word: Word, options: Options) -> float:
    if word.start_ms is None or word.end_ms is None:
        return 0.0
    duration = (word.end_ms - word.start_ms) / 1000
    score = 1.0 if word.confidence is not None and word.confidence < options.min_probability else 0.0
    score += max(0.0, options.min_duration_s - duration) * _PER_MISSING_SECOND
    return score + max(0.0, duration - options.max_duration_s)


def _judged(cue: Cue) -> list[Word]:
    """The words with times and probability; punctuation that stands alone is none."""
    if cue.recognition is None:
        return []
    return [
        word
        for word in cue.recognition.words
        if None not in (word.start_ms, word.end_ms, word.confidence) and not set(word.text) <= _PUNCTUATION
    ]


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose first words are anomalous together."""
    for cue in document.cues:
        words = _judged(cue)[: options.words]
        if not words:
            continue
        score = sum(_score(word, options) for word in words)
        limit = min(options.max_score, len(words) - _EPSILON)
        if score < limit:
            continue
        odd = [f"'{word.text}'" for word in words if _score(word, options) > 0]
        hit = Hit(
            span=text_span(cue),
            cue=cue.index,
            message=f"words as short, long or unlikely as invented ones, {len(odd)} of {len(words)}: {', '.join(odd)}",
            text=cue.text,
            measured=round(score, 2),
            limit=limit,
            unit=f"anomaly score of the first {options.words} words",
            source="openai-whisper, whisper/transcribe.py",
        )
        yield weighed(document, hit, cue, Severity.WARNING)


def lacks(document: Document, options: Options) -> str | None:
    """Whisper did not align the words, or the file gives them no times or no probabilities."""
    if dict(document.header).get("Recogniser") in _ALIGNED_BY_WHISPER and any(_judged(cue) for cue in document.cues):
        return None
    return "the file holds no word times and probabilities of Whisper"


RULE = Rule(
    code="ASR903",
    name="word-anomaly",
    family=Family.RECOGNISER,
    category=Category.FIDELITY,
    severity=Severity.WARNING,
    confidence=Confidence.POSSIBLE,
    options=Options(),
    check=check,
    lacks=lacks,
)
