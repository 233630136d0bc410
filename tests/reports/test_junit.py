from __future__ import annotations

from xml.etree import ElementTree

from msgspec.structs import replace

from auditor.model import Audit, NotVerified, Severity
from auditor.reports import junit
from tests.reports import audit_examples as examples
from tests.reports.many_findings import many


def root_of(audit: Audit) -> ElementTree.Element:
    return ElementTree.fromstring(junit.render(audit))


def suite_of(audit: Audit, name: str) -> ElementTree.Element:
    (suite,) = [suite for suite in root_of(audit) if suite.get("name") == name]
    return suite


def outcomes(suite: ElementTree.Element) -> dict[str | None, str]:
    """Test name to ``failure``, ``skipped`` or ``passed``, as a viewer shows it."""
    return {
        test.get("name"): next((child.tag for child in test if child.tag in ("failure", "skipped")), "passed")
        for test in suite.iter("testcase")
    }


def test_errors_fail_warnings_pass_and_missing_evidence_is_skipped() -> None:
    assert outcomes(suite_of(examples.lectures(), "course/ko/01.vtt")) == {
        "FMT006 extension-mismatch": "passed",
        "KOR703 wrong-spacing": "passed",
        "REP301 looped-phrase": "failure",
        "TIM101 cue-overlap": "passed",
        "not verified": "skipped",
    }


def test_a_clean_file_is_a_passed_test() -> None:
    assert outcomes(suite_of(examples.lectures(), "course/en/02.vtt")) == {"no errors": "passed"}


def test_totals_count_the_tests_of_each_file_and_of_the_run() -> None:
    root = root_of(examples.lectures())
    counted = [(suite.get("tests"), suite.get("failures"), suite.get("skipped")) for suite in [root, *root]]
    assert counted == [("7", "2", "1"), ("5", "1", "1"), ("1", "0", "0"), ("1", "1", "0")]


def test_a_failure_lists_its_findings_with_their_places() -> None:
    suite = suite_of(examples.lectures(), "course/ko/01.vtt")
    failure = next(suite.iter("failure"))
    assert failure.get("type") == "REP301"
    assert failure.get("message") == "cue 2: said again and again: “Put it up Put it up Put it up”"
    assert failure.text == ("course/ko/01.vtt:7:7: error: cue 2: said again and again: “Put it up Put it up Put it up”")


def test_warnings_are_the_output_of_their_test() -> None:
    suite = suite_of(examples.lectures(), "course/ko/01.vtt")
    (test,) = [test for test in suite.iter("testcase") if test.get("name") == "TIM101 cue-overlap"]
    assert test.findtext("system-out") == "course/ko/01.vtt:9:1: warning: cue 3: starts 200 ms before cue 2 has ended"


def test_a_rule_with_errors_and_warnings_fails_with_the_errors_and_prints_the_warnings() -> None:
    error = examples.finding(examples.cue(1, "a"))
    mixed = (replace(error, severity=Severity.WARNING), error, error)
    (suite,) = root_of(examples.audit(examples.file_audit("a.vtt", None, mixed)))
    failure = next(suite.iter("failure"))
    assert failure.get("message") == "cue 1: said again and again (and 1 more)"
    assert (failure.text or "").count("error:") == 2
    assert (suite.findtext("testcase/system-out") or "").count("warning:") == 1


def test_scores_are_properties_of_the_suite() -> None:
    suite = suite_of(examples.lectures(), "course/ko/01.vtt")
    properties = {entry.get("name"): entry.get("value") for entry in suite.iter("property")}
    assert properties == {
        "score-overall": "61.5",
        "score-fidelity": "61.5",
        "score-timing": "100.0",
        "score-readability": "100.0",
        "score-format": "100.0",
        "meaning": "re-transcribe",
        "language": "ko",
        "format": "webvtt",
        "cues": "30",
    }


def test_test_names_are_unique_and_do_not_change_when_findings_move() -> None:
    here, later = (examples.finding(examples.cue(number, "a")) for number in (1, 9))

    def names(*found: object) -> list[tuple[str | None, str | None]]:
        audit = examples.audit(examples.file_audit("a.vtt", None, tuple(found)))  # type: ignore[arg-type]
        return [(test.get("classname"), test.get("name")) for test in root_of(audit).iter("testcase")]

    assert names(here, later) == names(later) == [("a.vtt", "REP301 looped-phrase")]


def test_characters_xml_cannot_hold_are_written_as_escapes() -> None:
    text = "a\x00b\x0bc\ud800d\uffffe"
    cue = examples.cue(1, text)
    found = replace(examples.finding(cue, text), message=text, name=text)
    file = examples.file_audit(f"{text}.vtt", None, (found,), not_verified=(NotVerified(text, text),))
    (suite,) = root_of(examples.audit(file))
    assert suite.get("name") == "a\\u0000b c\\ud800d\\uffffe.vtt"
    assert "a\\u0000b c\\ud800d\\uffffe" in (suite.findtext("testcase/failure") or "")


def test_hostile_text_is_only_text() -> None:
    root = root_of(examples.hostile())
    assert {element.tag for element in root.iter()} == {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "skipped",
    }
    assert "<script>" in (root.findtext(".//failure") or "")


def test_a_rule_that_fails_everywhere_lists_a_hundred_places_and_counts_the_others() -> None:
    root = root_of(many(30_000))
    assert root.get("tests") == root.get("failures") == "50"
    lines = (root.findtext(".//failure") or "").split("\n")
    assert len(lines) == 101
    assert lines[-1] == "and 100 more"
