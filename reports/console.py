"""The summary a person sees in a terminal: worst files first, the findings by rule, the score with its meaning."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections import Counter
from typing import TYPE_CHECKING

from auditor.facts.words import primary
from auditor.model import Audit, Category, ErrorRates, FileAudit, Finding, Severity
from auditor.reports.options import ReportOptions
from auditor.score import meaning
from auditor.totals import totals_of, worst_first

if TYPE_CHECKING:
    from rich.console import Console

MOST_FILES = 20
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def _shorten(path: str, width: int) -> str:
    """A path cut in the middle: its beginning says where, its end says what."""
    from rich.cells import cell_len, set_cell_size

    # Korean and Japanese characters take two columns each.
    if cell_len(path) <= width or width < 8:
        return path
    tail_width = (width - 1) * 2 // 3
    tail = path
    while cell_len(tail) > tail_width:
        tail = tail[1:]
    return f"{set_cell_size(path, width - 1 - cell_len(tail)).rstrip()}…{tail}"


def _hours(duration_ms: int) -> str:
    seconds = duration_ms // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60:02d} min" if hours else f"{rest // 60} min {rest % 60:02d} s"


def _score_colour(score: float) -> str:
    return "green" if score >= 90 else "yellow" if score >= 70 else "red"


def render_text(audit: Audit, *, width: int, colour: bool) -> str:
    """The summary as text for a terminal of ``width`` columns, with ANSI colours or without."""
    from rich.console import Console

    output = io.StringIO()
    console = Console(
        file=output,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,  # else rich would ask NO_COLOR again, which --color overrules
        highlight=False,
    )
    _files(console, audit, width)
    _rates(console, audit, width)
    _findings(console, audit, width)
    _worst(console, audit)
    _summary(console, audit)
    # Tables pad every line to the width; a pipe or a log has no use for that.
    return "".join(f"{line.rstrip()}\n" for line in output.getvalue().splitlines())


_SCORES = ("overall", "fidelity", "timing", "readability", "format")
_WIDE = 116  # columns from which every score has room beside the path
_NARROW = 60  # columns below which languages, warnings and names of rules have none


def _files(console: Console, audit: Audit, width: int) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    wide, narrow = width >= _WIDE, width < _NARROW
    names = _SCORES if wide else _SCORES[:1]
    counts = ("cues", "errors", "warnings") if wide else ("errors",) if narrow else ("errors", "warnings")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("file", no_wrap=True)
    if not narrow:
        table.add_column("lang", no_wrap=True)
    for name in (*names, *counts):
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    files = worst_first(audit.files)
    shown = files[:MOST_FILES]
    tags = max((len(file.language.tag or "?") for file in shown), default=1)
    # The box sets two columns three characters apart and one character from the margin.
    language = 0 if narrow else 3 + max(4, tags)
    room = max(10, width - 1 - language - sum(len(name) + 3 for name in (*names, *counts)))
    for file in shown:
        errors, warnings, _ = file.tally.findings
        table.add_row(
            Text(_shorten(file.path, room)),
            *([] if narrow else [Text(file.language.tag or "?")]),
            *(Text(f"{getattr(file.scores, n):.1f}", style=_score_colour(getattr(file.scores, n))) for n in names),
            *([Text(str(file.tally.cues))] if wide else []),
            Text(str(errors), style="red" if errors else ""),
            *([] if narrow else [Text(str(warnings), style="yellow" if warnings else "")]),
        )
    console.print(table)
    if audit.tally.files > MOST_FILES:
        console.print(Text(f"… and {audit.tally.files - MOST_FILES:,} more files with better scores\n"))


def rate_words(rates: ErrorRates, language: str | None) -> str:
    """The error rates of a file on one line, in per cent, with the words they are counted over."""
    shares = [("WER", rates.wer), ("CER", rates.cer), ("MER", rates.mer), ("WIL", rates.wil)]
    if rates.cer_without_spaces is not None and primary(language) == "ko":  # where writers space words differently
        shares.insert(2, ("CER without spaces", rates.cer_without_spaces))
    if rates.morpheme_error_rate is not None:
        shares.append(("by morpheme", rates.morpheme_error_rate))
    said = f"{rates.reference_words:,} word{'s' if rates.reference_words != 1 else ''}"
    return f"{', '.join(f'{name} {share:.1%}' for name, share in shares)} of {said}"


def _rates(console: Console, audit: Audit, width: int) -> None:
    from rich.text import Text

    rated = [(file, file.error_rates) for file in audit.files if file.error_rates is not None]
    if not rated:
        return
    rated.sort(key=lambda pair: (-pair[1].wer, pair[0].path))
    console.print(Text("against the reference"))
    for file, rates in rated[:MOST_FILES]:
        words = rate_words(rates, file.language.tag)
        console.print(Text(f"  {_shorten(file.path, max(20, width - len(words) - 4))}  {words}"), soft_wrap=True)
    if len(rated) > MOST_FILES:
        console.print(Text(f"  … and {len(rated) - MOST_FILES} more files with lower rates"))
    console.print()


MOST_FINDINGS = 10
_MOST_OF_A_RULE = 2


def worst_findings(audit: Audit) -> list[tuple[FileAudit, Finding]]:
    """The findings to look at first: errors before warnings, costliest first, at most two of a rule."""
    order = {severity: at for at, severity in enumerate(Severity)}
    found = [(file, finding) for file in audit.files for finding in file.findings]
    found.sort(key=lambda pair: (order[pair[1].severity], -pair[1].cost, pair[0].path, pair[1].span.line))
    taken: Counter[str] = Counter()
    worst = []
    for file, finding in found:
        taken[finding.rule] += 1
        if taken[finding.rule] <= _MOST_OF_A_RULE and finding.severity is not Severity.INFO:
            worst.append((file, finding))
        if len(worst) == MOST_FINDINGS:
            break
    return worst


_QUOTED = 60


def _cut(text: str) -> str:
    """A text on one line, cut to what the eye takes in at once."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _QUOTED else f"{flat[: _QUOTED - 1]}…"


