"""Document and rules in, audit of the file out: the only place that runs checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.digest import blake2b
from auditor.model import (
    Accepted,
    DefectKind,
    Document,
    ErrorRates,
    FileAudit,
    Finding,
    Hit,
    Language,
    NotVerified,
    Severity,
    Source,
    Span,
)
from auditor.parse import parse
from auditor.plugins import told
from auditor.profiles import UNITS, Limit, Profile, usual_counting
from auditor.rule import AnyRule, limits_of
from auditor.score import scores, tally_file, weighed, with_costs

FAILED = "the rule failed"
"""How the reason begins for which a rule of a plug-in that raised is not verified."""

CONFIGURED = "configuration"
"""The source of a limit that the user set."""


Prepared = tuple[AnyRule, Any, Severity | None]
"""A rule, its options for a language, and the severity that replaces its own."""


class Ruleset(Struct, frozen=True):
    """The rules of a run with what profile and configuration say about them.

    ``options`` holds per code the option values that were configured (field name
    to value), ``severities`` per code the severity that replaces the rule's own,
    ``codes`` are the codes of all rules there are, ``plugins`` those of other
    distributions with the name and version of each.
    """

    rules: tuple[AnyRule, ...]
    profile: Profile
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    plugins: Mapping[str, str] = field(default_factory=dict)
    _prepared: dict[str | None, tuple[Prepared, ...]] = field(default_factory=dict)

    def prepared(self, language: str | None) -> tuple[Prepared, ...]:
        """The rules with their options and configured severity for a language; worked out once for each."""
        known = self._prepared.get(language)
        if known is None:
            known = tuple(
                (rule, options_for(rule, self, language), self.severities.get(rule.code)) for rule in self.rules
            )
            self._prepared[language] = known
        return known

    def of(self, path: str, language: str | None) -> Ruleset:
        """The rules for a file: these, whatever its path and language (:class:`auditor.rulesets.Rulesets` chooses)."""
        return self

    @property
    def known(self) -> frozenset[str]:
        """The codes of all rules there are, also of those not selected; a suppression of others is a slip."""
        return frozenset(self.codes) | {rule.code for rule in self.rules}


def _configured(name: str, value: float, known: Limit | None, language: str | None) -> Limit:
    """A limit the user sets: with the profile's unit and counting rule, or those the language is written in."""
    if known is not None:
        return replace(known, value=value, source=CONFIGURED, url="", verified="", note="")
    unit = UNITS[name]
    counting = usual_counting(language) if unit.startswith("characters") else None
    return Limit(name, value, unit, counting, CONFIGURED, "", "")


def options_for(rule: AnyRule, ruleset: Ruleset, language: str | None) -> Any:
    """The rule's options for a language: its defaults, the profile's limits, then what was configured.

    A configured number for a profile limit names the configuration as its source.
    """
    limits = ruleset.profile.limits(language)
    wanted = limits_of(rule.options)
    values: dict[str, Any] = {name: limits.get(limit) for name, limit in wanted.items()}
    for name, value in ruleset.options.get(rule.code, {}).items():
        values[name] = _configured(wanted[name], value, values[name], language) if name in wanted else value
    return replace(rule.options, **values) if values else rule.options


@lru_cache(maxsize=4096)
def _normalised(text: str) -> str:
    return " ".join(text.split()).casefold()


def _fingerprint(rule: AnyRule, cue_text: str, text: str, occurrence: int) -> str:
    content = "\x1f".join((rule.code, _normalised(cue_text), _normalised(text), str(occurrence)))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _finding(rule: AnyRule, hit: Hit, document: Document, severity: Severity | None, seen: dict[str, int]) -> Finding:
    cue = document.cues[hit.cue - 1] if hit.cue is not None else None
    cue_text = cue.text if cue else ""
    # Equal faults in equal cues are told apart by counting them, so each has a fingerprint of its own.
    key = f"{rule.code}\x1f{_normalised(cue_text)}\x1f{_normalised(hit.text)}"
    seen[key] = seen.get(key, 0) + 1
    return Finding(
        rule=rule.code,
        name=rule.name,
        severity=severity or hit.severity or rule.severity,
        confidence=hit.confidence or rule.confidence,
        category=rule.category,
        cue=hit.cue,
        start_ms=cue.start_ms if cue else None,
        end_ms=cue.end_ms if cue else None,
        span=hit.span,
        text=hit.text or cue_text,
        message=hit.message,
        measured=hit.measured,
        limit=hit.limit,
        unit=hit.unit,
        source=hit.source,
        fingerprint=_fingerprint(rule, cue_text, hit.text, seen[key]),
        extent=hit.extent,
        witness=hit.witness,
    )


def _duration_ms(document: Document) -> int:
    return max((cue.end_ms for cue in document.cues), default=0)


def _readable(document: Document) -> bool:
    lost = (DefectKind.UNREADABLE, DefectKind.BAD_HEADER)
    return bool(document.cues) or not any(defect.kind in lost for defect in document.defects)


