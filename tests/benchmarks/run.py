"""Ratios of an audit's CPU time to what a user would otherwise wait for, in one run.

Usage: python tests/benchmarks/run.py [FOLDER]

Without FOLDER the project's samples are copied until there are 70 files of a
language. Each figure is the least of three runs of a whole process. Compared are:
merely parsing the files with webvtt-py, merely tokenising every Korean cue with
Kiwi, and starting up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"
COPIES = 70
RUNS = 3

PARSE = "import sys, webvtt\nfor path in sys.argv[1:]:\n    webvtt.read(path)"
TOKENISE = """
import sys
from auditor import read
from kiwipiepy import Kiwi
kiwi = Kiwi(num_workers=1)
for path in sys.argv[1:]:
    for cue in read(path).cues:
        kiwi.tokenize(cue.text)
"""
AUDIT = ["-m", "auditor", "audit", "--jobs", "1", "--no-cache", "-q", "--report", f"json={os.devnull}"]


def cpu_seconds(arguments: list[str]) -> float:
    """User and system time of one process, the least of three runs."""
    took = []
    for _ in range(RUNS):
        before = os.times()
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        took.append(after.children_user + after.children_system - before.children_user - before.children_system)
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
    print(f"{name:34} {ours:7.2f} s   {other:26} {theirs:7.2f} s   ratio {ours / theirs:6.2f}")


def main(arguments: list[str]) -> int:
    """Measure and print; 2 when the folder does not exist."""
    folder = Path(arguments[0]) if arguments else None
    if folder is not None and not folder.is_dir():
        print(f"{folder}: no such folder", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        english, korean = (corpus(folder, language, scratch) for language in ("en", "ko"))
        if english:
            row(f"audit of {len(english)} English files", cpu_seconds([*AUDIT, *english]),
                cpu_seconds(["-c", PARSE, *english]), "webvtt-py parses them")  # fmt: skip
            row("audit of one English file", cpu_seconds([*AUDIT, english[0]]),
                cpu_seconds(["-c", PARSE, english[0]]), "webvtt-py parses it")  # fmt: skip
        if korean:
            row(f"audit of {len(korean)} Korean files", cpu_seconds([*AUDIT, *korean]),
                cpu_seconds(["-c", TOKENISE, *korean]), "Kiwi tokenises every cue")  # fmt: skip
        row(
            "auditor --help",
            cpu_seconds(["-m", "auditor", "--help"]),
            cpu_seconds(["-c", "import webvtt"]),
            "import webvtt",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
