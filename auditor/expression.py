"""Conditions on rows of a table, such as ``fidelity >= 90 and duration_s > 30``: checked first, then asked of rows.

The grammar is a small part of Python's: columns, numbers, quoted texts, comparison,
arithmetic, ``and``, ``or``, ``not``, ``in`` and ``is None``. Python only reads it; nothing
of it is ever executed, and a column of the wrong kind is an error before the first row.

A value that a row lacks is not known, and so is what is made of it, as in SQL: a
comparison with it is neither true nor false, ``not`` leaves it unknown, and only
``or`` with something true makes it true. :data:`None` stands for it.
"""

from __future__ import annotations

import ast
import io
import operator
import re
import tokenize
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Literal, NoReturn

from msgspec import Struct

from auditor.decoding import nearest

Kind = Literal["text", "number", "list of texts"]

Row = Mapping[str, Any]

MOST_CHARACTERS = 10_000
"""The longest expression read; one that names a thousand values is shorter."""

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_EQUAL: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {ast.Eq: operator.eq, ast.NotEq: operator.ne}
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}

# How other languages write what Python writes differently: a word or sign at the place of the error, and the remedy.
_ELSEWHERE = {
    "=<": "write '<='",
    "=>": "write '>='",
    "=": "'==' compares",
    "<>": "'!=' means not equal",
    "&&": "write 'and'",
    "||": "write 'or'",
    "&": "write 'and'",
    "|": "write 'or'",
    "!": "write 'not'",
    "AND": "write 'and' in small letters",
    "OR": "write 'or' in small letters",
    "NOT": "write 'not' in small letters",
    "IN": "write 'in' in small letters",
    "IS": "write 'is' in small letters",
}


class ExpressionError(ValueError):
    """An expression that cannot be used: one line that says at which character, what and what would do."""


class Column(Struct, frozen=True):
    """A column an expression may name: what it holds, and all texts that can occur in it where that is known."""

    kind: Kind
    values: tuple[str, ...] = ()


class Part(Struct, frozen=True):
    """One condition of those that an expression joins by ``and``: its text, and what it says of a row.

    ``test`` gives ``True``, ``False``, or ``None`` where the row lacks what it asks for.
    """

    text: str
    test: Callable[[Row], bool | None]


class Expression(Struct, frozen=True):
    """A condition that has been checked. It holds for a row when all its ``parts`` are true of it.

    ``columns`` are those it names: all that a row needs to have.
    """

    text: str
    parts: tuple[Part, ...]
    columns: frozenset[str]

    def holds(self, row: Row) -> bool:
        """Whether the condition is true of a row; what is not known is not true."""
        return all(part.test(row) for part in self.parts)


class _Value(Struct, frozen=True):
    """What a piece of an expression is and gives; ``literal`` is its value where the row does not matter.

    ``kind`` is one of :data:`Kind`, ``truth``, ``nothing`` (None), ``texts`` or ``numbers`` (a list written out).
    """

    kind: str
    of: Callable[[Row], Any]
    literal: Any = None
    column: Column | None = None


def parse(text: str, columns: Mapping[str, Column]) -> Expression:
    """Check an expression about rows with these columns. Raises :class:`ExpressionError`."""
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(f"it has {len(text):,} characters, and the longest expression read {MOST_CHARACTERS:,}")
    line = " ".join(text.splitlines()).rstrip()
    if not line.strip():
        raise ExpressionError("it is empty; write a condition such as fidelity >= 90 and duration_s > 30")
    start = len(line) - len(line.lstrip())
    line = line.lstrip()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a backslash in a text is worth one
            tree = ast.parse(line, mode="eval")
        return _Reader(line, start, columns).expression(tree.body)
    except SyntaxError as error:
        raise ExpressionError(_misread(line, start, error)) from error
    except (RecursionError, MemoryError) as error:
        raise ExpressionError("it is nested too deeply; write fewer brackets and shorter sums") from error
    except ValueError as error:
        if isinstance(error, ExpressionError):
            raise
        raise ExpressionError(f"it cannot be read: {error}") from error


def _misread(line: str, start: int, error: SyntaxError) -> str:
    at = min(max((error.offset or 1) - 1, 0), len(line))
    before, rest = line[:at].split(), line[at:].split()
    for word in (*rest[:2], *before[-1:]):
        for sign, remedy in _ELSEWHERE.items():
            if word == sign or (not sign.isalpha() and word.startswith(sign) and not word.startswith("==")):
                return f"character {start + line.index(word, max(0, at - len(word) - 1)) + 1} ('{sign}'): {remedy}"
    said = re.split(r"[.;] ", error.msg)[0]
    return f"character {start + at + 1}: {said}; write a condition such as fidelity >= 90 and duration_s > 30"


