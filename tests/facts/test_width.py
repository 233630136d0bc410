from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.width import FULL, counting_text, cue_width, halfwidths
from auditor.profiles import Counting

GRAPHEMES = Counting.GRAPHEMES
HALF = Counting.HALF_WIDTH
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1f0\U0001f1f7"


@pytest.mark.parametrize(
    ("text", "graphemes", "half"),
    [
        ("", 0, 0),
        ("abc", 3, 1.5),
        ("a b.", 4, 2),
        ("한국어", 3, 3),
        ("GPT-4를 씁니다.", 11, 7.5),
        ("ㅋㅋ", 2, 2),
        ("ㅠㅠ", 2, 2),
        ("カ", 1, 1),
        ("カー", 2, 2),
        ("ｶﾅ", 2, 1),
        ("Ａ１", 2, 2),
        ("％～", 2, 2),
        ("これで、終わり。", 8, 8),
        ("ﾄｰｸﾝ｡", 5, 2.5),
        ("中文ABC", 5, 3.5),
        ("…", 1, 0.5),
        ("\u201cok\u201d", 4, 2),
        ("Größe", 5, 2.5),
        ("Привет", 6, 3),
    ],
)
def test_width_of_plain_text(text: str, graphemes: float, half: float) -> None:
    assert halfwidths(text, GRAPHEMES) == graphemes * FULL
    assert halfwidths(text, HALF) == half * FULL


@pytest.mark.parametrize(
    ("text", "graphemes", "half"),
    [
        pytest.param("cafe\u0301", 4, 2, id="combining accent"),
        pytest.param("x\u0336y", 2, 1, id="combining mark that composes with nothing"),
        pytest.param("\u0301", 0, 0, id="combining mark on its own"),
        pytest.param(unicodedata.normalize("NFD", "한국어"), 3, 3, id="decomposed Hangul"),
        pytest.param("か\u3099", 1, 1, id="decomposed kana"),
        pytest.param("か\u309a", 1, 1, id="kana with a mark that composes with nothing"),
        pytest.param("ｶﾞ", 1, 1, id="half-width kana and its half-width mark take two halves"),
        pytest.param("葛\U000e0100", 1, 1, id="variation selector"),
        pytest.param("\u1112\u119e\u11ab", 1, 1, id="old Hangul syllable"),
        pytest.param("\u3164", 0, 0, id="Hangul filler"),
        pytest.param("\U0001f600", 1, 1, id="emoji"),
        pytest.param(FAMILY, 1, 1, id="family joined by ZWJ"),
        pytest.param("\U0001f44d\U0001f3fd", 1, 1, id="skin tone"),
        pytest.param("\u2764\ufe0f", 1, 1, id="emoji presentation of a narrow sign"),
        pytest.param("1\ufe0f\u20e3", 1, 1, id="keycap"),
        pytest.param(FLAG, 1, 1, id="flag"),
        pytest.param(FLAG + FLAG, 2, 2, id="two flags"),
        pytest.param("ที่", 1, 0.5, id="Thai upper vowel and tone mark"),
        pytest.param("ปัญหา", 4, 2, id="Thai word"),
        pytest.param("हिन्दी", 2, 1.5, id="Devanagari vowel signs and conjunct"),
        pytest.param("مَرْحَبًا", 5, 2.5, id="Arabic vowel points"),
        pytest.param("가\u200b나\u2060다\ufeff", 3, 3, id="zero-width"),
        pytest.param("soft\u00adhyphen", 10, 5, id="soft hyphen"),
        pytest.param("\u202bab\u202c\u200f\u2067c\u2069", 3, 1.5, id="bidirectional controls"),
        pytest.param("a\tb\x07", 2, 1, id="controls"),
        pytest.param("가\t나\x00", 2, 2, id="controls beside Hangul"),
    ],
)
def test_width_of_what_a_reader_sees(text: str, graphemes: float, half: float) -> None:
    assert halfwidths(text, GRAPHEMES) == graphemes * FULL
    assert halfwidths(text, HALF) == half * FULL


def test_line_breaks_have_no_width_but_read_as_a_space() -> None:
    assert halfwidths("가나\n다", HALF) == halfwidths("ab\nc", GRAPHEMES) == 3 * FULL
    assert cue_width("가나\nab", HALF) == 4 + 1 + 2
    assert cue_width("가나\nab", GRAPHEMES) == 5 * FULL


def test_each_counting_rule_can_be_told_from_the_other_in_a_message() -> None:
    assert "half width 0.5" in counting_text(HALF)
    assert counting_text(GRAPHEMES).startswith("characters")
    assert counting_text(GRAPHEMES) != counting_text(HALF)


MIXED = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x24F),
        st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3),
        st.sampled_from("かがパｶﾞーㅋ中…\u0301\u3099\u200d\u200b\ufe0fกที่हिन्दी")
        | st.sampled_from([FAMILY, FLAG]).map(lambda text: text[0]),
    )
)
PLAIN = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)
)
COUNTINGS = st.sampled_from(Counting)


@given(MIXED, COUNTINGS)
def test_width_does_not_depend_on_the_normal_form(text: str, counting: Counting) -> None:
    assert halfwidths(unicodedata.normalize("NFD", text), counting) == halfwidths(
        unicodedata.normalize("NFC", text), counting
    )


@given(PLAIN, PLAIN, COUNTINGS)
def test_widths_of_hangul_and_ascii_add_up(left: str, right: str, counting: Counting) -> None:
    assert halfwidths(left + right, counting) == halfwidths(left, counting) + halfwidths(right, counting)


@given(MIXED, COUNTINGS)
def test_an_invisible_character_at_the_end_never_changes_the_width(text: str, counting: Counting) -> None:
    assert halfwidths(text + "\u200b", counting) == halfwidths(text, counting)


@given(st.text(), COUNTINGS)
def test_any_text_has_a_width_that_is_the_sum_of_its_lines(text: str, counting: Counting) -> None:
    assert sum(halfwidths(line, counting) for line in text.split("\n")) == halfwidths(text, counting)
    assert 0 <= halfwidths(text, counting) <= FULL * len(unicodedata.normalize("NFC", text))
