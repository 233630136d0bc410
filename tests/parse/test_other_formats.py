"""SBV, TTML, SubStation Alpha, LRC and Whisper's table: cues, places, and a word about everything that is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.spans import text_span
from auditor.model import Document, FileFormat
from auditor.parse.ass import looks_like_ass, parse_ass
from auditor.parse.lrc import LAST_LINE_MS, looks_like_lrc, parse_lrc
from auditor.parse.sbv import looks_like_sbv, parse_sbv
from auditor.parse.ttml import looks_like_ttml, parse_ttml
from auditor.parse.whisper_tsv import looks_like_whisper_tsv, parse_whisper_tsv
from tests.parse.reading import brief, only, only_defect, quoted

Parser = Callable[[str, str, str], Document]

PARSERS: dict[FileFormat, Parser] = {
    "sbv": parse_sbv,
    "ttml": parse_ttml,
    "ass": parse_ass,
    "lrc": parse_lrc,
    "whisper-tsv": parse_whisper_tsv,
}
SNIFFERS: dict[FileFormat, Callable[[str], bool]] = {
    "sbv": looks_like_sbv,
    "ttml": looks_like_ttml,
    "ass": looks_like_ass,
    "lrc": looks_like_lrc,
    "whisper-tsv": looks_like_whisper_tsv,
}

SBV = """\
0:00:01.000,0:00:03.500
물레를 돌려요[br]천천히

0:00:03.500,0:00:05.000
Wet your hands,
then press.
"""

TTML = """\
<?xml version="1.0" encoding="UTF-16"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xml:lang="ko" ttp:frameRate="25">
  <head><metadata><title>도자기</title></metadata></head>
  <body begin="10s">
    <div>
      <p xml:id="one" begin="00:00:01.000" end="00:00:02:05">첫 <span color="red">번째</span> 줄<br/>둘 &amp; 셋
         넷</p>
      <p begin="3s" dur="500ms">다섯</p>
    </div>
  </body>
