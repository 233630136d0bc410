"""The command line: options in, reports and an exit code out.

Exit codes: 0 done (gate: passed), 1 gate failed, 2 wrong usage, wrong configuration
or internal error, 3 no transcript found.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from itertools import count
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from auditor import __version__
from auditor.commands import COMMANDS, ExitCode
from auditor.completion import (
    VARIABLE,
    complete_codes,
    complete_files,
    complete_languages,
    complete_profiles,
    complete_reports,
    completion,
)
from auditor.loading import loading
from auditor.manual import ManualCommand
from auditor.output import (
    STDOUT,
    Ran,
    Wanted,
    check_shown,
    check_writable,
    explain_scores,
    for_github,
    needs,
    say,
    to_stdout,
    wanted_reports,
    warn,
    write_reports,
)
from auditor.warning import AuditWarning

if TYPE_CHECKING:
    from auditor.config import Config
    from auditor.large_run import Share
    from auditor.model import FileAudit

F = TypeVar("F", bound=Callable[..., Any])

_PATHS = click.argument("paths", nargs=-1, metavar="PATH...", shell_complete=complete_files)
_MANIFEST: Callable[[F], F] = click.option(
    "--manifest",
    metavar="FILE",
    shell_complete=complete_files,
    help="List of transcripts instead of PATHs: .parquet, .jsonl or .csv with a column path (and language, "
    "reference, hypothesis, source_track), or a text with a path a line.",
)

_CONFIGURING: tuple[Callable[[F], F], ...] = (
    click.option(
        "--profile",
        metavar="NAME",
        shell_complete=complete_profiles,
        help="Limit profile; `auditor profiles` lists them.  [default: default]",
    ),
    click.option(
        "--language",
        metavar="TAG",
        shell_complete=complete_languages,
        help="Language of all files (ko, en-US, zh-Hans); else name, header or text tell.",
    ),
    click.option(
        "--select",
        metavar="CODES",
        multiple=True,
        shell_complete=complete_codes,
        help="Only these rules: codes or prefixes, comma-separated (REP,TIM101).",
    ),
    click.option("--ignore", metavar="CODES", multiple=True, shell_complete=complete_codes, help="Not these rules."),
    click.option(
        "--extend-select",
        metavar="CODES",
        multiple=True,
        shell_complete=complete_codes,
        help="These rules as well, whatever the configuration selects.",
    ),
    click.option(
        "--extend-ignore",
        metavar="CODES",
        multiple=True,
        shell_complete=complete_codes,
        help="Not these rules either.",
    ),
    click.option(
        "--baseline",
        metavar="FILE",
        shell_complete=complete_files,
        help="Known findings (`auditor baseline write`); they do not count.",
    ),
    click.option(
        "--cache/--no-cache", default=None, help="Keep results in .auditor_cache between runs.  [default: on]"
    ),
    click.option(
        "--config",
        "config_path",
        metavar="FILE",
        shell_complete=complete_files,
        help="Configuration file; else the nearest auditor.toml or pyproject.toml.",
    ),
)

_REPORT = click.option(
    "--report",
    "reports",
    metavar="KIND[=PATH]",
    multiple=True,
    shell_complete=complete_reports,
    help="Report to write; repeatable. Kinds: console json jsonl csv parquet html png svg sarif junit github "
    "gitlab markdown rdjsonl. PATH - is stdout, where the text kinds go without PATH; html, png, svg and parquet "
    "go to audit.html, audit.png, audit.svg, findings.parquet. png=FOLDER/ and svg=FOLDER/ write an overview, a "
    "heat map and a timeline per file, html=FOLDER/ an index and pages, for large runs.",
)
_QUIET = click.option("-q", "--quiet", is_flag=True, help="No summary on the terminal.")
_COLOR = click.option("--color/--no-color", default=None, help="Colours in the summary.  [default: on a terminal]")
_PROGRESS = click.option(
    "--progress/--no-progress", default=None, help="Progress bar on stderr.  [default: on a terminal]"
)
_DEBUG = click.option("--debug", is_flag=True, help="Show the traceback of an error.")

_SHARED: tuple[Callable[[F], F], ...] = (
    _PATHS,
    _MANIFEST,
    *_CONFIGURING,
    click.option("--changed-since", metavar="REV", help="Only files that git says changed since a revision."),
    click.option(
        "--stdin-filename", metavar="NAME", default="<stdin>", help="Name of the transcript read from stdin (PATH -)."
    ),
    click.option(
        "--reference",
        metavar="DIR|FILE",
        shell_complete=complete_files,
        help="What was really said: a folder paired by name, a file or a mapping.",
    ),
    click.option(
        "--hypothesis",
        metavar="DIR|FILE",
        shell_complete=complete_files,
        help="Another recogniser's output for the same speech: clears what it has too.",
    ),
    click.option(
        "--source-track",
        metavar="TAG|FILE",
        shell_complete=complete_languages,
        help="Track in the language spoken: a tag (en) finds it beside each file.",
    ),
    _REPORT,
    click.option(
        "--compare",
        "old",
        metavar="OLD.json",
        shell_complete=complete_files,
        help="Earlier JSON report: the HTML report shows what is new since.",
    ),
    click.option(
        "--media",
        metavar="DIR",
        shell_complete=complete_files,
        help="Recordings: the HTML report plays them from the cue.",
    ),
    click.option("--explain-score", is_flag=True, help="List for each file which findings took how many points."),
    _QUIET,
    _COLOR,
    click.option(
        "--github/--no-github",
        default=None,
        help="Annotations on stdout and the summary of the job's page.  [default: on GitHub Actions]",
    ),
    _PROGRESS,
    click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes.  [default: one a core]"),
    _DEBUG,
)

_LARGE: tuple[Callable[[F], F], ...] = (
    click.option(
        "--output",
        metavar="FOLDER",
        help="Tables of files and findings in shards, here or in a store, for runs of any size: a run that was "
        "stopped goes on where it was.",
    ),
    click.option(
        "--tables",
        type=click.Choice(["parquet", "jsonl"]),
        default="parquet",
        show_default=True,
        help="Format of the tables; parquet needs the extra parquet.",
    ),
    click.option(
        "--shard-files", type=click.IntRange(min=1), metavar="N", help="Transcripts in a shard.  [default: 500]"
    ),
    click.option("--share", metavar="I/N", help="Do the I-th of N parts only, for schedulers that start N processes."),
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="Who does the shards: processes of this machine, or Ray (extra ray).",
    ),
    click.option(
        "--ray-address", metavar="ADDRESS", help="A Ray cluster (auto, HOST:PORT).  [default: start one here]"
    ),
)

_GROUPS = {
    "Rules and limits": "profile language select ignore extend_select extend_ignore baseline config_path no_worse_than",
    "Runs of any size": "output tables shard_files share engine ray_address",
    "Transcripts": "changed_since stdin_filename reference hypothesis source_track",
    "Reports": "reports old media explain_score quiet color github",
}

_WRONG_CODES = (("2", "wrong usage, wrong configuration or an internal error"), ("3", "no transcript found"))
_EXIT_CODES = (("0", "done"), *_WRONG_CODES)
_CONFIGURATION_FILES = (
    ("auditor.toml", "configuration, or [tool.auditor] in pyproject.toml: the nearest upwards (`auditor config`)"),
)
_FILES = (
    *_CONFIGURATION_FILES,
    (".auditor_cache/", "results kept between runs (`auditor clean`)"),
    ("FILE.auditor", "suppressions beside a FILE whose format has no comments"),
)
_ENVIRONMENT = (
    ("NO_COLOR", "no colours, unless --color"),
    ("FORCE_COLOR", "colours also where stdout is no terminal"),
    ("GITHUB_ACTIONS", "true: as --github, with the summary appended to $GITHUB_STEP_SUMMARY"),
    ("COLUMNS", "width of the summary where stdout is no terminal"),
)


def _with(options: Sequence[Callable[[F], F]]) -> Callable[[F], F]:
    def decorated(command: F) -> F:
        for decorate in reversed(options):
            command = decorate(command)
        return command

    return decorated


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Find what is wrong in speech transcripts and captions.

    Reads WebVTT, SubRip, other caption formats and the JSON of recognisers, flags
    loops, foreign fragments, broken timing and unreadable speed with evidence, scores
    each file, writes reports and gates CI.

    \b
    auditor audit lectures/                           what is wrong, worst first
    auditor audit lectures/ --report html=audit.html  one page to review
    auditor gate lectures/                            exit code 1 below the limits
    auditor explain REP301                            why a rule fires
    """


