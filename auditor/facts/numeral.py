"""A number in running text, and what every language writes alike: digits, letters for thousands, years."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from msgspec import Struct


class Numeral(Struct, frozen=True):
    """A number in a text: ``text[start:end]``, what it is worth, and every value it may stand for.

    ``unit`` is ``%``, a currency sign or empty. ``spelled`` says that it is written
    in words. ``certain`` is false where the words may mean something else ("one of
    them", 한, "hundreds of"): such a numeral can confirm another, never accuse.
    ``label`` says that it numbers something ("week two") and so is never paraphrased, ``counted_past``
    that it stands inside an enumeration ("one, two, three") whose ends say enough.
    """

    start: int
    end: int
    value: Decimal
    readings: frozenset[Decimal]
    unit: str = ""
    spelled: bool = False
    certain: bool = True
    label: bool = False
    counted_past: bool = False


THOUSAND = Decimal(1000)

_ONE_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = {word: value for value, word in enumerate(_ONE_WORDS.split())}
TENS = {word: 10 * value for value, word in enumerate(_TEN_WORDS.split(), 2)}
SCALE_WORDS = {
    "hundred": Decimal(100),
    "thousand": THOUSAND,
    "million": THOUSAND**2,
    "billion": THOUSAND**3,
    "trillion": THOUSAND**4,
}
LETTERS = {"k": THOUSAND, "m": THOUSAND**2, "mn": THOUSAND**2, "b": THOUSAND**3, "bn": THOUSAND**3}

DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\w.])\.\d+"
NUMBER_WORD = "|".join([*ONES, *TENS])

HALF = frozenset({Decimal("0.5"), Decimal(50)})
"""What "half" may stand for: a half, or 50 percent."""


def decimal(digits: str) -> Decimal:
    """The value of digits with commas between thousands. Raises ``ValueError`` for anything else."""
    try:
        return Decimal(digits.replace(",", ""))
    except InvalidOperation as error:  # pragma: no cover - the pattern admits nothing else
        raise ValueError(f"not a number: {digits!r}") from error


def year(value: Decimal) -> frozenset[Decimal]:
    """The short form of a year: '90 for 1990."""
    return frozenset({value, value % 100}) if 1900 <= value <= 2099 and value == int(value) else frozenset({value})


def without_point(digits: str) -> frozenset[Decimal]:
    """A point in front may belong to the text (".40" of an attribute, the second half of "495 .95")."""
    return frozenset({decimal(digits[1:])}) if re.fullmatch(r"\.\d+", digits) else frozenset()
