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
from auditor.parse import parse, subrip, webvtt
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


def read(text: str, name: str = "a.en.vtt") -> dict[str, object]:
    document = parse(Source(name, text.encode()))
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


SUBRIP_TIMINGS = [
    "00:00:01,000 --> 00:00:02,500",
    "00:00:01,000 --> 00:00:02,500",
    "00:00:01,000 --> 00:00:02,500 ",
    "00:00:01,000 --> 00:00:02,500 X1:40",
    "00:00:01.000 --> 00:00:02,5",
    "00:61:01,000 --> 00:00:02,500",
    "00:00:01,000 –> 00:00:02,500",
    "٠٠:٠٠:٠١,٠٠٠ --> 00:00:02,500",
]
SUBRIP_LINES = st.one_of(
    st.sampled_from(["", "", "", " ", "\u3000"]),
    st.sampled_from(SUBRIP_TIMINGS),
    st.sampled_from(
        ["1", "7", " 8", "#9", "text", "a -- b", "x --> y", "<i>it</i>", "{\\an8}up", "R&amp;D", "물레 \0"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=5),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SUBRIP_LINES, max_size=30), ENDINGS)
@example(["00:00:01,000 --> 00:00:02,000"], "\n")
@example(["1", "00:00:01,000 --> 00:00:02,000", ""], "\n")
@example(["1", "00:00:01,000 --> 00:00:02,000", "a", " ", "", "2", "00:00:02,000 --> 00:00:03,000", "b"], "\n")
@example(["1", "00:00:01,000 --> 00:00:02,000", "a", "2", "00:00:02,000 --> 00:00:03,000", "b", ""], "\n")
def test_plain_subrip_cues_are_read_as_all_others(
    monkeypatch: pytest.MonkeyPatch, lines: list[str], ending: str
) -> None:
    text = ending.join(["1", SUBRIP_TIMINGS[0], *lines])
    fast = read(text, "a.en.srt")
    with monkeypatch.context() as patch:
        patch.setattr(subrip, "_plain_cue", lambda reading, first, timing_at, end: False)
        assert read(text, "a.en.srt") == fast


def test_plain_subrip_cues_are_taken_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subrip, "_add_cue", None)  # the exact way would fail
    blocks = (f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\nTurn the wheel,\nslowly.\n\n" for at in range(1, 9))
    assert len(parse(Source("a.en.srt", "".join(blocks).encode())).cues) == 8


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