def _worst(console: Console, audit: Audit) -> None:
    from rich.text import Text

    worst = worst_findings(audit)
    if not worst:
        return
    console.print(Text("look here first"))
    for file, finding in worst:
        line = Text("  ")
        line.append(f"{file.path}:{finding.span.line}:{finding.span.column} ")
        line.append(finding.rule, style=_COLOURS[finding.severity])
        line.append(f" {' '.join(finding.message.split())}")
        if finding.category is Category.FIDELITY and finding.text not in finding.message:
            line.append(f": {_cut(finding.text)}")
        console.print(line, soft_wrap=True)
    console.print()


def _findings(console: Console, audit: Audit, width: int) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    found = totals_of(audit).rules
    if not found:
        console.print(Text("nothing found\n"))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    if named := width >= _NARROW:
        table.add_column("name", no_wrap=True)
    for severity in Severity:
        table.add_column(f"{severity.value}s", justify="right")
    for rule in found:
        cells = [Text(str(count or ""), style=_COLOURS[s]) for s, count in zip(Severity, rule.findings, strict=True)]
        table.add_row(Text(rule.code), *([Text(rule.name)] if named else []), *cells)
    console.print(table)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


def _summary(console: Console, audit: Audit) -> None:
    from rich.text import Text

    tally, scores = audit.tally, audit.scores
    size = f"{_counted(tally.files, 'file')}, {_counted(tally.cues, 'cue')}, {_hours(tally.duration_ms)}"
    found = ", ".join(_counted(n, severity) for n, severity in zip(tally.findings, Severity, strict=True))
    console.print(Text(f"{size}: {found}"))
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


def render(audit: Audit, options: ReportOptions) -> bytes:
    """The summary for the terminal standard output is connected to: its width, and colours unless NO_COLOR is set."""
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((100, 24)).columns if terminal or "COLUMNS" in os.environ else 120
    colour = options.colour
    if colour is None:
        # An empty variable says nothing (no-color.org).
        colour = not os.environ.get("NO_COLOR") and (terminal or bool(os.environ.get("FORCE_COLOR")))
    return render_text(audit, width=width, colour=colour).encode("utf-8", "backslashreplace")
