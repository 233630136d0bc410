"""The smaller commands: what there is to know about rules, profiles, labels, baselines and transcripts."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING

import click

from auditor.completion import complete_files, complete_profiles, complete_rules
from auditor.filter_command import filter_results
from auditor.output import STDOUT, to_stdout, warn

if TYPE_CHECKING:
    from auditor.api import Audit
    from auditor.baseline import Baseline

STDIN = "-"


class ExitCode(IntEnum):
    """What the exit status says; scripts rely on it."""

    DONE = 0
    GATE_FAILED = 1
    WRONG = 2
    NOTHING_FOUND = 3


_FORMAT = click.option(
    "--format", "style", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True
)


@click.command(short_help="List all rules.")
@_FORMAT
def rules(style: str) -> int:
    """List all rules: code, name, severity, confidence, what is flagged."""
    from auditor import catalogue

    click.echo(catalogue.rules(style))
    return ExitCode.DONE


@click.command(short_help="Explain one rule, with examples.")
@click.argument("code", shell_complete=complete_rules)
def explain(code: str) -> int:
    """Explain one rule: what it flags, why it hurts, examples that fail and pass, its limits."""
    from auditor import catalogue

    click.echo(catalogue.explain(code))
    return ExitCode.DONE


@click.command(short_help="List the limit profiles, or the numbers of one.")
@click.argument("name", required=False, shell_complete=complete_profiles)
@_FORMAT
def profiles(name: str | None, style: str) -> int:
    """List the limit profiles, or every number of one: unit, counting rule, source and date."""
    from auditor import catalogue

    click.echo(catalogue.profiles(style) if name is None else catalogue.profile(name, style))
    return ExitCode.DONE


@click.command(short_help="Measure the rules on labelled cues.")
@click.argument("audit_path", metavar="AUDIT.json")
@click.argument("labels_path", metavar="LABELS.tsv")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), default="warning", show_default=True)
@_FORMAT
def evaluate(audit_path: str, labels_path: str, severity: str, style: str) -> int:
    """Measure the rules on labelled cues: precision, recall, F1 with intervals, misses, false alarms.

    LABELS.tsv holds one label a line: track, cue number, label, text, separated by tabs.
    Labels: repetition, code_switch, phantom, a family (REP) or a rule code; `ambiguous` leaves
    the cue out; anything else is a note. Findings milder than --severity do not count.
    """
    from auditor import catalogue
    from auditor import evaluate as evaluation

    files = evaluation.read_audit(audit_path)
    measures = evaluation.evaluate(files, evaluation.read_labels(labels_path), severity)
    if style == "json":
        from msgspec import to_builtins

        click.echo(catalogue.as_json(to_builtins(measures)))
    else:
        click.echo(catalogue.table(style, evaluation.HEAD, evaluation.rows(measures)))
        for line in evaluation.mistakes(measures):
            click.echo(line)
    return ExitCode.DONE


@click.command(short_help="Write clean WebVTT or SubRip from what could be read.")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option(
    "--stdin-filename", metavar="NAME", default="<stdin>", help="Name of the transcript read from stdin (IN -)."
)
def convert(source: str, target: str, stdin_filename: str) -> int:
    """Write clean WebVTT (.vtt) or SubRip (.srt) from any transcript that can be read.

    What the new file does not hold any more is said on stderr.
    """
    from auditor import storage
    from auditor.convert import convert as converted
    from auditor.model import Source
    from auditor.parse import parse
    from auditor.writing import write_file

    kind = target.lower().rpartition(".")[2]
    if kind not in ("vtt", "srt"):
        raise click.UsageError(f"{target}: only .vtt and .srt can be written")
    if source == STDIN:
        document = parse(Source(stdin_filename, sys.stdin.buffer.read()))
    else:
        try:
            document = parse(Source(storage.shown(source), storage.read(source)))
        except OSError as error:
            raise click.UsageError(f"{source}: cannot be read: {error.strerror}") from error
    if not document.cues:
        message = document.defects[0].message if document.defects else "no cue"
        raise click.UsageError(f"{source}: nothing to convert: {message}")
    result = converted(document, kind)
    write_file(target, result.data, kind)
    for loss in result.losses:
        click.echo(f"lost: {loss}", err=True)
    return ExitCode.DONE


def write_report(path: str, data: bytes, kind: str) -> None:
    """Write a file whole or not at all, or standard output when ``path`` is ``-``."""
    from auditor.writing import write_file

    if path == STDOUT:
        to_stdout(data)
    else:
        write_file(path, data, kind)


@click.group(short_help="Write, prune or extend the file of known findings.")
def baseline() -> None:
    """The file of known, accepted findings, so that a gate fails only on new ones.

    \b
    auditor baseline write lectures/ --output known.json    accept what is there
    auditor gate lectures/ --baseline known.json            red only on new ones
    auditor baseline prune lectures/ --output known.json    forget what is mended
    auditor baseline import DECISIONS --output known.json   take a reviewer's in
    """


_OUTPUT = click.option("--output", required=True, metavar="FILE", help="The baseline file; - is stdout.")
_CONFIG = click.option("--config", "config_path", metavar="FILE", help="Configuration file, as for `auditor audit`.")


def _known(output: str) -> Baseline:
    from auditor import storage
    from auditor.baseline import Baseline
    from auditor.baseline_file import load

    return load(output) if output != STDOUT and storage.exists(output) else Baseline()


def _audited(paths: tuple[str, ...], config_path: str | None) -> Audit:
    from msgspec.structs import replace

    from auditor.api import audit
    from auditor.cache import FOLDER
    from auditor.config_file import in_force

    config = replace(in_force(config_path).config, baseline=None)
    return audit(list(paths), config, jobs=None, keep_documents=False, cache=FOLDER if config.cache else None)


@baseline.command("write", short_help="Accept all findings of today.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_files)
@_OUTPUT
@_CONFIG
def baseline_write(paths: tuple[str, ...], output: str, config_path: str | None) -> int:
    """Write a baseline that accepts every finding of the audit; notes of an existing one are kept."""
    from auditor.baseline import accept
    from auditor.baseline_file import dump

    written = accept(_audited(paths, config_path), _known(output))
    write_report(output, dump(written), "baseline")
    click.echo(f"{len(written.entries)} known findings in {output}", err=True)
    return ExitCode.DONE


@baseline.command("prune", short_help="Forget what no longer occurs.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_files)
@_OUTPUT
@_CONFIG
def baseline_prune(paths: tuple[str, ...], output: str, config_path: str | None) -> int:
    """Drop entries whose finding no longer occurs; entries of moved files get their new path."""
    from auditor.baseline import prune
    from auditor.baseline_file import dump, load

    before = load(output)
    left = prune(before, _audited(paths, config_path))
    write_report(output, dump(left), "baseline")
    click.echo(f"{len(before.entries) - len(left.entries)} dropped, {len(left.entries)} left in {output}", err=True)
    return ExitCode.DONE


@baseline.command("import", short_help="Take in a reviewer's decisions.")
@click.argument("decisions", metavar="DECISIONS.json...", nargs=-1, required=True)
@_OUTPUT
def baseline_import(decisions: tuple[str, ...], output: str) -> int:
    """Take in decisions exported by the HTML report or saved by `auditor review`.

    Accepted findings and false alarms become known; what is to be fixed does not.
    """
    from auditor import storage
    from auditor.baseline_file import BaselineError, dump, import_decisions

    known = _known(output)
    before = len(known.entries)
    for path in decisions:
        try:
            data = storage.read(path)
        except OSError as error:
            raise BaselineError(f"{path}: the decisions cannot be read: {error.strerror}") from error
        known = import_decisions(known, data, path)
    write_report(output, dump(known), "baseline")
    click.echo(f"{len(known.entries)} known findings in {output} ({len(known.entries) - before:+d})", err=True)
    return ExitCode.DONE


@click.command(short_help="Write a starting configuration for your files.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_files)
@click.option("--output", default="auditor.toml", show_default=True, metavar="FILE")
@click.option("--baseline", "known", metavar="FILE", help="Accept today's findings into FILE; only new ones count.")
def init(paths: tuple[str, ...], output: str, known: str | None) -> int:
    """Audit your files and write an auditor.toml whose gate is green today, each line explained.

    Its limits are today's scores and counts, or, with --baseline, that nothing new comes.
    """
    from auditor import storage
    from auditor.api import audit
    from auditor.baseline import accept
    from auditor.baseline_file import dump
    from auditor.cache import FOLDER
    from auditor.config import Config
    from auditor.starting import starting_configuration

    for path, option in ((output, "--output"), (known, "--baseline")):
        if path and path != STDOUT and storage.exists(path):
            raise click.UsageError(f"{path}: exists already; remove it or name another file with {option}")
    result = audit(list(paths), Config(), jobs=None, keep_documents=False, cache=FOLDER)
    written = output
    if known is not None:
        accepted = accept(result)
        write_report(known, dump(accepted), "baseline")
        written += f" and {known} with {len(accepted.entries)} known findings"
    write_report(output, starting_configuration(result, known).encode("utf-8"), "configuration")
    click.echo(f"wrote {written}; try: auditor gate {' '.join(paths)}", err=True)
    return ExitCode.DONE


@click.command(short_help="Remove the cache of results.")
@click.option("--cache-dir", default=".auditor_cache", show_default=True, metavar="FOLDER")
def clean(cache_dir: str) -> int:
    """Remove the results kept between runs."""
    from pathlib import Path

    from auditor.cache import clear

    click.echo(f"removed {cache_dir}" if clear(Path(cache_dir)) else f"{cache_dir}: nothing to remove", err=True)
    return ExitCode.DONE


@click.command(short_help="What got better, what got worse between two audits.")
@click.argument("old", metavar="OLD.json")
@click.argument("new", metavar="NEW.json")
@_FORMAT
@click.option("--fail-on-worse", is_flag=True, help="Exit code 1 when a file scores less or has a new error.")
def compare(old: str, new: str, style: str, fail_on_worse: bool) -> int:
    """Compare two JSON reports: scores, and findings that vanished, stayed and appeared."""
    from auditor import catalogue, comparison
    from auditor.evaluate import read_audit_file

    compared = comparison.compare(read_audit_file(old), read_audit_file(new))
    fallen = comparison.worse(compared)
    if style == "json":
        from msgspec import to_builtins

        click.echo(catalogue.as_json(to_builtins(compared)))
    else:
        click.echo(catalogue.table(style, comparison.HEAD, comparison.rows(compared)))
        for line in comparison.summary(compared):
            click.echo(line)
    return ExitCode.GATE_FAILED if fail_on_worse and fallen else ExitCode.DONE


@click.command(short_help="Find phrases of your own corpus that recur where they should not.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_files)
@click.option("--language", metavar="TAG", help="Language of all files; else name, header or text tell.")
@click.option("--files", type=click.IntRange(min=2), default=3, show_default=True, help="Least unrelated recordings.")
@click.option("--score", type=click.FloatRange(min=0, max=100), default=5.0, show_default=True, help="Least score.")
@click.option("--most", type=click.IntRange(min=1), default=40, show_default=True, help="Most candidates shown.")
@click.option("--output", metavar="FILE", help="Write them as configuration that the next audit reads; - is stdout.")
def mine(paths: tuple[str, ...], language: str | None, files: int, score: float, most: int, output: str | None) -> int:
    """List phrases and fragments that recur in unrelated recordings out of context, most suspicious first."""
    from auditor import config as configuration
    from auditor import mine_file, storage
    from auditor.config import Config
    from auditor.mine import Settings, Transcripts
    from auditor.mine import mine as mined_from
    from auditor.run import NoTranscriptError

    if STDIN in paths:
        raise click.UsageError("mine reads files twice, so not from stdin; name files or folders")
    if output and output != STDOUT and storage.exists(output):
        raise click.UsageError(f"{output}: exists already; name another file")
    given = configuration.language(Config(language=language), "command line")
    found = storage.discover(paths)
    if not found:
        raise NoTranscriptError(f"no transcript found under {', '.join(paths)}")
    mined = mined_from(Transcripts(found, given), Settings(files=files, score=score))
    for reason in mined.unread:
        warn(reason)
    if output != STDOUT:
        click.echo(mine_file.table(mined, most=most))
    if output:
        write_report(output, mine_file.configuration(mined).encode("utf-8"), "configuration")
    return ExitCode.DONE


@click.command(short_help="Review findings in the browser; decisions are saved as they are made.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=complete_files)
@click.option("--decisions", default="decisions.json", show_default=True, metavar="FILE", help="Where they are saved.")
@click.option("--media", metavar="DIR", help="Recordings, played from the cue; paired by name.")
@click.option("--source-track", metavar="TAG|FILE", help="Track in the language spoken, shown beside the transcript.")
@click.option("--reference", metavar="DIR|FILE", help="What was really said.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--browser/--no-browser", default=True, help="Open the page.  [default: yes]")
@_CONFIG
def review(
    paths: tuple[str, ...],
    decisions: str,
    media: str | None,
    source_track: str | None,
    reference: str | None,
    port: int,
    browser: bool,
    config_path: str | None,
) -> int:
    """Audit files and serve the page on this machine alone, until Ctrl-C.

    `auditor baseline import decisions.json --output known.json` takes the decisions in.
    """
    from pathlib import Path

    from auditor.api import audit
    from auditor.config_file import in_force
    from auditor.remote import scheme
    from auditor.review import serve

    for option, place in (("--decisions", decisions), ("--media", media)):
        if place and scheme(place) is not None:
            raise click.UsageError(f"{option} {place}: a review saves and plays on this machine; name a local path")
    result = audit(list(paths), in_force(config_path).config, jobs=None, source_track=source_track, reference=reference)
    serve(result, Path(decisions), Path(media) if media else None, port, browser)
    return ExitCode.DONE


COMMANDS: tuple[click.Command, ...] = (
    rules,
    explain,
    profiles,
    evaluate,
    compare,
    filter_results,
    mine,
    review,
    convert,
    baseline,
    init,
    clean,
)
"""Added to the command line in this order."""
