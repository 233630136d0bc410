"""Two audits of the same transcripts, from their JSON: what got better, what got worse, what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

CATEGORIES = ("overall", "fidelity", "timing", "readability", "format")
"""The scores that are compared, in the order they are shown."""


class FileChange(Struct, frozen=True):
    """One file in both audits.

    ``scores`` maps each of :data:`CATEGORIES` to its value before and after. The
    findings are rows of the JSON reports, matched by fingerprint: ``vanished`` rows are
    of the old audit, ``stayed`` and ``appeared`` of the new one.
    """

    path: str
    old_path: str
    scores: Mapping[str, tuple[float, float]]
    vanished: tuple[Mapping[str, Any], ...]
    stayed: tuple[Mapping[str, Any], ...]
    appeared: tuple[Mapping[str, Any], ...]

    @property
    def new_errors(self) -> int:
        """How many errors only the new audit has."""
        return sum(row["severity"] == "error" for row in self.appeared)


class Comparison(Struct, frozen=True):
    """Two audits: the files of both in the order of the new one, the files of only one, and the sums."""

    files: tuple[FileChange, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    scores: Mapping[str, tuple[float, float]]
    vanished: int
    stayed: int
    appeared: int
    profiles: tuple[str, str]


def _scores(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    return {name: (float(old["scores"][name]), float(new["scores"][name])) for name in CATEGORIES}


def _change(old: Mapping[str, Any], new: Mapping[str, Any]) -> FileChange:
    left = Counter(row["fingerprint"] for row in new["findings"])
    vanished = []
    for row in old["findings"]:
        if left[row["fingerprint"]]:
            left[row["fingerprint"]] -= 1
        else:
            vanished.append(row)
    known = Counter(row["fingerprint"] for row in old["findings"])
    stayed, appeared = [], []
    for row in new["findings"]:
        if known[row["fingerprint"]]:
            known[row["fingerprint"]] -= 1
            stayed.append(row)
        else:
            appeared.append(row)
    return FileChange(new["path"], old["path"], _scores(old, new), tuple(vanished), tuple(stayed), tuple(appeared))


def _tails(path: str) -> Iterable[str]:
    """A path and its last parts, longest first."""
    parts = PurePosixPath(path).parts
    return ("/".join(parts[at:]) for at in range(len(parts)))


def _pairs(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Which file of the new audit (index) is which of the old: by path, else by the longest unique common tail.

    Two audits of a single file each are two versions of it, whatever their names.
    """
    if len(old) == len(new) == 1:
        return {0: 0}
    by_path = {file["path"]: index for index, file in enumerate(old)}
    pairs = {index: by_path[file["path"]] for index, file in enumerate(new) if file["path"] in by_path}
    free_old = [index for index in range(len(old)) if index not in set(pairs.values())]
    free_new = [index for index in range(len(new)) if index not in pairs]
    theirs, ours = (
        Counter(tail for index in free for tail in _tails(files[index]["path"]))
        for free, files in ((free_old, old), (free_new, new))
    )
    by_tail = {tail: index for index in free_old for tail in _tails(old[index]["path"]) if theirs[tail] == 1}
    for index in free_new:
        tail = next((tail for tail in _tails(new[index]["path"]) if tail in by_tail and ours[tail] == 1), None)
        if tail is not None:
            pairs[index] = by_tail[tail]
    return pairs


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """Compare two audits as the JSON report writes them.

    Raises ``ValueError`` when they are of different schema versions.
    """
    versions = old.get("schema_version"), new.get("schema_version")
    if versions[0] != versions[1]:
        raise ValueError(f"the audits have different schema versions ({versions[0]} and {versions[1]}): audit again")
    before, after = old["files"], new["files"]
    pairs = _pairs(before, after)
    changes = tuple(_change(before[pairs[index]], after[index]) for index in range(len(after)) if index in pairs)
    matched = set(pairs.values())
    return Comparison(
        files=changes,
        removed=tuple(file["path"] for index, file in enumerate(before) if index not in matched),
        added=tuple(file["path"] for index, file in enumerate(after) if index not in pairs),
        scores=_scores(old["summary"], new["summary"]),
        vanished=sum(len(change.vanished) for change in changes),
        stayed=sum(len(change.stayed) for change in changes),
        appeared=sum(len(change.appeared) for change in changes),
        profiles=(old["profile"], new["profile"]),
    )


def worse(comparison: Comparison, tolerance: float = 0.0) -> tuple[FileChange, ...]:
    """The files that got worse: a lower overall score by more than ``tolerance`` points, or a new error.

    Empty when no file got worse: what a gate asks for.
    """
    return tuple(
        change
        for change in comparison.files
        if change.scores["overall"][0] - change.scores["overall"][1] > tolerance or change.new_errors
    )


HEAD = ("file", "before", "now", "vanished", "stayed", "new", "new errors")
"""Column names of :func:`rows`; the scores are the overall ones."""


def rows(comparison: Comparison) -> list[list[str]]:
    """The files that changed, deepest fall first, as a table; files without any change are left out."""
    changed = [
        c for c in comparison.files if c.vanished or c.appeared or c.scores["overall"][0] != c.scores["overall"][1]
    ]
    changed.sort(key=lambda c: (c.scores["overall"][1] - c.scores["overall"][0], c.path))
    return [
        [
            change.path,
            f"{change.scores['overall'][0]:.1f}",
            f"{change.scores['overall'][1]:.1f}",
            str(len(change.vanished)),
            str(len(change.stayed)),
            str(len(change.appeared)),
            str(change.new_errors),
        ]
        for change in changed
    ]


def summary(comparison: Comparison) -> list[str]:
    """The sums in lines for a person, and what makes the two audits hard to compare."""
    before, now = comparison.scores["overall"]
    lines = [
        f"overall {before:.1f} -> {now:.1f}: {comparison.vanished} findings vanished, {comparison.stayed} stayed, "
        f"{comparison.appeared} are new"
    ]
    lines += [
        f"  {name} {a:.1f} -> {b:.1f}" for name, (a, b) in comparison.scores.items() if name != "overall" and a != b
    ]
    if comparison.removed:
        lines.append(f"{len(comparison.removed)} files only in the old audit, such as {comparison.removed[0]}")
    if comparison.added:
        lines.append(f"{len(comparison.added)} files only in the new audit, such as {comparison.added[0]}")
    if comparison.profiles[0] != comparison.profiles[1]:
        lines.append(f"the profiles differ: {comparison.profiles[0]} and {comparison.profiles[1]}")
    return lines
