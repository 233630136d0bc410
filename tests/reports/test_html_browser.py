from __future__ import annotations

import contextlib
import importlib.util
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace

from auditor.baseline import Baseline, judge
from auditor.baseline_file import import_decisions
from auditor.config import GateLimits
from auditor.gate import decide
from auditor.model import Accepted, Audit, Witnesses
from auditor.reports import html_folder, html_page, json_audit
from auditor.reports.html_page import render
from auditor.reports.options import ReportOptions
from auditor.review import ReviewServer
from auditor.totals import total
from tests.reports.audit_examples import (
    HOSTILE,
    audit,
    document,
    file_audit,
    finding,
    hostile,
    lectures,
    recording,
    referenced,
)

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

    def open(self, run: Audit, fragment: str = "", **options: Any) -> Page:
        path = self.folder / "report.html"
        path.write_bytes(render(run, ReportOptions(**options)))
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_selector("#overview:not([hidden]), #file:not([hidden])")
        return self.page

    def at(self) -> str:
        """The finding in hand: file, cue, rule."""
        assert self.page.locator(".finding.current").count() == 1
        place = parse_qs(self.page.url.partition("#")[2])
        return " ".join(place.get(name, ["-"])[0] for name in ("file", "cue", "rule"))

    def exported(self) -> Any:
        """The decisions as the reviewer would save them."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Export decisions").click()
        assert download.value.suggested_filename == "decisions.json"
        return json.loads(Path(download.value.path()).read_bytes())

    def paths(self) -> list[str]:
        return self.page.locator(".file-table tbody th").all_inner_texts()


@pytest.fixture
def report(browser: Browser, tmp_path: Path) -> Iterator[Report]:
    opened = Report(browser, tmp_path)
    yield opened
    opened.context.close()
    assert opened.complaints == []
    assert all(url.startswith(("file:", "blob:")) for url in opened.requests)


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


def test_a_finding_shows_its_evidence_how_to_fix_it_and_why_it_matters(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}")
    page.locator("#cue-3 .badge").click()
    evidence = page.locator("#cue-3 .evidence").inner_text()
    parts = (
        "200",
        "a published guideline",
        "warning, likely",
        "1.25 points of timing",
        "How to fix it",
        "End the earlier cue",
        "Why it matters",
        "Players stack",
    )
    for part in parts:
        assert part in evidence
    places = [evidence.index(part) for part in parts[4:]]
    assert places == sorted(places)
    # Said once, not again among what is folded away.
    page.locator("#cue-3 .more summary").click()
    assert page.locator("#cue-3 .evidence h4").all_inner_texts().count("How to fix it") == 1
    assert "Fix" not in page.locator("#cue-3 .more h4").all_inner_texts()


FOUND = [
    f"{KOREAN} - FMT006",
    f"{KOREAN} 2 REP301",
    f"{KOREAN} 3 TIM101",
    f"{KOREAN} 20 KOR703",
    "course/ja/10.vtt 7 REP301",
]


def test_j_and_k_walk_through_the_findings_of_the_run(report: Report) -> None:
    page = report.open(lectures())
    seen = []
    for _ in range(6):
        page.keyboard.press("j")
        seen.append(report.at())
    assert seen == [*FOUND, FOUND[-1]]
    assert page.locator("#status").inner_text() == "That was the last finding."
    page.keyboard.press("k")
    assert report.at() == FOUND[3]
    page.keyboard.press("Escape")
    assert page.locator("#overview").is_visible()


def test_by_risk_means_severity_first(report: Report) -> None:
    page = report.open(lectures(), "#order=risk")
    seen = []
    for _ in range(5):
        page.keyboard.press("j")
        seen.append(report.at())
    assert seen == [FOUND[1], FOUND[4], FOUND[0], FOUND[2], FOUND[3]]


def test_filters_hold_for_the_review(report: Report) -> None:
    page = report.open(lectures(), "#filter=REP301&language=ja")
    page.keyboard.press("j")
    assert report.at() == FOUND[4]
    page.keyboard.press("k")
    assert report.at() == FOUND[4]


def test_the_review_budget(report: Report) -> None:
    cues = document("a.ko.vtt", [f"문장 {n}" for n in range(200)])
    found = tuple(finding(cue, "문장") for cue in cues.cues)
    twice = (*found, finding(cues.cues[0], "0", rule="TIM101"))
    page = report.open(audit(file_audit("a.ko.vtt", cues, twice)))
    cost = page.locator(".budget")
    assert cost.inner_text() == "201 findings in 200 cues, 10 min 0 s"
    page.get_by_label("Listen to").select_option("5")
    assert cost.inner_text() == "101 findings in 100 cues, 5 min 0 s (of 201 findings)"
    page.get_by_role("button", name="Start review").click()
    assert "of 101" in page.locator("#dock").inner_text()
    assert "minutes=5" in page.url


def test_accept_reject_fix_undo(report: Report) -> None:
    page = report.open(lectures())
    page.keyboard.press("j")
    page.keyboard.press("a")
    assert report.at() == FOUND[1]
    page.keyboard.press("r")
    page.keyboard.press("f")
    assert report.at() == FOUND[3]
    assert "3 of 5 decided" in page.locator("#dock").inner_text()
    assert page.locator("#cue-2 .decision").inner_text() == "rejected as false alarm"
    assert page.locator("#cue-3 .decision").inner_text() == "to be fixed"
    page.keyboard.press("u")
    assert report.at() == FOUND[2]
    assert page.locator("#cue-3 .decision").is_hidden()
    assert "2 of 5 decided" in page.locator("#dock").inner_text()
    page.get_by_role("button", name="Accept").click()
    assert page.locator("#cue-3 .decision").inner_text() == "accepted as known"
    for _ in range(2):
        page.keyboard.press("a")
    assert "5 of 5 decided" in page.locator("#dock").inner_text()
    assert page.locator("#status").inner_text() == "Every finding of this review is decided."
    page.keyboard.press("Escape")
    assert page.locator(".review .progress").inner_text() == "5 of 5 decided"


def test_a_decision_can_be_changed_and_noted(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}&cue=2&rule=REP301")
    page.keyboard.press("a")
    page.keyboard.press("k")
    page.keyboard.press("n")
    page.keyboard.type("a jingle, see r/a")
    page.keyboard.press("Enter")
    assert page.locator("#cue-2 .decision").inner_text() == "accepted as known: a jingle, see r/a"
    page.keyboard.press("r")
    page.keyboard.press("Escape")
    (row,) = report.exported()["decisions"]
    assert (row["decision"], row["note"]) == ("reject", "a jingle, see r/a")


def test_decisions_survive_a_reload_and_come_back_from_their_export(report: Report, browser: Browser) -> None:
    page = report.open(lectures())
    for key in ("j", "a", "r"):
        page.keyboard.press(key)
    page.reload()
    assert page.locator("#cue-2 .decision").inner_text() == "rejected as false alarm"
    page.keyboard.press("Escape")
    exported = report.exported()
    assert exported["schema_version"] == 1
    assert [(row["path"], row["rule"], row["cue"], row["decision"]) for row in exported["decisions"]] == [
        (KOREAN, "FMT006", None, "accept"),
        (KOREAN, "REP301", 2, "reject"),
    ]
    assert [row["fingerprint"] for row in exported["decisions"]] == ["FMT006-0", "REP301-2"]
    saved = report.folder / "decisions.json"
    saved.write_text(json.dumps(exported))
    elsewhere = Report(browser, report.folder)
    page = elsewhere.open(lectures())
    assert page.locator(".review .progress").inner_text() == "0 of 5 decided"
    page.locator("input[type=file]").set_input_files(saved)
    page.get_by_text("2 decisions imported.").wait_for()
    assert page.locator(".review .progress").inner_text() == "2 of 5 decided"
    assert elsewhere.exported() == exported
    elsewhere.context.close()
    assert elsewhere.complaints == []


def test_another_audit_does_not_inherit_decisions(report: Report) -> None:
    page = report.open(lectures())
    for key in ("j", "a"):
        page.keyboard.press(key)
    first = lectures().files[0]
    page = report.open(audit(replace(first, findings=first.findings[:2])))
    assert page.locator(".review .progress").inner_text() == "0 of 2 decided"


def test_exported_decisions_become_a_baseline_that_turns_the_gate_green(report: Report) -> None:
    page = report.open(lectures())
    for key in ("j", "a", "a", "r", "a", "a"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    decided = json.dumps(report.exported()).encode()
    judged = judge(import_decisions(Baseline(), decided, "decisions.json"), lectures())
    assert not decide(lectures(), GateLimits()).passed
    assert decide(judged.audit, GateLimits()).passed


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema_version": 9, "decisions": []}', '{"schema_version":1,"decisions":[1]}']
)
def test_a_file_that_holds_no_decisions_changes_nothing(report: Report, text: str) -> None:
    page = report.open(lectures())
    wrong = report.folder / "wrong.json"
    wrong.write_text(text)
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_text("Not imported: wrong.json is no file of decisions").wait_for()
    assert page.locator(".review .progress").inner_text() == "0 of 5 decided"


def test_a_browser_that_keeps_nothing_says_so(report: Report) -> None:
    report.page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); };")
    page = report.open(lectures())
    for key in ("j", "a"):
        page.keyboard.press(key)
    page.locator("#dock .trouble", has_text="export them before you close").wait_for()
    page.keyboard.press("Escape")
    assert len(report.exported()["decisions"]) == 1


def test_a_link_leads_to_the_finding_and_hides_no_other(report: Report) -> None:
    page = report.open(lectures(), "#file=course%2Fko%2F01.vtt&cue=20&rule=KOR703")
    assert page.locator(".cue.current").get_attribute("id") == "cue-20"
    assert page.locator(".finding[open] strong").inner_text() == "wrong-spacing"
    assert page.locator(".finding").count() == 4
    top = page.locator("#cue-20").bounding_box()
    assert top
    assert 0 < top["y"] < 800


def test_a_link_chooses_among_the_findings_of_a_cue(report: Report) -> None:
    cues = document("a.ko.vtt", ["하나 둘"])
    both = (finding(cues.cues[0], "하나"), finding(cues.cues[0], "둘", rule="MIX401", name="foreign-fragment"))
    page = report.open(audit(file_audit("a.ko.vtt", cues, both)), "#file=a.ko.vtt&cue=1&rule=MIX401")
    assert page.locator(".finding.current strong").inner_text() == "foreign-fragment"


def test_hidden_findings_are_said_and_can_be_shown(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}&filter=REP301")
    assert page.locator(".finding").count() == 1
    assert "3 hidden by filters" in page.locator("#file .filters").inner_text()
    page.get_by_role("button", name="show all").click()
    assert page.locator(".finding").count() == 4


def test_what_is_new_since_the_last_run(report: Report) -> None:
    old = json.loads(json_audit.render(lectures()))
    loop = old["files"][0]["findings"].pop(1)
    old["files"][2]["findings"].append({**loop, "fingerprint": "other", "message": HOSTILE})
    page = report.open(lectures(), compare=old)
    assert "1 new · 1 gone · 4 stayed" in page.locator(".compare").inner_text()
    page.get_by_label("New since last run").check()
    assert report.paths() == [KOREAN]
    page.keyboard.press("j")
    assert report.at() == FOUND[1]
    assert page.locator(".finding .fresh").count() == 1
    assert page.locator(".finding").count() == 1
    page.locator("#file").get_by_label("New since last run").uncheck()
    assert page.locator(".finding").count() == 4
    page.keyboard.press("Escape")
    page.get_by_role("link", name="course/ja/10.vtt").click()
    page.get_by_text("1 finding gone since the last run").click()
    assert "</script><script>" in page.locator("#file .unverified li").last.inner_text()


def test_accepted_findings_are_shown_and_not_reviewed(report: Report) -> None:
    cues = document("a.ko.vtt", ["하나"])
    known = Accepted(finding(cues.cues[0], "하나"), HOSTILE)
    page = report.open(audit(replace(file_audit("a.ko.vtt", cues), accepted=(known,))))
    assert "1 accepted finding, counted in no score" in page.locator(".facts").inner_text()
    assert page.locator(".review .progress").inner_text() == "0 of 0 decided"
    page.get_by_role("link", name="a.ko.vtt").click()
    page.get_by_text("1 finding accepted").click()
    text = page.locator("#file .unverified li").inner_text()
    assert "looped-phrase: said again and again, cue 1" in text
    assert "</script><script>" in text


def test_another_track_stands_beside_each_cue(report: Report) -> None:
    cues = document("a.ko.vtt", ["하나", "둘"])
    source = document("a.en.vtt", ["one", HOSTILE], "en")
    run = audit(file_audit("a.ko.vtt", replace(cues, witnesses=Witnesses(source=source))))
    page = report.open(run, "#file=a.ko.vtt")
    assert page.locator("#cue-1 .beside").inner_text().split("\n")[:2] == ["source track en", "one"]
    assert page.locator("#cue-1 .beside dd").get_attribute("lang") == "en"
    assert "<script>" in page.locator("#cue-2 .beside dd").inner_text()


def test_a_recording_plays_the_cue_and_stops(report: Report) -> None:
    (report.folder / "a b.wav").write_bytes(recording(20))
    page = report.open(lectures(), f"#file={KOREAN}&cue=3", media={KOREAN: "a%20b.wav"})
    page.wait_for_function("() => document.querySelector('audio').readyState >= 1")
    page.keyboard.press("p")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 6")
    assert page.evaluate("document.querySelector('audio').currentTime") < 9.5
    page.wait_for_selector("#cue-3.playing")
    page.evaluate("document.querySelector('audio').currentTime = 8.8")
    page.wait_for_function("() => document.querySelector('audio').paused")
    page.get_by_role("button", name="Play cue 2", exact=True).click()
    page.wait_for_function("() => (at => at > 2.7 && at < 5)(document.querySelector('audio').currentTime)")


def test_a_missing_recording_is_said(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}", media={KOREAN: "gone.mp4"})
    page.get_by_text("The recording cannot be played: gone.mp4").wait_for()
    report.complaints.remove("Failed to load resource: net::ERR_FILE_NOT_FOUND")


@pytest.fixture
def served(browser: Browser, tmp_path: Path) -> Iterator[tuple[Report, ReviewServer]]:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "01.wav").write_bytes(recording(20))
    opened = Report(browser, tmp_path)
    with ReviewServer(lectures(), tmp_path / "decisions.json", tmp_path / "media") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield opened, server
        opened.context.close()
        server.shutdown()
        thread.join()
        assert opened.complaints == []
        assert all(url.startswith((server.url, "blob:")) for url in opened.requests)


def test_the_served_report_saves_as_it_goes(served: tuple[Report, ReviewServer]) -> None:
    report, server = served
    page = report.page
    page.goto(server.url)
    page.locator(".budget").wait_for()
    for key in ("j", "j", "r"):
        with contextlib.ExitStack() as stack:
            if key == "r":
                stack.enter_context(page.expect_response("**/decisions"))
            page.keyboard.press(key)
    (row,) = json.loads(server.decisions_path.read_bytes())["decisions"]
    assert (row["path"], row["rule"], row["decision"]) == (KOREAN, "REP301", "reject")
    assert row["text"] == "Put it up Put it up Put it up"
    with page.expect_response("**/decisions"):
        page.keyboard.press("u")
    assert json.loads(server.decisions_path.read_bytes())["decisions"] == []
    with page.expect_response("**/decisions"):
        page.keyboard.press("a")
    page.reload()
    assert page.locator("#cue-2 .decision").inner_text() == "accepted as known"


def test_the_served_report_streams_the_recording(served: tuple[Report, ReviewServer]) -> None:
    report, server = served
    report.page.goto(f"{server.url}#file={KOREAN}&cue=3")
    report.page.wait_for_function("() => document.querySelector('audio')?.readyState >= 1")
    report.page.keyboard.press("p")
    report.page.wait_for_function("() => document.querySelector('audio').currentTime > 6")


def test_a_server_that_is_gone_is_said(served: tuple[Report, ReviewServer]) -> None:
    report, server = served
    report.page.goto(server.url)
    report.page.locator(".budget").wait_for()
    report.page.route("**/decisions", lambda route: route.abort())
    for key in ("j", "a"):
        report.page.keyboard.press(key)
    report.page.locator("#dock .trouble", has_text="export them before you close").wait_for()
    report.complaints.remove("Failed to load resource: net::ERR_FAILED")


def test_only_cues_near_findings(report: Report) -> None:
    page = report.open(lectures(), f"#file={KOREAN}")
    assert page.locator("li.cue").count() == 30
    page.get_by_label("Only cues with findings").check()
    assert page.locator("li.cue").count() == 10
    assert page.locator("li.gap").all_inner_texts() == ["12 cues without findings", "8 cues without findings"]


def test_arrows_walk_through_the_table(report: Report) -> None:
    page = report.open(lectures())
    page.get_by_role("link", name=KOREAN).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("h1#file-title").inner_text() == "course/ja/10.vtt"


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


def test_a_large_run_is_unpacked_and_says_what_is_left_out(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_page, "FULL_TEXT_CUES", 30)
    page = report.open(lectures())
    assert "carries the text of cues with findings and 2 cues on either side" in page.locator(".notice").inner_text()
    page.get_by_role("link", name=KOREAN).click()
    assert page.locator("#cue-2 .text").inner_text() == "오늘은 😀 Put it up Put it up Put it up 입니다"
    assert page.locator("#cue-12 .text").inner_text() == "text left out of this large report"
    assert "00:33.000 – 00:36.000" in page.locator("#cue-12 .times").inner_text()


def test_the_gates_verdict_leads_to_the_files(report: Report) -> None:
    page = report.open(lectures(), verdict=decide(lectures(), GateLimits(max_errors=0)))
    panel = page.get_by_role("region", name="Gate")
    assert "Gate failed" in panel.inner_text()
    assert "min-overall 61.5 is below 80 in 1 file" in panel.inner_text()
    assert "max-errors 2 is above 0 in 2 files" in panel.inner_text()
    panel.get_by_role("link", name="course/ja/10.vtt").click()
    assert page.locator("h1#file-title").inner_text() == "course/ja/10.vtt"


def test_a_file_that_got_worse_is_named_in_the_verdict(report: Report) -> None:
    old = json.loads(json_audit.render(lectures()))
    old["files"][1]["scores"]["overall"] = 101.0
    verdict = decide(lectures(), GateLimits(min_overall=0, max_errors=None), old["files"])
    text = report.open(lectures(), verdict=verdict).get_by_role("region", name="Gate").inner_text()
    assert "1 file scores less than before" in text
    assert "course/en/02.vtt 101.0 → 100.0" in text


def test_a_gate_that_is_passed_and_an_audit_without_one(report: Report) -> None:
    passed = decide(lectures(), GateLimits(min_overall=0, max_errors=None))
    assert "Gate passed" in report.open(lectures(), verdict=passed).get_by_role("region", name="Gate").inner_text()
    page = report.open(lectures())
    page.reload()
    assert page.get_by_role("region", name="Gate").count() == 0


def test_the_difference_to_a_reference_is_seen_and_heard(report: Report) -> None:
    page = report.open(referenced(), "#file=talk.vtt")
    line = page.locator("#cue-1 .difference p")
    assert (line.text_content() or "").split() == ["the", "model", "written:", "burns→,", "said:", "learns;"]
    assert line.locator("del").text_content() == "written: burns"
    assert page.locator("#cue-2 .difference ins").text_content() == "missing: +a; "
    assert page.locator("#cue-3 .difference del").text_content() == "not said: −stop; "
    assert "1 error in 3 words" in page.locator("#cue-3 .difference").inner_text()
    assert page.locator("#cue-4 .difference").count() == 0
    assert page.locator("#cue-4 .beside dd").inner_text() == "thank you"
    # Besides its colour each has a line of its own.
    drawn = "node => getComputedStyle(node).textDecorationLine"
    assert page.locator("#cue-3 .difference del").evaluate(drawn) == "line-through"
    assert page.locator("#cue-2 .difference ins").evaluate(drawn) == "underline"


def test_error_rates_confusions_and_worst_cues(report: Report) -> None:
    page = report.open(referenced(), "#file=talk.vtt")
    panel = page.get_by_role("region", name="Against the reference")
    assert "13 words said: 1 written differently, 1 missing, 1 added." in panel.inner_text()
    assert "WER\n23.1\u00a0%" in panel.inner_text()
    rows = panel.locator("tbody tr").all_inner_texts()
    assert rows == ["nothing\tstop\t1", "a\tleft out\t1", "learns\tburns\t1"]
    # As many errors in fewer words are worse.
    worst = panel.get_by_role("list", name="Cues by errors").get_by_role("link")
    assert worst.all_inner_texts() == ["cue 1", "cue 3", "cue 2"]
    worst.nth(1).click()
    assert page.locator(".cue.current").get_attribute("id") == "cue-3"
    page.keyboard.press("Escape")
    assert "word error rate 23.1\u00a0%" in page.locator(".facts").inner_text()
    assert page.locator("tbody td", has_text="23.1").count() == 1


def test_text_of_a_reference_is_no_markup(report: Report) -> None:
    run = referenced()
    (file,) = run.files
    assert file.document
    said = document(
        "said.vtt", ["the model <img/src=x/onerror=window.hacked=1>", "a lot of data", "we stop", "ok"], "en"
    )
    witnessed = replace(file.document, witnesses=Witnesses(reference=said))
    page = report.open(audit(replace(file, document=witnessed)), "#file=talk.vtt")
    assert page.locator(".difference").count() > 0
    assert page.locator("main img").count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_reference_that_cannot_be_believed_is_said(report: Report) -> None:
    (file,) = referenced().files
    doubted = replace(file, error_rates=None, warnings=(f"the reference seems to be of other speech {HOSTILE}",))
    page = report.open(replace(audit(doubted), warnings=("other.vtt: no reference found",)))
    assert "1 warning about references" in page.locator("#overview .notice").inner_text()
    page.get_by_role("link", name="talk.vtt").click()
    assert "seems to be of other speech" in page.locator("#file .notice").inner_text()
    assert page.get_by_role("region", name="Against the reference").count() == 0
    assert page.locator("main img").count() == 0


def test_a_run_held_by_its_worst_files_says_so_and_counts_all(report: Report) -> None:
    whole = lectures()
    page = report.open(replace(whole, files=whole.files[:1], totals=total(whole.files)))
    assert "lists 1 of 3 files, those with the lowest scores" in page.locator("#overview .notice").inner_text()
    assert "3 files" in page.locator(".facts").inner_text()
    assert page.locator(".bar-row", has_text="REP301").inner_text().replace("\n", " ").endswith("2 in 2 files")
    assert page.locator(".bin", has_text="from 90 to 100").get_attribute("title") == "1 file from 90 to 100"


@pytest.fixture
def folder(report: Report, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The lectures as a folder of pages with a file on each."""
    monkeypatch.setattr(html_folder, "PAGE_CHARACTERS", 1)
    verdict = decide(lectures(), GateLimits())
    for name, data in html_folder.render_set("html", lectures(), ReportOptions(verdict=verdict)):
        (report.folder / name).write_bytes(data)
    return report.folder


