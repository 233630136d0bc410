"""The baseline: known findings that a person has accepted, so that the gate judges only what is new.

A JSON file with one entry a line, sorted, to be kept under version control. An
entry excuses one finding: the one of its fingerprint in its file. Fingerprints
survive inserted cues and shifted times. When the file of an entry is gone, the
entry is for the same fault in a file the baseline does not know: files move.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from auditor.model import Audit, FileAudit, Finding
from auditor.score import add, scores, tally_file, with_costs

_SHOWN = 80


class State(StrEnum):
    """Why a finding is excused: it is right but stays as it is, or it is wrong."""

    ACCEPTED = "accepted"
    FALSE_ALARM = "false alarm"


class Entry(Struct, frozen=True, order=True):
    """A known finding. ``text`` (the start of what is flagged) and ``note`` are for people."""

    path: str
    rule: str
    fingerprint: str
    state: State = State.ACCEPTED
    text: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the finding: at most one entry has it."""
        return self.path, self.rule, self.fingerprint


class Baseline(Struct, frozen=True):
    """Known findings in the order of paths, rules and fingerprints."""

    entries: tuple[Entry, ...] = ()


class Known(Struct, frozen=True):
    """A finding the baseline excuses, and the entry that does it."""

    finding: Finding
    entry: Entry


class Judged(Struct, frozen=True):
    """An audit held against a baseline.

    ``audit`` is what the gate judges: new findings only, with the scores they give.
    ``known`` maps paths to the findings that were excused. ``stale`` are entries of
    audited or vanished files whose finding no longer occurs.
    """

    audit: Audit
    known: Mapping[str, tuple[Known, ...]]
    stale: tuple[Entry, ...]


def in_order(entries: Iterable[Entry]) -> Baseline:
    """A baseline of these entries; of several for one finding the last counts."""
    return Baseline(tuple(sorted({entry.key: entry for entry in entries}.values())))


def excerpt(text: str) -> str:
    """The start of a flagged text on one line, for people who read the file."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _match(
    baseline: Baseline, files: Sequence[FileAudit], exists: Callable[[str], bool]
) -> tuple[dict[str, tuple[Known, ...]], set[tuple[str, str, str]]]:
    """The findings the baseline excuses, by path, and the keys of the entries that did."""
    entries = {entry.key: entry for entry in baseline.entries}
    known_paths = {entry.path for entry in baseline.entries}
    audited = {file.path for file in files}
    gone = {path for path in known_paths - audited if not exists(path)}
    moved: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for lost in reversed(baseline.entries):
        if lost.path in gone:
            moved[lost.rule, lost.fingerprint].append(lost)
    known: dict[str, tuple[Known, ...]] = {}
    for file in files:
        excused = []
        for finding in file.findings:
            entry: Entry | None
            if file.path in known_paths:
                entry = entries.get((file.path, finding.rule, finding.fingerprint))
            else:
                pool = moved.get((finding.rule, finding.fingerprint))
                entry = pool.pop() if pool else None
            if entry is not None:
                excused.append(Known(finding, entry))
        if excused:
            known[file.path] = tuple(excused)
    used = {hit.entry.key for hits in known.values() for hit in hits}
    return known, used


def without(file: FileAudit, accepted: Iterable[Finding]) -> FileAudit:
    """The file as if the accepted findings were not there: tally, scores and costs follow from the others.

    A file that could not be read keeps its scores of 0 until all its findings are accepted.
    """
    gone = {(finding.rule, finding.fingerprint) for finding in accepted}
    kept = [finding for finding in file.findings if (finding.rule, finding.fingerprint) not in gone]
    unreadable = file.tally.cues == 0 and file.tally.exposure > 0
    if unreadable and not kept:
        tally = replace(file.tally, exposure=0, damage=(0, 0, 0, 0), findings=(0, 0, 0))
    else:
        tally = tally_file(kept, file.tally.cues, file.tally.duration_ms, not unreadable)
    return replace(file, tally=tally, scores=scores(tally), findings=with_costs(kept, tally))


def judge(baseline: Baseline, audit: Audit, exists: Callable[[str], bool] = os.path.exists) -> Judged:
    """Hold an audit against a baseline. ``exists`` tells files that were not audited from files that are gone."""
    known, used = _match(baseline, audit.files, exists)
    files = tuple(
        without(file, (entry.finding for entry in known[file.path])) if file.path in known else file
        for file in audit.files
    )
    tally = add(file.tally for file in files)
    audited = {file.path for file in audit.files}
    stale = tuple(
        entry
        for entry in baseline.entries
        if entry.key not in used and (entry.path in audited or not exists(entry.path))
    )
    return Judged(replace(audit, files=files, tally=tally, scores=scores(tally)), known, stale)


def accept(audit: Audit, known: Baseline | None = None, exists: Callable[[str], bool] = os.path.exists) -> Baseline:
    """The baseline that excuses every finding of an audit.

    ``known`` is an earlier baseline: its states and notes are kept, as are its
    entries for files that exist but were not audited.
    """
    earlier = prune(known or Baseline(), audit, exists)
    fresh = (
        Entry(file.path, finding.rule, finding.fingerprint, text=excerpt(finding.text))
        for file in audit.files
        for finding in file.findings
    )
    return in_order((*fresh, *earlier.entries))


def prune(baseline: Baseline, audit: Audit, exists: Callable[[str], bool] = os.path.exists) -> Baseline:
    """The baseline without entries whose finding no longer occurs; entries of moved files get the new path."""
    known, used = _match(baseline, audit.files, exists)
    audited = {file.path for file in audit.files}
    unjudged = (e for e in baseline.entries if e.key not in used and e.path not in audited and exists(e.path))
    matched = (replace(hit.entry, path=path) for path, hits in known.items() for hit in hits)
    return in_order((*unjudged, *matched))


class Worse(Struct, frozen=True):
    """A file whose overall score fell."""

    path: str
    before: float
    now: float


def worse(audit: Audit, old: Iterable[Mapping[str, Any]]) -> list[Worse]:
    """The files whose overall score is below that of an earlier audit, deepest fall first.

    ``old`` are the ``files`` of an earlier JSON report. Files that are in only one of the two are left out.
    """
    before = {file["path"]: float(file["scores"]["overall"]) for file in old}
    fallen = [
        Worse(file.path, before[file.path], file.scores.overall)
        for file in audit.files
        if file.path in before and file.scores.overall < before[file.path]
    ]
    return sorted(fallen, key=lambda file: (file.now - file.before, file.path))
