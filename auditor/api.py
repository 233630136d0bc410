"""The Python API: what notebooks and other programs call."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec.structs import astuple, replace

from auditor import config as configuration
from auditor import model, storage
from auditor.config import Config, GateLimits
from auditor.decoding import ConfigurationError, nearest
from auditor.engine import FAILED
from auditor.entries import Entry, Paths
from auditor.extras import missing
from auditor.model import Accepted, Document, FileAudit, Source
from auditor.parse import parse
from auditor.plugins import BrokenPluginError, plugin_rules, told
from auditor.reports import REPORTS, Report, Stream, kinds, look_up, plugin_kinds
from auditor.reports.options import ReportOptions
from auditor.rulesets import rulesets
from auditor.run import Job, NoTranscriptError, audit_paths, path_of
from auditor.writing import ReportError, write_file, written

if TYPE_CHECKING:
    import pandas as pd

    from auditor.baseline import Baseline
    from auditor.gate import Verdict


class PluginReportError(ReportError):
    """A report of another distribution that cannot be made; the message says which and why."""


class Audit(model.Audit, frozen=True):
    """An audit with what one does with it: frames, gate, reports."""

    @classmethod
    def of(cls, audit: model.Audit) -> Audit:
        """A bare audit with what one does with it."""
        return cls(*astuple(audit))

    def findings_frame(self) -> pd.DataFrame:
        """One row per finding; columns and dtypes in :data:`auditor.reports.frames.FINDING_DTYPES`."""
        from auditor.reports.frames import findings_frame

        return findings_frame(self.files)

    def files_frame(self) -> pd.DataFrame:
        """One row per file; columns and dtypes in :data:`auditor.reports.frames.FILE_DTYPES`."""
        from auditor.reports.frames import files_frame

        return files_frame(self.files)

    def gate(self, limits: GateLimits | None = None, earlier: Iterable[Mapping[str, Any]] | None = None) -> Verdict:
        """Hold the audit against limits (default: every file 80 or better overall, no error).

        With ``earlier``, the ``files`` of an earlier JSON report, no file may score less than in it.
        """
        from auditor.gate import decide

        return decide(self, limits or GateLimits(), earlier)

    def render(self, kind: str, options: ReportOptions | None = None) -> bytes:
        """The report of a kind as bytes. Raises :class:`ReportError` for an unknown kind or a missing extra."""
        report = report_of(kind)
        if kind not in REPORTS:
            return _render_by_plugin(report, self)
        with _packages_of(kind):
            return report.render(self, options)

    def write(self, kind: str, path: str | os.PathLike[str], options: ReportOptions | None = None) -> None:
        """Write the report of a kind to a file, whole or not at all; folders are made as needed.

        ``html``, ``png`` and ``svg`` are written as a set of files where ``path`` is a folder
        (:func:`names_folder`). Raises :class:`ReportError` when that is not possible.
        """
        report = report_of(kind)
        if kind not in REPORTS:
            write_file(path, _render_by_plugin(report, self), kind)
            return
        with _packages_of(kind):
            if report.folder and names_folder(path):
                for name, data in report.render_set(self, options):
                    write_file(storage.join(os.fspath(path), name), data, kind)
            else:
                write_file(path, report.render(self, options), kind)


def names_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a report written here becomes a folder of files: it ends in a slash, or a folder is there."""
    return os.fspath(path).endswith(("/", os.sep)) or os.path.isdir(path)


def report_of(kind: str) -> Report:
    """The report of a kind, ours or a plug-in's. Raises :class:`ReportError` when there is none that can be used."""
    try:
        report = look_up(kind)
    except BrokenPluginError as error:
        raise PluginReportError(str(error)) from error
    if report is None:
        raise ReportError(f"unknown report kind '{kind}'; {nearest(kind, kinds())}")
    return report


def _render_by_plugin(report: Report, audit: Audit) -> bytes:
    what = f"the {report.kind} report of {plugin_kinds()[report.kind].origin}"
    try:
        data = report.render(audit)
    except Exception as error:
        raise PluginReportError(f"{what} failed: {told(error)}") from error
    if not isinstance(data, bytes):
        raise PluginReportError(f"{what} failed: it made {type(data).__name__} instead of bytes")
    return data


@contextmanager
def _packages_of(kind: str) -> Iterator[None]:
    """Says which extra is missing where a package of a report is."""
    try:
        yield
    except ImportError as error:
        raise ReportError(missing(f"the {kind} report", error, kind)) from error


@contextmanager
def streamed(path: str | os.PathLike[str], kind: str) -> Iterator[Stream]:
    """A report of a kind that needs each file only, in the making: there when the context ends well, else not.

    Raises :class:`ReportError`.
    """
    with written(path, kind) as file, _packages_of(kind):
        stream = report_of(kind).stream(file)
        yield stream
        stream.close()


def read(path: str | os.PathLike[str], language: str | None = None) -> Document:
    """Read one transcript. Raises ``OSError`` when the file cannot be opened; never on its content."""
    given = configuration.language(Config(language=language), "read()")
    place = os.fspath(path)
    return parse(Source(storage.shown(place), storage.read(place)), given)


