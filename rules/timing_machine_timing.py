"""Timestamps that no speech has: cues of one length in a row, cloned spans, whole seconds only, 30-second edges.

## Why
Speech does not keep time. Where many cues in a row last exactly as long as each
other, or start together, a recogniser was looping or an aligner failed, and the text
there deserves no trust; where cues end on every 30-second mark, the audio was cut into
windows and words at the cuts are lost. Times on whole seconds only put every cue up
to half a second off.

## Fix
Listen to the stretch to see whether its text is right. If it is, align it with the
audio again (forced alignment or word timestamps); if not, transcribe it again, and
where cues end on 30-second marks with windows that overlap or are cut at pauses. Whole
seconds in a good transcript can be accepted.

## Fails
    WEBVTT

    00:01.000 --> 00:03.480
    Round goes the wheel,

    00:03.480 --> 00:05.960
    round goes the wheel,

    00:05.960 --> 00:08.440
    the clay is wet,

    00:08.440 --> 00:10.920
    the clay is wet,

    00:10.920 --> 00:13.400
    the hands are still,

    00:13.400 --> 00:15.880
    the hands are still.

## Passes
    00:01.000 --> 00:03.480
    Round goes the wheel,

    00:03.480 --> 00:05.960
    and the clay with it.

    00:05.960 --> 00:08.400
    Wet your hands first,

    00:08.700 --> 00:11.180
    then press from both sides.

## Limits
Fixed cadence: 6 cues in a row of exactly the same length (in lectures with times of
10 ms, never more than 3 were seen). Whisper rounds to whole seconds when it is unsure, in
good transcripts too, where up to 14 cues in a row of 5 seconds were seen; so lengths of
whole seconds count from 20 cues in a row, or from 100 seconds altogether.
Cloned times: 4 cues in a row with the same start or the same end, as three people may
answer at once. Window edges: 3 cues in a row of 29.9 to 30 seconds, or ends on at least 4
and half of all 30-second marks (8 and four fifths in a file of whole seconds). Whole
seconds only: all times of a file of 50 or more cues; recognisers such as Whisper do that
in good transcripts too, so it is an info. At most three stretches of each kind are reported, the longest ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import eq, sub

from msgspec import Struct

from auditor.facts.timeline import edges, timeline
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``run``: cues in a row of one length. ``whole_run``, ``whole_ms``: cues, or milliseconds, for whole seconds.

    ``clones``: cues in a row that start or end together. ``grid_cues``: the
    least cues of a file judged for whole seconds. ``shown``: stretches reported.
    """

    run: int = 6
    whole_run: int = 20
    whole_ms: int = 100_000
    clones: int = 4
    grid_cues: int = 50
    shown: int = 3


_WINDOW_MS = 30_000
"""What Whisper decodes at a time; other recognisers and splitting scripts use the same length."""

_FULL_MS = _WINDOW_MS - 100
_SECOND_MS = 1000


def _stretches(cues: Sequence[Cue], values: Sequence[int], least: int) -> list[Sequence[Cue]]:
    """Runs of at least ``least`` cues of which the value is the same, longest first."""
    if b"\1" * (least - 1) not in bytes(map(eq, values, values[1:])):
        return []
    found: list[Sequence[Cue]] = []
    end = 0
    for _, run in groupby(values):
        start, end = end, end + len(list(run))
        if end - start >= least:
            found.append(cues[start:end])
    return sorted(found, key=len, reverse=True)


def _length(cue: Cue) -> int:
    return cue.end_ms - cue.start_ms


def _hit(run: Sequence[Cue], message: str, limit: int, severity: Severity | None = None) -> Hit:
    return Hit(
        span=run[0].timing_span,
        cue=run[0].index,
        message=message,
        measured=len(run),
        limit=limit,
        unit="cues",
        severity=severity,
    )


def _where(run: Sequence[Cue]) -> str:
    return f"cues {run[0].index} to {run[-1].index}"


def _cadence(cues: Sequence[Cue], lengths_ms: Sequence[int], options: Options) -> Iterator[Hit]:
    reported = 0
    for run in _stretches(cues, lengths_ms, options.run):
        length = _length(run[0])
        whole = length % _SECOND_MS == 0
        if whole and len(run) < options.whole_run and len(run) * length < options.whole_ms:
            continue
        message = f"{_where(run)} all last exactly {length / 1000:.3f} s, as no speech does: a loop or failed alignment"
        yield _hit(run, message, (options.whole_run if whole else options.run) - 1)
        reported += 1
        if reported == options.shown:
            return


def _clones(cues: Sequence[Cue], starts_ms: Sequence[int], ends_ms: Sequence[int], options: Options) -> Iterator[Hit]:
    for edge, times in (("start", starts_ms), ("end", ends_ms)):
        for run in _stretches(cues, times, options.clones)[: options.shown]:
            yield _hit(run, f"{_where(run)} have the same {edge}: times were copied or stood still", options.clones - 1)


def _fills_window(cue: Cue) -> bool:
    return _length(cue) >= _FULL_MS


def _full_windows(cues: Sequence[Cue], options: Options) -> Iterator[Hit]:
    whole = [cue for cue in cues if _length(cue) <= _WINDOW_MS]
    full = [run for run in _stretches(whole, list(map(_fills_window, whole)), 3) if _fills_window(run[0])]
    for run in full[: options.shown]:
        yield _hit(run, f"{_where(run)} fill 30-second windows: the recogniser found no times inside them", 2)


def _window_ends(cues: Sequence[Cue], ends_ms: Sequence[int], coarse: bool) -> Iterator[Hit]:
    marks = max(ends_ms) // _WINDOW_MS
    least, share = (8, 0.8) if coarse else (4, 0.5)
    on_marks = {end: cue for cue, end in zip(cues, ends_ms, strict=True) if end % _WINDOW_MS == 0}
    if len(on_marks) >= max(least, share * marks):
        run = sorted(on_marks.values(), key=lambda cue: cue.end_ms)
        message = f"cues end exactly on {len(run)} of {marks} 30-second marks: the audio was cut there, not at pauses"
        yield _hit(run, message, max(least, round(share * marks)) - 1)


def _grid(cues: Sequence[Cue], options: Options) -> Iterator[Hit]:
    if len(cues) >= options.grid_cues:
        message = f"the times of all {len(cues)} cues are whole seconds, so each is up to half a second off"
        yield _hit(cues, message, options.grid_cues - 1, Severity.INFO)


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each stretch of mechanical times, at its first cue."""
    cues = timeline(document)
    if not cues:
        return
    starts_ms, ends_ms = edges(document)
    lengths_ms = list(map(sub, ends_ms, starts_ms))
    on_seconds = [time % _SECOND_MS for time in (*starts_ms, *ends_ms)].count(0)
    yield from _cadence(cues, lengths_ms, options)
    yield from _clones(cues, starts_ms, ends_ms, options)
    if max(lengths_ms) >= _FULL_MS:
        yield from _full_windows(cues, options)
    yield from _window_ends(cues, ends_ms, coarse=on_seconds >= len(cues))
    if on_seconds == 2 * len(cues):
        yield from _grid(cues, options)


RULE = Rule(
    code="TIM108",
    name="machine-timing",
    family=Family.TIMING,
    category=Category.TIMING,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
