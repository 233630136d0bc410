"""Rules and reports of other distributions, found through their entry points.

A distribution names a :class:`~auditor.rule.Rule`, or several, under
``auditor.rules``, and a :class:`~auditor.reports.Report` under
``auditor.reports``. What cannot be used is named in a warning and left out;
the run goes on without it. Entry points are looked up once a process, when
somebody asks: reading those of all installed distributions takes longer than
``auditor --help``.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from auditor.model import Category, Confidence, Severity
from auditor.profiles import UNITS
from auditor.rule import AnyRule, Family, Rule, documentation, limits_of
from auditor.rules import RULES
from auditor.warning import AuditWarning

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

RULE_GROUP = "auditor.rules"
REPORT_GROUP = "auditor.reports"

_CODE = re.compile(r"[A-Z]{3}\d{3}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TYPES: Mapping[str, type] = {
    "family": Family,
    "category": Category,
    "severity": Severity,
    "confidence": Confidence,
}


class BrokenPluginError(ValueError):
    """A plug-in that cannot be used; the message says what is wrong with it."""


class Plugin(Struct, frozen=True):
    """One entry point of another distribution, and the name and version of that distribution."""

    entry: EntryPoint
    distribution: str
    version: str

    @property
    def origin(self) -> str:
        """Name and version of the distribution, as messages and the cache's keys give it."""
        return f"{self.distribution} {self.version}"

    def load(self) -> Any:
        """Import what the entry point names. Raises :class:`BrokenPluginError` whatever goes wrong there."""
        try:
            return self.entry.load()
        except (Exception, SystemExit) as error:
            raise BrokenPluginError(f"{self.entry.value} cannot be imported: {told(error)}") from error

    def leave_out(self, reason: object) -> None:
        """Warn that the plug-in, or a part of it, is not used; once, in the process the user started."""
        from multiprocessing import parent_process

        if parent_process() is not None:
            return
        text = f"plug-in '{self.entry.name}' of {self.origin} is left out: {reason}"
        warnings.warn(text, AuditWarning, stacklevel=2)


def told(error: BaseException) -> str:
    """An exception in one line: its type and, if it has one, its message."""
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _none_is_installed() -> bool:
    """Whether no distribution has entry points of ours, as far as a look at the files can tell; in doubt ``False``.

    importlib.metadata, which knows for certain, takes Python twenty modules and as many milliseconds: longer
    than a small transcript. Where anything is not a plain folder of distributions, it is asked.
    """
    # Besides Python's own finders those of editable installs, which say nothing of distributions.
    if any(hasattr(finder, "find_distributions") and finder is not PathFinder for finder in sys.meta_path):
        return False
    for place in dict.fromkeys(sys.path):
        try:
            with os.scandir(place or ".") as entries:
                found = [entry.path for entry in entries if entry.name.endswith((".dist-info", ".egg-info", ".egg"))]
        except FileNotFoundError:
            continue
        except OSError:  # an archive, or a folder that may not be read
            return False
        for path in found:
            if path.endswith(".egg"):
                return False
            try:
                with open(os.path.join(path, "entry_points.txt"), "rb") as file:
                    if b"[auditor." in file.read():
                        return False
            except (FileNotFoundError, NotADirectoryError):  # it has none; distutils wrote a file, without any
                continue
            except OSError:
                return False
    return True


@lru_cache(maxsize=1)
def entry_points_of() -> Mapping[str, Sequence[EntryPoint]]:
    """Those of our groups: all installed distributions are read for them, however many groups are asked for."""
    if _none_is_installed():
        return {RULE_GROUP: (), REPORT_GROUP: ()}
    from importlib.metadata import entry_points

    found = entry_points()
    return {group: tuple(found.select(group=group)) for group in (RULE_GROUP, REPORT_GROUP)}


def plugins(group: str) -> list[Plugin]:
    """The entry points of a group, by name of their distribution, so that every run sees the same order."""
    found = []
    for entry in entry_points_of()[group]:
        distribution = entry.dist
        name, version = (distribution.name, distribution.version) if distribution else ("an unknown distribution", "")
        found.append(Plugin(entry, name, version))
    return sorted(found, key=lambda plugin: (plugin.distribution.lower(), plugin.entry.name))


def _check(rule: object) -> AnyRule:
    """The rule, if it is one that every part of an audit can work with. Raises :class:`BrokenPluginError`."""
    if not isinstance(rule, Rule):
        raise BrokenPluginError(f"expected an auditor.rule.Rule or a sequence of them, found {type(rule).__name__}")
    if not isinstance(rule.code, str) or not _CODE.fullmatch(rule.code):
        raise BrokenPluginError(f"the code {rule.code!r} is not three capital letters and three digits")
    if not isinstance(rule.name, str) or not _NAME.fullmatch(rule.name):
        raise BrokenPluginError(f"{rule.code}: the name {rule.name!r} is not words in lower case joined by '-'")
    for attribute, kind in _TYPES.items():
        if not isinstance(getattr(rule, attribute), kind):
            raise BrokenPluginError(f"{rule.code}: {attribute} is no {kind.__module__}.{kind.__name__}")
    if not isinstance(rule.options, Struct):
        raise BrokenPluginError(f"{rule.code}: the options are no instance of a msgspec.Struct")
    limits = set(limits_of(rule.options).values())
    if unknown := sorted(limits - UNITS.keys()):
        raise BrokenPluginError(f"{rule.code}: no profile knows the limit '{unknown[0]}'")
    import pickle

    try:
        pickle.dumps(rule)
        documentation(rule)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise BrokenPluginError(f"{rule.code}: other processes cannot be given the rule: {told(error)}") from error
    except (ValueError, KeyError) as error:
        raise BrokenPluginError(f"{rule.code}: its documentation cannot be read: {told(error)}") from error
    return rule


def _values(plugin: Plugin) -> Sequence[object]:
    value = plugin.load()
    return value if isinstance(value, list | tuple) else (value,)


def _rules(plugin: Plugin, taken: Mapping[str, str]) -> Iterator[AnyRule]:
    """The usable rules of a plug-in. ``taken`` says of codes and names in use whose they are."""
    try:
        values = _values(plugin)
    except BrokenPluginError as error:
        plugin.leave_out(error)
        return
    own: set[str] = set()
    for value in values:
        try:
            rule = _check(value)
            for key in (rule.code, rule.name):
                if key in taken or key in own:
                    raise BrokenPluginError(
                        f"{rule.code}: '{key}' is taken by {taken.get(key, 'another of its rules')}"
                    )
        except BrokenPluginError as error:
            plugin.leave_out(error)
            continue
        own.update((rule.code, rule.name))
        yield rule


@lru_cache(maxsize=1)
def plugin_rules() -> Mapping[str, tuple[AnyRule, str]]:
    """The rules of other distributions by code, each with the name and version of its distribution."""
    taken = {key: "transcript-auditor" for rule in RULES for key in (rule.code, rule.name)}
    found: dict[str, tuple[AnyRule, str]] = {}
    for plugin in plugins(RULE_GROUP):
        for rule in list(_rules(plugin, taken)):
            found[rule.code] = rule, plugin.origin
            taken |= {rule.code: plugin.origin, rule.name: plugin.origin}
    return found


def all_rules() -> tuple[AnyRule, ...]:
    """Our own rules in code order, then those of plug-ins."""
    return (*RULES, *(rule for rule, _ in plugin_rules().values()))
