"""Whether a foreign fragment of a translated track is the source speech's own term, or noise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from auditor.facts.english import names_nothing
from auditor.facts.words import Word, words
from auditor.model import Cue
from auditor.patterns import lazy_pattern

Status = Literal["term", "absent", "unknown"]

_CODE = lazy_pattern(r"[\d_+#@&/.]|[a-z][A-Z]")
_LETTERS = lazy_pattern(r"[^a-z0-9]+")
# Behind an article a verb names something: "the get weight", "a put". Not those that are nouns of speech as well, nor
# "from the get go".
_NAMED_BY_ARTICLE = frozenset(["a", "an", "the"])
_VERBS_ONLY = frozenset(["get", "put", "bring", "become", "seem", "tell", "sit", "hear"])
# How alike (0-1) a garbled name and the term it garbles must be: "HINGPace" and "hugging face".
_ALIKE = 0.62
_LONG_ENOUGH = 5


def _bare(text: str) -> str:
    return _LETTERS.sub("", text.casefold())


def _alike(fragment: str, said: Sequence[str]) -> bool:
    """Whether the fragment resembles a word or two words running of the source closely enough to be their garbling."""
    from difflib import SequenceMatcher

    if len(fragment) < _LONG_ENOUGH:
        return False
    pairs = [first + second for first, second in pairwise(said)]
    return any(
        abs(len(candidate) - len(fragment)) <= 0.5 * len(fragment)
        and SequenceMatcher(None, fragment, candidate, autojunk=False).ratio() >= _ALIKE
        for candidate in (*said, *pairs)
        if len(candidate) >= _LONG_ENOUGH
    )


def _names(word: Word, text: str) -> bool:
    """Whether a word of English text is written as a name, acronym or code: a capital that no sentence gives it."""
    if _CODE.search(word.text) or (len(word.text) > 1 and word.text.isupper()):
        return True
    before = text[: word.start].rstrip()
    return word.text[:1].isupper() and bool(before) and before[-1] not in ".!?:"


def status(fragment_text: str, source_cues: Sequence[Cue]) -> Status:
    """What the source speech says of a Latin fragment: ``term``, ``absent`` or ``unknown``.

    ``source_cues`` are the cues of the source track at the fragment's time and their
    neighbours. A fragment is a ``term`` when its words of meaning are said there, as
    they stand or as what they garble, or when the source writes it as a name or code. It is
    ``absent`` when none of them is said. Words that name nothing ("get", "put", "with") clear
    nothing by being said: alone they are ``unknown`` where the source has them, and ``absent``
    where it has not. A verb behind an article is the name of something ("the get").
    """
    text = " ".join(" ".join(cue.text.split()) for cue in source_cues)
    if not text:
        return "unknown"
    spoken = words(text)
    said = [bare for word in spoken if (bare := _bare(word.text))]
    known = set(said)
    named = {_bare(word.text) for word in spoken if _names(word, text)}
    named |= {
        second.key
        for first, second in pairwise(spoken)
        if first.key in _NAMED_BY_ARTICLE and second.key in _VERBS_ONLY
        if text[first.end : second.start] == " " and not text.startswith(" go", second.end)
    }
    parts = [part for word in words(fragment_text) for part in word.text.split("-") if _bare(part)]
    keys = [_bare(part) for part in parts]
    if not keys:
        return "unknown"
    joined = "".join(keys)
    if joined in named or (len(keys) > 1 and all(key in named for key in keys)):
        return "term"
    meaning = [key for key, part in zip(keys, parts, strict=True) if not names_nothing(part) or _CODE.search(part)]
    if not meaning:
        return "unknown" if all(key in known for key in keys) else "absent"
    present = [key in known or key.removesuffix("s") in known or f"{key}s" in known for key in meaning]
    if all(present):
        # "Run it": where words around a term make it speech, the source must have said just that.
        if len(meaning) < len(keys) and joined not in "".join(said):
            return "unknown"
        # An acronym is said as one: "REST" is not the source's "rest of the day".
        shouted = all(len(part) > 1 and part.isupper() and part.isalpha() for part in parts)
        return "unknown" if shouted and not all(key in named for key in keys) else "term"
    compounds = {first + second for first, second in pairwise(said)}
    if joined in compounds or (len(meaning) == len(keys) and _alike(joined, said)):
        return "term"
    return "unknown" if any(present) else "absent"
