"""The CSV report: what a spreadsheet and a script read from it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import auditor
from auditor.reports.csv_findings import COLUMNS
from tests.transcripts import garbled, sentences, stamp, subrip, webvtt


def rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")  # without it spreadsheets read Korean as Latin-1
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_row_is_a_finding_and_the_first_row_names_the_columns(here: Path) -> None:
    (here / "looped.en.srt").write_text(subrip(garbled(sentences(20), 5)), encoding="utf-8")
    (here / "empty.vtt").write_bytes(b"")
    audit = auditor.audit(["looped.en.srt", "empty.vtt"])
    read = rows(audit.render("csv"))
    assert tuple(read[0]) == COLUMNS
    assert [(row["path"], row["rule"], row["cue"]) for row in read] == [
        *[("looped.en.srt", "REP301", cue) for cue in ("3", "8", "13", "18")],
        ("empty.vtt", "FMT001", ""),
    ]
    findings = [finding for file in audit.files for finding in file.findings]
    for row, finding in zip(read, findings, strict=True):
        assert row["severity"] == finding.severity.value
        assert row["start_ms"] == ("" if finding.start_ms is None else str(finding.start_ms))
        assert (int(row["line"]), int(row["column"])) == (finding.span.line, finding.span.column)
        assert float(row["cost"]) == finding.cost
        assert row["fingerprint"] == finding.fingerprint


def test_a_run_without_findings_is_the_first_row_alone(here: Path) -> None:
    (here / "clean.en.vtt").write_text(webvtt(sentences(5)), encoding="utf-8")
    assert auditor.audit(".").render("csv").decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"


def overlapping(text: str) -> str:
    """Two cues, of which the second begins too early and shows ``text``."""
    return f"WEBVTT\n\n{stamp(0)} --> {stamp(5000)}\nfine\n\n{stamp(4000)} --> {stamp(9000)}\n{text}\n"


def test_line_breaks_quotes_and_commas_come_through(here: Path) -> None:
    text = 'he said "no, no",\nand then 그리고\nleft'
    (here / "a.en.vtt").write_text(overlapping(text), encoding="utf-8")
    (row,) = rows(auditor.audit(".", select=["TIM101"]).render("csv"))
    assert row["text"] == text


def test_no_cell_is_run_as_a_formula(here: Path) -> None:
    for number, start in enumerate(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://example.org";"x")']):
        (here / f"{number}.en.vtt").write_text(overlapping(start), encoding="utf-8")
    (here / "=1+1.en.vtt").write_text(overlapping("x"), encoding="utf-8")
    read = rows(auditor.audit(".", select=["TIM101"]).render("csv"))
    assert len(read) == 7
    assert all(not cell.startswith(("=", "+", "-", "@", "\t")) for row in read for cell in row.values())
    assert "'=1+1.en.vtt" in {row["path"] for row in read}
