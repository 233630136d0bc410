"""The Python API as notebooks use it: read, audit, frames, gate, write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import auditor
from auditor.config import Config, GateLimits
from auditor.decoding import ConfigurationError
from auditor.model import FileAudit
from auditor.reports.frames import FILE_DTYPES, FINDING_DTYPES
from auditor.run import NoTranscriptError
from auditor.storage import NotFoundError
from auditor.writing import ReportError, write_file
from tests.transcripts import LOOP, garbled, moments, sentences, subrip, webvtt


@pytest.fixture
def lectures(here: Path) -> Path:
    (here / "clean.en.vtt").write_text(webvtt(sentences(20)), encoding="utf-8")
    (here / "looped.en.srt").write_text(subrip(garbled(sentences(20), 5)), encoding="utf-8")
    (here / "empty.vtt").write_bytes(b"")
    return here


def test_read_gives_a_document(lectures: Path) -> None:
    document = auditor.read(lectures / "looped.en.srt")
    assert isinstance(document, auditor.Document)
    assert (document.format, document.language.tag, len(document.cues)) == ("subrip", "en", 20)
    cue = document.cues[1]
    assert isinstance(cue, auditor.Cue)
    assert (cue.identifier, cue.start_ms, cue.end_ms, cue.line) == ("2", *moments(2)[1:], 6)
    assert cue.text == cue.raw_text == sentences(2)[1]


def test_read_takes_a_language_and_refuses_what_is_none(lectures: Path) -> None:
    assert auditor.read("clean.en.vtt", language="ko_KR").language.tag == "ko-KR"
    with pytest.raises(ConfigurationError, match="unknown language 'Korean'"):
        auditor.read("clean.en.vtt", language="Korean")


def test_read_of_a_missing_file_is_an_os_error(here: Path) -> None:
    with pytest.raises(FileNotFoundError):
        auditor.read("missing.vtt")


def test_audit_takes_one_path_or_several(lectures: Path) -> None:
    assert [file.path for file in auditor.audit("clean.en.vtt").files] == ["clean.en.vtt"]
    assert [file.path for file in auditor.audit(Path("clean.en.vtt")).files] == ["clean.en.vtt"]
    several = auditor.audit(["looped.en.srt", Path("clean.en.vtt")])
    assert [file.path for file in several.files] == ["looped.en.srt", "clean.en.vtt"]
    assert isinstance(several, auditor.Audit)


def test_audit_keeps_documents_unless_told_not_to(lectures: Path) -> None:
    assert all(file.document is not None for file in auditor.audit(".").files)
    assert all(file.document is None for file in auditor.audit(".", keep_documents=False).files)


def test_options_override_the_configuration(lectures: Path) -> None:
    config = Config(profile="bbc", select=("TIM",), language="ko")
    audited = auditor.audit(".", config, profile="netflix", select=["REP301"], language="en", ignore=["TIM"])
    assert audited.profile == "netflix"
    assert audited.files[0].language.tag == "en"
    assert {finding.rule for file in audited.files for finding in file.findings} == {"REP301"}
    assert auditor.audit(".", config).profile == "bbc"
    assert auditor.audit(".", config).files[0].language.tag == "ko"


def test_audit_reads_no_configuration_file_by_itself(lectures: Path) -> None:
    (lectures / "auditor.toml").write_text('profile = "netflix"')
    assert auditor.audit(".").profile == "default"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "netflx"}, "netflix"),
        ({"select": ["XYZ"]}, "'XYZ' selects no rule"),
        ({"ignore": ["XYZ"]}, "'XYZ' selects no rule"),
        ({"language": "Korean"}, "unknown language"),
    ],
)
def test_options_that_make_no_sense_are_refused(lectures: Path, options: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        auditor.audit(".", **options)  # type: ignore[arg-type]


def test_a_limit_the_profile_does_not_set_can_be_configured(lectures: Path) -> None:
    config = Config(select=("RDG203",), rules={"RDG203": {"line-width": 20}})
    audited = auditor.audit("clean.en.vtt", config)
    assert {(finding.rule, finding.limit) for finding in audited.files[0].findings} == {("RDG203", 20)}


def test_nothing_to_audit_is_an_error_of_its_own(here: Path) -> None:
    (here / "empty").mkdir()
    with pytest.raises(NoTranscriptError, match="empty"):
        auditor.audit("empty")
    with pytest.raises(NotFoundError, match=r"missing\.vtt"):
        auditor.audit("missing.vtt")


def test_progress_hears_of_every_file_and_the_total(lectures: Path) -> None:
    heard: list[tuple[str, int]] = []

    def progress(file: FileAudit, total: int) -> None:
        heard.append((file.path, total))

    auditor.audit(".", progress=progress)
    assert heard == [("clean.en.vtt", 3), ("empty.vtt", 3), ("looped.en.srt", 3)]


def test_the_findings_frame_has_a_row_a_finding(lectures: Path) -> None:
    audited = auditor.audit(".")
    frame = audited.findings_frame()
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == FINDING_DTYPES
    assert len(frame) == sum(len(file.findings) for file in audited.files) > 3
    loop = frame[frame["rule"] == "REP301"].iloc[0]
    assert (loop["path"], loop["cue"], loop["severity"]) == ("looped.en.srt", 3, "error")
    whole = frame[frame["rule"] == "FMT001"].iloc[0]
    assert whole[["cue", "start_ms", "end_ms"]].isna().all()


def test_the_files_frame_has_a_row_a_file(lectures: Path) -> None:
    frame = auditor.audit(".").files_frame().set_index("path", drop=False)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == FILE_DTYPES
    assert list(frame.index) == ["clean.en.vtt", "empty.vtt", "looped.en.srt"]
    assert list(frame["format"]) == ["webvtt", "unknown", "subrip"]
    assert list(frame["cues"]) == [20, 0, 20]
    assert list(frame["errors"]) == [0, 1, 4]
    assert frame["overall"]["clean.en.vtt"] == 100
    assert frame["format_score"]["empty.vtt"] == 0


def test_frames_without_rows_keep_their_columns(lectures: Path) -> None:
    frame = auditor.audit("clean.en.vtt").findings_frame()
    assert len(frame) == 0
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == FINDING_DTYPES


def test_gate_is_held_against_the_default_or_given_limits(lectures: Path) -> None:
    assert auditor.audit("clean.en.vtt").gate().passed
    looped = auditor.audit("looped.en.srt")
    assert not looped.gate().passed
    assert looped.gate(GateLimits(min_overall=None, max_errors=None)).passed


def test_write_makes_folders_and_replaces_the_file_whole(lectures: Path) -> None:
    audited = auditor.audit("clean.en.vtt")
    target = lectures / "out" / "deep" / "audit.json"
    audited.write("json", target)
    first = target.read_bytes()
    assert first == audited.render("json")
    auditor.audit(".").write("json", str(target))
    assert target.read_bytes() != first
    assert os.listdir(target.parent) == ["audit.json"]


def test_a_report_that_fails_leaves_the_old_file_and_no_litter(lectures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = lectures / "out" / "audit.json"
    target.parent.mkdir()
    target.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(ReportError, match=r"cannot write the json report to .*audit\.json: No space left"):
        auditor.audit("clean.en.vtt").write("json", target)
    assert target.read_text() == "old"
    assert os.listdir(target.parent) == ["audit.json"]


def test_a_report_has_the_permissions_of_any_new_file(lectures: Path) -> None:
    (lectures / "plain").touch()
    auditor.audit("clean.en.vtt").write("csv", lectures / "findings.csv")
    assert (lectures / "findings.csv").stat().st_mode == (lectures / "plain").stat().st_mode


def test_a_folder_is_no_place_for_a_report(lectures: Path) -> None:
    (lectures / "out").mkdir()
    with pytest.raises(ReportError, match="it is a folder"):
        write_file(lectures / "out", b"", "json")
    with pytest.raises(ReportError, match="cannot write the json report"):
        write_file(lectures / "clean.en.vtt" / "audit.json", b"", "json")


def test_an_unknown_kind_names_the_nearest(lectures: Path) -> None:
    with pytest.raises(ReportError, match="unknown report kind 'jsn'; did you mean 'json'"):
        auditor.audit("clean.en.vtt").render("jsn")


def test_a_report_whose_package_is_missing_names_the_extra(lectures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pyarrow", "fastparquet"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(ReportError, match=r"pip install 'transcript-auditor\[parquet\]'"):
        auditor.audit("clean.en.vtt").render("parquet")


def test_pictures_are_drawn_of_the_run_and_of_each_file_with_findings(lectures: Path) -> None:
    (lectures / "week 1").mkdir()
    (lectures / "week 1" / "강의.en.vtt").write_text(webvtt([LOOP]), encoding="utf-8")
    run = auditor.audit(["clean.en.vtt", "week 1/강의.en.vtt"])
    run.write("png", "pictures/")
    assert sorted(os.listdir("pictures")) == ["heat-map.png", "overview.png", "week_1_강의.en.vtt.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (lectures / "pictures").iterdir())
    (lectures / "drawings").mkdir()
    run.write("svg", "drawings")
    assert sorted(os.listdir("drawings")) == ["heat-map.svg", "overview.svg", "week_1_강의.en.vtt.svg"]
    assert all(b"<svg" in path.read_bytes() for path in (lectures / "drawings").iterdir())


def test_the_package_offers_what_it_says() -> None:
    assert {name for name in auditor.__all__ if getattr(auditor, name, None) is None} == set()
    assert auditor.__version__
    with pytest.raises(AttributeError, match="no attribute 'audits'"):
        auditor.audits  # noqa: B018
