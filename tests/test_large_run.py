"""Runs in shards: the same tables however they were made, and nothing lost but what could not be read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditor
from auditor import large_run, shards
from auditor.cli import run
from auditor.config import Config, ruleset
from auditor.entries import Entry
from auditor.large_run import Share, Transcripts, drive, local_engine, prepared, sum_up
from auditor.model import FileAudit
from auditor.reports.tables import FILE_COLUMNS, FINDING_COLUMNS, TableFormat, file_columns, finding_columns, table
from auditor.run import Job, path_of
from auditor.shards import Outcome, Plan, ShardWork, settings_of
from auditor.totals import total
from auditor.writing import ReportError
from tests.reports import audit_examples as examples
from tests.transcripts import garbled, sentences, webvtt

FILES = 13


@pytest.fixture
def lectures(here: Path) -> Path:
    """Thirteen lectures, among them loops, Korean, one without a byte and one that is no text."""
    folder = here / "in"
    folder.mkdir()
    for number in range(FILES):
        tag = "ko" if number % 4 == 1 else "en"
        said = sentences(10 + number, tag)
        text = webvtt(garbled(said, 5) if number % 3 == 0 else said)
        (folder / f"{number:02}.{tag}.vtt").write_text(text, encoding="utf-8")
    (folder / "02.en.vtt").write_bytes(b"")
    (folder / "04.en.vtt").write_bytes(bytes(range(256)) * 8)
    return folder


def tree(folder: Path | str) -> dict[str, bytes]:
    """All files of a folder of results."""
    root = Path(folder)
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def rows(folder: Path | str, what: str) -> list[dict[str, Any]]:
    """The rows of all shards of a table in JSON Lines, in order."""
    return [json.loads(line) for path in sorted(Path(folder, what).glob("*.jsonl")) for line in path.open()]


def audited(*options: str, output: str = "out", files: int = 3) -> int:
    return run(["audit", "in", "--output", output, "--shard-files", str(files), "-q", *options])


def error_of(arguments: Sequence[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """The one line an unsuccessful command leaves on stderr."""
    capsys.readouterr()
    assert run(arguments) == code
    (line,) = capsys.readouterr().err.splitlines()
    return str(line)


def planned(folder: str, job: Job, paths: Sequence[str], files: int = 3) -> Plan:
    """The plan of a run with a job of the test's own; its tables are JSON Lines."""
    settings = settings_of(Config(), job)
    return prepared(folder, Transcripts(tuple(paths)), settings, "default", "jsonl", files, lambda _: None)


def in_this_process(work: ShardWork, numbers: Sequence[int]) -> Iterator[Outcome]:
    """An engine without other processes, so that what a test replaced is replaced in it."""
    return map(work, numbers)


# --- the same, however it was made ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_one_process_and_two_write_the_same_bytes(lectures: Path, kind: str) -> None:
    assert audited("--jobs", "1", "--tables", kind, output="one") == 0
    assert audited("--jobs", "2", "--tables", kind, output="two") == 0
    one = tree("one")
    assert one == tree("two")
    numbers = [f"{number:05}" for number in range(5)]
    assert set(one) == {
        "run.json",
        *(f"plan/{number}.jsonl" for number in numbers),
        *(f"{what}/{number}.{kind}" for what in ("files", "findings") for number in numbers),
        *(f"totals/{number}.json" for number in numbers),
    }


def test_the_size_of_shards_changes_no_row(lectures: Path) -> None:
    assert audited("--tables", "jsonl", output="small", files=1) == 0
    assert audited("--tables", "jsonl", output="large", files=500) == 0
    for what in ("files", "findings"):
        assert rows("small", what) == rows("large", what)
    assert len(list(Path("small/files").iterdir())) == FILES
    assert len(list(Path("large/files").iterdir())) == 1


