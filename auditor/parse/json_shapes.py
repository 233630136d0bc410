"""Which recogniser wrote a JSON file, told by its shape, and what it says.

Every shape is one function that answers ``None`` when a value is not of its kind.
The more telling shapes are asked first: ``segments`` and ``words`` are used by many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import fmean, median

from msgspec.structs import replace

from auditor.model import Recognition, Word
from auditor.parse.json_speech import (
    Segment,
    Speech,
    SpokenWord,
    Turn,
    clock_of,
    confidence_of,
    in_milliseconds,
    in_seconds,
    number,
    objects,
    readable,
    recognition,
    rows_of,
    segment,
    segment_or_turn,
    speaker_of,
    spoken,
    text_of,
    times,
    unspaced,
    words,
)
from auditor.parse.json_values import Number, Object, Text, Value
from auditor.patterns import lazy_pattern

SUPPORTED_JSON = (
    "Whisper and its relatives (openai-whisper, OpenAI API verbose_json, faster-whisper, WhisperX, "
    "whisper-timestamped, whisper.cpp, Hugging Face chunks), Amazon Transcribe, Google Speech-to-Text, "
    "Azure Speech, Deepgram, AssemblyAI, Speechmatics, and JSON Lines of timed segments"
)


def _object(value: Value) -> Object:
    return value if isinstance(value, Object) else Object()


def _first(value: Value) -> Object:
    return next(iter(objects(value)), Object())


def _text(*values: Value) -> Text | None:
    return next((value for value in values if isinstance(value, Text) and value.strip()), None)


def _present(found: Iterable[SpokenWord | None]) -> tuple[SpokenWord, ...]:
    return tuple(word for word in found if word is not None)


# Phrases in which Azure heard nothing; they have no text to lose.
_AZURE_NOTHING = ("NoMatch", "InitialSilenceTimeout", "BabbleTimeout", "EndOfDictation")


def _azure_phrase(row: Object) -> Segment:
    # The words are the lexical form ("zero zero"), the display text is what a viewer reads ("00").
    best = _first(row.get("nBest", row.get("NBest")))
    inside = words(objects(best.get("words", best.get("Words", row.get("words")))))
    start_ms, end_ms, timing = times(row)
    text = _text(best.get("display"), best.get("Display"), row.get("text"), row.get("DisplayText"), best.get("lexical"))
    return Segment(row, timing, text, start_ms, end_ms, speaker_of(row), recognition(best or row, inside))


def _azure(root: Value) -> Speech | None:
    batch = _object(root)
    phrases = batch.get("recognizedPhrases", batch.get("phrases"))
    if isinstance(phrases, list):
        found = rows_of(phrases)
    else:
        found = rows_of(root if isinstance(root, list) else [root])
        if not found.segments or not all("RecognitionStatus" in row and "Offset" in row for row in found.segments):
            return None
    rows = [
        row
        for row in found.segments
        if row.get("recognitionStatus", row.get("RecognitionStatus")) not in _AZURE_NOTHING
    ]
    whole = _first(batch.get("combinedRecognizedPhrases", batch.get("combinedPhrases")))
    return Speech(
        "Azure Speech",
        tuple(_azure_phrase(row) for row in rows),
        language=next((locale for row in rows if (locale := _text(row.get("locale")))), None),
        whole=_text(whole.get("display"), whole.get("text")) if not rows else None,
        strays=tuple(found.strays),
        concurrent=len({number(row.get("channel")) for row in rows}) > 1,
    )


_SPECIAL_TOKEN = lazy_pattern(r"\[_\w+\]$|<\|.*\|>$")


def _whisper_cpp_words(row: Object) -> tuple[Word, ...]:
    """Tokens joined to words, each with the mean of its tokens' probabilities, as Whisper itself joins them."""
    groups: list[list[tuple[Text, Object]]] = []
    for token in objects(row.get("tokens")):
        text = text_of(token)
        if not text or _SPECIAL_TOKEN.match(text):
            continue
        if not groups or text[0].isspace() or unspaced(groups[-1][-1][0][-1], text[0]):
            groups.append([])
        groups[-1].append((text, token))
    found = []
    for group in groups:
        known = [value for _, token in group if (value := confidence_of(token)) is not None]
        shown = readable("".join(text for text, _ in group)).strip()
        start_ms, end_ms = times(group[0][1])[0], times(group[-1][1])[1]
        found.append(Word(shown, start_ms, end_ms, fmean(known) if known else None))
    return tuple(found)


