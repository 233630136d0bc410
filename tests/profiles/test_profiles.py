from __future__ import annotations

import re

import pytest

from auditor.profiles import ANY_LANGUAGE, UNITS, Counting, Limit, UnknownProfile, load, names
from auditor.profiles.decode import decode

LANGUAGES = ["ko", "en", "ja", "zh-Hans", "zh-Hant", "de", "fr", "es", "pt", "it", "ru", "ar", "hi", "th", "vi", "id"]


def every_limit() -> list[tuple[str, str | None, Limit]]:
    return [
        (name, tag, limit)
        for name in names()
        for tag in (None, *LANGUAGES, *load(name).languages)
        for limit in load(name).limits(tag).values()
    ]


def values(profile: str, tag: str | None) -> dict[str, float]:
    return {name: limit.value for name, limit in load(profile).limits(tag).items()}


def test_all_profiles_are_shipped() -> None:
    assert set(names()) == {"default", "netflix", "netflix-children", "netflix-sdh", "amazon", "ted", "bbc"}


@pytest.mark.parametrize("name", names())
def test_a_profile_says_what_it_is_for(name: str) -> None:
    profile = load(name)
    assert profile.name == name
    assert profile.title
    assert len(profile.description) > 40
    assert profile.limits(None)


def test_every_number_has_unit_source_address_and_date() -> None:
    for name, tag, limit in every_limit():
        where = f"{name} {tag} {limit.name}"
        assert limit.unit == UNITS[limit.name], where
        assert limit.source, where
        assert limit.url.startswith("https://"), where
        assert re.fullmatch(r"2026-(0[1-9]|1[0-2])(-\d\d)?", limit.verified), where


def test_a_number_that_counts_characters_says_how() -> None:
    for name, tag, limit in every_limit():
        assert (limit.counting is not None) == limit.unit.startswith("characters"), f"{name} {tag} {limit.name}"


def test_shortest_is_below_longest_and_the_floor_below_the_speed() -> None:
    for name in names():
        for tag in (None, *LANGUAGES):
            limits = values(name, tag)
            if {"min_duration", "max_duration"} <= limits.keys():
                assert limits["min_duration"] < limits["max_duration"]
            if {"speech_floor", "reading_speed"} <= limits.keys():
                assert limits["speech_floor"] * 4 < limits["reading_speed"]


@pytest.mark.parametrize(
    ("profile", "tag", "name", "value"),
    [
        ("netflix", "ko", "reading_speed", 12),
        ("netflix", "ko", "line_width", 16),
        ("netflix-children", "ko", "reading_speed", 9),
        ("netflix-children", "ko", "line_width", 16),
        ("netflix-sdh", "ko", "reading_speed", 14),
        ("netflix", "ja", "reading_speed", 4),
        ("netflix", "ja", "line_width", 13),
        ("netflix", "ja", "min_duration", 500),
        ("netflix", "ko", "min_duration", 833),
        ("netflix-sdh", "ja", "line_width", 16),
        ("netflix-sdh", "ja", "max_lines", 3),
        ("netflix-sdh", "ko", "max_lines", 2),
        ("netflix", "en", "reading_speed", 20),
        ("netflix-children", "en", "reading_speed", 17),
        ("netflix", "th", "line_width", 35),
        ("netflix", "de", "reading_speed", 17),
        ("netflix-children", "de", "reading_speed", 13),
        ("netflix", "pt-BR", "line_width", 42),
        ("netflix-sdh", "hi", "reading_speed", 25),
        ("netflix", None, "min_gap", 83),
        ("amazon", "en", "min_duration", 1000),
        ("amazon", "ar", "reading_speed", 20),
        ("ted", "ko", "line_width", 21),
        ("ted", "ja", "reading_speed", 10),
        ("ted", "en", "max_cue_width", 84),
        ("bbc", "en", "reading_words", 180),
        ("bbc", "en", "line_width", 37),
    ],
)
def test_the_numbers_of_the_authorities(profile: str, tag: str | None, name: str, value: float) -> None:
    assert values(profile, tag)[name] == value


@pytest.mark.parametrize(
    ("profile", "tag", "name"),
    [
        ("netflix-children", "ja", "reading_speed"),
        ("amazon", "ko", "line_width"),
        ("ted", "zh-Hans", "reading_speed"),
        ("ted", "ko", "max_cue_width"),
        ("bbc", "ko", "reading_words"),
        ("default", "ko", "line_width"),
    ],
)
def test_a_number_no_authority_states_is_absent_and_not_that_of_another_script(
    profile: str, tag: str, name: str
) -> None:
    assert name not in load(profile).limits(tag)


