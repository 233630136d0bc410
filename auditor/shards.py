"""The results of a run too large for one file: a folder of shards, each written by whoever audited it.

::

    run.json                what was audited with what: written when the plan is whole
    plan/00000.jsonl        the transcripts of a shard, with their languages and witnesses
    files/00000.parquet     a row a file: language, scores, counts     (or .jsonl)
    findings/00000.parquet  a row a finding                            (or .jsonl)
    totals/00000.json       the sums of the shard, and its worst files: written last

A shard is done when its totals are there. So a run that was stopped anywhere goes
on where it was, and shards can be made by any number of processes on any number of
machines. Files are replaced whole, and a shard that is done twice has the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from auditor import storage
from auditor.audit_text import ShapeError, dump, load
from auditor.cache import surroundings
from auditor.config import Config, GateLimits
from auditor.entries import Entry, Paths
from auditor.manifest import COLUMNS
from auditor.model import FileAudit, Language, Totals
from auditor.pool import ordered
from auditor.reports.tables import (
    FILE_COLUMNS,
    FINDING_COLUMNS,
    TableFormat,
    file_columns,
    finding_columns,
    read_table,
    table,
)
from auditor.rulesets import Rulesets
from auditor.run import Job
from auditor.totals import badness, total
from auditor.writing import write_file

T = TypeVar("T")

RUN, PLAN, FILES, FINDINGS, TOTALS = "run.json", "plan", "files", "findings", "totals"
SCHEMA_VERSION = 1

FILES_PER_SHARD = 500
"""Files of a shard by default: some seconds of work, which is what a lost worker costs."""

WORST_PER_SHARD = 100
"""Files of a shard whose names its totals hold, so that the worst of a run are found without its files table."""

# Files a careful worker gives to the process that may die of one of them.
_AT_RISK = 16


class ShardError(ValueError):
    """A folder of results that cannot be used; the message says which, why and what to do."""


class Plan(Struct, frozen=True):
    """What a folder of results holds when it is done, as ``run.json`` says it.

    ``settings`` is the digest of configuration, rules and versions (:func:`settings_of`),
    ``transcripts`` that of what the user named, ``kind`` the format of the tables.
    """

    settings: str
    transcripts: str
    profile: str
    kind: TableFormat
    shards: int
    files: int
    version: str
    schema_version: int = SCHEMA_VERSION


class Outcome(Struct, frozen=True):
    """What became of a shard: done, or why not."""

    shard: int
    trouble: str = ""


class Worst(Struct, frozen=True):
    """A file among the worst of its shard: how it is ranked (:func:`auditor.totals.badness`), and where it lies."""

    overall: float
    errors: int
    entry: Entry


def _place(folder: str, what: str, shard: int, ending: str) -> str:
    return storage.join(folder, f"{what}/{shard:05}.{ending}")


def _trouble(place: str, error: OSError) -> ShardError:
    return ShardError(f"{storage.shown(place)}: cannot be read: {error.strerror or error}")


# ---------------------------------------------------------------- the plan


def _entry_row(entry: Entry) -> dict[str, Any]:
    witnesses = entry.witnesses or Paths()
    values = (
        entry.path,
        entry.language.tag if entry.language else None,
        witnesses.reference,
        witnesses.hypothesis,
        witnesses.source,
    )
    return {name: value for name, value in zip(COLUMNS, values, strict=True) if value is not None}


def _entry(row: Any) -> Entry:
    if not isinstance(row, dict):
        raise ValueError(f"no transcript: {row!r}")
    path, tag, *beside = (row.get(name) for name in COLUMNS)
    if not isinstance(path, str):
        raise ValueError(f"a transcript without a path: {row!r}")
    return Entry(path, Language(tag, "manifest") if tag else None, Paths(*beside) if any(beside) else None)


def read_plan(folder: str) -> Plan | None:
    """The plan of a folder of results, ``None`` where there is none yet. Raises :class:`ShardError`."""
    place = storage.join(folder, RUN)
    try:
        content = storage.read(place)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _trouble(place, error) from error
    try:
        plan = Plan(**json.loads(content))
    except (ValueError, TypeError) as error:
        raise ShardError(f"{storage.shown(place)}: does not describe a run; name another folder") from error
    if plan.schema_version != SCHEMA_VERSION:
        raise ShardError(f"{storage.shown(place)}: schema version {plan.schema_version} is not known here; audit again")
    return plan


def settings_of(config: Config, job: Job) -> str:
    """The digest of what all files of a run are audited with: configuration, rules and versions.

    Neither the limits of the gate nor the cache change what is found.
    """
    telling = replace(config, gate=GateLimits(), cache=True)
    by_file = job.ruleset.all_described().hex() if isinstance(job.ruleset, Rulesets) else ""
    return digest(f"{surroundings(job.ruleset, job.language)} {telling!r} {by_file}")


def digest(text: str) -> str:
    """A text in 40 hexadecimal digits, the same on every machine."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def write_plan(
    folder: str,
    entries: Iterable[Entry],
    settings: str,
    transcripts: str,
    profile: str,
    kind: TableFormat,
    files_per_shard: int,
) -> Plan:
    """Share the transcripts out among shards, and say so in the folder. Entries are fetched a shard at a time.

    Raises :class:`~auditor.writing.ReportError` when the folder cannot be written.
    """
    from auditor import __version__

    waiting, shards, files = iter(entries), 0, 0
    while share := list(islice(waiting, files_per_shard)):
        lines = "".join(f"{json.dumps(_entry_row(entry))}\n" for entry in share)
        write_file(_place(folder, PLAN, shards, "jsonl"), lines.encode("ascii"), PLAN)
        shards += 1
        files += len(share)
    plan = Plan(settings, transcripts, profile, kind, shards, files, __version__)
    text = json.dumps(to_builtins(plan), indent=1) + "\n"
    write_file(storage.join(folder, RUN), text.encode("ascii"), PLAN)
    return plan


