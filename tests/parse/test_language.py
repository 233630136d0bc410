"""The language of a file and what decided it: option, file name, folder, header, text."""

from __future__ import annotations

import pytest

from auditor.model import Language, Source
from auditor.parse import parse
from tests.transcripts import SAMPLES, sentences, webvtt

ENGLISH = webvtt(sentences(20))


def language(name: str, text: str = ENGLISH, given: Language | None = None) -> tuple[str | None, str]:
    decided = parse(Source(name, text.encode()), given).language
    return decided.tag, decided.how


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("ko_KR.srt", "ko-KR"),
        ("ko.vtt", "ko"),
        ("course/17/ja_JP.vtt", "ja-JP"),
        ("lecture.en.vtt", "en"),
        ("lecture.en-US.vtt", "en-US"),
        ("lecture.zh-Hans.vtt", "zh-Hans"),
        ("lecture.zh_Hant_TW.vtt", "zh-Hant-TW"),
        ("lecture.fil.vtt", "fil"),
        ("lecture_ko.srt", "ko"),
        ("lecture-ja.srt", "ja"),
        ("lecture_en.srt", "en"),
        ("lecture_pt_BR.srt", "pt-BR"),
        ("01. Getting started.KO.srt", "ko"),
    ],
)
def test_the_file_name_tells(name: str, tag: str) -> None:
    assert language(name) == (tag, "file name")


@pytest.mark.parametrize(
    "name",
    [
        "how_to.srt",
        "what-it-is.srt",
        "part_a.srt",
        "the_end_of_me.srt",
        "lecture.vtt",
        "01.vtt",
        "lecture.v2.vtt",
        "final.mix.vtt",
        pytest.param("how.to.srt"),
        pytest.param("to_be.srt"),
        pytest.param("my/lecture.srt"),
    ],
)
def test_words_in_names_are_no_languages(name: str) -> None:
    assert language(name) == ("en", "text")


@pytest.mark.parametrize(("name", "tag"), [("ko/01.vtt", "ko"), ("course/ja_JP/lecture.vtt", "ja-JP")])
def test_the_folder_tells_when_the_name_does_not(name: str, tag: str) -> None:
    assert language(name) == (tag, "folder name")


def test_the_header_tells_when_no_name_does() -> None:
    text = ENGLISH.replace("WEBVTT\n", "WEBVTT\nKind: captions\nLanguage: ko\n", 1)
    assert language("lecture.vtt", text) == ("ko", "header")
    assert language("lecture.en.vtt", text) == ("en", "file name")


def test_a_header_that_names_no_language_is_passed_over() -> None:
    text = ENGLISH.replace("WEBVTT\n", "WEBVTT\nLanguage: Klingon\n", 1)
    assert language("lecture.vtt", text) == ("en", "text")


def test_an_option_is_above_everything() -> None:
    given = Language("ja", "option")
    assert language("ko_KR.vtt", given=given) == ("ja", "option")


@pytest.mark.parametrize(
    ("sample", "tag"), [("pottery/en_US.vtt", "en"), ("pottery/ko_KR.vtt", "ko"), ("pottery/ja_JP.vtt", "ja")]
)
def test_the_text_tells_at_last(sample: str, tag: str) -> None:
    text = (SAMPLES / sample).read_text(encoding="utf-8")
    assert language("lecture.vtt", text) == (tag, "text")


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("我们今天来学习怎么写程序,请大家看这个问题,然后说说你们的想法。", "zh-Hans"),
        ("我們今天來學習怎麼寫程式,請大家看這個問題,然後說說你們的想法。", "zh-Hant"),
        ("วันนี้เราจะมาเรียนรู้เกี่ยวกับการทำเครื่องปั้นดินเผา", "th"),
        ("PyTorch 모델을 GPU 메모리에 load 하고 나서 batch 크기를 정합니다", "ko"),
        ("今日はGPUとPyTorchでモデルを学習させる方法を紹介します", "ja"),
    ],
)
def test_scripts_tell_also_among_latin_terms(text: str, tag: str) -> None:
    assert language("lecture.vtt", webvtt([text])) == (tag, "text")


@pytest.mark.parametrize("text", ["", "Hm.", "42", "♪ ♪"])
def test_too_little_text_tells_nothing(text: str) -> None:
    assert language("lecture.vtt", webvtt([text])) == (None, "unknown")
