"""Where reports go: files, standard output, the page of a GitHub job; which are asked for, and what they must see."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from auditor.api import Audit
    from auditor.config import Config
    from auditor.gate import Verdict
    from auditor.model import FileAudit
    from auditor.reports import Needs
    from auditor.reports.options import ReportOptions

STDOUT = "-"
"""The path that means standard output."""


class Wanted(NamedTuple):
    """A report asked for: its kind and where it goes (``-`` is standard output)."""

    kind: str
    path: str


def wanted_reports(reports: Sequence[str]) -> list[Wanted]:
    """The reports that ``--report`` names. Raises ``click.UsageError``, and
    :class:`~auditor.writing.ReportError` for an unknown kind.
    """
    from auditor.api import report_of

    wanted: list[Wanted] = []
    for text in reports:
        kind, equals, path = text.partition("=")
        report = report_of(kind)
        if equals and not path:
            raise click.UsageError(f"--report {text}: the path after '=' is missing")
        wanted.append(Wanted(kind, path or (report.file_name if report.writes_file else STDOUT)))
    printed = [entry.kind for entry in wanted if entry.path == STDOUT]
    if len(printed) > 1:
        raise click.UsageError(f"only one report can go to stdout, not {' and '.join(printed)}; give the others a path")
    return wanted


def check_writable(wanted: Sequence[Wanted]) -> None:
    """Fail before the audit, not after it, when a report cannot be written. Raises ``click.UsageError``."""
    from auditor import storage
    from auditor.api import names_folder, report_of
    from auditor.remote import scheme

    for entry in wanted:
        if entry.path == STDOUT:
            continue
        try:
            storage.check_writable(entry.path)
        except OSError as error:
            said = f"cannot write the {entry.kind} report to {entry.path}: {error.strerror}"
            raise click.UsageError(said) from error
        if scheme(entry.path) is not None:
            continue
        path = entry.path
        is_folder = os.path.isdir(path)
        in_folder = report_of(entry.kind).folder is not None and names_folder(path if is_folder else entry.path)
        folder = path if in_folder or entry.path.endswith(("/", os.sep)) else os.path.dirname(path)
        if is_folder and not in_folder:
            raise click.UsageError(f"cannot write the {entry.kind} report to {entry.path}: it is a folder")
        while folder and not os.path.exists(folder):
            folder = os.path.dirname(folder)
        folder = folder or os.curdir
        target = path if os.path.isfile(path) else folder
        if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK) or not os.access(target, os.W_OK):
            raise click.UsageError(
                f"cannot write the {entry.kind} report to {entry.path}: {folder} is not a writable folder"
            )


class Ran(NamedTuple):
    """A run that is over: its audit, the reports still to be written and those already there.

    ``github`` are the kinds that GitHub Actions is given besides.
    """

    audit: Audit
    config: Config
    unwritten: list[Wanted]
    written: list[Wanted]
    github: frozenset[str]


def needs(wanted: Wanted) -> Needs:
    """What a report must see of the run, as one file or as a folder of them."""
    from auditor.api import names_folder, report_of

    report = report_of(wanted.kind)
    return report.folder.needs if report.folder and names_folder(wanted.path) else report.needs


def to_stdout(data: bytes) -> None:
    """Write to standard output. A reader that has gone has what it wanted: the run goes on, and its exit code holds.

    Raises :class:`~auditor.writing.ReportError` when it cannot be written to.
    """
    try:
        if sys.stdout is None:
            raise OSError("it is closed")
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        from auditor.writing import ReportError

        raise ReportError(f"cannot write to standard output: {error.strerror or error}") from error


def warn(said: object) -> None:
    """Print a warning in one line on stderr."""
    click.echo(f"auditor: warning: {' '.join(str(said).split())}", err=True)


def say(line: str, *, err: bool = False) -> None:
    """Print a line on standard output, or on stderr; what the encoding of the terminal lacks is escaped."""
    if err:
        click.echo(line, err=True)
    else:
        to_stdout(f"{line}\n".encode(getattr(sys.stdout, "encoding", None) or "utf-8", "backslashreplace"))


def _report_options(result: Audit, wanted: Wanted, options: dict[str, Any], verdict: Verdict | None) -> ReportOptions:
    from auditor.api import names_folder
    from auditor.reports.options import ReportOptions

    if wanted.kind != "html":
        return ReportOptions(colour=options["color"])
    old, media = None, {}
    if options["old"]:
        from auditor.evaluate import read_audit_file

        old = read_audit_file(options["old"])
    if options["media"]:
        from pathlib import Path

        from auditor.review import media_links

        # As seen from the page: one in the folder, where there are several.
        page = Path(wanted.path, "index.html") if names_folder(wanted.path) else Path(wanted.path)
        media = media_links([file.path for file in result.files], Path(options["media"]), page)
    return ReportOptions(compare=old, media=media, verdict=verdict)


def write_reports(ran: Ran, options: dict[str, Any], verdict: Verdict | None = None) -> tuple[bool, bool]:
    """Write the reports that are left; return whether one went to standard output, and whether all could be made."""
    from auditor.api import PluginReportError

    result, used, made = ran.audit, False, []
    for entry in ran.unwritten:
        shown = _report_options(result, entry, options, verdict)
        try:
            if entry.path == STDOUT:
                to_stdout(result.render(entry.kind, shown))
            else:
                result.write(entry.kind, entry.path, shown)
        except PluginReportError as error:  # the other reports and the verdict do not wait for somebody else's
            warn(error)
            continue
        used |= entry.path == STDOUT
        made.append(entry)
    if not options["quiet"] and not used:
        console = Wanted("console", STDOUT)
        to_stdout(result.render("console", _report_options(result, console, options, verdict)))
        for entry in (*ran.written, *made):
            say(f"{entry.kind} report: {entry.path}")
    _tell_github(result, ran.github)
    return used, len(made) == len(ran.unwritten)


def for_github(wanted: Sequence[Wanted], asked: bool | None) -> frozenset[str]:
    """The reports GitHub Actions is given besides those wanted; who asks for one of them places it himself."""
    if asked is False or (asked is None and os.environ.get("GITHUB_ACTIONS") != "true"):
        return frozenset()
    annotated = not any(entry.path == STDOUT and entry.kind != "console" for entry in wanted)
    summed_up = bool(os.environ.get("GITHUB_STEP_SUMMARY"))
    kinds = {kind for kind, due in (("github", annotated), ("markdown", summed_up)) if due}
    return frozenset(kinds - {entry.kind for entry in wanted})


def _tell_github(result: Audit, kinds: frozenset[str]) -> None:
    """Annotate the step, and add to the page of the job."""
    if "github" in kinds:
        to_stdout(result.render("github"))
    if "markdown" in kinds:
        page = os.environ["GITHUB_STEP_SUMMARY"]
        try:
            with open(page, "ab") as file:
                file.write(result.render("markdown"))
        except OSError as error:
            warn(f"{page}: the summary cannot be written: {error.strerror}")


def explain_scores(files: Sequence[FileAudit]) -> None:
    """Print for each file which findings took how many points."""
    from auditor.reports.console import score_explanation

    for file in files:
        say(score_explanation(file))


def check_shown(wanted: Sequence[Wanted], options: Mapping[str, Any]) -> None:
    """Fail before the audit when what the HTML report is to show is not there, or no such report is asked for."""
    for option, name in (("--compare", "old"), ("--media", "media")):
        if options[name] and all(entry.kind != "html" for entry in wanted):
            raise click.UsageError(f"{option} is for the HTML report; add --report html=audit.html")
    if options["old"]:
        from auditor.evaluate import read_audit_file

        read_audit_file(options["old"])
    if options["media"] and not os.path.isdir(options["media"]):
        raise click.UsageError(f"--media {options['media']}: no such folder")
