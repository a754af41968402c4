"""What fails is said as what it is, undoes nothing that was done, and leaves nothing behind."""

import errno
import logging
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from index import BadSetting, Corpus, CorpusError, NamedText, backup, restore
from index.errors import CorpusLocked, CorpusNotFound, EngineUnavailable, ModelUnavailable
from index.store.files import replacing
from index.store.migrations import MIGRATIONS
from tests.index.milvus.state import meta
from tests.index.searching import TEXT, found

ROOT = Path(__file__).parents[2]
NOWHERE = "http://127.0.0.1:1"


class Unloadable:
    """An encoder that must not be used."""

    name, precision, dimension = "toy", "fp32", 64

    def encode_query(self, text: str) -> None:
        raise ModelUnavailable("The model was loaded.")

    encode_documents = encode_query


def is_free(folder: Path) -> bool:
    lock = FileLock(folder / "write.lock", is_singleton=False)
    try:
        lock.acquire(timeout=0)
    except TimeoutError:
        return False
    lock.release()
    return True


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


# -- whose error it is


@pytest.mark.parametrize(
    "error",
    [
        BrokenPipeError(errno.EPIPE, "Broken pipe"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError("of no number"),
        sqlite3.OperationalError("of the caller's own database"),
        KeyboardInterrupt(),
    ],
    ids=repr,
)
@pytest.mark.parametrize("of", ["progress", "texts", "encoder"])
def test_an_error_of_the_callers_own_code_comes_out_as_it_was(corpus, encoder, error, of):
    def fail(*_: object) -> None:
        raise error

    def texts():
        yield NamedText("a", TEXT)
        if of == "texts":
            fail()

    if of == "encoder":
        encoder.encode_documents = fail
    with pytest.raises(type(error)) as caught:
        corpus.add_texts(texts(), fail if of == "progress" else None)

    assert caught.value is error
    assert corpus.check() == []


@pytest.mark.parametrize(
    "place",
    ["index.store.store.Store.put", "index.search.local.lexical.LexicalWriter.add", "os.fsync"],
)
def test_a_full_disk_of_the_corpus_is_said_so(corpus, monkeypatch, place):
    corpus.add_text(TEXT, name="a")
    with monkeypatch.context() as patch:
        patch.setattr(place, full)
        with pytest.raises(CorpusError, match=r"can't be written.*Make room on its disk") as caught:
            corpus.add_text("Plums are blue.", name="b")

    assert str(corpus.folder) in str(caught.value)
    assert found(corpus, "apples")[0] == "Apples are red."
    assert corpus.check() == []


def test_a_database_that_another_process_holds_is_not_a_full_disk(corpus, monkeypatch):
    corpus.add_text(TEXT, name="a")
    corpus._store.connection.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(corpus.folder / "corpus.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CorpusLocked, match="Another process"):
            corpus.remove(["a"])


# -- a change that is made is not reported as failed


@pytest.mark.parametrize(
    "place",
    [
        "index.search.local.local_engine.LocalWriter.finish",
        "index.search.local.local_engine.LocalEngine.save",
        "index.search.local.dense.DenseIndex.save",
        "index.search.local.lexical_files.LexicalFiles.drop_leftovers",
    ],
)
def test_what_fails_after_the_commit_is_a_warning(corpus, monkeypatch, caplog, place):
    corpus.add_text(TEXT, name="a")
    corpus.add_text("Figs are sweet.", name="b")
    calls = []
    if place.endswith("drop_leftovers"):  # while the index of words is being closed
        place = "index.search.local.lexical_files.LexicalFiles.record"
        record = corpus._engine._lexical._files.record

    def fail(*_: object) -> None:
        calls.append(1)
        if place.endswith("record") and len(calls) < 3:
            return record()
        return full()

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(place, fail)
        assert corpus.remove(["a"]) == [1]

    assert calls
    assert "No space left on device" in caplog.text
    assert found(corpus, "apples figs") == ["Figs are sweet."]
    assert corpus.check() == []
    assert corpus.add_text("Plums are blue.", name="c").status == "added"
    assert corpus.check() == []


def test_documents_that_are_stored_are_reported_though_the_index_cannot_be_saved(
    corpus, monkeypatch, caplog
):
    with monkeypatch.context() as patch:
        patch.setattr("index.search.local.dense.DenseIndex.save", full)
        assert corpus.add_text(TEXT, name="a").status == "added"

    assert "are stored" in caplog.text
    assert found(corpus, "apples")[0] == "Apples are red."


def test_documents_are_removed_without_the_model(tmp_path, encoder):
    with Corpus(tmp_path, create=True, encoder=encoder) as corpus:
        corpus.add_texts([NamedText("a", TEXT), NamedText("b", "Figs are sweet.")])
    with Corpus(tmp_path, encoder=Unloadable()) as corpus:
        assert corpus.remove(["a"]) == [1]
    with Corpus(tmp_path, encoder=encoder) as corpus:
        assert found(corpus, "apples figs") == ["Figs are sweet."]
        assert corpus.check() == []


# -- the lock


def test_others_may_write_while_the_model_and_ray_load(tmp_path, make_encoder, monkeypatch):
    free = []

    class Slow(make_encoder):
        def encode_query(self, text):
            free.append(is_free(tmp_path / "corpus"))
            return super().encode_query(text)

    @contextmanager
    def connecting(_, encoder):
        free.append(is_free(tmp_path / "corpus"))
        yield encoder

    monkeypatch.setattr("index.changing.adding.encoding_on", connecting)
    with Corpus(tmp_path / "corpus", create=True, encoder=Slow()) as corpus:
        corpus.add_text(TEXT, name="a")

    assert free
    assert all(free)


# -- settings that are refused


def test_a_setting_that_is_refused_leaves_nothing_behind(tmp_path):
    folder = tmp_path / "deep" / "corpus"
    for error, settings in (
        (BadSetting, {"precision": "int4"}),
        (BadSetting, {"model": "another", "precision": "int8"}),
        (ModelUnavailable, {"model": str(tmp_path / "no-model")}),
        (BadSetting, {"engine": "milvus"}),
        (EngineUnavailable, {"engine": "milvus", "milvus_uri": NOWHERE}),
    ):
        with pytest.raises(error):
            Corpus(folder, create=True, **settings)
        assert not folder.parent.exists(), settings


def test_a_model_that_cannot_be_loaded_does_not_become_that_of_an_empty_corpus(
    tmp_path, encoder, monkeypatch
):
    def broken(*_: object, **__: object) -> None:
        raise ModelUnavailable("onnxruntime can't be loaded.")

    monkeypatch.setattr("index.encoding.e5.network.open_onnx", broken)
    monkeypatch.setattr("index.encoding.corpus_model._shared", {})  # what another test has loaded
    with Corpus(tmp_path, create=True) as corpus, pytest.raises(ModelUnavailable):
        corpus.add_text(TEXT, name="a")
    with pytest.raises(ModelUnavailable, match="there is no such folder"):
        Corpus(tmp_path, model=str(tmp_path / "no-model"))

    with Corpus(tmp_path, encoder=encoder) as corpus:
        assert corpus.add_text(TEXT, name="a").status == "added"
        assert meta(corpus, "model") == "toy"


def test_a_server_that_does_not_answer_is_not_remembered(corpus, encoder):
    corpus.close()

    with pytest.raises(EngineUnavailable):
        Corpus(corpus.folder, encoder=encoder, engine="milvus", milvus_uri=NOWHERE)

    with Corpus(corpus.folder, encoder=encoder) as again:
        assert again.add_text(TEXT, name="a").status == "added"
        assert again._store.meta("engine") in (None, "faiss")


# -- a full disk in a migration


def test_a_full_disk_in_a_migration_is_said_with_the_room_needed_and_nothing_is_lost(
    corpus, encoder, monkeypatch
):
    corpus.add_text(TEXT, name="a")
    corpus.close()

    def step(connection: sqlite3.Connection, *, room: int = 3) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + room}")
        connection.execute("CREATE TABLE later (content BLOB)")
        connection.execute("INSERT INTO later VALUES (zeroblob(1000000))")

    with monkeypatch.context() as patch:
        patch.setattr("index.store.upgrade.MIGRATIONS", (*MIGRATIONS, step))
        with pytest.raises(CorpusError, match=r"no room.*about [\d.]+ MB free.*nothing is lost"):
            Corpus(corpus.folder, encoder=encoder)

    with Corpus(corpus.folder, encoder=encoder) as before:
        assert found(before, "apples")[0] == "Apples are red."
    patched = (*MIGRATIONS, lambda connection: step(connection, room=1000))
    monkeypatch.setattr("index.store.upgrade.MIGRATIONS", patched)
    with Corpus(corpus.folder, encoder=encoder) as after:
        assert after.check() == []
        assert found(after, "apples")[0] == "Apples are red."


# -- backups


KILLED = """
import os, sys
from index import backup
from index.store import copies
copies._check = lambda _: os.kill(os.getpid(), 9)
backup(sys.argv[1], sys.argv[2])
"""


@pytest.mark.slow
def test_what_a_killed_backup_left_does_not_hinder_the_next(corpus, tmp_path, encoder):
    corpus.add_text(TEXT, name="a")
    target = tmp_path / "copies" / "a.verbatim"
    target.parent.mkdir()
    for _ in range(2):
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, corpus.folder, target], cwd=ROOT, check=False
        )
        assert killed.returncode == -9
        assert target.with_name("a.verbatim.new").exists()

    backup(corpus.folder, target)

    assert list(target.parent.iterdir()) == [target]
    restore(target, tmp_path / "again")
    with Corpus(tmp_path / "again", encoder=encoder) as again:
        assert again.check() == []


