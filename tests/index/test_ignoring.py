"""What ignore files leave out, as ripgrep and git have it."""

import os
from pathlib import Path

import pytest

from index import Corpus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    for name in ("a.txt", "b.txt", "drafts/c.txt", "drafts/keep.txt", "deep/er/d.txt", "deep/e.md"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(f"This is {name}.")
    return made


def taken(corpus: Corpus, *paths: Path) -> set[str]:
    outcomes = corpus.add(paths)
    assert all(one.reason for one in outcomes if one.cause == "ignored")
    return {Path(one.source).name for one in outcomes if one.document and one.status != "gone"}


@pytest.mark.parametrize("name", [".gitignore", ".verbatimignore"])
def test_an_ignore_file_leaves_out_what_it_names(corpus, folder, name):
    (folder / name).write_text("# not these\n/b.txt\ndrafts/\n*.md\n")

    assert taken(corpus, folder) == {"a.txt", "d.txt"}


def test_the_deeper_file_and_the_later_line_decide(corpus, folder):
    (folder / ".gitignore").write_text("*.txt\n!a.txt\n")
    (folder / "deep" / ".gitignore").write_text("!d.txt\n")
    (folder / "drafts" / ".gitignore").write_text("*\n!keep.txt\n")

    assert taken(corpus, folder) == {"a.txt", "d.txt", "e.md", "keep.txt"}


def test_nothing_is_taken_back_from_a_folder_that_is_left_out(corpus, folder):
    (folder / ".gitignore").write_text("drafts/\n!drafts/keep.txt\n")

    assert "keep.txt" not in taken(corpus, folder)


def test_verbatims_own_file_counts_before_gits(corpus, folder):
    (folder / ".gitignore").write_text("*.txt\n")
    (folder / ".verbatimignore").write_text("!a.txt\n!c.txt\n*.md\n")

    assert taken(corpus, folder) == {"a.txt", "c.txt"}


def test_files_of_the_folders_above_count_gits_only_inside_a_repository(corpus, folder):
    (folder.parent / ".gitignore").write_text("a.txt\n")
    (folder.parent / ".verbatimignore").write_text("b.txt\n")
    assert {"a.txt", "b.txt"} & taken(corpus, folder) == {"a.txt"}
    (folder.parent / ".git" / "info").mkdir(parents=True)
    (folder.parent / ".git" / "info" / "exclude").write_text("d.txt\n")

    assert taken(corpus, folder) == {"c.txt", "keep.txt", "e.md"}


def test_a_repository_inside_another_one_has_rules_of_its_own(corpus, folder):
    (folder / ".gitignore").write_text("d.txt\n")
    (folder / "deep" / ".git").mkdir()

    assert "d.txt" in taken(corpus, folder)


def test_what_is_named_is_taken_though_it_is_left_out(corpus, folder):
    (folder / ".gitignore").write_text("drafts/\na.txt\n")
    (folder / ".git").mkdir()

    assert taken(corpus, folder / "drafts", folder / "a.txt") == {"a.txt", "c.txt", "keep.txt"}
    assert corpus.sync().changes == ()


def test_what_is_left_out_later_goes_and_comes_back_with_the_rule(corpus, folder):
    corpus.add([folder])
    (folder / ".verbatimignore").write_text("drafts\n")

    gone = corpus.sync().changes

    assert {(Path(one.source).name, one.status) for one in gone} == {
        ("c.txt", "removed"),
        ("keep.txt", "removed"),
    }
    assert all(".verbatimignore" in one.reason for one in gone)
    (folder / ".verbatimignore").unlink()
    assert {one.status for one in corpus.sync().changes} == {"added"}


def test_lines_that_mean_nothing_are_passed_over_as_git_does(corpus, folder):
    lines = ["[", "[z-a]", "\\", "!", "/", "   ", "a\0.txt", "[[:space:]]", "\ufeff", "b.txt"]
    (folder / ".gitignore").write_text("\r\n".join(lines))

    assert {"a.txt", "b.txt"} & taken(corpus, folder) == {"a.txt"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [("x*a*b*c*d*\n", "too many stars"), ("a\n" * 1001, "first 1,000"), ("#" * 200_000, "bytes")],
)
def test_what_would_take_too_long_is_told_and_not_followed(corpus, folder, text, reason):
    (folder / ".gitignore").write_text(text)

    outcomes = {Path(one.source).name: one for one in corpus.add([folder])}

    assert outcomes["a.txt"].status == "added"
    assert outcomes[".gitignore"].status == "failed"
    assert reason in outcomes[".gitignore"].reason


def test_an_ignore_file_that_is_a_pipe_is_not_waited_for(corpus, folder):
    os.mkfifo(folder / ".gitignore")

    assert "a.txt" in taken(corpus, folder)
