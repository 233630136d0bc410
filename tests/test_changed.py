"""Changed files: what git is asked, and how it is said when git cannot answer."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from auditor.changed import RevisionError, changed_since, only


def git(*arguments: str) -> None:
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(("git", *arguments), check=True, capture_output=True, env={**os.environ, **identity, **names})


def commit(**files: str) -> None:
    for name, text in files.items():
        Path(f"{name}.vtt").write_text(text, encoding="utf-8")
    git("add", "--all")
    git("commit", "--message", "work")


@pytest.fixture
def repository(here: Path) -> Path:
    git("init", "--initial-branch", "main")
    Path(".gitignore").write_text("ignored.vtt\n", encoding="utf-8")
    commit(a="a", b="b", c="c", 강의="d")
    return here


def changed(revision: str = "HEAD", root: str = ".") -> set[str]:
    return {os.path.relpath(path, os.path.realpath(".")) for path in changed_since(revision, root)}


def test_nothing_changed(repository: Path) -> None:
    assert changed() == set()


def test_committed_uncommitted_staged_and_new_files_count_deleted_and_ignored_do_not(repository: Path) -> None:
    commit(a="later")
    Path("b.vtt").write_text("edited", encoding="utf-8")
    Path("강의.vtt").write_text("staged", encoding="utf-8")
    git("add", "강의.vtt")
    Path("c.vtt").unlink()
    Path("new lecture.vtt").write_text("new", encoding="utf-8")
    Path("ignored.vtt").write_text("new", encoding="utf-8")
    assert changed("HEAD~1") == {"a.vtt", "b.vtt", "강의.vtt", "new lecture.vtt"}
    assert changed("HEAD") == {"b.vtt", "강의.vtt", "new lecture.vtt"}


def test_a_renamed_file_counts_under_its_new_name(repository: Path) -> None:
    git("mv", "a.vtt", "z.vtt")
    assert changed() == {"z.vtt"}


def test_a_changed_file_of_suppressions_counts_for_its_transcript(repository: Path) -> None:
    Path("a.vtt.auditor").write_text("file: ignore REP\n", encoding="utf-8")
    assert changed() >= {"a.vtt"}


def test_from_a_folder_the_whole_repository_is_seen(repository: Path) -> None:
    Path("b.vtt").write_text("edited", encoding="utf-8")
    Path("folder").mkdir()
    assert changed(root="folder") == {"b.vtt"}


def test_what_others_did_since_our_branch_left_is_not_ours(repository: Path) -> None:
    git("switch", "--create", "ours")
    commit(b="ours")
    git("switch", "main")
    commit(a="theirs")
    git("switch", "ours")
    assert changed("main") == {"b.vtt"}


def test_only_keeps_the_order_and_finds_files_however_they_are_named(repository: Path) -> None:
    for name in "ab":
        Path(f"{name}.vtt").write_text("edited", encoding="utf-8")
    os.symlink("a.vtt", "link.vtt")
    git("add", "link.vtt")
    git("commit", "--message", "link", "--", "link.vtt")
    paths = ["./b.vtt", "c.vtt", "link.vtt", str(repository / "a.vtt")]
    assert only(paths, changed_since("HEAD")) == ["./b.vtt", "link.vtt", str(repository / "a.vtt")]


@pytest.mark.parametrize("revision", ["no-such-branch", "--output=stolen", "", "HEAD:a.vtt"])
def test_a_revision_git_does_not_know_is_an_error_that_names_it(repository: Path, revision: str) -> None:
    with pytest.raises(RevisionError, match=f"git knows no revision '{revision}'; name a branch"):
        changed_since(revision)
    assert not Path("stolen").exists()


def test_unrelated_histories_are_an_error(repository: Path) -> None:
    git("switch", "--orphan", "other")
    git("commit", "--allow-empty", "--message", "other")
    with pytest.raises(RevisionError, match="'main' shares no history"):
        changed_since("main")


def test_outside_of_a_repository_it_says_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(here.parent))
    with pytest.raises(RevisionError, match="changed files cannot be told: not a git repository"):
        changed_since("HEAD")


def test_without_git_it_says_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    with pytest.raises(RevisionError, match="git cannot be run"):
        changed_since("HEAD")
