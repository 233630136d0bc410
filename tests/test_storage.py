"""Transcripts in archives, in a store and on the web: found, read, written, and said in one line what went wrong."""

from __future__ import annotations

import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import auditor
from auditor import remote, storage
from auditor.cli import run
from auditor.remote import StorageError
from auditor.storage import NotFoundError, discover, read, read_many, shown
from tests.transcripts import garbled, sentences, webvtt

fsspec = pytest.importorskip("fsspec", reason="the package fsspec is not installed (extra: dev)")

CLEAN = webvtt(sentences(8)).encode()
LOOPED = webvtt(garbled(sentences(12), 5)).encode()


def zipped(path: Path, members: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)


def tarred(path: Path, members: Mapping[str, bytes], mode: str) -> None:
    with tarfile.open(path, mode) as file:  # type: ignore[call-overload]
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))


LECTURES = {
    "day2/b.en.vtt": CLEAN,
    "day1/a.en.vtt": LOOPED,
    "day1/.hidden.vtt": CLEAN,
    ".cache/x.vtt": CLEAN,
    "readme.md": b"no transcript",
    "top.srt": b"1\n00:00:01,000 --> 00:00:03,000\nHello there.\n",
}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty store in memory, behind memory://."""
    monkeypatch.setitem(remote.STORES, "memory", "fsspec")
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]
    yield memory
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


