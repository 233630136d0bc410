"""A hub of data sets on this machine, as far as huggingface_hub reads one: these requests and no more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit

REVISION = "1" * 40


class Hub:
    """One public data set with the given files; ``endpoint`` is its address."""

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        self.name = name
        self.files = files
        hub = self

        class Answers(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

            def do_GET(self) -> None:
                hub._answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _entries(self, folder: str, *, recursive: bool) -> list[dict[str, object]]:
        inside = f"{folder}/" if folder else ""
        found = [name for name in self.files if name.startswith(inside)]
        if not recursive:
            found = sorted({inside + name.removeprefix(inside).split("/")[0] for name in found})
        return [self._entry(name) for name in found]

    def _entry(self, name: str) -> dict[str, object]:
        kind = "file" if name in self.files else "directory"
        return {"type": kind, "path": name, "oid": "0" * 40, "size": len(self.files.get(name, b""))}

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        url = urlsplit(request.path)
        path = unquote(url.path)
        about = f"/api/datasets/{self.name}"
        content = f"/datasets/{self.name}/resolve/main/"
        if path == about:
            self._send(request, 200, {"id": self.name, "sha": REVISION, "private": False, "siblings": []})
        elif path.startswith(f"{about}/tree/main"):
            recursive = parse_qs(url.query).get("recursive", ["false"])[0].lower() == "true"
            found = self._entries(path.removeprefix(f"{about}/tree/main").strip("/"), recursive=recursive)
            if found:
                self._send(request, 200, found)
            else:
                self._send(request, 404, {"error": "not here"}, {"X-Error-Code": "EntryNotFound"})
        elif path.startswith(content) and path.removeprefix(content) in self.files:
            self._send_content(request, self.files[path.removeprefix(content)])
        else:
            self._send(request, 404, {"error": "not here"}, {"X-Error-Code": "RepoNotFound"})

    def _send_content(self, request: BaseHTTPRequestHandler, data: bytes) -> None:
        headers = {"ETag": '"1"', "X-Repo-Commit": REVISION}
        asked = request.headers.get("Range")
        if asked is None:
            self._send(request, 200, data, headers)
            return
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(data)), len(data) - 1)
        self._send(
            request, 206, data[start : end + 1], {**headers, "Content-Range": f"bytes {start}-{end}/{len(data)}"}
        )

    @staticmethod
    def _send(
        request: BaseHTTPRequestHandler, code: int, body: object, headers: Mapping[str, str] | None = None
    ) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.send_response(code)
        for name, value in {**(headers or {}), "Content-Length": str(len(data))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(data)
