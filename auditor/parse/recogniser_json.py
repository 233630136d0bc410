"""The JSON of speech recognisers: segments become cues, lone words are grouped into cues, confidences are kept.

Nothing is told by the file's name. What cannot be used is a defect: broken JSON, a shape
no recogniser has, segments without times, text that belongs to no segment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.model import Cue, Defect, DefectKind, Document, Span
from auditor.parse.json_cues import MAX_TEXT, CueMaker, Places, groups
from auditor.parse.json_shapes import SUPPORTED_JSON, speech_of
from auditor.parse.json_speech import Segment, Speech, Turn, readable
from auditor.parse.json_values import Object, Scan, Text, offsets, scan
from auditor.patterns import lazy_pattern

# The names Whisper's family writes instead of codes (whisper/tokenizer.py, 99 languages and their aliases).
_LANGUAGE_NAMES = {
    "english": "en", "chinese": "zh", "german": "de", "spanish": "es", "russian": "ru", "korean": "ko",
    "french": "fr", "japanese": "ja", "portuguese": "pt", "turkish": "tr", "polish": "pl", "catalan": "ca",
    "dutch": "nl", "arabic": "ar", "swedish": "sv", "italian": "it", "indonesian": "id", "hindi": "hi",
    "finnish": "fi", "vietnamese": "vi", "hebrew": "he", "ukrainian": "uk", "greek": "el", "malay": "ms",
    "czech": "cs", "romanian": "ro", "danish": "da", "hungarian": "hu", "tamil": "ta", "norwegian": "no",
    "thai": "th", "urdu": "ur", "croatian": "hr", "bulgarian": "bg", "lithuanian": "lt", "latin": "la",
    "maori": "mi", "malayalam": "ml", "welsh": "cy", "slovak": "sk", "telugu": "te", "persian": "fa",
    "latvian": "lv", "bengali": "bn", "serbian": "sr", "azerbaijani": "az", "slovenian": "sl", "kannada": "kn",
    "estonian": "et", "macedonian": "mk", "breton": "br", "basque": "eu", "icelandic": "is", "armenian": "hy",
    "nepali": "ne", "mongolian": "mn", "bosnian": "bs", "kazakh": "kk", "albanian": "sq", "swahili": "sw",
    "galician": "gl", "marathi": "mr", "punjabi": "pa", "sinhala": "si", "khmer": "km", "shona": "sn",
    "yoruba": "yo", "somali": "so", "afrikaans": "af", "occitan": "oc", "georgian": "ka", "belarusian": "be",
    "tajik": "tg", "sindhi": "sd", "gujarati": "gu", "amharic": "am", "yiddish": "yi", "lao": "lo", "uzbek": "uz",
    "faroese": "fo", "pashto": "ps", "turkmen": "tk", "nynorsk": "nn", "maltese": "mt", "sanskrit": "sa",
    "luxembourgish": "lb", "myanmar": "my", "tibetan": "bo", "tagalog": "tl", "malagasy": "mg", "assamese": "as",
    "tatar": "tt", "hawaiian": "haw", "lingala": "ln", "hausa": "ha", "bashkir": "ba", "javanese": "jv",
    "sundanese": "su", "cantonese": "yue", "burmese": "my", "valencian": "ca", "flemish": "nl", "haitian": "ht",
    "letzeburgesch": "lb", "pushto": "ps", "panjabi": "pa", "moldavian": "ro", "moldovan": "ro", "sinhalese": "si",
    "castilian": "es", "mandarin": "zh",
}  # fmt: skip

# Members whose loss by being written twice loses speech.
_SPEECH_MEMBERS = frozenset({"text", "segments", "words", "results", "chunks", "transcription", "transcript", "word"})

_START = lazy_pattern(r"\s*(?:\{\s*(?:[\"}]|$)|\[\s*(?:[\"{\[\]]|$))")
_SHOWN = 200


def looks_like_json(text: str) -> bool:
    """Whether a text begins as a JSON object or list of objects does; ``[Script Info]`` and ``[00:01.00]`` do not."""
    return _START.match(text) is not None


class _Reading(Struct):
    places: Places
    cues: list[tuple[Cue, list[Defect]]] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)

    def defect(self, span: Span, kind: DefectKind, message: str, raw: str = "") -> Defect:
        return Defect(span, kind, readable(raw[:_SHOWN]), message)


def _next_start(items: Sequence[Segment | Turn], at: int) -> int | None:
    following = items[at + 1] if at + 1 < len(items) else None
    return following.start_ms if isinstance(following, Segment) else None


def _add_segment(
    reading: _Reading, maker: CueMaker, items: Sequence[Segment | Turn], at: int, segment: Segment
) -> None:
    places = reading.places
    cut_off = segment.place.end < 0
    if segment.start_ms is None:
        if not cut_off and segment.text is not None and segment.text.strip():
            message = f"segment {at + 1} has no start time that can be read, so its text has no place in the recording"
            span = places.of(segment.timing if segment.timing is not segment.place else segment.text)
            reading.defects.append(reading.defect(span, DefectKind.MALFORMED_TIMING, message, segment.text))
        return
    if cut_off and (segment.end_ms is None or segment.text is None):
        return  # the file breaks off here, which is reported as such
    if segment.text is None and segment.end_ms is None:
        return
    faults = []
    end_ms = segment.end_ms
    if end_ms is None:
        following = _next_start(items, at)
        known = following is not None and following > segment.start_ms
        end_ms = following if known and following is not None else segment.start_ms
        taken = "read as lasting until the next one starts" if known else "read as ending where it starts"
        span = places.of(segment.timing)
        faults.append(
            reading.defect(
                span, DefectKind.TOLERATED_TIMING, f"segment {at + 1} has no end time that can be read; {taken}"
            )
        )
    if segment.text is not None and len(segment.text.strip()) > MAX_TEXT:
        message = f"a text of {len(segment.text):,} characters is no caption; only the first {MAX_TEXT:,} are audited"
        faults.append(reading.defect(places.of(segment.text), DefectKind.LOST_TEXT, message, segment.text[:_SHOWN]))
    reading.cues.append((maker.from_segment(segment, segment.start_ms, end_ms), faults))


def _add_turn(reading: _Reading, maker: CueMaker, turn: Turn) -> None:
    padded = any(word.first > 0 for word in turn.words)
    for group in groups(turn):
        cue = maker.from_words(turn, group, padded)
        if cue is not None:
            reading.cues.append((cue, []))
            continue
        shown = " ".join(word.shown for word in group)
        span = reading.places.span(group[0].text.at, group[-1].text.end)
        message = "these words have no time that can be read, so they have no place in the recording"
        reading.defects.append(reading.defect(span, DefectKind.MALFORMED_TIMING, message, shown))


_NO_LETTER = lazy_pattern(r"[\W_]+")


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text)


def _lost_rest(reading: _Reading, whole: Text) -> None:
    """Report what the text of the whole recording says before all cues end, after the last of them."""
    told = _letters("".join(cue.text for cue, _ in reading.cues))
    said = _letters(whole)
    if len(said) <= len(told) or not said.startswith(told):
        return
    first = next(islice(re.finditer(r"[^\W_]", whole), len(told), None)).start()
    at = offsets(reading.places.text, whole)
    what = "text after the last timed segment" if told else "text, but no timed segment"
    span = reading.places.span(at[first], at[len(whole.rstrip())])
    message = f"the recording's whole text holds {what}; it belongs to no cue"
    reading.defects.append(reading.defect(span, DefectKind.LOST_TEXT, message, whole[first : first + _SHOWN]))


def _read_speech(reading: _Reading, speech: Speech) -> None:
    maker = CueMaker(reading.places)
    for at, item in enumerate(speech.items):
        if isinstance(item, Segment):
            _add_segment(reading, maker, speech.items, at, item)
        else:
            _add_turn(reading, maker, item)
    for stray in speech.strays:
        if isinstance(stray, Text) and stray.strip():
            message = "a text without times among the segments"
            reading.defects.append(reading.defect(reading.places.of(stray), DefectKind.LOST_TEXT, message, stray))
    if speech.concurrent:
        reading.cues.sort(key=lambda entry: entry[0].start_ms)


def _report_scan(reading: _Reading, found: Scan) -> None:
    places = reading.places
    for broken in found.broken:
        line, column = places.at(broken.at)
        span = places.span(broken.at, min(broken.at + 1, len(places.text)))
        if found.lines and reading.cues:
            message = f"this line is no JSON and is lost: {broken.message} (column {column})"
            kind = DefectKind.LOST_TEXT
        else:
            message = f"broken JSON in line {line}, column {column}: {broken.message}"
            message += "; what stands before it is audited" if reading.cues else ""
            kind = DefectKind.UNREADABLE
        reading.defects.append(reading.defect(span, kind, message, places.text[broken.at : broken.at + _SHOWN]))
    lost = [(at, name) for at, name in found.repeated if name in _SPEECH_MEMBERS]
    if lost:
        at, name = lost[0]
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        message = f"the member '{name}' stands twice in one object; only this last one is read{more}"
        reading.defects.append(reading.defect(places.span(at, at + 1), DefectKind.LOST_TEXT, message))


def _tag(language: str) -> str:
    name = readable(language.strip())
    return _LANGUAGE_NAMES.get(name.lower(), name)


def parse_json(path: str, text: str, encoding: str, defects: Sequence[Defect] = ()) -> Document:
    """Read a recogniser's JSON from its decoded text (without byte order mark). Never raises on content.

    ``defects`` are those found while decoding. The document's header names the
    ``Recogniser`` (told by the shape) and the ``Language`` where the file gives one.
    """
    text = text.replace("\0", "�").replace("\r\n", "\n").replace("\r", "\n")
    reading = _Reading(Places(text), defects=list(defects))
    found = scan(text)
    root = found.roots if found.lines else (found.roots[0] if found.roots else None)
    speech = speech_of(root)
    header: list[tuple[str, str]] = []
    if speech is not None:
        _read_speech(reading, speech)
        header.append(("Recogniser", speech.recogniser))
        if speech.language:
            header.append(("Language", _tag(speech.language)))
    malformed = any(defect.kind is DefectKind.MALFORMED_TIMING for defect in reading.defects)
    if speech is not None and speech.whole is not None and not malformed and not found.broken:
        _lost_rest(reading, speech.whole)
    _report_scan(reading, found)
    if speech is None and not found.broken:
        what = "empty" if isinstance(root, Object | list) and not root else "of no recogniser known here"
        message = f"the JSON is {what}; supported: {SUPPORTED_JSON}"
        reading.defects.append(Defect(Span(1, 1, 1, 1), DefectKind.UNREADABLE, "", message))
    cues = []
    for index, (cue, faults) in enumerate(reading.cues, 1):
        cues.append(replace(cue, index=index))
        reading.defects.extend(replace(fault, cue=index) for fault in faults)
    return Document(
        path=path,
        format="recogniser-json",
        cues=tuple(cues),
        defects=tuple(sorted(reading.defects, key=lambda defect: (defect.span.line, defect.span.column))),
        encoding=encoding,
        header=tuple(header),
        lines=len(reading.places.starts),
    )
