"""A report served to the reviewer's own machine, which saves decisions to a file and streams recordings.

The server listens on 127.0.0.1 alone and answers only under an address that
carries a random token, and only to browsers that came by that address (a foreign
page that resolves its own name to 127.0.0.1 sends its own ``Host``). No path of a
request ever reaches the file system: recordings are chosen by number from a list
made at the start.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
import threading
import unicodedata
import webbrowser
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import quote

from msgspec import Struct

from auditor.model import Audit
from auditor.writing import write_file

HOST = "127.0.0.1"
SCHEMA_VERSION = 1
MOST_DECISION_BYTES = 64 * 1024 * 1024
"""A larger body is no list of decisions: a decision takes about 300 bytes."""

MEDIA_TYPES: Mapping[str, str] = {
    ".aac": "audio/aac",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".webm": "video/webm",
}
"""Endings taken for recordings, and what browsers are told they are."""

_CHUNK = 256 * 1024
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{2,8})*", re.I)
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_DECISIONS = ("accept", "reject", "fix")

Key = tuple[str, str, str]  # path, rule, fingerprint: what a decision is on
Row = dict[str, Any]


class ReviewError(OSError):
    """A review that cannot start; the message says why."""


def _plain(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", path.as_posix()).casefold()


def _recordings(folder: Path) -> dict[PurePosixPath, Path]:
    """Recordings under a folder by their path in it; a link that leads out of the folder is none of them."""
    root = folder.resolve()
    found: dict[PurePosixPath, Path] = {}
    for place, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if path.suffix.lower() in MEDIA_TYPES and path.is_file() and path.resolve().is_relative_to(root):
                found[PurePosixPath(path.relative_to(root).as_posix())] = path
    return found


def _wanted_names(transcript: str) -> list[PurePosixPath]:
    """What the recording of a transcript may be called, without its ending, the closest name first.

    ``course/ko/01.ko.vtt`` goes with ``course/ko/01``, ``ko/01``, ``01``; ``talk/ko_KR.srt``,
    which is named for its language alone, with ``talk``.
    """
    path = PurePosixPath(transcript.replace("\\", "/"))
    folders = [part for part in path.parent.parts if part not in ("/", ".", "..")]
    stems = [path.stem]
    bare, dot, tag = path.stem.rpartition(".")
    if dot and _LANGUAGE.fullmatch(tag):
        stems.append(bare)
    names = [PurePosixPath(*folders[skip:], stem) for stem in stems for skip in range(len(folders) + 1)]
    if _LANGUAGE.fullmatch(path.stem):
        names += [PurePosixPath(*folders[skip:]) for skip in range(len(folders))]
    return names


def media_files(paths: Iterable[str], folder: Path) -> dict[str, Path]:
    """The recording of each transcript that has one under ``folder``, by transcript path.

    Transcript and recording go together when they have the same name but for the
    ending and a language tag, in folders of the same names as far as there are
    any; a transcript named for its language alone goes with the recording named as
    its folder, or the only one in the folder of that name. A name that several
    recordings share decides nothing.
    """
    exact: dict[str, list[Path]] = defaultdict(list)
    by_name: dict[str, list[Path]] = defaultdict(list)
    by_folder: dict[str, list[Path]] = defaultdict(list)
    for inside, path in _recordings(folder).items():
        exact[_plain(inside.with_suffix(""))].append(path)
        by_name[_plain(PurePosixPath(inside.stem))].append(path)
        by_folder[_plain(inside.parent)].append(path)
    chosen: dict[str, Path] = {}
    for transcript in paths:
        names = _wanted_names(transcript)
        for table in (exact, by_folder, by_name):
            keys = (_plain(name) for name in names)
            only = next((table[key][0] for key in keys if len(table.get(key, ())) == 1), None)
            if only is not None:
                chosen[transcript] = only
                break
    return chosen


def media_links(paths: Iterable[str], folder: Path, page: Path) -> dict[str, str]:
    """Addresses of the recordings as seen from a report written to ``page``, by transcript path."""
    links = {}
    for transcript, path in media_files(paths, folder).items():
        try:
            relative = os.path.relpath(path, page.resolve().parent)
        except ValueError:  # on another drive there is no way from here to there
            links[transcript] = path.as_uri()
        else:
            links[transcript] = quote(relative.replace(os.sep, "/"))
    return links


def _checked(data: bytes, changes: bool = False) -> dict[Key, Row]:
    """The rows of a file of decisions by the finding they are on. Raises ``ValueError`` when it is none.

    Among ``changes`` a decision may be ``None``: it is taken back.
    """
    try:
        loaded = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not valid JSON ({error})") from error
    if not isinstance(loaded, dict) or loaded.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"no decisions of schema version {SCHEMA_VERSION}")
    rows = loaded.get("decisions")
    if not isinstance(rows, list):
        raise ValueError("no list of decisions")
    allowed = (*_DECISIONS, None) if changes else _DECISIONS
    checked: dict[Key, Row] = {}
    for at, row in enumerate(rows):
        texts = isinstance(row, dict) and all(isinstance(row.get(n), str) for n in ("path", "rule", "fingerprint"))
        if not texts or row.get("decision") not in allowed or "decision" not in row:
            raise ValueError(f"decisions[{at}] is no decision")
        checked[row["path"], row["rule"], row["fingerprint"]] = row
    return checked


def _written(decisions: Mapping[Key, Row]) -> bytes:
    """Decisions as a file, in the order of files and cues."""

    def place(row: Row) -> tuple[str, int, str, str]:
        cue = row.get("cue")
        return row["path"], cue if isinstance(cue, int) else 0, row["rule"], row["fingerprint"]

    content = {"schema_version": SCHEMA_VERSION, "decisions": sorted(decisions.values(), key=place)}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


class Stretch(Struct, frozen=True):
    """The bytes of a file from ``start`` up to, not including, ``end``."""

    start: int
    end: int


def requested_range(header: str | None, size: int) -> Stretch | None:
    """The stretch a ``Range`` header asks for (RFC 9110, section 14); ``None`` means the whole file.

    Several ranges at once, and units other than bytes, may be answered with the
    whole file. Raises ``ValueError`` when the file has no byte of the range.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        stretch = Stretch(max(0, size - int(found[2])), size)
    else:
        stretch = Stretch(int(found[1]), min(size, int(found[2]) + 1) if found[2] else size)
        if found[2] and int(found[2]) < int(found[1]):
            return None
    if stretch.start >= size or stretch.start >= stretch.end:
        raise ValueError(f"the file has {size} bytes")
    return stretch