def _codes(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip().upper() for value in values for code in value.split(",") if code.strip())


def _configure(options: dict[str, Any]) -> Config:
    from auditor.config import check, with_options
    from auditor.config_file import in_force

    config = with_options(in_force(options["config_path"]).config, **_said(options))
    check(config, "command line")
    return config


def _said(options: dict[str, Any]) -> dict[str, Any]:
    """What the command line says of the configuration, by the names of its keys."""
    names = ("profile", "language", "baseline", "cache")
    codes = ("select", "extend_select", "ignore", "extend_ignore")
    return {name: options[name] for name in names} | {name: _codes(options[name]) for name in codes}


def _progress(asked: bool | None) -> Any:
    """A context manager that gives a function to call with what is done and of how much, ``None`` for no progress."""
    if asked is False or (asked is None and not sys.stderr.isatty()):
        return nullcontext(None)
    from auditor.progress import progress_bar

    return progress_bar()


# Files kept in detail for reports that need the worst ones only: for a page to review in, and for a summary.
_DETAILED_WITH_CUES = 5_000
_DETAILED = 500


def _run(paths: Sequence[str], options: dict[str, Any], *, judged: bool) -> Ran:
    """Audit, and write what can be written meanwhile. ``judged``: a gate follows, which needs every file."""
    with loading():
        from auditor.api import audit, report_of, streamed
        from auditor.reports import REPORTS, Needs

    if not paths and options["manifest"] is None:
        raise click.UsageError("Missing argument 'PATH...'; name transcripts or a --manifest")
    wanted = wanted_reports(options["reports"])
    check_writable(wanted)
    check_shown(wanted, options)
    config = _configure(options)
    reports = {entry.kind: report_of(entry.kind) for entry in wanted}
    shows_cues = any(report.shows_cues for report in reports.values())
    # What a baseline excuses is known at the end of a run only.
    meanwhile = [
        entry
        for entry in wanted
        if reports[entry.kind].needs is Needs.EACH_FILE
        and entry.kind in REPORTS  # one of a plug-in that fails is not to end the run
        and entry.path != STDOUT
        and not config.baseline
    ]
    others = [entry for entry in wanted if entry not in meanwhile]
    told = for_github(wanted, options["github"])
    if config.cache:
        from auditor.cache import FOLDER
    every = judged or options["explain_score"] or options["old"]  # what is gone since is known of all files only
    needed = [*map(needs, others), *(report_of(kind).needs for kind in told)]
    whole = every or any(need is not Needs.WORST_FILES for need in needed)
    detailed = None if whole else _DETAILED_WITH_CUES if shows_cues else _DETAILED
    with ExitStack() as stack:
        progress = stack.enter_context(_progress(options["progress"]))
        streams = [stack.enter_context(streamed(entry.path, entry.kind)) for entry in meanwhile]

        audited = count(1)

        def done(file: FileAudit, total: int) -> None:
            for stream in streams:
                stream.add(file)
            if progress is not None:
                progress(next(audited), total)

        result = audit(
            list(paths),
            config,
            jobs=options["jobs"],
            keep_documents=shows_cues,
            stdin_name=options["stdin_filename"],
            reference=options["reference"],
            hypothesis=options["hypothesis"],
            source_track=options["source_track"],
            manifest=options["manifest"],
            changed_since=options["changed_since"],
            cache=FOLDER if config.cache else None,
            progress=done,
            detailed=detailed,
        )
    of_files = () if result.totals else (warning for file in result.files for warning in file.warnings)
    for warning in (*result.warnings, *of_files):
        warn(warning)
    return Ran(result, config, others, meanwhile, told)


