"""Configuration: what ``auditor.toml`` or ``[tool.auditor]`` of a pyproject.toml may say, and the rules it asks for.

Paths and patterns of paths in a :class:`Config` are relative to the working directory; those in a file are
relative to its folder (see :mod:`auditor.config_file`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.decoding import INTERNAL, RULES, About, ConfigurationError, decode, keys, nearest
from auditor.engine import Ruleset, named, select
from auditor.model import Language, Severity
from auditor.parse.language import normalise
from auditor.plugins import all_rules, plugin_rules
from auditor.profiles import Profile, UnknownProfile
from auditor.profiles import load as load_profile
from auditor.rule import AnyRule, limits_of
from auditor.word_files import options_of

_RULES = About("Per rule code its severity (error, warning, info) and its options.")
_GLOSSARY = About("Glossary files: terms, how they are written, and what must not stand for them.")
_PHANTOMS = About("Files of further phrases that recognisers invent, for PHR501.")
_PROFILE = About("Limit profile; `auditor profiles` lists them.")
_SELECT = About("Only these rules: codes or prefixes of codes, ALL for every rule.")
_EXTEND_SELECT = About("These rules as well; where a file extends another, both lists count.")


def _score(text: str) -> About:
    return About(text, least=0, most=100)


def _count(text: str) -> About:
    return About(text, least=0)


class GateLimits(Struct, frozen=True):
    """The limits of the gate; ``None`` means no limit.

    Scores are 0-100 and hold for every file, except ``min_mean_overall``, which is
    the overall score of the run. Counts are over the whole run. With ``new_only``
    no error and no warning may be there that the baseline does not know.
    """

    min_overall: Annotated[float | None, _score("Every file scores at least this overall, 0-100.")] = 80.0
    min_fidelity: Annotated[float | None, _score("Every file scores at least this in fidelity, 0-100.")] = None
    min_timing: Annotated[float | None, _score("Every file scores at least this in timing, 0-100.")] = None
    min_readability: Annotated[float | None, _score("Every file scores at least this in readability, 0-100.")] = None
    min_format: Annotated[float | None, _score("Every file scores at least this in format, 0-100.")] = None
    min_mean_overall: Annotated[float | None, _score("All files together score at least this overall, 0-100.")] = None
    max_errors: Annotated[int | None, _count("At most this many errors in all files together.")] = 0
    max_warnings: Annotated[int | None, _count("At most this many warnings in all files together.")] = None
    max_per_rule: Annotated[
        Mapping[str, int], _count("At most this many findings of a rule in all files together.")
    ] = field(default_factory=dict)
    new_only: Annotated[bool, About("No error and no warning may be there that the baseline does not know.")] = False


class Settings(Struct, frozen=True):
    """What holds for the files of a language or a place only, on top of what holds for all.

    ``select`` replaces what is selected, ``extend_select`` adds to it and ``ignore`` takes from it;
    glossaries and phantoms add to the common ones.
    """

    profile: Annotated[str | None, _PROFILE] = None
    select: Annotated[tuple[str, ...], _SELECT] = ()
    extend_select: Annotated[tuple[str, ...], _EXTEND_SELECT] = ()
    ignore: Annotated[tuple[str, ...], About("Not these rules either.")] = ()
    rules: Annotated[Mapping[str, Mapping[str, Any]], _RULES] = field(default_factory=dict)
    glossary: Annotated[tuple[str, ...], _GLOSSARY] = ()
    phantoms: Annotated[tuple[str, ...], _PHANTOMS] = ()


class PathSettings(Settings, frozen=True, kw_only=True):
    """What holds for the files that ``match``; see :mod:`auditor.path_patterns`."""

    match: Annotated[
        str | tuple[str, ...],
        About("Files meant: a pattern as in .gitignore, or a list; the last that matches decides."),
    ]

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns as a list, also when there is but one."""
        return (self.match,) if isinstance(self.match, str) else self.match


