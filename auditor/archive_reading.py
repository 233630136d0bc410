"""The members of zip and tar files, listed and read where they lie; imported when the first archive is opened.

Nothing is ever unpacked, so a member whose name climbs out of the archive is a
name and no more.
"""

from __future__ import annotations

import errno
import tarfile
import tempfile
import threading
import zipfile
import zlib
from contextlib import ExitStack
from fnmatch import fnmatchcase
from typing import IO, Protocol

from auditor.remote import StorageError, opened, scheme

# A gzip stream of a few megabytes can hold terabytes of zeros, and a tar must be read from end to end.
MOST_TAR_BYTES = 64 * 1024 * 1024 * 1024
"""The most a compressed tar may hold when it is unpacked."""

_COPY_BYTES = 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


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


def _matches(parts: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return _matches(parts, pattern[1:]) or (bool(parts) and _matches(parts[1:], pattern))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


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

    @staticmethod
    def matches(name: str, pattern: str) -> bool:
        """Whether a glob matches the whole name of a member: ``*`` within a folder, ``**`` across folders."""
        return _matches(name.split("/"), pattern.split("/"))

    def __del__(self) -> None:
        self._files.close()
