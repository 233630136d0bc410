"""What a score means, calibrated on transcripts that were damaged on purpose."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.config import Config, ruleset
from auditor.engine import audit_source
from auditor.model import Category, FileAudit, Severity, Source, Tally
from auditor.score import MEANING, add, damage_of, meaning, scores, tally_file, with_costs
from tests.transcripts import CLEAN_SAMPLES, LOOP, SAMPLES, garbled, moments, sentences, stamp, subrip, webvtt

RULES = ruleset(Config())


def audited(text: str, name: str = "lecture.en.vtt") -> FileAudit:
    return audit_source(Source(name, text.encode()), RULES)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("cues", [1, 12, 60, 300])
@pytest.mark.parametrize(("make", "suffix"), [(webvtt, "vtt"), (subrip, "srt")])
def test_a_clean_transcript_is_to_be_published(language: str, cues: int, make, suffix: str) -> None:  # type: ignore[no-untyped-def]
    file = audited(make(sentences(cues, language)), f"lecture.{language}.{suffix}")
    assert file.scores.overall >= 95
    assert meaning(file.scores.overall) == "publish"


@pytest.mark.parametrize("name", CLEAN_SAMPLES)
def test_a_clean_sample_is_to_be_published(name: str) -> None:
    assert audited((SAMPLES / name).read_text(encoding="utf-8"), name).scores.overall >= 95


def one_in_ten(cues: int, loop: str) -> list[str]:
    return [loop if at % 10 == 5 else text for at, text in enumerate(sentences(cues))]


@pytest.mark.parametrize("cues", [20, 100, 400])
def test_one_garbled_cue_in_ten_fails_the_gate_but_can_be_mended(cues: int) -> None:
    # As long as its neighbours: a tenth of the words is wrong.
    file = audited(webvtt(one_in_ten(cues, "turn it off and turn it off and turn it off and turn it off")))
    assert 70 <= file.scores.overall < 80
    assert meaning(file.scores.overall) == "fix what is flagged"


def test_a_loop_of_sixty_words_costs_more_than_one_of_twelve() -> None:
    short, long = (audited(webvtt(one_in_ten(100, "and turn it off " * copies))).scores for copies in (4, 15))
    assert long.overall < 50 < short.overall


def test_one_garbled_cue_in_fifty_is_still_to_be_published() -> None:
    file = audited(webvtt(garbled(sentences(100), 50)))
    assert file.tally.findings[0] >= 1
    assert meaning(file.scores.overall) == "publish"


@pytest.mark.parametrize("stuck", ["and that is how we glaze the bowl.", LOOP])
def test_a_transcript_that_is_stuck_for_half_its_length_is_to_be_transcribed_again(stuck: str) -> None:
    file = audited(webvtt([*sentences(60), *[stuck] * 60]))
    assert file.scores.overall < 40
    assert meaning(file.scores.overall) == "re-transcribe"


def test_a_transcript_that_is_nothing_but_a_loop_scores_next_to_nothing() -> None:
    assert audited(webvtt([LOOP] * 80)).scores.overall < 10


@pytest.mark.parametrize("content", ["", "dear reader\n", "WEBVTTX\n\n00:01.000 --> 00:02.000\nHello\n"])
def test_a_file_of_which_nothing_can_be_read_scores_nothing(content: str) -> None:
    file = audited(content)
    found = file.scores
    assert (found.overall, found.fidelity, found.timing, found.readability, found.format) == (0, 0, 0, 0, 0)


def test_bad_timing_lowers_timing_and_leaves_fidelity_alone() -> None:
    third = stamp(moments(2)[2])
    text = webvtt(sentences(40)).replace(f"{third} -->", "00:00:05.500 -->")
    found = audited(text).scores
    assert found.timing < 100
    assert found.fidelity == 100
    assert found.timing < found.overall < 100


def test_an_error_costs_more_than_a_warning_and_a_warning_more_than_an_info() -> None:
    error, warning, info = (damage_of(severity, 1.0) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO))
    assert error > warning > info > 0


def test_a_longer_fault_costs_more() -> None:
    assert damage_of(Severity.ERROR, 1.0) > damage_of(Severity.ERROR, 0.6)


def test_the_bands_begin_at_90_and_70() -> None:
    assert [meaning(score) for score in (100.0, 90.0, 89.9, 70.0, 69.9, 0.0)] == [
        "publish",
        "publish",
        "fix what is flagged",
        "fix what is flagged",
        "re-transcribe",
        "re-transcribe",
    ]
    assert [bound for bound, _ in MEANING] == sorted((bound for bound, _ in MEANING), reverse=True)


def test_a_run_is_scored_by_its_cues_and_not_by_its_files() -> None:
    good = audited(webvtt(sentences(300)))
    bad = audited(webvtt([LOOP] * 3))
    whole = scores(add([good.tally, bad.tally]))
    assert bad.scores.fidelity < 5
    assert whole.fidelity > 95


def test_nothing_scores_100() -> None:
    assert scores(add([])).overall == 100
    assert scores(Tally()).overall == 100


def test_several_faults_of_a_cue_take_no_more_than_the_cue() -> None:
    worst = "turn it off turn it off turn it off turn it off 가가가가가가가가가가가가 그리고 또 다시"
    texts = sentences(10)
    file = audited(webvtt([*texts[:5], worst, *texts[5:]]))
    found = [finding for finding in file.findings if finding.category is Category.FIDELITY]
    assert {finding.cue for finding in found} == {6}
    assert len(found) > 1
    assert file.tally.damage[0] == 1000


def test_a_cue_with_three_errors_costs_what_one_with_a_single_error_costs() -> None:
    error = replace(audited(webvtt([LOOP])).findings[0], extent=1.0)
    findings = [*(replace(error, cue=1, fingerprint=str(number)) for number in range(3)), replace(error, cue=2)]
    *crowd, single = with_costs(findings, tally_file(findings, 10, 30_000, readable=True))
    assert sum(finding.cost for finding in crowd) == pytest.approx(single.cost, abs=0.01)
    assert single.cost > 0
