from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.facts.spans import text_span
from auditor.model import Audit, Cue, Document, Language, Span, Witnesses
from auditor.reports import html_page, json_audit
from auditor.reports.html_data import identity, text_offsets
from auditor.reports.html_page import render
from auditor.reports.options import ReportOptions
from tests.reports.audit_examples import HOSTILE, audit, document, file_audit, finding, hostile, lectures


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: list[tuple[dict[str, str | None], str]] = []
        self.open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = tag
        if tag in {"script", "style"}:
            self.blocks.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open in {"script", "style"}:
            attributes, text = self.blocks[-1]
            self.blocks[-1] = (attributes, text + data)


def page_of(run: Audit) -> str:
    return render(run).decode("utf-8")


def block(page: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def line(page: str, name: str, file: int) -> Any:
    """What the page embeds about one file: its ``findings`` or its ``cues``."""
    found = re.search(rf'<script type="application/x-ndjson" id="{name}">(.*?)</script>', page, re.S)
    assert found
    text = found[1]
    if block(page, "run")["packed"]:
        text = zlib.decompress(b64decode(text)).decode()
    return json.loads(text.split("\n")[file])


def highlighted(page: str, file: int, number: int) -> list[str]:
    """What JavaScript would cut out of the cues for a finding: offsets count UTF-16 units."""
    cues = line(page, "cues", file)["cues"]
    pieces = []
    for cue_number, start, end in line(page, "findings", file)[number][6]:
        units = cues[cue_number - 1][2].encode("utf-16-le")
        pieces.append(units[2 * start : 2 * end].decode("utf-16-le"))
    return pieces


def test_the_run_says_what_the_audit_says() -> None:
    run = lectures()
    data = block(page_of(run), "run")
    assert [row[0] for row in data["files"]] == [file.path for file in run.files]
    assert data["scores"][0] == run.scores.overall
    assert [row[7][0] for row in data["files"]] == [61.5, 100.0, 82.0]
    by_rule = {data["rules"][rule][0]: count for rule, _, count, _ in data["files"][0][8]}
    assert by_rule == {"FMT006": 1, "REP301": 1, "TIM101": 1, "KOR703": 1}
    assert [[data["rules"][rule][0], *rest] for rule, *rest in data["totals"]["notVerified"]] == [
        ["REF801", "no reference given", 1]
    ]


def test_each_finding_keeps_its_evidence() -> None:
    page = page_of(lectures())
    rules, strings = block(page, "run")["rules"], block(page, "run")["strings"]
    row = line(page, "findings", 0)[1]
    assert rules[row[0]][:2] == ["REP301", "looped-phrase"]
    assert row[3] == 2
    assert row[8:11] == ["said again and again", 4, 2]
    assert [strings[row[11]], strings[row[12]]] == ["repetitions in one cue", "a published guideline"]
    assert row[13] == 1.25


def test_a_rule_of_the_table_brings_its_documentation_once() -> None:
    page = page_of(lectures())
    (entry,) = [entry for entry in block(page, "run")["rules"] if entry[0] == "TIM101"]
    assert entry[4] == "A cue starts before an earlier cue has ended."
    assert {"Why", "Fix"} <= dict(entry[5]).keys()
    assert page.count("Players stack overlapping cues") == 1
    assert page.count("End the earlier cue where the later one starts") == 1


def test_highlights_count_as_javascript_counts() -> None:
    # The cue has a character beyond U+FFFF before the finding.
    assert highlighted(page_of(lectures()), 0, 1) == ["Put it up Put it up Put it up"]


def test_a_finding_on_the_timing_line_highlights_no_text() -> None:
    assert highlighted(page_of(lectures()), 0, 2) == []


def test_a_finding_over_several_cues_highlights_each_of_them() -> None:
    cues = document("a.ko.vtt", ["하나 둘", "둘 셋", "넷"])
    span = Span(cues.cues[0].text_line, 4, cues.cues[1].text_line, 2)
    page = page_of(audit(file_audit("a.ko.vtt", cues, (finding(cues.cues[0], span=span),))))
    assert highlighted(page, 0, 0) == ["둘", "둘"]


MARKED_UP = Cue(
    index=1,
    start_ms=0,
    end_ms=1000,
    text="a & bold\nend",
    raw_text="a &amp; <b>bold</b>\nend",
    line=3,
    timing_span=Span(3, 1, 3, 24),
    text_line=4,
    text_map=(0, 1, 2, 7, 11, 12, 13, 14, 19, 20, 21, 22, 23),
)


@pytest.mark.parametrize(
    ("start", "end"),
    [(start, end) for start in range(12) for end in range(start + 1, 13)],
    ids=lambda value: str(value),
)
def test_offsets_are_the_inverse_of_spans(start: int, end: int) -> None:
    found = finding(MARKED_UP, span=text_span(MARKED_UP, start, end))
    assert text_offsets(MARKED_UP, found) == (start, end)


def test_a_span_on_a_tag_is_an_empty_place_in_the_text() -> None:
    tag = finding(MARKED_UP, span=Span(4, 9, 4, 12))
    assert text_offsets(MARKED_UP, tag) == (4, 4)


@pytest.mark.parametrize("span", [Span(3, 1, 3, 24), Span(1, 1, 1, 7), Span(6, 1, 6, 4)])
def test_a_span_elsewhere_has_no_place_in_the_text(span: Span) -> None:
    assert text_offsets(MARKED_UP, finding(MARKED_UP, span=span)) is None


def test_hostile_text_stays_data() -> None:
    page = page_of(hostile())
    elements = Elements(page)
    executable = [
        attributes
        for tag, attributes in elements.tags
        if tag == "script" and attributes.get("type") not in {"application/json", "application/x-ndjson"}
    ]
    assert len(executable) == 1
    assert not [tag for tag, _ in elements.tags if tag in {"img", "iframe", "object", "link"}]
    assert line(page, "cues", 0)["cues"][0][2] == HOSTILE
    assert block(page, "run")["files"][0][0] == f"{HOSTILE}.vtt"
    assert "\u202e" not in page
    assert "\u2028" not in page


def test_a_hostile_title_is_escaped() -> None:
    page = render(lectures(), ReportOptions(title=HOSTILE)).decode("utf-8")
    assert "window.hacked=1</script>" not in page


def test_what_utf8_cannot_hold_does_not_break_the_page() -> None:
    cues = document("a.ko.vtt", ["half \ud83d of a pair"])
    assert line(page_of(audit(file_audit("a.ko.vtt", cues))), "cues", 0)["cues"][0][2] == "half \ud83d of a pair"


def test_a_measure_without_end_is_written_as_a_word() -> None:
    cues = document("a.ko.vtt", ["text"])
    page = page_of(audit(file_audit("a.ko.vtt", cues, (finding(cues.cues[0], "text", measured=float("inf")),))))
    assert line(page, "findings", 0)[0][9] == "inf"


def test_the_policy_admits_only_this_script_and_style() -> None:
    elements = Elements(page_of(lectures()))
    (policy,) = [
        a["content"] for tag, a in elements.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["img-src"] == "data:"
    inline = {"style-src": "", "script-src": ""}
    for attributes, text in elements.blocks:
        if not attributes:
            inline["script-src" if text.startswith('"use strict"') else "style-src"] += text
    for directive, text in inline.items():
        assert directives[directive] == f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_nothing_points_outside_the_page() -> None:
    elements = Elements(page_of(lectures()))
    targets = [
        value
        for _, attributes in elements.tags
        for name, value in attributes.items()
        if name in {"src", "href", "action"}
    ]
    assert all(target and target.startswith("#") for target in targets)
    style = "".join(
        text for attributes, text in elements.blocks if not attributes and not text.startswith('"use strict"')
    )
    assert "url(" not in style
    assert "@import" not in style


def test_scripts_never_write_markup() -> None:
    script = Elements(page_of(lectures())).blocks[-1][1]
    assert script.startswith('"use strict"')
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
        "fetch(",
        "XMLHttpRequest",
    ):
        assert way not in script


def test_a_large_run_keeps_the_text_around_findings_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_page, "FULL_TEXT_CUES", 30)
    page = page_of(lectures())
    assert block(page, "run")["neighbours"] == 2
    with_text = [number for number, row in enumerate(line(page, "cues", 0)["cues"], 1) if len(row) > 2]
    assert with_text == [1, 2, 3, 4, 5, 18, 19, 20, 21, 22]
    assert len(line(page, "cues", 0)["cues"]) == 30


