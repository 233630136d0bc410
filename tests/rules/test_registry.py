from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import auditor.rules
from auditor.rule import AnyRule, Family, NoOptions
from auditor.rules import RULES

ROOT = Path(__file__).parents[2]
CODES = {
    Family.FORMAT: ("FMT", "format"),
    Family.TIMING: ("TIM", "timing"),
    Family.READING: ("RDG", "reading"),
    Family.REPETITION: ("REP", "repetition"),
    Family.MIXED_LANGUAGE: ("MIX", "mixed"),
    Family.PHANTOM: ("PHR", "phantom"),
    Family.TEXT: ("TXT", "text"),
    Family.KOREAN: ("KOR", "korean"),
    Family.REFERENCE: ("REF", "reference"),
    Family.RECOGNISER: ("ASR", "recogniser"),
}
ORDER = [code for code, _ in CODES.values()]


def code_id(rule: AnyRule) -> str:
    return rule.code


def test_every_module_on_disk_is_in_the_table() -> None:
    folder = Path(auditor.rules.__file__).parent
    on_disk = {f"auditor.rules.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"}
    assert [rule.module for rule in RULES if rule.module not in on_disk] == []
    assert on_disk == {rule.module for rule in RULES}


def test_the_table_is_in_code_order() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(codes, key=lambda code: (ORDER.index(code[:3]), code))


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=code_id)
def test_code_module_and_name_follow_from_the_family(rule: AnyRule) -> None:
    letters, prefix = CODES[rule.family]
    assert re.fullmatch(rf"{letters}\d{{3}}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    # A module may leave off the end of a long name: reading_too_fast holds too-fast-to-read.
    module = rule.module.rpartition(".")[2]
    name = rule.name.replace("-", "_")  # a rule may be named after its family: phantom-phrase
    assert f"{prefix}_{name}".startswith(module) or name.startswith(module)
    assert len(module) > len(prefix) + 1


@pytest.mark.parametrize("rule", RULES, ids=code_id)
def test_options_are_frozen_and_have_defaults(rule: AnyRule) -> None:
    options = type(rule.options)
    assert options is NoOptions or options.__module__ == rule.module
    assert rule.options == options()
    for name in options.__struct_fields__:
        with pytest.raises(AttributeError, match="immutable"):
            setattr(rule.options, name, getattr(rule.options, name))


@pytest.mark.parametrize("rule", RULES, ids=code_id)
def test_every_option_is_documented(rule: AnyRule) -> None:
    options = type(rule.options)
    told = inspect.getdoc(options) or ""
    missing = [name for name in options.__struct_fields__ if f"``{name}``" not in told]
    assert missing == []


def test_a_rule_module_never_imports_another() -> None:
    for rule in RULES:
        tree = ast.parse(Path(inspect.getfile(rule.check)).read_text(encoding="utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        assert not {name for name in imported if name.startswith("auditor.rules")}, rule.module


@pytest.mark.parametrize("package", ["rules", "reports"])
def test_the_folders_cannot_be_imported_by_their_bare_names(package: str) -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {package}"
    run = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert f"write `import auditor.{package}`" in run.stderr