def planned(folder: str, shard: int) -> list[Entry]:
    """The transcripts of a shard. Raises ``OSError``, and ``ValueError`` for a plan that is damaged."""
    return _entries(storage.read(_place(folder, PLAN, shard, "jsonl")))


def _entries(data: bytes) -> list[Entry]:
    return [_entry(json.loads(line)) for line in data.decode("ascii").splitlines()]


def done(folder: str) -> set[int]:
    """The numbers of the shards that are done. Raises :class:`ShardError`."""
    place = storage.join(folder, TOTALS)
    try:
        names = storage.within(place, {".json"}) if storage.exists(place) else []
    except OSError as error:
        raise _trouble(place, error) from error
    stems = (os.path.basename(name).partition(".")[0] for name in names)
    return {int(stem) for stem in stems if stem.isdigit()}


def finished(folder: str) -> Plan:
    """The plan of a folder whose shards are all done. Raises :class:`ShardError` for any other."""
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


def together(folders: Sequence[str]) -> dict[str, Plan]:
    """The plans of folders of results that go together. Raises :class:`ShardError` where they do not."""
    plans = {folder: finished(folder) for folder in folders}
    for folder, plan in plans.items():
        if plan.settings != plans[folders[0]].settings:
            raise ShardError(
                f"{storage.shown(folder)}: was audited with another configuration or version than "
                f"{storage.shown(folders[0])}; their scores cannot be added"
            )
    return plans


# ---------------------------------------------------------------- one shard


class ShardWork(Struct, frozen=True):
    """Auditing one shard and writing its tables; picklable, so that any process anywhere can do it.

    ``here`` is the folder that relative local paths start from. ``careful`` audits
    in a process of its own, so that a file that kills it is found and the others go on.
    """

    folder: str
    kind: TableFormat
    job: Job
    here: str
    careful: bool = False

    def __call__(self, shard: int) -> Outcome:
        """Do a shard. What went wrong with the shard as a whole is in the outcome, never an exception."""
        if os.getcwd() != self.here and os.path.isdir(self.here):
            os.chdir(self.here)
        try:
            entries = planned(self.folder, shard)
            write_shard(self.folder, shard, self.kind, self._audited(entries), entries)
        except Exception as error:  # noqa: BLE001 - a fault of ours costs its shard, which is listed; never the run
            expected = isinstance(error, OSError | ValueError | RuntimeError)
            said = str(getattr(error, "strerror", None) or error)
            return Outcome(shard, said if expected else f"{type(error).__name__}: {said}")
        return Outcome(shard)

    def all(self, shards: Sequence[int]) -> list[Outcome]:
        """Do several shards, for a batch that goes to another process."""
        return [self(shard) for shard in shards]

    def lost(self, shard: int) -> Outcome:
        """The outcome of a shard whose worker process died."""
        return Outcome(shard, "its worker process died (killed, or out of memory)")

    def _audited(self, entries: Sequence[Entry]) -> list[FileAudit]:
        if self.careful:
            return list(ordered(self._named, entries, 1, _AT_RISK, self.job.lost))
        return self._named(entries)

    def _named(self, entries: Sequence[Entry]) -> list[FileAudit]:
        """The audits of files; an error that ends them says at which."""
        audits: list[FileAudit] = []
        try:
            audits.extend(self.job.each(entries))
        except Exception as error:
            path = storage.shown(entries[len(audits)].path)
            raise RuntimeError(f"{path}: internal error: {type(error).__name__}: {error}") from error
        return audits


