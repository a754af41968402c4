"""The contract of exact vector engines, held against brute force with numpy."""

from pathlib import Path

import numpy as np
import pytest

from index.search.vectors.base import VectorEngine
from index.search.vectors.exact import FaissEngine

DIMENSION = 16


@pytest.fixture
def engine() -> VectorEngine:
    return FaissEngine(DIMENSION)


def unit_vectors(count: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def brute_force(ids: np.ndarray, vectors: np.ndarray, query: np.ndarray, k: int) -> dict:
    scores = vectors @ query
    order = np.lexsort((ids, -scores))[:k]
    return {int(ids[i]): float(scores[i]) for i in order}


def assert_same(found: dict[int, float], expected: dict[int, float]) -> None:
    assert list(found) == list(expected)
    assert list(found.values()) == pytest.approx(list(expected.values()), abs=1e-5)


def test_ids_and_scores_equal_brute_force(engine):
    ids, vectors = np.arange(500, dtype=np.int64) * 7 + 3, unit_vectors(500)
    engine.add(ids, vectors)

    for query in unit_vectors(20, seed=1):
        assert_same(engine.search(query, 10), brute_force(ids, vectors, query, 10))


def test_results_stay_right_after_add_remove_save_and_load(engine, tmp_path: Path):
    ids, vectors = np.arange(1, 301, dtype=np.int64), unit_vectors(300)
    engine.add(ids[:200], vectors[:200])
    engine.remove(ids[50:150])
    engine.add(ids[200:], vectors[200:])
    engine.save(tmp_path / "engine")
    loaded = type(engine).load(tmp_path / "engine")
    kept = np.r_[0:50, 150:300]

    assert sorted(loaded.ids().tolist()) == ids[kept].tolist()
    for query in unit_vectors(10, seed=2):
        expected = brute_force(ids[kept], vectors[kept], query, 7)
        assert_same(engine.search(query, 7), expected)
        assert_same(loaded.search(query, 7), expected)
    loaded.remove(ids[:1])
    assert 1 not in loaded.ids()


def test_fewer_vectors_than_asked_for_come_back_without_padding(engine):
    assert engine.search(unit_vectors(1)[0], 5) == {}
    engine.add(np.array([9, 4], np.int64), unit_vectors(2))

    assert set(engine.search(unit_vectors(1)[0], 5)) == {9, 4}


def test_search_keeps_to_the_allowed_ids(engine):
    ids, vectors = np.arange(100, dtype=np.int64), unit_vectors(100)
    engine.add(ids, vectors)
    allowed = np.array([3, 50, 77, 1000], np.int64)
    query = unit_vectors(1, seed=3)[0]

    expected = brute_force(allowed[:3], vectors[allowed[:3]], query, 10)
    assert_same(engine.search(query, 10, allowed), expected)
    assert engine.search(query, 10, np.array([], np.int64)) == {}


def test_a_score_is_the_cosine_and_higher_is_better(engine):
    vectors = np.eye(DIMENSION, dtype=np.float32)[:3]
    engine.add(np.array([1, 2, 3], np.int64), vectors)
    query = (0.8 * vectors[1] + 0.6 * vectors[2]).astype(np.float32)

    assert_same(engine.search(query, 3), {2: 0.8, 3: 0.6, 1: 0.0})


def test_duplicates_are_found_under_both_ids(engine):
    vector = unit_vectors(1)
    engine.add(np.array([5, 6], np.int64), np.repeat(vector, 2, axis=0))

    assert engine.search(vector[0], 2) == pytest.approx({5: 1.0, 6: 1.0}, abs=1e-5)


def test_removing_what_is_not_there_changes_nothing(engine):
    engine.add(np.array([1], np.int64), unit_vectors(1))
    engine.remove(np.array([99], np.int64))
    engine.remove(np.array([], np.int64))

    assert engine.ids().tolist() == [1]


@pytest.mark.parametrize("content", [b"", b"not an index", b"IxMp" + bytes(100)])
def test_a_damaged_file_is_refused(engine, tmp_path: Path, content: bytes):
    (tmp_path / "engine").write_bytes(content)

    with pytest.raises(ValueError, match="engine"):
        type(engine).load(tmp_path / "engine")