def test_the_tables_and_totals_are_those_of_a_plain_audit(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import pandas as pd

    assert audited("--jobs", "2") == 0
    plain = auditor.audit("in")
    files, findings = (pd.read_parquet(f"out/{what}") for what in ("files", "findings"))
    for ours, theirs in ((files, plain.files_frame()), (findings, plain.findings_frame())):
        pd.testing.assert_frame_equal(ours[list(theirs)].astype(theirs.dtypes.to_dict()), theirs)
    assert list(files) == list(FILE_COLUMNS)
    assert list(findings) == list(FINDING_COLUMNS)
    summed = sum_up(["out"], Config())
    assert summed.totals == total(plain.files)
    assert (summed.scores, summed.tally) == (plain.scores, plain.tally)
    worst = sorted((file for file in plain.files if file.findings), key=lambda file: file.scores.overall)
    assert [file.scores for file in summed.files] == [file.scores for file in worst]
    assert {file.path: file.findings for file in summed.files} == {file.path: file.findings for file in worst}


def test_the_summary_is_that_of_a_plain_audit(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "in", "--no-cache"]) == 0
    plain = capsys.readouterr().out
    assert run(["audit", "in", "--output", "out", "--shard-files", "2"]) == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[-2:] == plain.splitlines()[-2:]
    assert f"{FILES} files" in shown


def test_witnesses_and_languages_reach_the_shards(lectures: Path) -> None:
    assert audited("--source-track", "en", "--language", "ko", "--tables", "jsonl") == 0
    assert {row["language"] for row in rows("out", "files") if row["cues"]} == {"ko"}
    (Path("said")).mkdir()
    shutil.copy("in/01.ko.vtt", "said/01.ko.vtt")
    assert audited("--reference", "said", "--tables", "jsonl", output="measured") == 0
    assert [row["path"] for row in rows("measured", "files") if row["wer"] is not None] == ["in/01.ko.vtt"]


# --- stopped and gone on with ---------------------------------------------------------------------------------------


