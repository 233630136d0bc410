"""How wide a text is, counted as delivery specifications count characters.

Widths are integers in half characters (2 is one full character), so that sums
and comparisons are exact. Sources of the two counting rules: Netflix's Korean
and Japanese style guides (half and full width), UAX #29 (grapheme clusters),
UAX #11 (East Asian Width; its Ambiguous class counts as narrow here).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from auditor.patterns import lazy_pattern
from auditor.profiles import Counting

FULL = 2
"""Half characters in one full character."""

_NO_CONTROLS = dict.fromkeys((*range(0x20), 0x7F))
# Characters that neither join a neighbour into one grapheme cluster nor change under NFC in number or width. All
# that is not listed takes the slow way, which is right for every character.
_LONE_WIDE = (
    "\u3000-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3105-\u312f"  # CJK punctuation, kana, bopomofo
    "\u3131-\u3163\u3165-\u318e\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"  # jamo, Han, Hangul, full width
)
_PLAIN = lazy_pattern(f"[ -~{_LONE_WIDE}]*")
_LONE = lazy_pattern(
    f"[ -~{_LONE_WIDE}"
    "\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037e\u0384-\u0482\u048a-\u052f"  # Latin, Greek, Cyrillic
    "\u05d0-\u05ea\u0621-\u064a\u0660-\u066d\u1e00-\u1fff"  # unpointed Hebrew and Arabic, more Latin and Greek
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u21ff\uff61-\uff9d]*"  # punctuation, money, arrows, half-width kana
)
_ZERO_WIDTH_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Mn", "Me", "Mc"})
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # Hangul fillers: letters by category, blank by definition
_EMOJI_PRESENTATION = "\ufe0f"


@lru_cache(maxsize=16_384)
def _character(character: str) -> int:
    """Half characters of one code point that stands alone, by East Asian Width."""
    if unicodedata.category(character) in _ZERO_WIDTH_CATEGORIES or character in _FILLERS:
        return 0
    return FULL if unicodedata.east_asian_width(character) in "WF" else 1


@lru_cache(maxsize=16_384)
def _cluster(cluster: str, counting: Counting) -> int:
    """Half characters of one grapheme cluster."""
    widths = [_character(character) for character in cluster]
    if counting is Counting.GRAPHEMES:
        return FULL if any(widths) else 0
    # A family emoji or a syllable of old Hangul is several wide code points in one full-width cell; an emoji
    # presentation sequence is wide whatever its first code point is (UAX #11).
    if FULL in widths or (any(widths) and _EMOJI_PRESENTATION in cluster):
        return FULL
    return sum(widths)


@lru_cache(maxsize=8_192)
def halfwidths(text: str, counting: Counting) -> int:
    """The width of ``text`` in half characters, after NFC; line breaks and other controls count 0."""
    if text.isascii():
        visible = len(text) if text.isprintable() else len(text.translate(_NO_CONTROLS))
        return visible * FULL if counting is Counting.GRAPHEMES else visible
    if _PLAIN.fullmatch(text):
        if counting is Counting.GRAPHEMES:
            return len(text) * FULL
        return len(text) * FULL - len(text.encode("ascii", "ignore"))
    if _LONE.fullmatch(text):
        return len(text) * FULL if counting is Counting.GRAPHEMES else sum(map(_character, text))
    return sum(_cluster(cluster, counting) for cluster in _clusters(unicodedata.normalize("NFC", text)))


def _clusters(text: str) -> list[str]:
    # Imported here because most transcripts never need it.
    import regex

    clusters: list[str] = regex.findall(r"\X", text)
    return clusters


def cue_width(text: str, counting: Counting) -> int:
    """The width of a whole cue in half characters, as reading speed counts it: a line break is read as one space."""
    return halfwidths(text.replace("\n", " "), counting)


def counting_text(counting: Counting) -> str:
    """What is counted, in a few words, to stand behind a number in a message or report."""
    if counting is Counting.GRAPHEMES:
        return "characters (each 1, combining marks 0)"
    return "characters (full width 1, half width 0.5)"
