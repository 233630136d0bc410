"""The pictures: a run, one file on its time axis, or files by families of rules; as PNG (the PNG report) or SVG.

Pictures are drawn off screen, without ``pyplot`` and with matplotlib's default
settings whatever the user's are; those are put back afterwards. Settings are
global to a process, so pictures must not be drawn by two threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from auditor.model import Audit, FileAudit, Finding, Scores, Severity
from auditor.reports.png_data import (
    HISTOGRAM_BIN,
    SEVERITIES,
    HeatMapData,
    HeatRow,
    Lane,
    OverviewData,
    RuleCount,
    Speed,
    TimelineData,
    WorstFile,
    heat_map_data,
    language_text,
    overview_data,
    severity_counts,
    timeline_data,
)
from auditor.reports.png_text import cut_end, cut_middle, font_family, text_width
from auditor.score import MEANING, meaning

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PictureFormat = Literal["png", "svg"]

DPI = 160
WIDTH = 10.0
"""Inches; with ``DPI`` the pictures are 1600 pixels wide."""

_MARGIN = 0.45
_INK = "#1a1a1a"
_GREY = "#5f6368"
_PALE = "#e8eaed"
# Okabe and Ito's palette, told apart with every common kind of colour blindness.
_COLOURS = {Severity.ERROR: "#d55e00", Severity.WARNING: "#e69f00", Severity.INFO: "#56b4e9"}
_MARKERS = {Severity.ERROR: "X", Severity.WARNING: "^", Severity.INFO: "o"}
_HATCHES = {Severity.ERROR: "", Severity.WARNING: "////", Severity.INFO: "...."}
_BANDS = tuple(zip((low for low, _ in MEANING), ("#009e73", "#e69f00", "#d55e00"), strict=True))
_GOOD = _BANDS[0][1]
_LIMITS = sorted(low for low, _ in MEANING if low > 0)
_CUE_SHADES = ("#4a6fa5", "#a9bcd8")
_SPEED_LINE = "#0072b2"

_TITLE, _BODY, _SMALL = 17.0, 9.0, 8.0
_ROW = 0.235
_FINDING_ROW = 0.4
_LANE_ROW = 0.27
_GUTTER = 0.45  # how far left of it the findings about the whole file stand
_LABELS = 2.05  # where the time axis begins, right of the strips' names
_HEAT_STEPS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""Where the shades of the heat map begin, in findings per 100 cues; the same for every run, so that maps compare."""
_HEAT_ROW = 0.25
_HEAT_COLUMN = 0.75
_HEAT_CELLS = 6.4  # what all columns may take together
_TICK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)


class _Sheet(Struct, frozen=True):
    """A figure addressed in inches from its top left corner."""

    figure: Figure
    height: float

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        axes = self.figure.add_axes(
            (left / WIDTH, 1 - (top + height) / self.height, width / WIDTH, height / self.height)
        )
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(_GREY)
        axes.tick_params(colors=_GREY, labelsize=_SMALL, length=3)
        axes.set_axisbelow(True)
        return axes

    def text(
        self,
        left: float,
        top: float,
        text: str,
        size: float = _BODY,
        colour: str = _INK,
        *,
        align: str = "left",
        width: float | None = None,
        cut: Callable[[str, float, float], str] = cut_end,
    ) -> float:
        """Write one line with its middle at ``top``; the width it takes."""
        shown = cut(text, size, WIDTH if width is None else width)
        self.figure.text(
            left / WIDTH,
            1 - top / self.height,
            shown,
            fontsize=size,
            color=colour,
            ha=align,
            va="center_baseline",
            fontfamily=font_family(shown),
        )
        return text_width(shown, size)

    def mark(self, left: float, top: float, severity: Severity, size: float = 6.0) -> None:
        from matplotlib.lines import Line2D

        self.figure.add_artist(
            Line2D(
                [left / WIDTH],
                [1 - top / self.height],
                marker=_MARKERS[severity],
                markersize=size,
                color=_COLOURS[severity],
                markeredgecolor=_INK,
                markeredgewidth=0.4,
                linestyle="none",
            )
        )

    def severities(self, right: float, top: float, counts: Sequence[int] | None = None) -> None:
        """The key of the severities ending at ``right``, with counts where given."""
        for position, severity in reversed(list(enumerate(SEVERITIES))):
            label = severity.value if counts is None else _counted(counts[position], severity.value)
            width = text_width(label, _SMALL)
            self.text(right - width, top, label, _SMALL, _GREY)
            self.mark(right - width - 0.1, top, severity)
            right -= width + 0.32

    def heading(self, top: float, text: str, note: str = "", left: float = _MARGIN) -> None:
        width = self.text(left, top, text, 11.0)
        if note:
            self.text(left + width + 0.12, top, note, _SMALL, _GREY, width=WIDTH - _MARGIN - left - width - 0.12)


