"""One decoder from TOML tables to frozen dataclasses: an unknown key or a wrong type is an error that helps."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

T = TypeVar("T")


class ConfigurationError(ValueError):
    """A configuration that cannot be used; the message is one line that says what, where and what is valid."""


RULES = "`auditor rules` lists them"
"""The hint at the rules there are, which are too many for a line."""


def nearest(word: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """A hint at the valid name nearest to a wrong one; when nothing is near ``otherwise``, by default all of them."""
    from difflib import get_close_matches  # only who mistyped waits for it

    names = sorted(known)
    match = get_close_matches(word, names, n=1, cutoff=0.5) or get_close_matches(word.upper(), names, n=1, cutoff=0.5)
    return f"did you mean '{match[0]}'?" if match else otherwise or f"valid: {', '.join(names)}"


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), type(value).__name__)


def _describe(expected: Any) -> str:
    origin = typing.get_origin(expected)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_describe(arm) for arm in typing.get_args(expected) if arm is not type(None))
    if origin is tuple:
        return f"a list of {_describe(typing.get_args(expected)[0]).removeprefix('a ')}s"
    if origin is not None:
        return "a table"
    if dataclasses.is_dataclass(expected):
        return "a table"
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    return names.get(expected, getattr(expected, "__name__", str(expected)))


def _value(value: Any, expected: Any, where: str) -> Any:
    origin = typing.get_origin(expected)
    if origin in (types.UnionType, typing.Union):
        for arm in typing.get_args(expected):
            if arm is not type(None) and _fits(value, arm):
                return _value(value, arm, where)
    elif origin is tuple and isinstance(value, list):
        item = typing.get_args(expected)[0]
        return tuple(_value(entry, item, f"{where}[{at}]") for at, entry in enumerate(value))
    elif origin in (dict, Mapping, types.MappingProxyType) or (origin is not None and issubclass(origin, Mapping)):
        if isinstance(value, dict):
            item = typing.get_args(expected)[1]
            return {key: _value(entry, item, f"{where}.{key}") for key, entry in value.items()}
    elif isinstance(expected, type) and dataclasses.is_dataclass(expected) and isinstance(value, dict):
        return decode(expected, value, where)
    elif expected is Any or _fits(value, expected):
        return expected(value) if expected in (int, float) else value
    raise ConfigurationError(f"{where}: expected {_describe(expected)}, found {_kind(value)} ({value!r})")


def _fits(value: Any, expected: Any) -> bool:
    if expected is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if expected is int:  # 3.0 is a whole number to a JSON Schema, so to us
        return _fits(value, float) and float(value).is_integer()
    origin = typing.get_origin(expected)
    if origin is tuple:
        return isinstance(value, list)
    if origin is not None:
        return isinstance(value, dict)
    if isinstance(expected, type) and dataclasses.is_dataclass(expected):
        return isinstance(value, dict)
    return isinstance(expected, type) and isinstance(value, expected)


LEAST, MOST = "least", "most"
"""Metadata of a field: the smallest and the largest number it may hold."""

INTERNAL = "internal"
"""Metadata of a field that no file may set."""


def _in_range(value: Any, metadata: Mapping[str, Any], where: str) -> None:
    least, most = metadata.get(LEAST, -math.inf), metadata.get(MOST, math.inf)
    if isinstance(value, dict):
        for key, entry in value.items():
            _in_range(entry, metadata, f"{where}.{key}")
    elif isinstance(value, int | float) and not least <= value <= most:
        wanted = f"{least} or more" if most == math.inf else f"a number from {least} to {most}"
        raise ConfigurationError(f"{where}: expected {wanted}, found {value:g}")


_hints = lru_cache(maxsize=None)(typing.get_type_hints)  # a file, what it extends and their sum are decoded in turn


def keys(kind: type) -> dict[str, dataclasses.Field[Any]]:
    """The keys a table may have, with dashes, and the fields of the dataclass they fill."""
    return {f.name.replace("_", "-"): f for f in dataclasses.fields(kind) if INTERNAL not in f.metadata}


def decode(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    """Make a dataclass from a TOML table whose keys are the field names with dashes.

    ``where`` names the table in messages. Raises :class:`ConfigurationError`.
    """
    hints = _hints(kind)  # type: ignore[arg-type]  # mypy takes type[T] for unhashable
    known = keys(kind)
    values: dict[str, Any] = {}
    for key, value in table.items():
        field = known.get(key.replace("_", "-"))
        if field is None:
            raise ConfigurationError(f"{where}: unknown key '{key}'; {nearest(key, known)}")
        if field.name in values:
            raise ConfigurationError(f"{where}: '{key}' is said twice, with dashes and with underscores")
        values[field.name] = _value(value, hints[field.name], f"{where}.{key}")
        _in_range(values[field.name], field.metadata, f"{where}.{key}")
    missing = [
        key
        for key, field in known.items()
        if field.default is field.default_factory is dataclasses.MISSING and field.name not in values
    ]
    if missing:
        raise ConfigurationError(f"{where}: the key '{missing[0]}' is missing")
    return kind(**values)
