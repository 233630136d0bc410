"""Limits as data: one TOML file per authority, every number with unit, counting rule, source and date.

A profile answers "how fast, how long, how wide may a cue be" for a language.
It never says how bad a violation is: that belongs to the rule.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

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
_FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of all profiles, in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@lru_cache(maxsize=32)
def load(name: str) -> Profile:
    """The profile called ``name``. Raises :class:`UnknownProfile`, which names the nearest valid one."""
    return decode(name, _toml(name), _toml)


def _toml(name: str) -> str:
    if name not in names():
        raise UnknownProfile(name, names())
    return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
