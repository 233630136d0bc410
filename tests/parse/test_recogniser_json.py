from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.facts.spans import text_span
from auditor.model import Cue, Document
from auditor.parse.json_cues import MAX_CELLS, MAX_CUE_MS
from auditor.parse.json_values import MAX_DEPTH
from auditor.parse.recogniser_json import looks_like_json, parse_json
from tests.parse.reading import defects, only, quoted


def read(content: str | dict[str, Any] | list[Any]) -> Document:
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
    return parse_json("talk.json", text, "utf-8")


def shown(document: Document) -> list[tuple[int, int, str]]:
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in document.cues]


def kinds(document: Document) -> list[str]:
    return [defect.kind.value for defect in document.defects]


def header(document: Document) -> dict[str, str]:
    return dict(document.header)


def quote(text: str, cue: Cue, part: str) -> str:
    """What the file shows where a part of a cue's text is said to stand."""
    start = cue.text.index(part)
    return quoted(text, text_span(cue, start, start + len(part)))


WHISPER = {
    "text": " Clay first. Then water.",
    "segments": [
        {
            "id": 0,
            "seek": 0,
            "start": 0.0,
            "end": 1.4,
            "text": " Clay first.",
            "tokens": [50364, 11],
            "temperature": 0.0,
            "avg_logprob": -0.25,
            "compression_ratio": 0.9,
            "no_speech_prob": 0.01,
            "words": [
                {"word": " Clay", "start": 0.0, "end": 0.6, "probability": 0.91},
                {"word": " first.", "start": 0.6, "end": 1.4, "probability": 0.99},
            ],
        },
        {"id": 1, "seek": 0, "start": 1.4, "end": 2.9999, "text": " Then water.", "avg_logprob": -0.5},
    ],
    "language": "english",
}


def test_whisper_segments_are_cues_with_everything_the_recogniser_said_of_them() -> None:
    document = read(WHISPER)
    assert document.format == "recogniser-json"
    assert shown(document) == [(0, 1400, "Clay first."), (1400, 3000, "Then water.")]
    assert header(document) == {"Recogniser": "Whisper", "Language": "en"}
    first, second = (cue.recognition for cue in document.cues)
    assert first is not None
    assert second is not None
    assert (first.avg_logprob, first.compression_ratio, first.no_speech_probability) == (-0.25, 0.9, 0.01)
    assert [(w.text, w.start_ms, w.end_ms, w.confidence) for w in first.words] == [
        ("Clay", 0, 600, 0.91),
        ("first.", 600, 1400, 0.99),
    ]
    assert (second.avg_logprob, second.no_speech_probability, second.words) == (-0.5, None, ())


def test_the_timing_points_at_the_start_value_and_the_text_at_the_string() -> None:
    text = '{"segments": [\n  {"id": 0, "start": 1.50, "end": 2.5, "text": " Wet the clay."}]}'
    cue = only(read(text))
    assert quoted(text, cue.timing_span) == "1.50"
    assert (cue.line, cue.text_line, cue.raw_text) == (2, 2, "Wet the clay.")
    assert quoted(text, text_span(cue)) == "Wet the clay."


@pytest.mark.parametrize(
    ("written", "seen", "part", "raw"),
    [
        (r"\uc548\ub155 \"clay\"", '안녕 "clay"', "녕", r"\ub155"),
        (r"\ud83c\udffa pots", "🏺 pots", "🏺", r"\ud83c\udffa"),
        (r"one\ntwo\tthree", "one\ntwo\tthree", "two", "two"),
        (r"  \u0020 a\/b \n", "a/b", "/", r"\/"),
        (r"half \ud83c pot", "half � pot", "pot", "pot"),
        ("점토 🏺 pot", "점토 🏺 pot", "🏺 p", "🏺 p"),
    ],
)
def test_escapes_are_read_and_every_character_keeps_its_place(written: str, seen: str, part: str, raw: str) -> None:
    text = f'[{{"start": 0, "end": 2,\r\n "text": "{written}"}}]'
    cue = only(read(text))
    assert cue.text == seen
    assert quote(text, cue, part) == raw
    assert cue.text_map is None or (len(cue.text_map) == len(cue.text) + 1 and cue.text_map[-1] == len(cue.raw_text))


