"""The summary a person sees in a terminal: worst files first, the findings by rule, the score with its meaning."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections import Counter

from auditor.model import Audit, Category, FileAudit, Severity
from auditor.score import meaning

MOST_FILES = 20
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def _shorten(path: str, width: int) -> str:
    """A path cut in the middle: its beginning says where, its end says what."""
    if len(path) <= width or width < 8:
        return path
    tail = (width - 1) * 2 // 3
    return f"{path[: width - 1 - tail]}…{path[-tail:]}"


def _hours(duration_ms: int) -> str:
    seconds = duration_ms // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60:02d} min" if hours else f"{rest // 60} min {rest % 60:02d} s"


def _score_colour(score: float) -> str:
    return "green" if score >= 90 else "yellow" if score >= 70 else "red"


def worst_first(files: tuple[FileAudit, ...]) -> list[FileAudit]:
    """The files in the order a reviewer wants: lowest overall score first, then most errors, then by path."""
    return sorted(files, key=lambda file: (file.scores.overall, -file.tally.findings[0], file.path))


def render_text(audit: Audit, *, width: int, colour: bool) -> str:
    """The summary as text for a terminal of ``width`` columns, with ANSI colours or without."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    output = io.StringIO()
    console = Console(
        file=output, width=width, force_terminal=colour, color_system="standard" if colour else None, highlight=False
    )
    wide = width >= 100
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    table.add_column("file", no_wrap=True, overflow="ellipsis")
    table.add_column("lang", no_wrap=True)
    names = ["overall", "fidelity", "timing", "readability", "format"] if wide else ["overall"]
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("cues", "errors", "warnings") if wide else ("errors", "warn"):
        table.add_column(name, justify="right", no_wrap=True)
    files = worst_first(audit.files)
    room = max(12, width - (74 if wide else 34))
    for file in files[:MOST_FILES]:
        values = [getattr(file.scores, name) for name in names]
        errors, warnings, _ = file.tally.findings
        table.add_row(
            Text(_shorten(file.path, room)),
            Text(file.language.tag or "?"),
            *(Text(f"{value:.1f}", style=_score_colour(value)) for value in values),
            *([Text(str(file.tally.cues))] if wide else []),
            Text(str(errors), style="red" if errors else ""),
            Text(str(warnings), style="yellow" if warnings else ""),
        )
    console.print(table)
    if len(files) > MOST_FILES:
        console.print(Text(f"… and {len(files) - MOST_FILES} more files with better scores\n"))
    _findings(console, audit)
    _summary(console, audit)
    return output.getvalue()


def _findings(console: object, audit: Audit) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    assert isinstance(console, Console)
    counts: Counter[tuple[str, str]] = Counter()
    severities: dict[tuple[str, str], Counter[Severity]] = {}
    for file in audit.files:
        for finding in file.findings:
            key = (finding.rule, finding.name)
            counts[key] += 1
            severities.setdefault(key, Counter())[finding.severity] += 1
    if not counts:
        console.print(Text("nothing found\n"))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column("name", no_wrap=True)
    for severity in Severity:
        table.add_column(f"{severity.value}s", justify="right")
    for code, name in sorted(counts):
        found = severities[code, name]
        cells = [Text(str(found[s] or ""), style=_COLOURS[s]) for s in Severity]
        table.add_row(Text(code), Text(name), *cells)
    console.print(table)


def _summary(console: object, audit: Audit) -> None:
    from rich.console import Console
    from rich.text import Text

    assert isinstance(console, Console)
    tally, scores = audit.tally, audit.scores
    errors, warnings, infos = tally.findings
    console.print(
        Text(
            f"{tally.files} file{'s' if tally.files != 1 else ''}, {tally.cues:,} cues, {_hours(tally.duration_ms)}: "
            f"{errors:,} errors, {warnings:,} warnings, {infos:,} infos"
        )
    )
    line = Text("overall ")
    line.append(f"{scores.overall:.1f}", style=f"bold {_score_colour(scores.overall)}")
    line.append(
        f" ({meaning(scores.overall)}) · fidelity {scores.fidelity:.1f} · timing {scores.timing:.1f} · "
        f"readability {scores.readability:.1f} · format {scores.format:.1f} · profile {audit.profile}"
    )
    console.print(line)


def score_explanation(file: FileAudit) -> str:
    """Which findings took how many points from which score of a file, the costliest first."""
    lines = [f"{file.path}: overall {file.scores.overall:.1f} ({meaning(file.scores.overall)})"]
    for category in Category:
        score = getattr(file.scores, category.value)
        lines.append(f"  {category.value} {score:.1f}")
        costly = sorted((f for f in file.findings if f.category is category), key=lambda f: (-f.cost, f.span.line))
        for finding in costly:
            where = f"cue {finding.cue}" if finding.cue else f"line {finding.span.line}"
            lines.append(f"    -{finding.cost:.2f}  {finding.rule} {finding.name}, {where}: {finding.message}")
    return "\n".join(lines)


def render(audit: Audit) -> bytes:
    """The summary for the terminal standard output is connected to: its width, and colours unless NO_COLOR is set."""
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((100, 24)).columns if terminal else 120
    colour = (terminal or "FORCE_COLOR" in os.environ) and "NO_COLOR" not in os.environ
    return render_text(audit, width=width, colour=colour).encode("utf-8", "backslashreplace")
