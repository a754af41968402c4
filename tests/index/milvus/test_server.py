"""A Milvus server that is not there, goes and comes back, moves, or has lost a collection."""

import logging

import pytest

from index import EngineUnavailable
from index.search.milvus.server import MilvusServer
from tests.index.milvus.state import meta
from tests.index.searching import TEXT, found


def test_a_server_that_is_not_there_is_named_and_nothing_else_is_logged(
    make, tmp_path, impatient, caplog, capfd
):
    with (
        caplog.at_level(logging.WARNING),
        pytest.raises(EngineUnavailable, match=r"http://127.0.0.1:9 can't be reached.*Start it"),
    ):
        make(uri="http://127.0.0.1:9")

    assert not (tmp_path / "corpus").exists()
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


def test_a_server_that_moved_is_found_where_it_is_now(make, own_milvus, milvus, impatient):
    corpus = make(uri=own_milvus.uri)
    corpus.add_text(TEXT, name="a")
    corpus.close()
    own_milvus.stop()
    with pytest.raises(EngineUnavailable, match=r"127\.0\.0\.1:9 can't be reached"):
        make(uri="http://127.0.0.1:9")
    assert meta(corpus, "milvus_uri") == own_milvus.uri

    corpus = make(uri=milvus.uri)

    assert meta(corpus, "milvus_uri") == milvus.uri
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
