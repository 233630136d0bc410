"""Which rules, limits and options hold for a file: chosen by its path and the language it was found to be in."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from msgspec import Struct, field

from auditor.config import Config, PathSettings, Settings, known_language, ruleset
from auditor.digest import blake2b
from auditor.engine import Ruleset
from auditor.path_patterns import Patterns
from auditor.profiles import Profile
from auditor.word_files import options_of

if TYPE_CHECKING:
    from pathlib import Path


class Matched(Struct, frozen=True):
    """What of a configuration holds for a file besides what holds for all.

    ``languages`` are tags, ``paths`` indices of ``Config.paths``, ``excused`` patterns of ``per_file_ignores``.
    """

    languages: tuple[str, ...] = ()
    paths: tuple[int, ...] = ()
    excused: tuple[str, ...] = ()


_digest = partial(blake2b, digest_size=20)


def described(rules: Ruleset) -> bytes:
    """A digest of everything in a ruleset that can change a finding."""
    state = _digest()
    profile = rules.profile
    limits = [profile.limits(tag) for tag in (None, *profile.languages)]
    state.update(repr((profile, limits)).encode("utf-8", "surrogatepass"))
    for rule in rules.rules:
        options = sorted(rules.options.get(rule.code, {}).items())
        severity = rules.severities.get(rule.code)
        of = rules.plugins.get(rule.code)  # name and version of another distribution
        state.update(b"\0" + repr((rule.code, rule.module, of, options, severity)).encode("utf-8", "surrogatepass"))
    # Our own sources are hashed once for all.
    for module in sorted({rule.module for rule in rules.rules if not rule.module.startswith("auditor.")}):
        for path in _sources(module):
            state.update(_digest(path.read_bytes()).digest())
    return state.digest()


def _sources(module: str) -> list[Path]:
    """The sources of a module of another distribution: those of the package it is in, or its own file."""
    from pathlib import Path

    package = module.rpartition(".")[0]
    spec = find_spec(package or module)
    if spec is None:
        return []
    if not package:
        return [Path(spec.origin)] if spec.origin else []
    folders = spec.submodule_search_locations or ()
    return sorted(path for folder in folders for path in Path(folder).rglob("*.py"))


class Rulesets(Struct, frozen=True):
    """The rulesets of a configuration with settings of languages or places, made when a file first asks for one.

    Patterns are bound to the working directory at making. Picklable.
    """

    config: Config
    languages: tuple[tuple[str, Settings], ...]
    paths: tuple[tuple[Patterns, PathSettings], ...]
    excused: tuple[tuple[str, Patterns, tuple[str, ...]], ...]
    _made: dict[Matched, Ruleset] = field(default_factory=dict)
    _described: dict[Matched, bytes] = field(default_factory=dict)

    @property
    def profile(self) -> Profile:
        """The profile of files of which nothing more particular is said."""
        return self._ruleset(Matched()).profile

    def matched(self, path: str, language: str | None) -> Matched:
        """Which settings hold for a file, the most particular last."""
        subtags = (language or "").split("-")
        tags = {"-".join(subtags[: at + 1]) for at in range(len(subtags))}
        return Matched(
            tuple(tag for tag, _ in self.languages if tag in tags),
            tuple(at for at, (patterns, _) in enumerate(self.paths) if patterns.match(path)),
            tuple(text for text, patterns, _ in self.excused if patterns.match(path)),
        )

    def of(self, path: str, language: str | None) -> Ruleset:
        """The rules for a file of a path (as reported) and a language (its tag, ``None`` when nobody knows)."""
        return self._ruleset(self.matched(path, language))

    def _ruleset(self, matched: Matched) -> Ruleset:
        if matched not in self._made:
            by_tag = dict(self.languages)
            layers = [*(by_tag[tag] for tag in matched.languages), *(self.paths[at][1] for at in matched.paths)]
            excused = [code for text, _, codes in self.excused if text in matched.excused for code in codes]
            self._made[matched] = ruleset(self.config, layers, excused)
        return self._made[matched]

    def described(self, path: str) -> bytes:
        """A digest of the rulesets a file may get, whatever language its content turns out to be in."""
        here = self.matched(path, None)
        if here not in self._described:
            state = _digest()
            for tag in (None, *(tag for tag, _ in self.languages)):
                state.update(repr(tag).encode() + described(self.of(path, tag)))
            self._described[here] = state.digest()
        return self._described[here]

    def all_described(self) -> bytes:
        """A digest of what the configuration brings in from elsewhere for any file: plug-ins, and words from files."""
        of_files = (*(settings for _, settings in self.languages), *(entry for _, entry in self.paths))
        layers: tuple[Config | Settings, ...] = (self.config, *of_files)
        words = [options_of(layer.glossary, layer.phantoms, "configuration") for layer in layers]
        return described(self._ruleset(Matched())) + _digest(repr(words).encode("utf-8", "surrogatepass")).digest()


def rulesets(config: Config) -> Ruleset | Rulesets:
    """The rules a checked configuration asks for: one set, or a choice of them by file where it says so."""
    if not (config.languages or config.paths or config.per_file_ignores):
        return ruleset(config)
    tags = [(known_language(tag, "configuration"), settings) for tag, settings in config.languages.items()]
    return Rulesets(
        config,
        # "zh-Hans" says more than "zh", and so comes after it.
        tuple(sorted(tags, key=lambda entry: (entry[0].count("-"), entry[0]))),
        tuple((Patterns(entry.patterns), entry) for entry in config.paths),
        tuple((text, Patterns((text,)), tuple(codes)) for text, codes in config.per_file_ignores.items()),
    )
