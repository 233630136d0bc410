"""A whole cue is in another language than its track.

## Why
Recognisers switch language for a segment, and translations leave sentences
untranslated. The viewer who relies on the track cannot read the cue.

A list of names or terms is no foreign cue: at least one of its words must be a
function word, and a third of them in lower case.

## Fix
Listen to the cue. Transcribe it again with the language set instead of detected, or
translate it if it was left untranslated. If the speaker really changes language there,
accept the finding with a note.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:04.000
    This is the part where the glaze begins to melt.

## Fails: lecture.en.vtt
    00:01.000 --> 00:04.000
    Und jetzt wird die Glasur ganz langsam im Ofen geschmolzen.

## Passes: lecture.ko.vtt
    00:01.000 --> 00:04.000
    Adobe Photoshop, Final Cut Pro, Blender

## Limits
At least four words, none in the script of the track. In a language that shares the
track's script at least five words, not all the same, none among the track's most
frequent, and an identified language that is 99 % certain (py3langid). What is spelled
as English is and as no other language is English in an English track (`letters_of`).
A cue that a second recogniser (`--hypothesis`) wrote too was spoken so, and is an info;
one it has not is certain.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.foreign import is_foreign_cue, other_language, suspects, unjudged
from auditor.facts.second_opinion import weighed
from auditor.facts.spans import text_span
from auditor.facts.texts import texts
from auditor.facts.words import script_of, scripts_of
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``bilingual_share``: from this share of cues with foreign words (0-1) on, a file is taken as bilingual."""

    bilingual_share: float = 0.5


def lacks(document: Document, options: Options) -> str | None:
    """Why the rule cannot judge this file, if so."""
    return unjudged(document, options.bilingual_share)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose words are all of another script and make an utterance."""
    own = scripts_of(document.language.tag) or frozenset()
    known = texts(document)
    for at in suspects(document):
        cue, keys = document.cues[at], known.keys[at]
        if not known.spoken[at]:
            continue
        if is_foreign_cue(cue, own):
            found = f"in {script_of(cue.text)} script"
        elif "Latin" in own and (other := other_language(document, cue, keys)):
            found = f"in another language ({other})"
        else:
            continue
        message = f"the whole cue is {found}, but the track is {document.language.tag}"
        hit = Hit(span=text_span(cue), cue=cue.index, text=cue.text, message=message)
        yield weighed(document, hit, cue, Severity.ERROR)


RULE = Rule(
    code="MIX402",
    name="foreign-cue",
    family=Family.MIXED_LANGUAGE,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
