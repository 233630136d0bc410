from __future__ import annotations

import jiwer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.facts.error_rates import by_cue, compare, file_rates, morpheme_error_rate, normalised, rates, unusable
from auditor.model import Cue, Document, Language, Source, Span
from auditor.parse import parse
from tests.transcripts import sentences, webvtt


def captions(texts: list[str], language: str = "en") -> Document:
    return parse(Source(f"a.{language}.vtt", webvtt(texts).encode()))


def plain(text: str, language: str = "en") -> Document:
    cue = Cue(1, 0, 0, text, text, 1, Span(1, 1, 1, 1), 1)
    return Document(f"a.{language}.txt", "unknown", (cue,), language=Language(language, "option"))


def test_case_punctuation_and_the_spelling_of_numbers_do_not_count() -> None:
    assert normalised("We don't pay TWENTY-FIVE percent, ok?", "en") == normalised("we don’t pay 25% OK", "en")
    assert normalised("5만 개, 있어요!", "ko") == "50000 개 있어요"
    assert normalised("３．５です", "ja") == "3.5です"


WORDS = st.lists(st.sampled_from(["the", "cat", "sat", "on", "a", "mat"]), min_size=1, max_size=30)


@given(WORDS, WORDS)
@settings(max_examples=60)
def test_rates_are_those_of_jiwer(reference: list[str], hypothesis: list[str]) -> None:
    ours = rates(reference, hypothesis)
    said, written = " ".join(reference), " ".join(hypothesis)
    theirs = jiwer.process_words(said, written)
    assert (ours.wer, ours.mer, ours.wil) == pytest.approx((theirs.wer, theirs.mer, theirs.wil))
    assert ours.cer == pytest.approx(jiwer.cer(said, written))
    assert ours.reference_words == len(reference)


def test_korean_that_is_only_spaced_differently_has_no_error_without_spaces() -> None:
    measured = compare(captions(["볼 수 있어요 그렇죠"], "ko"), plain("볼수 있어요 그렇죠", "ko")).rates
    assert measured.wer > 0
    assert measured.cer_without_spaces == 0


def test_japanese_is_measured_by_character() -> None:
    measured = compare(captions(["今日は雨です"], "ja"), plain("今日は雪です", "ja")).rates
    assert measured.wer == measured.cer == pytest.approx(1 / 6)
    assert measured.cer_without_spaces is None


def test_a_wrong_particle_costs_less_by_morpheme_than_by_word() -> None:
    assert (
        morpheme_error_rate(["학교에", "갔다"], ["학교로", "갔다"]) < rates(["학교에", "갔다"], ["학교로", "갔다"]).wer
    )


def test_korean_files_are_rated_by_morpheme_and_others_are_not() -> None:
    korean = file_rates(captions(["저는 학교로 갔다"], "ko"), plain("저는 학교에 갔다", "ko"))
    assert korean.morpheme_error_rate == pytest.approx(1 / 7)  # one particle of 저·는·학교·에·가·았·다
    assert korean.wer == pytest.approx(1 / 3)
    assert file_rates(captions(["we went home"], "en"), plain("we went home", "en")).morpheme_error_rate is None


def test_errors_are_found_in_the_cue_they_stand_in() -> None:
    texts = sentences(12)
    spoiled = [*texts]
    spoiled[5] = "something else that nobody in the room said"
    errors = by_cue(captions(spoiled), plain(" ".join(texts)))
    assert max(errors, key=lambda one: one.rate).cue.index == 6
    assert sum(one.errors for one in errors if one.cue.index not in (5, 6, 7)) == 0


def test_confusions_are_counted() -> None:
    said = "the clod model is good and clod is fast"
    (first, *_) = compare(captions([said.replace("clod", "cloud")]), plain(said)).confusions
    assert (first.reference, first.hypothesis, first.count) == ("clod", "cloud", 2)


def test_a_star_at_the_beginning_and_one_at_the_end_of_a_plain_text_frame_no_description() -> None:
    said = "press * 0 to ask a question and press * 1 to end the call"
    assert compare(captions([said]), plain(said)).rates.reference_words == 13


def test_a_reference_that_cannot_be_one_is_named() -> None:
    texts = sentences(40)
    document = captions(texts)
    assert unusable(document, None) == "no reference given"
    assert unusable(document, captions(texts)) is None
    other = "whales breathe air through blowholes far below any arctic ice shelf while penguins argue " * 30
    reason = unusable(document, plain(other))
    assert reason is not None
    assert "a.en.txt" in reason
    assert "other speech" in reason
    assert "another language (ko, not en)" in str(unusable(document, captions(sentences(40, "ko"), "ko")))
    assert "holds no words" in str(unusable(document, plain("...")))


def timed(*said: tuple[int, str]) -> Document:
    """Captions of three seconds each, at the seconds given."""
    cues = "\n".join(
        f"{at // 60:02}:{at % 60:02}.000 --> {(at + 3) // 60:02}:{(at + 3) % 60:02}.000\n{text}\n" for at, text in said
    )
    return parse(Source("a.en.vtt", f"WEBVTT\n\n{cues}".encode()))


RECURRING = "thank you for listening to the weekly harbour report"


def test_words_of_a_recurring_phrase_are_those_said_at_its_time() -> None:
    other = [(60 + 5 * at, text) for at, text in enumerate(sentences(20))]
    reference = timed((0, RECURRING), *other, (400, RECURRING))
    # The last words are not transcribed: that they are missing must be said of the end, not of the beginning.
    early = timed((0, RECURRING))
    assert {one.cue.start_ms for one in by_cue(early, reference)} == {0}
    (missing,) = [chunk for chunk in compare(early, reference).chunks if chunk.kind == "delete"]
    assert missing.at == len(early.cues[0].text.split())
    late = timed((400, RECURRING))
    (missing,) = [chunk for chunk in compare(late, reference).chunks if chunk.kind == "delete"]
    assert missing.at == 0


@pytest.mark.parametrize("shift", [0, 45, 600])
def test_a_track_that_is_shifted_as_a_whole_is_still_compared(shift: int) -> None:
    texts = sentences(40)
    reference = timed(*((5 * at, text) for at, text in enumerate(texts)))
    document = timed(*((5 * at + shift, text) for at, text in enumerate(texts)))
    assert [one.errors for one in by_cue(document, reference)] == [0] * 40


def test_keeping_to_the_times_changes_no_rate() -> None:
    reference = timed((0, RECURRING), (100, "and now the news"), (400, RECURRING))
    document = timed((0, "and now the news"), (100, RECURRING))
    said, written = (" ".join(cue.text for cue in one.cues) for one in (reference, document))
    assert compare(document, reference).rates.wer == pytest.approx(jiwer.wer(said, written))
