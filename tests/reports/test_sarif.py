from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import auditor
from auditor.model import Audit, Severity, Span
from auditor.reports import sarif
from auditor.rules import RULES
from auditor.warning import AuditWarning
from tests.reports import audit_examples as examples
from tests.reports.many_findings import many

SCHEMAS = Path(__file__).parent / "schema"
USED = json.loads((SCHEMAS / "sarif-2.1.0-used.json").read_text(encoding="utf-8"))
STANDARD = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))


def validate(log: Any) -> None:
    """Hold a log against the schema of the standard, and against what GitHub asks for beyond it."""
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    jsonschema.Draft4Validator(STANDARD, format_checker=checker).validate(log)
    jsonschema.Draft7Validator(USED).validate(log)


def log_of(audit: Audit) -> Any:
    log = json.loads(sarif.render(audit))
    validate(log)
    return log


def run_of(audit: Audit) -> Any:
    return log_of(audit)["runs"][0]


def location_of(path: str, span: Span | None = None) -> Any:
    found = examples.finding(None, span=span)
    (result,) = run_of(examples.audit(examples.file_audit(path, None, (found,))))["results"]
    return result["locations"][0]["physicalLocation"]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def test_every_finding_is_a_result_with_four_region_fields() -> None:
    results = run_of(examples.lectures())["results"]
    loop = next(result for result in results if result["ruleId"] == "REP301")
    assert len(results) == 5
    assert loop["level"] == "error"
    assert loop["message"]["text"] == "cue 2: said again and again: “Put it up Put it up Put it up”"
    physical = loop["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "course/ko/01.vtt", "uriBaseId": "%SRCROOT%"}
    # The emoji before the loop counts as one column: code points, as columnKind says.
    assert physical["region"] == {"startLine": 7, "startColumn": 7, "endLine": 7, "endColumn": 36}
    assert run_of(examples.lectures())["columnKind"] == "unicodeCodePoints"


def test_a_finding_on_the_whole_file_points_at_its_first_line() -> None:
    assert location_of("a.vtt", Span(0, 0, 0, 0))["region"] == {
        "startLine": 1,
        "startColumn": 1,
        "endLine": 1,
        "endColumn": 1,
    }


def test_levels_follow_severity() -> None:
    levels = {result["ruleId"]: result["level"] for result in run_of(examples.lectures())["results"]}
    assert levels == {"FMT006": "warning", "REP301": "error", "TIM101": "warning", "KOR703": "note"}


def test_every_rule_is_described_even_when_it_found_nothing() -> None:
    rules = {rule["id"]: rule for rule in run_of(examples.audit())["tool"]["driver"]["rules"]}
    assert set(rules) == {rule.code for rule in RULES}
    overlap = rules["TIM101"]
    assert overlap["shortDescription"]["text"] == "A cue starts before an earlier cue has ended."
    assert "Players stack overlapping cues" in overlap["fullDescription"]["text"]
    assert "## Fix\nEnd the earlier cue where the later one starts" in overlap["help"]["markdown"]
    assert "## Fails" in overlap["help"]["markdown"]
    assert overlap["properties"] == {"precision": "very-high", "problem.severity": "error", "tags": ["timing"]}
    assert rules["REP301"]["properties"]["precision"] == "high"


def test_results_point_at_their_rule_by_index_also_for_a_rule_of_a_plug_in() -> None:
    run = run_of(examples.hostile())
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["XYZ999"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("강의 1/a#b?.vtt", "%EA%B0%95%EC%9D%98%201/a%23b%3F.vtt"),
        ("100%:x.vtt", "100%25%3Ax.vtt"),
        ("./a/../b.vtt", "b.vtt"),
        ("caf\udce9.vtt", "caf%E9.vtt"),
    ],
)
def test_paths_become_relative_percent_encoded_uris(path: str, uri: str) -> None:
    assert location_of(path)["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_absolute_paths_below_the_working_directory_become_relative() -> None:
    path = os.path.join(os.getcwd(), "course", "a.vtt").replace(os.sep, "/")
    assert location_of(path)["artifactLocation"]["uri"] == "course/a.vtt"


def test_paths_outside_the_working_directory_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert location_of("../other/a b.vtt")["artifactLocation"] == {
        "uri": f"{tmp_path.as_uri()}/other/a%20b.vtt",
    }


def test_standard_input_is_named_but_no_repository_file() -> None:
    artifact = location_of("<stdin>")["artifactLocation"]
    assert artifact["uri"] == "%3Cstdin%3E"
    assert "uriBaseId" not in artifact
    assert artifact["description"]["text"]


def test_equal_findings_of_one_file_get_different_fingerprints_that_other_files_do_not_change() -> None:
    twice = (examples.finding(None), examples.finding(None))
    first = examples.file_audit("a.vtt", None, twice)
    second = examples.file_audit("b.vtt", None, twice)

    def hashes(*files: Any) -> list[str]:
        results = run_of(examples.audit(*files))["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    assert hashes(second) == ["REP301-0:1", "REP301-0:2"]
    assert hashes(first, second)[2:] == hashes(second)


def test_the_category_of_the_upload_does_not_change_from_run_to_run() -> None:
    assert run_of(examples.lectures())["automationDetails"]["id"] == "transcript-auditor/"


def test_hostile_text_places_no_link_and_leaves_no_empty_string() -> None:
    text = "[click](https://example.com) \ud800 \u202e"
    cue = examples.cue(1, text)
    found = examples.finding(cue, text, message="")
    log = log_of(examples.audit(examples.file_audit("a.vtt", None, (found,)), version=""))
    (result,) = log["runs"][0]["results"]
    assert "](" not in result["message"]["text"]
    assert "\\u202e" in result["message"]["text"]
    assert all(strings(log))


def test_the_schema_of_the_standard_is_one_that_refuses() -> None:
    log = log_of(examples.lectures())
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError, match="fatal"):
        validate(log)


def test_a_log_of_the_samples_validates_and_keeps_within_what_github_takes() -> None:
    log = log_of(auditor.audit(Path(__file__).parents[1] / "samples"))
    (run,) = log["runs"]
    assert run["results"]
    assert all(len(result["locations"]) == 1 for result in run["results"])
    for rule in run["tool"]["driver"]["rules"]:
        assert len(rule["properties"]["tags"]) <= 10, "GitHub shows ten"
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]


