"""Evidence that letters spell a language or are shuffled."""

from __future__ import annotations

import random

import pytest

from auditor.facts import texts as text_facts
from auditor.facts.letters import evidence, folded, habits_of
from auditor.model import Document, Language, Source
from auditor.parse import parse
from tests.transcripts import sentences, webvtt

SPOKEN = {
    "en": "We let the clay dry overnight before we trim the foot.",
    "de": "wir lassen den ton über nacht trocknen, bevor wir ihn drehen.",
    "fr": "nous laissons sécher l'argile toute la nuit avant de la tourner.",
    "es": "dejamos secar la arcilla toda la noche antes de darle forma.",
    "ru": "мы оставляем глину сохнуть на ночь, а потом снова работаем.",
    "ja": "粘土を一晩乾かしてから､もう一度ろくろで形を整えましょう｡",
    "ko": "흙을 하룻밤 말린 다음에 굽을 천천히 깎아 줍니다.",
}


def transcript(texts: list[str], language: str) -> Document:
    return parse(Source(f"lecture.{language}.vtt", webvtt(texts).encode()), Language(language, "option"))


def shuffled(text: str, chance: random.Random) -> str:
    letters = [character for character in text if character.isalpha()]
    chance.shuffle(letters)
    source = iter(letters)
    return "".join(next(source) if character.isalpha() else character for character in text)


@pytest.mark.parametrize("language", sorted(SPOKEN))
def test_a_sentence_is_language_and_its_letters_shuffled_are_none(language: str) -> None:
    chance = random.Random(7)
    found = evidence(transcript([SPOKEN[language], shuffled(SPOKEN[language], chance)], language))
    assert found is not None
    assert found[0] > 0
    assert found[1] < -12


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_most_cues_are_does_not_change_what_a_cue_is(language: str) -> None:
    chance = random.Random(1)
    texts = sentences(60, language)
    spoiled = [shuffled(text, chance) if at % 5 else text for at, text in enumerate(texts)]
    found = evidence(transcript(spoiled, language))
    assert found is not None
    assert [at for at, value in enumerate(found) if value < -3] == [at for at in range(60) if at % 5]


def test_an_odd_word_counts_only_until_another_cue_uses_it() -> None:
    odd = "zbigwrx"
    alone = evidence(transcript([f"{odd} {odd}", "We turn the wheel."], "en"))
    known = evidence(transcript([f"{odd} {odd}", f"We turn the wheel that they call {odd} over there."], "en"))
    assert alone is not None
    assert known is not None
    assert alone[0] < -6 < known[0]


@pytest.mark.parametrize("names", ["Krzysztof Wojciechowski, Siobhan Shaughnessy, Nguyen", "GPT, HTTPS, XML, NVLM"])
def test_names_and_acronyms_alone_are_no_salad(names: str) -> None:
    found = evidence(transcript([names], "en"))
    assert found is not None
    assert found[0] > -12


def test_what_is_forgotten_is_learned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [
        SPOKEN["en"],
        "Teh ekhsa rlcsoe ot dna ytsaehe",
        "The glaze isn't dry enough before we trim the foot.",
        "Qzx vkwj pqfg xxrt hzbv",
    ] * 3
    habits_of.cache_clear()
    remembered = evidence(transcript(said, "en"))
    habits_of.cache_clear()
    monkeypatch.setattr(text_facts, "REMEMBERED", 2)
    forgotten = evidence(transcript(said, "en"))
    assert remembered is not None
    assert forgotten is not None
    for one, other in zip(remembered, forgotten, strict=True):
        assert min(one, 0.0) == pytest.approx(min(other, 0.0))
    assert [value > 0 for value in remembered] == [True, False, True, False] * 3
    monkeypatch.undo()
    habits_of.cache_clear()


def test_a_word_said_again_and_again_is_no_odder_than_once() -> None:
    once, often = evidence(transcript(["la", "la la la la la la la"], "en")) or [0.0, 1.0]
    assert once == often


@pytest.mark.parametrize("text", ["그래서 API와 GPU 3개가", "10 20 30", "[laughs]", "♪ lalala ♪", ""])
def test_what_is_no_speech_in_letters_of_the_language_is_no_evidence_against_it(text: str) -> None:
    found = evidence(transcript([text], "ko"))
    assert found is not None
    assert found[0] >= -1


def test_a_language_without_a_table_needs_a_long_transcript() -> None:
    text = "Ja siis me keerame ratast veel veerand pööret ja vaatame uuesti, kas ta on sirge."
    assert habits_of("et") is None
    assert evidence(transcript([text], "et")) is None


def test_a_long_transcript_without_a_table_shows_what_is_usual() -> None:
    # English under a tag that has no table: what follows what is learned from the other cues.
    chance = random.Random(3)
    texts = sentences(120)
    spoiled = [shuffled(text, chance) if at % 4 == 0 else text for at, text in enumerate(texts)]
    found = evidence(transcript(spoiled, "et"))
    assert found is not None
    salad = [value for at, value in enumerate(found) if at % 4 == 0]
    speech = [value for at, value in enumerate(found) if at % 4]
    assert max(salad) < min(speech)


def test_japanese_is_folded_to_what_is_grammar() -> None:
    assert folded("2つのAPIキー｡粘土", "ja") == " aつのaアー 漢漢 "
