"""A word or phrase loops inside a cue beyond what anybody says.

## Why
Recognisers and translation models that lose the thread repeat their last words
until the segment is full. The viewer reads nonsense while the speech goes on,
and a model trained on the transcript learns to loop.

A count alone does not decide. People say "no, no, no", spell "C plus plus",
start a sentence twice. So a short word needs more copies than a long one, a
phrase fewer, a long sentence only two; digits never loop. In a track of another
script, foreign words that come back within one run are a loop at once: no
language doubles the terms it borrows. In Korean a doubled noun counts when the
track doubles it again and again, or when it stands behind a finished sentence;
reduplication of the language (정말 정말, 하나하나) and spelled-out terms do not.

## Fix
Do not only delete the copies: the speech behind them is usually missing. Transcribe
that stretch of audio again with `condition_on_previous_text` off or a little audio cut
off before it, or translate the cue again, and check the result against the audio. If
the speaker repeats it, reject the finding.

## Fails
    00:01.000 --> 00:05.000
    So we turn it off and turn it off and turn it off and turn it off and

## Fails: lecture.ko.vtt
    00:01.000 --> 00:05.000
    유약을 바르는 과정을 볼 수 있어요 roll on roll on roll

## Passes
    00:01.000 --> 00:05.000
    No, no, no, that is very, very important, blah blah blah.

## Passes: lecture.ko.vtt
    00:01.000 --> 00:05.000
    네, 네, 정말 정말 중요한 C 플러스 플러스 코드예요

## Limits
Copies in a row: 8 of a word of up to four letters, 5 of a longer one, 4 of a
phrase (3 when it is long and fills the cue), 2 of a sentence of eight words; one
copy less, and sentences of six words, are a warning (`emphatic`, `word`, `phrase`,
`sentence_words`). A stretch of ten words with fewer than one different word in
three is a loop whose copies differ. Chosen by reasoning about speech, measured
on labelled lectures.
A loop that the source track repeats as often at this time, or that a second recogniser
(`--hypothesis`) wrote too, is an info that says so. One that the second recogniser
has not is certain, if the copies are more than a stutter it may have tidied away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from auditor.facts.korean import is_noun, is_one_word, without_particle
from auditor.facts.repetition import Bars, Repetition, repetitions, suspects
from auditor.facts.sounds import spoken
from auditor.facts.source_repetition import weighed_repetition
from auditor.facts.spans import text_span
from auditor.facts.texts import texts
from auditor.facts.words import primary, scripts_of, words
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """Copies in a row from which a loop is reported.

    ``emphatic``: of a short word; ``word``: of a longer one; ``phrase``: of several
    words; ``sentence_words``: words from which two copies are enough.
    """

    emphatic: int = 8
    word: int = 5
    phrase: int = 3
    sentence_words: int = 6


class _Doubling(Struct, frozen=True):
    """A Korean noun that stands twice in a row in a cue."""

    cue: Cue
    start: int
    end: int
    noun: str
    orphan: bool


_SENTENCE_END = lazy_pattern(r"(?:요|다|죠|까|네|지요|군요)[.!?…]*\s*$")


def _may_double(keys: Sequence[str]) -> bool:
    """Whether a word is followed by one that begins with it, as every doubling is."""
    return any(map(str.startswith, keys[1:], keys))


def _doublings(document: Document) -> Iterator[_Doubling]:
    for cue, keys in zip(document.cues, texts(document).keys, strict=True):
        if not _may_double(keys):
            continue
        sequence = words(cue.text) if spoken(cue.text) == cue.text else ()
        for at, (first, second) in enumerate(pairwise(sequence)):
            noun = first.text
            if len(noun) < 2 or (without_particle(second.text) != noun and second.text != noun):
                continue
            if cue.text[first.end : second.start].strip():
                continue  # "가격도, 가격도": a comma makes a list
            if at and len(sequence[at - 1].text) == 1:
                continue  # a spelled-out term: C 플러스 플러스
            ends = at + 2 == len(sequence) and not cue.text[second.end :].strip(" .!?")
            orphan = ends and second.text == noun and _SENTENCE_END.search(cue.text[: first.start]) is not None
            yield _Doubling(cue, first.start, second.end, noun, orphan)


def _korean(document: Document) -> Iterator[tuple[Cue, Repetition]]:
    doublings = list(_doublings(document))
    counts = Counter(doubling.noun for doubling in doublings)
    for doubling in doublings:
        times = counts[doubling.noun]
        if (times > 1 or doubling.orphan) and is_noun(doubling.noun) and not is_one_word(doubling.noun * 2):
            why = f"'{doubling.noun}' is doubled" + (
                f", {times} times in this track" if times > 1 else " behind a finished sentence"
            )
            yield doubling.cue, Repetition(doubling.start, doubling.end, doubling.noun, 2.0, Severity.WARNING, why)


def _hit(cue: Cue, found: Repetition, limit: int) -> Hit:
    visible = max(1, len(cue.text.strip()))
    return Hit(
        span=text_span(cue, found.start, found.end),
        cue=cue.index,
        text=cue.text[found.start : found.end],
        message=found.why,
        measured=round(found.copies, 1),
        limit=limit,
        unit="copies in a row",
        severity=found.severity,
        extent=min(1.0, (found.end - found.start) / visible),
    )


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each loop inside a cue; songs and sound descriptions may repeat."""
    language = document.language.tag
    own = scripts_of(language)
    bars = Bars(options.emphatic, options.word, options.phrase, options.sentence_words)
    looped: dict[int, list[Repetition]] = {}
    known = texts(document)
    for at in suspects(known, language, own, bars):
        cue = document.cues[at]
        found = repetitions(cue.text, known.keys[at], known.letters[at], language, own, bars)
        if found and spoken(cue.text):
            looped[cue.index] = found
            for repetition in found:
                yield from weighed_repetition(document, [_hit(cue, repetition, 2)], [cue])
    if primary(language) == "ko":
        for cue, repetition in _korean(document):
            if cue.index not in looped:
                yield from weighed_repetition(document, [_hit(cue, repetition, 1)], [cue])


RULE = Rule(
    code="REP301",
    name="looped-phrase",
    family=Family.REPETITION,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
