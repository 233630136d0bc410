"""Paths in, file audits out: which files, in what order, in how many processes.

Every file is audited on its own, so the result does not depend on the number of
processes. A file that cannot be read is a finding, never an exception.
"""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from auditor.cache import Cache
from auditor.engine import Ruleset, audit_document
from auditor.model import Audit, Defect, DefectKind, Document, FileAudit, Language, Source, Span
from auditor.parse import SUFFIXES, parse
from auditor.parse.language import decide
from auditor.rulesets import Rulesets
from auditor.suppression import SIDECAR_SUFFIX
from auditor.totals import Collector
from auditor.witnesses import Paths, with_witnesses

STDIN = "-"

# A transcript of this size is a week of speech; what is larger is no transcript, and would be read into memory.
MOST_BYTES = 256 * 1024 * 1024

# Below this much text for each, another process costs more than it saves.
_BYTES_PER_PROCESS = 500_000
# Files sent to a process at a time: the cost of sending is lost among them, and little is lost with the process.
_BATCH = 16


class NotFoundError(LookupError):
    """A path given by the user that does not exist; the message says which."""


def _name(path: str) -> str:
    """The path as reported: as given, with forward slashes."""
    return path.replace(os.sep, "/").removeprefix("./")


def _in_folder(folder: str) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        # Hidden folders hold version control and caches, not transcripts.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                yield os.path.join(root, name)


def discover(paths: Sequence[str]) -> list[str]:
    """The transcripts under files, folders (recursive) and globs, each once, in the order given.

    A file named by the user is taken whatever its ending. Raises :class:`NotFoundError`
    for a path that does not exist.
    """
    found: dict[str, None] = {}
    for path in paths:
        if path == STDIN or os.path.isfile(path):
            found[path] = None
        elif os.path.isdir(path):
            found.update(dict.fromkeys(_in_folder(path)))
        elif matches := sorted(glob.glob(path, recursive=True)):
            for match in matches:
                found.update(dict.fromkeys(_in_folder(match)) if os.path.isdir(match) else {match: None})
        elif os.path.lexists(path):
            found[path] = None  # a broken link or a device: reading it makes the finding
        elif not glob.has_magic(path):  # a glob that matches nothing is nothing found, a path that is not there a slip
            raise NotFoundError(f"{path}: no such file or folder")
    # One file under two spellings of its path is one file.
    places = {path if path == STDIN else os.path.abspath(path): path for path in reversed(found)}
    return list(places.values())[::-1]


def _unreadable(path: str, message: str) -> Document:
    defect = Defect(Span(1, 1, 1, 1), DefectKind.UNREADABLE, "", message)
    return Document(path, "unknown", (), (defect,), language=decide(path, (), (), None))


@dataclass(frozen=True, slots=True)
class Job:
    """What every file of a run is audited with; picklable, so that other processes can do it.

    ``stdin_name`` is the name the transcript on standard input is reported under;
    ``cache`` keeps audits between runs, ``witnesses`` are the other texts of the same
    speech by the path of the transcript.
    """

    ruleset: Ruleset | Rulesets
    language: Language | None = None
    keep_documents: bool = False
    stdin_name: str = "<stdin>"
    cache: Cache | None = None
    witnesses: Mapping[str, Paths] = field(default_factory=dict)

    def __call__(self, path: str) -> FileAudit:
        """Audit the file at ``path``, or find its audit in the cache; one that cannot be read is reported as FMT001."""
        read = _read(path, self.stdin_name)
        return self._kept(path, read) or self._fresh(path, read)

    def kept(self, path: str) -> FileAudit | None:
        """The audit that an earlier run kept of the file, if it has not changed since."""
        return None if self.cache is None or path == STDIN else self._kept(path, _read(path, self.stdin_name))

    def _fresh(self, path: str, read: Read) -> FileAudit:
        if isinstance(read, Document):
            ruleset = self.ruleset.of(read.path, read.language.tag)
            return audit_document(read, ruleset, keep_document=self.keep_documents)
        source, sidecar = read
        text = None if sidecar is None else sidecar.decode("utf-8-sig", "replace")
        document = parse(source, self.language)
        warnings: tuple[str, ...] = ()
        if path in self.witnesses:
            document, warnings = with_witnesses(document, self.witnesses[path])
        ruleset = self.ruleset.of(document.path, document.language.tag)
        audit = audit_document(document, ruleset, sidecar=text, warnings=warnings, keep_document=self.keep_documents)
        if self.cache is not None and path != STDIN:
            self.cache.put(self._key(self.cache, path, source, sidecar), audit)
        return audit

    def lost(self, path: str) -> FileAudit:
        """What is said of a file whose worker process died while it was audited."""
        message = "the process that audited the file died (killed, or out of memory); audit it alone, or leave it out"
        document = _unreadable(_name(path), message)
        return audit_document(document, self.ruleset.of(document.path, document.language.tag))

    def _key(self, cache: Cache, path: str, source: Source, sidecar: bytes | None) -> str:
        """The key of a file in the cache: its content, and that of every other file its audit rests on."""
        paths = self.witnesses.get(path, Paths())
        others = [_content(other) for other in (paths.reference, paths.hypothesis, paths.source)]
        if isinstance(self.ruleset, Rulesets):
            others.append(self.ruleset.described(source.path))
        return cache.key(source.path, source.data, sidecar, *others)

    def _kept(self, path: str, read: Read) -> FileAudit | None:
        if self.cache is None or path == STDIN or isinstance(read, Document):
            return None
        source, sidecar = read
        audit = self.cache.get(self._key(self.cache, path, source, sidecar))
        if audit is None or not self.keep_documents:
            return audit
        document = parse(source, audit.language)
        if path in self.witnesses:
            document, _ = with_witnesses(document, self.witnesses[path])
        return replace(audit, document=document)