def render(audit: Audit) -> bytes:
    """A picture of the audit as PNG: the timeline of its file when it has one, otherwise the overview of the run."""
    return render_file(audit.files[0]) if len(audit.files) == 1 else render_overview(audit)


def render_overview(audit: Audit, fmt: PictureFormat = "png") -> bytes:
    """A picture of a run: scores, their distribution, findings by rule and the worst files."""
    data = overview_data(audit)
    rules_top = 4.0
    files_top = rules_top + 0.3 + _ROW * max(1, len(data.rules)) + 0.35
    height = files_top + 0.3 + _ROW * max(1, len(data.worst)) + 0.3

    def paint(sheet: _Sheet) -> None:
        _overview_header(sheet, data, audit.profile)
        sheet.heading(1.6, "Scores")
        _score_bars(sheet, 1.75, data.scores)
        left = 5.1
        sheet.heading(1.6, "Files by overall score", left=left)
        _histogram(sheet, left, 1.98, data)
        sheet.heading(rules_top, "Findings by rule")
        _rule_bars(sheet, rules_top + 0.2, data.rules)
        if data.rules:
            sheet.severities(WIDTH - _MARGIN, rules_top)
        note = "" if len(data.worst) == data.files else f"{len(data.worst)} of {data.files:,}"
        sheet.heading(files_top, "Lowest scores", note)
        _worst_files(sheet, files_top + 0.2, data.worst)

    return _drawn(height, paint, fmt)


def render_file(file: FileAudit, fmt: PictureFormat = "png") -> bytes:
    """A picture of one file: cues, reading speed and findings over time, then the worst findings in words."""
    data = timeline_data(file)
    strips_top = 1.6
    list_top = strips_top + _strips_height(data)
    height = list_top + 0.3 + _FINDING_ROW * len(data.worst) + 0.25

    def paint(sheet: _Sheet) -> None:
        _file_header(sheet, file)
        _strips(sheet, strips_top, data)
        if not data.worst:
            sheet.text(_MARGIN, list_top, "No findings.", 11.0, _GOOD)
            return
        total = len(file.findings)
        note = "" if total == len(data.worst) else f"{len(data.worst)} of {total:,}"
        sheet.heading(list_top, "Worst findings" if note else "Findings", note)
        for row, finding in enumerate(data.worst):
            _finding_row(sheet, list_top + 0.33 + row * _FINDING_ROW, finding)

    return _drawn(height, paint, fmt)


def render_heat_map(audit: Audit, fmt: PictureFormat = "png") -> bytes:
    """A picture of where the findings of a run gather: errors and warnings per 100 cues, files by families of rules."""
    data = heat_map_data(audit)
    top = 2.05
    height = top + _HEAT_ROW * (len(data.rows) + 1) + 0.35 if data.families else 1.65

    def paint(sheet: _Sheet) -> None:
        sheet.text(_MARGIN, 0.42, "Where the findings gather", _TITLE)
        size = f"{_counted(data.files, 'file')} · {_counted(audit.tally.cues, 'cue')} · profile {audit.profile}"
        sheet.text(_MARGIN, 0.75, size, 10.0, _GREY, width=7.0)
        if not data.families:
            sheet.text(_MARGIN, 1.3, "No errors and no warnings.", 11.0, _GOOD)
            return
        _heat_key(sheet, 1.12)
        _heat_cells(sheet, top, data)

    return _drawn(height, paint, fmt)


