"""Build the packaged font from the Debian package ``fonts-noto-cjk``.

Usage::

    apt-get install fonts-noto-cjk
    python build.py [/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc] [OUTPUT]

The faces of the collection share their outlines and differ in which outline a
character gets. The subset starts from the Korean face, whose quotes are
as narrow as Latin text needs them, and takes ideographs in the
form of the first of Japan, the mainland and Taiwan whose standard holds them:
Chinese characters are everyday text in those tracks and rare in Korean ones.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FAMILY = "Transcript Auditor CJK"
FILE = "TranscriptAuditorCJK-Regular.otf"
JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL = 0, 1, 2, 3  # order of the faces in the collection

_ELLIPSIS = "…"  # left to the next font: here it floats at half height and fills a square, which reads as "⋯"
_EUC = range(0xA1, 0xFF)
_BLOCKS = (
    (0x0020, 0x007F),  # ASCII
    (0x00A0, 0x0180),  # Latin-1, Latin Extended-A
    (0x0370, 0x0530),  # Greek, Cyrillic
    (0x1100, 0x1200),  # conjoining jamo
    (0x1E00, 0x1F00),  # Latin with several marks
    (0x2000, 0x2070),  # quotes, dashes, ellipsis
    (0x20A0, 0x20C0),  # currencies
    (0x2100, 0x2400),  # letter-like, number forms, arrows, mathematics, technical
    (0x2460, 0x2700),  # circled, box drawing, blocks, shapes, music notes
    (0x3000, 0x3400),  # CJK punctuation, kana, compatibility jamo, squared
    (0xA960, 0xA980),  # old initial jamo
    (0xAC00, 0xD7A4),  # all 11,172 Hangul syllables
    (0xD7B0, 0xD800),  # old medial and final jamo
    (0xFB00, 0xFB07),  # ligatures
    (0xFF00, 0xFFF0),  # full-width and half-width forms
)


def _double_bytes(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> set[str]:
    pairs = (bytes((lead, trail)) for lead in leads for trail in tuple(trails))
    return {text for pair in pairs if len(text := pair.decode(encoding, errors="ignore")) == 1}


def repertoire() -> tuple[set[str], list[tuple[int, set[str]]]]:
    """The characters wanted, and per face the national standard whose ideographs it draws, first match first."""
    korean = _double_bytes("euc_kr", _EUC, _EUC)  # KS X 1001
    # JIS X 0208 and the vendors' additions to it, which hold common forms of names (髙, 﨑)
    japanese = _double_bytes("cp932", [*range(0x81, 0xA0), *range(0xE0, 0xFD)], range(0x40, 0xFD))
    simplified = _double_bytes("gb2312", _EUC, _EUC)
    traditional = _double_bytes("big5", range(0xA4, 0xC7), range(0x40, 0xFF))  # the 5,401 frequent ones
    blocks = {chr(code) for first, end in _BLOCKS for code in range(first, end)}
    wanted = (blocks | korean | japanese | simplified | traditional) - {_ELLIPSIS}
    return wanted, [(JAPANESE, japanese), (SIMPLIFIED, simplified), (TRADITIONAL, traditional)]


def build(source: Path, output: Path) -> int:
    """Write the subset of ``source`` to ``output``; the number of characters it holds."""
    wanted, standards = repertoire()
    font = TTFont(source, fontNumber=KOREAN, lazy=True, recalcTimestamp=False)
    glyphs: dict[int, str] = dict(font.getBestCmap())
    chosen = {ord(character) for character in wanted} & glyphs.keys()
    settled: set[str] = set()
    for face, standard in standards:
        forms = TTFont(source, fontNumber=face, lazy=True).getBestCmap()
        for character in standard - settled:
            if "IDEOGRAPH" in unicodedata.name(character, "") and ord(character) in forms:
                glyphs[ord(character)] = forms[ord(character)]
        settled |= standard
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format in (4, 12):
            table.cmap = {code: glyphs[code] for code in table.cmap if code in chosen}

    options = subset.Options()
    options.layout_features = []  # text is drawn one character at a time, left to right
    options.hinting = False  # the drawing library hints by itself
    options.desubroutinize = False  # larger by an eighth when on
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chosen)
    subsetter.subset(font)

    names = font["name"]
    for identifier, value in (
        (1, FAMILY),
        (3, f"{FAMILY} Regular, subset of Noto Sans CJK 2.004"),
        (4, FAMILY),
        (6, Path(FILE).stem),
    ):
        names.setName(value, identifier, 3, 1, 0x409)
    outlines = font["CFF "].cff
    outlines.fontNames[0] = Path(FILE).stem
    outlines.topDictIndex[0].FullName = FAMILY
    outlines.topDictIndex[0].FamilyName = FAMILY
    font.save(output)
    return len(chosen)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    target = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).with_name(FILE)
    characters = build(Path(arguments[0]) if arguments else SOURCE, target)
    sys.stdout.write(f"{target.name}: {characters} characters, {target.stat().st_size} bytes\n")
