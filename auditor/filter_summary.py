"""What a filter keeps and loses, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.catalogue import table
from auditor.filtering import Summary

_MS_PER_HOUR = 3_600_000


def _hours(duration_ms: int) -> str:
    return f"{duration_ms / _MS_PER_HOUR:,.2f}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> Iterator[str]:
    """A table whose first columns are texts and whose others are figures, to the right."""
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    padded = [[cell if at < texts else cell.rjust(widths[at]) for at, cell in enumerate(row)] for row in (head, *rows)]
    yield ""
    yield from table("text", padded[0], padded[1:]).splitlines()


def lines(summary: Summary) -> Iterator[str]:
    """The summary for a terminal, in hours of transcripts from their start to the end of their last cue."""
    whole, kept = summary.all, summary.kept
    share = _share(kept.duration_ms, whole.duration_ms)
    yield (
        f"kept {kept.files:,} of {whole.files:,} files: "
        f"{_hours(kept.duration_ms)} of {_hours(whole.duration_ms)} hours ({share})"
    )
    yield (
        f"dropped {summary.dropped_cues:,} of their {kept.cues:,} cues: {_hours(summary.left_ms)} hours are left "
        f"({_share(summary.left_ms, whole.duration_ms)})"
    )
    head = ("lost by", "fails", "hours", "first", "hours", "only this", "hours", "not known")
    rows = [
        [
            part.part,
            *(
                figure
                for amount in (part.fails, part.first, part.only)
                for figure in (f"{amount.files:,}", _hours(amount.duration_ms))
            ),
            f"{part.not_known.files:,}",
        ]
        for part in summary.parts
    ]
    yield from _columns(head, rows, 1)
    if summary.rules:
        dropped = [
            [code, rule.name, f"{rule.cues:,}", _hours(rule.duration_ms), f"{rule.whole_file:,}"]
            for code, rule in sorted(summary.rules.items(), key=lambda entry: (-entry[1].duration_ms, entry[0]))
        ]
        yield from _columns(("cues dropped by", "", "cues", "hours", "whole files"), dropped, 2)
    means = [[name, _figure(before), _figure(after)] for name, before, after in summary.means if before is not None]
    yield from _columns(("mean of files", "before", "after"), means, 1)
    languages = [
        [
            tag or "unknown",
            f"{one.all.files:,}",
            _hours(one.all.duration_ms),
            f"{one.kept.files:,}",
            _hours(one.kept.duration_ms),
            _hours(one.left_ms),
        ]
        for tag, one in sorted(summary.languages.items(), key=lambda entry: (-entry[1].all.duration_ms, entry[0] or ""))
    ]
    yield from _columns(("language", "files", "hours", "kept", "hours", "without dropped cues"), languages, 1)