def _drawn(height: float, paint: Callable[[_Sheet], None], fmt: PictureFormat) -> bytes:
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": font_family(),
                "text.parse_math": False,  # captions quote prices and formulas: "$5 or $6" is no mathematics
                "text.hinting": "none",  # hinting rounds every advance to a pixel, and long lines outgrow their margin
                "hatch.color": "white",
                "hatch.linewidth": 0.9,
                "svg.fonttype": "path",  # a viewer need not have the fonts
                "svg.hashsalt": "transcript-auditor",  # the same picture has the same bytes
            }
        )
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
        FigureCanvasAgg(figure)  # whatever backend the settings name, this figure is drawn off screen
        paint(_Sheet(figure, height))
        buffer = BytesIO()
        figure.savefig(buffer, format=fmt, dpi=DPI, metadata={"Date": None} if fmt == "svg" else None)
    return buffer.getvalue()


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 3600:,.1f} hours" if seconds >= 3600 else f"{seconds / 60:.0f} min"


def clock(seconds: float, hours: bool = False) -> str:
    """A time as ``mm:ss``, from one hour on (or when asked for ``hours``) as ``h:mm:ss``."""
    whole = int(seconds)
    minutes, second = divmod(whole, 60)
    if hours or minutes >= 60:
        return f"{minutes // 60}:{minutes % 60:02}:{second:02}"
    return f"{minutes:02}:{second:02}"


def _band(score: float) -> str:
    return next(colour for low, colour in _BANDS if score >= low)


def _scale() -> str:
    """The meaning of the scores in one line."""
    parts = []
    for (low, text), above in zip(MEANING, [None, *(low for low, _ in MEANING)], strict=False):
        bounds = f"{low:.0f} or more" if above is None else f"{low:.0f} to {above:.0f}" if low else f"below {above:.0f}"
        parts.append(f"{bounds}: {text}")
    return " · ".join(parts)


def _overall(sheet: _Sheet, score: float) -> None:
    """The overall score in large figures at the top right, with what it asks for."""
    right = WIDTH - _MARGIN
    word = meaning(score)
    sheet.text(right, 0.5, f"{score:.1f}", 30.0, _INK, align="right")
    width = text_width(word, 11.0)
    sheet.text(right, 0.88, word, 11.0, align="right")
    axes = sheet.axes(right - width - 0.25, 0.81, 0.14, 0.14)
    axes.axis("off")
    axes.scatter([0], [0], s=60, color=_band(score), marker="s")


def _overview_header(sheet: _Sheet, data: OverviewData, profile: str) -> None:
    sheet.text(_MARGIN, 0.42, "Transcript audit", _TITLE)
    size = f"{_counted(data.files, 'file')} · {_counted(data.cues, 'cue')} · {_duration(data.hours * 3600)}"
    sheet.text(_MARGIN, 0.75, f"{size} · profile {profile}", 10.0, _GREY, width=7.0)
    findings = " · ".join(_counted(n, severity.value) for n, severity in zip(data.findings, SEVERITIES, strict=True))
    sheet.text(_MARGIN, 0.98, findings, 10.0, _GREY)
    if data.files:
        _overall(sheet, data.scores.overall)
    sheet.text(WIDTH - _MARGIN, 1.13, _scale(), _SMALL, _GREY, align="right")


def _score_bars(sheet: _Sheet, top: float, scores: Scores) -> None:
    rows = [
        ("overall", scores.overall),
        ("fidelity", scores.fidelity),
        ("timing", scores.timing),
        ("readability", scores.readability),
        ("format", scores.format),
    ]
    row_height, label_right = 0.33, _MARGIN + 0.85
    axes = sheet.axes(label_right + 0.1, top, 2.65, row_height * len(rows))
    axes.barh(range(len(rows)), [100.0] * len(rows), height=0.56, color=_PALE)
    axes.barh(range(len(rows)), [score for _, score in rows], height=0.56, color=[_band(score) for _, score in rows])
    for limit in _LIMITS:
        axes.axvline(limit, color=_INK, linewidth=0.7, linestyle=(0, (2, 2)))
    axes.set(xlim=(0, 100), ylim=(len(rows) - 0.5, -0.5), yticks=[], xticks=[0, 50, *_LIMITS, 100])
    axes.spines["bottom"].set_visible(False)
    for row, (name, score) in enumerate(rows):
        middle = top + (row + 0.5) * row_height
        sheet.text(label_right, middle, name, _BODY, align="right")
        sheet.text(label_right + 2.83, middle, f"{score:.1f}", _BODY)


