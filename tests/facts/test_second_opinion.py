from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from msgspec.structs import replace

from auditor.facts.second_opinion import Opinion, Verdict, copied, opinion, verdict
from auditor.model import Cue, Document, Language, Span, Witnesses
from auditor.rules.repetition_looped_phrase import RULE, Options
from tests.transcripts import sentences

SPEECH = sentences(12)


def document(texts: Sequence[str], language: str = "en", *, start_ms: int = 0, each_ms: int = 4_000) -> Document:
    """Cues of equal length, one after the other; an empty text leaves its time empty."""
    cues: list[Cue] = []
    for at, text in enumerate(texts):
        if text:
            start = start_ms + at * each_ms
            cues.append(Cue(len(cues) + 1, start, start + each_ms, text, text, 1, Span(1, 1, 1, 1), 1))
    return Document("talk.vtt", "webvtt", tuple(cues), language=Language(language, "option"))


def plain(texts: Sequence[str], language: str = "en") -> Document:
    text = " ".join(texts)
    cue = Cue(1, 0, 0, text, text, 1, Span(1, 1, 1, 1), 1)
    return Document("talk.txt", "unknown", (cue,), language=Language(language, "option"))


def heard(texts: Sequence[str], hypothesis: Document, language: str = "en") -> list[Opinion]:
    witnessed = replace(document(texts, language), witnesses=Witnesses(hypothesis=hypothesis))
    found = [opinion(witnessed, cue) for cue in witnessed.cues]
    assert None not in found
    return [one for one in found if one is not None]


def said(texts: Sequence[str], hypothesis: Document, at: int, language: str = "en") -> Verdict | None:
    witnessed = replace(document(texts, language), witnesses=Witnesses(hypothesis=hypothesis))
    return verdict(witnessed, [witnessed.cues[at]])


def words_of(text: str, opinion: Opinion) -> list[str]:
    return [text[start:end] for start, end in opinion.lacking]


@pytest.mark.parametrize("form", [document, plain])
def test_case_punctuation_and_the_spelling_of_numbers_do_not_count(form: Callable[[Sequence[str]], Document]) -> None:
    ours = [*SPEECH, "It takes twenty-five minutes, at least."]
    theirs = [*(text.lower().replace(".", "") for text in SPEECH), "it takes 25 minutes at least"]
    assert [one.agreement for one in heard(ours, form(theirs))] == [1.0] * 13


@pytest.mark.parametrize("form", [document, plain])
def test_words_that_the_hypothesis_lacks_are_pointed_at(form: Callable[[Sequence[str]], Document]) -> None:
    ours = [*SPEECH[:6], "The kiln stays closed until Tuesday noon.", *SPEECH[6:]]
    theirs = [*SPEECH[:6], "the kiln stays closed until", *SPEECH[6:]]
    formed = heard(ours, form(theirs))[6]
    assert words_of(ours[6], formed) == ["Tuesday", "noon"]
    assert not formed.silent


def test_other_cue_borders_change_nothing() -> None:
    words = " ".join(SPEECH).lower().split()
    third = -(-len(words) // 20)
    cut = [" ".join(words[at : at + third]) for at in range(0, len(words), third)]
    other = document(cut, each_ms=len(SPEECH) * 4_000 // len(cut))
    assert min(one.agreement for one in heard(SPEECH, other)) > 0.9


def test_a_hypothesis_on_another_clock_is_aligned_by_its_words() -> None:
    late = document(SPEECH, start_ms=3_600_000)
    assert [one.agreement for one in heard([*SPEECH[:11], "Quite another end."], late)][:11] == [1.0] * 11


def test_korean_is_compared_without_spaces_and_japanese_by_character() -> None:
    korean = [*sentences(6, "ko"), "물레를 돌릴 수 있어요"]
    spaced = [*sentences(6, "ko"), "물레를돌릴수있어요"]
    assert heard(korean, document(spaced, "ko"), "ko")[6].agreement == 1.0
    japanese = ["土をよくこねて空気を抜きます", "水を少しずつ足していきます", "ろくろをゆっくり回します"]
    other = ["土をよくこねて空気を抜きます", "水を少しずつ足して行きます", "ろくろをゆっくり回します"]
    formed = heard(japanese, document(other, "ja"), "ja")[1]
    assert words_of(japanese[1], formed) == ["い"]
    assert formed.agreement == pytest.approx(12 / 13)


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ("we fire the kiln we fire the kiln we fire the kiln we fire the kiln", Verdict.HEARD),
        ("we fire the kiln", Verdict.LACKING),
        ("nobody opens it before the morning", Verdict.LACKING),
        ("", Verdict.SILENT),
    ],
)
def test_copies_must_be_there_as_well(theirs: str, expected: Verdict) -> None:
    loop = "We fire the kiln, we fire the kiln, we fire the kiln, we fire the kiln."
    other = document([*SPEECH[:6], theirs, *SPEECH[6:]])
    assert said([*SPEECH[:6], loop, *SPEECH[6:]], other, 6) is expected


def test_a_short_text_must_stand_there_to_the_letter_and_as_whole_words() -> None:
    ours = [*SPEECH[:6], "Get it", *SPEECH[6:]]
    assert said(ours, document([*SPEECH[:6], "so we get it", *SPEECH[6:]]), 6) is Verdict.HEARD
    assert said(ours, document([*SPEECH[:6], "a widget item", *SPEECH[6:]]), 6) is Verdict.LACKING


def test_a_poor_hypothesis_contradicts_nothing() -> None:
    poor = document([" ".join(text.split()[::2]) for text in SPEECH])
    assert said([*SPEECH[:11], "Thanks for watching, everybody!"], poor, 11) is Verdict.UNSURE


def test_a_hypothesis_that_was_cut_contradicts_nothing_behind_its_end() -> None:
    assert said(SPEECH, document(SPEECH[:6]), 8) is Verdict.UNSURE
    assert said(SPEECH, plain(SPEECH[:6]), 10) is Verdict.UNSURE
    farewell = [*SPEECH, "Thanks for watching, everybody!"]
    assert said(farewell, document(SPEECH), 12) is Verdict.SILENT


def test_a_hypothesis_that_is_the_transcript_itself_is_no_witness() -> None:
    ours = document(SPEECH)
    assert copied(ours, document(SPEECH, each_ms=5_000))
    assert not copied(ours, document([text.lower() for text in SPEECH]))
    witnessed = replace(ours, witnesses=Witnesses(hypothesis=plain(SPEECH)))
    assert opinion(witnessed, witnessed.cues[0]) is None
    assert verdict(witnessed, witnessed.cues) is None


def test_without_a_hypothesis_there_is_no_opinion() -> None:
    ours = document(SPEECH)
    assert opinion(ours, ours.cues[0]) is None
    assert verdict(ours, ours.cues) is None


def test_a_finding_says_what_the_second_recogniser_wrote() -> None:
    loop = "and the tyre goes on and the tyre goes on and the tyre goes on and the tyre goes on"
    ours = document([*SPEECH[:6], loop, *SPEECH[6:]])
    theirs = document([*SPEECH[:6], "first the tube then a little air", *SPEECH[6:]])
    (hit,) = RULE.check(replace(ours, witnesses=Witnesses(hypothesis=theirs)), Options())
    assert hit.witness == "hypothesis"
    assert "the second recogniser wrote 'first the tube then a little air' there" in hit.message
    assert hit.confidence == "certain"
    (alone,) = RULE.check(ours, Options())
    assert (alone.witness, alone.confidence) == ("", None)
