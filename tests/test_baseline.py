"""The baseline: what it excuses, what it does not, and the files it is kept in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.baseline import Baseline, Entry, State, accept, judge, prune, without, worse
from auditor.baseline_file import BaselineError, dump, import_decisions, load, read
from auditor.config import Config, GateLimits, ruleset
from auditor.engine import audit_source
from auditor.gate import decide
from auditor.model import Audit, Source
from auditor.reports.json_audit import audit_row
from auditor.score import add, scores
from tests.transcripts import LOOP, garbled, sentences, webvtt

SELECTED = ruleset(Config())
GARBLED = garbled(sentences(40), 20)
NEW_LOOP = "and you press it and you press it and you press it and you press it and you press it"


def audit(files: dict[str, str]) -> Audit:
    audited = tuple(audit_source(Source(path, text.encode()), SELECTED) for path, text in files.items())
    tally = add(file.tally for file in audited)
    return Audit("default", audited, tally, scores(tally))


def there(*paths: str) -> Callable[[str], bool]:
    """A disk that holds these files."""
    return lambda path: path in paths


def loops(found: Audit) -> list[tuple[str, int | None]]:
    return [(file.path, f.cue) for file in found.files for f in file.findings if f.rule == "REP301"]


def test_an_accepted_audit_passes_the_gate_with_full_scores() -> None:
    found = audit({"a.en.vtt": webvtt(GARBLED)})
    assert not decide(found, GateLimits()).passed
    judged = judge(accept(found), found)
    assert judged.audit.files[0].findings == ()
    assert judged.audit.scores.overall == 100.0
    assert decide(judged.audit, GateLimits()).passed
    assert [known.finding for known in judged.known["a.en.vtt"]] == list(found.files[0].findings)
    assert judged.stale == ()


def test_known_faults_stay_known_when_cues_are_inserted_and_times_shift() -> None:
    known = accept(audit({"a.en.vtt": webvtt(GARBLED)}))
    later = audit({"a.en.vtt": webvtt(["Welcome back to the workshop.", *GARBLED], start_ms=9000)})
    assert loops(later) != []
    assert loops(judge(known, later).audit) == []


def test_a_new_fault_beside_known_ones_is_all_the_gate_sees() -> None:
    known = accept(audit({"a.en.vtt": webvtt(GARBLED)}))
    later = audit({"a.en.vtt": webvtt([*GARBLED[:30], NEW_LOOP, *GARBLED[30:]])})
    judged = judge(known, later)
    assert loops(judged.audit) == [("a.en.vtt", 31)]
    (file,) = judged.audit.files
    assert later.files[0].scores.overall < file.scores.overall < 100
    assert sum(f.cost for f in file.findings if f.rule == "REP301") == pytest.approx(
        100 - file.scores.fidelity, abs=0.06
    )


def test_one_more_of_the_same_fault_is_new() -> None:
    known = accept(audit({"a.en.vtt": webvtt(GARBLED)}))
    again = audit({"a.en.vtt": webvtt([*GARBLED, "Back to the first slide.", LOOP])})
    assert len(loops(judge(known, again).audit)) == 1


def test_moved_files_take_their_entries_along() -> None:
    known = accept(audit({"old/a.en.vtt": webvtt(GARBLED)}))
    moved = audit({"new/a.en.vtt": webvtt(GARBLED)})
    nowhere = there()
    assert loops(judge(known, moved, nowhere).audit) == []
    assert {entry.path for entry in prune(known, moved, nowhere).entries} == {"new/a.en.vtt"}
    assert {entry.path for entry in accept(moved, known, nowhere).entries} == {"new/a.en.vtt"}


def test_a_copy_of_a_known_file_is_not_excused() -> None:
    known = accept(audit({"a.en.vtt": webvtt(GARBLED)}))
    both = audit({"a.en.vtt": webvtt(GARBLED), "b.en.vtt": webvtt(GARBLED)})
    assert {path for path, _ in loops(judge(known, both).audit)} == {"b.en.vtt"}
    # Nor when only the copy is audited while the known file is still there.
    alone = audit({"b.en.vtt": webvtt(GARBLED)})
    assert {path for path, _ in loops(judge(known, alone, there("a.en.vtt")).audit)} == {"b.en.vtt"}


def test_of_two_copies_of_a_vanished_file_only_one_is_excused() -> None:
    known = accept(audit({"gone.en.vtt": webvtt(GARBLED)}))
    copies = audit({"a.en.vtt": webvtt(GARBLED), "b.en.vtt": webvtt(GARBLED)})
    assert {path for path, _ in loops(judge(known, copies, there()).audit)} == {"b.en.vtt"}


def test_prune_drops_what_no_longer_occurs_and_keeps_what_was_not_looked_at() -> None:
    known = accept(audit({"a.en.vtt": webvtt(GARBLED), "b.en.vtt": webvtt(GARBLED), "c.en.vtt": webvtt(GARBLED)}))
    found = audit({"a.en.vtt": webvtt(sentences(40))})
    on_disk = there("a.en.vtt", "b.en.vtt")
    left = {entry.path for entry in prune(known, found, on_disk).entries if entry.rule == "REP301"}
    assert left == {"b.en.vtt"}
    assert {entry.path for entry in judge(known, found, on_disk).stale if entry.rule == "REP301"} == {
        "a.en.vtt",
        "c.en.vtt",
    }


def test_writing_again_keeps_states_and_notes() -> None:
    found = audit({"a.en.vtt": webvtt(GARBLED)})
    first, *others = accept(found).entries
    noted = Entry(first.path, first.rule, first.fingerprint, State.FALSE_ALARM, first.text, "sung")
    assert accept(found, Baseline((noted, *others))).entries == (noted, *others)


def test_an_accepted_unreadable_file_no_longer_fails_the_gate() -> None:
    found = audit({"a.en.vtt": "nothing of a transcript"})
    assert found.files[0].scores.overall == 0
    assert judge(accept(found), found).audit.files[0].scores.overall == 100
    assert without(found.files[0], ()).scores == found.files[0].scores


@given(st.sets(st.integers(0, 39), max_size=8), st.data())
def test_excused_and_new_findings_are_all_findings(looped: set[int], data: st.DataObject) -> None:
    texts = [LOOP if at in looped else text for at, text in enumerate(sentences(40))]
    found = audit({"a.en.vtt": webvtt(texts)})
    every = accept(found).entries
    part = Baseline(tuple(entry for entry in every if data.draw(st.booleans())))
    judged = judge(part, found)
    excused = [known.finding.fingerprint for known in judged.known.get("a.en.vtt", ())]
    kept = [finding.fingerprint for finding in judged.audit.files[0].findings]
    assert len(excused) == len(part.entries)
    assert sorted(excused + kept) == sorted(finding.fingerprint for finding in found.files[0].findings)
    assert judged.audit.scores.overall >= found.scores.overall
    assert judge(Baseline(), found).audit == found


ENTRIES = st.builds(
    Entry, *[st.text(max_size=20)] * 3, state=st.sampled_from(State), text=st.text(max_size=20), note=st.text()
)


@given(st.lists(ENTRIES, max_size=6, unique_by=lambda entry: entry.key), st.randoms())
def test_a_baseline_reads_back_the_same_whatever_the_order(entries: list[Entry], chance: object) -> None:
    written = dump(Baseline(tuple(sorted(entries))))
    assert read(written, "b.json") == Baseline(tuple(sorted(entries)))
    assert json.loads(written)["tool"]["name"] == "transcript-auditor"


def test_the_file_has_a_line_an_entry_in_a_fixed_order() -> None:
    found = audit({"b.en.vtt": webvtt(GARBLED), "a.en.vtt": webvtt(GARBLED)})
    entries = accept(found).entries
    lines = dump(accept(found)).decode().splitlines()
    assert len(lines) == len(entries) + 2
    assert [json.loads(line.rstrip(","))["path"] for line in lines[1:-1]] == sorted(e.path for e in entries)
    reversed_run = audit({"a.en.vtt": webvtt(GARBLED), "b.en.vtt": webvtt(GARBLED)})
    assert dump(accept(reversed_run)) == dump(accept(found))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no baseline: not valid JSON"),
        (b"\xff\xfe\x00", "no baseline: not valid JSON"),
        (b"[]", "it has no list of entries"),
        (b'{"schema_version": 1, "files": []}', "it has no list of entries"),
        (b'{"schema_version": 7, "entries": []}', "schema version 7, not 1"),
        (b'{"schema_version": 1, "entries": [3]}', "entries[0].path: expected a text, found None"),
        (
            b'{"schema_version": 1, "entries": [{"path": "a", "rule": "R", "fingerprint": "f", "state": "no"}]}',
            "entries[0].state: unknown value 'no'; valid: accepted, false alarm",
        ),
    ],
)
def test_a_file_that_is_no_baseline_is_refused_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(BaselineError) as error:
        read(content, "known.json")
    assert str(error.value).startswith("known.json: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_baseline_says_how_to_write_one(here: Path) -> None:
    with pytest.raises(BaselineError, match=r"known\.json: the baseline cannot be read: .*`auditor baseline write`"):
        load(here / "known.json")


def decisions(*rows: tuple[str, str]) -> bytes:
    listed = [{"path": "a.vtt", "rule": "REP301", "fingerprint": f, "decision": d, "cue": 3} for f, d in rows]
    return json.dumps({"schema_version": 1, "decisions": listed}).encode()


def test_decisions_enter_change_and_leave_the_baseline() -> None:
    before = Baseline((Entry("a.vtt", "REP301", "1"), Entry("a.vtt", "REP301", "2"), Entry("b.vtt", "REP301", "9")))
    rows = decisions(("1", "fix"), ("2", "reject"), ("3", "reject"), ("3", "accept"), ("4", "fix"))
    after = import_decisions(before, rows, "decisions.json")
    assert [(e.path, e.fingerprint, e.state) for e in after.entries] == [
        ("a.vtt", "2", State.FALSE_ALARM),
        ("a.vtt", "3", State.ACCEPTED),
        ("b.vtt", "9", State.ACCEPTED),
    ]


def test_an_unknown_decision_is_refused() -> None:
    with pytest.raises(BaselineError, match=r"d\.json: decisions\[0\]\.decision: unknown value 'maybe'; valid: accept"):
        import_decisions(Baseline(), decisions(("1", "maybe")), "d.json")


def test_files_that_fell_since_an_earlier_report_are_named_deepest_first() -> None:
    clean, bad = webvtt(sentences(40)), webvtt(garbled(sentences(40), 5))
    before = audit({"a.en.vtt": clean, "b.en.vtt": webvtt(GARBLED), "c.en.vtt": bad, "gone.en.vtt": clean})
    now = audit({"b.en.vtt": bad, "a.en.vtt": bad, "c.en.vtt": clean, "new.en.vtt": bad})
    fallen = worse(now, audit_row(before)["files"])
    assert [(file.path, file.before, file.now) for file in fallen] == [
        ("a.en.vtt", before.files[0].scores.overall, now.files[0].scores.overall),
        ("b.en.vtt", before.files[1].scores.overall, now.files[0].scores.overall),
    ]
