"""SubRip as it occurs: what players accept is read, and each leniency is reported."""

from __future__ import annotations

import pytest

from auditor.facts.spans import text_span
from tests.parse.reading import brief, defects, only, only_defect, place, quoted, read

NAME = "lecture.en.srt"
GOOD = "1\n00:00:01,000 --> 00:00:02,000\nfirst\n\n2\n00:00:03,000 --> 00:00:04,500\nsecond\nline\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("tail", ["", "\n", "\n\n\n"])
def test_the_canonical_form_has_no_defect(end: str, mark: str, tail: str) -> None:
    document = read((mark + GOOD.rstrip() + tail).replace("\n", end), NAME)
    assert document.format == "subrip"
    assert brief(document) == [(1000, 2000, "first"), (3000, 4500, "second\nline")]
    assert [cue.identifier for cue in document.cues] == ["1", "2"]
    assert [(cue.line, cue.text_line) for cue in document.cues] == [(2, 3), (6, 7)]
    assert document.defects == ()


def timed(line: str) -> str:
    return f"1\n{line}\ntext\n"


@pytest.mark.parametrize(
    ("line", "times", "why"),
    [
        ("00:00:01.500 --> 00:00:02.000", (1500, 2000), "decimal point"),
        ("00:01,500 --> 00:02,000", (1500, 2000), "hours are missing"),
        ("00:00:01 --> 00:00:02", (1000, 2000), "milliseconds are missing"),
        ("00:00:01,5 --> 00:00:02,25", (1500, 2250), "three digits"),
        ("00:00:01,500999 --> 00:00:02,000000", (1500, 2000), "three digits"),
        ("0:00:01,500 --> 0:00:02,000", (1500, 2000), "one digit"),
        ("00:00:01,500-->00:00:02,000", (1500, 2000), "arrow"),
        ("00:00:01,500 -> 00:00:02,000", (1500, 2000), "arrow"),
        ("00:00:01,500 ---> 00:00:02,000", (1500, 2000), "arrow"),
        ("00:00:01,500 -- > 00:00:02,000", (1500, 2000), "arrow"),
        ("00:00:01,500 → 00:00:02,000", (1500, 2000), "non-ASCII"),
        ("00:00:01,500 –> 00:00:02,000", (1500, 2000), "non-ASCII"),
        ("００：００：０１，５００ --> ００：００：０２，０００", (1500, 2000), "full-width"),
        ("٠٠:٠٠:٠١,٥٠٠ --> ٠٠:٠٠:٠٢,٠٠٠", (1500, 2000), "non-ASCII"),
        ("00:00:75,000 --> 00:00:80,000", (75_000, 80_000), "more than 59"),
        ("00:75:00,000 --> 00:76:00,000", (4_500_000, 4_560_000), "more than 59"),
    ],
)
def test_a_timing_that_only_lenient_players_read_is_read_and_reported(
    line: str, times: tuple[int, int], why: str
) -> None:
    text = timed(line)
    document = read(text, NAME)
    cue = only(document)
    assert (cue.start_ms, cue.end_ms, cue.text) == (*times, "text")
    reasons = [defect for defect in document.defects if why in defect.message]
    assert len(reasons) == 1
    assert {defect.kind.value for defect in document.defects} == {"tolerated-timing"}
    assert (place(reasons[0].span), reasons[0].raw, reasons[0].cue) == ((2, 1, 2, len(line) + 1), line, 1)


def test_each_leniency_is_reported_once_with_its_number() -> None:
    text = GOOD.replace(",", ".")
    defect = only_defect(read(text, NAME))
    assert defect.span.line == 2
    assert "and 1 more" in defect.message


@pytest.mark.parametrize(
    "line",
    ["00:00:01,000 --> 00:00:0l,000", "00:00:01,000 -->", "--> 00:00:02,000", "1s --> 2s", "00:00:01,000 --> 5"],
)
def test_a_timing_nobody_reads_loses_its_cue(line: str) -> None:
    text = f"{GOOD}\n3\n{line}\nlost\ntext\n\n4\n00:00:09,000 --> 00:00:10,000\nafter\n"
    document = read(text, NAME)
    assert [cue.text for cue in document.cues] == ["first", "second\nline", "after"]
    defect = only_defect(document)
    assert defect.kind.value == "malformed-timing"
    assert defect.cue is None
    assert defect.raw == f"3\n{line}\nlost\ntext"
    assert quoted(text, defect.span) == defect.raw


def test_an_end_before_its_start_is_kept() -> None:
    document = read("1\n00:00:05,000 --> 00:00:02,000\ntext\n", NAME)
    assert brief(document) == [(5000, 2000, "text")]
    assert document.defects == ()


def test_a_missing_blank_line_is_tolerated_and_the_number_is_no_text() -> None:
    document = read(GOOD.replace("\n\n2\n", "\n2\n"), NAME)
    assert [cue.text for cue in document.cues] == ["first", "second\nline"]
    assert [cue.identifier for cue in document.cues] == ["1", "2"]
    defect = only_defect(document)
    assert defect.kind.value == "tolerated-timing"
    assert "blank line" in defect.message
    assert (defect.span.line, defect.raw, defect.cue) == (4, "2", 2)


def test_cues_without_numbers_are_read() -> None:
    text = "00:00:01,000 --> 00:00:02,000\nfirst\n\n00:00:03,000 --> 00:00:04,000\nsecond\n"
    document = read(text, NAME)
    assert brief(document) == [(1000, 2000, "first"), (3000, 4000, "second")]
    assert [cue.identifier for cue in document.cues] == ["", ""]
    assert document.defects == ()


