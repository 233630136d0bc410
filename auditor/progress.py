"""A progress bar on stderr, for runs a person waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from auditor.model import FileAudit


@contextmanager
def progress_bar() -> Iterator[Callable[[FileAudit, int], None]]:
    """Show a bar while the context is open; the function it gives is called with each file and the total."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("auditing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def advance(file: FileAudit, total: int) -> None:
            bar.update(task, total=total, advance=1)

        yield advance
