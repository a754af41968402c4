"""What a corpus on Milvus is told, remembers and refuses."""

import sys

import pymilvus
import pytest

from index import BadSetting, Corpus, EngineMismatch, EngineUnavailable
from index.errors import CorpusDamaged
from tests.index.milvus.state import meta
from tests.index.searching import TEXT, found


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
