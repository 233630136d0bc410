"""The summary in the terminal: worst files first, what was found, what the score means, in any width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

import auditor
from auditor.reports.console import MOST_FILES, MOST_FINDINGS, render_text, score_explanation
from auditor.score import meaning
from auditor.totals import worst_first
from tests.reports.audit_examples import lectures, referenced
from tests.transcripts import LOOP, garbled, sentences, webvtt

KOREAN_FOLDER = "아주 긴 이름을 가진 강의 폴더/그 안의 또 다른 폴더/그 폴더 안에 들어 있는 폴더"
LONG_FOLDER = "a-folder-with-a-rather-long-name/another-one-inside-of-it/and-one-more-in-that"


def audited(here: Path, folder: str) -> auditor.Audit:
    (here / folder).mkdir(parents=True)
    (here / "clean.en.vtt").write_text(webvtt(sentences(20)), encoding="utf-8")
    (here / "some.en.vtt").write_text(webvtt(garbled(sentences(40), 10)), encoding="utf-8")
    (here / "worst.en.vtt").write_text(webvtt([LOOP] * 5), encoding="utf-8")
    (here / folder / "lecture.ko.vtt").write_text(webvtt(sentences(9, "ko")), encoding="utf-8")
    return auditor.audit(".")


@pytest.fixture
def audit(here: Path) -> auditor.Audit:
    return audited(here, LONG_FOLDER)


SCORES = ("overall", "fidelity", "timing", "readability", "format")


def tables(text: str) -> list[str]:
    """The lines above the findings, which are not cut so that their places can be clicked on."""
    return text.split("look here first")[0].splitlines()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 116, 120])
@pytest.mark.parametrize(
    "folder",
    [
        LONG_FOLDER,
        pytest.param(KOREAN_FOLDER),
    ],
    ids=["Latin", "Korean"],
)
def test_tables_fit_the_terminal_with_whole_headings(here: Path, width: int, folder: str) -> None:
    lines = tables(render_text(audited(here, folder), width=width, colour=False))
    assert max(map(cell_len, lines)) <= width
    heading = next(line for line in lines if "overall" in line).split()
    narrow = width < 60
    assert [word for word in heading if word in ("file", "lang", "overall")] == (
        ["file", "overall"] if narrow else ["file", "lang", "overall"]
    )
    assert heading[-2:] == (["overall", "errors"] if narrow else ["errors", "warnings"])
    of_rules = next(line for line in lines if line.split()[:1] == ["rule"]).split()
    assert of_rules == ["rule", *([] if narrow else ["name"]), "errors", "warnings", "infos"]
    assert not any("…" in word for word in heading)
    assert all(line == line.rstrip() for line in lines)


def test_a_wide_terminal_shows_every_score(audit: auditor.Audit) -> None:
    heading = next(line for line in tables(render_text(audit, width=120, colour=False)) if "overall" in line)
    assert heading.split() == ["file", "lang", *SCORES, "cues", "errors", "warnings"]


def test_the_worst_file_comes_first_with_its_figures(audit: auditor.Audit) -> None:
    text = render_text(audit, width=160, colour=False)
    files = re.findall(r"^ ?(\S+\.vtt) ", text, re.M)
    assert files[0] == "worst.en.vtt"
    assert files.index("some.en.vtt") < files.index("clean.en.vtt")
    worst = worst_first(audit.files)[0]
    line = next(line for line in text.splitlines() if "worst.en.vtt" in line)
    assert f"{worst.scores.overall:.1f}" in line
    assert line.split()[-2:] == [str(worst.tally.findings[0]), str(worst.tally.findings[1])]


def test_the_rules_are_counted(audit: auditor.Audit) -> None:
    text = render_text(audit, width=100, colour=False)
    count = sum(finding.rule == "REP301" for file in audit.files for finding in file.findings)
    assert re.search(rf"REP301 +looped-phrase +{count}\b", text)


def test_the_findings_to_look_at_first_have_a_place_to_click_on(audit: auditor.Audit) -> None:
    text = render_text(audit, width=60, colour=False)
    worst = text.split("look here first\n")[1].split("\n\n")[0].splitlines()
    assert 0 < len(worst) <= MOST_FINDINGS
    assert all(re.match(r"  \S.*\.vtt:\d+:\d+ [A-Z]{3}\d{3} ", line) for line in worst)


def test_the_summary_says_how_much_and_what_the_score_means(audit: auditor.Audit) -> None:
    text = render_text(audit, width=160, colour=False)
    errors, warnings, infos = audit.tally.findings
    seconds = audit.tally.duration_ms // 1000
    assert f"4 files, 74 cues, {seconds // 60} min {seconds % 60:02} s: " in text
    assert f": {errors} errors, {warnings} warnings, {infos} infos" in text
    assert f"overall {audit.scores.overall:.1f} ({meaning(audit.scores.overall)})" in text
    assert "profile default" in text


def test_a_clean_run_says_so(here: Path) -> None:
    (here / "clean.en.vtt").write_text(webvtt(sentences(20)), encoding="utf-8")
    text = render_text(auditor.audit("."), width=100, colour=False)
    assert "nothing found" in text
    assert "overall 100.0 (publish)" in text
    assert "look here first" not in text


def test_only_the_worst_files_of_many_are_listed(here: Path) -> None:
    for number in range(MOST_FILES + 3):
        (here / f"{number:02}.en.vtt").write_text(webvtt(sentences(4)), encoding="utf-8")
    text = render_text(auditor.audit("."), width=100, colour=False)
    assert text.count(".en.vtt") == MOST_FILES
    assert "and 3 more files" in text


def test_colours_are_left_out_when_not_asked_for(audit: auditor.Audit) -> None:
    assert "\x1b" not in render_text(audit, width=100, colour=False)
    assert "\x1b[31m" in render_text(audit, width=100, colour=True)


def test_what_looks_like_terminal_markup_is_shown_as_it_is(here: Path) -> None:
    (here / "[red]x[bold].en.vtt").write_text(webvtt(["[bold]" + LOOP]), encoding="utf-8")
    assert "[red]x[bold].en.vtt" in render_text(auditor.audit("."), width=160, colour=False)


def test_control_characters_of_a_file_never_reach_the_terminal(here: Path) -> None:
    (here / "a.en.vtt").write_text(webvtt(["\x1b[2J\x07" + LOOP]), encoding="utf-8")
    text = render_text(auditor.audit("."), width=160, colour=False)
    assert "\x1b" not in text
    assert "\x07" not in text


def test_the_explanation_of_a_score_names_the_costliest_finding_first(audit: auditor.Audit) -> None:
    file = next(file for file in audit.files if file.path == "some.en.vtt")
    text = score_explanation(file)
    assert text.startswith(f"some.en.vtt: overall {file.scores.overall:.1f} ({meaning(file.scores.overall)})\n")
    costs = [float(cost) for cost in re.findall(r"^    -(\d+\.\d\d)  REP301", text, re.M)]
    assert len(costs) == 4
    assert costs == sorted(costs, reverse=True)
    assert sum(costs) == pytest.approx(100 - file.scores.fidelity, abs=0.1)


@pytest.mark.parametrize("width", [60, 120])
def test_error_rates_have_a_line_for_each_file(width: int) -> None:
    (line,) = [line for line in render_text(referenced(), width=width, colour=False).splitlines() if "WER" in line]
    assert line.split() == [
        *("talk.vtt", "WER", "23.1%,", "CER", "17.2%,", "MER", "21.4%,", "WIL", "28.4%", "of", "13", "words"),
    ]
    assert "WER" not in render_text(lectures(), width=width, colour=False)
