"""Choosing training data: manifests, masks and summaries of folders of results and of reports."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from msgspec.structs import replace

import auditor
from auditor import remote
from auditor.cli import run
from auditor.config import Config
from auditor.entries import Entry, Paths
from auditor.expression import parse
from auditor.filtering import DROP_CUES, OF_FINDINGS, filtered, mask_of
from auditor.large_run import Share, drive
from auditor.manifest import Manifest
from auditor.reports.tables import TableFormat
from auditor.rulesets import rulesets
from auditor.run import Job
from auditor.shards import write_plan
from tests.transcripts import garbled, sentences, subrip, webvtt

KEEP = "fidelity >= 90 and duration_s > 30"


@pytest.fixture
def lectures(here: Path) -> Path:
    """Clean, looped, short and broken transcripts in two languages."""
    folder = here / "lectures"
    folder.mkdir()
    (folder / "clean.en.vtt").write_text(webvtt(sentences(20)), encoding="utf-8")
    (folder / "깨끗한.ko.vtt").write_text(webvtt(sentences(20, "ko")), encoding="utf-8")
    (folder / "few.en.vtt").write_text(webvtt(garbled(sentences(60), 60)), encoding="utf-8")
    (folder / "looped.en.srt").write_text(subrip(garbled(sentences(20), 5)), encoding="utf-8")
    (folder / "short.en.vtt").write_text(webvtt(sentences(4)), encoding="utf-8")
    (folder / "empty.vtt").write_bytes(b"")
    return here


def entries() -> list[Entry]:
    names = sorted(str(path) for path in Path("lectures").iterdir())
    reference = Paths(reference="lectures/clean.en.vtt")
    return [Entry(name, None, reference if "clean" in name else None) for name in names]


def results(
    folder: str, kind: TableFormat = "jsonl", files: list[Entry] | None = None, shard: int = 4, settings: str = "same"
) -> str:
    """A finished folder of results of the lectures."""
    job = Job(rulesets(Config()))
    plan = write_plan(folder, entries() if files is None else files, settings, "", "default", kind, shard)
    # In this process, where a store in memory is the same for all; and a worker takes longer to start than these take.
    assert not drive(folder, plan, job, map, Share()).failed
    return folder


def lines(path: str | Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def masks(folder: str) -> dict[str, dict[str, Any]]:
    rows = [row for path in sorted(Path(folder, "masks").iterdir()) for row in lines(path)]
    return {row["audited_path"]: row for row in rows}


def contents(folder: str) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def error_of(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """The one line an unsuccessful command leaves on stderr."""
    assert run(arguments) == code
    (line,) = capsys.readouterr().err.splitlines()
    return str(line)


# --- the command ----------------------------------------------------------------------------------------------------


def test_a_filter_keeps_files_and_masks_cues(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["filter", results("run"), "--keep", KEEP, "--output", "kept"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("kept 3 of 6 files: ")
    assert re.search(r"REP301 +looped-phrase +1 ", out)
    kept = lines("kept/keep.jsonl")
    assert [row["audited_path"] for row in kept] == [
        "lectures/clean.en.vtt", "lectures/few.en.vtt", "lectures/깨끗한.ko.vtt"
    ]  # fmt: skip
    mask = masks("kept")["lectures/few.en.vtt"]
    (dropped,) = mask["dropped"]
    assert (dropped["cue"], dropped["rules"]) == (31, ["REP301"])
    cue = auditor.read("lectures/few.en.vtt").cues[30]
    assert (dropped["start_ms"], dropped["end_ms"]) == (cue.start_ms, cue.end_ms)
    assert mask["kept_ranges_ms"] == [[0, cue.start_ms], [cue.end_ms, mask["duration_ms"]]]
    assert kept[1]["kept_s"] * 1000 == mask["kept_ms"] == mask["duration_ms"] - (cue.end_ms - cue.start_ms)
    assert kept[1]["mask"] == "masks/00000.jsonl"
    assert masks("kept").keys() == {row["audited_path"] for row in kept}


def test_the_summary_says_what_is_lost_and_why(lectures: Path) -> None:
    summary = filtered([results("run")], f"{KEEP} and wer < 0.1", output="kept").row()
    assert json.loads(Path("kept/summary.json").read_text(encoding="utf-8")) == json.loads(json.dumps(summary))
    assert (summary["all"]["files"], summary["kept"]["files"], summary["lost"]["files"]) == (6, 1, 5)
    fidelity, duration, wer = summary["parts"]
    assert fidelity["part"] == "fidelity >= 90"
    assert (fidelity["fails"]["files"], fidelity["first"]["files"], fidelity["only"]["files"]) == (2, 2, 0)
    assert (duration["fails"]["files"], duration["first"]["files"]) == (2, 1)
    assert (wer["fails"]["files"], wer["first"]["files"], wer["only"]["files"]) == (5, 2, 2)
    assert (fidelity["not_known"]["files"], wer["not_known"]["files"]) == (0, 5)
    assert [one["language"] for one in summary["languages"]] == [None, "en", "ko"]
    means = summary["means"]["fidelity"]
    assert means["before"] < means["after"] == 100
    assert summary["means"]["wer"] == {"before": 0, "after": 0}


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "csv", "text"])
@pytest.mark.parametrize("output", ["kept", "deep/er/kept"])
def test_the_manifest_is_read_by_an_audit(lectures: Path, kind: str, output: str) -> None:
    assert run(["filter", results("run"), "--keep", KEEP, "--output", output, "--format", kind]) == 0
    (path,) = Path(output).glob("keep.*")
    read = list(Manifest(str(path)))
    assert [os.path.realpath(entry.path) for entry in read] == [
        str(lectures / "lectures" / name) for name in ("clean.en.vtt", "few.en.vtt", "깨끗한.ko.vtt")
    ]
    if kind != "text":
        assert [entry.language and entry.language.tag for entry in read] == ["en", "en", "ko"]
        assert read[0].witnesses is not None
        assert os.path.realpath(read[0].witnesses.reference or "") == str(lectures / "lectures" / "clean.en.vtt")
        assert read[1].witnesses is None
    again = auditor.audit(manifest=str(path))
    assert all(file.scores.fidelity >= 90 for file in again.files)


def test_all_forms_of_results_give_the_same(lectures: Path) -> None:
    transcripts = [replace(entry, witnesses=None) for entry in entries()]
    audit = auditor.audit([entry.path for entry in transcripts])
    audit.write("json", "audit.json")
    audit.write("jsonl", "audit.jsonl")
    given = [results("lines", "jsonl", transcripts), results("tables", "parquet", transcripts)]
    given += ["audit.json", "audit.jsonl"]
    found = []
    for number, one in enumerate(given):
        summary = filtered([one], KEEP, output=f"kept{number}").row()
        rows = [{k: v for k, v in row.items() if k != "mask"} for row in lines(f"kept{number}/keep.jsonl")]
        found.append(({**summary, "results": None}, rows, masks(f"kept{number}")))
    assert found[0][0]["kept"]["files"] == 3
    assert all(one == found[0] for one in found[1:])


def test_what_a_report_does_not_hold_is_not_known(lectures: Path) -> None:
    auditor.audit("lectures").write("jsonl", "audit.jsonl")
    (part,) = filtered(["audit.jsonl"], "exposure > 0").parts
    assert part.not_known.files == 6


def test_the_same_filter_writes_the_same_bytes_however_the_run_was_split(lectures: Path) -> None:
    filtered([results("run")], KEEP, output="one")
    filtered(["run"], KEEP, output="two")
    assert contents("one") == contents("two")
    filtered([results("fine", shard=1)], KEEP, output="three")
    assert len(list(Path("three/masks").iterdir())) == 6
    whole, fine = (json.loads(Path(folder, "summary.json").read_text()) for folder in ("one", "three"))
    assert {**whole, "results": None} == {**fine, "results": None}


def test_several_results_are_one(lectures: Path) -> None:
    everything = entries()
    parts = [results("a", files=everything[:3]), results("b", "parquet", files=everything[3:])]
    filtered([results("run", shard=3)], KEEP, output="one")
    filtered(parts, KEEP, output="two")
    assert Path("one/keep.jsonl").read_bytes() == Path("two/keep.jsonl").read_bytes()
    assert masks("one") == masks("two")


def test_a_dry_run_writes_nothing(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(results("run"))
    assert run(["filter", "run", "--keep", KEEP, "--dry-run", "--output", "kept"]) == 0
    assert "kept 3 of 6 files" in capsys.readouterr().out
    assert not Path("kept").exists()
    assert contents("run") == before


def test_which_cues_are_dropped_is_a_condition_too(lectures: Path) -> None:
    results("run")
    assert filtered(["run"], "true", "false").dropped_cues == 0
    loops = filtered(["run"], "true", "rule == 'REP301'")
    assert loops.rules.keys() == {"REP301"}
    assert loops.rules["REP301"].cues == loops.dropped_cues == 5
    every = filtered(["run"], "true", "line > 0")
    assert every.rules["FMT001"].whole_file == 1
    assert every.rules["FMT001"].cues == 0


def test_a_file_whose_cues_are_all_dropped_has_no_time_left(lectures: Path) -> None:
    drop = parse("rule == 'X'", OF_FINDINGS)
    cues = [{"rule": "X", "name": "x", "cue": at, "start_ms": 1000 * at, "end_ms": 1000 * at + 500} for at in (1, 2)]
    some = mask_of({"cues": 3, "duration_s": 9.0}, cues, drop)
    assert some.kept_ranges_ms == ((0, 1000), (1500, 2000), (2500, 9000))
    assert mask_of({"cues": 2, "duration_s": 2.5}, cues, drop).kept_ranges_ms == ()


def test_nothing_kept_is_no_error(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["filter", results("run"), "--keep", "fidelity > 100", "--output", "kept", "--format", "parquet"]) == 0
    assert "kept 0 of 6 files" in capsys.readouterr().out
    assert list(Manifest("kept/keep.parquet")) == []
    assert masks("kept") == {}


def test_csv_holds_any_name(lectures: Path) -> None:
    Path("lectures/clean.en.vtt").rename('lectures/a, "b"\nc.en.vtt')
    filtered([results("run")], KEEP, output="kept", kind="csv")
    with open("kept/keep.csv", encoding="utf-8", newline="") as file:
        assert 'lectures/a, "b"\nc.en.vtt' in [row["audited_path"] for row in csv.DictReader(file)]


def test_a_link_to_the_folder_of_output_changes_no_path(lectures: Path) -> None:
    Path("elsewhere/deep").mkdir(parents=True)
    Path("link").symlink_to("elsewhere/deep")
    filtered([results("run")], KEEP, output="link/kept")
    for entry in Manifest("elsewhere/deep/kept/keep.jsonl"):
        assert os.path.exists(entry.path)


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes on POSIX only")
def test_a_name_in_no_encoding_is_kept_where_the_format_can(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = b"lectures/\xbe\xc8.en.vtt"
    os.rename(b"lectures/clean.en.vtt", name)
    results("run")
    for kind in ("jsonl", "csv", "text"):
        assert run(["filter", "run", "--keep", KEEP, "--output", kind, "--format", kind]) == 0
        (path,) = Path(kind).glob("keep.*")
        assert os.fsencode(str(lectures / os.fsdecode(name))) in {
            os.fsencode(os.path.realpath(entry.path)) for entry in Manifest(str(path))
        }
    capsys.readouterr()
    line = error_of(["filter", "run", "--keep", KEEP, "--output", "p", "--format", "parquet"], capsys)
    assert "has no UTF-8 form; use --format jsonl" in line
    assert not Path("p/keep.parquet").exists()
    assert not Path("p/summary.json").exists()


# --- stores ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty store in memory, behind memory://."""
    monkeypatch.setitem(remote.STORES, "memory", "fsspec")
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    yield memory
    memory.store.clear()