def test_a_backup_that_is_being_written_is_left_alone(corpus, tmp_path):
    corpus.add_text(TEXT, name="a")
    (tmp_path / "b.new").write_text("half of it")
    with (
        FileLock(tmp_path / "b.new.lock", is_singleton=False),
        pytest.raises(BadSetting, match="being written"),
    ):
        backup(corpus.folder, tmp_path / "b")

    assert (tmp_path / "b.new").read_text() == "half of it"


# -- a corpus that goes away


def everything(corpus: Corpus) -> list:
    return [
        corpus.documents,
        corpus.feedback,
        corpus.check,
        corpus.load,
        lambda: found(corpus, "apples"),
        lambda: corpus.add_text("Figs.", name="b"),
        lambda: corpus.remove(["a"]),
    ]


def test_a_corpus_that_is_moved_while_it_is_open_is_named(corpus, tmp_path):
    corpus.add_text(TEXT, name="a")
    shutil.move(corpus.folder, tmp_path / "moved")

    for use in everything(corpus):
        with pytest.raises(CorpusNotFound, match="moved, deleted or replaced") as caught:
            use()
        assert str(corpus.folder) in str(caught.value)
    assert not corpus.folder.exists(), "nothing is made where it was"

    shutil.move(tmp_path / "moved", corpus.folder)
    assert found(corpus, "apples")[0] == "Apples are red."
    assert corpus.add_text("Figs are sweet.", name="b").status == "added"