class _Reader:
    """Turns the syntax tree of one expression into functions of rows, and refuses what makes no sense."""

    def __init__(self, line: str, start: int, columns: Mapping[str, Column]) -> None:
        self._line = line
        self._bytes = line.encode("utf-8", "surrogatepass")
        self._start = start
        self._columns = columns
        self._named: set[str] = set()

    def expression(self, body: ast.expr) -> Expression:
        """The whole of it. Raises :class:`ExpressionError`."""
        for token in tokenize.generate_tokens(io.StringIO(self._line).readline):
            if token.type == tokenize.COMMENT:
                at = self._start + token.start[1] + 1
                raise ExpressionError(f"character {at}: what follows '#' would be ignored; leave it out")
        parts = tuple(Part(self._text(node), self._truth(node).of) for node in self._joined(body))
        return Expression(self._line, parts, frozenset(self._named))

    def _joined(self, node: ast.expr) -> list[ast.expr]:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return [part for value in node.values for part in self._joined(value)]
        return [node]

    def _text(self, node: ast.expr) -> str:
        return self._bytes[node.col_offset : node.end_col_offset].decode("utf-8", "surrogatepass")

    def _refusal(self, node: ast.expr, why: str) -> ExpressionError:
        at = len(self._bytes[: node.col_offset].decode("utf-8", "surrogatepass"))
        return ExpressionError(f"character {self._start + at + 1}: {why}")

    def _refuse(self, node: ast.expr, why: str) -> NoReturn:
        raise self._refusal(node, why)

    def _truth(self, node: ast.expr) -> _Value:
        value = self._value(node)
        if value.kind != "truth":
            self._refuse(node, f"'{self._text(node)}' is {_a(value.kind)}, no condition; compare it with something")
        return value

    def _value(self, node: ast.expr) -> _Value:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._column(node)
            case ast.BoolOp():
                tests = [self._truth(value).of for value in node.values]
                return _Value("truth", _joined(tests, settling=isinstance(node.op, ast.Or)))
            case ast.UnaryOp(op=ast.Not()):
                test = self._truth(node.operand).of
                return _Value("truth", lambda row: None if (said := test(row)) is None else not said)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
                return self._signed(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.Tuple() | ast.List() | ast.Set():
                return self._list(node)
            case _:
                what = f"'{self._text(node)}' is not understood"
                known = "columns, numbers, texts, comparison, arithmetic, and, or, not, in"
                raise self._refusal(node, f"{what}; there are {known}")

    def _constant(self, node: ast.Constant) -> _Value:
        value = node.value
        if value is None:
            return _Value("nothing", lambda row: None)
        kind = {bool: "truth", int: "number", float: "number", str: "text"}.get(type(value))
        if kind is None:
            self._refuse(node, f"'{self._text(node)}' is neither a number nor a text")
        return _Value(kind, lambda row: value, literal=value)

    def _column(self, node: ast.Name) -> _Value:
        name = node.id
        if name not in self._columns:
            if (same := name.lower()) in ("none", "null"):
                return _Value("nothing", lambda row: None)
            if same in ("true", "false"):
                return _Value("truth", lambda row: same == "true", literal=same == "true")
            self._refuse(node, f"unknown column '{name}'; {nearest(name, self._columns)}")
        self._named.add(name)
        column = self._columns[name]
        return _Value(column.kind, lambda row: row[name], column=column)

    def _number(self, node: ast.expr) -> _Value:
        value = self._value(node)
        if value.kind != "number":
            self._refuse(node, f"'{self._text(node)}' is {_a(value.kind)}, no number to calculate with")
        return value

    def _signed(self, node: ast.UnaryOp) -> _Value:
        value = self._number(node.operand)
        if isinstance(node.op, ast.UAdd):
            return value
        of, literal = value.of, value.literal
        negative = None if literal is None else -literal
        return _Value("number", lambda row: None if (number := of(row)) is None else -number, literal=negative)

    def _arithmetic(self, node: ast.BinOp) -> _Value:
        apply = _ARITHMETIC.get(type(node.op))
        if apply is None:
            self._refuse(node, f"'{self._text(node)}' is not understood; numbers are added with + - * / // %")
        left, right = self._number(node.left).of, self._number(node.right).of

        def result(row: Row) -> Any:
            one, other = left(row), right(row)
            if one is None or other is None:
                return None
            try:
                return apply(one, other)
            except (ZeroDivisionError, OverflowError):
                return None  # what cannot be calculated is not known

        return _Value("number", result)

    def _list(self, node: ast.Tuple | ast.List | ast.Set) -> _Value:
        values = [self._value(element) for element in node.elts]
        kinds = {value.kind for value in values}
        if len(kinds) != 1 or kinds > {"text", "number"} or any(value.literal is None for value in values):
            self._refuse(node, f"'{self._text(node)}' must list texts, or numbers, such as ('ko', 'ja')")
        members = frozenset(value.literal for value in values)
        return _Value("texts" if kinds == {"text"} else "numbers", lambda row: members, literal=members)

    def _comparison(self, node: ast.Compare) -> _Value:
        nodes = [node.left, *node.comparators]
        values = [self._value(one) for one in nodes]
        tests = [
            self._compared(node, sign, nodes[at], values[at], nodes[at + 1], values[at + 1])
            for at, sign in enumerate(node.ops)
        ]
        return _Value("truth", tests[0] if len(tests) == 1 else _joined(tests, settling=False))

    def _compared(
        self, whole: ast.expr, sign: ast.cmpop, left: ast.expr, one: _Value, right: ast.expr, other: _Value
    ) -> Callable[[Row], bool | None]:
        if isinstance(sign, ast.Is | ast.IsNot):
            return self._missing(whole, sign, right, one, other)
        for node, value in ((left, one), (right, other)):
            if value.kind == "nothing":
                self._refuse(node, "'is None' and 'is not None' ask whether a value is missing")
            if value.kind == "truth":
                self._refuse(node, f"'{self._text(node)}' is a condition; join conditions with and, or, not")
        if isinstance(sign, ast.In | ast.NotIn):
            return self._among(sign, left, one, right, other)
        if one.kind != other.kind or one.kind not in ("text", "number"):
            self._refuse(whole, f"{_a(one.kind)} ('{self._text(left)}') is compared with {_a(other.kind)}")
        self._check_values(one, right, other)
        self._check_values(other, left, one)
        apply = _EQUAL.get(type(sign))
        if apply is None:
            if one.kind == "text":
                self._refuse(whole, "texts have no order; compare them with == and !=, or ask with in")
            apply = _ORDER[type(sign)]
        return _known(apply, one.of, other.of)

    def _missing(
        self, whole: ast.expr, sign: ast.cmpop, right: ast.expr, one: _Value, other: _Value
    ) -> Callable[[Row], bool | None]:
        if other.kind != "nothing" or one.kind not in ("text", "number", "list of texts"):
            self._refuse(right if other.kind != "nothing" else whole, "'is' asks for missing values: wer is None")
        of, wanted = one.of, isinstance(sign, ast.Is)
        return lambda row: (of(row) is None) is wanted

    def _among(
        self, sign: ast.cmpop, left: ast.expr, one: _Value, right: ast.expr, other: _Value
    ) -> Callable[[Row], bool | None]:
        fitting = {"text": ("text", "texts", "list of texts"), "number": ("numbers",)}
        if other.kind not in fitting.get(one.kind, ()):
            self._refuse(
                right, f"'in' looks for a text in a text or in a list; '{self._text(right)}' is {_a(other.kind)}"
            )
        if one.column is not None and isinstance(other.literal, str):
            self._refuse(right, f"a list of one is written ({other.literal!r},); or compare with ==")
        self._check_values(one, right, other)
        inside = _known(lambda member, whole: member in whole, one.of, other.of)
        if isinstance(sign, ast.In):
            return inside
        return lambda row: None if (said := inside(row)) is None else not said

    def _check_values(self, value: _Value, node: ast.expr, other: _Value) -> None:
        """Refuse to compare a column with a text that never occurs in it: the condition would silently never hold."""
        if value.column is None or not value.column.values or other.literal is None:
            return
        wanted = [other.literal] if isinstance(other.literal, str) else sorted(other.literal)
        for text in wanted:
            if text not in value.column.values:
                self._refuse(node, f"'{text}' never occurs there; {nearest(text, value.column.values)}")


def _a(kind: str) -> str:
    names = {
        "truth": "a condition",
        "nothing": "None",
        "texts": "a list",
        "numbers": "a list",
        "list of texts": "a list",
    }
    return names.get(kind, f"a {kind}")


def _known(
    apply: Callable[[Any, Any], bool], left: Callable[[Row], Any], right: Callable[[Row], Any]
) -> Callable[[Row], bool | None]:
    def test(row: Row) -> bool | None:
        one, other = left(row), right(row)
        return None if one is None or other is None else apply(one, other)

    return test


def _joined(tests: list[Callable[[Row], bool | None]], settling: bool) -> Callable[[Row], bool | None]:
    """Tests joined by `and`, which one that is false settles, or by `or`, which one that is true settles."""

    def test(row: Row) -> bool | None:
        known = True
        for part in tests:
            said = part(row)
            if said is None:
                known = False
            elif bool(said) is settling:
                return settling
        return not settling if known else None

    return test