def test_a_number_that_is_the_text_stays_the_text() -> None:
    document = read("1\n00:00:01,000 --> 00:00:02,000\n42\n\n2\n00:00:03,000 --> 00:00:04,000\n7\n", NAME)
    assert [cue.text for cue in document.cues] == ["42", "7"]


def test_extra_blank_lines_between_cues_are_nothing() -> None:
    document = read(GOOD.replace("\n\n2\n", "\n\n \n\t\n\n2\n"), NAME)
    assert [cue.text for cue in document.cues] == ["first", "second\nline"]
    assert document.defects == ()


def test_position_settings_are_kept_and_other_text_after_the_times_is_a_defect() -> None:
    good = "00:00:01,000 --> 00:00:02,000  X1:100 X2:200 Y1:050 Y2:070"
    document = read(timed(good), NAME)
    assert only(document).settings == "X1:100 X2:200 Y1:050 Y2:070"
    assert document.defects == ()
    bad = "00:00:01,000 --> 00:00:02,000 on the left"
    document = read(timed(bad), NAME)
    assert brief(document) == [(1000, 2000, "text")]
    assert defects(document) == [("bad-setting", (2, 31, 2, 42), "on the left")]
    assert document.defects[0].cue == 1


def test_text_before_the_first_cue_is_lost() -> None:
    text = f"A lecture\non clay\n\n{GOOD}"
    document = read(text, NAME)
    assert len(document.cues) == 2
    assert defects(document) == [("lost-text", (1, 1, 2, 8), "A lecture\non clay")]


def test_text_after_a_blank_line_inside_a_cue_is_kept_and_reported() -> None:
    text = GOOD.replace("first\n", "first\n\nstill first\n")
    document = read(text, NAME)
    assert document.cues[0].text == "first\nstill first"
    defect = only_defect(document)
    assert (defect.kind.value, defect.raw, defect.cue) == ("lost-text", "still first", 1)
    assert place(defect.span) == (5, 1, 5, 12)


def test_a_blank_line_under_the_times_is_reported_as_such() -> None:
    document = read("1\n00:00:01,000 --> 00:00:02,000\n\ntext\n", NAME)
    assert only(document).text == "text"
    defect = only_defect(document)
    assert (defect.kind.value, defect.raw) == ("lost-text", "text")
    assert "between the times and the text" in defect.message


@pytest.mark.parametrize("blank", [" ", "\t", "\u3000"])
def test_a_blank_line_may_hold_white_space(blank: str) -> None:
    document = read(f"1\n00:00:01,000 --> 00:00:02,000\none\n{blank}\ntwo\n", NAME)
    assert only(document).text == "one\ntwo"
    assert only_defect(document).kind.value == "lost-text"


def test_a_cue_without_text_is_a_cue() -> None:
    document = read("1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\n", NAME)
    assert brief(document) == [(1000, 2000, ""), (3000, 4000, "")]


@pytest.mark.parametrize(
    "line",
    [
        "press A --> B to go on",
        "x -> y",
        "from 3 --> 4 it doubles",
        "the list [1 --> 2]",
        pytest.param("10:30 – 11:45"),
        pytest.param("10:30 → 11:45 is lunch"),
    ],
)
def test_an_arrow_or_a_time_of_day_in_the_text_is_text(line: str) -> None:
    document = read(f"1\n00:00:01,000 --> 00:00:02,000\nlook:\n{line}\nso it goes\n", NAME)
    assert brief(document) == [(1000, 2000, f"look:\n{line}\nso it goes")]
    assert document.defects == ()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<i>a</i> <b>b</b> <u>c</u> <s>d</s>", "a b c d"),
        ('<font color="#ff0000">a</font>', "a"),
        ("<I>a</I>", "a"),
        (r"{\an8}up", "up"),
        (r"{\an8\i1}up{\i0}", "up"),
        ("{i}a{/i}", "a"),
        ("{Y:i}a", "a"),
        ("{a set}", "{a set}"),
        ("a<br/>b", "ab"),
        ("3 < 5 > 4", "3 < 5 > 4"),
        ("R&D", "R&D"),
    ],
)
def test_the_tags_that_players_honour_are_taken_out(raw: str, text: str) -> None:
    document = read(f"1\n00:00:01,000 --> 00:00:02,000\n{raw}\n", NAME)
    assert (only(document).raw_text, only(document).text) == (raw, text)
    assert document.defects == ()


@pytest.mark.parametrize(
    ("raw", "text", "flawed"),
    [
        ("<wiggle>a", "<wiggle>a", "<wiggle>"),
        ("x<y and y>z", "x<y and y>z", "<y and y>"),
        ("<i>a", "a", "<i>"),
        ("a</i>", "a", "</i>"),
        ("R&amp;D", "R&D", "&amp;"),
    ],
)
def test_flawed_markup_is_a_defect_at_its_place(raw: str, text: str, flawed: str) -> None:
    content = f"1\n00:00:01,000 --> 00:00:02,000\n첫 줄\n{raw}\n"
    document = read(content, NAME)
    assert only(document).text == f"첫 줄\n{text}"
    defect = only_defect(document)
    assert (defect.kind.value, defect.raw, defect.cue) == ("bad-markup", flawed, 1)
    assert quoted(content, defect.span) == flawed


def test_a_place_behind_tags_and_blank_lines_leads_to_its_place_in_the_file() -> None:
    content = "1\n00:00:01,000 --> 00:00:02,000\n<i>one</i>\n\n{\\an8}two\n"
    cue = only(read(content, NAME))
    assert cue.text == "one\ntwo"
    assert place(text_span(cue, 4, 7)) == (5, 7, 5, 10)
