"""Sentences that come back all over a track: what they may do, and what nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.config import load_named_profile
from auditor.engine import Ruleset, audit_source
from auditor.model import Finding, Language, Severity, Source
from auditor.rules import RULES

REPEATED = next(rule for rule in RULES if rule.code == "REP303")
SENTENCES = [
    ("en", "You can find all of our pots in the shop."),
    ("ko", "다음 예제를 한번 살펴보겠습니다."),
    ("ja", "それでは次の例を見てみましょう。"),
]
sentence = st.sampled_from(SENTENCES)


def stamp(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1_000 % 60:02}.{ms % 1_000:03}"


def findings(language: str, text: str, lengths_ms: Sequence[int]) -> list[Finding]:
    """What is said of copies of a text that last so long, with other cues between them."""
    blocks, at = ["WEBVTT"], 0
    for number, length in enumerate(lengths_ms):
        blocks.append(f"{stamp(at)} --> {stamp(at + length)}\n{text}")
        blocks.append(f"{stamp(at + length)} --> {stamp(at + length + 1_500)}\n{number * 7919}")
        at += length + 2_000
    ruleset = Ruleset((REPEATED,), load_named_profile("default"))
    source = Source("lecture.vtt", "\n\n".join([*blocks, ""]).encode())
    return list(audit_source(source, ruleset, Language(language, "option")).findings)


few = settings(deadline=None, max_examples=60)


@few
@given(sentence, st.integers(300, 60_000), st.lists(st.integers(0, 1_000), max_size=20))
def test_a_fixed_phrase_may_come_back_as_often_as_it_likes(
    spoken: tuple[str, str], shortest: int, pauses: list[int]
) -> None:
    assert findings(*spoken, [shortest + pause for pause in pauses]) == []


@few
@given(sentence, st.integers(600, 3_000), st.integers(3, 8), st.randoms(use_true_random=False))
def test_a_sentence_that_fills_holes_of_any_length_is_found_in_each(
    spoken: tuple[str, str], shortest: int, copies: int, chance: Random
) -> None:
    lengths = [shortest]
    while len(lengths) < copies:
        lengths.append(2 * lengths[-1] + 1_000)
    chance.shuffle(lengths)
    found = findings(*spoken, lengths)
    assert [finding.cue for finding in found] == [1 + 2 * at for at in range(copies)]
    assert {finding.severity for finding in found} == {Severity.WARNING if copies == 3 else Severity.ERROR}


@few
@given(sentence, st.lists(st.integers(300, 30_000), max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_the_copies_does_not_matter(spoken: tuple[str, str], lengths: list[int], chance: Random) -> None:
    shuffled = list(lengths)
    chance.shuffle(shuffled)
    assert len(findings(*spoken, lengths)) == len(findings(*spoken, shuffled))
