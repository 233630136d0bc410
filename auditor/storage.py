"""Where transcripts lie: finding, reading and writing them on disk, in object stores, on the web, in zip and tar files.

A place is a path string everywhere: a local path, a URL of one of
:data:`auditor.remote.STORES`, or either of these leading into an archive
(``lectures.zip/day1/talk.vtt``). Local paths go through ``os`` alone.
"""

from __future__ import annotations

import errno
import glob
import os
import stat
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Literal

from auditor import remote
from auditor.archives import Place, is_plain, place
from auditor.parse import SUFFIXES
from auditor.remote import StorageError, scheme

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from auditor.archive_reading import Archive

STDIN = "-"

# A transcript of this size is a week of speech; what is larger is no transcript, and would be read into memory.
MOST_BYTES = 256 * 1024 * 1024

# Objects on their way or waiting for their turn, in one process.
_AHEAD = 2 * remote.AT_ONCE


class NotFoundError(LookupError):
    """A path given by the user that does not exist; the message says which."""


def shown(path: str) -> str:
    """The path as reported: as given, with forward slashes; members of archives below them; no secrets of a URL."""
    if "://" not in path:
        return path.replace(os.sep, "/").removeprefix("./")
    inside = place(path)
    if inside is None:
        return remote.shown(path)
    archive = shown(inside.archive) if scheme(inside.archive) is None else remote.shown(inside.archive)
    return Place(archive, inside.inner).path


def same(path: str) -> str:
    """What tells files apart: two paths of one file give the same."""
    return path if "://" in path else os.path.realpath(path)


def parent(path: str) -> str:
    """The folder a file lies in."""
    if scheme(path) is None:
        return os.path.dirname(path)
    return path.partition("?")[0].rpartition("/")[0]


def join(folder: str, path: str) -> str:
    """A path that is relative to a folder; absolute paths and URLs stay as they are."""
    if scheme(path) is not None or not folder or os.path.isabs(path):
        return path
    return os.path.join(folder, path) if scheme(folder) is None else f"{folder.rstrip('/')}/{path}"


def extended(path: str, ending: str) -> str:
    """The path of a file whose name is another's with an ending behind it."""
    if scheme(path) in remote.READ_ONLY and "?" in path:
        name, _, query = path.partition("?")
        return f"{name}{ending}?{query}"
    return path + ending


def _is_hidden(path: str) -> bool:
    """Whether a file below a folder is hidden: version control and caches hold no transcripts."""
    return path.startswith(".") or "/." in path


def _ends(name: str, endings: Collection[str]) -> bool:
    return os.path.splitext(name)[1].lower() in endings


def _in_folder(folder: str, endings: Collection[str]) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if _ends(name, endings) and not name.startswith("."):
                yield os.path.join(root, name)


@lru_cache(maxsize=4)
def _opened(path: str, _version: tuple[int, int] | None) -> Archive:
    from auditor.archive_reading import Archive  # with the unpackers behind it

    return Archive(path)


def _archive(path: str) -> Archive:
    """The archive at a path, kept open between reads. Raises ``OSError`` when it is none or cannot be read."""
    if scheme(path):
        return _opened(path, None)
    status = os.stat(path)
    return _opened(path, (status.st_mtime_ns, status.st_size))


def _in_archive(inside: Place, endings: Collection[str]) -> list[str] | None:
    """The files that a member, folder or glob of an archive means, in the archive's order; ``None`` when none is meant.

    A tar that is read in another order than its own is unpacked again for every member.
    """
    archive = _archive(inside.archive)
    names = list(archive.sizes)
    inner = inside.inner
    if inner in names:
        found = [inner]
    elif glob.has_magic(inner):
        found = [name for name in names if archive.matches(name, inner) and not _is_hidden(name)]
    else:
        folder = f"{inner}/" if inner else ""
        below = [name for name in names if name.startswith(folder)]
        if inner and not below:
            return None
        found = [name for name in below if _ends(name, endings) and not _is_hidden(name.removeprefix(folder))]
    return [Place(inside.archive, name).path for name in found]


def _in_store(url: str, endings: Collection[str]) -> list[str] | None:
    """The files below a URL, or the one at it; ``None`` when there is nothing."""
    if remote.checked(url) in remote.READ_ONLY:
        remote.reachable(url)  # the web has no folders
        return [url]
    found = remote.listed(url)
    if found is None or found == [url]:
        return found
    folder = f"{url.rstrip('/')}/"
    return [path for path in found if _ends(path, endings) and not _is_hidden(path.removeprefix(folder))]


