"""The cache: the same audit comes back, anything else that matters gives another key, and damage is no entry."""

from __future__ import annotations

import json
import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor import cache as cache_module
from auditor.audit_text import ShapeError, dump, load
from auditor.cache import FOLDER, Cache, CacheError, clear, open_cache
from auditor.config import Config, ruleset
from auditor.engine import audit_source
from auditor.model import (
    Category,
    Confidence,
    FileAudit,
    Finding,
    Language,
    NotVerified,
    Scores,
    Severity,
    Source,
    Span,
    Tally,
)
from tests.transcripts import garbled, sentences, webvtt

SELECTED = ruleset(Config())
DATA = webvtt(garbled(sentences(40, "ko"), 10)).encode()
AUDIT = audit_source(Source("a.ko.vtt", DATA), SELECTED, keep_document=True)

TEXT = st.text(st.characters(), max_size=30) | st.just("\udc80 lone surrogate")
NUMBERS = st.floats(allow_nan=False)
FINDINGS = st.builds(
    Finding,
    rule=TEXT,
    name=TEXT,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    category=st.sampled_from(Category),
    cue=st.none() | st.integers(1),
    start_ms=st.none() | st.integers(),
    end_ms=st.none() | st.integers(),
    span=st.builds(Span, *[st.integers(0)] * 4),
    text=TEXT,
    message=TEXT,
    measured=st.none() | st.integers() | NUMBERS | TEXT,
    limit=st.none() | st.integers() | NUMBERS | TEXT,
    unit=TEXT,
    source=TEXT,
    fingerprint=TEXT,
    extent=NUMBERS,
    cost=NUMBERS,
    witness=TEXT,
)
AUDITS = st.builds(
    FileAudit,
    path=TEXT,
    format=st.sampled_from(["webvtt", "subrip", "recogniser-json", "unknown"]),
    language=st.builds(Language, st.none() | TEXT, TEXT),
    encoding=TEXT,
    tally=st.builds(Tally, *[st.integers(0)] * 4, st.tuples(*[st.integers(0)] * 4), st.tuples(*[st.integers(0)] * 3)),
    scores=st.builds(Scores, *[NUMBERS] * 5),
    findings=st.lists(FINDINGS, max_size=3).map(tuple),
    not_verified=st.lists(st.builds(NotVerified, TEXT, TEXT), max_size=3).map(tuple),
    document=st.none(),
)


def opened(folder: Path, config: Config | None = None, language: Language | None = None) -> Cache:
    return open_cache(folder / FOLDER, ruleset(config or Config()), language)


@given(AUDITS)
def test_every_audit_reads_back_as_it_was(audit: FileAudit) -> None:
    assert load(dump(audit), FileAudit) == audit


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(st.binary(max_size=40) | st.binary(max_size=20).map(lambda cut: dump(AUDIT)[: len(cut) * 30]))
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ShapeError):
        load(data, FileAudit)


@given(st.data(), JSON)
def test_an_audit_with_another_value_put_in_is_refused_or_an_audit(data: st.DataObject, value: Any) -> None:
    plain = json.loads(dump(AUDIT))
    place = plain
    while True:
        at = data.draw(st.integers(0, len(place) - 1))
        if not isinstance(place[at], list) or not place[at] or data.draw(st.booleans()):
            place[at] = value
            break
        place = place[at]
    try:
        audit = load(json.dumps(plain).encode(), FileAudit)
    except ShapeError:
        return
    for finding in audit.findings:  # whatever was read, reports can rely on its types
        assert isinstance(finding.severity, Severity)
        assert isinstance(finding.span.line, int)
        assert isinstance(finding.message, str)
    assert isinstance(audit.scores.overall, int | float)
    assert all(isinstance(damage, int) for damage in audit.tally.damage)


def test_what_was_put_is_found_by_later_runs_without_its_document(tmp_path: Path) -> None:
    first = opened(tmp_path)
    key = first.key("a.ko.vtt", DATA)
    assert first.get(key) is None
    assert first.put(key, AUDIT)
    later = opened(tmp_path)
    found = later.get(later.key("a.ko.vtt", DATA))
    assert found == AUDIT
    assert found is not None
    assert found.document is None