def error_of(arguments: list[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """The one line an unsuccessful command leaves on stderr."""
    assert run(arguments) == code
    (line,) = capsys.readouterr().err.splitlines()
    return str(line)


# --- archives -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["l.zip", "l.ZIP", "l.tar", "l.tar.gz", "l.tgz", "l.tar.bz2", "l.tar.xz"])
def test_an_archive_is_all_transcripts_inside(here: Path, name: str) -> None:
    if name.lower().endswith("zip"):
        zipped(here / name, LECTURES)
    else:
        tarred(here / name, LECTURES, "w:" + {"gz": "gz", "tgz": "gz", "bz2": "bz2", "xz": "xz"}.get(name[-2:], ""))
    found = discover([name])
    assert found == [f"{name}/day2/b.en.vtt", f"{name}/day1/a.en.vtt", f"{name}/top.srt"]
    files = auditor.audit(name).files
    assert [file.path for file in files] == found
    assert [{finding.rule for finding in file.findings} >= {"REP301"} for file in files] == [False, True, False]


def test_what_is_inside_an_archive_is_named_by_member_folder_and_glob(here: Path) -> None:
    zipped(here / "l.zip", {**LECTURES, "day1/notes.txt": b"x"})
    assert discover(["l.zip/day1/notes.txt"]) == ["l.zip/day1/notes.txt"]
    assert discover(["l.zip/day1"]) == discover(["l.zip/day1/"]) == ["l.zip/day1/a.en.vtt"]
    assert discover(["l.zip/*.srt"]) == ["l.zip/top.srt"]
    assert discover(["l.zip/**/*.vtt"]) == ["l.zip/day2/b.en.vtt", "l.zip/day1/a.en.vtt"]
    assert discover(["*.zip"]) == discover(["l.zip", "./l.zip", "l.zip/day1"])


@pytest.mark.parametrize(
    ("chained", "plain"),
    [
        ("zip://day1/a.en.vtt::l.zip", ["l.zip/day1/a.en.vtt"]),
        ("zip://**/a*::l.zip", ["l.zip/day1/a.en.vtt"]),
        ("zip://day2::l.zip", ["l.zip/day2/b.en.vtt"]),
        ("zip://*.srt::l.zip", ["l.zip/top.srt"]),
    ],
)
def test_the_chained_urls_of_fsspec_mean_the_same(here: Path, chained: str, plain: list[str]) -> None:
    zipped(here / "l.zip", LECTURES)
    assert discover([chained]) == plain


def test_a_folder_called_like_an_archive_is_a_folder(here: Path) -> None:
    (here / "l.zip").mkdir()
    (here / "l.zip" / "a.vtt").write_bytes(CLEAN)
    assert discover(["l.zip"]) == ["l.zip/a.vtt"]
    assert read("l.zip/a.vtt") == CLEAN


def test_archives_in_a_folder_are_not_looked_into(here: Path) -> None:
    zipped(here / "l.zip", LECTURES)
    (here / "a.vtt").write_bytes(CLEAN)
    assert discover(["."]) == ["./a.vtt"]


def test_a_member_that_climbs_out_is_not_there(here: Path) -> None:
    (here / "secret.vtt").write_bytes(CLEAN)
    (here / "in").mkdir()
    zipped(here / "in" / "l.zip", {"../secret.vtt": CLEAN, "/abs.vtt": CLEAN, "a/../../x.vtt": CLEAN, "ok.vtt": CLEAN})
    assert discover(["in/l.zip"]) == ["in/l.zip/ok.vtt"]
    with pytest.raises(FileNotFoundError):
        read("in/l.zip/../secret.vtt")
    assert sorted(path.name for path in here.rglob("*")) == ["in", "l.zip", "secret.vtt"]


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_bomb_is_not_unpacked(here: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MOST_BYTES", 100_000)
    bomb = {"bomb.en.vtt": bytes(50_000_000), "good.en.vtt": CLEAN}
    zipped(here / "l.zip", bomb) if kind == "zip" else tarred(here / "l.tar.gz", bomb, "w:gz")
    first, second = auditor.audit(f"l.{kind}").files
    assert "50,000,000 bytes" in first.findings[0].message
    assert second.scores.overall == 100


def test_a_tar_that_unpacks_without_end_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.archive_reading.MOST_TAR_BYTES", 1_000_000)
    tarred(here / "l.tar.gz", {"zeros": bytes(2_000_000), "a.vtt": CLEAN}, "w:gz")
    with pytest.raises(StorageError, match=r"l\.tar\.gz: the archive holds more than 1,000,000 bytes"):
        discover(["l.tar.gz"])


def test_an_archive_that_is_none_is_one_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "l.zip").write_bytes(b"no archive")
    assert "l.zip: not an archive that can be read" in error_of(["audit", "l.zip"], capsys)
    zipped(here / "m.zip", LECTURES)
    assert "m.zip/gone.vtt: no such file" in error_of(["audit", "m.zip/gone.vtt"], capsys)
    assert "one archive inside another" in error_of(["audit", "zip://a.vtt::zip://b.zip::c.zip"], capsys)
    assert "archives are only read" in error_of(["audit", "m.zip", "--report", "json=m.zip/a.json"], capsys)


def test_a_damaged_archive_of_a_glob_and_a_damaged_member_are_findings(here: Path) -> None:
    (here / "bad.zip").write_bytes(b"no archive")
    zipped(here / "good.zip", {"a.en.vtt": CLEAN, "b.en.vtt": LOOPED})
    data = bytearray((here / "good.zip").read_bytes())
    data[60:70] = bytes(10)  # inside the first member's compressed content
    (here / "good.zip").write_bytes(data)
    bad, broken, whole = auditor.audit("*.zip").files
    assert "not an archive" in bad.findings[0].message
    assert (broken.path, broken.findings[0].rule) == ("good.zip/a.en.vtt", "FMT001")
    assert "cannot be unpacked" in broken.findings[0].message
    assert whole.tally.cues == 12


def test_an_archive_that_changed_is_read_anew(here: Path) -> None:
    zipped(here / "l.zip", {"a.vtt": CLEAN})
    assert discover(["l.zip"]) == ["l.zip/a.vtt"]
    zipped(here / "l.zip", {"b.vtt": LOOPED})
    assert discover(["l.zip"]) == ["l.zip/b.vtt"]


def test_suppressions_and_witnesses_are_found_inside_an_archive(here: Path) -> None:
    srt = b"1\n00:00:01,000 --> 00:00:01,100\nHello there.\n"
    zipped(
        here / "l.zip",
        {
            "a.ko.vtt": webvtt(sentences(12, "ko")).encode(),
            "a.en.vtt": webvtt(sentences(12)).encode(),
            "b.srt": srt,
            "b.srt.auditor": b"1: ignore TIM -- a jingle\n",
        },
    )
    audit = auditor.audit("l.zip", source_track="en")
    sources = {file.path: file.document.witnesses.source for file in audit.files if file.document}
    assert sources["l.zip/a.ko.vtt"] is not None
    assert sources["l.zip/a.ko.vtt"].path == "l.zip/a.en.vtt"
    assert not any(finding.rule.startswith("TIM") for file in audit.files for finding in file.findings)


def test_no_package_is_needed_for_local_archives_and_none_is_loaded_for_files(here: Path) -> None:
    import subprocess
    import sys

    zipped(here / "l.zip", LECTURES)
    (here / "a.vtt").write_bytes(CLEAN)
    code = (
        "import sys, auditor; auditor.audit('a.vtt'); assert 'zipfile' in sys.modules or True;"
        "auditor.audit('l.zip'); sys.exit('fsspec' in sys.modules)"
    )
    root = str(Path(__file__).parents[1])
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": root}, check=False).returncode == 0


# --- a store --------------------------------------------------------------------------------------------------------


def put(store: Any, **objects: bytes) -> None:
    for name, data in objects.items():
        store.pipe_file(f"/{name}", data)


def test_folders_and_globs_of_a_store_are_searched_as_local_ones(store: Any) -> None:
    for name, data in LECTURES.items():
        store.pipe_file(f"/bucket/{name}", data)
    everything = [
        "memory://bucket/day1/a.en.vtt",
        "memory://bucket/day2/b.en.vtt",
        "memory://bucket/top.srt",
    ]
    assert discover(["memory://bucket"]) == discover(["memory://bucket/"]) == everything
    assert discover(["memory://bucket/**/*.vtt"]) == everything[:2]
    assert discover(["memory://bucket/day*"]) == everything[:2]
    assert discover(["memory://bucket/.cache"]) == ["memory://bucket/.cache/x.vtt"]
    assert discover(["memory://bucket/readme.md"]) == ["memory://bucket/readme.md"]
    assert discover(["memory://bucket/*.tsv"]) == []
    with pytest.raises(NotFoundError, match=r"memory://bucket/gone\.vtt: no such file"):
        discover(["memory://bucket/gone.vtt"])


def test_a_store_gives_the_findings_of_the_folder_it_was_copied_from(store: Any, here: Path) -> None:
    for name, data in LECTURES.items():
        store.pipe_file(f"/bucket/{name}", data)
        path = here / "bucket" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    ours, theirs = auditor.audit("bucket"), auditor.audit("memory://bucket")
    ours_by_path = {f"memory://{file.path}": file for file in ours.files}
    assert sorted(ours_by_path) == [file.path for file in theirs.files]
    for file in theirs.files:
        same = ours_by_path[file.path]
        assert [(f.rule, f.span, f.message) for f in file.findings] == [
            (f.rule, f.span, f.message) for f in same.findings
        ]
    assert theirs.scores == ours.scores


def test_archives_of_a_store_are_looked_into(store: Any, here: Path) -> None:
    zipped(here / "l.zip", LECTURES)
    tarred(here / "l.tar.gz", LECTURES, "w:gz")
    store.pipe_file("/b/l.zip", (here / "l.zip").read_bytes())
    store.pipe_file("/b/l.tar.gz", (here / "l.tar.gz").read_bytes())
    store.pipe_file("/b/folder.zip/x.vtt", CLEAN)
    assert discover(["memory://b/l.zip"])[0] == "memory://b/l.zip/day2/b.en.vtt"
    assert discover(["zip://day1/*::memory://b/l.zip"]) == ["memory://b/l.zip/day1/a.en.vtt"]
    assert discover(["tar://top.srt::memory://b/l.tar.gz"]) == ["memory://b/l.tar.gz/top.srt"]
    assert discover(["memory://b/folder.zip"]) == ["memory://b/folder.zip/x.vtt"]
    audit = auditor.audit(["memory://b/l.zip", "memory://b/l.tar.gz", "memory://b/folder.zip"])
    assert [file.tally.cues for file in audit.files] == [8, 12, 1, 8, 12, 1, 8]


def test_suppressions_and_witnesses_are_found_in_a_store(store: Any) -> None:
    korean, english = webvtt(sentences(12, "ko")).encode(), webvtt(sentences(12)).encode()
    store.pipe_file("/b/talk/a.ko.vtt", korean)
    store.pipe_file("/b/talk/a.en.vtt", english)
    store.pipe_file("/b/said/talk/a.txt", " ".join(sentences(12, "ko")).encode())
    store.pipe_file("/b/talk/c.srt", b"1\n00:00:01,000 --> 00:00:01,100\nHello there.\n")
    store.pipe_file("/b/talk/c.srt.auditor", b"1: ignore TIM -- a jingle\n")
    audit = auditor.audit("memory://b/talk", reference="memory://b/said", source_track="en")
    by_path = {file.path: file for file in audit.files}
    document = by_path["memory://b/talk/a.ko.vtt"].document
    assert document is not None
    assert document.witnesses.source is not None
    assert document.witnesses.source.path == "memory://b/talk/a.en.vtt"
    assert document.witnesses.reference is not None
    assert document.witnesses.reference.path == "memory://b/said/talk/a.txt"
    assert not any(f.rule.startswith("TIM") for f in by_path["memory://b/talk/c.srt"].findings)
    store.pipe_file("/b/pairs.tsv", b"talk/a.ko.vtt\tsaid/talk/a.txt\n")
    mapped = auditor.audit("memory://b/talk/a.ko.vtt", reference="memory://b/pairs.tsv").files[0].document
    assert mapped is not None
    assert mapped.witnesses.reference is not None


def test_every_command_reads_and_writes_a_store(store: Any, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.pipe_file("/b/a.en.vtt", LOOPED)
    audit = ["audit", "memory://b", "-q", "--no-cache"]
    for kind, name in [("json", "a.json"), ("jsonl", "a.jsonl"), ("html", "a.html"), ("png", "pictures/")]:
        audit += ["--report", f"{kind}=memory://b/out/{name}"]
    assert run(audit) == 0
    assert [file["path"] for file in json.loads(store.cat_file("/b/out/a.json"))["files"]] == ["memory://b/a.en.vtt"]
    assert store.cat_file("/b/out/a.html").startswith(b"<!")
    assert store.cat_file("/b/out/pictures/overview.png").startswith(b"\x89PNG")
    assert run(["compare", "memory://b/out/a.json", "memory://b/out/a.json"]) == 0
    store.pipe_file("/b/labels.tsv", b"a.en\t3\trepetition\n")
    assert run(["evaluate", "memory://b/out/a.json", "memory://b/labels.tsv"]) == 0
    assert run(["gate", "memory://b", "-q", "--no-cache"]) == 1
    assert run(["baseline", "write", "memory://b", "--output", "memory://b/known.json"]) == 0
    assert run(["gate", "memory://b", "-q", "--no-cache", "--baseline", "memory://b/known.json"]) == 0
    assert run(["convert", "memory://b/a.en.vtt", "memory://b/a.srt"]) == 0
    assert b"-->" in store.cat_file("/b/a.srt")
    store.pipe_file("/b/auditor.toml", b"[gate]\nmin-overall = 0\nmax-errors = 99\n")
    assert run(["gate", "memory://b", "-q", "--no-cache", "--config", "memory://b/auditor.toml"]) == 0
    assert run(["mine", "memory://b"]) == 0
    assert auditor.read("memory://b/a.en.vtt").cues
    capsys.readouterr()
    assert "--decisions memory://b/d.json: " in error_of(
        ["review", "memory://b", "--decisions", "memory://b/d.json"], capsys
    )


def test_a_report_that_fails_leaves_nothing_in_the_store(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.writing import written

    def fail() -> None:
        with written("memory://b/a.json", "json") as file:
            file.write(b"half a rep")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.find("/b") == []


def test_a_store_is_left_alone_by_the_changes_of_git(store: Any, capsys: pytest.CaptureFixture[str]) -> None:
    store.pipe_file("/b/a.vtt", CLEAN)
    line = error_of(["audit", "memory://b", "--changed-since", "HEAD"], capsys)
    assert "git knows the files of this machine only" in line


def test_a_second_process_reads_a_store_too(here: Path) -> None:
    zipped(here / "l.zip", {f"{number:02}.en.vtt": CLEAN if number % 3 else LOOPED for number in range(12)})
    one, two = auditor.audit("l.zip", jobs=1), auditor.audit("l.zip", jobs=2)
    assert one == two


def test_many_objects_are_read_at_once_in_order_and_within_bounds(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_AHEAD", 8)
    for number in range(60):
        store.pipe_file(f"/b/{number}", b"%d" % number)
    together, most, asked = [0], [0], [0]
    lock = threading.Lock()
    whole = remote.first_bytes
    meet = threading.Barrier(4)

    def counted(url: str) -> tuple[bytes, bool]:
        with lock:
            together[0] += 1
            most[0] = max(most[0], together[0])
        if int(url.rpartition("/")[2]) < 8:
            meet.wait(timeout=30)  # passes only when four requests are under way together
        try:
            return whole(url)
        finally:
            with lock:
                together[0] -= 1

    def groups() -> Iterator[tuple[str, str]]:
        for number in range(0, 60, 2):
            asked[0] = number
            yield f"memory://b/{number}", f"memory://b/{number + 1}"

    monkeypatch.setattr(remote, "first_bytes", counted)
    results = read_many(groups())
    assert next(results) == [b"0", b"1"]
    assert asked[0] <= 8
    assert list(results) == [[b"%d" % n, b"%d" % (n + 1)] for n in range(2, 60, 2)]
    assert 4 <= most[0] <= 10


def test_one_object_that_cannot_be_read_is_a_finding_and_the_others_go_on(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        store.pipe_file(f"/b/{number}.en.vtt", CLEAN)
    whole = store.cat_file

    def refused(path: str, **more: Any) -> Any:
        if "3.en.vtt" in path and not path.endswith(".auditor"):
            raise PermissionError("Access Denied")
        return whole(path, **more)

    monkeypatch.setattr(type(store), "cat_file", lambda self, path, **more: refused(path, **more))
    files = auditor.audit("memory://b").files
    assert [[finding.rule for finding in file.findings] for file in files] == [[], [], [], ["FMT001"], []]
    assert "access is denied (Access Denied)" in files[3].findings[0].message


def test_an_object_too_large_for_a_transcript_is_not_read(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_FIRST_BYTES", 1000)
    monkeypatch.setattr(storage, "MOST_BYTES", 5000)
    store.pipe_file("/b/film.en.vtt", bytes(6000))
    store.pipe_file("/b/long.en.vtt", webvtt(sentences(40)).encode())
    store.pipe_file("/b/none.en.vtt", b"")
    film, long, none = auditor.audit("memory://b").files
    assert "larger than the 5,000 bytes" in film.findings[0].message
    assert long.tally.cues == 40
    assert "empty" in none.findings[0].message


# --- what is not allowed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["ftp://host/a.vtt", "file:///etc/passwd", "memory://b", "ssh://host/a", "zip://a.vtt::sftp://host/x.zip"]
)
def test_other_schemes_are_refused_with_the_allowed_ones(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = error_of(["audit", path], capsys)
    assert "is not read; allowed: local paths, s3://, gs://, hf://, https://, http://" in line


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(remote.STORES, "s3", "no_such_package")
    assert "pip install 'transcript-auditor[remote]'" in error_of(["audit", "s3://bucket/"], capsys)
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    assert "pip install 'transcript-auditor[remote]'" in error_of(["audit", "https://example.org/a.vtt"], capsys)


def test_what_is_reported_holds_no_secret() -> None:
    assert shown("https://me:pw@host/a.vtt?X-Amz-Signature=f00&v=2&sig=x") == "https://host/a.vtt?v=2"
    assert shown("https://host/l.zip?token=abc/day1/a.vtt") == "https://host/l.zip/day1/a.vtt"
    assert shown("s3://bucket/what?@home.vtt") == "s3://bucket/what?@home.vtt"


# --- the web --------------------------------------------------------------------------------------------------------


@dataclass
class Web:
    """What a small web server on this machine serves, and what it was asked."""

    files: dict[str, bytes] = field(default_factory=dict)
    failures: dict[str, list[int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    pytest.importorskip("aiohttp", reason="the package aiohttp is not installed (extra: dev)")
    monkeypatch.setattr(remote, "_PAUSES", (0, 0))
    served = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            served.asked.append(f"{self.command} {path}")
            status = served.failures[path].pop(0) if served.failures.get(path) else 200
            data = served.files.get(path)
            if data is None or status != 200:
                self.send_error(404 if data is None else status)
                return
            start, end = 0, len(data)
            if asked := self.headers.get("Range"):
                first, _, last = asked.removeprefix("bytes=").partition("-")
                start, end = int(first), min(end, int(last) + 1 if last else end)
            self.send_response(206 if asked else 200)
            self.send_header("Content-Length", str(end - start))
            self.send_header("Accept-Ranges", "bytes")
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data[start:end])

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


def test_a_transcript_of_the_web_is_audited(web: Web) -> None:
    web.files |= {"/t/a.en.vtt": LOOPED, "/t/a.en.vtt.auditor": b"1-12: ignore REP -- known\n"}
    (file,) = auditor.audit(f"{web.address}/t/a.en.vtt?token=secret").files
    assert file.path == f"{web.address}/t/a.en.vtt"
    assert file.tally.cues == 12
    assert not any(finding.rule.startswith("REP") for finding in file.findings)
    assert not any(request.startswith("HEAD") for request in web.asked)


def test_an_archive_of_the_web_is_read_in_place(web: Web, here: Path) -> None:
    zipped(here / "l.zip", {**LECTURES, "film.mp4": bytes(range(256)) * 4000})
    web.files["/l.zip"] = (here / "l.zip").read_bytes()
    assert [file.tally.cues for file in auditor.audit(f"{web.address}/l.zip").files] == [8, 12, 1]
    (file,) = auditor.audit(f"zip://day1/*::{web.address}/l.zip").files
    assert file.path == f"{web.address}/l.zip/day1/a.en.vtt"


def test_a_request_that_fails_for_a_passing_reason_is_made_again(web: Web) -> None:
    web.files["/a.en.vtt"] = CLEAN
    web.failures["/a.en.vtt"] = [503, 429, 200, 500, 502]
    (file,) = auditor.audit(f"{web.address}/a.en.vtt").files
    assert file.scores.overall == 100
    assert web.asked.count("GET /a.en.vtt") == 6


def test_a_request_that_keeps_failing_is_given_up(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    web.files["/a.vtt"] = CLEAN
    web.failures["/a.vtt"] = [503] * 99
    assert "/a.vtt: the server answers 503" in error_of(["audit", f"{web.address}/a.vtt"], capsys)
    assert len(web.asked) == 3
    web.asked.clear()
    web.failures["/a.vtt"] = [403] * 99
    assert "/a.vtt: access is denied" in error_of(["audit", f"{web.address}/a.vtt"], capsys)
    assert len(web.asked) == 1
    assert "/gone.vtt: no such file" in error_of(["audit", f"{web.address}/gone.vtt"], capsys)
    assert "the web cannot be searched" in error_of(["audit", f"{web.address}/*.vtt"], capsys)


def test_a_server_that_is_not_there_is_one_line(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    line = error_of(["audit", "http://127.0.0.1:9/a.vtt"], capsys)
    assert line.startswith("auditor: error: http://127.0.0.1:9/a.vtt: ")


def test_the_web_is_not_written_to(web: Web, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.vtt").write_bytes(CLEAN)
    line = error_of(["audit", "a.vtt", "--report", f"json={web.address}/a.json"], capsys)
    assert "'http://' is only read" in line
