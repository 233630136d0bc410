from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.facts.source_repetition import repeated_in_source
from auditor.model import Cue, Document, Language, Span, Witnesses


def track(text: str, language: str, end_ms: int = 4_000) -> Document:
    cue = Cue(1, 0, end_ms, text, text, 1, Span(1, 1, 1, 1), 1)
    return Document(f"talk.{language}.vtt", "webvtt", (cue,), language=Language(language, "option"))


def repeated(text: str, source: str, language: str = "ko") -> bool:
    document = replace(track(text, language), witnesses=Witnesses(source=track(source, "en")))
    return repeated_in_source(document, document.cues, text)


@pytest.mark.parametrize(
    ("text", "source", "language"),
    [
        ("아니요 아니요 아니요 아니요", "No, no, no, no, that is wrong.", "ko"),
        ("아니요 아니요 아니요 아니요 아니요", "No, no, no, no, no, no.", "ko"),  # one in four is counted by ear
        ("돌리고 또 돌리고 또 돌리고 또", "We turn it and turn it and turn it and", "ko"),
        ("チューブ、チューブ、チューブ", "Tube, tube, tube.", "ja"),
        ("roll on roll on roll on", "And roll on, roll on, roll on!", "ko"),
        ("체인 체인", "The chain, chain is loose.", "ko"),
    ],
)
def test_what_the_speaker_repeats_as_often_is_his(text: str, source: str, language: str) -> None:
    assert repeated(text, source, language)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("아니요 아니요 아니요 아니요 아니요 아니요", "No, no, no."),
        ("아니요 아니요 아니요", "That is wrong."),
        ("유약을 얇게 바르고 하루를 말려요 유약을 얇게 바르고 하루를 말려요", "It is very, very thin."),
        ("roll on roll on roll on", "Round and round and round."),
        ("체인 체인", "We we hang it on the wheel."),
        ("유약 통 유약 물 통 유약 물 물 통 유약", "The glaze, the glaze, the glaze."),
    ],
)
def test_another_repetition_of_the_source_excuses_nothing(text: str, source: str) -> None:
    assert not repeated(text, source)


def test_a_source_that_does_not_run_with_the_track_excuses_nothing() -> None:
    text, said = "아니요 아니요 아니요", "No, no, no."
    document = track(text, "ko")
    assert not repeated_in_source(document, document.cues, text)
    untimed = replace(document, witnesses=Witnesses(source=track(said, "en", 0)))
    assert not repeated_in_source(untimed, untimed.cues, text)
