"""How good the rules are on labelled cues: precision, recall and F1 with intervals, misses and false alarms.

Labels are tab-separated lines ``track<TAB>cue<TAB>label<TAB>span``, cue numbers
1-based in file order. A track is named by its path without the ending, in as
many last parts as needed, joined by ``.`` or ``/`` (``lecture7.ko_KR`` for
``course/lecture7/ko_KR.srt``). A cue without a row is clean, a cue labelled
``ambiguous`` counts nowhere.
"""

from __future__ import annotations

import csv
import json
import math
import os
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from auditor import storage

AMBIGUOUS = "ambiguous"

FAMILY_OF_LABEL: Mapping[str, str] = {
    "repetition": "REP",
    "code_switch": "MIX",
    "phantom": "PHR",
}
"""Which family answers for a label; a label that is itself a rule code or a three-letter family stands for itself."""

_SEVERITIES = ("error", "warning", "info")
_NORMAL_95 = 1.959964


class LabelError(ValueError):
    """Labels or an audit that cannot be used; the message says what, where and what to do."""


class Label(Struct, frozen=True):
    """One labelled cue of a track; ``span`` is the text the label is about."""

    track: str
    cue: int
    label: str
    span: str


class Mistake(Struct, frozen=True):
    """A miss (labelled, not flagged) or a false alarm (flagged, not labelled), with the text to judge it by."""

    track: str
    cue: int
    text: str
    rules: tuple[str, ...] = ()


class Measure(Struct, frozen=True):
    """Hits, false alarms and misses of a family or rule, in cues.

    ``precision`` and ``recall`` come with 95 % Wilson intervals, ``f1`` with a 95 %
    interval of 1,000 bootstrap samples of cues. ``nan`` where nothing was flagged or labelled.
    """

    name: str
    hits: int
    false_alarms: int
    misses: int
    precision: float
    precision_interval: tuple[float, float]
    recall: float
    recall_interval: tuple[float, float]
    f1: float
    f1_interval: tuple[float, float]
    missed: tuple[Mistake, ...] = ()
    false: tuple[Mistake, ...] = ()


def _wilson(part: int, whole: int) -> tuple[float, float]:
    if whole == 0:
        return math.nan, math.nan
    share, z2 = part / whole, _NORMAL_95**2
    centre = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _NORMAL_95 * math.sqrt(share * (1 - share) / whole + z2 / (4 * whole**2)) / (1 + z2 / whole)
    return max(0.0, centre - half), min(1.0, centre + half)


def _f1(hits: int, false_alarms: int, misses: int) -> float:
    whole = 2 * hits + false_alarms + misses
    return 2 * hits / whole if whole else math.nan


def _f1_interval(hits: int, false_alarms: int, misses: int) -> tuple[float, float]:
    outcomes = [0] * hits + [1] * false_alarms + [2] * misses
    if not outcomes:
        return math.nan, math.nan
    chance = random.Random(0)  # the same labels always give the same interval
    samples = []
    for _ in range(1000):
        drawn = chance.choices(outcomes, k=len(outcomes))
        samples.append(_f1(drawn.count(0), drawn.count(1), drawn.count(2)))
    samples.sort()
    return samples[25], samples[974]


def _measure(name: str, hits: int, false: Sequence[Mistake], missed: Sequence[Mistake], *, listed: bool) -> Measure:
    flagged, labelled = hits + len(false), hits + len(missed)
    return Measure(
        name=name,
        hits=hits,
        false_alarms=len(false),
        misses=len(missed),
        precision=hits / flagged if flagged else math.nan,
        precision_interval=_wilson(hits, flagged),
        recall=hits / labelled if labelled else math.nan,
        recall_interval=_wilson(hits, labelled),
        f1=_f1(hits, len(false), len(missed)),
        f1_interval=_f1_interval(hits, len(false), len(missed)),
        missed=tuple(missed) if listed else (),
        false=tuple(false) if listed else (),
    )


def read_labels(path: str | os.PathLike[str]) -> list[Label]:
    """Read a label file. Raises :class:`LabelError` with the line that is wrong."""
    try:
        text = storage.read(os.fspath(path)).decode("utf-8-sig")
    except OSError as error:
        raise LabelError(f"{path}: the labels cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LabelError(f"{path}: the labels cannot be read: {error}") from error
    labels = []
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE), 1):
        if not row or row[0].startswith("#"):
            continue
        if len(row) < 3 or not row[1].isdigit():
            raise LabelError(f"{path}:{number}: expected track, cue number and label, separated by tabs")
        labels.append(Label(row[0], int(row[1]), row[2], row[3] if len(row) > 3 else ""))
    if not labels:
        raise LabelError(f"{path}: holds no label")
    return labels


