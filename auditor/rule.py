"""What a rule is: a value in a table, with its documentation in its module's docstring.

A rule module holds a docstring, a frozen ``Options`` (or :class:`NoOptions`), one ``check`` and one
``RULE``. The docstring is the only copy of the rule's documentation: a first
line that says what is flagged, then ``## Why``, ``## Fix``, ``## Fails``,
``## Passes`` and ``## Limits``. Fix says in at most three sentences what a person
should do about a finding. The examples under Fails and Passes are indented by
four spaces and are audited by a test.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, Generic, TypeVar

from msgspec import Struct

from auditor.model import Category, Confidence, Document, Hit, Severity
from auditor.patterns import lazy_pattern

O = TypeVar("O")  # noqa: E741 - the options of a rule


class Family(StrEnum):
    """The kinds of fault, named as in the rule table; the code's three letters follow from it."""

    FORMAT = "format"
    TIMING = "timing"
    READING = "reading"
    REPETITION = "repetition"
    MIXED_LANGUAGE = "mixed language"
    PHANTOM = "phantom phrase"
    TEXT = "text"
    KOREAN = "Korean"
    REFERENCE = "reference"
    RECOGNISER = "recogniser"


class NoOptions(Struct, frozen=True):
    """The options of a rule that has none."""


def lacks_nothing(document: Document, options: object) -> str | None:
    """The answer of rules that need no evidence beyond the cues."""
    return None


class Rule(Struct, Generic[O], frozen=True):
    """One rule: code, name, judgement and check.

    ``check(document, options)`` yields hits and sees neither other rules nor
    their findings. ``lacks(document, options)`` names the evidence that is
    missing ("no profile limit ..."), in which case the rule is reported as not
    verified and ``check`` is not called.
    """

    code: str
    name: str
    family: Family
    category: Category
    severity: Severity
    confidence: Confidence
    options: O
    check: Callable[[Document, O], Iterator[Hit]]
    lacks: Callable[[Document, O], str | None] = lacks_nothing

    @property
    def module(self) -> str:
        """The module that holds the rule and its documentation."""
        return self.check.__module__


AnyRule = Rule[Any]


class ProfileLimit(Struct, frozen=True):
    """Stands in a rule's own options for the number that the profile states for the file's language."""

    name: str


def limit_of(name: str) -> Any:
    """The default of an option that the profile fills: the limit called ``name`` for the file's language.

    A check finds the :class:`~auditor.profiles.Limit` there, or ``None`` when the profile states none for the language.
    """
    return ProfileLimit(name)


def limits_of(options: Struct) -> dict[str, str]:
    """The options that the profile fills, by the name of the field: which limit goes there."""
    named = {field: getattr(options, field) for field in options.__struct_fields__}
    return {field: value.name for field, value in named.items() if isinstance(value, ProfileLimit)}


class Example(Struct, frozen=True):
    """A transcript from a rule's documentation: its file name, encoding and text."""

    name: str
    encoding: str
    text: str

    @property
    def data(self) -> bytes:
        """The bytes to audit; a bare list of cues is wrapped into a WebVTT file."""
        first = self.text.split("\n", 1)[0]
        text = f"WEBVTT\n\n{self.text}" if "-->" in first and self.name.endswith(".vtt") else self.text
        return text.encode(self.encoding)


class Documentation(Struct, frozen=True):
    """A rule's documentation as parsed from its docstring.

    ``summary`` is one sentence; ``sections`` maps each heading to its Markdown
    in the order of the docstring; ``fails`` and ``passes`` are the examples.
    """

    summary: str
    sections: tuple[tuple[str, str], ...]
    fails: tuple[Example, ...]
    passes: tuple[Example, ...]

    def section(self, title: str) -> str:
        """The Markdown of one section, such as ``Why`` or ``Fix``; empty when the rule has none."""
        return dict(self.sections).get(title, "")


_HEADING = lazy_pattern(r"^## +(?P<title>\w+)(?:: *(?P<name>[^\s(]+))?(?: *\((?P<encoding>[\w-]+)\))?[ \t]*$", re.M)


def _examples(body: str, name: str | None, encoding: str | None) -> Iterator[Example]:
    from textwrap import dedent

    block: list[str] = []
    for line in [*body.split("\n"), "end"]:
        if line.startswith("    ") or (not line.strip() and block):
            block.append(line)
        elif block:
            text = dedent("\n".join(block)).strip("\n") + "\n"
            yield Example(name or "example.en.vtt", encoding or "utf-8", text)
            block = []


def documentation(rule: AnyRule) -> Documentation:
    """Parse the docstring of the rule's module.

    A heading may carry the file name and encoding its examples are audited
    under: ``## Fails: lecture.ko.srt (cp949)``. Raises ``ValueError`` when the
    docstring lacks its summary.
    """
    import inspect  # documentation is for people who ask for it; audits do without

    text = inspect.getdoc(sys.modules[rule.module])
    if not text:
        raise ValueError(f"rule {rule.code}: the module {rule.module} has no docstring")
    marks = list(_HEADING.finditer(text))
    summary = text[: marks[0].start() if marks else None].strip()
    sections: list[tuple[str, str]] = []
    fails: list[Example] = []
    passes: list[Example] = []
    for here, after in zip(marks, [*marks[1:], None], strict=True):
        body = text[here.end() : after.start() if after else None].strip("\n")
        title = here["title"]
        sections.append((title, body))
        if title == "Fails":
            fails.extend(_examples(body, here["name"], here["encoding"]))
        elif title == "Passes":
            passes.extend(_examples(body, here["name"], here["encoding"]))
    return Documentation(" ".join(summary.split()), tuple(sections), tuple(fails), tuple(passes))
