"""No two corpora share a collection, whatever was copied."""

import shutil
import sqlite3

import pytest

from index import Corpus, EngineUnavailable, backup, restore
from tests.index.milvus.state import meta
from tests.index.searching import TEXT, found


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
