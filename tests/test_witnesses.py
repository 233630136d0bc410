from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from auditor.api import read
from auditor.decoding import ConfigurationError
from auditor.entries import Paths
from auditor.model import Witnesses
from auditor.witnesses import doubts, pair, read_witness, with_witnesses
from tests.transcripts import sentences, webvtt

Writer = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    def write(name: str, text: str = "WEBVTT\n") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize(
    ("transcript", "reference"),
    [
        ("talks/7/google.vtt", "refs/7/google.txt"),
        ("talks/7/google.vtt", "refs/7.txt"),
        ("talks/7/google.vtt", "refs/7/reference.txt"),
        ("lecture.vtt", "refs/lecture.srt"),
        ("lecture.ko.vtt", "refs/lecture.txt"),
        ("lecture.vtt", "refs/lecture.ko.vtt"),
    ],
)
def test_a_reference_is_found_by_name(write: Writer, tmp_path: Path, transcript: str, reference: str) -> None:
    path, expected = write(transcript), write(reference)
    pairing = pair([path], reference=str(tmp_path / "refs"))
    assert pairing.of[path].reference == expected
    assert not pairing.warnings


def test_what_is_left_over_on_either_side_is_named(write: Writer, tmp_path: Path) -> None:
    one, two = write("a.vtt"), write("b.vtt")
    write("refs/a.txt")
    write("refs/c.txt")
    pairing = pair([one, two], reference=str(tmp_path / "refs"))
    assert list(pairing.of) == [one]
    assert any("b.vtt: no reference found" in warning for warning in pairing.warnings)
    assert any("c.txt: no audited transcript" in warning for warning in pairing.warnings)


def test_nothing_is_guessed_between_two_candidates(write: Writer, tmp_path: Path) -> None:
    path = write("a.vtt")
    write("refs/x/a.txt")
    write("refs/y/a.txt")
    pairing = pair([path], reference=str(tmp_path / "refs"))
    assert not pairing.of
    assert "2 files could be its reference" in pairing.warnings[0]


def test_a_mapping_pairs_any_names(write: Writer) -> None:
    path = write("in/a.vtt")
    expected = write("map/said.txt", "hello")
    mapping = write("map/pairs.tsv", "# transcript\treference\nin/a.vtt\tsaid.txt\nin/gone.vtt\tsaid.txt\n")
    pairing = pair([path], reference=mapping)
    assert pairing.of[path].reference == expected
    assert any("'in/gone.vtt' is none of the audited transcripts" in warning for warning in pairing.warnings)


def test_one_reference_for_many_transcripts_is_refused(write: Writer) -> None:
    said = write("said.txt", "hello")
    one, two = write("a.vtt"), write("b.vtt")
    assert pair([one], reference=said).of[one].reference == said
    with pytest.raises(ConfigurationError, match="one reference for 2 transcripts"):
        pair([one, two], reference=said)


def test_what_does_not_exist_is_refused(write: Writer) -> None:
    path = write("a.vtt")
    with pytest.raises(ConfigurationError, match="no such file or folder"):
        pair([path], hypothesis="nowhere")
    with pytest.raises(ConfigurationError, match="neither a file nor a language tag"):
        pair([path], source_track="nowhere.vtt")
    with pytest.raises(ConfigurationError, match="expected 'transcript<TAB>witness'"):
        pair([path], reference=write("bad.tsv", "only one column\n"))
    with pytest.raises(ConfigurationError, match=r"pairs.csv: neither a transcript nor a mapping \(.tsv or .json\)"):
        pair([path], reference=write("pairs.csv", "a.vtt,said.txt\n"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("heard.json", '{"text": "hello", "segments": [{"id": 0, "start": 0.0, "end": 1.5, "text": " hello"}]}'),
        ("heard.tsv", "start\tend\ttext\n0\t1500\thello\n"),
    ],
)
def test_the_output_of_a_recogniser_is_no_mapping(write: Writer, name: str, text: str) -> None:
    path, heard = write("a.vtt"), write(name, text)
    assert pair([path], hypothesis=heard).of[path].hypothesis == heard
    assert [cue.text for cue in read_witness(heard).cues] == ["hello"]


@pytest.mark.parametrize(
    ("transcript", "source"),
    [("7/ko_KR.srt", "7/en_US.srt"), ("x.ko.vtt", "x.en.vtt"), ("x_ko.vtt", "x_en.vtt"), ("x.ko.vtt", "x.en-GB.vtt")],
)
def test_the_source_track_lies_beside_the_transcript(write: Writer, transcript: str, source: str) -> None:
    path, expected = write(transcript), write(source)
    write("x.ja.vtt")
    write("y.en.vtt")
    pairing = pair([path, expected], source_track="en")
    assert pairing.of == {path: Paths(source=expected)}  # the source track itself needs none
    assert not pairing.warnings


