"""The file's language is not the one its name, folder, header or option declares.

## Why
An export under the wrong name shows viewers who chose Korean an English track, and
puts a transcript into the wrong training set. Every rule that knows the language
judges such a file by the wrong measure.

## Fix
Find out which is wrong. If the text is the right one, rename the file or correct the
language that is declared; if the name is right, export or transcribe the right language
again.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:05.000
    Today we look at how a wheel is built, spoke by spoke.

    00:05.000 --> 00:09.000
    The hub stands in the middle, and every spoke begins there.

    00:09.000 --> 00:13.000
    Before we start, please put all the tools you need on the table.

    00:13.000 --> 00:17.000
    Then we will lace the first side together and see how it holds.

## Passes: lecture.ko.vtt
    00:01.000 --> 00:05.000
    오늘은 바퀴를 만드는 방법을 처음부터 끝까지 살펴볼게요

    00:05.000 --> 00:09.000
    가운데에 허브가 있고 거기에서 스포크가 하나씩 나가요

    00:09.000 --> 00:13.000
    시작하기 전에 필요한 공구를 모두 책상 위에 올려 주세요

    00:13.000 --> 00:17.000
    그다음 한쪽 면을 먼저 엮고 바퀴가 잘 버티는지 확인해요

    00:17.000 --> 00:21.000
    반대쪽도 같은 방법으로 엮으면 바퀴가 거의 다 된 거예요

## Limits
At least 80 letters and 16 different words. Scripts decide where they can; between languages of one script
py3langid must be 99 % certain, and close relatives (Danish and Norwegian, Indonesian
and Malay, ...) are not told apart. Files whose language was told by their text are
not verified: nothing was declared. The language of a second recogniser's output
(`--hypothesis`) tells which is wrong, the text or the declaration.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from msgspec import Struct

from auditor.facts.english import NAMING_NOTHING, names_nothing
from auditor.facts.second_opinion import WITNESS
from auditor.facts.texts import texts
from auditor.facts.words import primary, script_counts, scripts_of
from auditor.model import Category, Confidence, Document, Hit, Severity, Span
from auditor.parse.language import classify, identify, sampled
from auditor.rule import Family, Rule


class Options(Struct, frozen=True):
    """``letters``, ``words``: least letters and different words of a file that is judged.

    ``certainty``: how sure the identifier must be (0-1).
    """

    letters: int = 80
    words: int = 16
    certainty: float = 0.99


# Written so much alike that an identifier mixes them up on spoken text.
_RELATIVES = (
    frozenset({"da", "no", "nb", "nn", "sv"}),
    frozenset({"id", "ms", "jv", "su"}),
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"cs", "sk"}),
    frozenset({"es", "gl", "ca", "pt", "an", "oc"}),
    frozenset({"ru", "uk", "be", "bg", "mk"}),
    frozenset({"hi", "mr", "ne"}),
    frozenset({"ar", "fa", "ur", "ps"}),
    frozenset({"nl", "af"}),
    frozenset({"zh", "yue", "cmn"}),
    frozenset({"fil", "tl"}),
)


def lacks(document: Document, options: Options) -> str | None:
    """Why the rule cannot judge this file, if so."""
    if document.language.tag is None or document.language.how == "text":
        return "no language is declared by option, name, folder or header"
    sample = _sample(document)
    if not _has_letters(sample.text, options.letters):
        return f"fewer than {options.letters} letters do not tell the language"
    if not _has_words(sample, options.words):
        return f"fewer than {options.words} different words do not tell the language"
    return None


class _Sample(Struct, frozen=True):
    """The beginning of a transcript: its text, and the words of it without case."""

    text: str
    words: Sequence[str]


@lru_cache(maxsize=2)  # asked twice of each file
def _sample(document: Document) -> _Sample:
    shown = sampled(document.cues)
    return _Sample("\n".join(shown), list(chain.from_iterable(texts(document).keys[: len(shown)])))


def _has_letters(text: str, least: int) -> bool:
    """Whether a text holds so many letters; its beginning nearly always does."""
    return any(sum(script_counts(part).values()) >= least for part in (text[: 2 * least], text))


def _has_words(sample: _Sample, least: int) -> bool:
    """Whether a sample holds so many different words; its beginning nearly always does."""
    return any(len(set(part)) >= least for part in (sample.words[: 4 * least], sample.words))


# What is left of its own letters in a text of another script that borrows names.
_LEAST_SHARE = 0.1


def _share(text: str, scripts: frozenset[str]) -> float:
    """The share of a text's letters (0-1) that are of some scripts."""
    counts = script_counts(text)
    return sum(count for script, count in counts.items() if script in scripts) / max(1, sum(counts.values()))


def _other(sample: _Sample, declared: str, certainty: float) -> str | None:
    """The language the text is in when that is certainly not the declared one."""
    text = sample.text
    own = scripts_of(declared)
    if own is None:
        return None
    if not (text.isascii() and "Latin" in own) and _share(text, own) < _LEAST_SHARE:
        return primary(identify(text)) or None
    if own != {"Latin"} and own != {"Cyrillic"}:
        return None
    if declared == "en" and _is_english(sample.words):
        return None
    found, sure = classify(text)
    related = any(found in group and declared in group for group in _RELATIVES)
    return found if found != declared and sure >= certainty and not related else None


# A third of spoken English is function words; no other language comes near.
_ENGLISH_SHARE = 0.25


def _is_english(words: Sequence[str]) -> bool:
    """Whether words are English by the function words: cheaper than asking the identifier, and as sure."""
    least = _ENGLISH_SHARE * len(words)
    return sum(map(NAMING_NOTHING.__contains__, words)) > least or sum(map(names_nothing, words)) > least


def _second_language(document: Document, declared: str, options: Options) -> str | None:
    """The language of the second recogniser's text, when it is the declared one or that of this text."""
    hypothesis = document.witnesses.hypothesis
    if hypothesis is None:
        return None
    sample = _sample(hypothesis)
    if not (_has_letters(sample.text, options.letters) and _has_words(sample, options.words)):
        return None
    return _other(sample, declared, options.certainty) or declared


def check(document: Document, options: Options) -> Iterator[Hit]:
    """Yield one hit when the text is in another language than declared."""
    declared = primary(document.language.tag)
    found = _other(_sample(document), declared, options.certainty)
    if found is not None and found != declared:
        second = _second_language(document, declared, options)
        which = "" if second is None else f"; the second recogniser wrote '{second}', so it is the "
        yield Hit(
            span=Span(1, 1, 1, 1),
            message=f"the text is in '{found}', but the {document.language.how} says '{document.language.tag}'"
            + (which and which + ("text that is wrong" if second == declared else "declaration that is wrong")),
            witness=WITNESS if which else "",
            confidence=Confidence.CERTAIN if which else None,
            measured=found,
            limit=document.language.tag,
            unit="language",
        )


RULE = Rule(
    code="MIX403",
    name="wrong-language-file",
    family=Family.MIXED_LANGUAGE,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    options=Options(),
    check=check,
    lacks=lacks,
)
