"""Marks without their words: a cue of only punctuation, doubled or misplaced marks, brackets and quotes left open.

## Why
They are what is left when a cue was split, cleaned or translated in pieces. A bracket
that never closes also leaves open where a note or a quotation ends.

## Fix
Close or delete the bracket or quotation mark, and remove the doubled or stray mark.
Where a cue holds nothing but a mark, listen whether words are missing: if not, delete
the cue or join the mark to the cue before.

## Fails
    00:01.000 --> 00:03.000
    Wedge the clay,, then cut it .

    00:03.000 --> 00:05.000
    .

    00:05.000 --> 00:07.000
    The slip (clay with water goes on last.

## Fails: lecture.ja.vtt
    00:01.000 --> 00:03.000
    粘土を練って、。切ります

## Passes
    00:01.000 --> 00:03.000
    ...and then?! Well… "this one

    00:03.000 --> 00:05.000
    (and only this one)" goes into .env, :) a) or 5'10".

    00:05.000 --> 00:06.000
    ...

## Passes: lecture.ja.vtt
    00:01.000 --> 00:03.000
    これは「練り､

    00:03.000 --> 00:05.000
    土練り」です｡

    00:05.000 --> 00:06.000
    ……！？

## Limits
Ellipses of any kind, "?!" and "!!" are accepted, alone too. Sentences run across cues,
so a bracket or quotation mark may close up to `reach` cues later (8). Straight
quotation marks are paired by counting; behind a digit they may be
inches, so such a cue opens no quotation. Emoticons and
item letters ("a)") need no opening bracket. Single quotation marks are not judged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.spans import text_span
from auditor.facts.texts import texts
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``reach``: how many cues after its opening a bracket or quotation may close."""

    reach: int = 8


class _Mark(Struct, frozen=True):
    """A bracket or quotation mark at an offset of a cue's text."""

    cue: Cue
    at: int
    kind: str


_BRACKETS = lazy_pattern(r"[()\[\]{}（）［］｛｝「」『』｢｣【】〔〕〈〉《》“”]")
_CLOSES = {
    ")": "(",
    "]": "[",
    "}": "{",
    "」": "「",
    "』": "『",
    "】": "【",
    "〕": "〔",
    "〉": "〈",
    "》": "《",
    "”": "“",
}
_OPENS = frozenset(_CLOSES.values())
_DEEPEST = 64  # open brackets looked through for the one a mark closes
_INTERVAL = frozenset("([")  # [0, 1) closes what ( did not open

_REACTION = lazy_pattern(r"(?:[…‥!?！？‼⁇⁈⁉~〜～—―–\s]|\.{2,}+|。{2,}+|[・･·∙]{2,}+)++[。｡.]?")
_ENCLOSING = lazy_pattern(r"[()\[\]{}（）［］｛｝「」『』｢｣【】〔〕〈〉《》“”\"'‘’]")

_DOUBLED = lazy_pattern(
    r",\s?,|(?<!、)、\s?、(?!、)|(?<![，])，，(?!，)|;;|；；|[、，､][。｡.](?![.])|[。｡][、，､]|,\.(?![.\w])|(?<!。)。。(?!。)"
    r"|[。｡]\.(?!\.)|(?<!\.)\.[。｡]|[?？!！][.。｡](?![.。｡\w])"
)
_SPACE_BEFORE = lazy_pattern(r"(?<=\w)[ \u00a0\u3000]+(?:[,，、､。｡](?=\W|$)|\.(?=\s|$))")
_AT_LINE_START = lazy_pattern(r"^[ \t\u3000]*(?:[,，、､。｡](?=\s*\w)|\.(?=\s+\w))", re.MULTILINE)

_EMOTICON_EYES = lazy_pattern(r"(?:[:;=^]|(?:^|\s)[xX8])[-'^o]?$")
_ITEM = lazy_pattern(r"(?:^|[\s,.;:])(?:[^\W_]|\d{1,3}|[ivx]{1,4}|[IVX]{1,4})$")
_LOOK_BACK = 8  # characters before a parenthesis that tell an emoticon or an item
_INCHES = lazy_pattern(r"(?<=\d)\"|(?<=\d[½¼¾])\"")


# What each pattern above needs, in characters alone. A transcript in which none of that is found, its cues one
# behind another, needs no look at every cue; most do not.
_NEEDED = (
    lazy_pattern(r"[,、，､;；。｡?？!！.](?:(?<!\.)\s?[,，、､;；。｡.]|[。｡])"),  # of _DOUBLED
    lazy_pattern(r"[,，、､。｡.](?<=[ \u00a0\u3000].)(?!\w)"),  # of _SPACE_BEFORE
    lazy_pattern(r"\n[ \t\u3000]*[,，、､。｡.](?=\s*\w)"),  # of _AT_LINE_START
)
_LETTER = lazy_pattern(r"[^\W_]")

# The same of ASCII alone is found sooner: the second and third without a regular expression.
_DOUBLED_ASCII = lazy_pattern(r"[,;?!]\s?[,;.]")
_NEEDED_ASCII = (" ,", " .", "\n,", "\n.", "\t")


def _may_hold(joined: str) -> bool:
    if joined.isascii() and not any(marks in joined for marks in _NEEDED_ASCII):
        return _DOUBLED_ASCII.search(joined) is not None
    return any(pattern.search(joined) for pattern in _NEEDED)


def _is_only_marks(text: str) -> bool:
    """Whether a text is punctuation and nothing else, and no ellipsis or outcry."""
    if _LETTER.search(text):
        return False
    stripped = text.strip()
    if not stripped or not all(c.isspace() or unicodedata.category(c).startswith("P") for c in stripped):
        return False
    return "#" not in stripped and _REACTION.fullmatch(_ENCLOSING.sub("", stripped)) is None