@cli.command(
    cls=ManualCommand,
    groups=_GROUPS,
    pages={
        "Examples": """
auditor audit lectures/
auditor audit lectures/ --report html=audit.html --report json=audit.json
auditor audit lectures/ --profile netflix --language ko
auditor audit ko/ --source-track en --select REF
cat talk.vtt | auditor audit - --report json""",
        "Exit codes": _EXIT_CODES,
        "Files": _FILES,
        "Environment": _ENVIRONMENT,
    },
    short_help="What is wrong in transcripts: table, findings, reports.",
)
@_with((*_SHARED, *_LARGE))
def audit(paths: tuple[str, ...], **options: Any) -> int:
    """Audit transcripts: files, folders (recursive), globs, zip and tar files, URLs, or - for stdin.

    URLs are s3://, gs://, hf://, https:// and http://.
    """
    if options["output"] is not None:
        return _audit_large(paths, options)
    for name in ("share", "ray_address"):
        if options[name] is not None:
            raise click.UsageError(f"--{name.replace('_', '-')} goes with --output FOLDER")
    if options["engine"] != "local":
        raise click.UsageError("--engine ray writes its results to a folder; add --output FOLDER")
    ran = _run(paths, options, judged=False)
    used, complete = write_reports(ran, options)
    if options["explain_score"] and not used:
        explain_scores(ran.audit.files)
    return ExitCode.DONE if complete else ExitCode.WRONG


