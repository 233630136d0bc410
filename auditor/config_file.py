"""Configuration files: the nearest one upwards, those it extends, and which of them said what.

``extend`` names another file, relative to the one that says it. What the nearer file says wins; tables are
merged key by key, ``extend-select``, ``extend-ignore`` and ``[[paths]]`` add to what is extended, other lists
replace it. Paths and patterns are relative to the folder of the file that says them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Struct, field

from auditor import storage
from auditor.config import Config, check, dashed
from auditor.decoding import About, ConfigurationError, decode
from auditor.parse.language import normalise
from auditor.path_patterns import moved
from auditor.remote import scheme
from auditor.word_files import read_toml

FILE_NAME = "auditor.toml"
PROJECT = "pyproject.toml"

Key = tuple[str, ...]
"""Where a value stands in the tables: ``("gate", "min-overall")``."""


class ConfigFile(Config, frozen=True):
    """What a configuration file may say: what :class:`~auditor.config.Config` holds, and the file it extends."""

    extend: Annotated[
        str | None, About("Another configuration file, relative to this one; what this one says wins.")
    ] = None


class Loaded(Struct, frozen=True):
    """A configuration, the files it was read from (nearest first), and which of them said each value."""

    config: Config = field(default_factory=Config)
    files: tuple[str, ...] = ()
    origins: Mapping[Key, str] = field(default_factory=dict)


def _own_table(path: str, table: Mapping[str, Any]) -> dict[str, Any] | None:
    """The table [tool.auditor] of a pyproject.toml, ``None`` when there is none."""
    tools = table.get("tool", {})
    own = tools.get("auditor") if isinstance(tools, dict) else None
    if not isinstance(tools, dict) or (own is not None and not isinstance(own, dict)):
        raise ConfigurationError(f"{path}: [tool.auditor]: expected a table, found something else")
    return own


def find(start: str) -> str | None:
    """The nearest configuration file at or above a folder: auditor.toml, or a pyproject.toml with our table."""
    folder, above = start, os.path.dirname(start)
    while True:
        own = os.path.join(folder, FILE_NAME)
        if os.path.isfile(own):
            return own
        project = os.path.join(folder, PROJECT)
        if os.path.isfile(project) and _own_table(project, read_toml(project)) is not None:
            return project
        if above == folder:
            return None
        folder, above = above, os.path.dirname(above)


def shown(path: str) -> str:
    """A path as a person wants to read it: relative to the working directory, unless it is far from it."""
    if scheme(path) is not None:
        return storage.shown(path)
    try:
        relative = os.path.relpath(path).replace(os.sep, "/")
    except ValueError:  # another drive
        return path
    return path if relative.count("../") > 3 else relative


def _read(path: str) -> tuple[dict[str, Any], str]:
    """The table of a file, found to be of the right shape, and how messages call it."""
    table, where = read_toml(path), path
    if os.path.basename(storage.shown(path)) == PROJECT:
        table, where = _own_table(path, table) or {}, f"{path} [tool.auditor]"
    elif "tool" in table:
        raise ConfigurationError(
            f"{path}: tables begin with 'tool.auditor' in {PROJECT} only; write [gate] for [tool.auditor.gate], "
            "and what stands below [tool.auditor] without a heading"
        )
    decode(ConfigFile, table, where)
    return table, where


def _chain(path: str) -> list[tuple[str, dict[str, Any]]]:
    """The file and those it extends, nearest first. Raises :class:`ConfigurationError`, naming the chain of a cycle."""
    chain: list[tuple[str, dict[str, Any]]] = []
    seen: list[str] = []
    here: str | None = path
    while here is not None:
        place = storage.same(here)
        if place in seen:
            names = " -> ".join(shown(file) for file in [*(file for file, _ in chain), here])
            raise ConfigurationError(f"{path}: extend goes in a circle: {names}")
        table, where = _read(here)
        located = _located(table, _folder(here))
        check(decode(ConfigFile, located, where), where)
        chain.append((here, located))
        seen.append(place)
        base = table.get("extend")
        following = storage.join(storage.parent(here), base) if base is not None else None
        if following is not None and storage.kind(following) != "file":
            raise ConfigurationError(f"{where}.extend: {following}: no such configuration file")
        here = following
    return chain


def _folder(path: str) -> str:
    """The folder of a file relative to the working directory; of one in a store, its address."""
    folder = storage.parent(path)
    if scheme(folder) is not None:
        return folder
    try:
        return os.path.relpath(folder or ".").replace(os.sep, "/")
    except ValueError:  # another drive
        return os.path.abspath(folder)


def _beside(folder: str, path: str) -> str:
    return path if folder == "." else storage.join(folder, path)


def _by_tag(languages: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by the one spelling of a language tag, so that those of several files meet; slips stay as they are."""
    tags = {tag: normalise(tag) or tag for tag in languages}
    return {tags[tag] if list(tags.values()).count(tags[tag]) == 1 else tag: s for tag, s in languages.items()}


