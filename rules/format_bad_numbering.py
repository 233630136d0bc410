"""Cue numbers or identifiers are missing, repeated or out of order.

## Why
SubRip numbers its cues one after the other. A gap or a step back is what remains of
a deleted cue, of two files glued together or of a merge that went wrong, and strict
players and upload forms reject the file. In WebVTT an identifier that occurs twice
makes styles and links reach the wrong cue.

## Fix
First find out why the numbers break: if a cue was lost, bring it back; if two files
were glued together, check the times behind the seam. Then number the SubRip file anew
from 1, for example with `auditor convert`; in WebVTT give each cue an identifier of its
own or none.

## Fails: lecture.en.srt
    1
    00:00:01,000 --> 00:00:03,000
    Shuffle the data first.

    3
    00:00:03,000 --> 00:00:05,000
    Then split it in two.

## Passes: lecture.en.srt
    41
    00:00:01,000 --> 00:00:03,000
    Shuffle the data first.

    42
    00:00:03,000 --> 00:00:05,000
    Then split it in two.

## Limits
Numbers may start anywhere, and a cue whose timing cannot be read (FMT003) leaves no
gap. One finding is made where the numbering breaks, not for each cue after it, and
one for a file in which no cue is numbered. WebVTT identifiers are optional and need
not be numbers; there only repeated ones are flagged.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.facts.defects import hits, shortened
from auditor.model import Category, Confidence, Cue, DefectKind, Document, Hit, Severity, Span
from auditor.patterns import lazy_pattern
from auditor.rule import Family, NoOptions, Rule

_NUMBER = lazy_pattern(r"[0-9]{1,18}")


def _hit(cue: Cue, message: str, expected: int | None = None) -> Hit:
    span = cue.timing_span
    if cue.identifier:
        span = Span(cue.line - 1, 1, cue.line - 1, len(cue.identifier) + 1)
    return Hit(
        span=span,
        cue=cue.index,
        message=message,
        measured=cue.identifier or None,
        limit=expected,
        unit="cue number" if expected is not None else "",
    )


def _number(cue: Cue | None) -> int | None:
    return int(cue.identifier) if cue is not None and _NUMBER.fullmatch(cue.identifier) else None


def _broken_sequence(document: Document) -> Iterator[Hit]:
    cues = document.cues
    if not cues:
        return
    if not any(cue.identifier for cue in cues):
        yield _hit(cues[0], "no cue of the file is numbered")
        return
    expected: int | None = None
    previous: int | None = None
    lost = [defect.span.line for defect in document.defects if defect.kind is DefectKind.MALFORMED_TIMING]
    for cue, following in zip(cues, (*cues[1:], None), strict=True):
        number = _number(cue)
        while lost and lost[0] < cue.line:  # a cue lost to its timing (FMT003) had a number too
            lost.pop(0)
            expected = expected + 1 if expected is not None else None
        if number is None or (expected is not None and number != expected):
            if not cue.identifier:
                message = "has no number"
            elif number is None:
                message = f"is numbered {shortened(cue.identifier, 20)!r}, which is no number"
            elif number == previous:
                message = f"repeats the number {number} of the cue before it"
            else:
                message = f"is numbered {number} where {expected} is due"
            yield _hit(cue, message, expected)
        if number is None or (expected is not None and number != expected and _number(following) == expected + 1):
            # One odd number in a run that goes on: the run counts, not the odd one.
            expected = expected + 1 if expected is not None else None
        else:
            expected = number + 1
        previous = number


def _repeated_identifiers(cues: tuple[Cue, ...]) -> Iterator[Hit]:
    first: dict[str, int] = {}
    for cue in cues:
        if cue.identifier:
            known = first.setdefault(cue.identifier, cue.index)
            if known != cue.index:
                yield _hit(cue, f"repeats the identifier of cue {known}")


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each break in SubRip numbers and for each repeated WebVTT identifier."""
    reported = tuple(hits(document, DefectKind.BAD_NUMBERING))
    yield from reported
    known = {hit.cue for hit in reported}
    if document.format == "subrip":
        found = _broken_sequence(document)
    elif document.format == "webvtt":
        found = _repeated_identifiers(document.cues)
    else:
        return
    yield from (hit for hit in found if hit.cue not in known)


RULE = Rule(
    code="FMT010",
    name="bad-numbering",
    family=Family.FORMAT,
    category=Category.FORMAT,
    severity=Severity.INFO,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
