"""Conditions on rows: what they mean, what is not known, and what is refused with the place and the remedy."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.expression import MOST_CHARACTERS, Column, ExpressionError, parse

COLUMNS = {
    "fidelity": Column("number"),
    "duration_s": Column("number"),
    "wer": Column("number"),
    "path": Column("text"),
    "language": Column("text"),
    "severity": Column("text", ("error", "warning", "info")),
    "doubts": Column("list of texts"),
}
ROW = {
    "fidelity": 90,
    "duration_s": 31.5,
    "wer": None,
    "path": "news/강의.vtt",
    "language": "ko",
    "severity": "error",
    "doubts": ["a", "b"],
}


def said(text: str) -> list[bool | None]:
    return [part.test(ROW) for part in parse(text, COLUMNS).parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fidelity >= 90 and duration_s > 30", [True, True]),
        ("fidelity > 90", [False]),
        ("80 < fidelity <= 90", [True]),
        ("80 < fidelity < 90", [False]),
        ("fidelity != 90 or duration_s // 1 == 31", [True]),
        ("not fidelity < 90", [True]),
        ("-fidelity + 2 * 45 == 0 and 91 % fidelity == 1", [True, True]),
        ("language in ('ko', 'ja')", [True]),
        ("language not in ['en', 'ja']", [True]),
        ("fidelity in (90, -1)", [True]),
        ("'강의' in path", [True]),
        ("'b' in doubts and 'c' not in doubts", [True, True]),
        ("severity == 'error'", [True]),
        ("(fidelity > 1 and fidelity > 2) and fidelity > 99", [True, True, False]),
        ("(fidelity > 1 and fidelity > 99) or fidelity == 90", [True]),
        ("true", [True]),
        ("False", [False]),
        ("\n fidelity\n >= 90\n", [True]),
        (r"'a\d' in path", [False]),
        ("'#' in path", [False]),
    ],
)
def test_what_a_condition_says(text: str, expected: list[bool | None]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wer < 0.1", None),
        ("not wer < 0.1", None),
        ("wer + 1 > 0", None),
        ("-wer < 0", None),
        ("wer in (1, 2)", None),
        ("wer not in (1, 2)", None),
        ("wer < 0.1 or fidelity >= 90", True),
        ("wer < 0.1 or fidelity > 90", None),
        ("not (wer < 0.1 and fidelity > 90)", True),
        ("0 < wer < 1", None),
        ("0 > 1 > wer", False),
        ("wer is None", True),
        ("wer is not null", False),
        ("wer is None or wer < 0.1", True),
        ("fidelity / 0 > 1", None),
        ("fidelity % 0 == 1", None),
        ("fidelity * 1e308 * 1 > 0", True),
        (f"duration_s / {'9' * 400} > 1", None),
    ],
)
def test_what_is_missing_or_cannot_be_calculated_is_not_known(text: str, expected: bool | None) -> None:
    assert said(text) == [expected]
    assert parse(text, COLUMNS).holds(ROW) is (expected is True)


def test_an_expression_names_its_parts_and_columns() -> None:
    expression = parse(" fidelity >= 90 and (wer < 0.1 or language == 'ko')", COLUMNS)
    assert [part.text for part in expression.parts] == ["fidelity >= 90", "wer < 0.1 or language == 'ko'"]
    assert expression.columns == {"fidelity", "wer", "language"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is empty"),
        ("fidelty > 3", r"character 1: unknown column 'fidelty'; did you mean 'fidelity'\?"),
        ("language == '한국' and\n fidelty > 1", r"character 23: unknown column 'fidelty'"),
        ("fidelity = 90", r"character 10 \('='\): '==' compares"),
        ("fidelity => 90", r"character 10 \('=>'\): write '>='"),
        ("fidelity <> 90", r"\('<>'\): '!=' means not equal"),
        ("fidelity > 90 AND wer < 1", r"character 15 \('AND'\): write 'and' in small letters"),
        ("fidelity > 90 || wer < 1", "write 'or'"),
        ("(fidelity > 90", "character 1: '\\(' was never closed"),
        ("fidelity > 90) or (wer < 1", r"character 14: unmatched '\)'"),
        ("path == 'abc", "character 9: unterminated string literal"),
        ("fidelity", "'fidelity' is a number, no condition; compare it with something"),
        ("fidelity > 3 and duration_s", "character 18: 'duration_s' is a number, no condition"),
        ("fidelity > 'a'", r"a number \('fidelity'\) is compared with a text"),
        ("doubts == 'a'", r"a list \('doubts'\) is compared with a text"),
        ("path < 'm'", "texts have no order"),
        ("path + 'm' == 'x'", "'path' is a text, no number to calculate with"),
        ("-path == 3", "no number to calculate with"),
        ("wer == None", "character 8: 'is None' and 'is not None' ask whether a value is missing"),
        ("wer is 3", "'is' asks for missing values"),
        ("(wer > 3) is None", "'is' asks for missing values"),
        ("(wer > 3) == true", r"'wer > 3' is a condition; join conditions with and, or, not"),
        ("severity == 'eror'", r"character 13: 'eror' never occurs there; did you mean 'error'\?"),
        ("severity in ('info', 'bad')", "'bad' never occurs there"),
        ("language in ('ko')", r"a list of one is written \('ko',\)"),
        ("language in ('ko', 3)", "must list texts, or numbers"),
        ("language in ()", "must list texts, or numbers"),
        ("fidelity in ('ko', 'ja')", "'in' looks for a text"),
        ("fidelity > 3 # and wer < 1", "character 14: what follows '#' would be ignored"),
        ("fidelity > 3; wer < 1", "character 13: invalid syntax"),
        ("fidelity > 3j", "neither a number nor a text"),
        ("b'a' in path", "neither a number nor a text"),
        ("fidelity > " + "9" * 5000, "Exceeds the limit"),
        ("fidelity > \x00", "null bytes"),
        ("not " * 2000 + "fidelity > 3", "nested too deeply|too many nested"),
        ("1" + "+1" * 4000 + " > fidelity", "nested too deeply"),
        ("(" * 3000 + "1 > 0" + ")" * 3000, "nested too deeply|too many nested"),
        ("1 > 0 or " * MOST_CHARACTERS, "the longest expression read"),
    ],
)
def test_what_makes_no_sense_is_one_line_with_the_place(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as caught:
        parse(text, COLUMNS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch pwned') == 0",
        "path.__class__ == 'a'",
        "open('pwned', 'w') is None",
        "(lambda: 1)() > 2",
        "[fidelity for fidelity in (1, 2)] == 1",
        "f'{path}' == 'a'",
        "path[0] == 'n'",
        "(fidelity := 3) > 2",
        "fidelity ** 9 ** 9 ** 9 > 1",
        "'a' * 9999999999 == path",
        "fidelity << 99999999 > 1",
        "fidelity @ wer > 1",
        "~fidelity > 1",
        "fidelity > 1 if wer > 1 else wer > 2",
        "await path",
        "{'a': 1} == 1",
        "__builtins__ == 'a'",
        "path == *doubts",
    ],
)
def test_nothing_is_executed(text: str, here: Any) -> None:
    with pytest.raises(ExpressionError, match=r"character \d+"):
        parse(text, COLUMNS)
    assert not list(here.iterdir())
