"""Adding up a run without holding it: the same figures in any order and grouping, and the worst files whole."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import auditor
from auditor.cli import run
from auditor.model import FileAudit, Language, NotVerified, Severity, Totals
from auditor.reports import REPORTS, Needs
from auditor.reports.png_data import heat_map_data, overview_data
from auditor.reports.tables import read_table, table
from auditor.totals import Collector, Summing, badness, total, totals_of
from tests.reports import audit_examples as examples
from tests.transcripts import garbled, sentences, webvtt

CUE = examples.cue(1, "the bridge the bridge the bridge")


@st.composite
def files(draw: st.DrawFn) -> FileAudit:
    severities = draw(st.lists(st.sampled_from(Severity), max_size=4))
    rules = st.sampled_from([("REP301", "looped-phrase"), ("TIM101", "cue-overlap"), ("RDG201", "reading-speed")])
    found = tuple(
        examples.finding(CUE, rule=code, name=name, severity=severity)
        for severity in severities
        for code, name in [draw(rules)]
    )
    overall = draw(st.integers(0, 1000)) / 10
    made = examples.file_audit(f"{draw(st.integers(0, 10**6))}.vtt", None, found, overall=overall)
    tag = draw(st.sampled_from(["ko", "en", None]))
    lacking = draw(st.sampled_from([(), (NotVerified("REF801", "no reference given"),)]))
    return replace(made, language=Language(tag, "text"), not_verified=lacking)


runs = st.lists(files(), max_size=12)


@given(runs, st.randoms(use_true_random=False), st.integers(0, 12))
def test_totals_are_the_same_however_a_run_is_split(audited: list[FileAudit], chance: object, cut: int) -> None:
    shuffled = list(audited)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    parts = Summing()
    for part in (shuffled[cut:], shuffled[:cut]):
        parts.add_totals(total(part))
    assert parts.totals() == total(audited)


@given(runs)
def test_totals_count_every_file_once_in_each_table(audited: list[FileAudit]) -> None:
    totals = total(audited)
    assert sum(totals.histogram) == totals.tally.files == len(audited)
    assert sum(tally.files for _, tally in totals.languages) == len(audited)
    for rule in totals.rules:
        assert rule.files == sum(any(f.rule == rule.code for f in file.findings) for file in audited)
        assert sum(rule.findings) == sum(f.rule == rule.code for file in audited for f in file.findings)


@given(runs, st.integers(1, 12))
def test_the_files_kept_are_the_worst_in_the_order_of_the_run(audited: list[FileAudit], kept: int) -> None:
    collector = Collector(kept)
    for file in audited:
        collector.add(file)
    audit = collector.audit("default")
    places = [next(at for at, file in enumerate(audited) if file is found) for found in audit.files]
    assert places == sorted(places)
    assert len(places) == min(kept, len(audited))
    limit = sorted(badness(file)[:2] for file in audited)[: len(places)]
    assert sorted(badness(file)[:2] for file in audit.files) == limit
    assert (audit.totals is None) == (len(audited) <= kept)
    assert totals_of(audit) == total(audited)


@given(runs.filter(lambda audited: len(audited) > 2))
def test_pictures_of_a_run_too_large_to_hold_show_its_figures(audited: list[FileAudit]) -> None:
    whole, part = Collector(None), Collector(2)
    for file in audited:
        whole.add(file)
        part.add(file)
    one, other = overview_data(whole.audit("default")), overview_data(part.audit("default"))
    assert replace(one, worst=()) == replace(other, worst=())
    heat, cool = heat_map_data(whole.audit("default")), heat_map_data(part.audit("default"))
    assert (heat.files, heat.families, heat.whole) == (cool.files, cool.families, cool.whole)


# ---------------------------------------------------------------- reports written while the run goes on


@pytest.fixture
def lectures(here: Path) -> Path:
    for number in range(12):
        texts = garbled(sentences(20), 5) if number % 3 == 0 else sentences(20)
        (here / f"{number:02}.en.vtt").write_text(webvtt(texts), encoding="utf-8")
    (here / "empty.en.vtt").write_bytes(b"")
    return here


STREAMED = [kind for kind, report in REPORTS.items() if report.needs is Needs.EACH_FILE]


def test_reports_written_meanwhile_are_those_of_the_whole_audit(lectures: Path) -> None:
    wanted = [argument for kind in STREAMED for argument in ("--report", f"{kind}=out.{kind}")]
    assert run(["audit", ".", "-q", *wanted]) == 0
    whole = auditor.audit(".")
    for kind in STREAMED:
        assert (lectures / f"out.{kind}").read_bytes() == whole.render(kind), kind
    frame = pd.read_parquet(lectures / "out.parquet")
    pd.testing.assert_frame_equal(frame, whole.findings_frame())


def test_an_audit_that_keeps_the_worst_has_the_figures_of_all(lectures: Path) -> None:
    whole, part = auditor.audit("."), auditor.audit(".", detailed=3)
    assert (part.tally, part.scores) == (whole.tally, whole.scores)
    assert [file.path for file in part.files] == ["00.en.vtt", "03.en.vtt", "empty.en.vtt"]
    assert isinstance(part.totals, Totals)
    console, html = part.render("console").decode(), part.render("html").decode()
    assert "13 files, 240 cues" in console
    assert "13 files" in html


def test_a_run_that_ends_badly_leaves_no_report(lectures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("auditor.reports.jsonl.Stream.close", interrupted)
    before = set(os.listdir())
    assert run(["audit", ".", "-q", "--no-cache", "--report", "csv=a.csv", "--report", "jsonl=b.jsonl"]) == 130
    assert set(os.listdir()) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_named_with_the_report(lectures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", ".", "-q", "--report", "jsonl=/dev/full"]) == 2
    assert capsys.readouterr().err == (
        "auditor: error: cannot write the jsonl report to /dev/full: No space left on device\n"
    )


def test_every_file_is_seen_where_a_baseline_excuses_findings(lectures: Path) -> None:
    assert run(["baseline", "write", ".", "--output", "known.json"]) == 0
    assert run(["audit", ".", "-q", "--baseline", "known.json", "--report", "csv=found.csv"]) == 0
    assert len((lectures / "found.csv").read_text(encoding="utf-8").splitlines()) == 1


def test_a_table_holds_a_lone_surrogate_as_its_escape() -> None:
    data = table([{"path": 'a\ud800"\\b', "cue": None}], {"path": "string", "cue": "int64"}, "parquet")
    assert read_table(data, "parquet", ["path", "cue"]) == [{"path": 'a\\ud800"\\b', "cue": None}]
