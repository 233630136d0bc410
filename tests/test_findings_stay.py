"""Every finding of the project's samples, as it was: what is made faster must find the same, byte for byte.

``tests/golden/findings.tsv`` has a line for each file (its scores) and one for each
finding, with a digest of everything a report says of it. A rule that is meant to
find something else changes lines of its own there, which a review can read::

    python tests/test_findings_stay.py      writes the file anew
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import auditor
from auditor.model import FileAudit
from auditor.reports.json_audit import file_row

SAMPLES = Path(__file__).parent / "samples"
GOLDEN = Path(__file__).parent / "golden" / "findings.tsv"


def digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def lines(file: FileAudit, name: str) -> list[str]:
    """The file and its findings, a line each: what a person recognises them by, and the digest of the rest."""
    row = file_row(file)
    findings = row.pop("findings")
    row["path"] = name
    scores = " ".join(str(score) for score in row["scores"].values())
    found = [
        (name, f["line"], f["rule"], f["severity"], f["fingerprint"], digest(f), repr(f["message"])) for f in findings
    ]
    whole = (name, 0, "file", scores, f"{len(findings)} findings", digest(row), "scores, language, what is not known")
    return ["\t".join(map(str, entry)) for entry in (whole, *found)]


def found_now() -> list[str]:
    said: list[str] = []
    for path in sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".vtt", ".srt")):
        (file,) = auditor.audit(path).files
        said += lines(file, path.relative_to(SAMPLES).as_posix())
    return said


def test_the_findings_of_the_samples_are_those_of_before() -> None:
    before = GOLDEN.read_text(encoding="utf-8").splitlines()
    now = found_now()
    gone = [f"- {line}" for line in before if line not in now]
    new = [f"+ {line}" for line in now if line not in before]
    assert [*gone, *new] == [], "\n".join(["file, line, rule, severity, fingerprint, digest, message", *gone, *new])
    assert now == before, "the same findings in another order"


def test_the_samples_exercise_many_rules() -> None:
    rules = {line.split("\t")[2] for line in GOLDEN.read_text(encoding="utf-8").splitlines()}
    assert len(rules) > 12


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(found_now()) + "\n", encoding="utf-8")
