from __future__ import annotations

import struct
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib
import pytest
from matplotlib import font_manager
from msgspec.structs import replace

from auditor.facts.width import counting_text
from auditor.model import (
    Audit,
    Category,
    Confidence,
    Cue,
    Document,
    FileAudit,
    Finding,
    Language,
    Scores,
    Severity,
    Span,
    Tally,
)
from auditor.profiles import Counting
from auditor.reports import REPORTS, png, png_text
from auditor.reports.png_data import (
    SHOWN_FILES,
    SHOWN_FINDINGS,
    SHOWN_ROWS,
    SHOWN_RULES,
    HeatRow,
    Mark,
    RuleCount,
    heat_map_data,
    overview_data,
    timeline_data,
    worst_findings,
)

PLACE = Span(1, 1, 1, 2)
KOREAN = "트랜스포머를 배워 봅시다 뷁 ㅋㅋㅋ"
JAPANESE = "変圧器について学びましょう、髙島屋とﾊﾝｶｸカナ「ー」"
CHINESE = "我们来学习这个简体字 與繁體字"
HOSTILE = (
    "$x_1$ costs $5 or \\frac{1}{2} ^_^ %s {0}",
    "$unclosed_{",
    "first line\nsecond\r\nthird\tcolumn",
    "nul \x00 bell \x07 escape \x1b[31m",
    "\u202eright to left\u202c \u200b \ufeff \ue000",
    "\ud800 half a character",
    "가" * 5000,
    "x" * 100_000,
    "مرحبا שלום नमस्ते สวัสดี",
    "😀👩\u200d👩\u200d👧🇰🇷\U00100000",
    "",
    "\u0301 alone",
)