def _content(path: str | None) -> bytes | None:
    """The bytes of a witness, ``None`` where there is none or it cannot be read (which the audit says)."""
    try:
        return None if path is None else Path(path).read_bytes()
    except OSError:
        return None


Read = tuple[Source, bytes | None] | Document
"""A transcript and the file of suppressions beside it, or a document that says why it could not be read."""


def _read(path: str, stdin_name: str) -> Read:
    """A transcript and the file of suppressions beside it; a document that says so where it cannot be read."""
    if path == STDIN:
        return Source(stdin_name, sys.stdin.buffer.read()), None
    name = _name(path)
    try:
        if not os.path.isfile(path):
            return _unreadable(name, "not a regular file")
        size = os.path.getsize(path)
        if size > MOST_BYTES:
            return _unreadable(name, f"the file has {size:,} bytes; the largest transcript read is {MOST_BYTES:,}")
        source = Source(name, Path(path).read_bytes())
    except OSError as error:
        return _unreadable(name, f"the file cannot be read: {error.strerror}")
    try:
        sidecar = Path(path + SIDECAR_SUFFIX).read_bytes()
    except OSError:  # as a rule there is none, and one that cannot be read suppresses nothing
        sidecar = None
    return source, sidecar


def processes(jobs: int | None, paths: Sequence[str]) -> int:
    """How many processes to use: as asked, by default one a core, and never more than the files are worth."""
    if jobs is not None:
        return max(1, min(jobs, len(paths)))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, len(paths), sum(map(_size, paths)) // _BYTES_PER_PROCESS)) if cores > 1 else 1


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def audit_files(job: Job, paths: Sequence[str], jobs: int | None = None) -> Iterator[FileAudit]:
    """Audit files in order, in ``jobs`` processes (default: as many as cores, when there is work for them).

    However many files there are, only a few audits are held at a time. A file whose
    worker process dies is reported as FMT001, and the others go on.
    """
    done = 0
    # Files that are as they were need no second process: it starts with the first that has changed.
    for path in paths if job.cache is not None else ():
        audit = job.kept(path)
        if audit is None:
            break
        done += 1
        yield audit
    rest = paths[done:]
    count = processes(jobs, rest)
    if count == 1 or STDIN in rest:
        yield from map(job, rest)
    else:
        from auditor.pool import ordered

        yield from ordered(job, rest, count, min(_BATCH, max(1, len(rest) // (count * 4))), job.lost)
    if job.cache is not None and rest:
        job.cache.trim()


def audit_paths(
    job: Job,
    paths: Sequence[str],
    jobs: int | None = None,
    progress: Callable[[FileAudit], None] | None = None,
    *,
    detailed: int | None = None,
) -> Audit:
    """Audit the files and add them up. ``progress`` is called with each file as it is done, in order.

    ``detailed`` is how many of the worst files are kept; ``None`` keeps all.
    """
    collector = Collector(detailed)
    for file in audit_files(job, paths, jobs):
        collector.add(file)
        if progress is not None:
            progress(file)
    return collector.audit(job.ruleset.profile.name)