WORDS = [
    ("So", 0.0, 0.2),
    ("wet", 0.3, 0.6),
    ("the", 0.6, 0.7),
    ("clay.", 0.7, 1.8),
    ("Now", 1.9, 2.1),
    ("spin", 2.2, 2.6),
]


def spaced(name: str, confidence: str) -> list[dict[str, Any]]:
    return [{name: word, "start": start, "end": end, confidence: 0.8} for word, start, end in WORDS]


def milliseconds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "start": round(row["start"] * 1000), "end": round(row["end"] * 1000)} for row in rows]


def amazon() -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    for word, start, end in WORDS:
        reading = {"content": word.rstrip("."), "confidence": "0.8"}
        items.append(
            {"type": "pronunciation", "start_time": str(start), "end_time": str(end), "alternatives": [reading]}
        )
        if word.endswith("."):
            items.append({"type": "punctuation", "alternatives": [{"content": ".", "confidence": "0.0"}]})
    transcript = {"transcript": "So wet the clay. Now spin"}
    return {"jobName": "j", "results": {"language_code": "en-US", "transcripts": [transcript], "items": items}}


def speechmatics() -> dict[str, Any]:
    results: list[dict[str, Any]] = []
    for word, start, end in WORDS:
        reading = {"content": word.rstrip("."), "confidence": 0.8, "speaker": "S1", "language": "en"}
        results.append({"type": "word", "start_time": start, "end_time": end, "alternatives": [reading]})
        if word.endswith("."):
            mark = {"content": ".", "confidence": 1.0, "speaker": "S1"}
            results.append({"type": "punctuation", "start_time": end, "end_time": end, "alternatives": [mark]})
    metadata = {"transcription_config": {"language": "en"}, "language_pack_info": {"word_delimiter": " "}}
    return {"format": "2.9", "metadata": metadata, "results": results}


def google(time: Callable[[float], Any], start: str = "startTime", end: str = "endTime") -> dict[str, Any]:
    words = [{start: time(a), end: time(b), "word": word, "confidence": 0.8} for word, a, b in WORDS]
    reading = {"transcript": "So wet the clay. Now spin", "confidence": 0.9, "words": words}
    return {"results": [{"alternatives": [reading], "languageCode": "en-us"}]}


def protobuf(seconds: float) -> dict[str, Any]:
    whole = int(seconds)
    return {"seconds": str(whole), "nanos": round((seconds - whole) * 1e9)} if seconds else {}


def deepgram(utterances: bool) -> dict[str, Any]:
    words = [
        {"word": word.strip(".").lower(), "punctuated_word": word, "start": start, "end": end, "confidence": 0.8}
        for word, start, end in WORDS
    ]
    results: dict[str, Any] = {
        "channels": [{"detected_language": "en", "alternatives": [{"transcript": "So wet ...", "words": words}]}]
    }
    if utterances:
        results["utterances"] = [{"start": 0.0, "end": 2.6, "transcript": "So wet", "words": words, "channel": 0}]
    return {"metadata": {}, "results": results}


def call_analytics() -> dict[str, Any]:
    items = [
        {
            "Type": "pronunciation",
            "Content": word,
            "BeginOffsetMillis": round(start * 1000),
            "EndOffsetMillis": round(end * 1000),
            "Confidence": 0.8,
        }
        for word, start, end in WORDS
    ]
    turn = {"BeginOffsetMillis": 0, "EndOffsetMillis": 2600, "Content": "So wet ...", "Items": items}
    return {"LanguageCode": "en-US", "Transcript": [{**turn, "ParticipantRole": "AGENT"}]}


