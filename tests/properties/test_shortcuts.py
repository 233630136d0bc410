"""What rules leave out to be fast holds nothing they would have found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import Any
from unittest.mock import patch

import pytest
from ftfy import fix_encoding_and_explain
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auditor.config import load_named_profile
from auditor.engine import Ruleset, options_for
from auditor.facts import foreign, letters, phantoms
from auditor.facts import words as word_module
from auditor.facts.loops import Loop, loops
from auditor.facts.repetition import (
    Bars,
    _least_copies,
    _may_hold_loop,
    _repeats_letters,
    in_characters,
    repetitions,
    small_vocabulary,
    suspects,
)
from auditor.facts.sounds import SOUND_MARKS
from auditor.facts.texts import Texts, letters_only, texts, word_keys
from auditor.facts.words import script_counts, script_of, scripts_of, words
from auditor.model import Cue, Document, Language, Source, Span
from auditor.parse import parse
from auditor.rules import (
    RULES,
    korean_non_word,
    korean_wrong_particle,
    korean_wrong_spacing,
    reading_broken_phrase,
    reading_too_slow,
    repetition_looped_characters,
    repetition_repeated_cue,
    repetition_stuck_transcript,
    text_invisible_characters,
    text_mixed_script_word,
    text_mojibake,
    text_orphan_punctuation,
    timing_cue_overlap,
    timing_machine_timing,
)
from tests.transcripts import webvtt

SPAN = Span(1, 1, 1, 1)
WORDS = [
    "turn", "The", "wheel,", "it", "it's", "don't", "C++", "x_1", "GPU", "no,", "kiln.", "Straße", "naïve", "İ", "ŉ",
    "²", "½", "CP+CP+CP", "kilnkilnkilnkiln", "가가가가가", "물레를", "물레", "을", "때문에", "볼께요", "됬어요",
    "API을", "GPU3가", "쓸수있어요", "a가나다", "가나abc", "가ア", "тeст", "はい、", "土を", "こねます｡", "ドドドドド",
    "，，", " ,", "(", ")", "“", "”", '"', ".", "...", "¾È³çÇÏ¼¼¿ä", "cafÃ©", "é", "…", "’", "Œ", "Ã", "£", "thank",
    "you", "Thank you for watching!", "시청해주셔서", "감사합니다", "ご視聴", "ありがとうございました", "[Music]", "♪",
    "\u0301", "\u3099", "\u2017", "\u200b",
]  # fmt: skip
line = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("".join),
    st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.integers(2, 6)).map(
        lambda phrase: " ".join(phrase[0] * phrase[1])
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
)
lines = st.lists(line, max_size=8)
some = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def document(said: list[str], language: str) -> Document:
    return parse(Source("lecture.vtt", webvtt([f"{text}." for text in said]).encode()), Language(language, "option"))


@some
@given(line)
@example("ŉŉ don't_do C++, ΐΐ ß\u0301 ½² İ")
def test_the_words_and_letters_of_a_text_are_those_of_its_tokens(text: str) -> None:
    assert word_keys(text) == [word.key for word in words(text)]
    assert letters_only(text) == "".join(c for c in text.casefold() if c.isalnum())


@given(st.text("abc", max_size=24), st.integers(1, 12))
def test_loops_are_all_that_repeats(sequence: str, longest: int) -> None:
    found: list[Loop] = []
    for period in range(1, min(longest, len(sequence) // 2) + 1):
        for start in range(len(sequence)):
            ahead = (
                start > 0 and start + period - 1 < len(sequence) and sequence[start - 1] == sequence[start + period - 1]
            )
            end = start + period
            while end < len(sequence) and sequence[end] == sequence[end - period]:
                end += 1
            inside = any(loop.start <= start and end <= loop.end for loop in found)
            if not ahead and end - start >= 2 * period and not inside:
                found.append(Loop(start, end, period))
    assert loops(sequence, longest) == found


@some
@given(st.one_of(line, st.lists(st.sampled_from(["はい", "土を", "ドド", "こねて", "漢"]), max_size=14).map("".join)))
def test_no_loop_of_characters_is_left_out(text: str) -> None:
    if not _repeats_letters(letters_only(text)):
        assert list(in_characters(text)) == []


@given(st.text("abcde가", max_size=30), st.text("abcde가", max_size=30), st.floats(0.0, 1.0))
def test_letters_are_compared_as_a_matcher_does(ahead: str, key: str, similarity: float) -> None:
    if ahead and key:
        quick = SequenceMatcher(None, ahead, key, autojunk=False).quick_ratio()
        assert repetition_repeated_cue._same_letters(ahead, key, similarity) == (quick >= similarity)


@some
@given(
    st.lists(st.lists(st.sampled_from("abcdefg"), min_size=3, max_size=8).map(" ".join), max_size=40), st.floats(0, 1)
)
def test_no_stuck_stretch_is_left_out(said: list[str], share: float) -> None:
    options = repetition_stuck_transcript.Options(share=share)
    entries = repetition_stuck_transcript._said(document(said, "en"))
    if not repetition_stuck_transcript._may_be_stuck(entries, options):
        assert list(repetition_stuck_transcript._stretches(entries, options)) == []


class _Everything:
    """Suspects every token; true, where a function is asked."""

    def __getitem__(self, token: str) -> bool:
        return True

    def among(self, tokens: frozenset[str]) -> frozenset[str]:
        return tokens


@contextmanager
def _without_shortcut(module: Any, name: str) -> Iterator[None]:
    with patch.object(module, name, (lambda *_: _Everything()) if name.islower() else _Everything()):
        yield


@pytest.mark.parametrize(
    ("module", "shortcut"),
    [
        (repetition_looped_characters, "_faulty"),
        (text_mixed_script_word, "_MAY_MIX"),
        (korean_non_word, "_holds_non_word"),
        (korean_wrong_particle, "_MAY_BE_WRONG"),
        (korean_wrong_spacing, "_MAY_BE_WRONG"),
        (text_mojibake, "_may_be_damaged"),
    ],
)
@pytest.mark.parametrize("language", ["ko", "ja", "en"])
def test_a_rule_that_suspects_everything_finds_no_more(module: Any, shortcut: str, language: str) -> None:
    (rule,) = (rule for rule in RULES if rule.module == module.__name__)

    @some
    @given(lines)
    def equal(said: list[str]) -> None:
        found = list(rule.check(document(said, language), rule.options))
        with _without_shortcut(module, shortcut):
            assert list(rule.check(document(said, language), rule.options)) == found

    equal()


@some
@given(lines)
@example(["Quando la ruota si ferma, 물레를 Вера.", "wo bleibt denn heute wieder der Ton"])
def test_no_foreign_cue_is_left_out(said: list[str]) -> None:
    track = document(said, "en")
    own = frozenset({"Latin"})
    likely = foreign.suspects(track)
    for at, (cue, keys) in enumerate(zip(track.cues, texts(track).keys, strict=True)):
        if at not in likely:
            assert not foreign.is_foreign_cue(cue, own)
            assert foreign.other_language(track, cue, keys) is None


@given(
    st.lists(st.sampled_from(["The", "of", "wheel", "than,", "because\u00a0", "(a", "kiln."]), max_size=6).map(" ".join)
)
def test_no_broken_english_phrase_is_left_out(text: str) -> None:
    options = reading_broken_phrase.RULE.options
    track = parse(Source("lecture.vtt", webvtt([text, "Turn it."]).encode()), Language("en", "option"))
    if text and 1 not in reading_broken_phrase._english_suspects(track, options):
        assert reading_broken_phrase._english(text.rsplit(None, 1)[-1], "Turn it.", options) is None


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=4), max_size=60))
def test_what_is_new_is_in_none_of_the_cues_shortly_before(pairs: list[list[str]]) -> None:
    back = repetition_stuck_transcript._LOOKBACK
    seen = [set().union(*map(set, pairs[max(0, at - back) : at])) for at in range(len(pairs))]
    new = [sum(pair not in known for pair in of_cue) for of_cue, known in zip(pairs, seen, strict=True)]
    assert repetition_stuck_transcript._new(pairs) == new


@some
@given(lines)
def test_no_phantom_phrase_is_left_out(said: list[str]) -> None:
    known = Texts(said)
    for finder in phantoms.finders():
        likely = finder.narrowed(phantoms.contents(known))
        assert [likely.inside(text) for text in said] == [finder.inside(text) for text in said]
        heard = finder.narrowed(phantoms.contents_of(known.spoken))
        assert [heard.only(text) for text in known.spoken] == [finder.only(text) for text in known.spoken]
        for text, all_letters in zip(said, known.letters, strict=True):
            if phantoms.is_easy(text) and not finder.may_begin([all_letters]):
                assert finder.only(text) == ()


def test_an_easy_text_is_plain_but_for_its_spaces() -> None:
    easy = [character for character in map(chr, range(0x10000)) if phantoms.is_easy(character)]
    odd = [c for c in easy for text in (c, f"a{c}b", f"가{c}나") if phantoms.key_of(text) != phantoms.plain(text)[0]]
    assert odd == []


@some
@given(lines)
@example(["a ,", ",b", "c。", ".d , e"])
def test_no_orphaned_mark_is_left_out(said: list[str]) -> None:
    rule = text_orphan_punctuation
    if not rule._may_hold(Texts(said).joined):
        for text in said:
            assert [p.pattern for p in (rule._DOUBLED, rule._SPACE_BEFORE, rule._AT_LINE_START) if p.search(text)] == []


@given(st.lists(st.text(st.characters(max_codepoint=0x9F), max_size=6), max_size=4))
@example(["a\0b"])
def test_no_invisible_character_and_no_sound_of_plain_text_is_left_out(said: list[str]) -> None:
    known = Texts(said)
    rule = text_invisible_characters
    assert rule._may_hold(known) == any(map(rule._SUSPECT.search, said))
    assert known.describes_sound == any(map(SOUND_MARKS.search, said))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=6), st.integers(-2, 2))
def test_no_overlap_is_left_out(times: list[tuple[int, int]], tolerance_ms: int) -> None:
    cues = tuple(Cue(at, start, start + ms, "a", "a", at, SPAN, at) for at, (start, ms) in enumerate(times, 1))
    options = timing_cue_overlap.Options(tolerance_ms)
    found = list(timing_cue_overlap.check(Document("a.vtt", "webvtt", cues), options))
    with patch.object(timing_cue_overlap, "le", lambda *_: False):
        assert list(timing_cue_overlap.check(Document("a.vtt", "webvtt", cues), options)) == found


@settings(max_examples=600)
@given(st.text(st.sampled_from("aZ 1.,ÂÃÎÐØÙàéßŒœ°²½£€™“”’…–·×¬¨ƒ‚Ä√≈ВГвЂβ€ā│┌ﬁ\x85\xa0\xad\ufffd한か"), max_size=12))
def test_ftfy_mends_nothing_that_is_not_shown_to_it(text: str) -> None:
    if not text_mojibake._MAY_BE_DAMAGED.search(text):
        assert fix_encoding_and_explain(text, fix_c1_controls=False).text == text


def test_hangul_and_kana_begin_too_low_to_be_utf8() -> None:
    for encoding, _ in text_mojibake._MULTIBYTE:
        for code in (
            *range(0xAC00, 0xD7A4),
            *range(0x3041, 0x3097),
            *range(0x30A1, 0x30FB),
            0x30FC,
            *range(0xFF61, 0xFFA0),
        ):
            assert chr(code).encode(encoding, "replace")[0] < 0xE3


@pytest.mark.parametrize(("wrong", "pattern"), [(wrong, pattern) for wrong, pattern, _ in korean_non_word._MISSPELLED])
def test_what_is_misspelled_is_what_is_looked_for(wrong: str, pattern: Any) -> None:
    assert wrong in pattern.pattern
    for before, after in pairwise(["", "있", "없", "할", "볼", "습니다", "니다", "요", "었", "고", "하", "한", "", ""]):
        match = pattern.search(f"{before}{wrong}{after}")
        assert match is None or match[0] == wrong


@some
@given(
    st.lists(
        st.lists(st.sampled_from(["wheel", "Clay", "xqzt", "Wojciech", "GPT", "the", "the,", "xqzt's"])).map(" ".join)
    )
)
def test_evidence_for_language_is_never_overstated_and_against_it_exact(said: list[str]) -> None:
    track = document(said, "en")
    found, habits = letters.evidence(track), letters.habits_of("en")
    assert found is not None
    assert habits is not None
    cues = []
    for text in texts(track).spoken:
        different = {word.casefold(): word for word in letters.folded(text, "en").split()}
        cues.append([(word, habits.evidence(key)) for key, word in different.items()])
    used = {word.casefold() for cue in cues if letters._sum(cue, True) > 0 for word, _ in cue}
    for cue, value in zip(cues, found, strict=True):
        exact = letters._sum(cue, True)
        if exact <= 0:
            forgiven = [(word, max(0.0, each) if word.casefold() in used else each) for word, each in cue]
            assert value == letters._sum(forgiven, True)
        else:
            assert 0 < value <= exact + 1e-6


@some
@given(line, st.sampled_from(["en", "ko", "ja"]))
def test_repetitions_are_found_from_words_as_prepared(text: str, language: str) -> None:
    own = frozenset({"en": {"Latin"}, "ko": {"Hangul"}, "ja": {"Kana", "Han"}}[language])
    for found in repetitions(text, word_keys(text), letters_only(text), language, own, Bars()):
        assert 0 <= found.start < found.end <= len(text)


bars = st.one_of(
    st.just(Bars()),
    st.builds(Bars, st.integers(1, 9), st.integers(1, 9), st.integers(1, 5), st.integers(1, 9)),
)


@some
@given(lines, st.sampled_from(["en", "ko", "ja", None]), bars)
def test_a_cue_that_is_no_suspect_repeats_nothing(said: list[str], language: str | None, bars: Bars) -> None:
    own = scripts_of(language)
    likely = suspects(Texts(said), language, own, bars)
    for at, text in enumerate(said):
        if at not in likely:
            assert repetitions(text, word_keys(text), letters_only(text), language, own, bars) == []


@given(st.lists(st.sampled_from("abc"), max_size=24), bars)
def test_no_loop_of_words_that_counts_is_left_out(keys: list[str], bars: Bars) -> None:
    if not _may_hold_loop(keys, len(keys) - len(set(keys)), bars):
        assert [loop for loop in loops(keys) if loop.copies >= _least_copies(loop.period, bars)] == []


@given(st.lists(st.sampled_from("vwxyz"), min_size=10, max_size=30))
def test_the_longest_stretch_of_few_words_is_found(keys: list[str]) -> None:
    share, least = Bars().vocabulary_share, Bars().vocabulary_words
    lengths = [
        end - start
        for start in range(len(keys))
        for end in range(start + least, len(keys) + 1)
        if len(set(keys[start:end])) <= share * (end - start)
        and keys[start] in keys[start + 1 : end]
        and keys[end - 1] in keys[start : end - 1]
    ]
    text = " ".join(f"{key}{key}" for key in keys)
    found = list(small_vocabulary(text, keys, len(keys) - len(set(keys)), Bars()))
    if found:
        assert found[0].end - found[0].start == 3 * max(lengths) - 1
    elif lengths and len(keys) - len(set(keys)) >= 0.25 * len(keys):
        assert any(loop.end - loop.start >= max(lengths) for loop in loops(keys))


@given(st.text("aCcPp+_#'-. ", max_size=24))
@example("_CP+CP+CP")
def test_a_fault_in_a_token_is_one_in_its_words(text: str) -> None:
    judge = repetition_looped_characters._Faulty(repetition_looped_characters.RULE.options)
    if not ("+" in text and "_" in text) and not judge.among(Texts([text]).words):
        assert judge.among(Texts([text]).vocabulary) == frozenset()


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_is_of_the_script_its_letters_say(text: str) -> None:
    letters = list(word_module._LETTERS.finditer(text))
    assert script_of(text) == (letters[0].lastgroup if letters else None)
    assert script_counts(text) == ({"Latin": sum(len(match[0]) for match in letters)} if letters else {})


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(2, 5))
def test_no_run_of_equal_times_is_left_out(values: list[int], least: int) -> None:
    runs = [len(list(run)) for _, run in groupby(values)]
    cues: Any = list(range(len(values)))
    found = timing_machine_timing._stretches(cues, values, least)
    assert [len(run) for run in found] == sorted((length for length in runs if length >= least), reverse=True)


@some
@given(st.lists(st.tuples(line, st.integers(1, 30_000)), min_size=1, max_size=6), st.sampled_from(["en", "ko"]))
def test_no_slow_cue_is_left_out(cues: list[tuple[str, int]], language: str) -> None:
    def found(extra: str) -> list[tuple[int | None, object]]:
        shown = [Cue(at, 0, ms, text, text, 1, SPAN, 2) for at, (text, ms) in enumerate([*cues, (extra, 1)], 1)]
        track = Document("a.vtt", "webvtt", tuple(shown), language=Language(language, "option"))
        rule = reading_too_slow.RULE
        options = options_for(rule, Ruleset((), load_named_profile("default")), language)
        return [(hit.cue, hit.measured) for hit in rule.check(track, options)]

    assert found("plain") == found("with a ÿ no shortcut is taken")
