"""The Python API: what notebooks and other programs call."""

from __future__ import annotations

import dataclasses
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditor import config as configuration
from auditor import gate, model
from auditor.baseline import Baseline, judge
from auditor.baseline_file import load as load_baseline
from auditor.cache import open_cache
from auditor.changed import changed_since as git_changes
from auditor.changed import only
from auditor.config import Config, GateLimits
from auditor.decoding import nearest
from auditor.model import Accepted, Document, FileAudit, Source
from auditor.parse import parse
from auditor.reports import REPORTS
from auditor.run import Job, audit_paths, discover
from auditor.witnesses import pair

if TYPE_CHECKING:
    import pandas as pd


MOST_TIMELINES = 50
"""Timelines drawn in one run: a picture takes about half a second, and nobody looks at more."""


class NoTranscriptError(LookupError):
    """No transcript was found under the paths given."""


class ReportError(OSError):
    """A report that cannot be made or written; the message says which, where and why."""


class Audit(model.Audit):
    """An audit with what one does with it: frames, gate, reports."""

    __slots__ = ()

    def findings_frame(self) -> pd.DataFrame:
        """One row per finding; columns and dtypes in :data:`auditor.reports.frames.FINDING_DTYPES`."""
        from auditor.reports.frames import findings_frame

        return findings_frame(self.files)

    def files_frame(self) -> pd.DataFrame:
        """One row per file; columns and dtypes in :data:`auditor.reports.frames.FILE_DTYPES`."""
        from auditor.reports.frames import files_frame

        return files_frame(self.files)

    def gate(self, limits: GateLimits | None = None) -> gate.Verdict:
        """Hold the audit against limits (default: every file 80 or better overall, no error)."""
        return gate.decide(self, limits or GateLimits())

    def render(self, kind: str) -> bytes:
        """The report of a kind as bytes. Raises :class:`ReportError` for an unknown kind or a missing extra."""
        report = REPORTS.get(kind)
        if report is None:
            raise ReportError(f"unknown report kind '{kind}'; {nearest(kind, REPORTS)}")
        try:
            return report.render(self)
        except ImportError as error:
            extra = f"pip install 'transcript-auditor[{kind}]'"
            raise ReportError(f"the {kind} report needs a package that is not installed ({error}); {extra}") from error

    def write(self, kind: str, path: str | os.PathLike[str]) -> None:
        """Write the report of a kind to a file, whole or not at all; folders are made as needed.

        Raises :class:`ReportError` when that is not possible.
        """
        write_file(Path(path), self.render(kind), kind)


def write_file(path: Path, data: bytes, kind: str) -> None:
    """Write through a temporary file beside the target, so that no half-written report is ever there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise IsADirectoryError(21, "it is a folder")
            path.write_bytes(data)  # a device such as /dev/null is written to, not replaced
            return
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise ReportError(f"cannot write the {kind} report to {path}: {error.strerror or error}") from error


def write_pictures(audit: Audit, folder: Path) -> None:
    """Write the overview, the heat map and a timeline of each of the worst files as PNG into a folder.

    Only files with findings get a timeline, at most :data:`MOST_TIMELINES`. Raises :class:`ReportError`.
    """
    from auditor.reports.console import worst_first
    from auditor.reports.png import render_file, render_heat_map, render_overview

    write_file(folder / "overview.png", render_overview(audit), "png")
    write_file(folder / "heat-map.png", render_heat_map(audit), "png")
    drawn = [file for file in worst_first(audit.files) if file.findings][:MOST_TIMELINES]
    for file in drawn:
        name = re.sub(r"[^\w.\-]+", "_", file.path).strip("_") or "transcript"
        write_file(folder / f"{name}.png", render_file(file), "png")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read(path: str | os.PathLike[str], language: str | None = None) -> Document:
    """Read one transcript. Raises ``OSError`` when the file cannot be opened; never on its content."""
    given = configuration.language(Config(language=language), "read()")
    name = os.fspath(path).replace(os.sep, "/")
    return parse(Source(name, Path(path).read_bytes()), given)


def audit(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    config: Config | None = None,
    *,
    profile: str | None = None,
    language: str | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    jobs: int | None = 1,
    keep_documents: bool = True,
    stdin_name: str = "<stdin>",
    reference: str | None = None,
    hypothesis: str | None = None,
    source_track: str | None = None,
    changed_since: str | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Callable[[FileAudit, int], None] | None = None,
) -> Audit:
    """Audit files, folders and globs.

    ``config`` is the configuration (default: none is read); the other options
    override it. ``jobs`` is the number of processes, ``None`` one a core.
    ``keep_documents`` keeps the cues for the HTML and PNG reports.
    ``reference`` (folder, file or mapping of what was really said), ``hypothesis``
    (another recogniser's output) and ``source_track`` (a language tag, or a file) are
    witnesses; see :func:`auditor.witnesses.pair`. ``changed_since`` leaves only the
    files that git says changed since a revision, ``cache`` is a folder in which results are kept between runs.
    ``progress(file, total)`` is called after each file.

    Raises :class:`~auditor.run.NotFoundError` for a path that does not exist,
    :class:`NoTranscriptError` when there is nothing to audit, and
    :class:`~auditor.decoding.ConfigurationError` for an option that makes no sense.
    """
    settings = config or Config()
    changes: dict[str, object] = {}
    if profile is not None:
        changes["profile"] = profile
    if language is not None:
        changes["language"] = language
    if select:
        changes["select"] = tuple(select)
    if ignore:
        changes["ignore"] = tuple(ignore)
    if changes:
        settings = dataclasses.replace(settings, **changes)  # type: ignore[arg-type]
    configuration.check(settings, "audit()")
    given = [os.fspath(paths)] if isinstance(paths, str | os.PathLike) else [os.fspath(path) for path in paths]
    files = discover(given)
    if not files:
        raise NoTranscriptError(f"no transcript found under {', '.join(given)}")
    if changed_since is not None:
        files = only(files, git_changes(changed_since))
    known = load_baseline(Path(settings.baseline)) if settings.baseline else None
    rules, language_given = configuration.ruleset(settings), configuration.language(settings, "audit()")
    kept = open_cache(Path(cache), rules, language_given) if cache is not None else None
    pairing = pair(files, reference=reference, hypothesis=hypothesis, source_track=source_track)
    job = Job(rules, language_given, keep_documents, stdin_name, kept, pairing.of)
    total = len(files)
    result = audit_paths(job, files, jobs, None if progress is None else lambda file: progress(file, total))
    if known is not None:
        result = _excused(result, known)
    return Audit(result.profile, result.files, result.tally, result.scores, result.version, pairing.warnings)


def _excused(result: model.Audit, known: Baseline) -> model.Audit:
    """The audit without the findings a baseline knows; they stand apart in each file."""
    judged = judge(known, result)
    files = tuple(
        dataclasses.replace(
            file,
            accepted=(
                *file.accepted,
                *(Accepted(k.finding, k.entry.note or k.entry.state.value) for k in judged.known.get(file.path, ())),
            ),
        )
        for file in judged.audit.files
    )
    return dataclasses.replace(judged.audit, files=files)