@pytest.mark.parametrize(
    ("content", "name", "language"),
    [
        (amazon(), "Amazon Transcribe", "en-US"),
        (amazon()["results"]["items"], "Amazon Transcribe", None),
        (call_analytics(), "Amazon Transcribe Call Analytics", "en-US"),
        (google(lambda s: f"{s:.3f}s"), "Google Speech-to-Text", "en-us"),
        (google(protobuf), "Google Speech-to-Text", "en-us"),
        (google(lambda s: f"{s:.3f}s", "startOffset", "endOffset"), "Google Speech-to-Text", "en-us"),
        ({"done": True, "response": google(lambda s: f"{s}s")}, "Google Speech-to-Text", "en-us"),
        ({"results": {"gs://b/a": {"transcript": google(lambda s: f"{s}s")}}}, "Google Speech-to-Text", "en-us"),
        (deepgram(utterances=False), "Deepgram", "en"),
        (deepgram(utterances=True), "Deepgram", "en"),
        (speechmatics(), "Speechmatics", "en"),
        (
            {"audio_url": "u", "language_code": "en_us", "words": milliseconds(spaced("text", "confidence"))},
            "AssemblyAI",
            "en_us",
        ),
        (
            {
                "audio_duration": 3,
                "utterances": [
                    {"start": 0, "end": 2600, "speaker": "A", "words": milliseconds(spaced("text", "confidence"))}
                ],
            },
            "AssemblyAI",
            None,
        ),
        ({"task": "transcribe", "language": "english", "words": spaced("word", "probability")}, "segments", "en"),
        ({"word_segments": spaced("word", "score")}, "segments", None),
    ],
)
def test_words_are_grouped_into_cues_with_their_confidences(content: Any, name: str, language: str | None) -> None:
    document = read(content)
    assert document.defects == ()
    assert shown(document) == [(0, 1800, "So wet the clay."), (1900, 2600, "Now spin")]
    assert header(document).get("Recogniser") == name
    assert header(document).get("Language") == language
    first = document.cues[0].recognition
    assert first is not None
    heard = [(w.text, w.start_ms, w.end_ms, w.confidence) for w in first.words if w.confidence is not None]
    assert heard[1] == ("wet", 300, 600, 0.8)
    assert [word for word, *_ in heard] in (
        ["So", "wet", "the", "clay."],
        ["So", "wet", "the", "clay"],
        ["So", "wet", "the", "clay", "."],
    )


def test_a_cue_of_several_words_quotes_each_word_and_spans_them_all() -> None:
    text = json.dumps(amazon(), indent=1)
    cue = read(text).cues[0]
    for word in ("So", "wet", "the", "clay", "."):
        assert quote(text, cue, word) == word
    whole = quoted(text, text_span(cue))
    assert whole.startswith('So"')
    assert whole.endswith('"content": ".')
    assert quoted(text, cue.timing_span) == "0.0"


def words_of(pairs: list[tuple[str, float, float]]) -> dict[str, Any]:
    return {"words": [{"word": word, "start": start, "end": end} for word, start, end in pairs]}


def test_a_silence_of_more_than_a_second_ends_a_cue() -> None:
    document = read(words_of([("wet", 0, 0.5), ("clay", 1.5, 1.9), ("spins", 2.901, 3.3)]))
    assert [cue.text for cue in document.cues] == ["wet clay", "spins"]


def test_a_new_speaker_ends_a_cue() -> None:
    rows = [
        {"word": word, "start": at / 2, "end": at / 2 + 0.4, "speaker": speaker}
        for at, (word, speaker) in enumerate([("Is", 0), ("it", 0), ("dry", 0), ("Yes", 1), ("quite", 1)])
    ]
    document = read({"words": rows})
    assert [(cue.speaker, cue.text) for cue in document.cues] == [("0", "Is it dry"), ("1", "Yes quite")]


def test_a_very_short_sentence_shares_its_cue_with_the_next() -> None:
    document = read(
        words_of([("Yes.", 0, 0.3), ("It", 0.4, 0.6), ("dries", 0.7, 1.2), ("slowly.", 1.3, 2.0), ("Good.", 2.1, 2.6)])
    )
    assert [cue.text for cue in document.cues] == ["Yes. It dries slowly.", "Good."]


