"""SARIF 2.1.0 in the form GitHub code scanning accepts; other viewers read the same file.

The fingerprint GitHub tracks an alert by is the finding's own, made of rule and text: it survives shifted
times and inserted cues, unlike the hash of the line that the ``upload-sarif`` action would put there. That
action logs a warning for each difference and keeps ours.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from auditor.model import Audit, Confidence, Finding, Severity, Span
from auditor.plugins import all_rules
from auditor.reports.ci import Located, count, cut, headline, is_file_name, located, visible, worst_first
from auditor.reports.json_audit import TOOL, audit_row
from auditor.rule import AnyRule, documentation
from auditor.warning import AuditWarning

MOST_RESULTS = 25_000
"""Results of a run: GitHub rejects files with more, and shows the first 5,000 by severity and precision."""

MOST_COMPRESSED_BYTES = 10_000_000
"""GitHub rejects files that are larger once compressed with gzip."""

MOST_DESCRIPTION = 1024
"""Characters of a rule's short and full description."""

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEM_SEVERITY = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_PRECISION = {Confidence.CERTAIN: "very-high", Confidence.LIKELY: "high", Confidence.POSSIBLE: "medium"}
_ROOT = "%SRCROOT%"
_SEMANTIC_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")

Json = dict[str, Any]


def _descriptor(rule: AnyRule) -> Json:
    page = documentation(rule)
    reason = " ".join(page.section("Why").split())
    help_ = "\n\n".join([f"# {rule.code} {rule.name}", page.summary, *(f"## {t}\n{body}" for t, body in page.sections)])
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": cut(page.summary, MOST_DESCRIPTION)},
        "fullDescription": {"text": cut(f"{page.summary} {reason}".strip(), MOST_DESCRIPTION)},
        "help": {"text": help_, "markdown": help_},
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {
            "precision": _PRECISION[rule.confidence],
            "problem.severity": _PROBLEM_SEVERITY[rule.severity],
            "tags": list(dict.fromkeys((rule.category.value, rule.family.value))),
        },
    }


def _descriptor_of(finding: Finding) -> Json:
    """The description of a rule that is not in the table (a plug-in's), as far as its finding tells."""
    name = visible(finding.name) or finding.rule
    return {
        "id": finding.rule,
        "name": cut(name, 255),
        "shortDescription": {"text": cut(name, MOST_DESCRIPTION)},
        "fullDescription": {"text": cut(name, MOST_DESCRIPTION)},
        "help": {"text": name},
        "defaultConfiguration": {"level": _LEVEL[finding.severity]},
        "properties": {
            "precision": _PRECISION[finding.confidence],
            "problem.severity": _PROBLEM_SEVERITY[finding.severity],
            "tags": [finding.category.value],
        },
    }


def _rules(found: Sequence[Located]) -> list[Json]:
    """All rules, whether they found anything or not: GitHub expects the same rules in every upload of a version."""
    known = {rule.code: _descriptor(rule) for rule in all_rules()}
    for one in found:
        if one.finding.rule not in known:
            known[one.finding.rule] = _descriptor_of(one.finding)
    return list(known.values())


def _artifact(path: str) -> Json:
    if not is_file_name(path):
        return {"uri": quote_from_bytes(os.fsencode(path)), "description": {"text": "a stream, not a file"}}
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    # Names are bytes on most systems; a name that is not UTF-8 keeps its bytes.
    return {"uri": quote_from_bytes(os.fsencode(path)), "uriBaseId": _ROOT}


def _region(span: Span) -> Json:
    line, column = max(1, span.line), max(1, span.column)
    end_line = max(line, span.end_line)
    end_column = max(column if end_line == line else 1, span.end_column)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _result(one: Located, rule_index: int) -> Json:
    finding = one.finding
    details = {
        "cue": finding.cue,
        "start_ms": finding.start_ms,
        "end_ms": finding.end_ms,
        "category": finding.category.value,
        "confidence": finding.confidence.value,
        "measured": finding.measured,
        "limit": finding.limit,
        "unit": finding.unit,
        "source": finding.source,
        "witness": finding.witness,
        "cost": finding.cost,
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": _LEVEL[finding.severity],
        # "[text](target)" is a link in a SARIF message; a transcript is not to place any.
        "message": {"text": headline(finding).replace("](", "] (")},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(one.path), "region": _region(finding.span)}}],
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:{one.occurrence}"},
        "rank": min(100.0, max(0.0, finding.cost)),
        "properties": {name: value for name, value in details.items() if value not in (None, "")},
    }


def _left_out(found: Sequence[Located], kept: Sequence[Located]) -> str:
    """What to say about the findings that are not listed; empty when all are."""
    dropped = len(found) - len(kept)
    if not dropped:
        return ""
    listed = {id(one) for one in kept}
    gone = [one.finding.severity for one in found if id(one) not in listed]
    shares = ", ".join(count(gone.count(severity), severity.value) for severity in Severity if severity in gone)
    return (
        f"{count(dropped, 'finding')} of {len(found):,} are not listed ({shares}): the least severe "
        f"were left out to stay within what GitHub accepts. The JSON report has them all."
    )


def _invocation(left_out: str) -> Json:
    invocation: Json = {"executionSuccessful": True}
    if left_out:
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": left_out}}]
    return invocation


def _log(audit: Audit, found: Sequence[Located], kept: Sequence[Located], rules: list[Json]) -> Json:
    index = {rule["id"]: at for at, rule in enumerate(rules)}
    driver: Json = {"name": TOOL, "rules": rules}
    if audit.version:
        driver["version"] = audit.version
        if _SEMANTIC_VERSION.fullmatch(audit.version):
            driver["semanticVersion"] = audit.version
    run: Json = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{TOOL}/"},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The directory the audit was started in."}}},
        "invocations": [_invocation(_left_out(found, kept))],
        "results": [_result(one, index[one.finding.rule]) for one in kept],
        "properties": {
            "profile": audit.profile,
            "summary": audit_row(Audit(audit.profile, (), audit.tally, audit.scores))["summary"],
            "findings_not_listed": len(found) - len(kept),
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _kept(found: Sequence[Located], most: int) -> list[Located]:
    """The ``most`` worst findings, in file order."""
    chosen = {id(one) for one in worst_first(found)[:most]}
    return [one for one in found if id(one) in chosen]


def render(audit: Audit) -> bytes:
    """One SARIF log with one run; the least severe findings are left out when there are more than GitHub takes."""
    found = located(audit)
    rules = _rules(found)
    most = min(len(found), MOST_RESULTS)
    while True:
        kept = _kept(found, most)
        log = _log(audit, found, kept, rules)
        data = json.dumps(log, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        encoded = (data + "\n").encode("utf-8", "backslashreplace")
        size = len(encoded)
        if size > MOST_COMPRESSED_BYTES:
            size = len(gzip.compress(encoded, mtime=0))
        if size <= MOST_COMPRESSED_BYTES or most == 0:
            if len(kept) < len(found):
                warnings.warn(f"SARIF report: {_left_out(found, kept)}", AuditWarning, stacklevel=2)
            return encoded
        # Results compress about alike; the margin lets the second try fit as a rule.
        most = min(most - 1, int(most * 0.9 * MOST_COMPRESSED_BYTES / size))
