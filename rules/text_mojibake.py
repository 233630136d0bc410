"""Characters that are the wreck of a wrong decoding: "Ã©" for "é", "¾È³ç" for "안녕", or the replacement character.

## Why
Text that was read in the wrong encoding and saved again is gone for the viewer and
for every program after it. Where the damage can be undone, the finding says what
the text was and how it was misread; a replacement character (U+FFFD) or a row of
question marks in place of words cannot be undone and needs the original.

## Fix
Go back to the original file and read it in the right encoding: that mends all such cues
at once. Without an original, use the text that the finding gives where it gives one.
Replacement characters and question marks hold nothing to restore: listen and write the
words again.

## Fails
    00:01.000 --> 00:03.000
    Glaze it in the cafÃ© next door.

## Fails: lecture.ko.vtt
    00:01.000 --> 00:03.000
    가마를 ���게 열어요

    00:03.000 --> 00:05.000
    ¾È³çÇÏ¼¼¿ä

## Passes: lecture.fr.vtt
    00:01.000 --> 00:03.000
    Le café « À l’été » d’Âne fermé… 20 °C, São Paulo.

## Limits
Undone are UTF-8 read as a single-byte encoding (through the `ftfy` library, which
errs on the side of silence), UTF-8 read as CP949, Shift_JIS or GBK, and Korean or
Japanese bytes read as Latin-1 or Windows-1252. Those need at least two characters
that all come out as Hangul, kana or ideographs. Question marks count from two words
with six marks in a cue that holds nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from auditor.facts.spans import text_span
from auditor.facts.texts import texts
from auditor.model import Category, Confidence, Cue, Document, Hit, Severity
from auditor.patterns import lazy_pattern
from auditor.rule import Family, NoOptions, Rule


class _Wreck(Struct, frozen=True):
    """A damaged stretch of a text, as offsets, with a sentence on what happened."""

    start: int
    end: int
    message: str


_REPLACED = lazy_pattern("\ufffd+")
_QUESTION_MARKS = lazy_pattern(r"\s*\?{2,}(?:\s+\?{2,})+\s*")

# Letters that UTF-8 bytes turn into when read in a single-byte encoding of Latin, Greek or Cyrillic script.
_SINGLE_BYTE = lazy_pattern("[\u0080-\u024f\u0370-\u045f]")

# Bytes above 0x7F of Windows-1252 and Latin-1, four in a row: no language writes that.
_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_HIGH = rf"\u0080-\u00ff{re.escape(_CP1252)}"
_KOREAN_BYTES = lazy_pattern(rf"[{_HIGH}]{{4,}}")
# The lead bytes of hiragana and katakana in Shift_JIS, each with any second byte.
_JAPANESE_BYTES = lazy_pattern(rf"(?:[‚ƒ\u0082\u0083][!-~{_HIGH}]){{3,}}")

_EAST_ASIAN_RUN = lazy_pattern("[^\x00-\u02ff\\s]{3,}")
_EAST_ASIAN = lazy_pattern("[가-힣ぁ-ゖァ-ヺー一-鿿、。！？]{2,}")
_MULTIBYTE = (("cp949", "CP949"), ("cp932", "Shift_JIS"), ("gbk", "GBK"))


# UTF-8 writes East Asian characters in three bytes of which the first is 0xE3 or more. In CP949, Shift_JIS and GBK
# neither Hangul nor kana begin so high, and most runs begin with one of them.
_BEGINS_HIGH = lazy_pattern("(?<![^\x00-\u02ff\\s])[^\x00-\u02ff\\s가-힣ぁ-ゖァ-ヺー｡-ﾟ][^\x00-\u02ff\\s]{2,}")

# What `ftfy` needs to take a text for damaged: two characters side by side that single-byte encodings have beyond
# ASCII, a control, or one of four letters where it is seldom. Without it the library, slow to load, is not asked.
_MAY_BE_DAMAGED = lazy_pattern(
    "[\u0080-\u052f\u2000-\u25ff\uf8ff\ufb01\ufb02\ufffd]{2}|[\u0080-\u009f]|[\u0152\u0153][^A-Za-z]|[\u00c2\u00c3] "
)


def _bytes_of(text: str) -> bytes | None:
    """The bytes that Windows-1252, with Latin-1 in its holes, would show as this text."""
    try:
        return b"".join(
            bytes([ord(character)]) if ord(character) < 256 else character.encode("cp1252") for character in text
        )
    except UnicodeEncodeError:
        return None


def _decoded(data: bytes | None, encoding: str) -> str | None:
    """The bytes read in an encoding, if all of them make East Asian text."""
    if data is None:
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if _EAST_ASIAN.fullmatch(text) else None


def _encoded(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def _east_asian(text: str) -> Iterator[_Wreck]:
    for pattern, encoding, name in ((_KOREAN_BYTES, "euc_kr", "EUC-KR"), (_JAPANESE_BYTES, "cp932", "Shift_JIS")):
        for match in pattern.finditer(text):
            meant = _decoded(_bytes_of(match[0]), encoding)
            if meant:
                yield _Wreck(match.start(), match.end(), f"was '{meant}': {name} read as Windows-1252")
    for match in _EAST_ASIAN_RUN.finditer(text) if _BEGINS_HIGH.search(text) else ():
        for encoding, name in _MULTIBYTE:
            meant = _decoded(_encoded(match[0], encoding), "utf-8")
            if meant:
                yield _Wreck(match.start(), match.end(), f"was '{meant}': UTF-8 read as {name}")
                break


def _single_byte(text: str) -> Iterator[_Wreck]:
    if not _SINGLE_BYTE.search(text) or not _MAY_BE_DAMAGED.search(text):
        return
    from ftfy import fix_encoding_and_explain

    # Lone C1 controls are TXT602's; mixtures with replacement characters are found below.
    meant, steps = fix_encoding_and_explain(text, fix_c1_controls=False)
    if meant == text or not steps:
        return
    start = next((at for at, (a, b) in enumerate(zip(text, meant, strict=False)) if a != b), min(len(text), len(meant)))
    tail = 0
    while tail < min(len(text), len(meant)) - start and text[-1 - tail] == meant[-1 - tail]:
        tail += 1
    read_as = next((step.parameter for step in steps if step.action == "encode"), "another encoding")
    shown = meant[start : len(meant) - tail]
    yield _Wreck(start, len(text) - tail, f"was '{shown}': UTF-8 read as {read_as.removeprefix('sloppy-')}")


def _wrecks(cue: Cue) -> list[_Wreck]:
    found: list[_Wreck] = []
    start = 0
    for line in cue.text.split("\n"):
        wrecks = list(_east_asian(line)) or list(_single_byte(line))
        found.extend(_Wreck(start + wreck.start, start + wreck.end, wreck.message) for wreck in wrecks)
        start += len(line) + 1
    for match in _REPLACED.finditer(cue.text):
        if not any(wreck.start <= match.start() < wreck.end for wreck in found):
            count = len(match[0])
            what = "a replacement character stands" if count == 1 else f"{count} replacement characters stand"
            found.append(_Wreck(match.start(), match.end(), f"{what} where the text could not be decoded"))
    if cue.text.count("?") >= 6 and _QUESTION_MARKS.fullmatch(cue.text):
        found.append(
            _Wreck(0, len(cue.text), "question marks in place of words: the encoding it was saved in had none")
        )
    return sorted(found, key=lambda wreck: wreck.start)


def _may_be_damaged(joined: str) -> bool:
    """Whether anything in all texts, one behind another, may be a wreck; as a rule nothing is."""
    if "??" in joined or "\ufffd" in joined:
        return True
    patterns = (_SINGLE_BYTE, _BEGINS_HIGH, _KOREAN_BYTES, _JAPANESE_BYTES)
    return not joined.isascii() and any(pattern.search(joined) for pattern in patterns)


def check(document: Document, options: NoOptions) -> Iterator[Hit]:
    """Yield a hit for each damaged stretch of a cue."""
    if not _may_be_damaged(texts(document).joined):
        return
    for cue in document.cues:
        if cue.text.isascii() and "??" not in cue.text:
            continue
        for wreck in _wrecks(cue):
            yield Hit(
                span=text_span(cue, wreck.start, wreck.end),
                cue=cue.index,
                text=cue.text[wreck.start : wreck.end],
                message=wreck.message,
                extent=(wreck.end - wreck.start) / len(cue.text),
            )


RULE = Rule(
    code="TXT601",
    name="mojibake",
    family=Family.TEXT,
    category=Category.FIDELITY,
    severity=Severity.ERROR,
    confidence=Confidence.CERTAIN,
    options=NoOptions(),
    check=check,
)
