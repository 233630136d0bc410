"""Which transcripts changed since a revision: what ``git`` says, so that a pre-commit run audits little."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Sequence

from auditor.archives import is_plain
from auditor.model import SIDECAR_SUFFIX
from auditor.storage import shown


class RevisionError(ValueError):
    """The changed files cannot be told; one line that says why and what to do."""


def _git(folder: str, *arguments: str) -> bytes:
    command = ("git", "-C", folder, *arguments)
    try:
        done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C"})
    except OSError as error:
        raise RevisionError(
            f"changed files cannot be told: git cannot be run ({error.strerror}); is it installed?"
        ) from error
    except subprocess.CalledProcessError as error:
        said = (os.fsdecode(error.stderr).strip().splitlines() or [f"git {arguments[0]} failed"])[0]
        raise RevisionError(f"{folder}: changed files cannot be told: {said.removeprefix('fatal: ')}") from error
    return done.stdout


def _fork(folder: str, revision: str) -> str:
    """The commit at which our history left that of ``revision``."""
    remedy = "name a branch, tag or commit; a shallow clone may lack it (git fetch --unshallow)"
    try:
        # Resolved first: a revision must never be taken for an option of git.
        named = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except RevisionError as error:
        raise RevisionError(f"{folder}: git knows no revision '{revision}'; {remedy}") from error
    try:
        return _git(folder, "merge-base", named.decode().strip(), "HEAD").decode().strip()
    except RevisionError as error:
        raise RevisionError(f"{folder}: '{revision}' shares no history with what is checked out; {remedy}") from error


def _located(path: str) -> str:
    """A path as git tells it: folders resolved, the file itself not, for git lists links as files."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.normcase(os.path.join(os.path.realpath(folder), name))


def changed_since(revision: str, root: str = ".") -> set[str]:
    """The absolute paths of files that were changed or added since ``revision``, committed or not.

    ``root`` is a folder inside the repository; ignored and deleted files are left
    out. A transcript whose file of suppressions changed counts as changed. What
    others committed on a branch since ours left it is no change of ours. Raises
    :class:`RevisionError`.
    """
    top = os.fsdecode(_git(root, "rev-parse", "--show-toplevel")).rstrip("\r\n")
    base = _fork(top, revision)
    tracked = _git(top, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--diff-filter=d", base)
    untracked = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    names = {os.fsdecode(name) for name in (tracked + untracked).split(b"\0") if name}
    names |= {name.removesuffix(SIDECAR_SUFFIX) for name in names}
    return {_located(os.path.join(top, name)) for name in names}


def only(paths: Sequence[str], changed: Collection[str]) -> list[str]:
    """The paths that are among the changed files, in their order; a link also when what it points to changed.

    Raises :class:`RevisionError` for what git cannot know: objects in a store, members of an archive.
    """
    if elsewhere := next((path for path in paths if not is_plain(path)), None):
        raise RevisionError(
            f"{shown(elsewhere)}: changed files cannot be told: git knows the files of this machine only"
        )
    return [path for path in paths if _located(path) in changed or _located(os.path.realpath(path)) in changed]
