"""Choosing training data by what an audit found: which files to keep, which cues of them to leave out, what it costs.

A condition on the columns of the files table chooses files, another on those of the
findings table chooses the cues to drop. Results are read a shard at a time, so that
the size of a run does not matter. Into the folder of output go::

    keep.jsonl              the files to keep, as a manifest for `auditor audit`  (or .parquet, .csv, .txt)
    masks/00000.jsonl       their cues to drop and the time that is left, a file for each shard
    summary.json            files and hours kept and lost, and why: written last
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, get_args

from msgspec import Struct, field

from auditor import storage
from auditor.entries import Entry, Paths
from auditor.expression import Column, Expression, ExpressionError, Row, parse
from auditor.extras import missing
from auditor.manifest_writing import ENDINGS, ManifestFormat, ManifestWriter, json_line
from auditor.model import Category, Confidence, FileFormat, Severity
from auditor.remote import scheme
from auditor.reports.json_audit import TOOL
from auditor.reports.tables import FILE_COLUMNS, FINDING_COLUMNS
from auditor.results import Batch, Results, find
from auditor.writing import write_file, written

KEEP, MASKS, SUMMARY = "keep", "masks", "summary.json"
SCHEMA_VERSION = 1

DROP_CUES = "severity == 'error' and category == 'fidelity'"
"""Cues left out by default: those whose text is, by an error, not what was said.

Loops, foreign fragments, invented phrases, wrecked letters and what contradicts a
witness teach a recogniser to do the same. How a cue is timed, broken into lines or
read is a matter for captions; a cue without time drops out of any training set by itself.
"""

KEEP_COLUMNS: dict[str, str] = {
    "path": "string",
    "language": "string",
    "reference": "string",
    "hypothesis": "string",
    "source_track": "string",
    "audited_path": "string",
    "cues": "int64",
    "dropped_cues": "int64",
    "duration_s": "double",
    "kept_s": "double",
    **{
        name: FILE_COLUMNS[name]
        for name in ("overall", "fidelity", "timing", "readability", "format_score", "errors", "warnings", "infos")
    },
    "wer": "double",
    "cer": "double",
    "mask": "string",
}
"""Columns of the manifest and their Arrow types.

