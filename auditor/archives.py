"""Transcripts inside zip and tar files, told by the path; :mod:`auditor.archive_reading` lists and reads them.

A member's path is that of the archive, a slash, and its name inside:
``lectures.zip/day1/talk.vtt``.
"""

from __future__ import annotations

import errno
import os
import re

from msgspec import Struct

from auditor.patterns import lazy_pattern
from auditor.remote import StorageError, scheme

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
"""Endings of the files that are looked into."""

# The ending of an archive that is not the whole name; a web address may have its query behind it.
_ARCHIVE = lazy_pattern(rf"(?i)(?<=[^/\\])(?:{'|'.join(map(re.escape, ENDINGS))})(?:(?=$|[/\\])|(?P<query>\?[^/]*))")
# What a path has that is not simply one of a local file: looked for first, for there may be millions.
_SPECIAL = re.compile(r"(?i)://|\.(?:zip|tar|tgz|tbz2|txz)")
_CHAIN = lazy_pattern(r"(?i)(zip|tar)://(?P<inner>.*?)::(?P<outer>.+)", re.DOTALL)


class Place(Struct, frozen=True):
    """An archive, and what is meant inside it: a member, a folder, a glob, or all of it (``""``)."""

    archive: str
    inner: str

    @property
    def path(self) -> str:
        """The one path under which this is named and reported."""
        return f"{self.archive}/{self.inner}" if self.inner else self.archive


def unchained(path: str) -> Place | None:
    """What fsspec's ``zip://member::x.zip`` means, ``None`` for any other path. Raises :class:`StorageError`."""
    chain = _CHAIN.fullmatch(path)
    if chain is None:
        return None
    if "::" in chain["outer"]:
        raise StorageError("one archive inside another is not read; unpack the outer one", errno.EINVAL)
    return Place(chain["outer"], chain["inner"].strip("/"))


def place(path: str) -> Place | None:
    """The archive a path leads into, ``None`` where it leads into none.

    A path names one as ``x.zip``, ``x.zip/member`` or, as fsspec writes it, ``zip://member::x.zip``.
    A local folder called ``x.zip`` is a folder. Raises :class:`StorageError` for an archive in an archive.
    """
    if not _SPECIAL.search(path):
        return None
    if (chained := unchained(path)) is not None:
        return chained
    for ending in _ARCHIVE.finditer(path):
        archive, inner = path[: ending.end()], path[ending.end() + 1 :]
        if scheme(path) in ("http", "https") or (not ending["query"] and (scheme(path) or os.path.isfile(archive))):
            return Place(archive, inner.replace(os.sep, "/").strip("/"))
    return None


def is_plain(path: str) -> bool:
    """Whether a path is one of this machine's files or folders: no URL, and not inside an archive."""
    return not _SPECIAL.search(path) or (scheme(path) is None and place(path) is None)
