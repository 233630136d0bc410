"""The schema shipped for editors and the decoder judge the same configurations alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import config_schema
from auditor.config import Config, GateLimits, PathSettings, Settings, check
from auditor.config_file import ConfigFile
from auditor.decoding import ConfigurationError, decode, keys
from auditor.rules import RULES

SHIPPED = Path(config_schema.__file__).with_name(config_schema.FILE_NAME)
SCHEMA = json.loads(SHIPPED.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def taken(table: dict[str, Any]) -> bool:
    """Whether the decoder takes a table, as the loader asks it."""
    try:
        check(decode(ConfigFile, table, "test"), "test")
    except ConfigurationError:
        return False
    return True


def test_the_schema_shipped_is_the_one_made_from_the_decoder() -> None:
    made = config_schema.text()
    assert SHIPPED.read_text(encoding="utf-8") == made, "run: auditor config --schema, see CONTRIBUTING.md"


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (ConfigFile, SCHEMA),
        (Settings, SCHEMA["definitions"]["settings"]),
        (PathSettings, SCHEMA["definitions"]["path-settings"]),
        (GateLimits, SCHEMA["definitions"]["gate"]),
    ],
)
def test_every_key_of_the_decoder_is_in_it_with_a_sentence(kind: type, table: dict[str, Any]) -> None:
    assert set(table["properties"]) == set(keys(kind))
    assert all(entry["description"] for entry in table["properties"].values())


def test_every_rule_and_option_is_in_it() -> None:
    rules = SCHEMA["definitions"]["rules"]["properties"]
    assert set(rules) == {rule.code for rule in RULES}
    for rule in RULES:
        assert set(rules[rule.code]["properties"]) == {"severity", *keys(type(rule.options))}


GOOD: list[dict[str, Any]] = [
    {},
    {"profile": "netflix", "language": " ko_kr ", "cache": False, "baseline": "known.json", "extend": "x.toml"},
    {"select": ["ALL"], "extend_select": ["R", "TIM10"], "ignore": [], "extend-ignore": ["FMT006"]},
    {"gate": {"min-overall": 0, "min_fidelity": 99.5, "max-errors": 3.0, "max-per-rule": {"REP301": 0}}},
    {"rules": {"TIM101": {"tolerance-ms": 5, "severity": "info"}, "RDG201": {"reading_speed": 12}}},
    {"rules": {"TXT607": {"terms": {"a": "b"}}, "PHR501": {"suspects": ["x"]}}},
    {"languages": {"ko": {"profile": "bbc", "rules": {"REP303": {"similarity": 1}}}, "zh-Hans": {}}},
    {"paths": [{"match": "kids/**"}, {"match": ["a", "!b"], "select": ["FMT"], "ignore": ["TIM"]}]},
    {"per-file-ignores": {"kids/**": ["TIM"], "*.srt": []}},
]
BAD: list[dict[str, Any]] = [
    {"profil": "bbc"},
    {"profile": "bcc"},
    {"profile": 3},
    {"language": "Korean"},
    {"language": "xx"},
    {"cache": "yes"},
    {"extend": ["x.toml"]},
    {"select": "TIM"},
    {"select": [""]},
    {"ignore": ["TIM9"]},
    {"ignore": ["tim"]},
    {"gate": {"min-overall": 101}},
    {"gate": {"min_overall": -1}},
    {"gate": {"max-errors": 1.5}},
    {"gate": {"max-errors": True}},
    {"gate": {"max-errors": -1}},
    {"gate": {"max-per-rule": {"REP999": 0}}},
    {"gate": {"max-per-rule": {"REP301": -1}}},
    {"gate": 80},
    {"rules": {"TIM110": {}}},
    {"rules": {"TIM101": {"tolerance": 4}}},
    {"rules": {"TIM101": {"severity": "warn"}}},
    {"rules": {"RDG201": {"reading-speed": 0}}},
    {"rules": {"RDG201": {"reading-speed": True}}},
    {"rules": {"TXT607": {"terms": {"a": 1}}}},
    {"languages": {"xx": {}}},
    {"languages": {"ko": {"gate": {}}}},
    {"languages": {"ko": {"match": "x"}}},
    {"paths": {"match": "x"}},
    {"paths": [{}]},
    {"paths": [{"match": []}]},
    {"paths": [{"match": "!"}]},
    {"per-file-ignores": {"x": "TIM"}},
    {"per-file-ignores": {"": ["TIM"]}},
    {"per-file-ignores": {"x": ["XYZ"]}},
    {"given": {}},
]


@pytest.mark.parametrize("table", GOOD)
def test_good_configurations_are_good_to_both(table: dict[str, Any]) -> None:
    assert taken(table)
    VALIDATOR.validate(table)


@pytest.mark.parametrize("table", BAD)
def test_bad_configurations_are_bad_to_both(table: dict[str, Any]) -> None:
    assert not taken(table)
    assert not VALIDATOR.is_valid(table)


_TEXTS = st.sampled_from(["ko", "zh-Hans", "xx", "TIM", "REP301", "REP9", "ALL", "", "netflix", "info", "kids/**", "!"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 200) | st.floats(-2, 200, allow_nan=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXTS, inner, max_size=2),
    max_leaves=4,
).filter(lambda value: value is not None)
_OPTIONS = st.sampled_from(
    ["severity", *sorted({key for rule in RULES for key in keys(type(rule.options))}), "tolerance_ms", "limit-x"]
)
_RULES = st.dictionaries(
    st.sampled_from([*(rule.code for rule in RULES), "TIM199"]),
    st.dictionaries(_OPTIONS, _VALUES, max_size=2),
    max_size=2,
)


def _tables(kind: type, **inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = [key for key in keys(kind) if key not in ("glossary", "phantoms", "extend")]
    spelled = st.sampled_from([*names, *(name.replace("-", "_") for name in names), "profil"])
    entries = st.one_of(
        spelled.flatmap(lambda name: st.tuples(st.just(name), inner.get(name, _VALUES) | _VALUES)),
        st.sampled_from(names).flatmap(lambda name: st.tuples(st.just(name), inner.get(name, _VALUES))),
    )
    # Twice the same key in two spellings is more than a schema can refuse.
    return st.lists(entries, max_size=3, unique_by=lambda entry: entry[0].replace("_", "-")).map(dict)


_SELECTORS = st.lists(_TEXTS, max_size=2)
_LISTS = dict.fromkeys(("select", "extend-select", "ignore", "extend-ignore"), _SELECTORS)
_SETTINGS = _tables(Settings, rules=_RULES, profile=_TEXTS, **_LISTS)
_PLACES = _tables(PathSettings, match=_TEXTS | _SELECTORS, rules=_RULES, **_LISTS)


@given(
    _tables(
        Config,
        rules=_RULES,
        gate=_tables(GateLimits),
        languages=st.dictionaries(_TEXTS, _SETTINGS, max_size=2),
        paths=st.lists(_PLACES, max_size=2),
        **{"per-file-ignores": st.dictionaries(_TEXTS, _SELECTORS, max_size=2)},
        **_LISTS,
    )
)
def test_whatever_is_written_both_judge_alike(table: dict[str, Any]) -> None:
    assert taken(table) is VALIDATOR.is_valid(table), [error.message for error in VALIDATOR.iter_errors(table)]