def _hit(cue: Cue, start: int, end: int, message: str) -> Hit:
    return Hit(
        span=text_span(cue, start, end),
        cue=cue.index,
        text=cue.text[start:end].strip() or cue.text[start:end],
        message=message,
        extent=(end - start) / len(cue.text),
    )


def _first(cue: Cue, pattern: re.Pattern[str], message: str) -> Iterator[Hit]:
    """A hit at the first match of a pattern in a cue; a second one of the same kind says nothing new."""
    matches = list(pattern.finditer(cue.text))
    if matches:
        times = f" ({len(matches)} times in this cue)" if len(matches) > 1 else ""
        mark = matches[0][0].strip()
        yield _hit(cue, matches[0].start(), matches[0].end(), message.format(mark=mark) + times)


def _marks_in(cue: Cue) -> Iterator[Hit]:
    text = cue.text
    if _is_only_marks(text):
        start = len(text) - len(text.lstrip())
        yield _hit(cue, start, len(text.rstrip()), "a cue of nothing but punctuation")
        return
    yield from _first(cue, _DOUBLED, "'{mark}': two marks where one belongs")
    yield from _first(cue, _SPACE_BEFORE, "a space before '{mark}'")
    yield from _first(cue, _AT_LINE_START, "the line begins with '{mark}', which belongs to what comes before")


def _brackets(document: Document) -> Iterator[_Mark]:
    joined = texts(document).joined
    if not any(map(joined.__contains__, "()[]{}")) and (joined.isascii() or _BRACKETS.search(joined) is None):
        return
    # German closes with the mark that English opens with, Swedish opens with the one English closes with.
    text = "".join(cue.text for cue in document.cues if "”" in cue.text or "“" in cue.text or "„" in cue.text)
    curly = "„" not in text and "“" in text and "”" in text
    for cue in document.cues:
        for match in _BRACKETS.finditer(cue.text):
            kind = unicodedata.normalize("NFKC", match[0])
            if kind in "“”" and not curly:
                continue
            yield _Mark(cue, match.start(), kind)


def _close(mark: _Mark, opened: list[_Mark]) -> bool:
    """Take the mark's opening counterpart off the open ones; ``False`` when there is none."""
    wanted = _CLOSES[mark.kind]
    for place in range(len(opened) - 1, max(-1, len(opened) - 1 - _DEEPEST), -1):
        opening = opened[place]
        same_interval = wanted in _INTERVAL and opening.kind in _INTERVAL and opening.cue is mark.cue
        if opening.kind == wanted or (same_interval and place == len(opened) - 1):
            del opened[place]
            return True
    return False


def _unbalanced(document: Document, reach: int) -> Iterator[_Mark]:
    opened: list[_Mark] = []
    cue: Cue | None = None
    for mark in _brackets(document):
        if mark.cue is not cue:
            cue = mark.cue
            yield from (opening for opening in opened if cue.index - opening.cue.index > reach)
            opened = [opening for opening in opened if cue.index - opening.cue.index <= reach]
        if mark.kind in _OPENS:
            # A quotation that runs on opens again with every paragraph and closes once.
            if mark.kind == "“" and opened and opened[-1].kind == "“":
                opened.pop()
            opened.append(mark)
        elif not _close(mark, opened):
            yield mark
    yield from opened


def _stands_alone(mark: _Mark) -> bool:
    """Whether a parenthesis needs no partner: the mouth of an emoticon, or the end of an item's letter."""
    before = mark.cue.text[max(0, mark.at - _LOOK_BACK) : mark.at]
    if mark.kind == ")" and _ITEM.search(before):
        return True
    return mark.kind in "()" and _EMOTICON_EYES.search(before) is not None


def _unpaired_quotes(document: Document, reach: int) -> Iterator[_Mark]:
    if '"' not in texts(document).joined:
        return
    pending: _Mark | None = None
    for cue in document.cues:
        if '"' not in cue.text:
            continue
        places = [match.start() for match in re.finditer('"', cue.text)]
        # What may be inches may be a quotation mark too: it closes an open quotation and opens none.
        if _INCHES.search(cue.text):
            if pending is not None and cue.index - pending.cue.index <= reach:
                pending = None
            continue
        if len(places) % 2 == 0:
            continue
        if pending is not None and cue.index - pending.cue.index <= reach:
            pending = None
            continue
        if pending is not None:
            yield pending
        pending = _Mark(cue, places[-1], '"')
    if pending is not None:
        yield pending


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield a hit for each orphaned mark, in the order of the cues."""
    known = texts(document)
    anywhere = _may_hold(known.joined)
    hits = [
        hit
        for cue, said in zip(document.cues, known.spoken, strict=True)
        if anywhere or not said
        for hit in _marks_in(cue)
    ]
    marks = [*_unbalanced(document, options.reach), *_unpaired_quotes(document, options.reach)]
    for mark in marks:
        if _is_only_marks(mark.cue.text) or _stands_alone(mark):
            continue
        shown = mark.cue.text[mark.at]
        why = "has no partner" if mark.kind == '"' else "is never closed" if mark.kind in _OPENS else "was never opened"
        hits.append(_hit(mark.cue, mark.at, mark.at + 1, f"'{shown}' {why} within {options.reach} cues"))
    yield from sorted(hits, key=lambda hit: (hit.span.line, hit.span.column))


RULE = Rule(
    code="TXT608",
    name="orphan-punctuation",
    family=Family.TEXT,
    category=Category.FORMAT,
    severity=Severity.INFO,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
)