def test_long_speech_without_marks_becomes_cues_a_person_can_read() -> None:
    words = [(f"word{number}", number * 0.4, number * 0.4 + 0.4) for number in range(200)]
    cues = read(words_of(words)).cues
    assert " ".join(cue.text for cue in cues) == " ".join(word for word, *_ in words)
    assert all(cue.end_ms - cue.start_ms <= MAX_CUE_MS and len(cue.text) <= MAX_CELLS for cue in cues)
    assert min(len(cue.text.split()) for cue in cues) > 2


@pytest.mark.parametrize(
    ("words", "joined"),
    [
        (["土", "を", "こねる"], "土をこねる"),
        (["黏土", "很", "湿"], "黏土很湿"),
        (["흙을", "반죽한다"], "흙을 반죽한다"),
        ([" clay", "'s", " wet"], "clay's wet"),
        (["次", "は", "GPU", "です"], "次はGPUです"),
        (["GPU", "서버"], "GPU 서버"),
        (["clay", ",", "wet"], "clay, wet"),
        (["▁흙을", "▁빚다"], "흙을 빚다"),
    ],
)
def test_words_are_joined_as_their_script_is_written(words: list[str], joined: str) -> None:
    rows: list[tuple[str, float, float]] = [(word, at * 0.3, at * 0.3 + 0.25) for at, word in enumerate(words)]
    assert only(read(words_of(rows))).text == joined


def test_speechmatics_says_itself_what_stands_between_words() -> None:
    content = speechmatics()
    content["metadata"]["language_pack_info"]["word_delimiter"] = ""
    assert read(content).cues[0].text == "Sowettheclay."


def test_google_words_of_japanese_lose_their_reading() -> None:
    content = google(lambda s: f"{s}s")
    content["results"][0]["alternatives"][0]["words"] = [
        {"startTime": "0.1s", "endTime": "0.5s", "word": "今日|キョウ"},
        {"startTime": "0.5s", "endTime": "0.7s", "word": "は|ワ"},
    ]
    text = json.dumps(content)  # escaped, so that offsets and characters differ
    cue = only(read(text))
    assert cue.text == "今日は"
    assert quote(text, cue, "今") == "\\u4eca"
    assert quote(text, cue, "は") == "\\u306f"


def test_google_repeats_all_words_when_it_tells_speakers_apart_and_they_count_once() -> None:
    content = google(lambda s: f"{s}s")
    words = content["results"][0]["alternatives"][0]["words"]
    content["results"].append({"alternatives": [{"words": [{**word, "speakerTag": 2} for word in words]}]})
    document = read(content)
    assert [(cue.speaker, cue.text) for cue in document.cues] == [("2", "So wet the clay."), ("2", "Now spin")]


def test_google_results_without_words_begin_where_the_one_before_ended() -> None:
    results = [
        {"alternatives": [{"transcript": "wet the clay", "confidence": 0.7}], "resultEndTime": "2.5s"},
        {"alternatives": [{"transcript": " now spin"}], "resultEndTime": "4s"},
    ]
    document = read({"results": results})
    assert shown(document) == [(0, 2500, "wet the clay"), (2500, 4000, "now spin")]


def test_amazon_speakers_come_from_their_own_list() -> None:
    content = amazon()
    parts = [{"start_time": str(start), "speaker_label": f"spk_{start > 1.85:d}"} for _, start, _ in WORDS]
    content["results"]["speaker_labels"] = {"segments": [{"speaker_label": "spk_0", "items": parts}]}
    assert [cue.speaker for cue in read(content).cues] == ["spk_0", "spk_1"]


