"""The notebooks run from top to bottom, as a user would run them: in a process of their own, from the root.

They are kept with their outputs, so that a code host shows them. This refreshes the outputs after a change of the
tool or of a notebook::

    pip install nbconvert ipykernel
    jupyter nbconvert --to notebook --execute --inplace notebooks/*.ipynb

Both packages are needed for that only. With ``--ExecutePreprocessor.record_timing=False`` no time of day is written.
"""

from __future__ import annotations

import ast
import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST_PICTURE = 60_000
"""Bytes of PNG in one output."""

# A path from the root of a file system, or a drive; "</td>", "and/or" and "https://" are none.
ABSOLUTE_PATH = re.compile(r"(?<![\w.:/<~-])/(?:home|Users|root|tmp|var|usr|opt|mnt|work|private)\b|\b[A-Za-z]:\\+\w")
MEMORY_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")

each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(notebook: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def program(notebook: Path) -> str:
    """The code of a notebook as one program; its cells hold plain Python."""
    return "\n\n".join("".join(cell["source"]) for cell in code_cells(notebook))


def shown(cell: dict[str, Any]) -> list[str]:
    """The texts a reader sees below a cell, and their HTML; pictures are left out."""
    texts: list[str] = []
    for output in cell["outputs"]:
        texts.append("".join(output.get("text", "")))
        texts += ["".join(data) for kind, data in output.get("data", {}).items() if kind.startswith("text/")]
    return texts


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@each_notebook
@pytest.mark.parametrize("folder", [ROOT, ROOT / "notebooks"], ids=["root", "notebooks"])
def test_a_notebook_runs(notebook: Path, folder: Path) -> None:
    # As in a notebook, the code has no file: worker processes would look for one that is read from stdin.
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program(notebook)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


@each_notebook
def test_every_cell_that_ends_in_an_expression_shows_something(notebook: Path) -> None:
    for cell in code_cells(notebook):
        source = "".join(cell["source"])
        if isinstance(ast.parse(source).body[-1], ast.Expr):
            assert cell["outputs"], source


@each_notebook
def test_the_outputs_are_of_one_run_from_top_to_bottom(notebook: Path) -> None:
    cells = code_cells(notebook)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))


@each_notebook
def test_no_output_is_an_error_or_a_warning(notebook: Path) -> None:
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", output["evalue"]
            assert output.get("name") != "stderr", output["text"]


@each_notebook
def test_nothing_tells_of_the_machine_it_ran_on(notebook: Path) -> None:
    data = json.loads(notebook.read_text(encoding="utf-8"))
    texts = ["".join(cell["source"]) for cell in data["cells"]]
    for cell in code_cells(notebook):
        texts += shown(cell)
    for text in texts:
        for pattern in (ABSOLUTE_PATH, MEMORY_ADDRESS):
            found = pattern.search(text)
            assert found is None, text[max(0, found.start() - 40) : found.end() + 40]


@each_notebook
def test_the_pictures_are_small(notebook: Path) -> None:
    for cell in code_cells(notebook):
        for output in cell["outputs"]:
            picture = base64.b64decode("".join(output.get("data", {}).get("image/png", "")))
            assert len(picture) < LARGEST_PICTURE


@pytest.mark.parametrize("text", ["see /home/me/a.vtt", "'/tmp/x'", "(/work/a)", "C:\\Users\\me", "/usr/lib/python3"])
def test_an_absolute_path_is_known(text: str) -> None:
    assert ABSOLUTE_PATH.search(text)


@pytest.mark.parametrize("text", ["../tests/samples/a.vtt", "</tr>", "https://example.org/home", "a/tmp/b", "n: 1\n"])
def test_other_slashes_are_no_absolute_path(text: str) -> None:
    assert not ABSOLUTE_PATH.search(text)
