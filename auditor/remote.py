"""Objects behind a URL: which stores are allowed, one object read or written, one listing; through fsspec.

Stores fail for reasons that pass, so every request is tried again a few times; what
remains is one line that says why. fsspec and the stores' packages are the extra
``remote``, imported when the first URL is named.
"""

from __future__ import annotations

import errno
import importlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, TypeVar

from auditor.extras import missing
from auditor.patterns import lazy_pattern

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

T = TypeVar("T")

STORES: dict[str, str] = {
    "s3": "s3fs",
    "gs": "gcsfs",
    "hf": "huggingface_hub",
    "https": "aiohttp",
    "http": "aiohttp",
}
"""The schemes that are read, each with the package that speaks it. No other is ever handed to fsspec."""

AT_ONCE = 32
"""Requests of one process to a store at one time: it is the wait for the first byte that takes the time."""

READ_ONLY = frozenset({"https", "http"})

# Asked for without knowing the size of an object first, which would be one more request for each. Nearly all
# transcripts are smaller; what is not is looked at before it is read.
_FIRST_BYTES = 8 * 1024 * 1024

# Waits between the tries of a request, in seconds. The stores' packages retry on their own before.
_PAUSES = (0.3, 1.0, 3.0)

_SECONDS_WITHOUT_ANSWER = 60

_PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_PASSING_ERRNO = frozenset({errno.EBUSY, errno.EAGAIN, getattr(errno, "EREMOTEIO", errno.EBUSY)})
# Errors of aiohttp and botocore for lines that broke, by name: neither package may be imported to look.
_PASSING_NAMES = frozenset({"ClientConnectionError", "ClientPayloadError", "HTTPClientError", "ResponseStreamingError"})

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_SECRET = lazy_pattern(
    r"(?i)^(x-(amz|goog|ms)-.*|.*(signature|token|secret|password|credential|key).*|sig|auth|policy)$"
)


class StorageError(OSError):
    """A file or object that cannot be read, listed or written; ``strerror`` is one line that says why."""

    def __init__(self, message: str, number: int = errno.EIO) -> None:
        super().__init__(number, message)

    def __reduce__(self) -> tuple[type[StorageError], tuple[str, int]]:
        return type(self), (self.strerror or "", self.errno or errno.EIO)

    def __str__(self) -> str:
        return self.strerror or ""


def scheme(path: str) -> str | None:
    """The scheme of a URL in lower case, ``None`` for a local path."""
    match = _SCHEME.match(path)
    return match[1].lower() if match else None


def checked(path: str) -> str:
    """The scheme of a URL that may be read. Raises :class:`StorageError` that names the allowed ones."""
    name = scheme(path)
    if name not in STORES:
        allowed = ", ".join(f"{store}://" for store in STORES)
        raise StorageError(f"'{name}://' is not read; allowed: local paths, {allowed}", errno.EINVAL)
    return name


def shown(url: str) -> str:
    """The URL as reported: without user name, password and the parameters that sign it."""
    if "?" not in url and "@" not in url:
        return url
    from urllib.parse import parse_qsl, urlencode, urlsplit

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return url  # an object's name may hold any of these characters
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query, True) if not _SECRET.match(name)])
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query).geturl()


def filesystem(url: str) -> AbstractFileSystem:
    """The store of a URL. Raises :class:`StorageError` for a scheme that is not read or an extra not installed."""
    name = checked(url)
    try:
        import fsspec

        importlib.import_module(STORES[name])
        options: dict[str, Any] = {}
        if name == "s3":
            options["config_kwargs"] = {"max_pool_connections": AT_ONCE, "read_timeout": _SECONDS_WITHOUT_ANSWER}
        elif name == "gs":
            import logging

            # It says of every request that it could not ask what kind of bucket it is; what fails we say ourselves.
            logging.getLogger("gcsfs").setLevel(logging.ERROR)
        elif name in READ_ONLY:
            from aiohttp import ClientTimeout

            answer = ClientTimeout(total=None, connect=_SECONDS_WITHOUT_ANSWER, sock_read=_SECONDS_WITHOUT_ANSWER)
            options["client_kwargs"] = {"timeout": answer, "trust_env": True}
    except ImportError as error:
        raise StorageError(missing(f"reading '{name}://'", error, "remote")) from error
    return _patiently(lambda: fsspec.filesystem(name, **options))