def test_a_corpus_put_in_the_place_of_an_open_one_is_neither_read_nor_changed_for_it(
    corpus, tmp_path, encoder
):
    corpus.add_text(TEXT, name="a")
    backup(corpus.folder, tmp_path / "copy")
    shutil.rmtree(corpus.folder)
    restore(tmp_path / "copy", corpus.folder)

    for use in everything(corpus):
        with pytest.raises(CorpusNotFound, match="replaced"):
            use()
    with Corpus(corpus.folder, encoder=encoder) as other:
        assert other.check() == []
        assert found(other, "apples")[0] == "Apples are red."


def test_a_lost_index_of_words_is_said_so_and_made_anew(corpus, encoder):
    corpus.add_text(TEXT, name="a")
    shutil.rmtree(corpus.folder / "lexical")

    with pytest.raises(CorpusError, match=r"lexical was removed.*Open it again"):
        found(corpus, "apples")

    with Corpus(corpus.folder, encoder=encoder) as again:
        assert found(again, "apples")[0] == "Apples are red."


# -- files


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such call")
def test_a_file_that_took_its_place_keeps_it_after_a_loss_of_power(tmp_path, monkeypatch):
    synced = []
    sync = os.fsync

    def noting(file: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file"
        synced.append((kind, (tmp_path / "a").exists()))
        sync(file)

    monkeypatch.setattr("os.fsync", noting)
    with replacing(tmp_path / "a") as aside:
        aside.write_text("new")

    assert synced == [("file", False), ("folder", True)]


def test_a_file_system_that_cannot_sync_folders_is_no_error(tmp_path, monkeypatch):
    sync = os.fsync

    def refusing(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(file)

    monkeypatch.setattr("os.fsync", refusing)
    with replacing(tmp_path / "a") as aside:
        aside.write_text("new")

    assert (tmp_path / "a").read_text() == "new"