def test_a_folder_holds_an_index_and_pages(report: Report, folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "files-001.html",
        "files-002.html",
        "files-003.html",
        "index.html",
    ]
    page = report.page
    page.goto((folder / "index.html").as_uri())
    assert report.paths() == [KOREAN, "course/ja/10.vtt", "course/en/02.vtt"]
    assert "1 finding in 1 cue, 3 s" in page.locator(".costs").inner_text()
    page.locator(".bar-row", has_text="REP301").click()
    assert report.paths() == [KOREAN, "course/ja/10.vtt"]
    page.get_by_role("region", name="Gate").get_by_role("link", name="course/ja/10.vtt").first.click()
    page.wait_for_url("**/files-002.html*")
    assert page.locator("h1#file-title").inner_text() == "course/ja/10.vtt"
    page.go_back()
    page.wait_for_url("**/index.html*")
    assert report.paths() == [KOREAN, "course/ja/10.vtt"]


def test_a_link_to_the_index_leads_to_the_cue_on_its_page(report: Report, folder: Path) -> None:
    page = report.page
    page.goto((folder / "index.html").as_uri() + "#file=course%2Fja%2F10.vtt&cue=7&rule=REP301")
    page.locator(".finding.current").wait_for()
    assert page.url.partition("/files-002.html")[1]
    assert report.at() == FOUND[4]
    # A page that does not hold the file asks the index.
    page.goto((folder / "files-002.html").as_uri() + "#file=course%2Fko%2F01.vtt&cue=20")
    page.locator("#cue-20.current").wait_for()
    assert page.url.partition("/files-001.html")[1]


