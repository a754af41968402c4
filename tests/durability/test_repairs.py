"""Each kind of damage that `check` can report: repaired to the end, and searched after."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from filelock import FileLock

from index import DENSE, LEXICAL, Corpus
from index.search.entries import LexicalEntry, Words
from index.search.local.lexical import LexicalIndex
from index.store.files import file_sha256
from tests.index.searching import found
from tests.toy_encoder import ToyEncoder

TEXTS = {
    "fruit.txt": "Apples are red. Pears are green.\n\nPlums are blue. Figs are sweet.",
    "trains.txt": "Trains are fast. Ships are slow. Planes are loud.",
}
SENTENCES = {
    "apples": "Apples are red.",
    "pears": "Pears are green.",
    "plums": "Plums are blue.",
    "ships": "Ships are slow.",
    "planes": "Planes are loud.",
}


def sql(*statements: str, folder: Path) -> None:
    with closing(sqlite3.connect(folder / "corpus.sqlite3")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def by(*statements: str) -> Callable[[Path], None]:
    return lambda folder: sql(*statements, folder=folder)


def an_index_of_sqlite_lacks_a_row(folder: Path) -> None:
    hide = (
        "PRAGMA writable_schema = ON",
        "DELETE FROM sqlite_schema WHERE name = 'sentence_vector'",
    )
    with closing(sqlite3.connect(folder / "corpus.sqlite3")) as database:
        row = database.execute(
            "SELECT * FROM sqlite_schema WHERE name = 'sentence_vector'"
        ).fetchone()
    sql(*hide, folder=folder)
    sql("UPDATE sentence SET vector_id = 1 WHERE number = 2", folder=folder)
    with closing(sqlite3.connect(folder / "corpus.sqlite3")) as database:
        database.execute(hide[0])
        database.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", row)
        database.commit()


def the_vector_index_holds_others(folder: Path, make_encoder) -> None:
    """Put the vector index of another corpus in its place, signed as this one's."""
    with Corpus(folder / "other", create=True, encoder=make_encoder()) as other:
        other.add_text("Nuts are brown.", name="a")
    (folder / "other" / "dense.faiss").replace(folder / "dense.faiss")
    card = json.loads((folder / "dense.json").read_text())
    card["sha256"] = file_sha256(folder / "dense.faiss")
    (folder / "dense.json").write_text(json.dumps(card))


def the_lexical_index_holds_others(folder: Path) -> None:
    """Let it hold one sentence twice and another not at all, so that the number is right."""
    with closing(sqlite3.connect(folder / "corpus.sqlite3")) as database:
        (generation,) = database.execute(
            "SELECT value FROM meta WHERE key = 'generation'"
        ).fetchone()
    index = LexicalIndex(folder / "lexical", FileLock(folder / "write.lock"))
    with index.writing() as writer:
        writer.remove([1])
        words = Words("Zebras graze.", "en")
        writer.add([LexicalEntry(2, 1, words, (words,))])
        writer.commit(generation)