def test_azure_phrases_show_their_display_text_in_ticks_of_100_ns() -> None:
    best = {
        "confidence": 0.6,
        "lexical": "two pots",
        "display": "2 pots.",
        "words": [{"word": "two", "offsetInTicks": 1000000}],
    }
    phrase = {
        "recognitionStatus": "Success",
        "speaker": 1,
        "offsetInTicks": 1.0e6,
        "durationInTicks": 2.5e7,
        "nBest": [best],
    }
    silent = {"recognitionStatus": "NoMatch", "offsetInTicks": 0, "durationInTicks": 10}
    document = read({"recognizedPhrases": [silent, phrase], "combinedRecognizedPhrases": [{"display": "2 pots."}]})
    cue = only(document)
    assert (cue.start_ms, cue.end_ms, cue.text, cue.speaker) == (100, 2600, "2 pots.", "1")
    assert cue.recognition is not None
    assert cue.recognition.confidence == 0.6
    assert document.defects == ()


def test_azure_reads_durations_times_and_rows_of_the_sdk() -> None:
    old = {"recognizedPhrases": [{"offset": "PT1M0.5S", "duration": "PT2S", "nBest": [{"display": "Dry."}]}]}
    assert shown(read(old)) == [(60500, 62500, "Dry.")]
    fast = {"phrases": [{"offsetMilliseconds": 40, "durationMilliseconds": 960, "text": "Dry.", "locale": "ko-KR"}]}
    assert shown(read(fast)) == [(40, 1000, "Dry.")]
    assert header(read(fast))["Language"] == "ko-KR"
    row = {"RecognitionStatus": "Success", "Offset": 10000000, "Duration": 5000000, "DisplayText": "Dry."}
    assert shown(read([row])) == [(1000, 1500, "Dry.")]


def cpp(**more: Any) -> dict[str, Any]:
    row = {"timestamps": {"from": "00:00:00,000", "to": "00:01:02,500"}, "text": " Wet clay", **more}
    return {"systeminfo": "", "result": {"language": "en"}, "transcription": [row]}


def test_whisper_cpp_reads_offsets_and_else_timestamps() -> None:
    assert shown(read(cpp(offsets={"from": 10, "to": 1990}))) == [(10, 1990, "Wet clay")]
    assert shown(read(cpp())) == [(0, 62500, "Wet clay")]
    assert header(read(cpp())) == {"Recogniser": "whisper.cpp", "Language": "en"}


