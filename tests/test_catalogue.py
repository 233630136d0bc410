"""The catalogue: rule table, a rule's page, profiles; complete, and printed from the rules themselves."""

from __future__ import annotations

import json

import pytest

from auditor import catalogue
from auditor.decoding import ConfigurationError
from auditor.model import Confidence, Severity
from auditor.profiles import load, names
from auditor.rule import documentation
from auditor.rules import RULES

CODES = [rule.code for rule in RULES]


def test_the_table_of_rules_holds_every_rule_once_in_order() -> None:
    rows = json.loads(catalogue.rules("json"))
    assert [row["code"] for row in rows] == CODES
    assert len(set(CODES)) == len(CODES)
    assert len({rule.name for rule in RULES}) == len(RULES)
    for row in rows:
        assert row["severity"] in list(Severity)
        assert row["confidence"] in list(Confidence)
        assert row["flags"].endswith(".")


def test_the_table_of_rules_reads_as_text_and_as_markdown() -> None:
    text = catalogue.rules("text").splitlines()
    assert [line.split()[0] for line in text] == ["code", *CODES]
    markdown = catalogue.rules("markdown").splitlines()
    assert [line.split("|")[1].strip() for line in markdown] == ["code", "---", *CODES]
    columns = markdown[0].replace("\\|", "").count("|")
    assert all(line.replace("\\|", "").count("|") == columns for line in markdown)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page_of_a_rule_says_what_why_and_how(rule) -> None:  # type: ignore[no-untyped-def]
    page = catalogue.explain(rule.code)
    assert page.startswith(f"# {rule.code} {rule.name}\n")
    assert documentation(rule).summary in page
    headings = [line.split(":")[0] for line in page.splitlines() if line.startswith("## ")]
    assert headings[0] == "## Why"
    assert "## Fails" in headings
    assert "## Passes" in headings
    assert headings[-1] == "## Limits"
    assert f"Severity {rule.severity.value}, confidence {rule.confidence.value}" in page


@pytest.mark.parametrize("name", ["TIM101", "tim101", "cue-overlap", "Cue-Overlap"])
def test_a_rule_is_found_by_code_or_name(name: str) -> None:
    assert catalogue.find(name).code == "TIM101"


@pytest.mark.parametrize(("name", "hint"), [("TIM011", "TIM101"), ("cue-overlaps", "cue-overlap")])
def test_an_unknown_rule_is_answered_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(ConfigurationError, match=f"unknown rule '{name}'; did you mean '{hint}'"):
        catalogue.find(name)


def test_profiles_are_listed_with_what_they_are_for() -> None:
    rows = json.loads(catalogue.profiles("json"))
    assert [row["name"] for row in rows] == list(names())
    assert all(row["title"] and row["description"] for row in rows)


@pytest.mark.parametrize("name", names())
def test_every_number_of_a_profile_is_shown_with_its_source(name: str) -> None:
    rows = json.loads(catalogue.profile(name, "json"))
    shown = {(row["language"], row["limit"]): row for row in rows}
    assert len(shown) == len(rows) > 0
    for tag in load(name).languages:
        for limit in load(name).limits(tag).values():
            row = shown[tag, limit.name]
            assert float(row["value"]) == limit.value
            assert (row["unit"], row["source"], row["verified"], row["url"]) == (
                limit.unit,
                limit.source,
                limit.verified,
                limit.url,
            )


def test_the_numbers_for_any_language_are_shown_too() -> None:
    rows = json.loads(catalogue.profile("default", "json"))
    assert {"reading_speed", "hole"} <= {row["limit"] for row in rows if row["language"] == "*"}


def test_an_unknown_profile_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="netflix"):
        catalogue.profile("netflx", "text")
