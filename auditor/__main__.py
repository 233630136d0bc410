"""The command ``auditor``, and ``python -m auditor``."""

from __future__ import annotations

from typing import NoReturn

from auditor.loading import loading


def main() -> NoReturn:
    """The entry point of the command ``auditor``."""
    with loading():
        from auditor.cli import main as command_line
    command_line()


if __name__ == "__main__":
    main()
