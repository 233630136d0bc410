from __future__ import annotations

import pytest

from auditor.model import Source
from auditor.rule import AnyRule, Example, documentation
from auditor.rules import RULES
from tests.rules.case_files import audit_alone

FAILS = [(rule, example) for rule in RULES for example in documentation(rule).fails]
PASSES = [(rule, example) for rule in RULES for example in documentation(rule).passes]


def example_id(value: AnyRule | Example) -> str:
    return value.name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_it_flags_why_and_where_it_ends(rule: AnyRule) -> None:
    told = documentation(rule)
    assert told.summary.endswith(".")
    assert [title for title, _ in told.sections[:2]] == ["Why", "Fix"]
    assert {title for title, _ in told.sections} == {"Why", "Fix", "Fails", "Passes", "Limits"}
    assert all(body.strip() for _, body in told.sections)
    assert told.fails
    assert told.passes


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_in_a_few_sentences_how_to_mend_the_fault(rule: AnyRule) -> None:
    fix = documentation(rule).section("Fix")
    assert 0 < len(fix) < 500
    assert fix.endswith(".")
    assert "\n\n" not in fix


def test_a_section_that_a_rule_does_not_have_is_empty() -> None:
    assert documentation(RULES[0]).section("Recipe") == ""


@pytest.mark.parametrize(("rule", "example"), FAILS, ids=example_id)
def test_a_failing_example_fails(rule: AnyRule, example: Example) -> None:
    document, audit = audit_alone(rule, Source(example.name, example.data))
    assert not audit.not_verified
    assert audit.findings, f"{rule.code} finds nothing in:\n{example.text}"
    assert {finding.rule for finding in audit.findings} == {rule.code}
    assert {finding.cue for finding in audit.findings} <= {None, *(cue.index for cue in document.cues)}


@pytest.mark.parametrize(("rule", "example"), PASSES, ids=example_id)
def test_a_passing_example_passes(rule: AnyRule, example: Example) -> None:
    document, audit = audit_alone(rule, Source(example.name, example.data))
    assert not audit.not_verified
    assert document.cues, f"the example holds no cue:\n{example.text}"
    assert not audit.findings, "\n".join(f"{finding.message}: {finding.text}" for finding in audit.findings)
