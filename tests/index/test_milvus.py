"""What is particular to Milvus: a server that goes and comes back, crashes, copies, settings."""

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pymilvus
import pytest

from index import (
    BadSetting,
    Corpus,
    EngineMismatch,
    EngineUnavailable,
    NamedText,
    backup,
    restore,
)
from index.engines import milvus as engine
from index.engines.milvus_server import MilvusServer
from index.errors import CorpusDamaged
from index.store import Store
from tests.index.searching import TEXT, found


@pytest.fixture
def make(tmp_path: Path, encoder, milvus):
    """Opens corpora on the server all tests share."""
    opened = []

    def make(name: str = "corpus", uri: str = milvus.uri) -> Corpus:
        corpus = Corpus(
            tmp_path / name, create=True, encoder=encoder, engine="milvus", milvus_uri=uri
        )
        opened.append(corpus)
        return corpus

    yield make
    for corpus in opened:
        corpus.close()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("index.engines.milvus_server._PATIENCE", 0.3)


def meta(corpus: Corpus, key: str) -> str:
    with sqlite3.connect(corpus.folder / "corpus.sqlite3") as database:
        return database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0]


def test_a_corpus_remembers_its_engine_and_where_it_is(make, encoder, tmp_path, milvus):
    make().add_text(TEXT, name="a")

    with Corpus(tmp_path / "corpus", encoder=encoder) as again:
        assert found(again, "green pears")[0] == "Pears are green."
        assert meta(again, "engine") == "milvus"
        assert meta(again, "milvus_uri") == milvus.uri
        assert not (again.folder / "lexical").exists()


def test_an_emptied_database_is_not_taken_for_a_new_corpus(make, encoder):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    corpus.close()
    for path in corpus.folder.glob("corpus.sqlite3*"):
        path.write_bytes(b"")

    with pytest.raises(CorpusDamaged, match="it is empty, but the corpus was not"):
        Corpus(corpus.folder, encoder=encoder)