def _histogram(sheet: _Sheet, left: float, top: float, data: OverviewData) -> None:
    across = left
    for (text, count), (_, colour) in zip(data.bands, _BANDS, strict=True):
        axes = sheet.axes(across, top - 0.16, 0.12, 0.12)
        axes.axis("off")
        axes.scatter([0], [0], s=42, color=colour, marker="s")
        across += 0.18 + sheet.text(across + 0.18, top - 0.1, f"{text}: {count:,}", _SMALL, _GREY) + 0.2
    axes = sheet.axes(left + 0.25, top + 0.08, WIDTH - _MARGIN - left - 0.25, 1.34)
    starts = [position * HISTOGRAM_BIN for position in range(len(data.histogram))]
    axes.bar(
        starts,
        data.histogram,
        width=HISTOGRAM_BIN * 0.9,
        align="edge",
        color=[_band(start) for start in starts],
    )
    tallest = max([*data.histogram, 1])
    axes.set(xlim=(0, 100), ylim=(0, tallest * 1.08), xticks=range(0, 101, 10))
    axes.locator_params(axis="y", integer=True, nbins=4)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=_PALE, linewidth=0.8)
    for limit in _LIMITS:
        axes.axvline(limit, color=_INK, linewidth=0.7, linestyle=(0, (2, 2)))


def _rule_bars(sheet: _Sheet, top: float, rules: Sequence[RuleCount]) -> None:
    if not rules:
        sheet.text(_MARGIN, top + _ROW / 2, "No findings.", _BODY, _GOOD)
        return
    codes = max(text_width(row.code, _BODY) for row in rules)
    names_left = _MARGIN + min(codes, 1.0) + 0.12
    bars_left = 3.1
    axes = sheet.axes(bars_left, top, WIDTH - _MARGIN - bars_left - 0.6, _ROW * len(rules))
    axes.axis("off")
    offsets = [0] * len(rules)
    for position, severity in enumerate(SEVERITIES):
        counts = [row.counts[position] for row in rules]
        axes.barh(
            range(len(rules)),
            counts,
            left=offsets,
            height=0.66,
            color=_COLOURS[severity],
            hatch=_HATCHES[severity],
            linewidth=0,
        )
        offsets = [offset + count for offset, count in zip(offsets, counts, strict=True)]
    most = max(offsets)
    axes.set(xlim=(0, most), ylim=(len(rules) - 0.5, -0.5))
    scale = (WIDTH - _MARGIN - bars_left - 0.6) / most
    for row, (rule, total) in enumerate(zip(rules, offsets, strict=True)):
        middle = top + (row + 0.5) * _ROW
        sheet.text(_MARGIN, middle, rule.code, _BODY, _GREY, width=1.0)
        sheet.text(names_left, middle, rule.name, _BODY, width=bars_left - names_left - 0.1)
        sheet.text(bars_left + total * scale + 0.07, middle, f"{total:,}", _SMALL, _GREY)


def _worst_files(sheet: _Sheet, top: float, files: Sequence[WorstFile]) -> None:
    if not files:
        sheet.text(_MARGIN, top + _ROW / 2, "No files.", _BODY, _GREY)
        return
    bars_left, bars_width = _MARGIN + 0.5, 1.5
    axes = sheet.axes(bars_left, top, bars_width, _ROW * len(files))
    axes.axis("off")
    axes.barh(range(len(files)), [100.0] * len(files), height=0.6, color=_PALE)
    scores = [file.overall for file in files]
    axes.barh(range(len(files)), scores, height=0.6, color=[_band(score) for score in scores])
    axes.set(xlim=(0, 100), ylim=(len(files) - 0.5, -0.5))
    columns = [WIDTH - _MARGIN - 0.55 * (len(SEVERITIES) - 1 - position) for position in range(len(SEVERITIES))]
    widest = max(text_width(f"{file.counts[0]:,}", _BODY) for file in files)
    path_left = bars_left + bars_width + 0.15
    language_right = columns[0] - max(widest, 0.3) - 0.3
    for row, file in enumerate(files):
        middle = top + (row + 0.5) * _ROW
        sheet.text(_MARGIN + 0.38, middle, f"{file.overall:.1f}", _BODY, align="right")
        width = sheet.text(language_right, middle, file.language, _SMALL, _GREY, align="right", width=0.7)
        sheet.text(path_left, middle, file.path, _BODY, width=language_right - width - path_left - 0.15, cut=cut_middle)
        for right, count, severity in zip(columns, file.counts, SEVERITIES, strict=True):
            sheet.text(right, middle, f"{count:,}", _BODY, _INK if count else _GREY, align="right")
            if row == 0:
                sheet.mark(right - 0.05, top - 0.1, severity)