``path`` and witnesses are relative to the manifest's folder, as manifests are read;
``audited_path`` is the name in the results. ``kept_s`` is what the mask leaves of
``duration_s``, ``mask`` the file the mask is in.
"""

MEANS = ("overall", "fidelity", "timing", "readability", "format_score", "wer", "cer")
"""Columns whose means over files are given before and after."""

_MASKED = ("path", "rule", "name", "cue", "start_ms", "end_ms")
_KINDS = {"string": "text", "int64": "number", "double": "number", "list<string>": "list of texts"}
_VALUES: Mapping[str, tuple[str, ...]] = {
    "severity": tuple(Severity),
    "confidence": tuple(Confidence),
    "category": tuple(Category),
}


class FilterError(ValueError):
    """A filter that cannot be used; one line that says what, why and what to do."""


def _columns(types: Mapping[str, str], values: Mapping[str, tuple[str, ...]]) -> dict[str, Column]:
    return {name: Column(_KINDS[kind], values.get(name, ())) for name, kind in types.items()}  # type: ignore[arg-type]


OF_FILES = _columns(FILE_COLUMNS, {"format": get_args(FileFormat)})
"""Columns that a condition on files may name."""

OF_FINDINGS = _columns(FINDING_COLUMNS, _VALUES)
"""Columns that a condition on findings may name."""


def condition(text: str, columns: Mapping[str, Column], where: str) -> Expression:
    """A condition on :data:`OF_FILES` or :data:`OF_FINDINGS`; ``where`` names it in messages.

    Raises :class:`FilterError`.
    """
    try:
        return parse(text, columns)
    except ExpressionError as error:
        raise FilterError(f"{where}: {error}") from error


# ---------------------------------------------------------------- one file


class DroppedCue(Struct, frozen=True):
    """A cue to leave out: its number (1-based), its time in ms, and the codes of the rules that are the reason."""

    cue: int
    start_ms: int
    end_ms: int
    rules: tuple[str, ...]

    @property
    def lasts_ms(self) -> int:
        """How long the cue is shown; one that ends before it starts is not."""
        return max(0, self.end_ms - self.start_ms)


class Mask(Struct, frozen=True):
    """What to train on of one file.

    ``kept_ranges_ms`` are the stretches from the start of the media to the end of the last
    cue that no dropped cue covers, half-open: cues that are kept, and what lies between
    cues. Kept and dropped time add up to the duration. A file whose cues are all
    dropped has no kept time. ``whole_file`` are rules that match and are about no cue.
    """

    cues: int
    duration_ms: int
    dropped: tuple[DroppedCue, ...]
    kept_ranges_ms: tuple[tuple[int, int], ...]
    whole_file: tuple[str, ...] = ()

    @property
    def kept_ms(self) -> int:
        """The time that is left."""
        return sum(end - start for start, end in self.kept_ranges_ms)


def _left(duration_ms: int, dropped: Iterable[DroppedCue]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    at = 0
    for start, end in sorted((cue.start_ms, cue.end_ms) for cue in dropped if cue.lasts_ms):
        if start > at:
            ranges.append((at, min(start, duration_ms)))
        at = max(at, end)
    if at < duration_ms:
        ranges.append((at, duration_ms))
    return tuple(ranges)


def mask_of(file: Row, findings: Sequence[Row], drop: Expression) -> Mask:
    """The mask of a file, given its rows in both tables and the condition on findings that drops a cue."""
    reasons: dict[int, tuple[Row, set[str]]] = {}
    whole: set[str] = set()
    for finding in findings:
        if not drop.holds(finding):
            continue
        if finding["cue"] is None:
            whole.add(finding["rule"])
        else:
            reasons.setdefault(finding["cue"], (finding, set()))[1].add(finding["rule"])
    dropped = tuple(
        DroppedCue(cue, row["start_ms"], row["end_ms"], tuple(sorted(rules)))
        for cue, (row, rules) in sorted(reasons.items())
    )
    duration = _duration_ms(file)
    kept = _left(duration, dropped) if len(dropped) < file["cues"] else ()
    return Mask(file["cues"], duration, dropped, kept, tuple(sorted(whole)))


def _duration_ms(file: Row) -> int:
    return round(float(file["duration_s"]) * 1000)


# ---------------------------------------------------------------- all files


class Amount(Struct):
    """A number of files, their cues, and their time from the start to the end of the last cue."""

    files: int = 0
    cues: int = 0
    duration_ms: int = 0

    def add(self, file: Row) -> None:
        """Count a file."""
        self.files += 1
        self.cues += file["cues"]
        self.duration_ms += _duration_ms(file)


class PartSum(Struct):
    """What one part of the condition on files takes away.

    ``fails``: the files it is not true of, whatever else is; ``first`` those that passed every
    part before it, so that these add up to all files lost; ``only`` those that every
    other part would have kept; ``not_known`` those that lack what it asks for.
    """

    part: str
    fails: Amount = field(default_factory=Amount)
    first: Amount = field(default_factory=Amount)
    only: Amount = field(default_factory=Amount)
    not_known: Amount = field(default_factory=Amount)


class RuleSum(Struct):
    """Cues of kept files that a rule drops, with others or alone; ``whole_file``: kept files it matches as a whole."""

    name: str
    cues: int = 0
    duration_ms: int = 0
    whole_file: int = 0


class LanguageSum(Struct):
    """Files of a language, those kept, and what masks leave of their time."""

    all: Amount = field(default_factory=Amount)
    kept: Amount = field(default_factory=Amount)
    left_ms: int = 0


class _Mean(Struct):
    total: float = 0.0
    files: int = 0

    def add(self, value: float | None) -> None:
        if value is not None:
            self.total += value
            self.files += 1

    def row(self, digits: int) -> float | None:
        return round(self.total / self.files, digits) if self.files else None


class Summary:
    """What a filter keeps and loses, added up."""

    def __init__(self, results: Sequence[str], keep: Expression, drop: Expression) -> None:
        self.results = tuple(map(storage.shown, results))
        self.keep = keep
        self.drop = drop
        self.all = Amount()
        self.kept = Amount()
        self.lost = Amount()
        self.left_ms = 0
        self.dropped_cues = 0
        self.parts = [PartSum(part.text) for part in keep.parts]
        self.rules: dict[str, RuleSum] = {}
        self.languages: dict[str | None, LanguageSum] = {}
        self._before = {name: _Mean() for name in MEANS}
        self._after = {name: _Mean() for name in MEANS}

    def decide(self, file: Row) -> bool:
        """Whether to keep a file; it is counted."""
        said = [part.test(file) for part in self.keep.parts]
        failed = [at for at, one in enumerate(said) if not one]
        for at in failed:
            self.parts[at].fails.add(file)
            if said[at] is None:
                self.parts[at].not_known.add(file)
        if failed:
            self.parts[failed[0]].first.add(file)
        if len(failed) == 1:
            self.parts[failed[0]].only.add(file)
        language = self.languages.setdefault(file["language"], LanguageSum())
        for amount in (self.all, language.all, *((self.lost,) if failed else (self.kept, language.kept))):
            amount.add(file)
        for name in MEANS:
            self._before[name].add(file[name])
            if not failed:
                self._after[name].add(file[name])
        return not failed

    def add_mask(self, file: Row, mask: Mask, names: Mapping[str, str]) -> None:
        """Count what the mask of a kept file drops; ``names`` are those of rules by their codes."""
        self.left_ms += mask.kept_ms
        self.languages[file["language"]].left_ms += mask.kept_ms
        self.dropped_cues += len(mask.dropped)
        for cue in mask.dropped:
            for code in cue.rules:
                total = self.rules.setdefault(code, RuleSum(names[code]))
                total.cues += 1
                total.duration_ms += cue.lasts_ms
        for code in mask.whole_file:
            self.rules.setdefault(code, RuleSum(names[code])).whole_file += 1

    @property
    def means(self) -> list[tuple[str, float | None, float | None]]:
        """Columns with their means over all files and over those kept; ``None`` where no file has a value."""
        return [
            (name, self._before[name].row(digits), self._after[name].row(digits))
            for name in MEANS
            for digits in [4 if name in ("wer", "cer") else 2]
        ]

    def row(self) -> dict[str, Any]:
        """The summary as plain values, as in ``summary.json``; durations in seconds."""
        from auditor import __version__

        return {
            "schema_version": SCHEMA_VERSION,
            "tool": {"name": TOOL, "version": __version__},
            "results": list(self.results),
            "keep": self.keep.text,
            "drop_cues": self.drop.text,
            "all": _amount(self.all),
            "kept": _amount(self.kept),
            "lost": _amount(self.lost),
            "parts": [
                {
                    "part": part.part,
                    "fails": _amount(part.fails),
                    "first": _amount(part.first),
                    "only": _amount(part.only),
                    "not_known": _amount(part.not_known),
                }
                for part in self.parts
            ],
            "masks": {
                "dropped_cues": self.dropped_cues,
                "dropped_s": (self.kept.duration_ms - self.left_ms) / 1000,
                "left_s": self.left_ms / 1000,
                "rules": [
                    {
                        "rule": code,
                        "name": rule.name,
                        "cues": rule.cues,
                        "duration_s": rule.duration_ms / 1000,
                        "whole_file": rule.whole_file,
                    }
                    for code, rule in sorted(self.rules.items())
                ],
            },
            "means": {name: {"before": before, "after": after} for name, before, after in self.means},
            "languages": [
                {"language": tag, "all": _amount(one.all), "kept": _amount(one.kept), "left_s": one.left_ms / 1000}
                for tag, one in sorted(self.languages.items(), key=lambda entry: entry[0] or "")
            ],
        }


def _amount(amount: Amount) -> dict[str, Any]:
    return {"files": amount.files, "cues": amount.cues, "duration_s": amount.duration_ms / 1000}


# ---------------------------------------------------------------- reading and writing


def filtered(
    results: Sequence[str],
    keep: str,
    drop_cues: str = DROP_CUES,
    output: str | None = None,
    kind: ManifestFormat = "jsonl",
) -> Summary:
    """Filter the files of results; write manifest, masks and summary into a folder, or nothing without ``output``.

    ``results`` are folders of results, and reports of kind ``json`` or ``jsonl``. Raises
    :class:`FilterError`, :class:`~auditor.results.ResultsError`, :class:`~auditor.shards.ShardError`,
    :class:`~auditor.evaluate.LabelError`, :class:`~auditor.manifest.ManifestError` and
    :class:`~auditor.writing.ReportError`.
    """
    summary = Summary(results, condition(keep, OF_FILES, "--keep"), condition(drop_cues, OF_FINDINGS, "--drop-cues"))
    found = find(results)
    if output is None:
        _go_through(found, summary, None)
        return summary
    _check_empty(output)
    with ExitStack() as stack:
        path = storage.join(output, f"{KEEP}.{ENDINGS[kind]}")
        try:
            manifest = ManifestWriter(stack.enter_context(written(path, KEEP)), kind, KEEP_COLUMNS)
        except ImportError as error:
            raise FilterError(missing(f"--format {kind}", error, "parquet")) from error
        stack.callback(manifest.close)
        _go_through(found, summary, _Output(output, manifest))
    text = json.dumps(summary.row(), ensure_ascii=False, indent=1) + "\n"
    write_file(storage.join(output, SUMMARY), text.encode("utf-8", "backslashreplace"), SUMMARY)
    return summary


def _check_empty(output: str) -> None:
    """Masks of an earlier filter would be taken for masks of this one."""
    storage.check_writable(output)
    for name in (SUMMARY, MASKS, *(f"{KEEP}.{ending}" for ending in ENDINGS.values())):
        if storage.exists(storage.join(output, name)):
            raise FilterError(f"{storage.shown(output)}: holds {name} of an earlier filter; name another folder")


class _Output:
    """Where rows of kept files and their masks are written to."""

    def __init__(self, folder: str, manifest: ManifestWriter) -> None:
        self._folder = folder
        self._manifest = manifest
        # From here paths lead to the transcripts, also where a link leads to the folder.
        self._from = None if scheme(folder) is not None else os.path.realpath(folder)

    def add(self, shard: int, kept: Sequence[tuple[Entry, Row, Mask]]) -> None:
        """Write the rows of a shard."""
        name = f"{MASKS}/{shard:05}.jsonl"
        rows = [self._row(entry, file, mask, name) for entry, file, mask in kept]
        lines = b"".join(json_line(_mask_row(row, mask)) for row, (_, _, mask) in zip(rows, kept, strict=True))
        write_file(storage.join(self._folder, name), lines, MASKS)
        self._manifest.add(rows)

    def _row(self, entry: Entry, file: Row, mask: Mask, name: str) -> dict[str, Any]:
        beside = entry.witnesses or Paths()
        values = {
            **file,
            "path": self._place(entry.path),
            "reference": self._place(beside.reference),
            "hypothesis": self._place(beside.hypothesis),
            "source_track": self._place(beside.source),
            "audited_path": file["path"],
            "dropped_cues": len(mask.dropped),
            "kept_s": mask.kept_ms / 1000,
            "mask": name,
        }
        return {column: values[column] for column in KEEP_COLUMNS}

    def _place(self, path: str | None) -> str | None:
        """The path as read from a manifest in the folder; what is not relative stays as it is."""
        if path is None or "://" in path or os.path.isabs(path):
            return path
        place = os.path.abspath(path)
        return place if self._from is None else os.path.relpath(place, self._from).replace(os.sep, "/")


def _mask_row(row: Row, mask: Mask) -> dict[str, Any]:
    return {
        "path": row["path"],
        "audited_path": row["audited_path"],
        "cues": mask.cues,
        "duration_ms": mask.duration_ms,
        "kept_ms": mask.kept_ms,
        "dropped": [
            {"cue": cue.cue, "start_ms": cue.start_ms, "end_ms": cue.end_ms, "rules": cue.rules} for cue in mask.dropped
        ],
        "kept_ranges_ms": mask.kept_ranges_ms,
        "whole_file": mask.whole_file,
    }


def _go_through(results: Results, summary: Summary, output: _Output | None) -> None:
    own = {"path", "language", "cues", "duration_s", *MEANS, *(KEEP_COLUMNS.keys() & FILE_COLUMNS.keys())}
    of_files = [name for name in FILE_COLUMNS if name in own | summary.keep.columns]
    of_findings = [name for name in FINDING_COLUMNS if name in {*_MASKED, *summary.drop.columns}]
    for shard, batch in enumerate(results.batches(of_files, of_findings)):
        kept = _kept(batch, summary)
        if output is not None:
            output.add(shard, kept)


def _kept(batch: Batch, summary: Summary) -> list[tuple[Entry, Row, Mask]]:
    chosen = [(entry, file) for entry, file in zip(batch.entries, batch.files, strict=True) if summary.decide(file)]
    if not chosen:
        return []
    findings = batch.findings()
    kept = []
    for entry, file in chosen:
        of_file = findings.get(file["path"], [])
        mask = mask_of(file, of_file, summary.drop)
        summary.add_mask(file, mask, {finding["rule"]: finding["name"] for finding in of_file})
        kept.append((entry, file, mask))
    return kept
