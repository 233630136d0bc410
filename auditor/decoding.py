"""One decoder from TOML tables to frozen structs: an unknown key or a wrong type is an error that helps."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, TypeVar

from msgspec import Struct, structs

T = TypeVar("T", bound=Struct)


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
    if _is_table(expected):
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
    elif _is_table(expected) and isinstance(value, dict):
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
    if _is_table(expected):
        return isinstance(value, dict)
    return isinstance(expected, type) and isinstance(value, expected)


class About(Struct, frozen=True):
    """What the annotation of a field says of it: one sentence for the schema, and the numbers it may hold."""

    doc: str
    least: float = -math.inf
    most: float = math.inf


INTERNAL = About("internal")
"""Of a field that no file may set."""

_UNSAID = About("")


class Key(Struct, frozen=True):
    """A key of a table: the field it fills, its type, what is said of it; ``default`` may be made when needed."""

    name: str
    type: Any
    about: About
    default: Any
    required: bool


def _in_range(value: Any, about: About, where: str) -> None:
    if isinstance(value, dict):
        for key, entry in value.items():
            _in_range(entry, about, f"{where}.{key}")
    elif isinstance(value, int | float) and not about.least <= value <= about.most:
        wanted = (
            f"{about.least:g} or more" if about.most == math.inf else f"a number from {about.least:g} to {about.most:g}"
        )
        raise ConfigurationError(f"{where}: expected {wanted}, found {value:g}")


def _is_table(expected: Any) -> bool:
    return isinstance(expected, type) and issubclass(expected, Struct)


def keys(kind: type[Struct]) -> Mapping[str, Key]:
    """The keys a table may have, with dashes, and the fields of the struct they fill."""
    return _keys(kind)


@cache  # a file, what it extends and their sum are decoded in turn
def _keys(kind: type[Struct]) -> Mapping[str, Key]:
    hints = typing.get_type_hints(kind, include_extras=True)
    found = {}
    for field in structs.fields(kind):
        hint = hints[field.name]
        plain, about = (
            (hint.__origin__, hint.__metadata__[0]) if typing.get_origin(hint) is Annotated else (hint, _UNSAID)
        )
        if about is not INTERNAL:
            found[field.name.replace("_", "-")] = Key(field.name, plain, about, field.default, field.required)
    return found


def decode(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    """Make a struct from a TOML table whose keys are the field names with dashes.

    ``where`` names the table in messages. Raises :class:`ConfigurationError`.
    """
    known = keys(kind)
    values: dict[str, Any] = {}
    for written, value in table.items():
        key = known.get(written.replace("_", "-"))
        if key is None:
            raise ConfigurationError(f"{where}: unknown key '{written}'; {nearest(written, known)}")
        if key.name in values:
            raise ConfigurationError(f"{where}: '{written}' is said twice, with dashes and with underscores")
        values[key.name] = _value(value, key.type, f"{where}.{written}")
        _in_range(values[key.name], key.about, f"{where}.{written}")
    missing = [name for name, key in known.items() if key.required and key.name not in values]
    if missing:
        raise ConfigurationError(f"{where}: the key '{missing[0]}' is missing")
    return kind(**values)