class Config(Struct, frozen=True):
    """What a configuration file and the command line may say; keys are written with dashes."""

    profile: Annotated[str, _PROFILE] = "default"
    language: Annotated[
        str | None, About("Language of all files, such as ko, en-US, zh-Hans; else name, header or text tell.")
    ] = None
    select: Annotated[tuple[str, ...], _SELECT] = ()
    extend_select: Annotated[tuple[str, ...], _EXTEND_SELECT] = ()
    ignore: Annotated[tuple[str, ...], About("Not these rules: codes or prefixes of codes.")] = ()
    extend_ignore: Annotated[
        tuple[str, ...], About("Not these either; where a file extends another, both lists count.")
    ] = ()
    per_file_ignores: Annotated[
        Mapping[str, tuple[str, ...]], About("From a pattern of paths, as in .gitignore, to the rules not run there.")
    ] = field(default_factory=dict)
    rules: Annotated[Mapping[str, Mapping[str, Any]], _RULES] = field(default_factory=dict)
    languages: Annotated[
        Mapping[str, Settings], About("What holds for files of a language only, by its tag (ko, zh-Hans).")
    ] = field(default_factory=dict)
    paths: Annotated[
        tuple[PathSettings, ...],
        About("What holds for some files only, by patterns of paths; the last that matches wins."),
    ] = ()
    glossary: Annotated[tuple[str, ...], _GLOSSARY] = ()
    phantoms: Annotated[tuple[str, ...], _PHANTOMS] = ()
    gate: Annotated[GateLimits, About("The limits of `auditor gate`.")] = GateLimits()
    baseline: Annotated[str | None, About("File of known findings; they do not count.")] = None
    cache: Annotated[bool, About("Keep results in .auditor_cache between runs.")] = True
    given: Annotated[Settings, INTERNAL] = Settings()
    """What the caller said beside any file: it wins over the settings of languages and places, too."""


def with_options(config: Config, **options: Any) -> Config:
    """The configuration with what the caller says; an option that is ``None`` or empty says nothing.

    ``select`` and ``ignore`` replace the configured ones, ``extend_select`` and ``extend_ignore`` add to them.
    """
    said = {name: value for name, value in options.items() if value not in (None, ())}
    changes: dict[str, Any] = {name: tuple(v) if isinstance(v, list | tuple) else v for name, v in said.items()}
    before = config.given
    given = Settings(
        profile=changes.get("profile", before.profile),
        select=changes.get("select", before.select),
        extend_select=(*before.extend_select, *changes.get("extend_select", ())),
        ignore=(*before.ignore, *changes.get("ignore", ()), *changes.get("extend_ignore", ())),
    )
    for name in ("extend_select", "extend_ignore"):
        if name in changes:
            changes[name] = (*getattr(config, name), *changes[name])
    return replace(config, **changes, given=given) if changes else config


def check(config: Config, where: str) -> None:
    """Raise :class:`ConfigurationError` for a profile, language, code, option or file that does not exist."""
    language(config, where)
    _check_settings(config, where)
    check_selectors(config.extend_ignore, where)
    _check_codes(config.gate.max_per_rule, f"{where} gate.max-per-rule")
    for pattern, selectors in config.per_file_ignores.items():
        _check_pattern(pattern, f"{where} per-file-ignores")
        check_selectors(selectors, f"{where} per-file-ignores.{pattern}")
    tags: dict[str, str] = {}
    for tag, settings in config.languages.items():
        place = f"{where} languages.{tag}"
        name = known_language(tag, place)
        if name in tags:
            raise ConfigurationError(f"{place}: the same language as languages.{tags[name]}")
        tags[name] = tag
        _check_settings(settings, place)
    for at, entry in enumerate(config.paths):
        place = f"{where} paths[{at}]"
        if not entry.patterns:
            raise ConfigurationError(f"{place}.match: an empty list matches no file")
        for pattern in entry.patterns:
            _check_pattern(pattern, f"{place}.match")
        _check_settings(entry, place)


def _check_pattern(pattern: str, where: str) -> None:
    if not pattern.strip("!/ "):
        raise ConfigurationError(f"{where}: '{pattern}' is no pattern of paths; ** means every file")


def _check_codes(codes: Iterable[str], where: str) -> None:
    known = [rule.code for rule in all_rules()]
    for code in codes:
        if code not in known:
            raise ConfigurationError(f"{where}: unknown rule '{code}'; {nearest(code, known, RULES)}")


def _check_settings(settings: Config | Settings, where: str) -> None:
    if settings.profile is not None:
        load_named_profile(settings.profile, where)
    check_selectors((*settings.select, *settings.extend_select, *settings.ignore), where)
    _check_codes(settings.rules, where)
    for rule in all_rules():
        if rule.code in settings.rules:
            rule_settings(rule, settings.rules[rule.code], where)
    options_of(settings.glossary, settings.phantoms, where)


