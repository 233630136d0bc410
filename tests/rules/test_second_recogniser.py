"""What no case file can show: a hypothesis in another language, and how sure a finding is with and without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.api import audit
from auditor.model import Confidence, Document, Finding, Severity, Source, Witnesses
from auditor.parse import parse
from auditor.rules.mixed_wrong_language_file import RULE
from tests.transcripts import sentences, webvtt


def read(name: str, texts: list[str]) -> Document:
    return parse(Source(name, webvtt(texts).encode()))


@pytest.mark.parametrize(
    ("theirs", "wrong"), [("ko", "so it is the text that is wrong"), ("en", "so it is the declaration that is wrong")]
)
def test_the_second_recogniser_tells_whether_text_or_name_is_wrong(theirs: str, wrong: str) -> None:
    english = read("talk.ko.vtt", sentences(20))
    witnessed = replace(english, witnesses=Witnesses(hypothesis=read("second.vtt", sentences(20, theirs))))
    (hit,) = RULE.check(witnessed, RULE.options)
    assert hit.message.endswith(wrong)
    assert hit.witness == "hypothesis"
    (alone,) = RULE.check(english, RULE.options)
    assert "recogniser" not in alone.message
    assert alone.witness == ""


def findings(folder: Path, second: str | None) -> list[Finding]:
    file = folder / "talk.en.vtt"
    texts = [*sentences(12), "Ring the bell, ring the bell, ring the bell, ring the bell.", *sentences(24)[12:]]
    file.write_text(webvtt(texts), encoding="utf-8")
    if second is None:
        return list(audit(file, select=["REP"]).files[0].findings)
    texts[12] = second
    other = folder / "second.txt"
    other.write_text(" ".join(texts).lower(), encoding="utf-8")
    return list(audit(file, select=["REP"], hypothesis=str(other)).files[0].findings)


def test_agreement_clears_and_disagreement_makes_certain(tmp_path: Path) -> None:
    (alone,) = findings(tmp_path, None)
    assert (alone.severity, alone.confidence, alone.witness) == (Severity.ERROR, Confidence.LIKELY, "")
    (cleared,) = findings(tmp_path, "Ring the bell, ring the bell, ring the bell, ring the bell.")
    assert (cleared.severity, cleared.confidence) == (Severity.INFO, Confidence.POSSIBLE)
    (certain,) = findings(tmp_path, "Ring the bell before the ferry comes in tonight.")
    assert (certain.severity, certain.confidence) == (Severity.ERROR, Confidence.CERTAIN)
    assert cleared.witness == certain.witness == "hypothesis"
    assert cleared.fingerprint == certain.fingerprint == alone.fingerprint