# What needs all findings of a run at once, or a run of its own.
_NOT_LARGE = ("baseline", "changed_since", "old", "media", "explain_score")


def _share(text: str | None) -> Share:
    from auditor.large_run import Share

    if text is None:
        return Share()
    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise click.UsageError(f"--share {text}: expected I/N with I from 1 to N, such as 3/8")
    return Share(int(number), int(of))


def _wanted_of_totals(options: dict[str, Any]) -> list[Wanted]:
    """The reports asked for, all of which can be made from totals and the worst files."""
    from auditor.reports import Needs

    wanted = wanted_reports(options["reports"])
    for entry in wanted:
        if needs(entry) is not Needs.WORST_FILES:
            where = " as a folder" if needs(Wanted(entry.kind, STDOUT)) is Needs.WORST_FILES else ""
            raise click.UsageError(
                f"the {entry.kind} report{where} needs every finding at once; of a run in shards there are console, "
                "html, png and svg, and the tables themselves"
            )
    check_writable(wanted)
    return wanted


def _audit_large(paths: Sequence[str], options: dict[str, Any]) -> int:
    from auditor import large_run
    from auditor.shards import FILES_PER_SHARD

    for name in _NOT_LARGE:
        if options[name]:
            shown = {"old": "compare"}.get(name, name).replace("_", "-")
            raise click.UsageError(f"--{shown} does not go with --output: it needs the whole run in memory")
    if not paths and options["manifest"] is None:
        raise click.UsageError("Missing argument 'PATH...'; name transcripts or a --manifest")
    if "-" in paths:
        raise click.UsageError("--output does not go with standard input, which no other process can read")
    wanted, share, config = _wanted_of_totals(options), _share(options["share"]), _configure(options)
    if config.baseline:
        raise click.UsageError("a baseline does not go with --output: it needs the whole run in memory")
    folder = options["output"]
    if options["engine"] == "ray":
        from auditor.ray_engine import ray_engine

        engine = ray_engine(options["ray_address"], options["jobs"])
    else:
        engine = large_run.local_engine(options["jobs"])
    names = ("manifest", "reference", "hypothesis", "source_track")
    transcripts = large_run.Transcripts(tuple(paths), *(options[name] for name in names))
    with _progress(options["progress"]) as progress:
        result = large_run.audit_large(
            folder,
            transcripts,
            config,
            kind=options["tables"],
            files_per_shard=options["shard_files"] or FILES_PER_SHARD,
            engine=engine,
            share=share,
            warn=warn,
            progress=progress,
        )
    for line in large_run.account(folder, result, share):
        click.echo(line, err=True)
    if result.failed:
        return ExitCode.WRONG
    if share.of == 1:
        _write_totals([folder], config, wanted, options)
    return ExitCode.DONE


def _write_totals(folders: Sequence[str], config: Config, wanted: list[Wanted], options: dict[str, Any]) -> None:
    from auditor.api import Audit, report_of
    from auditor.large_run import sum_up

    shows_cues = any(report_of(entry.kind).shows_cues for entry in wanted)
    result = Audit.of(sum_up(folders, config, shows_cues=shows_cues))
    write_reports(Ran(result, config, wanted, [], frozenset()), options)


