"""Mining a corpus: planted phrases come out, and what people say in lectures and dialogues does not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from auditor import config
from auditor.api import audit
from auditor.config_file import load
from auditor.mine import Candidate, Kind, Mined, Settings, Transcripts, mine, recording, score
from auditor.mine_file import configuration, table
from auditor.model import Document, Source
from auditor.parse import parse
from auditor.storage import discover
from tests.transcripts import sentences, stamp

Placed = tuple[str, int, int]
"""A text, how long it is shown, and how long the silence before it is (ms)."""

_PER_LECTURE = 12


def speech(lecture: int, language: str = "en", per_lecture: int = _PER_LECTURE) -> list[Placed]:
    """The cues of a lecture without a fault; no two lectures say the same."""
    said = sentences((lecture + 1) * per_lecture, language)[lecture * per_lecture :]
    return [(text, 3700 + 13 * at, 40) for at, text in enumerate(said)]


def webvtt(cues: Sequence[Placed]) -> bytes:
    now, blocks = 300, ["WEBVTT\n"]
    for text, shown, silence in cues:
        start = now + silence
        now = start + shown
        blocks.append(f"{stamp(start)} --> {stamp(now)}\n{text}\n")
    return "\n".join(blocks).encode()


def read(path: str, cues: Sequence[Placed]) -> Document:
    return parse(Source(path, webvtt(cues)))


def with_cue(cues: list[Placed], at: int, cue: Placed, silence_behind: int = 40) -> list[Placed]:
    text, shown, _ = cues[at]
    return [*cues[:at], cue, (text, shown, silence_behind), *cues[at + 1 :]]


def found(mined: Mined) -> dict[str, Candidate]:
    return {candidate.text: candidate for candidate in mined.candidates}


def korean(lecture: int, tail: str = "") -> list[Placed]:
    cues = speech(lecture, "ko")
    text, shown, silence = cues[5]
    return [*cues[:5], (f"{text.rstrip('.')} {tail}".strip(), shown, silence), *cues[6:]]


def test_a_phrase_that_fills_holes_of_many_lectures_is_a_phantom() -> None:
    phrase = ("Brought to you by the harbour channel", 2000, 9000)
    corpus = [read(f"{at}.en.vtt", with_cue(speech(at), 3 + at % 5, phrase, 4000)) for at in range(5)]
    candidate = found(mine(corpus))["Brought to you by the harbour channel"]
    assert (candidate.kind, candidate.files, candidate.languages) == (Kind.PHANTOM, 5, ("en",))
    assert (candidate.evidence.in_silence, candidate.evidence.out_of_place, candidate.evidence.occurrences) == (5, 5, 5)
    first = candidate.examples[0]
    assert (first.path, first.cue, first.text) == ("0.en.vtt", 4, phrase[0])
    assert webvtt(with_cue(speech(0), 3, phrase, 4000)).decode().split("\n")[first.line - 1] == phrase[0]


@pytest.mark.parametrize(
    "cue",
    [("Captions made at the pottery desk", 300, 40), ("Captions made at the pottery desk", 14_000, 40)],
    ids=["too fast to say", "held far too long"],
)
def test_a_time_that_does_not_fit_the_words_is_out_of_place(cue: Placed) -> None:
    corpus = [read(f"{at}.en.vtt", with_cue(speech(at), 4, cue)) for at in range(4)]
    candidate = found(mine(corpus))[cue[0]]
    assert candidate.evidence.odd_speed == candidate.evidence.out_of_place == 4


def test_what_people_say_in_dialogues_and_lectures_is_no_candidate() -> None:
    corpus = []
    for at in range(8):
        cues: list[Placed] = [("Welcome back.", 1500, 6000), *speech(at), ("Thank you.", 1100, 300)]
        for place in (2, 5, 8):
            cues = with_cue(cues, place, ("Okay.", 700, 250))
        # One answer of many comes after a pause, as answers do.
        cues = with_cue(cues, 10, ("Okay.", 700, 7000), 1500) if at < 3 else cues
        corpus.append(read(f"{at}.en.vtt", cues))
    assert mine(corpus).candidates == ()


def test_what_follows_a_pause_and_goes_on_is_speech() -> None:
    corpus = [read(f"{at}.en.vtt", with_cue(speech(at), 6, ("There we go.", 1200, 12_000))) for at in range(5)]
    assert mine(corpus).candidates == ()


def test_an_archive_in_which_every_short_cue_stands_alone_has_no_phantoms() -> None:
    corpus = []
    for at in range(6):
        cues = speech(at)
        said = [text.split(",")[0].split()[:4] for text, _, _ in cues]
        lone: list[Placed] = [(" ".join(words), 1800, 8000) for words in said]
        corpus.append(read(f"{at}.en.vtt", [*lone, ("All right then", 1500, 8000), *lone[:3]]))
    assert "All right then" not in found(mine(corpus))


def test_a_phrase_in_the_flow_of_speech_speaks_for_itself() -> None:
    phrase = "as you can see"
    corpus = []
    for at in range(6):
        cues: list[Placed] = [(f"{phrase} {text[0].lower()}{text[1:]}", *times) for text, *times in speech(at)]  # type: ignore[misc]
        corpus.append(read(f"{at}.en.vtt", with_cue(cues, 4, (phrase, 1500, 9000), 4000) if at < 3 else cues))
    assert phrase not in found(mine(corpus))


def test_one_lecture_in_many_files_proves_nothing() -> None:
    phrase = ("Brought to you by the harbour channel", 2000, 9000)
    versions = ("talk/en.vtt", "talk/en_US.vtt", "talk/en_GB.vtt", "talk/fr.vtt")
    same = [read(path, with_cue(speech(at), 4, phrase, 4000)) for at, path in enumerate(versions)]
    assert mine(same).candidates == ()
    copied = [read(f"copy{at}/talk.en.vtt", with_cue(speech(0), 4, phrase, 4000)) for at in range(4)]
    result = mine(copied)
    assert (result.candidates, result.files) == ((), 1)


@pytest.mark.parametrize(
    "paths",
    [
        ("talks/12/ko_KR.srt", "talks/12/en_US.srt", "talks/12/ja.vtt"),
        ("ko/12.vtt", "en/12.vtt"),
        ("a/12.ko.vtt", "a/12.en-US.vtt", "a/12_ja_JP.srt"),
    ],
)
def test_the_tracks_of_a_recording_are_one(paths: tuple[str, ...]) -> None:
    assert len({recording(path) for path in paths}) == 1


def test_different_recordings_stay_different() -> None:
    assert len({recording(path) for path in ("a/1.ko.vtt", "a/2.ko.vtt", "b/1.ko.vtt")}) == 3


def test_stray_english_in_korean_tracks_is_found_and_terms_are_not() -> None:
    corpus = []
    for at in range(5):
        cues = korean(at, "get it get it" if at % 2 else "Get it")
        text, shown, silence = cues[8]
        corpus.append(read(f"{at}.ko.vtt", [*cues[:8], (f"GPT 모델과 Python으로 {text}", shown, silence), *cues[9:]]))
    (candidate,) = mine(corpus).candidates
    assert (candidate.text.lower(), candidate.kind, candidate.files) == ("get it", Kind.FRAGMENT, 5)
    assert (candidate.evidence.occurrences, candidate.evidence.behind_sentence) == (5, 5)


def test_a_korean_noun_left_alone_behind_finished_sentences_is_found_and_interjections_are_not() -> None:
    corpus = []
    for at in range(10):
        cues = with_cue(korean(at, ("비트", "비트 비트", "네", "하지만", "좋아요")[at % 5]), 9, ("네", 600, 200))
        text, shown, silence = cues[2]
        # A term that ends a cue in the middle of its sentence is no noun left alone.
        corpus.append(
            read(f"{at}.ko.vtt", [*cues[:2], (f"{text.rstrip('.')} 그리고 그 가마", shown, silence), *cues[3:]])
        )
    (candidate,) = mine(corpus).candidates
    assert (candidate.text, candidate.kind, candidate.files) == ("비트", Kind.MISTRANSLATION, 4)
    assert candidate.evidence.behind_sentence == candidate.evidence.occurrences == 4


def test_a_language_course_quotes_the_other_language_without_being_flagged() -> None:
    corpus = []
    for at in range(5):
        english = [(f"We will get it at the harbour before {at * 9 + n} o'clock today.", 3000, 100) for n in range(9)]
        cues = [cue for pair in zip(speech(at, "ko"), english, strict=False) for cue in pair]
        corpus.append(read(f"{at}.ko.vtt", [*cues, ("Get it", 900, 100)]))
    assert mine(corpus).candidates == ()


def test_japanese_phantoms_are_found_without_spaces_between_words() -> None:
    said = ["窯の温度をゆっくり上げます", "釉薬は薄く塗ってください", "土は一晩寝かせておきます", "作品は棚に並べます"]
    corpus = []
    for at in range(4):
        cues: list[Placed] = [(f"{at * 5 + n}番目に、{text}。", 3500, 60) for n, text in enumerate(said * 2)]
        corpus.append(read(f"{at}.ja.vtt", with_cue(cues, 3, ("港のチャンネル登録はこちら", 2000, 9000), 3000)))
    (candidate,) = mine(corpus).candidates
    assert (candidate.text, candidate.languages) == ("港のチャンネル登録はこちら", ("ja",))


def test_better_evidence_ranks_higher() -> None:
    assert score(30, 30, 0.0) > score(5, 5, 0.0) > score(5, 10, 0.0) > score(5, 10, 0.1) > score(1, 60, 0.1) == 0
    # Wilson's lower end of 3 in 3, one-sided at 95 %: 3 / (3 + 1.645**2).
    assert score(3, 3, 0.0) == pytest.approx(100 * 3 / (3 + 1.645**2))
    strong, weak = ("Brought to you by the harbour channel", 2000, 9000), ("See the pottery desk for more", 2000, 9000)
    corpus = []
    for at in range(8):
        cues = with_cue(speech(at), 3, strong, 4000)
        corpus.append(read(f"{at}.en.vtt", with_cue(cues, 8, weak, 4000) if at < 4 else cues))
    assert [candidate.text for candidate in mine(corpus).candidates] == [strong[0], weak[0]]


def test_how_many_recordings_it_takes_is_the_users_choice() -> None:
    phrase = ("Brought to you by the harbour channel", 2000, 9000)
    corpus = [read(f"{at}.en.vtt", with_cue(speech(at), 4, phrase, 4000)) for at in range(2)]
    assert mine(corpus).candidates == ()
    assert list(found(mine(corpus, Settings(files=2)))) == [phrase[0]]


def test_what_recurs_survives_when_rare_phrases_must_be_forgotten() -> None:
    phrase = ("Brought to you by the harbour channel", 2000, 9000)
    corpus = []
    for at in range(6):
        rare: list[Placed] = [(f"Remark {at * 10 + n}", 900, 100) for n in range(10)]
        corpus.append(read(f"{at}.en.vtt", [*with_cue(speech(at), 4, phrase, 4000), *rare]))
    assert list(found(mine(corpus, most_pending=30))) == [phrase[0]]


def test_an_iterator_is_refused_because_it_can_be_read_only_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        mine(iter([read("a.en.vtt", speech(0))]))


def corpus_on_disk(folder: Path) -> list[str]:
    phrase = ("Brought to you by the harbour channel", 2000, 9000)
    for at in range(4):
        lecture = folder / f"lecture{at}"
        lecture.mkdir()
        (lecture / "en_US.vtt").write_bytes(webvtt(with_cue(speech(at), 4, phrase, 4000)))
        (lecture / "ko_KR.vtt").write_bytes(webvtt(korean(at, "비트")))
        thanks = ("시청해주셔서 감사합니다", 2000, 9000)
        (lecture / "ko_KR.part2.vtt").write_bytes(webvtt(with_cue(korean(at + 7, "Put me"), 3, thanks, 4000)))
    return discover([str(folder)])


def test_the_next_audit_reads_the_file_and_flags_what_was_mined(tmp_path: Path) -> None:
    paths = corpus_on_disk(tmp_path)
    select = ["PHR501", "TXT607"]
    before = audit(paths, select=select)
    assert not any("harbour" in f.text or f.rule == "TXT607" for file in before.files for f in file.findings)

    mined = mine(Transcripts(paths))
    written = tmp_path / "auditor.toml"
    written.write_text(configuration(mined), encoding="utf-8")
    after = audit(paths, load(written), select=select)

    flagged = [(f.rule, f.text) for file in after.files for f in file.findings]
    assert flagged.count(("PHR501", "Brought to you by the harbour channel")) == 4
    assert flagged.count(("TXT607", "비트")) == 4
    assert flagged.count(("TXT607", "Put me")) == 4


def test_a_long_phrase_never_in_place_is_reported_inside_other_text_too(tmp_path: Path) -> None:
    phrase = ("Brought to you by the harbour channel", 2000, 9000)
    corpus = [read(f"{at}.en.vtt", with_cue(speech(at), 4, phrase, 4000)) for at in range(6)]
    written = tmp_path / "auditor.toml"
    written.write_text(configuration(mine(corpus)), encoding="utf-8")
    inside = tmp_path / "next.en.vtt"
    inside.write_bytes(webvtt([*speech(7), (f"And now we glaze. {phrase[0]}.", 4000, 50)]))
    (file,) = audit([str(inside)], load(written), select=["PHR501"]).files
    assert [finding.text for finding in file.findings] == [phrase[0]]


def test_what_the_audit_knows_already_is_shown_but_not_written(tmp_path: Path) -> None:
    mined = mine(Transcripts(corpus_on_disk(tmp_path)))
    assert found(mined)["시청해주셔서 감사합니다"].known
    assert "시청해주셔서" not in configuration(mined)
    assert "known to PHR501" in table(mined, width=200)


def test_each_line_of_the_file_says_how_often_and_where(tmp_path: Path) -> None:
    text = configuration(mine(Transcripts(corpus_on_disk(tmp_path))))
    (line,) = [line for line in text.splitlines() if line.startswith('"비트"')]
    assert "4 of 4 out of place, 4 files" in line
    assert "lecture0/ko_KR.vtt:" in line


def test_a_term_that_would_spoil_other_tracks_is_left_to_a_person() -> None:
    corpus = [read(f"{at}.ko.vtt", korean(at, "Put me")) for at in range(4)]
    corpus.append(read("talk.en.vtt", [*speech(0), ("They put me in the harbour office.", 3000, 50)]))
    text = configuration(mine(corpus))
    assert '# "Put me" = ""' in text
    assert "in tracks of its own script: 1" in text


def test_a_word_mostly_in_place_is_left_to_a_person() -> None:
    corpus = []
    for at in range(6):
        cues = korean(at, "비트")
        text, shown, silence = cues[8]
        said = [(f"여기에서 32 비트 {n} 번째 값을 {text}", shown, silence) for n in range(3)]
        corpus.append(read(f"{at}.ko.vtt", [*cues[:8], *said, *cues[9:]]))
    text = configuration(mine(corpus))
    assert '# "비트" = ""' in text
    assert "in place: 18" in text


def test_the_file_is_valid_whatever_a_phrase_or_path_holds(tmp_path: Path) -> None:
    phrase = ('A "quoted" \\ *harbour* channel', 2000, 9000)
    corpus = [read(f"odd\x07\n{at}/talk.en.vtt", with_cue(speech(at), 4, phrase, 4000)) for at in range(4)]
    written = tmp_path / "auditor.toml"
    written.write_text(configuration(mine(corpus)), encoding="utf-8")
    assert load(written).rules["PHR501"]["suspects"] == ['A "quoted" \\ channel']


def test_nothing_found_makes_an_empty_configuration(tmp_path: Path) -> None:
    mined = mine([read("a.en.vtt", speech(0))])
    written = tmp_path / "auditor.toml"
    written.write_text(configuration(mined), encoding="utf-8")
    assert load(written) == config.Config()
    assert table(mined) == "0 candidates in 1 transcripts with 12 cues\n"


def test_a_file_that_cannot_be_opened_is_told_and_does_not_stop_the_others(tmp_path: Path) -> None:
    paths = [*corpus_on_disk(tmp_path), str(tmp_path / "gone.vtt")]
    mined = mine(Transcripts(paths))
    assert len(mined.unread) == 1
    assert mined.unread[0].endswith("gone.vtt: cannot be read: No such file or directory")
    assert mined.files == 12


def test_progress_is_told_for_each_file_of_both_passes(tmp_path: Path) -> None:
    told: list[int] = []
    paths = corpus_on_disk(tmp_path)
    mine(Transcripts(paths), progress=lambda: told.append(1))
    assert len(told) == 2 * len(paths)