def cue(index: int, start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(index, start_ms, end_ms, text, text, index * 3, PLACE, index * 3 + 1)


def finding(
    rule: str = "REP301",
    severity: Severity = Severity.ERROR,
    start_ms: int | None = 1000,
    text: str = KOREAN,
    cost: float = 1.0,
    **changes: object,
) -> Finding:
    made = Finding(
        rule=rule,
        name="looped-phrase",
        severity=severity,
        confidence=Confidence.LIKELY,
        category=Category.FIDELITY,
        cue=1,
        start_ms=start_ms,
        end_ms=None if start_ms is None else start_ms + 500,
        span=PLACE,
        text=text,
        message="comes 9 times in a row",
        measured=9,
        limit=2,
        unit="times",
        source="",
        fingerprint="f",
        cost=cost,
    )
    return replace(made, **changes)


def file(
    findings: tuple[Finding, ...] = (),
    overall: float = 80.0,
    path: str = "강의/ko_KR.srt",
    texts: tuple[str, ...] = (KOREAN, JAPANESE, CHINESE),
    language: str | None = "ko",
) -> FileAudit:
    cues = tuple(cue(index + 1, index * 2000, index * 2000 + 1900, text) for index, text in enumerate(texts))
    document = Document(path, "webvtt", cues) if cues else None
    return FileAudit(
        path=path,
        format="webvtt",
        language=Language(language, "file name"),
        encoding="utf-8",
        tally=Tally(files=1, cues=len(cues), duration_ms=cues[-1].end_ms if cues else 0),
        scores=Scores(overall, overall, 90.0, 95.0, 100.0),
        findings=findings,
        document=document,
    )


def audit(*files: FileAudit, overall: float = 80.0) -> Audit:
    tally = Tally(len(files), sum(f.tally.cues for f in files), sum(f.tally.duration_ms for f in files))
    return Audit("default", files, tally, Scores(overall, overall, 90.0, 95.0, 100.0))


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.fixture(autouse=True)
def _warnings_are_errors() -> Iterator[None]:
    """A glyph no font has is a warning of matplotlib's."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def clear_font_caches() -> None:
    png_text._installed.cache_clear()
    png_text._installed_characters.cache_clear()


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only the fonts that come with matplotlib and with the auditor."""
    png_text.font_family()
    own = (matplotlib.get_data_path(), str(png_text.FONT_FILE.parent))
    entries = [entry for entry in font_manager.fontManager.ttflist if entry.fname.startswith(own)]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", entries)
    clear_font_caches()
    yield
    clear_font_caches()


class TestOverviewData:
    def test_counts_files_cues_hours_and_findings(self) -> None:
        one = file((finding(), finding(severity=Severity.INFO)))
        one = replace(one, tally=Tally(1, 3, 5_400_000, findings=(1, 0, 1)))
        two = replace(file((finding(severity=Severity.WARNING),)), tally=Tally(1, 4, 1_800_000, findings=(0, 1, 0)))
        data = overview_data(audit(one, two))
        assert (data.files, data.cues, data.hours) == (2, 7, 2.0)
        assert data.findings == (1, 1, 1)

    def test_histogram_puts_limits_into_the_upper_bar_and_100_into_the_last(self) -> None:
        data = overview_data(audit(*(file(overall=score) for score in (0.0, 4.9, 69.9, 70.0, 90.0, 95.0, 100.0))))
        assert {start * 5: count for start, count in enumerate(data.histogram) if count} == {
            0: 2,
            65: 1,
            70: 1,
            90: 1,
            95: 2,
        }
        assert data.bands == (("publish", 3), ("fix what is flagged", 1), ("re-transcribe", 3))

    def test_rules_by_severity_most_frequent_first(self) -> None:
        timing = [finding("TIM101", severity) for severity in (Severity.ERROR, Severity.INFO, Severity.INFO)]
        data = overview_data(audit(file((finding("REP301"), *timing[:1])), file(tuple(timing[1:]))))
        assert data.rules == (
            RuleCount("TIM101", "looped-phrase", (1, 0, 2)),
            RuleCount("REP301", "looped-phrase", (1, 0, 0)),
        )

    def test_rules_left_out_are_summed_up(self) -> None:
        found = tuple(finding(f"TXT{number:03}") for number in range(40))
        rules = overview_data(audit(file(found))).rules
        assert len(rules) == SHOWN_RULES
        assert sum(rule.total for rule in rules) == 40
        assert rules[-1] == RuleCount("", "26 further rules", (26, 0, 0))

    def test_worst_files_lowest_score_first(self) -> None:
        files = [file(overall=float(score), path=f"{score}.srt") for score in range(100)]
        worst = overview_data(audit(*reversed(files))).worst
        assert [row.path for row in worst] == [f"{score}.srt" for score in range(SHOWN_FILES)]

    def test_of_two_files_of_one_score_the_one_with_more_errors_is_worse_as_in_the_summary(self) -> None:
        noted = file(tuple(finding(severity=Severity.INFO) for _ in range(3)), path="a.srt")
        wrong = file((finding(),), path="b.srt")
        tallied = [
            replace(one, tally=replace(one.tally, findings=counts))
            for one, counts in ((noted, (0, 0, 3)), (wrong, (1, 0, 0)))
        ]
        assert [row.path for row in overview_data(audit(*tallied)).worst] == ["b.srt", "a.srt"]


class TestTimelineData:
    def test_lanes_in_the_order_of_families_with_file_level_findings_apart(self) -> None:
        found = (
            finding("KOR704", Severity.INFO, 3000),
            finding("FMT006", Severity.WARNING, None),
            finding("KOR702", Severity.INFO, 2000),
            finding("XYZ001", category=Category.TIMING),
        )
        lanes = timeline_data(file(found)).lanes
        assert [lane.family for lane in lanes] == ["format", "timing", "Korean"]
        assert lanes[0].marks == (Mark(None, Severity.WARNING),)
        assert lanes[2].marks == (Mark(2.0, Severity.INFO), Mark(3.0, Severity.INFO))

    def test_speed_counts_as_the_findings_counted(self) -> None:
        texts = ("가나다라 ab",)
        unit = f"{counting_text(Counting.GRAPHEMES)} per second"
        judged = finding("RDG201", unit=unit, limit=9)
        graphemes = timeline_data(file((judged,), texts=texts))
        half_width = timeline_data(file(texts=texts))
        assert graphemes.speeds[0].characters_per_second == pytest.approx(7 / 1.9)
        assert half_width.speeds[0].characters_per_second == pytest.approx(5.5 / 1.9)
        assert graphemes.limits == (9.0,)
        assert half_width.limits == ()

    def test_a_limit_in_words_is_no_line_among_characters(self) -> None:
        assert timeline_data(file((finding("RDG201", unit="words per minute", limit=200),))).limits == ()

    def test_a_cue_without_duration_has_no_speed(self) -> None:
        document = Document("a.vtt", "webvtt", (cue(1, 5000, 5000, "flash"), cue(2, 9000, 8000, "back")))
        data = timeline_data(replace(file(), document=document))
        assert [speed.characters_per_second for speed in data.speeds] == [None, None]
        assert data.seconds == 9.0

    def test_without_document_only_findings(self) -> None:
        data = timeline_data(file((finding(start_ms=7000),), texts=()))
        assert (data.cues, data.speeds, data.seconds) == ((), (), 7.5)
        assert len(data.lanes) == 1

    def test_worst_findings_first(self) -> None:
        info, cheap, dear = finding(severity=Severity.INFO, cost=9.0), finding(cost=1.0), finding(cost=2.0)
        assert worst_findings([info, cheap, dear]) == (dear, cheap, info)

    def test_one_rule_does_not_crowd_out_the_others(self) -> None:
        many = [finding("RDG201", cost=5.0, start_ms=start) for start in range(50)]
        shown = worst_findings([*many, finding("REP301", Severity.INFO)])
        assert len(shown) == SHOWN_FINDINGS
        assert shown[-1].rule == "REP301"


class TestHeatMapData:
    def test_rates_are_errors_and_warnings_per_100_cues(self) -> None:
        found = (
            finding("KOR702"),
            finding("FMT006", Severity.WARNING, None),
            finding("KOR704", Severity.WARNING),
            finding("KOR704", Severity.INFO),
            finding("TIM101", Severity.INFO),
        )
        bad = replace(file(found, 40.0, "bad.srt"), tally=Tally(1, 50))
        good = replace(file((), 100.0, "good.srt"), tally=Tally(1, 150))
        data = heat_map_data(replace(audit(good, bad), tally=Tally(2, 200)))
        assert data.families == ("format", "Korean")
        assert data.rows == (
            HeatRow("bad.srt", 40.0, (2.0, 4.0), 6.0),
            HeatRow("good.srt", 100.0, (0.0, 0.0), 0.0),
        )
        assert data.whole == HeatRow("", 80.0, (0.5, 1.0), 1.5)

    def test_files_left_out_count_in_the_sum(self) -> None:
        worst = [file((finding(),), float(score), f"{score}.srt") for score in range(SHOWN_ROWS)]
        best = file((finding("TIM101"),) * 3, 100.0, "best.srt")
        data = heat_map_data(audit(best, *reversed(worst)))
        assert [row.path for row in data.rows] == [f"{score}.srt" for score in range(SHOWN_ROWS)]
        assert data.files == SHOWN_ROWS + 1
        assert data.families == ("timing", "repetition")
        assert list(data.whole.rates) == pytest.approx([300 / 123, 4000 / 123])

    def test_a_file_without_cues_has_no_rate(self) -> None:
        unreadable = file((finding("FMT001", start_ms=None),), 0.0, texts=())
        (row,) = heat_map_data(audit(unreadable)).rows
        assert (row.rates, row.total) == ((None,), None)

    def test_the_family_of_a_foreign_rule_is_its_category(self) -> None:
        assert heat_map_data(audit(file((finding("XYZ001", category=Category.READABILITY),)))).families == (
            "readability",
        )


class TestPictures:
    def test_one_file_is_drawn_as_its_timeline_and_several_as_overview(self) -> None:
        one = file((finding(),))
        assert png.render(audit(one)) == png.render_file(one)
        assert png.render(audit(one, one)) == png.render_overview(audit(one, one))

    @pytest.mark.parametrize("count", [0, 2, 200])
    @pytest.mark.parametrize("findings", [(), (finding(), finding("TIM101", Severity.WARNING, None))])
    def test_overview_has_fixed_width_and_bounded_height(self, count: int, findings: tuple[Finding, ...]) -> None:
        width, height = size(png.render_overview(audit(*(file(findings, path=f"{n}.srt") for n in range(count)))))
        assert width == 1600
        assert height <= 2100

    def test_timeline_has_bounded_height_whatever_is_found(self) -> None:
        codes = ("FMT", "TIM", "RDG", "REP", "MIX", "PHR", "TXT", "KOR", "REF", "ASR")
        found = tuple(finding(f"{code}{number}", start_ms=number) for code in codes for number in range(300))
        width, height = size(png.render_file(file(found)))
        assert width == 1600
        assert height <= 2300

    def test_timeline_without_findings_cues_or_document(self) -> None:
        empty = size(png.render_file(file(texts=())))
        with_cues = size(png.render_file(file()))
        assert empty[1] < with_cues[1]

    def test_a_day_long_cue_and_backward_times_are_drawn(self) -> None:
        cues = (cue(1, 0, 86_400_000, "long"), cue(2, 5000, 4000, "backward"), cue(3, 5000, 5001, "x" * 500))
        document = Document("a.vtt", "webvtt", cues)
        assert size(png.render_file(replace(file(), document=document)))[0] == 1600

    @pytest.mark.usefixtures("bare_machine")
    @pytest.mark.parametrize("text", [KOREAN, JAPANESE, CHINESE, *HOSTILE])
    def test_any_text_is_drawn_without_missing_glyphs(self, text: str) -> None:
        shown = file((finding(text=text, message=text, name=text, rule=text[:6]),), path=text, texts=(text,))
        assert size(png.render_file(shown))[0] == 1600
        assert size(png.render_overview(audit(shown, shown)))[0] == 1600

    @pytest.mark.parametrize(
        ("rate", "shown"),
        [(0.0, "0"), (0.04, "<0.1"), (0.1, "0.1"), (12.34, "12.3"), (99.96, "100"), (1234.5, "1,234")],
    )
    def test_numbers_of_the_heat_map_fit_their_cells(self, rate: float, shown: str) -> None:
        assert png._heat_number(rate) == shown

    def test_no_finding_is_worse_in_a_lighter_shade(self) -> None:
        lightness = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in png._heat_colours()]
        assert lightness == sorted(lightness, reverse=True)
        assert [png._heat_shade(rate) for rate in (0.1, 1.0, 49.9, 50.0, 5000.0)] == [0, 1, 5, 6, 6]

    def test_heat_map_grows_by_rows_up_to_a_bound(self) -> None:
        def height(count: int) -> int:
            shown = audit(*(file((finding(),), path=f"{KOREAN}/{n}.srt") for n in range(count)))
            width, tall = size(png.render_heat_map(shown))
            assert width == 1600
            return tall

        assert height(1) < height(2) < height(SHOWN_ROWS) == height(216)

    @pytest.mark.parametrize("files", [(), (file(),), (file((finding(severity=Severity.INFO),)),)])
    def test_heat_map_of_nothing_found_has_no_table(self, files: tuple[FileAudit, ...]) -> None:
        found = size(png.render_heat_map(audit(file((finding(),)))))
        assert size(png.render_heat_map(audit(*files)))[1] < found[1]

    @pytest.mark.usefixtures("bare_machine")
    @pytest.mark.parametrize("text", [KOREAN, JAPANESE, CHINESE, *HOSTILE])
    def test_any_text_is_drawn_as_svg_without_fonts(self, text: str) -> None:
        shown = file((finding(text=text, message=text, name=text, rule=text[:6]),), path=text, texts=(text,))
        run = audit(shown, shown)
        for drawing in (
            png.render_file(shown, "svg"),
            png.render_overview(run, "svg"),
            png.render_heat_map(run, "svg"),
        ):
            root = ElementTree.fromstring(drawing)
            assert root.tag == "{http://www.w3.org/2000/svg}svg"
            assert not list(root.iter("{http://www.w3.org/2000/svg}text"))
            assert list(root.iter("{http://www.w3.org/2000/svg}path"))

    def test_svg_is_the_same_whenever_it_is_drawn(self) -> None:
        program = (
            "import sys; from auditor.model import *; from auditor.reports import png;"
            "a = Audit('default', (), Tally(), Scores(0, 0, 0, 0, 0));"
            "sys.stdout.buffer.write(png.render_overview(a, 'svg'))"
        )
        root = Path(__file__).parents[2]
        other = subprocess.run([sys.executable, "-c", program], check=True, cwd=root, capture_output=True).stdout
        here = png.render_overview(Audit("default", (), Tally(), Scores(0, 0, 0, 0, 0)), "svg")
        assert here == other
        assert b"<dc:date>" not in here

    def test_the_svg_report_shows_what_the_png_report_shows(self) -> None:
        one, report = file((finding(),)), REPORTS["svg"]
        assert report.shows_cues
        assert report.file_name == "audit.svg"
        assert report.render(audit(one)) == png.render_file(one, "svg")
        assert report.render(audit(one, one)) == png.render_overview(audit(one, one), "svg")

    def test_formulas_are_drawn_as_written(self) -> None:
        as_formula = png.render_file(file((finding(text="$x_1$"),)))
        other_formula = png.render_file(file((finding(text="$x_{1}$"),)))
        assert as_formula != other_formula  # mathematics would make the two look alike

    def test_the_settings_of_the_process_are_left_alone(self) -> None:
        matplotlib.rcParams["font.size"] = 31.0
        try:
            before = dict(matplotlib.rcParams)
            styled = png.render_file(file((finding(),)))
            assert dict(matplotlib.rcParams) == before
        finally:
            matplotlib.rcdefaults()
        assert styled == png.render_file(file((finding(),)))

    def test_pyplot_is_not_imported(self) -> None:
        program = (
            "import sys; from auditor.model import *; from auditor.reports import png;"
            "png.render(Audit('default', (), Tally(), Scores(0, 0, 0, 0, 0)));"
            "sys.exit('matplotlib.pyplot' in sys.modules)"
        )
        root = Path(__file__).parents[2]
        assert subprocess.run([sys.executable, "-c", program], check=False, cwd=root).returncode == 0

    @pytest.mark.parametrize(
        ("seconds", "text"), [(0.0, "00:00"), (61.9, "01:01"), (3599.0, "59:59"), (3661.0, "1:01:01")]
    )
    def test_clock(self, seconds: float, text: str) -> None:
        assert png.clock(seconds) == text


