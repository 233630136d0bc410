"""Text that is not in Unicode's composed form (NFC), such as Hangul taken apart into its letters.

## Why
Decomposed text looks right and equals nothing: a search for "강의" does not find its
decomposed twin, character counts are two or three times too high, some fonts show
the letters side by side. macOS file names and PDF files are where it comes from.

## Fix
Convert the file to NFC, for example in Python with `unicodedata.normalize("NFC", text)`
or with `uconv -x nfc`. It changes no word; do it in the export so that it stays done.

## Fails: lecture.ko.vtt
    WEBVTT

    00:01.000 --> 00:03.000
    &#x1100;&#x1161;&#x1106;&#x1161;를 열어요

## Fails
    WEBVTT

    00:01.000 --> 00:03.000
    In the cafe&#x301; next door.

## Passes: lecture.ko.vtt
    00:01.000 --> 00:03.000
    가마를 café 옆에서 열어요

## Limits
None is accepted; one finding is made per cue. CJK compatibility ideographs are left
alone although NFC would replace them: Japanese names are written with them on purpose.
Sequences that have no composed form (Old Hangul, stacked accents) are in NFC already.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, NoOptions, Rule

_COMPATIBILITY = lazy_pattern("[\uf900-\ufaff\U0002f800-\U0002fa1f]+")
_HANGUL = lazy_pattern("[\u1100-\u11ff]")
_KANA_MARKS = lazy_pattern("[\u3099\u309a]")


def _stretches(text: str) -> list[tuple[int, int]]:
    """Where a text differs from its NFC form: offsets of the affected characters, neighbours joined."""
    # Imported here because hardly a transcript needs it.
    import regex

    found: list[tuple[int, int]] = []
    for match in regex.finditer(r"\X", text):
        cluster = match[0]
        if unicodedata.is_normalized("NFC", _COMPATIBILITY.sub("", cluster)):
            continue
        if found and found[-1][1] == match.start():
            found[-1] = (found[-1][0], match.end())
        else:
            found.append((match.start(), match.end()))
    return found


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each cue whose text is not in NFC."""
    for cue in document.cues:
        text = cue.text
        if text.isascii() or unicodedata.is_normalized("NFC", text):
            continue
        stretches = _stretches(text)
        if not stretches:
            continue
        damaged = "".join(text[start:end] for start, end in stretches)
        if _HANGUL.search(damaged):
            what = "Hangul taken apart into its letters"
        elif _KANA_MARKS.search(damaged):
            what = "kana with separate voicing marks"
        else:
            what = "characters not in composed form (NFC)"
        start, end = stretches[0]
        yield Hit(
            span=text_span(cue, start, end),
            cue=cue.index,
            text=text[start:end],
            message=f"{what}; composed it is '{unicodedata.normalize('NFC', text[start:end])}'",
            measured=len(damaged),
            limit=0,
            unit="code points not in NFC",
            extent=len(damaged) / len(text),
        )


RULE = Rule(
    code="TXT603",
    name="not-normalised",
    family=Family.TEXT,
    category=Category.FORMAT,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
