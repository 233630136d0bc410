from __future__ import annotations

from decimal import Decimal

import pytest

from auditor.facts.numeral import Numeral
from auditor.facts.numerals import canonical, numerals


def values(text: str, language: str, *, certain: bool = False) -> list[str]:
    return [canonical(n) for n in numerals(text, language) if n.certain or not certain]


def agree(one: str, one_language: str, other: str, other_language: str) -> bool:
    (first,) = [n for n in numerals(one, one_language) if n.certain]
    return any(first.readings & second.readings for second in numerals(other, other_language))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it cost $495.95", ["495.95 dollars"]),
        ("62.5 % of them", ["62.5 percent"]),
        ("sixty-two point five percent", ["62.5 percent"]),
        ("three hundred and twenty files", ["320"]),
        ("twenty-five and thirty", ["25", "30"]),
        ("1.5 billion rows", ["1500000000"]),
        ("an 8B model", ["8000000000"]),
        ("two million point", ["2000000"]),
        ("in twenty twenty four", ["2024"]),
        ("1,536 dimensions", ["1536"]),
    ],
)
def test_english_numbers_are_read_in_digits_and_words(text: str, expected: list[str]) -> None:
    assert values(text, "en", certain=True) == expected


@pytest.mark.parametrize(
    "text", ["one of them", "a hundred times", "thousands of rows", "the first week", "two thirds", "half of it"]
)
def test_english_words_that_do_not_count_accuse_nobody(text: str) -> None:
    assert values(text, "en", certain=True) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13만 5천 개", ["135000"]),
        ("1만5000원", ["15000"]),
        ("4조 2,000억", ["4200000000000"]),
        ("50억 70억", ["5000000000", "7000000000"]),
        ("3.5백만", ["3500000"]),
        ("62.5퍼센트", ["62.5 percent"]),
        ("세 가지", ["3"]),
        ("열두 명", ["12"]),
    ],
)
def test_korean_numbers_are_read_with_their_units(text: str, expected: list[str]) -> None:
    assert values(text, "ko", certain=True) == expected


@pytest.mark.parametrize(
    "text", ["이 파일을 만들고", "일을 하죠", "네 그렇죠", "세일 상품", "사용자와 오늘", "한 번 더", "첫 번째"]
)
def test_korean_words_that_may_be_no_number_accuse_nobody(text: str) -> None:
    assert values(text, "ko", certain=True) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("１５００円", ["1500"]),
        ("三十二個", ["32"]),
        ("8割の人", ["80 percent"]),
        ("2億3000万", ["230000000"]),
        ("一番いい", []),
    ],
)
def test_japanese_numbers_are_read_in_kanji_and_full_width(text: str, expected: list[str]) -> None:
    assert values(text, "ja", certain=True) == expected


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("GPT four zero", "GPT 40"),
        ("three", "세 번째"),
        ("twenty-five", "스물다섯 살"),
        ("twenty-five", "이십오 년"),
        ("fifteen hundred", "천오백 개"),
        ("8B", "8B 모델"),
        ("8B", "80억"),
        ("3.5", "3점 5"),
        ("1990s", "90년대"),
        ("2 million", "2백만"),
        ("five", "파이브"),
        ("50,000", "5만"),
        ("four", "나흘째의"),
        ("four", "GPT four"),
    ],
)
def test_two_spellings_of_one_number_agree(english: str, korean: str) -> None:
    assert agree(english, "en", korean, "ko")


@pytest.mark.parametrize(
    ("english", "korean"), [("3.5", "3개와 5개"), ("9", "9천"), ("62.5", "65"), ("2.8 million", "800만")]
)
def test_a_changed_number_does_not_agree(english: str, korean: str) -> None:
    assert not agree(english, "en", korean, "ko")


def test_the_lower_bound_of_a_range_borrows_the_scale() -> None:
    low = numerals("7 to 8 billion", "en")[0]
    assert low.readings == {Decimal(7), Decimal(7_000_000_000)}


def test_offsets_are_those_of_the_text_also_for_full_width_digits() -> None:
    text = "値段は１５００円"
    (numeral,) = numerals(text, "ja")
    assert text[numeral.start : numeral.end] == "１５００"


def test_other_languages_are_read_by_their_digits() -> None:
    assert [n.value for n in numerals("Das kostet 12 Euro", "de")] == [Decimal(12)]


def test_a_numeral_is_a_value() -> None:
    assert numerals("7 apples", "en") == (Numeral(0, 1, Decimal(7), frozenset({Decimal(7)})),)


@pytest.mark.parametrize(
    ("said", "written", "language"),
    [
        ("it took 3.5 hours", "3시간 반이 걸렸죠", "ko"),
        ("it took 2.5 years", "2年半かかった", "ja"),
        ("30 minutes past the hour", "3시 반이에요", "ko"),
        ("50% off", "반값이에요", "ko"),
        ("50% of them", "半分です", "ja"),
        ("two weeks later", "14일 뒤에", "ko"),
        ("48 hours", "이틀 뒤에", "ko"),
        ("seven days", "일주일 뒤에", "ko"),
        ("at 17 sharp", "17시에", "ko"),
        ("at 5 p.m.", "17時に", "ja"),
        ("two dozen of them", "24개가 있죠", "ko"),
        ("three and a half years", "3.5년이죠", "ko"),
        ("one in four of them", "4분의 1이죠", "ko"),
        ("four times smaller", "4分の1です", "ja"),
        ("25% of them", "4분의 1이죠", "ko"),
        ("the top six kilns", "톱 식스라는 가마", "ko"),
        ("GPT four answers", "GPT Fourが答える", "ja"),
    ],
)
def test_the_words_around_a_number_tell_what_else_it_may_be_called(said: str, written: str, language: str) -> None:
    assert agree(said, "en", written, language)


@pytest.mark.parametrize(
    ("said", "written", "language"),
    [
        ("down to four bits", "4분의 1로", "ko"),
        ("down to four bits", "4分の1に", "ja"),
        ("Titan three", "타이탄 3백만", "ko"),
        ("version 3.1", "版 3. 1つの窯", "ja"),
        ("three of them", "4시 반이에요", "ko"),
    ],
)
def test_a_number_that_became_another_one_does_not_agree(said: str, written: str, language: str) -> None:
    assert not agree(said, "en", written, language)


def test_a_fraction_is_one_number() -> None:
    (fraction,) = numerals("4분의 1로 줄여요", "ko")
    assert (canonical(fraction), fraction.start, fraction.end) == ("0.25", 0, 5)


@pytest.mark.parametrize("text", ["十分にある", "二度としない", "万人に愛される", "always open, 24/7"])
def test_a_phrase_with_a_number_in_it_accuses_nobody(text: str) -> None:
    assert values(text, "en" if text.isascii() else "ja", certain=True) == []


def test_ten_minutes_are_a_number() -> None:
    assert values("十分間休む", "ja", certain=True) == ["10"]


def test_the_inside_of_an_enumeration_and_labels_are_told_apart_from_counts() -> None:
    assert [n.counted_past for n in numerals("one, two, three, four files", "en")] == [False, True, True, False]
    assert [n.counted_past for n in numerals("3 inputs, 4 outputs, 5 weights", "en")] == [False, False, False]
    assert [n.label for n in numerals("in week two these two things", "en")] == [True, False]
