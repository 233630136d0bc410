"""Suppressions: findings the author of a transcript has looked at and keeps, with the reason, where they occur.

In a WebVTT file they are comments, one directive a line::

    NOTE auditor: ignore MIX401 -- the lecturer quotes a paper        (the next cue, and lost cues before it)
    NOTE auditor: disable REP, TIM104 -- a song                       (from here on)
    NOTE auditor: enable REP, TIM104                                  (until here)
    NOTE auditor: ignore-file FMT006                                  (the whole file)

Formats without comments have a file beside them, named like the transcript with
``.auditor`` behind it (``lecture.srt.auditor``), with cues as reports count them::

    # a line of remarks
    12: ignore MIX401 -- the lecturer quotes a paper
    12-20: ignore REP
    file: ignore FMT006

Codes are written as everywhere: whole (``REP301``), as a prefix (``REP``), or ``ALL``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from enum import Enum, auto

from msgspec import Struct

from auditor.decoding import nearest
from auditor.model import SIDECAR_SUFFIX, Document, Finding, Hit, Severity, Span
from auditor.patterns import lazy_pattern

CODE = "FMT011"
"""The rule under which useless and unreadable directives are reported."""

EVERY = "ALL"

_Place = tuple[float, float]
"""Line, then cue: cues of a JSON transcript may share a line."""

_START: _Place = (0, 0)
_END: _Place = (math.inf, math.inf)

_COMMENT = lazy_pattern(r"\s*auditor:(?P<order>.*)")
_SIDECAR = lazy_pattern(r"(?:(?P<file>file)|(?P<first>\d{1,9})(?:\s*[-–]\s*(?P<last>\d{1,9}))?)\s*:(?P<order>.*)")
_REASON = lazy_pattern(r"(?:^|\s)(?:--|—|–)(?:\s|$)")


class Excused(Struct, frozen=True):
    """A suppressed finding, and the reason given for it (empty when none was)."""

    finding: Finding
    reason: str


class Suppressed(Struct, frozen=True):
    """Findings split by the suppressions of their file.

    ``complaints`` are hits of the rule :data:`CODE`: directives that suppress
    nothing, and (as warnings) directives that cannot be understood.
    """

    kept: tuple[Finding, ...]
    suppressed: tuple[Excused, ...] = ()
    complaints: tuple[Hit, ...] = ()


class _Action(Enum):
    IGNORE = auto()
    DISABLE = auto()
    ENABLE = auto()


class _Note(Struct, frozen=True):
    """A directive as written, where reports show it, and (for the file beside the transcript) where it stands."""

    text: str
    span: Span
    cue: int | None = None
    origin: str = ""

    def hit(self, message: str, severity: Severity | None = None) -> Hit:
        return Hit(self.span, f"{self.origin}{message}", self.cue, self.text, severity=severity)


class _Directive(Struct, frozen=True):
    """A directive as understood; it holds from ``first`` to ``last``, both included."""

    note: _Note
    action: _Action
    selectors: tuple[str, ...]
    reason: str
    first: _Place = _START
    last: _Place = _END


def _names(selector: str, code: str) -> bool:
    return selector == EVERY or code.startswith(selector)


class _Reader:
    """Collects the directives of one transcript, and complaints about what looks like one and is none."""

    def __init__(self, document: Document, codes: Collection[str]) -> None:
        self.cues = document.cues
        self.codes = codes
        self.directives: list[_Directive] = []
        self.complaints: list[Hit] = []

    def place(self, cue: int) -> _Place:
        return self.cues[cue - 1].line, cue

    def complain(self, note: _Note, message: str) -> None:
        self.complaints.append(note.hit(message, Severity.WARNING))

    def hint(self, selector: str) -> str:
        if " " in selector:
            return "commas stand between codes, ' -- ' before a reason"
        from difflib import get_close_matches

        near = get_close_matches(selector, self.codes, n=1, cutoff=0.5)
        return f"did you mean '{near[0]}'?" if near else "`auditor rules` lists the codes"

    def take(self, note: _Note, action: _Action, order: str, first: _Place = _START, last: _Place = _END) -> None:
        """Read codes and reason of a directive whose action and place are known."""
        listed, *reason = _REASON.split(order, maxsplit=1)
        selectors = tuple(dict.fromkeys(code.strip().upper() for code in listed.split(",") if code.strip()))
        if not selectors:
            self.complain(note, f"no rule is named; write codes or prefixes of codes, or {EVERY} for every rule")
        known = tuple(s for s in selectors if s == EVERY or any(_names(s, code) for code in self.codes))
        for selector in selectors:
            if selector not in known:
                self.complain(note, f"'{selector}' names no rule; {self.hint(selector)}")
        if known:
            self.directives.append(_Directive(note, action, known, "".join(reason).strip(), first, last))

    def comment(self, note: _Note, order: str) -> None:
        """Read the directive of a comment: ``ignore``, ``disable``, ``enable`` or ``ignore-file``."""
        line = note.span.line
        verb, _, rest = order.strip().partition(" ")
        match verb:
            case "ignore":
                following = bisect_right(self.cues, line, key=lambda cue: cue.line) + 1
                if following > len(self.cues):
                    self.complain(note, "no cue follows; 'ignore' is for the next cue, 'ignore-file' for the file")
                else:
                    self.take(note, _Action.IGNORE, rest, (line, 0), self.place(following))
            case "ignore-file":
                self.take(note, _Action.IGNORE, rest)
            case "disable":
                self.take(note, _Action.DISABLE, rest, (line, 0))
            case "enable":
                self.take(note, _Action.ENABLE, rest, (line, 0))
            case _:
                valid = nearest(verb, ("ignore", "ignore-file", "disable", "enable"))
                self.complain(note, f"'{verb}' is no directive; {valid}")

    def sidecar(self, number: int, line: str) -> None:
        """Read one line of the file beside the transcript."""
        origin = f"line {number} of the {SIDECAR_SUFFIX} file: "
        note = _Note(line, Span(1, 1, 1, 1), None, origin)
        match = _SIDECAR.fullmatch(line)
        if match is None:
            self.complain(note, "expected 'CUE: ignore CODES', 'CUE-CUE: ignore CODES' or 'file: ignore CODES'")
            return
        verb, _, rest = match["order"].strip().partition(" ")
        if verb != "ignore":
            self.complain(note, f"'{verb}' is no directive; the only one here is 'ignore'")
        elif match["file"]:
            self.take(note, _Action.IGNORE, rest)
        else:
            first = int(match["first"])
            last = int(match["last"] or first)
            if not 1 <= first <= last <= len(self.cues):
                self.complain(note, f"there are no cues {first}-{last}; the transcript has {len(self.cues)}")
                return
            note = _Note(line, self.cues[first - 1].timing_span, first, origin)
            self.take(note, _Action.IGNORE, rest, self.place(first), self.place(last))


def _read(document: Document, sidecar: str | None, codes: Collection[str]) -> _Reader:
    reader = _Reader(document, codes)
    for comment in document.comments:
        for line in comment.text.split("\n"):
            if match := _COMMENT.fullmatch(line):
                span = Span(comment.line, 1, comment.line, len("NOTE ") + len(line) + 1)
                reader.comment(_Note(line.strip(), span), match["order"])
    for number, line in enumerate((sidecar or "").lstrip("\ufeff").split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            reader.sidecar(number, line.strip())
    return reader


_Use = tuple[_Directive, str]
"""A directive and the one of its selectors that is meant."""


def _matching(directives: Sequence[_Directive], code: str, place: _Place) -> list[_Use]:
    """The directives that suppress a rule at a place. Of ``disable`` and ``enable`` the last before it counts."""
    uses: list[_Use] = []
    switched: list[_Use] = []
    for directive in directives:
        if not directive.first <= place <= directive.last:
            continue
        named = [(directive, selector) for selector in directive.selectors if _names(selector, code)]
        if directive.action is _Action.IGNORE:
            uses += named
        elif named:
            switched = named
    return uses + [use for use in switched if use[0].action is _Action.DISABLE]


def _useless(
    directives: Sequence[_Directive],
    used: Collection[_Use],
    codes: Collection[str],
    ran: Collection[str],
    unverified: Collection[str],
) -> Iterator[Hit]:
    for at, directive in enumerate(directives):
        for selector in directive.selectors:
            if directive.action is _Action.ENABLE:
                earlier = (s for d in directives[:at] if d.action is _Action.DISABLE for s in d.selectors)
                if not any(_names(s, selector) or _names(selector, s) for s in earlier):
                    yield directive.note.hit(f"nothing of {selector} is disabled here")
            elif (directive, selector) not in used:
                # A rule that did not run may have had something to say: only what was looked for can be missing.
                named = {code for code in codes if _names(selector, code)} - {CODE}
                silent = named.difference(ran, unverified if selector == EVERY else ())
                if named and not silent:
                    yield directive.note.hit(f"nothing of {selector} is found here; the suppression can go")


def apply(
    document: Document,
    findings: Sequence[Finding],
    sidecar: str | None = None,
    *,
    codes: Collection[str],
    ran: Collection[str],
    unverified: Collection[str] = (),
) -> Suppressed:
    """Split the findings of a document by its own suppressions and those of the file beside it.

    ``sidecar`` is the text of that file, ``codes`` are the codes of all rules there
    are, ``ran`` those whose check was called and ``unverified`` those that lacked
    their evidence. A directive is called useless only when all it names has run;
    of ``ALL`` also when evidence was lacking, as it mostly is for some rule.
    """
    if sidecar is None and not document.comments:
        return Suppressed(tuple(findings))
    reader = _read(document, sidecar, codes)
    directives = reader.directives
    kept: list[Finding] = []
    suppressed: list[Excused] = []
    used: set[_Use] = set()
    for finding in findings:
        place = (finding.span.line, 0) if finding.cue is None else reader.place(finding.cue)
        if uses := _matching(directives, finding.rule, place):
            used.update(uses)
            suppressed.append(Excused(finding, next((d.reason for d, _ in uses if d.reason), "")))
        else:
            kept.append(finding)
    complaints = [*reader.complaints, *_useless(directives, used, codes, ran, unverified)]
    # Only who names the code itself wants no complaints: an unused `ignore-file ALL` must not hide that it is unused.
    wanted = (c for c in complaints if not any(s == CODE for _, s in _matching(directives, CODE, (c.span.line, 0))))
    return Suppressed(tuple(kept), tuple(suppressed), tuple(wanted))
