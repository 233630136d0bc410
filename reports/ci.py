"""What the reports for continuous integration share: paths as a repository knows them, order, one-line wording."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from auditor.model import Audit, Category, FileAudit, Finding, Severity

_SEVERITY_RANK = {severity: at for at, severity in enumerate(Severity)}

# Controls, line separators, bidirectional embeddings and overrides, lone surrogates and noncharacters: what makes a
# log line read differently from what it says, ends it early, or cannot be written as UTF-8 or XML at all.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

MOST_QUOTED = 120
MOST_MESSAGE = 1000


class Located(Struct, frozen=True):
    """A finding with its file and the path to report it under.

    ``occurrence`` counts from 1 the findings of one path that have the same
    fingerprint, so that path, fingerprint and occurrence name exactly one finding.
    """

    file: FileAudit
    finding: Finding
    path: str
    occurrence: int


def repository_path(path: str) -> str:
    """The path relative to the working directory, which CI takes for the repository; absolute when it is outside."""
    whole = os.path.normpath(os.path.join(os.getcwd(), path))
    try:
        relative = os.path.relpath(whole)
    except ValueError:  # another drive of Windows
        relative = os.pardir
    outside = relative == os.pardir or relative.startswith(os.pardir + os.sep)
    return (whole if outside else relative).replace(os.sep, "/")


def is_file_name(path: str) -> bool:
    """Whether the path names a file, not a stream such as ``<stdin>``."""
    return not (path.startswith("<") and path.endswith(">"))


def located(audit: Audit) -> list[Located]:
    """Every finding of the run, file by file in the order given."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for file in audit.files:
        path = repository_path(file.path)
        for finding in file.findings:
            seen[path, finding.fingerprint] += 1
            found.append(Located(file, finding, path, seen[path, finding.fingerprint]))
    return found


def worst_first(found: Iterable[Located]) -> list[Located]:
    """Errors before warnings before infos, within a severity those that cost their file most points."""
    return sorted(
        found,
        key=lambda one: (_SEVERITY_RANK[one.finding.severity], -one.finding.cost, one.path, one.finding.span.line),
    )


def visible(text: str) -> str:
    """The text on one line, with every character that hides or deceives written as its escape."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", " ".join(text.split()))


def cut(text: str, most: int) -> str:
    """The text with at most ``most`` characters, the last of them an ellipsis if any is missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def headline(finding: Finding) -> str:
    """The finding in one line: the cue, what is wrong and, where the text itself is at fault, the text. Never empty."""
    message = cut(visible(finding.message) or finding.name, MOST_MESSAGE)
    quoted = visible(finding.text)
    if finding.category is Category.FIDELITY and quoted and quoted not in message:
        message += f": “{cut(quoted, MOST_QUOTED)}”"
    return message if finding.cue is None else f"cue {finding.cue}: {message}"


def count(number: int, noun: str) -> str:
    """``1 error``, ``2 errors``, ``12,345 errors``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
