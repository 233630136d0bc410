"""How far a transcript is from a reference: word and character error rates, and where the errors are.

Both texts are normalised the same way first: case, punctuation, full-width forms
and the spelling of numbers do not count. Words are what spaces part; in languages
written without spaces a word is a character.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace

from auditor.facts.alignment import is_timed
from auditor.facts.sounds import spoken
from auditor.facts.timed_alignment import FARTHEST_S, ChunkKind, Stretch, Timed, align
from auditor.facts.words import UNSPACED, primary
from auditor.model import Cue, Document, ErrorRates
from auditor.patterns import lazy_pattern


class Confusion(Struct, frozen=True):
    """A word of the reference and what stands for it; empty where one side has nothing."""

    reference: str
    hypothesis: str
    count: int


class Token(Struct, frozen=True):
    """A normalised word, or a character where characters are compared, and the cue it stands in.

    ``begins_word`` says that a space goes before it when tokens are shown.
    """

    text: str
    cue: Cue
    begins_word: bool = True


class Chunk(Struct, frozen=True):
    """A stretch of the alignment; ``delete`` has no words here, ``insert`` none in the reference.

    ``at`` is the index of the word of the transcript before which a deletion lies.
    """

    kind: ChunkKind
    reference: tuple[Token, ...]
    hypothesis: tuple[Token, ...]
    at: int


class Comparison(Struct, frozen=True):
    """A transcript against a reference: the rates, every stretch in order, and the confusions, most frequent first.

    ``chunks`` are stretches of words. ``located`` are those that tell where an error is: stretches
    of characters in Korean, where a word spaced differently matches no word; else the same.
    ``tokens`` are the transcript's own tokens that ``located`` counts in.
    """

    rates: ErrorRates
    chunks: tuple[Chunk, ...]
    located: tuple[Chunk, ...]
    tokens: tuple[Token, ...]
    confusions: tuple[Confusion, ...]


_APOSTROPHE = lazy_pattern(r"(?<=\w)['’](?=\w)")
_DECIMAL_POINT = lazy_pattern(r"(?<=\d)\.(?=\d)")
_KEPT_APOSTROPHE, _KEPT_POINT = "\ue000", "\ue001"


def _numbers_in_digits(text: str, language: str | None) -> str:
    from auditor.facts.numerals import canonical, numerals  # only where there is a reference

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
_TAGS = lazy_pattern(r"\[[^\]\n]{1,40}\]|<[^<>\n]{1,40}>")


def tokens(document: Document) -> tuple[Token, ...]:
    """The normalised words of a document in file order, descriptions of sound left out."""
    language = document.language.tag
    unspaced = primary(language) in UNSPACED
    found: list[Token] = []
    for cue in document.cues:
        said = spoken(cue.text) if cue.end_ms > cue.start_ms else _TAGS.sub(" ", cue.text)
        text = normalised(said, language)
        if unspaced:
            found.extend(Token(character, cue, False) for character in text.replace(" ", ""))
        else:
            found.extend(Token(word, cue) for word in text.split())
    return tuple(found)


def _in_characters(words: Sequence[Token]) -> tuple[Token, ...]:
    return tuple(Token(character, word.cue, at == 0) for word in words for at, character in enumerate(word.text))


def shown(tokens: Sequence[Token]) -> str:
    """Tokens as text, spaced as their words were."""
    return "".join(f" {token.text}" if token.begins_word else token.text for token in tokens).strip()


def compared_by_character(document: Document) -> bool:
    """Whether errors are located by character: spaces part no words, or writers place them differently."""
    language = primary(document.language.tag)
    return language in UNSPACED or language == "ko"


_KINDS: dict[str, ChunkKind] = {
    "equal": "equal",
    "substitute": "substitute",
    "delete": "delete",
    "insert": "insert",
}


def rates(reference: Sequence[str], hypothesis: Sequence[str], spaced: bool = True) -> ErrorRates:
    """The error rates of two sequences of normalised words. Raises ``ValueError`` for an empty reference."""
    return _measured(reference, hypothesis, spaced)[0]


def _measured(reference: Sequence[str], hypothesis: Sequence[str], spaced: bool) -> tuple[ErrorRates, list[Stretch]]:
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
        reference_words=by_word.hits + by_word.substitutions + by_word.deletions,
    )
    stretches = [
        Stretch(_KINDS[chunk.type], chunk.ref_start_idx, chunk.ref_end_idx, chunk.hyp_start_idx, chunk.hyp_end_idx)
        for chunk in by_word.alignments[0]
    ]
    return result, stretches


def _character_error_rate(reference: str, hypothesis: str) -> float:
    # jiwer.cer also lists every edit, which takes a hundred times the memory; the rate alone is the distance.
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(reference, hypothesis) / len(reference)


_COMPARED: WeakKeyDictionary[Document, WeakKeyDictionary[Document, Comparison]] = WeakKeyDictionary()


def compare(document: Document, reference: Document) -> Comparison:
    """Align a document with a reference of the same speech, timed or not; kept for as long as the document lives.

    The rates are those of the cheapest alignment. Where both texts have times that agree, the
    stretches pair no words far apart in time (:data:`~auditor.facts.timed_alignment.FARTHEST_S`).
    Raises ``ValueError`` when the reference holds no words.
    """
    of_document = _COMPARED.setdefault(document, WeakKeyDictionary())
    known = of_document.get(reference)
    if known is not None:
        return known
    theirs, ours = tokens(reference), tokens(document)
    spaced = primary(document.language.tag) not in UNSPACED
    measured, stretches = _measured([t.text for t in theirs], [t.text for t in ours], spaced)
    timed = is_timed(document) and is_timed(reference)
    chunks = located = _chunks(_in_time(stretches, theirs, ours) if timed else stretches, theirs, ours)
    if spaced and compared_by_character(document):
        theirs, ours = _in_characters(theirs), _in_characters(ours)
        _, stretches = _measured([t.text for t in theirs], [t.text for t in ours], False)
        located = _chunks(_in_time(stretches, theirs, ours) if timed else stretches, theirs, ours)
    of_document[reference] = result = Comparison(measured, chunks, located, ours, _confusions(chunks))
    return result


def _seconds(tokens: Sequence[Token]) -> list[float]:
    """When each token is said: spread evenly over its cue."""
    sizes = Counter(token.cue.index for token in tokens)
    done: Counter[int] = Counter()
    times: list[float] = []
    for token in tokens:
        cue = token.cue
        part = (done[cue.index] + 0.5) / sizes[cue.index]
        done[cue.index] += 1
        times.append((cue.start_ms + part * (cue.end_ms - cue.start_ms)) / 1000)
    return times


# Where the times agree, keeping to them costs next to no edits; where a track is shifted, it costs most of its words.
_MOST_EXTRA_EDITS = 0.1


def _in_time(
    stretches: Sequence[Stretch], reference: tuple[Token, ...], hypothesis: tuple[Token, ...]
) -> Sequence[Stretch]:
    """The alignment that keeps to the times of both texts; the given one where it does, or where the times disagree."""
    their_times, our_times = _seconds(reference), _seconds(hypothesis)
    if all(
        abs(said - written) <= FARTHEST_S
        for one in stretches
        if one.kind in ("equal", "substitute")
        for said, written in zip(
            their_times[one.reference_start : one.reference_end],
            our_times[one.hypothesis_start : one.hypothesis_end],
            strict=True,
        )
    ):
        return stretches
    kept = align(
        Timed([token.text for token in reference], their_times),
        Timed([token.text for token in hypothesis], our_times),
    )
    if kept is None:
        return stretches
    edits = sum(
        max(one.reference_end - one.reference_start, one.hypothesis_end - one.hypothesis_start)
        for one in stretches
        if one.kind != "equal"
    )
    return kept[0] if kept[1] <= edits + _MOST_EXTRA_EDITS * len(reference) else stretches


def _chunks(
    stretches: Sequence[Stretch], reference: tuple[Token, ...], hypothesis: tuple[Token, ...]
) -> tuple[Chunk, ...]:
    return tuple(
        Chunk(
            stretch.kind,
            reference[stretch.reference_start : stretch.reference_end],
            hypothesis[stretch.hypothesis_start : stretch.hypothesis_end],
            stretch.hypothesis_start,
        )
        for stretch in stretches
    )


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


class CueErrors(Struct, frozen=True):
    """One cue against the words of the reference aligned with it.

    ``rate`` is the word error rate, or the character error rate without spaces where
    :func:`compared_by_character`; ``errors`` and ``said`` count the same units. Long runs of
    deletions and insertions (:func:`long_run`) are left out: they are missing speech and
    invented text, not misheard words.
    """

    cue: Cue
    rate: float
    errors: int
    said: int
    reference: str


_LONG_RUN_WORDS = 5
_CHARACTERS_A_WORD = 3


def long_run(document: Document, words: int = _LONG_RUN_WORDS) -> int:
    """From how many words in a row (characters, where they are compared) something is missing or invented."""
    return words * (_CHARACTERS_A_WORD if compared_by_character(document) else 1)


def by_cue(document: Document, reference: Document) -> tuple[CueErrors, ...]:
    """The errors of each cue that has aligned words of the reference, in file order."""
    comparison = compare(document, reference)
    run = long_run(document)
    said: dict[int, list[Token]] = {}
    errors: Counter[int] = Counter()
    for chunk in comparison.located:
        if chunk.kind == "equal" or chunk.kind == "substitute":
            for spoken_token, written in zip(chunk.reference, chunk.hypothesis, strict=True):
                said.setdefault(written.cue.index, []).append(spoken_token)
                errors[written.cue.index] += chunk.kind == "substitute"
        elif chunk.kind == "insert" and len(chunk.hypothesis) < run:
            errors.update(written.cue.index for written in chunk.hypothesis)
        elif chunk.kind == "delete" and len(chunk.reference) < run and comparison.tokens:
            index = comparison.tokens[min(chunk.at, len(comparison.tokens) - 1)].cue.index
            said.setdefault(index, []).extend(chunk.reference)
            errors[index] += len(chunk.reference)
    return tuple(
        CueErrors(cue, errors[cue.index] / len(words), errors[cue.index], len(words), shown(words))
        for cue in document.cues
        if (words := said.get(cue.index))
    )


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


def file_rates(document: Document, reference: Document) -> ErrorRates:
    """The error rates of a document against its reference, for Korean by morpheme too.

    Raises ``ValueError`` when the reference holds no words.
    """
    measured = compare(document, reference).rates
    if primary(document.language.tag) != "ko":
        return measured
    said, written = ([token.text for token in tokens(text)] for text in (reference, document))
    return replace(measured, morpheme_error_rate=morpheme_error_rate(said, written))


MOST_PLAUSIBLE = 0.85, 0.6
"""Above this match error rate and this character error rate (without spaces, where words are spaced) a
reference is taken to be of other speech: even poor recognition matches more."""


def _unusable(document: Document, reference: Document) -> str | None:
    one, other = primary(document.language.tag), primary(reference.language.tag)
    if one and other and one != other:
        return f"the reference {reference.path} is in another language ({other}, not {one})"
    if not tokens(reference):
        return f"the reference {reference.path} holds no words"
    measured = compare(document, reference).rates
    characters = measured.cer if measured.cer_without_spaces is None else measured.cer_without_spaces
    if measured.mer > MOST_PLAUSIBLE[0] and characters > MOST_PLAUSIBLE[1]:
        return (
            f"the reference {reference.path} seems to be of other speech "
            f"(word error rate {measured.wer:.2f}, character error rate {measured.cer:.2f})"
        )
    return None


_JUDGED: WeakKeyDictionary[Document, WeakKeyDictionary[Document, str | None]] = WeakKeyDictionary()


def unusable(document: Document, reference: Document | None) -> str | None:
    """Why a reference can say nothing about a document (none given, another language, other speech), else ``None``."""
    if reference is None:
        return "no reference given"
    of_document = _JUDGED.setdefault(document, WeakKeyDictionary())
    if reference not in of_document:
        of_document[reference] = _unusable(document, reference)
    return of_document[reference]
