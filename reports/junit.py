"""JUnit XML for the test views of Jenkins, GitLab and GitHub actions that read it.

A transcript is a test suite. In it, each rule that found something is a test: failed if any of its findings is an
error, else passed, with the warnings as its output. A transcript without errors has one more test, which
passes, so that clean files show. Rules that lacked their evidence are one skipped test: they have not passed.

Test names carry neither line nor count, because GitLab compares branches by name and drops duplicates: a loop that
moves by a cue is still the same failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from msgspec.structs import asdict

from auditor.model import Audit, FileAudit, Finding, Severity
from auditor.reports.ci import count, headline, repository_path, visible
from auditor.reports.json_audit import TOOL
from auditor.score import meaning

MOST_LINES = 100
"""Findings of one rule in one file that are written out; the rest is counted."""

CLEAN = "no errors"
NOT_VERIFIED = "not verified"


def _test(suite: ElementTree.Element, path: str, name: str, line: int = 1) -> ElementTree.Element:
    attributes = {"classname": path, "name": name, "file": path, "line": str(max(1, line)), "time": "0"}
    return ElementTree.SubElement(suite, "testcase", attributes)


def _listing(path: str, findings: Sequence[Finding]) -> str:
    lines = [f"{path}:{f.span.line}:{f.span.column}: {f.severity.value}: {headline(f)}" for f in findings[:MOST_LINES]]
    more = len(findings) - MOST_LINES
    if more > 0:
        lines.append(f"and {more:,} more")
    return "\n".join(lines)


def _rule(suite: ElementTree.Element, path: str, findings: Sequence[Finding]) -> None:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    rest = [finding for finding in findings if finding.severity is not Severity.ERROR]
    first = (errors or rest)[0]
    test = _test(suite, path, visible(f"{first.rule} {first.name}"), first.span.line)
    if errors:
        message = headline(first) + (f" (and {len(errors) - 1:,} more)" if len(errors) > 1 else "")
        failure = ElementTree.SubElement(test, "failure", {"message": message, "type": first.rule})
        failure.text = _listing(path, errors)
    if rest:
        ElementTree.SubElement(test, "system-out").text = _listing(path, rest)


def _suite(root: ElementTree.Element, file: FileAudit) -> ElementTree.Element:
    path = visible(repository_path(file.path))
    suite = ElementTree.SubElement(root, "testsuite", {"name": path})
    properties = ElementTree.SubElement(suite, "properties")
    values = {
        **{f"score-{name}": value for name, value in asdict(file.scores).items()},
        "meaning": meaning(file.scores.overall),
        "language": file.language.tag or "unknown",
        "format": file.format,
        "cues": file.tally.cues,
    }
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", {"name": name, "value": visible(str(value))})
    rules: dict[str, list[Finding]] = {}
    for finding in file.findings:
        rules.setdefault(finding.rule, []).append(finding)
    if not any(finding.severity is Severity.ERROR for finding in file.findings):
        _test(suite, path, CLEAN)
    for code in sorted(rules):
        _rule(suite, path, rules[code])
    if file.not_verified:
        skipped = ElementTree.SubElement(
            _test(suite, path, NOT_VERIFIED),
            "skipped",
            {"message": f"{count(len(file.not_verified), 'rule')} lacked the evidence to judge by"},
        )
        skipped.text = "\n".join(f"{visible(entry.rule)}: {visible(entry.reason)}" for entry in file.not_verified)
    return suite


def _totals(element: ElementTree.Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))
    element.set("errors", "0")
    element.set("time", "0")


def render(audit: Audit) -> bytes:
    """All files as one ``testsuites`` document in UTF-8."""
    root = ElementTree.Element("testsuites", {"name": TOOL})
    for file in audit.files:
        _totals(_suite(root, file))
    _totals(root)
    ElementTree.indent(root, " ")
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"
