"""How far a transcript is from a reference: word and character error rates, and where the errors are.

Both texts are normalised the same way first: case, punctuation, full-width forms
and the spelling of numbers do not count. Words are what spaces part; in languages
written without spaces a word is a character.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

from auditor.facts.numerals import canonical, numerals
from auditor.facts.sounds import spoken
from auditor.facts.words import UNSPACED, primary
from auditor.model import Cue, Document

ChunkKind = Literal["equal", "substitute", "delete", "insert"]


@dataclass(frozen=True, slots=True)
class Confusion:
    """A word of the reference and what stands for it; empty where one side has nothing."""

    reference: str
    hypothesis: str
    count: int


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """Error rates of a text against a reference, as jiwer counts them; 0 is identical, ``wer`` can exceed 1.

    ``wer`` word error rate, ``mer`` match error rate, ``wil`` word information lost,
    ``cer`` character error rate with spaces. ``cer_without_spaces`` is what counts in
    Korean, where spacing varies between writers; ``None`` where words are not spaced.
    """

    wer: float
    mer: float
    wil: float
    cer: float
    cer_without_spaces: float | None
    hits: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def reference_words(self) -> int:
        """How many words the reference has."""
        return self.hits + self.substitutions + self.deletions


@dataclass(frozen=True, slots=True)
class Token:
    """A normalised word and the cue it stands in."""

    text: str
    cue: Cue


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of the alignment; ``delete`` has no words here, ``insert`` none in the reference.

    ``at`` is the index of the word of the transcript before which a deletion lies.
    """

    kind: ChunkKind
    reference: tuple[Token, ...]
    hypothesis: tuple[Token, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A transcript against a reference: the rates, every stretch in order, and the confusions, most frequent first."""

    rates: ErrorRates
    chunks: tuple[Chunk, ...]
    words: tuple[Token, ...]
    confusions: tuple[Confusion, ...]


_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_KEPT_APOSTROPHE, _KEPT_POINT = "\ue000", "\ue001"


def _numbers_in_digits(text: str, language: str | None) -> str:
    pieces, done = [], 0
    english = primary(language) == "en"
    for numeral in numerals(text, language):
        # English number words are number words wherever they stand; 이 and 一番 are not.
        if numeral.certain or (english and text[numeral.start : numeral.end].casefold() in ("one", "zero")):
            pieces += [text[done : numeral.start], canonical(numeral)]
            done = numeral.end
    return "".join([*pieces, text[done:]])


def normalised(text: str, language: str | None) -> str:
    """The text as it is compared: compatibility forms folded, lower case, numbers in digits, no punctuation."""
    folded = unicodedata.normalize("NFKC", text).replace("\n", " ")
    folded = _numbers_in_digits(folded, language).casefold()
    folded = _DECIMAL_POINT.sub(_KEPT_POINT, _APOSTROPHE.sub(_KEPT_APOSTROPHE, folded))
    letters = "".join(
        character if character.isalnum() or unicodedata.category(character) in ("Mn", "Mc", "Co") else " "
        for character in folded
    )
    return " ".join(letters.replace(_KEPT_APOSTROPHE, "'").replace(_KEPT_POINT, ".").split())


# A plain text is one cue: a star on its first page and one on its last do not frame a description of sound.
_TAGS = re.compile(r"\[[^\]\n]{1,40}\]|<[^<>\n]{1,40}>")


def tokens(document: Document) -> tuple[Token, ...]:
    """The normalised words of a document in file order, descriptions of sound left out."""
    language = document.language.tag
    unspaced = primary(language) in UNSPACED
    found: list[Token] = []
    for cue in document.cues:
        said = spoken(cue.text) if cue.end_ms > cue.start_ms else _TAGS.sub(" ", cue.text)
        text = normalised(said, language)
        found.extend(Token(word, cue) for word in (text.replace(" ", "") if unspaced else text.split()))
    return tuple(found)


_KINDS: dict[str, ChunkKind] = {
    "equal": "equal",
    "substitute": "substitute",
    "delete": "delete",
    "insert": "insert",
}


def rates(reference: Sequence[str], hypothesis: Sequence[str], spaced: bool = True) -> ErrorRates:
    """The error rates of two sequences of normalised words. Raises ``ValueError`` for an empty reference."""
    return _measured(reference, hypothesis, spaced)[0]


def _measured(reference: Sequence[str], hypothesis: Sequence[str], spaced: bool) -> tuple[ErrorRates, list[_Stretch]]:
    import jiwer

    if not reference:
        raise ValueError("the reference holds no words")
    by_word = jiwer.process_words(" ".join(reference), " ".join(hypothesis))
    cer = by_word.wer
    tight: float | None = None
    if spaced:
        cer = _character_error_rate(" ".join(reference), " ".join(hypothesis))
        tight = _character_error_rate("".join(reference), "".join(hypothesis))
    result = ErrorRates(
        wer=by_word.wer,
        mer=by_word.mer,
        wil=by_word.wil,
        cer=cer,
        cer_without_spaces=tight,
        hits=by_word.hits,
        substitutions=by_word.substitutions,
        deletions=by_word.deletions,
        insertions=by_word.insertions,
    )
    stretches = [
        _Stretch(_KINDS[chunk.type], chunk.ref_start_idx, chunk.ref_end_idx, chunk.hyp_start_idx, chunk.hyp_end_idx)
        for chunk in by_word.alignments[0]
    ]
    return result, stretches


def _character_error_rate(reference: str, hypothesis: str) -> float:
    # jiwer.cer also lists every edit, which takes a hundred times the memory; the rate alone is the distance.
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(reference, hypothesis) / len(reference)


@dataclass(frozen=True, slots=True)
class _Stretch:
    kind: ChunkKind
    reference_start: int
    reference_end: int
    hypothesis_start: int
    hypothesis_end: int


_COMPARED: WeakKeyDictionary[Document, tuple[Document, Comparison]] = WeakKeyDictionary()


def compare(document: Document, reference: Document) -> Comparison:
    """Align a document with a reference of the same speech, timed or not; kept for as long as the document lives.

    Raises ``ValueError`` when the reference holds no words.
    """
    known = _COMPARED.get(document)
    if known is not None and known[0] is reference:
        return known[1]
    theirs, ours = tokens(reference), tokens(document)
    spaced = primary(document.language.tag) not in UNSPACED
    measured, stretches = _measured([t.text for t in theirs], [t.text for t in ours], spaced)
    chunks = tuple(
        Chunk(
            stretch.kind,
            theirs[stretch.reference_start : stretch.reference_end],
            ours[stretch.hypothesis_start : stretch.hypothesis_end],
            stretch.hypothesis_start,
        )
        for stretch in stretches
    )
    result = Comparison(measured, chunks, ours, _confusions(chunks))
    _COMPARED[document] = (reference, result)
    return result


def _confusions(chunks: Sequence[Chunk]) -> tuple[Confusion, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for chunk in chunks:
        if chunk.kind == "substitute":
            counts.update((r.text, h.text) for r, h in zip(chunk.reference, chunk.hypothesis, strict=True))
        elif chunk.kind == "delete":
            counts.update((token.text, "") for token in chunk.reference)
        elif chunk.kind == "insert":
            counts.update(("", token.text) for token in chunk.hypothesis)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Confusion(reference, hypothesis, count) for (reference, hypothesis), count in ordered)


@dataclass(frozen=True, slots=True)
class CueErrors:
    """One cue against the reference words aligned with it.

    ``rate`` is the word error rate, in Korean and unspaced languages the character
    error rate without spaces, where what is spaced differently is no error. Runs of
    deletions and insertions from :data:`LONG_RUN` words on are left out: they are
    missing speech and invented text, not misheard words.
    """

    cue: Cue
    rate: float
    errors: int
    reference: str
    hypothesis: str


LONG_RUN = 5
"""From this many words in a row on, a deletion is missing speech and an insertion invented text."""


def by_cue(document: Document, reference: Document) -> tuple[CueErrors, ...]:
    """The errors of each cue that has aligned reference words, in file order."""
    comparison = compare(document, reference)
    language = primary(document.language.tag)
    long_run = LONG_RUN * (3 if language in UNSPACED else 1)
    theirs: dict[int, list[str]] = {}
    ours: dict[int, list[str]] = {}
    errors: Counter[int] = Counter()
    for chunk in comparison.chunks:
        if chunk.kind == "equal" or chunk.kind == "substitute":
            for said, written in zip(chunk.reference, chunk.hypothesis, strict=True):
                theirs.setdefault(written.cue.index, []).append(said.text)
                ours.setdefault(written.cue.index, []).append(written.text)
                errors[written.cue.index] += chunk.kind == "substitute"
        elif chunk.kind == "insert" and len(chunk.hypothesis) < long_run:
            for written in chunk.hypothesis:
                ours.setdefault(written.cue.index, []).append(written.text)
                errors[written.cue.index] += 1
        elif chunk.kind == "delete" and len(chunk.reference) < long_run and comparison.words:
            index = comparison.words[min(chunk.at, len(comparison.words) - 1)].cue.index
            theirs.setdefault(index, []).extend(said.text for said in chunk.reference)
            errors[index] += len(chunk.reference)
    joint = "" if language in UNSPACED else " "
    by_character = language == "ko"
    found: list[CueErrors] = []
    for cue in document.cues:
        spoken_words = theirs.get(cue.index)
        if not spoken_words:
            continue
        written_words = ours.get(cue.index, [])
        rate = errors[cue.index] / len(spoken_words)
        if by_character:
            rate = _character_error_rate("".join(spoken_words), "".join(written_words))
        found.append(CueErrors(cue, rate, errors[cue.index], joint.join(spoken_words), joint.join(written_words)))
    return tuple(found)


def morpheme_error_rate(reference: Sequence[str], hypothesis: Sequence[str]) -> float:
    """The error rate of Korean eojeols by morpheme: a wrong particle costs less than a wrong word.

    Loads the morphological analyser on its first call. Raises ``ValueError`` for an empty reference.
    """
    from auditor.facts.korean import morphemes

    def forms(words: Sequence[str]) -> list[str]:
        return [f"{morpheme.form}/{morpheme.tag}" for word in words for morpheme in morphemes(word)]

    said = forms(reference)
    if not said:
        raise ValueError("the reference holds no words")
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(said, forms(hypothesis)) / len(said)


MOST_PLAUSIBLE = 0.85
"""From this match error rate on, a reference is taken to be of other speech: even poor recognition matches more."""


def _unusable(document: Document, reference: Document) -> str | None:
    one, other = primary(document.language.tag), primary(reference.language.tag)
    if one and other and one != other:
        return f"the reference {reference.path} is in another language ({other}, not {one})"
    if not tokens(reference):
        return f"the reference {reference.path} holds no words"
    measured = compare(document, reference).rates
    if measured.mer > MOST_PLAUSIBLE:
        return (
            f"the reference {reference.path} seems to be of other speech "
            f"(word error rate {measured.wer:.2f}, character error rate {measured.cer:.2f})"
        )
    return None


_JUDGED: WeakKeyDictionary[Document, tuple[Document, str | None]] = WeakKeyDictionary()


def unusable(document: Document, reference: Document | None) -> str | None:
    """Why a reference can say nothing about a document (none given, another language, other speech), else ``None``."""
    if reference is None:
        return "no reference given"
    known = _JUDGED.get(document)
    if known is None or known[0] is not reference:
        known = _JUDGED[document] = (reference, _unusable(document, reference))
    return known[1]