def test_all_that_an_audit_rests_on_is_in_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = opened(tmp_path)
    keys = [
        cache.key("a.vtt", b"x"),
        cache.key("b.vtt", b"x"),
        cache.key("a.vtt", b"y"),
        cache.key("a.vtt", b"x", None),
        cache.key("a.vtt", b"x", b""),
        cache.key("a.vtt", b"x", b"1: ignore REP"),
        cache.key("a.vtt", b"x", None, b"1: ignore REP"),
        opened(tmp_path, language=Language("ko", "option")).key("a.vtt", b"x"),
        opened(tmp_path, Config(profile="netflix")).key("a.vtt", b"x"),
        opened(tmp_path, Config(ignore=("REP",))).key("a.vtt", b"x"),
        opened(tmp_path, Config(rules={"RDG201": {"reading-speed": 21}})).key("a.vtt", b"x"),
        opened(tmp_path, Config(rules={"RDG201": {"severity": "info"}})).key("a.vtt", b"x"),
    ]
    monkeypatch.setattr(cache_module, "__version__", "99")
    keys.append(opened(tmp_path).key("a.vtt", b"x"))
    assert len(set(keys)) == len(keys)


def test_an_edited_rule_gives_other_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "sources"
    package.mkdir()
    rule = package / "repetition.py"
    rule.write_text("LIMIT = 3\n", encoding="utf-8")
    monkeypatch.setattr(cache_module, "_folders", lambda name: [str(package)])
    before = opened(tmp_path).key("a.vtt", b"x")
    assert opened(tmp_path).key("a.vtt", b"x") == before
    rule.write_text("LIMIT = 4\n", encoding="utf-8")
    assert opened(tmp_path).key("a.vtt", b"x") != before


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / FOLDER / "entries").rglob("*") if path.is_file())


def test_runs_at_the_same_time_see_a_whole_entry_or_none(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    key = cache.key("a.ko.vtt", DATA)

    def work(at: int) -> bool:
        cache.put(key, AUDIT)
        return cache.get(key) == AUDIT

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert len(entries(tmp_path)) == 1


def test_a_damaged_entry_is_no_entry_and_is_replaced(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    key = cache.key("a.ko.vtt", DATA)
    cache.put(key, AUDIT)
    (entry,) = entries(tmp_path)
    whole = entry.read_bytes()
    for damaged in (b"", whole[:-1], whole[:10], whole[:-1] + b"!", pickle.dumps(AUDIT), whole + b" "):
        entry.write_bytes(damaged)
        assert cache.get(key) is None
    cache.put(key, AUDIT)
    assert cache.get(key) == AUDIT
    assert entries(tmp_path) == [entry]


def test_version_control_and_backups_leave_the_cache_out(tmp_path: Path) -> None:
    opened(tmp_path)
    assert (tmp_path / FOLDER / ".gitignore").read_text(encoding="utf-8") == "*\n"
    tag = (tmp_path / FOLDER / "CACHEDIR.TAG").read_text(encoding="utf-8")
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")


def test_a_full_cache_drops_what_was_not_used_for_longest(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    keys = [cache.key(f"{at}.vtt", DATA) for at in range(10)]
    for at, key in enumerate(keys):
        cache.put(key, AUDIT)
        place = tmp_path / FOLDER / "entries" / key[:2] / key[2:]
        os.utime(place, (at, at))
    size = entries(tmp_path)[0].stat().st_size
    assert cache.trim(size * 10) == 0
    assert cache.get(keys[0]) == AUDIT  # the oldest, but just used
    assert cache.trim(size * 5) == 6
    assert [at for at, key in enumerate(keys) if cache.get(key)] == [0, 7, 8, 9]


def test_clear_removes_a_cache_and_nothing_else(tmp_path: Path) -> None:
    opened(tmp_path)
    assert clear(tmp_path / FOLDER)
    assert not (tmp_path / FOLDER).exists()
    assert not clear(tmp_path / FOLDER)
    precious = tmp_path / "lectures"
    precious.mkdir()
    (precious / "a.vtt").write_bytes(DATA)
    with pytest.raises(CacheError, match="nothing was removed"):
        clear(precious)
    with pytest.raises(CacheError, match="not empty"):
        open_cache(precious, SELECTED, None)
    assert [path.name for path in precious.iterdir()] == ["a.vtt"]


def test_a_cache_another_run_is_just_making_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / FOLDER / "entries").mkdir(parents=True)
    cache = opened(tmp_path)
    assert cache.put(cache.key("a", DATA), AUDIT)


def test_a_cache_that_went_away_keeps_nothing_and_harms_nothing(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    clear(tmp_path / FOLDER)
    key = cache.key("a.vtt", DATA)
    assert cache.get(key) is None
    assert not cache.put(key, AUDIT)
    assert cache.trim() == 0


def test_a_file_in_the_place_of_the_cache_is_an_error(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("", encoding="utf-8")
    with pytest.raises(CacheError, match="see --no-cache"):
        opened(tmp_path)


def test_other_processes_can_use_the_cache(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    sent: Cache = pickle.loads(pickle.dumps(cache))
    key = cache.key("a.ko.vtt", DATA)
    assert sent.put(sent.key("a.ko.vtt", DATA), replace(AUDIT, document=None))
    assert cache.get(key) == AUDIT
