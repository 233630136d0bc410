"""Transcripts in a bucket, over the wire: a real S3-speaking server on this machine."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import auditor
from auditor import remote
from auditor.cli import run
from auditor.config import Config, ruleset
from auditor.run import Job
from auditor.storage import discover
from tests.transcripts import garbled, sentences, webvtt

s3fs = pytest.importorskip("s3fs", reason="the package s3fs is not installed (extra: dev)")
pytest.importorskip("flask_cors", reason="the package flask-cors is not installed (extra: dev)")
moto_server = pytest.importorskip("moto.server", reason="the package moto is not installed (extra: dev)")

CLEAN = webvtt(sentences(8)).encode()
LOOPED = webvtt(garbled(sentences(12), 5)).encode()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(remote, "_PAUSES", (0,))
    s3fs.S3FileSystem.clear_instance_cache()
    yield s3fs.S3FileSystem()
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture
def bucket(s3: Any) -> str:
    """A bucket with lectures, one of them without a byte."""
    name = f"lectures-{uuid4().hex[:8]}"
    s3.mkdir(name)
    for path, data in {
        "day1/a.en.vtt": LOOPED,
        "day1/b.en.vtt": CLEAN,
        "day2/c.en.vtt": CLEAN,
        "day2/empty.vtt": b"",
        ".drafts/d.vtt": CLEAN,
        "notes.txt": b"x",
        "folder.zip/e.en.vtt": CLEAN,
    }.items():
        s3.pipe_file(f"{name}/{path}", data)
    return name


def error_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return str(line)


def test_a_bucket_is_searched_read_and_written_to(bucket: str, s3: Any) -> None:
    assert discover([f"s3://{bucket}"]) == [
        f"s3://{bucket}/{name}"
        for name in ["day1/a.en.vtt", "day1/b.en.vtt", "day2/c.en.vtt", "day2/empty.vtt", "folder.zip/e.en.vtt"]
    ]
    assert discover([f"s3://{bucket}/day?/*.en.vtt"]) == [
        f"s3://{bucket}/{name}" for name in ["day1/a.en.vtt", "day1/b.en.vtt", "day2/c.en.vtt"]
    ]
    assert discover([f"s3://{bucket}/folder.zip"]) == [f"s3://{bucket}/folder.zip/e.en.vtt"]
    report = f"s3://{bucket}/out/audit.json"
    assert run(["audit", f"s3://{bucket}", "-q", "--no-cache", "--report", f"json={report}"]) == 0
    files = json.loads(s3.cat_file(report))["files"]
    assert {file["path"].rpartition("/")[2]: file["cues"] for file in files} == {
        "a.en.vtt": 12,
        "b.en.vtt": 8,
        "c.en.vtt": 8,
        "empty.vtt": 0,
        "e.en.vtt": 8,
    }


def test_two_processes_read_a_bucket_like_one(bucket: str) -> None:
    one, two = (auditor.audit(f"s3://{bucket}", jobs=jobs, keep_documents=False) for jobs in (1, 2))
    assert one == two


def test_a_manifest_in_a_bucket_lists_what_lies_beside_it(bucket: str, s3: Any) -> None:
    s3.pipe_file(f"{bucket}/list.csv", b"path,language\nday1/a.en.vtt,en\nday9/gone.vtt,\n")
    audit = auditor.audit(manifest=f"s3://{bucket}/list.csv")
    assert [file.path for file in audit.files] == [f"s3://{bucket}/day1/a.en.vtt", f"s3://{bucket}/day9/gone.vtt"]
    assert "no such file" in audit.files[1].findings[0].message


def test_a_run_in_shards_reads_and_writes_a_bucket(
    bucket: str, s3: Any, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tables in the bucket are those of a folder; a shard that is gone is done again."""
    command = ["audit", f"s3://{bucket}/day1", f"s3://{bucket}/day2", "--shard-files", "2", "--tables", "jsonl", "-q"]
    results = f"s3://{bucket}/results/"
    assert run([*command, "--output", results, "--jobs", "2"]) == 0
    assert run([*command, "--output", "local", "--jobs", "1"]) == 0

    def tables() -> dict[str, bytes]:
        names = s3.find(f"{bucket}/results")
        return {name.removeprefix(f"{bucket}/results/"): s3.cat_file(name) for name in names}

    whole = tables()
    assert whole == {str(path.relative_to("local")): path.read_bytes() for path in Path("local").rglob("*.*")}
    s3.rm(f"{bucket}/results/totals/00001.json")
    s3fs.S3FileSystem.clear_instance_cache()
    assert run(["merge", results]) == 2
    assert "1 of 2 shards are missing" in capsys.readouterr().err
    assert run([*command, "--output", results]) == 0
    assert tables() == whole
    assert run(["merge", results, "--report", f"html=s3://{bucket}/audit.html"]) == 0
    assert "4 files" in capsys.readouterr().out
    assert s3.cat_file(f"{bucket}/audit.html")[:15].lower() == b"<!doctype html>"
    line = error_of([*command, "--output", "s3://no-such-bucket-here/results"], capsys)
    assert "s3://no-such-bucket-here/results/plan/00000.jsonl: no such bucket" in line


def test_what_is_wrong_with_a_bucket_is_one_line(bucket: str, s3: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert "s3://no-such-bucket-here: no such bucket" in error_of(["audit", "s3://no-such-bucket-here"], capsys)
    assert "/day3: no such file or folder" in error_of(["audit", f"s3://{bucket}/day3"], capsys)
    line = error_of(["audit", f"s3://{bucket}", "--report", "json=s3://no-such-bucket-here/a.json"], capsys)
    assert "cannot write the json report to s3://no-such-bucket-here/a.json: no such bucket" in line
    s3.mkdir(f"{bucket}-empty")
    assert run(["audit", f"s3://{bucket}-empty"]) == 3


def test_missing_credentials_are_one_line(
    bucket: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    s3fs.S3FileSystem.clear_instance_cache()
    assert f"s3://{bucket}: no usable credentials" in error_of(["audit", f"s3://{bucket}"], capsys)


def test_a_server_that_is_not_there_is_one_line(
    s3: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    s3fs.S3FileSystem.clear_instance_cache()
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    assert "Could not connect" in error_of(["audit", "s3://bucket/"], capsys)


def test_an_audit_asks_once_for_each_transcript_and_once_for_its_suppressions(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = discover([f"s3://{bucket}/day1"])
    asked: list[str] = []
    call = s3fs.S3FileSystem._call_s3

    async def counted(self: Any, method: str, *arguments: Any, **more: Any) -> Any:
        asked.append(method)
        return await call(self, method, *arguments, **more)

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", counted)
    assert len(list(Job(ruleset(Config())).each(paths))) == 2
    assert asked == ["get_object"] * 4
