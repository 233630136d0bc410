"""A stray fragment of another language inside a cue that is no term, name, acronym, code or quote.

## Why
Recognisers and translation models drop words of their other languages into a
sentence ("Get it" inside Korean). A term belongs there: speakers borrow names,
acronyms, identifiers and nouns. Pronouns, prepositions and light verbs they do
not borrow, and what they borrow they put into their own sentences.

So a run of foreign words is flagged when its words can name nothing, when a light
verb or pronoun makes an utterance of it, or when it stands behind a finished
sentence and the track uses it nowhere else. It is left alone when it is quoted,
has the shape of code, or is called a word, function, button and the like. With the
track of the spoken language (`--source-track en`) a fragment that the speaker said
as a term is cleared, and one that was not said is certain.

## Fix
Check the place against the audio or the source track. If the words were not said,
delete them or write what was said; if they are a term, write it as your glossary does;
if they were quoted, put them in quotation marks.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:04.000
    유약을 두 번 발라 주세요 come with me

    00:04.000 --> 00:07.000
    이제 give를 하면 색이 나와요

## Passes: lecture.ko.vtt
    00:01.000 --> 00:04.000
    OpenAI의 GPU 서버에서 get() 함수를 호출해요

    00:04.000 --> 00:07.000
    if문에서 "with" 키워드와 JupyterLab을 써 보죠

## Fails: lecture.ja.vtt
    00:01.000 --> 00:04.000
    釉薬を二回塗ってください。 come with me

## Passes: lecture.ja.vtt
    00:01.000 --> 00:04.000
    OpenAIのAPIでgetメソッドを呼び出します

## Limits
None: one fragment is one too many. A fragment that a second recogniser (`--hypothesis`) wrote
too is an info, one it has not, although it has the words around it, is certain.
Files of an unknown language, and files in which more than half of the cues hold
words of another script (language courses), are not verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from auditor.facts.foreign import Fragment, Why, fragments, unjudged
from auditor.facts.second_opinion import judged, verdict_on_word
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``bilingual_share``: from this share of cues with foreign words (0-1) on, a file is taken as bilingual.

    ``terms``: words and phrases that are at home in every track; a glossary file fills them.
    """

    bilingual_share: float = 0.5
    terms: tuple[str, ...] = ()


# What stands outside a sentence may still be a term nobody put into one: a person should look.
_SEVERITY = {
    Why.NAMES_NOTHING: Severity.ERROR,
    Why.SPEECH_AROUND_A_TERM: Severity.ERROR,
    Why.LIKE_A_TITLE: Severity.WARNING,
    Why.OUTSIDE: Severity.WARNING,
    Why.OTHER_SCRIPT: Severity.ERROR,
}


def lacks(document: Document, options: Options) -> str | None:
    """Why the rule cannot judge this file, if so."""
    return unjudged(document, options.bilingual_share)


def _hit(fragment: Fragment) -> Hit:
    cue = fragment.cue
    text = cue.text[fragment.start : fragment.end]
    return Hit(
        span=text_span(cue, fragment.start, fragment.end),
        cue=cue.index,
        text=text,
        message=f"'{text}': {fragment.why.value}" + (", and the speaker did not say it" if fragment.absent else ""),
        severity=Severity.ERROR if fragment.absent else _SEVERITY[fragment.why],
        witness="source track" if fragment.absent else "",
        extent=(fragment.end - fragment.start) / max(1, len(cue.text.strip())),
    )


@lru_cache(maxsize=16)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    spellings = (r"\s+".join(map(re.escape, term.split())) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(spellings)})(?![A-Za-z0-9_])", re.IGNORECASE)


def _is_term(fragment: Fragment, terms: tuple[str, ...]) -> bool:
    """Whether a fragment is a term of the glossary, or part of one."""
    found = _pattern(terms).finditer(fragment.cue.text)
    return any(match.start() <= fragment.start and fragment.end <= match.end() for match in found)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each foreign fragment that is noise."""
    for fragment in fragments(document):
        if options.terms and _is_term(fragment, options.terms):
            continue
        hit = _hit(fragment)
        if not fragment.absent:
            said = verdict_on_word(document, fragment.cue, fragment.start, fragment.end)
            hit = judged(document, hit, said, Severity.ERROR, [fragment.cue])
        yield hit


RULE = Rule(
    code="MIX401",
    name="foreign-fragment",
    family=Family.MIXED_LANGUAGE,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
