from __future__ import annotations

import subprocess
import sys

import pytest

from auditor.facts.final_sounds import Final, final_sound
from auditor.facts.korean import eojeols, follows_noun, is_nominal, is_noun, morphemes, without_particle

VOWEL, RIEUL, CONSONANT = Final.VOWEL, Final.RIEUL, Final.CONSONANT


@pytest.mark.parametrize(
    ("word", "final"),
    [
        ("데이터", VOWEL),
        ("모델", RIEUL),
        ("값", CONSONANT),
        ("2", VOWEL),
        ("7", RIEUL),
        ("10", CONSONANT),
        ("1,000,000", CONSONANT),
        ("1000000000000", VOWEL),  # 일조
        ("3.14", VOWEL),
        ("0", None),  # 영 or 제로
        ("50%", VOWEL),
        ("GPT", VOWEL),
        ("LLM", CONSONANT),
        ("SQL", RIEUL),
        ("챗GPT", VOWEL),
        ("API", VOWEL),
        ("RAG", None),  # 래그 or 랙
        ("Python", CONSONANT),
        ("Google", RIEUL),
        ("Docker", VOWEL),
        ("Gradle", None),
        ("GPT4", VOWEL),
        ("라마3", None),  # 삼 or 쓰리
        ("32GB", None),
        ("open.model", None),
        ("", None),
    ],
)
def test_a_word_ends_as_it_is_read_aloud_or_is_left_open(word: str, final: Final | None) -> None:
    assert final_sound(word) is final


def test_a_number_that_belongs_to_a_name_may_be_read_in_english() -> None:
    assert final_sound("3") is CONSONANT
    assert final_sound("3", part_of_name=True) is None
    assert final_sound("4", part_of_name=True) is VOWEL


def test_eojeols_are_parted_by_spaces_and_keep_their_places() -> None:
    text = '(이것) 은,  "C++로" 50%이 … 네.'
    found = eojeols(text)
    assert [word.text for word in found] == ["이것", "은", "C++로", "50%이", "네"]
    assert all(text[word.start : word.end] == word.text for word in found)


@pytest.mark.parametrize(
    ("tail", "follows"), [("", True), ("를", True), ("에서는", True), ("예요", True), ("코인", False)]
)
def test_only_particles_and_the_copula_follow_a_noun(tail: str, follows: bool) -> None:
    assert follows_noun(tail) is follows


def test_a_particle_is_taken_off_the_word_it_follows() -> None:
    assert without_particle("모델에서는") == "모델"
    assert without_particle("은") == "은"


def test_morphemes_keep_their_place_and_say_what_no_dictionary_holds() -> None:
    noun, particle = morphemes("토큰을")
    assert (noun.form, noun.start, noun.end, noun.known) == ("토큰", 0, 2, True)
    assert (particle.form, particle.tag, particle.start) == ("을", "JKO", 2)
    assert not all(part.known for part in morphemes("뷃훍"))


@pytest.mark.parametrize(
    ("word", "noun", "nominal"),
    [("토큰", True, True), ("그것", False, True), ("빨리", False, False), ("뷃훍", True, False)],
)
def test_what_a_particle_can_follow(word: str, noun: bool, nominal: bool) -> None:
    assert is_noun(word) is noun
    assert is_nominal(word) is nominal


def test_a_track_in_another_language_does_not_load_kiwi() -> None:
    program = """
import sys
from auditor.model import Source
from auditor.parse import parse
from auditor.rules import korean_mixed_speech_level, korean_non_word, korean_wrong_particle, korean_wrong_spacing
document = parse(Source("a.en.vtt", "WEBVTT\\n\\n00:01.000 --> 00:03.000\\nthe word says 됬다 할수\\n".encode()))
for module in (korean_mixed_speech_level, korean_non_word, korean_wrong_particle, korean_wrong_spacing):
    assert not list(module.check(document, module.RULE.options))
assert "kiwipiepy" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
