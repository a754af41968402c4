"""A corpus and its backup are their owner's alone, whatever the umask is."""

import os

import pytest

from index import Corpus, backup, restore

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")


@pytest.fixture(autouse=True)
def generous_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder):
    paths = [folder, *folder.rglob("*")]
    return [str(path) for path in paths if path.lstat().st_mode & 0o077]


def test_a_new_corpus_is_private_from_the_beginning_and_after_changes(tmp_path, encoder):
    folder = tmp_path / "deep" / "corpus"
    with Corpus(folder, create=True, encoder=encoder) as corpus:
        assert open_to_others(folder) == []
        corpus.add_text("Apples are red. Pears are green.", name="memo")
        corpus.load()
        assert open_to_others(folder) == []
        corpus.remove(["memo"])
    assert {"corpus.sqlite3", "dense.faiss", "lexical"} <= {path.name for path in folder.iterdir()}
    assert open_to_others(folder) == []


def test_a_backup_and_what_is_restored_from_it_are_private(tmp_path, corpus):
    corpus.add_text("Apples are red.", name="memo")
    backup(corpus.folder, tmp_path / "copy.backup")
    restore(tmp_path / "copy.backup", tmp_path / "restored")

    assert (tmp_path / "copy.backup").stat().st_mode & 0o777 == 0o600
    assert open_to_others(tmp_path / "restored") == []


def test_an_earlier_corpus_is_made_private_when_it_is_changed(corpus):
    corpus.add_text("Apples are red.", name="memo")
    for path in (corpus.folder, *corpus.folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)

    corpus.add_text("Pears are green.", name="other")

    assert open_to_others(corpus.folder) == []


def test_a_folder_with_other_things_in_it_keeps_its_rights(tmp_path, encoder):
    folder = tmp_path / "project"
    folder.mkdir(0o755)
    (folder / "index.html").touch(0o644)
    with Corpus(folder, create=True, encoder=encoder) as corpus:
        corpus.add_text("Apples are red.", name="memo")

    theirs = {str(folder), str(folder / "index.html")}
    assert set(open_to_others(folder)) == theirs
