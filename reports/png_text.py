"""Text for the pictures: what to show instead of what cannot be drawn, in which fonts, and how wide it gets.

Subtitles under audit hold anything: control characters, direction overrides,
scripts no installed font has. A picture shows such characters by code or by
name, so that a reader sees what is there instead of an empty box.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

FONT_FILE = Path(__file__).parent / "fonts" / "TranscriptAuditorCJK-Regular.otf"
FONT_NAME = "Transcript Auditor CJK"
SECOND_FONT_NAME = "DejaVu Sans"  # part of every matplotlib installation
ELLIPSIS = "…"

_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}  # control, format, unassigned, private use, surrogate
_SCRIPT = re.compile(r"(?P<script>.+?) (?:LETTER|SYLLABLE|VOWEL|SIGN|CONSONANT|CHARACTER|DIGIT|IDEOGRAPH|UNIFIED)\b")
# What makes one emoji of several, or chooses its coloured form: no news to the reader of a plain picture.
_EMOJI_JOINTS = re.compile("(?<=[\u2600-\u27bf\U0001f000-\U0001faff])[\u200d\ufe0e\ufe0f]+")
_SAMPLE_PIXELS = 100


@cache
def _register() -> None:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(FONT_FILE)


@cache
def _opened(path: str) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    return FT2Font(path)


@cache
def _own_fonts() -> tuple[FT2Font, ...]:
    from matplotlib import get_data_path

    second = Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    return _opened(str(FONT_FILE)), _opened(str(second))


@cache
def _own_characters() -> frozenset[int]:
    return frozenset().union(*(font.get_charmap() for font in _own_fonts()))


@cache
def _installed() -> tuple[tuple[str, frozenset[int]], ...]:
    """Upright, regular, scalable installed fonts by family, with the characters each holds."""
    from matplotlib import font_manager

    found: dict[str, frozenset[int]] = {}
    for entry in sorted(font_manager.fontManager.ttflist, key=lambda entry: (entry.name, entry.fname)):
        if entry.style != "normal" or entry.weight not in (400, "normal", "regular") or entry.name in found:
            continue
        if entry.name in (FONT_NAME, SECOND_FONT_NAME) or entry.name.startswith("Last Resort"):
            continue
        try:
            font = _opened(entry.fname)
        except (OSError, RuntimeError):  # a file removed since the list was made, or no outline font
            continue
        if font.scalable:
            found[entry.name] = frozenset(font.get_charmap())
    return tuple(found.items())


def font_family(text: str = "") -> list[str]:
    """The families to draw ``text`` with, best first, ready for ``fontfamily=``.

    The packaged font is made known to this process's matplotlib only: neither
    its settings nor its font cache on disk change. Installed fonts are added for
    what the packaged font and matplotlib's own lack.
    """
    _register()
    families = [FONT_NAME, SECOND_FONT_NAME]
    missing = {ord(character) for character in text} - _own_characters()
    if missing:
        for name, characters in _installed():
            if missing & characters:
                families.append(name)
                missing -= characters
    return families


@cache
def _installed_characters() -> frozenset[int]:
    return frozenset().union(*(characters for _, characters in _installed()))


def undrawable(text: str) -> frozenset[str]:
    """The characters of ``text`` that no font at hand can draw."""
    missing = {character for character in text if ord(character) not in _own_characters()}
    if missing:
        missing = {character for character in missing if ord(character) not in _installed_characters()}
    return frozenset(missing)


def _placeholder(character: str) -> str:
    if not unicodedata.category(character).startswith(("L", "M", "N")):
        return "[symbol]"
    match = _SCRIPT.match(unicodedata.name(character, ""))
    if match is None:
        return "[symbol]"
    script = match["script"].split()[0]
    return f"[{script if script == 'CJK' else script.title()} text]"


def readable(text: str) -> str:
    """``text`` as one line that can be drawn without empty boxes.

    Line breaks become `` / ``, invisible characters and direction overrides
    their code (``[U+202E]``), stretches no font can draw the name of their script
    (``[Thai text]``). Decomposed Hangul and kana are composed.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    line = unicodedata.normalize("NFC", " / ".join(line for line in lines if line))
    line = _EMOJI_JOINTS.sub("", line)
    line = "".join(
        f"[U+{ord(character):04X}]" if unicodedata.category(character) in _UNSEEN else character for character in line
    )
    missing = undrawable(line)
    if not missing:
        return line
    parts = (label or "".join(run) for label, run in groupby(line, lambda c: _placeholder(c) if c in missing else ""))
    # Words of one script keep their spaces apart: one placeholder stands for all of them.
    return re.sub(r"(\[[^][]+ text\])(?: \1)+", r"\1", "".join(parts))


@lru_cache(maxsize=65536)
def _advance(character: str) -> float:
    """The width of a character as a share of the font size; of a full square where only an installed font has it."""
    for font in _own_fonts():
        if ord(character) in font.get_charmap():
            font.set_size(_SAMPLE_PIXELS, 72)
            return float(font.load_char(ord(character)).linearHoriAdvance) / 65536 / _SAMPLE_PIXELS
    return 1.0


def text_width(text: str, size: float) -> float:
    """How wide ``text`` is drawn, in inches, at a font size in points."""
    return sum(_advance(character) for character in text) * size / 72


def cut_end(text: str, size: float, width: float) -> str:
    """``text`` made readable and cut at its end so that it is drawn within ``width`` inches."""
    # Hardly a character is narrower than a tenth of the font size: what lies beyond cannot fit.
    text = readable(text[: max(200, int(width * 72 / size * 10))])
    if text_width(text, size) <= width:
        return text
    room = width - text_width(ELLIPSIS, size)
    kept = 0
    for character in text:
        room -= _advance(character) * size / 72
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def cut_middle(text: str, size: float, width: float) -> str:
    """``text`` made readable and cut in its middle, for paths: their start and their end tell files apart."""
    text = readable(text)
    if text_width(text, size) <= width:
        return text
    room = width - text_width(ELLIPSIS, size)
    head = tail = 0
    # The end is worth more than the start: it holds the file's name.
    while head + tail < len(text):
        character = text[len(text) - 1 - tail] if tail <= 2 * head else text[head]
        room -= _advance(character) * size / 72
        if room < 0:
            break
        if tail <= 2 * head:
            tail += 1
        else:
            head += 1
    return text[:head] + ELLIPSIS + text[len(text) - tail :]