</tt>
"""

ASS = """\
[Script Info]
; written by hand
Title: Pottery

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:05.00,0:00:06.50,Default,Kim,0,0,0,,{\\i1}흙을{\\i0}, 고르고\\N물을 {why?}부어요
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,check this, please
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,First, the wheel
"""

LRC = """\
[ti:The wheel]
[la:en]
[00:10.50][00:20]Round it goes
[00:12.00]
[00:15.000]<00:15.00>and <00:15.50>down
"""

TSV = """\
start\tend\ttext
0\t5240\tWedge the clay
5240\t6000\t
6000\t9080\tthen\tcut it
"""

EXAMPLES: dict[FileFormat, str] = {"sbv": SBV, "ttml": TTML, "ass": ASS, "lrc": LRC, "whisper-tsv": TSV}


def parse(kind: FileFormat, text: str) -> Document:
    return PARSERS[kind]("lecture", text, "utf-8")


@pytest.mark.parametrize(
    ("kind", "cues"),
    [
        ("sbv", [(1000, 3500, "물레를 돌려요\n천천히"), (3500, 5000, "Wet your hands,\nthen press.")]),
        ("ttml", [(11000, 12200, "첫 번째 줄\n둘 & 셋 넷"), (13000, 13500, "다섯")]),
        ("ass", [(1000, 2000, "First, the wheel"), (5000, 6500, "흙을, 고르고\n물을 부어요")]),
        ("lrc", [(10500, 12000, "Round it goes"), (15000, 20000, "and down"), (20000, 25000, "Round it goes")]),
        ("whisper-tsv", [(0, 5240, "Wedge the clay"), (5240, 6000, ""), (6000, 9080, "then\tcut it")]),
    ],
)
def test_times_and_texts_are_those_a_viewer_gets(kind: FileFormat, cues: list[tuple[int, int, str]]) -> None:
    document = parse(kind, EXAMPLES[kind])
    assert brief(document) == cues
    assert document.defects == ()
    assert document.format == kind


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_cue_knows_where_its_text_stands(kind: FileFormat) -> None:
    text = EXAMPLES[kind]
    for number, cue in enumerate(parse(kind, text).cues, 1):
        assert cue.index == number
        assert quoted(text, text_span(cue, 0, 0)) == ""
        assert quoted(text, cue.timing_span).strip()
        for word in ("천천히", "번째", "&", "넷", "물을", "부어요", "wheel", "down", "cut it"):
            at = cue.text.find(word)
            if at >= 0:
                found = quoted(text, text_span(cue, at, at + len(word)))
                assert found in (word, "&amp;"), f"{kind}: {word} is at {found!r}"


@pytest.mark.parametrize("kind", EXAMPLES)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(kind: FileFormat, line_end: str) -> None:
    text = EXAMPLES[kind]
    assert parse(kind, text.replace("\n", line_end)).cues == parse(kind, text).cues


@pytest.mark.parametrize("kind", EXAMPLES)
def test_only_the_format_itself_looks_like_it(kind: FileFormat) -> None:
    assert [name for name, looks_like in SNIFFERS.items() if looks_like(EXAMPLES[kind])] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n",
        "1\n00:00:01,000 --> 00:00:02,000\n[00:01] hello\n",
        "<html><body>hello</body></html>",
        '{"segments": [{"start": 0, "end": 1, "text": "[00:01.00] hello"}]}',
        "Just a text, with 0:00:01 and 3,500 in it.",
        "",
    ],
)
def test_other_texts_look_like_none_of_them(text: str) -> None:
    assert [name for name, looks_like in SNIFFERS.items() if looks_like(text)] == []


@pytest.mark.parametrize(
    ("kind", "text", "defect", "raw"),
    [
        ("sbv", "0:00:0l.000,0:00:03.500\nlost\n", "malformed-timing", "0:00:0l.000,0:00:03.500\nlost"),
        ("sbv", "0:00:01.000,0:00:03.500\nkept\n\nlost\n", "lost-text", "lost"),
        ("sbv", "0:00:01.000,0:00:02.000\nkept\n\n0:0:1.5,0:00:03.500", "tolerated-timing", "0:0:1.5,0:00:03.500"),
        ("sbv", "0:0:1.5,0:0:3.5\nkept\n", "tolerated-timing", "0:0:1.5,0:0:3.5"),
        ("ttml", '<tt><body><p begin="1s" end="x">lost</p></body></tt>', "malformed-timing", None),
        ("ttml", "<tt><body><p>lost</p></body></tt>", "malformed-timing", "<p>lost"),
        ("ttml", '<tt><body><div>lost<p begin="1s" end="2s">kept</p></div></body></tt>', "lost-text", "lost"),
        ("ttml", '<tt><body><p begin="1" end="2">kept</p></body></tt>', "tolerated-timing", "1"),
        ("ttml", '<tt><body><p begin="1s">kept</p></body></tt>', "tolerated-timing", '<p begin="1s">'),
        ("ttml", '<tt><body><p begin="1s" end="2s">a < b</p></body></tt>', "unreadable", None),
        ("ass", "[Events]\nDialogue: 0,0:0x:01.00,0:00:02.00,D,,0,0,0,,lost", "malformed-timing", None),
        ("ass", "[Events]\nDialogue: 0,0:00:01.00\n", "malformed-timing", "Dialogue: 0,0:00:01.00"),
        ("ass", "[Events]\nlost\n", "lost-text", "lost"),
        ("ass", "[Events]\nFormat: Text, Start\n", "bad-setting", "Format: Text, Start"),
        ("ass", "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,a {b", "bad-markup", "{b"),
        ("lrc", "[00:01.00]kept\n[0x:02.00]lost\n", "malformed-timing", "[0x:02.00]lost"),
        ("lrc", "[00:01.00]kept\nlost\n", "lost-text", "lost"),
        ("whisper-tsv", "start\tend\ttext\n0\t1.5\tlost\n", "malformed-timing", "0\t1.5\tlost"),
    ],
)
def test_what_cannot_be_taken_as_written_is_reported(kind: FileFormat, text: str, defect: str, raw: str | None) -> None:
    document = parse(kind, text)
    found = only_defect(document)
    assert found.kind.value == defect
    assert found.raw == quoted(text, found.span) or defect == "tolerated-timing"
    if raw is not None:
        assert found.raw == raw
    assert [cue.text for cue in document.cues if "lost" in cue.text] == []
    assert ("kept" in text) == bool([cue for cue in document.cues if cue.text == "kept"])


@pytest.mark.parametrize(
    ("expression", "milliseconds"),
    [
        ("00:00:01.5", 1500),
        ("01:00:00", 3_600_000),
        ("00:00:01:12", 1500),
        ("1.5s", 1500),
        ("1500ms", 1500),
        ("0.025m", 1500),
        ("0.5h", 1_800_000),
        ("36f", 1500),
        ("15000000t", 1500),
        ("1.5", 1500),
        ("0:01,5", 1500),
    ],
)
def test_ttml_knows_every_kind_of_time(expression: str, milliseconds: int) -> None:
    text = f'<tt frameRate="24" tickRate="10000000"><body><p begin="{expression}" end="2h">x</p></body></tt>'
    assert only(parse("ttml", text)).start_ms == milliseconds


def test_a_frame_rate_may_have_a_multiplier() -> None:
    text = '<tt frameRate="30" frameRateMultiplier="1000 1001"><body><p begin="0s" end="300f">x</p></body></tt>'
    assert only(parse("ttml", text)).end_ms == 10010


def test_ttml_in_sequence_and_timed_spans() -> None:
    text = (
        '<tt><body><div timeContainer="seq"><p dur="1s">one</p><p dur="2s">two</p></div>'
        '<p><span begin="5s" end="6s">three</span> <span begin="6s" end="7s">four</span></p></body></tt>'
    )
    assert brief(parse("ttml", text)) == [
        (0, 1000, "one"),
        (1000, 3000, "two"),
        (5000, 6000, "three"),
        (6000, 7000, "four"),
    ]


def test_ttml_times_that_only_make_sense_in_the_media_are_taken_so() -> None:
    text = '<tt><body><div begin="10s" end="20s"><p begin="11s" end="12s">one</p></div></body></tt>'
    document = parse("ttml", text)
    assert brief(document) == [(11000, 12000, "one")]
    assert only_defect(document).kind.value == "tolerated-timing"


def test_ttml_keeps_the_cues_before_an_error() -> None:
    text = '<tt><body><p begin="1s" end="2s">kept</p><p begin="3s" end="4s">a < b</p></body></tt>'
    document = parse("ttml", text)
    assert brief(document) == [(1000, 2000, "kept")]
    assert only_defect(document).raw == '<p begin="3s" end="4s">a < b</p></body></tt>'


def test_ttml_white_space_is_kept_where_it_is_to_be_preserved() -> None:
    text = '<tt xml:space="preserve"><body><p begin="1s" end="2s"> a\n b</p></body></tt>'
    assert only(parse("ttml", text)).text == " a\n b"


def test_an_entity_bomb_is_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE tt [<!ENTITY e0 "boom">{entities}]><tt><body><p begin="0s" end="1s">&e11;</p></body></tt>'
    assert looks_like_ttml(text)
    document = parse("ttml", text)
    assert document.cues == ()
    assert only_defect(document).kind.value == "unreadable"


def test_ass_keeps_speakers_styles_and_remarks() -> None:
    document = parse("ass", ASS)
    assert [cue.speaker for cue in document.cues] == [None, "Kim"]
    assert document.styles == ("Style: Default,Arial",)
    assert [comment.text for comment in document.comments] == ["written by hand", "check this, please"]
    assert dict(document.header)["Title"] == "Pottery"


def test_ass_fields_come_in_the_order_the_file_gives() -> None:
    text = "[Events]\nFormat: End, Start, Text\nDialogue: 0:00:02.00,0:00:01.00,a, b\n"
    cue = only(parse("ass", text))
    assert (cue.start_ms, cue.end_ms, cue.text) == (1000, 2000, "a, b")
    assert quoted(text, cue.timing_span) == "0:00:02.00,0:00:01.00"


def test_lyrics_end_where_the_file_says_they_do() -> None:
    assert only(parse("lrc", "[length:00:08]\n[00:01.00]last\n")).end_ms == 8000
    assert only(parse("lrc", "[00:01.00]last\n")).end_ms == 1000 + LAST_LINE_MS
    assert brief(parse("lrc", "[offset:+500]\n[00:01.00]a\n[00:02.00]b\n"))[0] == (500, 1500, "a")


def test_two_lyrics_of_one_time_are_shown_together() -> None:
    document = parse("lrc", "[00:01.00]물레\n[00:01.00]wheel\n[00:03.00]end\n")
    assert [cue[:2] for cue in brief(document)[:2]] == [(1000, 3000), (1000, 3000)]


@pytest.mark.parametrize(("kind", "tag"), [("ttml", "ko"), ("lrc", "en")])
def test_the_language_a_file_states_is_in_its_header(kind: FileFormat, tag: str) -> None:
    assert ("Language", tag) in parse(kind, EXAMPLES[kind]).header


def mutated(example: str) -> st.SearchStrategy[str]:
    """An example with a stretch of it replaced by something else, such as another stretch."""
    places = st.integers(0, len(example))
    inserts = st.one_of(st.text(max_size=8), places.map(lambda at: example[at : at + 40]))
    return st.builds(lambda at, end, new: example[:at] + new + example[max(at, end) :], places, places, inserts)


@pytest.mark.parametrize("kind", EXAMPLES)
@given(data=st.data())
def test_nothing_in_a_file_raises_and_all_places_are_in_it(kind: FileFormat, data: st.DataObject) -> None:
    text = data.draw(st.one_of(mutated(EXAMPLES[kind]), st.text(), st.binary().map(lambda b: b.decode("latin-1"))))
    SNIFFERS[kind](text)
    document = parse(kind, text)
    for number, cue in enumerate(document.cues, 1):
        assert cue.index == number
        assert 1 <= text_span(cue).end_line <= document.lines
        assert cue.text_map is None or len(cue.text_map) == len(cue.text) + 1
    for defect in document.defects:
        assert 1 <= defect.span.line <= defect.span.end_line <= document.lines
        assert defect.cue is None or 1 <= defect.cue <= len(document.cues)
