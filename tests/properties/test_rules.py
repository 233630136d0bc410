"""What holds for every rule and every transcript, however odd its cues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from auditor.config import load_named_profile
from auditor.engine import Ruleset, audit_source
from auditor.facts.timeline import gaps
from auditor.model import FileAudit, Finding, Language, Source
from auditor.parse import parse
from auditor.profiles import names
from auditor.rules import RULES

ODD = [
    "",
    " ",
    "\u200b\u2060\ufeff",
    "\u202eevil\u202c",
    "\ud7a3\u11a8\u0301\u0301\u0301",
    "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
    "ที่นี่ ที่นี่ ที่นี่",
    "اضغط اضغط اضغط",
    "नमस्ते नमस्ते",
    "\U0001f469\u200d\U0001f467\U0001f1f0\U0001f1f7",
    "ｇｅｔ　ｉｔ ｱｱｱｱｱｱ",
    "İİİİİİ ßßßßßß ǅǅǅǅǅǅ ŉŉŉŉŉŉ ﬁﬁﬁﬁﬁ",
    "ΣΣΣΣΣΣ ςςςςς ᾳᾳᾳᾳᾳ",
    "______ ---- ++++ &amp;&lt; <i> </b> <v Ann>x</v> <00:01.000>",
    "1 1 1 1 1 1 1 1 1 1 2 2 2",
    "a.a.a.a.a.a-b+c+c+c+c/d&e",
    "¼²³⁴ ⅷⅷⅷⅷⅷⅷ ①①①①①",
    "♪ la la la la ♪",
    "[Applause] (웃음) （拍手） *coughs*",
]
WORDS = [
    "turn", "the", "wheel", "it", "and", "get", "Get-it", "don't", "C++", "x=1", "GPU", "no,", "kiln.", "it's",
    "물레", "물레를", "돌려요", "네,", "정말", "가가가가가", "볼게요.", "하나하나", "ㅋㅋㅋㅋㅋ", "유약이",
    "土を", "こねます。", "いろいろ", "はい、", "ドドドド", "釉薬", "窯", "печь", "да-да-да", "¿no?", "niño",
]  # fmt: skip
CLEAN = {
    "ko": "오늘은 그릇에 무늬를 새기는 법을 배웁니다.",
    "en": "Today we learn how to carve a pattern.",
    "ja": "今日は器に模様を彫る方法を学びましょう。",
    "es": "Hoy aprendemos a tallar un dibujo.",
}

line = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join),
    st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), st.integers(2, 9)).map(
        lambda phrase: " ".join(phrase[0] * phrase[1])
    ),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join),
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=40),
).filter(lambda text: "-->" not in text)


@dataclass(frozen=True)
class Draft:
    """A cue before it is written: times in milliseconds, payload lines."""

    start_ms: int
    end_ms: int
    lines: tuple[str, ...]


def drafts(most_lines: int = 3) -> st.SearchStrategy[list[Draft]]:
    cue = st.builds(
        lambda start, length, lines: Draft(start, start + length, tuple(lines)),
        st.integers(0, 120_000),
        st.one_of(st.integers(0, 9_000), st.sampled_from([0, 1, 3_000])),
        st.lists(line, min_size=1, max_size=most_lines),
    )
    runs = st.tuples(cue, st.integers(1, 4)).map(
        lambda run: [replace(run[0], start_ms=run[0].start_ms + 3_000 * n, end_ms=run[0].end_ms + 3_000 * n)
                     for n in range(run[1])]
    )  # fmt: skip
    return st.lists(runs, max_size=6).map(lambda parts: [draft for part in parts for draft in part])


def stamp(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1_000 % 60:02}.{ms % 1_000:03}"


def written(cues: Sequence[Draft]) -> bytes:
    blocks = [f"{stamp(cue.start_ms)} --> {stamp(cue.end_ms)}\n" + "\n".join(cue.lines) for cue in cues]
    return "\n\n".join(["WEBVTT", *blocks, ""]).encode()


def audited(data: bytes, language: str | None, profile: str = "default", name: str = "lecture.vtt") -> FileAudit:
    ruleset = Ruleset(RULES, load_named_profile(profile))
    told = None if language is None else Language(language, "option")
    return audit_source(Source(name, data), ruleset, told, keep_document=True)


# What files that merely look like transcripts are made of.
PIECES = [
    b"WEBVTT", b"WEBVTT - ", b"\n", b"\n\n", b"\r\n", b"\r", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"1\n", b"2\n", b"x",
    b"00:00:01,000 --> 00:00:02,000\n", b"00:01.000 --> 00:02.000\n", b"00:00:09,000 --> 00:00:02,000\n",
    b"0:01 --> soon\n", b" --> ", b"NOTE ", b"STYLE\n", b"REGION\nid:a\n", b"<i>", b"</b>", b"&amp;", b"&", b"{\\an8}",
    b"kiln ", "물레 ".encode(), "土を".encode(), "물레 ".encode("cp949"), b"\xed\xa0\x80", b" align:start", b" line:x",
]  # fmt: skip
broken = st.one_of(st.lists(st.sampled_from(PIECES), max_size=24).map(b"".join), st.binary(max_size=400))

languages = st.sampled_from(sorted(CLEAN))
anything = st.one_of(languages, st.sampled_from([None, "zh-Hans", "ru", "th", "ar", "sr", "km"]))
thorough = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(drafts(), anything, st.sampled_from(names()))
@example([], "ko", "default")
@example([Draft(0, 3_000, (text,)) for text in ODD], "en", "netflix")
@example([Draft(0, 3_000, (text,)) for text in ODD], "ko", "netflix")
@example([Draft(0, 3_000, (text,)) for text in ODD], "ja", "default")
def test_an_audit_is_the_same_each_time(cues: list[Draft], language: str | None, profile: str) -> None:
    data = written(cues)
    assert audited(data, language, profile) == audited(data, language, profile)


@thorough
@given(broken, st.sampled_from(["lecture.ko.vtt", "lecture.srt", "lecture", "-"]))
@example(b"WEBVTT\n\n00:00.000 --> 00:01.000\n\xff\xfe\xed\xa0\x80", "lecture.ko.vtt")
@example(b"1\n00:00:01,000 --> soon\nNo cue is left.\n", "lecture.srt")
@example(b"1\n00:00:00,000 --> 99:59:59,999\n<b>", "lecture.srt")
def test_no_bytes_make_a_rule_fail(data: bytes, name: str) -> None:
    audit = audited(data, None, name=name)
    assert audit.path == name
    assert {finding.rule for finding in audit.findings} <= {rule.code for rule in RULES}


def spans(audit: FileAudit) -> list[tuple[int, int, int, int]]:
    return [(f.span.line, f.span.column, f.span.end_line, f.span.end_column) for f in audit.findings]


@thorough
@given(drafts(), anything, st.sampled_from(["\n", "\r\n", "\r"]))
@example([Draft(0, 3_000, (text,)) for text in ODD], "en", "\n")
@example([Draft(0, 3_000, (text,)) for text in ODD], "ko", "\r\n")
def test_spans_lie_inside_the_file(cues: list[Draft], language: str | None, newline: str) -> None:
    data = written(cues).replace(b"\n", newline.encode())
    lines = data.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line_number, column, end_line, end_column in spans(audited(data, language)):
        assert 1 <= line_number <= end_line <= len(lines)
        assert 1 <= column <= len(lines[line_number - 1]) + 1
        assert 1 <= end_column <= len(lines[end_line - 1]) + 1
        assert (line_number, column) <= (end_line, end_column)


def places(audit: FileAudit, *, without: set[str]) -> list[tuple[str, int | None, str]]:
    return [(f.rule, f.cue, f.severity) for f in audit.findings if f.rule not in without]


def inner_holes(audit: FileAudit) -> list[int | None]:
    """The cues that end a silence inside the media: not the one at its head."""
    assert audit.document is not None
    head = {gap.after.index for gap in gaps(audit.document) if gap.before is None}
    return [finding.cue for finding in audit.findings if finding.rule == "TIM107" and finding.cue not in head]


@thorough
@given(drafts(), languages, st.integers(1, 3_000_000))
@example([Draft(0, 3_000, (text,)) for text in ODD], "en", 86_399)
def test_a_shift_in_time_changes_no_verdict(cues: list[Draft], language: str, shift_ms: int) -> None:
    moved = [replace(cue, start_ms=cue.start_ms + shift_ms, end_ms=cue.end_ms + shift_ms) for cue in cues]
    here, there = audited(written(cues), language), audited(written(moved), language)
    # How long nothing is shown before the first cue depends on where the media begins.
    assert places(here, without={"TIM107"}) == places(there, without={"TIM107"})
    assert inner_holes(here) == inner_holes(there)


def about_text(audit: FileAudit) -> list[Finding]:
    # REP304 measures windows of cues and MIX403 the whole file: one more cue may change what they see.
    found = [finding for finding in audit.findings if finding.rule.startswith(("REP", "MIX"))]
    return [finding for finding in found if finding.rule not in ("REP304", "MIX403")]


@thorough
@given(drafts(most_lines=1), languages)
def test_a_clean_cue_in_front_keeps_fingerprints(cues: list[Draft], language: str) -> None:
    later = [replace(cue, start_ms=cue.start_ms + 9_000, end_ms=cue.end_ms + 9_000) for cue in cues]
    before = audited(written(later), language)
    after = audited(written([Draft(1_000, 5_000, (CLEAN[language],)), *later]), language)
    # One more cue may make a track clear enough to be judged at all.
    assume(before.not_verified == after.not_verified)
    assert [f.fingerprint for f in about_text(before)] == [f.fingerprint for f in about_text(after)]
    assert [f.cue and f.cue + 1 for f in about_text(before)] == [f.cue for f in about_text(after)]


@thorough
@given(drafts(), languages)
def test_findings_of_one_file_have_fingerprints_of_their_own(cues: list[Draft], language: str) -> None:
    fingerprints = [finding.fingerprint for finding in audited(written(cues), language).findings]
    assert len(fingerprints) == len(set(fingerprints))


@pytest.mark.parametrize("language", sorted(CLEAN))
def test_a_clean_cue_is_clean(language: str) -> None:
    data = written([Draft(1_000, 5_000, (CLEAN[language],))])
    assert parse(Source("lecture.vtt", data)).cues
    assert audited(data, language).findings == ()
