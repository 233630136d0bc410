"""Cue text of WebVTT: what a viewer sees (https://www.w3.org/TR/webvtt1/#cue-text-parsing-rules)."""

from __future__ import annotations

import pytest

from auditor.facts.spans import text_span
from tests.parse.reading import defects, only, only_defect, quoted, read


def with_text(text: str) -> str:
    return f"WEBVTT\n\n00:01.000 --> 00:09.000\n{text}\n"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain, with ' and \"", "plain, with ' and \""),
        ("a > b", "a > b"),
        ("R&amp;D", "R&D"),
        ("R&ampD", "R&D"),  # HTML reads old names without their semicolon
        ("&lt;i&gt;", "<i>"),
        ("1 &lt 2", "1 < 2"),
        ("a&nbsp;b", "a\xa0b"),
        ("&lrm;a&rlm;", "\u200ea\u200f"),
        ("&hearts;&eacute;", "♥é"),
        ("&NotEqualTilde;", "≂̸"),  # one reference, two characters
        ("&#54620;&#xAE00;&#XAE00;", "한글글"),
        ("&#65 &#x41", "A A"),
        ("&#0;&#xD800;&#x110000;", "\ufffd\ufffd\ufffd"),
        ("&#x80;&#150;", "€–"),
        ("&notit;", "¬it;"),
        ("<i>a</i> <b>b</b> <u>c</u>", "a b c"),
        ("<c.yellow.bg_blue>a</c>", "a"),
        ("<i.loud lang>a</i>", "a"),
        ("<lang ko>안녕</lang>", "안녕"),
        ("<ruby>漢<rt>かん</rt></ruby>字", "漢かん字"),
        ("<ruby>漢<rt>かん</ruby>字", "漢かん字"),  # </ruby> closes the rt inside it
        ("one <00:00:02.000>two <00:03.500>three", "one two three"),
        ("<i\n>a</i>", "a"),
    ],
)
def test_valid_markup_is_taken_out(raw: str, text: str) -> None:
    document = read(with_text(raw))
    cue = only(document)
    assert (cue.raw_text, cue.text) == (raw, text)
    assert document.defects == ()


@pytest.mark.parametrize(
    ("raw", "text", "flawed"),
    [
        ("R&D", "R&D", "&"),
        ("a & b", "a & b", "&"),
        ("&unknown;", "&unknown;", "&"),
        ("&#;", "&#;", "&"),
        ("a <wiggle>b", "a b", "<wiggle>"),
        ("a </wiggle>b", "a b", "</wiggle>"),
        ("a <I>b", "a b", "<I>"),  # names are case-sensitive
        ("a <>b", "a b", "<>"),
        ("a < b > c", "a  c", "< b >"),
        ("a <b", "a ", "<b"),
        ("if x <y then", "if x ", "<y then"),
        ("a <i>b", "a b", "<i>"),
        ("a</i> b", "a b", "</i>"),
        ("a <rt>b", "a b", "<rt>"),
        ("a <00:99.000>b", "a b", "<00:99.000>"),
        ("a <3>b", "a b", "<3>"),
        ("I <3 you", "I ", "<3 you"),
        ("<ruby>a</ruby></rt>b", "ab", "</rt>"),
        ("a</i >b", "ab", "</i >"),
    ],
)
def test_flawed_markup_is_a_defect_at_its_place(raw: str, text: str, flawed: str) -> None:
    content = with_text(f"첫 줄\n{raw}")
    document = read(content)
    cue = only(document)
    assert cue.text == f"첫 줄\n{text}"
    defect = only_defect(document)
    assert (defect.kind.value, defect.raw, defect.cue) == ("bad-markup", flawed, 1)
    assert defect.span.line == 5
    assert quoted(content, defect.span) == flawed


def test_misnested_tags_name_the_tag_they_stand_in() -> None:
    document = read(with_text("<i><b>a</i>b</b>"))
    assert only(document).text == "ab"
    # The end tag of <i> is ignored, so <i> stays open.
    assert [raw for _, _, raw in defects(document)] == ["</i>", "<i>"]
    assert "inside <b>" in document.defects[0].message
    assert "never closed" in document.defects[1].message


@pytest.mark.parametrize(
    ("raw", "speaker"),
    [
        ("<v Mary>Hello", "Mary"),  # the only voice of a cue may stay open
        ("<v Mary>Hello</v>", "Mary"),
        ("<v.loud.first Dr. Kim>Hello", "Dr. Kim"),
        ("<v Q&amp;A>Hello", "Q&A"),
        ("<v Mary>Hello</v> <v John>Hi</v>", "Mary"),
        ("<v>Hello", None),
        ("Hello", None),
    ],
)
def test_the_first_voice_is_the_speaker(raw: str, speaker: str | None) -> None:
    document = read(with_text(raw))
    assert only(document).speaker == speaker
    assert only(document).text.startswith("Hello")
    assert document.defects == ()


def test_white_space_in_the_name_of_a_voice_is_one_space() -> None:
    assert only(read(with_text("<v  Mary \t Ann >Hello"))).speaker == "Mary Ann"


def test_a_reference_to_an_undefined_windows_character_is_the_control_character() -> None:
    assert only(read(with_text("a&#x81;b"))).text == "a\x81b"


@pytest.mark.parametrize(
    ("raw", "seen", "quote"),
    [
        ("R&amp;D is <i>fun</i>!", "&", "&amp;"),
        ("R&amp;D is <i>fun</i>!", "D", "D"),
        ("R&amp;D is <i>fun</i>!", "fun", "fun"),
        ("R&amp;D is <i>fun</i>!", "!", "!"),
        ("R&amp;D is <i>fun</i>!", "is fun", "is <i>fun"),
        ("줄 하나\n<b>줄 둘</b> 끝", "둘", "둘"),
        ("줄 하나\n<b>줄 둘</b> 끝", "하나\n줄", "하나\n<b>줄"),
        ("&NotEqualTilde;x", "≂̸", "&NotEqualTilde;"),
        ("𝔸<c>b</c>c", "b", "b"),
    ],
)
def test_a_place_in_the_visible_text_leads_to_its_place_in_the_file(raw: str, seen: str, quote: str) -> None:
    content = with_text(raw)
    cue = only(read(content))
    start = cue.text.index(seen)
    assert quoted(content, text_span(cue, start, start + len(seen))) == quote