def check_selectors(selectors: Sequence[str], where: str) -> None:
    """Raise :class:`ConfigurationError` for a selector that names no rule."""
    codes = [rule.code for rule in all_rules()]
    for selector in selectors:
        if selector != "ALL" and not (selector and any(code.startswith(selector) for code in codes)):
            prefixes = {code[:3] for code in codes}
            hint = nearest(selector, [*codes, *prefixes], RULES)
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
    known, limits = keys(type(rule.options)), limits_of(rule.options)
    values: dict[str, Any] = {}
    for written, value in options.items():
        key = known.get(written.replace("_", "-"))
        if key is None:
            raise ConfigurationError(f"{place}: unknown key '{written}'; {nearest(written, [*known, 'severity'])}")
        if key.name in limits:
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
                raise ConfigurationError(f"{place}.{written}: expected a number above zero, found {value!r}")
            values[key.name] = float(value)
        else:
            values[key.name] = getattr(decode(type(rule.options), {written: value}, place), key.name)
    return values, severity


def load_named_profile(name: str, where: str = "") -> Profile:
    """The profile called ``name``; raises :class:`ConfigurationError` with the nearest valid name."""
    try:
        return load_profile(name)
    except UnknownProfile as error:
        raise ConfigurationError(f"{where}: {error}" if where else str(error)) from error


def known_language(text: str, where: str) -> str:
    """The BCP 47 form of a language tag. Raises :class:`ConfigurationError` for one that names no language."""
    tag = normalise(text)
    if tag is None:
        raise ConfigurationError(f"{where}: unknown language '{text}'; expected a tag such as ko, en-US or zh-Hans")
    return tag


def language(config: Config, where: str) -> Language | None:
    """The language the configuration or option fixes for every file, if any."""
    if config.language is None:
        return None
    return Language(known_language(config.language, where), "option")


def _joined(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merged key by key; elsewhere the second wins."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _joined(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result


def dashed(rules: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The settings of rules with dashes in the names of options, whichever way they were written."""
    return {code: {key.replace("_", "-"): v for key, v in options.items()} for code, options in rules.items()}


def _with_words(rules: Mapping[str, Mapping[str, Any]], words: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The settings of rules with what word files say: lists of both, and of tables what is said in place wins."""
    result: dict[str, Any] = {code: dict(options) for code, options in rules.items()}
    for code, options in words.items():
        own = result.setdefault(code, {})
        for key, value in options.items():
            said = own.get(key, type(value)())
            own[key] = [*value, *said] if isinstance(value, list) else {**value, **said}
    return result


def _selected(chosen: frozenset[str], settings: Settings) -> frozenset[str]:
    """The codes left of those chosen after the settings of a language, a place or the caller."""
    if settings.select:
        chosen = frozenset(rule.code for rule in select(all_rules(), settings.select, (), ()))
    added = {rule.code for rule in all_rules() if named(rule, settings.extend_select) > named(rule, settings.ignore)}
    taken = {rule.code for rule in all_rules() if named(rule, settings.ignore)} - added
    return (chosen | added) - taken


def ruleset(config: Config, layers: Sequence[Settings] = (), excused: Sequence[str] = ()) -> Ruleset:
    """The rules, options and severities a checked configuration asks for.

    ``layers`` are the settings of the languages and places that hold, the last wins; ``excused`` selects the rules
    that are not run on the file whatever else is said. What the caller gave wins over the layers.
    """
    given = config.given
    chosen = select(all_rules(), config.select, config.extend_select, (*config.ignore, *config.extend_ignore))
    profile, rules = config.profile, dashed(config.rules)
    glossary, phantoms = list(config.glossary), list(config.phantoms)
    if layers or excused:
        left = frozenset(rule.code for rule in chosen)
        for layer in layers:
            # Who asks for some rules only does not want others in some places.
            chooses = replace(layer, select=(), extend_select=()) if given.select else layer
            left = _selected(left, chooses)
            profile = layer.profile or profile
            rules = _joined(rules, dashed(layer.rules))
            glossary += layer.glossary
            phantoms += layer.phantoms
        left = _selected(left, replace(given, select=()))
        left = _selected(left, Settings(ignore=tuple(excused)))
        chosen = tuple(rule for rule in all_rules() if rule.code in left)
        profile = given.profile or profile
    rules = _with_words(rules, options_of(glossary, phantoms, "configuration"))
    options: dict[str, dict[str, Any]] = {}
    severities: dict[str, Severity] = {}
    for rule in all_rules():
        if rule.code in rules:
            values, severity = rule_settings(rule, rules[rule.code], "configuration")
            options[rule.code] = values
            if severity is not None:
                severities[rule.code] = severity
    codes = tuple(rule.code for rule in all_rules())
    others = {code: origin for code, (_, origin) in plugin_rules().items()}
    return Ruleset(chosen, load_named_profile(profile), options, severities, codes, others)
