"""Paths in, file audits out: which files, in what order, in how many processes.

Every file is audited on its own, so the result does not depend on the number of
processes. A file that cannot be read is a finding, never an exception.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from auditor import storage
from auditor.archives import is_plain
from auditor.engine import Ruleset, audit_document
from auditor.entries import Entry
from auditor.model import SIDECAR_SUFFIX, Audit, Defect, DefectKind, Document, FileAudit, Language, Source, Span
from auditor.parse import parse
from auditor.parse.language import decide
from auditor.rulesets import Rulesets
from auditor.storage import STDIN
from auditor.totals import Collector

if TYPE_CHECKING:
    from auditor.cache import Cache
from auditor.entries import Paths

# Below this much text for each, another process costs more than it saves.
_BYTES_PER_PROCESS = 500_000
# Files sent to a process at a time: the cost of sending is lost among them, and little is lost with the process.
_BATCH = 16
# More of them where a process reads ahead in a batch; and the size of a transcript whose size would have to be asked.
_BATCH_ELSEWHERE = 128
_BYTES_ELSEWHERE = 20_000


class NoTranscriptError(LookupError):
    """No transcript was found under the paths given."""


def _unreadable(path: str, message: str) -> Document:
    defect = Defect(Span(1, 1, 1, 1), DefectKind.UNREADABLE, "", message)
    return Document(path, "unknown", (), (defect,), language=decide(path, (), (), None))


class _Read(Struct, frozen=True):
    """A transcript as read: its bytes, the suppressions beside it, and its witnesses' bytes by their paths."""

    entry: Entry
    source: Source
    sidecar: bytes | None = None
    witnesses: Mapping[str, bytes | OSError] = field(default_factory=dict)


class Job(Struct, frozen=True):
    """What every file of a run is audited with; picklable, so that other processes can do it.

    ``stdin_name`` is the name the transcript on standard input is reported under;
    ``cache`` keeps audits between runs, ``witnesses`` are the other texts of the same
    speech by the path of the transcript. What is audited is a path, or an entry of a
    manifest, whose language and witnesses go before those of the job.
    """

    ruleset: Ruleset | Rulesets
    language: Language | None = None
    keep_documents: bool = False
    stdin_name: str = "<stdin>"
    cache: Cache | None = None
    witnesses: Mapping[str, Paths] = field(default_factory=dict)

    def __call__(self, item: str | Entry) -> FileAudit:
        """Audit one file; one that cannot be read is reported as FMT001."""
        return next(self.each([item]))

    def each(self, items: Iterable[str | Entry]) -> Iterator[FileAudit]:
        """Audit files in order. Those in a store are read ahead of their turn, many at once."""
        for read in self._read(items):
            yield self._kept(read) or self._audit(read)

    def all(self, items: Sequence[str | Entry]) -> list[FileAudit]:
        """:meth:`each` for a batch that goes to another process."""
        return list(self.each(items))

    def kept(self, items: Iterable[str | Entry]) -> Iterator[FileAudit]:
        """The audits that an earlier run kept of the first files, up to one that has changed since."""
        if self.cache is None:
            return
        for read in self._read(takewhile(lambda item: path_of(item) != STDIN, items)):  # what is read there is gone
            audit = self._kept(read)
            if audit is None:
                return
            yield audit

    def lost(self, item: str | Entry) -> FileAudit:
        """What is said of a file whose worker process died while it was audited."""
        message = "the process that audited the file died (killed, or out of memory); audit it alone, or leave it out"
        document = _unreadable(storage.shown(path_of(item)), message)
        return audit_document(document, self.ruleset.of(document.path, document.language.tag))

    def _entry(self, item: str | Entry) -> Entry:
        entry = Entry(item) if isinstance(item, str) else item
        language = entry.language or self.language
        return replace(entry, language=language, witnesses=entry.witnesses or self.witnesses.get(entry.path))

    def _read(self, items: Iterable[str | Entry]) -> Iterator[_Read | Document]:
        """The transcripts with all that lies beside them; a document that says so for one that cannot be read."""
        asked: deque[Entry] = deque()

        def groups() -> Iterator[tuple[str, ...]]:
            for item in items:
                entry = self._entry(item)
                asked.append(entry)
                own = () if entry.path == STDIN else (entry.path, storage.extended(entry.path, SIDECAR_SUFFIX))
                yield (*own, *(entry.witnesses.all if entry.witnesses else ()))

        for contents in storage.read_many(groups()):
            entry = asked.popleft()
            own = 0 if entry.path == STDIN else 2
            witnesses = dict(zip(entry.witnesses.all, contents[own:], strict=True)) if entry.witnesses else {}
            if entry.path == STDIN:
                yield _Read(entry, Source(self.stdin_name, sys.stdin.buffer.read()), None, witnesses)
                continue
            name, (data, sidecar) = storage.shown(entry.path), contents[:2]
            if isinstance(data, OSError):
                yield _unreadable(name, f"the file cannot be read: {data.strerror}")
            else:
                # As a rule there are no suppressions beside it, and a file that cannot be read suppresses nothing.
                yield _Read(entry, Source(name, data), sidecar if isinstance(sidecar, bytes) else None, witnesses)

    def _document(self, read: _Read, language: Language | None) -> tuple[Document, tuple[str, ...]]:
        document = parse(read.source, language)
        paths = read.entry.witnesses
        if paths is None:
            return document, ()
        from auditor.witnesses import with_witnesses

        return with_witnesses(document, paths, read.witnesses)

    def _audit(self, read: _Read | Document) -> FileAudit:
        if isinstance(read, Document):
            ruleset = self.ruleset.of(read.path, read.language.tag)
            return audit_document(read, ruleset, keep_document=self.keep_documents)
        document, warnings = self._document(read, read.entry.language)
        text = None if read.sidecar is None else read.sidecar.decode("utf-8-sig", "replace")
        ruleset = self.ruleset.of(document.path, document.language.tag)
        audit = audit_document(document, ruleset, sidecar=text, warnings=warnings, keep_document=self.keep_documents)
        if self.cache is not None and read.entry.path != STDIN:
            self.cache.put(self._key(self.cache, read), audit)
        return audit

    def _kept(self, read: _Read | Document) -> FileAudit | None:
        if self.cache is None or isinstance(read, Document) or read.entry.path == STDIN:
            return None
        audit = self.cache.get(self._key(self.cache, read))
        if audit is None or not self.keep_documents:
            return audit
        return replace(audit, document=self._document(read, audit.language)[0])

    def _key(self, cache: Cache, read: _Read) -> str:
        """The key of a file in the cache: its content, its language if given, and what else its audit rests on."""
        paths, language = read.entry.witnesses or Paths(), read.entry.language
        found = {path: data for path, data in read.witnesses.items() if isinstance(data, bytes)}
        others = [found.get(path) if path else None for path in (paths.reference, paths.hypothesis, paths.source)]
        tag = None if language is None else f"{language.tag} {language.how}".encode()
        if isinstance(self.ruleset, Rulesets):
            others.append(self.ruleset.described(read.source.path))
        return cache.key(read.source.path, read.source.data, read.sidecar, tag, *others)


