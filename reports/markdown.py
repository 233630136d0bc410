"""Markdown for step summaries and pull-request comments: what the score asks for, worst files, rules, worst findings.

A step summary may have 1 MiB, a comment 65,536 characters. The page stays below the smaller of the two, and says
of each list how much of it is missing.

Text from transcripts is written with character references for all that could be markup, and inside ``<code>``,
where GitHub and GitLab look for neither mentions nor issue numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from auditor.model import Audit, FileAudit, Severity
from auditor.reports.ci import Located, count, cut, headline, located, repository_path, visible, worst_first
from auditor.reports.console import rate_words
from auditor.score import meaning
from auditor.totals import worst_first as worst_files_first

MOST_CHARACTERS = 65_536
"""Characters of a comment on GitHub; a step summary, whose limit is 1 MiB, holds them at up to four bytes each."""

MOST_FILES = 20
MOST_FINDINGS = 30
MOST_OF_A_RULE = 5
MOST_QUOTED = 500
_RULES_NAMED = 12

# What the lists may take of the page; the rest is for headings, and for saying what is missing.
_ROOM_FOR_FILES = 18_000
_ROOM_FOR_RATES = 4_000
_ROOM_FOR_RULES = 12_000
_ROOM_FOR_FINDINGS = 28_000

# Every mark of Markdown and HTML that counts within a line; "www." makes a link without any.
_MARKS = re.compile(r"[!#$&*:<>@\[\\\]^_`{|}~]|(?<=www)\.", re.IGNORECASE)
_SCORES = ("overall", "fidelity", "timing", "readability", "format")


def _escaped(text: str) -> str:
    return _MARKS.sub(lambda match: f"&#{ord(match[0])};", visible(text))


def _code(text: str) -> str:
    return f"<code>{_escaped(text)}</code>"


def _prose(text: str) -> str:
    """The text outside ``<code>``: a zero-width space keeps ``@name`` and ``#1`` from becoming links."""
    return _escaped(text).replace("&#64;", "&#64;&#8203;").replace("&#35;", "&#35;&#8203;")


def _fitting(rows: Iterable[str], room: int) -> list[str]:
    """The rows from the first on that have ``room`` characters together."""
    taken = []
    for row in rows:
        room -= len(row) + 1
        if room < 0:
            break
        taken.append(row)
    return taken


def _head(audit: Audit) -> list[str]:
    errors, warnings, infos = audit.tally.findings
    overall = audit.scores.overall
    minutes = audit.tally.duration_ms // 60_000
    return [
        f"## Transcript audit: {overall:.1f} of 100, {meaning(overall)}",
        "",
        f"{count(audit.tally.files, 'file')}, {count(audit.tally.cues, 'cue')}, {count(minutes, 'minute')}: "
        f"**{count(errors, 'error')}**, {count(warnings, 'warning')}, {count(infos, 'info')} "
        f"(profile {_code(cut(audit.profile, 100))}).",
        "",
        f"| {' | '.join(_SCORES)} |",
        "|" + "--:|" * len(_SCORES),
        f"| {' | '.join(f'{getattr(audit.scores, name):.1f}' for name in _SCORES)} |",
        "",
    ]


def _file_row(file: FileAudit) -> str:
    errors, warnings, _ = file.tally.findings
    scores = " | ".join(f"{getattr(file.scores, name):.1f}" for name in _SCORES)
    language = _escaped(cut(file.language.tag or "?", 35))
    return f"| {_code(repository_path(file.path))} | {language} | {scores} | {errors:,} | {warnings:,} |"


def _files(audit: Audit) -> list[str]:
    faulty = [file for file in worst_files_first(audit.files) if file.findings]
    if not faulty:
        return []
    rows = _fitting(map(_file_row, faulty[:MOST_FILES]), _ROOM_FOR_FILES)
    lines = [
        "### Worst files",
        "",
        f"| file | language | {' | '.join(_SCORES)} | errors | warnings |",
        "|---|---|" + "--:|" * (len(_SCORES) + 2),
        *rows,
        "",
    ]
    if len(rows) < len(faulty):
        lines += [f"{count(len(faulty) - len(rows), 'more file')} with findings not shown.", ""]
    return lines


