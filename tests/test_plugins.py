"""Plug-ins: rules and reports of other distributions take part in everything, and broken ones in nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from auditor import catalogue, plugins, reports
from auditor.cache import surroundings
from auditor.cli import cli, run
from auditor.config import Config, ruleset
from auditor.engine import audit_source
from auditor.model import Source
from auditor.rule import documentation
from tests.test_packaging import wheel

__all__ = ["wheel"]  # a fixture

EXAMPLE = Path(__file__).parent / "plugin_example"
LOUD = "WEBVTT\n\n00:01.000 --> 00:04.000\nTHIS IS WRITTEN IN CAPITALS ONLY.\n\n00:04.000 --> 00:06.000\nThis is not.\n"

RULE_MODULE = '''
"""A cue holds the letter x.

## Why
It is a test.

## Fix
Leave it out.
"""
from msgspec import Struct
from auditor.model import Category, Confidence, Hit, Severity
from auditor.rule import Family, Rule

class Options(Struct, frozen=True):
    """None."""

def check(document, options):
    {body}

def made(code="XXX001", name="letter-x", severity=Severity.INFO, check=check, options=Options()):
    return Rule(code, name, Family.TEXT, Category.FORMAT, severity, Confidence.CERTAIN, options, check)

RULE = {rule}
'''
SILENT = "yield from ()"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Entry points are looked up once a process; each test has its own."""
    caches = (plugins.entry_points_of, plugins.plugin_rules, reports.plugin_kinds, reports.look_up)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def install(folder: Path, name: str, entry_points: str, version: str = "1.0", **modules: str) -> None:
    """What an installer leaves of a distribution in a folder of `sys.path`."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(textwrap.dedent(entry_points), encoding="utf-8")
    for module, text in modules.items():
        (folder / f"{module}.py").write_text(text, encoding="utf-8")


@pytest.fixture
def site(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on `sys.path` to install into; what is imported from it is forgotten afterwards."""
    folder = here / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def example(site: Path) -> Path:
    """The example distribution, installed, and a transcript in capitals in the working directory."""
    entry_points = """
        [auditor.rules]
        capitals = caption_capitals.all_capitals:RULE
        [auditor.reports]
        counts = caption_capitals.counts:REPORT
        """
    install(site, "caption-capitals", entry_points, "1.2.0")
    shutil.copytree(EXAMPLE / "src/caption_capitals", site / "caption_capitals")
    Path("loud.en.vtt").write_text(LOUD, encoding="utf-8")
    return site


@pytest.mark.parametrize("folder", ["x-1.0.dist-info", "x.egg-info"])
def test_a_quick_look_finds_that_there_may_be_a_plug_in(site: Path, folder: str) -> None:
    (site / "other-1.0.dist-info").mkdir()
    (site / "none.egg-info").write_text("Name: none\n", encoding="utf-8")  # a file, as distutils wrote
    assert plugins._none_is_installed()
    (site / folder).mkdir()
    (site / folder / "entry_points.txt").write_text("[auditor.rules]\nx = x:RULE\n", encoding="utf-8")
    assert not plugins._none_is_installed()


