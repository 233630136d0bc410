"""The gate: an audit and limits in, a verdict out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from auditor.baseline import Worse, worse
from auditor.config import GateLimits
from auditor.model import Audit, FileAudit


class Violation(Struct, frozen=True):
    """One limit that does not hold: its name, the value found, the limit, and the files (worst first) that break it."""

    limit: str
    value: float
    allowed: float
    files: tuple[str, ...] = ()


class Verdict(Struct, frozen=True):
    """Whether the gate is passed, which limits are violated, and which files got worse where none may."""

    violations: tuple[Violation, ...]
    worse: tuple[Worse, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no limit is violated and no file got worse."""
        return not self.violations and not self.worse


_FILE_SCORES: tuple[tuple[str, Callable[[FileAudit], float]], ...] = (
    ("min-overall", lambda file: file.scores.overall),
    ("min-fidelity", lambda file: file.scores.fidelity),
    ("min-timing", lambda file: file.scores.timing),
    ("min-readability", lambda file: file.scores.readability),
    ("min-format", lambda file: file.scores.format),
)


def _scores(audit: Audit, limits: GateLimits) -> Iterator[Violation]:
    for name, score in _FILE_SCORES:
        least: float | None = getattr(limits, name.replace("-", "_"))
        if least is None:
            continue
        below = sorted((file for file in audit.files if score(file) < least), key=score)
        if below:
            yield Violation(name, score(below[0]), least, tuple(file.path for file in below))
    if limits.min_mean_overall is not None and audit.scores.overall < limits.min_mean_overall:
        yield Violation("min-mean-overall", audit.scores.overall, limits.min_mean_overall)


def _counts(audit: Audit, limits: GateLimits) -> Iterator[Violation]:
    # With a baseline, whatever is left is new.
    errors, warnings = (0, 0) if limits.new_only else (limits.max_errors, limits.max_warnings)
    for at, (name, most) in enumerate((("max-errors", errors), ("max-warnings", warnings))):
        if most is not None and audit.tally.findings[at] > most:
            worst = sorted(audit.files, key=lambda file: -file.tally.findings[at])
            paths = tuple(file.path for file in worst if file.tally.findings[at])
            yield Violation(name, audit.tally.findings[at], most, paths)
    for code, most in sorted(limits.max_per_rule.items()):
        per_file = Counter({f.path: sum(finding.rule == code for finding in f.findings) for f in audit.files})
        if per_file.total() > most:
            yield Violation(
                f"max-per-rule {code}", per_file.total(), most, tuple(path for path, n in per_file.most_common() if n)
            )


def decide(audit: Audit, limits: GateLimits, earlier: Iterable[Mapping[str, Any]] | None = None) -> Verdict:
    """Hold an audit against the limits, and against the ``files`` of an earlier JSON report where one is given."""
    fallen = () if earlier is None else tuple(worse(audit, earlier))
    return Verdict((*_scores(audit, limits), *_counts(audit, limits)), fallen)


def describe(verdict: Verdict, audit: Audit, shown: int = 5) -> list[str]:
    """The verdict in lines for a person: one for the result, one a violated limit with value, limit and files."""
    if verdict.passed:
        return [f"gate passed: {len(audit.files)} files within the limits"]
    number = len(verdict.violations)
    lines = [f"gate failed: {number} limit{'s' if number > 1 else ''} violated" if number else "gate failed"]
    for violation in verdict.violations:
        sign = "<" if violation.limit.startswith("min") else ">"
        line = f"  {violation.limit}: {violation.value:g} {sign} {violation.allowed:g}"
        if violation.files:
            more = len(violation.files) - shown
            line += f" in {', '.join(violation.files[:shown])}" + (f" and {more} more" if more > 0 else "")
        lines.append(line)
    lines += [f"  worse: {file.path}: overall {file.before:g} -> {file.now:g}" for file in verdict.worse]
    return lines
