"""On well-formed files our cues are those of webvtt-py, which other tools read captions with."""

from __future__ import annotations

import random

import pytest
import webvtt as webvtt_py

from auditor.model import Document
from tests.parse.reading import read
from tests.transcripts import CLEAN_SAMPLES, SAMPLES, sentences, stamp, subrip, webvtt


def milliseconds(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def equal(document: Document, oracle: webvtt_py.WebVTT) -> None:
    ours = [(cue.start_ms, cue.end_ms, cue.raw_text, cue.identifier or None) for cue in document.cues]
    theirs = [(milliseconds(c.start), milliseconds(c.end), c.raw_text, c.identifier or None) for c in oracle.captions]
    assert ours == theirs
    assert [cue.text for cue in document.cues] == [caption.text for caption in oracle.captions]


@pytest.mark.parametrize("name", CLEAN_SAMPLES)
def test_the_clean_samples(name: str) -> None:
    text = (SAMPLES / name).read_text(encoding="utf-8")
    document = read(text)
    assert len(document.cues) > 40
    equal(document, webvtt_py.from_string(text))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_generated_webvtt(language: str) -> None:
    text = webvtt(sentences(200, language), start_ms=3_500_000)
    equal(read(text), webvtt_py.from_string(text))


def test_generated_webvtt_with_identifiers_settings_notes_tags_and_lines() -> None:
    # The odd numbers of a seeded generator, so that the file is the same in every run.
    chance = random.Random(20)
    blocks, start = ["WEBVTT - made for a test", "STYLE\n::cue { color: lime }"], 0
    for at, sentence in enumerate(sentences(200)):
        start += chance.randrange(0, 5000)
        end = start + chance.randrange(1, 9000)
        words = sentence.split()
        words.insert(chance.randrange(len(words)), chance.choice(["<i>really</i>", "<c.red>so</c>", "really"]))
        words[2] += chance.choice([" ", "\n"]) + words.pop(3)
        name = chance.choice([f"cue {at}\n", f"{at}\n", ""])
        settings = chance.choice(["", " align:start", " line:90% size:50%"])
        blocks.append(f"{name}{stamp(start)} --> {stamp(end)}{settings}\n{' '.join(words)}")
        if at % 7 == 0:
            blocks.append(f"NOTE checked up to {at}")
    text = "\n\n".join(blocks) + "\n"
    document = read(text)
    assert document.defects == ()
    equal(document, webvtt_py.from_string(text))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_generated_subrip(language: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = subrip(sentences(200, language))
    path = tmp_path / "lecture.srt"
    path.write_text(text, encoding="utf-8")
    ours = [(cue.start_ms, cue.end_ms, cue.text) for cue in read(text, "lecture.en.srt").cues]
    theirs = [(milliseconds(c.start), milliseconds(c.end), c.text) for c in webvtt_py.from_srt(str(path)).captions]
    assert ours == theirs