def _root(error: BaseException) -> BaseException:
    """What a web server or the line to it said; fsspec takes everything for a file that is not there."""
    cause = error.__cause__
    web = cause is not None and (isinstance(cause, TimeoutError) or type(cause).__module__.startswith("aiohttp"))
    return cause if web and cause is not None and isinstance(error, FileNotFoundError) else error


def _passing(error: BaseException) -> bool:
    """Whether the same request may well succeed a moment later."""
    error = _root(error)
    if isinstance(error, FileNotFoundError | PermissionError):
        return False
    status = getattr(error, "status", None) or getattr(error, "code", None)
    return (
        isinstance(error, TimeoutError | ConnectionError)
        or status in _PASSING_STATUS
        or getattr(error, "errno", None) in _PASSING_ERRNO
        or any(kind.__name__ in _PASSING_NAMES for kind in type(error).__mro__)
    )


def explained(error: BaseException) -> OSError:
    """The error of a store as one with a ``strerror`` of one line."""
    if isinstance(error, StorageError):
        return error
    error = _root(error)
    said = " ".join(str(error).split()) or type(error).__name__
    status = getattr(error, "status", None)
    if isinstance(error, FileNotFoundError) or status in (404, 410):
        bucket = "bucket does not exist" in said
        return FileNotFoundError(errno.ENOENT, "no such bucket" if bucket else "no such file or folder")
    if isinstance(error, PermissionError) or status in (401, 403):
        # What the store says of it ("Access Denied", "ExpiredToken") is worth more than our words, but it may be a URL.
        reason = f" ({said})" if said and status is None else ""
        return PermissionError(errno.EACCES, f"access is denied{reason}; are these the right credentials?")
    if "Credential" in type(error).__name__:
        remedy = "set them as for the store's own tools (AWS_PROFILE, gcloud auth, hf auth)"
        return StorageError(f"no usable credentials ({said}); {remedy}", errno.EACCES)
    if isinstance(error, TimeoutError):
        return StorageError("the store does not answer", errno.ETIMEDOUT)
    if status is not None:
        return StorageError(f"the server answers {status} {getattr(error, 'message', '')}".strip())
    return StorageError(said)


def _patiently(request: Callable[[], T]) -> T:
    """What a request gives, tried again where it fails for a passing reason. Raises ``OSError`` of one line."""
    for pause in (*_PAUSES, None):
        try:
            return request()
        except Exception as error:
            if pause is None or not _passing(error):
                raise explained(error) from error
        time.sleep(pause)
    raise AssertionError("the last try returns or raises")


@contextmanager
def opened(url: str) -> Iterator[IO[bytes]]:
    """An object as a file that can be searched through, for archives and tables. Raises ``OSError``."""
    store = filesystem(url)

    def open_it() -> IO[bytes]:
        # A folder of a store opens as a file without a byte.
        if scheme(url) not in READ_ONLY and store.isdir(url):
            raise FileNotFoundError(errno.ENOENT, "no such file or folder")
        file: IO[bytes] = store.open(url, "rb")
        return file

    with _patiently(open_it) as file:
        yield file


@contextmanager
def _streamed(url: str) -> Iterator[IO[bytes]]:
    # One request: a size of its own keeps fsspec from asking for it, a block size of none from reading in pieces.
    with filesystem(url).open(url, "rb", block_size=0, size=1) as file:
        yield file


