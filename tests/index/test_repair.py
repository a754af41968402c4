"""What is damaged is made anew from what is left; backups; corpora of earlier formats."""

import shutil
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from index import DENSE, BadSetting, Corpus, CorpusError, Feedback, UserError, backup, restore
from tests.index import searching

FORMATS = sorted((Path(__file__).parents[1] / "golden" / "corpora").glob("*.sql"))
TEXT = "Apples are red. Pears are green.\n\nPlums are blue."


def change(corpus, *statements) -> None:
    with closing(sqlite3.connect(corpus.folder / "corpus.sqlite3")) as database:
        for statement in statements:
            database.execute(*((statement,) if isinstance(statement, str) else statement))
        database.commit()


def parts(problems) -> set[str]:
    return {problem.part for problem in problems}


found = partial(searching.found, limit=1)


def verdict(key: str) -> Feedback:
    return Feedback(key, "2026-01-01T00:00Z", "q", "q", "up", None, ())


def test_a_vector_that_changed_is_noticed_and_made_again(corpus, encoder):
    corpus.add_text(TEXT, name="a")
    corpus.add_text("Pears are green. Nuts are brown.", name="shares a sentence with it")
    with corpus.snapshot() as state:
        before = [hit.dense for hit in state.search("pears are green", limit=5)]
    turned = (-encoder.encode_query("Pears are green.")).astype("<f4").tobytes()
    change(corpus, ("UPDATE vector SET embedding = ? WHERE id = 2", (turned,)))
    with Corpus(corpus.folder, encoder=encoder) as again:
        assert parts(again.check()) == {"vectors"}
        assert again.repair() == []

        with again.snapshot() as state:
            assert [hit.dense for hit in state.search("pears are green", limit=5)] == before
        assert [document.sentences for document in again.documents()] == [3, 2]