def _matching(pattern: str, endings: Collection[str]) -> list[str]:
    """What a glob in a store matches: files whatever their ending, folders and archives with all inside."""
    if remote.checked(pattern) in remote.READ_ONLY:
        raise StorageError("the web cannot be searched; name the files, or list them in a manifest", errno.EINVAL)
    head = pattern.split("*")[0].split("?")[0].split("[")[0].rpartition("/")[0]
    found: dict[str, None] = {}
    done: list[str] = []
    for path, is_folder in remote.matching(pattern):
        if _is_hidden(path.removeprefix(f"{head}/")) and "/." not in pattern:
            continue
        if not is_folder:
            found.update(dict.fromkeys(_of_match(path, endings)))
        elif not any(path.startswith(f"{folder}/") for folder in done):
            done.append(path)
            found.update(dict.fromkeys(_in_store(f"{path}/", endings) or ()))
    return list(found)


def _of_match(path: str, endings: Collection[str]) -> list[str]:
    """The files that a file matched by a glob stands for; a damaged archive stands for itself, and is a finding."""
    inside = place(path)
    if inside is None:
        return [path]
    try:
        return _in_archive(inside, endings) or []
    except OSError:
        return [path]


def _meant(path: str, endings: Collection[str]) -> list[str] | None:
    """The files a path in a store or an archive means, ``None`` when it means none. Raises ``OSError``."""
    inside = place(path)
    if inside is not None:
        try:
            return _in_archive(inside, endings)
        except FileNotFoundError:
            if scheme(path) is None:
                return None  # a folder of a store may be called x.zip
    if "*" in path if scheme(path) in remote.READ_ONLY else glob.has_magic(path):  # "?" and "[" are usual in the web
        return _matching(path, endings)
    return _in_store(path, endings)


def _found(path: str, endings: Collection[str]) -> list[str]:
    """:func:`_meant` for a path the user has given. Raises :class:`NotFoundError` and :class:`StorageError`."""
    try:
        found = _meant(path, endings)
    except FileNotFoundError as error:
        raise NotFoundError(f"{shown(path)}: {error.strerror}") from error
    except OSError as error:
        raise StorageError(f"{shown(path)}: {error.strerror}", error.errno or errno.EIO) from error
    if found is None:
        raise NotFoundError(f"{shown(path)}: no such file or folder")
    return found


def discover(paths: Sequence[str]) -> list[str]:
    """The transcripts under files, folders (recursive), archives and globs, each once, in the order given.

    A file named by the user is taken whatever its ending. Raises :class:`NotFoundError`
    for a path that does not exist, :class:`~auditor.remote.StorageError` for a store or
    archive that cannot be read.
    """
    _opened.cache_clear()  # what lies in a store may have changed since
    found: dict[str, None] = {}
    for path in paths:
        if path == STDIN:
            found[path] = None
        elif not is_plain(path):
            found.update(dict.fromkeys(_found(path, SUFFIXES)))
        elif os.path.isfile(path):
            found[path] = None
        elif os.path.isdir(path):
            found.update(dict.fromkeys(_in_folder(path, SUFFIXES)))
        elif matches := sorted(glob.glob(path, recursive=True)):
            for match in matches:
                if os.path.isdir(match):
                    found.update(dict.fromkeys(_in_folder(match, SUFFIXES)))
                elif is_plain(match):
                    found[match] = None
                else:
                    found.update(dict.fromkeys(_of_match(match, SUFFIXES)))
        elif os.path.lexists(path):
            found[path] = None  # a broken link or a device: reading it makes the finding
        elif not glob.has_magic(path):  # a glob that matches nothing is nothing found, a path that is not there a slip
            raise NotFoundError(f"{path}: no such file or folder")
    # One file under two spellings of its path is one file.
    places = {path if path == STDIN or "://" in path else os.path.abspath(path): path for path in reversed(found)}
    return list(places.values())[::-1]


def kind(path: str) -> Literal["file", "folder"] | None:
    """Whether there is a file or a folder at a path; an archive is a folder. Raises :class:`StorageError`."""
    if is_plain(path):
        return "file" if os.path.isfile(path) else "folder" if os.path.isdir(path) else None
    inside = place(path)
    try:
        found = _found(path, SUFFIXES)
    except NotFoundError:
        return None
    is_file = found == [path] or (inside is not None and bool(inside.inner) and found == [inside.path])
    return "file" if is_file else "folder"


