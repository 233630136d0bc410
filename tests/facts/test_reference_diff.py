from __future__ import annotations

import pytest

from auditor.facts.reference_diff import Piece, reference_diff
from auditor.model import Document
from tests.reports.audit_examples import document


def diff_of(written: list[str], said: list[str], language: str = "en") -> dict[int, list[Piece]]:
    made = reference_diff(document("a.vtt", written, language), document("r.vtt", said, language))
    assert made is not None
    return {entry.cue: list(entry.pieces) for entry in made.cues}


def test_each_error_stands_in_its_cue() -> None:
    found = diff_of(
        ["the model burns", "from lot of data", "we stop stop here", "thank you"],
        ["The model learns,", "from a lot of data.", "We stop here.", "Thank you!"],
    )
    assert found == {
        1: [Piece("equal", " the model", " the model"), Piece("substitute", " learns", " burns")],
        2: [
            Piece("equal", " from", " from"),
            Piece("delete", " a", ""),
            Piece("equal", " lot of data", " lot of data"),
        ],
        3: [
            Piece("equal", " we", " we"),
            Piece("insert", "", " stop"),
            Piece("equal", " stop here", " stop here"),
        ],
    }


def test_a_stretch_that_spans_cues_is_cut_between_them() -> None:
    found = diff_of(["red blue axe", "bow grey pink white"], ["red blue green", "black grey pink white"])
    assert found[1][-1] == Piece("substitute", " green", " axe")
    assert found[2][0] == Piece("substitute", " black", " bow")


def test_words_missing_after_the_last_belong_to_the_last_cue() -> None:
    found = diff_of(["red blue", "grey pink"], ["red blue", "grey pink white"])
    assert found == {2: [Piece("equal", " grey pink", " grey pink"), Piece("delete", " white", "")]}


def test_korean_is_compared_by_character_whatever_its_spacing() -> None:
    made = reference_diff(
        document("a.vtt", ["할수 있어요", "도서관에 가요"]), document("r.vtt", ["할 수 있어요", "도서관을 가요"])
    )
    assert made is not None
    assert made.by_character
    (entry,) = made.cues
    assert (entry.cue, entry.errors, entry.said) == (2, 1, 6)
    assert entry.pieces == (
        Piece("equal", " 도서관", " 도서관"),
        Piece("substitute", "을", "에"),
        Piece("equal", " 가요", " 가요"),
    )


def test_the_errors_of_all_cues_are_those_of_the_file() -> None:
    written, said = ["a b c d", "e f x h", "i j"], ["a b d", "e f g h", "z i j k"]
    made = reference_diff(document("a.vtt", written, "en"), document("r.vtt", said, "en"))
    assert made is not None
    rates = made.rates
    assert sum(entry.errors for entry in made.cues) == rates.substitutions + rates.deletions + rates.insertions


@pytest.mark.parametrize(
    "reference",
    [
        None,
        document("r.vtt", ["..."], "en"),
        document("r.vtt", ["안녕하세요 여러분"], "ko"),
        document("r.vtt", ["another talk on quite different things"], "en"),
    ],
    ids=["none", "no words", "another language", "other speech"],
)
def test_what_is_no_reference_gives_no_difference(reference: Document | None) -> None:
    assert reference_diff(document("a.vtt", ["the model learns"], "en"), reference) is None
