"""The file parsing algorithm of WebVTT (https://www.w3.org/TR/webvtt1/#file-parsing), step by step."""

from __future__ import annotations

import pytest

from tests.parse.reading import brief, defects, only, only_defect, place, quoted, read

CUE = "00:01.000 --> 00:02.000\n"


@pytest.mark.parametrize(
    "signature",
    [
        "WEBVTT\n\n",
        "WEBVTT - lecture 3\n\n",
        "WEBVTT\tlecture 3\n\n",
        "WEBVTT \n\n",
        "WEBVTT\n\n\n\n\n",
        "WEBVTT\n",  # the header ends where a line with an arrow stands
    ],
)
def test_a_signature_may_be_followed_by_a_space_a_tab_or_the_end_of_its_line(signature: str) -> None:
    document = read(f"{signature}{CUE}text\n")
    assert brief(document) == [(1000, 2000, "text")]
    assert document.defects == ()


@pytest.mark.parametrize(
    "start",
    ["", "WEBVTTX\n\n", "webvtt\n\n", "WebVTT\n\n", " WEBVTT\n\n", "\nWEBVTT\n\n", "WEBVTT:\n\n", "WEBVTT\f\n\n"],
)
def test_without_the_signature_nothing_is_read(start: str) -> None:
    document = read(f"{start}{CUE}text\n")
    assert document.format == "webvtt"
    assert document.cues == ()
    defect = only_defect(document)
    assert defect.kind.value == "bad-header"
    assert defect.span.line == 1
    assert "1 cues" in defect.message


def test_the_signature_alone_is_a_file_without_cues() -> None:
    document = read("WEBVTT")
    assert document.format == "webvtt"
    assert document.cues == ()
    assert only_defect(document).kind.value == "unreadable"


def test_one_byte_order_mark_is_taken_off_and_a_second_spoils_the_signature() -> None:
    assert len(read(f"\ufeffWEBVTT\n\n{CUE}text\n").cues) == 1
    assert read(f"\ufeff\ufeffWEBVTT\n\n{CUE}text\n").cues == ()


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_line_ending_is_read_and_counted_alike(end: str) -> None:
    text = f"WEBVTT\n\n{CUE}one\ntwo\n\nlost\n\n{CUE}three"
    document = read(text.replace("\n", end))
    assert brief(document) == [(1000, 2000, "one\ntwo"), (1000, 2000, "three")]
    assert [(cue.line, cue.text_line) for cue in document.cues] == [(3, 4), (9, 10)]
    assert defects(document) == [("lost-text", (7, 1, 7, 5), "lost")]


def test_other_characters_that_python_calls_line_ends_are_text() -> None:
    text = "a\u2028b\u2029c\x85d\x0be\x0cf"
    assert only(read(f"WEBVTT\n\n{CUE}{text}\n")).text == text


def test_nul_is_read_as_the_replacement_character() -> None:
    assert only(read(f"WEBVTT\n\n{CUE}a\0b\n")).text == "a\ufffdb"


def test_header_metadata_are_kept_and_header_text_is_lost_text() -> None:
    document = read(f"WEBVTT\nKind: captions\nLanguage: ko\nThe first lecture\n\n{CUE}text\n", "lecture.vtt")
    assert document.header == (("Kind", "captions"), ("Language", "ko"))
    assert defects(document) == [("lost-text", (4, 1, 4, 18), "The first lecture")]
    assert len(document.cues) == 1


def test_an_arrow_in_the_header_ends_it_and_is_a_cue() -> None:
    document = read(f"WEBVTT\nKind: captions\n{CUE}text\n")
    assert document.header == (("Kind", "captions"),)
    assert brief(document) == [(1000, 2000, "text")]


def test_the_line_above_the_timing_is_the_identifier() -> None:
    document = read(f"WEBVTT\n\nopening 1\n{CUE}text\n\n{CUE}more\n")
    assert [cue.identifier for cue in document.cues] == ["opening 1", ""]
    assert [cue.line for cue in document.cues] == [4, 7]


def test_two_lines_above_the_timing_are_lost_text_and_the_cue_has_no_identifier() -> None:
    document = read(f"WEBVTT\n\nfirst\nsecond\n{CUE}text\n")
    assert only(document).identifier == ""
    assert defects(document) == [("lost-text", (3, 1, 4, 7), "first\nsecond")]


def test_an_arrow_inside_a_cue_begins_the_next_one() -> None:
    document = read(f"WEBVTT\n\n{CUE}text\n00:03.000 --> 00:04.000\nmore\n")
    assert brief(document) == [(1000, 2000, "text"), (3000, 4000, "more")]
    assert defects(document) == [("bad-markup", (5, 1, 5, 24), "00:03.000 --> 00:04.000")]
    assert document.defects[0].cue == 1


def test_an_arrow_that_is_no_timing_ends_the_cue_and_loses_the_rest() -> None:
    document = read(f"WEBVTT\n\n{CUE}press A --> B\nthen go on\n\n{CUE}next\n")
    assert brief(document) == [(1000, 2000, ""), (1000, 2000, "next")]
    kinds = [kind for kind, _, _ in defects(document)]
    assert kinds == ["bad-markup", "malformed-timing"]
    assert document.defects[1].raw == "press A --> B\nthen go on"


def test_a_timing_under_a_malformed_timing_is_a_cue_of_its_own() -> None:
    document = read(f"WEBVTT\n\n00:01 --> 00:02\n{CUE}text\n")
    assert brief(document) == [(1000, 2000, "text")]
    assert defects(document)[0][:2] == ("malformed-timing", (3, 1, 3, 16))


