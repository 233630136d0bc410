"""What the cache saves: CPU time of auditing unchanged files again, as a share of auditing them the first time.

Usage: python tests/benchmarks/rerun.py [FOLDER]

Without FOLDER the project's samples are copied until there are 40 of each file.
Everything goes through the command line in one process, with the JSON report.
Start-up is taken off both: that of `auditor --version`, and, in the second line,
that of auditing a single cue, which imports what every audit imports.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"
COPIES = 40
RUNS = 3
CUE = "WEBVTT\n\n00:01.000 --> 00:03.000\nThe mill stood by the river.\n"
AUDIT = ("audit", "--jobs", "1", "-q", "--report", f"json={os.devnull}")


def cpu_seconds(here: Path, *arguments: str) -> float:
    """User and system time of one run of the command in a folder."""
    before = os.times()
    command = [sys.executable, "-m", "auditor", *arguments]
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as an installed package has its byte code
    subprocess.run(command, cwd=here, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(arguments: list[str]) -> int:
    """Measure and print; 2 when the folder does not exist."""
    folder = Path(arguments[0]).resolve() if arguments else None
    if folder is not None and not folder.is_dir():
        print(f"{folder}: no such folder", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        here = Path(name)
        if folder is None:
            folder = here / "samples"
            for number in range(COPIES):
                shutil.copytree(SAMPLES, folder / str(number))
        (here / "one.en.vtt").write_text(CUE, encoding="utf-8")
        version = min(cpu_seconds(here, "--version") for _ in range(RUNS))
        single = min(cpu_seconds(here, *AUDIT, "--no-cache", "one.en.vtt") for _ in range(RUNS))
        cold = cpu_seconds(here, *AUDIT, str(folder))
        warm = min(cpu_seconds(here, *AUDIT, str(folder)) for _ in range(RUNS))
    print(f"first run {cold:.2f} s, again {warm:.2f} s; auditor --version {version:.2f} s, one cue {single:.2f} s")
    print(f"ratio without the start-up of --version    {(warm - version) / (cold - version):.3f}")
    print(f"ratio without the start-up of an audit     {(warm - single) / (cold - single):.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
