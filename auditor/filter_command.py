"""``auditor filter``: what to train on, chosen by what an audit found."""

from __future__ import annotations

from itertools import groupby

import click


class _WithColumns(click.Command):
    """A command whose help lists the columns its conditions may name."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the columns, by what they hold."""
        from auditor.filtering import OF_FILES, OF_FINDINGS

        for title, columns in (("Columns of --keep", OF_FILES), ("Columns of --drop-cues", OF_FINDINGS)):
            kinds = sorted(columns, key=lambda name: columns[name].kind)
            of_kind = groupby(kinds, key=lambda name: columns[name].kind)
            with formatter.section(title):
                formatter.write_dl([(kind, " ".join(names)) for kind, names in of_kind])


@click.command(
    "filter", cls=_WithColumns, short_help="Choose training data: files to keep, cues to drop, hours lost by reason."
)
@click.argument("results", nargs=-1, required=True, metavar="RESULTS...")
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

    \b
    RESULTS are folders of results (auditor audit ... --output FOLDER), or reports of kind
    json or jsonl. FOLDER gets keep.jsonl (a manifest for auditor audit --manifest),
    masks/ (dropped cues and kept time ranges of each file) and summary.json.

    \b
    Conditions compare columns: == != < <= > >=, + - * / // %, and, or, not, in, is None.
      fidelity >= 90 and duration_s > 30 and language in ('ko', 'ja')
      (wer is None or wer < 0.1) and errors / cues < 0.02 and 'news/' in path
    A value that is missing (wer without a reference) is no pass: it is counted as not known.
    Times are in s or ms as the names say, scores 0 to 100, error rates 0.1 for 10 %.
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
