"""Case files: transcripts that say themselves which of their cues a rule must flag.

``cases/<rule module>[.variant][.language].vtt|.srt``. In WebVTT a comment block
directly before a cue says what is expected of it: ``NOTE expect CODE [severity]``.
Where a comment cannot stand, a file ``<case>.expect`` beside the case holds
``LINE CODE [severity]``, the line being that of the finding, and ``<case>.hypothesis``
what the second recogniser says at the time of each cue, a line a cue. Four further
comments hold for the whole file: ``NOTE profile NAME``, ``NOTE language TAG``,
``NOTE options TOML`` (the rule's options), and ``NOTE expect not verified`` where
the rule must refuse to judge. All other comments are for people.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from auditor.config import Config, load_named_profile, rule_settings
from auditor.config import language as language_option
from auditor.engine import Ruleset, audit_document
from auditor.model import Document, FileAudit, Finding, Severity, Source
from auditor.parse import parse
from auditor.rule import AnyRule
from auditor.rules import RULES
from tests.rules.noted_witnesses import beside, with_noted_witnesses

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path for path in FOLDER.iterdir() if path.suffix not in (".expect", ".hypothesis"))
BY_STEM = {rule.module.rpartition(".")[2]: rule for rule in RULES}

_EXPECT = re.compile(r"expect (?P<code>[A-Z]{3}\d{3})(?: (?P<severity>\w+))?")
_EXPECT_LINE = re.compile(r"(?P<line>\d+) (?P<code>[A-Z]{3}\d{3})(?: (?P<severity>\w+))?")
_REFUSED = "expect not verified"
_SETTING = re.compile(r"(?P<what>profile|language) (?P<value>\S+)|(?P<options>options) (?P<toml>.+)", re.S)


@dataclass(frozen=True, slots=True)
class Expectation:
    """A finding that must come: on the cue number ``cue``, or with a span that begins on ``line``."""

    code: str
    severity: Severity | None
    cue: int | None = None
    line: int | None = None

    def met_by(self, finding: Finding) -> bool:
        place = finding.cue == self.cue if self.line is None else finding.span.line == self.line
        return place and finding.rule == self.code and self.severity in (None, finding.severity)

    def __str__(self) -> str:
        place = f"cue {self.cue}" if self.line is None else f"line {self.line}"
        return f"{place}: {self.code} {self.severity or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Case:
    """A case file as read: its rule alone has judged it."""

    document: Document
    audit: FileAudit
    expected: tuple[Expectation, ...]
    refused: bool

    @property
    def missing(self) -> list[Expectation]:
        """Expectations that no finding meets; each finding meets one."""
        left = list(self.audit.findings)
        missing = []
        for expectation in self.expected:
            met = next((finding for finding in left if expectation.met_by(finding)), None)
            if met is None:
                missing.append(expectation)
            else:
                left.remove(met)
        return missing

    @property
    def extra(self) -> list[Finding]:
        """Findings on places where none is expected, or more than are expected."""
        left = list(self.expected)
        extra = []
        for finding in self.audit.findings:
            met = next((expectation for expectation in left if expectation.met_by(finding)), None)
            if met is None:
                extra.append(finding)
            else:
                left.remove(met)
        return extra

    @property
    def report(self) -> str:
        """What a person needs to see why the case fails; empty when it passes."""
        if self.refused:
            return "" if self.audit.not_verified else f"{self.document.path}\n  the rule judges this file"
        lines = [f"  not verified: {entry.reason}" for entry in self.audit.not_verified]
        lines += [f"  missing {expectation}{_quote(self.document, expectation)}" for expectation in self.missing]
        lines += [
            f"  extra   line {finding.span.line}, cue {finding.cue}: {finding.rule} {finding.severity}: "
            f"{finding.message} {finding.text!r}"
            for finding in self.extra
        ]
        return "\n".join([self.document.path, *lines]) if lines else ""


def _quote(document: Document, expectation: Expectation) -> str:
    return "" if expectation.cue is None else f" {document.cues[expectation.cue - 1].text!r}"


def settings(document: Document) -> dict[str, str]:
    """The profile, language and options that the comments of a transcript name."""
    matches = (_SETTING.fullmatch(comment.text.strip()) for comment in document.comments)
    return {match["what"] or match["options"]: match["value"] or match["toml"] for match in matches if match}


def audit_alone(rule: AnyRule, source: Source, hypothesis: str = "") -> tuple[Document, FileAudit]:
    """A transcript as read, and what a single rule says of it, under the profile and language its comments name.

    ``hypothesis`` holds a line of the second recogniser for each cue, where no comment can.
    """
    named = settings(parse(source))
    language = language_option(Config(language=named.get("language")), source.path)
    options, _ = rule_settings(rule, tomllib.loads(named.get("options", "")), source.path)
    ruleset = Ruleset((rule,), load_named_profile(named.get("profile", "default")), {rule.code: options})
    document = with_noted_witnesses(parse(source, language))
    if hypothesis:
        second = beside(document, hypothesis.splitlines(), "hypothesis", document.language)
        document = replace(document, witnesses=replace(document.witnesses, hypothesis=second))
    return document, audit_document(document, ruleset)


def _severity(text: str | None) -> Severity | None:
    return None if text is None else Severity(text)


def _in_comments(document: Document) -> list[Expectation]:
    found = []
    for comment in document.comments:
        if not comment.text.strip().startswith("expect") or comment.text.strip() == _REFUSED:
            continue
        match = _EXPECT.fullmatch(comment.text.strip())
        assert match, f"{document.path}:{comment.line}: cannot read '{comment.text}'"
        cue = next((cue.index for cue in document.cues if cue.line > comment.line), None)
        assert cue is not None, f"{document.path}:{comment.line}: no cue follows"
        found.append(Expectation(match["code"], _severity(match["severity"]), cue=cue))
    return found


def _beside(path: Path) -> list[Expectation]:
    beside = path.with_name(f"{path.name}.expect")
    found = []
    for line in beside.read_text(encoding="utf-8").splitlines() if beside.exists() else ():
        match = _EXPECT_LINE.fullmatch(line.strip())
        assert match, f"{beside.name}: cannot read '{line}'"
        found.append(Expectation(match["code"], _severity(match["severity"]), line=int(match["line"])))
    return found


def rule_of(path: Path) -> AnyRule:
    """The rule a case file belongs to, by its name."""
    return BY_STEM[path.name.split(".", 1)[0]]


def read_case(path: Path) -> Case:
    """Audit a case file with its rule alone and read what it expects."""
    noted = path.with_name(f"{path.name}.hypothesis")
    hypothesis = noted.read_text(encoding="utf-8") if noted.exists() else ""
    document, audit = audit_alone(rule_of(path), Source(path.name, path.read_bytes()), hypothesis)
    refused = any(comment.text.strip() == _REFUSED for comment in document.comments)
    return Case(document, audit, (*_in_comments(document), *_beside(path)), refused)
