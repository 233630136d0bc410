"""``auditor filter``: what to train on, chosen by what an audit found."""

from __future__ import annotations

from itertools import groupby

import click

from auditor.completion import complete_files
from auditor.manual import ManualCommand


class _WithColumns(ManualCommand):
    """A command whose help lists the columns its conditions may name."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the pages, then the columns by what they hold."""
        super().format_epilog(ctx, formatter)
        from auditor.filtering import OF_FILES, OF_FINDINGS

        for title, columns in (("Columns of --keep", OF_FILES), ("Columns of --drop-cues", OF_FINDINGS)):
            kinds = sorted(columns, key=lambda name: columns[name].kind)
            of_kind = groupby(kinds, key=lambda name: columns[name].kind)
            with formatter.section(title):
                formatter.write_dl([(kind, " ".join(names)) for kind, names in of_kind])


@click.command(
    "filter",
    cls=_WithColumns,
    groups={"Conditions": "keep drop_cues", "Output": "output kind dry_run"},
    pages={
        "What a condition says": """
Columns are compared with numbers and texts: == != < <= > >= in, is None,
+ - * / // %, joined by and, or, not. A value that is missing (wer without a
reference) is no pass; it is counted as not known. Scores are 0 to 100, error
rates 0.1 for 10 %, times in s or ms as the names say.""",
        "Examples": """
auditor filter results/ --keep "fidelity >= 90 and duration_s > 30" --dry-run
auditor filter results/ --keep "errors / cues < 0.02" --output kept/
auditor filter results/ --keep "language in ('ko', 'ja')" --output ko/
auditor filter audit.jsonl --keep "wer is None or wer < 0.1" \\
    --drop-cues "severity != 'info'" --output kept/
auditor filter s3://bucket/results/ --keep "'news/' in path" \\
    --output s3://bucket/kept/ --format parquet
auditor audit --manifest kept/keep.jsonl""",
        "Exit codes": (
            ("0", "done, also when nothing is kept"),
            ("2", "wrong usage, a wrong condition, results that cannot be used"),
        ),
        "Files": (
            ("keep.jsonl", "the manifest of the files to keep, or keep.parquet, keep.csv, keep.txt"),
            ("masks/00000.jsonl", "their dropped cues and kept time ranges, a file a shard"),
            ("summary.json", "files and hours kept and lost, and why; written last"),
        ),
    },
    short_help="Choose training data: files to keep, cues to drop, hours lost by reason.",
)
@click.argument("results", nargs=-1, required=True, metavar="RESULTS...", shell_complete=complete_files)
@click.option("--keep", required=True, metavar="CONDITION", help='Which files: "fidelity >= 90 and duration_s > 30".')
@click.option(
    "--drop-cues",
    metavar="CONDITION",
    help="Which findings drop their cue; false drops none.  [default: severity == 'error' and category == 'fidelity']",
)
@click.option("--output", metavar="FOLDER", help="Where manifest, masks and summary go: a new folder, or an s3:// URL.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["jsonl", "parquet", "csv", "text"]),
    default="jsonl",
    show_default=True,
    help="Format of the manifest keep.*",
)
@click.option("--dry-run", is_flag=True, help="Only the summary; nothing is written.")
def filter_results(
    results: tuple[str, ...], keep: str, drop_cues: str | None, output: str | None, kind: str, dry_run: bool
) -> None:
    """Choose files of an audit to keep as training data, and the cues of them to leave out.

    RESULTS are folders that `auditor audit --output` wrote, or reports of kind json or jsonl.
    """
    from auditor.filtering import DROP_CUES, filtered

    if output is None and not dry_run:
        raise click.UsageError("Missing option '--output'; name a folder, or --dry-run for the summary alone")
    summary = filtered(
        results,
        keep,
        DROP_CUES if drop_cues is None else drop_cues,
        None if dry_run else output,
        kind,  # type: ignore[arg-type]
    )
    from auditor.filter_summary import lines

    for line in lines(summary):
        click.echo(line)
    if not dry_run:
        click.echo(f"written to {output}")
