"""From what a parser could not take as written to what a rule reports."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model import DefectKind, Document, Hit, Severity

SHOWN = 80
"""How many characters of a defect's raw text a finding quotes: one line of a terminal."""


def shortened(raw: str, length: int = SHOWN) -> str:
    """The raw text on one line, cut to ``length`` characters with an ellipsis."""
    text = " ".join(raw.split())
    return text if len(text) <= length else text[: length - 1] + "…"


def hits(document: Document, *kinds: DefectKind, severity: Severity | None = None) -> Iterator[Hit]:
    """A hit for every defect of the given kinds, in file order; ``severity`` overrides the rule's own."""
    for defect in document.defects:
        if defect.kind in kinds:
            yield Hit(
                span=defect.span,
                cue=defect.cue,
                message=defect.message,
                text=shortened(defect.raw),
                severity=severity,
            )
