"""The smaller commands: convert, compare, mine, clean, evaluate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import webvtt

from auditor.cli import run

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands write into a folder of their own, under no configuration of ours."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("ending", ["vtt", "srt"])
@pytest.mark.parametrize("sample", ["wheels/en_US.srt", "databases/ko_KR.srt", "pottery/ja_JP.vtt"])
def test_a_converted_transcript_is_clean_and_keeps_every_cue_that_is_shown(
    sample: str, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = Path(f"out.{ending}")
    assert run(["convert", str(SAMPLES / sample), str(target)]) == 0
    said = capsys.readouterr().err
    assert ("lost:" in said) is ("pottery" not in sample)
    assert run(["audit", str(target), "--select", "FMT", "--report", "json", "--no-cache"]) == 0
    audit = json.loads(capsys.readouterr().out)
    assert audit["files"][0]["findings"] == []
    captions = webvtt.read(str(target)) if ending == "vtt" else webvtt.from_srt(str(target))
    assert len(captions) == audit["files"][0]["cues"] > 40


def test_what_subrip_cannot_hold_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.vtt").write_text(
        "WEBVTT\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.000 line:0\n<v Ann>Fish &amp; <i>chips</i>\n"
    )
    assert run(["convert", "in.vtt", "out.srt"]) == 0
    said = capsys.readouterr().err
    assert "position settings of 1 cue" in said
    assert "1 style, region or comment block" in said
    assert "speakers of 1 cue" in said
    assert "Fish & <i>chips</i>" in Path("out.srt").read_text()


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("missing.srt", "out.vtt", "cannot be read"),
        ("empty.srt", "out.vtt", "the file is empty"),
        ("empty.srt", "out.docx", "only .vtt and .srt"),
    ],
)
def test_what_cannot_be_converted_is_one_line(
    source: str, target: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty.srt").write_text("")
    assert run(["convert", source, target]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1
    assert not Path(target).exists()


def test_compare_names_what_vanished_and_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    talk = Path("talk.en.vtt")
    clean = "WEBVTT\n\n00:01.000 --> 00:04.000\nThe hub stands in the middle.\n"
    talk.write_text(clean)
    assert run(["audit", str(talk), "-q", "--report", "json=old.json", "--no-cache"]) == 0
    talk.write_text(clean + "\n00:04.000 --> 00:08.000\n" + "and turn it over " * 9 + "\n")
    assert run(["audit", str(talk), "-q", "--report", "json=new.json", "--no-cache"]) == 0
    assert run(["compare", "old.json", "new.json", "--fail-on-worse"]) == 1
    said = capsys.readouterr().out
    assert "talk.en.vtt" in said
    assert "are new" in said
    assert run(["compare", "new.json", "old.json", "--fail-on-worse"]) == 0
    assert run(["compare", "old.json", "none.json"]) == 2


def test_mine_writes_a_configuration_that_the_next_audit_reads(capsys: pytest.CaptureFixture[str]) -> None:
    phrase = "Brought to you by nobody at all"
    for number in range(5):
        folder = Path(f"talk{number}")
        folder.mkdir()
        cues = [f"{number}{at} is the {word} of this talk about wheels" for at, word in enumerate("abcdefgh")]
        lines = [f"00:{at * 4:02d}.000 --> 00:{at * 4 + 4:02d}.000\n{text}\n" for at, text in enumerate(cues)]
        lines.append(f"00:55.000 --> 00:59.000\n{phrase}\n")
        (folder / "en.vtt").write_text("WEBVTT\n\n" + "\n".join(lines))
    assert run(["mine", ".", "--output", "auditor.toml"]) == 0
    assert phrase in capsys.readouterr().out
    assert run(["mine", ".", "--output", "auditor.toml"]) == 2
    capsys.readouterr()
    assert run(["audit", ".", "--select", "PHR", "--report", "json", "--no-cache"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert all(any(finding["rule"] == "PHR501" for finding in file["findings"]) for file in files)


def test_clean_removes_the_cache_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", str(SAMPLES / "pottery"), "-q"]) == 0
    assert Path(".auditor_cache").is_dir()
    assert run(["clean"]) == 0
    assert not Path(".auditor_cache").exists()
    Path("other").mkdir()
    Path("other/file").write_text("mine")
    assert run(["clean", "--cache-dir", "other"]) == 2
    assert Path("other/file").exists()


def test_a_source_track_clears_terms_and_makes_sure_of_noise(capsys: pytest.CaptureFixture[str]) -> None:
    Path("talk").mkdir()
    Path("talk/en_US.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:04.000\nThe bowl dries for 62.5 hours.\n")
    Path("talk/ko_KR.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:04.000\n그릇은 65시간 동안 말라요 take them over\n")
    assert run(["audit", "talk/ko_KR.vtt", "--source-track", "en", "--report", "json", "--no-cache"]) == 0
    findings = {f["rule"]: f for f in json.loads(capsys.readouterr().out)["files"][0]["findings"]}
    assert findings["MIX401"]["witness"] == "source track"
    assert findings["REF804"]["witness"] == "source track"


def test_a_reference_gives_error_rates_and_one_of_another_lecture_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    said = "the wheel turns slowly and the spokes hold the rim in place while we look at the gap"
    Path("talk.en.vtt").write_text(f"WEBVTT\n\n00:01.000 --> 00:08.000\n{said.replace('slowly', 'slow')}\n")
    Path("talk.txt").write_text(said)
    arguments = ["audit", "talk.en.vtt", "--report", "json", "--no-cache", "--reference"]
    assert run([*arguments, "talk.txt"]) == 0
    rates = json.loads(capsys.readouterr().out)["files"][0]["error_rates"]
    assert rates["substitutions"] == 1
    assert rates["wer"] == pytest.approx(1 / rates["reference_words"])
    Path("other.txt").write_text("completely different words about cooking soup for many hungry guests " * 20)
    assert run([*arguments, "other.txt"]) == 0
    streams = capsys.readouterr()
    assert "talk.en.vtt" in streams.err
    assert "warning" in streams.err
    assert json.loads(streams.out)["files"][0]["error_rates"] is None
