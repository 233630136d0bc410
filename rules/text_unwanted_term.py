"""A term that the project's glossary forbids, with the one it wants.

## Why
Machine translation renders names and terms word by word (포옹하는 얼굴 for Hugging Face),
and recognisers write a name as they hear it. A glossary says once what is wanted, and every
later track is held to it. The terms come from the configuration:

    [tool.auditor.rules.TXT607]
    terms = {"포옹하는 얼굴" = "Hugging Face", "비트" = "조금"}

or from glossary files that it names, `glossary = ["terms.toml"]`.

The longest term wins where several match. Capitals do not matter, and the spaces of a term
may be missing in the text. A term that begins or ends in a Latin letter or a digit matches whole words only. A
term in Hangul begins a word, and behind it only a particle or 이다 may follow: 비트 is
found in 비트를, not in 비트코인.

## Fix
Replace the term by the wanted one that the finding names, and adapt a Korean particle
behind it. Give the glossary to the recogniser (as a prompt) or the translator as well.
If the term is right in this place, reject the finding or narrow the entry.

## Fails: lecture.ko.vtt
    WEBVTT

    NOTE options terms = {"포옹하는 얼굴" = "Hugging Face", "비트" = "조금"}

    00:01.000 --> 00:03.000
    포옹하는얼굴에서 비트를 더 받아 봅시다

## Passes: lecture.ko.vtt
    WEBVTT

    NOTE options terms = {"포옹하는 얼굴" = "Hugging Face", "비트" = "조금"}

    00:01.000 --> 00:03.000
    Hugging Face에서 비트코인 값을 더 받아 봅시다

## Limits
Without terms nothing can be said, and the rule is reported as not verified. Where the
wanted term itself stands in the text nothing is flagged (`github = "GitHub"`), nor is a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from msgspec import Struct, field

from auditor.facts.korean import follows_noun
from auditor.facts.spans import text_span
from auditor.facts.words import script_of
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``terms``: from each unwanted term to the wanted one; an empty wanted term only forbids."""

    terms: Mapping[str, str] = field(default_factory=dict)


class _Term(Struct, frozen=True):
    pattern: re.Pattern[str]
    unwanted: str
    wanted: str


_HANGUL = lazy_pattern(r"[가-힣]*")
_WHOLE_WORD = "A-Za-z0-9_"


def _pattern(term: str) -> re.Pattern[str]:
    latin = script_of(term) in ("Latin", None)
    body = (r"\s+" if latin else r"\s*").join(re.escape(part) for part in term.split())
    before = after = ""
    if script_of(term[0]) == "Hangul":
        before = r"(?<![^\W_])"
    elif re.match(rf"[{_WHOLE_WORD}]", term):
        before = rf"(?<![{_WHOLE_WORD}])"
    if re.search(rf"[{_WHOLE_WORD}]$", term):
        after = rf"(?![{_WHOLE_WORD}])"
    return re.compile(before + body + after, re.IGNORECASE)


@lru_cache(maxsize=16)
def _compiled(terms: tuple[tuple[str, str], ...]) -> tuple[_Term, ...]:
    stripped = [(unwanted.strip(), wanted.strip()) for unwanted, wanted in terms if unwanted.strip()]
    stripped.sort(key=lambda pair: len(pair[0]), reverse=True)
    return tuple(_Term(_pattern(unwanted), unwanted, wanted) for unwanted, wanted in stripped)


def _occurrences(text: str, term: _Term) -> Iterator[tuple[int, int]]:
    for match in term.pattern.finditer(text):
        tail = _HANGUL.match(text, match.end())
        # Behind a term in Japanese, Chinese or Latin any letter may follow: only Hangul says where a word ends.
        if script_of(term.unwanted[-1]) != "Hangul" or tail is None or follows_noun(tail[0]):
            yield match.span()


def lacks(document: Document, options: Options) -> str | None:
    """Which evidence is missing."""
    return None if options.terms else "no glossary is configured"


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each unwanted term, in the order of the text."""
    terms = _compiled(tuple(sorted(options.terms.items())))
    for cue in document.cues:
        # The wanted terms are taken out first: "Face" may be unwanted, but not in "Hugging Face".
        taken = [
            match.span() for term in terms if term.wanted for match in re.finditer(re.escape(term.wanted), cue.text)
        ]
        found: list[tuple[int, int, _Term]] = []
        for term in terms:
            for start, end in _occurrences(cue.text, term):
                if all(end <= other_start or other_end <= start for other_start, other_end in taken):
                    taken.append((start, end))
                    found.append((start, end, term))
        for start, end, term in sorted(found, key=lambda occurrence: occurrence[0]):
            instead = f"write '{term.wanted}'" if term.wanted else "the glossary forbids it"
            yield Hit(
                span=text_span(cue, start, end),
                cue=cue.index,
                text=cue.text[start:end],
                message=f"'{cue.text[start:end]}' is an unwanted term: {instead}",
                source="configuration",
                extent=(end - start) / max(1, len(cue.text.strip())),
            )


RULE = Rule(
    code="TXT607",
    name="unwanted-term",
    family=Family.TEXT,
    category=Category.FIDELITY,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
