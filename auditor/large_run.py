"""Runs of any size: shards done by an engine, retried where that helps, added up at the end.

The engine is this machine's processes, or Ray; both call the same
:class:`~auditor.shards.ShardWork`, so their results are equal byte for byte. Whoever
drives holds numbers of shards and sums, never findings.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from auditor import __version__, storage
from auditor.config import Config, language
from auditor.entries import Entry
from auditor.extras import missing
from auditor.manifest import Manifest
from auditor.model import Audit
from auditor.pool import ordered
from auditor.remote import scheme
from auditor.reports.tables import FILE_COLUMNS, TableFormat, table
from auditor.rulesets import rulesets
from auditor.run import Job, NoTranscriptError, cores
from auditor.score import scores
from auditor.shards import (
    FILES_PER_SHARD,
    Outcome,
    Plan,
    ShardError,
    ShardWork,
    Worst,
    digest,
    done,
    finished,
    read_plan,
    read_totals,
    settings_of,
    write_plan,
)
from auditor.totals import Summing
from auditor.witnesses import is_track_file, pair

Engine = Callable[[ShardWork, Sequence[int]], Iterator[Outcome]]
"""Does shards in any order; a shard it says nothing of is lost. May raise :class:`ShardError` when it cannot begin."""

DETAILED = 100
"""The worst files of a run that its reports show in detail."""

# Files of them sent to a process at a time.
_BATCH = 16

ATTEMPTS = 3
"""How often a shard is tried: a worker that is lost, a disk that is full for a while. From the second on with care."""


class Share(Struct, frozen=True):
    """One of ``of`` parts of a run, for schedulers that start many processes: the ``number``-th (from 1)."""

    number: int = 1
    of: int = 1

    def __contains__(self, shard: int) -> bool:
        return shard % self.of == self.number - 1


class Result(Struct, frozen=True):
    """What became of a share of a run: ``shards`` it has, ``done_before`` this time, ``failed`` and why."""

    plan: Plan
    shards: int
    done_before: int
    failed: tuple[Outcome, ...]


def local_engine(jobs: int | None) -> Engine:
    """This machine's processes: ``jobs`` of them, by default one a core.

    One, too, is a process besides the driver's, so that a file that kills it does not end the run.
    """

    def engine(work: ShardWork, shards: Sequence[int]) -> Iterator[Outcome]:
        return ordered(work.all, shards, min(jobs or cores(), len(shards)), 1, work.lost)

    return engine


class Transcripts(Struct, frozen=True):
    """What a run audits: paths with witnesses paired by name, or the rows of a manifest. Read when it is planned."""

    paths: tuple[str, ...] = ()
    manifest: str | None = None
    reference: str | None = None
    hypothesis: str | None = None
    source_track: str | None = None

    @property
    def digest(self) -> str:
        """What tells one set of transcripts from another, before any of them is looked for.

        Relative paths mean others in another working directory.
        """
        track = self.source_track if self.source_track and is_track_file(self.source_track) else None
        named = (*self.paths, self.manifest, self.reference, self.hypothesis, track)
        relative = any(path and scheme(path) is None and not os.path.isabs(path) for path in named)
        return digest(f"{self!r} {os.getcwd() if relative else ''}")

    @property
    def places(self) -> tuple[str, ...]:
        """What the user named."""
        return self.paths if self.manifest is None else (self.manifest,)

    def entries(self, warn: Callable[[str], None]) -> Iterator[Entry]:
        """The transcripts in order; ``warn`` is told of rows left out and of witnesses that could not be paired."""
        if self.manifest is not None:
            manifest = Manifest(self.manifest)
            yield from manifest
            for warning in manifest.warnings:
                warn(warning)
            return
        files = storage.discover(self.paths)
        pairing = pair(files, reference=self.reference, hypothesis=self.hypothesis, source_track=self.source_track)
        for warning in pairing.warnings:
            warn(warning)
        for path in files:
            yield Entry(path, None, pairing.of.get(path))


def prepared(
    folder: str,
    transcripts: Transcripts,
    settings: str,
    profile: str,
    kind: TableFormat,
    files_per_shard: int,
    warn: Callable[[str], None],
) -> Plan:
    """The plan of a folder of results: the one it has, or a new one.

    Raises :class:`~auditor.shards.ShardError` for results of another configuration, and
    :class:`~auditor.run.NoTranscriptError` when there is nothing to audit.
    """
    finished = done(folder)  # before the plan, which another share may just be making
    plan = read_plan(folder)
    if plan is None:
        if finished:
            raise ShardError(f"{storage.shown(folder)}: holds shards of a run whose plan is gone; name another folder")
        entries = transcripts.entries(warn)
        first = next(entries, None)
        if first is None:
            raise NoTranscriptError(f"no transcript found under {', '.join(transcripts.places)}")
        return write_plan(folder, chain([first], entries), settings, transcripts.digest, profile, kind, files_per_shard)
    if plan.settings != settings:
        raise ShardError(
            f"{storage.shown(folder)}: holds results of another configuration or version "
            f"({plan.version}, profile {plan.profile}); name another folder"
        )
    if plan.transcripts != transcripts.digest:
        raise ShardError(
            f"{storage.shown(folder)}: holds results of other transcripts than {', '.join(transcripts.places[:3])}; "
            "name the same PATHs, manifest and witnesses, from the same working directory, or another folder"
        )
    if plan.kind != kind:
        raise ShardError(f"{storage.shown(folder)}: its tables are {plan.kind}, not {kind}; name another folder")
    return plan


def _job(config: Config, *, shows_cues: bool) -> Job:
    return Job(rulesets(config), language(config, "command line"), keep_documents=shows_cues)


def audit_large(
    folder: str,
    transcripts: Transcripts,
    config: Config,
    *,
    kind: TableFormat = "parquet",
    files_per_shard: int = FILES_PER_SHARD,
    engine: Engine,
    share: Share,
    warn: Callable[[str], None],
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Audit transcripts into a folder of results, or do what is left of it.

    ``warn`` is told of rows and witnesses that were left out when the run was planned,
    ``progress(done, total)`` is called with shards. Raises
    :class:`~auditor.shards.ShardError`, :class:`~auditor.run.NoTranscriptError` and
    :class:`~auditor.writing.ReportError`.
    """
    job = _job(config, shows_cues=False)
    try:
        table([], FILE_COLUMNS, kind)  # fails now, not in every worker, where a package is missing
    except ImportError as error:
        raise ShardError(f"{missing(f'--tables {kind}', error, 'parquet')}, or --tables jsonl") from error
    plan = prepared(
        folder, transcripts, settings_of(config, job), job.ruleset.profile.name, kind, files_per_shard, warn
    )
    return drive(folder, plan, job, engine, share, progress)