DAMAGES = {
    "an index of SQLite lacks a row": ({"database", "document"}, an_index_of_sqlite_lacks_a_row),
    "a sentence has no document": (
        {"database"},
        by("INSERT INTO sentence VALUES (99, 77, 1, 0, 0, 15, 1)"),
    ),
    "a text has no document": ({"database"}, by("INSERT INTO text_part VALUES (77, 0, 'Old.')")),
    "a document is gone, not its sentences": (
        {"database", "dense"},
        by("DELETE FROM document WHERE id=3"),
    ),
    "a vector is gone": (
        {"database", "document", "vectors"},
        by("DELETE FROM vector WHERE id = 2"),
    ),
    "a vector changed": ({"vectors"}, by("UPDATE vector SET embedding = zeroblob(256) WHERE id=2")),
    "a vector was cut": ({"vectors"}, by("UPDATE vector SET embedding = x'00' WHERE id = 2")),
    "a text changed": (
        {"document"},
        by("UPDATE text_part SET text = replace(text, 'red', 'tan')"),
    ),
    "a text is gone": ({"document"}, by("DELETE FROM text_part WHERE document_id = 1")),
    "a length is wrong": ({"document"}, by("UPDATE document SET characters = 7 WHERE id = 1")),
    "a hash is wrong": ({"document"}, by("UPDATE document SET sha256 = 'no' WHERE id = 1")),
    "a sentence is gone": (
        {"document"},
        by("DELETE FROM sentence WHERE document_id = 1 AND number = 2"),
    ),
    "the first sentence is gone": (
        {"document", "dense", "lexical"},
        by("DELETE FROM sentence WHERE document_id = 1 AND number = 1"),
    ),
    "all sentences are gone": ({"document", "dense"}, by("DELETE FROM sentence")),
    "the number of sentences is wrong": (
        {"document", "dense", "lexical"},
        by("UPDATE document SET sentences = 9 WHERE id = 1"),
    ),
    "a sentence is numbered wrong": (
        {"document"},
        by("UPDATE sentence SET number = 77 WHERE document_id = 1 AND number = 4"),
    ),
    "a sentence is out of place": (
        {"document"},
        by("UPDATE sentence SET start_at = end_at + 9 WHERE document_id = 1 AND number = 2"),
    ),
    "a sentence is another": (
        {"document"},
        by("UPDATE sentence SET end_at = end_at - 1 WHERE document_id = 1 AND number = 2"),
    ),
    "a sentence has another's vector": (
        {"document"},
        by("UPDATE sentence SET vector_id = 1 WHERE document_id = 1 AND number = 2"),
    ),
    "the next ids are in use": ({"database"}, by("DELETE FROM meta WHERE key LIKE 'next%'")),
    "the vector index holds others": ({"dense"}, the_vector_index_holds_others),
    "the lexical index holds others": ({"lexical"}, the_lexical_index_holds_others),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A corpus of files and a text, closed: to be copied."""
    made = tmp_path_factory.mktemp("whole")
    for name, text in TEXTS.items():
        (made / name).write_text(text)
    with Corpus(made / "corpus", create=True, encoder=ToyEncoder()) as corpus:
        corpus.add([made / name for name in TEXTS])
        corpus.add_text("Nuts are brown.", name="nuts")
    return made / "corpus"


@pytest.fixture
def folder(whole, tmp_path) -> Path:
    return shutil.copytree(whole, tmp_path / "corpus")


def assert_sound(corpus) -> None:
    assert corpus.check() == []
    for weights in (DENSE, LEXICAL):
        for query, sentence in SENTENCES.items():
            assert found(corpus, query, weights=weights, limit=1) == [sentence]
    names = [document.name for document in corpus.documents()]
    assert names[:2] == list(TEXTS)
    for number, text in enumerate(TEXTS.values(), 1):
        with corpus.snapshot() as state:
            assert state.text(number) == text


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_named_and_repaired_and_found_again(folder, make_encoder, damage):
    parts, do = DAMAGES[damage]
    takes_encoder = do is the_vector_index_holds_others
    (partial(do, make_encoder=make_encoder) if takes_encoder else do)(folder)

    with Corpus(folder, encoder=make_encoder()) as corpus:
        assert {problem.part for problem in corpus.check()} == parts
        assert corpus.repair() == []
        assert_sound(corpus)
        corpus.add_text("Bears are big.", name="new")
        assert found(corpus, "bears", limit=1) == ["Bears are big."]
    with Corpus(folder, encoder=make_encoder()) as again:
        assert_sound(again)


def test_what_milvus_lost_is_put_there_again(tmp_path, make_encoder, milvus):
    settings = {"engine": "milvus", "milvus_uri": milvus.uri, "encoder": make_encoder()}
    with Corpus(tmp_path / "corpus", create=True, **settings) as corpus:
        for name, text in TEXTS.items():
            corpus.add_text(text, name=name)
        engine = corpus._engine
        # Nobody else deletes its rows
        name = engine._store.meta("milvus_collection")
        engine._server.delete(name, "(id >= 2 and id <= 3)")

        assert {problem.part for problem in corpus.check()} <= {"milvus"}
        assert corpus.repair() == []
        assert_sound(corpus)


def test_a_damage_that_nothing_can_mend_is_named_and_stops_no_other(folder, make_encoder):
    """The text of `nuts` is nowhere else, and its vector is of a text that nobody knows now."""
    sql(
        "UPDATE text_part SET text = 'Nuts are green!' WHERE document_id = 3",
        "UPDATE vector SET embedding = zeroblob(256)",
        folder=folder,
    )
    with Corpus(folder, encoder=make_encoder()) as corpus:
        left = corpus.repair()

        assert {problem.document for problem in left} == {3}
        corpus.remove(["nuts"])
        assert_sound(corpus)


def test_a_damaged_corpus_is_repaired_while_others_search_it(folder, make_encoder):
    sql("DELETE FROM sentence WHERE document_id = 1 AND number = 2", folder=folder)

    with (
        Corpus(folder, encoder=make_encoder()) as corpus,
        Corpus(folder, encoder=make_encoder()) as other,
    ):
        assert found(other, "ships", weights=LEXICAL, limit=1) == ["Ships are slow."]
        assert corpus.repair() == []
        assert_sound(other)
