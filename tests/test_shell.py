"""What the command line owes the shell around it: completion, help that fits, GitHub Actions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli import cli, run
from tests.transcripts import LOOP, sentences, webvtt

ROOT = Path(__file__).parents[1]


# ---------------------------------------------------------------- completion


def completed(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last word, asked through the script that `auditor completion bash` prints."""
    command = folder / "auditor"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n')
    command.chmod(0o755)
    script = (
        'eval "$(auditor completion bash)"\n'
        "compopt() { :; }\n"  # exists only while a person is typing
        f"COMP_WORDS=(auditor {' '.join(words) or chr(34) * 2})\nCOMP_CWORD={len(words)}\n"
        '_auditor_completion auditor "${COMP_WORDS[COMP_CWORD]}"\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_commands_options_and_values(tmp_path: Path) -> None:
    assert completed(tmp_path, "conf") == ["config"]
    assert completed(tmp_path, "audit", "--no-gi") == ["--no-github"]
    assert completed(tmp_path, "audit", "--report", "js") == ["json", "jsonl"]
    assert completed(tmp_path, "gate", "--profile", "netflix-") == ["netflix-children", "netflix-sdh"]
    assert completed(tmp_path, "audit", "--select", "REP,tim10") == [f"REP,TIM10{n}" for n in range(1, 9)]
    assert completed(tmp_path, "audit", "--language", "ko") == ["ko"]
    assert completed(tmp_path, "explain", "FMT00") == [f"FMT00{n}" for n in range(1, 10)]
    assert completed(tmp_path, "completion", "") == ["bash", "zsh", "fish"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert f"_AUDITOR_COMPLETE={shell}_complete" in out


def test_paths_are_left_to_the_shell() -> None:
    for name in ("audit", "gate", "config", "review"):
        (paths,) = [parameter for parameter in cli.commands[name].params if parameter.name == "paths"]
        with cli.commands[name].make_context(name, ["x"]) as context:
            assert [item.type for item in paths.shell_complete(context, "lect")] == ["file"]


# ---------------------------------------------------------------- help


@pytest.mark.parametrize("command", ["audit", "gate", "config"])
def test_help_fits_a_terminal_of_eighty_columns(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([command, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    headings = [line.rstrip(":") for line in lines if line.endswith(":") and not line.startswith(" ")]
    assert headings[0] == "Rules and limits"
    assert set(headings) >= {"Rules and limits", "Other options", "Exit codes", "Files"}


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    headings = [line for line in capsys.readouterr().out.splitlines() if line.endswith(":") and line[:1].strip()]
    assert headings


@pytest.mark.parametrize("command", ["audit", "gate"])
def test_help_names_every_option_once_and_examples_that_are_right(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([command, "--help"]) == 0
    text = capsys.readouterr().out
    known = {option: parameter for parameter in cli.commands[command].params for option in parameter.opts}
    options = [name for name in known if name.startswith("--")]
    assert [name for name in options if text.count(f"  {name} ") + text.count(f", {name} ") < 1] == []
    examples = text.split("Examples:")[1].split("Exit codes:")[0]
    used = [word for line in examples.splitlines() for word in line.split() if word.startswith("--")]
    assert used
    assert set(used) <= set(known)


# ---------------------------------------------------------------- GitHub Actions


@pytest.fixture
def step(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A step of GitHub Actions with a transcript to complain of; the path of its summary."""
    (here / "a.en.vtt").write_text(webvtt([LOOP, *sentences(5)]), encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(here / "summary.md"))
    return here / "summary.md"


def test_on_github_actions_a_step_is_annotated_and_summed_up(step: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gate", "."]) == 1
    out = capsys.readouterr().out
    assert out.count("::error file=a.en.vtt,line=") >= 1
    assert "look here first" in out
    assert "gate failed" in out
    assert step.read_text(encoding="utf-8").startswith("## Transcript audit")
    assert run(["audit", "."]) == 0
    assert step.read_text(encoding="utf-8").count("## Transcript audit") == 2


def test_elsewhere_and_when_unwanted_nothing_is_annotated(
    step: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["audit", ".", "--no-github"]) == 0
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert run(["audit", "."]) == 0
    assert "::error" not in capsys.readouterr().out
    assert not step.exists()
    assert run(["audit", ".", "--github"]) == 0
    assert "::error" in capsys.readouterr().out


def test_a_report_on_stdout_stays_whole(step: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", ".", "--report", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["files"] == 1
    assert step.exists()


def test_who_places_the_reports_himself_gets_no_second_ones(step: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", ".", "--report", "github=notes.txt", "--report", "markdown=page.md"]) == 0
    assert "::error" not in capsys.readouterr().out
    assert not step.exists()


def test_a_summary_that_cannot_be_written_stops_nothing(
    step: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step / "no" / "folder.md"))
    assert run(["audit", "."]) == 0
    assert "the summary cannot be written" in capsys.readouterr().err


def test_the_script_of_the_action_annotates_once(step: Path) -> None:
    (step.parent / "auditor").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n')
    (step.parent / "auditor").chmod(0o755)
    done = subprocess.run(
        ["bash", str(ROOT / ".github/audit.sh")],
        env={
            **os.environ,
            "PATH": f"{step.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "AUDITOR_PATHS": "a.en.vtt",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    marks = [line for line in done.stdout.splitlines() if line.startswith("::error")]
    assert len(marks) == len(set(marks)) > 0
    assert step.read_text(encoding="utf-8").count("## Transcript audit") == 1


# ---------------------------------------------------------------- colours


def test_an_empty_variable_says_nothing_of_colours(
    step: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["audit", "."]) == 0
    assert "\x1b[3" in capsys.readouterr().out


def test_the_option_overrules_the_variables(
    step: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(["audit", ".", "--color"]) == 0
    assert "\x1b[3" in capsys.readouterr().out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["audit", "."]) == 0
    assert "\x1b[" not in capsys.readouterr().out