def _rates(audit: Audit) -> list[str]:
    rated = [(file, file.error_rates) for file in audit.files if file.error_rates is not None]
    if not rated:
        return []
    rated.sort(key=lambda pair: (-pair[1].wer, pair[0].path))
    rows = _fitting(
        (
            f"- {_code(repository_path(file.path))}: {rate_words(rates, file.language.tag)}"
            for file, rates in rated[:MOST_FILES]
        ),
        _ROOM_FOR_RATES,
    )
    lines = ["### Against the reference", "", *rows, ""]
    if len(rows) < len(rated):
        lines += [f"{count(len(rated) - len(rows), 'more file')} with lower error rates not shown.", ""]
    return lines


def _rules(found: Sequence[Located]) -> list[str]:
    if not found:
        return []
    numbers = Counter(one.finding.rule for one in found)
    named = {one.finding.rule: one for one in reversed(worst_first(found))}
    files: dict[str, set[str]] = {}
    for one in found:
        files.setdefault(one.finding.rule, set()).add(one.path)
    rows = _fitting(
        (
            f"| {_escaped(cut(rule, 40))} | {_escaped(cut(named[rule].finding.name, 60))} "
            f"| {named[rule].finding.severity.value} | {number:,} | {len(files[rule]):,} |"
            for rule, number in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
        ),
        _ROOM_FOR_RULES,
    )
    lines = [
        "### Findings by rule",
        "",
        "| rule | what | severity at worst | findings | files |",
        "|---|---|---|--:|--:|",
        *rows,
        "",
    ]
    if len(rows) < len(numbers):
        lines += [f"{count(len(numbers) - len(rows), 'more rule')} with findings not shown.", ""]
    return lines


def _not_verified(audit: Audit) -> list[str]:
    files = Counter(entry.rule for file in audit.files for entry in file.not_verified)
    if not files:
        return []
    named = [f"{_escaped(cut(rule, 40))} ({count(number, 'file')})" for rule, number in files.most_common(_RULES_NAMED)]
    more = len(files) - len(named)
    rest = f" and {count(more, 'more rule')}" if more else ""
    return [f"Not verified, for lack of evidence: {', '.join(named)}{rest}.", ""]


def _details(one: Located) -> str:
    finding = one.finding
    place = _code(f"{one.path}:{finding.span.line}")
    what = _prose(cut(f"{finding.rule} {finding.name}: {headline(finding)}", MOST_QUOTED))
    lines = [line for line in finding.text.splitlines() if line.strip()]
    quoted = cut("\n".join(lines), MOST_QUOTED).split("\n") if lines else []
    facts = [finding.severity.value, f"{finding.confidence.value} to be wrong", f"costs {finding.cost:g} points"]
    if finding.source:
        facts.append(f"limit from {_prose(cut(finding.source, 200))}")
    return "\n".join(
        [
            "<details>",
            f"<summary>{place} {what}</summary>",
            "",
            *(["> " + "<br>".join(_code(line) for line in quoted), ""] if quoted else []),
            "; ".join(facts) + ".",
            "",
            "</details>",
        ]
    )


def _findings(found: Sequence[Located]) -> list[str]:
    ranked = [one for one in worst_first(found) if one.finding.severity is not Severity.INFO]
    if not ranked:
        return []
    taken: Counter[str] = Counter()
    chosen = []
    for one in ranked:
        taken[one.finding.rule] += 1
        if taken[one.finding.rule] <= MOST_OF_A_RULE:
            chosen.append(one)
    blocks = _fitting(map(_details, chosen[:MOST_FINDINGS]), _ROOM_FOR_FINDINGS)
    lines = ["### Look here first", "", *blocks, ""]
    left = len(found) - len(blocks)
    if left:
        lines += [
            f"{count(left, 'more finding')} not shown "
            f"(here are the costliest errors and warnings, at most {MOST_OF_A_RULE} of a rule).",
            "",
        ]
    return lines


def render(audit: Audit) -> bytes:
    """The page as UTF-8, at most :data:`MOST_CHARACTERS` long."""
    found = located(audit)
    lines = [*_head(audit), *_files(audit), *_rates(audit), *_rules(found), *_not_verified(audit), *_findings(found)]
    return ("\n".join(lines).rstrip("\n") + "\n").encode("utf-8", "backslashreplace")
