from __future__ import annotations

import unicodedata
from collections import Counter
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.phantoms import Finder, Phrase, collected, finders, plain
from auditor.parse.language import CODES


def _lines() -> list[list[str]]:
    text = (resources.files("auditor.facts") / "phantoms.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _held(text: str) -> list[str]:
    return [text[found.start : found.end] for found in finders()[0].inside(text)]


def _consists_of(text: str) -> list[str]:
    return [phrase.text for phrase in finders()[1].only(text)]


def test_every_phrase_names_a_known_source_and_every_source_has_a_phrase() -> None:
    used: set[str] = set()
    for kind, *fields in _lines():
        assert kind in ("source", "artefact", "suspect")
        if kind == "source":
            continue
        language, text, sources, *flags = fields
        assert language == "und" or language in CODES
        assert text == text.strip() != ""
        assert flags in ([], ["whole"], ["everyday"])
        used.update(sources.split(" "))
    assert used == {fields[0] for kind, *fields in _lines() if kind == "source"}


def test_no_phrase_is_listed_twice() -> None:
    phrases = [*collected().artefacts, *collected().suspects]
    keys = Counter((plain(phrase.text)[0].replace(" ", ""), phrase.text.count("*")) for phrase in phrases)
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("phrase", collected().suspects, ids=lambda phrase: phrase.text)
def test_every_suspect_is_found_as_a_cue_of_its_own_and_not_within_another_word(phrase: Phrase) -> None:
    cue = phrase.text.replace("*", "Kim")
    finder = Finder([phrase])
    assert finder.only(f"{cue}!") == (phrase,)
    assert "*" in phrase.text or finder.only(f"{cue} {cue}") == (phrase, phrase)
    assert finder.only(f"We heard: {cue}") == ()


@pytest.mark.parametrize("phrase", collected().artefacts, ids=lambda phrase: phrase.text)
def test_every_artefact_is_found_alone_and_inside_speech_unless_it_must_be_all(phrase: Phrase) -> None:
    cue = phrase.text.replace("*", "Kim")
    finder = Finder([phrase])
    assert [found.phrase for found in finder.inside(cue)] == [phrase]
    assert bool(finder.inside(f"We go on. {cue}")) is not phrase.whole


@pytest.mark.parametrize(
    "text",
    [
        "시청해주셔서감사합니다",
        "시청해 주셔서 감사합니다!!",
        "- 시청해주셔서 감사합니다...",
        unicodedata.normalize("NFD", "시청해 주셔서 감사합니다"),
        "시청해\u200b주셔서 감사합니다",
    ],
)
def test_spacing_marks_and_decomposition_do_not_hide_korean(text: str) -> None:
    assert _consists_of(text) == ["시청해 주셔서 감사합니다"]


def test_case_width_and_accents_do_not_hide_a_phrase() -> None:
    assert _consists_of("ＴＨＡＮＫＳ for watching") == ["Thanks for watching"]
    assert _consists_of("gracias por ver el vídeo") == ["Gracias por ver el video"]
    assert _consists_of("شكراً للمشاهدة") == ["شكرا للمشاهدة"]
    assert _held("ALTYAZI M.K.") == ["ALTYAZI M.K"]


def test_a_cue_of_several_phrases_is_taken_apart() -> None:
    assert _consists_of("Thank you. Bye-bye!") == ["Thank you", "Bye-bye"]
    assert _consists_of("구독과 좋아요 부탁드립니다. 시청해 주셔서 감사합니다.") == [
        "구독과 좋아요 부탁드립니다",
        "시청해 주셔서 감사합니다",
    ]


@pytest.mark.parametrize("text", ["", "...", "youth", "Thank you for that", "Thanks for watching guys", "감사합니다만"])
def test_more_or_less_than_a_phrase_is_no_phrase(text: str) -> None:
    assert _consists_of(text) == []


@pytest.mark.parametrize(
    "text", ["There is camaraderie here", "We use Amara.org", "at SWR 2020 we met", "MBC 뉴스를 봤습니다"]
)
def test_speech_about_makers_of_subtitles_is_no_artefact(text: str) -> None:
    assert _held(text) == []


def test_a_wildcard_takes_the_name_and_the_place_is_exact() -> None:
    assert _held("네. 한글자막 by 홍길동") == ["한글자막 by 홍길동"]
    assert _held("Vielen Dank. Untertitelung des ZDF, 2020 Vielen Dank.") == ["Untertitelung des ZDF"]
    decomposed = unicodedata.normalize("NFD", "네. MBC 뉴스 이덕영입니다. 네.")
    assert [unicodedata.normalize("NFC", found) for found in _held(decomposed)] == ["MBC 뉴스 이덕영입니다"]


def test_phrases_of_the_user_are_found_beside_the_collected_ones() -> None:
    artefacts, suspects = finders(("Captions by ACME *",), ("또 만나요 여러분",))
    text = "Captions by ACME Studio"
    assert [text[found.start : found.end] for found in artefacts.inside(text)] == [text]
    assert [phrase.text for phrase in suspects.only("또 만나요, 여러분!")] == ["또 만나요 여러분"]
    assert [phrase.text for phrase in suspects.only("Thanks for watching")] == ["Thanks for watching"]


def test_a_phrase_without_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a letter"):
        Finder([Phrase("...")])


@given(st.text(max_size=60))
def test_any_text_can_be_searched_and_places_lie_inside_it(text: str) -> None:
    key, offsets = plain(text)
    assert len(key) == len(offsets)
    assert list(offsets) == sorted(offsets)
    for found in finders()[0].inside(text + "한글자막 by " + text):
        assert 0 <= found.start < found.end <= 2 * len(text) + len("한글자막 by ")
    finders()[1].only(text)
