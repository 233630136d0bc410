"""Patterns of paths as in a .gitignore, relative to the working directory.

``kids/**`` is anchored where the pattern is relative to, ``*.ko.srt`` (without a slash) is found at any
depth, ``drafts/`` is a folder with all that is in it, and ``!final/**`` alone is all that is not there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def _escaped(folder: str) -> str:
    """A folder as a pattern that means only itself."""
    return re.sub(r"([\\*?\[\]!#])", r"\\\1", folder)


def moved(pattern: str, folder: str) -> str:
    """A pattern that is relative to ``folder`` as one that is relative to the folder ``folder`` is relative to."""
    mark, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if folder == "." or not body.strip("/ "):
        return pattern
    if "/" not in body.rstrip("/"):
        body = f"**/{body}"
    return f"{mark}{_escaped(folder)}/{body.lstrip('/')}"


def _absolute(pattern: str) -> str:
    whole = moved(pattern, os.getcwd().replace(os.sep, "/").rstrip("/"))
    mark, body = ("!", whole[1:]) if whole.startswith("!") else ("", whole)
    end = "/" if body.endswith("/") else ""
    # ".." is resolved here: patterns of git know no parent folder.
    return f"{mark}/{os.path.normpath(body).replace(os.sep, '/').lstrip('/')}{end}"


class Patterns:
    """Patterns of which the last that matches a path decides, as in a .gitignore.

    They are bound to the working directory of their making, for processes that start elsewhere.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        first = ["/**"] if patterns and patterns[0].startswith("!") else []
        self._lines = (*first, *(_absolute(pattern) for pattern in patterns))

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self._lines)

    def match(self, path: str) -> bool:
        """Whether a path, relative to the working directory or absolute, is among those meant."""
        return self._spec.match_file(os.path.abspath(path).replace(os.sep, "/").lstrip("/"))
