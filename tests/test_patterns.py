from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

import auditor.facts
import auditor.parse
import auditor.rules
from auditor import patterns
from auditor.patterns import lazy_pattern


def lazy_patterns() -> Iterator[tuple[str, patterns._Pattern]]:
    """Every pattern that stands in a module of ours, alone or in a table."""

    def inside(value: object) -> Iterator[patterns._Pattern]:
        if isinstance(value, patterns._Pattern):
            yield value
        elif isinstance(value, dict):
            yield from inside(tuple(value.values()))
        elif isinstance(value, tuple | list):
            for item in value:
                yield from inside(item)

    for package in (auditor.parse, auditor.facts, auditor.rules):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for name, value in vars(import_module(module.name)).items():
                yield from ((f"{module.name}.{name}", pattern) for pattern in inside(value))


def test_every_pattern_compiles() -> None:
    found = list(lazy_patterns())
    assert len(found) > 50
    for name, pattern in found:
        assert pattern.flags, name  # the flags are known to compiled patterns only


def test_a_lazy_pattern_does_what_a_compiled_one_does() -> None:
    lazy, compiled = lazy_pattern(r"(?P<word>\w+)", re.ASCII), re.compile(r"(?P<word>\w+)", re.ASCII)
    for text in ("", "one two", "가나 da"):
        assert [match.groupdict() for match in lazy.finditer(text)] == [m.groupdict() for m in compiled.finditer(text)]
        assert lazy.findall(text) == compiled.findall(text)
        assert lazy.sub("x", text) == compiled.sub("x", text)
        assert lazy.split(text) == compiled.split(text)
    assert (lazy.pattern, lazy.flags, lazy.groups) == (compiled.pattern, compiled.flags, compiled.groups)


def test_nothing_is_compiled_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    compiling = re.compile

    def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
        asked.append(source)
        return compiling(source, flags)

    monkeypatch.setattr(re, "compile", compiled)
    pattern = lazy_pattern("a+")
    assert asked == []
    assert pattern.match("aa")
    assert pattern.search("baa")
    assert asked == ["a+"]


def test_a_fault_in_a_pattern_is_raised_where_it_is_used() -> None:
    with pytest.raises(re.error):
        lazy_pattern("(").match("")
