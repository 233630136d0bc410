"""`auditor config`: what is in force, who said it, and what holds for one transcript."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.cli import run
from auditor.config_schema import text as schema_text
from tests.transcripts import sentences, webvtt


@pytest.fixture
def course(here: Path) -> Path:
    (here / "base.toml").write_text("[gate]\nmin-overall = 70\n")
    (here / "auditor.toml").write_text(
        'extend = "base.toml"\nignore = ["FMT006"]\n[per-file-ignores]\n"songs/**" = ["REP"]\n'
        '[languages.ko]\nprofile = "netflix"\nignore = ["KOR702"]\nrules.TIM101.severity = "info"\n'
        '[[paths]]\nmatch = "kids/**"\nprofile = "netflix-children"\n'
    )
    for name in ("kids/a.ko.vtt", "songs/b.ko.vtt", "c.en.vtt"):
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(webvtt(sentences(5, "en" if "en" in name else "ko")), encoding="utf-8")
    return here


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run(["config", "--format", "json", *arguments]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_every_value_is_shown_with_who_said_it(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = report(capsys, "--profile", "bbc", "--extend-select", "tim101", "--no-cache")
    assert shown["files"] == ["auditor.toml", "base.toml"]
    said = {entry["key"]: (entry["value"], entry["from"]) for entry in shown["settings"]}
    assert said["profile"] == ("bbc", "command line")
    assert said["cache"] == (False, "command line")
    assert said["extend-select"] == (["TIM101"], "command line")
    assert said["ignore"] == (["FMT006"], "auditor.toml")
    assert said["gate.min-overall"] == (70, "base.toml")
    assert said["gate.max-errors"] == (0, "default")
    assert said['per-file-ignores."songs/**"'] == (["REP"], "auditor.toml")
    assert said["languages.ko.rules.TIM101.severity"] == ("info", "auditor.toml")
    assert said["paths[0].match"] == (["kids/**"], "auditor.toml")


def test_the_text_says_the_same(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "# auditor.toml, which extends base.toml"
    assert ["gate.min-overall", "70.0", "base.toml"] in [line.split() for line in lines]
    assert ["language", "-", "default"] in [line.split() for line in lines]


def test_without_a_file_the_defaults_are_in_force(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = report(capsys)
    assert shown["files"] == []
    assert {entry["from"] for entry in shown["settings"]} == {"default"}


def test_what_holds_for_a_transcript(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kids, songs, english = report(capsys, "kids", "songs", "c.en.vtt")["transcripts"]
    assert (kids["profile"], kids["profile_said_by"]) == ("netflix-children", 'paths[0] match = ["kids/**"]')
    assert kids["matched"] == ["languages.ko", 'paths[0] match = ["kids/**"]']
    assert kids["off"] == {"FMT006": "select and ignore", "KOR702": "languages.ko"}
    assert kids["options"] == {"TIM101.severity": "info"}
    assert songs["profile"] == "netflix"
    assert songs["off"]["REP301"] == 'per-file-ignores "songs/**"'
    assert "REP301" not in songs["on"]
    assert (english["profile"], english["language"], english["matched"]) == ("default", "en", [])


def test_what_it_says_of_a_transcript_is_what_an_audit_does(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (holds,) = report(capsys, "songs/b.ko.vtt", "--select", "REF,REP")["transcripts"]
    assert run(["audit", "songs/b.ko.vtt", "--select", "REF,REP", "--report", "json"]) == 0
    audited = json.loads(capsys.readouterr().out)["files"][0]
    assert holds["on"] == [entry["rule"] for entry in audited["not_verified"]]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere"], 2, "nowhere: no such file or folder"),
        (["empty"], 3, "no transcript found under empty"),
        (["--profile", "netflx"], 2, "command line: unknown profile 'netflx'"),
        (["--config", "nowhere.toml"], 2, "nowhere.toml: no such configuration file"),
        (["--select", "XYZ"], 2, "'XYZ' selects no rule"),
    ],
)
def test_slips_end_as_in_an_audit(
    course: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    (course / "empty").mkdir()
    assert run(["config", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_the_schema_is_printed(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["config", "--schema"]) == 0
    assert capfdbinary.readouterr().out.decode() == schema_text()


def test_all_commands_that_audit_read_it_alike(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (course / "songs/b.ko.vtt").write_text(webvtt(["다시 굽고 " * 9, *sentences(9, "ko")]), encoding="utf-8")
    assert run(["audit", "songs", "--report", "json", "--no-cache"]) == 0
    found = [finding["rule"] for finding in json.loads(capsys.readouterr().out)["files"][0]["findings"]]
    assert run(["baseline", "write", "songs", "--output", "-"]) == 0
    known = [entry["rule"] for entry in json.loads(capsys.readouterr().out)["entries"]]
    assert sorted(known) == sorted(found)
    assert not [rule for rule in found if rule.startswith("REP")]