def read_audit(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """The files of a JSON audit. Raises :class:`LabelError` when it is none."""
    files: list[dict[str, Any]] = read_audit_file(path)["files"]
    return files


def read_audit_file(path: str | os.PathLike[str]) -> dict[str, Any]:
    """A JSON audit as a whole. Raises :class:`LabelError` when it is none."""
    try:
        data: dict[str, Any] = json.loads(storage.read(os.fspath(path)).decode("utf-8"))
        files = data["files"]
        if data["schema_version"] != 1 or not isinstance(files, list):
            raise LabelError(f"{path}: schema version {data['schema_version']} is not known here; audit again")
    except OSError as error:
        raise LabelError(f"{path}: the audit cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, LabelError):
            raise
        raise LabelError(f"{path}: is no JSON audit; write one with --report json={path}") from error
    return data


def _names(path: str) -> Iterable[str]:
    """The names a track may go by: its path without the ending, from the last part to the whole."""
    parts = path.rsplit(".", 1)[0].split("/")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[-length:])


def _by_track(files: Iterable[Mapping[str, Any]], tracks: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    wanted = {track.replace("/", "."): track for track in tracks}
    found: dict[str, Mapping[str, Any]] = {}
    for file in files:
        for name in _names(file["path"]):
            if name in wanted:
                if wanted[name] in found:
                    raise LabelError(f"track '{wanted[name]}' names more than one file; use more parts of its path")
                found[wanted[name]] = file
    missing = sorted(set(wanted.values()) - found.keys())
    if missing:
        raise LabelError(f"the audit holds no file for track '{missing[0]}' ({len(missing)} tracks missing)")
    return found


def _family(label: str) -> str | None:
    if label in FAMILY_OF_LABEL:
        return FAMILY_OF_LABEL[label]
    return label if label.isupper() and len(label) in (3, 6) else None


def evaluate(files: Iterable[Mapping[str, Any]], labels: Sequence[Label], least: str = "warning") -> list[Measure]:
    """Compare an audit's findings with labels: one measure per family labelled, then one per rule of it.

    ``files`` are those of the JSON audit; findings milder than ``least`` do not
    count. Raises :class:`LabelError` when a labelled track is not in the audit.
    """
    severities = _SEVERITIES[: _SEVERITIES.index(least) + 1]
    tracks = _by_track(files, {label.track for label in labels})
    ambiguous = {(label.track, label.cue) for label in labels if label.label == AMBIGUOUS}
    truth: dict[str, dict[tuple[str, int], str]] = defaultdict(dict)
    for label in labels:
        family = _family(label.label)
        if family and (label.track, label.cue) not in ambiguous:
            truth[family][label.track, label.cue] = label.span
    measures = []
    for family, labelled in sorted(truth.items()):
        flagged: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
        for track, file in tracks.items():
            for finding in file["findings"]:
                place = (track, finding["cue"])
                counts = finding["rule"].startswith(family) and finding["severity"] in severities
                if counts and finding["cue"] is not None and place not in ambiguous:
                    flagged[place].append(finding)
        measures.append(_compare(family, flagged, labelled, listed=True))
        for code in sorted({finding["rule"] for found in flagged.values() for finding in found} - {family}):
            of_rule = {
                place: [finding for finding in found if finding["rule"] == code]
                for place, found in flagged.items()
                if any(finding["rule"] == code for finding in found)
            }
            measures.append(_compare(code, of_rule, labelled, listed=False))
    return measures


def _compare(
    name: str,
    flagged: Mapping[tuple[str, int], Sequence[Mapping[str, Any]]],
    labelled: Mapping[tuple[str, int], str],
    *,
    listed: bool,
) -> Measure:
    hits = len(flagged.keys() & labelled.keys())
    missed = [Mistake(track, cue, labelled[track, cue]) for track, cue in sorted(labelled.keys() - flagged.keys())]
    false = []
    for track, cue in sorted(flagged.keys() - labelled.keys()):
        found = flagged[track, cue]
        false.append(Mistake(track, cue, found[0]["text"], tuple(sorted({finding["rule"] for finding in found}))))
    return _measure(name, hits, false, missed, listed=listed)


def _share(value: float, interval: tuple[float, float]) -> str:
    return "-" if math.isnan(value) else f"{value:.3f} [{interval[0]:.3f}-{interval[1]:.3f}]"


def rows(measures: Iterable[Measure]) -> list[list[str]]:
    """The measures as a table: name, counts, and the three figures with their intervals."""
    return [
        [
            measure.name,
            str(measure.hits),
            str(measure.false_alarms),
            str(measure.misses),
            _share(measure.precision, measure.precision_interval),
            _share(measure.recall, measure.recall_interval),
            _share(measure.f1, measure.f1_interval),
        ]
        for measure in measures
    ]


HEAD = ("", "hits", "false alarms", "misses", "precision [95 %]", "recall [95 %]", "F1 [95 %]")
"""Column names of :func:`rows`."""


def mistakes(measures: Iterable[Measure]) -> list[str]:
    """The misses and false alarms of the families, one line each with the text."""
    lines = []
    for measure in measures:
        for kind, found in (("miss", measure.missed), ("false alarm", measure.false)):
            for mistake in found:
                codes = f" {','.join(mistake.rules)}" if mistake.rules else ""
                text = " ".join(mistake.text.split())
                lines.append(f"{measure.name} {kind}{codes} {mistake.track} cue {mistake.cue}: {text}")
    return lines
