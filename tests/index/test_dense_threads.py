"""Searches of the vector index side by side, of two states, and beside changes."""

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, product

import numpy as np
import pytest

from index import DENSE, Corpus, NamedText
from index.search.local.dense import DenseIndex
from index.search.local.earlier_state import EarlierState
from index.search.vectors import index_kind
from index.search.vectors.shards import ShardedEngine
from tests.toy_encoder import ToyEncoder

pytestmark = pytest.mark.slow
PATIENCE = 20.0  # seconds
FEW = 20  # sentences that are scored without the index, in corpora of codes
SHELVES = 40


@pytest.fixture(scope="module", params=["exact", "codes"])
def folder_of_kind(request, tmp_path_factory):
    """A corpus folder with one kind of vector index, made once: training codes takes seconds."""
    folder = tmp_path_factory.mktemp(request.param) / "corpus"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_kind, "EXACT_MOST", 200 if request.param == "codes" else 50_000)
        with Corpus(folder, create=True, encoder=ToyEncoder(dimension=256)) as made:
            made.add_texts(map(shelf, range(SHELVES)))
            assert dense_index(made).kind.kind == request.param
    return folder


@pytest.fixture
def corpus(folder_of_kind, tmp_path, monkeypatch):
    monkeypatch.setattr("index.search.local.dense._FEW", FEW)
    shutil.copytree(folder_of_kind, tmp_path / "corpus")
    with Corpus(tmp_path / "corpus", encoder=ToyEncoder(dimension=256)) as opened:
        yield opened


def shelf(number: int, version: int = 0) -> NamedText:
    lines = [
        f"Shelf {number} holds jar {jar} of kind{(7 * number + jar + version) % 97} from"
        f" place{(number * jar) % 41} beside thing{(number**2 + 3 * jar) % 59}."
        for jar in range(8)
    ]
    return NamedText(f"shelf {number}", "\n\n".join(lines), f"Shelf {number}")


def dense_index(corpus: Corpus) -> DenseIndex:
    return corpus._engine._dense()


def assert_right(corpus: Corpus, query: str, documents=None, limit: int = 5) -> None:
    """Hold a search of the calling thread's state against brute force over that state."""
    with corpus.snapshot() as state:
        hits = state.search(query, limit=limit, weights=DENSE, document_ids=documents)
        vector = corpus._model.ready().encode_query(query)
        ids = corpus._store.sentence_ids(documents)
        rows = np.concatenate([r for _, r in corpus._store.vectors.batches(ids, len(vector))])
        expected = sorted((rows @ vector).tolist(), reverse=True)[:limit]
        assert [hit.dense for hit in hits] == pytest.approx(expected, abs=1e-5)
        assert len(state.sentences([hit.sentence_id for hit in hits])) == len(hits)


def counted(monkeypatch, kind: type, *names: str) -> list[str]:
    """Return a list that grows by a name at each call of one of these methods."""
    calls: list[str] = []

    def counting(name: str) -> Callable[..., object]:
        function = getattr(kind, name)

        def called(*args, **settings):
            calls.append(name)
            return function(*args, **settings)

        return called

    for name in names:
        monkeypatch.setattr(kind, name, counting(name))
    return calls


def test_two_threads_compare_vectors_at_the_same_time(corpus, monkeypatch):
    assert_right(corpus, "jar 3 of kind5")
    engine = dense_index(corpus).engine
    faiss_class = type((engine._shards[0] if isinstance(engine, ShardedEngine) else engine)._index)
    both, search = threading.Barrier(2, timeout=PATIENCE / 4), faiss_class.search

    def wait_for_the_other(*args, **settings):
        both.wait()
        return search(*args, **settings)

    monkeypatch.setattr(faiss_class, "search", wait_for_the_other)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(assert_right, corpus, "jar 3 of kind5") for _ in range(2)]:
            done.result(PATIENCE)


def test_readers_of_two_states_do_not_make_the_index_go_to_and_fro(corpus, monkeypatch):
    engine = type(dense_index(corpus).engine)
    with ThreadPoolExecutor(1) as pool, corpus.snapshot():
        pool.submit(corpus.add_texts, [shelf(3, version=1), shelf(90)]).result(PATIENCE)
        pool.submit(corpus.remove, ["shelf 8"]).result(PATIENCE)
        changes = counted(monkeypatch, engine, "add", "remove", "load")
        comparisons = counted(monkeypatch, EarlierState, "compare")

        for number in (3, 8, 90) * 4:
            query = f"Shelf {number} holds jar 3"
            assert_right(corpus, query)
            pool.submit(assert_right, corpus, query).result(PATIENCE)

    assert changes == []
    assert comparisons == ["compare"]