def _whisper_cpp_segment(row: Object) -> Segment:
    start_ms, end_ms, timing = times(row)
    if start_ms is None:
        stamps = _object(row.get("timestamps"))
        start = stamps.get("from")
        start_ms, end_ms = in_seconds(start), in_seconds(stamps.get("to"))
        timing = start if isinstance(start, Text) else row
    inside = _whisper_cpp_words(row)
    judged = Recognition(words=inside) if inside else None
    return Segment(row, timing, text_of(row), start_ms, end_ms, speaker_of(row), judged)


def _whisper_cpp(root: Value) -> Speech | None:
    rows = _object(root).get("transcription")
    if not isinstance(rows, list):
        return None
    found = rows_of(rows)
    language = _object(_object(root).get("result")).get("language")
    items = tuple(_whisper_cpp_segment(row) for row in found.segments)
    return Speech("whisper.cpp", items, language=_text(language), strays=tuple(found.strays))


def _item(row: Object, speaker: str | None = None) -> SpokenWord | None:
    """A word or punctuation mark with its readings under ``alternatives`` (Amazon, Speechmatics)."""
    reading = _first(row.get("alternatives"))
    text = text_of(reading)
    if text is None:
        return None
    mark = row.get("type") == "punctuation"
    start_ms, end_ms, timing = times(row)
    # Amazon gives marks the confidence 0.0 and no times: they were not heard.
    confidence = None if mark else confidence_of(reading)
    named = speaker_of(row) or speaker_of(reading) or speaker
    return spoken(text, start_ms, end_ms, confidence, named, attached=mark, timing=timing)


def _amazon(root: Value) -> Speech | None:
    results = _object(_object(root).get("results"))
    items = results.get("items") if results else root
    if not isinstance(items, list):
        return None
    rows = objects(items)
    if not results and not (rows and all("alternatives" in row and "start_time" in row for row in rows[:1])):
        return None
    labels = _object(results.get("speaker_labels"))
    speakers = {
        number(word.get("start_time")): speaker_of(word) or speaker_of(part)
        for part in objects(labels.get("segments"))
        for word in objects(part.get("items"))
    }
    found: list[SpokenWord | None] = []
    speaker: str | None = None
    for row in rows:
        speaker = speakers.get(number(row.get("start_time")), speaker)
        found.append(_item(row, speaker))
    whole = _first(results.get("transcripts")).get("transcript")
    language = _text(results.get("language_code"), _object(root).get("languageCode"))
    return Speech("Amazon Transcribe", (Turn(_present(found)),), language, whole=_text(whole))


def _amazon_call(root: Value) -> Speech | None:
    rows = _object(root).get("Transcript")
    if not isinstance(rows, list):
        return None
    found = rows_of(rows)
    items: list[Segment | Turn] = []
    for row in found.segments:
        marks = [  # redacted words ("[PII]") have the confidence 0: none was given
            replace(word, attached=item.get("Type") == "punctuation", confidence=word.confidence or None)
            for item in objects(row.get("Items"))
            for word in words([item])
        ]
        speaker = speaker_of(row)
        if marks:
            items.append(Turn(tuple(replace(word, speaker=speaker) for word in marks)))
        else:
            items.append(segment(row))
    return Speech(
        "Amazon Transcribe Call Analytics",
        tuple(items),
        language=_text(_object(root).get("LanguageCode")),
        strays=tuple(found.strays),
        concurrent=True,
    )


def _amazon_bedrock(root: Value) -> Speech | None:
    rows = _object(root).get("audio_segments")
    if not isinstance(rows, list):
        return None
    found = rows_of(rows)
    language = _object(_object(root).get("metadata")).get("dominant_asset_language")
    items = tuple(segment(row) for row in found.segments)
    return Speech("Amazon Bedrock Data Automation", items, _text(language), strays=tuple(found.strays), concurrent=True)


