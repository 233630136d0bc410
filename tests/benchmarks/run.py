"""Ratios of an audit's CPU time to what a user would otherwise wait for, in one run; then where the time goes.

Usage: python tests/benchmarks/run.py [FOLDER]

Without FOLDER the project's samples are copied until there are 70 files of a
language. Each figure is user and system time of a whole process with its byte code at hand,
the least of several runs. Compared are: merely parsing the files with webvtt-py and with
pysubs2, merely tokenising every Korean cue with Kiwi, and starting up. Below stand
the stages of the English and the Korean audit (tests/benchmarks/stages.py).
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"
STAGES = Path(__file__).with_name("stages.py")
COPIES = 70
RUNS = 5

PARSE = "import sys, webvtt\nfor path in sys.argv[1:]:\n    webvtt.read(path)"
PYSUBS2 = "import sys, pysubs2\nfor path in sys.argv[1:]:\n    pysubs2.load(path, format_='vtt')"
TOKENISE = """
import sys
from auditor import read
from kiwipiepy import Kiwi
kiwi = Kiwi(num_workers=1)
for path in sys.argv[1:]:
    for cue in read(path).cues:
        kiwi.tokenize(cue.text)
"""
# An installed package has its byte code; a checkout gets it in the first run, unless it is forbidden to.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
AUDIT = ["-m", "auditor", "audit", "--jobs", "1", "--no-cache", "-q", "--report", f"json={os.devnull}"]


def cpu_seconds(arguments: list[str], runs: int = RUNS) -> float:
    """User and system time of one process, the least of several runs."""
    took = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(took)


def corpus(folder: Path | None, language: str, scratch: Path) -> list[str]:
    """The WebVTT files of a language: those of the user's folder, or copies of our clean sample."""
    if folder is not None:
        named = (p for p in folder.rglob("*") if p.suffix in (".vtt", ".srt") and language in p.stem.lower())
        return sorted(str(p) for p in named if p.read_bytes().startswith(b"WEBVTT"))
    (sample,) = (SAMPLES / "pottery").glob(f"{language}_*.vtt")
    paths = [scratch / f"{number}.{language}.vtt" for number in range(COPIES)]
    for path in paths:
        shutil.copy(sample, path)
    return [str(path) for path in paths]


def row(name: str, ours: float, theirs: float, other: str) -> None:
    print(f"{name:34} {ours:7.3f} s   {other:26} {theirs:7.3f} s   ratio {ours / theirs:6.2f}", flush=True)


def _ratios(english: list[str], korean: list[str]) -> None:
    one = [str(SAMPLES / "pottery" / "en_US.vtt")]
    if english:
        ours = cpu_seconds([*AUDIT, *english])
        row(
            f"audit of {len(english)} English files",
            ours,
            cpu_seconds(["-c", PARSE, *english]),
            "webvtt-py parses them",
        )
        if find_spec("pysubs2"):
            row("", ours, cpu_seconds(["-c", PYSUBS2, *english]), "pysubs2 parses them")
        else:
            print("pysubs2 is not installed: pip install 'transcript-auditor[dev]'")
    if korean:
        row(f"audit of {len(korean)} Korean files", cpu_seconds([*AUDIT, *korean]),
            cpu_seconds(["-c", TOKENISE, *korean]), "Kiwi tokenises every cue")  # fmt: skip
    row("audit of one small English file", cpu_seconds([*AUDIT, *one], 9),
        cpu_seconds(["-c", PARSE, *one], 9), "webvtt-py parses it")  # fmt: skip
    row("auditor --help", cpu_seconds(["-m", "auditor", "--help"], 9),
        cpu_seconds(["-c", "import webvtt"], 9), "import webvtt")  # fmt: skip


def main(arguments: list[str]) -> int:
    """Measure and print; 2 when the folder does not exist."""
    folder = Path(arguments[0]) if arguments else None
    if folder is not None and not folder.is_dir():
        print(f"{folder}: no such folder", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        english, korean = (corpus(folder, language, Path(name)) for language in ("en", "ko"))
        _ratios(english, korean)
        for language, files in (("English", english), ("Korean", korean)):
            if files:
                print(f"\nStages of the audit of {len(files)} {language} files", flush=True)
                subprocess.run([sys.executable, str(STAGES), *files], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