def test_a_state_from_before_the_index_was_opened_moves_it_once(corpus, monkeypatch):
    engine = type(dense_index(corpus).engine)
    encoder = ToyEncoder(dimension=256)
    with (
        Corpus(corpus.folder, encoder=encoder) as reader,
        ThreadPoolExecutor(1) as pool,
        reader.snapshot(),
    ):
        pool.submit(corpus.add_texts, map(shelf, range(60, 80))).result(PATIENCE)
        assert_right(reader, "Shelf 70 holds jar 3")  # opens the index, which is of the later state
        pool.submit(assert_right, reader, "Shelf 70 holds jar 3").result(PATIENCE)
        changes = counted(monkeypatch, engine, "add", "remove")

        for _ in range(3):
            assert_right(reader, "Shelf 70 holds jar 3")
            pool.submit(assert_right, reader, "Shelf 70 holds jar 3").result(PATIENCE)

    assert changes == []


@pytest.mark.parametrize("kept", [0, 25_000], ids=["read-again", "kept"])
def test_an_earlier_state_is_searched_exactly_however_much_has_changed(corpus, monkeypatch, kept):
    monkeypatch.setattr("index.search.local.earlier_state._KEPT", kept)
    with ThreadPoolExecutor(1) as pool, corpus.snapshot() as state:
        ids = [document.id for document in state.documents()]
        others = [shelf(number, version=number % 3) for number in range(30)]
        copies = [NamedText(f"copy {n}", shelf(35).text, f"Copy {n}") for n in range(40)]
        pool.submit(corpus.add_texts, [*others, *copies]).result(PATIENCE)
        pool.submit(corpus.remove, [f"shelf {n}" for n in range(5)]).result(PATIENCE)
        pool.submit(assert_right, corpus, "Shelf 35 holds jar 3").result(PATIENCE)

        for number, documents in product((0, 1, 7, 35), (None, ids[:2], ids[:20])):
            assert_right(corpus, f"Shelf {number} holds jar 3 of kind5", documents, limit=50)
        held = dense_index(corpus).ids(corpus._store)
        assert sorted(held.tolist()) == corpus._store.sentence_ids().tolist()

    assert corpus.check() == []


def test_a_state_of_which_all_was_removed_is_still_searched(corpus):
    with ThreadPoolExecutor(1) as pool, corpus.snapshot() as state:
        names = [document.name for document in state.documents()]
        pool.submit(corpus.remove, names[1:]).result(PATIENCE)
        pool.submit(assert_right, corpus, "jar 3 of kind5").result(PATIENCE)
        pool.submit(corpus.remove, names[:1]).result(PATIENCE)

        assert_right(corpus, "jar 3 of kind5", limit=50)

    assert corpus.check() == []


def test_more_states_than_are_remembered_are_each_searched_rightly(corpus):
    begun, go_on = threading.Semaphore(0), threading.Event()

    def read(number: int) -> None:
        with corpus.snapshot():
            begun.release()
            assert go_on.wait(PATIENCE)
            for _ in range(3):
                assert_right(corpus, f"Shelf {number} holds jar 3")

    with ThreadPoolExecutor(7) as pool:
        try:
            readers = []
            for number in range(7):
                readers.append(pool.submit(read, number))
                assert begun.acquire(timeout=PATIENCE)
                corpus.add_texts([shelf(number, version=1)])
        finally:
            go_on.set()
        for reader in readers:
            reader.result(PATIENCE)

    assert len(dense_index(corpus)._earlier) <= 4


def test_an_update_that_fails_half_way_shows_nobody_half_of_it(corpus, monkeypatch, caplog):
    engine = type(dense_index(corpus).engine)
    add, failing = engine.add, threading.Event()

    def fail_behind(*args) -> None:
        add(*args)
        if failing.is_set():
            raise MemoryError("no room for more")

    monkeypatch.setattr(engine, "add", fail_behind)
    with ThreadPoolExecutor(1) as pool, corpus.snapshot():
        assert_right(corpus, "Shelf 90 holds jar 3")
        failing.set()
        pool.submit(corpus.add_texts, [shelf(90)]).result(PATIENCE)
        failing.clear()
        assert "no room for more" in caplog.text

        assert_right(corpus, "Shelf 90 holds jar 3")
        pool.submit(assert_right, corpus, "Shelf 90 holds jar 3").result(PATIENCE)


def test_searches_beside_changes_find_what_brute_force_finds_in_their_state(corpus):
    until = time.monotonic() + 2

    def write() -> None:
        for version, number in enumerate(cycle(range(SHELVES))):
            corpus.add_texts([shelf(number, version % 5), shelf(100 + version % 7)])
            if version % 4 == 3:
                corpus.remove([f"shelf {number}"])
            if time.monotonic() > until:
                return

    def read(offset: int) -> None:
        for number in cycle(range(offset, SHELVES)):
            with corpus.snapshot():
                for _ in range(3):
                    assert_right(corpus, f"Shelf {number} holds jar 3 of kind5", limit=10)
            if time.monotonic() > until:
                return

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(write), *(pool.submit(read, offset) for offset in (0, 11, 23))]
    for done in work:
        done.result()

    assert corpus.check() == []