def account(folder: str, result: Result, share: Share) -> list[str]:
    """What to say of a run when it is over: what was done before, what could not be done, what to do next."""
    shown = storage.shown(folder)
    lines = [
        f"auditor: shard {one.shard} of {shown} could not be done in {ATTEMPTS} attempts: {one.trouble}"
        for one in result.failed
    ]
    if lines:
        return [*lines, f"auditor: {len(lines)} of {result.shards} shards are left; run again to do them"]
    if result.done_before:
        lines.append(f"auditor: {result.done_before} of {result.shards} shards were done before")
    if share.of > 1:
        lines.append(
            f"auditor: share {share.number} of {share.of} is done ({result.shards} shards); "
            f"`auditor merge {shown}` adds all shares up"
        )
    return lines


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
    return Result(plan, len(mine), before, tuple(failed[shard] for shard in todo))


def sum_up(folders: Sequence[str], config: Config, *, shows_cues: bool = False) -> Audit:
    """The audit that finished runs come to: totals, and their worst files, audited again.

    Raises :class:`~auditor.shards.ShardError` for folders that are unfinished or do not go
    together, or were audited with another configuration.
    """
    job = _job(config, shows_cues=shows_cues)
    settings = settings_of(config, job)
    summing = Summing()
    worst: list[tuple[float, int, int, Worst]] = []
    number = 0
    for folder in folders:
        plan = finished(folder)
        if plan.settings != settings:
            raise ShardError(
                f"{storage.shown(folder)}: was audited with another configuration or version "
                f"({plan.version}, profile {plan.profile}) than is in force here; give the same options"
            )
        for totals, found in read_totals(folder, range(plan.shards)):
            summing.add_totals(totals)
            for file in found:
                number += 1
                entry = (-file.overall, file.errors, -number, file)
                if len(worst) < DETAILED:
                    heapq.heappush(worst, entry)
                else:
                    heapq.heappushpop(worst, entry)
    totals = summing.totals()
    entries = [file.entry for *_, file in sorted(worst, reverse=True, key=lambda entry: entry[:3])]
    # In a process of its own: the worst files are also those that killed one.
    files = tuple(ordered(job.all, entries, 1, _BATCH, job.lost))
    return Audit(job.ruleset.profile.name, files, totals.tally, scores(totals.tally), __version__, totals=totals)