def test_whisper_cpp_tokens_become_words_with_the_mean_of_their_probabilities() -> None:
    tokens = [
        {"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}, "p": 0.9},
        {"text": " W", "offsets": {"from": 10, "to": 200}, "p": 0.5},
        {"text": "et", "offsets": {"from": 200, "to": 500}, "p": 0.7},
        {"text": " clay", "offsets": {"from": 500, "to": 900}, "p": 1.0},
        {"text": "[_TT_50]", "offsets": {"from": 900, "to": 900}, "p": 0.1},
    ]
    recognition = only(read(cpp(offsets={"from": 0, "to": 900}, tokens=tokens))).recognition
    assert recognition is not None
    assert [(w.text, w.start_ms, w.end_ms, w.confidence) for w in recognition.words] == [
        ("Wet", 10, 500, pytest.approx(0.6)),
        ("clay", 500, 900, 1.0),
    ]


def test_hugging_face_chunks_are_segments_or_words_by_what_they_hold() -> None:
    segments = {"text": " Wet the clay.", "chunks": [{"text": " Wet the clay.", "timestamp": [0.0, 2.5]}]}
    assert shown(read(segments)) == [(0, 2500, "Wet the clay.")]
    words = {"chunks": [{"text": f" {word}", "timestamp": [start, end]} for word, start, end in WORDS]}
    assert shown(read(words)) == [(0, 1800, "So wet the clay."), (1900, 2600, "Now spin")]
    japanese = [
        {"text": text, "timestamp": [at * 3, at * 3 + 2.8]} for at, text in enumerate(["土をこねます", "水を足します"])
    ]
    assert [cue.text for cue in read(japanese).cues] == ["土をこねます", "水を足します"]


def test_other_members_of_the_family_are_told_apart() -> None:
    row = {"start": 0.5, "end": 1.5, "text": " Wet clay"}
    word = {"start": 0.5, "end": 1.5}
    x = {
        "segments": [{**row, "speaker": "SPEAKER_01", "words": [{**word, "word": "Wet", "score": 0.5}]}],
        "language": "en",
    }
    assert header(read(x))["Recogniser"] == "WhisperX"
    assert read(x).cues[0].speaker == "SPEAKER_01"
    timestamped = {"segments": [{**row, "confidence": 0.4, "words": [{**word, "text": "Wet", "confidence": 0.5}]}]}
    assert header(read(timestamped))["Recogniser"] == "whisper-timestamped"
    assert header(read({"task": "transcribe", "segments": [row]}))["Recogniser"] == "OpenAI API"


def test_bedrock_segments_of_two_channels_come_in_the_order_of_time() -> None:
    rows = [
        {
            "start_timestamp_millis": at,
            "end_timestamp_millis": at + 900,
            "text": text,
            "speaker": {"speaker_label": who},
        }
        for at, text, who in [(3000, "Wet clay.", "spk_0"), (1000, "Which clay?", "spk_1")]
    ]
    document = read({"metadata": {"dominant_asset_language": "EN"}, "audio_segments": rows})
    assert [(cue.index, cue.start_ms, cue.speaker) for cue in document.cues] == [(1, 1000, "spk_1"), (2, 3000, "spk_0")]


@pytest.mark.parametrize(
    ("name", "tag"),
    [("korean", "ko"), ("Japanese", "ja"), ("english", "en"), ("pt-BR", "pt-BR"), ("Klingon", "Klingon")],
)
def test_the_language_is_named_in_the_header(name: str, tag: str) -> None:
    assert header(read({**WHISPER, "language": name}))["Language"] == tag


def test_json_lines_of_segments() -> None:
    text = (
        '{"start": 0.5, "end": 1.5, "text": "Wet"}\r\n{"start": 1.5, "duration": 2, "text": "clay", "speaker": "A"}\r\n'
    )
    document = read(text)
    assert shown(document) == [(500, 1500, "Wet"), (1500, 3500, "clay")]
    assert [quoted(text, text_span(cue)) for cue in document.cues] == ["Wet", "clay"]
    assert document.defects == ()


def test_a_broken_line_of_json_lines_loses_that_line_only() -> None:
    rows = [f'{{"start": {at}, "end": {at + 1}, "text": "cue {at}"}}' for at in range(4)]
    rows[2] = rows[2][:-8]
    document = read("\n".join(rows))
    assert [cue.text for cue in document.cues] == ["cue 0", "cue 1", "cue 3"]
    assert [(kind, place[0]) for kind, place, _ in defects(document)] == [("lost-text", 3)]


def test_whole_numbers_are_milliseconds_where_speech_would_else_be_absurdly_slow() -> None:
    rows = [{"start": at * 2000, "end": at * 2000 + 1800, "text": "Wet the clay a little."} for at in range(3)]
    assert shown(read({"utterances": rows}))[1] == (2000, 3800, "Wet the clay a little.")
    rows = [{"start": at * 2, "end": at * 2 + 2, "text": "Wet the clay a little."} for at in range(3)]
    assert shown(read({"utterances": rows}))[1] == (2000, 4000, "Wet the clay a little.")


@pytest.mark.parametrize(
    "start", ['"soon"', "null", "NaN", "-Infinity", "-4", "1e300", "true", "[]", "{}x".replace("x", "")]
)
def test_a_segment_without_a_start_is_a_lost_cue(start: str) -> None:
    text = f'{{"segments": [{{"start": 0, "end": 1, "text": "Wet"}}, {{"start": {start}, "end": 2, "text": "clay"}}]}}'
    document = read(text)
    if start == "{}":
        assert shown(document)[1] == (0, 2000, "clay")  # Google's way to write zero
        return
    assert [cue.text for cue in document.cues] == ["Wet"]
    assert kinds(document) == ["malformed-timing"]
    assert document.defects[0].raw == "clay"
    assert quoted(text, document.defects[0].span) in (start.strip('"'), "clay")


def test_a_segment_without_an_end_lasts_until_the_next_and_says_so() -> None:
    document = read(
        {"chunks": [{"text": " Wet the", "timestamp": [0, None]}, {"text": " clay", "timestamp": [2, None]}]}
    )
    assert shown(document) == [(0, 2000, "Wet the"), (2000, 2000, "clay")]
    assert [(defect.kind.value, defect.cue) for defect in document.defects] == [
        ("tolerated-timing", 1),
        ("tolerated-timing", 2),
    ]


def test_text_that_no_segment_holds_is_lost() -> None:
    rest = json.dumps({**WHISPER, "text": " Clay first. Then water. And fire."})
    (defect,) = read(rest).defects
    assert (defect.kind.value, quoted(rest, defect.span)) == ("lost-text", "And fire.")
    none = '{"text": "Wet clay", "segments": []}'
    (defect,) = read(none).defects
    assert (defect.kind.value, quoted(none, defect.span)) == ("lost-text", "Wet clay")
    assert kinds(read('{"text": "Wet clay"}')) == ["lost-text"]
    assert kinds(read('{"segments": [{"start": 0, "end": 1, "text": "Wet"}, "clay"]}')) == ["lost-text"]


def test_a_member_written_twice_loses_the_first() -> None:
    document = read('{"segments": [{"start": 0, "end": 1, "text": "Wet", "text": "Dry"}]}')
    assert [cue.text for cue in document.cues] == ["Dry"]
    assert kinds(document) == ["lost-text"]


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ('{"segments": [\n  {"start" 1}]}', (2, 12), "':' after the member name"),
        ('{"segments": [1,]}', (1, 17), "a value"),
        ('{"segments": [1 2]}', (1, 17), "',' or ']'"),
        ("{'segments': []}", (1, 2), "a member name in double quotes"),
        ('{"segments": []} []', (1, 18), "the end of the file"),
        ('{"text": "clay', (1, 10), "closing quote"),
        ('{"text": "cl\nay"}', (1, 10), "closing quote"),
        (r'{"text": "cl\ay"}', (1, 13), "escape"),
        ('{"text":', (1, 9), "ends where a value"),
    ],
)
def test_broken_json_names_the_place_and_what_was_expected(text: str, place: tuple[int, int], expected: str) -> None:
    (defect,) = [defect for defect in read(text).defects if defect.kind.value == "unreadable"]
    assert (defect.span.line, defect.span.column) == place
    assert f"line {place[0]}, column {place[1]}" in defect.message
    assert expected in defect.message


