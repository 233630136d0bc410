"""Help pages as a manual has them: options in groups, then examples, exit codes, files and environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click


class ManualCommand(click.Command):
    """A command whose help lists its options in ``groups`` (heading to parameter names) and ends with ``pages``.

    Options of no group come last. A page is a text, whose lines stand as they are written, or a list of terms and
    what they mean.
    """

    def __init__(
        self, *args: Any, groups: Mapping[str, str], pages: Mapping[str, str | Sequence[tuple[str, str]]], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._groups = groups
        self._pages = pages

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, group by group."""
        records = {
            parameter.name or "": record
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)) is not None
        }
        for heading, names in self._groups.items():
            rows = [records.pop(name) for name in names.split() if name in records]
            if not rows:  # commands share the groups, and not every one has options of each
                continue
            with formatter.section(heading):
                formatter.write_dl(rows)
        with formatter.section("Other options"):
            formatter.write_dl(list(records.values()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the pages."""
        for heading, page in self._pages.items():
            with formatter.section(heading):
                if isinstance(page, str):
                    formatter.write("".join(f"  {line}\n" for line in page.strip().splitlines()))
                else:
                    formatter.write_dl(page)