def _file_header(sheet: _Sheet, file: FileAudit) -> None:
    sheet.text(_MARGIN, 0.42, file.path, _TITLE, width=6.9, cut=cut_middle)
    tally = file.tally
    facts = [language_text(file.language), file.format, file.encoding, _counted(tally.cues, "cue")]
    sheet.text(_MARGIN, 0.75, " · ".join([*facts, _duration(tally.duration_ms / 1000)]), 10.0, _GREY, width=7.2)
    scores = file.scores
    across = _MARGIN
    for name, score in (
        ("fidelity", scores.fidelity),
        ("timing", scores.timing),
        ("readability", scores.readability),
        ("format", scores.format),
    ):
        across += sheet.text(across, 1.0, name, _BODY, _GREY) + 0.07
        across += sheet.text(across, 1.0, f"{score:.1f}", _BODY) + 0.22
    _overall(sheet, scores.overall)
    sheet.severities(WIDTH - _MARGIN, 1.27, severity_counts(file.findings))


def _strips_height(data: TimelineData) -> float:
    cues = 1.85 if data.cues else 0.0
    lanes = _LANE_ROW * len(data.lanes) + 0.15 if data.lanes else 0.0
    return cues + lanes + 0.55 if cues or lanes else 0.1


def _strips(sheet: _Sheet, top: float, data: TimelineData) -> None:
    strips: list[Axes] = []
    width = WIDTH - _MARGIN - _LABELS
    label_right = _LABELS - (_GUTTER + 0.17 if _whole_file(data.lanes) else 0.42)
    if data.cues:
        sheet.text(label_right, top + 0.14, "cues", _BODY, align="right")
        cues = sheet.axes(_LABELS, top, width, 0.28)
        for shade in range(2):
            spans = [(start, max(end - start, 0.0)) for start, end in data.cues[shade::2]]
            cues.broken_barh(spans, (0, 1), facecolor=_CUE_SHADES[shade], linewidth=0)
        cues.set(ylim=(0, 1), yticks=[])
        sheet.text(_LABELS, top + 0.5, f"{data.counting} per second", _SMALL, _GREY)
        sheet.text(label_right, top + 1.15, "reading speed", _BODY, align="right")
        speed = sheet.axes(_LABELS, top + 0.6, width, 1.1)
        _speed_strip(sheet, speed, top + 0.5, data.speeds, data.limits)
        strips += [cues, speed]
        top += 1.85
    if data.lanes:
        strips.append(_lane_strip(sheet, top, label_right, width, data.lanes))
    for strip in strips:
        strip.set_xlim(0, max(data.seconds, 1.0))
        strip.set_xticks([])
        strip.spines["bottom"].set_visible(False)
    if strips:
        span = max(data.seconds, 1.0)
        step = next((step for step in _TICK_STEPS if span / step <= 12), span / 10)
        ticks = [position * step for position in range(int(span / step) + 1)]
        strips[-1].set_xticks(ticks, [clock(tick, span >= 3600) for tick in ticks])
        strips[-1].spines["bottom"].set_visible(True)


