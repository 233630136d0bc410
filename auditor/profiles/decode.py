"""From a profile's TOML to its limits, strictly: nothing misspelt, nothing without a source."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from auditor.patterns import lazy_pattern
from auditor.profiles.limits import ANY_LANGUAGE, UNITS, Counting, Limit, Profile, chain

_ATTRIBUTES = ("counting", "source", "url", "verified", "note")
_DATE = lazy_pattern(r"\d{4}-\d{2}(-\d{2})?")


class _Tables(Struct, frozen=True):
    """A profile's TOML with its groups of languages taken apart and its base merged in."""

    title: str
    description: str
    defaults: Mapping[str, Mapping[str, Any]]
    languages: Mapping[str, Mapping[str, Any]]


def decode(name: str, text: str, read_base: Callable[[str], str]) -> Profile:
    """Decode the TOML of a profile.

    ``[limits.NAME]`` gives source, url, date and counting for a limit in every
    language; ``[languages."TAG ..."]`` gives the numbers, as a number, as a
    table that overrides what is said about it, or as ``false`` where the
    authority sets none. ``extends`` names a profile to start from: a limit
    stated here replaces that profile's numbers for it in all languages.
    ``read_base`` gives the TOML of that profile.

    Raises ``ValueError`` naming the profile and the key that is unknown,
    missing or of the wrong type.
    """
    tables = _read(name, text, read_base)
    decoded = {
        tag: {
            limit: _limit(f"{name}: {tag}.{limit}", limit, value, tables.defaults.get(limit, {}), table)
            for limit, value in table.items()
            if limit in UNITS
        }
        for tag, table in tables.languages.items()
    }
    tags = tuple(sorted(tag for tag in decoded if tag != ANY_LANGUAGE))
    return Profile(name, tables.title, tables.description, tags, decoded)


def _refuse_unknown(where: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            import difflib

            nearest = next(iter(difflib.get_close_matches(key, known, n=1)), None)
            raise ValueError(f"{where}: unknown key {key!r}" + (f", did you mean {nearest!r}?" if nearest else ""))


def _table(where: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: must be a table")
    return value


def _languages(name: str, groups: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for group, value in groups.items():
        where = f"profile {name}: languages.{group}"
        table = _table(where, value)
        _refuse_unknown(where, table, (*UNITS, *_ATTRIBUTES))
        for tag in group.split():
            if tag != ANY_LANGUAGE and chain(tag)[-1] != tag and tag != "zh":
                raise ValueError(f"{where}: {tag!r} is not written as {chain(tag)[-1]!r}")
            yield tag, table


def _read(name: str, text: str, read_base: Callable[[str], str]) -> _Tables:
    where = f"profile {name}"
    raw = tomllib.loads(text)
    _refuse_unknown(where, raw, ("title", "description", "extends", "limits", "languages"))
    for key in ("title", "description", "extends"):
        if not isinstance(raw.get(key, "" if key == "extends" else None), str):
            raise ValueError(f"{where}: {key} must be a text")
    defaults = {key: _table(f"{where}: limits.{key}", value) for key, value in raw.get("limits", {}).items()}
    _refuse_unknown(f"{where}: limits", defaults, tuple(UNITS))
    for key, table in defaults.items():
        _refuse_unknown(f"{where}: limits.{key}", table, _ATTRIBUTES)
    languages: dict[str, Mapping[str, Any]] = {}
    for tag, table in _languages(name, raw.get("languages", {})):
        if tag in languages:
            raise ValueError(f"{where}: the language {tag!r} is given twice")
        languages[tag] = table
    if base_name := raw.get("extends"):
        base = _read(base_name, read_base(base_name), read_base)
        stated = {limit for table in languages.values() for limit in table if limit in UNITS}
        defaults = {limit: {**base.defaults.get(limit, {}), **defaults.get(limit, {})} for limit in UNITS}
        kept = {
            tag: {key: value for key, value in table.items() if key not in stated}
            for tag, table in base.languages.items()
        }
        languages = {tag: {**kept.get(tag, {}), **languages.get(tag, {})} for tag in {**kept, **languages}}
    return _Tables(raw["title"], raw["description"], defaults, languages)


def _limit(
    where: str, name: str, value: object, defaults: Mapping[str, Any], language: Mapping[str, Any]
) -> Limit | None:
    if value is False:
        return None
    own: Mapping[str, Any] = {}
    if isinstance(value, dict):
        _refuse_unknown(f"profile {where}", value, ("value", *_ATTRIBUTES))
        own, value = value, value.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ValueError(f"profile {where}: must be a number above zero, or false")
    said = {
        key: attributes[key] for attributes in (defaults, language, own) for key in _ATTRIBUTES if key in attributes
    }
    for key in _ATTRIBUTES:
        if key in said and not isinstance(said[key], str):
            raise ValueError(f"profile {where}: {key} must be a text")
    for key in ("source", "url", "verified"):
        if not said.get(key):
            raise ValueError(f"profile {where}: {key} is missing")
    if not _DATE.fullmatch(said["verified"]):
        raise ValueError(f"profile {where}: verified must be a date such as 2026-10 or 2026-10-15")
    counted = UNITS[name].startswith("characters")
    if counted and said.get("counting") not in tuple(Counting):
        raise ValueError(f"profile {where}: counting must be one of {', '.join(Counting)}")
    return Limit(
        name=name,
        value=float(value),
        unit=UNITS[name],
        counting=Counting(said["counting"]) if counted else None,
        source=said["source"],
        url=said["url"],
        verified=said["verified"],
        note=said.get("note", ""),
    )