def test_results_and_output_may_lie_in_a_store(store: Any, lectures: Path) -> None:
    clean = Path("lectures/clean.en.vtt").read_bytes()
    store.pipe_file("/corpus/a.en.vtt", clean)
    files = [Entry("memory://corpus/a.en.vtt"), *entries()]
    results("memory://runs/one", "parquet", files)
    assert run(["filter", "memory://runs/one", "--keep", KEEP, "--output", "memory://runs/kept"]) == 0
    read = list(Manifest("memory://runs/kept/keep.jsonl"))
    assert read[0].path == "memory://corpus/a.en.vtt"
    assert read[1].path == str(lectures / "lectures" / "clean.en.vtt")
    assert json.loads(store.cat_file("/runs/kept/summary.json"))["kept"]["files"] == 4
    first = json.loads(store.cat_file("/runs/kept/masks/00000.jsonl").splitlines()[0])
    assert (first["path"], first["dropped"]) == ("memory://corpus/a.en.vtt", [])


# --- what is refused ------------------------------------------------------------------------------------------------


def test_the_help_lists_the_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["filter", "--help"]) == 0
    out = capsys.readouterr().out
    words = set(out.split())
    assert {"fidelity", "damage_timing", "not_verified", "fingerprint", "start_ms"} <= words
    assert " ".join(DROP_CUES.split()) in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--keep", "fidelty > 3"], r"--keep: character 1: unknown column 'fidelty'; did you mean 'fidelity'?"),
        (["--keep", KEEP, "--drop-cues", "severity == 'eror'"], "--drop-cues: character 13: 'eror' never occurs"),
        (["--keep", "rule == 'REP301'"], "unknown column 'rule'"),
        ([], "Missing option '--keep'"),
    ],
)
def test_a_wrong_condition_is_one_line(
    lectures: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert message in error_of(["filter", results("run"), "--output", "kept", *arguments], capsys)
    assert not Path("kept").exists()


def test_wrong_results_are_one_line(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> str:
        return error_of(["filter", *arguments, "--keep", KEEP, "--output", "kept"], capsys)

    assert "Missing option '--output'" in error_of(["filter", results("run"), "--keep", KEEP], capsys)
    assert "nowhere: no results of a run" in said("nowhere")
    assert "lectures: no results of a run" in said("lectures")
    assert "run: named twice" in said("run", "./run/")
    assert "gone.json: the audit cannot be read" in said("gone.json")
    assert "gone.jsonl: cannot be read: No such file" in said("gone.jsonl")
    Path("bad.jsonl").write_text('{"path": "a"}\n')
    assert "bad.jsonl: line 1 is no audited file (no 'scores')" in said("bad.jsonl")
    Path("bad.jsonl").write_text("\n{]\n")
    assert "bad.jsonl: line 2 is not valid JSON" in said("bad.jsonl")
    Path("bad.jsonl").write_text("[1]\n")
    assert "line 1 is no audited file" in said("bad.jsonl")
    Path("bad.jsonl").write_bytes(b'{"path": "\xff"}\n')
    assert "line 1 is not valid JSON" in said("bad.jsonl")
    os.remove("run/totals/00001.json")
    assert "run: 1 of 2 shards are missing" in said("run")
    assert not Path("kept/keep.jsonl").exists()


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize("table", ["files", "findings", "plan"])
def test_damaged_tables_are_one_line(
    lectures: Path, capsys: pytest.CaptureFixture[str], kind: TableFormat, table: str
) -> None:
    results("run", kind)
    place = Path("run", table, f"00000.{'jsonl' if table == 'plan' else kind}")
    arguments = ["filter", "run", "--keep", "true", "--output", "kept"]
    for content in (b"{", b"[]\n", place.read_bytes()[:-20], b'{"path": "x"}\n'):
        place.write_bytes(content)
        line = error_of(arguments, capsys)
        assert f"{place}: is damaged" in line or f"run/files/00000.{kind}: is damaged" in line
        assert not Path("kept/keep.jsonl").exists()
        shutil.rmtree("kept/masks", ignore_errors=True)
    place.unlink()
    assert f"{place}: cannot be read: No such file" in error_of(arguments, capsys)


def test_results_of_two_configurations_do_not_go_together(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results("other", settings="different")
    line = error_of(["filter", results("run"), "other", "--keep", KEEP, "--dry-run"], capsys)
    assert "other: was audited with another configuration" in line


def test_the_output_of_an_earlier_filter_is_not_mixed_with(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filtered([results("run")], KEEP, output="kept")
    before = contents("kept")
    line = error_of(["filter", "run", "--keep", "true", "--output", "kept"], capsys)
    assert "kept: holds summary.json of an earlier filter; name another folder" in line
    assert contents("kept") == before


def test_an_output_that_cannot_be_written_is_one_line(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_text("x")
    results("run")
    assert "cannot write" in error_of(["filter", "run", "--keep", KEEP, "--output", "file"], capsys)
    line = error_of(["filter", "run", "--keep", KEEP, "--output", "https://example.org/kept"], capsys)
    assert "is only read" in line
    assert "is not read" in error_of(["filter", "run", "--keep", KEEP, "--output", "ftp://example.org/kept"], capsys)


def test_parquet_without_its_package_names_the_extra(
    lectures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    results("lines")
    results("tables", "parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    remedy = "pip install 'transcript-auditor[parquet]'"
    arguments = ["--keep", KEEP, "--output"]
    assert remedy in error_of(["filter", "tables", *arguments, "kept"], capsys)
    assert remedy in error_of(["filter", "lines", *arguments, "other", "--format", "parquet"], capsys)
