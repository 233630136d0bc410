"""Scores are a sum and one division: what that promises, searched for by Hypothesis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from auditor.model import Category, Confidence, Finding, Severity, Span, Tally
from auditor.score import add, meaning, scores, tally_file, with_costs


@st.composite
def files(draw: st.DrawFn) -> tuple[list[Finding], int]:
    """The findings of a file and its number of cues."""
    cues = draw(st.integers(1, 30))
    count = draw(st.integers(0, 40))
    findings = []
    for number in range(count):
        cue = draw(st.none() | st.integers(1, cues))
        findings.append(
            Finding(
                rule="TIM101",
                name="cue-overlap",
                severity=draw(st.sampled_from(Severity)),
                confidence=Confidence.CERTAIN,
                category=draw(st.sampled_from(Category)),
                cue=cue,
                start_ms=None,
                end_ms=None,
                span=Span(1, 1, 1, 1),
                text="",
                message="made up",
                measured=None,
                limit=None,
                unit="",
                source="",
                fingerprint=str(number),
                extent=draw(st.floats(0, 1)),
            )
        )
    return findings, cues


def tally(file: tuple[list[Finding], int], readable: bool = True) -> Tally:
    findings, cues = file
    return tally_file(findings, cues, cues * 3000, readable)


TALLIES = st.builds(tally, files(), st.booleans())


@given(st.lists(TALLIES, max_size=8), st.permutations(range(8)), st.integers(0, 8))
def test_shards_in_any_order_add_up_to_the_whole(tallies: list[Tally], order: list[int], cut: int) -> None:
    shuffled = [tallies[at] for at in order if at < len(tallies)]
    shards = add([add(shuffled[:cut]), add(shuffled[cut:])])
    assert shards == add(tallies)
    assert scores(shards) == scores(add(tallies))


@given(st.lists(TALLIES, max_size=8), st.integers(0, 500))
def test_a_clean_file_never_lowers_the_score_of_a_run(tallies: list[Tally], cues: int) -> None:
    clean = tally_file([], cues, cues * 3000, readable=True)
    before, after = scores(add(tallies)), scores(add([*tallies, clean]))
    assert all(new >= old for new, old in zip(astuple(after), astuple(before), strict=True))


@given(files())
def test_a_finding_more_never_raises_a_score(file: tuple[list[Finding], int]) -> None:
    findings, cues = file
    fewer, all_of_them = scores(tally((findings[1:], cues))), scores(tally(file))
    assert all(new <= old for new, old in zip(astuple(all_of_them), astuple(fewer), strict=True))


@given(TALLIES)
def test_scores_lie_between_0_and_100_and_overall_never_exceeds_fidelity(tally: Tally) -> None:
    result = scores(tally)
    assert all(0 <= value <= 100 for value in astuple(result))
    assert result.overall <= result.fidelity
    assert meaning(result.overall)


@given(files())
def test_the_costs_of_the_findings_are_the_points_lost(file: tuple[list[Finding], int]) -> None:
    findings, _ = file
    counted = tally(file)
    priced = with_costs(findings, counted)
    result = scores(counted)
    for category in Category:
        costs = [finding.cost for finding in priced if finding.category is category]
        lost = 100 - getattr(result, category.value)
        assert all(cost >= 0 for cost in costs)
        assert sum(costs) == pytest.approx(lost, abs=0.051 + 0.01 * len(costs))