def test_vectors_that_nothing_uses_are_deleted(corpus):
    corpus.add_text(TEXT, name="a")
    change(corpus, "INSERT INTO vector (text_hash, embedding) VALUES ('left over', x'00')")

    assert corpus.repair() == []

    with closing(sqlite3.connect(corpus.folder / "corpus.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM vector").fetchone() == (3,)


def test_nobody_is_answered_from_a_vector_that_changed(corpus, encoder):
    corpus.add_text(TEXT, name="a")
    ones = np.ones(64, "<f4").tobytes()
    change(corpus, ("UPDATE vector SET embedding = ? WHERE id = 1", (ones,)))
    for file in ("dense.faiss", "dense.json"):
        (corpus.folder / file).unlink()

    with (
        Corpus(corpus.folder, encoder=encoder) as again,
        pytest.raises(CorpusError, match="verbatim verify --repair"),
    ):
        found(again, "apples")


def test_sentences_out_of_place_are_cut_again_from_the_text(corpus):
    corpus.add_text(TEXT, name="a", title="On fruit")
    change(corpus, "UPDATE sentence SET start_at = start_at + 1 WHERE number = 2")

    assert parts(corpus.check()) == {"document"}
    assert corpus.repair() == []
    assert found(corpus, "pears") == ["Pears are green."]
    assert [document.title for document in corpus.documents()] == ["On fruit"]


def test_a_text_that_changed_is_read_again_from_its_file(corpus, tmp_path):
    (tmp_path / "fruit.txt").write_text(TEXT)
    corpus.add([tmp_path / "fruit.txt"])
    change(corpus, "UPDATE text_part SET text = replace(text, 'red', 'tan')")

    assert parts(corpus.check()) == {"document"}
    assert corpus.repair() == []
    assert found(corpus, "apples") == ["Apples are red."]


def test_what_cannot_be_mended_is_named_and_the_rest_is_mended(corpus):
    corpus.add_text(TEXT, name="lost")
    corpus.add_text("Nuts are brown. Figs are sweet.", name="kept")
    change(
        corpus,
        "UPDATE text_part SET text = replace(text, 'red', 'tan') WHERE document_id = "
        "(SELECT id FROM document WHERE name = 'lost')",
        "UPDATE sentence SET start_at = start_at + 1 WHERE document_id = 2 AND number = 2",
    )

    left = corpus.repair()

    assert {problem.document for problem in left} == {1}
    assert "lost (document 1): its text is not the one that was stored" in left[0].message
    assert found(corpus, "figs") == ["Figs are sweet."]
    corpus.remove(["lost"])
    assert corpus.check() == []


def test_a_backup_holds_what_was_committed_and_is_restored_whole(corpus, tmp_path, encoder):
    corpus.add_text(TEXT, name="a", title="On fruit")
    corpus.add_feedback(verdict("k"))
    size = backup(corpus.folder, tmp_path / "b.verbatim")
    corpus.add_text("Nuts are brown.", name="later")

    restore(tmp_path / "b.verbatim", tmp_path / "again")

    assert (tmp_path / "b.verbatim").stat().st_size == size
    with Corpus(tmp_path / "again", encoder=encoder) as again:
        assert [document.title for document in again.documents()] == ["On fruit"]
        assert again.check() == []
        assert found(again, "pears") == ["Pears are green."]
        assert len(again.feedback()) == 1
    assert not list(tmp_path.glob("*.new"))


def test_nothing_is_overwritten_by_a_backup_or_by_restoring_one(corpus, tmp_path):
    corpus.add_text(TEXT, name="a")
    (tmp_path / "there").write_text("mine")

    with pytest.raises(BadSetting, match="already exists"):
        backup(corpus.folder, tmp_path / "there")
    (tmp_path / "good.new").write_text("mine")
    with pytest.raises(BadSetting, match="already exists"):
        backup(corpus.folder, tmp_path / "good")
    assert (tmp_path / "good.new").read_text() == "mine"
    (tmp_path / "good.new").unlink()
    backup(corpus.folder, tmp_path / "good")
    with pytest.raises(BadSetting, match="already exists"):
        restore(tmp_path / "good", corpus.folder)
    assert (tmp_path / "there").read_text() == "mine"


@pytest.mark.parametrize("damage", ["missing", "empty", "cut short", "something else"])
def test_a_backup_that_is_none_is_refused_and_leaves_nothing(corpus, tmp_path, damage):
    corpus.add_text(TEXT * 100, name="a")
    file = tmp_path / "file"
    backup(corpus.folder, file)
    content = file.read_bytes()
    contents = {"empty": b"", "cut short": content[:-5000], "something else": b"Hello" * 999}
    file.unlink() if damage == "missing" else file.write_bytes(contents[damage])

    with pytest.raises((CorpusError, UserError), match="file"):
        restore(file, tmp_path / "again")
    assert not (tmp_path / "again" / "corpus.sqlite3").exists()


def test_a_backup_of_what_is_no_corpus_says_so(tmp_path):
    with pytest.raises(CorpusError, match="no corpus"):
        backup(tmp_path, tmp_path / "b")


@pytest.mark.parametrize("dump", FORMATS, ids=lambda path: path.stem)
def test_a_corpus_of_an_earlier_format_opens_with_all_it_held(dump, tmp_path, make_encoder):
    with closing(sqlite3.connect(tmp_path / "corpus.sqlite3")) as database:
        database.executescript(dump.read_text(encoding="utf-8"))

    with Corpus(tmp_path, encoder=make_encoder(dimension=16)) as corpus:
        assert corpus.check() == []
        assert [document.title for document in corpus.documents()] == ["On fruit"]
        assert found(corpus, "pears are yellow") == ["Pears are yellow."]
        assert len(corpus.feedback()) == (0 if dump.stem == "format-1" else 1)
        corpus.add_text("Nuts are brown.", name="new")
        assert found(corpus, "nuts") == ["Nuts are brown."]


def test_every_earlier_format_is_kept_to_be_tried():
    from index.store.migrations import MIGRATIONS

    assert [path.stem for path in FORMATS] == [
        f"format-{number}" for number in range(1, len(MIGRATIONS))
    ]


def test_nothing_left_of_an_earlier_corpus_is_taken_for_the_restored_ones(
    corpus, tmp_path, encoder
):
    corpus.add_text(TEXT, name="a")
    backup(corpus.folder, tmp_path / "a.verbatim")
    folder = tmp_path / "again"
    restore(tmp_path / "a.verbatim", folder)
    with Corpus(folder, encoder=encoder) as left:
        left.add_text("Ships are slow. Nuts are hard.", name="b")
        shutil.copytree(folder, tmp_path / "killed")  # its last changes are in the WAL file only
    killed = tmp_path / "killed"
    assert (killed / "corpus.sqlite3-wal").stat().st_size
    (killed / "corpus.sqlite3").unlink()

    restore(tmp_path / "a.verbatim", killed)

    with Corpus(killed, encoder=encoder) as restored:
        assert [document.name for document in restored.documents()] == ["a"]
        restored.add_text("Trains are fast. Planes are faster.", name="c")
        assert found(restored, "trains fast", weights=DENSE) == ["Trains are fast."]
        assert restored.check() == []


def test_a_database_that_was_put_back_by_hand_is_not_searched_with_the_later_index(
    corpus, tmp_path, encoder
):
    corpus.add_text(TEXT, name="a")
    backup(corpus.folder, tmp_path / "earlier")
    corpus.add_text("Ships are slow. Nuts are hard.", name="b")
    corpus.close()
    for path in corpus.folder.glob("corpus.sqlite3*"):
        path.unlink()
    shutil.copy(tmp_path / "earlier", corpus.folder / "corpus.sqlite3")

    with Corpus(corpus.folder, encoder=encoder) as again:
        again.add_text("Trains are fast. Planes are faster.", name="c")

        assert found(again, "trains fast", weights=DENSE) == ["Trains are fast."]


def test_a_backup_is_finished_however_often_the_corpus_changes(corpus, tmp_path, monkeypatch):
    corpus.add_text(TEXT, name="a")
    steps = []

    class Changing(sqlite3.Connection):
        def backup(self, target, **settings) -> None:
            super().backup(target, progress=self.change, **settings)

        def change(self, *_: int) -> None:
            assert len(steps) < 1000, "it begins anew after each change"
            steps.append(corpus.add_feedback(verdict(f"{len(steps)}")))

    connect = sqlite3.connect
    monkeypatch.setattr("index.store.copies._PAGES", 1)
    monkeypatch.setattr("index.store.copies.sqlite3.connect", partial(connect, factory=Changing))

    backup(corpus.folder, tmp_path / "copy")

    assert len(steps) > 5


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC])
def test_a_backup_that_its_disk_refuses_is_not_taken_for_a_damaged_corpus(
    corpus, tmp_path, monkeypatch, code
):
    def refuse(_):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr("index.store.copies._check", refuse)

    with pytest.raises(BadSetting, match=r"its disk refuses it .* the corpus is as it was"):
        backup(corpus.folder, tmp_path / "a.verbatim")
    assert not (tmp_path / "a.verbatim").exists()


def test_of_a_large_corpus_it_is_said_what_its_new_format_takes(tmp_path, monkeypatch, caplog):
    dump = FORMATS[-1].read_text(encoding="utf-8")
    for large in (True, False):
        monkeypatch.setattr("index.store.upgrade._LARGE", 0 if large else 10**9)
        folder = tmp_path / str(large)
        folder.mkdir()
        with closing(sqlite3.connect(folder / "corpus.sqlite3")) as database:
            database.executescript(dump)
        caplog.clear()
        Corpus(folder).close()
        step = f"from format {len(FORMATS)} to format {len(FORMATS) + 1}"
        assert (f"brought {step}: up to a minute" in caplog.text) == large
