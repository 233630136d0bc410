"""Audits and totals as JSON text and back, for cache and shards: plain data, so that reading it can run no code.

Every struct becomes the list of its fields in their order. The shapes follow
from the annotations of the model, so a new field needs no line here. Documents
are left out.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import astuple

from auditor.model import Document, FileAudit, Totals

_Convert = Callable[[Any], Any]


class ShapeError(ValueError):
    """Text that is no audit of this version's model."""


def _same(value: Any) -> Any:
    return value


def _instance(kinds: tuple[type, ...]) -> _Convert:
    allowed = frozenset(kinds)

    def read(value: Any) -> Any:
        if type(value) not in allowed:
            raise ShapeError(f"{value!r} is none of {kinds}")
        return value

    return read


def _literal(values: tuple[object, ...]) -> _Convert:
    def read(value: Any) -> Any:
        if value not in values:
            raise ShapeError(f"{value!r} is none of {values}")
        return value

    return read


def _many(convert: _Convert) -> _Convert:
    return lambda values: tuple([convert(value) for value in values])


def _each(converts: tuple[_Convert, ...]) -> _Convert:
    return lambda values: tuple([convert(value) for convert, value in zip(converts, values, strict=True)])


def _unless_none(convert: _Convert) -> _Convert:
    return lambda value: None if value is None else convert(value)


@lru_cache(maxsize=64)
def _reader(kind: Any) -> _Convert:
    """What makes a value of an annotated type from its plain form."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Document:
        return _instance((types.NoneType,))
    if origin is typing.Literal:
        return _literal(arguments)
    if origin is tuple:
        return _many(_reader(arguments[0])) if arguments[-1] is ... else _each(tuple(map(_reader, arguments)))
    if origin in (types.UnionType, typing.Union):
        arms = tuple(arm for arm in arguments if arm is not types.NoneType)
        return _unless_none(_reader(arms[0])) if len(arms) == 1 else _instance(arguments)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints = typing.get_type_hints(kind)
        fields = _each(tuple(_reader(hints[name]) for name in kind.__struct_fields__))
        return lambda values: kind(*fields(values))
    return _instance((float, int) if kind is float else (kind,))


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    return _writer(kind)(value)


@lru_cache(maxsize=64)
def _writer(kind: Any) -> _Convert:
    """What makes the plain form of a value of exactly this type."""
    if kind is Document:
        return lambda value: None
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, tuple):
        return lambda values: [_plain(value) for value in values]
    if issubclass(kind, Struct):
        return lambda value: [_plain(field) for field in astuple(value)]
    return _same


def dump(value: FileAudit | Totals) -> bytes:
    """The value, without documents, as compact JSON."""
    # ASCII with escapes: texts of broken files hold lone surrogates, which have no UTF-8 form.
    return json.dumps(_plain(value), separators=(",", ":")).encode("ascii")


T = TypeVar("T", FileAudit, Totals)


def load(data: bytes, kind: type[T]) -> T:
    """The value of a text. Raises :class:`ShapeError` for anything that :func:`dump` does not write of this kind."""
    shape: Any = kind
    try:
        value: T = _reader(shape)(json.loads(data))
    except (ValueError, TypeError, RecursionError) as error:
        raise ShapeError(f"no {kind.__name__} of this version: {error}") from error
    return value
