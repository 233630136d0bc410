"""Sentences of an English source track that a translation has left as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from auditor.facts.alignment import track
from auditor.facts.english import makes_speech, names_nothing
from auditor.facts.foreign import fragments, is_foreign_cue
from auditor.facts.words import scripts_of
from auditor.model import Cue, Document
from auditor.patterns import lazy_pattern

_WORD = lazy_pattern(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_NO_WORD = lazy_pattern(r"[\s,.;:!?…-]*")
_QUOTES = "\"'“”‘’「」『』«»`"
_LEAST_WORDS = 4
_LEAST_CLOSED = 2
_LEAST_WHOLE_CUE = 2


class Untranslated(Struct, frozen=True):
    """``cue.text[start:end]`` is what the source track says at this time, word by word."""

    cue: Cue
    start: int
    end: int


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Latin words that stand side by side, other writing not between them."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if run and _NO_WORD.fullmatch(text, run[-1].end(), match.start()) is None:
            yield run
            run = []
        run.append(match)
    if run:
        yield run


def _shared(run: Sequence[re.Match[str]], said: str) -> Iterator[Sequence[re.Match[str]]]:
    """The longest pieces of a run that the source says in these words; ``said`` is its words between spaces."""
    at = 0
    while at < len(run):
        end = at
        while end < len(run) and f" {_key(run[at : end + 1])} " in said:
            end += 1
        if end > at:
            yield run[at:end]
        at = max(end, at + 1)


def _key(words: Sequence[re.Match[str]]) -> str:
    return " ".join(word[0].casefold().replace("’", "'") for word in words)


def _is_quoted(text: str, start: int, end: int) -> bool:
    before, after = text[:start].rstrip(), text[end:].lstrip(" .,!?")
    return before[-1:] in _QUOTES and after[:1] in _QUOTES if before and after else False


def _is_sentence(words: Sequence[re.Match[str]], *, alone: bool) -> bool:
    """Whether words are speech and no name or title, nor letters spelled out.

    Titles hold articles and prepositions ("Innovator of the Year"), sentences pronouns and light verbs too.
    """
    closed = [word[0] for word in words if len(word[0]) > 1 and names_nothing(word[0])]
    if alone:
        return len(words) >= _LEAST_WHOLE_CUE and any(makes_speech(word) for word in closed)
    small = [word for word in closed if word[0].islower()]
    return len(words) >= _LEAST_WORDS and len(small) >= _LEAST_CLOSED and any(makes_speech(word) for word in small)


def untranslated(document: Document, source: Document) -> Iterator[Untranslated]:
    """Every sentence that the track and its English source have in the same words at the same time.

    What is foreign by its look alone (a whole cue, a stray utterance in another script) is left to the facts of
    :mod:`auditor.facts.foreign`.
    """
    own = scripts_of(document.language.tag) or frozenset()
    foreign_script = "Latin" not in own
    known = {(one.cue.index, at) for one in fragments(document) for at in range(one.start, one.end)}
    theirs = track(source)
    for cue in track(document).cues:
        if foreign_script and is_foreign_cue(cue, own):
            continue
        beside = theirs.between(cue.start_ms, cue.end_ms, 1)
        said = f" {_key([*_WORD.finditer(' '.join(one.text for one in beside))])} "
        for run in _runs(cue.text):
            for words in _shared(run, said):
                start, end = words[0].start(), words[-1].end()
                alone = foreign_script and not re.search(r"\w", cue.text[:start] + cue.text[end:])
                if not _is_sentence(words, alone=alone) or _is_quoted(cue.text, start, end):
                    continue
                if (cue.index, start) not in known and (cue.index, end - 1) not in known:
                    yield Untranslated(cue, start, end)
