from __future__ import annotations

import json
from typing import Any

import jsonschema
from msgspec.structs import replace

from auditor.facts.spans import text_span
from auditor.model import Audit, FileAudit, Source, Span
from auditor.parse import parse
from auditor.reports import rdjsonl
from tests.reports import audit_examples as examples
from tests.reports.many_findings import many

_POSITION = {
    "type": "object",
    "required": ["line"],
    "additionalProperties": False,
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
}

# As reviewdog documents its diagnostics; fields it would pass over are slips of ours.
SCHEMA = {
    "type": "object",
    "required": ["message", "location", "severity", "source", "code"],
    "additionalProperties": False,
    "properties": {
        "message": {"type": "string", "minLength": 1},
        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
        "source": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        "code": {"type": "object", "required": ["value"], "properties": {"value": {"type": "string"}}},
        "location": {
            "type": "object",
            "required": ["path", "range"],
            "additionalProperties": False,
            "properties": {
                "path": {"type": "string", "minLength": 1},
                "range": {
                    "type": "object",
                    "required": ["start", "end"],
                    "additionalProperties": False,
                    "properties": {"start": _POSITION, "end": _POSITION},
                },
            },
        },
    },
}


def diagnostics_of(audit: Audit) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in rdjsonl.render(audit).decode().rstrip("\n").split("\n")]
    for diagnostic in found:
        jsonschema.Draft7Validator(SCHEMA).validate(diagnostic)
    return found


def range_of(file: FileAudit) -> Any:
    (diagnostic,) = diagnostics_of(examples.audit(file))
    return diagnostic["location"]["range"]


def test_a_diagnostic_has_what_reviewdog_reads() -> None:
    found = diagnostics_of(examples.lectures())
    loop = next(one for one in found if one["code"]["value"] == "REP301")
    assert loop["message"] == "cue 2: said again and again: “Put it up Put it up Put it up”"
    assert loop["location"]["path"] == "course/ko/01.vtt"
    assert loop["source"] == {"name": "transcript-auditor"}
    assert [one["severity"] for one in found] == ["WARNING", "ERROR", "WARNING", "INFO", "ERROR"]


def test_columns_count_the_bytes_that_come_before_in_the_file() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\n<i>첫 줄</i>\n오늘은 😀 Put it up Put it up 입니다\n"
    document = parse(Source("a.ko.vtt", text.encode()))
    cue = document.cues[0]
    looped = "Put it up Put it up"
    at = cue.text.index(looped)
    found = replace(examples.finding(cue), span=text_span(cue, at, at + len(looped)))
    place = range_of(examples.file_audit("a.ko.vtt", document, (found,)))
    line = text.split("\n")[place["start"]["line"] - 1].encode()
    assert place["start"]["line"] == place["end"]["line"] == 5
    assert line[place["start"]["column"] - 1 : place["end"]["column"] - 1].decode() == looped


def test_a_finding_on_the_times_covers_them() -> None:
    document = examples.document("a.vtt", ["하나", "둘"])
    found = examples.finding(document.cues[1])
    assert range_of(examples.file_audit("a.vtt", document, (found,))) == {
        "start": {"line": 6, "column": 1},
        "end": {"line": 6, "column": 24},
    }


def test_without_the_text_a_range_is_of_whole_lines() -> None:
    cue = examples.cue(1, "하나 둘 둘 둘")
    found = examples.finding(cue, "둘 둘 둘")
    assert range_of(examples.file_audit("a.vtt", None, (found,))) == {"start": {"line": 4}, "end": {"line": 4}}


def test_whole_lines_do_not_include_a_line_of_which_nothing_is_meant() -> None:
    found = examples.finding(None, span=Span(2, 3, 4, 1))
    assert range_of(examples.file_audit("a.vtt", None, (found,))) == {"start": {"line": 2}, "end": {"line": 3}}


def test_a_finding_on_the_whole_file_is_on_its_first_line() -> None:
    found = examples.finding(None, span=Span(0, 0, 0, 0))
    assert range_of(examples.file_audit("a.vtt", None, (found,))) == {
        "start": {"line": 1, "column": 1},
        "end": {"line": 1, "column": 1},
    }


def test_one_line_each_however_many_and_however_hostile() -> None:
    assert len(diagnostics_of(many(30_000))) == 30_000
    assert len(diagnostics_of(examples.hostile())) == 1


def test_a_clean_run_is_empty() -> None:
    assert rdjsonl.render(examples.audit(examples.file_audit("a.vtt", None))) == b""
