"""Which files a run finds, in what order, and that one bad file never stops the others."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from auditor.config import Config, ruleset
from auditor.entries import Entry
from auditor.model import Audit, FileAudit, Language
from auditor.run import Job, audit_files, audit_paths, processes
from auditor.storage import NotFoundError, discover
from tests.transcripts import garbled, moments, sentences, webvtt

CLEAN = webvtt(sentences(8))


class Deadly(Job, frozen=True):
    """A job that one file kills, as one too large for the memory would."""

    def all(self, items: Sequence[str | Entry]) -> list[FileAudit]:
        if "3.en.vtt" in items:
            os.kill(os.getpid(), signal.SIGKILL)
        return Job.all(self, items)


def make(here: Path, *names: str) -> None:
    for name in names:
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CLEAN, encoding="utf-8")


def found(*paths: str) -> list[str]:
    return [path.replace(os.sep, "/") for path in discover(paths)]


def audit(*paths: str, jobs: int = 1, progress: Callable[[FileAudit], None] | None = None) -> Audit:
    return audit_paths(Job(ruleset(Config())), discover(paths), jobs, progress)


def test_folders_are_searched_for_transcripts_in_order(here: Path) -> None:
    make(here, "b/2.vtt", "b/1.SRT", "a/x.srt", "a/deep/er/y.vtt", "notes.txt", "a/readme.md", "c/z.VTT")
    assert found(".") == ["./a/x.srt", "./a/deep/er/y.vtt", "./b/1.SRT", "./b/2.vtt", "./c/z.VTT"]
    assert found("b", "a") == ["b/1.SRT", "b/2.vtt", "a/x.srt", "a/deep/er/y.vtt"]


def test_hidden_folders_and_files_are_skipped(here: Path) -> None:
    make(here, ".git/x.vtt", "a/.cache/x.vtt", "a/.hidden.vtt", "a/shown.vtt")
    assert found(".") == ["./a/shown.vtt"]


def test_a_hidden_folder_that_is_named_is_searched(here: Path) -> None:
    make(here, ".drafts/x.vtt")
    assert found(".drafts") == [".drafts/x.vtt"]


def test_globs_are_expanded(here: Path) -> None:
    make(here, "a/1.vtt", "a/2.srt", "a/b/3.vtt", "c/4.vtt")
    assert found("a/*.vtt") == ["a/1.vtt"]
    assert found("**/*.vtt") == ["a/1.vtt", "a/b/3.vtt", "c/4.vtt"]
    assert found("[ac]") == ["a/1.vtt", "a/2.srt", "a/b/3.vtt", "c/4.vtt"]


def test_a_file_whose_name_looks_like_a_glob_is_taken_as_it_is(here: Path) -> None:
    make(here, "part[1].vtt")
    assert found("part[1].vtt") == ["part[1].vtt"]


def test_a_named_file_is_taken_whatever_its_ending(here: Path) -> None:
    make(here, "captions.txt")
    assert found("captions.txt") == ["captions.txt"]


def test_every_file_comes_once(here: Path) -> None:
    make(here, "a/1.vtt", "a/2.vtt")
    assert found("a/2.vtt", "a", "a/*.vtt", "a/") == ["a/2.vtt", "a/1.vtt"]


def test_every_file_comes_once_however_it_is_spelt(here: Path) -> None:
    make(here, "a/1.vtt")
    assert len(found("a/1.vtt", "./a/1.vtt", "a/../a/1.vtt", str(here / "a" / "1.vtt"))) == 1


@pytest.mark.parametrize("path", ["missing.vtt", "missing/", "missing/lecture.vtt"])
def test_a_path_that_leads_nowhere_is_named(here: Path, path: str) -> None:
    with pytest.raises(NotFoundError, match="no such file or folder") as error:
        discover([path])
    assert path in str(error.value)


def test_a_folder_without_transcripts_gives_nothing(here: Path) -> None:
    (here / "empty").mkdir()
    assert found("empty") == []


def test_a_glob_that_matches_nothing_gives_nothing(here: Path) -> None:
    assert found("*.vtt") == []


def test_paths_are_reported_with_slashes_and_without_a_leading_dot(here: Path) -> None:
    make(here, "a/1.vtt")
    assert [file.path for file in audit(".").files] == ["a/1.vtt"]
    assert [file.path for file in audit(str(here / "a")).files] == [(here / "a" / "1.vtt").as_posix()]


def test_files_that_cannot_be_read_are_findings_and_the_others_go_on(here: Path) -> None:
    make(here, "1.en.vtt", "5.en.vtt")
    (here / "2.en.vtt").symlink_to("nowhere.vtt")
    (here / "3.en.vtt").write_bytes(b"")
    (here / "4.en.vtt").write_bytes(bytes(range(256)) * 8)
    audited = audit("1.en.vtt", "2.en.vtt", "3.en.vtt", "4.en.vtt", "5.en.vtt")
    rules = [[finding.rule for finding in file.findings] for file in audited.files]
    assert rules == [[], ["FMT001"], ["FMT001"], ["FMT001"], []]
    assert [file.scores.overall for file in audited.files] == [100, 0, 0, 0, 100]
    assert audited.tally.files == 5
    assert audited.tally.findings[0] == 3


def test_a_named_pipe_is_not_waited_for(here: Path) -> None:
    os.mkfifo(here / "pipe.vtt")
    (file,) = audit("pipe.vtt").files
    assert [finding.rule for finding in file.findings] == ["FMT001"]
    assert "not a regular file" in file.findings[0].message


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_a_file_without_permission_is_a_finding(here: Path) -> None:
    make(here, "locked.vtt")
    (here / "locked.vtt").chmod(0)
    (file,) = audit("locked.vtt").files
    assert "cannot be read" in file.findings[0].message


def test_a_file_too_large_for_a_transcript_is_not_read(here: Path) -> None:
    with (here / "film.vtt").open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    (audited,) = audit("film.vtt").files
    assert [finding.rule for finding in audited.findings] == ["FMT001"]
    assert "314,572,800 bytes" in audited.findings[0].message


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="file names are text there")
def test_a_file_name_that_is_no_utf8_is_audited(here: Path) -> None:
    with open(os.fsencode(here) + b"/\xb0\xad\xc0\xc7.en.vtt", "wb") as file:
        file.write(CLEAN.encode())
    (audited,) = audit(".").files
    assert audited.findings == ()
    assert audited.path.endswith(".en.vtt")


def test_two_processes_give_what_one_gives_in_the_same_order(here: Path) -> None:
    for number in range(9):
        text = webvtt(garbled(sentences(12 + number), 5)) if number % 2 else webvtt(sentences(20, "ko"))
        (here / f"{number}.{'en' if number % 2 else 'ko'}.vtt").write_text(text, encoding="utf-8")
    (here / "broken.vtt").write_bytes(b"")
    assert audit(".", jobs=2) == audit(".", jobs=1)


def test_progress_hears_of_every_file_in_order(here: Path) -> None:
    make(here, "1.vtt", "2.vtt", "3.vtt")
    heard: list[str] = []
    audit(".", progress=lambda file: heard.append(file.path))
    assert heard == ["1.vtt", "2.vtt", "3.vtt"]


def test_the_sums_are_over_all_files(here: Path) -> None:
    make(here, "1.en.vtt", "2.en.vtt")
    audited = audit(".")
    assert (audited.tally.files, audited.tally.cues, audited.tally.duration_ms) == (2, 16, 2 * moments(8)[-1])
    assert audited.profile == "default"


def test_a_language_that_is_given_holds_for_every_file(here: Path) -> None:
    make(here, "1.ko.vtt", "2.vtt")
    audited = audit_paths(Job(ruleset(Config()), Language("en", "option")), discover(["."]))
    assert {(file.language.tag, file.language.how) for file in audited.files} == {("en", "option")}


def test_little_text_is_not_worth_a_second_process(here: Path) -> None:
    make(here, "1.vtt", "2.vtt", "3.vtt")
    paths = ["1.vtt", "2.vtt", "3.vtt"]
    assert processes(None, paths) == 1
    assert processes(2, paths) == 2
    assert processes(8, paths) == 3
    assert processes(1, paths * 100) == 1
    assert processes(4, []) == 1


def test_a_file_whose_process_dies_is_a_finding_and_the_others_go_on(here: Path) -> None:
    make(here, *(f"{number}.en.vtt" for number in range(8)))
    audited = list(audit_files(Deadly(ruleset(Config())), [f"{number}.en.vtt" for number in range(8)], 2))
    assert [[finding.rule for finding in file.findings] for file in audited] == [[]] * 3 + [["FMT001"]] + [[]] * 4
    assert audited[3].path == "3.en.vtt"
    assert "died" in audited[3].findings[0].message