def _suppressed(
    document: Document, findings: Sequence[Finding], sidecar: str | None, ruleset: Ruleset, unverified: frozenset[str]
) -> tuple[list[Finding], tuple[Accepted, ...], bool]:
    """The findings that count, those that were suppressed, and whether every fault of the file was.

    What is wrong with the suppressions themselves counts too.
    """
    from auditor import suppression

    split = suppression.apply(
        document,
        findings,
        sidecar,
        codes=ruleset.known,
        ran={rule.code for rule in ruleset.rules} - unverified,
        unverified=unverified,
    )
    rule = next((rule for rule in ruleset.rules if rule.code == suppression.CODE), None)
    complaints = []
    if rule is not None:
        seen: dict[str, int] = {}
        severity = ruleset.severities.get(rule.code)
        complaints = [_finding(rule, hit, document, severity, seen) for hit in split.complaints]
    accepted = tuple(Accepted(entry.finding, entry.reason or "suppressed") for entry in split.suppressed)
    return [*split.kept, *complaints], accepted, bool(accepted and not split.kept)


def _judged(prepared: Prepared, document: Document) -> list[Finding] | NotVerified:
    """What a rule finds in a document, or the evidence it lacks."""
    rule, options, severity = prepared
    missing = rule.lacks(document, options)
    if missing is not None:
        return NotVerified(rule.code, missing)
    seen: dict[str, int] = {}
    return [_finding(rule, hit, document, severity, seen) for hit in rule.check(document, options)]


def _judged_by_plugin(prepared: Prepared, document: Document) -> list[Finding] | NotVerified:
    """The same of a rule we did not test: where it fails, the file is not verified by it, and the others go on."""
    try:
        found = _judged(prepared, document)
        if isinstance(found, list) and not all(isinstance(one.span, Span) for one in found):
            raise TypeError("a hit without a Span")
    except Exception as error:  # noqa: BLE001 - other people's rules may raise anything
        return NotVerified(prepared[0].code, f"{FAILED}: {told(error)}")
    return found


def audit_document(
    document: Document,
    ruleset: Ruleset,
    *,
    sidecar: str | None = None,
    warnings: tuple[str, ...] = (),
    keep_document: bool = False,
) -> FileAudit:
    """Run every rule of the set over one document, and apply the suppressions of its author.

    ``sidecar`` is the text of the file of suppressions beside it, ``warnings`` what
    speaks against its witnesses. Findings come in
    file order. The document itself is kept on the result only when a report will
    show its cues.
    """
    findings: list[Finding] = []
    not_verified: list[NotVerified] = []
    plugins = ruleset.plugins
    for prepared in ruleset.prepared(document.language.tag):
        foreign = plugins and prepared[0].code in plugins
        result = _judged_by_plugin(prepared, document) if foreign else _judged(prepared, document)
        if isinstance(result, NotVerified):
            not_verified.append(result)
        else:
            findings.extend(result)
    unverified = frozenset(entry.rule for entry in not_verified)
    kept = findings
    accepted: tuple[Accepted, ...] = ()
    excused = False
    if sidecar is not None or document.comments:  # as a rule there is nowhere to suppress anything
        kept, accepted, excused = _suppressed(document, findings, sidecar, ruleset, unverified)
    kept.sort(key=lambda finding: (finding.span.line, finding.span.column, finding.rule))
    kept = list(weighed(kept, document.cues))
    # Who suppresses that a file cannot be read wants it out of the scores.
    readable = _readable(document) or excused
    tally = tally_file(kept, len(document.cues), _duration_ms(document), readable)
    return FileAudit(
        path=document.path,
        format=document.format,
        language=document.language,
        encoding=document.encoding,
        tally=tally,
        scores=scores(tally),
        findings=with_costs(kept, tally),
        not_verified=tuple(not_verified),
        accepted=accepted,
        error_rates=_error_rates(document),
        warnings=warnings,
        document=document if keep_document else None,
    )


def _error_rates(document: Document) -> ErrorRates | None:
    """The error rates against the reference, when there is one that can be believed."""
    reference = document.witnesses.reference
    if reference is None:
        return None
    from auditor.facts.error_rates import file_rates, unusable

    if unusable(document, reference) is not None:
        return None
    return file_rates(document, reference)


def audit_source(
    source: Source,
    ruleset: Ruleset,
    language: Language | None = None,
    *,
    sidecar: str | None = None,
    keep_document: bool = False,
) -> FileAudit:
    """Read and audit one transcript from its bytes."""
    return audit_document(parse(source, language), ruleset, sidecar=sidecar, keep_document=keep_document)


def select(
    rules: Sequence[AnyRule], chosen: Sequence[str], extended: Sequence[str], ignored: Sequence[str]
) -> tuple[AnyRule, ...]:
    """The rules left by selectors: codes or prefixes of codes (``REP``, ``REP301``), ``ALL`` for every rule."""
    wanted = (*chosen, *extended) if chosen else ("ALL", *extended)
    # The more specific selector wins: --ignore REP --extend-select REP302 keeps REP302.
    return tuple(rule for rule in rules if named(rule, wanted) > named(rule, ignored))


def named(rule: AnyRule, selectors: Sequence[str]) -> int:
    """The length of the longest selector that names the rule; 0 when none does."""
    return max((1 if s == "ALL" else len(s) for s in selectors if s == "ALL" or rule.code.startswith(s)), default=0)