def _located(table: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """A decoded table with keys in one spelling, and paths and patterns relative to the working directory."""
    result = {key.replace("_", "-"): value for key, value in table.items()}
    result.pop("extend", None)
    for key in ("glossary", "phantoms"):
        if key in result:
            result[key] = [_beside(folder, path) for path in result[key]]
    if "baseline" in result:
        result["baseline"] = _beside(folder, result["baseline"])
    if "rules" in result:
        result["rules"] = dashed(result["rules"])
    if "gate" in result:
        result["gate"] = {key.replace("_", "-"): value for key, value in result["gate"].items()}
    if "per-file-ignores" in result:
        result["per-file-ignores"] = {
            moved(pattern, folder): codes for pattern, codes in result["per-file-ignores"].items()
        }
    if "languages" in result:
        result["languages"] = _by_tag(
            {tag: _located(settings, folder) for tag, settings in result["languages"].items()}
        )
    if "paths" in result:
        result["paths"] = [_located(entry, folder) for entry in result["paths"]]
    if "match" in result:
        match = result["match"]
        patterns = [match] if isinstance(match, str) else match
        result["match"] = [moved(pattern, folder) for pattern in patterns]
    return result


_ADDING = ("extend-select", "extend-ignore", "paths")


def _merge(under: dict[str, Any], over: Mapping[str, Any], file: str, origins: dict[Key, str], at: Key = ()) -> None:
    """Put what a nearer file says over what the files it extends say, and note who said it."""
    for key, value in over.items():
        below, place = under.get(key), (*at, key)
        if isinstance(value, Mapping):
            table = below if isinstance(below, dict) else {}
            under[key] = table
            _merge(table, value, file, origins, place)
        elif key in _ADDING and isinstance(below, list):
            under[key] = [*below, *value]
            origins[place] = f"{origins[place]}, {file}"
        else:
            under[key] = value
            origins[place] = file
        if place == ("paths",):
            new = range(len(under[key]) - len(value), len(under[key]))
            origins.update({(*place, str(number)): file for number in new})


def load_with_origins(path: str | os.PathLike[str] | None) -> Loaded:
    """Read a configuration file and those it extends. Raises :class:`ConfigurationError`."""
    if path is None:
        return Loaded()
    table: dict[str, Any] = {}
    origins: dict[Key, str] = {}
    chain = _chain(os.fspath(path))
    for file, said in reversed(chain):
        _merge(table, said, shown(file), origins)
    config = decode(Config, table, str(path))
    return Loaded(config, tuple(shown(file) for file, _ in chain), origins)


def load(path: str | os.PathLike[str] | None) -> Config:
    """The configuration of a file; ``None`` gives the defaults. Raises :class:`ConfigurationError`."""
    return load_with_origins(path).config


def in_force(given: str | None) -> Loaded:
    """The configuration of the file given, or of the nearest one upwards. Raises :class:`ConfigurationError`."""
    if given is not None and storage.kind(given) != "file":
        raise ConfigurationError(f"{given}: no such configuration file")
    return load_with_origins(given if given is not None else find(os.getcwd()))
