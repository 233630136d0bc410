"""A team takes the gate into a repository full of faulty transcripts, and one more fault comes in.

Usage: python tests/benchmarks/adoption.py FOLDER

FOLDER is copied into a scratch repository; nothing else is touched. Prints each
step with its time, and stops with the reason at the first that does not hold.
`tests/test_integration.py` plays it with the samples.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import auditor

FOLDER, RENAMED = "transcripts", "course"
LOOP = "다시 굽고 다시 굽고 다시 굽고 다시 굽고 다시 굽고"
OPENING = (
    "오늘은 강가에 있던 물레방앗간 이야기를 하겠습니다.",
    "먼저 지도를 펴고 마을의 위치를 찾아봅시다.",
    "다리를 건너면 오른쪽에 낮은 언덕이 보입니다.",
    "그 언덕 뒤에 낡은 창고가 하나 남아 있습니다.",
    "창고 벽에는 옛날 주인의 이름이 적혀 있습니다.",
    "비가 많이 온 해에는 물이 여기까지 찼다고 합니다.",
    "주민들은 그때마다 곡식을 위층으로 옮겼습니다.",
    "지금은 작은 박물관으로 쓰이고 있습니다.",
    "입장료는 없고 월요일에는 문을 닫습니다.",
    "그럼 안으로 들어가서 하나씩 살펴보겠습니다.",
)
_TIME = re.compile(r"(?:(\d+):)?(\d\d):(\d\d)([.,])(\d{3})")


class StepError(AssertionError):
    """A step of the scenario that does not hold; the message says which, and what was seen."""


def _check(holds: bool, step: str, seen: object) -> None:
    if not holds:
        raise StepError(f"{step}: {seen}")


def _stamp(ms: int, mark: str = ".") -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


def _later(text: str, by_ms: int) -> str:
    """The text of a transcript with all times moved."""

    def moved(match: re.Match[str]) -> str:
        hours, minutes, seconds, mark, ms = match.groups()
        return _stamp(((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(ms) + by_ms, mark)

    return "\n".join(_TIME.sub(moved, line) if "-->" in line else line for line in text.split("\n"))


def _damage(path: Path) -> None:
    """Put a looping cue at the end."""
    end = auditor.read(path).cues[-1].end_ms
    cue = f"\n\n{_stamp(end + 500)} --> {_stamp(end + 5000)}\n{LOOP}\n"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + cue, encoding="utf-8")


def _open_with_ten_cues(path: Path) -> None:
    """Put ten cues at the top, and move the others back in time."""
    head, body = path.read_text(encoding="utf-8").split("\n\n", 1)
    cues, at = [], 0
    for number, line in enumerate(OPENING):
        lasts = 3300 + 137 * (number * 7 % 5) + 31 * number
        cues.append(f"{_stamp(at + 40)} --> {_stamp(at + lasts)}\n{line}\n")
        at += lasts + 90 + 17 * (number % 3)
    path.write_text(f"{head}\n\n" + "\n".join(cues) + "\n" + _later(body, at), encoding="utf-8")


class Repository:
    """A scratch repository with the command `auditor`, and a record of what was done in it."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder = folder
        self._say = say

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", str(self.folder), *who, *arguments], check=True, capture_output=True)

    def auditor(self, *arguments: str, code: int) -> str:
        """What a run prints; its exit code must be ``code``."""
        start = time.perf_counter()
        command = [sys.executable, "-m", "auditor", *arguments]
        path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        line = f"auditor {' '.join(arguments)}"
        self._say(f"{time.perf_counter() - start:6.2f} s  exit code {done.returncode}  {line}")
        _check(done.returncode == code, line, done.stdout[-2000:] + done.stderr[-2000:])
        return done.stdout


def _one_finding_everywhere(folder: Path, path: str) -> None:
    """Each report names the damaged cue, and nothing else."""
    (run,) = json.loads((folder / "a.sarif").read_text(encoding="utf-8"))["runs"]
    found = [
        (result["ruleId"], result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], result["level"])
        for result in run["results"]
    ]
    _check(found == [("REP301", path, "error")], "SARIF", found)
    lines = (folder / "a.txt").read_text(encoding="utf-8").splitlines()
    _check(len(lines) == 1 and lines[0].startswith(f"::error file={path},line="), "GitHub", lines)
    issues = json.loads((folder / "gl.json").read_text(encoding="utf-8"))
    shown = [(issue["check_name"], issue["location"]["path"]) for issue in issues]
    _check(shown == [("REP301", path)], "GitLab", shown)
    root = ElementTree.parse(folder / "a.xml").getroot()
    failed = [case.get("classname") for case in root.iter("testcase") if case.find("failure") is not None]
    _check(failed == [path] and root.get("failures") == "1", "JUnit", failed)


def play(source: Path, scratch: Path, say: Callable[[str], None]) -> None:
    """The whole scenario with a copy of ``source``. Raises :class:`StepError`."""
    shutil.copytree(source, scratch / FOLDER)
    damaged = sorted(p for p in (scratch / FOLDER).rglob("*ko_KR*") if p.read_bytes().startswith(b"WEBVTT"))[-1]
    path = damaged.relative_to(scratch).as_posix()
    before = damaged.read_bytes()
    repository = Repository(scratch, say)
    repository.git("init", "-q", "-b", "main")
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "transcripts")

    repository.auditor("init", FOLDER, "--output", "limits.toml", code=0)
    repository.auditor("gate", FOLDER, "--config", "limits.toml", "-q", code=0)
    repository.auditor("init", FOLDER, "--baseline", "known.json", code=0)
    repository.auditor("gate", FOLDER, "-q", code=0)
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "gate")

    _damage(damaged)
    repository.auditor("gate", FOLDER, "--config", "limits.toml", "-q", code=1)
    reports = ("sarif=a.sarif", "github=a.txt", "gitlab=gl.json", "junit=a.xml", "markdown=a.md", "rdjsonl=a.rdjsonl")
    repository.auditor("gate", FOLDER, "-q", *(f"--report={report}" for report in reports), code=1)
    _one_finding_everywhere(scratch, path)
    changed = json.loads(repository.auditor("gate", FOLDER, "--changed-since", "main", "--report", "json", code=1))
    audited = [file["path"] for file in changed["files"]]
    _check(audited == [path], "--changed-since", audited)

    damaged.write_bytes(before)
    repository.auditor("gate", FOLDER, "-q", code=0)
    _open_with_ten_cues(damaged)
    repository.auditor("gate", FOLDER, "-q", code=0)
    (scratch / FOLDER).rename(scratch / RENAMED)
    repository.auditor("gate", RENAMED, "-q", code=0)


def main(arguments: list[str]) -> int:
    """Play and print; 1 when a step does not hold, 2 when the folder does not exist."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: adoption.py FOLDER of transcripts, among them Korean ones named ko_KR", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        try:
            play(Path(arguments[0]), Path(name), print)
        except StepError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
