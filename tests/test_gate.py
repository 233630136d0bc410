"""The gate: limits that hold, limits that do not, and how the verdict reads."""

from __future__ import annotations

import pytest

from auditor.config import Config, GateLimits, ruleset
from auditor.engine import audit_source
from auditor.gate import decide, describe
from auditor.model import Audit, Source
from auditor.score import add, scores
from tests.transcripts import LOOP, garbled, moments, sentences, stamp, webvtt

CLEAN = webvtt(sentences(40))
LOOPED = webvtt(garbled(sentences(40), 5))
START, END = moments(40)[-2:]
SHORT = webvtt([*sentences(39), "Hm."]).replace(stamp(END), stamp(START + 200))  # one cue too short: a warning
NONE = GateLimits(min_overall=None, max_errors=None)


def audit(**files: str) -> Audit:
    rules = ruleset(Config())
    audited = tuple(audit_source(Source(f"{name}.en.vtt", text.encode()), rules) for name, text in files.items())
    tally = add(file.tally for file in audited)
    return Audit("default", audited, tally, scores(tally))


def limits(**changes: object) -> GateLimits:
    return GateLimits(**({"min_overall": None, "max_errors": None} | changes))  # type: ignore[arg-type]


def test_clean_files_pass_the_default_gate() -> None:
    verdict = decide(audit(a=CLEAN, b=CLEAN), GateLimits())
    assert verdict.passed
    assert describe(verdict, audit(a=CLEAN, b=CLEAN)) == ["gate passed: 2 files within the limits"]


def test_the_default_gate_wants_80_overall_and_no_error() -> None:
    found = audit(clean=CLEAN, looped=LOOPED)
    verdict = decide(found, GateLimits())
    assert not verdict.passed
    assert [(v.limit, v.allowed, v.files) for v in verdict.violations] == [
        ("min-overall", 80.0, ("looped.en.vtt",)),
        ("max-errors", 0, ("looped.en.vtt",)),
    ]
    assert verdict.violations[0].value == found.files[1].scores.overall
    assert verdict.violations[1].value == found.tally.findings[0]


def test_one_error_fails_the_default_gate_however_high_the_score() -> None:
    found = audit(a=webvtt([*sentences(200), LOOP]))
    assert found.scores.overall > 95
    assert [violation.limit for violation in decide(found, GateLimits()).violations] == ["max-errors"]


def test_warnings_pass_the_default_gate() -> None:
    found = audit(a=SHORT)
    assert found.tally.findings[:2] == (0, 1)
    assert decide(found, GateLimits()).passed


@pytest.mark.parametrize("name", ["min_overall", "min_fidelity", "min_timing", "min_readability", "min_format"])
def test_every_score_can_be_limited_and_its_limit_is_allowed(name: str) -> None:
    score = getattr(audit(a=SHORT).files[0].scores, name.removeprefix("min_"))
    assert decide(audit(a=SHORT), limits(**{name: score})).passed
    if score < 100:
        (violation,) = decide(audit(a=SHORT), limits(**{name: score + 0.1})).violations
        assert (violation.limit, violation.value) == (name.replace("_", "-"), score)


def test_the_worst_file_comes_first() -> None:
    found = audit(some=webvtt(garbled(sentences(40), 10)), all=webvtt([LOOP] * 10), most=LOOPED)
    (violation,) = decide(found, limits(min_fidelity=99)).violations
    assert violation.files == ("all.en.vtt", "most.en.vtt", "some.en.vtt")
    assert violation.value == found.files[1].scores.fidelity


def test_the_mean_is_over_the_run() -> None:
    found = audit(good=webvtt(sentences(300)), bad=webvtt([LOOP] * 3))
    assert decide(found, limits(min_mean_overall=90)).passed
    (violation,) = decide(found, limits(min_mean_overall=99.9)).violations
    assert (violation.limit, violation.value, violation.files) == ("min-mean-overall", found.scores.overall, ())


def test_counts_are_over_the_run() -> None:
    found = audit(a=SHORT, b=SHORT)
    assert decide(found, limits(max_warnings=2)).passed
    (violation,) = decide(found, limits(max_warnings=1)).violations
    assert (violation.limit, violation.value, violation.allowed) == ("max-warnings", 2, 1)
    assert violation.files == ("a.en.vtt", "b.en.vtt")


def test_a_rule_can_be_limited() -> None:
    found = audit(a=LOOPED, b=CLEAN)
    assert decide(found, limits(max_per_rule={"TIM101": 0, "REP301": 8})).passed
    (violation,) = decide(found, limits(max_per_rule={"REP301": 7})).violations
    assert (violation.limit, violation.value, violation.files) == ("max-per-rule REP301", 8, ("a.en.vtt",))


def test_no_limits_pass_everything() -> None:
    assert decide(audit(a=webvtt([LOOP] * 10)), NONE).passed


def test_the_verdict_names_limit_value_and_files_and_counts_the_rest() -> None:
    found = audit(**{f"f{n}": LOOPED for n in range(7)})
    lines = describe(decide(found, limits(min_overall=80, max_errors=3)), found)
    assert lines[0] == "gate failed: 2 limits violated"
    assert lines[1].strip().startswith(f"min-overall: {found.files[0].scores.overall:g} < 80 in f0.en.vtt, f1.en.vtt")
    assert lines[1].endswith("and 2 more")
    assert lines[2].strip().startswith("max-errors: 56 > 3 in f0.en.vtt")
