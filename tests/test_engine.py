"""The engine: which rules run, with what options, and what it stamps on their findings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec import Struct

from auditor.config import Config, ruleset
from auditor.engine import Ruleset, audit_document, audit_source, options_for, select
from auditor.model import Category, Confidence, Document, FileAudit, Hit, Severity, Source
from auditor.parse import parse
from auditor.profiles import Limit, load
from auditor.rule import Family, Rule, limit_of
from auditor.rules import RULES
from tests.transcripts import LOOP, moments, sentences, stamp, webvtt


def codes(chosen: list[str], extended: list[str], ignored: list[str]) -> set[str]:
    return {rule.code for rule in select(RULES, chosen, extended, ignored)}


ALL = {rule.code for rule in RULES}
TIMING = {code for code in ALL if code.startswith("TIM")}


@pytest.mark.parametrize(
    ("chosen", "extended", "ignored", "left"),
    [
        ([], [], [], ALL),
        (["ALL"], [], [], ALL),
        (["TIM"], [], [], TIMING),
        (["TIM101"], [], [], {"TIM101"}),
        (["TIM101", "TIM102"], [], [], {"TIM101", "TIM102"}),
        (["TIM101"], ["RDG201"], [], {"TIM101", "RDG201"}),
        ([], ["RDG201"], [], ALL),
        ([], [], ["TIM"], ALL - TIMING),
        ([], [], ["TIM101"], ALL - {"TIM101"}),
        (["TIM"], [], ["TIM101"], TIMING - {"TIM101"}),
        (["TIM101"], [], ["TIM"], {"TIM101"}),  # the more specific selector wins
        ([], ["TIM101"], ["TIM"], ALL - TIMING | {"TIM101"}),
        (["TIM101"], [], ["TIM101"], set()),
        (["TIM101"], [], ["ALL"], {"TIM101"}),
        ([], [], ["ALL"], set()),
    ],
)
def test_selectors(chosen: list[str], extended: list[str], ignored: list[str], left: set[str]) -> None:
    assert codes(chosen, extended, ignored) == left


def test_selected_rules_keep_the_order_of_the_table() -> None:
    chosen = select(RULES, ["TIM102", "FMT001", "TIM101"], [], [])
    assert [rule.code for rule in chosen] == ["FMT001", "TIM101", "TIM102"]


class Options(Struct, frozen=True):
    reading_speed: Limit | None = limit_of("reading_speed")
    line_width: Limit | None = limit_of("line_width")
    words: int = 3


def check(document: Document, options: Options) -> Iterator[Hit]:
    """A made-up rule: a hit on every cue that holds the word "odd", and one for the file that ends in "odd"."""
    for cue in document.cues:
        if "odd" in cue.text:
            yield Hit(span=cue.timing_span, cue=cue.index, message="is odd", measured=options.words)
    if document.cues and document.cues[-1].text.endswith("odd"):
        yield Hit(span=document.cues[0].timing_span, message="the file ends oddly")


RULE = Rule(
    code="TST999",
    name="odd-cue",
    family=Family.TEXT,
    category=Category.READABILITY,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)


def made_up(profile: str = "default", **changes: object) -> Ruleset:
    return Ruleset((RULE,), load(profile), **changes)  # type: ignore[arg-type]


def document(*texts: str, name: str = "a.en.vtt") -> Document:
    return parse(Source(name, webvtt(texts).encode()))


def test_the_profile_fills_the_limits_for_the_language() -> None:
    korean, english = (options_for(RULE, made_up(), tag) for tag in ("ko-KR", "en"))
    assert korean.reading_speed == load("default").limits("ko")["reading_speed"]
    assert english.reading_speed == load("default").limits("en")["reading_speed"]
    assert korean.reading_speed.value != english.reading_speed.value
    assert english.words == 3


def test_a_limit_the_profile_does_not_set_is_none() -> None:
    assert options_for(RULE, made_up(), "en").line_width is None
    assert options_for(RULE, made_up("netflix"), "en").line_width.value > 0


def test_a_configured_limit_keeps_its_unit_and_names_the_configuration() -> None:
    rules = made_up(options={"TST999": {"reading_speed": 12, "words": 5}})
    options = options_for(RULE, rules, "ko")
    assert options.words == 5
    assert options.reading_speed.value == 12
    assert options.reading_speed.source == "configuration"
    assert options.reading_speed.counting is load("default").limits("ko")["reading_speed"].counting


def test_a_finding_carries_rule_cue_and_evidence() -> None:
    file = audit_document(document("fine", "odd text", "fine"), made_up())
    (found,) = file.findings
    assert (found.rule, found.name) == ("TST999", "odd-cue")
    assert (found.severity, found.confidence, found.category) == (
        Severity.WARNING,
        Confidence.LIKELY,
        Category.READABILITY,
    )
    assert (found.cue, found.start_ms, found.end_ms) == (2, *moments(2)[1:])
    assert (found.text, found.message, found.measured) == ("odd text", "is odd", 3)
    assert found.cost > 0
    assert file.tally.findings == (0, 1, 0)


def test_a_finding_of_the_whole_file_has_no_cue_and_no_time() -> None:
    file = audit_document(document("fine", "that is odd"), made_up())
    whole = [finding for finding in file.findings if finding.cue is None]
    assert [(finding.start_ms, finding.end_ms, finding.message) for finding in whole] == [
        (None, None, "the file ends oddly")
    ]


def test_findings_come_in_file_order() -> None:
    file = audit_document(document("odd", "odd", "fine", "odd"), made_up())
    assert [finding.span.line for finding in file.findings] == sorted(f.span.line for f in file.findings)


@pytest.mark.parametrize("severity", list(Severity))
def test_a_configured_severity_replaces_the_rules_own(severity: Severity) -> None:
    file = audit_document(document("odd one", "fine"), made_up(severities={"TST999": severity}))
    assert [finding.severity for finding in file.findings] == [severity]


def test_a_configured_severity_replaces_a_graded_one_too() -> None:
    text = webvtt(["A whole sentence in next to no time, which is an error."], each_ms=300)
    rules = ruleset(Config(select=("RDG201",), rules={"RDG201": {"severity": "info"}}))
    file = audit_source(Source("a.en.vtt", text.encode()), rules)
    assert [finding.severity for finding in file.findings] == [Severity.INFO]


def test_a_rule_without_its_evidence_is_not_verified_and_finds_nothing() -> None:
    text = webvtt(["A line that is far too long for any authority that limits the width of a line of captions."])
    default, netflix = (
        audit_source(Source("a.en.vtt", text.encode()), ruleset(Config(profile=name, select=("RDG203",))))
        for name in ("default", "netflix")
    )
    assert default.findings == ()
    assert [entry.rule for entry in default.not_verified] == ["RDG203"]
    assert "limit" in default.not_verified[0].reason or "profile" in default.not_verified[0].reason
    assert [finding.rule for finding in netflix.findings] == ["RDG203"]
    assert netflix.not_verified == ()


def test_the_document_is_kept_only_when_asked_for() -> None:
    read = document("fine")
    assert audit_document(read, made_up()).document is None
    assert audit_document(read, made_up(), keep_document=True).document is read


FAULTY = [*sentences(6), LOOP, *sentences(10)[6:], LOOP, "Hm."]
RULESET = ruleset(Config(ignore=("TIM107",)))  # a hole at the head would come with the shift


def fingerprints(text: str, name: str = "lecture.en.vtt") -> set[str]:
    file: FileAudit = audit_source(Source(name, text.encode()), RULESET)
    prints = [finding.fingerprint for finding in file.findings]
    assert len(prints) == len(set(prints)) > 1
    return set(prints)


def test_fingerprints_stay_when_cues_are_inserted() -> None:
    longer = [*sentences(20)[15:], *FAULTY[:8], sentences(15)[14], *FAULTY[8:]]
    assert fingerprints(webvtt(longer)) == fingerprints(webvtt(FAULTY))


def test_fingerprints_stay_when_times_shift() -> None:
    assert fingerprints(webvtt(FAULTY, start_ms=3_600_000)) == fingerprints(webvtt(FAULTY))


def test_fingerprints_stay_when_the_file_moves_or_is_renamed() -> None:
    assert fingerprints(webvtt(FAULTY), "course/17/en_US.vtt") == fingerprints(webvtt(FAULTY))


def test_fingerprints_stay_when_lines_are_broken_elsewhere_or_letters_change_case() -> None:
    changed = [text.replace(" ", "\n", 1).upper() if text == LOOP else text for text in FAULTY]
    assert fingerprints(webvtt(changed)) == fingerprints(webvtt(FAULTY))


def test_another_fault_has_another_fingerprint() -> None:
    changed = [text.replace("turn it off", "switch the light on") for text in FAULTY]
    assert not fingerprints(webvtt(changed)) & fingerprints(webvtt(FAULTY))


def test_an_audit_is_the_same_every_time() -> None:
    source = Source("lecture.en.vtt", webvtt(FAULTY).encode())
    assert audit_source(source, RULESET) == audit_source(source, RULESET)


def test_the_duration_ends_with_the_last_cue_whatever_the_order() -> None:
    text = f"WEBVTT\n\n{stamp(9000)} --> {stamp(12000)}\nlast\n\n{stamp(0)} --> {stamp(2000)}\nfirst\n"
    file = audit_source(Source("a.en.vtt", text.encode()), RULESET)
    assert (file.tally.duration_ms, file.tally.cues) == (12000, 2)
