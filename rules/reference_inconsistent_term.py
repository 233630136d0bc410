"""A term of the source track is rendered in several ways or against the glossary, or a sentence is left untranslated.

## Why
A viewer who reads 그라디오 in one cue and 그래디오 in the next looks for two tools. A
search, a glossary and a model trained on the track see two words. A sentence in the
speaker's language is no translation.

Names are taken from the source track: words with a capital inside a sentence. Their
renderings are looked for in this track at the same time, in Latin letters and spelled by
sound (Hangul, katakana). Every rendering but the most frequent is reported where it
stands. Which words translate a name (포옹하는 얼굴 for Hugging Face) one file does not tell.
A glossary does, and holds all files of a run to the renderings it gives (`write` of a file named by
`glossary`, or `terms` of this rule):

    [tool.auditor.rules.REF805]
    terms = {"Hugging Face" = ["허깅페이스", "Hugging Face"], "batch size" = ["배치 크기"]}

Where the source says a term and none of its renderings stands in the time of that
sentence, that is a warning; and so are words of the source that this track has as they are.

## Fix
Decide on one spelling, put it into the project's glossary, which this rule then holds to,
and replace the others in the track. The most frequent spelling is not always the right one. Translate
what was left. If the two are different things, reject the finding.

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
Spellings are compared between an English source track and a Korean or Japanese track, one
file at a time; a name must be rendered `least_places` times in all. Recognisers that hear a name in two
ways make two names of it. A glossary holds for any two languages; a pronoun for the term is
reported too. Untranslated are four words and more of an English source, or a whole cue of
two; what is foreign without a source track is MIX401 and MIX402.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from auditor.facts.same_speech import doubt
from auditor.facts.spans import text_span
from auditor.facts.words import primary
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule

WITNESS = "source track"
_SPELLED_BY_SOUND = ("ko", "ja")


class Options(Struct, frozen=True):
    """``least_places``: how often a name must be rendered in all to be judged.

    ``terms``: from each term of the source track to the renderings that are wanted; a glossary file fills them.
    """

    least_places: int = 3
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def lacks(document: Document, options: Options) -> str | None:
    """Which evidence is missing."""
    source = document.witnesses.source
    if source is None:
        return "no source track given"
    if not options.terms and not _english(source, document):
        return "terms are compared between an English source track and a track in another language, or by a glossary"
    return doubt(document, source)


def _english(source: Document, document: Document) -> bool:
    return primary(source.language.tag) == "en" and primary(document.language.tag) not in ("", "en")


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each place where a name is not rendered as it mostly is, or not as wanted, or not at all."""
    from auditor.facts.untranslated import untranslated

    source = document.witnesses.source
    assert source is not None  # see lacks()
    yield from _against_glossary(document, source, options)
    if not _english(source, document):
        return
    if primary(document.language.tag) in _SPELLED_BY_SOUND:
        yield from _spellings(document, source, options)
    for left in untranslated(document, source):
        text = left.cue.text[left.start : left.end]
        yield Hit(
            span=text_span(left.cue, left.start, left.end),
            cue=left.cue.index,
            text=text,
            message=f"'{text}' is left untranslated: the source track says just this",
            severity=Severity.WARNING,
            witness=WITNESS,
            extent=(left.end - left.start) / max(1, len(left.cue.text)),
        )


def _against_glossary(document: Document, source: Document, options: Options) -> Iterator[Hit]:
    from auditor.facts.renderings import unkept

    for one in unkept(document, source, options.terms):
        wanted = " or ".join(f"'{rendering}'" for rendering in one.wanted)
        if one.place is None:
            cue, start, end = one.cues[0], 0, len(one.cues[0].text)
            found = "is not here"
        else:
            cue, start, end = one.place.cue, one.place.start, one.place.end
            found = f"is '{cue.text[start:end]}' here"
        yield Hit(
            span=text_span(cue, start, end),
            cue=cue.index,
            text=cue.text[start:end],
            message=f"'{one.term}' of the source track {found}: the glossary wants {wanted}",
            severity=Severity.WARNING,
            source="configuration",
            witness=WITNESS,
            extent=(end - start) / max(1, len(cue.text)) if one.place else len(one.term) / max(1, len(cue.text)),
        )


def _spellings(document: Document, source: Document, options: Options) -> Iterator[Hit]:
    from auditor.facts.renderings import renderings

    for name in renderings(document, source):
        if name.name in options.terms:
            continue
        (usual, most), *others = name.places
        if len(most) + sum(len(places) for _, places in others) < options.least_places:
            continue
        for text, places in others:
            for place in places:
                yield Hit(
                    span=text_span(place.cue, place.start, place.end),
                    cue=place.cue.index,
                    text=place.cue.text[place.start : place.end],
                    message=f"'{name.name}' of the source track is '{text}' here and '{usual}' in {len(most)} places",
                    measured=len(name.places),
                    limit=1,
                    unit="ways in which this track writes one name",
                    witness=WITNESS,
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
