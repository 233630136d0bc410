from __future__ import annotations

from auditor.facts.alignment import is_timed, shared_time, track
from auditor.model import Document, Source
from auditor.parse import parse
from tests.transcripts import sentences, webvtt


def document(*cues: tuple[int, int, str]) -> Document:
    text = "WEBVTT\n\n" + "\n".join(f"00:{start:02}.000 --> 00:{end:02}.000\n{said}\n" for start, end, said in cues)
    return parse(Source("a.en.vtt", text.encode()))


def test_cues_of_a_time_come_with_their_neighbours() -> None:
    cues = track(document(*((at, at + 1, f"cue {at}") for at in range(0, 10, 2))))
    assert [cue.text for cue in cues.between(4000, 5000)] == ["cue 4"]
    assert [cue.text for cue in cues.between(4000, 5000, 1)] == ["cue 2", "cue 4", "cue 6"]
    assert [cue.text for cue in cues.between(5000, 6000)] == []
    assert [cue.text for cue in cues.between(5000, 6000, 1)] == ["cue 4", "cue 6"]


def test_a_long_cue_under_short_ones_is_found() -> None:
    cues = track(document((0, 20, "long"), (2, 3, "short"), (15, 16, "late")))
    assert "long" in [cue.text for cue in cues.between(10_000, 11_000)]
    assert cues.covered_ms(2_000, 16_000) == 14_000


def test_shared_time_tells_tracks_of_one_recording_from_others() -> None:
    one = parse(Source("a.en.vtt", webvtt(sentences(20)).encode()))
    same = parse(Source("a.ko.vtt", webvtt(sentences(20, "ko")).encode()))
    later = parse(Source("b.en.vtt", webvtt(sentences(20), start_ms=500_000).encode()))
    assert shared_time(one, same) == 1.0
    assert shared_time(one, later) == 0.0
    assert is_timed(one)
