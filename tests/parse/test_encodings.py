"""Bytes to text: byte order marks, UTF-8 and the encodings captions were written in before it."""

from __future__ import annotations

import codecs
import random

import pytest

from tests.parse.reading import brief, only_defect, read
from tests.transcripts import sentences, subrip, webvtt

KOREAN = sentences(12, "ko")
JAPANESE = [
    "今日は釉薬のかけ方についてお話しします。",
    "まず、器の表面をきれいに拭いてください。",
    "次に、釉薬をよくかき混ぜておきます。",
    "柄杓でゆっくりと流しかけるのがコツです。",
    "乾いたら、底の部分を濡れた布で拭き取ります。",
    "窯の中の温度は少しずつ上げていきましょう。",
]
SIMPLIFIED = [
    "今天我们来学习数据库的索引。",
    "想象一下没有目录的图书馆。",
    "要找一本书,就得走遍所有的书架。",
    "没有索引的表就是这个样子。",
    "所以我们需要一种更快的方法。",
    "接下来请大家看屏幕上的例子。",
]
TRADITIONAL = [
    "今天我們來學習資料庫的索引。",
    "想像一下沒有目錄的圖書館。",
    "要找一本書,就得走遍所有的書架。",
    "沒有索引的表格就是這個樣子。",
    "所以我們需要一種更快的方法。",
    "接下來請大家看螢幕上的例子。",
]
SPANISH = [
    "El niño pequeño mañana irá a la montaña.",
    "¿Qué pasó después de la lección?",
    "Así también se enfría el último año.",
    "La señora enseñó cómo limpiar la arcilla.",
]
FRENCH = [
    "Aujourd’hui, nous étudions la glaçure des céramiques.",
    "D’abord, essuyez la pièce à l’éponge humide.",
    "Ensuite, mélangez l’émail très régulièrement.",
    "Après la première cuisson, la terre devient poreuse.",
    "La température s’élève jusqu’à mille degrés.",
    "Voilà, c’est déjà terminé pour cette leçon.",
]


def test_utf8_with_and_without_its_mark_is_as_it_should_be() -> None:
    text = webvtt(KOREAN)
    plain, marked = read(text.encode()), read(codecs.BOM_UTF8 + text.encode())
    assert brief(plain) == brief(marked)
    assert plain.defects == marked.defects == ()
    assert plain.encoding == marked.encoding == "utf-8"
    assert plain.cues == marked.cues  # places count from behind the mark


@pytest.mark.parametrize("texts", [KOREAN, JAPANESE, sentences(6)], ids=["ko", "ja", "en"])
@pytest.mark.parametrize(
    ("encoding", "marked"),
    [
        ("utf-16-le", True),
        ("utf-16-be", True),
        ("utf-32-le", True),
        ("utf-32-be", True),
        ("utf-16-le", False),
        ("utf-16-be", False),
        ("utf-32-le", False),
        pytest.param("utf-32-be", False),
    ],
)
def test_utf16_and_utf32_are_read_and_reported(texts: list[str], encoding: str, marked: bool) -> None:
    text = webvtt(texts)
    document = read((("\ufeff" if marked else "") + text).encode(encoding))
    assert [cue.text for cue in document.cues] == texts
    assert document.encoding == encoding
    defect = only_defect(document)
    assert defect.kind.value == "legacy-encoding"
    assert encoding in defect.message


@pytest.mark.parametrize(
    ("texts", "encoding", "named"),
    [
        (KOREAN, "cp949", {"cp949", "euc_kr"}),
        (KOREAN, "euc_kr", {"cp949", "euc_kr"}),
        (JAPANESE, "shift_jis", {"shift_jis", "cp932"}),
        (JAPANESE, "euc_jp", {"euc_jp"}),
        (SIMPLIFIED, "gb18030", {"gb18030"}),
        (TRADITIONAL, "big5", {"big5"}),
        (SPANISH, "cp1252", {"cp1252"}),
        pytest.param(FRENCH, "cp1252", {"cp1252"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("make", [webvtt, subrip])
def test_a_legacy_encoding_is_detected_and_named(texts, encoding, named, make) -> None:  # type: ignore[no-untyped-def]
    document = read(make(texts).encode(encoding))
    assert [cue.text for cue in document.cues] == texts
    assert document.encoding in named
    defect = only_defect(document)
    assert defect.kind.value == "legacy-encoding"
    assert document.encoding in defect.message


def test_utf8_with_a_damaged_byte_stays_utf8_and_the_damage_has_a_line() -> None:
    data = webvtt(KOREAN).encode()
    at = data.index("목수가".encode())
    document = read(data[: at + 1] + b"\xff" + data[at + 2 :])
    assert document.encoding == "utf-8"
    assert len(document.cues) == len(KOREAN)
    defect = only_defect(document)
    assert defect.kind.value == "legacy-encoding"
    assert defect.span.line == document.cues[10].text_line
    assert "�" in document.cues[10].text


def test_a_file_cut_inside_a_character_is_utf8() -> None:
    data = webvtt(KOREAN).encode().rstrip()[:-2]
    document = read(data)
    assert document.encoding == "utf-8"
    assert [cue.text for cue in document.cues[:-1]] == KOREAN[:-1]


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x02\0\0\0" + random.Random(7).randbytes(4000),
        b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0" * 40,
        bytes(range(256)) * 16,
        pytest.param(b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\0>\0\x01\0\0\0" * 30),
    ],
    ids=["png", "zip", "all-bytes", "elf"],
)
def test_binary_files_are_unreadable(data: bytes) -> None:
    document = read(data)
    assert document.cues == ()
    assert document.format == "unknown"
    assert only_defect(document).kind.value == "unreadable"
