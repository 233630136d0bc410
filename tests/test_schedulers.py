"""The recipes of the README for schedulers: their very lines, with the environment a scheduler sets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.cli import run
from tests.test_large_run import tree
from tests.test_readme import block
from tests.transcripts import garbled, sentences, webvtt

ROOT = Path(__file__).parents[1]
SHARES = 3


@pytest.fixture
def listed(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list of lectures in the working directory, the command ``auditor`` on the path, and what one run writes."""
    (here / "in").mkdir()
    for number in range(5):
        (here / "in" / f"{number}.en.vtt").write_text(webvtt(garbled(sentences(8 + number), 5)), encoding="utf-8")
    lines = "".join(f"in/{number}.en.vtt\n" for number in range(5))
    (here / "lectures.csv").write_text(f"path\n{lines}", encoding="utf-8")
    (here / "bin").mkdir()
    command = here / "bin" / "auditor"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@" --shard-files 1\n', encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert run(["audit", "--manifest", "lectures.csv", "--output", "one", "--shard-files", "1", "-q"]) == 0
    return here


def sh(line: str, **environment: str) -> None:
    subprocess.run(["sh", "-e", "-c", line], env={**os.environ, **environment}, check=True)


def test_an_array_of_slurm(listed: Path) -> None:
    match = re.search(r"--cpus-per-task=(\d+) --wrap '(.*?)'", block("slurm"), re.DOTALL)
    assert match is not None
    for task in range(1, SHARES + 1):
        sh(
            match[2],
            SLURM_ARRAY_TASK_ID=str(task),
            SLURM_ARRAY_TASK_COUNT=str(SHARES),
            SLURM_CPUS_PER_TASK="1",
        )
    assert tree("results") == tree("one")
    assert run(["merge", "results/", "-q"]) == 0


def test_an_indexed_job_of_kubernetes(listed: Path) -> None:
    recipe = block("kubernetes")
    line = " ".join(recipe.partition("args:\n")[2].removeprefix("        - ").split()).removeprefix("- ")
    completions = re.search(r"completions: (\d+)", recipe)
    assert completions is not None
    assert line.endswith(f"/{completions[1]}")
    line = line.replace("s3://bucket/", "").replace(f"/{completions[1]}", f"/{SHARES}")
    for index in range(SHARES):
        sh(line, JOB_COMPLETION_INDEX=str(index))
    assert tree("results") == tree("one")


def test_a_stage_of_spark(listed: Path) -> None:
    pytest.importorskip("pyspark", reason="the package pyspark is not installed (in no extra)")
    recipe = block("spark").replace("s3://bucket/", f"{listed}/").replace("SHARES = 64", f"SHARES = {SHARES}")
    job = listed / "job.py"
    job.write_text(recipe.replace("builder.", 'builder.master("local[2]").'), encoding="utf-8")
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    subprocess.run([sys.executable, str(job)], env=environment, cwd=listed, check=True)
    tables = {name: data for name, data in tree("results").items() if name.startswith(("totals", "findings"))}
    assert len(tables) == 2 * 5
    assert run(["merge", "results", "-q"]) == 0
