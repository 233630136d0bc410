from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.review import HOST, ReviewError, ReviewServer, Stretch, media_files, media_links, requested_range
from tests.reports.audit_examples import audit, document, file_audit, lectures, recording

DECISION = {"path": "course/ko/01.vtt", "fingerprint": "REP301-2", "rule": "REP301", "cue": 2, "decision": "reject"}


def exported(*decisions: dict[str, Any]) -> bytes:
    return json.dumps({"schema_version": 1, "decisions": list(decisions)}).encode()


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    (folder / "ko").mkdir(parents=True)
    (folder / "ko" / "01.wav").write_bytes(recording())
    (tmp_path / "secret.wav").write_bytes(b"secret")
    return folder


@pytest.fixture
def server(tmp_path: Path, media: Path) -> Iterator[ReviewServer]:
    with ReviewServer(lectures(), tmp_path / "decisions.json", media) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


class Answer:
    """What the server said."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()


def ask(
    server: ReviewServer,
    place: str,
    method: str = "GET",
    body: bytes | None = None,
    token: str | None = None,
    **headers: str,
) -> Answer:
    connection = http.client.HTTPConnection(HOST, server.server_port, timeout=10)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, f"/{server.token if token is None else token}/{place}", body, given)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def post(server: ReviewServer, body: bytes, **headers: str) -> Answer:
    return ask(server, "decisions", "POST", body, **{"Content_Type": "application/json", **headers})


def test_the_page_may_load_only_from_its_server(server: ReviewServer) -> None:
    answer = ask(server, "")
    assert answer.status == 200
    policy = re.search(rb'Content-Security-Policy" content="([^"]*)"', answer.body)
    assert policy
    text = policy[1].decode().replace("&#39;", "'")
    assert "connect-src 'self'" in text
    assert "media-src 'self'" in text
    assert "default-src 'none'" in text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_it_listens_on_loopback_alone(server: ReviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.url.startswith(f"http://127.0.0.1:{server.server_port}/")
    with socket.socket() as other:
        other.settimeout(2)
        # The whole 127/8 block reaches this machine: a server on all interfaces would answer here.
        assert other.connect_ex(("127.0.0.2", server.server_port)) != 0


@pytest.mark.parametrize("place", ["", "decisions", "media/0.wav"])
def test_without_the_token_nothing_is_served(server: ReviewServer, place: str) -> None:
    for token in ("", "wrong", server.token[:-1], server.token + "x"):
        assert ask(server, place, token=token).status == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
def test_another_host_name_is_refused(server: ReviewServer, host: str) -> None:
    assert ask(server, "", Host=host).status == 421
    assert post(server, exported(DECISION), Host=host).status == 421
    assert not server.decisions_path.exists()


def test_localhost_is_its_name_too(server: ReviewServer) -> None:
    assert ask(server, "", Host=f"localhost:{server.server_port}").status == 200


def test_decisions_are_saved_and_given_back(server: ReviewServer) -> None:
    assert json.loads(ask(server, "decisions").body) == {"schema_version": 1, "decisions": []}
    assert post(server, exported(DECISION)).status == 200
    assert json.loads(server.decisions_path.read_bytes())["decisions"] == [DECISION]
    assert json.loads(ask(server, "decisions").body)["decisions"] == [DECISION]
    assert [path.name for path in server.decisions_path.parent.iterdir() if "decisions" in path.name] == [
        "decisions.json"
    ]


OTHER = {**DECISION, "fingerprint": "TIM101-3", "rule": "TIM101", "cue": 3, "decision": "accept"}


def saved(server: ReviewServer) -> list[dict[str, Any]]:
    decisions: list[dict[str, Any]] = json.loads(server.decisions_path.read_bytes())["decisions"]
    return decisions


def test_each_save_changes_only_the_findings_it_names(server: ReviewServer) -> None:
    post(server, exported(OTHER))
    answer = post(server, exported(DECISION))
    assert json.loads(answer.body)["decisions"] == saved(server) == [DECISION, OTHER]
    fix = {**DECISION, "decision": "fix", "note": "심은 말"}
    assert post(server, exported(fix)).status == 200
    assert saved(server) == [fix, OTHER]


def test_a_decision_taken_back_is_gone_and_the_others_stay(server: ReviewServer) -> None:
    post(server, exported(DECISION, OTHER))
    assert post(server, exported({**DECISION, "decision": None})).status == 200
    assert saved(server) == [OTHER]


def test_saves_of_many_tabs_at_once_are_all_kept(server: ReviewServer) -> None:
    rows = [{**DECISION, "cue": number, "fingerprint": f"REP301-{number}"} for number in range(24)]
    tabs = [threading.Thread(target=post, args=(server, exported(row))) for row in rows]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert saved(server) == rows


def test_a_file_spoilt_meanwhile_is_not_overwritten(server: ReviewServer) -> None:
    server.decisions_path.write_text("notes of mine")
    answer = post(server, exported(DECISION))
    assert answer.status == 400
    assert server.decisions_path.read_text() == "notes of mine"


def test_a_tab_that_has_heard_everything_is_told_so(server: ReviewServer) -> None:
    version = post(server, exported(DECISION)).headers["ETag"]
    again = ask(server, "decisions", If_None_Match=version)
    assert (again.status, again.body) == (304, b"")
    post(server, exported(OTHER))
    news = ask(server, "decisions", If_None_Match=version)
    assert (news.status, len(json.loads(news.body)["decisions"])) == (200, 2)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"schema_version": 2, "decisions": []}',
        b'{"schema_version": 1, "decisions": {}}',
        b"[" * 99999,
        exported({**DECISION, "decision": "maybe"}),
        exported({**DECISION, "path": 3}),
        exported({name: value for name, value in DECISION.items() if name != "decision"}),
        b'{"schema_version": 1}',
    ],
)
def test_what_is_no_decision_leaves_the_file_alone(server: ReviewServer, body: bytes) -> None:
    post(server, exported(DECISION))
    assert post(server, body).status == 400
    assert json.loads(server.decisions_path.read_bytes())["decisions"] == [DECISION]


def test_another_page_cannot_save(server: ReviewServer) -> None:
    assert post(server, exported(DECISION), Origin="http://evil.example").status == 403
    assert post(server, exported(DECISION), Origin="null").status == 403
    # A form or a plain cross-site request cannot set this type without asking first.
    assert post(server, exported(DECISION), Content_Type="text/plain").status == 415
    assert not server.decisions_path.exists()
    own = f"http://127.0.0.1:{server.server_port}"
    assert post(server, exported(DECISION), Origin=own).status == 200


def test_a_body_too_long_is_not_read(server: ReviewServer) -> None:
    assert post(server, b"", Content_Length=str(10**9)).status == 413


@pytest.mark.parametrize(
    "place",
    [
        "../secret.wav",
        "media/../../secret.wav",
        "media/%2e%2e/%2e%2e/secret.wav",
        "media/..%2f..%2fsecret.wav",
        "media//etc/passwd",
        "media/0.wav/../../secret.wav",
        "media/1.wav",
        "media/-1.wav",
        "media/0.wav%00",
        "media/",
        "secret.wav",
        "decisions.json",
        "decisions/",
        "./",
    ],
)
def test_nothing_else_can_be_reached(server: ReviewServer, place: str) -> None:
    answer = ask(server, place)
    assert answer.status == 404
    assert answer.body == b"not found\n"


def test_a_recording_that_became_a_link_is_not_followed(server: ReviewServer, media: Path) -> None:
    assert ask(server, "media/0.wav").status == 200
    target = media / "ko" / "01.wav"
    target.unlink()
    target.symlink_to(media.parent / "secret.wav")
    assert ask(server, "media/0.wav").status == 404


def test_a_recording_comes_whole_and_in_parts(server: ReviewServer, media: Path) -> None:
    whole = (media / "ko" / "01.wav").read_bytes()
    answer = ask(server, "media/0.wav")
    assert (answer.status, answer.body) == (200, whole)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Accept-Ranges"] == "bytes"
    part = ask(server, "media/0.wav", Range="bytes=4-9")
    assert (part.status, part.body) == (206, whole[4:10])
    assert part.headers["Content-Range"] == f"bytes 4-9/{len(whole)}"
    assert ask(server, "media/0.wav", Range="bytes=-5").body == whole[-5:]
    assert ask(server, "media/0.wav", Range="bytes=100-").body == whole[100:]
    beyond = ask(server, "media/0.wav", Range=f"bytes={len(whole)}-")
    assert beyond.status == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole)}"
    head = ask(server, "media/0.wav", "HEAD")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(whole)))


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, None),
        ("bytes=0-", Stretch(0, 10)),
        ("bytes=0-0", Stretch(0, 1)),
        ("bytes=3-99", Stretch(3, 10)),
        ("bytes=-99", Stretch(0, 10)),
        ("bytes=5-2", None),
        ("bytes=0-1,4-5", None),
        ("bytes=-", None),
        ("lines=1-2", None),
    ],
)
def test_ranges(header: str | None, wanted: Stretch | None) -> None:
    assert requested_range(header, 10) == wanted


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_ranges_that_hold_nothing(header: str) -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        requested_range(header, 10)


@pytest.mark.parametrize(
    ("transcript", "recordings", "found"),
    [
        ("course/ko/01.ko.vtt", ["course/ko/01.mp4", "course/ja/01.mp4"], "course/ko/01.mp4"),
        ("course/ko/01.vtt", ["ko/01.mp4", "ja/01.mp4"], "ko/01.mp4"),
        ("/data/talks/a.srt", ["a.mp3"], "a.mp3"),
        ("a.en-US.vtt", ["a.webm"], "a.webm"),
        ("A.VTT", ["a.MP4"], "a.MP4"),
        (
            "한국어.vtt",
            ["\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165.mp4"],
            "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165.mp4",
        ),
        ("tests/pottery/ko_KR.vtt", ["pottery.mp4", "wheels.mp4"], "pottery.mp4"),
        ("tests/pottery/ko_KR.vtt", ["pottery/lecture.mp4", "wheels/lecture.mp4"], "pottery/lecture.mp4"),
        ("a/one.vtt", ["deep/down/one.mp4"], "deep/down/one.mp4"),
        ("a/one.vtt", ["x/one.mp4", "y/one.mp4"], None),
        ("a/one.vtt", ["two.mp4"], None),
        ("one.vtt", ["one.txt", "one.html"], None),
    ],
)
def test_recordings_are_found_by_name(
    tmp_path: Path, transcript: str, recordings: list[str], found: str | None
) -> None:
    for name in recordings:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    wanted = {transcript: tmp_path.resolve() / found} if found else {}
    assert media_files([transcript], tmp_path) == wanted


def test_a_link_out_of_the_folder_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "secret.mp4").write_bytes(b"")
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.mp4").symlink_to(tmp_path / "secret.mp4")
    assert media_files(["a.vtt"], tmp_path / "media") == {}


def test_links_lead_from_the_page_to_the_recording(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a #1.mp4").write_bytes(b"")
    links = media_links(["a #1.vtt"], tmp_path / "media", tmp_path / "out" / "audit.html")
    assert links == {"a #1.vtt": "../media/a%20%231.mp4"}


def test_a_file_that_holds_no_decisions_is_not_overwritten(tmp_path: Path) -> None:
    other = tmp_path / "notes.json"
    other.write_text('{"mine": true}')
    with pytest.raises(ReviewError, match="not a file of decisions"):
        ReviewServer(lectures(), other)
    assert other.read_text() == '{"mine": true}'


def test_a_taken_port_is_said(server: ReviewServer, tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="cannot listen"):
        ReviewServer(
            audit(file_audit("a.vtt", document("a.vtt", ["네"]))), tmp_path / "d.json", None, server.server_port
        )


RUN = """
import sys
from pathlib import Path
from auditor.review import serve
from tests.reports.audit_examples import lectures
serve(lectures(), Path(sys.argv[1]), None, 0, False)
"""


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C cannot be sent to a single process here")
def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(tmp_path / "decisions.json")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        first = process.stderr.readline()
        assert re.fullmatch(r"review at http://127\.0\.0\.1:\d+/[\w-]{32}/\n", first)
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(20) == 0
    assert rest.strip() == "review ended"
