"""The file is not in UTF-8.

## Why
WebVTT is UTF-8 by definition and players take SubRip for UTF-8 too. In any other
encoding Korean and Japanese captions turn into question marks or into letters of
another script on the viewer's machine, although they look right to the author.

## Fix
Save the file as UTF-8: in an editor by opening it in the encoding that the finding
names, or with `auditor convert`. Read a few lines with letters beyond ASCII afterwards,
because the encoding of a short file is a guess.

## Fails: lecture.ko.srt (cp949)
    1
    00:00:01,000 --> 00:00:03,500
    이번 시간에는 경사 하강법을 배웁니다.

    2
    00:00:03,500 --> 00:00:06,000
    먼저 손실 함수를 정의해 볼게요.

## Passes: lecture.ko.srt
    1
    00:00:01,000 --> 00:00:03,500
    이번 시간에는 경사 하강법을 배웁니다.

    2
    00:00:03,500 --> 00:00:06,000
    먼저 손실 함수를 정의해 볼게요.

## Limits
The encoding is detected from the bytes, so a short file in one of the Latin
encodings may be named wrongly; that it is not UTF-8 is certain. A byte order mark
at the start of UTF-8 is allowed and not flagged.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import hits
from auditor.model import Category, Confidence, DefectKind, Document, Hit, Severity
from auditor.rule import Family, NoOptions, Rule


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for a file that is not in UTF-8, naming the encoding it is in."""
    yield from hits(document, DefectKind.LEGACY_ENCODING)


RULE = Rule(
    code="FMT007",
    name="legacy-encoding",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.WARNING,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