def test_the_review_goes_over_all_pages(report: Report, folder: Path) -> None:
    page = report.page
    page.goto((folder / "index.html").as_uri())
    page.keyboard.press("j")
    page.locator(".finding.current").wait_for()
    assert report.at() == FOUND[0]
    for _ in range(3):
        page.keyboard.press("a")
    assert report.at() == FOUND[3]
    page.keyboard.press("j")
    page.wait_for_url("**/files-002.html*")
    page.locator(".finding.current").wait_for()
    assert report.at() == FOUND[4]
    page.keyboard.press("r")
    page.keyboard.press("Escape")
    page.wait_for_url("**/index.html*")
    page.get_by_text("4 of 5 decided").wait_for()
    assert "1 open of 4" in page.locator(".file-table").inner_text()
    assert [row["decision"] for row in report.exported()["decisions"]] == ["reject", "accept", "accept", "accept"]


def test_pages_that_keep_decisions_apart_say_so(report: Report, folder: Path) -> None:
    page = report.page
    page.goto((folder / "index.html").as_uri())
    page.evaluate("localStorage.clear()")
    page.locator(".file-table tbody a").first.click()
    page.wait_for_url("**/files-001.html*")
    page.locator("#file").get_by_text("Export them from every page on which you decide").wait_for()


