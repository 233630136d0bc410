"""A run with more findings than any service takes: a third each of errors, warnings and infos, in fifty files."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.model import Audit, Severity
from tests.reports import audit_examples as examples

_FILES = 50


def many(number: int) -> Audit:
    """``number`` findings, a multiple of 150; what a finding costs falls from the first file to the last."""
    files = []
    for at in range(_FILES):
        found = [
            replace(
                examples.finding(
                    examples.cue(cue + 1, f"문장 {at}-{cue} 다시 다시 다시"), "다시 다시 다시", severity=severity
                ),
                fingerprint=f"{at:04x}{cue:08x}{severity.value}",
                cost=float(_FILES - at),
            )
            for cue in range(number // _FILES // 3)
            for severity in Severity
        ]
        files.append(examples.file_audit(f"course/{at:02}.vtt", None, tuple(found), overall=50.0, number_of_cues=1000))
    return examples.audit(*files)
