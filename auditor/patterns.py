"""Regular expressions that are compiled when they are first used.

Most transcripts need few of the patterns of all rules and formats, and compiling
one with large classes of characters takes Python milliseconds: at import, that
would be a good part of the time that auditing a small file takes.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")


class _Pattern:
    """Stands for a compiled pattern: takes over its methods once one of them is asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            # From now on attributes of this object, so that this is called once and matching costs nothing more.
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, put off until the pattern is used; a fault in it is raised then (a test compiles them all)."""
    return cast("re.Pattern[str]", _Pattern(source, flags))
