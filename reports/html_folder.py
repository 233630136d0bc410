"""The HTML report as a folder: an index of all files, and pages that hold a share of them each, worst files first.

For runs whose cues do not fit into one page. All pages are made like the single
one, know the same run, and keep their decisions under the same name in the browser.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from auditor.model import Audit
from auditor.reports.html_data import FileRows, Json, Writer
from auditor.reports.html_page import embedded, page
from auditor.reports.options import ReportOptions
from auditor.totals import worst_first

INDEX = "index.html"

PAGE_CHARACTERS = 12_000_000
"""How much JSON a page embeds before the next begins: compressed it is about a third, and opens at once."""


def page_name(number: int) -> str:
    """The file name of a page, from 1 on."""
    return f"files-{number:03}.html"


def _shares(writer: Writer, audit: Audit) -> Iterator[tuple[list[FileRows], bool]]:
    """The files in the order of the table, as many as go on a page, and whether more follow."""
    share: list[FileRows] = []
    size = 0
    for file in worst_first(audit.files):
        rows = writer.file(file)
        length = len(rows.findings) + len(rows.cues)
        if share and size + length > PAGE_CHARACTERS:
            yield share, True
            share, size = [], 0
        share.append(rows)
        size += length
    if share:
        yield share, False


def render_set(kind: str, audit: Audit, options: ReportOptions) -> Iterator[tuple[str, bytes]]:
    """Name and content of each page, the index last; one page at a time is held in memory.

    Every cue keeps its text. Raises ``ValueError`` when ``options.compare`` is no audit.
    """
    writer = Writer(audit, options, None)
    rows: list[list[Json]] = []
    names: list[str] = []
    for share, more in _shares(writer, audit):
        names.append(page_name(len(names) + 1))
        place: Json = {
            "role": "page",
            "index": INDEX,
            "previous": names[-2] if len(names) > 1 else None,
            "next": page_name(len(names) + 1) if more else None,
            "first": len(rows) + 1,
            "files": len(audit.files),
        }
        yield names[-1], page(audit, options, embedded(writer, share, True, place))
        rows += [[*file.row, len(names) - 1, file.listening] for file in share]
    listed = [FileRows(row, "", "", []) for row in rows]
    index: Json = {"role": "index", "pages": names}
    yield INDEX, page(audit, replace(options, media={}), embedded(writer, listed, False, index))