def write_shard(
    folder: str, shard: int, kind: TableFormat, audits: Sequence[FileAudit], entries: Sequence[Entry]
) -> None:
    """Write the tables of a shard, its totals last. Raises ``OSError``."""
    files = table(map(file_columns, audits), FILE_COLUMNS, kind)
    findings = table((row for file in audits for row in finding_columns(file)), FINDING_COLUMNS, kind)
    write_file(_place(folder, FILES, shard, kind), files, FILES)
    write_file(_place(folder, FINDINGS, shard, kind), findings, FINDINGS)
    ranked = sorted(zip(audits, entries, strict=True), key=lambda pair: badness(pair[0]))
    totals = {
        "totals": json.loads(dump(total(audits))),
        "worst": [
            [file.scores.overall, file.tally.findings[0], _entry_row(entry)]
            for file, entry in ranked[:WORST_PER_SHARD]
            if file.findings
        ],
    }
    text = json.dumps(totals, separators=(",", ":"))
    write_file(_place(folder, TOTALS, shard, "json"), text.encode("ascii"), TOTALS)


def read_totals(folder: str, shards: Iterable[int]) -> Iterator[tuple[Totals, list[Worst]]]:
    """The totals and the worst files of shards that are done. Raises :class:`ShardError`."""
    places = [_place(folder, TOTALS, shard, "json") for shard in shards]
    for place, (content,) in zip(places, storage.read_many([place] for place in places), strict=True):
        if isinstance(content, OSError):
            raise _trouble(place, content) from content
        try:
            data = json.loads(content)
            totals = load(json.dumps(data["totals"]).encode("ascii"), Totals)
            worst = [Worst(float(overall), int(errors), _entry(row)) for overall, errors, row in data["worst"]]
        except (ShapeError, ValueError, TypeError, KeyError) as error:
            raise ShardError(f"{storage.shown(place)}: is damaged; remove it and run again") from error
        yield totals, worst


class ShardRows(Struct, frozen=True):
    """What the tables of a shard say: a row of ``files`` for each of ``entries``, and ``findings`` when asked for."""

    entries: list[Entry]
    files: list[dict[str, Any]]
    findings: Callable[[], list[dict[str, Any]]]


def read_rows(
    folder: str, plan: Plan, file_columns: Sequence[str], finding_columns: Sequence[str]
) -> Iterator[ShardRows]:
    """The rows of each shard in order, with some of their columns.

    Raises :class:`ShardError`, and ``ImportError`` when pyarrow is needed and not installed.
    """
    kinds = ((PLAN, "jsonl"), (FILES, plan.kind), (FINDINGS, plan.kind))
    groups = [[_place(folder, what, shard, kind) for what, kind in kinds] for shard in range(plan.shards)]
    rows_of_files = partial(read_table, kind=plan.kind, columns=file_columns)
    rows_of_findings = partial(read_table, kind=plan.kind, columns=finding_columns)
    for places, contents in zip(groups, storage.read_many(groups), strict=True):
        of_plan, of_files, of_findings = (_content(*pair) for pair in zip(places, contents, strict=True))
        entries = _decoded(places[0], of_plan, _entries)
        files = _decoded(places[1], of_files, rows_of_files)
        if len(entries) != len(files):
            raise _damaged(places[1], f"{len(files)} rows for {len(entries)} transcripts")
        yield ShardRows(entries, files, partial(_decoded, places[2], of_findings, rows_of_findings))


def _content(place: str, content: bytes | OSError) -> bytes:
    if isinstance(content, OSError):
        raise _trouble(place, content) from content
    return content


def _damaged(place: str, why: object) -> ShardError:
    said = " ".join(str(why).split())
    return ShardError(f"{storage.shown(place)}: is damaged ({said}); remove its totals and run the audit again")


def _decoded(place: str, data: bytes, decode: Callable[[bytes], list[T]]) -> list[T]:
    try:
        return decode(data)
    except ValueError as error:
        raise _damaged(place, error) from error
