"""What reaches an installation: one top-level package with everything it needs, and nothing heavy at start-up."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import auditor

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HOMES = {"auditor": ROOT / "auditor", "auditor.rules": ROOT / "rules", "auditor.reports": ROOT / "reports"}


def files_on_disk() -> dict[str, Path]:
    """Every file below the three homes by the path it has in an installation."""
    found = {}
    for package, home in HOMES.items():
        for folder, folders, names in os.walk(home):  # does not follow the links auditor/rules and auditor/reports
            folders[:] = [name for name in folders if name != "__pycache__" and not (Path(folder) / name).is_symlink()]
            for name in names:
                inside = (Path(folder) / name).relative_to(home).as_posix()
                found[f"{package.replace('.', '/')}/{inside}"] = Path(folder) / name
    return found


def test_every_folder_is_a_package_of_the_project() -> None:
    folders = {Path(name).parent.as_posix().replace("/", ".") for name in files_on_disk()}
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted(folders)


def test_rules_and_reports_are_reached_through_committed_relative_links() -> None:
    for name in ("rules", "reports"):
        link = ROOT / "auditor" / name
        assert link.is_symlink()
        assert os.readlink(link) == f"../{name}"


@pytest.mark.parametrize("name", ["rules", "reports"])
def test_rules_and_reports_refuse_to_be_packages_of_their_own(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {name}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert f"write `import auditor.{name}`" in done.stderr


def setuptools_version() -> tuple[int, ...]:
    return tuple(int(part) for part in importlib.metadata.version("setuptools").split(".")[:2])


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of the project, built from a copy of it, since building leaves folders behind."""
    if importlib.util.find_spec("build") is None:
        pytest.skip("the package `build` is not installed (extra: dev)")
    if setuptools_version() < (77,):
        pytest.skip("setuptools is older than the build needs (extra: dev)")
    source = tmp_path_factory.mktemp("source") / "project"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "tests", "node_modules")
    shutil.copytree(ROOT, source, symlinks=True, ignore=ignored)
    (source / "tests").mkdir()
    (source / "tests" / "test_nothing.py").write_text("")
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = out.glob("*.whl")
    return zipfile.ZipFile(path)


def test_only_auditor_reaches_the_installation(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"auditor", f"transcript_auditor-{auditor.__version__}.dist-info"}


def test_every_file_of_the_packages_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    inside = {name for name in wheel.namelist() if name.startswith("auditor/")}
    on_disk = files_on_disk()
    assert inside == set(on_disk)
    for name, path in on_disk.items():
        assert wheel.read(name) == path.read_bytes(), name


@pytest.mark.parametrize(
    "name",
    [
        "auditor/py.typed",
        "auditor/configuration.schema.json",
        "auditor/profiles/default.toml",
        "auditor/facts/letters_of/en.txt",
        "auditor/rules/timing_cue_overlap.py",
        "auditor/reports/json_audit.py",
        "auditor/reports/schema/audit.json",
        "auditor/reports/html/page.html.jinja",
        "auditor/reports/html/page.css",
        "auditor/reports/html/main.js",
        "auditor/reports/fonts/OFL.txt",
    ],
)
def test_what_the_code_reads_at_run_time_is_in_the_wheel(wheel: zipfile.ZipFile, name: str) -> None:
    assert name in wheel.namelist()


def test_the_wheel_holds_a_font_the_licence_and_the_command(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert any(name.startswith("auditor/reports/fonts/") and name.endswith((".otf", ".ttf")) for name in names)
    for owed in ("LICENSE", "NOTICE"):
        assert any(name.endswith(f".dist-info/licenses/{owed}") for name in names), owed
    commands = next(name for name in names if name.endswith("entry_points.txt"))
    assert "auditor = auditor.__main__:main" in wheel.read(commands).decode()


def test_the_version_is_said_once_and_the_same() -> None:
    assert PROJECT["project"]["version"] == auditor.__version__
