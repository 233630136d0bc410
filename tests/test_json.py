"""The JSON report: every one satisfies the schema that is shipped, and a fixed transcript gives a fixed report.

After a change that is meant, write the golden file anew, from the folder tests/golden::

    auditor audit lecture.ko.vtt -q --select FMT,TIM,RDG203,REP301 --report json=lecture.ko.json
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import auditor
from auditor.config import Config
from auditor.reports import REPORTS
from auditor.reports.json_audit import SCHEMA_VERSION, schema
from tests.transcripts import LOOP, SAMPLES, garbled, sentences, subrip, webvtt

GOLDEN = Path(__file__).parent / "golden"


def report(paths: str | list[str] = ".", **options: Any) -> dict[str, Any]:
    audit = auditor.audit(paths, **options)
    loaded: dict[str, Any] = json.loads(audit.render("json"))
    return loaded


def valid(document: dict[str, Any]) -> dict[str, Any]:
    jsonschema.validate(document, schema(), jsonschema.Draft202012Validator)
    return document


def test_the_schema_is_a_schema_and_refuses_what_is_no_report() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    with pytest.raises(jsonschema.ValidationError):
        valid({"schema_version": SCHEMA_VERSION})


CONTENTS: dict[str, bytes] = {
    "clean.en.vtt": webvtt(sentences(12)).encode(),
    "looped.en.srt": subrip(garbled(sentences(30), 3)).encode(),
    "ko_KR.srt": webvtt([*sentences(12, "ko"), LOOP]).encode(),
    "legacy.ko.srt": subrip(sentences(12, "ko")).encode("cp949"),
    "wide.ja.vtt": webvtt(["今日は釉薬のかけ方についてお話しします。"] * 5).encode("utf-16"),
    "empty.vtt": b"",
    "binary.vtt": bytes(range(256)) * 8,
    "prose.txt": b"Dear reader\n",
    "bad_header.vtt": b"WEBVTTX\n\n00:01.000 --> 00:02.000\nHello\n",
    "backwards.en.vtt": b"WEBVTT\n\n00:09.000 --> 00:02.000\nHello\n\n00:01.000 --> 00:02.000\n\n",
    "late.en.srt": "1\n999:00:00,000 --> 999:00:01,000\n네 & <i>네\n\n\n또\n".encode(),
    "flawed.vtt": b"WEBVTT\n\nx\ny\n\n00:01 --> 00:02\nz\n\n00:01.000 --> 00:02.000 size:900%\na < b & c\0\n",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_the_report_of_any_file_satisfies_the_schema(here: Path, name: str) -> None:
    (here / name).write_bytes(CONTENTS[name])
    document = valid(report(name))
    assert [file["path"] for file in document["files"]] == [name]


@pytest.mark.parametrize("profile", ["default", "netflix", "bbc"])
def test_the_report_of_the_samples_satisfies_the_schema(profile: str) -> None:
    document = valid(report(str(SAMPLES), profile=profile))
    assert document["profile"] == profile
    assert document["summary"]["findings"]["error"] > 10


def test_the_reports_of_the_examples_of_all_rules_satisfy_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parent / "rules")
    document = valid(report("cases"))
    assert len({finding["rule"] for file in document["files"] for finding in file["findings"]}) > 15


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="file names are text there")
@pytest.mark.parametrize("kind", ["json", "jsonl", "csv", "console"])
def test_a_file_name_that_is_no_utf8_reaches_every_text_report(here: Path, kind: str) -> None:
    with open(os.fsencode(here) + b"/\xb0\xad.en.vtt", "wb") as file:
        file.write(webvtt([LOOP]).encode())
    assert ".en.vtt" in auditor.audit(".").render(kind).decode("utf-8")


def test_sums_and_findings_agree(here: Path) -> None:
    for name, content in CONTENTS.items():
        (here / name).write_bytes(content)
    document = report()
    summary = document["summary"]
    findings = [finding for file in document["files"] for finding in file["findings"]]
    assert summary["files"] == len(document["files"])
    assert summary["cues"] == sum(file["cues"] for file in document["files"])
    assert summary["duration_s"] == pytest.approx(sum(file["duration_s"] for file in document["files"]))
    for severity, count in summary["findings"].items():
        assert count == sum(finding["severity"] == severity for finding in findings)


def test_findings_of_the_whole_file_have_null_for_cue_and_times(here: Path) -> None:
    (here / "empty.vtt").write_bytes(b"")
    (finding,) = report("empty.vtt")["files"][0]["findings"]
    assert (finding["cue"], finding["start_ms"], finding["end_ms"]) == (None, None, None)
    assert (finding["line"], finding["column"]) == (1, 1)


def test_text_is_written_as_text(here: Path) -> None:
    (here / "ko_KR.vtt").write_text(
        webvtt(["그리고 또 다시 그리고 또 다시 그리고 또 다시 그리고 또 다시"]), encoding="utf-8"
    )
    data = auditor.audit("ko_KR.vtt").render("json")
    assert "그리고".encode() in data
    assert data.endswith(b"}\n")


def test_json_lines_hold_the_files_of_the_json_report(here: Path) -> None:
    for name, content in CONTENTS.items():
        (here / name).write_bytes(content)
    audit = auditor.audit(".")
    lines = audit.render("jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == json.loads(audit.render("json"))["files"]


def test_the_fixed_transcript_gives_the_fixed_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    config = Config(select=("FMT", "TIM", "RDG203", "REP301"))
    found = report("lecture.ko.vtt", config=config)
    expected = json.loads((GOLDEN / "lecture.ko.json").read_text(encoding="utf-8"))
    assert found["tool"] == {"name": "transcript-auditor", "version": auditor.__version__}
    found["tool"] = expected["tool"]  # a release changes no finding
    assert found == expected


def test_every_kind_says_what_it_is_for_and_where_it_goes() -> None:
    assert {"console", "json", "jsonl", "csv", "parquet", "html", "png"} <= set(REPORTS)
    assert all(report.purpose and report.file_name and report.kind == kind for kind, report in REPORTS.items())
