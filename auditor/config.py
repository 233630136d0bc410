"""Configuration: ``auditor.toml`` or ``[tool.auditor]`` of a pyproject.toml, the nearest one upwards."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.decoding import ConfigurationError, decode, nearest
from auditor.engine import Ruleset, select
from auditor.model import Language, Severity
from auditor.parse.language import normalise
from auditor.profiles import Profile, UnknownProfile
from auditor.profiles import load as load_profile
from auditor.rule import LIMIT_KEY, AnyRule
from auditor.rules import RULES


@dataclass(frozen=True, slots=True)
class GateLimits:
    """The limits of the gate; ``None`` means no limit.

    Scores are 0-100 and hold for every file, except ``min_mean_overall``, which is
    the overall score of the run. Counts are over the whole run. With ``new_only``
    no error and no warning may be there that the baseline does not know.
    """

    min_overall: float | None = 80.0
    min_fidelity: float | None = None
    min_timing: float | None = None
    min_readability: float | None = None
    min_format: float | None = None
    min_mean_overall: float | None = None
    max_errors: int | None = 0
    max_warnings: int | None = None
    max_per_rule: Mapping[str, int] = field(default_factory=dict)
    new_only: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file and the command line may say; keys are written with dashes."""

    profile: str = "default"
    language: str | None = None
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    gate: GateLimits = GateLimits()
    baseline: str | None = None
    cache: bool = True


FILE_NAME = "auditor.toml"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from error


def _own_table(path: Path, table: Mapping[str, Any]) -> dict[str, Any] | None:
    """The table [tool.auditor] of a pyproject.toml, ``None`` when there is none."""
    tools = table.get("tool", {})
    own = tools.get("auditor") if isinstance(tools, dict) else None
    if not isinstance(tools, dict) or (own is not None and not isinstance(own, dict)):
        raise ConfigurationError(f"{path}: [tool.auditor]: expected a table, found something else")
    return own


def find(start: Path) -> Path | None:
    """The nearest configuration file at or above ``start``: auditor.toml, or a pyproject.toml with our table."""
    for folder in (start, *start.parents):
        own = folder / FILE_NAME
        if own.is_file():
            return own
        project = folder / "pyproject.toml"
        if project.is_file() and _own_table(project, _read(project)) is not None:
            return project
    return None


def load(path: Path | None) -> Config:
    """Decode a configuration file; ``None`` gives the defaults. Raises :class:`ConfigurationError`."""
    if path is None:
        return Config()
    table = _read(path)
    where = str(path)
    if path.name == "pyproject.toml":
        table = _own_table(path, table) or {}
        where = f"{path} [tool.auditor]"
    config = decode(Config, table, where)
    check(config, where)
    return config


def check(config: Config, where: str) -> None:
    """Raise :class:`ConfigurationError` for a profile, language, code or option that does not exist."""
    load_named_profile(config.profile)
    language(config, where)
    check_selectors((*config.select, *config.extend_select, *config.ignore), where)
    known = {rule.code: rule for rule in RULES}
    for code in (*config.rules, *config.gate.max_per_rule):
        if code not in known:
            raise ConfigurationError(f"{where}: unknown rule '{code}'; {nearest(code, known)}")
    for code, settings in config.rules.items():
        rule_settings(known[code], settings, where)


def check_selectors(selectors: Sequence[str], where: str) -> None:
    """Raise :class:`ConfigurationError` for a selector that names no rule."""
    codes = [rule.code for rule in RULES]
    for selector in selectors:
        if selector != "ALL" and not any(code.startswith(selector) for code in codes):
            prefixes = {code[:3] for code in codes}
            hint = nearest(selector, [*codes, *prefixes])
            raise ConfigurationError(f"{where}: '{selector}' selects no rule; {hint}")


def rule_settings(rule: AnyRule, settings: Mapping[str, Any], where: str) -> tuple[dict[str, Any], Severity | None]:
    """The configured option values and severity of one rule. Raises :class:`ConfigurationError`."""
    place = f"{where} rules.{rule.code}"
    options = dict(settings)
    severity: Severity | None = None
    if "severity" in options:
        name = options.pop("severity")
        if name not in list(Severity):
            raise ConfigurationError(f"{place}: unknown severity '{name}'; {nearest(str(name), list(Severity))}")
        severity = Severity(name)
    fields = {f.name.replace("_", "-"): f for f in dataclasses.fields(rule.options)}
    values: dict[str, Any] = {}
    for key, value in options.items():
        known = fields.get(key.replace("_", "-"))
        if known is None:
            raise ConfigurationError(f"{place}: unknown key '{key}'; {nearest(key, [*fields, 'severity'])}")
        if LIMIT_KEY in known.metadata:
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
                raise ConfigurationError(f"{place}.{key}: expected a number above zero, found {value!r}")
            values[known.name] = float(value)
        else:
            values[known.name] = getattr(decode(type(rule.options), {key: value}, place), known.name)
    return values, severity


def load_named_profile(name: str) -> Profile:
    """The profile called ``name``; raises :class:`ConfigurationError` with the nearest valid name."""
    try:
        return load_profile(name)
    except UnknownProfile as error:
        raise ConfigurationError(str(error)) from error


def language(config: Config, where: str) -> Language | None:
    """The language the configuration or option fixes for every file, if any."""
    if config.language is None:
        return None
    tag = normalise(config.language)
    if tag is None:
        raise ConfigurationError(
            f"{where}: unknown language '{config.language}'; expected a tag such as ko, en-US or zh-Hans"
        )
    return Language(tag, "option")


def ruleset(config: Config) -> Ruleset:
    """The rules, options and severities a checked configuration asks for."""
    options: dict[str, dict[str, Any]] = {}
    severities: dict[str, Severity] = {}
    for rule in RULES:
        if rule.code in config.rules:
            values, severity = rule_settings(rule, config.rules[rule.code], "configuration")
            options[rule.code] = values
            if severity is not None:
                severities[rule.code] = severity
    rules = select(RULES, config.select, config.extend_select, config.ignore)
    codes = tuple(rule.code for rule in RULES)
    return Ruleset(rules, load_named_profile(config.profile), options, severities, codes)
