"""The files of a corpus as they were added: kept once, opened again, deleted with documents."""

import sqlite3
from contextlib import closing

import pytest

from index import BadSetting, Corpus, NamedFile, OriginalNotKept, UnknownDocument, backup, restore

TEXT = b"Apples are red.\r\nPears are gr\xfcn."


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "fruit.txt"
    path.write_bytes(TEXT)
    return path


def kept(corpus: Corpus) -> list[int]:
    with closing(sqlite3.connect(corpus.folder / "corpus.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT bytes FROM original")]


def test_a_file_is_given_back_as_it_was_though_it_has_changed_since(corpus, file, tmp_path):
    document = corpus.add([file])[0].document
    file.unlink()

    written = corpus.original("fruit.txt", tmp_path / "again.txt")

    assert written.read_bytes() == TEXT
    assert document.original
    assert corpus.original(document.id, tmp_path).name == "fruit.txt"


def test_a_large_file_is_kept_whole(corpus, tmp_path):
    data = b"<p>Apples are red.</p><!-- " + b"0123456789" * 260_000 + b" -->"
    (tmp_path / "long.html").write_bytes(data)
    corpus.add([tmp_path / "long.html"])

    assert corpus.original("long.html", tmp_path / "again").read_bytes() == data
    assert kept(corpus) == [len(data)]


def test_files_that_are_the_same_are_kept_once_and_as_long_as_one_is_there(corpus, file, tmp_path):
    (tmp_path / "copy.txt").write_bytes(TEXT)
    one, other = corpus.add([file, tmp_path / "copy.txt"])
    assert kept(corpus) == [len(TEXT)]

    corpus.remove([one.document.id])
    assert kept(corpus) == [len(TEXT)]
    corpus.remove([other.document.id])
    assert kept(corpus) == []


def test_what_is_replaced_is_not_kept_any_longer(corpus, file):
    corpus.add([file])
    file.write_text("Plums are blue.")
    corpus.add([file])

    assert kept(corpus) == [15]


def test_files_are_not_kept_where_that_is_not_wanted_and_those_kept_are_deleted(
    corpus, file, tmp_path
):
    corpus.add([file])
    corpus.keep_originals(False)
    assert (kept(corpus), corpus.keeps_originals) == ([], False)
    (tmp_path / "more.txt").write_text("Plums are blue.")
    corpus.add([tmp_path / "more.txt"])
    assert kept(corpus) == []
    with pytest.raises(OriginalNotKept, match=r"only its text.*told to keep none"):
        corpus.original("more.txt", tmp_path / "x")

    corpus.keep_originals(True)
    corpus.add([tmp_path / "more.txt"])  # unchanged, but its file isn't kept yet
    assert kept(corpus) == [15]


def test_a_text_that_was_pasted_has_no_file(corpus, tmp_path):
    document = corpus.add_text("Apples are red.", name="memo").document

    with pytest.raises(OriginalNotKept):
        corpus.original(document.id, tmp_path / "x")
    with pytest.raises(UnknownDocument):
        corpus.original(99, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_nothing_is_overwritten_and_no_name_leads_out_of_the_folder(corpus, file, tmp_path):
    named = NamedFile(file, "up", "../../fruit.txt")
    document = corpus.add([named])[0].document
    folder = tmp_path / "out" / "in"
    folder.mkdir(parents=True)

    assert corpus.original(document.id, folder).parent == folder
    with pytest.raises(BadSetting, match="is there already"):
        corpus.original(document.id, file)
    assert file.read_bytes() == TEXT


def test_a_backup_holds_the_files(corpus, file, tmp_path, encoder):
    corpus.add([file])
    backup(corpus.folder, tmp_path / "a.verbatim")
    restore(tmp_path / "a.verbatim", tmp_path / "again")

    with Corpus(tmp_path / "again", encoder=encoder) as again:
        assert again.original("fruit.txt", tmp_path / "x").read_bytes() == TEXT


def test_a_kept_file_that_changed_on_the_disk_is_named_and_forgotten(corpus, file, tmp_path):
    corpus.add([file])
    with closing(sqlite3.connect(corpus.folder / "corpus.sqlite3")) as database:
        database.execute("UPDATE original_part SET data = x'00'")
        database.commit()

    assert [problem.part for problem in corpus.check()] == ["original"]
    assert corpus.repair() == []
    with pytest.raises(OriginalNotKept):
        corpus.original("fruit.txt", tmp_path / "x")
    corpus.add([file])
    assert corpus.original("fruit.txt", tmp_path / "x").read_bytes() == TEXT