def test_of_a_truncated_file_the_whole_segments_are_kept() -> None:
    text = json.dumps(WHISPER)
    for cut in (text.rindex("Then water."), text.rindex('"id": 1'), text.rindex(', "avg_logprob"') + 5):
        document = read(text[:cut])
        assert [cue.text for cue in document.cues] in (["Clay first."], ["Clay first.", "Then water."])
        assert kinds(document) == ["unreadable"]
        assert "what stands before it is audited" in document.defects[0].message
    assert len(read(text[: text.index('"tokens"')]).cues) == 1  # cut inside a segment whose text and times stand


@pytest.mark.parametrize(
    "text", ['{"name": "package", "version": "1"}', "[]", "{}", "[1, 2]", '{"segments": [{"start": 1, "end": 2}]}']
)
def test_json_of_no_recogniser_names_those_that_are_read(text: str) -> None:
    (defect,) = read(text).defects
    assert defect.kind.value == "unreadable"
    assert all(name in defect.message for name in ("Whisper", "Amazon", "Google", "Azure", "Deepgram", "Speechmatics"))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1_000_000,
        '{"segments":' * 100_000,
        "[" + "[]," * 200_000 + "[]]",
        '{"segments": [{"start": 0, "end": 1, "text": "' + "a" * 5_000_000 + '"}]}',
        '{"segments": [{"start": 0, "end": 1, "tokens": [' + "7," * 500_000 + '7], "text": "clay"}]}',
        '{"start": ' + "9" * 10_000 + ', "end": 1e999999999, "text": "clay"}',
        '{"a": "\n' * 50_000,
    ],
    ids=["lists", "objects", "empty lists", "long text", "tokens", "big numbers", "unclosed strings"],
)
def test_hostile_files_end_in_an_answer(text: str) -> None:
    document = read(text)
    assert document.cues or document.defects
    assert sum(len(cue.text) for cue in document.cues) <= 100_000