def test_a_line_of_spaces_does_not_end_a_cue() -> None:
    assert only(read(f"WEBVTT\n\n{CUE}one\n \ntwo\n\n")).text == "one\n \ntwo"


@pytest.mark.parametrize("tail", ["", "\n", "\n\n\n"])
def test_the_last_cue_needs_no_line_end(tail: str) -> None:
    assert only(read(f"WEBVTT\n\n{CUE}text{tail}")).text == "text"


def test_a_timing_at_the_end_of_the_file_is_a_cue_without_text() -> None:
    cue = only(read(f"WEBVTT\n\n{CUE.strip()}"))
    assert (cue.text, cue.raw_text) == ("", "")


def test_text_that_belongs_to_no_cue_is_a_defect_with_its_place() -> None:
    text = f"WEBVTT\n\n{CUE}one\n\n그리고 또\n한 줄\n\n{CUE}two\n"
    document = read(text)
    assert brief(document) == [(1000, 2000, "one"), (1000, 2000, "two")]
    defect = only_defect(document)
    assert defect.kind.value == "lost-text"
    assert place(defect.span) == (6, 1, 7, 4)
    assert quoted(text, defect.span) == defect.raw == "그리고 또\n한 줄"
    assert defect.cue is None


@pytest.mark.parametrize(
    ("block", "comment"),
    [
        ("NOTE", ""),
        ("NOTE checked by hand", "checked by hand"),
        ("NOTE\tchecked", "checked"),
        ("NOTE\nfirst\nsecond", "first\nsecond"),
    ],
)
def test_notes_are_comments(block: str, comment: str) -> None:
    document = read(f"WEBVTT\n\n{block}\n\n{CUE}text\n")
    assert [(entry.line, entry.text) for entry in document.comments] == [(3, comment)]
    assert document.defects == ()


def test_a_word_that_begins_with_note_is_no_note() -> None:
    document = read(f"WEBVTT\n\nNOTES of the teacher\n\n{CUE}text\n")
    assert document.comments == ()
    assert only_defect(document).kind.value == "lost-text"


def test_a_note_ends_at_an_arrow() -> None:
    document = read(f"WEBVTT\n\nNOTE\nfirst\n{CUE}text\n")
    assert brief(document) == [(1000, 2000, "text")]


def test_styles_and_regions_before_the_first_cue_are_kept() -> None:
    document = read(
        f"WEBVTT\n\nSTYLE\n::cue {{ color: red }}\n\nREGION \nid:left width:40%\nlines:3\n\nNOTE x\n\n{CUE}text\n"
    )
    assert document.styles == ("::cue { color: red }",)
    assert document.regions == ("id:left width:40%\nlines:3",)
    assert document.defects == ()


@pytest.mark.parametrize("name", ["STYLE", "REGION"])
def test_styles_and_regions_after_the_first_cue_are_defects(name: str) -> None:
    document = read(f"WEBVTT\n\n{CUE}text\n\n{name}\nid:left\n\n{CUE}more\n")
    assert (document.styles, document.regions) == ((), ())
    assert defects(document) == [("bad-setting", (6, 1, 7, 8), f"{name}\nid:left")]


def test_a_malformed_cue_does_not_end_the_time_for_styles() -> None:
    document = read(f"WEBVTT\n\n00:01 --> 00:02\nlost\n\nSTYLE\n::cue {{}}\n\n{CUE}text\n")
    assert document.styles == ("::cue {}",)


def test_style_with_other_text_in_its_line_is_no_style() -> None:
    document = read(f"WEBVTT\n\nSTYLE guide\n::cue {{}}\n\n{CUE}text\n")
    assert document.styles == ()
    assert only_defect(document).kind.value == "lost-text"


@pytest.mark.parametrize(
    "setting",
    ["width:40", "lines:three", "regionanchor:0%", "viewportanchor:left,top", "scroll:down", "colour:red", "width"],
)
def test_region_settings_that_players_ignore_are_defects(setting: str) -> None:
    document = read(f"WEBVTT\n\nREGION\nid:left\n{setting}\n\n{CUE}text\n")
    defect = only_defect(document)
    assert defect.kind.value == "bad-setting"
    assert setting in defect.message


@pytest.mark.parametrize("setting", ["width:150%", "regionanchor:0%,101%", "viewportanchor:200%,0%"])
def test_region_percentages_end_at_a_hundred(setting: str) -> None:
    document = read(f"WEBVTT\n\nREGION\nid:left\n{setting}\n\n{CUE}text\n")
    assert only_defect(document).kind.value == "bad-setting"


@pytest.mark.parametrize(
    "setting",
    ["width:40%", "lines:3", "regionanchor:0%,100%", "viewportanchor:10%,90.5%", "scroll:up"],
)
def test_region_settings_of_the_standard_are_no_defects(setting: str) -> None:
    assert read(f"WEBVTT\n\nREGION\nid:left\n{setting}\n\n{CUE}text\n").defects == ()


def test_a_file_of_srt_cues_under_the_signature_loses_them() -> None:
    document = read("WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nyou\n")
    assert document.cues == ()
    assert [kind for kind, _, _ in defects(document)] == ["malformed-timing", "malformed-timing", "unreadable"]
    assert document.defects[0].raw == "1\n00:00:01,000 --> 00:00:02,000\nHello"
    assert "comma" in document.defects[0].message
