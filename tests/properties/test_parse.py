"""What holds for any bytes and any well-formed transcript, searched for by Hypothesis.

``HYPOTHESIS_PROFILE=release`` searches longer (see tests/conftest.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import assume, example, given
from hypothesis import strategies as st

from auditor.facts.spans import text_span
from auditor.model import Document, Source, Span
from auditor.parse import parse
from auditor.parse.positions import raw_span
from tests.parse.reading import lines_of, quoted
from tests.transcripts import stamp

NAMES = st.sampled_from(["a.en.vtt", "a.en.srt", "a.vtt", "ko/a.srt", "a.txt", "a"])

# What transcripts are made of, whole and broken; concatenated at random these reach every branch of the parsers.
PIECES = st.sampled_from(
    [
        *("WEBVTT", "WEBVTT - x", "Kind: captions", "NOTE", "STYLE", "REGION", "id:r width:40%", "::cue {}"),
        *("\n", "\n", "\n\n", "\n\n", "\r\n", "\r", "\0", " ", "\t", "\ufeff", "\u2028", "\x0c", "\u3000"),
        *("1", "2", "17", "#3", "１", "00:01.000", "00:00:02,500", "00:03", "1:2:3.4", "００:０１", "99:99:99,999"),
        *("-->", " --> ", "->", "→", "–>", "00:01.000 --> 00:02.000", "00:00:01,000 --> 00:00:02,000"),
        *(" align:start", " line:0", " line:5%,end", " region:r", " X1:1 Y2:3", " size:", " :"),
        *("text", "그리고 또", "한 줄", "そして", "再见", "e\u0301", "👩‍👩‍👧", "-", ".", "!"),
        *("<", ">", "<i>", "</i>", "<v Ann>", "</v>", "<c.red", "<ruby>", "<rt>", "</ruby>", "<00:01.000>", "<0", "</"),
        *("&", "&amp;", "&lt", "&#38;", "&#x26", "&#0;", "&nope;", "{\\an8}", "{i}", "<br/>", "<font color=red>"),
    ]
)
BROKEN = st.lists(PIECES, max_size=60).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp949", "shift_jis", "latin-1"])


def inside(text: str, span: Span) -> bool:
    lines = lines_of(text)
    if not 1 <= span.line <= span.end_line <= len(lines):
        return False
    if not (1 <= span.column <= len(lines[span.line - 1]) + 1 and span.end_column <= len(lines[span.end_line - 1]) + 1):
        return False
    return (span.line, span.column) <= (span.end_line, span.end_column)


def check(document: Document) -> None:
    assert [cue.index for cue in document.cues] == list(range(1, len(document.cues) + 1))
    assert all(cue.start_ms >= 0 and cue.end_ms >= 0 for cue in document.cues)
    assert document.cues or document.defects
    for defect in document.defects:
        assert defect.message
        assert defect.cue is None or 1 <= defect.cue <= len(document.cues)
        assert 1 <= defect.span.line <= defect.span.end_line
        assert defect.span.column >= 1
    for cue in document.cues:
        if cue.text_map is None:
            assert cue.text == cue.raw_text
        else:
            assert len(cue.text_map) == len(cue.text) + 1
            assert list(cue.text_map) == sorted(cue.text_map)
            assert 0 <= cue.text_map[0] <= cue.text_map[-1] <= len(cue.raw_text)


@given(st.binary(max_size=400), NAMES)
@example(b"\xff\xfe", "a.vtt")
@example(b"\xff\xfe\0", "a.vtt")
@example(b"\xff\xfe\0\0\x01", "a.vtt")
@example(b"\xfe\xff\xd8\0-->", "a.srt")
def test_any_bytes_give_a_document(data: bytes, name: str) -> None:
    check(parse(Source(name, data)))


@given(BROKEN, ENCODINGS, NAMES)
def test_any_broken_transcript_in_any_encoding_gives_a_document(text: str, encoding: str, name: str) -> None:
    check(parse(Source(name, text.encode(encoding, "replace"))))


@given(BROKEN, st.sampled_from(["", "WEBVTT\n\n", "1\n00:00:01,000 --> 00:00:02,000\n"]), NAMES)
def test_every_place_lies_in_the_file_and_every_defect_quotes_it(text: str, start: str, name: str) -> None:
    text = start + text
    assume(not text.startswith("\ufeff"))
    document = parse(Source(name, text.encode()))
    assume(document.encoding == "utf-8")
    for defect in document.defects:
        if defect.span != Span(1, 1, 1, 1):  # which stands for the file as a whole
            assert inside(text, defect.span), defect
        if defect.raw:
            assert quoted(text, defect.span) == defect.raw
    for cue in document.cues:
        assert inside(text, cue.timing_span)
        assert cue.timing_span.line == cue.line
        if cue.raw_text:
            assert quoted(text, raw_span(cue, 0, len(cue.raw_text))) == cue.raw_text
        for at in range(len(cue.text)):
            assert inside(text, text_span(cue, at, at + 1))


@dataclass(frozen=True)
class Caption:
    """A cue as a writer of captions would describe it."""

    start_ms: int
    end_ms: int
    identifier: str
    settings: str
    text: str


def texts(banned: str) -> st.SearchStrategy[str]:
    """Lines of visible text without the characters that the composer could not write."""
    letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=banned)
    line = st.text(letters, min_size=1, max_size=30).filter(lambda line: bool(line.strip()))
    return st.lists(line, min_size=1, max_size=3).map("\n".join)


TIMES = st.integers(0, 99 * 3_600_000)
SETTINGS = st.sampled_from(["", "align:start", "line:0 position:10%,line-left size:35%", "vertical:rl"])


def webvtt_captions() -> st.SearchStrategy[list[Caption]]:
    identifiers = st.just("") | texts("").filter(lambda text: "\n" not in text and "-->" not in text)
    return st.lists(st.builds(Caption, TIMES, TIMES, identifiers, SETTINGS, texts("")), min_size=1, max_size=6)


def compose_webvtt(captions: list[Caption]) -> str:
    blocks = ["WEBVTT"]
    for caption in captions:
        text = caption.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        timing = f"{stamp(caption.start_ms)} --> {stamp(caption.end_ms)} {caption.settings}".rstrip()
        blocks.append("\n".join(filter(None, [caption.identifier, timing, text])))
    return "\n\n".join(blocks) + "\n"


@given(webvtt_captions())
def test_a_webvtt_file_is_read_as_it_was_composed(captions: list[Caption]) -> None:
    document = parse(Source("a.en.vtt", compose_webvtt(captions).encode()))
    read = [Caption(c.start_ms, c.end_ms, c.identifier, c.settings, c.text) for c in document.cues]
    assert read == captions
    assert document.defects == ()


def compose_subrip(captions: list[Caption]) -> str:
    blocks = [
        f"{number}\n{stamp(caption.start_ms, ',')} --> {stamp(caption.end_ms, ',')}\n{caption.text}"
        for number, caption in enumerate(captions, 1)
    ]
    return "\n\n".join(blocks) + "\n"


# SubRip cannot escape: tags, entities and arrows in a text are read as such.
SUBRIP = st.lists(st.builds(Caption, TIMES, TIMES, st.just(""), st.just(""), texts("<&{→–—-")), min_size=1, max_size=6)


@given(SUBRIP)
def test_a_subrip_file_is_read_as_it_was_composed(captions: list[Caption]) -> None:
    document = parse(Source("a.en.srt", compose_subrip(captions).encode()))
    assert [(c.start_ms, c.end_ms, c.text) for c in document.cues] == [(c.start_ms, c.end_ms, c.text) for c in captions]
    assert [cue.identifier for cue in document.cues] == [str(n) for n in range(1, len(captions) + 1)]
    assert document.defects == ()


@given(webvtt_captions(), st.sampled_from(["\r", "\r\n"]))
def test_line_endings_change_nothing(captions: list[Caption], end: str) -> None:
    text = compose_webvtt(captions)
    plain = parse(Source("a.en.vtt", text.encode()))
    other = parse(Source("a.en.vtt", text.replace("\n", end).encode()))
    assert plain.cues == other.cues