def _speed_strip(sheet: _Sheet, axes: Axes, note_top: float, speeds: Sequence[Speed], limits: Sequence[float]) -> None:
    known = sorted(speed.characters_per_second for speed in speeds if speed.characters_per_second is not None)
    usual = known[int(len(known) * 0.98)] if known else 1.0
    # One cue that flashes by for a few milliseconds must not flatten all the others.
    ceiling = max(1.0, min(max([*known, 0.0]), usual * 1.3, max(limits, default=usual) * 4), max(limits, default=0.0))
    across: list[float] = []
    heights: list[float] = []
    cut: list[float] = []
    hairline = (speeds[-1].end if speeds else 0.0) / 300  # a gap drawn as narrow as the line itself
    for speed in speeds:
        if speed.characters_per_second is None:
            continue
        start = speed.start
        if across and start > across[-1] + hairline:
            across += [across[-1], start]
            heights += [0.0, 0.0]
        elif across:
            start = across[-1]
        level = min(speed.characters_per_second, ceiling)
        across += [start, max(start, speed.end)]
        heights += [level, level]
        if speed.characters_per_second > ceiling:
            cut.append((speed.start + speed.end) / 2)
    axes.fill_between(across, heights, color=_SPEED_LINE, alpha=0.18, linewidth=0)
    axes.plot(across, heights, color=_SPEED_LINE, linewidth=0.9)
    axes.set_ylim(0, ceiling * 1.12)
    axes.locator_params(axis="y", nbins=4)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color=_PALE, linewidth=0.8)
    right = WIDTH - _MARGIN
    for limit in limits:
        axes.axhline(limit, color=_COLOURS[Severity.ERROR], linewidth=1.1, linestyle=(0, (5, 2)))
    if limits:
        values = " and ".join(f"{limit:g}" for limit in limits)
        label = f"limit {values}"
        sheet.text(right, note_top, label, _SMALL, align="right")
        end = right - text_width(label, _SMALL) - 0.06
        sheet.text(end, note_top, "- -", _SMALL, _COLOURS[Severity.ERROR], align="right")
        right = end - text_width("- -", _SMALL) - 0.2
    if cut:
        axes.plot(cut, [ceiling * 1.06] * len(cut), linestyle="none", marker=6, markersize=4, color=_INK)
        sheet.text(right, note_top, f"▲ {_counted(len(cut), 'cue')} above {ceiling:.0f}", _SMALL, _GREY, align="right")


def _whole_file(lanes: Sequence[Lane]) -> bool:
    return any(mark.seconds is None for lane in lanes for mark in lane.marks)


def _lane_strip(sheet: _Sheet, top: float, label_right: float, width: float, lanes: Sequence[Lane]) -> Axes:
    height = _LANE_ROW * len(lanes)
    axes = sheet.axes(_LABELS, top, width, height)
    gutter = sheet.axes(_LABELS - _GUTTER - 0.15, top, 0.3, height)
    gutter.axis("off")
    gutter.set_xlim(-1, 1)
    for each in (axes, gutter):
        each.set_ylim(len(lanes) - 0.5, -0.5)
        each.set_yticks([])
    for row, lane in enumerate(lanes):
        sheet.text(label_right, top + (row + 0.5) * _LANE_ROW, lane.family, _BODY, align="right")
        axes.axhline(row, color=_PALE, linewidth=1.0, zorder=0)
        for severity in reversed(SEVERITIES):  # errors on top
            times = [mark.seconds for mark in lane.marks if mark.severity == severity and mark.seconds is not None]
            whole = any(mark.seconds is None for mark in lane.marks if mark.severity == severity)
            for each, places in ((axes, times), (gutter, [0.0] if whole else [])):
                each.scatter(
                    places,
                    [row] * len(places),
                    s=34,
                    marker=_MARKERS[severity],
                    color=_COLOURS[severity],
                    edgecolors=_INK,
                    linewidths=0.4,
                    clip_on=False,
                    zorder=2,
                )
    if _whole_file(lanes):
        sheet.text(_LABELS - _GUTTER, top + height + 0.11, "file", _SMALL, _GREY, align="center")
    return axes


def _finding_row(sheet: _Sheet, top: float, finding: Finding) -> None:
    right = WIDTH - _MARGIN
    sheet.mark(_MARGIN + 0.06, top, finding.severity, 7.0)
    time = "file" if finding.start_ms is None else clock(finding.start_ms / 1000)
    sheet.text(_MARGIN + 0.75, top, time, _BODY, align="right")
    left = _MARGIN + 0.9
    across = left + sheet.text(left, top, f"{finding.rule} {finding.name}", _BODY, width=2.6) + 0.15
    if finding.text.strip():
        sheet.text(across, top, f"“{cut_end(finding.text, _BODY, right - across - 0.2)}”", _BODY)
    sheet.text(left, top + 0.165, finding.message, _SMALL, _GREY, width=right - left)


def _heat_colours() -> list[tuple[float, float, float]]:
    """One shade per step of the heat map, light to dark."""
    from matplotlib import colormaps

    # ColorBrewer's scale from yellow to brown: told apart by lightness alone, whatever colours a reader sees.
    scale = colormaps["YlOrBr"]
    last = len(_HEAT_STEPS) - 1
    shades = [scale(0.1 + 0.82 * step / last) for step in range(last + 1)]
    return [(float(red), float(green), float(blue)) for red, green, blue, _ in shades]


def _heat_shade(rate: float) -> int:
    return max(step for step, low in enumerate(_HEAT_STEPS) if rate >= low)


