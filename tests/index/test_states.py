"""What a thread reads is one whole state, whatever failed before and whoever writes meanwhile."""

import threading
from contextlib import contextmanager, nullcontext
from dataclasses import replace

import pytest
from filelock import FileLock

from index import DENSE, LEXICAL, Corpus, CorpusError, Feedback, NamedText, SnapshotOpen, Weights
from index.changing.writing import Writing
from index.store.store import Store
from tests.index.searching import TEXT, found

WINDOW = Weights(dense=0.0, lexical=0.0, window=1.0)
WAYS = (DENSE, LEXICAL, WINDOW)
MANY = " ".join(f"Apples and pears and plums, said {number}." for number in range(500))
VERDICT = Feedback("k", "2026-01-01T00:00Z", "q", "q", "up", None, ())


def fail_after(patch, name: str) -> None:
    """Let every writer fail once it has done what it does at that point of a change."""
    for place in (
        "index.search.local.local_engine.LocalWriter",
        "index.search.milvus.milvus_engine.MilvusWriter",
    ):
        module, _, kind = place.rpartition(".")
        done = getattr(getattr(__import__(module, fromlist=[kind]), kind), name)

        def failing(self, *given, done=done) -> None:
            done(self, *given)
            raise OSError("power lost")

        patch.setattr(f"{place}.{name}", failing)


@contextmanager
def another_writer(corpus):
    """Let somebody else be at work on the corpus, so that nothing can be mended."""
    with FileLock(corpus.folder / "write.lock"):
        yield


def lose_power(*_: object) -> None:
    raise OSError("power lost")


def in_another_thread(work) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def found_by_all(corpus, query: str) -> list[list[str]]:
    return [sorted(found(corpus, query, weights=weights, limit=3)) for weights in WAYS]


@pytest.mark.parametrize("mending", [True, False], ids=["free", "locked"])
def test_after_a_change_that_failed_at_its_last_step_words_find_what_is_there(
    make_corpus, monkeypatch, mending
):
    corpus = make_corpus()
    corpus.add_text(TEXT, name="a")
    corpus.add_text("Apples grow. Pears too.", name="b")
    before = found_by_all(corpus, "apples and pears")
    with monkeypatch.context() as patch:
        fail_after(patch, "commit")
        with pytest.raises(CorpusError, match="power lost"):
            corpus.add_text(MANY, name="c")

    with nullcontext() if mending else another_writer(corpus):
        assert found_by_all(corpus, "apples and pears") == before
    assert found(corpus, "plums", weights=LEXICAL) == []
    assert corpus.check() == []


@pytest.mark.parametrize("mending", [True, False], ids=["free", "locked"])
def test_after_a_removal_that_was_not_tidied_up_words_find_what_is_left(
    corpus, monkeypatch, mending
):
    corpus.add_text(MANY, name="c")
    corpus.add_text(TEXT, name="a")
    with monkeypatch.context() as patch:
        patch.setattr("index.search.local.local_engine.LocalWriter.finish", lose_power)
        corpus.remove(["c"])

    with nullcontext() if mending else another_writer(corpus):
        dense, words, windows = found_by_all(corpus, "apples and pears")
    assert words == ["Apples are red.", "Pears are green."]
    assert dense == windows == sorted(f"{sentence}." for sentence in TEXT[:-1].split(". "))
    assert corpus.check() == []


def test_a_change_that_failed_is_tidied_up_by_the_first_search_and_not_by_each(corpus, monkeypatch):
    corpus.add_text(TEXT, name="a")
    with monkeypatch.context() as patch:
        fail_after(patch, "commit")
        with pytest.raises(CorpusError, match="power lost"):
            corpus.add_text(MANY, name="c")
    opened = []
    tidied = Writing.tidy
    monkeypatch.setattr(Writing, "tidy", lambda self: opened.append(1) or tidied(self))

    for _ in range(3):
        with corpus.snapshot() as state:
            state.search("apples", limit=3)

    assert len(opened) == 1


def test_what_cannot_be_tidied_up_is_tried_once(corpus, monkeypatch):
    corpus.add_text(TEXT, name="a")
    with monkeypatch.context() as patch:
        fail_after(patch, "commit")
        with pytest.raises(CorpusError, match="power lost"):
            corpus.add_text(MANY, name="c")
    tried = []
    monkeypatch.setattr(
        "index.search.local.local_engine.LocalWriter.bring_up_to_date",
        lambda *_: tried.append(1) or lose_power(),
    )

    for _ in range(3):
        assert found(corpus, "apples and pears", weights=LEXICAL) == [
            "Apples are red.",
            "Pears are green.",
        ]

    assert len(tried) == 1


def test_rare_words_of_unknown_sentences_keep_no_common_ones_from_being_found(corpus, monkeypatch):
    monkeypatch.setattr("index.search.local.lexical._LARGE", 5)
    corpus.add_text(" ".join(f"Apples are red {number}." for number in range(20)), name="a")
    with monkeypatch.context() as patch:
        fail_after(patch, "commit")
        with pytest.raises(CorpusError, match="power lost"):
            corpus.add_text("Zebras graze.", name="c")

    with another_writer(corpus):
        assert len(found(corpus, "zebras and apples", weights=LEXICAL)) == 5
    assert len(found(corpus, "zebras and apples", weights=LEXICAL)) == 5


# -- writing inside a snapshot

WRITES = {
    "add": lambda corpus, file: corpus.add([file]),
    "add_texts": lambda corpus, _: corpus.add_texts([NamedText("b", "Plums are blue.")]),
    "add_text": lambda corpus, _: corpus.add_text("Plums are blue.", name="b"),
    "remove": lambda corpus, _: corpus.remove(["a"]),
    "repair": lambda corpus, _: corpus.repair(),
    "add_feedback": lambda corpus, _: corpus.add_feedback(VERDICT),
    "withdraw_feedback": lambda corpus, _: corpus.withdraw_feedback("kept"),
    "clear_feedback": lambda corpus, _: corpus.clear_feedback(),
}


