"""A corpus that grows: which engine it has, and that answers stay right of every kind."""

import json
import re
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index import DENSE, Corpus, NamedText
from index.search.vectors import index_kind
from index.search.vectors.exact import FaissEngine
from index.search.vectors.shards import ShardedEngine
from tests.toy_encoder import ToyEncoder

pytestmark = pytest.mark.slow

SHELVES = 60


@pytest.fixture(autouse=True)
def short_ladder(monkeypatch):
    monkeypatch.setattr(index_kind, "EXACT_MOST", 200)
    monkeypatch.setattr("index.search.local.dense._FEW", 20)


def shelf(number: int) -> NamedText:
    lines = [
        f"Shelf {number} holds jar {jar} of kind{(7 * number + jar) % 97} from"
        f" place{(number * jar) % 41} beside thing{(number**2 + 3 * jar) % 59}."
        for jar in range(8)
    ]
    return NamedText(f"shelf {number}", "\n\n".join(lines), f"Shelf {number}")


def open_corpus(folder, make_encoder, **settings) -> Corpus:
    return Corpus(folder, encoder=make_encoder("toy", dimension=256), **settings)


@pytest.fixture(scope="module")
def large_folder(tmp_path_factory):
    """The folder of a corpus that has codes, made once: training them takes a second."""
    folder = tmp_path_factory.mktemp("large") / "corpus"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_kind, "EXACT_MOST", 200)
        with open_corpus(folder, ToyEncoder, create=True) as corpus:
            corpus.add_texts(map(shelf, range(SHELVES)))
    return folder


@pytest.fixture
def large(large_folder, tmp_path, make_encoder):
    shutil.copytree(large_folder, tmp_path / "corpus")
    with open_corpus(tmp_path / "corpus", make_encoder) as corpus:
        yield corpus


def kind(corpus: Corpus) -> str:
    return json.loads((corpus.folder / "dense.json").read_text())["rung"]["kind"]


def dense(corpus: Corpus, query: str, documents=None, limit: int = 5) -> dict[int, float]:
    with corpus.snapshot() as state:
        hits = state.search(query, limit=limit, weights=DENSE, document_ids=documents)
    return {hit.sentence_id: hit.dense for hit in hits}


def exactly(corpus: Corpus, query: str, documents=None, limit: int = 5) -> list[float]:
    """Return the best cosines as brute force over the store gives them."""
    vector = corpus._model.ready().encode_query(query)
    with corpus._store.snapshot():
        ids = corpus._store.sentence_ids(documents)
        rows = np.concatenate([rows for _, rows in corpus._store.vectors.batches(ids, len(vector))])
    return sorted((rows @ vector).tolist(), reverse=True)[:limit]


def test_a_small_corpus_is_searched_exactly_and_a_large_one_by_codes(tmp_path, make_encoder):
    with open_corpus(tmp_path, make_encoder, create=True) as corpus:
        corpus.add_texts(map(shelf, range(20)))
        assert kind(corpus) == "exact"
        corpus.add_texts(map(shelf, range(20, SHELVES)))
        assert kind(corpus) == "codes"
        assert corpus.check() == []


def test_scores_with_codes_are_the_exact_cosines(large):
    for number in range(0, SHELVES, 7):
        query = f"jar 3 of shelf {number} kind{number}"
        found = dense(large, query)
        assert list(found.values()) == pytest.approx(exactly(large, query), abs=1e-5)


@pytest.mark.parametrize("documents", [[3], [3, 9, 30], list(range(1, 50))])
def test_a_search_in_chosen_documents_finds_their_best(large, documents):
    found = dense(large, "jar 3 of kind5", documents)

    assert list(found.values()) == pytest.approx(
        exactly(large, "jar 3 of kind5", documents), abs=1e-5
    )


def test_what_is_changed_or_removed_with_codes_is_no_longer_found(large):
    large.add_texts([NamedText("shelf 7", "Now there are zebras.", "Shelf 7")])
    large.remove(["shelf 8"])

    with large.snapshot() as state:
        texts = {
            sentence.text
            for sentence in state.sentences(list(dense(large, "zebras", limit=500))).values()
        }

    assert "Now there are zebras." in texts
    assert not any(text.startswith(("Shelf 7 ", "Shelf 8 ")) for text in texts)
    assert large.check() == []


def test_progress_is_told_while_codes_are_made(tmp_path, make_encoder):
    told = []

    with open_corpus(tmp_path, make_encoder, create=True) as corpus:
        corpus.add_texts(map(shelf, range(SHELVES)), told.append)

    arranged = [(step.done, step.total) for step in told if step.stage == "arranging"]
    assert arranged[-1] == (8 * SHELVES, 8 * SHELVES)


def test_a_corpus_opens_with_the_kind_of_index_it_was_left_with(large, make_encoder):
    large.close()

    with open_corpus(large.folder, make_encoder) as again:
        assert list(dense(again, "jar 3 of kind5").values())
        assert again._engine._dense().kind.kind == "codes"
        assert isinstance(again._engine._dense().engine, ShardedEngine)


def test_without_its_file_a_large_corpus_answers_exactly_until_codes_are_made(large, make_encoder):
    large.close()
    (large.folder / "dense.faiss").unlink()

    with open_corpus(large.folder, make_encoder) as again:
        expected = exactly(again, "jar 3 of kind5")
        assert list(dense(again, "jar 3 of kind5").values()) == pytest.approx(expected, abs=1e-5)
        until = time.monotonic() + 60
        while not (again.folder / "dense.faiss").exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        assert list(dense(again, "jar 3 of kind5").values()) == pytest.approx(expected, abs=1e-5)
    assert kind(large) == "codes"