def path_of(item: str | Entry) -> str:
    """Where a transcript lies."""
    return item if isinstance(item, str) else item.path


def processes(jobs: int | None, items: Sequence[str | Entry]) -> int:
    """How many processes to use: as asked, by default one a core, and never more than the files are worth."""
    if jobs is not None:
        return max(1, min(jobs, len(items)))
    available = cores()
    return max(1, min(available, len(items), sum(map(_size, items)) // _BYTES_PER_PROCESS)) if available > 1 else 1


def cores() -> int:
    """How many processes can run at once on this machine, as far as this one may use it."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _size(item: str | Entry) -> int:
    try:
        return os.stat(path_of(item)).st_size
    except OSError:
        return 0 if is_plain(path_of(item)) else _BYTES_ELSEWHERE


def audit_files(job: Job, paths: Sequence[str | Entry], jobs: int | None = None) -> Iterator[FileAudit]:
    """Audit files in order, in ``jobs`` processes (default: as many as cores, when there is work for them).

    However many files there are, only a few audits are held at a time. A file whose
    worker process dies is reported as FMT001, and the others go on.
    """
    done = 0
    # Files that are as they were need no second process: it starts with the first that has changed.
    for audit in job.kept(paths):
        done += 1
        yield audit
    rest = paths[done:]
    count = processes(jobs, rest)
    if count == 1 or STDIN in rest:
        yield from job.each(rest)
    else:
        from auditor.pool import ordered

        most = _BATCH if is_plain(path_of(rest[0])) else _BATCH_ELSEWHERE
        yield from ordered(job.all, rest, count, min(most, max(1, len(rest) // (count * 4))), job.lost)
    if job.cache is not None and rest:
        job.cache.trim()


def audit_paths(
    job: Job,
    paths: Sequence[str | Entry],
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
