"""Timings and settings of WebVTT cues (https://www.w3.org/TR/webvtt1/#webvtt-timings-and-settings-parsing)."""

from __future__ import annotations

import pytest

from tests.parse.reading import brief, defects, only, only_defect, place, quoted, read


def with_timing(line: str, before: str = "") -> str:
    return f"WEBVTT\n\n{before}{line}\ntext\n"


@pytest.mark.parametrize(
    ("line", "times"),
    [
        ("00:01.000 --> 00:02.500", (1_000, 2_500)),
        ("00:00:01.000 --> 00:00:02.500", (1_000, 2_500)),
        ("01:02:03.004 --> 01:02:03.005", (3_723_004, 3_723_005)),
        ("0:00:01.000 --> 5:00:02.000", (1_000, 18_002_000)),  # hours may have any number of digits
        ("100:00:01.000 --> 1000:00:00.000", (360_001_000, 3_600_000_000)),
        ("60:00:00.000 --> 99:59:59.999", (216_000_000, 359_999_999)),
        ("00:59.999 --> 59:59.999", (59_999, 3_599_999)),
        ("00:01.000-->00:02.000", (1_000, 2_000)),
        ("00:01.000\t-->\t00:02.000", (1_000, 2_000)),
        ("  00:01.000   -->   00:02.000  ", (1_000, 2_000)),
        ("00:01.000\f-->\f00:02.000", (1_000, 2_000)),
        ("00:05.000 --> 00:02.000", (5_000, 2_000)),  # an end before its start is kept
        ("00:05.000 --> 00:05.000", (5_000, 5_000)),
    ],
)
def test_timings_of_the_standard(line: str, times: tuple[int, int]) -> None:
    document = read(with_timing(line))
    cue = only(document)
    assert (cue.start_ms, cue.end_ms) == times
    assert document.defects == ()
    assert quoted(with_timing(line), cue.timing_span) == line.strip()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("0:01.000 --> 00:02.000", "start"),  # one digit makes it hours, and then the seconds are missing
        ("60:01.000 --> 61:00.000", "start"),  # 60 minutes make it hours as well
        ("00:1.000 --> 00:02.000", "two digits"),
        ("00:00:1.000 --> 00:00:02.000", "two digits"),
        ("00:001.000 --> 00:02.000", "two digits"),
        ("00:60.000 --> 00:61.000", "59"),
        ("00:60:00.000 --> 01:00:00.000", "59"),
        ("00:01.00 --> 00:02.000", "milliseconds"),
        ("00:01.0000 --> 00:02.000", "milliseconds"),
        ("00:01 --> 00:02", "milliseconds"),
        ("00:01,000 --> 00:02,000", "comma"),
        ("00:01.000 --> 00:02,000", "comma"),
        ("-00:01.000 --> 00:02.000", "digit"),
        ("--> 00:02.000", "digit"),
        ("00:01.000 -->", "digit"),
        ("00:01.000 --> soon", "digit"),
        ("00:01.000 - --> 00:02.000", "-->"),
        ("00:01.000 00:02.000 -->", "-->"),
        ("٠٠:٠١.٠٠٠ --> ٠٠:٠٢.٠٠٠", "digit"),
        ("００:０１.０００ --> ００:０２.０００", "digit"),
        (f"{'9' * 5000}:00:01.000 --> 00:02.000", "5000 digits"),
    ],
)
def test_a_timing_the_standard_rejects_loses_its_cue(line: str, why: str) -> None:
    document = read(with_timing(line, before="intro\n") + "\n00:09.000 --> 00:10.000\nafter\n")
    assert brief(document) == [(9_000, 10_000, "after")]
    defect = only_defect(document)
    assert defect.kind.value == "malformed-timing"
    assert defect.raw == f"intro\n{line}\ntext"
    assert place(defect.span) == (3, 1, 5, 5)
    assert why in defect.message


def test_cues_that_go_backwards_keep_their_order() -> None:
    document = read("WEBVTT\n\n00:05.000 --> 00:06.000\na\n\n00:01.000 --> 00:02.000\nb\n")
    assert brief(document) == [(5_000, 6_000, "a"), (1_000, 2_000, "b")]
    assert [cue.index for cue in document.cues] == [1, 2]


REGION = "REGION\nid:left\n\n"


@pytest.mark.parametrize(
    "setting",
    [
        "vertical:rl",
        "vertical:lr",
        "line:0",
        "line:-1",
        "line:5",
        "line:12.5%",
        "line:100%",
        "line:0%,end",
        "line:-2,center",
        "position:50%",
        "position:0%,line-left",
        "position:100%,line-right",
        "position:33.3%,center",
        "size:80%",
        "align:start",
        "align:center",
        "align:end",
        "align:left",
        "align:right",
        "region:left",
    ],
)
def test_settings_of_the_standard(setting: str) -> None:
    document = read(with_timing(f"00:01.000 --> 00:02.000 {setting}", before=REGION))
    assert only(document).settings == setting
    assert document.defects == ()


@pytest.mark.parametrize(
    "setting",
    [
        "vertical:up",
        "vertical",
        "line:",
        ":5",
        "line:top",
        "line:5%%",
        "line:101%",
        "line:-5%",
        "line:--5",
        "line:5-",
        "line:.5%",
        "line:5.%",
        "line:5%,left",
        "position:50",
        "position:101%",
        "position:-1%",
        "position:50%,start",
        "size:big",
        "size:80",
        "size:100.1%",
        "align:middle",
        "align:Start",
        "region:right",
        "Align:start",
        "colour:red",
    ],
)
def test_settings_that_players_ignore_are_defects_and_the_cue_stays(setting: str) -> None:
    text = with_timing(f"00:01.000 --> 00:02.000 size:80% {setting} align:end", before=REGION)
    document = read(text)
    assert brief(document) == [(1_000, 2_000, "text")]
    start = 1 + len("00:01.000 --> 00:02.000 size:80% ")
    assert defects(document) == [("bad-setting", (6, start, 6, start + len(setting)), setting)]
    assert document.defects[0].cue == 1
    assert quoted(text, document.defects[0].span) == setting


def test_settings_need_no_space_before_them_and_may_be_set_off_by_tabs() -> None:
    document = read(with_timing("00:01.000 --> 00:02.000align:start\tsize:50%"))
    assert only(document).settings == "align:start\tsize:50%"
    assert document.defects == ()


def test_a_region_counts_only_before_the_cue() -> None:
    document = read(f"WEBVTT\n\n00:01.000 --> 00:02.000 region:left\na\n\n{REGION}")
    assert [defect.raw for defect in document.defects] == ["region:left", "REGION\nid:left"]