def all_of(corpus):
    return corpus.documents(), corpus.feedback(), found(corpus, "apples plums")


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_changed_inside_a_snapshot_and_the_error_says_what_to_do(
    corpus, tmp_path, write
):
    (tmp_path / "b.txt").write_text("Plums are blue.")
    corpus.add_text(TEXT, name="a")
    corpus.add_feedback(replace(VERDICT, key="kept"))
    before = all_of(corpus)

    with corpus.snapshot() as state, pytest.raises(SnapshotOpen, match="Leave the block first"):
        WRITES[write](corpus, tmp_path / "b.txt")
    assert all_of(corpus) == before
    with corpus.snapshot() as state:
        assert len(state.search("apples", limit=5)) == 3

    WRITES[write](corpus, tmp_path / "b.txt")
    assert corpus.check() == []


def test_a_generator_that_stopped_inside_a_snapshot_is_no_way_to_lose_a_change(corpus):
    corpus.add_text(TEXT, name="a")

    def sentences():
        with corpus.snapshot() as state:
            yield from state.sentences_of(1)

    reading = sentences()
    next(reading)
    with pytest.raises(SnapshotOpen, match="close a generator"):
        corpus.add_text("Plums are blue.", name="b")
    reading.close()

    assert corpus.add_text("Plums are blue.", name="b").status == "added"
    assert found(corpus, "plums", limit=1) == ["Plums are blue."]


def test_a_generator_that_ends_first_leaves_those_inside_the_state_they_read(corpus):
    corpus.add_text(TEXT, name="a")

    def reading():
        with corpus.snapshot() as state:
            yield state

    outer = reading()
    next(outer)
    with corpus.snapshot() as state:
        outer.close()
        in_another_thread(lambda: corpus.add_text("Plums are blue.", name="b"))

        assert [document.name for document in state.documents()] == ["a"]
        assert "Plums are blue." not in found(corpus, "plums")
        with pytest.raises(SnapshotOpen):
            corpus.remove(["a"])
    assert found(corpus, "plums", limit=1) == ["Plums are blue."]


def test_closing_waits_for_a_snapshot_that_outlasts_the_one_it_began_in(tmp_path, encoder):
    corpus = Corpus(tmp_path / "c", create=True, encoder=encoder)
    corpus.add_text(TEXT, name="a")

    def reading():
        with corpus.snapshot() as state:
            yield state

    outer = reading()
    next(outer)
    with corpus.snapshot() as state:
        outer.close()
        closing = threading.Thread(target=corpus.close)
        closing.start()
        closing.join(0.2)
        assert closing.is_alive()
        assert len(state.search("apples", limit=3)) == 3
    closing.join()


def test_a_generator_may_be_ended_by_another_thread_and_after_its_own_is_gone(corpus):
    corpus.add_text(TEXT, name="a")
    begun = []

    def reading():
        with corpus.snapshot() as state:
            yield state

    def begin() -> None:
        begun.append(reading())
        next(begun[-1])

    for _ in range(2):
        in_another_thread(begin)
    in_another_thread(corpus.documents)  # closes the connections of threads that are gone
    for one in begun:
        one.close()

    assert corpus.add_text("Plums are blue.", name="b").status == "added"


def test_a_thread_that_reads_keeps_no_other_from_writing(corpus):
    corpus.add_text(TEXT, name="a")
    with corpus.snapshot() as state:
        in_another_thread(lambda: corpus.add_text("Plums are blue.", name="b"))
        in_another_thread(lambda: corpus.add_feedback(VERDICT))

        assert [document.name for document in state.documents()] == ["a"]
    assert len(corpus.documents()) == 2
    assert len(corpus.feedback()) == 1


def test_a_snapshot_that_fails_loses_nothing_that_was_committed(corpus):
    corpus.add_text(TEXT, name="a")

    def fail() -> None:
        with corpus.snapshot(), corpus.snapshot():
            in_another_thread(lambda: corpus.add_text("Plums are blue.", name="b"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert found(corpus, "plums", limit=1) == ["Plums are blue."]
    corpus.remove(["a"])


def test_a_corpus_to_which_nothing_was_added_is_sound_and_can_be_read(tmp_path, encoder):
    with Corpus(tmp_path / "c", create=True, encoder=encoder) as corpus:
        assert corpus.check() == []
        with corpus.snapshot() as state:
            corpus.load()
            assert state.search("apples", limit=3) == []
        assert corpus.add_text(TEXT, name="a").status == "added"
        assert corpus.repair() == []
    with Corpus(tmp_path / "c", encoder=encoder) as again:
        assert again.check() == []
        assert again._store.meta("probe"), "other weights would go unnoticed"


def test_a_transaction_inside_another_is_undone_alone(tmp_path):
    store = Store(tmp_path)

    def fail() -> None:
        with store.transaction():
            store.set_meta("inner", "1")
            raise RuntimeError

    with store.transaction():
        store.set_meta("outer", "1")
        with pytest.raises(RuntimeError):
            fail()
        with store.transaction(), store.snapshot():
            store.set_meta("second", store.meta("outer"))
    facts = {key: store.meta(key) for key in ("outer", "inner", "second")}
    store.close()

    assert facts == {"outer": "1", "inner": None, "second": "1"}


def test_a_transaction_that_fails_takes_those_inside_it_along(tmp_path):
    store = Store(tmp_path)

    def fail() -> None:
        with store.transaction():
            with store.transaction():
                store.set_meta("inner", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    fact = store.meta("inner")
    store.close()

    assert fact is None