def audit(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = (),
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
    manifest: str | os.PathLike[str] | None = None,
    changed_since: str | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Callable[[FileAudit, int], None] | None = None,
    detailed: int | None = None,
) -> Audit:
    """Audit files, folders, archives and globs, on disk, in an object store or on the web.

    ``config`` is the configuration (default: none is read;
    :func:`auditor.config_file.in_force` reads the one the command line would); the other
    options override it. ``jobs`` is the number of processes, ``None`` one a core.
    ``keep_documents`` keeps the cues for the HTML and PNG reports.
    ``reference`` (folder, file or mapping of what was really said), ``hypothesis``
    (another recogniser's output) and ``source_track`` (a language tag, or a file) are
    witnesses; see :func:`auditor.witnesses.pair`. ``manifest`` is a list of transcripts with
    what is known of each, instead of paths and witnesses; see :mod:`auditor.manifest`.
    ``changed_since`` leaves only the files that git says changed since a revision,
    ``cache`` is a folder in which results are kept between runs.
    ``progress(file, total)`` is called with each file as it is done, in order.
    ``detailed`` is how many of the worst files the audit holds, for runs that do not fit in
    memory (default: all); its totals are those of the run. A baseline needs all of them.

    Raises :class:`~auditor.storage.NotFoundError` for a path that does not exist,
    :class:`~auditor.remote.StorageError` for a store that cannot be read,
    :class:`~auditor.manifest.ManifestError` for a manifest that cannot be read,
    :class:`NoTranscriptError` when there is nothing to audit, and
    :class:`~auditor.decoding.ConfigurationError` for an option that makes no sense.
    """
    plugin_kinds()  # names broken plug-ins of reports too, whether one is asked for or not
    settings = configuration.with_options(
        config or Config(), profile=profile, language=language, select=tuple(select), ignore=tuple(ignore)
    )
    configuration.check(settings, "audit()")
    given = [os.fspath(paths)] if isinstance(paths, str | os.PathLike) else [os.fspath(path) for path in paths]
    files, witnesses, warnings = _named(given, manifest, reference, hypothesis, source_track)
    if not files:
        places = given if manifest is None else [os.fspath(manifest)]
        # Where every row of a manifest is left out, the first reason is the one to know.
        because = f": {warnings[0]}" if warnings else ""
        raise NoTranscriptError(f"no transcript found under {', '.join(places)}{because}")
    if changed_since is not None:
        from auditor import changed

        left = set(changed.only([path_of(file) for file in files], changed.changed_since(changed_since)))
        files = [file for file in files if path_of(file) in left]
    known = _baseline(settings)
    rules, language_given = rulesets(settings), configuration.language(settings, "audit()")
    kept = None
    if cache is not None:
        from pathlib import Path

        from auditor.cache import open_cache

        kept = open_cache(Path(cache), rules, language_given)
    job = Job(rules, language_given, keep_documents, stdin_name, kept, witnesses)
    failures = _Failures({code: origin for code, (_, origin) in plugin_rules().items()})

    def done(file: FileAudit) -> None:
        failures.add(file)
        if progress is not None:
            progress(file, len(files))

    result = audit_paths(
        job,
        files,
        jobs,
        done,
        detailed=detailed if known is None else None,
    )
    if known is not None:
        result = _excused(result, known)
    return Audit.of(replace(result, warnings=(*warnings, *result.warnings, *failures.told())))


def _named(
    given: Sequence[str],
    manifest: str | os.PathLike[str] | None,
    reference: str | None,
    hypothesis: str | None,
    source_track: str | None,
) -> tuple[list[str | Entry], Mapping[str, Paths], tuple[str, ...]]:
    """The transcripts of a run, the witnesses paired with them by path, and what the user should know about both."""
    paired = reference is not None or hypothesis is not None or source_track is not None
    if manifest is not None:
        from auditor.manifest import Manifest

        if given or paired:
            raise ConfigurationError("a manifest names transcripts and their witnesses; leave out paths and witnesses")
        listed = Manifest(os.fspath(manifest))
        return list(listed), {}, listed.warnings
    found = storage.discover(given)
    if not paired:
        return [*found], {}, ()
    from auditor.witnesses import pair

    pairing = pair(found, reference=reference, hypothesis=hypothesis, source_track=source_track)
    return [*found], pairing.of, pairing.warnings


def _baseline(settings: Config) -> Baseline | None:
    """The known findings, when the configuration names a file of them."""
    if not settings.baseline:
        return None
    from auditor.baseline_file import load

    return load(settings.baseline)


class _Failures:
    """Which rules of plug-ins raised, how often, and on which file first."""

    def __init__(self, plugins: Mapping[str, str]) -> None:
        self._plugins = plugins
        self._found: dict[str, tuple[str, str]] = {}
        self._files: Counter[str] = Counter()

    def add(self, file: FileAudit) -> None:
        for entry in file.not_verified if self._plugins else ():
            if entry.rule in self._plugins and entry.reason.startswith(FAILED):
                self._files[entry.rule] += 1
                self._found.setdefault(entry.rule, (file.path, entry.reason.removeprefix(f"{FAILED}: ")))

    def told(self) -> Iterator[str]:
        """A line for each rule that failed."""
        for code, (path, reason) in self._found.items():
            more = f" and {self._files[code] - 1:,} more" if self._files[code] > 1 else ""
            what = f"rule {code} of the plug-in {self._plugins[code]}"
            yield f"{what} failed on {path}{more}, which it has not checked: {reason}"


def _excused(result: model.Audit, known: Baseline) -> model.Audit:
    """The audit without the findings a baseline knows; they stand apart in each file."""
    from auditor.baseline import judge

    judged = judge(known, result)
    files = tuple(
        replace(
            file,
            accepted=(
                *file.accepted,
                *(Accepted(k.finding, k.entry.note or k.entry.state.value) for k in judged.known.get(file.path, ())),
            ),
        )
        for file in judged.audit.files
    )
    return replace(judged.audit, files=files)
