"""Our error rates against plain jiwer on the same normalised text, with run time and peak memory of each pair.

Usage: python tests/benchmarks/earnings.py FOLDER

FOLDER holds one folder a recording: recognisers' outputs (.vtt or .srt) and
reference.txt. Each pair runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import jiwer

from auditor import read
from auditor.facts.error_rates import by_cue, compare, tokens
from auditor.witnesses import read_witness


def measure(transcript: str, reference: str) -> None:
    """Print the figures of one pair; the memory is read before plain jiwer runs."""
    document, witness = read(transcript), read_witness(reference)
    began = time.perf_counter()
    rates = compare(document, witness).rates
    worst = max((errors.rate for errors in by_cue(document, witness)), default=0.0)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = " ".join(token.text for token in tokens(witness))
    written = " ".join(token.text for token in tokens(document))
    plain = jiwer.process_words(said, written)
    ours = (rates.wer, rates.mer, rates.wil, rates.cer)
    theirs = (plain.wer, plain.mer, plain.wil, jiwer.cer(said, written))
    same = all(f"{one:.4f}" == f"{other:.4f}" for one, other in zip(ours, theirs, strict=True))
    figures = " ".join(f"{value:.4f}" for value in ours)
    print(
        f"{Path(transcript).parent.name}/{Path(transcript).stem:32} words {rates.reference_words:6} "
        f"WER MER WIL CER {figures}  {'= jiwer' if same else f'!= jiwer {theirs}'}  "
        f"worst cue {worst:.2f}  {took:.2f} s  peak {peak:.0f} MB"
    )


def main(arguments: Sequence[str]) -> int:
    """Measure one pair, or every pair below a folder."""
    if len(arguments) == 2:
        measure(*arguments)
        return 0
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__)
        return 2
    for reference in sorted(Path(arguments[0]).rglob("reference.txt")):
        for transcript in sorted(p for p in reference.parent.iterdir() if p.suffix in (".vtt", ".srt")):
            subprocess.run([sys.executable, __file__, str(transcript), str(reference)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
