"""A name of the source track is written in several ways in this track.

## Why
A viewer who reads 그라디오 in one cue and 그래디오 in the next looks for two tools. A
search, a glossary and a model trained on the track see two words.

Names are taken from the source track: words with a capital inside a sentence. Their
renderings are looked for in this track at the same time, in Latin letters and spelled by
sound (Hangul, katakana). Every rendering but the most frequent is reported where it
stands.

## Fix
Decide on one spelling, put it into the project's glossary, which this rule then holds to,
and replace those in the track. The most frequent spelling is not always the right one.
If the two are different things, reject the finding.

## Fails: lecture.ko.vtt
    WEBVTT

    NOTE source track en
    Now we install Gradio here.
    Then Gradio makes the page.
    And Gradio runs it.

    00:01.000 --> 00:03.000
    그라디오를 설치합니다

    00:03.000 --> 00:05.000
    그라디오로 화면을 만들고

    00:05.000 --> 00:07.000
    그래디오를 실행하죠

## Passes: lecture.ko.vtt
    WEBVTT

    NOTE source track en
    Now we install Gradio here.
    Then Gradio makes the page.
    And Gradio runs it.

    00:01.000 --> 00:03.000
    그라디오를 설치합니다

    00:03.000 --> 00:05.000
    그라디오로 화면을 만들고

    00:05.000 --> 00:07.000
    그라디오를 실행하죠

## Limits
English source tracks, Korean and Japanese tracks, one file at a time. Translated
names (포옹하는 얼굴) are not recognised as renderings: a glossary for TXT607 finds them.
Recognisers that hear a name in two ways make two names of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from auditor.facts.renderings import renderings
from auditor.facts.same_speech import doubt
from auditor.facts.spans import text_span
from auditor.facts.words import primary
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


@dataclass(frozen=True, slots=True)
class Options:
    """``least_places``: how often a name must be rendered in all to be judged.

    ``terms``: from a name to the one rendering that is right, however rare; a glossary file fills them.
    """

    least_places: int = 3
    terms: Mapping[str, str] = field(default_factory=dict)


def lacks(document: Document, options: Options) -> str | None:
    """Which evidence is missing."""
    source = document.witnesses.source
    if source is None:
        return "no source track given"
    if primary(source.language.tag) != "en" or primary(document.language.tag) not in ("ko", "ja"):
        return "names are compared between an English source track and a Korean or Japanese track"
    return doubt(document, source)


def _spelling(rendering: str) -> str:
    return "".join(rendering.split()).casefold()


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each place where a name is not rendered as it mostly is."""
    source = document.witnesses.source
    assert source is not None  # see lacks()
    for name in renderings(document, source):
        wanted = options.terms.get(name.name)
        if wanted is None:
            (usual, most), *others = name.places
            if len(most) + sum(len(places) for _, places in others) < options.least_places:
                continue
            right = f"'{usual}' in {len(most)} places"
        else:
            others = [entry for entry in name.places if _spelling(entry[0]) != _spelling(wanted)]
            right = f"'{wanted}' in the glossary"
        for text, places in others:
            for place in places:
                yield Hit(
                    span=text_span(place.cue, place.start, place.end),
                    cue=place.cue.index,
                    text=place.cue.text[place.start : place.end],
                    message=f"'{name.name}' of the source track is '{text}' here and {right}",
                    measured=len(name.places),
                    limit=1,
                    unit="ways in which this track writes one name",
                    witness="source track",
                    extent=(place.end - place.start) / max(1, len(place.cue.text)),
                )


RULE = Rule(
    code="REF805",
    name="inconsistent-term",
    family=Family.REFERENCE,
    category=Category.FIDELITY,
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
