"""A character reference or tag that the viewer reads letter by letter ("&amp;", "<i>").

## Why
Text that was escaped once too often reaches the screen as code. It happens when a
program escapes what was escaped already, or writes entities into a format that has
none.

## Fix
Replace the entity or tag by the character it stands for, once; in WebVTT a literal `<`
or `&` stays escaped one time. Then find the step that escapes twice in the export. If
the speaker talks about the code itself, reject the finding.

## Fails
    WEBVTT

    00:01.000 --> 00:03.000
    Slips &amp;amp; glazes

    00:03.000 --> 00:05.000
    &lt;i&gt;Dry it slowly.&lt;/i&gt;

## Passes
    WEBVTT

    00:01.000 --> 00:03.000
    Slips &amp; glazes: stop if a &lt; b &amp;&amp; b &gt; c;

    00:03.000 --> 00:05.000
    The &lt;i&gt; tag puts a word in italics.

## Limits
An entity counts when HTML knows its name and it ends with a semicolon. A tag counts
when one of a caption's own tags is opened at the beginning of a line and closed at its
end; a tag that is spoken about stands inside a sentence. A lecture that spells out
entities will be flagged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.facts.spans import text_span
from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, NoOptions, Rule

_ENTITY = lazy_pattern(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));")
_TAGGED_LINE = lazy_pattern(
    r"^[ \t\-–]*<(?P<tag>i|b|u|s|c|v|em|strong|font|span|ruby|lang)(?:[ .][^<>\n]*)?>[^\n]*</(?P=tag)>[ \t.!?。…]*$",
    re.IGNORECASE | re.MULTILINE,
)


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each entity and each tagged line that is shown as written."""
    for cue in document.cues:
        text = cue.text
        if "&" in text:
            for match in _ENTITY.finditer(text):
                from html.entities import html5  # 2,231 names, and most transcripts write none

                if match["name"] is None or f"{match['name']};" in html5:
                    message = f"the viewer reads '{match[0]}' letter by letter"
                    yield _hit(cue.index, message, match, document)
        if "</" in text:
            for match in _TAGGED_LINE.finditer(text):
                yield _hit(cue.index, f"the viewer reads the tag <{match['tag']}> letter by letter", match, document)


def _hit(index: int, message: str, match: re.Match[str], document: Document) -> Hit:
    cue = document.cues[index - 1]
    return Hit(
        span=text_span(cue, match.start(), match.end()),
        cue=index,
        text=match[0],
        message=message,
        extent=(match.end() - match.start()) / len(cue.text),
    )


RULE = Rule(
    code="TXT604",
    name="escaped-entity",
    family=Family.TEXT,
    category=Category.FORMAT,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    options=NoOptions(),
    check=check,
)
