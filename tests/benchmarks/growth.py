"""How the cost of an audit grows with cues and with files: corpora of 10^2 to 10^6 cues are made and audited.

Usage: python tests/benchmarks/growth.py [MOST_CUES] [LANGUAGE]

MOST_CUES (default 100000) is the size of the largest corpus, LANGUAGE en, ko or ja
(default en). Cues are those of the project's clean samples in a shuffled order, so
that no transcript repeats itself. Printed for each size, once as one file and once
as files of 100 cues: CPU time of the whole process, that beyond an empty run per
cue, and the most memory held. Linear growth is a constant time a cue.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"
CUES_PER_FILE = 100
LARGEST_FILE = 100_000  # a transcript of a week; the largest sizes are tried as many files only
AUDIT = ["-m", "auditor", "audit", "--jobs", "1", "--no-cache", "-q", "--report", f"jsonl={os.devnull}"]

# Prints what the child took: resource usage of children is a maximum over all of them, so each has a parent of its own.
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def sentences(language: str) -> list[str]:
    """The texts of the clean sample of a language."""
    from auditor import read

    (path,) = (SAMPLES / "pottery").glob(f"{language}_*.vtt")
    return [cue.text for cue in read(path).cues]


def stamp(milliseconds: int) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{fraction:03}"


def transcript(cues: int, texts: list[str], chance: random.Random) -> str:
    """A WebVTT file of so many cues, each long enough to be read, with pauses that differ."""
    blocks = ["WEBVTT"]
    at = 0
    while len(blocks) <= cues:
        for text in chance.sample(texts, len(texts))[: cues - len(blocks) + 1]:
            start = at + chance.randrange(120, 900)
            at = start + max(1200, 75 * len(text)) + chance.randrange(200)
            blocks.append(f"{stamp(start)} --> {stamp(at)}\n{text}")
    return "\n\n".join(blocks) + "\n"


def corpus(folder: Path, cues: int, per_file: int, language: str) -> None:
    """Write transcripts of ``cues`` cues in all into a folder; the same arguments write the same bytes."""
    texts = sentences(language)
    chance = random.Random(cues)
    for number, first in enumerate(range(0, cues, per_file)):
        path = folder / f"{number // 1000:03}" / f"{number:06}.{language}.vtt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(transcript(min(per_file, cues - first), texts, chance), encoding="utf-8")


def measured(folder: Path) -> tuple[float, float]:
    """CPU seconds of an audit of the folder, and its peak of memory in MB (which Linux counts in KB)."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *AUDIT, str(folder)], check=True, capture_output=True, text=True
    )
    seconds, kilobytes = map(float, done.stdout.split())
    return seconds, kilobytes / 1024


def main(arguments: list[str]) -> int:
    """Measure and print."""
    most = int(arguments[0]) if arguments else 100_000
    language = arguments[1] if len(arguments) > 1 else "en"
    with tempfile.TemporaryDirectory() as name:
        start = Path(name) / "start"
        corpus(start, 1, 1, language)
        base, _ = measured(start)
        print(f"{base:8.2f} s   a file of one cue: subtracted below, where a cue's time is told")
        for cues in (10**power for power in range(2, 7)):
            for per_file in dict.fromkeys((cues, CUES_PER_FILE)):
                if cues > most or per_file > LARGEST_FILE:
                    continue
                folder = Path(name) / f"{cues}x{per_file}"
                corpus(folder, cues, per_file, language)
                seconds, megabytes = measured(folder)
                each = (seconds - base) * 1e6 / cues
                files = -(-cues // per_file)
                print(f"{seconds:8.2f} s   {cues:8} cues in {files:6} files {each:8.1f} µs a cue {megabytes:7.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
