"""Writing files whole or not at all, on this machine and in stores."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from auditor import storage
from auditor.remote import scheme


class ReportError(OSError):
    """A report that cannot be made or written; the message says which, where and why."""


class _ReportFile(io.FileIO):
    """The file a report is written to: what goes wrong with it is told from what goes wrong with the audit."""

    def __init__(self, file: int | str, kind: str, path: str) -> None:
        super().__init__(file, "wb")
        self._what = (kind, path)

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise _unwritable(*self._what, error) from error


def _unwritable(kind: str, path: str, error: OSError) -> ReportError:
    return ReportError(f"cannot write the {kind} report to {path}: {error.strerror or error}")


def _temporary(folder: str | None = None, prefix: str | None = None) -> tuple[int, str]:
    from tempfile import mkstemp  # and with it compression and random numbers: standard output does without

    return mkstemp(dir=folder, prefix=prefix)


@contextmanager
def written(path: str | os.PathLike[str], kind: str) -> Iterator[BinaryIO]:
    """A file to write a report into: it takes its place when the context ends well, else it is not there.

    Local folders are made as needed; for a store the file is made here and sent as a
    whole. Raises :class:`ReportError` when the file cannot be written.
    """
    place = os.fspath(path)
    name = None
    try:
        if scheme(place) is not None:
            handle, name = _temporary()
            target = _ReportFile(handle, kind, place)
        else:
            folder, base = os.path.split(place)
            os.makedirs(folder or ".", exist_ok=True)
            if os.path.isdir(place):
                raise IsADirectoryError(21, "it is a folder")
            if os.path.exists(place) and not os.path.isfile(place):
                target = _ReportFile(place, kind, place)  # a device such as /dev/null is written to, not replaced
            else:
                handle, name = _temporary(folder or ".", f".{base}.")
                target = _ReportFile(handle, kind, place)
    except OSError as error:
        raise _unwritable(kind, place, error) from error
    try:
        with io.BufferedWriter(target) as file:
            yield file
        if name is not None and _put(name, place, kind):
            name = None
    finally:
        if name is not None:
            os.unlink(name)


def _put(name: str, path: str, kind: str) -> bool:
    """Put a finished file in its place; whether it was moved there."""
    try:
        if scheme(path) is not None:
            storage.put(name, path)
            return False
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except OSError as error:
        raise _unwritable(kind, path, error) from error
    return True


def write_file(path: str | os.PathLike[str], data: bytes, kind: str) -> None:
    """Write a file whole or not at all. Raises :class:`ReportError`."""
    with written(path, kind) as file:
        file.write(data)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
