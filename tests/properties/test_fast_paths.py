"""A fast way and the exact one give the same: Hypothesis looks for a text on which they differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from auditor.config import load_named_profile
from auditor.engine import Ruleset, options_for
from auditor.facts.width import FULL, cue_width
from auditor.model import Cue, Document, Language, Source, Span
from auditor.parse import parse, webvtt
from auditor.profiles import Counting, names
from auditor.rules import reading_too_fast

SAMPLES = Path(__file__).parents[1] / "samples"

TIMINGS = [
    "00:01.000 --> 00:02.500",
    "00:00:01.000 --> 00:00:02.500",
    "00:01.000 --> 01:00:02.500",
    "123:00:01.000 --> 123:00:02.500",
    "00:01.000 --> 00:02.500 ",
    "00:01.000 --> 00:02.500 align:start",
    "00:01.000  --> 00:02.500",
    "00:01.000-->00:02.500",
    " 00:01.000 --> 00:02.500",
    "00:01,000 --> 00:02,500",
    "00:61.000 --> 00:02.500",
    "٠٠:٠١.٠٠٠ --> 00:02.500",
    "00:01.000 --> 00:02.500\x0c",
]
LINES = st.one_of(
    st.just(""),
    st.just(""),
    st.sampled_from(TIMINGS),
    st.sampled_from(
        ["text", "a -- b", "-->", "x --> y", "<i>it</i>", "R&amp;D", "a & b", "물레 \0", "7", "NOTE", "STYLE"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=5),
)
ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])


def read(text: str) -> dict[str, object]:
    document = parse(Source("a.en.vtt", text.encode()))
    return asdict(document)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=30), ENDINGS)
@example(["00:01.000 --> 00:02.000"], "\n")
@example(["00:01.000 --> 00:02.000", ""], "\n")
@example(["00:01.000 --> 00:02.000", *["line"] * 20, "", "text"], "\n")
@example(["id", "00:01.000 --> 00:02.000", "text", "00:02.000 --> 00:03.000", "text", ""], "\n")
def test_plain_cues_are_read_as_all_others(monkeypatch: pytest.MonkeyPatch, lines: list[str], ending: str) -> None:
    text = ending.join(["WEBVTT", "", *lines])
    fast = read(text)
    with monkeypatch.context() as patch:
        patch.setattr(webvtt, "_plain_cue", lambda reading, at: 0)
        assert read(text) == fast


def test_plain_cues_are_taken_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    (sample,) = SAMPLES.glob("pottery/en_*.vtt")
    monkeypatch.setattr(webvtt, "_add_cue", None)  # the exact way would fail
    assert len(parse(Source(sample.name, sample.read_bytes())).cues) > 20


@given(st.text(max_size=40), st.sampled_from(Counting))
@example("\u0958\u0344\U0001d160", Counting.HALF_WIDTH)
@example("\U0001f1f0\U0001f1f7\ufe0f", Counting.GRAPHEMES)
@example("\uac00\u11a8", Counting.HALF_WIDTH)
def test_no_text_is_wider_than_its_characters(text: str, counting: Counting) -> None:
    assert cue_width(text, counting) <= len(text) * FULL


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.text("ab 가\n\u0301.", max_size=60), st.integers(-5, 6000)), max_size=6),
    st.sampled_from(["en", "ko", "ja"]),
    st.sampled_from(names()),
)
def test_no_fast_cue_passes_for_slow(
    monkeypatch: pytest.MonkeyPatch, cues: list[tuple[str, int]], language: str, profile: str
) -> None:
    document = Document(
        "a.vtt",
        "webvtt",
        tuple(Cue(at, 0, ms, text, text, 1, Span(1, 1, 1, 1), 2) for at, (text, ms) in enumerate(cues, 1)),
        language=Language(language, "option"),
    )
    options = options_for(reading_too_fast.RULE, Ruleset((), load_named_profile(profile)), language)
    if reading_too_fast.lacks(document, options):
        return
    fast = list(reading_too_fast.check(document, options))
    with monkeypatch.context() as patch:
        patch.setattr(reading_too_fast, "_surely_slow", lambda text, duration_ms, options: False)
        assert list(reading_too_fast.check(document, options)) == fast
