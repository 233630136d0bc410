"""English numbers: digits with units and scales, and number words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from auditor.facts.numeral import (
    DIGITS,
    HALF,
    LETTERS,
    NUMBER_WORD,
    ONES,
    SCALE_WORDS,
    TENS,
    Numeral,
    decimal,
    without_point,
    year,
)
from auditor.patterns import lazy_pattern

# Words that hold a number without counting: ordinals, multiples, months, which other languages number.
_HOLDING = {
    word: Decimal(value)
    for words, value in (
        ("first once single january", 1),
        ("second secondly twice double doubled both couple pair february", 2),
        ("third thirdly triple march", 3),
        ("fourth quarter april", 4),
        ("fifth may", 5),
        ("sixth june", 6),
        ("seventh july", 7),
        ("eighth august", 8),
        ("ninth september", 9),
        ("tenth october", 10),
        ("november", 11),
        ("dozen december", 12),
    )
    for word in words.split()
}

_SCALE_WORD = "|".join(SCALE_WORDS)
# A numeral in words: "two", "twenty-five", "three hundred and twenty", "three point five", "a thousand".
_SPELLED = (
    rf"(?:(?:{NUMBER_WORD})|(?:a|an)(?=[ ](?:{_SCALE_WORD})\b)|(?:{_SCALE_WORD}))\b"
    rf"(?:(?:[ -]|(?:(?<=hundred)|(?<=thousand))[ ]and[ ](?=(?:{NUMBER_WORD})\b))(?:{NUMBER_WORD}|{_SCALE_WORD})\b)*"
    rf"(?:[ ]point(?:[ ](?:oh|{NUMBER_WORD})\b)+(?:[ ](?:{_SCALE_WORD})\b)*)?"
)
_ENGLISH = lazy_pattern(
    rf"(?P<sign>[$€£¥]\s?)?(?P<digits>{DIGITS})(?:\s?(?P<scale>{_SCALE_WORD})(?!\w)|(?P<letter>k|mn?|bn?)(?![a-z\d]))?"
    rf"(?P<ordinal>st|nd|rd|th)?(?P<percent>\s?(?:%|percent\b|per[ ]cent\b))?"
    rf"|\b(?P<words>{_SPELLED})(?P<spelled_percent>[ ](?:percent|per[ ]cent)\b)?"
    rf"|\b(?P<holding>{'|'.join(_HOLDING)})\b|\b(?P<half>half)\b",
    re.IGNORECASE,
)
# Behind a number word these make a fraction, a vague amount or a fixed phrase of it.
_NO_NUMBER_AFTER = lazy_pattern(r"[ -](?:thirds?|quarters?|halves|fifths?|tenths?|hundredths?)\b", re.IGNORECASE)


def _english_words(words: list[str]) -> tuple[Decimal, frozenset[Decimal]]:
    """The value of number words, and all readings: "twenty twenty four" is 2024, "four zero" 4, 0 or 40."""
    if "point" in words:
        at = words.index("point")
        whole, _ = _english_words(words[:at]) if at else (Decimal(0), frozenset())
        tail = words[at + 1 :]
        digits = [word for word in tail if word not in SCALE_WORDS]
        scale = Decimal(1)
        for word in tail[len(digits) :]:
            scale *= SCALE_WORDS[word]
        fraction = "".join(str(0 if word == "oh" else ONES.get(word, TENS.get(word, 0))) for word in digits)
        value = Decimal(f"{whole}.{fraction}") * scale
        return value, frozenset({value})
    # Split into well-formed numbers first; more than one is a year, a telephone number or a spelled-out name.
    parts: list[Decimal] = []
    total, current, last = Decimal(0), None, ""
    for word in words:
        if word in ("and", "a", "an"):
            continue
        if word in SCALE_WORDS:
            scale = SCALE_WORDS[word]
            if scale == 100:
                current = (current or Decimal(1)) * 100
            else:
                total, current = total + (current if current is not None else Decimal(1)) * scale, None
            last = "scale"
            continue
        value = Decimal(ONES[word] if word in ONES else TENS[word])
        kind = "tens" if word in TENS else "ones"
        fits = not last or last == "scale" or (last == "tens" and kind == "ones" and 0 < value < 10)
        if not fits:
            parts.append(total + (current or 0))
            total, current = Decimal(0), None
        current = (current or Decimal(0)) + value
        last = kind
    parts.append(total + (current or 0))
    if len(parts) == 1:
        return parts[0], frozenset(parts)
    together = Decimal("".join(str(part) for part in parts))
    return together, frozenset({together, *parts})


def english(text: str) -> Iterator[Numeral]:
    """The numerals of an English text in order."""
    for match in _ENGLISH.finditer(text):
        start, end = match.span()
        if match["holding"]:
            value = _HOLDING[match["holding"].lower()]
            yield Numeral(start, end, value, frozenset({value}), spelled=True, certain=False)
        elif match["half"]:
            yield Numeral(start, end, min(HALF), HALF, spelled=True, certain=False)
        elif match["digits"]:
            value = plain = decimal(match["digits"])
            readings = year(plain) | without_point(match["digits"])
            if match["scale"]:
                value = plain * SCALE_WORDS[match["scale"].lower()]
                readings = frozenset({value})
            elif match["letter"]:
                # "8B" names a model's size as often as it counts; both may be kept in translation.
                value = plain * LETTERS[match["letter"].lower()]
                readings = frozenset({plain, value})
            unit = "%" if match["percent"] else (match["sign"] or "").strip()
            yield Numeral(start, end, value, readings, unit)
        else:
            words = re.split(r"[ -]+", match["words"].lower())
            value, readings = _english_words(words)
            counted = any(word in ONES or word in TENS for word in words)
            certain = counted and words not in (["one"], ["zero"]) and not _NO_NUMBER_AFTER.match(text, end)
            readings |= year(value)
            yield Numeral(start, end, value, readings, "%" if match["spelled_percent"] else "", True, certain)
