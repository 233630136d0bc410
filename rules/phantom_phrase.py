"""A phrase that recognisers invent over silence and music.

## Why
Recognisers learned from subtitle files, and those are full of credits, channel
greetings and requests to subscribe. Where nobody speaks, that is what they
write. Viewers read thanks that nobody gave, and whoever trains on the
transcript teaches the next model to do the same.

Credits, watermarks and news sign-offs are said in no lecture: an error wherever
they stand. Thanks and farewells are said by people, too, so they count only as a
cue of their own, and evidence decides: a long silence around the cue, a time
that does not fit the words, a start on the half minutes in which recognisers
read audio, the same phrase again and again, another language than the track's.
Little evidence is a warning, a lot an error, and a phrase in the flow of speech
is nothing.

## Fix
Listen to the cue: if nobody says it, delete it, and write down any speech that it
covers. When you transcribe again, cut silence with voice activity detection
(`vad_filter` in faster-whisper) and switch `condition_on_previous_text` off. If a
speaker really says it, reject the finding as a false alarm.

## Fails
    00:01.000 --> 00:05.000
    And that is how the glaze gets its colour.

    00:58.000 --> 01:12.000
    Thanks for watching!

## Fails: lecture.ko.vtt
    00:01.000 --> 00:04.000
    이렇게 하면 유약이 고르게 발립니다.

    00:04.000 --> 00:07.000
    한글자막 by 홍길동

## Passes
    00:01.000 --> 00:04.000
    Thank you. Thank you for watching my old films,

    00:04.000 --> 00:06.000
    and see you in the next video, where we glaze.

    00:06.000 --> 00:07.200
    Thank you.

## Limits
The phrases and the public reports they are known from come with the tool;
`artefacts` and `suspects` add your own (or `phantoms = ["ours.toml"]`, a file
of both), `*` in them standing for up to five words.
Points of evidence, 2 make a warning, 4 an error. A sign-off begins with one,
a phrase of everyday talk ("Thank you.") with minus one. Silence before: one from
5 s, two from 20 s on; after: one from 5 s on. Held for 10 s, or spoken at over 40
letters a second (a syllable or ideograph is two): two. First cue of all: two for
a sign-off; last: one. The only cue: two. Alone on whole seconds, or on a half
minute: one each. Three times in the track: two; five times: three; twice
and in silence: one; of everyday phrases only copies in silence count. Another script than the track's:
three; another language in the same script: one; neither counts in bilingual
tracks. A recogniser that doubts it heard speech (0.6 and more): two. A second recogniser
(`--hypothesis`) that wrote other words there or none: two; one that wrote the same takes
four points off, and what is left below a warning becomes an info. It excuses no credits:
recognisers learned the same ones from the same subtitles.
The points were set by reasoning about speech and tried on real recognisers'
output. What a lecturer says last is a warning at most only if its timing is
natural: text alone cannot tell more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from auditor.facts.phantoms import Contents, Phrase, contents, contents_of, finders, is_easy, key_of
from auditor.facts.second_opinion import WITNESS, Verdict, judged, verdict
from auditor.facts.spans import text_span
from auditor.facts.texts import texts
from auditor.facts.timeline import timeline
from auditor.facts.words import primary, script_counts, scripts_of
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``artefacts``, ``suspects``: further phrases; ``warning``, ``error``: points of evidence for each severity."""

    artefacts: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    warning: int = 2
    error: int = 4


_SILENCE_MS = 5_000
_LONG_SILENCE_MS = 20_000
_HELD_MS = 10_000
_LETTERS_PER_SECOND = 40
_WINDOW_MS = 30_000  # Whisper reads audio in windows of 30 s
_NEAR_MS = 20
_WHOLE_SECONDS_SHARE = 0.3
_BILINGUAL_SHARE = 0.1
_STILL_TO_COME = 8  # cues: who says goodbye does not go on for so long
_SIGN_OFFS = 3  # a speaker may thank in the middle once or twice
_NO_SPEECH = 0.6  # Whisper's own no_speech_threshold

_KIN = {"nb": "no", "nn": "no", "bs": "hr", "sr": "hr", "ms": "id", "yue": "zh", "cmn": "zh"}
_QUOTES = "\"'“”‘’「」『』«»„《》"

_Evidence = tuple[int, str]


class _Suspicion(Struct, frozen=True):
    """A cue that consists of suspects, with the cues around it in time; ``key`` is what makes two of them equal."""

    cue: Cue
    key: str
    phrases: tuple[Phrase, ...]
    gap_before_ms: int
    gap_after_ms: int | None
    first: bool
    last: bool
    continued: bool
    behind: int

    @property
    def amid(self) -> bool:
        """Whether a sign-off stands in the middle of the talk, where nobody takes leave."""
        return not (self.first or self.everyday) and self.behind >= _STILL_TO_COME

    @property
    def everyday(self) -> bool:
        return all(phrase.everyday for phrase in self.phrases)

    @property
    def in_silence(self) -> bool:
        held = self.cue.end_ms - self.cue.start_ms >= _HELD_MS
        return held or self.gap_before_ms >= _SILENCE_MS or (self.gap_after_ms or 0) >= _SILENCE_MS