def test_a_corpus_too_large_to_be_held_whole_answers_by_codes_at_once(
    large, make_encoder, monkeypatch
):
    monkeypatch.setattr("index.search.local.dense._EXACT_AT_ALL", 300)
    large.close()
    (large.folder / "dense.faiss").unlink()

    with open_corpus(large.folder, make_encoder) as again:
        assert dense(again, "jar 3 of shelf 7")
        assert again._engine._dense().kind.kind == "codes"
        assert len(again._engine._dense().engine) == again.documents()[0].sentences * SHELVES


def test_questions_go_on_while_codes_are_made(tmp_path, make_encoder, monkeypatch):
    making, asked = threading.Event(), threading.Event()
    train = ShardedEngine.train

    def slow(sample):
        making.set()
        assert asked.wait(60)
        return train(sample)

    monkeypatch.setattr(ShardedEngine, "train", slow)
    with (
        open_corpus(tmp_path, make_encoder, create=True) as corpus,
        ThreadPoolExecutor(1) as pool,
    ):
        corpus.add_texts(map(shelf, range(20)))
        adding = pool.submit(corpus.add_texts, map(shelf, range(20, SHELVES)))
        assert making.wait(60)
        found = dense(corpus, "jar 3 of shelf 55")
        still = isinstance(corpus._engine._dense().engine, FaissEngine)
        asked.set()
        adding.result(60)

        assert still
        assert list(found.values()) == pytest.approx(exactly(corpus, "jar 3 of shelf 55"), abs=1e-5)


def test_small_changes_to_a_large_corpus_do_not_write_the_index_anew(large, make_encoder):
    before = (large.folder / "dense.json").read_bytes()

    large.add_texts([NamedText("one more", "Quinces are yellow.", "One more")])

    assert (large.folder / "dense.json").read_bytes() == before
    large.close()
    with open_corpus(large.folder, make_encoder) as again:
        assert max(dense(again, "Quinces are yellow.").values()) == pytest.approx(1, abs=1e-5)
        assert again.check() == []


def test_what_searches_can_be_told(tmp_path, make_encoder, large):
    with open_corpus(tmp_path / "small", make_encoder, create=True) as small:
        assert small.describe_engine() == "FAISS, exact, and tantivy"

    told = re.fullmatch(
        r"FAISS, by codes with exact scores for the best (\d+) \(made for 480 sentences; recall of "
        r"the 20 nearest: (.*)\), and tantivy",
        large.describe_engine(),
    )
    assert told is not None
    assert int(told[1]) >= 100
    assert float(told[2]) >= 0.99


def test_sentences_that_are_all_alike_are_searched_all_the_same(tmp_path, make_encoder):
    with open_corpus(tmp_path, make_encoder, create=True) as corpus:
        corpus.add_texts(NamedText(f"copy {n}", "Apples are red.\n\n" * 10) for n in range(40))

        assert "not measured" in corpus.describe_engine()
        assert list(dense(corpus, "Apples are red.").values()) == pytest.approx([1] * 5, abs=1e-5)


def test_a_corpus_four_times_as_large_gets_codes_of_its_own(large):
    large.add_texts(map(shelf, range(SHELVES, 5 * SHELVES)))

    assert large._engine._dense().kind.vectors == 5 * SHELVES * 8


def waiting(corpus: Corpus) -> None:
    """Let what was begun aside come to its end."""
    if grower := corpus._engine._dense()._grower:
        grower.join(60)


def test_growing_that_fails_is_told_once_and_not_begun_by_every_search(
    tmp_path, make_encoder, monkeypatch, caplog
):
    with open_corpus(tmp_path, make_encoder, create=True) as corpus:
        corpus.add_texts(map(shelf, range(20)))  # as many as are searched exactly
        begun = []

        def fail(sample):
            begun.append(len(sample))
            raise MemoryError("no room for codes")

        with monkeypatch.context() as patch:
            patch.setattr(ShardedEngine, "train", fail)
            corpus.add_texts(map(shelf, range(20, SHELVES)))
            for _ in range(5):
                found = dense(corpus, "jar 3 of shelf 55")
                waiting(corpus)

            assert len(begun) == 1
            assert list(found.values()) == pytest.approx(
                exactly(corpus, "jar 3 of shelf 55"), abs=1e-5
            )
            assert caplog.text.count("can't be made (MemoryError: no room for codes)") == 1
            later = time.monotonic() + 61
            patch.setattr("index.search.local.dense.time.monotonic", lambda: later)
            dense(corpus, "jar 3 of shelf 55")
            waiting(corpus)
            later += 61  # the next pause is twice as long
            dense(corpus, "jar 3 of shelf 55")
            waiting(corpus)

            assert len(begun) == 2
            assert caplog.text.count("can't be made") == 1
            later += 61
            patch.undo()
            monkeypatch.setattr(index_kind, "EXACT_MOST", 200)
            monkeypatch.setattr("index.search.local.dense._FEW", 20)
            monkeypatch.setattr("index.search.local.dense.time.monotonic", lambda: later)
        dense(corpus, "jar 3 of shelf 55")
        waiting(corpus)

        assert isinstance(corpus._engine._dense().engine, ShardedEngine)
        assert corpus.check() == []