def test_a_corpus_of_one_engine_is_not_opened_with_another(make, encoder, tmp_path):
    make("one").add_text(TEXT, name="a")
    with Corpus(tmp_path / "two", create=True, encoder=encoder) as corpus:
        corpus.add_text(TEXT, name="a")

    with pytest.raises(EngineMismatch, match=r"milvus.*--engine faiss"):
        Corpus(tmp_path / "one", encoder=encoder, engine="faiss")
    with pytest.raises(EngineMismatch, match=r"faiss.*--engine milvus"):
        Corpus(tmp_path / "two", encoder=encoder, milvus_uri="http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("name", "uri", "message"),
    [
        ("qdrant", None, "faiss, milvus"),
        ("milvus", None, "--milvus-uri http"),
        ("milvus", "./file.db", "not the address"),
        ("milvus", "http://host/x.db", "not the address"),
        ("milvus", "http://host:port", "not the address"),
        ("milvus", "ftp://127.0.0.1", "not the address"),
        ("milvus", "http://root:secret@127.0.0.1", "VERBATIM_MILVUS_TOKEN"),
        ("faiss", "http://127.0.0.1:19530", "leave it out"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(tmp_path, encoder, name, uri, message):
    with pytest.raises(BadSetting, match=message):
        Corpus(tmp_path, create=True, encoder=encoder, engine=name, milvus_uri=uri)


def test_a_missing_package_says_how_to_install_it(tmp_path, encoder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymilvus", None)

    with pytest.raises(EngineUnavailable, match=r"pip install .verbatim-qa\[milvus\]"):
        Corpus(
            tmp_path, create=True, encoder=encoder, engine="milvus", milvus_uri="http://127.0.0.1:1"
        )


def test_a_server_that_is_not_there_is_named_and_nothing_else_is_logged(
    make, impatient, caplog, capfd
):
    corpus = make(uri="http://127.0.0.1:9")

    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(EngineUnavailable, match=r"http://127.0.0.1:9 can't be reached.*Start it"),
    ):
        corpus.add_text(TEXT, name="a")

    assert corpus.documents() == []
    assert (caplog.text, capfd.readouterr().err) == ("", "")


def test_a_server_that_stops_and_starts_again_answers_as_before(make, own_milvus, impatient):
    corpus = make(uri=own_milvus.uri)
    corpus.add_text(TEXT, name="a")
    before = found(corpus, "green pears")

    own_milvus.stop()
    with pytest.raises(EngineUnavailable, match="can't be reached"):
        found(corpus, "green pears")
    with pytest.raises(EngineUnavailable, match="can't be reached"):
        corpus.add_text("More.", name="b")
    assert [document.name for document in corpus.documents()] == ["a"]

    own_milvus.start()
    assert found(corpus, "green pears") == before
    assert corpus.add_text("Zebras graze.", name="b").status == "added"
    assert corpus.check() == []


def test_a_server_that_moved_is_found_where_it_is_now(make, own_milvus, encoder, tmp_path):
    make(uri="http://127.0.0.1:9").close()

    corpus = make(uri=own_milvus.uri)
    corpus.add_text(TEXT, name="a")

    assert meta(corpus, "milvus_uri") == own_milvus.uri
    assert found(corpus, "green pears")[0] == "Pears are green."


def test_a_collection_that_was_lost_is_made_again(make, milvus):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    before = found(corpus, "apples")
    MilvusServer(milvus.uri).drop(meta(corpus, "milvus_collection"))

    with pytest.raises(EngineUnavailable, match="Ask again"):
        found(corpus, "apples")
    assert found(corpus, "apples") == before
    assert corpus.check() == []


@pytest.mark.parametrize("instant", ["rows", "marker", "commit"])
@pytest.mark.parametrize("change", ["add", "remove"])
def test_a_crash_between_milvus_and_the_truth_leaves_the_old_state(
    make, monkeypatch, instant, change
):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    before = found(corpus, "apples")

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    def alter() -> object:
        return corpus.remove(["a"]) if change == "remove" else corpus.add_text("Bees.", name="a")

    with monkeypatch.context() as patch:
        if instant == "rows":
            patch.setattr(engine.MilvusWriter, "_mark", crash)
        elif instant == "marker":
            patch.setattr(engine, "set_outdated", crash)
        else:
            commit = engine.MilvusWriter.commit
            patch.setattr(engine.MilvusWriter, "commit", lambda *a: crash(commit(*a)))
        with pytest.raises(KeyboardInterrupt):
            alter()

    assert found(corpus, "apples") == before
    alter()
    assert found(corpus, "bees apples") == (["Bees."] if change == "add" else [])
    assert corpus.check() == []


def rows(corpus: Corpus) -> int:
    return corpus._engine._server.count(meta(corpus, "milvus_collection"), "id > 0")


def test_removed_rows_stay_for_those_who_still_read_and_go_with_a_later_change(make, monkeypatch):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    corpus.add_text("Apples are blue.", name="a")
    assert rows(corpus) == 4
    corpus.add_text("Zebras graze.", name="b")
    assert rows(corpus) == 5
    monkeypatch.setattr(engine, "_KEPT", 0.0)
    corpus.add_text("Bees hum.", name="c")

    assert rows(corpus) == 3
    assert meta(corpus, "milvus_outdated") == "[]"
    assert corpus.check() == []


def test_what_is_missing_from_the_collection_is_named_and_mended(make):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    corpus._engine._server.delete(meta(corpus, "milvus_collection"), "id == 2")

    with Store(corpus.folder).snapshot():
        assert [part for part, _ in corpus._engine.problems()] == ["milvus"]
    assert corpus.check() == [], "as with tantivy, looking mends what can be made again"
    assert len(found(corpus, "apples pears cellars")) == 3


def test_many_changes_in_a_short_time_find_what_is_there(make, monkeypatch):
    monkeypatch.setattr(engine, "_MOST_RANGES", 40)
    corpus = make()
    for number in range(2):
        names = (f"{n}{kind}" for n in range(60) for kind in ("same", "new"))
        corpus.add_texts(
            NamedText(name, f"Fruit {number if name.endswith('new') else ''} of {name}.")
            for name in names
        )

    assert len(found(corpus, "fruit 0")) == 5
    assert all(text.startswith("Fruit 1") for text in found(corpus, "fruit 1"))
    assert rows(corpus) == 120 + 40
    assert corpus.check() == []


@pytest.mark.parametrize("how", ["backup", "copy"])
def test_a_copy_of_a_corpus_gets_a_collection_of_its_own_at_its_first_change(
    make, tmp_path, encoder, how
):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    if how == "backup":
        backup(corpus.folder, tmp_path / "file")
        restore(tmp_path / "file", tmp_path / "other")
    else:
        shutil.copytree(corpus.folder, tmp_path / "other")
    other = make("other")
    assert found(other, "apples") == found(corpus, "apples")

    corpus.add_text("Apples are blue.", name="b")
    other.add_text("Apples are green.", name="c")

    assert meta(corpus, "milvus_collection") != meta(other, "milvus_collection")
    assert "Apples are blue." in found(corpus, "apples")
    assert "Apples are green." not in found(corpus, "apples")
    assert "Apples are green." in found(other, "apples")
    assert corpus.check() == other.check() == []


def test_two_copies_that_write_at_once_do_not_mix(make, tmp_path):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    shutil.copytree(corpus.folder, tmp_path / "other")
    other = make("other")

    with corpus._engine.writing() as writer:
        other.add_text("Zebras graze.", name="b")
        writer.announce("next")
        with pytest.raises(EngineUnavailable, match="copy"):
            writer.commit("before", "next")

    corpus.add_text("Bees hum.", name="c")
    assert "Bees hum." in found(corpus, "bees")
    assert found(other, "zebras")[0] == "Zebras graze."
    assert corpus.check() == other.check() == []


def test_a_collection_of_another_model_is_not_searched(make, make_encoder, tmp_path, milvus):
    first = make("first")
    first.add_text(TEXT, name="a")
    with Corpus(
        tmp_path / "second",
        create=True,
        encoder=make_encoder("other", salt="other"),
        engine="milvus",
        milvus_uri=milvus.uri,
    ) as second:
        second.add_text(TEXT, name="a")
        stolen = meta(first, "milvus_collection")
        with sqlite3.connect(second.folder / "corpus.sqlite3") as database:
            database.execute("UPDATE meta SET value = ? WHERE key = 'milvus_collection'", [stolen])

        assert found(second, "green pears")[0] == "Pears are green."
        assert meta(second, "milvus_collection") != stolen
    assert found(first, "green pears")[0] == "Pears are green."


def test_the_token_is_sent_and_not_kept(make, monkeypatch, tmp_path):
    monkeypatch.setenv("VERBATIM_MILVUS_TOKEN", "very-secret")
    sent = []

    class Client(pymilvus.MilvusClient):
        def __init__(self, *args: object, token: str, **settings: object) -> None:
            sent.append(token)
            super().__init__(*args, token=token, **settings)

    monkeypatch.setattr("pymilvus.MilvusClient", Client)
    corpus = make()
    corpus.add_text(TEXT, name="a")
    corpus.close()

    assert set(sent) == {"very-secret"}
    for path in corpus.folder.rglob("*"):
        assert path.is_dir() or b"very-secret" not in path.read_bytes()


def test_another_process_adds_and_this_one_finds(make, milvus, tmp_path):
    corpus = make()
    corpus.add_text(TEXT, name="a")
    code = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from toy_encoder import ToyEncoder\nfrom index import Corpus\n"
        "with Corpus(sys.argv[1], encoder=ToyEncoder()) as corpus:\n"
        "    corpus.add_text('Apples are blue.', name='a')\n"
    )
    tests = Path(__file__).parent.parent
    subprocess.run(
        [sys.executable, "-c", code, corpus.folder, tests],
        check=True,
        timeout=60,
        cwd=tests.parent,
        env={**os.environ, "PYTHONPATH": str(tests.parent)},
    )

    assert found(corpus, "apples") == ["Apples are blue."]
    assert corpus.check() == []