@cli.command(
    cls=ManualCommand,
    groups={"Rules and limits": _GROUPS["Rules and limits"], "Reports": _GROUPS["Reports"]},
    pages={
        "Examples": """
auditor merge results/
auditor merge part-1/ part-2/ s3://bucket/part-3/ --report html=audit.html""",
        "Exit codes": _EXIT_CODES,
    },
    short_help="Scores and reports of runs in shards (audit --output), added up.",
)
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...", shell_complete=complete_files)
@_with((*_CONFIGURING, _REPORT, _QUIET, _COLOR, _DEBUG))
def merge(folders: tuple[str, ...], **options: Any) -> int:
    """Add up folders that `auditor audit --output` wrote, wherever their shards were done.

    The worst files are audited again for the reports, with the configuration they had.
    """
    wanted, config = _wanted_of_totals(options), _configure(options)
    _write_totals(folders, config, wanted, options | {"old": None, "media": None})
    return ExitCode.DONE


@cli.command(
    cls=ManualCommand,
    groups=_GROUPS,
    pages={
        "Examples": """
auditor init lectures/ && auditor gate lectures/
auditor gate lectures/ --report sarif=audit.sarif --report html=audit.html
auditor gate lectures/ --baseline known.json --changed-since main
auditor gate lectures/ --no-worse-than last.json""",
        "Exit codes": (("0", "within the limits"), ("1", "a limit is broken"), *_WRONG_CODES),
        "Files": _FILES,
        "Environment": _ENVIRONMENT,
    },
    short_help="Audit, then judge: exit code 1 below the limits.",
)
@_with(_SHARED)
@click.option(
    "--no-worse-than",
    metavar="OLD.json",
    shell_complete=complete_files,
    help="Fail when a file scores less than in an earlier JSON report.",
)
def gate(paths: tuple[str, ...], **options: Any) -> int:
    """Audit, write the reports, then judge: exit code 0 within the limits, 1 below them.

    Without configuration every file must score 80 overall and no finding may be an
    error. What the baseline knows counts neither against limits nor scores. Limits are
    set in [tool.auditor.gate]:

    \b
    min-overall  min-fidelity  min-timing  min-readability  min-format
    min-mean-overall  max-errors  max-warnings  max-per-rule  new-only
    """
    from auditor.evaluate import read_audit
    from auditor.gate import describe

    earlier = read_audit(options["no_worse_than"]) if options["no_worse_than"] else None
    ran = _run(paths, options, judged=True)
    result = ran.audit
    verdict = result.gate(ran.config.gate, earlier)
    used, complete = write_reports(ran, options, verdict)
    if options["explain_score"] and not used:
        explain_scores(result.files)
    for line in describe(verdict, result):
        say(line, err=used)
    if not verdict.passed:
        return ExitCode.GATE_FAILED
    return ExitCode.DONE if complete else ExitCode.WRONG


@cli.command(
    cls=ManualCommand,
    groups={"Rules and limits": _GROUPS["Rules and limits"]},
    pages={"Exit codes": _EXIT_CODES, "Files": _CONFIGURATION_FILES},
    short_help="The configuration in force, and where each value comes from.",
)
@click.argument("paths", nargs=-1, metavar="[PATH...]", shell_complete=complete_files)
@_with(_CONFIGURING)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of configuration files, for editors.")
def config(paths: tuple[str, ...], style: str, schema: bool, **options: Any) -> int:
    """Show the configuration in force: every key, its value, and which file or option said it.

    With PATH show what holds for those transcripts instead: language, profile, which settings matched, which rules
    are off and why.
    """
    if schema:
        from auditor.config_schema import text

        to_stdout(text().encode())
        return ExitCode.DONE
    from auditor.config import check, with_options
    from auditor.config_file import in_force
    from auditor.config_report import render
    from auditor.run import NoTranscriptError
    from auditor.storage import discover

    loaded, said = in_force(options["config_path"]), _said(options)
    settings = with_options(loaded.config, **said)
    check(settings, "command line")
    found = discover(paths)
    if paths and not found:
        raise NoTranscriptError(f"no transcript found under {', '.join(paths)}")
    try:
        say(render(settings, loaded, said, found, style))
    except OSError as error:
        raise click.UsageError(f"{error.filename}: cannot be read: {error.strerror}") from error
    return ExitCode.DONE


