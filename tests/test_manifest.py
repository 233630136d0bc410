"""Manifests of every kind: what is read of a row, what is left out and said, and that rows are fetched one by one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor.cli import run
from auditor.decoding import ConfigurationError
from auditor.entries import Entry, Paths
from auditor.manifest import MOST_WARNINGS, Manifest, ManifestError, _Seen
from auditor.model import Language
from tests.transcripts import garbled, sentences, webvtt

CLEAN = webvtt(sentences(8))

ROWS: list[dict[str, Any]] = [
    {"path": "a.vtt", "language": "en", "hours": 3},
    {"path": "sub/b.vtt", "language": "ko_KR", "source_track": "sub/b.en.vtt", "reference": "said/b.txt"},
    {"path": "s3://bucket/c.vtt", "hypothesis": "https://host/c.json"},
    {"path": "a.vtt", "language": "ja"},
    {"path": "", "language": "en"},
    {"path": "d.vtt", "language": "Klingon"},
    {"path": "ftp://host/e.vtt"},
    {"path": "/abs/f.vtt"},
    {"path": "zip://g.vtt::l.zip"},
]
ENTRIES = [
    Entry("lists/a.vtt", Language("en", "manifest")),
    Entry(
        "lists/sub/b.vtt",
        Language("ko-KR", "manifest"),
        Paths(reference="lists/said/b.txt", source="lists/sub/b.en.vtt"),
    ),
    Entry("s3://bucket/c.vtt", None, Paths(hypothesis="https://host/c.json")),
    Entry("/abs/f.vtt"),
    Entry("lists/l.zip/g.vtt"),
]
REASONS = ["'path' is empty", "unknown language 'Klingon'", "'ftp://' is not read; allowed"]


def written(kind: str) -> str:
    """The rows as a manifest of a kind, in the folder ``lists``."""
    path = Path("lists") / f"list.{kind}"
    path.parent.mkdir(exist_ok=True)
    columns = list(dict.fromkeys(name for row in ROWS for name in row))
    if kind == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8-sig")
    elif kind == "parquet":
        pyarrow = pytest.importorskip("pyarrow", reason="the package pyarrow is not installed (extra: parquet)")
        from pyarrow import parquet

        parquet.write_table(pyarrow.Table.from_pylist([{n: row.get(n) for n in columns} for row in ROWS]), path)
    else:
        mark = "\t" if kind == "tsv" else ","
        lines = [columns, *([str(row.get(name, "")) for name in columns] for row in ROWS)]
        path.write_text("".join(mark.join(line) + "\n" for line in lines), encoding="utf-8")
    return path.as_posix()


@pytest.mark.parametrize("kind", ["jsonl", "csv", "tsv", "parquet"])
def test_every_kind_of_manifest_says_the_same(here: Path, kind: str) -> None:
    manifest = Manifest(written(kind))
    assert list(manifest) == ENTRIES
    assert len(manifest.warnings) == len(REASONS)
    first = {"jsonl": "line 5", "csv": "line 6", "tsv": "line 6", "parquet": "row 5"}[kind]
    assert manifest.warnings[0].startswith(f"lists/list.{kind}: {first} is left out: ")
    for warning, reason in zip(manifest.warnings, REASONS, strict=True):
        assert reason in warning


def test_a_text_has_a_path_a_line(here: Path) -> None:
    Path("list.txt").write_bytes("\ufeff# my lectures\na.vtt\n\n  b c.vtt \r\na.vtt\n".encode() + b"\xb0\xad.vtt\n")
    assert [entry.path for entry in Manifest("list.txt")] == ["a.vtt", "b c.vtt", "\udcb0\udcad.vtt"]


def test_rows_that_cannot_be_read_are_named_and_the_others_go_on(here: Path) -> None:
    Path("l.jsonl").write_text('{"path": "a.vtt"}\n{"path": \n[1]\n{"path": 7}\n{"path": "b.vtt"}\n')
    manifest = Manifest("l.jsonl")
    assert [entry.path for entry in manifest] == ["a.vtt", "b.vtt"]
    assert [warning.partition(" is left out")[0] for warning in manifest.warnings] == [
        f"l.jsonl: line {number}" for number in (2, 3, 4)
    ]
    Path("l.csv").write_text('path,language\na.vtt,en\nb.vtt,en,too,many\n"c.vtt" x,en\nd.vtt\n')
    manifest = Manifest("l.csv")
    assert [entry.path for entry in manifest] == ["a.vtt", "d.vtt"]
    assert "line 3 is left out: it has 4 columns" in manifest.warnings[0]
    assert "line 4 is left out" in manifest.warnings[1]


def test_a_list_without_end_of_bad_rows_is_counted(here: Path) -> None:
    Path("l.jsonl").write_text("{\n" * 1234)
    manifest = Manifest("l.jsonl")
    assert list(manifest) == []
    assert len(manifest.warnings) == MOST_WARNINGS + 1
    assert manifest.warnings[-1] == f"l.jsonl: {1234 - MOST_WARNINGS:,} more rows were left out"


def test_rows_are_fetched_as_they_are_needed(here: Path) -> None:
    Path("l.txt").write_text("a.vtt\nb.vtt\n")
    rows = iter(Manifest("l.txt"))
    assert next(rows).path == "a.vtt"
    with Path("l.txt").open("a") as file:
        file.write("".join(f"{number}.vtt\n" for number in range(100_000)))
    assert sum(1 for _ in rows) == 100_001


def test_the_paths_seen_are_told_from_new_ones_however_many_they_are() -> None:
    seen = _Seen()
    assert all(seen.add(f"{number}.vtt") for number in range(20_000))
    assert not any(seen.add(f"{number}.vtt") for number in range(20_000))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("l.csv", "file,language\na.vtt,en\n", "l.csv: no column 'path'; its columns: file, language"),
        ("l.parquet", "no parquet", "l.parquet: no Parquet that can be read"),
        ("gone.csv", None, "gone.csv: the manifest cannot be read: No such file"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, content: str | None, message: str
) -> None:
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow", reason="the package pyarrow is not installed (extra: parquet)")
    if content is not None:
        Path(name).write_text(content)
    with pytest.raises(ManifestError):
        list(Manifest(name))
    assert run(["audit", "--manifest", name]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


def test_a_manifest_is_audited_with_what_it_says_of_each_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("lists").mkdir()
    for name, text in {
        "a.vtt": webvtt(sentences(12, "ko")),
        "a.source.vtt": webvtt(sentences(12)),
        "a.txt": " ".join(sentences(12, "ko")),
        "b.vtt": webvtt(garbled(sentences(12), 5)),
    }.items():
        Path("lists", name).write_text(text, encoding="utf-8")
    Path("lists/l.csv").write_text(
        "path,language,source_track,reference,speaker\n"
        "a.vtt,ko,a.source.vtt,a.txt,Kim\nb.vtt,en,,,\nb.vtt,en,,,\ngone.vtt,,,,\n,en,,,\n"
    )
    audit = auditor.audit(manifest="lists/l.csv", jobs=2)
    assert [file.path for file in audit.files] == ["lists/a.vtt", "lists/b.vtt", "lists/gone.vtt"]
    assert [(file.language.tag, file.language.how) for file in audit.files[:2]] == [
        ("ko", "manifest"),
        ("en", "manifest"),
    ]
    document = audit.files[0].document
    assert document is not None
    assert document.witnesses.source is not None
    assert document.witnesses.reference is not None
    assert [finding.rule for finding in audit.files[2].findings] == ["FMT001"]
    assert audit.warnings == ("lists/l.csv: line 6 is left out: column 'path' is empty",)
    assert run(["gate", "--manifest", "lists/l.csv", "-q"]) == 1
    assert "line 6 is left out" in capsys.readouterr().err


def test_the_language_of_a_row_is_part_of_what_the_cache_knows(here: Path) -> None:
    Path("a.vtt").write_text(CLEAN, encoding="utf-8")
    for tag in ("en", "ja", "en"):
        Path("l.jsonl").write_text(json.dumps({"path": "a.vtt", "language": tag}))
        (file,) = auditor.audit(manifest="l.jsonl", cache=".cache").files
        assert file.language.tag == tag


def test_a_manifest_stands_instead_of_paths_and_witnesses(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("l.txt").write_text("a.vtt\n")
    with pytest.raises(ConfigurationError, match="leave out paths and witnesses"):
        auditor.audit("a.vtt", manifest="l.txt")
    assert run(["audit", "--manifest", "l.txt", "--source-track", "en"]) == 2
    assert run(["audit"]) == 2
    Path("l.txt").write_text("# nothing\n")
    assert run(["audit", "--manifest", "l.txt"]) == 3