def test_nesting_is_followed_to_a_limit() -> None:
    inner = '{"start": 0, "end": 1, "text": "clay", "more": '
    fits = f'{{"segments": [{inner}{"[" * (MAX_DEPTH - 10)}{"]" * (MAX_DEPTH - 10)}}}]}}'
    assert [cue.text for cue in read(fits).cues] == ["clay"]
    deeper = f'{{"segments": [{inner}{"[" * MAX_DEPTH}{"]" * MAX_DEPTH}}}]}}'
    assert f"deeper than {MAX_DEPTH} levels" in read(deeper).defects[0].message


def test_only_what_begins_as_json_is_taken_for_json() -> None:
    assert all(map(looks_like_json, ['{"a": 1}', ' \n[{"a": 1}]', "[\n[", "{}", "[]", '["a"]', "{"]))
    assert not any(
        map(looks_like_json, ["", "WEBVTT", "[Script Info]", "[00:01.00]la", "[ti:song]", "{\\an8}", "1\n00:00"])
    )


NAMES = [
    "text", "word", "words", "segments", "start", "end", "timestamp", "chunks", "results", "items", "alternatives",
    "content", "transcript", "type", "channels", "utterances", "transcription", "offsets", "from", "to", "tokens",
    "recognizedPhrases", "nBest", "display", "offsetInTicks", "durationInTicks", "p", "Transcript", "Content",
    "Items", "audio_url", "audio_segments", "speaker", "confidence", "language", "startTime", "endTime", "seconds",
    "nanos", "RecognitionStatus", "Offset", "punctuated_word",
]  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=12) | st.sampled_from(["1.5s", "PT2S"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=40,
)


def assert_sound(document: Document) -> None:
    for number, cue in enumerate(document.cues, 1):
        assert cue.index == number
        assert isinstance(cue.start_ms, int)
        assert isinstance(cue.end_ms, int)
        cue.text.encode()
        places = cue.text_map or range(len(cue.text) + 1)
        assert len(places) == len(cue.text) + 1
        assert list(places) == sorted(places)
        assert places[-1] == len(cue.raw_text)
    for defect in document.defects:
        defect.raw.encode()
        assert 1 <= defect.span.line <= defect.span.end_line <= document.lines


@given(VALUES, st.booleans())
def test_any_json_value_is_read_without_an_error(value: Any, escaped: bool) -> None:
    assert_sound(parse_json("talk.json", json.dumps(value, ensure_ascii=escaped), "utf-8"))


@given(VALUES, st.data())
def test_any_damage_to_json_is_read_without_an_error(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    assert_sound(parse_json("talk.json", text[:at] + data.draw(st.text(max_size=3)) + text[at + 1 :], "utf-8"))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    assert_sound(parse_json("talk.json", data.decode("utf-8", "replace"), "utf-8"))


@given(st.text(max_size=30))
def test_any_text_of_a_segment_arrives_as_written(text: str) -> None:
    for escaped in (True, False):
        content = json.dumps([{"start": 0, "end": 1, "text": f"<{text}>"}], ensure_ascii=escaped)
        cue = only(parse_json("talk.json", content, "utf-8"))
        assert cue.text == f"<{text}>".replace("\0", "�")
        assert json.loads(f'"{cue.raw_text}"') == f"<{text}>"


@pytest.mark.parametrize("status", ['["NoMatch"]', '{"a": 1}', "null", "3"])
def test_a_status_that_is_no_text_is_read_past(status: str) -> None:
    # Found by fuzzing: a list cannot be looked up in a set.
    text = (
        '{"recognizedPhrases": [{"recognitionStatus": '
        + status
        + ', "offsetInTicks": 0, "durationInTicks": 10000000, "nBest": [{"display": "hello there"}]}]}'
    )
    assert [cue.text for cue in parse_json("a.json", text, "utf-8").cues] == ["hello there"]
