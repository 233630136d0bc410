"""Transcripts inside zip and tar files: told by the path, listed, and read where they lie.

A member's path is that of the archive, a slash, and its name inside:
``lectures.zip/day1/talk.vtt``. Nothing is ever unpacked, so a member whose name
climbs out of the archive is a name and no more.
"""

from __future__ import annotations

import errno
import os
import re
import tarfile
import tempfile
import threading
import zipfile
import zlib
from contextlib import ExitStack
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import IO, Protocol

from msgspec import Struct

from auditor.remote import StorageError, opened, scheme

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
"""Endings of the files that are looked into."""

# A gzip stream of a few megabytes can hold terabytes of zeros, and a tar must be read from end to end.
MOST_TAR_BYTES = 64 * 1024 * 1024 * 1024
"""The most a compressed tar may hold when it is unpacked."""

_COPY_BYTES = 1024 * 1024
# The ending of an archive that is not the whole name; a web address may have its query behind it.
_ARCHIVE = re.compile(rf"(?i)(?<=[^/\\])(?:{'|'.join(map(re.escape, ENDINGS))})(?:(?=$|[/\\])|(?P<query>\?[^/]*))")
# What a path has that is not simply one of a local file: looked for first, for there may be millions.
_SPECIAL = re.compile(r"(?i)://|\.(?:zip|tar|tgz|tbz2|txz)")
_CHAIN = re.compile(r"(?i)(zip|tar)://(?P<inner>.*?)::(?P<outer>.+)", re.DOTALL)
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


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


class _Members(Protocol):
    """What is asked of an open archive, zip or tar."""

    def sizes(self) -> dict[str, int]:
        """The unpacked size of each regular member, in the archive's order."""

    def data(self, name: str) -> bytes:
        """The content of a member."""


class _Zip:
    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file)

    def sizes(self) -> dict[str, int]:
        return {info.filename: info.file_size for info in self._zip.infolist() if not info.is_dir()}

    def data(self, name: str) -> bytes:
        return self._zip.read(name)  # never more than the size that is declared


class _Tar:
    def __init__(self, file: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=file)  # noqa: SIM115 - kept open as long as it is read from
        self._members: dict[str, tarfile.TarInfo] = {}
        for member in self._tar:
            if member.offset > MOST_TAR_BYTES:
                raise StorageError(f"the archive holds more than {MOST_TAR_BYTES:,} bytes", errno.EFBIG)
            if member.isreg():
                self._members[member.name.removeprefix("./")] = member

    def sizes(self) -> dict[str, int]:
        return {name: member.size for name, member in self._members.items()}

    def data(self, name: str) -> bytes:
        file = self._tar.extractfile(self._members[name])
        return b"" if file is None else file.read()


def _strange(name: str) -> bool:
    """Whether a name climbs out of the archive: it is no path under which a member could be reported."""
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or "\0" in name


class Archive:
    """An open archive, with its members by name. Raises ``OSError`` when it cannot be read.

    One thread reads at a time: a tar has one position.
    """

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._files = ExitStack()
        is_zip = path.partition("?")[0].lower().endswith(".zip")
        try:
            if scheme(path) is None:
                file: IO[bytes] = self._files.enter_context(open(path, "rb"))  # noqa: SIM115 - kept open as long as the archive
            else:
                file = self._files.enter_context(opened(path))
                if not is_zip:
                    file = self._copy(file)
            self._members: _Members = _Zip(file) if is_zip else _Tar(file)
            self.sizes = {name: size for name, size in self._members.sizes().items() if not _strange(name)}
        except BaseException as error:
            self._files.close()
            if isinstance(error, _DAMAGED):
                raise StorageError(f"not an archive that can be read ({error})", errno.EINVAL) from error
            raise

    def _copy(self, remote: IO[bytes]) -> IO[bytes]:
        """A tar must be read from end to end, and then again: over a line once is enough."""
        local = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - as long as the archive
        while part := remote.read(_COPY_BYTES):
            local.write(part)
        local.seek(0)
        return local

    def read(self, name: str, most: int) -> bytes:
        """The content of a member of at most ``most`` bytes. Raises ``OSError``."""
        size = self.sizes.get(name)
        if size is None:
            raise FileNotFoundError(errno.ENOENT, "no such member in the archive")
        if size > most:  # before a byte is unpacked
            raise StorageError(f"the file has {size:,} bytes; the largest transcript read is {most:,}", errno.EFBIG)
        with self._lock:
            try:
                return self._members.data(name)
            except _DAMAGED as error:
                raise StorageError(f"the member cannot be unpacked ({error})") from error

    def __del__(self) -> None:
        self._files.close()


@lru_cache(maxsize=4)
def _opened(path: str, _version: tuple[int, int] | None) -> Archive:
    return Archive(path)


def archive(path: str) -> Archive:
    """The archive at a path, kept open between reads. Raises ``OSError`` when it is none or cannot be read."""
    if scheme(path):
        return _opened(path, None)
    status = os.stat(path)
    return _opened(path, (status.st_mtime_ns, status.st_size))


forget = _opened.cache_clear
"""Forget the archives that are open: what lies in a store may have changed since."""


def _matches(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return _matches(parts, pattern[1:]) or (bool(parts) and _matches(parts[1:], pattern))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def matches(name: str, pattern: str) -> bool:
    """Whether a glob matches the whole of a name: ``*`` within a folder, ``**`` across folders."""
    return _matches(name.split("/"), pattern.split("/"))
