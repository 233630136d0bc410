"""A first configuration from a first audit: limits at today's level, so that the gate starts green and only rises."""

from __future__ import annotations

import json
import math
from collections import Counter

from auditor.model import Audit, FileAudit
from auditor.profiles import load
from auditor.score import MEANING

# A limit of 100 would fail over the first remark; from the best band on, files are published as they are.
_HIGHEST = MEANING[0][0]
_NAMED = 3


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _toml(text: str) -> str:
    # A JSON string with escapes is a TOML string.
    return json.dumps(text)


def _level(score: float) -> int:
    return math.floor(min(score, _HIGHEST))


def _languages(audit: Audit) -> list[str]:
    found = Counter((file.language.tag, file.language.how) for file in audit.files)
    lines = ["# The language of each file was told by:"]
    for (tag, how), number in sorted(found.items(), key=lambda item: (-item[1], item[0][0] or "", item[0][1])):
        lines.append(f"#   {tag or 'no language'}: {_count(number, 'file')} ({how})")
    tags = {file.language.tag for file in audit.files}
    if None in tags:
        lines.append(
            "# Without a language few limits hold; name files like lecture.ko.srt, or set the language of all:"
        )
    else:
        lines.append("# To set it for all files instead:")
    likeliest = next((tag for (tag, _), _ in found.most_common() if tag), "ko")
    return [*lines, f"# language = {_toml(likeliest)}"]


def _rules(audit: Audit) -> list[str]:
    found = Counter((f.rule, f.name) for file in audit.files for f in file.findings)
    if not found:
        return ["# No rule found anything today. To leave rules out, name codes or prefixes:", '# ignore = ["RDG"]']
    listed = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_NAMED]
    most = ", ".join(f"{code} {name} ({number})" for (code, name), number in listed)
    first = listed[0][0][0]
    return [
        f"# Most findings today: {most}.",
        f"# `auditor explain {first}` tells why a rule matters; to leave rules out, name codes or prefixes:",
        f"# ignore = [{_toml(first)}]",
    ]


def _lowest(audit: Audit) -> FileAudit:
    return min(audit.files, key=lambda file: (file.scores.overall, file.path))


def _gate(audit: Audit) -> list[str]:
    lowest = _lowest(audit)
    errors, warnings, _ = audit.tally.findings
    overall, mean = lowest.scores.overall, audit.scores.overall
    fidelity = min(file.scores.fidelity for file in audit.files)
    return [
        "[gate]",
        "# The limits of `auditor gate`, at today's level: raise the scores and lower the counts as files are mended.",
        "",
        f"# Every file scores at least this overall, 0-100. Lowest today: {overall:g} in {_toml(lowest.path)}.",
        f"min-overall = {_level(overall)}",
        "",
        f"# All files together score at least this overall. Today: {mean:g}.",
        f"min-mean-overall = {_level(mean)}",
        "",
        "# The same for the text alone, for timing, readability and format there are min-timing, min-readability",
        f"# and min-format. Lowest fidelity today: {fidelity:g}.",
        f"# min-fidelity = {_level(fidelity)}",
        "",
        f"# At most this many errors in all files together. Today: {errors}; the aim is 0.",
        f"max-errors = {errors}",
        "",
        f"# At most this many warnings. Today: {warnings}; without this line warnings count through the scores only.",
        f"# max-warnings = {warnings}",
    ]


def _new_only(baseline: str) -> list[str]:
    return [
        f"# Today's findings are known in {_toml(baseline)}: they count neither for the gate nor for the scores.",
        "# `auditor baseline prune` forgets those that were mended.",
        f"baseline = {_toml(baseline)}",
        "",
        "[gate]",
        "# The limit of `auditor gate`: no error and no warning that the baseline does not know.",
        "new-only = true",
        "",
        "# Every file scores at least this overall, 0-100, what is known not counted. Without this line: 80.",
        f"# min-overall = {_HIGHEST}",
    ]


def starting_configuration(audit: Audit, baseline: str | None = None) -> str:
    """The text of an ``auditor.toml`` that the audit passes, with a reason for every line.

    Scores are rounded down to whole points and never asked to be better than
    "publish". With a ``baseline``, a file that knows all findings of the audit, the
    gate asks for nothing new instead. Raises ``ValueError`` for an audit of no files.
    """
    if not audit.files:
        raise ValueError("an audit of no files says nothing about limits")
    profile = load(audit.profile)
    errors, warnings, infos = audit.tally.findings
    found = f"{_count(errors, 'error')}, {_count(warnings, 'warning')}, {_count(infos, 'info')}"
    lines = [
        f"# Configuration of transcript-auditor {audit.version}, from an audit of {_count(len(audit.files), 'file')}:",
        f"# {_count(audit.tally.cues, 'cue')}, {found}.",
        "",
        "# Whose limits of speed, length and timing hold. `auditor profiles` lists the others.",
        f"# This one: {profile.title}.",
        f"profile = {_toml(profile.name)}",
        "",
        *_languages(audit),
        "",
        *_rules(audit),
        "",
        *(_gate(audit) if baseline is None else _new_only(baseline)),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"
