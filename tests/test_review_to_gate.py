"""The way of a reviewer, with the real page: audit, decide in the browser, take the decisions in, pass the gate."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from auditor.cli import run
from tests.reports.test_html_browser import ARGUMENTS, CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="playwright is not installed"),
]

LECTURE = "lecture.ko.vtt"
DAMAGED = """WEBVTT

00:00:01.000 --> 00:00:04.000
오늘은 경사 하강법을 배우겠습니다.

00:00:04.000 --> 00:00:08.000
손실 함수 손실 함수 손실 함수 손실 함수 손실 함수 손실 함수

00:00:08.000 --> 00:00:12.000
학습률이 너무 크면 값이 발산합니다.

00:00:11.000 --> 00:00:15.000
그래서 조금씩 줄여 나가야 합니다.

00:00:15.000 --> 00:00:19.000
다음 시간에는 &amp;amp; 기호를 살펴보겠습니다.
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def found(here: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The findings of a damaged lecture, in file order; its page lies beside it."""
    (here / LECTURE).write_text(DAMAGED, encoding="utf-8")
    assert run(["audit", LECTURE, "--report", "html=report.html", "--report", "json=audit.json", "-q"]) == 0
    (file,) = json.loads((here / "audit.json").read_bytes())["files"]
    findings: list[dict[str, Any]] = file["findings"]
    assert [finding["rule"] for finding in findings if finding["severity"] == "error"] == ["REP301", "TIM101"]
    assert run(["gate", LECTURE]) == 1
    assert "gate failed" in capsys.readouterr().out
    return findings


def review(browser: Browser, page_file: Path, keys: str) -> Path:
    """Press ``j`` and then one key a finding on the page opened from disk; the file of decisions that is exported."""
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(page_file.as_uri())
    page.wait_for_selector("#overview:not([hidden])")
    for key in ("j", *keys, "Escape"):
        page.keyboard.press(key)
    assert page.locator(".review .progress").inner_text() == f"{len(keys)} of {len(keys)} decided"
    with page.expect_download() as download:
        page.get_by_role("button", name="Export decisions").click()
    decisions = page_file.parent / download.value.suggested_filename
    download.value.save_as(decisions)
    context.close()
    assert complaints == []
    return decisions


def known(path: Path) -> dict[str, str]:
    """What the baseline says of each rule's finding."""
    return {entry["rule"]: entry["state"] for entry in json.loads(path.read_bytes())["entries"]}


@pytest.mark.parametrize(("key", "state"), [("a", "accepted"), ("r", "false alarm")])
def test_what_a_reviewer_accepts_or_rejects_no_longer_fails_the_gate(
    browser: Browser,
    here: Path,
    found: list[dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
    key: str,
    state: str,
) -> None:
    decisions = review(browser, here / "report.html", key * len(found))
    assert run(["baseline", "import", str(decisions), "--output", "known.json"]) == 0
    assert known(here / "known.json") == {finding["rule"]: state for finding in found}
    assert run(["gate", LECTURE, "--baseline", "known.json"]) == 0
    assert "gate passed" in capsys.readouterr().out
    assert run(["gate", LECTURE]) == 1


def test_what_is_to_be_fixed_keeps_the_gate_red_until_it_is_fixed(
    browser: Browser, here: Path, found: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    keys = "".join("f" if finding["rule"] == "REP301" else "a" for finding in found)
    decisions = review(browser, here / "report.html", keys)
    assert run(["baseline", "import", str(decisions), "--output", "known.json"]) == 0
    assert known(here / "known.json").keys() == {finding["rule"] for finding in found} - {"REP301"}
    assert run(["gate", LECTURE, "--baseline", "known.json"]) == 1
    said = capsys.readouterr().out
    assert "gate failed" in said
    assert "REP301" in said
    assert "TIM101" not in said
    mended = DAMAGED.replace("손실 함수 " * 5, "먼저 살펴볼 것은 ")
    (here / LECTURE).write_text(mended, encoding="utf-8")
    assert run(["gate", LECTURE, "--baseline", "known.json"]) == 0
