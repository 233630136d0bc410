from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor.model import Audit
from auditor.reports.html_page import render
from tests.reports.audit_examples import HOSTILE, audit, document, file_audit, finding, hostile, lectures

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(
    (path for path in ("/usr/bin/chromium", shutil.which("chromium")) if path and Path(path).exists()), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="playwright is not installed"),
]

KOREAN = "course/ko/01.vtt"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


class Report:
    """A report opened from disk, with everything that must not happen recorded."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
        self.page: Page = self.context.new_page()
        self.folder = folder
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, run: Audit, fragment: str = "") -> Page:
        path = self.folder / "report.html"
        path.write_bytes(render(run))
        self.page.goto(path.as_uri() + fragment)
        return self.page

    def paths(self) -> list[str]:
        return self.page.locator(".file-table tbody th").all_inner_texts()


@pytest.fixture
def report(browser: Browser, tmp_path: Path) -> Iterator[Report]:
    opened = Report(browser, tmp_path)
    yield opened
    opened.context.close()
    assert opened.complaints == []
    assert all(url.startswith("file:") for url in opened.requests)


def test_the_overview_shows_scores_and_totals(report: Report) -> None:
    page = report.open(lectures())
    text = page.locator("#overview").inner_text()
    assert "81.2" in text
    assert "3 files" in text
    assert "72 cues" in text
    assert "no reference given" in text
    assert page.locator(".bar-row", has_text="looped-phrase").inner_text().replace("\n", " ").endswith("2 in 2 files")


def test_the_worst_file_comes_first_and_columns_sort_both_ways(report: Report) -> None:
    page = report.open(lectures())
    assert report.paths() == [KOREAN, "course/ja/10.vtt", "course/en/02.vtt"]
    page.get_by_role("button", name="File", exact=True).click()
    assert report.paths() == ["course/en/02.vtt", "course/ja/10.vtt", KOREAN]
    page.get_by_role("button", name="File", exact=True).click()
    assert report.paths() == [KOREAN, "course/ja/10.vtt", "course/en/02.vtt"]
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("File")


def test_numbers_in_paths_sort_as_numbers(report: Report) -> None:
    report.open(audit(*(file_audit(f"{n}.vtt", None) for n in (10, 9, 1))), "#sort=path")
    assert report.paths() == ["1.vtt", "9.vtt", "10.vtt"]


def test_filters_narrow_the_table_and_reset(report: Report) -> None:
    page = report.open(lectures())
    page.locator(".bar-row", has_text="KOR703").click()
    assert report.paths() == [KOREAN]
    page.get_by_role("button", name="Reset").click()
    page.get_by_label("Language").select_option("en")
    assert report.paths() == ["course/en/02.vtt"]
    page.get_by_role("button", name="Reset").click()
    page.get_by_label("Lowest overall score").fill("80")
    page.locator(".file-table tbody tr").nth(2).wait_for(state="detached")
    assert report.paths() == ["course/ja/10.vtt", "course/en/02.vtt"]
    page.get_by_role("button", name="Reset").click()
    page.keyboard.press("/")
    page.keyboard.type("EN/")
    page.locator(".file-table tbody tr").nth(1).wait_for(state="detached")
    assert report.paths() == ["course/en/02.vtt"]


def test_five_thousand_files_come_in_pages(report: Report) -> None:
    page = report.open(audit(*(file_audit(f"{n:04}.vtt", None, overall=n / 50) for n in range(5000))), "#sort=path")
    assert len(report.paths()) == 100
    page.get_by_role("button", name="Next").click()
    assert report.paths()[0] == "0100.vtt"
    assert "101–200 of 5,000" in page.locator(".pager").inner_text()


def test_a_file_opens_with_its_highlights_and_back_returns(report: Report) -> None:
    page = report.open(lectures())
    page.get_by_role("link", name=KOREAN).click()
    assert page.locator("h1#file-title").inner_text() == KOREAN
    assert page.locator("#cue-2 mark.error").inner_text() == "Put it up Put it up Put it up"
    assert page.locator("#cue-2 .text").get_attribute("lang") == "ko"
    assert page.locator("#cue-2 .text").inner_text() == "오늘은 😀 Put it up Put it up Put it up 입니다"
    assert page.locator("#cue-3 mark").count() == 0
    assert "TIM101" in page.locator("#cue-3 .times").inner_text()
    page.go_back()
    assert report.paths()[0] == KOREAN
    assert page.locator("#file").is_hidden()


def test_a_finding_shows_its_evidence_and_why_it_matters(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}")
    page.locator("#cue-3 .badge").click()
    evidence = page.locator("#cue-3 .evidence").inner_text()
    for part in (
        "200",
        "a published guideline",
        "warning, likely",
        "1.25 points of timing",
        "Why it matters",
        "Players stack",
    ):
        assert part in evidence


def test_j_and_k_walk_through_the_findings(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}")
    current = page.locator(".finding.current strong")
    seen = []
    for _ in range(5):
        page.keyboard.press("j")
        seen.append(current.inner_text())
    assert seen == ["extension-mismatch", "looped-phrase", "cue-overlap", "wrong-spacing", "wrong-spacing"]
    page.keyboard.press("k")
    assert current.inner_text() == "cue-overlap"
    assert "cue=3" in page.url
    page.keyboard.press("Escape")
    assert page.locator("#overview").is_visible()


def test_a_link_leads_to_the_finding(report: Report) -> None:
    page = report.open(lectures(), "#file=course%2Fko%2F01.vtt&cue=20&rule=KOR703")
    assert page.locator(".cue.current").get_attribute("id") == "cue-20"
    assert page.locator(".finding[open] strong").inner_text() == "wrong-spacing"
    assert page.locator(".finding").count() == 1
    top = page.locator("#cue-20").bounding_box()
    assert top
    assert 0 < top["y"] < 800


def test_only_cues_near_findings(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}")
    assert page.locator("li.cue").count() == 30
    page.get_by_label("Only cues with findings").check()
    assert page.locator("li.cue").count() == 10
    assert page.locator("li.gap").all_inner_texts() == ["12 cues without findings", "8 cues without findings"]


def test_search_in_a_transcript(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}&find=그래프")
    assert page.locator("li.cue .text").all_inner_texts() == ["그래프를 봅시다"]


def test_a_click_on_the_timeline_goes_to_the_cue(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}")
    box = page.locator("canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 10.5 / 30, box["y"] + 60)
    assert page.locator(".cue.current").get_attribute("id") == "cue-11"


def test_a_file_without_kept_cues_still_shows_its_findings(report: Report) -> None:
    page = report.open(lectures(), "#file=course/ja/10.vtt&cue=7")
    assert "kept no cue text" in page.locator("#file .notice").inner_text()
    assert "gone gone gone" in page.locator("#cue-7 .evidence").inner_text()


def test_hostile_text_executes_nothing_and_hides_nothing(report: Report) -> None:
    page = report.open(hostile())
    page.locator(".file-table tbody a").click()
    page.keyboard.press("j")
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img").count() == 0
    text = page.locator("#cue-1 .text").inner_text()
    assert "<script>window.hacked=1</script>" in text
    for code in ("⟦U+202E⟧", "⟦U+2028⟧", "⟦U+0007⟧"):
        assert code in text
    assert "\u202e" not in page.locator("#file").inner_text()
    assert HOSTILE.split("\u202e", maxsplit=1)[0] in page.locator("h1#file-title").inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('#cue-3 .text')).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") == 1280


def test_an_emoji_joiner_is_no_invisible_character(report: Report) -> None:
    cues = document("a.ko.vtt", ["가족 👨‍👩‍👧 a\u200db"])
    page = report.open(audit(file_audit("a.ko.vtt", cues)), "#file=a.ko.vtt")
    assert page.locator("#cue-1 .text").inner_text() == "가족 👨‍👩‍👧 a⟦U+200D⟧b"


def test_help_opens_and_escape_closes_only_it(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}")
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("dialog").is_hidden()
    assert page.locator("#file").is_visible()


def test_light_and_dark(report: Report) -> None:
    page = report.open(lectures())
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert page.get_by_role("button", name="Light").is_visible()


def test_print_takes_every_row_in_light_and_the_screen_returns(report: Report) -> None:
    page = report.open(audit(*(file_audit(f"{n:04}.vtt", None) for n in range(250))))
    page.get_by_role("button", name="Dark").click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(report.paths()) == 250
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(report.paths()) == 100
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("fragment", ["", f"#file={KOREAN}&cue=2"])
def test_a_narrow_screen_needs_no_sideways_scrolling(report: Report, fragment: str) -> None:
    report.page.set_viewport_size({"width": 360, "height": 700})
    page = report.open(lectures(), fragment)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_five_thousand_cues_open_at_a_far_finding(report: Report) -> None:
    cues = document("long.ko.vtt", [f"문장 {n}" for n in range(5000)])
    found = finding(cues.cues[4899], "문장")
    page = report.open(audit(file_audit("long.ko.vtt", cues, (found,))), "#file=long.ko.vtt")
    assert page.locator("li.cue").count() == 5000
    page.keyboard.press("j")
    page.wait_for_function(
        """() => {
            const box = document.getElementById("cue-4900").getBoundingClientRect();
            return box.top > 0 && box.bottom < innerHeight;
        }"""
    )
