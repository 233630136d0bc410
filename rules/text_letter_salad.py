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

from auditor.facts.letters import judged
from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.rule import Family, Rule


@dataclass(frozen=True, slots=True)
class Options:
    """Evidence for salad, in nats, from which a cue is reported."""

    error: float = 12.0
    warning: float = 8.0
    likely: float = 3.0


_WIDESPREAD = 0.03


def lacks(document: Document, options: Options) -> str | None:
    """Why the rule cannot judge this file, if so."""
    return None


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each cue whose letters follow each other as if they were shuffled."""
    values = judged(document)
    sure = sum(value <= -options.error for value in values)
    bar = options.likely if sure > _WIDESPREAD * len(values) else options.warning
    for cue, value in zip(document.cues, values, strict=True):
        if value > -bar:
            continue
        yield Hit(
            span=text_span(cue),
            cue=cue.index,
            text=cue.text,
            message="its letters follow each other as if they were shuffled",
            measured=round(-value, 1),
            limit=bar,
            unit="nats",
            severity=Severity.WARNING if bar == options.warning and value > -options.error else Severity.ERROR,
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
    lacks=lacks,
)
