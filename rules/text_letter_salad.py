"""The letters of a cue follow each other as in no other cue of the transcript.

## Why
Damaged encodings, broken tokenizers and models gone astray emit letters that
spell nothing. No dictionary is needed to see it: every language allows some
pairs of neighbouring letters and avoids others, and the transcript's own cues
show which.

## Fails
    00:00.000 --> 00:02.000
    The spokes on the left pull the rim to the left.

    00:02.000 --> 00:04.000
    The spokes on the right pull it back again.

    00:04.000 --> 00:06.000
    When one is loose, the rim moves to the other side.

    00:06.000 --> 00:08.000
    So we turn it by a quarter and look again.

    00:08.000 --> 00:10.000
    Never turn it by more than half.

    00:10.000 --> 00:12.000
    The hub is the middle of the wheel.

    00:12.000 --> 00:14.000
    A stand holds the wheel while we turn it.

    00:14.000 --> 00:16.000
    If it sounds the same, the wheel is even.

    00:16.000 --> 00:18.000
    Now take the other wheel and do the same.

    00:18.000 --> 00:20.000
    Then we put the tire back on the rim.

    00:20.000 --> 00:22.000
    Qzx vkwj pqfg xxrt hzbv kqj wvxz tfgp mmqj

    00:22.000 --> 00:24.000
    The spokes on the right pull it back again.

    00:24.000 --> 00:26.000
    When one is loose, the rim moves to the other side.

    00:26.000 --> 00:28.000
    So we turn it by a quarter and look again.

    00:28.000 --> 00:30.000
    Never turn it by more than half.

    00:30.000 --> 00:32.000
    The hub is the middle of the wheel.

    00:32.000 --> 00:34.000
    A stand holds the wheel while we turn it.

    00:34.000 --> 00:36.000
    If it sounds the same, the wheel is even.

    00:36.000 --> 00:38.000
    Now take the other wheel and do the same.

    00:38.000 --> 00:40.000
    Then we put the tire back on the rim.

## Passes
    00:00.000 --> 00:02.000
    The spokes on the left pull the rim to the left.

    00:02.000 --> 00:04.000
    The spokes on the right pull it back again.

    00:04.000 --> 00:06.000
    When one is loose, the rim moves to the other side.

    00:06.000 --> 00:08.000
    So we turn it by a quarter and look again.

    00:08.000 --> 00:10.000
    Never turn it by more than half.

    00:10.000 --> 00:12.000
    The hub is the middle of the wheel.

    00:12.000 --> 00:14.000
    A stand holds the wheel while we turn it.

    00:14.000 --> 00:16.000
    If it sounds the same, the wheel is even.

    00:16.000 --> 00:18.000
    Now take the other wheel and do the same.

    00:18.000 --> 00:20.000
    Then we put the tire back on the rim.

    00:20.000 --> 00:22.000
    Turn it back by a quarter when it is too tight.

    00:22.000 --> 00:24.000
    The spokes on the right pull it back again.

    00:24.000 --> 00:26.000
    When one is loose, the rim moves to the other side.

    00:26.000 --> 00:28.000
    So we turn it by a quarter and look again.

    00:28.000 --> 00:30.000
    Never turn it by more than half.

    00:30.000 --> 00:32.000
    The hub is the middle of the wheel.

    00:32.000 --> 00:34.000
    A stand holds the wheel while we turn it.

    00:34.000 --> 00:36.000
    If it sounds the same, the wheel is even.

    00:36.000 --> 00:38.000
    Now take the other wheel and do the same.

    00:38.000 --> 00:40.000
    Then we put the tire back on the rim.

## Limits
PLACEHOLDER
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.facts.letters import evidence
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


@dataclass(frozen=True, slots=True)
class Options:
    """Evidence for salad, in nats, from which a cue is a warning or an error, and how many letters it must have.

    ``widespread`` is the bar for an error where much of the transcript is salad; such cues may be shorter.
    """

    error: float = 16.0
    warning: float = 12.0
    widespread: float = 3.0
    letters: int = 6


# From this share of cues that are salad beyond doubt, and two of them, others are likely salad, too.
_WIDESPREAD_SHARE = 0.03
_LEAST_SURE = 2


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose letters follow each other as if they were shuffled."""
    found = evidence(document)
    letters = [sum(map(str.isalpha, cue.text)) for cue in document.cues]
    sure = sum(-value >= options.error and n >= options.letters for value, n in zip(found, letters, strict=True))
    widespread = sure >= max(_LEAST_SURE, _WIDESPREAD_SHARE * len(found))
    error, warning, least = (
        (options.widespread, options.widespread, 0) if widespread else (options.error, options.warning, options.letters)
    )
    for cue, value, count in zip(document.cues, found, letters, strict=True):
        if -value < warning or count < least:
            continue
        yield Hit(
            span=text_span(cue),
            cue=cue.index,
            text=cue.text,
            message="its letters follow each other as if they were shuffled",
            measured=round(-value, 1),
            limit=warning,
            unit="nats of evidence",
            severity=Severity.ERROR if -value >= error else Severity.WARNING,
        )


RULE = Rule(
    code="TXT609",
    name="letter-salad",
    family=Family.TEXT,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
