"""The warning of this package, in a module of its own: the command line knows it before it imports anything else."""

from __future__ import annotations


class AuditWarning(UserWarning):
    """What a run goes on in spite of: the message names it, the command line prints it in one line."""
