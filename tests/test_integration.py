"""The pre-commit hook and the script of the action, run for real in a scratch repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks import adoption

ROOT = Path(__file__).parents[1]
CLEAN = ROOT / "tests/samples/pottery/ko_KR.vtt"
LOOP = "\n59:00.000 --> 59:04.000\n다시 굽고 다시 굽고 다시 굽고 다시 굽고 다시 굽고\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one clean transcript, and the command `auditor` on the path."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp_path)], check=True)
    (tmp_path / "lecture").mkdir()
    shutil.copy(CLEAN, tmp_path / "lecture/ko_KR.vtt")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "lecture")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)


def run(folder: Path, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def damage(folder: Path) -> None:
    path = folder / "lecture/ko_KR.vtt"
    path.write_text(path.read_text(encoding="utf-8") + LOOP, encoding="utf-8")


def hook() -> list[str]:
    """The hook's command as pre-commit would run it."""
    lines = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").splitlines()
    entry = next(line.split(":", 1)[1] for line in lines if line.strip().startswith("entry:"))
    return shlex.split(entry)


def test_the_hook_passes_a_clean_transcript_and_stops_a_damaged_one(repository: Path) -> None:
    assert run(repository, [*hook(), "lecture/ko_KR.vtt"]).returncode == 0
    damage(repository)
    stopped = run(repository, [*hook(), "lecture/ko_KR.vtt"])
    assert stopped.returncode == 1
    assert "REP301" in stopped.stdout


def test_the_action_reports_annotates_and_fails(repository: Path) -> None:
    summary = repository / "summary.md"
    script = ["bash", str(ROOT / ".github/audit.sh")]
    settings = {"AUDITOR_PATHS": "lecture", "AUDITOR_ARGUMENTS": "--no-cache", "GITHUB_STEP_SUMMARY": str(summary)}
    assert run(repository, script, **settings).returncode == 0
    damage(repository)
    failed = run(repository, script, **settings)
    assert failed.returncode == 1
    assert "::error file=lecture/ko_KR.vtt,line=" in failed.stdout
    assert "REP301" in summary.read_text(encoding="utf-8")
    for name in ("audit.json", "audit.html", "audit.sarif"):
        assert (repository / "auditor-report" / name).stat().st_size > 0


def snippet(mark: str) -> str:
    match = re.search(
        rf"<!-- {mark} -->\n```\w+\n(.*?)\n```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert match is not None, mark
    return match[1]


@pytest.mark.parametrize(
    ("mark", "command", "named"),
    [
        ("gitlab job", r"- (auditor .*)", ["gl-code-quality-report.json", "audit.junit.xml"]),
        ("jenkins stage", r"sh '(auditor .*?)'", ["audit.junit.xml", "audit.html"]),
    ],
)
def test_the_jobs_of_the_readme_pass_fail_and_leave_what_they_collect(
    repository: Path, mark: str, command: str, named: list[str]
) -> None:
    text = snippet(mark)
    (script,) = re.findall(command, text)
    (repository / "lecture").rename(repository / "lectures")
    assert run(repository, ["sh", "-c", script]).returncode == 0
    (repository / "lectures").rename(repository / "lecture")
    damage(repository)
    (repository / "lecture").rename(repository / "lectures")
    for name in named:
        assert text.count(name) == 2, "once written, once collected"
        (repository / name).unlink()
    assert run(repository, ["sh", "-c", script]).returncode == 1
    for name in named:
        assert b"REP301" in (repository / name).read_bytes()


def test_the_workflow_and_hook_of_the_readme_name_what_there_is() -> None:
    action = (ROOT / "action.yml").read_text(encoding="utf-8")
    script = (ROOT / ".github/audit.sh").read_text(encoding="utf-8")
    workflow = snippet("github workflow")
    (inputs,) = re.findall(r"transcript-auditor@main\n\s+with: \{ (.*?) \}", workflow)
    assert all(f"\n  {entry.split(':')[0].strip()}:\n" in action for entry in inputs.split(","))
    (sarif,) = re.findall(r"sarif_file: (\S+)", workflow)
    assert f"sarif={sarif}" in script
    (hook_id,) = re.findall(r"id: (\w+)", snippet("pre-commit"))
    assert f"- id: {hook_id}\n" in (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")


def test_only_what_changed_is_audited(repository: Path) -> None:
    shutil.copy(CLEAN, repository / "lecture/fresh.ko.vtt")
    result = run(
        repository, ["auditor", "audit", "lecture", "--changed-since", "main", "--report", "jsonl", "--no-cache"]
    )
    assert result.returncode == 0, result.stderr
    assert [line.split('"')[3] for line in result.stdout.splitlines()] == ["lecture/fresh.ko.vtt"]


def test_a_repository_full_of_faults_takes_the_gate_and_stops_one_more(tmp_path: Path) -> None:
    said: list[str] = []
    adoption.play(ROOT / "tests/samples", tmp_path, said.append)
    assert len(said) == 10


def test_init_starts_with_a_green_gate(repository: Path) -> None:
    damage(repository)
    assert run(repository, ["auditor", "gate", "lecture", "--no-cache"]).returncode == 1
    assert run(repository, ["auditor", "init", "lecture"]).returncode == 0
    assert run(repository, ["auditor", "gate", "lecture", "--no-cache"]).returncode == 0
    again = run(repository, ["auditor", "init", "lecture"])
    assert again.returncode == 2
    assert again.stderr.count("\n") == 1


def test_init_with_a_baseline_writes_both_or_neither(repository: Path) -> None:
    damage(repository)
    (repository / "known.json").write_text("{}", encoding="utf-8")
    init = ["auditor", "init", "lecture", "--baseline", "known.json"]
    refused = run(repository, init)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "known.json: exists already" in refused.stderr
    assert not (repository / "auditor.toml").exists()
    (repository / "known.json").unlink()
    assert run(repository, init).returncode == 0
    assert run(repository, ["auditor", "gate", "lecture", "--no-cache"]).returncode == 0
    damage(repository)
    again = run(repository, ["auditor", "gate", "lecture", "--no-cache"])
    assert again.returncode == 1
    assert "max-errors: 2 > 0 in lecture/ko_KR.vtt" in again.stdout