def test_beyond_the_limit_the_least_severe_findings_are_left_out_and_counted() -> None:
    with pytest.warns(AuditWarning, match="SARIF report: 5,000 findings of 30,000 are not listed"):
        run = json.loads(sarif.render(many(30_000)))["runs"][0]
    assert len(run["results"]) == 25_000
    levels = [result["level"] for result in run["results"]]
    assert levels.count("error") == 10_000
    assert levels.count("warning") == 10_000
    assert levels.count("note") == 5_000
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert "5,000 findings of 30,000 are not listed (5,000 infos)" in notification["message"]["text"]
    assert run["properties"]["findings_not_listed"] == 5_000


def test_a_log_that_compresses_to_too_much_drops_findings_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_COMPRESSED_BYTES", 80_000)
    with pytest.warns(AuditWarning, match="not listed"):
        data = sarif.render(many(6_000))
    run = json.loads(data)["runs"][0]
    assert len(gzip.compress(data)) <= 80_000
    assert 0 < len(run["results"]) < 6_000
    levels = [result["level"] for result in run["results"]]
    assert levels.count("error") == 2_000
    assert "note" not in levels
    assert run["properties"]["findings_not_listed"] == 6_000 - len(run["results"])


def test_nothing_is_said_to_be_missing_when_nothing_is() -> None:
    assert run_of(examples.lectures())["invocations"] == [{"executionSuccessful": True}]


def test_severity_overrides_the_level_of_the_rule() -> None:
    milder = examples.finding(None, severity=Severity.INFO)
    (result,) = run_of(examples.audit(examples.file_audit("a.vtt", None, (milder,))))["results"]
    assert result["level"] == "note"
