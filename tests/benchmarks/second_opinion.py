"""What a second recogniser adds: suspects it clears and confirms, judged by what was really said.

Usage: python tests/benchmarks/second_opinion.py FOLDER [--list]

FOLDER holds one folder a recording: outputs of at least two recognisers (.vtt or .srt) and
reference.txt. Every output is audited with each of the others as its hypothesis:

- natural repetition: REP301 with bars so low that it reports stutters, which people do say;
  the reference tells which were said (``--list`` prints each, to be read);
- planted faults: loops, copies, farewells and credits over real cues, with the usual bars;
- misheard cues: those with half of the words wrong by the reference, found by disagreement.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from msgspec.structs import replace

from auditor import read
from auditor.facts.error_rates import by_cue
from auditor.facts.second_opinion import LACKING, Verdict, opinion, verdict
from auditor.model import Confidence, Cue, Document, Hit, Severity, Witnesses
from auditor.rules import RULES
from auditor.rules import repetition_looped_phrase as looped
from auditor.witnesses import read_witness

_LOW_BARS = looped.Options(emphatic=3, word=3, phrase=2, sentence_words=3)
_EVERY = 23  # cues between two planted faults
_HIGH_ERROR = 0.5


def with_text(cue: Cue, text: str) -> Cue:
    """The cue saying something else."""
    return replace(cue, text=text, raw_text=text, text_map=None, recognition=None)


def plant(document: Document) -> tuple[Document, dict[int, str]]:
    """A document with faults over some of its cues, by turns; the kind of each by the index of its cue."""
    cues = list(document.cues)
    kinds: dict[int, str] = {}
    for turn, at in enumerate(range(10, len(cues) - 10, _EVERY)):
        words = cues[at].text.split()
        kind = ("loop", "copies", "farewell", "credit", "sentence twice")[turn % 5]
        spoiled = 1
        if kind == "loop":
            cues[at] = with_text(cues[at], " ".join([*words[:3], *words[3:6] * 4]))
        elif kind == "sentence twice":
            cues[at] = with_text(cues[at], " ".join(words[:8] * 2))
        elif kind == "copies":
            spoiled = 4
            for place in range(at + 1, at + spoiled):
                cues[place] = with_text(cues[place], cues[at].text)
        else:
            text = "Thanks for watching!" if kind == "farewell" else "Subtitles by the Amara.org community"
            cues[at] = with_text(cues[at], text)
        kinds.update({cues[place].index: kind for place in range(at, at + spoiled)})
    return replace(document, cues=tuple(cues)), kinds


@dataclass(frozen=True, slots=True)
class Pair:
    """A recogniser's output with another's as hypothesis, and what was said."""

    name: str
    document: Document
    hypothesis: Document
    reference: Document


def pairs(folder: Path) -> Iterator[Pair]:
    """Every output of a recording with every other."""
    reference = read_witness(str(folder / "reference.txt"))
    outputs = {path.stem: read(path) for path in sorted(folder.iterdir()) if path.suffix in (".vtt", ".srt")}
    for one, other in permutations(outputs, 2):
        yield Pair(f"{folder.name}/{one} with {other}", outputs[one], outputs[other], reference)


def outcome(hit: Hit) -> str:
    """What the second recogniser made of a suspicion."""
    if not hit.witness:
        return "left"
    return "cleared" if hit.severity is Severity.INFO else "confirmed"


_TRUTH = {Verdict.HEARD: "said", Verdict.UNSURE: "unclear", Verdict.LACKING: "not said", Verdict.SILENT: "not said"}


def natural(pair: Pair, listed: bool) -> Counter[tuple[str, str]]:
    """Repetitions at low bars: by what the reference says of them and what the hypothesis made of them."""
    witnessed = replace(pair.document, witnesses=Witnesses(hypothesis=pair.hypothesis))
    judge = replace(pair.document, witnesses=Witnesses(hypothesis=pair.reference))
    counts: Counter[tuple[str, str]] = Counter()
    for hit in looped.check(witnessed, _LOW_BARS):
        assert hit.cue is not None
        truth = _TRUTH[verdict(judge, [judge.cues[hit.cue - 1]], hit.text) or Verdict.UNSURE]
        counts[truth, outcome(hit)] += 1
        if listed:
            print(f"  {pair.name} cue {hit.cue}: {truth}, {outcome(hit)}: {hit.message}")
    return counts


def planted(pair: Pair) -> Counter[tuple[str, str]]:
    """Planted faults: how many cues of each kind are found alone and with the hypothesis, and how sure."""
    spoiled, kinds = plant(pair.document)
    witnessed = replace(spoiled, witnesses=Witnesses(hypothesis=pair.hypothesis))
    counts: Counter[tuple[str, str]] = Counter((kind, "planted") for kind in kinds.values())
    for document, how in ((spoiled, "alone"), (witnessed, "with")):
        hits = [hit for rule in RULES if rule.code[:3] in ("REP", "PHR") for hit in rule.check(document, rule.options)]
        loud = [hit for hit in hits if hit.severity is not Severity.INFO]
        for index in {hit.cue for hit in loud}:
            counts[kinds.get(index or 0, "elsewhere"), f"{how}: found"] += 1
        for index in {hit.cue for hit in loud if hit.confidence is Confidence.CERTAIN}:
            counts[kinds.get(index or 0, "elsewhere"), f"{how}: certain"] += 1
        for index in {hit.cue for hit in hits if hit.severity is Severity.INFO}:
            counts[kinds.get(index or 0, "elsewhere"), f"{how}: cleared"] += 1
    return counts


def misheard(pair: Pair) -> Counter[str]:
    """Cues with half of the words wrong, and cues where the recognisers disagree."""
    witnessed = replace(pair.document, witnesses=Witnesses(hypothesis=pair.hypothesis))
    rates = {errors.cue.index: errors.rate for errors in by_cue(pair.document, pair.reference)}
    wrong = {index for index, rate in rates.items() if rate >= _HIGH_ERROR}
    formed = ((cue.index, opinion(witnessed, cue)) for cue in witnessed.cues)
    disputed = {index for index, one in formed if one is not None and one.agreement <= LACKING}
    return Counter({"wrong": len(wrong), "disputed": len(disputed), "both": len(wrong & disputed)})


def _table(title: str, counts: Counter[tuple[str, str]]) -> None:
    print(title)
    columns = sorted({column for _, column in counts})
    for row in sorted({row for row, _ in counts}):
        print(f"  {row:16}", "  ".join(f"{column} {counts[row, column]:4}" for column in columns))


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.3f}" if whole else "-"


def main(arguments: Sequence[str]) -> int:
    """Measure every pair below a folder."""
    folders = [argument for argument in arguments if argument != "--list"]
    if len(folders) != 1 or not Path(folders[0]).is_dir():
        print(__doc__)
        return 2
    said: Counter[tuple[str, str]] = Counter()
    faults: Counter[tuple[str, str]] = Counter()
    print("cues that are wrong by the reference, and cues where the recognisers disagree")
    for reference in sorted(Path(folders[0]).rglob("reference.txt")):
        for pair in pairs(reference.parent):
            said += natural(pair, "--list" in arguments)
            faults += planted(pair)
            cues = misheard(pair)
            print(
                f"  {pair.name:64} precision {_share(cues['both'], cues['disputed']):18} "
                f"recall {_share(cues['both'], cues['wrong'])}"
            )
    _table("repetition at low bars, by the reference", said)
    _table("planted faults, in cues", faults)
    wrong = {how: said["not said", how] for how in ("left", "confirmed", "cleared")}
    right = {how: said["said", how] for how in ("left", "confirmed", "cleared")}
    kept = wrong["left"] + wrong["confirmed"]
    alone = sum(wrong.values())
    print("precision of repetition at low bars alone", _share(alone, alone + sum(right.values())))
    print("precision with a hypothesis", _share(kept, kept + right["left"] + right["confirmed"]))
    print("cleared that were said", _share(right["cleared"], right["cleared"] + wrong["cleared"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
