from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from auditor.facts.timed_alignment import FARTHEST_S, Stretch, Timed, align

WORDS = st.lists(st.sampled_from("abc"), max_size=14)
TIMED = st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 200)), max_size=14)


def stretches(reference: Timed, hypothesis: Timed) -> list[Stretch]:
    found = align(reference, hypothesis)
    assert found is not None
    return found[0]


@given(WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_within_reach_of_each_other_it_is_the_cheapest_alignment(said: list[str], written: list[str]) -> None:
    found = align(Timed(said, range(len(said))), Timed(written, range(len(written))))
    assert found is not None
    assert found[1] == Levenshtein.distance(said, written)


@given(TIMED, TIMED)
@settings(max_examples=150, deadline=None)
def test_every_word_is_used_once_and_no_pair_is_far_apart(
    said: list[tuple[str, float]], written: list[tuple[str, float]]
) -> None:
    reference = Timed([word for word, _ in said], [time for _, time in said])
    hypothesis = Timed([word for word, _ in written], [time for _, time in written])
    found = stretches(reference, hypothesis)
    theirs = [at for one in found for at in range(one.reference_start, one.reference_end)]
    ours = [at for one in found for at in range(one.hypothesis_start, one.hypothesis_end)]
    assert (theirs, ours) == (list(range(len(said))), list(range(len(written))))
    for one in found:
        if one.kind in ("equal", "substitute"):
            pairs = zip(
                range(one.reference_start, one.reference_end),
                range(one.hypothesis_start, one.hypothesis_end),
                strict=True,
            )
            for there, here in pairs:
                assert abs(reference.seconds[there] - hypothesis.seconds[here]) <= FARTHEST_S
                assert (reference.words[there] == hypothesis.words[here]) == (one.kind == "equal")


def test_words_minutes_apart_are_not_one_word() -> None:
    found = stretches(Timed(["hello"], [0.0]), Timed(["hello"], [300.0]))
    assert sorted(one.kind for one in found) == ["delete", "insert"]


def test_of_two_equal_words_the_nearer_one_is_meant() -> None:
    for heard in (9.0, 21.0):
        found = stretches(Timed(["yes", "yes"], [10.0, 20.0]), Timed(["yes"], [heard]))
        (pair,) = [one for one in found if one.kind == "equal"]
        assert pair.reference_start == (0 if heard < 15 else 1)


def test_times_in_disorder_over_a_long_text_say_nothing() -> None:
    words = ["word"] * 9000
    backwards = [float(9000 - at) for at in range(9000)]
    assert align(Timed(words, backwards), Timed(words, backwards)) is None
