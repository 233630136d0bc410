# One command checks everything: `make check`. PYTHON is the interpreter of the environment with the dev extra.
PYTHON ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)

.PHONY: check format lint types layers test bench font clean

check: lint types layers test

format:
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

lint:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .

types:
	$(PYTHON) -m mypy

layers:
	$(PYTHON) -c "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"

test:
	$(PYTHON) -m pytest

bench:
	$(PYTHON) tests/benchmarks/run.py
	$(PYTHON) tests/benchmarks/rerun.py

font:
	$(PYTHON) reports/fonts/build.py

clean:
	rm -rf build dist audit .pytest_cache .mypy_cache .ruff_cache .import_linter_cache *.egg-info
