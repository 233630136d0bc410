"""Configuration: found upwards, decoded strictly, with messages that say what is valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config import Config, GateLimits, ruleset
from auditor.config_file import find, load
from auditor.decoding import ConfigurationError
from auditor.model import Severity


def loaded(here: Path, text: str, name: str = "auditor.toml") -> Config:
    path = here / name
    path.write_text(text, encoding="utf-8")
    return load(path)


def refused(here: Path, text: str, name: str = "auditor.toml") -> str:
    with pytest.raises(ConfigurationError) as error:
        loaded(here, text, name)
    message = str(error.value)
    assert name in message
    assert "\n" not in message
    return message


def test_without_a_file_the_defaults_hold() -> None:
    assert load(None) == Config()
    assert load(None).gate == GateLimits(min_overall=80, max_errors=0)


FULL = """
profile = "netflix"
language = "ko-KR"
select = ["TIM", "RDG201"]
extend-select = ["FMT001"]
ignore = ["TIM104"]

[rules.TIM101]
severity = "warning"
tolerance-ms = 40

[gate]
min-overall = 75
min-fidelity = 85.5
max-errors = 3
max-per-rule = { TIM101 = 0 }
"""


def test_everything_that_can_be_configured(here: Path) -> None:
    config = loaded(here, FULL)
    assert (config.profile, config.language) == ("netflix", "ko-KR")
    assert (config.select, config.extend_select, config.ignore) == (("TIM", "RDG201"), ("FMT001",), ("TIM104",))
    assert config.gate.min_overall == 75.0
    assert config.gate.min_fidelity == 85.5
    assert config.gate.max_errors == 3
    assert config.gate.max_per_rule == {"TIM101": 0}
    rules = ruleset(config)
    codes = [rule.code for rule in rules.rules]
    assert "FMT001" in codes
    assert "RDG201" in codes
    assert "TIM104" not in codes
    assert "REP301" not in codes
    assert rules.profile.name == "netflix"
    assert rules.options["TIM101"] == {"tolerance_ms": 40}
    assert rules.severities == {"TIM101": Severity.WARNING}


def test_pyproject_holds_the_same_below_its_table(here: Path) -> None:
    nested = FULL.replace("[rules", "[tool.auditor.rules").replace("[gate]", "[tool.auditor.gate]")
    assert loaded(here, f"[tool.auditor]{nested}", "pyproject.toml") == loaded(here, FULL)


def test_underscores_are_dashes(here: Path) -> None:
    config = loaded(here, 'extend_select = ["TIM"]\n[gate]\nmin_overall = 70\n')
    assert (config.extend_select, config.gate.min_overall) == (("TIM",), 70)


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ('profil = "netflix"', "profil", "profile"),
        ('selct = ["TIM"]', "selct", "select"),
        ("[gate]\nmin-overal = 80", "min-overal", "min-overall"),
        ("[gate]\nmax-error = 1", "max-error", "max-errors"),
        ("[rules.TIM101]\ntolerance = 5", "tolerance", "tolerance-ms"),
        ('[rules.TIM101]\nseverty = "info"', "severty", "severity"),
        ('[rules.TIM101]\nseverity = "warn"', "warn", "warning"),
        ('profile = "netflx"', "netflx", "netflix"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_valid_one(here: Path, text: str, key: str, nearest: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        loaded(here, text)
    assert key in str(error.value)
    assert f"did you mean '{nearest}'?" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["[rules.TIM110]", "[gate]\nmax-per-rule = { TIM110 = 1 }"])
def test_an_unknown_rule_is_refused_with_one_of_its_family(here: Path, text: str) -> None:
    assert "unknown rule 'TIM110'; did you mean 'TIM10" in refused(here, text)


def test_a_name_near_nothing_is_answered_with_the_list(here: Path) -> None:
    message = refused(here, "qqqqqq = 1")
    assert all(key in message for key in ("profile", "extend-select", "gate", "rules"))


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("profile = 3", "profile", "a text"),
        ("language = true", "language", "a text"),
        ('select = "TIM"', "select", "a list of texts"),
        ("select = [1]", "select[0]", "a text"),
        pytest.param("gate = 80", "gate", "a table"),
        ("rules = 5", "rules", "a table"),
        ("[rules]\nTIM101 = 5", "rules.TIM101", "a table"),
        ('[rules.TIM101]\ntolerance-ms = "40"', "tolerance-ms", "a whole number"),
        ("[rules.TIM101]\ntolerance-ms = 4.5", "tolerance-ms", "a whole number"),
        ("[rules.TIM101]\ntolerance-ms = true", "tolerance-ms", "a whole number"),
        ('[rules.RDG201]\nreading-speed = "fast"', "reading-speed", "a number"),
        ("[rules.RDG201]\nreading-speed = true", "reading-speed", "a number"),
        ('[gate]\nmin-overall = "high"', "min-overall", "a number"),
        ("[gate]\nmin-overall = true", "min-overall", "a number"),
        ("[gate]\nmax-errors = 1.5", "max-errors", "a whole number"),
        ('[gate]\nmax-per-rule = ["REP301"]', "max-per-rule", "a table"),
        ('[gate]\nmax-per-rule = { REP301 = "no" }', "max-per-rule.REP301", "a whole number"),
    ],
)
def test_a_wrong_type_is_refused_with_its_place_and_the_right_one(
    here: Path, text: str, where: str, expected: str
) -> None:
    message = refused(here, text)
    assert where in message
    assert f"expected {expected}" in message


@pytest.mark.parametrize("text", ["tool = 5", "[tool]\nauditor = 5", '[tool]\nauditor = ["x"]'])
def test_a_pyproject_table_that_is_no_table_is_refused(here: Path, text: str) -> None:
    (here / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=r"pyproject\.toml.*expected a table"):
        load(find(str(here)) or here / "pyproject.toml")


@pytest.mark.parametrize("value", ["0", "-3", "nan", "inf"])
def test_a_limit_must_be_above_zero(here: Path, value: str) -> None:
    assert "reading-speed" in refused(here, f"[rules.RDG201]\nreading-speed = {value}")


@pytest.mark.parametrize(
    ("text", "named"),
    [('select = ["XYZ"]', "XYZ"), ('ignore = ["TIM1011"]', "TIM1011"), ('language = "Korean"', "Korean")],
)
def test_values_that_name_nothing_are_refused(here: Path, text: str, named: str) -> None:
    assert f"'{named}'" in refused(here, text)


def test_broken_toml_is_refused_with_its_place(here: Path) -> None:
    assert "line 2" in refused(here, 'language = "ko"\nprofile =\nselect = []\n')


def test_a_file_that_is_no_utf8_is_refused(here: Path) -> None:
    path = here / "auditor.toml"
    path.write_bytes('profile = "한글"'.encode("cp949"))
    with pytest.raises(ConfigurationError, match=r"auditor\.toml: not valid TOML"):
        load(path)


def test_the_nearest_file_upwards_is_taken(here: Path) -> None:
    deep = here / "course" / "week"
    deep.mkdir(parents=True)
    (here / "auditor.toml").write_text('profile = "bbc"')
    assert find(str(deep)) == str(here / "auditor.toml")
    (here / "course" / "pyproject.toml").write_text('[tool.auditor]\nprofile = "ted"')
    assert find(str(deep)) == str(here / "course" / "pyproject.toml")
    (deep / "auditor.toml").write_text('profile = "netflix"')
    assert find(str(deep)) == str(deep / "auditor.toml")


def test_a_pyproject_without_our_table_is_passed_over(here: Path) -> None:
    inner = here / "inner"
    inner.mkdir()
    (here / "auditor.toml").write_text("")
    (inner / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.ruff]\nline-length = 100\n')
    assert find(str(inner)) == str(here / "auditor.toml")


def test_our_own_file_comes_before_the_pyproject_beside_it(here: Path) -> None:
    (here / "auditor.toml").write_text('profile = "ted"')
    (here / "pyproject.toml").write_text('[tool.auditor]\nprofile = "bbc"')
    assert find(str(here)) == str(here / "auditor.toml")
