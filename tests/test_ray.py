"""Runs on Ray: a real cluster of several node processes on this machine, one of them lost, its driver lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from auditor.cli import run
from auditor.config import Config, ruleset
from auditor.large_run import Share, drive
from auditor.ray_engine import ray_engine
from auditor.shards import Outcome, ShardWork
from tests.test_large_run import Deadly, error_of, planned, rows, tree
from tests.transcripts import garbled, sentences, webvtt

ray = pytest.importorskip("ray", reason="the package ray is not installed (extra: ray)")
pytestmark = pytest.mark.ray

FILES = 12


@pytest.fixture
def lectures(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lectures, and nodes that find this source, as a team's cluster has it installed."""
    root = str(Path(__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", root)
    folder = here / "in"
    folder.mkdir()
    for number in range(FILES):
        tag = "ko" if number % 4 == 1 else "en"
        said = sentences(10 + number, tag)
        text = webvtt(garbled(said, 5) if number % 3 == 0 else said)
        (folder / f"{number:02}.{tag}.vtt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def cluster(lectures: Path) -> Iterator[Any]:
    """A cluster of a head without CPUs and two nodes with one each."""
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    made.workers = [made.add_node(num_cpus=1) for _ in range(2)]
    yield made
    ray.shutdown()
    made.shutdown()


def local(*options: str) -> dict[str, bytes]:
    """What this machine's own processes write."""
    assert run(["audit", "in", "--output", "local", "--jobs", "1", "-q", *options]) == 0
    return tree("local")


def on(cluster: Any, *options: str) -> list[str]:
    command = ["audit", "in", "--output", "out", "--engine", "ray", "--ray-address", cluster.address, "-q"]
    return [*command, *options]


def test_a_cluster_writes_the_bytes_that_one_process_writes(cluster: Any) -> None:
    assert run(on(cluster, "--shard-files", "2")) == 0
    assert tree("out") == local("--shard-files", "2")


def test_a_run_goes_on_when_a_node_is_lost(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[Any] = []

    def engine(address: str | None, jobs: int | None) -> Any:
        def losing(work: ShardWork, numbers: Sequence[int]) -> Iterator[Outcome]:
            for outcome in ray_engine(address, jobs)(work, numbers):
                if not lost:
                    lost.append(cluster.workers.pop())
                    cluster.remove_node(lost[0], allow_graceful=False)
                yield outcome

        return losing

    monkeypatch.setattr("auditor.ray_engine.ray_engine", engine)
    assert run(on(cluster, "--shard-files", "1")) == 0
    assert lost
    assert tree("out") == local("--shard-files", "1")


def test_a_run_whose_driver_is_killed_goes_on_where_it_was(cluster: Any) -> None:
    command = [sys.executable, "-m", "auditor", *on(cluster, "--shard-files", "1")]
    driver = subprocess.Popen(command, start_new_session=True)
    while driver.poll() is None and not list(Path("out").glob("totals/*.json")):
        time.sleep(0.005)
    os.killpg(driver.pid, signal.SIGKILL)
    assert driver.wait() == -signal.SIGKILL, "the run was over before it could be killed"
    before = {path: path.stat().st_mtime_ns for path in Path("out").glob("totals/*.json")}
    assert before
    assert run(on(cluster, "--shard-files", "1")) == 0
    assert {name: data for name, data in tree("out").items() if "/." not in name} == local("--shard-files", "1")


def test_a_file_that_kills_its_worker_costs_that_file_only(cluster: Any) -> None:
    job = Deadly(ruleset(Config()))
    plan = planned("out", job, ["in"], files=4)
    result = drive("out", plan, job, ray_engine(cluster.address, None), Share())
    assert result.failed == ()
    assert [row["path"] for row in rows("out", "findings") if row["rule"] == "FMT001"] == ["in/05.ko.vtt"]
    assert len(rows("out", "files")) == FILES


def test_a_cluster_is_started_here_when_none_is_named(lectures: Path) -> None:
    try:
        command = ["audit", "in", "--output", "out", "--engine", "ray", "--jobs", "1", "-q", "--shard-files", "6"]
        assert run(command) == 0
        assert tree("out") == local("--shard-files", "6")
    finally:
        ray.shutdown()


def test_a_cluster_that_is_not_there_is_one_line(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        command = ["audit", "in", "--output", "out", "--engine", "ray", "--ray-address", address]
        line = error_of(command, capsys)
    assert f"the Ray cluster at {address} cannot be reached: Connection refused" in line
    assert run(["audit", "in", "--output", "out", "-q"]) == 0, "the plan serves any engine"


def test_no_ray_is_needed_where_nothing_is_left(lectures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["audit", "in", "--output", "out", "-q"]) == 0
    monkeypatch.setitem(sys.modules, "ray", None)
    assert run(["audit", "in", "--output", "out", "-q", "--engine", "ray"]) == 0