for _command in (*COMMANDS, completion):
    cli.add_command(_command)


def _fail(message: str, code: ExitCode = ExitCode.WRONG) -> ExitCode:
    click.echo(f"auditor: {' '.join(message.split())}", err=True)
    return code


def _expected(error: Exception) -> ExitCode | None:
    """The exit code of an error the user can mend, ``None`` for one of ours. Imported here: most runs have none."""
    from auditor.baseline_file import BaselineError
    from auditor.cache import CacheError
    from auditor.changed import RevisionError
    from auditor.decoding import ConfigurationError
    from auditor.evaluate import LabelError
    from auditor.filtering import FilterError
    from auditor.manifest import ManifestError
    from auditor.pool import WorkerError
    from auditor.remote import StorageError
    from auditor.results import ResultsError
    from auditor.review import ReviewError
    from auditor.run import NoTranscriptError
    from auditor.shards import ShardError
    from auditor.storage import NotFoundError
    from auditor.writing import ReportError

    wrong = (
        ReviewError,
        BaselineError,
        CacheError,
        ConfigurationError,
        FilterError,
        LabelError,
        ManifestError,
        NotFoundError,
        ReportError,
        ResultsError,
        RevisionError,
        ShardError,
        StorageError,
        WorkerError,
    )
    if isinstance(error, NoTranscriptError):
        return ExitCode.NOTHING_FOUND
    return ExitCode.WRONG if isinstance(error, wrong) else None


@contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    """Show our own warnings as the other messages are shown, without the line of code they came from."""

    def show(message: Warning | str, category: type[Warning], *rest: Any, **more: Any) -> None:
        if issubclass(category, AuditWarning):
            warn(message)
        else:
            shown_so_far(message, category, *rest, **more)

    with warnings.catch_warnings():
        warnings.simplefilter("always", AuditWarning)
        shown_so_far, warnings.showwarning = warnings.showwarning, show
        yield


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; errors become one line on stderr."""
    try:
        # Not through cli.main(): it takes a closed pipe for a failure.
        with _warnings_in_one_line(), cli.make_context("auditor", list(arguments)) as context:
            return int(cli.invoke(context) or 0)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.WRONG
    except click.ClickException as error:
        return _fail(f"error: {error.format_message()}")
    except (click.Abort, KeyboardInterrupt):
        in_shards = any(argument.partition("=")[0] == "--output" for argument in arguments) and "audit" in arguments
        _fail(f"interrupted; {'run the same again to go on' if in_shards else 'no report was written'}")
        return 130
    except BrokenPipeError:
        # The reader of the pipe has gone; what it wanted it has. Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except Exception as error:
        if (code := _expected(error)) is not None:
            return _fail(f"error: {error}", code)
        if "--debug" in arguments:
            raise
        return _fail(f"internal error: {type(error).__name__}: {error}; please report it, --debug shows where")


def _leave(code: int) -> NoReturn:
    """End the process; at once where nothing waits for its end.

    Python takes a thirtieth of the time of a run to take apart what the run has learned. Whoever traces it, is told
    when it exits, or shares its work (threads, worker processes, Ray) has a proper end.
    """
    watched = sys.gettrace() or sys.getprofile() or "coverage" in sys.modules or "multiprocessing" in sys.modules
    if not watched and threading.active_count() == 1:
        with suppress(OSError, ValueError):  # a stream that is full or closed is told of by Python itself, below
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:  # the shell may have closed it
                    stream.flush()
            os._exit(code)
    sys.exit(code)


def main() -> NoReturn:
    """Run the command line as a process of its own: with the terminal's encoding, and its exit code at the end."""
    if VARIABLE in os.environ:  # the shell asks for completions
        cli.main(prog_name="auditor")
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding shows escapes for what it lacks, instead of stopping the run.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    _leave(run(sys.argv[1:]))
