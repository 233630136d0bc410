"""The sound a word ends in when it is read aloud in Korean: what decides between 을 and 를, 이 and 가, 으로 and 로.

Only certain answers are given. A Latin word that is neither an acronym nor a name
listed here has none, nor has a digit that may as well be read in English (라마 3: 삼 or 쓰리).
"""

from __future__ import annotations

from enum import Enum

from auditor.patterns import lazy_pattern


class Final(Enum):
    """How a word ends: in a vowel, in ㄹ (which takes 로 as vowels do), or in another consonant."""

    VOWEL = "a vowel"
    RIEUL = "ㄹ"
    CONSONANT = "a consonant"


_FIRST_SYLLABLE, _LAST_SYLLABLE = "가", "힣"
_CODAS = 28
_RIEUL = 8

# 일 이 삼 사 오 육 칠 팔 구: a number before a particle is read in Sino-Korean.
_OF_DIGIT = {
    "1": Final.RIEUL,
    "2": Final.VOWEL,
    "3": Final.CONSONANT,
    "4": Final.VOWEL,
    "5": Final.VOWEL,
    "6": Final.CONSONANT,
    "7": Final.RIEUL,
    "8": Final.RIEUL,
    "9": Final.VOWEL,
}
# Behind a name a digit is as often read in English; 투, 포 and 파이브 end as 이, 사 and 오 do.
_SAME_IN_ENGLISH = frozenset("245")
_ZEROS_OF_TRILLION = 12  # 십 백 천 만 억 end in consonants, 조 does not

# 엘 엠 엔 알; the name of every other letter ends in a vowel.
_OF_LETTER = {"L": Final.RIEUL, "M": Final.CONSONANT, "N": Final.CONSONANT, "R": Final.RIEUL}

# Acronyms that could be read as a word but are spelled; without a vowel an acronym can only be spelled.
_ACRONYMS = (
    "AI AMD API AWS CEO CLI CPU CTO DNA ETL EU FAQ GPU GUI HDMI IAM IBM ID IDE IEEE IO IP IT LED MIT NPU OCR OS PCI QA "
    "RNA ROI SEO TPU UDP UI UK UN URI URL US USA USB UTC UX VIP"
)
_SPELLED = frozenset(_ACRONYMS.split())
_VOWELS = frozenset("AEIOU")

# Names and terms whose Korean reading is settled: 파이썬, 구글, 깃허브.
_OF_NAME = {
    name: final
    for final, names in (
        (
            Final.CONSONANT,
            "amazon anthropic colab facebook instagram json langchain mac macbook notion python slack spring telegram "
            "zoom",
        ),
        (Final.RIEUL, "apple email excel gmail google intel mistral model powershell shell"),
        (
            Final.VOWEL,
            "chatgpt claude docker gemini github gradio java javascript jupyter kubernetes leaderboard linux llama "
            "meta microsoft netflix node numpy nvidia openai pandas pytorch react transformer typescript ubuntu "
            "wikipedia windows youtube",
        ),
    )
    for name in names.split()
}

# Behind other signs than these a digit may belong to code or markup, and is not read as a number.
_NUMBER = lazy_pattern(r"(?:^|(?P<name>[^\W\d_])-?|[-(:/$])(?P<number>\d[\d,]*(?:\.\d+)?)$")
_LATIN = lazy_pattern(r"(?:^|(?<=[^A-Za-z0-9_.]))[A-Za-z]+$")


def _of_number(digits: str, *, name: bool) -> Final | None:
    plain = digits.replace(",", "")
    if name and (len(plain) > 1 or plain not in _SAME_IN_ENGLISH):
        return None
    last = plain[-1]
    if last != "0":
        return _OF_DIGIT.get(last)
    if plain == "0":  # 영, 공 or 제로
        return None
    if "." in plain:
        return Final.CONSONANT
    zeros = len(plain) - len(plain.rstrip("0"))
    return Final.CONSONANT if zeros < _ZEROS_OF_TRILLION else Final.VOWEL


def _of_latin(word: str) -> Final | None:
    if len(word) == 1 or (word.isupper() and (word in _SPELLED or _VOWELS.isdisjoint(word))):
        return _OF_LETTER.get(word[-1].upper(), Final.VOWEL)
    return _OF_NAME.get(word.lower())


def final_sound(word: str, *, part_of_name: bool = False) -> Final | None:
    """How a word ends when read aloud, or ``None`` when that is not certain.

    ``part_of_name`` says that a number belongs to a name (GPT 3), so that it may
    be read in English.
    """
    last = word[-1:]
    if _FIRST_SYLLABLE <= last <= _LAST_SYLLABLE:
        coda = (ord(last) - ord(_FIRST_SYLLABLE)) % _CODAS
        return Final.VOWEL if coda == 0 else Final.RIEUL if coda == _RIEUL else Final.CONSONANT
    if last == "%":  # 퍼센트, 프로
        return Final.VOWEL
    number = _NUMBER.search(word)
    if number is not None:
        return _of_number(number["number"], name=part_of_name or number["name"] is not None)
    latin = _LATIN.search(word)
    return _of_latin(latin[0]) if latin is not None else None
