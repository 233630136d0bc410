"""Stores besides S3, over the wire: Google's through its emulator, a hub of data sets, the web with TLS."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from auditor import remote
from auditor.cli import run
from auditor.storage import discover
from tests.dataset_hub import Hub
from tests.transcripts import garbled, sentences, webvtt

CLEAN = webvtt(sentences(8)).encode()
LOOPED = webvtt(garbled(sentences(12), 5)).encode()


def started(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "auditor", *arguments, "--no-cache"]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )


# ---------------------------------------------------------------- gs://


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def gs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket ``lectures`` with three transcripts, on a server that speaks Google's protocol."""
    gcsfs = pytest.importorskip("gcsfs", reason="the package gcsfs is not installed (extra: dev)")
    emulator = pytest.importorskip(
        "gcp_storage_emulator.server", reason="gcp-storage-emulator is not installed (extra: dev)"
    )
    port = free_port()
    server = emulator.create_server("127.0.0.1", port, in_memory=True)
    server.start()
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(remote, "_PAUSES", (0,))
    gcsfs.GCSFileSystem.clear_instance_cache()
    store = gcsfs.GCSFileSystem()
    store.mkdir("lectures")
    for name, data in {"day1/a.en.vtt": LOOPED, "day1/b.en.vtt": CLEAN, "day2/empty.vtt": b""}.items():
        store.pipe_file(f"lectures/{name}", data)
    store.invalidate_cache()
    yield store
    gcsfs.GCSFileSystem.clear_instance_cache()
    server.stop()


def test_a_google_bucket_is_searched_read_and_written_to(gs: Any) -> None:
    names = ["day1/a.en.vtt", "day1/b.en.vtt", "day2/empty.vtt"]
    assert discover(["gs://lectures"]) == [f"gs://lectures/{name}" for name in names]
    assert discover(["gs://lectures/**/*.en.vtt"]) == [f"gs://lectures/{name}" for name in names[:2]]
    done = started(["audit", "gs://lectures", "-q", "--report", "json=gs://lectures/out/audit.json"])
    assert (done.returncode, done.stderr) == (0, ""), "what gcsfs has to say is not for the user"
    files = json.loads(gs.cat_file("lectures/out/audit.json"))["files"]
    assert {file["path"]: file["cues"] for file in files} == {
        "gs://lectures/day1/a.en.vtt": 12,
        "gs://lectures/day1/b.en.vtt": 8,
        "gs://lectures/day2/empty.vtt": 0,
    }


def test_a_run_in_shards_reads_and_writes_a_google_bucket(gs: Any, here: Path) -> None:
    command = ["audit", "gs://lectures/day1", "--shard-files", "1", "--tables", "jsonl", "-q"]
    assert run([*command, "--output", "gs://lectures/results", "--jobs", "2"]) == 0
    assert run([*command, "--output", "local", "--jobs", "1"]) == 0
    gs.invalidate_cache()
    tables = {name.removeprefix("lectures/results/"): gs.cat_file(name) for name in gs.find("lectures/results")}
    assert tables == {str(path.relative_to("local")): path.read_bytes() for path in Path("local").rglob("*.*")}
    assert run(["merge", "gs://lectures/results", "-q"]) == 0


def test_what_is_wrong_with_a_google_bucket_is_one_line(gs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for path, why in {"gs://no-such-bucket": "no such", "gs://lectures/day3": "no such file or folder"}.items():
        assert run(["audit", path]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"auditor: error: {path}: {why}")


# ---------------------------------------------------------------- hf://


@pytest.fixture
def hub() -> Iterator[Hub]:
    pytest.importorskip("huggingface_hub", reason="the package huggingface_hub is not installed (extra: dev)")
    files = {"a.en.vtt": LOOPED, "day1/b.en.vtt": CLEAN, "day1/c.en.vtt": CLEAN, "README.md": b"lectures"}
    made = Hub("team/lectures", files)
    yield made
    made.stop()


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("", ["a.en.vtt", "day1/b.en.vtt", "day1/c.en.vtt"]),
        ("/day1/b.en.vtt", ["day1/b.en.vtt"]),
        ("/*.vtt", ["a.en.vtt"]),
        ("/day1", ["day1/b.en.vtt", "day1/c.en.vtt"]),
    ],
)
def test_a_data_set_of_a_hub_is_searched_and_read(hub: Hub, path: str, names: list[str], here: Path) -> None:
    root = f"hf://datasets/{hub.name}"
    done = started(["audit", f"{root}{path}", "-q", "--report", "json=a.json"], HF_ENDPOINT=hub.endpoint)
    assert (done.returncode, done.stderr) == (0, "")
    files = json.loads(Path("a.json").read_bytes())["files"]
    assert [file["path"] for file in files] == [f"{root}/{name}" for name in names]
    assert [file["cues"] for file in files] == [12 if name == "a.en.vtt" else 8 for name in names]


@pytest.mark.parametrize("path", ["team/gone", "team/lectures/none.vtt", "team/lectures/day2"])
def test_what_a_hub_does_not_have_is_one_line(hub: Hub, path: str) -> None:
    done = started(["audit", f"hf://datasets/{path}"], HF_ENDPOINT=hub.endpoint)
    assert done.returncode == 2
    assert done.stderr == f"auditor: error: hf://datasets/{path}: no such file or folder\n"


# ---------------------------------------------------------------- https://


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A folder of lectures on a web server with TLS: its address, and the file of the authority that vouches for it."""
    trustme = pytest.importorskip("trustme", reason="the package trustme is not installed (extra: dev)")
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "a.en.vtt").write_bytes(LOOPED)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}", str(tmp_path / "authority.pem")
    server.shutdown()
    server.server_close()


def test_a_transcript_is_read_over_tls(secure: tuple[str, str], here: Path) -> None:
    address, authority = secure
    done = started(["audit", f"{address}/a.en.vtt", "-q", "--report", "json=a.json"], SSL_CERT_FILE=authority)
    assert (done.returncode, done.stderr) == (0, "")
    (file,) = json.loads(Path("a.json").read_bytes())["files"]
    assert (file["path"], file["cues"]) == (f"{address}/a.en.vtt", 12)


def test_a_server_that_nobody_vouches_for_is_one_line(secure: tuple[str, str], here: Path) -> None:
    address, _ = secure
    done = started(["audit", f"{address}/a.en.vtt"])
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"auditor: error: {address}/a.en.vtt: ")
    assert "certificate verify failed" in line
