"""A large run with one process, two, and Ray: are the tables the same bytes, how fast is each, what does its driver hold?

Usage: python tests/benchmarks/large_run.py [FILES [CUES_PER_FILE]] | FOLDER

FILES (default 1000) transcripts of CUES_PER_FILE (default 50) cues are made in turn in English, Korean and
Japanese, from the project's clean samples, a fourth of them with loops; FOLDER audits your own instead. Then the driver of a run is killed
half-way and the run is begun again, and, where the extra ray is installed, a node of a cluster of several node
processes is killed half-way. Figures of memory are read from /proc: Linux only.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
from tests.benchmarks.growth import sentences, transcript

LANGUAGES = ("en", "ko", "ja")
FILES_PER_FOLDER = 1000


def corpus(folder: Path, files: int, cues: int) -> None:
    """Write the transcripts; the same arguments write the same bytes."""
    clean = {language: sentences(language) for language in LANGUAGES}
    # A fourth of the transcripts loop in every sixth sentence, so that there is something to find.
    damaged = {
        language: [" ".join([text] * 4) if at % 6 == 0 else text for at, text in enumerate(texts)]
        for language, texts in clean.items()
    }
    chance = random.Random(files)
    for number in range(files):
        language = LANGUAGES[number % len(LANGUAGES)]
        texts = damaged if number % 4 == 0 else clean
        path = folder / f"{number // FILES_PER_FOLDER:04}" / f"{number:07}.{language}.vtt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(transcript(cues, texts[language], chance), encoding="utf-8")


def command(folder: str, output: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "auditor", "audit", folder, "--output", str(output), "-q", *options]


def most_memory(pid: int) -> float:
    """The most memory a process has held so far, in MB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), default=0.0)


def done(output: Path) -> int:
    """How many shards are done."""
    return len(list(output.glob("totals/*.json")))


def run(
    arguments: list[str], watch: Callable[[subprocess.Popen[bytes]], None] | None = None
) -> tuple[int, float, float]:
    """Exit code, seconds and the most memory (MB) of the driving process; ``watch`` is called ten times a second."""
    start = time.monotonic()
    # What is lost on purpose, Ray tells at length.
    driver = subprocess.Popen(arguments, start_new_session=True, stderr=subprocess.DEVNULL if watch else None)
    most = 0.0
    while driver.poll() is None:
        most = max(most, most_memory(driver.pid))
        if watch is not None:
            watch(driver)
        time.sleep(0.1)
    return driver.returncode, time.monotonic() - start, most


def state(output: Path) -> str:
    """A digest of all files of a run and their names, without what a killed process left half-written."""
    digest = hashlib.blake2b(digest_size=12)
    for path in sorted(path for path in output.rglob("*.*") if path.is_file() and not path.name.startswith(".")):
        digest.update(str(path.relative_to(output)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def compared(folder: str, scratch: Path, files: int, cues: int) -> str:
    """Run the ways there are, print a line for each, and return the digest they all should have."""
    ways: list[tuple[str, tuple[str, ...]]] = [("one process", ("--jobs", "1")), ("two processes", ("--jobs", "2"))]
    if find_spec("ray") is None:
        print("Ray is left out: pip install 'transcript-auditor[ray]'")
    else:
        ways += [
            ("Ray, one CPU", ("--engine", "ray", "--jobs", "1")),
            ("Ray, two CPUs", ("--engine", "ray", "--jobs", "2")),
        ]
    digests = []
    for name, options in ways:
        output = scratch / name.replace(" ", "-")
        code, seconds, memory = run(command(folder, output, *options))
        digests.append(state(output))
        print(
            f"{name:16} exit {code}  {seconds:8.1f} s  {files / seconds:8.1f} files/s  {cues / seconds:9.0f} cues/s  "
            f"driver {memory:5.0f} MB  tables {digests[-1]}",
            flush=True,
        )
        shutil.rmtree(output)
    print("the same bytes" if len(set(digests)) == 1 else "DIFFERENT BYTES", flush=True)
    return digests[0]


def killed(folder: str, scratch: Path, expected: str, *options: str) -> None:
    """Kill the driver half-way, begin again, and say whether the end is the same."""
    output = scratch / "killed"

    def kill(driver: subprocess.Popen[bytes]) -> None:
        plans = len(list(output.glob("plan/*.jsonl")))
        if (output / "run.json").exists() and done(output) * 2 >= plans:
            os.killpg(driver.pid, signal.SIGKILL)

    code, seconds, _ = run(command(folder, output, *options), kill)
    before = done(output)
    again, rest, _ = run(command(folder, output, *options))
    same = "the same bytes" if state(output) == expected else "DIFFERENT BYTES"
    print(
        f"driver killed     exit {code}  {seconds:8.1f} s, {before} shards done; again: exit {again}  {rest:8.1f} s, {same}"
    )
    shutil.rmtree(output)


def node_lost(folder: str, scratch: Path, expected: str) -> None:
    """Kill one of two nodes of a cluster half-way, and say whether the run ends complete."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    output = scratch / "node-lost"
    lost: list[int] = []

    def lose(_: subprocess.Popen[bytes]) -> None:
        plans = len(list(output.glob("plan/*.jsonl")))
        if not lost and (output / "run.json").exists() and done(output) * 2 >= plans:
            lost.append(done(output))
            cluster.remove_node(nodes.pop(), allow_graceful=False)

    try:
        code, seconds, memory = run(command(folder, output, "--engine", "ray", "--ray-address", cluster.address), lose)
    finally:
        cluster.shutdown()
    same = "the same bytes" if state(output) == expected else "DIFFERENT BYTES"
    at = f"at {lost[0]} shards" if lost else "never"
    print(f"node of two lost  exit {code}  {seconds:8.1f} s, lost {at}; driver {memory:5.0f} MB, {same}")
    shutil.rmtree(output)


def main(arguments: list[str]) -> int:
    """Measure and print; 2 for a folder that does not exist."""
    own = arguments[0] if arguments and not arguments[0].isdecimal() else None
    if own is not None and not Path(own).is_dir():
        print(f"{own}: no such folder", file=sys.stderr)
        return 2
    sizes = [int(number) for number in arguments] if own is None else []
    files = sizes[0] if sizes else 1000
    each = sizes[1] if len(sizes) > 1 else 50
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        folder = own or str(scratch / "corpus")
        if own is None:
            corpus(Path(folder), files, each)
        else:
            from auditor.storage import discover

            files, each = len(discover([folder])), 0
        print(f"{files:,} files" + (f" of {each} cues" if each else ""), flush=True)
        expected = compared(folder, scratch, files, files * each)
        killed(folder, scratch, expected, "--jobs", "2")
        if find_spec("ray") is not None:
            killed(folder, scratch, expected, "--engine", "ray", "--jobs", "2")
            node_lost(folder, scratch, expected)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