def within(folder: str, endings: Collection[str]) -> list[str]:
    """The files of some endings below a folder, in order; hidden ones are left out. Raises ``OSError``."""
    if is_plain(folder):
        return sorted(_in_folder(folder, endings))
    return sorted(_found(folder, endings))


def beside(path: str) -> list[str]:
    """The names of the files in the folder a file lies in, in order. Raises ``OSError``."""
    folder = parent(path)
    inside = place(path)
    if inside is not None:
        around = parent(inside.inner)
        names = _archive(inside.archive).sizes
        return sorted(os.path.basename(name) for name in names if parent(name) == around)
    if scheme(path) is None:
        with os.scandir(folder or ".") as entries:
            return sorted(entry.name for entry in entries if entry.is_file())
    return remote.names_in(folder)


def exists(path: str) -> bool:
    """Whether there is something at a path. Raises ``OSError`` for a store that cannot be asked."""
    if is_plain(path):
        return os.path.exists(path)
    return kind(path) is not None


def _local(path: str) -> bytes:
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise StorageError("not a regular file", errno.EINVAL)
    if status.st_size > MOST_BYTES:
        raise StorageError(f"it has {status.st_size:,} bytes, and the largest file read {MOST_BYTES:,}", errno.EFBIG)
    with open(path, "rb") as file:
        return file.read()


def read(path: str) -> bytes:
    """The content of a file. Raises ``OSError`` with a ``strerror`` that says why it cannot be read."""
    inside = place(path)
    if inside is not None:
        try:
            return _archive(inside.archive).read(inside.inner, MOST_BYTES)
        except FileNotFoundError:
            if scheme(inside.archive) is None:
                raise
            path = inside.path  # a folder of a store may be called x.zip
    return _local(path) if scheme(path) is None else remote.whole(path, MOST_BYTES)


def opened(path: str) -> AbstractContextManager[IO[bytes]]:
    """A file to be read piece by piece, however large it is. Raises ``OSError``."""
    return open(path, "rb") if scheme(path) is None else remote.opened(path)


class _Large:
    """An object that is not read ahead: only one of its kind is in memory at a time."""


def _ahead(path: str) -> bytes | OSError | _Large:
    try:
        if place(path) is not None:
            return read(path)
        data, complete = remote.first_bytes(path)
        return data if complete else _Large()
    except OSError as error:
        return error


def _now(path: str) -> bytes | OSError:
    try:
        return read(path)
    except OSError as error:
        return error


def read_many(groups: Iterable[Sequence[str]]) -> Iterator[list[bytes | OSError]]:
    """The contents of files that belong together, group by group in the order given; an error where one cannot be read.

    Objects in stores are read ahead, many at once and a bounded number of them;
    local files when their turn comes.
    """
    waiting: deque[list[tuple[str, Future[bytes | OSError | _Large] | None]]] = deque()
    pool: ThreadPoolExecutor | None = None
    on_the_way = 0

    def content(path: str, future: Future[bytes | OSError | _Large] | None) -> bytes | OSError:
        early = future.result() if future is not None else None
        return _now(path) if early is None or isinstance(early, _Large) else early

    try:
        for group in groups:
            slots: list[tuple[str, Future[bytes | OSError | _Large] | None]] = []
            for path in group:
                if "://" not in path:
                    slots.append((path, None))
                    continue
                if pool is None:
                    from concurrent.futures import ThreadPoolExecutor

                    pool = ThreadPoolExecutor(remote.AT_ONCE, thread_name_prefix="read-ahead")
                slots.append((path, pool.submit(_ahead, path)))
            waiting.append(slots)
            on_the_way += sum(future is not None for _, future in slots)
            while waiting and (on_the_way >= _AHEAD or pool is None):
                slots = waiting.popleft()
                yield [content(path, future) for path, future in slots]
                on_the_way -= sum(future is not None for _, future in slots)
        while waiting:
            yield [content(path, future) for path, future in waiting.popleft()]
    finally:
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def put(local: str, url: str) -> None:
    """Copy a file of this machine to a store, whole or not at all. Raises ``OSError``."""
    check_writable(url)
    remote.stored(local, url)


def check_writable(path: str) -> None:
    """Refuse early what cannot be written to, as far as a store tells before it is tried. Raises ``OSError``."""
    inside = place(path)
    if inside is not None and path != inside.archive:
        raise StorageError("archives are only read; write beside them", errno.EROFS)
    if scheme(path) is not None:
        remote.writable(path)