class ReviewServer(ThreadingHTTPServer):
    """Serves one report, its decisions and its recordings on loopback until it is shut down.

    ``port`` 0 takes a free one. Raises :class:`ReviewError` when the port is taken or
    the file of decisions cannot be used.
    """

    daemon_threads = True
    request_queue_size = 128  # connections that wait: saves of several tabs come at once, and none may be refused
    allow_reuse_address = os.name == "posix"  # elsewhere it would let another program take the port over

    def __init__(self, audit: Audit, decisions_path: Path, media_dir: Path | None = None, port: int = 0) -> None:
        from auditor.reports.html_page import render
        from auditor.reports.options import ReportOptions

        self.token = secrets.token_urlsafe(24)
        self.decisions_path = decisions_path.resolve()
        self.saving = threading.Lock()
        self._check_decisions()
        found = media_files((file.path for file in audit.files), media_dir) if media_dir else {}
        # Transcripts of one recording in several languages share an address.
        self.media = tuple(dict.fromkeys(found.values()))
        self.media_root = media_dir.resolve() if media_dir else None
        links = {path: f"media/{self.media.index(file)}{file.suffix.lower()}" for path, file in found.items()}
        self.page = render(audit, ReportOptions(media=links), served=True)
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise ReviewError(f"cannot listen on {HOST}:{port}: {error.strerror or error}") from error

    @property
    def url(self) -> str:
        """The address of the report, with the token."""
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    @property
    def hosts(self) -> frozenset[str]:
        """The names a browser may have come by."""
        return frozenset((f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"))

    def _check_decisions(self) -> None:
        folder = self.decisions_path.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise ReviewError(f"decisions cannot be saved to {self.decisions_path}: {folder} is not a writable folder")
        try:
            _checked(self.decisions())
        except OSError as error:
            raise ReviewError(f"{self.decisions_path}: cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise ReviewError(f"{self.decisions_path}: not a file of decisions: {error}; choose another") from error

    def decisions(self) -> bytes:
        """What has been decided so far."""
        try:
            return self.decisions_path.read_bytes()
        except FileNotFoundError:
            return _written({})

    def save(self, data: bytes) -> bytes:
        """Take changes into the file of decisions and return what it then holds.

        Each change is on one finding, so that what another tab has decided on others
        stays. Raises ``ValueError`` when they are none or the file no longer is one,
        ``OSError`` when it cannot be read or written.
        """
        changes = _checked(data, changes=True)
        with self.saving:
            known = _checked(self.decisions()) | changes
            merged = _written({key: row for key, row in known.items() if row["decision"] is not None})
            write_file(self.decisions_path, merged, "decisions")
        return merged

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers drop connections whenever a reader seeks in a recording: nothing to report."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    protocol_version = "HTTP/1.1"
    server_version = "transcript-auditor"
    sys_version = ""
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the token would stand in every line."""

    def _head(self, status: HTTPStatus, kind: str, length: int, **more: str) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(length),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Content-Security-Policy": "frame-ancestors 'none'",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _answer(self, status: HTTPStatus, kind: str, body: bytes, **more: str) -> None:
        self._head(status, kind, len(body), **more)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refuse(self, status: HTTPStatus, why: str, **more: str) -> None:
        self.close_connection = True  # whatever of the request was not read must not be taken for the next one
        self._answer(status, "text/plain; charset=utf-8", f"{why}\n".encode(), Connection="close", **more)

    def _place(self) -> str | None:
        """What of the report is asked for; ``None`` when the request was refused."""
        if self.headers.get("Host", "") not in self.server.hosts:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "this server answers to its own address only")
            return None
        path = self.path.partition("?")[0]
        prefix = f"/{self.server.token}/"
        if not secrets.compare_digest(path[: len(prefix)].encode(), prefix.encode()):
            self._refuse(HTTPStatus.NOT_FOUND, "not found")
            return None
        return path[len(prefix) :]

    def do_GET(self) -> None:
        """The page, the decisions so far, or a recording."""
        place = self._place()
        if place is None:
            return
        if place == "":
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", self.server.page)
        elif place == "decisions":
            self._decisions(self.server.decisions())
        elif found := re.fullmatch(r"media/([0-9]{1,9})\.[0-9a-z]+", place):
            self._media(int(found[1]))
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "not found")

    do_HEAD = do_GET  # noqa: N815 - the name http.server looks for

    def do_POST(self) -> None:
        """Save decisions."""
        place = self._place()
        if place is None:
            return
        origin = self.headers.get("Origin")
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        length = self.headers.get("Content-Length", "")
        if place != "decisions":
            self._refuse(HTTPStatus.NOT_FOUND, "not found")
        elif origin is not None and origin.removeprefix("http://") not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN, "only the report itself may save decisions")
        elif kind != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "decisions are application/json")
        elif not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "the length is missing")
        elif int(length) > MOST_DECISION_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MOST_DECISION_BYTES} bytes are read")
        else:
            self._store(self.rfile.read(int(length)))

    def _store(self, data: bytes) -> None:
        try:
            merged = self.server.save(data)
        except ValueError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        except OSError as error:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, f"cannot be saved: {error}")
        else:
            self._decisions(merged)

    def _decisions(self, content: bytes) -> None:
        """Decisions, or that they are what the browser has: other tabs ask again and again."""
        version = f'"{sha256(content).hexdigest()[:32]}"'
        if self.command == "GET" and self.headers.get("If-None-Match") == version:
            self._answer(HTTPStatus.NOT_MODIFIED, "application/json", b"", ETag=version)
        else:
            self._answer(HTTPStatus.OK, "application/json", content, ETag=version)

    def _media(self, number: int) -> None:
        root = self.server.media_root
        if root is None or number >= len(self.server.media):
            return self._refuse(HTTPStatus.NOT_FOUND, "not found")
        path = self.server.media[number]
        try:
            # The file may have become a link since the start.
            if not path.resolve().is_relative_to(root):
                return self._refuse(HTTPStatus.NOT_FOUND, "not found")
            with path.open("rb") as file:
                return self._stream(file, os.fstat(file.fileno()).st_size, MEDIA_TYPES[path.suffix.lower()])
        except FileNotFoundError:
            return self._refuse(HTTPStatus.NOT_FOUND, "the recording is gone")
        except PermissionError:
            return self._refuse(HTTPStatus.NOT_FOUND, "the recording cannot be read")

    def _stream(self, file: BinaryIO, size: int, kind: str) -> None:
        try:
            asked = requested_range(self.headers.get("Range"), size)
        except ValueError as error:
            why, bounds = str(error), f"bytes */{size}"
            return self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, why, Content_Range=bounds)
        stretch = asked or Stretch(0, size)
        status = HTTPStatus.PARTIAL_CONTENT if asked else HTTPStatus.OK
        more = {"Content_Range": f"bytes {stretch.start}-{stretch.end - 1}/{size}"} if asked else {}
        self._head(status, kind, stretch.end - stretch.start, Accept_Ranges="bytes", **more)
        if self.command == "HEAD":
            return None
        file.seek(stretch.start)
        left = stretch.end - stretch.start
        while left and (chunk := file.read(min(_CHUNK, left))):
            self.wfile.write(chunk)
            left -= len(chunk)
        if left:  # the file shrank: the promised length cannot be kept
            self.close_connection = True
        return None


def serve(
    audit: Audit,
    decisions_path: Path,
    media_dir: Path | None = None,
    port: int = 0,
    open_browser: bool = True,
) -> None:
    """Serve the report of an audit until Ctrl-C; its address is written to standard error.

    Decisions are saved to ``decisions_path`` as they are made, and taken up again
    from there. ``media_dir`` holds recordings (:func:`media_files`). Raises
    :class:`ReviewError`.
    """
    with ReviewServer(audit, decisions_path, media_dir, port) as server:
        try:
            sys.stderr.write(f"review at {server.url}\ndecisions are saved to {server.decisions_path}; Ctrl-C ends\n")
            sys.stderr.flush()
            if open_browser:
                webbrowser.open(server.url)
            server.serve_forever()
        except KeyboardInterrupt:
            sys.stderr.write("\nreview ended\n")
