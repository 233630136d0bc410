"""From bytes to text: byte order marks, UTF-8, and what was used before it."""

from __future__ import annotations

import codecs

from msgspec import Struct

from auditor.model import Defect, DefectKind, Span

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Encodings that caption files of the languages we know were written in before UTF-8.
_LEGACY = (
    "cp949",
    "euc_kr",
    "johab",
    "cp932",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    *(f"cp125{n}" for n in range(9)),
    "cp874",
    "koi8_r",
    "latin_1",
)

_SAMPLE = 65_536
_START = Span(1, 1, 1, 1)


class Decoded(Struct, frozen=True):
    """Text without its byte order mark, the encoding it was read in, and what was wrong with it.

    ``text`` is ``None`` when the bytes are no text.
    """

    text: str | None
    encoding: str
    defects: tuple[Defect, ...] = ()


def _unreadable(message: str) -> Decoded:
    return Decoded(None, "unknown", (Defect(_START, DefectKind.UNREADABLE, "", message),))


def _legacy(text: str, encoding: str, how: str) -> Decoded:
    message = f"the file is {encoding}, not UTF-8 ({how}); players show wrong characters"
    return Decoded(text, encoding, (Defect(_START, DefectKind.LEGACY_ENCODING, "", message),))


def _without_mark(data: bytes) -> str | None:
    """The UTF-16 or UTF-32 flavour of bytes without a byte order mark, told by where their zero bytes stand."""
    sample = data[:4096]
    if 0 not in sample:
        return None
    zeros = [sample[offset::4].count(0) for offset in range(4)]
    quarter = max(1, len(sample) // 4)
    share = [count / quarter for count in zeros]
    if min(share[:3]) > 0.3 and share[3] < 0.1:
        return "utf-32-be"
    if min(share[1:]) > 0.3 and share[0] < 0.1:
        return "utf-32-le"
    if share[1] > 0.3 and share[3] > 0.3 and share[0] < 0.1:
        return "utf-16-le"
    if share[0] > 0.3 and share[2] > 0.3 and share[3] < 0.1:
        return "utf-16-be"
    return None


def _without_mark_decoded(data: bytes) -> Decoded | None:
    """UTF-16 or UTF-32 without a byte order mark, if the bytes are that and what they say is text."""
    flavour = _without_mark(data)
    if flavour is None:
        return None
    text = data.decode(flavour, "replace")
    sample = text[:_SAMPLE]
    odd = sum(character < " " and character not in "\t\n\r\f" for character in sample) + sample.count("�")
    return _legacy(text, flavour, "told by its zero bytes") if odd <= len(sample) * 0.02 else None


# Bytes that no text holds: controls other than those of terminals and of lines.
_CONTROLS = bytes(code for code in range(32) if code not in (7, 8, 9, 10, 12, 13, 27))


def _is_binary(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    control = len(sample) - len(sample.translate(None, _CONTROLS))
    return control > len(sample) * 0.02 and control > 1


def _damaged_utf8(data: bytes) -> str | None:
    """The text of UTF-8 with a few bad bytes, or ``None`` when it is more likely another encoding."""
    text = data.decode("utf-8", "replace")
    bad = text.count("�")
    good = sum(character > "\x7f" for character in text) - bad
    return text if bad <= 1 + good // 20 and good > 0 else None


# Code pages that share most letters with Western European, which is far more frequent.
_NEIGHBOURS = frozenset({"cp1250", "cp1254", "cp1257", "cp1258", "latin_1", "iso8859_1"})
_WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜ€…‘’“”–—«»°§¿¡·ºª\xa0")


def _is_western(data: bytes) -> bool:
    """Whether bytes read as Windows-1252 hold only letters and marks that Western European languages write."""
    text = data[:_SAMPLE].decode("cp1252", "replace")
    return all(character in _WESTERN for character in text if character > "\x7f")


def _detect(data: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_LEGACY)).best()
    if best is None:
        return _unreadable("the bytes are neither UTF-8 nor any other encoding known here; save the file as UTF-8")
    encoding = best.encoding
    if encoding in _NEIGHBOURS and _is_western(data):
        encoding = "cp1252"
    text = data.decode(encoding, "replace")
    confidence = max(0.0, 1.0 - best.chaos)
    return _legacy(text, encoding, f"detected, confidence {confidence:.0%}")


def decode(data: bytes) -> Decoded:
    """Decode a transcript's bytes. Never raises: what is no text comes back with an UNREADABLE defect."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = data[len(mark) :].decode(encoding, "replace")
            return Decoded(text, encoding) if encoding == "utf-8" else _legacy(text, encoding, "byte order mark")
    unmarked = _without_mark_decoded(data)
    if unmarked is not None:
        return unmarked
    if _is_binary(data):
        return _unreadable("the file is binary, not text")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        damaged = _damaged_utf8(data)
        if damaged is None:
            return _detect(data)
        line = data.count(b"\n", 0, error.start) + 1
        bad = damaged.count("�")
        message = f"{bad} byte sequence{'s' if bad > 1 else ''} of the file are not UTF-8, the first in line {line}"
        return Decoded(damaged, "utf-8", (Defect(Span(line, 1, line, 1), DefectKind.LEGACY_ENCODING, "", message),))
