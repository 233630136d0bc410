from __future__ import annotations

import json
import os
from typing import Any

import jsonschema
from msgspec.structs import replace

from auditor.model import Audit, Confidence, Severity
from auditor.reports import gitlab
from tests.reports import audit_examples as examples
from tests.reports.many_findings import many

# As in GitLab's documentation of the report format.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def issues_of(audit: Audit) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(gitlab.render(audit).decode("utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(issues)
    return issues


def test_an_issue_says_what_and_where() -> None:
    issue = next(issue for issue in issues_of(examples.lectures()) if issue["check_name"] == "REP301")
    assert issue["description"] == (
        "REP301 looped-phrase: cue 2: said again and again: “Put it up Put it up Put it up”"
    )
    assert issue["location"] == {"path": "course/ko/01.vtt", "lines": {"begin": 7, "end": 7}}


def test_severity_also_tells_how_sure_the_rule_is() -> None:
    likely = examples.finding(None)
    found = (
        likely,
        replace(likely, confidence=Confidence.CERTAIN),
        replace(likely, severity=Severity.WARNING),
        replace(likely, severity=Severity.INFO),
    )
    readable = examples.file_audit("a.vtt", None, found)
    unreadable = replace(examples.file_audit("b.vtt", None, (likely,)), format="unknown")
    severities = [issue["severity"] for issue in issues_of(examples.audit(readable, unreadable))]
    assert severities == ["major", "critical", "minor", "info", "blocker"]


def test_fingerprints_are_unique_even_for_equal_findings_of_equal_files() -> None:
    twice = (examples.finding(None), examples.finding(None))
    audit = examples.audit(examples.file_audit("a.vtt", None, twice), examples.file_audit("b.vtt", None, twice))
    assert len({issue["fingerprint"] for issue in issues_of(audit)}) == 4


def test_a_fingerprint_does_not_depend_on_the_other_files() -> None:
    one = examples.file_audit("b.vtt", None, (examples.finding(None),))
    alone = issues_of(examples.audit(one))
    together = issues_of(examples.audit(examples.file_audit("a.vtt", None, (examples.finding(None),)), one))
    assert together[1:] == alone


def test_paths_are_relative_to_the_repository() -> None:
    for path in ("./course/a.vtt", os.path.join(os.getcwd(), "course", "a.vtt")):
        (issue,) = issues_of(examples.audit(examples.file_audit(path, None, (examples.finding(None),))))
        assert issue["location"]["path"] == "course/a.vtt"


def test_a_clean_run_is_an_empty_array_without_byte_order_mark() -> None:
    assert gitlab.render(examples.audit(examples.file_audit("a.vtt", None))) == b"[]\n"


def test_thirty_thousand_findings_are_all_listed_and_told_apart() -> None:
    issues = json.loads(gitlab.render(many(30_000)))
    assert len({issue["fingerprint"] for issue in issues}) == 30_000


def test_hostile_text_is_only_text() -> None:
    (issue,) = issues_of(examples.hostile())
    assert "\n" not in issue["description"]
    assert "\\u202e" in issue["description"]
