"""What is loaded before the first cue is read: a small file is audited in less time than pandas takes to import."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.loading import loading

ROOT = Path(__file__).parents[1]
SAMPLE = "tests/samples/pottery/en_US.vtt"

HEAVY = {"pandas", "matplotlib", "kiwipiepy", "jiwer", "jinja2", "numpy", "pyarrow", "py3langid", "rich"}

# What an audit of a plain English WebVTT file to JSON does without, ours and Python's.
NOT_ASKED_FOR = {
    *("auditor.baseline", "auditor.baseline_file", "auditor.cache", "auditor.changed", "auditor.gate"),
    *("auditor.suppression", "auditor.witnesses", "auditor.pool", "auditor.convert", "auditor.review"),
    *("auditor.parse.ass", "auditor.parse.json_shapes", "auditor.parse.json_speech", "auditor.parse.lrc"),
    *("auditor.parse.recogniser_json", "auditor.parse.sbv", "auditor.parse.subrip", "auditor.parse.ttml"),
    *("asyncio", "concurrent.futures", "http", "multiprocessing", "xml"),
    *("subprocess", "charset_normalizer", "regex", "ftfy", "pathspec"),
    *("auditor.archive_reading", "email", "hashlib", "importlib.metadata", "logging", "tarfile", "tempfile", "zipfile"),
}


def loaded_by(code: str) -> set[str]:
    """The modules that are loaded after a piece of code has run in a fresh interpreter."""
    script = f"import sys\n{code}\nimport json\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def packages(modules: set[str]) -> set[str]:
    return {name.split(".")[0] for name in modules}


@pytest.mark.parametrize(
    "code",
    [
        "import auditor",
        "from auditor.cli import run; run(['--help'])",
        "from auditor.cli import run; run(['audit', '--help'])",
        "from auditor.cli import run; run(['--version'])",
        "import auditor.api, auditor.rules, auditor.reports",
        "from auditor.cli import run; run(['rules'])",
    ],
)
def test_nothing_heavy_is_loaded_at_the_start(code: str) -> None:
    assert packages(loaded_by(code)) & HEAVY == set()


def test_help_loads_the_command_line_and_nothing_that_audits() -> None:
    loaded = loaded_by("from auditor.cli import run; run(['--help'])")
    ours = {name for name in loaded if name.partition(".")[0] == "auditor"}
    assert ours <= {
        "auditor",
        "auditor.cli",
        "auditor.commands",
        "auditor.output",
        "auditor.completion",
        "auditor.filter_command",
        "auditor.loading",
        "auditor.manual",
        "auditor.warning",
    }


def test_an_audit_of_an_english_file_loads_only_what_it_needs() -> None:
    arguments = ["audit", "--jobs", "1", "--no-cache", "-q", "--report", "json", SAMPLE]
    loaded = loaded_by(f"from auditor.cli import run; run({arguments!r})")
    assert packages(loaded) & HEAVY == set()
    assert loaded & NOT_ASKED_FOR == set()
    assert {"auditor.parse.webvtt", "auditor.reports.json_audit"} <= loaded  # it did audit


def test_loading_leaves_the_garbage_collector_at_work() -> None:
    with loading():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ImportError), loading():
        raise ImportError("no such module")
    assert gc.isenabled()


def test_an_audit_runs_with_the_garbage_collector() -> None:
    arguments = ["audit", "--jobs", "1", "--no-cache", "-q", SAMPLE]
    said = f"""
import gc, auditor.api
audit = auditor.api.audit
def watched(*arguments, **options):
    print("collects", gc.isenabled())
    return audit(*arguments, **options)
auditor.api.audit = watched
import sys
sys.argv = ["auditor", *{arguments!r}]
from auditor.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "collects True" in done.stdout