def test_a_run_whose_driver_is_killed_goes_on_where_it_was(lectures: Path) -> None:
    assert audited("--jobs", "1", output="undisturbed", files=1) == 0
    command = [sys.executable, "-m", "auditor", "audit", "in", "--output", "out", "--shard-files", "1", "--jobs", "1"]
    root = str(Path(__file__).parents[1])
    driver = subprocess.Popen([*command, "-q"], env={**os.environ, "PYTHONPATH": root}, start_new_session=True)
    while driver.poll() is None and len(list(Path("out").glob("totals/*.json"))) < 2:
        time.sleep(0.002)
    os.killpg(driver.pid, signal.SIGKILL)
    assert driver.wait() == -signal.SIGKILL, "the run was over before it could be killed"
    before = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*.*") if path.parent.name == "totals"}
    assert 2 <= len(before) < FILES
    assert audited("--jobs", "1", files=1) == 0
    whole = {name: data for name, data in tree("out").items() if "/." not in name}  # what was half written is hidden
    assert whole == tree("undisturbed")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_the_workers_of_a_driver_that_is_killed_end_too(lectures: Path) -> None:
    code = """if __name__ == "__main__":
        import os, signal
        from auditor.pool import ordered
        from tests.test_large_run import process_ids
        print(*ordered(process_ids, [1], 1, 1, str), flush=True)
        next(ordered(process_ids, [60], 1, 1, str))"""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE) as driver:
        assert driver.stdout is not None
        driver.stdout.readline()
        while not (worker := Path("60").read_text(encoding="ascii") if Path("60").exists() else ""):
            time.sleep(0.01)
        driver.kill()
    for _ in range(3000):
        try:
            os.kill(int(worker), 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    pytest.fail(f"process {worker} waits for a driver that is gone")


def process_ids(seconds: list[int]) -> list[int]:
    """Write the number of this process to a file named after the seconds it then sleeps."""
    Path(str(seconds[0])).write_text(str(os.getpid()), encoding="ascii")
    time.sleep(seconds[0])
    return [os.getpid()]


def test_a_finished_run_is_not_done_again(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audited() == 0
    before = {path: path.stat().st_mtime_ns for path in Path("out").rglob("*")}
    (lectures / "99.en.vtt").write_text(webvtt(sentences(5)), encoding="utf-8")
    assert audited() == 0
    assert {path: path.stat().st_mtime_ns for path in Path("out").rglob("*")} == before
    assert "auditor: 5 of 5 shards were done before" in capsys.readouterr().err


def test_damaged_totals_are_named_and_done_again_once_removed(
    lectures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited() == 0
    before = tree("out")
    for damage in (b"", b"{}", b"\xff", before["totals/00001.json"][:-20]):
        Path("out/totals/00001.json").write_bytes(damage)
        line = error_of(["merge", "out"], capsys)
        assert line == "auditor: error: out/totals/00001.json: is damaged; remove it and run again"
    Path("out/totals/00001.json").unlink()
    line = error_of(["merge", "out"], capsys)
    assert "out: 1 of 5 shards are missing; run the audit again" in line
    assert audited() == 0
    assert tree("out") == before


def test_results_of_something_else_are_not_mixed(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audited() == 0
    before = tree("out")
    again = ["audit", "in", "--output", "out"]
    assert "another configuration" in error_of([*again, "--profile", "netflix"], capsys)
    assert "another configuration" in error_of([*again, "--language", "ko"], capsys)
    assert "its tables are parquet, not jsonl" in error_of([*again, "--tables", "jsonl"], capsys)
    assert "other transcripts than in/00.en.vtt" in error_of(["audit", "in/00.en.vtt", "--output", "out"], capsys)
    assert "other transcripts" in error_of([*again, "--source-track", "en"], capsys)
    assert "another configuration" in error_of(["merge", "out", "--ignore", "REP"], capsys)
    assert tree("out") == before
    Path("auditor.toml").write_text("cache = false\n[gate]\nmin-overall = 3\n", encoding="utf-8")
    assert run([*again, "-q"]) == 0  # neither decides what is found
    Path("out/run.json").unlink()
    assert "a run whose plan is gone" in error_of(again, capsys)
    Path("out/run.json").write_text("{}", encoding="utf-8")
    assert "does not describe a run" in error_of(again, capsys)


def test_relative_paths_are_those_of_the_folder_a_run_was_begun_in(
    lectures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "results")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(lectures, elsewhere / "in")
    assert run(["audit", "in", "--output", out, "-q"]) == 0
    monkeypatch.chdir(elsewhere)
    line = error_of(["audit", "in", "--output", out], capsys)
    assert "holds results of other transcripts than in" in line
    assert "from the same working directory" in line


def test_absolute_paths_are_the_same_from_anywhere(
    lectures: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["audit", str(lectures), "--output", str(tmp_path / "results"), "--source-track", "ko"]
    assert run([*command, "-q"]) == 0
    monkeypatch.chdir(tmp_path)
    assert run(command) == 0
    assert "shards were done before" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["[languages.en]", '[[paths]]\nmatch = "in/*"'])
def test_words_of_some_files_belong_to_the_configuration_of_a_run(
    lectures: Path, where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    terms = lectures.parent / "terms.toml"
    terms.write_text('[terms.kiln]\nnever = ["kill"]\n', encoding="utf-8")
    Path("auditor.toml").write_text(f'{where}\nglossary = ["terms.toml"]\n', encoding="utf-8")
    assert run(["audit", "in", "--output", "out", "-q"]) == 0
    assert run(["audit", "in", "--output", "out", "-q"]) == 0
    terms.write_text('[terms.kiln]\nnever = ["kill", "keln"]\n', encoding="utf-8")
    assert "another configuration" in error_of(["audit", "in", "--output", "out"], capsys)


# --- shares and parts -----------------------------------------------------------------------------------------------


def test_shares_make_what_one_run_makes(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audited(output="whole", files=2) == 0
    for number in (2, 3, 1):
        assert audited("--share", f"{number}/3", files=2) == 0
        (said,) = capsys.readouterr().err.splitlines()[-1:]
        assert said.startswith(f"auditor: share {number} of 3 is done")
        if number != 1:
            assert "shards are missing" in error_of(["merge", "out"], capsys)
    assert tree("out") == tree("whole")
    assert run(["merge", "whole"]) == 0
    whole = capsys.readouterr().out
    assert run(["merge", "out"]) == 0
    assert capsys.readouterr().out == whole


def test_folders_of_several_runs_are_added_up(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(str(path.relative_to(lectures.parent)) for path in lectures.iterdir())
    assert run(["audit", *files[:5], "--output", "a", "--shard-files", "2", "-q"]) == 0
    assert run(["audit", *files[5:], "--output", "b", "--tables", "jsonl", "-q"]) == 0
    merged, plain = sum_up(["a", "b"], Config()), auditor.audit("in")
    assert (merged.totals, merged.scores) == (total(plain.files), plain.scores)
    assert run(["merge", "a", "b", "--report", "html=page.html", "--report", "png=picture.png"]) == 0
    assert f"{FILES} files" in capsys.readouterr().out
    assert Path("page.html").read_bytes()[:15].lower() == b"<!doctype html>"
    assert Path("picture.png").read_bytes().startswith(b"\x89PNG")
    assert "c: no results of a run" in error_of(["merge", "a", "c"], capsys)


@pytest.mark.parametrize("share", ["0/3", "4/3", "3", "a/b", "1/0", "/", "-1/3"])
def test_a_share_that_is_none_is_refused(lectures: Path, share: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = error_of(["audit", "in", "--output", "out", f"--share={share}"], capsys)
    assert "expected I/N with I from 1 to N" in line
    assert not Path("out").exists()


def test_more_shares_than_shards_leave_some_without_work(lectures: Path) -> None:
    assert audited("--share", "1/2", files=500) == 0
    assert audited("--share", "2/2", files=500) == 0
    assert run(["merge", "out", "-q"]) == 0


# --- what goes wrong costs itself only ------------------------------------------------------------------------------


class Deadly(Job, frozen=True):
    """A job that one file kills, as one too large for the memory would."""

    def each(self, items: Iterable[str | Entry]) -> Iterator[FileAudit]:
        waiting = list(items)
        if any(path_of(item).endswith("05.ko.vtt") for item in waiting):
            os.kill(os.getpid(), signal.SIGKILL)
        return Job.each(self, waiting)


class Faulty(Job, frozen=True):
    """A job with a fault that one file brings to light."""

    def each(self, items: Iterable[str | Entry]) -> Iterator[FileAudit]:
        for item in items:
            if path_of(item).endswith("05.ko.vtt"):
                raise TypeError("no such thing")
            yield from Job.each(self, [item])


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_kills_its_worker_costs_that_file_only(
    lectures: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Deadly(ruleset(Config()))
    result = drive("out", planned("out", job, ["in"]), job, local_engine(jobs), Share())
    assert result.failed == ()
    assert audited("--tables", "jsonl", output="whole") == 0
    ours, theirs = ({row["path"]: row for row in rows(folder, "files")} for folder in ("out", "whole"))
    assert [path for path in theirs if ours[path] != theirs[path]] == ["in/05.ko.vtt"]
    (finding,) = (row for row in rows("out", "findings") if row["path"] == "in/05.ko.vtt")
    assert finding["rule"] == "FMT001"
    assert "died" in finding["message"]
    # It is among the worst, which are audited again for the reports: not by the process that adds up.
    monkeypatch.setattr(large_run, "_job", lambda config, *, shows_cues: job)
    shown = {file.path: file.findings[0].message for file in sum_up(["out"], Config()).files}
    assert "died" in shown["in/05.ko.vtt"]


def test_a_fault_of_ours_costs_its_shard_and_names_the_file(lectures: Path) -> None:
    job = Faulty(ruleset(Config()))
    plan = planned("out", job, ["in"])
    result = drive("out", plan, job, local_engine(2), Share())
    assert result.failed == (Outcome(1, "in/05.ko.vtt: internal error: TypeError: no such thing"),)
    assert shards.done("out") == {0, 2, 3, 4}


class FullDisk:
    """Writing as it is, but for the tables of shard 1, which fail ``times`` times."""

    def __init__(self, times: float) -> None:
        self.left = times
        self.tried = 0

    def __call__(self, path: str, data: bytes, kind: str) -> None:
        from auditor.writing import write_file

        if path.endswith("findings/00001.parquet"):
            self.tried += 1
            self.left -= 1
            if self.left >= 0:
                raise ReportError(f"cannot write the {kind} report to {path}: No space left on device")
        write_file(path, data, kind)


def test_a_disk_that_is_full_for_a_while_is_tried_again(lectures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert audited(output="undisturbed") == 0
    disk = FullDisk(times=2)
    monkeypatch.setattr(shards, "write_file", disk)
    monkeypatch.setattr(large_run, "local_engine", lambda jobs: in_this_process)
    assert audited() == 0
    assert disk.tried == 3
    assert tree("out") == tree("undisturbed")


def test_a_disk_that_stays_full_is_listed_and_the_next_run_does_the_rest(
    lectures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(output="undisturbed") == 0
    with monkeypatch.context() as patched:
        patched.setattr(shards, "write_file", FullDisk(times=float("inf")))
        patched.setattr(large_run, "local_engine", lambda jobs: in_this_process)
        capsys.readouterr()
        assert audited() == 2
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("auditor: shard 1 of out could not be done in 3 attempts: cannot write the findings")
    assert first.endswith("No space left on device")
    assert last == "auditor: 1 of 5 shards are left; run again to do them"
    assert set(tree("out")) == set(tree("undisturbed")) - {"findings/00001.parquet", "totals/00001.json"}
    assert audited() == 0
    assert tree("out") == tree("undisturbed")


def test_a_folder_that_cannot_be_written_is_one_line(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("file.txt").write_text("x", encoding="utf-8")
    line = error_of(["audit", "in", "--output", "file.txt/out"], capsys)
    assert line.startswith("auditor: error: ")
    assert "file.txt/out" in line
    assert "traceback" not in line.lower()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_one_line(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("locked").mkdir(mode=0o500)
    assert "Permission denied" in error_of(["audit", "in", "--output", "locked/out"], capsys)


# --- what goes in ---------------------------------------------------------------------------------------------------


def test_a_manifest_with_bad_rows_loses_those_only(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("list.jsonl").write_text(
        '{"path": "in/01.ko.vtt", "language": "ko"}\nnonsense\n{"path": ""}\n{"path": "in/00.en.vtt"}\n'
        '{"path": "in/gone.vtt"}\n{"path": "in/03.en.vtt", "language": "no such"}\n',
        encoding="utf-8",
    )
    command = ["audit", "--manifest", "list.jsonl", "--output", "out", "--tables", "jsonl", "--shard-files", "2", "-q"]
    assert run(command) == 0
    warnings = capsys.readouterr().err.splitlines()
    assert [line.split(" is left out")[0] for line in warnings] == [
        f"auditor: warning: list.jsonl: line {number}" for number in (2, 3, 6)
    ]
    files = rows("out", "files")
    assert [row["path"] for row in files] == ["in/01.ko.vtt", "in/00.en.vtt", "in/gone.vtt"]
    assert files[0]["language_decided_by"] == "manifest"
    assert [row["path"] for row in rows("out", "findings") if row["rule"] == "FMT001"] == ["in/gone.vtt"]
    assert run(command) == 0


def test_nothing_to_audit_is_exit_code_3(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "in").mkdir()
    assert "no transcript found under in" in error_of(["audit", "in", "--output", "out"], capsys, 3)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--output", "out", "--report", "json"], "the json report needs every finding at once"),
        (["--output", "out", "--report", "sarif=a.sarif"], "the sarif report needs every finding at once"),
        (["--output", "out", "--report", "html=pages/"], "the html report as a folder needs every finding at once"),
        (["--output", "out", "--baseline", "known.json"], "--baseline does not go with --output"),
        (["--output", "out", "--changed-since", "main"], "--changed-since does not go with --output"),
        (["--output", "out", "--compare", "old.json"], "--compare does not go with --output"),
        (["--output", "out", "--explain-score"], "--explain-score does not go with --output"),
        (["--output", "out", "--shard-files", "0"], "--shard-files"),
        (["--share", "1/2"], "--share goes with --output FOLDER"),
        (["--ray-address", "auto"], "--ray-address goes with --output FOLDER"),
        (["--engine", "ray"], "add --output FOLDER"),
        (["--output", "out", "-"], "does not go with standard input"),
    ],
)
def test_what_does_not_go_together_is_said(
    lectures: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in error_of(["audit", "in", *options], capsys)
    assert not Path("out").exists()


def test_a_missing_extra_is_named(
    lectures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pyarrow", None)
        line = error_of(["audit", "in", "--output", "out"], capsys)
        assert "pip install 'transcript-auditor[parquet]', or --tables jsonl" in line
        assert not Path("out").exists()
    monkeypatch.setitem(sys.modules, "ray", None)
    line = error_of(["audit", "in", "--output", "out", "--tables", "jsonl", "--engine", "ray"], capsys)
    assert "pip install 'transcript-auditor[ray]'" in line


# --- tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="file names are text there")
def test_what_has_no_utf8_reaches_the_tables_escaped(lectures: Path) -> None:
    import pandas as pd

    with open(os.fsencode(lectures) + b"/\xb0\xad.en.vtt", "wb") as file:
        file.write(webvtt(garbled(sentences(9), 4)).encode())
    assert audited(output="parquet") == 0
    assert audited("--tables", "jsonl", output="jsonl") == 0
    paths = pd.read_parquet("parquet/files")["path"].tolist()
    assert paths == [row["path"].encode("utf-8", "backslashreplace").decode() for row in rows("jsonl", "files")]
    assert "in/\\udcb0\\udcad.en.vtt" in paths
    worst = sum_up(["parquet"], Config()).files
    assert any(file.path.endswith("\udcad.en.vtt") and file.tally.cues == 9 for file in worst)


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def file_audits(draw: st.DrawFn) -> FileAudit:
    said = draw(st.lists(names, max_size=3))
    found = tuple(examples.finding(examples.cue(1, text or "x"), message=draw(names)) for text in said)
    return examples.file_audit(f"{draw(names)}.vtt", None, found, overall=draw(st.integers(0, 1000)) / 10)


@given(st.lists(file_audits(), max_size=5), st.sampled_from(["parquet", "jsonl"]))
def test_tables_hold_the_rows_they_were_made_of(audits: list[FileAudit], kind: TableFormat) -> None:
    import io

    from pyarrow import parquet

    files = [file_columns(file) for file in audits]
    findings = [row for file in audits for row in finding_columns(file)]
    for made, columns in ((files, FILE_COLUMNS), (findings, FINDING_COLUMNS)):
        data = table(made, columns, kind)
        if kind == "parquet":
            read = parquet.read_table(io.BytesIO(data))
            assert read.schema.names == list(columns)
            assert [str(field.type).replace("list<element: string>", "list<string>") for field in read.schema] == list(
                columns.values()
            )
            assert read.to_pylist() == made
        else:
            assert [json.loads(line) for line in data.decode().split("\n")[:-1]] == made
