import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.context import encoded, new_sentences
from index.documents import LoadedFile, NewDocument, Span
from index.errors import UnknownDocument
from index.loading.loaders.lines import text_blocks
from index.loading.sentences import split_sentences
from index.store.migrations import MIGRATIONS
from index.store.store import Store
from index.store.texts import PART
from index.store.upgrade import migrate
from index.store.vectors import sentence_hash


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path)
    yield opened
    opened.close()


def put(store: Store, source: str, text: str, spans: list[Span] | None = None) -> int:
    spans = split_sentences(text) if spans is None else spans
    file = LoadedFile(text, source, "text", (0,), text_blocks(text))
    document = NewDocument(source, source, "stamp", file, spans)
    vectors = {
        sentence_hash(encoded(sentence)): np.ones(2, np.float32)
        for sentence in new_sentences(document)
    }
    first = store.reserve_sentence_ids(len(spans))
    with store.transaction():
        return store.put(document, first, vectors).id


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_every_sentence_is_the_slice_at_its_offsets_for_any_unicode(store, text):
    number = put(store, "any", text)

    stored = store.texts.read(number)
    assert stored == text
    for sentence in store.sentences_of(number):
        assert stored[sentence.start : sentence.end] == sentence.text
        assert store.texts.read(number, sentence.start, sentence.end) == sentence.text


def test_a_transaction_that_fails_leaves_nothing(store):
    put(store, "kept", "Kept. Text.")

    def fail_half_way() -> None:
        with store.transaction():
            store.delete([1])
            store.set_meta("generation", "never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert [document.source for document in store.documents()] == ["kept"]
    assert store.generation == "empty"
    assert store.sentence_count == len(store.sentence_ids()) == 2


def test_sentence_ids_are_never_used_again(store):
    put(store, "a", "One. Two.")
    old = set(store.sentence_ids().tolist())
    with store.transaction():
        store.delete([1])
    put(store, "a", "One. Two.")

    assert not old & set(store.sentence_ids().tolist())


def test_sentence_ids_are_those_of_the_sentences_there_are(store):
    assert store.sentence_ids().tolist() == []
    numbers = [put(store, source, "One. Two. Three.") for source in "abcd"]
    put(store, "empty", "", [])
    put(store, "b", "Again. And again.")
    with store.transaction():
        store.delete(numbers[2:3])

    held = {number: [sentence.id for sentence in store.sentences_of(number)] for number in numbers}

    assert store.sentence_ids().tolist() == sorted(id_ for ids in held.values() for id_ in ids)
    assert store.sentence_ids(numbers[:2]).tolist() == held[numbers[0]] + held[numbers[1]]
    assert store.sentence_ids_from(held[numbers[3]][1]).tolist() == [
        *held[numbers[3]][1:],
        *held[numbers[1]],
    ]


def test_what_is_not_there_is_said_so(store):
    with pytest.raises(UnknownDocument, match="document 7"):
        store.document(7)
    with pytest.raises(UnknownDocument, match="document 7"):
        store.texts.read(7)
    assert store.document_from("nowhere") is None
    assert store.sentences([1, 2]) == {}


@pytest.mark.parametrize("length", [1, PART - 1, PART, PART + 1, 3 * PART + 7])
def test_any_piece_of_a_text_is_what_stands_there(store, length):
    text = ("Müller 😀 sang. " * length)[: length - 1] + "."
    document = put(store, "a", text)
    edges = {0, 1, length // 2, length - 1, length, PART - 1, PART, PART + 1, 2 * PART}

    for start in edges:
        assert store.texts.read(document, start) == text[start:]
        for end in edges:
            assert store.texts.read(document, start, end) == text[start : max(start, end)]
    with pytest.raises(UnknownDocument):
        store.texts.read(document + 1)


def test_a_shorter_text_leaves_nothing_of_the_longer_one_it_replaces(store):
    document = put(store, "a", "Long. " * PART)

    assert put(store, "a", "Short.") == document
    assert store.texts.read(document) == "Short."


def test_threads_read_side_by_side(store):
    number = put(store, "a", "One. Two. Three.")
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(len(store.sentences_of(number))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [3] * 8


def test_a_thread_that_has_ended_leaves_no_open_file(store):
    put(store, "a", "One. Two. Three.")
    files = Path("/dev/fd")
    opened = []
    for _ in range(5):
        thread = threading.Thread(target=store.documents)
        thread.start()
        thread.join()
        opened.append(len(list(files.iterdir())))

    assert opened[1:] == [opened[1]] * 4  # SQLite keeps one of those closed to use it again


def test_vectors_go_with_the_last_sentence_that_uses_them(store):
    first, second = put(store, "a", "One. Two."), put(store, "b", "Two. Three.")
    hashes = {word: sentence_hash(word) for word in ("One.", "Two.", "Three.")}
    left = []
    for number in (first, second):
        with store.transaction():
            store.delete([number])
        left.append(store.vectors.known(hashes.values()))

    assert left == [{hashes["Two."], hashes["Three."]}, set()]


def test_migrations_run_once_each_and_in_order(tmp_path, monkeypatch):
    connection = sqlite3.connect(tmp_path / "c.sqlite3", isolation_level=None)
    migrate(connection)
    ran = []
    monkeypatch.setattr("index.store.upgrade.MIGRATIONS", (*MIGRATIONS, lambda _: ran.append(2)))

    migrate(connection)
    migrate(connection)

    assert ran == [2]
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
    connection.close()


def test_a_migration_that_fails_leaves_the_earlier_format(tmp_path, monkeypatch):
    connection = sqlite3.connect(tmp_path / "c.sqlite3", isolation_level=None)
    migrate(connection)

    def fail(database: sqlite3.Connection) -> None:
        database.execute("DROP TABLE sentence")
        raise OSError("disk full")

    monkeypatch.setattr("index.store.upgrade.MIGRATIONS", (*MIGRATIONS, fail))
    with pytest.raises(OSError, match="disk full"):
        migrate(connection)

    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert connection.execute("SELECT count(*) FROM sentence").fetchone() == (0,)
    connection.close()