def test_two_tabs_do_not_overwrite_each_other(served: tuple[Report, ReviewServer]) -> None:
    report, server = served
    one, other = report.page, report.context.new_page()
    for page in (one, other):
        page.goto(f"{server.url}#file={KOREAN}")
        page.locator("#cue-2").wait_for()
    one.keyboard.press("j")
    with one.expect_response("**/decisions"):
        one.keyboard.press("a")
    # The other tab has not heard of it and decides on another finding.
    other.goto(f"{server.url}#file={KOREAN}&cue=3&rule=TIM101")
    with other.expect_response("**/decisions"):
        other.keyboard.press("r")
    rows = json.loads(server.decisions_path.read_bytes())["decisions"]
    assert {(row["rule"], row["decision"]) for row in rows} == {("FMT006", "accept"), ("TIM101", "reject")}
    # What comes back with the answer shows at once, the rest when the reader returns to the tab.
    other.locator(".decision", has_text="accepted as known").wait_for()
    one.evaluate("dispatchEvent(new Event('focus'))")
    one.locator("#cue-3 .decision", has_text="rejected as false alarm").wait_for()


RECORDED = """async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 180;
    const pen = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp8" });
    const parts = [];
    recorder.ondataavailable = (event) => parts.push(event.data);
    const stopped = new Promise((done) => { recorder.onstop = done; });
    recorder.start();
    const end = performance.now() + 1500;
    while (performance.now() < end) {
        pen.fillStyle = `hsl(${performance.now() % 360} 60% 40%)`;
        pen.fillRect(0, 0, 320, 180);
        await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}"""


