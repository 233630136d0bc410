"""Where the CPU time of an audit goes: start-up, reading, facts, each rule, the score, each report.

Usage: python tests/benchmarks/stages.py FILE...

A fact is worked out when the first rule asks for it, so a rule that comes first
pays for others. The second column is what the rule takes when all is known:
the difference is facts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from auditor.api import Audit
    from auditor.engine import Ruleset
    from auditor.model import Document, FileAudit

T = TypeVar("T")

PICTURES = ("png", "svg", "parquet")  # they import half a gigabyte of libraries: not part of most runs
LEAST_MS = 1.0


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and its CPU time in milliseconds."""
    start = time.process_time()
    result = work()
    return result, (time.process_time() - start) * 1000


def show(name: str, took: float, note: str = "") -> None:
    print(f"  {name:28} {took:9.1f} ms{'   ' + note if note else ''}", flush=True)


def start_up() -> Ruleset:
    from auditor.config import Config, ruleset

    return ruleset(Config())


def read(paths: Sequence[str]) -> list[Document]:
    from auditor.model import Source
    from auditor.parse import parse

    return [parse(Source(path, Path(path).read_bytes())) for path in paths]


def run_rules(rules: Ruleset, documents: Sequence[Document]) -> dict[str, float]:
    """Milliseconds by code."""
    took: dict[str, float] = {}
    for at, rule in enumerate(rules.rules):

        def check(at: int = at) -> None:
            for document in documents:
                rule, options, _ = rules.prepared(document.language.tag)[at]
                if rule.lacks(document, options) is None:
                    for _ in rule.check(document, options):
                        pass

        took[rule.code] = timed(check)[1]
    return took


def score(rules: Ruleset, documents: Sequence[Document]) -> list[FileAudit]:
    from auditor.engine import audit_document

    return [audit_document(document, rules, keep_document=True) for document in documents]


def audit_of(files: Sequence[FileAudit]) -> Audit:
    from auditor.api import Audit
    from auditor.score import add, scores

    tally = add(file.tally for file in files)
    return Audit("default", tuple(files), tally, scores(tally), "benchmark")


def main(paths: Sequence[str]) -> int:
    """Measure and print; 2 without files."""
    if not paths:
        print(__doc__)
        return 2
    rules, took = timed(start_up)
    show("start-up", took, "imports, rules and profile; Python itself is not counted")
    documents, took = timed(lambda: read(paths))
    show("read", took, f"{sum(len(document.cues) for document in documents)} cues")
    first, again = run_rules(rules, documents), run_rules(rules, documents)
    show("facts", sum(first.values()) - sum(again.values()), "worked out for the rule that asks first")
    show("rules, all", sum(again.values()))
    for code, whole in sorted(first.items(), key=lambda entry: -entry[1]):
        if whole >= LEAST_MS:
            print(f"    {code:26} {whole:9.1f} ms {again[code]:9.1f} ms when facts are known")
    files, took = timed(lambda: score(rules, documents))
    show("findings and score", max(0.0, took - sum(again.values())), "beyond the rules")
    from auditor.reports import REPORTS

    audit = audit_of(files)
    for kind in REPORTS:
        if kind not in PICTURES:
            show(f"report {kind}", timed(lambda kind=kind: audit.render(kind))[1])  # type: ignore[misc]
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