def _continued(cue: Cue, ahead: Cue | None) -> bool:
    """Whether a cue goes on with the sentence of the one before it: "... will help | you"."""
    if ahead is None or cue.start_ms - ahead.end_ms >= 1_000:
        return False
    return cue.text.lstrip()[:1].islower() and ahead.text.rstrip()[-1:] not in ".!?…"


def _suspicions(document: Document, options: Options, shown: Contents) -> Iterator[_Suspicion]:
    known = texts(document)
    said = known.spoken
    suspects = finders(options.artefacts, options.suspects)[1].narrowed(
        contents_of(said) if known.describes_sound else shown
    )
    if not suspects:
        return
    easy = not known.describes_sound and is_easy(known.joined)
    likely = suspects.may_begin(known.letters) if easy else range(len(said))
    phrases_of = {place: found for place in likely if (found := suspects.only(said[place]))}
    if not phrases_of:
        return
    cues = [cue for cue in timeline(document) if said[cue.index - 1]]
    reached = 0
    for at, cue in enumerate(cues):
        place = cue.index - 1
        if phrases := phrases_of.get(place, ()):
            following = cues[at + 1] if at + 1 < len(cues) else None
            yield _Suspicion(
                cue=cue,
                key=key_of(said[place]),
                phrases=phrases,
                gap_before_ms=cue.start_ms - reached,
                gap_after_ms=following.start_ms - cue.end_ms if following else None,
                first=at == 0,
                last=following is None,
                continued=_continued(cue, cues[at - 1] if at else None),
                behind=len(cues) - 1 - at,
            )
        reached = max(reached, cue.end_ms)


def _around(suspicion: _Suspicion) -> Iterator[_Evidence]:
    before, after = suspicion.gap_before_ms, suspicion.gap_after_ms
    if before >= _SILENCE_MS:
        yield (2 if before >= _LONG_SILENCE_MS else 1), f"{before / 1000:.0f} s of silence before it"
    if after is not None and after >= _SILENCE_MS:
        yield 1, f"{after / 1000:.0f} s of silence after it"
    if suspicion.first and suspicion.last:
        yield 2, "the only words of the track"
    elif suspicion.first and not suspicion.everyday:
        yield 2, "the first words of the track"
    if suspicion.last:
        yield 1, "the last cue"


def _on_whole_seconds(cue: Cue) -> bool:
    return cue.start_ms % 1000 == 0 and cue.end_ms % 1000 == 0


def _unlike_the_others(cue: Cue, whole: int, cues: int) -> bool:
    """Whether a cue is on whole seconds and few of the others are; ``whole`` of the ``cues`` of the track are."""
    return _on_whole_seconds(cue) and cues > 1 and whole - 1 <= _WHOLE_SECONDS_SHARE * (cues - 1)


def _timing(suspicion: _Suspicion, unlike_the_others: bool) -> Iterator[_Evidence]:
    cue = suspicion.cue
    duration = cue.end_ms - cue.start_ms
    letters = sum(2 if ord(character) >= 0x1100 else 1 for character in suspicion.key if character != " ")
    if duration >= _HELD_MS:
        yield 2, f"held for {duration / 1000:.0f} s"
    elif letters * 1000 > _LETTERS_PER_SECOND * duration:
        yield 2, f"{letters} letters in {duration} ms"
    if unlike_the_others:
        yield 1, "on whole seconds, unlike the other cues"
    if cue.start_ms >= _WINDOW_MS and (cue.start_ms + _NEAR_MS) % _WINDOW_MS <= 2 * _NEAR_MS:
        yield 1, "begins on a half minute"


def _recurrence(suspicion: _Suspicion, counts: Counter[str]) -> Iterator[_Evidence]:
    count = counts[suspicion.key]
    points = 3 if count >= 5 else 2 if count >= 3 else int(count == 2 and suspicion.in_silence)
    if points and (suspicion.in_silence or not suspicion.everyday):
        yield points, f"{count} times in this track"


def _amid(suspicion: _Suspicion, others: int) -> Iterator[_Evidence]:
    """Taking leave in the middle of the talk; ``others`` are the further sign-offs that do."""
    if suspicion.amid and others:
        yield (3 if others >= _SIGN_OFFS else 1), f"{others} more of its kind amid the talk"


def _language(suspicion: _Suspicion, document: Document, bilingual: bool) -> Iterator[_Evidence]:
    own = scripts_of(document.language.tag)
    language = primary(document.language.tag)
    if own is None or bilingual:
        return
    written = script_counts(suspicion.cue.text)
    if written and not any(script in own for script in written):
        yield 3, f"not in the script of the track ({language})"
    elif all(phrase.language not in ("", language) for phrase in suspicion.phrases):
        kin = _KIN.get(language, language)
        if all(_KIN.get(phrase.language, phrase.language) != kin for phrase in suspicion.phrases):
            yield 1, f"not in the language of the track ({language})"