def test_a_small_run_keeps_all_text() -> None:
    page = page_of(lectures())
    assert block(page, "run")["neighbours"] is None
    assert all(len(row) > 2 for row in line(page, "cues", 0)["cues"])


def test_without_the_document_findings_bring_their_own_text() -> None:
    page = page_of(lectures())
    assert line(page, "cues", 2)["cues"] is None
    assert line(page, "findings", 2)[0][14] == "gone gone gone"


def test_speakers_are_kept() -> None:
    cues = document("a.ko.vtt", ["네"])
    spoken = replace(cues, cues=(replace(cues.cues[0], speaker="김 교수"),))
    assert line(page_of(audit(file_audit("a.ko.vtt", spoken))), "cues", 0)["cues"] == [[0, 3000, "네", 3, "김 교수"]]


def test_an_empty_run_is_a_page() -> None:
    assert block(page_of(audit()), "run")["files"] == []


def test_the_same_audit_gives_the_same_bytes() -> None:
    assert render(lectures()) == render(lectures())


def test_a_page_too_large_gives_up_text_but_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = page_of(lectures())
    monkeypatch.setattr(html_page, "MOST_BYTES", 1)
    page = page_of(lectures())
    assert block(page, "run")["neighbours"] == -1
    assert not any(len(row) > 2 for row in line(page, "cues", 0)["cues"])
    trimmed = line(page, "findings", 0)
    assert [row[8] for row in trimmed] == [row[8] for row in line(whole, "findings", 0)]
    assert trimmed[1][14] == "Put it up Put it up Put it up"
    timed = [row[:2] for row in line(page, "cues", 0)["cues"]]
    assert timed == [row[:2] for row in line(whole, "cues", 0)["cues"]]


