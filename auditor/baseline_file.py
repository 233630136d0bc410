"""The files a baseline comes from: its own JSON, and the decisions exported by the HTML report."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from typing import Any

from msgspec import to_builtins

from auditor import __version__, storage
from auditor.baseline import Baseline, Entry, State, excerpt, in_order

SCHEMA_VERSION = 1
TOOL = "transcript-auditor"

_REMEDY = "write one with `auditor baseline write`"


class BaselineError(ValueError):
    """A baseline or a file of decisions that cannot be used; one line that says what, where and what to do."""


def dump(baseline: Baseline) -> bytes:
    """The file of a baseline: JSON with one entry a line, so that a diff shows which findings came and went."""
    tool = json.dumps({"name": TOOL, "version": __version__})
    head = f'{{"schema_version": {SCHEMA_VERSION}, "tool": {tool}, "entries": ['
    entries = ",\n".join(json.dumps(to_builtins(entry), ensure_ascii=False) for entry in baseline.entries)
    # A lone surrogate of a broken file has no UTF-8 form; its escape says the same.
    return "\n".join([head, *([entries] if entries else []), "]}\n"]).encode("utf-8", "backslashreplace")


def _rows(data: bytes, where: str, kind: str, table: str, remedy: str) -> list[dict[str, Any]]:
    """The list called ``table`` of a JSON file of ours, in the version that is read here."""
    try:
        loaded = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{where}: no {kind}: not valid JSON ({error}); {remedy}") from error
    rows = loaded.get(table) if isinstance(loaded, dict) else None
    if not isinstance(rows, list) or "schema_version" not in loaded:
        raise BaselineError(f"{where}: no {kind}: it has no list of {table}; {remedy}")
    if loaded["schema_version"] != SCHEMA_VERSION:
        versions = f"schema version {loaded['schema_version']!r}, not {SCHEMA_VERSION}"
        raise BaselineError(f"{where}: a {kind} of {versions}; use the {TOOL} that wrote it")
    return [row if isinstance(row, dict) else {} for row in rows]


def _text(row: Mapping[str, Any], name: str, where: str, default: str | None = None) -> str:
    value = row.get(name, default)
    if not isinstance(value, str):
        raise BaselineError(f"{where}.{name}: expected a text, found {value!r}; correct or remove this line")
    return value


def _choice(row: Mapping[str, Any], name: str, where: str, valid: Collection[str]) -> str:
    value = _text(row, name, where)
    if value not in valid:
        raise BaselineError(f"{where}.{name}: unknown value {value!r}; valid: {', '.join(valid)}")
    return value


def read(data: bytes, where: str) -> Baseline:
    """Read a baseline; ``where`` names its file in messages. Raises :class:`BaselineError`."""
    entries = []
    for at, row in enumerate(_rows(data, where, "baseline", "entries", _REMEDY)):
        place = f"{where}: entries[{at}]"
        path, rule, fingerprint = (_text(row, name, place) for name in ("path", "rule", "fingerprint"))
        state = State(_choice(row, "state", place, list(State)))
        entries.append(
            Entry(path, rule, fingerprint, state, _text(row, "text", place, ""), _text(row, "note", place, ""))
        )
    return in_order(entries)


def load(path: str | os.PathLike[str]) -> Baseline:
    """Read a baseline from a file. Raises :class:`BaselineError`."""
    try:
        data = storage.read(os.fspath(path))
    except OSError as error:
        raise BaselineError(f"{path}: the baseline cannot be read: {error.strerror}; {_REMEDY}") from error
    return read(data, str(path))


_STATES = {"accept": State.ACCEPTED, "reject": State.FALSE_ALARM, "fix": None}


def import_decisions(baseline: Baseline, data: bytes, where: str) -> Baseline:
    """The baseline with a reviewer's decisions taken in; the later of two decisions on one finding holds.

    ``data`` is the JSON the HTML report exports: ``{"schema_version": 1, "decisions":
    [{"path", "rule", "fingerprint", "decision", "text", "note", "cue"}]}``. ``accept``
    enters the finding as accepted, ``reject`` as a false alarm; ``fix`` takes it out,
    for the fault is to be mended. Raises :class:`BaselineError`.
    """
    entries = {entry.key: entry for entry in baseline.entries}
    remedy = "export the decisions from the HTML report"
    for at, row in enumerate(_rows(data, where, "file of decisions", "decisions", remedy)):
        place = f"{where}: decisions[{at}]"
        path, rule, fingerprint = (_text(row, name, place) for name in ("path", "rule", "fingerprint"))
        state = _STATES[_choice(row, "decision", place, _STATES)]
        entries.pop((path, rule, fingerprint), None)
        if state is not None:
            text, note = excerpt(_text(row, "text", place, "")), _text(row, "note", place, "")
            entries[path, rule, fingerprint] = Entry(path, rule, fingerprint, state, text, note)
    return in_order(entries.values())
