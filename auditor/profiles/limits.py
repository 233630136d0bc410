"""What a limit and a profile are, and which limits hold for a language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

ANY_LANGUAGE = "*"
"""The table of a profile that holds for every language without numbers of its own."""


class Counting(StrEnum):
    """How an authority counts the characters of a line or a cue.

    ``GRAPHEMES``: what a reader sees as one character counts 1, whatever its
    script; marks that sit on it, controls, zero-width and bidirectional
    characters count 0. ``HALF_WIDTH``: characters that Unicode calls East Asian
    Wide or Fullwidth count 1 and all others (Latin, digits, spaces,
    punctuation, half-width katakana) 0.5, combining and zero-width ones 0.
    """

    GRAPHEMES = "graphemes"
    HALF_WIDTH = "half-width"


UNITS: Mapping[str, str] = MappingProxyType(
    {
        "reading_speed": "characters/s",
        "reading_words": "words/min",
        "speech_floor": "characters/s",
        "min_duration": "ms",
        "max_duration": "ms",
        "min_gap": "ms",
        "line_width": "characters",
        "max_lines": "lines",
        "hole": "ms",
        "max_cue_width": "characters",
    }
)
"""The limits a profile can state, each with its unit.

``reading_speed`` and ``reading_words`` are the fastest a viewer is asked to
read, ``speech_floor`` the least text a long cue of real speech holds,
``min_duration``/``max_duration`` bound a cue's time on screen, a gap above zero
and below ``min_gap`` flickers, ``line_width``, ``max_lines`` and
``max_cue_width`` bound its size, and ``hole`` is the longest uncaptioned
silence that raises no question.
"""


class Limit(Struct, frozen=True):
    """One number of an authority, with where it comes from.

    ``counting`` is ``None`` unless the unit counts characters. ``verified`` is
    the ISO date (to the day, or to the month) on which the source was last
    seen to say so; ``note`` holds what a reader should know before trusting
    the number, above all when it is known only second-hand.
    """

    name: str
    value: float
    unit: str
    counting: Counting | None
    source: str
    url: str
    verified: str
    note: str = ""


class UnknownProfile(KeyError):  # noqa: N818 - reads as a sentence where it is raised
    """No profile has the name asked for; ``nearest`` is the valid name most like it, if any is."""

    def __init__(self, name: str, valid: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        import difflib  # only who mistyped waits for it

        self.nearest = next(iter(difflib.get_close_matches(name.lower(), valid, n=1)), None)
        self.valid = valid

    def __str__(self) -> str:
        hint = f"did you mean {self.nearest!r}?" if self.nearest else f"valid names: {', '.join(self.valid)}"
        return f"unknown profile {self.name!r}: {hint}"


class Profile(Struct, frozen=True, eq=False):
    """The limits of one authority, or of one kind of its deliveries.

    ``title`` and ``description`` are for people; ``languages`` are the BCP 47
    tags with numbers of their own, besides those for any language.
    """

    name: str
    title: str
    description: str
    languages: tuple[str, ...]
    _tables: Mapping[str, Mapping[str, Limit | None]]

    def limits(self, tag: str | None) -> Mapping[str, Limit]:
        """The limits for a BCP 47 tag, by limit name; those for any language when ``tag`` is ``None``.

        A number for a narrower tag replaces that of a wider one
        (``zh-Hant-TW``, ``zh-Hant``, ``zh``, any). A limit that is absent from
        the result is one the authority is not known to set for this language.
        """
        found: dict[str, Limit | None] = {}
        for step in (ANY_LANGUAGE, *chain(tag)):
            found.update(self._tables.get(step, {}))
        return {name: limit for name in UNITS if (limit := found.get(name)) is not None}


_TRADITIONAL_REGIONS = frozenset({"TW", "HK", "MO"})


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()


def chain(tag: str | None) -> tuple[str, ...]:
    """The tags whose numbers apply, widest first: ``zh-TW`` gives ``zh``, ``zh-Hant``, ``zh-Hant-TW``."""
    if not tag:
        return ()
    language, *rest = tag.replace("_", "-").split("-")
    parts = [language.lower(), *map(_subtag, rest)]
    if parts[0] == "zh" and not any(len(part) == 4 for part in parts[1:]):
        parts.insert(1, "Hant" if _TRADITIONAL_REGIONS.intersection(parts) else "Hans")
    return tuple("-".join(parts[:count]) for count in range(1, len(parts) + 1))


_FULL_WIDTH = frozenset({"ko", "ja", "zh"})


def usual_counting(tag: str | None) -> Counting:
    """How characters of a language are counted where no limit says it: by width in Korean, Japanese and Chinese."""
    return Counting.GRAPHEMES if _FULL_WIDTH.isdisjoint(chain(tag)[:1]) else Counting.HALF_WIDTH
