"""Limits as data: one TOML file per authority, every number with unit, counting rule, source and date.

A profile answers "how fast, how long, how wide may a cue be" for a language.
It never says how bad a violation is: that belongs to the rule.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from auditor.profiles.decode import decode
from auditor.profiles.limits import ANY_LANGUAGE, UNITS, Counting, Limit, Profile, UnknownProfile

__all__ = ["ANY_LANGUAGE", "UNITS", "Counting", "Limit", "Profile", "UnknownProfile", "load", "names"]


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of all profiles, in alphabetical order."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


@lru_cache(maxsize=32)
def load(name: str) -> Profile:
    """The profile called ``name``. Raises :class:`UnknownProfile`, which names the nearest valid one."""
    return decode(name, _toml(name), _toml)


def _toml(name: str) -> str:
    if name not in names():
        raise UnknownProfile(name, names())
    return (resources.files(__name__) / f"{name}.toml").read_text(encoding="utf-8")