def _deepgram(root: Value) -> Speech | None:
    results = _object(_object(root).get("results"))
    channels = objects(results.get("channels"))
    utterances = objects(results.get("utterances"))
    if not channels and not utterances:
        return None
    items: list[Segment | Turn] = [segment_or_turn(row) for row in utterances]
    best = [_first(channel.get("alternatives")) for channel in channels]
    if not items:
        items = [Turn(words(objects(reading.get("words")))) for reading in best]
    languages = [_text(channel.get("detected_language")) for channel in channels]
    languages += [_text(*_list(reading.get("languages"))) for reading in best]
    return Speech(
        "Deepgram",
        tuple(items),
        language=next((language for language in languages if language), None),
        whole=_text(best[0].get("transcript")) if len(best) == 1 else None,
        concurrent=len(channels) > 1,
    )


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _speechmatics(root: Value) -> Speech | None:
    rows = objects(_object(root).get("results"))
    if not any(isinstance(row.get("type"), Text) and "content" in _first(row.get("alternatives")) for row in rows):
        return None
    metadata = _object(_object(root).get("metadata"))
    delimiter = _object(metadata.get("language_pack_info")).get("word_delimiter")
    found = _present(_item(row) for row in rows)
    language = _text(
        _object(metadata.get("transcription_config")).get("language"),
        _first(_first(_object(root).get("results")).get("alternatives")).get("language"),
    )
    return Speech(
        "Speechmatics", (Turn(found, str(delimiter) if isinstance(delimiter, Text) else None),), language=language
    )


def _google_word(row: Object) -> SpokenWord | None:
    text = _text(row.get("word"))
    if text is None:
        return None
    start_ms, end_ms, timing = times(row)
    heard = confidence_of(row) or None  # 0.0 means "not given"
    word = spoken(text, start_ms, end_ms, heard, speaker_of(row), timing=timing)
    if word is None:
        return None
    reading = text.find("|", word.first + 1)  # Japanese words carry their reading: "今日|キョウ"
    return word if reading < 0 else replace(word, last=reading)


def _google_results(root: Value) -> list[Object] | None:
    """The results of a response, of a finished operation, or of a v2 batch with one file."""
    outer = _object(root)
    outer = _object(outer.get("response")) or outer
    results = outer.get("results")
    if isinstance(results, Object):
        for one in results.values():
            inside = _object(one)
            transcript = _object(inside.get("transcript")) or _object(
                _object(inside.get("inlineResult")).get("transcript")
            )
            if isinstance(transcript.get("results"), list):
                results = transcript["results"]
                break
    rows = objects(results)
    return rows if any("transcript" in _first(row.get("alternatives")) for row in rows) else None


def _google(root: Value) -> Speech | None:
    rows = _google_results(root)
    if rows is None:
        return None
    readings = [_first(row.get("alternatives")) for row in rows]
    spoken_words = [_present(_google_word(word) for word in objects(reading.get("words"))) for reading in readings]
    earlier = sum(len(part) for part in spoken_words[:-1])
    if len(rows) > 1 and 0 < earlier <= len(spoken_words[-1]) and all(word.speaker for word in spoken_words[-1]):
        # With speakers told apart, the last result repeats all words, now with their speaker.
        rows, readings, spoken_words = rows[-1:], readings[-1:], spoken_words[-1:]
    items: list[Segment | Turn] = []
    end_before = 0
    for row, reading, inside in zip(rows, readings, spoken_words, strict=True):
        end = row.get("resultEndTime", row.get("resultEndOffset"))
        end_ms = in_seconds(end)
        if any(word.start_ms is not None for word in inside):
            items.append(Turn(inside, confidence=confidence_of(reading) or None))
        elif _text(reading.get("transcript")) is not None:
            # Without words only the end of each result is known: it begins where the one before ended.
            timing = end if isinstance(end, Text | Number) else row
            start_ms = end_before if end_ms is not None else None
            items.append(
                Segment(row, timing, text_of(reading), start_ms, end_ms, speaker_of(row), recognition(reading))
            )
        end_before = end_ms if end_ms is not None else end_before
    language = next((code for row in rows if (code := _text(row.get("languageCode")))), None)
    channels = {number(row.get("channelTag")) for row in rows}
    return Speech("Google Speech-to-Text", tuple(items), language=language, concurrent=len(channels) > 1)


_ASSEMBLYAI = frozenset({"audio_url", "acoustic_model", "speech_model", "audio_duration"})


def _assemblyai(root: Value) -> Speech | None:
    outer = _object(root)
    if not _ASSEMBLYAI & outer.keys():
        return None
    for name in ("utterances", "sentences", "paragraphs", "words"):
        rows = objects(outer.get(name))
        if rows:
            break
    else:
        return None
    if name == "words":
        items: tuple[Segment | Turn, ...] = (Turn(words(rows, in_milliseconds)),)
    else:
        items = tuple(segment_or_turn(row, in_milliseconds) for row in rows)
    return Speech("AssemblyAI", items, _text(outer.get("language_code")), whole=_text(outer.get("text")))