def test_netflix_counts_half_widths_in_east_asian_languages_only() -> None:
    netflix = load("netflix")
    for tag in ("ko", "ja", "zh-Hans", "zh-Hant"):
        assert netflix.limits(tag)["line_width"].counting is Counting.HALF_WIDTH
        assert netflix.limits(tag)["reading_speed"].counting is Counting.HALF_WIDTH
    for tag in ("en", "th", "ru"):
        assert netflix.limits(tag)["line_width"].counting is Counting.GRAPHEMES


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("ko-KR", "ko"),
        ("ko_KR", "ko"),
        ("KO", "ko"),
        ("en-US", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-hans-TW", "zh-Hans"),
        ("xx", None),
        ("und", None),
        ("", None),
    ],
)
def test_a_tag_takes_the_numbers_of_the_nearest_wider_one(written: str, resolved: str | None) -> None:
    netflix = load("netflix")
    assert netflix.limits(written) == netflix.limits(resolved)


def test_traditional_and_simplified_chinese_keep_their_own_sources() -> None:
    sdh = load("netflix-sdh")
    assert sdh.limits("zh-TW")["reading_speed"].url != sdh.limits("zh-CN")["reading_speed"].url
    assert sdh.limits("zh-TW")["line_width"].value != sdh.limits("zh-CN")["line_width"].value


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(UnknownProfile, match="did you mean 'netflix'") as caught:
        load("netflx")
    assert caught.value.nearest == "netflix"
    with pytest.raises(KeyError, match=r"valid names: .*default"):
        load("qqqq")


def test_a_profile_name_is_no_path() -> None:
    with pytest.raises(UnknownProfile):
        load("../profiles/netflix")


def no_base(name: str) -> str:
    raise UnknownProfile(name, ())


def profile_text(limits: str, languages: str, head: str = "") -> str:
    defaults = 'counting = "graphemes"\nsource = "s"\nurl = "https://example.org"\nverified = "2026-10"\n'
    return (
        f'title = "t"\ndescription = "d"\n{head}\n'
        f"[limits.line_width]\n{limits or defaults}\n[languages.{languages or ANY_LANGUAGE}]\n"
    )


@pytest.mark.parametrize(
    ("limits", "languages", "head", "complaint"),
    [
        ("", "en]\nline_widht = 42\n[languages.de", "", "unknown key 'line_widht', did you mean 'line_width'"),
        ("valu = 3", "en", "", "limits.line_width: unknown key 'valu'"),
        ("", "en", "sauce = 1", "unknown key 'sauce'"),
        ("", "en]\nline_width = '42'\n[languages.de", "", "en.line_width: must be a number"),
        ("", "en]\nline_width = true\n[languages.de", "", "en.line_width: must be a number"),
        ("", "en]\nline_width = 0\n[languages.de", "", "en.line_width: must be a number above zero"),
        ("", "en]\nline_width = { valeu = 42 }\n[languages.de", "", "unknown key 'valeu'"),
        ("", "en]\nline_width = { value = 42, verified = 'lately' }\n[languages.de", "", "verified must be a date"),
        ("", "en]\nline_width = { value = 42, url = '' }\n[languages.de", "", "url is missing"),
        ("", "en]\nline_width = { value = 42, counting = 'bytes' }\n[languages.de", "", "counting must be one of"),
        ("", "en]\nline_width = { value = 42, note = 7 }\n[languages.de", "", "note must be a text"),
        ("", "'en de']\nline_width = 42\n[languages.de", "", "'de' is given twice"),
        ("", "zh-hant", "", "'zh-hant' is not written as 'zh-Hant'"),
        ("", "en", "extends = 3", "extends must be a text"),
    ],
)
def test_a_faulty_profile_is_refused_by_the_name_of_its_key(
    limits: str, languages: str, head: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        decode("mine", profile_text(limits, languages, head), no_base)
    assert "profile mine" in str(caught.value)


def test_a_limit_stated_in_an_extending_profile_drops_the_base_numbers_of_every_language() -> None:
    base = profile_text("", "en]\nline_width = 42\n[languages.ko]\nline_width = 16\nmax_lines = false\n[languages.de")
    mine = 'title = "t"\ndescription = "d"\nextends = "base"\n[languages.en]\nline_width = 37\n'
    profile = decode("mine", mine, lambda name: base)
    assert profile.limits("en")["line_width"].value == 37
    assert "line_width" not in profile.limits("ko")
