"""Runs of any size: shards done by an engine, retried where that helps, added up at the end.

The engine is this machine's processes, or Ray; both call the same
:class:`~auditor.shards.ShardWork`, so their results are equal byte for byte. Whoever
drives holds numbers of shards and sums, never findings.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from auditor import storage
from auditor.cache import surroundings
from auditor.manifest import Entry, Manifest
from auditor.model import Audit, FileAudit
from auditor.pool import ordered
from auditor.reports.tables import TableFormat
from auditor.run import Job
from auditor.score import scores
from auditor.shards import Outcome, Plan, ShardError, ShardWork, Worst, done, read_plan, read_totals, write_plan
from auditor.totals import Summing
from auditor.witnesses import pair

Engine = Callable[[ShardWork, Sequence[int]], Iterator[Outcome]]
"""Does shards in any order; a shard it says nothing of is lost. May raise :class:`ShardError` when it cannot begin."""

ATTEMPTS = 3
"""How often a shard is tried: a worker that is lost, a disk that is full for a while. From the second on with care."""


@dataclass(frozen=True, slots=True)
class Share:
    """One of ``of`` parts of a run, for schedulers that start many processes: the ``number``-th (from 1)."""

    number: int = 1
    of: int = 1

    def __contains__(self, shard: int) -> bool:
        return shard % self.of == self.number - 1


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a run. ``failed`` are the shards that could not be done, and why; ``files`` are those done now."""

    plan: Plan
    done_before: int
    failed: tuple[Outcome, ...]


def local_engine(jobs: int | None) -> Engine:
    """This machine's processes: ``jobs`` of them, by default one a core."""

    def engine(work: ShardWork, shards: Sequence[int]) -> Iterator[Outcome]:
        count = min(jobs or len(os.sched_getaffinity(0)), len(shards))
        return map(work, shards) if count == 1 else ordered(work.all, shards, count, 1, work.lost)

    return engine


@dataclass(frozen=True, slots=True)
class Transcripts:
    """What a run audits: paths (searched) with witnesses paired by name, or the rows of a manifest. Read when planned."""

    paths: tuple[str, ...] = ()
    manifest: str | None = None
    reference: str | None = None
    hypothesis: str | None = None
    source_track: str | None = None

    def entries(self, warn: Callable[[str], None]) -> Iterator[Entry]:
        """The transcripts in order; ``warn`` is told of rows left out and of witnesses that could not be paired."""
        if self.manifest is not None:
            manifest = Manifest(self.manifest)
            yield from manifest
            for warning in manifest.warnings:
                warn(warning)
            return
        files = storage.discover(self.paths)
        pairing = pair(
            files, reference=self.reference, hypothesis=self.hypothesis, source_track=self.source_track
        )
        for warning in pairing.warnings:
            warn(warning)
        for path in files:
            yield Entry(path, None, pairing.of.get(path))


def prepared(
    folder: str, entries: Callable[[], Iterable[Entry]], job: Job, kind: TableFormat, files_per_shard: int
) -> Plan:
    """The plan of a folder of results: the one it has, or a new one.

    Raises :class:`~auditor.shards.ShardError` for results of another configuration.
    """
    plan = read_plan(folder)
    if plan is None:
        return write_plan(folder, entries(), job, kind, files_per_shard)
    if plan.settings != surroundings(job.ruleset, job.language):
        raise ShardError(
            f"{storage.shown(folder)}: holds results of another configuration or version "
            f"({plan.version}, profile {plan.profile}); name another folder"
        )
    if plan.kind != kind:
        raise ShardError(f"{storage.shown(folder)}: its tables are {plan.kind}, not {kind}; name another folder")
    return plan


def drive(
    folder: str, plan: Plan, job: Job, engine: Engine, share: Share, progress: Callable[[int, int], None] | None = None
) -> Result:
    """Do the shards of a share that are not done yet. ``progress(done, total)`` is called with shards of the share."""
    mine = [shard for shard in range(plan.shards) if shard in share]
    todo = sorted(set(mine) - done(folder))
    before = finished = len(mine) - len(todo)
    work = ShardWork(folder, plan.kind, job, os.getcwd())
    failed: dict[int, Outcome] = {}
    for attempt in range(ATTEMPTS):
        failed = {shard: work.lost(shard) for shard in todo}
        for outcome in engine(replace(work, careful=attempt > 0), todo) if todo else ():
            failed.pop(outcome.shard)
            if outcome.trouble:
                failed[outcome.shard] = outcome
                continue
            finished += 1
            if progress is not None:
                progress(finished, len(mine))
        todo = sorted(failed)
    return Result(plan, before, tuple(failed[shard] for shard in todo))


def added_up(folders: Sequence[str], detailed: int, again: Callable[[Entry], FileAudit] | None = None) -> Audit:
    """The audit that finished runs come to: totals, and the worst files as ``again`` audits them (default: none).

    Raises :class:`~auditor.shards.ShardError` for folders that are unfinished or do not go together.
    """
    plans = {folder: _finished(folder) for folder in folders}
    first = next(iter(plans.values()))
    for folder, plan in plans.items():
        if plan.settings != first.settings:
            raise ShardError(
                f"{storage.shown(folder)}: was audited with another configuration or version than "
                f"{storage.shown(folders[0])}; their scores cannot be added"
            )
    summing = Summing()
    worst: list[tuple[float, int, int, Worst]] = []
    number = 0
    for folder, plan in plans.items():
        for totals, found in read_totals(folder, range(plan.shards)):
            summing.add_totals(totals)
            for file in found:
                number += 1
                entry = (-file.overall, file.errors, -number, file)
                (heapq.heappush if len(worst) < detailed else heapq.heappushpop)(worst, entry)
    totals = summing.totals()
    files = [again(file.entry) for *_, file in sorted(worst, reverse=True)] if again is not None else []
    return Audit(first.profile, tuple(files), totals.tally, scores(totals.tally), first.version, totals=totals)


def _finished(folder: str) -> Plan:
    plan = read_plan(folder)
    if plan is None:
        raise ShardError(f"{storage.shown(folder)}: no results of a run; `auditor audit ... --output` makes them")
    missing = set(range(plan.shards)) - done(folder)
    if missing:
        raise ShardError(
            f"{storage.shown(folder)}: {len(missing)} of {plan.shards} shards are missing; run the audit again, "
            "it does what is left"
        )
    return plan
