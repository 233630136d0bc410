"""The JSON Schema of configuration files, made from the structs that decode them and the rules there are.

Editors (taplo, Even Better TOML) complete and check an ``auditor.toml`` with it. What no schema can know, such as
whether a file named exists, only the decoder judges.
"""

from __future__ import annotations

import json
import math
import types
import typing
from collections.abc import Mapping
from typing import Any

from auditor import __version__
from auditor.config import GateLimits, PathSettings, Settings
from auditor.config_file import ConfigFile
from auditor.decoding import keys
from auditor.model import Severity
from auditor.parse.language import CODES
from auditor.plugins import all_rules
from auditor.profiles import names
from auditor.rule import AnyRule, documentation, limits_of

FILE_NAME = "configuration.schema.json"

_Schema = dict[str, Any]
_DEFINED = {Settings: "settings", PathSettings: "path-settings", GateLimits: "gate"}


def _either_case(text: str) -> str:
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in text)


def _language() -> str:
    codes = "|".join(_either_case(code) for code in sorted(CODES))
    scripts = "|".join(_either_case(name) for name in ("Hans", "Hant", "Latn", "Cyrl", "Arab"))
    return rf"^\s*({codes})([-_]({scripts}))?([-_]([A-Za-z]{{2}}|\d{{3}}))?\s*$"


def _selector() -> _Schema:
    codes = [rule.code for rule in all_rules()]
    prefixes = sorted({code[:length] for code in codes for length in range(1, len(code) + 1)})
    families = sorted({code.rstrip("0123456789") for code in codes})
    return {"anyOf": [{"enum": ["ALL", *families, *codes]}, {"pattern": f"^({'|'.join(prefixes)})$"}], "type": "string"}


def _of_type(expected: Any) -> _Schema:
    origin, inner = typing.get_origin(expected), typing.get_args(expected)
    if origin in (types.UnionType, typing.Union):
        arms = [_of_type(arm) for arm in inner if arm is not type(None)]
        return arms[0] if len(arms) == 1 else {"anyOf": arms}
    if origin is tuple:
        return {"type": "array", "items": _of_type(inner[0])}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of_type(inner[1])}
    if expected in _DEFINED:
        return {"$ref": f"#/definitions/{_DEFINED[expected]}"}
    return {"type": {bool: "boolean", int: "integer", float: "number", str: "string"}[expected]}


_SELECTORS = {"type": "array", "items": {"$ref": "#/definitions/selector"}}
_RULE_TABLES = {"$ref": "#/definitions/rules"}
_PATTERN = {"type": "string", "pattern": "[^!/ ]"}


def _of_key(key: str) -> _Schema | None:
    """What a type does not say: keys whose texts name rules, profiles, languages or patterns."""
    by_code = {"type": "integer", "minimum": 0}
    special: dict[str, _Schema] = {
        "profile": {"enum": list(names())},
        "language": {"type": "string", "pattern": _language()},
        "rules": _RULE_TABLES,
        "max-per-rule": {
            "type": "object",
            "propertyNames": {"enum": [rule.code for rule in all_rules()]},
            "additionalProperties": by_code,
        },
        "per-file-ignores": {"type": "object", "propertyNames": _PATTERN, "additionalProperties": _SELECTORS},
        "languages": {
            "type": "object",
            "propertyNames": {"pattern": _language()},
            "additionalProperties": _of_type(Settings),
        },
        "match": {"anyOf": [_PATTERN, {"type": "array", "items": _PATTERN, "minItems": 1}]},
    }
    special |= dict.fromkeys(("select", "extend-select", "ignore", "extend-ignore"), _SELECTORS)
    return special.get(key)


def _table(properties: dict[str, _Schema], required: list[str] | None = None) -> _Schema:
    """A table with these keys and no other, which may be written with underscores as well."""
    spelled = {f"^{key.replace('-', '[-_]')}$": schema for key, schema in properties.items() if "-" in key}
    table: _Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if spelled:
        table["patternProperties"] = spelled
    if required:
        table["required"] = required
    return table


def _fields(kind: type) -> _Schema:
    properties: dict[str, _Schema] = {}
    required = []
    for key, entry in keys(kind).items():
        schema = dict(_of_key(key) or _of_type(entry.type))
        for bound, name in ((entry.about.least, "minimum"), (entry.about.most, "maximum")):
            if math.isfinite(bound) and schema.get("type") in ("number", "integer"):
                schema[name] = bound
        if entry.about.doc:
            schema["description"] = entry.about.doc
        if isinstance(entry.default, str | int | float):
            schema["default"] = entry.default
        if entry.required:
            required.append(key)
        properties[key] = schema
    return _table(properties, required)


def _rule(rule: AnyRule) -> _Schema:
    limits = limits_of(rule.options)
    properties: dict[str, _Schema] = {"severity": {"enum": [severity.value for severity in Severity]}}
    for key, entry in keys(type(rule.options)).items():
        limited = entry.name in limits
        properties[key] = {"type": "number", "exclusiveMinimum": 0} if limited else _of_type(entry.type)
    table = _table(properties)
    table["title"] = f"{rule.code} {rule.name}"
    table["description"] = documentation(rule).summary
    return table


def schema() -> _Schema:
    """The schema of an ``auditor.toml``, and of the table [tool.auditor] of a pyproject.toml."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Configuration of transcript-auditor {__version__}",
        "description": "auditor.toml, or [tool.auditor] of a pyproject.toml",
        **_fields(ConfigFile),
        "definitions": {
            "selector": _selector(),
            "settings": _fields(Settings),
            "path-settings": _fields(PathSettings),
            "gate": _fields(GateLimits),
            "rules": _table({rule.code: _rule(rule) for rule in all_rules()}),
        },
    }


def text() -> str:
    """The schema as indented JSON."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