def _heat_number(rate: float) -> str:
    """A rate in at most four characters up to 999; a rate that would be rounded away shows as less than 0.1."""
    if rate == 0:
        return "0"
    if rate < 0.1:
        return "<0.1"
    return f"{rate:.1f}" if rate < 99.95 else f"{rate:,.0f}"


def _heat_key(sheet: _Sheet, top: float) -> None:
    """The colour bar: its unit, and a block per shade with the rate where it begins."""
    left = _MARGIN + sheet.text(_MARGIN, top, "errors and warnings per 100 cues", _BODY) + 0.2
    width = 0.42
    axes = sheet.axes(left, top - 0.09, width * len(_HEAT_STEPS), 0.18)
    axes.axis("off")
    axes.bar(range(len(_HEAT_STEPS)), [1.0] * len(_HEAT_STEPS), width=1.0, align="edge", color=_heat_colours())
    axes.set(xlim=(0, len(_HEAT_STEPS)), ylim=(0, 1))
    for step, low in enumerate(_HEAT_STEPS):
        sheet.text(left + step * width, top + 0.19, f"{low:g}", _SMALL, _GREY, align="center")
    sheet.text(left + width * len(_HEAT_STEPS), top + 0.19, "more", _SMALL, _GREY, align="right")


def _heat_cells(sheet: _Sheet, top: float, data: HeatMapData) -> None:
    gap = 0.1  # sets the sums apart from what they sum up
    columns = len(data.families) + 1
    column = min(_HEAT_COLUMN, (_HEAT_CELLS - gap) / columns)
    scores = _MARGIN + 0.38
    names = scores + 0.12
    room = WIDTH - _MARGIN - column * columns - gap - names - 0.15
    whole = f"all {_counted(data.files, 'file')}"
    order = "lowest scores first" if len(data.rows) == data.files else f"the {len(data.rows)} lowest scores"
    note = f"overall score · file, {order}" if data.files > 1 else "overall score · file"
    paths = max(text_width(text, _BODY) for text in (whole, *(row.path for row in data.rows)))
    left = names + min(max(paths, text_width(note, _SMALL) + _MARGIN - names), room) + 0.15
    lefts = [left + column * position + (gap if position == columns - 1 else 0.0) for position in range(columns)]
    sheet.text(_MARGIN, top - 0.12, note, _SMALL, _GREY, width=left - _MARGIN - 0.1)
    for start, name in zip(lefts, (*data.families, "all"), strict=True):
        words = name.split(" ")
        for line, word in enumerate(reversed(words)):
            sheet.text(start + column / 2, top - 0.12 - 0.15 * line, word, _SMALL, align="center")
    rows = [*data.rows, data.whole] if data.files > 1 else [*data.rows]
    tops = [top + _HEAT_ROW * position + (gap if row is data.whole else 0.0) for position, row in enumerate(rows)]
    for row, above in zip(rows, tops, strict=True):
        middle = above + _HEAT_ROW / 2
        sheet.text(scores, middle, f"{row.overall:.1f}", _BODY, _GREY, align="right")
        text = whole if row is data.whole else row.path
        sheet.text(names, middle, text, _BODY, width=left - names - 0.1, cut=cut_middle)
        _heat_row(sheet, above, lefts, column, row)


def _heat_row(sheet: _Sheet, top: float, lefts: Sequence[float], width: float, row: HeatRow) -> None:
    from matplotlib.patches import Rectangle

    colours = _heat_colours()
    seam = 0.02
    for left, rate in zip(lefts, (*row.rates, row.total), strict=True):
        fill: str | tuple[float, float, float] = _PALE
        ink = _GREY
        if rate:
            fill = red, green, blue = colours[_heat_shade(rate)]
            ink = _INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else "white"
        sheet.figure.add_artist(
            Rectangle(
                (left / WIDTH, 1 - (top + _HEAT_ROW - seam) / sheet.height),
                (width - seam) / WIDTH,
                (_HEAT_ROW - seam) / sheet.height,
                facecolor="white" if rate == 0 else fill,
                edgecolor=_PALE,
                linewidth=0.6,
            )
        )
        text = "no cue" if rate is None else _heat_number(rate)
        sheet.text(left + (width - seam) / 2, top + (_HEAT_ROW - seam) / 2, text, _SMALL, ink, align="center")
