"""Limits as data: one TOML file per authority, every number with unit, counting rule, source and date.

A profile answers "how fast, how long, how wide may a cue be" for a language.
It never says how bad a violation is: that belongs to the rule.
"""

from __future__ import annotations

import os
from functools import lru_cache

from auditor.profiles.decode import decode
from auditor.profiles.limits import ANY_LANGUAGE, UNITS, Counting, Limit, Profile, UnknownProfile, usual_counting

__all__ = [
    "ANY_LANGUAGE",
    "UNITS",
    "Counting",
    "Limit",
    "Profile",
    "UnknownProfile",
    "load",
    "names",
    "usual_counting",
]


# Not importlib.resources: it imports a dozen modules for packages inside archives, in which this one cannot run.
_FOLDER = os.path.dirname(__file__)
_ENDING = ".toml"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of all profiles, in alphabetical order."""
    return tuple(sorted(name.removesuffix(_ENDING) for name in os.listdir(_FOLDER) if name.endswith(_ENDING)))


@lru_cache(maxsize=32)
def load(name: str) -> Profile:
    """The profile called ``name``. Raises :class:`UnknownProfile`, which names the nearest valid one."""
    return decode(name, _toml(name), _toml)


def _toml(name: str) -> str:
    if name not in names():
        raise UnknownProfile(name, names())
    with open(os.path.join(_FOLDER, name + _ENDING), encoding="utf-8") as file:
        return file.read()
