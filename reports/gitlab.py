"""GitLab Code Quality: the artifact behind the merge request widget and the marks in the diff.

GitLab takes two findings with one fingerprint for the same, so the fingerprint is made of path, finding and
occurrence. It does not show the name of the check, so the description begins with it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from auditor.model import Audit, Confidence, Severity
from auditor.reports.ci import Located, headline, located, visible


def _severity(one: Located) -> str:
    """Blocker: nothing of the file could be read; critical: certainly wrong; major: most likely wrong."""
    if one.finding.severity is Severity.ERROR:
        if one.file.format == "unknown":
            return "blocker"
        return "critical" if one.finding.confidence is Confidence.CERTAIN else "major"
    return "minor" if one.finding.severity is Severity.WARNING else "info"


def _fingerprint(one: Located) -> str:
    content = "\x1f".join((one.path, one.finding.fingerprint, str(one.occurrence)))
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _issue(one: Located) -> dict[str, Any]:
    finding = one.finding
    begin = max(1, finding.span.line)
    return {
        "description": f"{visible(f'{finding.rule} {finding.name}')}: {headline(finding)}",
        "check_name": finding.rule,
        "fingerprint": _fingerprint(one),
        "severity": _severity(one),
        "location": {"path": one.path, "lines": {"begin": begin, "end": max(begin, finding.span.end_line)}},
    }


def render(audit: Audit) -> bytes:
    """All findings as one JSON array in UTF-8 without byte order mark, which GitLab would refuse."""
    text = json.dumps([_issue(one) for one in located(audit)], ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "backslashreplace")
