"""The optional packages of this distribution, and what to say where one is missing."""

from __future__ import annotations


def missing(what: str, error: ImportError, extra: str) -> str:
    """The message for what cannot be done because a package is missing, with the command that installs it."""
    return f"{what} needs a package that is not installed ({error}); pip install 'transcript-auditor[{extra}]'"
