"""REPORTS: the kinds of report, and where each is made. An audit goes in, bytes come out.

The modules are imported when a report is asked for: most runs need one of them.
"""

from __future__ import annotations

if __name__ != "auditor.reports":  # with the repository root on sys.path, `import reports` would be another package
    raise ImportError("write `import auditor.reports`: `reports` is not a package of its own")

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from auditor.model import Audit


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of report: the module that renders it, the file it is written to by default, what it is for."""

    kind: str
    module: str
    file_name: str
    purpose: str
    shows_cues: bool = False

    def render(self, audit: Audit) -> bytes:
        """The report as bytes."""
        renderer: Callable[[Audit], bytes] = import_module(self.module).render
        return renderer(audit)


REPORTS: dict[str, Report] = {
    report.kind: report
    for report in (
        Report("console", "auditor.reports.console", "-", "summary table for a terminal"),
        Report("json", "auditor.reports.json_audit", "audit.json", "everything, one document, schema shipped"),
        Report("jsonl", "auditor.reports.jsonl", "audit.jsonl", "one JSON document per file and line"),
        Report("csv", "auditor.reports.csv_findings", "findings.csv", "one row per finding, for spreadsheets"),
        Report("parquet", "auditor.reports.parquet", "findings.parquet", "one row per finding (extra: parquet)"),
        Report("html", "auditor.reports.html_page", "audit.html", "one self-contained page to review in", True),
        Report("sarif", "auditor.reports.sarif", "audit.sarif", "GitHub code scanning, SARIF 2.1.0"),
        Report("junit", "auditor.reports.junit", "audit.junit.xml", "test views of Jenkins and GitLab"),
        Report("github", "auditor.reports.github", "-", "annotations of a GitHub Actions step"),
        Report("gitlab", "auditor.reports.gitlab", "gl-code-quality-report.json", "GitLab Code Quality"),
        Report("markdown", "auditor.reports.markdown", "audit.md", "step summary or pull-request comment"),
        Report("rdjsonl", "auditor.reports.rdjsonl", "audit.rdjsonl", "diagnostics for reviewdog", True),
        Report("png", "auditor.reports.png", "audit.png", "picture of the run, or timeline of a single file", True),
        Report("svg", "auditor.reports.svg", "audit.svg", "the same picture, sharp at any size", True),
    )
}
