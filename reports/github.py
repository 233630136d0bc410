"""Annotations for GitHub Actions: workflow commands that the runner picks up from the log of a step.

GitHub keeps ten errors and ten warnings of a step and drops the others without a word. So the costliest
are written, and one notice says how many more there are and where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from auditor.model import Audit, Severity
from auditor.reports.ci import Located, count, cut, headline, is_file_name, located, visible, worst_first
from auditor.reports.json_audit import TOOL

MOST_OF_A_KIND = 10
"""Annotations of one kind that GitHub keeps of a step."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}
_MOST_TITLE = 255
_FILES_NAMED = 10


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _annotation(one: Located) -> str:
    finding, span = one.finding, one.finding.span
    properties: dict[str, str] = {}
    if is_file_name(one.path):
        line, end_line = max(1, span.line), max(1, span.line, span.end_line)
        properties = {"file": one.path, "line": str(line), "endLine": str(end_line)}
        if line == end_line:  # GitHub refuses columns on annotations of several lines
            column = max(1, span.column)
            properties |= {"col": str(column), "endColumn": str(max(column, span.end_column))}
    properties["title"] = cut(visible(f"{finding.rule} {finding.name}"), _MOST_TITLE)
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(headline(finding))}"


def _rest(left: Sequence[Located]) -> str:
    severities = Counter(one.finding.severity for one in left)
    shares = ", ".join(count(severities[severity], severity.value) for severity in Severity if severities[severity])
    files = Counter(one.path for one in left).most_common()
    named = ", ".join(f"{visible(path)} ({number:,})" for path, number in files[:_FILES_NAMED])
    more = len(files) - _FILES_NAMED
    if more > 0:
        named += f" and {count(more, 'more file')}"
    message = f"{count(len(left), 'more finding')} ({shares}): {named}"
    return f"::notice title={_property(TOOL)}::{_data(message)}"


def render(audit: Audit) -> bytes:
    """At most ten error and ten warning commands, the costliest findings first, and one notice for all the others."""
    found = worst_first(located(audit))
    shown = [
        one
        for severity in _COMMANDS
        for one in [one for one in found if one.finding.severity is severity][:MOST_OF_A_KIND]
    ]
    listed = {id(one) for one in shown}
    left = [one for one in found if id(one) not in listed]
    lines = [_annotation(one) for one in shown] + ([_rest(left)] if left else [])
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
