from __future__ import annotations

from typing import Any

import pytest

from auditor.comparison import compare, worse


def scores(overall: float) -> dict[str, float]:
    return {"overall": overall, "fidelity": overall, "timing": 100.0, "readability": 100.0, "format": 100.0}


def file(path: str, overall: float, *findings: str, severity: str = "warning") -> dict[str, Any]:
    rows = [{"fingerprint": name, "rule": "REP301", "severity": severity} for name in findings]
    return {"path": path, "scores": scores(overall), "findings": rows}


def audit(*files: dict[str, Any], overall: float = 90.0) -> dict[str, Any]:
    return {"schema_version": 1, "profile": "default", "summary": {"scores": scores(overall)}, "files": list(files)}


def prints(rows: tuple[Any, ...]) -> list[str]:
    return [row["fingerprint"] for row in rows]


def test_findings_vanish_stay_and_appear_by_fingerprint() -> None:
    comparison = compare(audit(file("a.vtt", 80, "x", "y", "y")), audit(file("a.vtt", 85, "y", "z")))
    (change,) = comparison.files
    assert prints(change.vanished) == ["x", "y"]  # of two equal findings one is left
    assert prints(change.stayed) == ["y"]
    assert prints(change.appeared) == ["z"]
    assert (comparison.vanished, comparison.stayed, comparison.appeared) == (2, 1, 1)
    assert change.scores["overall"] == (80, 85)


def test_an_audit_against_itself_changes_nothing() -> None:
    same = audit(file("a.vtt", 80, "x"), file("b.vtt", 70, "x", "y"))
    comparison = compare(same, same)
    assert (comparison.vanished, comparison.stayed, comparison.appeared) == (0, 3, 0)
    assert not comparison.removed
    assert not comparison.added
    assert not worse(comparison)


def test_files_are_paired_by_path_then_by_its_longest_common_tail() -> None:
    old = audit(file("old/1/ko.vtt", 80), file("old/2/ko.vtt", 70), file("gone.vtt", 60))
    new = audit(file("new/2/ko.vtt", 75), file("new/1/ko.vtt", 80), file("more.vtt", 90))
    comparison = compare(old, new)
    assert [(change.old_path, change.path) for change in comparison.files] == [
        ("old/2/ko.vtt", "new/2/ko.vtt"),
        ("old/1/ko.vtt", "new/1/ko.vtt"),
    ]
    assert comparison.removed == ("gone.vtt",)
    assert comparison.added == ("more.vtt",)


def test_two_versions_of_one_transcript_are_compared_whatever_their_names() -> None:
    (change,) = compare(audit(file("draft.vtt", 60)), audit(file("final.srt", 90))).files
    assert (change.old_path, change.path) == ("draft.vtt", "final.srt")


def test_a_file_is_worse_with_a_lower_score_or_a_new_error() -> None:
    old = audit(file("a.vtt", 80), file("b.vtt", 80), file("c.vtt", 80), file("d.vtt", 80))
    new = audit(
        file("a.vtt", 79.5), file("b.vtt", 80, "x", severity="error"), file("c.vtt", 80, "x"), file("d.vtt", 81)
    )
    assert [change.path for change in worse(compare(old, new))] == ["a.vtt", "b.vtt"]
    assert [change.path for change in worse(compare(old, new), tolerance=0.5)] == ["b.vtt"]


def test_audits_of_different_schema_versions_are_refused() -> None:
    with pytest.raises(ValueError, match="schema versions"):
        compare(audit(), {**audit(), "schema_version": 2})