def _confidence(cue: Cue) -> Iterator[_Evidence]:
    recognition = cue.recognition
    if recognition is not None and (recognition.no_speech_probability or 0) >= _NO_SPEECH:
        yield 2, f"the recogniser's no-speech probability is {recognition.no_speech_probability:.2f}"


_SECOND_OPINION = {
    Verdict.HEARD: (-4, "but the second recogniser wrote it too"),
    Verdict.LACKING: (2, "the second recogniser wrote other words there"),
    Verdict.SILENT: (2, "the second recogniser wrote nothing there"),
}


def _second_opinion(said: Verdict | None) -> list[_Evidence]:
    return [_SECOND_OPINION[said]] if said in _SECOND_OPINION else []


def _severity(points: int, options: Options) -> Severity:
    """What points of evidence make; too few for a warning are told when a witness has taken the rest away."""
    if points >= options.error:
        return Severity.ERROR
    return Severity.WARNING if points >= options.warning else Severity.INFO


def _confidence_with(said: Verdict | None, alone: int, options: Options) -> Confidence | None:
    """How sure a suspicion is with the second opinion, by the points it has alone; ``None`` leaves the rule's own."""
    if said not in _SECOND_OPINION:
        return None
    if said is Verdict.HEARD or alone < options.warning:
        return Confidence.POSSIBLE
    return Confidence.CERTAIN if alone >= options.error else Confidence.LIKELY


def _bilingual(document: Document, suspected: Sequence[_Suspicion]) -> bool:
    """Whether a good part of the other cues is in a foreign script, as in language lessons."""
    own = scripts_of(document.language.tag)
    if own is None:
        return False
    left_out = {suspicion.cue.index for suspicion in suspected}
    written = [script_counts(cue.text) for cue in document.cues if cue.index not in left_out]
    foreign = sum(bool(counts) and not any(script in own for script in counts) for counts in written)
    return foreign > _BILINGUAL_SHARE * len(written)


def _quoted(text: str, start: int, end: int) -> bool:
    return start > 0 and end < len(text) and text[start - 1] in _QUOTES and text[end] in _QUOTES


def _artefacts(document: Document, options: Options, shown: Contents) -> Iterator[Hit]:
    finder = finders(options.artefacts, options.suspects)[0].narrowed(shown)
    if not finder:
        return
    for cue in document.cues:
        sightings = [s for s in finder.inside(cue.text) if not _quoted(cue.text, s.start, s.end)]
        if not sightings:
            continue
        start, end = sightings[0].start, sightings[-1].end
        hit = Hit(
            span=text_span(cue, start, end),
            cue=cue.index,
            text=cue.text[start:end],
            message="a credit or watermark that recognisers write where nobody speaks",
            source=sightings[0].phrase.source,
            extent=min(1.0, (end - start) / len(cue.text.strip())),
        )
        # Recognisers learned the same credits from the same subtitles: that two write one does not excuse it.
        said = verdict(document, [cue], hit.text)
        yield hit if said is Verdict.HEARD else judged(document, hit, said, Severity.ERROR, [cue])


def _suspects(document: Document, options: Options, shown: Contents, reported: set[int | None]) -> Iterator[Hit]:
    suspected = [s for s in _suspicions(document, options, shown) if s.cue.index not in reported and not s.continued]
    if not suspected:
        return
    counts = Counter(s.key for s in suspected if s.in_silence or not s.everyday)
    amid = sum(suspicion.amid for suspicion in suspected)
    bilingual = _bilingual(document, suspected)
    whole = sum(map(_on_whole_seconds, document.cues))
    for suspicion in suspected:
        evidence = [
            *_around(suspicion),
            *_timing(suspicion, _unlike_the_others(suspicion.cue, whole, len(document.cues))),
            *_recurrence(suspicion, counts),
            *_amid(suspicion, amid - suspicion.amid),
            *_language(suspicion, document, bilingual),
            *_confidence(suspicion.cue),
        ]
        alone = (-1 if suspicion.everyday else 1) + sum(worth for worth, _ in evidence)
        cue = suspicion.cue
        said = verdict(document, [cue])
        evidence += _second_opinion(said)
        points = alone + sum(worth for worth, _ in _second_opinion(said))
        if max(alone, points) < options.warning:
            continue
        yield Hit(
            span=text_span(cue),
            cue=cue.index,
            text=cue.text,
            message="recognisers write this where nobody speaks; here: " + ", ".join(words for _, words in evidence),
            measured=points,
            limit=options.warning,
            unit="points of evidence",
            source=suspicion.phrases[0].source,
            severity=_severity(points, options),
            witness=WITNESS if _second_opinion(said) else "",
            confidence=_confidence_with(said, alone, options),
        )


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue with artefacts, and for each cue of suspects with enough evidence against it."""
    shown = contents(texts(document))
    artefacts = list(_artefacts(document, options, shown))
    yield from artefacts
    yield from _suspects(document, options, shown, {hit.cue for hit in artefacts})


RULE = Rule(
    code="PHR501",
    name="phantom-phrase",
    family=Family.PHANTOM,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
