"""How a translated track renders the names of its source: in Latin letters or spelled by sound.

A rendering by sound is recognised by its consonants: 허깅페이스 and ハギングフェイス sound
like Hugging Face. A translation (포옹하는 얼굴) is not: which words of a sentence
translate a name, one file does not tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from msgspec import Struct

from auditor.facts.alignment import sentence_times, track
from auditor.facts.english import names_nothing
from auditor.facts.korean import without_particle
from auditor.facts.words import UNSPACED, primary, words
from auditor.model import Cue, Document
from auditor.patterns import lazy_pattern

_NAME = lazy_pattern(r"(?<=[\w,] )[A-Z][A-Za-z]*[a-z][A-Za-z]*(?: [A-Z][A-Za-z]*[a-z][A-Za-z]*)*")
_SYLLABLE = lazy_pattern(r"(?:HANGUL SYLLABLE|KATAKANA LETTER(?: SMALL)?) (\w+)$")
_CLASSES = (
    (r"ng(?![aeiouy])", "n"),
    (r"c(?=[eiy])|ch|sh|th|j|z", "s"),
    (r"ph|[fvb]|w(?=[aeiou])", "p"),
    (r"[gcqx]", "k"),
    (r"d", "t"),
    (r"r", "l"),
)
_VOICED = ("b", "v")
_LONG_ENOUGH = 3
_MOST_NAMES = 60


class Place(Struct, frozen=True):
    """``cue.text[start:end]`` renders a name."""

    cue: Cue
    start: int
    end: int


class Renderings(Struct, frozen=True):
    """A name of the source and where each of its renderings stands, the most frequent first."""

    name: str
    places: tuple[tuple[str, tuple[Place, ...]], ...]


@lru_cache(maxsize=8192)
def _romanised(text: str) -> str:
    letters: list[str] = []
    for character in text:
        if character == "ッ" or character == "ー":
            continue
        match = _SYLLABLE.match(unicodedata.name(character, ""))
        letters.append(match[1] if match else character)
    return "".join(letters).casefold()


def _folded(text: str) -> str:
    """Letters folded to the classes of sounds that borrowing confuses, vowels kept."""
    sound = re.sub(r"[^a-z]", "", _romanised(text))
    for pattern, replacement in _CLASSES:
        sound = re.sub(pattern, replacement, sound)
    return re.sub(r"(.)\1+", r"\1", sound)


@lru_cache(maxsize=8192)
def skeleton(text: str) -> str:
    """The consonants of a word in classes of sounds, with its first vowel if it begins with one."""
    sound = _folded(text)
    return sound[:1] + re.sub(r"[aeiouy]", "", sound[1:])


def _sounds_like(candidate: str, name: str) -> bool:
    ours, theirs = skeleton(candidate), skeleton(name)
    # Hangul and katakana keep b and p apart where a word begins: バージョン is no Python.
    if {_romanised(candidate)[:1] in _VOICED, name[:1].casefold() in _VOICED} == {True, False}:
        return False
    if len(theirs.strip("aeiouy")) >= _LONG_ENOUGH:
        return ours == theirs
    return _folded(candidate) == _folded(name)


_ALIKE = 0.55


def _one_word(first: str, second: str) -> bool:
    """Whether two spellings by sound are of one name: alike letter by letter, Hangul syllables taken apart."""
    one, other = unicodedata.normalize("NFD", first), unicodedata.normalize("NFD", second)
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _merged(found: dict[str, list[Place]], name: str) -> dict[str, list[Place]]:
    """Spellings without what else sounds like the name, and without what only adds an ending or a number to another."""
    ordered = sorted((text for text in found if text != name), key=lambda text: (-len(found[text]), len(text)))
    kept: dict[str, list[Place]] = {name: found[name]} if name in found else {}
    spelled: list[str] = []
    for text in ordered:
        longer = next((other for other in spelled if text.startswith(other) or other.startswith(text)), None)
        if longer is not None:
            kept[longer] = kept[longer] + found[text]
        elif not spelled or _one_word(text, spelled[0]):
            spelled.append(text)
            kept[text] = found[text]
    return kept


def names(source: Document) -> dict[str, list[Cue]]:
    """The names of an English track with the cues that say them, the most frequent first.

    A name is written with a capital inside a sentence at least twice and never
    without one, other than at the start of a sentence.
    """
    cues = track(source).cues
    counts: Counter[str] = Counter()
    for cue in cues:
        for match in _NAME.finditer(" ".join(cue.text.split())):
            if not any(names_nothing(word) for word in match[0].split()):
                counts[match[0]] += 1
    texts = [" ".join(cue.text.split()) for cue in cues]
    found: dict[str, list[Cue]] = {}
    for name, count in counts.most_common(_MOST_NAMES):
        if count < 2 or any(name != other and re.search(rf"\b{re.escape(name)}\b", other) for other in found):
            continue
        pattern = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
        found[name] = [cue for cue, text in zip(cues, texts, strict=True) if pattern.search(text)]
    return found


def _candidates(cue: Cue, language: str) -> Iterable[tuple[str, int, int]]:
    """Words of a cue without particles, and two words running, with their offsets; in Japanese runs of katakana."""
    if language in UNSPACED:
        for match in re.finditer(r"[ァ-ヺー・]{3,}", cue.text):
            yield match[0], match.start(), match.end()
        return
    sequence = words(cue.text)
    for at, word in enumerate(sequence):
        bare = without_particle(word.text)
        yield bare, word.start, word.start + len(bare)
        if at + 1 < len(sequence) and len(cue.text[word.end : sequence[at + 1].start]) <= 1:
            following = sequence[at + 1]
            tail = without_particle(following.text)
            yield f"{word.text} {tail}", word.start, following.start + len(tail)


_LATIN_BESIDE = lazy_pattern(r"[a-z]{2,} $")
_LATIN_BEHIND = lazy_pattern(r" [a-z]{2,}")


def _in_latin(name: str) -> re.Pattern[str]:
    """The name in Latin letters, in capitals or not, its words apart or joined."""
    return re.compile(rf"(?<![A-Za-z]){r' ?'.join(map(re.escape, name.split()))}(?![A-Za-z])", re.IGNORECASE)


def _places(name: str, said_in: Sequence[Cue], document: Document, language: str) -> dict[str, list[Place]]:
    """Renderings of a name by letter and by sound, in the cues at its times."""
    ours = track(document)
    found: dict[str, list[Place]] = {}
    seen: set[int] = set()
    latin = _in_latin(name)
    for said in said_in:
        for cue in ours.between(said.start_ms, said.end_ms, 1):
            if cue.index in seen:
                continue
            seen.add(cue.index)
            for match in latin.finditer(cue.text):
                if _LATIN_BESIDE.search(cue.text[: match.start()]) or _LATIN_BEHIND.match(cue.text, match.end()):
                    continue  # "Amazon stories", "kiln dot open": quoted or dictated, and no rendering of the name
                found.setdefault(name, []).append(Place(cue, *match.span()))
            taken = -1
            for text, start, end in sorted(_candidates(cue, language), key=lambda one: (one[1], -one[2])):
                if start >= taken and not text.isascii() and _sounds_like(text.replace(" ", ""), name):
                    found.setdefault(text.replace(" ", ""), []).append(Place(cue, start, end))
                    taken = end
    # A common word that sounds like the name (バージョン, version, beside Python) stands elsewhere as well.
    elsewhere: Counter[str] = Counter()
    for cue in ours.cues:
        if cue.index not in seen:
            elsewhere.update({text.replace(" ", "") for text, _, _ in _candidates(cue, language)})
    # What mostly stands beside the name itself is another word of the sentence.
    beside = {place.cue.index for place in found.get(name, ())}
    own = {
        text: places
        for text, places in found.items()
        if text == name
        or (elsewhere[text] < len(places) and 2 * sum(place.cue.index in beside for place in places) < len(places))
    }
    return _merged(own, name)


class Unkept(Struct, frozen=True):
    """A term of a glossary that the source says and the track does not render as the glossary wants.

    ``said`` is the cue of the source, ``cues`` are those of the track at its time; ``place`` is where the
    track renders the term in Latin letters or by sound, ``None`` where it is not found.
    """

    term: str
    wanted: tuple[str, ...]
    said: Cue
    cues: tuple[Cue, ...]
    place: Place | None


def _squeezed(text: str) -> str:
    return "".join(text.casefold().split())


def unkept(document: Document, source: Document, terms: Mapping[str, Sequence[str]]) -> Iterator[Unkept]:
    """Every place of the source where a term is said and none of its wanted renderings stands in the track.

    A rendering may stand anywhere in the time of the sentence, and in the cue beside the term's own.
    """
    ours, theirs = track(document), track(source)
    times = sentence_times(theirs.cues)
    ordered = sorted((term for term in terms if term.strip()), key=lambda term: (-len(term), term))
    if not ordered:
        return
    parts = (r"\s+".join(map(re.escape, term.split())) for term in ordered)
    pattern = re.compile("|".join(rf"(?P<t{at}>(?<!\w){part}(?!\w))" for at, part in enumerate(parts)), re.IGNORECASE)
    said = {
        cue.index: Counter(
            ordered[int(match.lastgroup[1:])]
            for match in pattern.finditer(" ".join(cue.text.split()))
            if match.lastgroup is not None
        )
        for cue in theirs.cues
    }

    def is_kept(term: str, cue: Cue, sentence: tuple[int, int], here: tuple[Cue, ...]) -> bool:
        renderings = [_squeezed(rendering) for rendering in terms[term]]

        def count(cues: Sequence[Cue]) -> int:
            text = _squeezed(" ".join(one.text for one in cues))
            return sum(text.count(rendering) for rendering in renderings)

        near = ours.between(*sentence, 1)
        if count(here) or count(near) > sum(count([one]) for one in near):  # the second: split between two cues
            return True
        # Beside it a rendering counts only where it renders no other place of the source.
        return any(
            count([one])
            > sum(said[other.index][term] for other in theirs.between(one.start_ms, one.end_ms) if other is not cue)
            for one in near
        )

    for cue, sentence in zip(theirs.cues, times, strict=True):
        here = ours.between(cue.start_ms, cue.end_ms)
        if not here:
            continue  # no text at all at this time: REF802 says so
        for term in said[cue.index]:
            if terms[term] and not is_kept(term, cue, sentence, here):
                yield Unkept(term, tuple(terms[term]), cue, here, _rendered(term, here, document))


def _rendered(term: str, cues: Sequence[Cue], document: Document) -> Place | None:
    """Where some cues render a term in Latin letters or by sound."""
    language, latin = primary(document.language.tag), _in_latin(term)
    for cue in cues:
        if match := latin.search(cue.text):
            return Place(cue, *match.span())
        for text, start, end in _candidates(cue, language):
            if not text.isascii() and _sounds_like(text.replace(" ", ""), term):
                return Place(cue, start, end)
    return None


def renderings(document: Document, source: Document) -> tuple[Renderings, ...]:
    """Every name of the source that the document renders in more than one way."""
    language = primary(document.language.tag)
    result: list[Renderings] = []
    for name, said_in in names(source).items():
        found = _places(name, said_in, document, language)
        if len(found) > 1:
            ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
            result.append(Renderings(name, tuple((text, tuple(places)) for text, places in ordered)))
    return tuple(result)