def test_where_a_quick_look_cannot_tell_it_does_not_say_no(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(site / "bundle.zip", "w") as archive:
        archive.writestr("x-1.0.dist-info/entry_points.txt", "[auditor.rules]\nx = x:RULE\n")
    assert plugins._none_is_installed()
    monkeypatch.syspath_prepend(site / "bundle.zip")
    assert not plugins._none_is_installed()
    monkeypatch.setattr(sys, "path", [str(site)])
    (site / "x.egg").mkdir()
    assert not plugins._none_is_installed()


def one_rule(site: Path, rule: str = "made()", body: str = SILENT, name: str = "x-ray") -> None:
    module = name.replace("-", "_")
    text = RULE_MODULE.replace("{body}", body).replace("{rule}", rule)
    install(site, name, f"[auditor.rules]\nx = {module}:RULE\n", **{module: text})


def test_a_rule_of_a_plug_in_finds_is_listed_and_explained(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "loud.en.vtt", "--report", "json", "--no-cache"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    found = [entry for entry in file["findings"] if entry["rule"] == "CAP001"]
    assert [(entry["cue"], entry["name"]) for entry in found] == [(1, "all-capitals")]
    assert run(["rules"]) == 0
    assert "CAP001" in capsys.readouterr().out
    assert run(["explain", "all-capitals"]) == 0
    page = capsys.readouterr().out
    assert "plug-in caption-capitals 1.2.0" in page
    assert "## Fix" in page


def codes(*arguments: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert run(["audit", "loud.en.vtt", "--no-cache", "--report", "json", *arguments]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    return [entry["rule"] for entry in file["findings"]]


def test_it_is_selected_ignored_configured_and_suppressed_like_ours(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert codes("--select", "CAP", capsys=capsys) == ["CAP001"]
    assert codes("--ignore", "CAP001", capsys=capsys) == []
    Path("auditor.toml").write_text("[rules.CAP001]\nmost-letters = 100\n", encoding="utf-8")
    assert codes("--select", "CAP", capsys=capsys) == []
    Path("auditor.toml").write_text("[gate]\nmax-per-rule = { CAP001 = 0 }\n", encoding="utf-8")
    assert run(["gate", "loud.en.vtt", "--no-cache", "-q"]) == 1
    assert "CAP001" in capsys.readouterr().out
    Path("auditor.toml").unlink()
    Path("loud.en.vtt").write_text(
        LOUD.replace("00:01", "NOTE auditor: ignore CAP001 -- a title\n\n00:01", 1), encoding="utf-8"
    )
    assert codes(capsys=capsys) == []


def test_reports_describe_it_like_ours(example: Path) -> None:
    assert (
        run(["audit", "loud.en.vtt", "--no-cache", "-q", "--report", "sarif=a.sarif", "--report", "html=a.html"]) == 0
    )
    (log,) = json.loads(Path("a.sarif").read_text(encoding="utf-8"))["runs"]
    (rule,) = [rule for rule in log["tool"]["driver"]["rules"] if rule["id"] == "CAP001"]
    assert "Write the cue in sentence case" in rule["help"]["markdown"]
    assert "A cue is written in capital letters only." in Path("a.html").read_text(encoding="utf-8")


def test_the_shell_completes_its_rules_and_reports(example: Path) -> None:
    context = click.Context(cli)
    parameters = {parameter.name: parameter for parameter in cli.commands["audit"].params}
    assert [item.value for item in parameters["reports"].shell_complete(context, "cou")] == ["counts"]
    assert next(item.value for item in parameters["select"].shell_complete(context, "cap")) == "CAP"


def test_a_report_of_a_plug_in_is_written_to_its_place(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "loud.en.vtt", "--no-cache", "--select", "CAP", "--report", "counts"]) == 0
    assert capsys.readouterr().out == "CAP001\t1\n"
    assert run(["audit", "loud.en.vtt", "--no-cache", "--report", "counts=out/c.tsv", "--report", "json=a.json"]) == 0
    assert "CAP001\t1\n" in Path("out/c.tsv").read_text(encoding="utf-8")
    assert Path("a.json").stat().st_size > 0
    assert run(["audit", "loud.en.vtt", "--no-cache", "--report", "count"]) == 2
    assert "did you mean 'counts'?" in capsys.readouterr().err


def test_other_processes_load_plug_ins(example: Path) -> None:
    for number in range(4):
        shutil.copy("loud.en.vtt", f"copy{number}.en.vtt")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(example), str(Path(__file__).parents[1])])}
    command = [sys.executable, "-m", "auditor", "audit", ".", "--jobs", "2", "--no-cache", "--report", "counts"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "CAP001\t5\n" in done.stdout


def test_settings_of_a_folder_hold_for_it_in_every_process_and_what_is_broken_is_named_once(
    example: Path, site: Path
) -> None:
    one_rule(site, "made('X1')")
    Path("quiet").mkdir()
    for number in range(4):
        shutil.copy("loud.en.vtt", f"copy{number}.en.vtt")
        shutil.copy("loud.en.vtt", f"quiet/{number}.en.vtt")
    Path("auditor.toml").write_text('[per-file-ignores]\n"quiet/**" = ["CAP"]\n', encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(example), str(Path(__file__).parents[1])])}
    command = [sys.executable, "-m", "auditor", "audit", ".", "--jobs", "2", "--no-cache", "--report", "counts"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "CAP001\t5\n" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "three capital letters" in done.stderr


def test_the_example_documents_itself_with_examples_that_hold(example: Path) -> None:
    rule = catalogue.find("CAP001")
    page = documentation(rule)
    selected = ruleset(Config(select=("CAP",)))
    for examples, flagged in ((page.fails, True), (page.passes, False)):
        assert examples
        for entry in examples:
            assert bool(audit_source(Source(entry.name, entry.data), selected).findings) == flagged, entry.text


def test_the_cache_forgets_what_another_version_of_a_plug_in_found(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one_rule(site)
    first = surroundings(ruleset(Config()), None)
    (site / "x_ray-1.0.dist-info").rename(site / "x_ray-1.1.dist-info")
    metadata = site / "x_ray-1.1.dist-info/METADATA"
    metadata.write_text(metadata.read_text(encoding="utf-8").replace("1.0", "1.1"), encoding="utf-8")
    plugins.entry_points_of.cache_clear()
    plugins.plugin_rules.cache_clear()
    second = surroundings(ruleset(Config()), None)
    assert first != second
    (site / "x_ray.py").write_text((site / "x_ray.py").read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert surroundings(ruleset(Config()), None) != second


BROKEN = {
    "import error": ("made()\nimport no_such_module", "No module named 'no_such_module'"),
    "an exception": ("1 / 0", "ZeroDivisionError"),
    "an exit": ("made()\nraise SystemExit(3)", "SystemExit"),
    "no rule": ("'XXX001'", "expected an auditor.rule.Rule or a sequence of them, found str"),
    "code of ours": ("made('REP301')", "'REP301' is taken by transcript-auditor"),
    "name of ours": ("made(name='cue-overlap')", "'cue-overlap' is taken by transcript-auditor"),
    "shape of code": ("made('X1')", "'X1' is not three capital letters and three digits"),
    "shape of name": ("made(name='Letter X')", "'Letter X' is not words in lower case"),
    "severity": ("made(severity='error')", "severity is no auditor.model.Severity"),
    "options": ("made(options=3)", "the options are no instance of a msgspec.Struct"),
    "lambda": ("made(check=lambda document, options: iter(()))", "other processes cannot be given the rule"),
}


@pytest.mark.parametrize(("rule", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_plug_in_is_named_in_one_line_and_the_run_goes_on(
    site: Path, capsys: pytest.CaptureFixture[str], rule: str, reason: str
) -> None:
    one_rule(site, rule)
    Path("a.en.vtt").write_text(LOUD, encoding="utf-8")
    assert run(["audit", "a.en.vtt", "--no-cache", "-q"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("auditor: warning: plug-in 'x' of x-ray 1.0 is left out: ")
    assert reason in line


def test_a_rule_without_documentation_is_left_out(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one_rule(site)
    module = site / "x_ray.py"
    module.write_text(module.read_text(encoding="utf-8").replace('"""A cue', 'ABOUT = """A cue'), encoding="utf-8")
    assert run(["rules"]) == 0
    assert "has no docstring" in capsys.readouterr().err


def test_two_plug_ins_with_one_code_are_told_apart_and_the_first_by_name_stays(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one_rule(site, "[made(), made('XXX002', 'letter-y')]", name="alpha")
    one_rule(site, "(made(), made('XXX003', 'letter-z'))", name="beta")
    assert run(["rules", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert [row["code"] for row in json.loads(out) if row["code"].startswith("XXX")] == ["XXX001", "XXX002", "XXX003"]
    assert err.splitlines() == [
        "auditor: warning: plug-in 'x' of beta 1.0 is left out: XXX001: 'XXX001' is taken by alpha 1.0"
    ]


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError('boom')",
        "yield Hit(span=document.cues[0].timing_span, cue=99, message='no such cue')",
        "yield Hit(span=(1, 2), message='no span')",
        "yield 'no hit'",
    ],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rule_that_fails_on_a_file_is_named_with_it_and_the_others_go_on(
    site: Path, capsys: pytest.CaptureFixture[str], body: str, jobs: str
) -> None:
    one_rule(site, body=f"if 'b.' in document.path or 'c.' in document.path:\n        {body}\n    yield from ()")
    for name in ("a.en.vtt", "b.en.vtt", "c.en.vtt"):
        Path(name).write_text(LOUD.replace("not", "again and again and again and again"), encoding="utf-8")
    assert run(["audit", ".", "--no-cache", "--jobs", jobs, "--report", "json"]) == 0
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert "rule XXX001 of the plug-in x-ray 1.0 failed on b.en.vtt and 1 more" in line
    files = json.loads(out)["files"]
    assert all("REP301" in [finding["rule"] for finding in file["findings"]] for file in files)
    failed = [[entry["rule"] for entry in file["not_verified"]].count("XXX001") for file in files]
    assert failed == [0, 1, 1]


REPORT = "from auditor.reports import Report\nREPORT = {report}\ndef render(audit):\n    {body}\n"


def one_report(site: Path, report: str, body: str = "return b'done'", kind: str = "tally") -> None:
    text = REPORT.replace("{report}", report).replace("{body}", body)
    install(site, "tallies", f"[auditor.reports]\n{kind} = tallies:REPORT\n", tallies=text)


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("'tally'", "expected an auditor.reports.Report, found str"),
        ("Report('other', 'tallies', '-', '')", "its kind is 'other', its entry point is called 'tally'"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_report_that_cannot_be_loaded_is_refused_before_the_audit(
    site: Path, capsys: pytest.CaptureFixture[str], report: str, reason: str
) -> None:
    one_report(site, report)
    Path("a.en.vtt").write_text(LOUD, encoding="utf-8")
    assert run(["audit", "a.en.vtt", "--no-cache", "--report", "tally"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "the plug-in 'tally' of tallies 1.0 cannot be used" in err
    assert reason in err
    assert run(["audit", "a.en.vtt", "--no-cache", "-q"]) == 0


@pytest.mark.parametrize("body", ["raise KeyError('x')", "return 'text'", "import no_such_module"])
def test_a_report_that_fails_is_named_and_the_other_reports_and_the_verdict_come(
    site: Path, capsys: pytest.CaptureFixture[str], body: str
) -> None:
    one_report(site, "Report('tally', 'tallies', '-', 'a tally')", body)
    Path("a.en.vtt").write_text(LOUD, encoding="utf-8")
    arguments = ["a.en.vtt", "--no-cache", "--report", "tally=t.txt", "--report", "json=a.json"]
    assert run(["gate", *arguments]) == 2  # not 0: what was asked for is not there
    out, err = capsys.readouterr()
    assert "gate passed" in out
    assert err.count("\n") == 1
    assert "the tally report of tallies 1.0 failed" in err
    assert Path("a.json").exists()
    assert not Path("t.txt").exists()


def test_a_report_under_one_of_our_names_is_left_out(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one_report(site, "Report('json', 'tallies', '-', '')", kind="json")
    Path("a.en.vtt").write_text(LOUD, encoding="utf-8")
    assert run(["audit", "a.en.vtt", "--no-cache", "--report", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["files"]
    assert "plug-in 'json' of tallies 1.0 is left out: the report kind 'json' is taken by transcript-auditor" in err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["audit", "--help"]])
def test_starting_up_looks_for_no_plug_ins(arguments: list[str]) -> None:
    program = (
        f"from auditor.cli import cli, run\nrun({arguments!r})\nimport sys\nassert 'auditor.plugins' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


@pytest.mark.network
@pytest.mark.skipif("CI" not in os.environ, reason="sets up an environment from the package index: set CI=1 to run")
def test_the_example_installed_from_its_wheel_beside_ours_is_used(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    source = tmp_path / "example"
    shutil.copytree(EXAMPLE, source, ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "clean", with_pip=True)
    python = tmp_path / "clean" / ("Scripts" if os.name == "nt" else "bin") / "python"
    environment = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}

    def in_clean(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(python), "-m", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    installed = in_clean("pip", "install", "-q", str(wheel.filename), str(built))
    assert installed.returncode == 0, installed.stderr
    (tmp_path / "loud.en.vtt").write_text(LOUD, encoding="utf-8")
    counted = in_clean("auditor", "audit", "loud.en.vtt", "--select", "CAP", "--report", "counts")
    assert (counted.returncode, counted.stdout, counted.stderr) == (0, "CAP001\t1\n", "")
    assert "plug-in caption-capitals 1.2.0" in in_clean("auditor", "explain", "CAP001").stdout