def _up_to(file: IO[bytes], most: int) -> bytes:
    parts: list[bytes] = []
    left = most
    while left > 0 and (part := file.read(left)):  # a stream gives what has arrived
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def reachable(url: str) -> None:
    """Ask a web server for a file without reading it. Raises ``OSError`` when it is not to be had."""

    def ask() -> None:
        with _streamed(url):
            pass

    _patiently(ask)


def first_bytes(url: str) -> tuple[bytes, bool]:
    """The beginning of an object in one request, and whether it is the whole of it. Raises ``OSError``."""
    store = filesystem(url)

    def read() -> bytes:
        if scheme(url) in READ_ONLY:
            with _streamed(url) as file:
                return _up_to(file, _FIRST_BYTES)
        try:
            return bytes(store.cat_file(url, start=0, end=_FIRST_BYTES))
        except FileNotFoundError:  # as for most files of suppressions
            raise
        except (OSError, ValueError):
            # No byte of an empty object is in any range, and stores say so in errors of many kinds.
            if store.info(url).get("size") == 0:
                return b""
            raise

    data = _patiently(read)
    return data, len(data) < _FIRST_BYTES


def whole(url: str, most: int) -> bytes:
    """An object of at most ``most`` bytes. Raises ``OSError``, also where it is larger."""
    data, complete = first_bytes(url)
    if complete:
        return data
    store = filesystem(url)

    def read() -> bytes:
        if scheme(url) in READ_ONLY:
            with _streamed(url) as file:
                return _up_to(file, most + 1)
        size = store.info(url)["size"]
        return bytes(store.cat_file(url)) if size <= most else b""

    data = _patiently(read)
    if not data or len(data) > most:
        raise StorageError(f"larger than the {most:,} bytes that are read at most", errno.EFBIG)
    return data


def stored(local: str, url: str) -> None:
    """Make a local file an object, whole or not at all. Raises ``OSError``."""
    store = filesystem(url)
    _patiently(lambda: store.put_file(local, url))


def writable(url: str) -> None:
    """Check what can be checked before there is something to write: the scheme, the extra, the bucket.

    Raises ``OSError``. That a bucket may not be looked at does not mean that it may not be written to.
    """
    if checked(url) in READ_ONLY:
        raise StorageError(f"'{scheme(url)}://' is only read; write to a local path or a bucket", errno.EROFS)
    store = filesystem(url)
    if scheme(url) in ("s3", "gs"):
        try:
            _patiently(lambda: store.info(url.split("/")[2]))
        except PermissionError:
            return
        except FileNotFoundError as error:
            raise FileNotFoundError(errno.ENOENT, "no such bucket") from error


def _url(store: AbstractFileSystem, name: str, like: str) -> str:
    return name if scheme(name) else f"{scheme(like)}://{name.lstrip('/')}"


def listed(url: str) -> list[str] | None:
    """The objects below a URL, in order; just the URL where it is an object itself, ``None`` where nothing is.

    Raises ``OSError``.
    """
    store = filesystem(url)
    store.invalidate_cache()
    found = _patiently(lambda: store.find(url))
    if not found:
        # What is no object may be a bucket without any.
        return [] if _patiently(lambda: store.isdir(url)) else None
    return [_url(store, name, url) for name in sorted(found)]


def matching(url: str) -> list[tuple[str, bool]]:
    """The objects and folders that match a glob, in order, and which of them are folders. Raises ``OSError``."""
    store = filesystem(url)
    store.invalidate_cache()
    found = _patiently(lambda: store.glob(url, detail=True))
    return [(_url(store, name, url), found[name]["type"] == "directory") for name in sorted(found)]


def names_in(url: str) -> list[str]:
    """The names of the objects in a folder, not below it, in order. Raises ``OSError``."""
    if checked(url) in READ_ONLY:
        raise StorageError("the web cannot be searched", errno.EINVAL)
    store = filesystem(url)
    found = _patiently(lambda: store.ls(url, detail=True))
    return sorted(entry["name"].rpartition("/")[2] for entry in found if entry["type"] == "file")
