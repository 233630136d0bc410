"""The HTML report: one self-contained file that opens from disk and never touches a network.

The shell is a Jinja template; the audit travels as JSON in ``<script>`` elements
that hold data: the run, and for each file a line of findings and a line of cues,
which is parsed only when the file is opened. The scripts write text through
``textContent`` alone, and a content security policy admits exactly the inline
script and style of this page.
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files as resource_files

from msgspec import Struct

from auditor.model import Audit
from auditor.reports.html_data import FileRows, Json, Writer
from auditor.reports.options import ReportOptions

FULL_TEXT_CUES = 60_000
"""Runs with more cues carry only the text around findings: more would make the page too large to open."""

MOST_BYTES = 15_000_000
"""The size of the embedded audit that is not exceeded while text around findings can still be left out."""

_SCRIPTS = (
    "data.js",
    "state.js",
    "dom.js",
    "decisions.js",
    "folder.js",
    "queue.js",
    "overview.js",
    "files.js",
    "timeline.js",
    "player.js",
    "reference.js",
    "transcript.js",
    "triage.js",
    "main.js",
)
_KEEPERS = {False: "keep_local.js", True: "keep_served.js"}


def _pack(text: str) -> str:
    """Text compressed (zlib) and in base64; JSON of cues shrinks to about a third by it."""
    return b64encode(zlib.compress(text.encode(), 9)).decode()


def _unpacked(text: str) -> str:
    return text


def _trims(audit: Audit) -> Iterator[tuple[int | None, bool]]:
    """How to embed the audit, from the most readable way to the smallest: cues kept around findings, compressed."""
    if sum(len(file.document.cues) for file in audit.files if file.document) <= FULL_TEXT_CUES:
        yield None, False
        yield None, True
    yield 2, True
    yield 0, True
    yield -1, True


class Data(Struct, frozen=True):
    """What a page embeds: the run, and for each file a line of findings and one of cues, compressed or not."""

    run: str
    findings: str
    cues: str

    @property
    def size(self) -> int:
        """The size of all of it in bytes."""
        return sum(len(part.encode()) for part in (self.run, self.findings, self.cues))


def embedded(writer: Writer, files: Sequence[FileRows], packed: bool, folder: Json = None) -> Data:
    """What a page of these files embeds."""
    pack = _pack if packed else _unpacked
    run = writer.run([file.row for file in files], packed, folder)
    return Data(run, pack("\n".join(file.findings for file in files)), pack("\n".join(file.cues for file in files)))


def _fitting(audit: Audit, options: ReportOptions) -> Data:
    """The audit as embedded: as much of it as fits into :data:`MOST_BYTES`, and always all findings."""
    for neighbours, packed in _trims(audit):
        writer = Writer(audit, options, neighbours)
        made = embedded(writer, [writer.file(file) for file in audit.files], packed)
        if made.size <= MOST_BYTES:
            break
    return made


def _hash(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def _policy(script: str, style: str, served: bool, has_media: bool) -> str:
    """What the page may do: run its own script and style; from a server also save decisions and play media."""
    directives = [
        "default-src 'none'",
        f"script-src {_hash(script)}",
        f"style-src {_hash(style)}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    if served:
        directives += ["connect-src 'self'", "media-src 'self'"]
    elif has_media:
        # From disk the page has no origin of its own, and the recordings lie beside it.
        directives.append("media-src 'self' file:")
    return "; ".join(directives)


def render(audit: Audit, options: ReportOptions | None = None, *, served: bool = False) -> bytes:
    """The report as one UTF-8 HTML file.

    Cues are shown for the files whose ``document`` was kept; for the others the
    findings stand alone. Runs of more than :data:`FULL_TEXT_CUES` cues carry
    the text of cues near findings only, and the page says so. Raises ``ValueError``
    when ``options.compare`` is no audit. ``served`` is for :mod:`auditor.review`, whose
    page saves decisions to the server; any other page keeps them in the browser.
    """
    options = options or ReportOptions()
    return page(audit, options, _fitting(audit, options), served=served)


def page(audit: Audit, options: ReportOptions, data: Data, *, served: bool = False) -> bytes:
    """The page that shows what ``data`` embeds."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    assets = resource_files("auditor.reports") / "html"
    style = (assets / "page.css").read_text("utf-8")
    body = "\n".join((assets / name).read_text("utf-8") for name in (_KEEPERS[served], *_SCRIPTS))
    script = f'"use strict";\n(async () => {{\n{body}\n}})();\n'
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        (assets / "page.html.jinja").read_text("utf-8")
    )
    # Safe as they stand: our own assets, and JSON or base64 in which nothing can end its element.
    made = template.render(
        title=options.title,
        policy=_policy(script, style, served, bool(options.media)),
        audit=audit,
        served=served,
        style=Markup(style),
        script=Markup(script),
        run=Markup(data.run),
        lines=[("findings", Markup(data.findings)), ("cues", Markup(data.cues))],
    )
    return made.encode("utf-8", "replace")