def _relative(outer: Object, rows: list[Object]) -> str:
    """The member of the Whisper family that wrote ``segments``."""
    row = rows[0] if rows else Object()
    word = _first(row.get("words"))
    if "word_segments" in outer or "score" in word:
        return "WhisperX"
    if "confidence" in row or "confidence" in word:
        return "whisper-timestamped"
    if "task" in outer or "usage" in outer:
        return "OpenAI API"
    return "Whisper" if {"avg_logprob", "seek"} & row.keys() or "probability" in word else "segments"


def _whisper(root: Value) -> Speech | None:
    outer = _object(root)
    rows = outer.get("segments")
    if not isinstance(rows, list) or (not rows and isinstance(outer.get("words"), list)):
        return None
    found = rows_of(rows)
    if found.segments and not any(text_of(row) is not None for row in found.segments):
        return None  # speech activity or chapters: times without text
    clock = clock_of(found.segments)
    return Speech(
        _relative(outer, found.segments),
        tuple(segment(row, clock) for row in found.segments),
        language=_text(outer.get("language")),
        whole=_text(outer.get("text")),
        strays=tuple(found.strays),
    )


# A chunk of a pipeline that was asked for words: no blank inside, few letters, about as long as a word takes.
_WORD_LETTERS = 12
_WORD_SECONDS = 1.0


def _are_words(rows: list[Object]) -> bool:
    texts = [text.strip() for row in rows if (text := text_of(row))]
    durations = [
        end - start for row in rows for start, end in [times(row)[:2]] if start is not None and end is not None
    ]
    if len(texts) < 2 or not durations:
        return False
    single = sum(len(text.split()) == 1 for text in texts)
    return (
        single >= 0.9 * len(texts)
        and median(map(len, texts)) <= _WORD_LETTERS
        and median(durations) < _WORD_SECONDS * 1000
    )


def _chunks(root: Value) -> Speech | None:
    rows = root if isinstance(root, list) else _object(root).get("chunks")
    if not isinstance(rows, list):
        return None
    found = rows_of(rows)
    if not found.segments or not any("timestamp" in row for row in found.segments):
        return None
    items: tuple[Segment | Turn, ...]
    if _are_words(found.segments):
        items = (Turn(words(found.segments)),)
    else:
        items = tuple(segment(row) for row in found.segments)
    outer = _object(root)
    language = _text(outer.get("language"), found.segments[0].get("language"))
    return Speech("Hugging Face", items, language, whole=_text(outer.get("text")), strays=tuple(found.strays))


def _plain(root: Value) -> Speech | None:
    """Rows of text and time under no particular name: utterances, words, a bare list, JSON Lines."""
    outer = _object(root)
    names = ("utterances", "words", "word_segments", "sentences", "captions", "transcript")
    listed = _list(root) or next((rows for name in names if (rows := _list(outer.get(name)))), [root])
    found = rows_of(listed)
    timed = [
        row for row in found.segments if times(row)[0] is not None and (text_of(row) is not None or "words" in row)
    ]
    if not timed:
        return None
    clock = clock_of(found.segments)
    items: tuple[Segment | Turn, ...]
    if _are_words(found.segments) and not any("words" in row for row in found.segments):
        items = (Turn(words(found.segments, clock)),)
    else:
        items = tuple(segment_or_turn(row, clock) for row in found.segments)
    language = _text(outer.get("language"), outer.get("language_code"), timed[0].get("language"), timed[0].get("lang"))
    return Speech("segments", items, language, whole=_text(outer.get("text")), strays=tuple(found.strays))


def _only_text(root: Value) -> Speech | None:
    """The plain answer of the OpenAI API and others: text without any time."""
    text = _object(root).get("text")
    if not isinstance(text, Text):
        return None
    return Speech("text without times", (), _text(_object(root).get("language")), whole=_text(text))


_SHAPES: tuple[Callable[[Value], Speech | None], ...] = (
    _azure,
    _whisper_cpp,
    _amazon,
    _amazon_call,
    _amazon_bedrock,
    _deepgram,
    _speechmatics,
    _google,
    _assemblyai,
    _whisper,
    _chunks,
    _plain,
    _only_text,
)


def _shape_of(value: Value) -> Speech | None:
    return next((found for shape in _SHAPES if (found := shape(value)) is not None), None)


def speech_of(root: Value) -> Speech | None:
    """What a JSON value says, or ``None`` when it has no shape known here."""
    found = _shape_of(root)
    if found is None and isinstance(root, list) and len(root) == 1:
        return _shape_of(root[0])  # some services answer with a list of one result
    return found