def test_a_missing_source_track_is_named(write: Writer) -> None:
    path = write("x.ko.vtt")
    assert "x.ko.vtt: no source track 'en' beside it" in pair([path], source_track="en").warnings[0]


def test_a_plain_text_is_one_cue_that_lasts_no_time(write: Writer) -> None:
    said = "This is the first line of the talk.\nAnd this is the second one."
    document = read_witness(write("said.txt", f"{said}\n"))
    (cue,) = document.cues
    assert (cue.start_ms, cue.end_ms, cue.text) == (0, 0, said)
    assert document.language.tag == "en"


def test_good_witnesses_raise_no_doubt(write: Writer) -> None:
    document = read(write("x.ko.vtt", webvtt(sentences(30, "ko"))))
    witnessed, warnings = with_witnesses(
        document,
        Paths(
            reference=write("said.txt", " ".join(sentences(30, "ko"))), source=write("x.en.vtt", webvtt(sentences(30)))
        ),
    )
    assert not warnings
    assert witnessed.witnesses.source is not None
    assert witnessed.witnesses.reference is not None


def test_bad_witnesses_are_named_with_their_transcript(write: Writer) -> None:
    korean = read(write("x.ko.vtt", webvtt(sentences(30, "ko"))))
    english = read(write("x.en.vtt", webvtt(sentences(30))))
    other = read(write("z.ko.vtt", webvtt(["고래는 바다에서 숨을 쉬러 올라옵니다"] * 60, start_ms=900_000)))
    (wrong_language,) = doubts(replace(korean, witnesses=Witnesses(reference=english)))
    assert "x.ko.vtt" in wrong_language
    assert "x.en.vtt is in another language" in wrong_language
    (other_lecture,) = doubts(replace(korean, witnesses=Witnesses(reference=other)))
    assert "z.ko.vtt seems to be of other speech" in other_lecture
    same, apart = doubts(replace(korean, witnesses=Witnesses(source=other)))
    assert "in the same language (ko)" in same
    assert "shares only 0% of the caption time" in apart


SAID = [
    "GPT runs on 12 GPUs.",
    "Then Docker builds 30 images.",
    "Redis keeps 45 keys on Linux.",
    "Kafka has 7 topics.",
]
TRANSLATED = [
    "GPT는 GPU 12개로 돌아요",
    "Docker가 이미지 30개를 만들죠",
    "Linux의 Redis는 키 45개예요",
    "Kafka는 토픽이 7개죠",
]


def test_a_source_track_of_another_lecture_is_named_though_its_times_agree(write: Writer) -> None:
    korean = read(write("x.ko.vtt", webvtt(TRANSLATED)))
    right = read(write("x.en.vtt", webvtt(SAID)))
    assert not doubts(replace(korean, witnesses=Witnesses(source=right)))
    kiln = ["Now the glaze has to dry.", "It takes 9 days.", "The kiln is hot.", "Bye."]
    # The same talk in another order is not its source either.
    for name, said in (("z.en.vtt", kiln), ("y.en.vtt", [*SAID[2:], *SAID[:2]])):
        other = read(write(name, webvtt(said)))
        (doubt,) = doubts(replace(korean, witnesses=Witnesses(source=other)))
        assert re.fullmatch(rf".*x\.ko\.vtt: the source track .*{name} seems to be of other speech: .*", doubt)


def test_fragments_nobody_said_do_not_make_another_lecture_of_the_source_track(write: Writer) -> None:
    noisy = read(write("x.ko.vtt", webvtt([f"{text} get it put it up" for text in TRANSLATED])))
    right = read(write("x.en.vtt", webvtt(SAID)))
    assert not doubts(replace(noisy, witnesses=Witnesses(source=right)))


def test_a_source_track_without_times_is_named(write: Writer) -> None:
    korean = read(write("x.ko.vtt", webvtt(TRANSLATED)))
    plain = read_witness(write("x.en.txt", " ".join(SAID)))
    (doubt,) = doubts(replace(korean, witnesses=Witnesses(source=plain)))
    assert doubt.endswith("x.en.txt has no times")
    assert doubt.split(": ")[0].endswith("x.ko.vtt")


def test_an_unreadable_or_empty_witness_is_left_out_and_named(write: Writer, tmp_path: Path) -> None:
    document = read(write("x.en.vtt", webvtt(sentences(5))))
    witnessed, warnings = with_witnesses(
        document, Paths(reference=str(tmp_path / "gone.txt"), hypothesis=write("empty.txt", "\n"))
    )
    assert witnessed.witnesses == Witnesses()
    assert any("gone.txt cannot be read" in warning for warning in warnings)
    assert any("empty.txt holds no text" in warning for warning in warnings)
