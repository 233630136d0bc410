"""The command line: what goes to which stream, exit codes, one-line messages, interrupted runs."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

import auditor
from auditor.cli import cli, run
from tests.transcripts import LOOP, garbled, sentences, subrip, webvtt

AUDITOR = [sys.executable, "-m", "auditor"]


@pytest.fixture
def lectures(here: Path) -> Path:
    (here / "clean.en.vtt").write_text(webvtt(sentences(20)), encoding="utf-8")
    (here / "looped.en.srt").write_text(subrip(garbled(sentences(20), 5)), encoding="utf-8")
    return here


def started(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*AUDITOR, *arguments], capture_output=True, timeout=120, **options)  # type: ignore[call-overload, no-any-return]


# ---------------------------------------------------------------- exit codes


def test_an_audit_is_done_whatever_it_finds(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "."]) == 0
    assert "REP301" in capsys.readouterr().out


def test_the_gate_passes_and_fails(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gate", "clean.en.vtt"]) == 0
    assert "gate passed" in capsys.readouterr().out
    assert run(["gate", "."]) == 1
    out = capsys.readouterr().out
    assert "gate failed: 2 limits violated" in out
    assert re.search(r"min-overall: \d+(\.\d)? < 80 in looped\.en\.srt", out)


def test_the_gate_is_judged_by_its_configuration(lectures: Path) -> None:
    (lectures / "auditor.toml").write_text("[gate]\nmin-overall = 10\nmax-errors = 99\n")
    assert run(["gate", ".", "-q"]) == 0
    (lectures / "auditor.toml").write_text("[gate]\nmin-overall = 10\nmax-errors = 99\nmax-per-rule = { REP301 = 0 }\n")
    assert run(["gate", ".", "-q"]) == 1


def test_the_gates_page_shows_its_verdict_and_that_of_an_audit_none(lectures: Path) -> None:
    assert run(["gate", ".", "-q", "--report", "html=out/"]) == 1
    assert run(["audit", ".", "-q", "--report", "html=audit.html"]) == 0
    assert sorted(path.name for path in (lectures / "out").iterdir()) == ["files-001.html", "index.html"]
    verdict = re.search(r'"verdict":(\{.*?\}|null)', (lectures / "out" / "index.html").read_text(encoding="utf-8"))
    assert verdict
    assert json.loads(verdict[1])["passed"] is False
    assert [row[0] for row in json.loads(verdict[1])["violations"]] == ["min-overall", "max-errors"]
    assert '"verdict":null' in (lectures / "audit.html").read_text(encoding="utf-8")


def test_no_worse_than_names_the_files_that_fell(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lectures / "auditor.toml").write_text("[gate]\nmin-overall = 0\nmax-errors = 99\n")
    assert run(["audit", ".", "-q", "--report", "json=old.json"]) == 0
    assert run(["gate", ".", "-q", "--no-worse-than", "old.json"]) == 0
    old = json.loads((lectures / "old.json").read_text(encoding="utf-8"))
    for file in old["files"]:
        file["scores"]["overall"] = 100.0
    (lectures / "old.json").write_text(json.dumps(old))
    capsys.readouterr()
    assert run(["gate", ".", "-q", "--no-worse-than", "old.json"]) == 1
    first, worse = capsys.readouterr().out.splitlines()
    assert first == "gate failed"
    assert re.fullmatch(r"  worse: looped\.en\.srt: overall 100 -> \d+(\.\d)?", worse)


def test_a_failed_gate_has_written_its_report(lectures: Path) -> None:
    assert run(["gate", ".", "-q", "--report", "json=out/audit.json"]) == 1
    assert json.loads((lectures / "out" / "audit.json").read_bytes())["summary"]["files"] == 2


@pytest.mark.parametrize("path", ["empty", "*.vtt"])
@pytest.mark.parametrize("command", ["audit", "gate"])
def test_nothing_found_is_three(here: Path, capsys: pytest.CaptureFixture[str], command: str, path: str) -> None:
    (here / "empty").mkdir()
    assert run([command, path]) == 3
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"auditor: error: no transcript found under {path}\n")


WRONG = [
    (["audit", "missing.vtt"], r"missing\.vtt: no such file or folder"),
    (["audit", "clean.en.vtt", "missing/"], r"missing/: no such file or folder"),
    (["audit"], r"Missing argument"),
    (["audit", ".", "--profle", "bbc"], r"No such option.*--profle.*--profile"),
    (["audit", ".", "--profile", "netflx"], r"unknown profile 'netflx'.*netflix"),
    (["audit", ".", "--language", "Korean"], r"unknown language 'Korean'.*ko"),
    (["audit", ".", "--select", "REP310"], r"'REP310' selects no rule; did you mean 'REP30"),
    (["audit", ".", "--ignore", "XYZ"], r"'XYZ' selects no rule"),
    (["audit", ".", "--extend-select", "TIM10,TIM99"], r"'TIM99' selects no rule"),
    (["audit", ".", "--report", "jsn"], r"unknown report kind 'jsn'; did you mean 'json'"),
    (["audit", ".", "--report", "json="], r"the path after '=' is missing"),
    (["audit", ".", "--report", "json", "--report", "csv"], r"only one report can go to stdout, not json and csv"),
    (["audit", ".", "--report", "json=folder"], r"cannot write the json report to folder: it is a folder"),
    (["audit", ".", "--report", "csv=clean.en.vtt/findings.csv"], r"cannot write the csv report to clean\.en\.vtt"),
    (["audit", ".", "--report", "html=clean.en.vtt/deep/audit.html"], r"cannot write the html report"),
    (["audit", ".", "--jobs", "0"], r"--jobs"),
    (["audit", ".", "--jobs", "many"], r"--jobs"),
    (["audit", ".", "--config", "missing.toml"], r"missing\.toml: no such configuration file"),
    (["audit", ".", "--config", "bad.toml"], r"bad\.toml: unknown key 'profil'; did you mean 'profile'"),
    (["gate", ".", "--config", "limits.toml"], r"unknown key 'min-overal'; did you mean 'min-overall'"),
    (["audit", ".", "--config", "rule.toml"], r"unknown key 'tolerance'; did you mean 'tolerance-ms'"),
    (["explain", "REP310"], r"unknown rule 'REP310'; did you mean 'REP30"),
    (["explain", "looped-phrases"], r"did you mean 'looped-phrase'"),
    (["explain"], r"Missing argument"),
    (["profiles", "netflx"], r"unknown profile 'netflx'.*netflix"),
    (["rules", "--format", "yaml"], r"yaml"),
    (["adit"], r"No such command 'adit'"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=lambda value: " ".join(value) if value else "")
def test_wrong_usage_is_one_line_on_stderr(
    lectures: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    (lectures / "folder").mkdir()
    (lectures / "bad.toml").write_text('profil = "bbc"')
    (lectures / "limits.toml").write_text("[gate]\nmin-overal = 80")
    (lectures / "rule.toml").write_text("[rules.TIM101]\ntolerance = 80")
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("auditor: error: ")
    assert err.count("\n") == 1
    assert re.search(message, err)


def test_a_report_that_cannot_be_written_fails_before_the_audit(
    lectures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "missing.vtt", "--report", "json=clean.en.vtt/x.json"]) == 2
    assert "cannot write the json report" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(("redirected", "why"), [(">/dev/full", "No space left on device"), (">&-", "it is closed")])
def test_a_standard_output_that_takes_nothing_is_one_line_and_2(here: Path, redirected: str, why: str) -> None:
    (here / "a.en.vtt").write_text(webvtt(sentences(3)), encoding="utf-8")
    command = f"{sys.executable} -m auditor audit a.en.vtt -q --no-cache --report json {redirected}"
    done = subprocess.run(command, shell=True, cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == f"auditor: error: cannot write to standard output: {why}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", ".", "--report", "json=/dev/full"]) == 2
    err = capsys.readouterr().err
    assert err == "auditor: error: cannot write the json report to /dev/full: No space left on device\n"


def test_a_report_may_go_to_a_device(lectures: Path) -> None:
    assert run(["audit", ".", "--report", f"json={os.devnull}"]) == 0
    assert not Path(os.devnull).is_file()


def test_no_command_shows_the_help_and_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Usage: auditor" in capsys.readouterr().err


def test_an_internal_error_is_one_line_and_debug_shows_where(
    lectures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the rule\nfell over")

    monkeypatch.setattr("auditor.api.audit", fail)
    assert run(["audit", "."]) == 2
    err = capsys.readouterr().err
    assert err.startswith("auditor: internal error: RuntimeError: the rule fell over")
    assert "--debug" in err
    assert err.count("\n") == 1
    with pytest.raises(RuntimeError):
        run(["audit", ".", "--debug"])


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, b"Dear reader\n", b"\xff\xfe"],
    ids=["empty", "binary", "prose", "mark"],
)
def test_a_file_that_is_no_transcript_is_a_finding_and_not_an_error(
    here: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (here / "file.vtt").write_bytes(content)
    assert run(["audit", "file.vtt", "--report", "json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert "FMT001" in [finding["rule"] for finding in file["findings"]]
    assert set(file["scores"].values()) == {0.0}
    assert run(["gate", "file.vtt", "-q"]) == 1


# ---------------------------------------------------------------- streams and reports


def test_help_names_every_command_and_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {command} " in out for command in ("audit", "gate", "rules", "explain", "profiles"))
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"auditor {auditor.__version__}\n"


def test_json_on_stdout_is_nothing_but_json(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["audit", "."], ["gate", "."], ["audit", ".", "--progress", "--explain-score"]):
        run([*arguments, "--report", "json"])
        assert json.loads(capsys.readouterr().out)["summary"]["files"] == 2


def test_the_verdict_moves_to_stderr_when_a_report_takes_stdout(
    lectures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["gate", ".", "--report", "csv=-"]) == 1
    out, err = capsys.readouterr()
    assert "gate failed" in err
    assert {row["rule"] for row in csv.DictReader(io.StringIO(out.removeprefix("\ufeff")))} == {"REP301"}


def test_several_reports_are_written_and_named(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", ".", "--report", "json=out/a.json", "--report", "csv=b.csv", "--report", "jsonl=c.jsonl"]) == 0
    out = capsys.readouterr().out
    assert "json report: out/a.json" in out
    assert "csv report: b.csv" in out
    assert len((lectures / "c.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_kinds_that_are_no_text_go_to_a_file_of_their_own(lectures: Path) -> None:
    assert run(["audit", ".", "-q", "--report", "html"]) == 0
    assert (lectures / "audit.html").read_text(encoding="utf-8").startswith("<!")


def test_quiet_is_silent_but_for_the_verdict(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", ".", "-q"]) == 0
    assert capsys.readouterr() == ("", "")
    assert run(["gate", "clean.en.vtt", "-q"]) == 0
    assert capsys.readouterr() == ("gate passed: 1 files within the limits\n", "")


def test_a_transcript_comes_in_on_stdin_under_the_name_given(lectures: Path) -> None:
    data = webvtt([LOOP]).encode()
    done = started("audit", "-", "--stdin-filename", "talk.ko.vtt", "--report", "json", input=data)
    (file,) = json.loads(done.stdout)["files"]
    assert (file["path"], file["language"], file["language_decided_by"]) == ("talk.ko.vtt", "ko", "file name")
    assert (done.returncode, done.stderr) == (0, b"")
    unnamed = started("gate", "-", "-q", input=data)
    assert unnamed.returncode == 1
    assert b"<stdin>" in unnamed.stdout


def test_options_reach_the_rules(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def rules(*options: str) -> set[str]:
        assert run(["audit", ".", "--report", "json", *options]) == 0
        files = json.loads(capsys.readouterr().out)["files"]
        return {finding["rule"] for file in files for finding in file["findings"]}

    assert rules("--select", "rep301, tim") == {"REP301"}
    assert rules("--ignore", "REP,RDG") == set()
    assert rules("--ignore", "REP", "--extend-select", "REP301") == {"REP301"}
    assert "RDG203" in rules("--profile", "netflix")
    (lectures / "auditor.toml").write_text('select = ["TIM"]\nextend-select = ["FMT"]')
    assert rules() == set()
    assert rules("--extend-select", "REP301") == {"REP301"}


def test_the_configuration_of_the_working_directory_is_taken_unless_one_is_named(
    lectures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def profile(*options: str) -> str:
        assert run(["audit", "clean.en.vtt", "--report", "json", *options]) == 0
        return str(json.loads(capsys.readouterr().out)["profile"])

    (lectures / "auditor.toml").write_text('profile = "bbc"')
    (lectures / "other.toml").write_text('profile = "ted"')
    assert profile() == "bbc"
    assert profile("--config", "other.toml") == "ted"
    assert profile("--profile", "netflix") == "netflix"


def test_explain_score_names_the_points_each_finding_took(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "looped.en.srt", "-q", "--explain-score"]) == 0
    out = capsys.readouterr().out
    assert re.match(r"looped\.en\.srt: overall \d+\.\d \(re-transcribe\)", out)
    fidelity = float(re.search(r"^  fidelity (\S+)$", out, re.M)[1])  # type: ignore[index]
    block = out.split("  fidelity")[1].split("\n  timing")[0]
    costs = [float(cost) for cost in re.findall(r"^    -(\S+)  REP301 looped-phrase, cue \d+: ", block, re.M)]
    assert len(costs) == 4
    assert sum(costs) == pytest.approx(100 - fidelity, abs=0.1)


# ---------------------------------------------------------------- terminals, pipes, signals


def test_a_pipe_gets_no_colour_unless_asked_for(lectures: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "NO_COLOR")}
    assert b"\x1b[" not in started("audit", ".", env=environment).stdout
    assert b"\x1b[" in started("audit", ".", "--color", env=environment).stdout
    assert b"\x1b[" in started("audit", ".", env=environment | {"FORCE_COLOR": "1"}).stdout
    assert b"\x1b[" not in started("audit", ".", "--no-color", env=environment | {"FORCE_COLOR": "1"}).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_narrow_terminal_gets_colours_and_tables_of_its_width(lectures: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    with subprocess.Popen([*AUDITOR, "audit", "."], stdout=side, stderr=side, env=environment) as process:
        os.close(side)
        parts = []
        try:
            while part := os.read(main, 4096):
                parts.append(part)
        except OSError:  # Linux reports the end of a pseudo-terminal as an error
            pass
        assert process.wait(60) == 0
    os.close(main)
    text = b"".join(parts).decode()
    assert "\x1b[3" in text
    tables = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).split("look here first")[0]
    assert "looped.en.srt" in tables
    assert all(len(line) <= 60 for line in tables.splitlines())


def closed_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules"],
        ["explain", "TIM101"],
        ["audit", "."],
        ["audit", ".", "--report", "json"],
        ["gate", "clean.en.vtt"],
        ["--help"],
    ],
)
def test_a_reader_that_has_gone_is_no_error(lectures: Path, arguments: list[str]) -> None:
    writer = closed_pipe()
    done = subprocess.run([*AUDITOR, *arguments], stdout=writer, stderr=subprocess.PIPE, timeout=120, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_gate_fails_although_nobody_reads_its_summary(lectures: Path) -> None:
    writer = closed_pipe()
    done = subprocess.run([*AUDITOR, "gate", "."], stdout=writer, stderr=subprocess.PIPE, timeout=120, check=False)
    os.close(writer)
    assert done.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_an_interrupted_run_leaves_the_old_report(here: Path) -> None:
    (here / "audit.json").write_text("old")
    command = [*AUDITOR, "audit", "-", "--report", "json=audit.json"]
    # A background job of a shell is started deaf to SIGINT, and its children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        # More than a pipe holds: once it is written, the run is reading its transcript.
        process.stdin.write(b"WEBVTT\n\n" + b"NOTE x\n\n" * 40_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        process.wait(60)
        assert process.stderr is not None
        err = process.stderr.read().decode()
    assert process.returncode == 130
    assert err.strip() == "auditor: interrupted; no report was written"
    assert (here / "audit.json").read_text() == "old"
    assert sorted(set(os.listdir(here)) - {".auditor_cache"}) == ["audit.json"]


@pytest.mark.parametrize(
    ("arguments", "encoding"),
    [
        (["gate", "강의.ko.vtt"], "ascii"),
        (["gate", "강의.ko.vtt"], "cp1252"),
        (["explain", "REP301"], "ascii"),
        pytest.param(["explain", "REP301"], "cp1252"),
        pytest.param(["rules"], "cp1252"),
        (["profiles", "ted"], "cp1252"),
    ],
)
def test_an_output_that_knows_no_korean_gets_what_it_can_show(here: Path, arguments: list[str], encoding: str) -> None:
    (here / "강의.ko.vtt").write_text(webvtt(sentences(5, "ko")), encoding="utf-8")
    done = started(*arguments, env=os.environ | {"PYTHONIOENCODING": encoding})
    assert b"internal error" not in done.stderr
    assert done.returncode == 0


# ---------------------------------------------------------------- help pages


def _pages(command: click.Command, *path: str) -> list[tuple[str, ...]]:
    below = command.commands if isinstance(command, click.Group) else {}
    return [path, *(page for name, child in below.items() for page in _pages(child, *path, name))]


@pytest.mark.parametrize("path", _pages(cli), ids=" ".join)
def test_every_help_page_is_shown_and_fits_a_terminal(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*path, "--help"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(" ".join(["Usage: auditor", *path]))
    assert [line for line in out.splitlines() if len(line) > 80] == []
    assert err == ""


# ---------------------------------------------------------------- what the page shows besides


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--compare", "old.json"], "--compare is for the HTML report; add --report html=audit.html"),
        (["--media", "."], "--media is for the HTML report; add --report html=audit.html"),
        (["--compare", "old.json", "--report", "html=a.html"], "old.json: the audit cannot be read: No such file"),
        (["--media", "sounds", "--report", "html=a.html"], "--media sounds: no such folder"),
    ],
)
def test_what_the_page_is_to_show_is_looked_for_before_the_audit(
    lectures: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(["audit", ".", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err
    assert not (lectures / "a.html").exists()


def test_an_unknown_rule_is_answered_in_a_line_one_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "NOPE1"]) == 2
    assert capsys.readouterr().err == "auditor: error: unknown rule 'NOPE1'; `auditor rules` lists them\n"


def test_tables_as_in_pyproject_are_explained(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lectures / "auditor.toml").write_text("[tool.auditor.gate]\nmax-errors = 1\n")
    assert run(["gate", "."]) == 2
    assert "write [gate] for [tool.auditor.gate]" in capsys.readouterr().err


def test_a_manifest_whose_rows_are_all_left_out_says_why(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "list.jsonl").write_text("lectures/talk.vtt\n")
    assert run(["audit", "--manifest", "list.jsonl"]) == 3
    err = capsys.readouterr().err
    assert err.startswith(
        "auditor: error: no transcript found under list.jsonl: list.jsonl: line 1 is left out: not valid"
    )
    assert err.count("\n") == 1


def test_an_interrupted_run_in_shards_says_that_it_goes_on(
    lectures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("auditor.large_run.drive", interrupt)
    assert run(["audit", ".", "--output", "results", "--tables", "jsonl"]) == 130
    assert capsys.readouterr().err == "auditor: interrupted; run the same again to go on\n"
