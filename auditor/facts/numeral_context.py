"""What the words around a numeral say of its worth: ranges, fractions, halves, clock times, enumerations.

Every pass takes the numerals of a text in order and gives them back with more
readings. A pass never takes a reading away, other than where two numerals are one
fraction: 4분의 1 is a quarter, and neither four nor one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from auditor.facts.numeral import DIGITS, SCALE_WORDS, Numeral, decimal
from auditor.patterns import lazy_pattern

Pass = Callable[[list[Numeral], str], list[Numeral]]

_HALF = Decimal("0.5")
_RANGE = lazy_pattern(r" (?:to|or) |[-~–]|에서 |이나 |내지 |から|または")


def _with(numeral: Numeral, *more: Decimal) -> Numeral:
    return replace(numeral, readings=numeral.readings | set(more))


def _ranges(found: list[Numeral], text: str) -> list[Numeral]:
    """The lower bound of a range borrows the scale of the upper: "7 to 8 billion", 3~5만."""
    result = list(found)
    for at in range(len(found) - 1):
        low, high = found[at], found[at + 1]
        bare = text[high.start : high.end].lstrip("$€£¥₩ ")
        number = re.match(DIGITS, bare)
        if number is None or low.spelled or low.value >= 1000 or not _RANGE.fullmatch(text[low.end : high.start]):
            continue
        scale = high.value / (decimal(number[0]) or 1)
        if scale > 1:
            result[at] = _with(low, low.value * scale)
    return result


_EAST_FRACTION = lazy_pattern(r"\s?分の\s?|\s?분의\s?")
_RATIO = lazy_pattern(r"/| (?:in|out of) (?:every )?")
_ROUND_THE_CLOCK = (Decimal(24), Decimal(7))


def _fractions(found: list[Numeral], text: str) -> list[Numeral]:
    """4분의 1 and 四分の一 are one number; "1/4", "one in four" may be written as one."""
    result: list[Numeral] = []
    for numeral in found:
        before = result[-1] if result else None
        between = text[before.end : numeral.start] if before is not None else ""
        if before is None or not between:
            result.append(numeral)
        elif before.value and _EAST_FRACTION.fullmatch(between):
            share = numeral.value / before.value
            readings = frozenset({share, 100 * share})
            result[-1] = Numeral(before.start, numeral.end, share, readings, spelled=True, certain=False)
        elif numeral.value and _RATIO.fullmatch(between):
            pair = (before.value, numeral.value)
            share = before.value / numeral.value
            # 24/7 is "always", whatever language.
            certain = pair != _ROUND_THE_CLOCK
            result[-1] = replace(_with(before, share, 100 * share), certain=before.certain and certain)
            result.append(replace(_with(numeral, share, 100 * share), certain=numeral.certain and certain))
        else:
            result.append(numeral)
    return result


_BY_A_FACTOR = lazy_pattern(r"(?:factor of|divided by) $", re.IGNORECASE)
_TIMES_LESS = lazy_pattern(r"(?:[ -]?fold|[ -]?times|x)\b", re.IGNORECASE)
_LONGEST_BEFORE = 12


def _factors(found: list[Numeral], text: str) -> list[Numeral]:
    """ "Reduced by a factor of four", "four times smaller": languages say a quarter."""
    return [
        _with(numeral, 1 / numeral.value)
        if numeral.value
        and (
            _TIMES_LESS.match(text, numeral.end)
            or _BY_A_FACTOR.search(text[max(0, numeral.start - _LONGEST_BEFORE) : numeral.start])
        )
        else numeral
        for numeral in found
    ]


_AND_A_HALF = lazy_pattern(rf"(?: \w+)? and a half(?: (?P<scale>{'|'.join(SCALE_WORDS)})\b)?", re.IGNORECASE)
_HALF_BEHIND = lazy_pattern(
    r"\s?(?P<counter>[가-힣]{1,3})?\s?반(?=\W|$|[은이을의에도])|(?P<kanji>[年月日週時間分倍回個人]{0,2})半"
)
_HOUR = ("시", "時")


def _halves(found: list[Numeral], text: str) -> list[Numeral]:
    """ "Three and a half", 3년 반, 3時間半 are 3.5; 3시 반 is half past three."""
    result: list[Numeral] = []
    for numeral in found:
        english = _AND_A_HALF.match(text, numeral.end)
        east = _HALF_BEHIND.match(text, numeral.end)
        if english:
            scale = SCALE_WORDS[english["scale"].lower()] if english["scale"] else Decimal(1)
            numeral = _with(numeral, numeral.value + _HALF, (numeral.value + _HALF) * scale)
        elif east and (east["counter"] or east["kanji"] is not None):
            numeral = _with(numeral, numeral.value + _HALF)
            if (east["counter"] or east["kanji"]) in _HOUR:
                numeral = _with(numeral, Decimal(30))
        result.append(numeral)
    return result


# What follows a numeral, and what one of it is worth in the next smaller unit: two weeks are 14 days.
_UNITS = tuple(
    (lazy_pattern(pattern, re.IGNORECASE), Decimal(factor))
    for pattern, factor in (
        (r"[ -]?weeks?\b|\s?주(?![가-힣]?년)|週", 7),
        (r"[ -]?years?\b|\s?년|年", 12),
        (r"[ -]?days?\b|\s?일(?=\W|$|[간은이을의에])|日", 24),
        (r" dozen\b", 12),
    )
)
_AFTERNOON = lazy_pattern(r":\d\d|\s?(?:시(?!간)|時(?!間))")
_NOON = 12


def _units(found: list[Numeral], text: str) -> list[Numeral]:
    """Spans of time in the next smaller unit, dozens, and the hours of the afternoon on a clock of 12 hours."""
    result: list[Numeral] = []
    for numeral in found:
        for unit, factor in _UNITS:
            if unit.match(text, numeral.end):
                numeral = _with(numeral, numeral.value * factor)
        if _NOON < numeral.value <= 2 * _NOON and _AFTERNOON.match(text, numeral.end):
            numeral = _with(numeral, numeral.value - _NOON)
        result.append(numeral)
    return result


_LABEL = lazy_pattern(
    r"\b(?:week|day|month|step|stage|phase|part|chapter|section|lesson|lecture|module|unit|level|version|number|"
    r"slide|page|exercise|question|option|rule|figure|table|volume|episode|season) $",
    re.IGNORECASE,
)


def _labels(found: list[Numeral], text: str) -> list[Numeral]:
    """ "Week two" numbers a week: no language says "both" or "a couple" for it."""
    return [
        replace(numeral, label=True)
        if numeral.spelled and _LABEL.search(text[max(0, numeral.start - _LONGEST_BEFORE) : numeral.start])
        else numeral
        for numeral in found
    ]


_LISTED = lazy_pattern(r"\s*[,､、]\s*(?:and |or )?|\s+(?:and|or)\s+")


def _enumerations(found: list[Numeral], text: str) -> list[Numeral]:
    """ "One, two, three, four": from one to four says the same, so what stands inside is not missed."""
    result = list(found)
    for at in range(1, len(found) - 1):
        before, here, after = found[at - 1], found[at], found[at + 1]
        if (
            before.value + 1 == here.value == after.value - 1
            and _LISTED.fullmatch(text[before.end : here.start])
            and _LISTED.fullmatch(text[here.end : after.start])
        ):
            result[at] = replace(here, counted_past=True)
    return result


_BROKEN = lazy_pattern(r"\s|-|\s?\.\s?|\s?점\s?|\spoint\s")
# Behind a counter for whole things a number is one of its own: "3. 1つの窯" is no 3.1.
_WHOLE_THINGS = lazy_pattern(r"\s?(?:개|명|마리|살|가지|번째|つ|人|個|歳|番目)")
_MOST_JOINED = 4
_MOST_DIGITS = 6


def _joined(found: list[Numeral], text: str) -> list[Numeral]:
    """Numerals that stand beside each other may be one number: "4 0" is 40, "3. 5" or 3점 5 is 3.5."""
    readings = [set(numeral.readings) for numeral in found]
    for at in range(len(found)):
        together = plain(found[at])
        for last in range(at + 1, min(len(found), at + _MOST_JOINED)):
            between = text[found[last - 1].end : found[last].start]
            if len(between) > 7 or _BROKEN.fullmatch(between) is None:
                break
            following = plain(found[last])
            if not following.isdigit() or len(together) + len(following) > _MOST_DIGITS:
                break
            candidates = {together + following}
            apart = between[-1:].isspace() and "." in between and _WHOLE_THINGS.match(text, found[last].end)
            if last == at + 1 and together.isdigit() and not apart:
                candidates.add(f"{together}.{following}")
            values = {Decimal(candidate) for candidate in candidates if candidate.count(".") < 2}
            for member in range(at, last + 1):
                readings[member] |= values
            together += following
    return [
        numeral if frozenset(more) == numeral.readings else replace(numeral, readings=frozenset(more))
        for numeral, more in zip(found, readings, strict=True)
    ]


def plain(numeral: Numeral) -> str:
    """The value in digits without exponent or trailing zeros."""
    return format(numeral.value.normalize(), "f") if numeral.value else "0"


_PASSES: Sequence[Pass] = (_fractions, _ranges, _factors, _halves, _units, _labels, _enumerations, _joined)


def in_context(found: list[Numeral], text: str) -> list[Numeral]:
    """The numerals of a text with the readings that the words around them allow."""
    for one in _PASSES:
        found = one(found, text)
    return found