def test_a_video_shows_the_cue_as_its_caption(report: Report) -> None:
    recorded = report.context.new_page()
    (report.folder / "talk.webm").write_bytes(bytes(recorded.evaluate(RECORDED)))
    recorded.close()
    cues = document("talk.ko.vtt", ["a <b>bold</b> & <script>x</script>", "둘"])
    page = report.open(
        audit(file_audit("talk.ko.vtt", cues)), "#file=talk.ko.vtt&cue=1", media={"talk.ko.vtt": "talk.webm"}
    )
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    page.keyboard.press("p")
    page.wait_for_function("() => document.querySelector('video').textTracks[0].activeCues?.length === 1")
    caption = "document.querySelector('video').textTracks[0].activeCues[0].getCueAsHTML()"
    assert page.evaluate(f"{caption}.textContent") == "a <b>bold</b> & <script>x</script>"
    assert page.evaluate(f"{caption}.children.length") == 0
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, an accessibility checker, as npm delivers it."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, so axe-core cannot be fetched")
    folder = tmp_path_factory.mktemp("axe")
    got = subprocess.run(
        [
            npm,
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            str(folder),
            "axe-core@4",
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    source = folder / "node_modules" / "axe-core" / "axe.min.js"
    if got.returncode or not source.exists():
        pytest.skip(f"axe-core cannot be fetched: {got.stderr.strip()[-200:]}")
    return source.read_text(encoding="utf-8")


def serious(page: Page, axe: str) -> list[Any]:
    """What axe-core finds that keeps somebody from reading the page."""
    page.evaluate(axe)
    # While colours fade into those of the other theme, a text has the one's and its background the other's.
    page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished))")
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    return [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.network
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("fragment", ["", f"#file={KOREAN}&cue=2&rule=REP301", "#file=talk.vtt"], ids=str)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(report: Report, axe: str, dark: bool, fragment: str, width: int) -> None:
    report.page.set_viewport_size({"width": width, "height": 800})
    old = json.loads(json_audit.render(lectures()))
    old["files"][0]["findings"].pop(1)
    run = audit(*lectures().files, *referenced().files)
    page = report.open(run, fragment, compare=old, verdict=decide(run, GateLimits()))
    if KOREAN in fragment:
        page.keyboard.press("a")
        page.keyboard.press("r")
        page.keyboard.press("k")
    if dark:
        page.get_by_role("button", name="Dark").click()
    assert serious(page, axe) == []


@pytest.mark.network
@pytest.mark.parametrize("name", ["index.html", "files-002.html"])
def test_axe_finds_nothing_serious_in_a_folder(report: Report, axe: str, folder: Path, name: str) -> None:
    report.page.goto((folder / name).as_uri())
    report.page.wait_for_selector("#overview:not([hidden])")
    assert serious(report.page, axe) == []
