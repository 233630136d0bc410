"""The cache: audits of files kept between runs, found again by the digest of everything that went into them.

An entry is a file of its own under its key: a digest of the content, then the
audit. It is written beside its place and renamed, so runs at the same time
share a cache; what does not match its digest is no entry. Nothing is ever
marked as out of date: other content, configuration or rules have other keys,
and what is no longer asked for is dropped when the cache is full.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from auditor import __version__
from auditor.audit_text import ShapeError, dump, load
from auditor.engine import Ruleset
from auditor.model import FileAudit, Language
from auditor.rulesets import Rulesets, described

FOLDER = ".auditor_cache"

MOST_BYTES = 256 * 1024 * 1024
"""Where the oldest entries are dropped by default: more than 100,000 audited lectures."""

_TAG = "CACHEDIR.TAG"
# The signature is the one of https://bford.info/cachedir/: backup tools leave such folders out.
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55"
_ENTRIES = "entries"
_IGNORE = ".gitignore"
_OWN_FILES = frozenset({_TAG, _ENTRIES, _IGNORE})
_DIGEST = 16
_LEFT_AFTER_TRIM = 0.8

# What gives other findings in other versions, besides our own sources.
_PACKAGES = ("charset-normalizer", "kiwipiepy", "kiwipiepy-model", "py3langid", "regex")
_NO_SOURCES = frozenset({"__pycache__", "reports"})


class CacheError(OSError):
    """A cache folder that cannot be used; one line that says which, why and what to do."""


def _digest(*parts: bytes | None) -> str:
    """A digest that tells apart how the parts are cut, and an absent part from an empty one."""
    state = hashlib.blake2b(digest_size=20)
    for part in parts:
        state.update(b"-" if part is None else b"%d:" % len(part))
        state.update(part or b"")
    return state.hexdigest()


def _sources(folder: str) -> Iterator[str]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NO_SOURCES)
        yield from (os.path.join(root, name) for name in sorted(names))


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def surroundings(ruleset: Ruleset | Rulesets, language: Language | None) -> str:
    """The digest of what all files of a run have in common: configuration, our sources, versions of what they use."""
    state = hashlib.blake2b(digest_size=20)
    for value in (__version__, platform.python_version(), *map(_installed, _PACKAGES), language):
        state.update(repr(value).encode("utf-8", "surrogatepass") + b"\0")
    # Rulesets that depend on the file are described in the key of each file.
    state.update(described(ruleset) if isinstance(ruleset, Ruleset) else b"")
    own = [folder for name in ("auditor", "auditor.rules") for folder in _folders(name)]
    for path in (path for folder in own for path in _sources(folder)):
        state.update(hashlib.blake2b(Path(path).read_bytes()).digest())
    return state.hexdigest()


def _folders(package: str) -> list[str]:
    found = find_spec(package)
    return list(found.submodule_search_locations or ()) if found else []


class Cache(Struct, frozen=True):
    """A folder of audits, and the digest of what they were made with; picklable, so that processes share it."""

    folder: Path
    surroundings: str

    def key(self, path: str, data: bytes, *others: bytes | None) -> str:
        """The key of a file: the path it is reported under, its content, and other files its audit rests on.

        ``others`` are, always in the same order, its file of suppressions, its witnesses, and
        the rulesets it may get where they depend on the file; ``None`` where there is none.
        """
        return _digest(self.surroundings.encode(), path.encode("utf-8", "surrogatepass"), data, *others)

    def get(self, key: str) -> FileAudit | None:
        """The audit kept under a key, without its document; ``None`` when there is none that can be read."""
        place = self._place(key)
        try:
            content = place.read_bytes()
        except OSError:
            return None
        text = content[_DIGEST:]
        if hashlib.blake2b(text, digest_size=_DIGEST).digest() != content[:_DIGEST]:
            return None
        try:
            audit = load(text, FileAudit)
        except ShapeError:
            return None
        with suppress(OSError):  # a cache that can only be read is still a cache
            os.utime(place)
        return audit

    def put(self, key: str, audit: FileAudit) -> bool:
        """Keep an audit under a key, without its document; whether that was possible (disk full, no permission)."""
        text = dump(audit)
        place = self._place(key)
        try:
            place.parent.mkdir(exist_ok=True)
            handle, name = tempfile.mkstemp(dir=place.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(hashlib.blake2b(text, digest_size=_DIGEST).digest() + text)
                os.replace(name, place)
            except BaseException:
                os.unlink(name)
                raise
        except OSError:
            return False
        return True

    def trim(self, most_bytes: int = MOST_BYTES) -> int:
        """Drop the entries not used for longest when there are more than ``most_bytes``; how many were dropped."""
        entries: list[tuple[float, int, str]] = []
        for path in self.folder.glob(f"{_ENTRIES}/*/*"):
            with suppress(FileNotFoundError):  # another run trims too
                status = path.stat()
                entries.append((status.st_mtime, status.st_size, str(path)))
        total = sum(size for _, size, _ in entries)
        if total <= most_bytes:
            return 0
        dropped = 0
        for _, size, oldest in sorted(entries):
            if total <= most_bytes * _LEFT_AFTER_TRIM:
                break
            with suppress(FileNotFoundError):
                os.unlink(oldest)
            total -= size
            dropped += 1
        return dropped

    def _place(self, key: str) -> Path:
        return self.folder / _ENTRIES / key[:2] / key[2:]


def _ours(folder: Path) -> bool:
    try:
        return (folder / _TAG).read_text(encoding="ascii").startswith(_SIGNATURE)
    except (FileNotFoundError, UnicodeDecodeError):
        return False


def open_cache(folder: Path, ruleset: Ruleset | Rulesets, language: Language | None) -> Cache:
    """The cache in a folder, which is made when it is missing. Raises :class:`CacheError`."""
    try:
        # Another run may be making the cache right now: its files without the tag are no foreign files.
        if folder.exists() and not _ours(folder) and any(entry.name not in _OWN_FILES for entry in folder.iterdir()):
            raise CacheError(f"{folder}: no cache of audits, and not empty; name another folder or use --no-cache")
        (folder / _ENTRIES).mkdir(parents=True, exist_ok=True)
        if not _ours(folder):
            (folder / _IGNORE).write_text("*\n", encoding="ascii")
            (folder / _TAG).write_text(f"{_SIGNATURE}\n# Audits kept by transcript-auditor.\n", encoding="ascii")
    except CacheError:
        raise
    except OSError as error:
        raise CacheError(f"{folder}: the cache cannot be used: {error.strerror}; see --no-cache") from error
    return Cache(folder, surroundings(ruleset, language))


def clear(folder: Path) -> bool:
    """Remove a cache; whether there was one. Raises :class:`CacheError` for a folder that is none."""
    try:
        if not folder.exists():
            return False
        if not _ours(folder):
            raise CacheError(f"{folder}: no cache of audits; nothing was removed")
        shutil.rmtree(folder)
    except CacheError:
        raise
    except OSError as error:
        raise CacheError(f"{folder}: the cache cannot be removed: {error.strerror}") from error
    return True