def test_findings_carry_fingerprint_and_witness() -> None:
    cues = document("a.ko.vtt", ["하나"])
    found = replace(finding(cues.cues[0], "하나"), witness="reference")
    page = page_of(audit(file_audit("a.ko.vtt", cues, (found,))))
    row = line(page, "findings", 0)[0]
    assert row[15] == found.fingerprint
    assert block(page, "run")["strings"][row[16]] == "reference"


def test_a_source_track_stands_beside_the_cues_it_shares_time_with() -> None:
    cues = document("a.ko.vtt", ["하나", "둘", "셋"])
    said = (
        replace(cues.cues[0], text="one and two", end_ms=6000),
        replace(cues.cues[0], index=2, text="after the end", start_ms=20_000, end_ms=21_000),
    )
    source = Document("a.en.vtt", "webvtt", said, language=Language("en", "file name"))
    page = page_of(audit(file_audit("a.ko.vtt", replace(cues, witnesses=Witnesses(source=source)))))
    assert line(page, "cues", 0)["witnesses"] == [
        ["source track", "a.en.vtt", "en", [[1, "one and two"], [2, "one and two"], [3, "after the end"]], ""]
    ]


def test_a_reference_without_times_is_kept_whole() -> None:
    cues = document("a.ko.vtt", ["하나"])
    plain = replace(document("a.txt", ["하나 둘 셋"]), cues=(replace(cues.cues[0], text="하나 둘 셋", end_ms=0),))
    page = page_of(audit(file_audit("a.ko.vtt", replace(cues, witnesses=Witnesses(reference=plain)))))
    assert line(page, "cues", 0)["witnesses"] == [["reference", "a.txt", "ko", [], "하나 둘 셋"]]


def earlier() -> Any:
    """The lectures as a run before: one finding less, one more, and a file that is gone since."""
    old = json.loads(json_audit.render(lectures()))
    loop = old["files"][0]["findings"].pop(1)
    old["files"][0]["findings"].append({**loop, "fingerprint": "other", "message": "was here before"})
    old["files"][0]["scores"]["overall"] = 70.0
    old["files"].append({**old["files"][1], "path": "course/en/gone.vtt"})
    return old


def test_a_comparison_tells_new_gone_and_stayed() -> None:
    page = render(lectures(), ReportOptions(compare=earlier())).decode()
    compared = block(page, "run")["compare"]
    assert (compared["new"], compared["gone"], compared["stayed"]) == (1, 1, 4)
    assert compared["missing"] == ["course/en/gone.vtt"]
    assert [row[17] for row in line(page, "findings", 0)] == [0, 1, 0, 0]
    assert [row[3] for row in line(page, "cues", 0)["gone"]] == ["was here before"]
    assert block(page, "run")["files"][0][9:11] == [70.0, 1]


@pytest.mark.parametrize(
    "old", [{}, {"schema_version": 2}, {"schema_version": 1}, {"schema_version": 1, "summary": []}]
)
def test_what_is_no_audit_cannot_be_compared(old: Any) -> None:
    with pytest.raises(ValueError, match="compare"):
        render(lectures(), ReportOptions(compare=old))


def policy_of(page: str) -> str:
    return next(a["content"] or "" for t, a in Elements(page).tags if t == "meta" and "http-equiv" in a)


def test_a_page_may_load_recordings_only_when_it_has_some() -> None:
    assert "media-src" not in policy_of(page_of(lectures()))
    assert "connect-src" not in policy_of(page_of(lectures()))
    with_media = policy_of(render(lectures(), ReportOptions(media={"course/ko/01.vtt": "01.wav"})).decode())
    assert "media-src 'self' file:" in with_media
    assert "connect-src" not in with_media


def test_other_findings_make_another_audit() -> None:
    run = lectures()
    assert identity(run) == identity(lectures())
    fewer = replace(run.files[0], findings=run.files[0].findings[1:])
    assert identity(replace(run, files=(fewer, *run.files[1:]))) != identity(run)