class TestText:
    def test_the_packaged_font_alone_covers_korean_and_japanese(self) -> None:
        held = set(png_text._own_fonts()[0].get_charmap())
        jis = {
            decoded
            for lead in range(0xB0, 0xF5)  # the rows of kanji
            for trail in range(0xA1, 0xFF)
            if len(decoded := bytes((lead, trail)).decode("euc_jp", errors="ignore")) == 1
        }
        kanji = {ord(character) for character in jis if "\u4e00" <= character <= "\u9fff"}
        assert len(kanji) == 6355  # JIS X 0208: 2,965 of level 1, 3,390 of level 2
        assert kanji <= held
        assert set(range(0xAC00, 0xD7A4)) <= held
        assert {*range(0x3131, 0x318F), *range(0x3041, 0x3097), *range(0x30A1, 0x30FF)} <= held

    @pytest.mark.usefixtures("bare_machine")
    def test_scripts_without_font_are_named(self) -> None:
        assert png_text.readable("그는 สวัสดี ครับ 라고") == "그는 [Thai text] 라고"
        assert png_text.undrawable("라สa") == {"ส"}

    def test_an_installed_font_serves_what_the_packaged_lacks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(png_text, "_installed", lambda: (("Some Thai", frozenset({ord("ส")})),))
        png_text._installed_characters.cache_clear()
        try:
            assert png_text.readable("สa") == "สa"
            assert png_text.font_family("สa") == [png_text.FONT_NAME, png_text.SECOND_FONT_NAME, "Some Thai"]
            assert png_text.font_family("한글") == [png_text.FONT_NAME, png_text.SECOND_FONT_NAME]
        finally:
            png_text._installed_characters.cache_clear()

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("one\ntwo\r\n\n  three\tfour ", "one / two / three four"),
            ("a\x00b", "a[U+0000]b"),
            ("\u202eabc", "[U+202E]abc"),
            ("\u1112\u1161\u11ab", "한"),
            ("❤\ufe0f", "❤"),
        ],
    )
    def test_what_cannot_be_seen_is_spelled_out(self, text: str, shown: str) -> None:
        assert png_text.readable(text) == shown

    @pytest.mark.parametrize("cut", [png_text.cut_end, png_text.cut_middle])
    @pytest.mark.parametrize("text", ["가" * 500, "i" * 5000, "W" * 300, "folder/" * 60 + "강의.srt", "ab"])
    def test_cut_text_fits_and_uses_the_room(self, cut: Callable[[str, float, float], str], text: str) -> None:
        shown = cut(text, 9.0, 3.0)
        width = png_text.text_width(shown, 9.0)
        assert width <= 3.0
        assert shown == text or (width > 2.7 and "…" in shown)

    def test_a_path_keeps_its_start_and_the_name_of_the_file(self) -> None:
        shown = png_text.cut_middle("courses/" + "deep/" * 80 + "lecture-12.ko.srt", 9.0, 3.0)
        assert shown.startswith("courses")
        assert shown.endswith("/lecture-12.ko.srt")

    def test_width_is_what_is_drawn(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        text = "Reading speed 읽기 속도 読む"
        figure = Figure(dpi=300)
        FigureCanvasAgg(figure)
        with matplotlib.rc_context({"text.hinting": "none"}):
            drawn = figure.text(0, 0, text, fontsize=20, fontfamily=png_text.font_family(text))
            inches = drawn.get_window_extent().width / 300
        assert inches == pytest.approx(png_text.text_width(text, 20), rel=0.03)
