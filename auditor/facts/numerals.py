"""Numbers in running text: digits with units and scales, and the number words of English, Korean and Japanese.

What a numeral is worth is often open: "4.0" may be spelled "four zero", 8B is
eight billion or the name of a size, 5만 is fifty thousand or "only five". So every
numeral has readings, and two numerals agree when they share one.
"""

from __future__ import annotations

import re
import unicodedata

from auditor.facts.numeral import DIGITS, Numeral, decimal, year
from auditor.facts.numeral_context import in_context, plain
from auditor.facts.numerals_east_asian import japanese, korean, with_lower_parts
from auditor.facts.numerals_english import english
from auditor.facts.words import primary

_FINDERS = {"en": english, "ko": korean, "ja": japanese}

LANGUAGES = frozenset(_FINDERS)
"""Languages whose number words are known; in others only digits are read."""


def numerals(text: str, language: str | None) -> tuple[Numeral, ...]:
    """The numerals of a text in order, full-width digits included, with all their readings.

    ``language`` is a BCP 47 tag; of languages other than :data:`LANGUAGES` only digits are read.
    """
    # One character for one character, so that offsets stay those of the text.
    plain_text = "".join(_narrow(character) for character in text) if not text.isascii() else text
    finder = _FINDERS.get(primary(language))
    if finder is None:
        found = [
            Numeral(match.start(), match.end(), value, year(value))
            for match in re.finditer(DIGITS, plain_text)
            for value in (decimal(match[0]),)
        ]
    else:
        found = with_lower_parts(list(finder(plain_text)), plain_text)
    return tuple(in_context(found, plain_text))


def _narrow(character: str) -> str:
    if "０" <= character <= "９" or character in "．，％＄":
        return unicodedata.normalize("NFKC", character)
    return character


def canonical(numeral: Numeral) -> str:
    """How a numeral is written so that two spellings of one number are equal: ``2500``, ``3.5``, ``25 percent``."""
    written = plain(numeral)
    names = {"%": "percent", "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₩": "won"}
    return f"{written} {names[numeral.unit]}" if numeral.unit else written
