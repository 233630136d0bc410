"""The catalogue for people: rule table, a rule's page, profiles; printed from docstrings and data."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from auditor.config import load_named_profile
from auditor.decoding import RULES, ConfigurationError, nearest
from auditor.plugins import all_rules, plugin_rules
from auditor.profiles import ANY_LANGUAGE, names
from auditor.rule import AnyRule, documentation


def _markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(['---'] * len(head))}|"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _text_table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def as_json(value: object) -> str:
    """A value as indented JSON; figures that do not exist (nan) become null."""
    return json.dumps(_without_nan(value), ensure_ascii=False, indent=1)


def _without_nan(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nan(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(entry) for entry in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def table(style: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows as ``text``, ``markdown`` or ``json`` (a list of objects)."""
    if style == "markdown":
        return _markdown_table(head, rows)
    if style == "json":
        return as_json([dict(zip(head, row, strict=True)) for row in rows])
    return _text_table([list(head), *rows])


def rules(style: str) -> str:
    """The rule table as ``text``, ``markdown`` or ``json``."""
    rows = [
        [rule.code, rule.name, rule.severity.value, rule.confidence.value, documentation(rule).summary]
        for rule in all_rules()
    ]
    return table(style, ("code", "name", "severity", "confidence", "flags"), rows)


def find(code: str) -> AnyRule:
    """The rule of a code or name; raises :class:`ConfigurationError` with the nearest valid one."""
    for rule in all_rules():
        if code.upper() == rule.code or code.lower() == rule.name:
            return rule
    known = [name for rule in all_rules() for name in (rule.code, rule.name)]
    raise ConfigurationError(f"unknown rule '{code}'; {nearest(code, known, RULES)}")


def explain(code: str) -> str:
    """One rule's documentation as Markdown."""
    rule = find(code)
    page = documentation(rule)
    parts = [
        f"# {rule.code} {rule.name}",
        page.summary,
        f"Severity {rule.severity.value}, confidence {rule.confidence.value}, counts towards {rule.category.value}.",
    ]
    if rule.code in plugin_rules():
        parts.append(f"A rule of the plug-in {plugin_rules()[rule.code][1]}.")
    parts += [f"## {title}\n{body}" for title, body in page.sections]
    return "\n\n".join(parts)


def profiles(style: str) -> str:
    """The profiles by name and title."""
    rows = [[name, load_named_profile(name).title, load_named_profile(name).description] for name in names()]
    return table(style, ("name", "title", "description"), rows)


def _limit_rows(name: str) -> list[list[str]]:
    profile_ = load_named_profile(name)
    rows: list[list[str]] = []
    for tag in (ANY_LANGUAGE, *profile_.languages):
        for limit in profile_.limits(tag if tag != ANY_LANGUAGE else None).values():
            counting = limit.counting.value if limit.counting else ""
            rows.append(
                [tag, limit.name, f"{limit.value:g}", limit.unit, counting, limit.source, limit.verified, limit.url]
            )
    return rows


def profile(name: str, style: str) -> str:
    """Every number of one profile with its unit, counting rule, source and date of verification."""
    head = ("language", "limit", "value", "unit", "counting", "source", "verified", "url")
    return table(style, head, _limit_rows(name))
