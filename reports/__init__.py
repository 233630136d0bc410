"""REPORTS: the kinds of report, and where each is made. An audit goes in, bytes come out.

The modules are imported when a report is asked for: most runs need one of them.
Reports of other distributions are looked for when a kind is none of ours.
"""

from __future__ import annotations

if __name__ != "auditor.reports":  # with the repository root on sys.path, `import reports` would be another package
    raise ImportError("write `import auditor.reports`: `reports` is not a package of its own")

import io
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import lru_cache
from importlib import import_module
from typing import BinaryIO, Protocol

from msgspec import Struct

from auditor.model import Audit, FileAudit
from auditor.plugins import REPORT_GROUP, BrokenPluginError, Plugin, plugins
from auditor.reports.options import ReportOptions


class Needs(StrEnum):
    """What a report must see of a run before it can be written."""

    EACH_FILE = "each file"  # one after the other, none twice: written while the run goes on
    WORST_FILES = "worst files"  # in detail; of the others the totals will do
    ALL_FILES = "all files"


class Stream(Protocol):
    """A report that is written while the run goes on."""

    def add(self, file: FileAudit) -> None:
        """Write what there is to say of a file."""

    def close(self) -> None:
        """Write the end. The target is not closed."""


class ReportSet(Struct, frozen=True):
    """A report as a folder of files: the module whose ``render_set`` makes them, and what they must see of a run."""

    module: str
    needs: Needs


class Report(Struct, frozen=True):
    """One kind of report: the module that makes it, the file it is written to by default, what it is for.

    A module of a kind that needs each file only has a class ``Stream``, called with
    the binary file to write to; the others have a function ``render(audit)``, which
    returns bytes and takes :class:`ReportOptions` too where ``takes_options``.
    ``shows_cues``: it needs the documents of the files. ``folder`` is the kind as a
    folder of files, where there is that. ``writes_file``: asked for without a path it
    goes to ``file_name`` in the working directory, not to standard output.
    """

    kind: str
    module: str
    file_name: str
    purpose: str
    shows_cues: bool = False
    needs: Needs = Needs.ALL_FILES
    writes_file: bool = False
    takes_options: bool = False
    folder: ReportSet | None = None

    def render(self, audit: Audit, options: ReportOptions | None = None) -> bytes:
        """The report as bytes."""
        if self.needs is not Needs.EACH_FILE:
            renderer: Callable[..., bytes] = import_module(self.module).render
            return renderer(audit, options or ReportOptions()) if self.takes_options else renderer(audit)
        output = io.BytesIO()
        stream = self.stream(output)
        for file in audit.files:
            stream.add(file)
        stream.close()
        return output.getvalue()

    def render_set(self, audit: Audit, options: ReportOptions | None = None) -> Iterator[tuple[str, bytes]]:
        """Name and content of each file of the report as a folder, one at a time; none without a ``folder``."""
        if self.folder is not None:
            renderer: Callable[[str, Audit, ReportOptions], Iterator[tuple[str, bytes]]]
            renderer = import_module(self.folder.module).render_set
            yield from renderer(self.kind, audit, options or ReportOptions())

    def stream(self, target: BinaryIO) -> Stream:
        """The report in the making, for a kind that needs each file only."""
        stream: Stream = import_module(self.module).Stream(target)
        return stream


_PICTURES = ReportSet("auditor.reports.picture_set", Needs.WORST_FILES)

REPORTS: dict[str, Report] = {
    report.kind: report
    for report in (
        Report(
            "console",
            "auditor.reports.console",
            "-",
            "summary table for a terminal",
            needs=Needs.WORST_FILES,
            takes_options=True,
        ),
        Report("json", "auditor.reports.json_audit", "audit.json", "everything, one document, schema shipped"),
        Report(
            "jsonl",
            "auditor.reports.jsonl",
            "audit.jsonl",
            "one JSON document per file and line",
            needs=Needs.EACH_FILE,
        ),
        Report(
            "csv",
            "auditor.reports.csv_findings",
            "findings.csv",
            "one row per finding, for spreadsheets",
            needs=Needs.EACH_FILE,
        ),
        Report(
            "parquet",
            "auditor.reports.parquet",
            "findings.parquet",
            "one row per finding (extra: parquet)",
            needs=Needs.EACH_FILE,
            writes_file=True,
        ),
        Report(
            "html",
            "auditor.reports.html_page",
            "audit.html",
            "one self-contained page to review in, or a folder of pages",
            True,
            Needs.WORST_FILES,
            writes_file=True,
            takes_options=True,
            folder=ReportSet("auditor.reports.html_folder", Needs.ALL_FILES),
        ),
        Report("sarif", "auditor.reports.sarif", "audit.sarif", "GitHub code scanning, SARIF 2.1.0"),
        Report("junit", "auditor.reports.junit", "audit.junit.xml", "test views of Jenkins and GitLab"),
        Report("github", "auditor.reports.github", "-", "annotations of a GitHub Actions step"),
        Report("gitlab", "auditor.reports.gitlab", "gl-code-quality-report.json", "GitLab Code Quality"),
        Report("markdown", "auditor.reports.markdown", "audit.md", "step summary or pull-request comment"),
        Report("rdjsonl", "auditor.reports.rdjsonl", "audit.rdjsonl", "diagnostics for reviewdog", True),
        Report(
            "png",
            "auditor.reports.png",
            "audit.png",
            "picture of the run, or timeline of a single file",
            True,
            Needs.WORST_FILES,
            writes_file=True,
            folder=_PICTURES,
        ),
        Report(
            "svg",
            "auditor.reports.svg",
            "audit.svg",
            "the same picture, sharp at any size",
            True,
            Needs.WORST_FILES,
            writes_file=True,
            folder=_PICTURES,
        ),
    )
}


@lru_cache(maxsize=1)
def plugin_kinds() -> dict[str, Plugin]:
    """The kinds of report that other distributions have, by the name of their entry point. None is imported yet."""
    found: dict[str, Plugin] = {}
    for plugin in plugins(REPORT_GROUP):
        kind = plugin.entry.name
        if kind in REPORTS or kind in found:
            owner = found[kind].origin if kind in found else "transcript-auditor"
            plugin.leave_out(f"the report kind '{kind}' is taken by {owner}")
        else:
            found[kind] = plugin
    return found


def kinds() -> list[str]:
    """Every kind of report there is, our own first."""
    return [*REPORTS, *plugin_kinds()]


@lru_cache(maxsize=32)
def look_up(kind: str) -> Report | None:
    """The report of a kind, ``None`` when nobody has it.

    Raises :class:`~auditor.plugins.BrokenPluginError` when the plug-in that has it cannot be used.
    """
    if kind in REPORTS:
        return REPORTS[kind]
    plugin = plugin_kinds().get(kind)
    if plugin is None:
        return None
    try:
        report = plugin.load()
        if not isinstance(report, Report):
            raise BrokenPluginError(f"expected an auditor.reports.Report, found {type(report).__name__}")
        if report.kind != kind:
            raise BrokenPluginError(f"its kind is '{report.kind}', its entry point is called '{kind}'")
    except BrokenPluginError as error:
        raise BrokenPluginError(f"the plug-in '{kind}' of {plugin.origin} cannot be used: {error}") from error
    return report
