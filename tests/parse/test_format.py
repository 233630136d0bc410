"""The format is told by the content; the name counts only where the content is silent."""

from __future__ import annotations

import pytest

from auditor.model import FileFormat
from tests.parse.reading import only_defect, read

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\ntext\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\ntext\n"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.en.vtt", VTT, "webvtt"),
        ("a.en.srt", VTT, "webvtt"),
        ("a.en.txt", VTT, "webvtt"),
        ("a.en.srt", SRT, "subrip"),
        ("a.en.vtt", SRT, "subrip"),  # a decimal comma makes it SubRip whatever the name says
        ("a.en.vtt", "00:01.000 --> 00:02.000\ntext\n", "webvtt"),  # a WebVTT file that players reject
        ("a.en.srt", "00:01.000 --> 00:02.000\ntext\n", "subrip"),
        ("a.en.srt", "webvtt\n\n00:01.000 --> 00:02.000\ntext\n", "webvtt"),
    ],
)
def test_what_a_file_is(name: str, content: str, expected: FileFormat) -> None:
    assert read(content, name).format == expected


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \r\n\t", b"\0\0\0", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_unreadable(content: bytes) -> None:
    document = read(content)
    assert document.cues == ()
    assert only_defect(document).kind.value == "unreadable"
    assert "empty" in only_defect(document).message


def test_prose_is_no_transcript() -> None:
    document = read("Dear reader,\nthere is no caption here.\n", "letter.en.srt")
    assert document.format == "unknown"
    defect = only_defect(document)
    assert defect.kind.value == "unreadable"
    assert "WebVTT" in defect.message
    assert "SubRip" in defect.message


def test_a_file_whose_every_cue_is_lost_is_unreadable_too() -> None:
    document = read("1\n00:00:01,000 --> soon\ntext\n", "a.en.srt")
    assert [defect.kind.value for defect in document.defects] == ["malformed-timing", "unreadable"]
