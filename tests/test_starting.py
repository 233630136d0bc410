"""The first configuration: it can be read, the gate starts green, and one step down turns it red."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.config import Config, GateLimits, ruleset
from auditor.config_file import load as load_config
from auditor.engine import audit_source
from auditor.gate import decide
from auditor.model import Audit, Source
from auditor.score import add, scores
from auditor.starting import starting_configuration
from tests.transcripts import LOOP, garbled, sentences, webvtt

CLEAN = webvtt(sentences(40))


def audit(files: dict[str, str], profile: str = "default") -> Audit:
    selected = ruleset(Config(profile=profile))
    audited = tuple(audit_source(Source(path, text.encode()), selected) for path, text in files.items())
    tally = add(file.tally for file in audited)
    return Audit(profile, audited, tally, scores(tally), "1.2.3")


def written(text: str, folder: Path) -> Config:
    path = folder / "auditor.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


@pytest.mark.parametrize("profile", ["default", "netflix"])
@pytest.mark.parametrize(
    "files",
    [
        {"a.en.vtt": CLEAN},
        {"a.en.vtt": CLEAN, "b.en.vtt": webvtt(garbled(sentences(40), 5))},
        {"a.ko.vtt": webvtt(garbled(sentences(40, "ko"), 20)), "강의\n'\"\\.vtt": "nothing of a transcript"},
    ],
)
def test_the_gate_starts_green(files: dict[str, str], profile: str, tmp_path: Path) -> None:
    found = audit(files, profile)
    config = written(starting_configuration(found), tmp_path)
    assert config.profile == profile
    assert decide(found, config.gate).passed


def test_files_that_get_worse_turn_it_red(tmp_path: Path) -> None:
    texts = garbled(sentences(40), 5)
    limits = written(starting_configuration(audit({"a.en.vtt": webvtt(texts)})), tmp_path).gate
    worse = audit({"a.en.vtt": webvtt([LOOP, *texts[1:]])})
    assert {violation.limit for violation in decide(worse, limits).violations} == {
        "max-errors",
        "min-mean-overall",
        "min-overall",
    }


def test_good_files_are_not_held_to_perfection(tmp_path: Path) -> None:
    found = audit({"a.en.vtt": CLEAN})
    assert found.scores.overall > 98
    gate = written(starting_configuration(found), tmp_path).gate
    assert (gate.min_overall, gate.min_mean_overall, gate.max_errors) == (90, 90, 0)


def test_lines_that_are_switched_on_are_valid_too(tmp_path: Path) -> None:
    found = audit({"a.ko.vtt": webvtt(garbled(sentences(40, "ko"), 5)), "b.en.vtt": CLEAN})
    text = starting_configuration(found)
    switched = ("# language =", "# ignore =", "# min-fidelity =", "# max-warnings =")
    lines = [line.removeprefix("# ") if line.startswith(switched) else line for line in text.splitlines()]
    config = written("\n".join(lines), tmp_path)
    assert config.language in ("ko", "en")
    assert config.ignore != ()
    assert config.gate.min_fidelity is not None
    assert decide(found, config.gate).passed


def test_it_says_what_was_found_and_how_languages_were_told() -> None:
    text = starting_configuration(
        audit({"a.ko.vtt": webvtt(garbled(sentences(40, "ko"), 5)), "b.ko.vtt": CLEAN, "en/c.vtt": CLEAN})
    )
    assert "transcript-auditor 1.2.3, from an audit of 3 files:" in text
    assert "#   ko: 2 files (file name)" in text
    assert "#   en: 1 file (folder name)" in text
    assert "REP301 looped-phrase (8)" in text


def test_every_setting_has_a_comment_above_it() -> None:
    lines = starting_configuration(audit({"a.en.vtt": CLEAN})).splitlines()
    settings = [at for at, line in enumerate(lines) if "=" in line and not line.startswith("#")]
    assert len(settings) == 4
    assert all(lines[at - 1].startswith("# ") for at in settings)


def test_with_a_baseline_the_gate_asks_for_nothing_new(tmp_path: Path) -> None:
    text = starting_configuration(audit({"a.ko.vtt": webvtt(garbled(sentences(40, "ko"), 20))}), 'b"k.json')
    config = written(text, tmp_path)
    assert config.baseline is not None
    assert config.baseline.endswith('b"k.json')
    assert config.gate == GateLimits(new_only=True)
    lines = text.splitlines()
    settings = [at for at, line in enumerate(lines) if "=" in line and not line.startswith("#")]
    assert all(lines[at - 1].startswith("# ") for at in settings)


def test_an_audit_of_nothing_gives_no_limits() -> None:
    with pytest.raises(ValueError, match="no files"):
        starting_configuration(Audit("default", (), add([]), scores(add([]))))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=1, max_size=5))
def test_whatever_was_found_the_gate_starts_green(shapes: list[tuple[int, int]]) -> None:
    base = audit({"a.en.vtt": CLEAN}).files[0]
    files = []
    for at, (errors, cues) in enumerate(shapes):
        tally = replace(base.tally, exposure=cues, damage=(min(errors, cues) * 1000, 0, 0, 0), findings=(errors, at, 0))
        files.append(replace(base, path=f"{at}.vtt", tally=tally, scores=scores(tally)))
    total = add(file.tally for file in files)
    found = Audit("default", tuple(files), total, scores(total))
    gate = tomllib.loads(starting_configuration(found))["gate"]
    assert decide(found, GateLimits(**{name.replace("-", "_"): value for name, value in gate.items()})).passed
