"""What configuration is in force and who said it; for a transcript, what of it holds there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from auditor.api import read
from auditor.catalogue import as_json, table
from auditor.config import Config, Settings, ruleset
from auditor.config_file import Key, Loaded
from auditor.decoding import keys
from auditor.engine import Ruleset
from auditor.plugins import all_rules
from auditor.rulesets import Matched, Rulesets, rulesets

DEFAULT = "default"
COMMAND_LINE = "command line"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def _leaves(value: Any, at: Key) -> Iterator[tuple[Key, Any]]:
    """Every value with its place; of settings of languages and places only what they say."""
    if isinstance(value, Struct):
        for key, entry in keys(type(value)).items():
            said = getattr(value, entry.name)
            if not isinstance(value, Settings) or said not in (None, (), {}):
                yield from _leaves(said, (*at, key))
    elif isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*at, str(key)))
    elif at == ("paths",) and value:
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*at, str(number)))
    else:
        yield at, list(value) if isinstance(value, tuple) else value


def _dotted(key: Key) -> str:
    """A place as TOML writes it; entries of a list by their number."""
    text = ""
    for at, part in enumerate(key):
        if key[:at] == ("paths",):
            text += f"[{part}]"
        else:
            name = part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            text += f".{name}" if text else name
    return text


def _origin(key: Key, loaded: Loaded, given: Mapping[str, Any]) -> str:
    said = given.get(key[0].replace("-", "_"))
    files = next((loaded.origins[key[:at]] for at in range(len(key), 0, -1) if key[:at] in loaded.origins), None)
    if said in (None, ()):
        return files or DEFAULT
    return f"{files}, {COMMAND_LINE}" if files and key[0].startswith("extend-") else COMMAND_LINE


def settings(config: Config, loaded: Loaded, given: Mapping[str, Any]) -> list[tuple[str, Any, str]]:
    """Every key with its value and who said it; ``given`` is what the command line says."""
    return [(_dotted(key), value, _origin(key, loaded, given)) for key, value in _leaves(config, ())]


def _named(matched: Matched, config: Config) -> list[tuple[str, Settings]]:
    """The settings that hold for a file, by the names of their tables."""
    by_tag = {tag.replace("_", "-").lower(): entry for tag, entry in config.languages.items()}
    named: list[tuple[str, Settings]] = [(f"languages.{tag}", by_tag[tag.lower()]) for tag in matched.languages]
    for at in matched.paths:
        match = config.paths[at].match
        named.append((f"paths[{at}] match = {json.dumps(match, ensure_ascii=False)}", config.paths[at]))
    return named


def _off(config: Config, named: Sequence[tuple[str, Settings]], matched: Matched) -> dict[str, str]:
    """The rules that are not run on a file, and what switched each off last."""
    steps: list[tuple[str, Ruleset]] = [("select and ignore", ruleset(config))]
    for at, (name, _) in enumerate(named):
        steps.append((name, ruleset(config, [entry for _, entry in named[: at + 1]])))
    for at, pattern in enumerate(matched.excused):
        codes = [code for name in matched.excused[: at + 1] for code in config.per_file_ignores[name]]
        steps.append(
            (
                f"per-file-ignores {json.dumps(pattern, ensure_ascii=False)}",
                ruleset(config, [e for _, e in named], codes),
            )
        )
    off: dict[str, str] = {}
    for name, rules in steps:
        on = {rule.code for rule in rules.rules}
        off = {rule.code: off.get(rule.code, name) for rule in all_rules() if rule.code not in on}
    return off


def transcript(path: str, config: Config) -> dict[str, Any]:
    """What holds for one transcript. Raises ``OSError`` when it cannot be opened."""
    document = read(path, config.language)
    chosen = rulesets(config)
    tag = document.language.tag
    matched = chosen.matched(document.path, tag) if isinstance(chosen, Rulesets) else Matched()
    rules = chosen.of(document.path, tag)
    named = _named(matched, config)
    said = next((name for name, entry in reversed(named) if entry.profile), "profile")
    return {
        "path": document.path,
        "language": tag,
        "language_decided_by": document.language.how,
        "profile": rules.profile.name,
        "profile_said_by": COMMAND_LINE if config.given.profile else said,
        "matched": [name for name, _ in named]
        + [f"per-file-ignores {json.dumps(pattern, ensure_ascii=False)}" for pattern in matched.excused],
        "on": [rule.code for rule in rules.rules],
        "off": _off(config, named, matched),
        "options": {
            f"{code}.{name.replace('_', '-')}": value
            for code, values in rules.options.items()
            for name, value in values.items()
        }
        | {f"{code}.severity": severity.value for code, severity in rules.severities.items()},
    }


def _value(value: Any) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


def _page(file: Mapping[str, Any]) -> list[str]:
    grouped: dict[str, list[str]] = {}
    for code, reason in file["off"].items():
        grouped.setdefault(reason, []).append(code)
    rows = [
        ["language", f"{file['language'] or 'unknown'} ({file['language_decided_by']})"],
        ["profile", f"{file['profile']} ({file['profile_said_by']})"],
        *(["matched", name] for name in file["matched"]),
        ["rules on", f"{len(file['on'])} of {len(all_rules())}"],
        *(["rules off", f"{' '.join(codes)} ({reason})"] for reason, codes in grouped.items()),
        *(["option", f"{name} = {_value(value)}"] for name, value in file["options"].items()),
    ]
    return [file["path"], *(f"  {name:<10} {text}" for name, text in rows)]


def render(config: Config, loaded: Loaded, given: Mapping[str, Any], paths: Sequence[str], style: str) -> str:
    """What is in force, as ``text`` or ``json``: for the transcripts at ``paths``, or all keys when there are none."""
    files = [transcript(path, config) for path in paths]
    rows = settings(config, loaded, given)
    if style == "json":
        said = [{"key": key, "value": value, "from": origin} for key, value, origin in rows]
        return as_json({"files": list(loaded.files), "settings": said, "transcripts": files})
    read_from = ", which extends ".join(loaded.files) or "no configuration file: defaults"
    if files:
        return "\n".join([f"# {read_from}", *(line for file in files for line in ("", *_page(file)))])
    shown = [[key, _value(value), origin] for key, value, origin in rows]
    return f"# {read_from}\n\n{table('text', ('key', 'value', 'from'), shown)}"
