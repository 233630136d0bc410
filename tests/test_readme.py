"""The README says what is so: its rule table, its commands, its Python, its pictures."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import catalogue
from auditor.cli import cli

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """The code block behind a comment that marks it."""
    match = re.search(rf"<!-- {mark} -->\n```\w*\n(.*?)\n```", TEXT, re.DOTALL)
    assert match is not None, mark
    return match[1]


def test_the_rule_table_is_that_of_the_rules() -> None:
    match = re.search(r"<!-- rules -->\n(.*?)\n<!-- /rules -->", TEXT, re.DOTALL)
    assert match is not None
    assert match[1] == catalogue.rules("markdown"), "run: auditor rules --format markdown"


def test_every_command_named_exists() -> None:
    named = set(
        re.findall(r"\bauditor ([a-z]+)\b", "\n".join(re.findall(r"```sh\n(.*?)```|`(auditor [^`]*)`", TEXT)[0]))
    )
    named |= set(re.findall(r"`auditor ([a-z]+)", TEXT))
    assert named
    assert named <= set(cli.commands)


def test_every_option_named_exists() -> None:
    known = {
        option for command in cli.commands.values() for p in command.params for option in (*p.opts, *p.secondary_opts)
    }
    known |= {
        option
        for group in cli.commands.values()
        for c in getattr(group, "commands", {}).values()
        for p in c.params
        for option in p.opts
    }
    for line in re.findall(r"^auditor .*|`auditor [^`]*`", TEXT, re.MULTILINE):
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", line):
            assert option in known, line


def test_every_file_linked_exists() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", TEXT):
        assert (ROOT / target).exists(), target


def test_the_python_example_runs() -> None:
    match = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert match is not None
    run = subprocess.run([sys.executable, "-c", match[1]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "REP301" in run.stdout


def test_the_examples_of_filtering_run(tmp_path: Path) -> None:
    import duckdb

    commands = re.search(r"## Filtering training data.*?```sh\n(.*?)```", TEXT, re.DOTALL)
    assert commands is not None
    shutil.copytree(ROOT / "tests/samples", tmp_path / "lectures")
    reported = [sys.executable, "-m", "auditor", "audit", "lectures", "-q", "--report", "jsonl=audit.jsonl"]
    subprocess.run(reported, cwd=tmp_path, check=True, capture_output=True)
    for line in commands[1].splitlines():
        command = [sys.executable, "-m", "auditor", *shlex.split(line, comments=True)[1:]]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
    run = subprocess.run(
        [sys.executable, "-c", block("mask example")], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "60 of 60 cues" in run.stdout
    for statement in block("duckdb").replace("'results/", f"'{tmp_path}/results/").splitlines():
        rows = duckdb.sql(statement)
        assert rows is not None
        assert rows.fetchall()


def test_the_configuration_example_is_accepted(tmp_path: Path) -> None:
    from auditor.config_file import load
    from auditor.rulesets import rulesets

    match = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert match is not None
    path = tmp_path / "pyproject.toml"
    path.write_text(match[1], encoding="utf-8")
    config = load(path)
    assert config.gate.min_overall == 85
    assert rulesets(config).of(str(tmp_path / "kids/lecture.ko.srt"), "ko").profile.name == "netflix-children"


def test_the_glossary_example_is_accepted(tmp_path: Path) -> None:
    from auditor.word_files import options_of

    text = next(text for text in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL) if text.startswith("[terms"))
    path = tmp_path / "terms.toml"
    path.write_text(text, encoding="utf-8")
    assert options_of([str(path)], [], "test")["TXT607"] == {"terms": {"포옹하는 얼굴": "Hugging Face"}}


@pytest.mark.network
@pytest.mark.skipif("CI" not in os.environ, reason="sets up an environment from the package index: set CI=1 to run")
def test_the_first_command_sets_everything_up_and_audits_the_samples(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in os.fsdecode(listed).split("\0"):
        source, target = ROOT / name, clone / name
        if name and (source.exists() or source.is_symlink()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    environment = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
    run = subprocess.run(
        ["sh", "-e", "-c", block("audit command")],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "look here first" in run.stdout
    assert (clone / "audit/audit.html").read_bytes()[:15].lower() == b"<!doctype html>"
    assert (clone / "audit/audit.png").read_bytes().startswith(b"\x89PNG")
