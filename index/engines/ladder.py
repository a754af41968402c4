"""Which engine suits so many vectors, and how it is made from the store while the older one serves.

Exact search up to `EXACT_MOST` vectors, inverted lists of 8-bit vectors beyond; these are made anew
when the vectors have become four times as many.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.engines.base import Ids, VectorEngine, Vectors
from index.engines.faiss_engine import FaissEngine
from index.engines.ivf_engine import IvfEngine, list_count, sample_size

EXACT_MOST = 100_000
RECALL = 0.985  # of the 20 nearest, on held-out vectors
_NEAREST, _PROBED = 20, 200
_SEED = 1

Batches = Iterator[tuple[Ids, Vectors]]


@dataclass(frozen=True, slots=True)
class Rung:
    """What an engine is, for people.

    Attributes:
        name: `exact` or `lists`.
        vectors: How many it was made for.
        lists: Number of lists; 1 if exact.
        probes: Number of lists that a search looks into.
        recall: Share of the 20 nearest that is found, measured when it was made; 1 if exact.
    """

    name: str
    vectors: int
    lists: int = 1
    probes: int = 1
    recall: float = 1.0


def is_due(rung: Rung, vectors: int) -> bool:
    """Return whether so many vectors want another engine than the one on this rung."""
    if vectors <= EXACT_MOST:
        return False
    return rung.name == "exact" or list_count(vectors) >= 2 * rung.lists


def build(
    ids: Ids,
    read: Callable[[Ids], Batches],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[VectorEngine, Rung]:
    """Return an engine that holds the vectors of these ids.

    Args:
        ids: The ids, ascending.
        read: Yields ids with their vectors, in batches.
        progress: Called with how many vectors are in, and how many there are.
    """
    random = np.random.default_rng(_SEED)
    sample = np.sort(random.choice(ids, sample_size(len(ids)), replace=False))
    _, vectors = _joined(read(sample))
    engine = IvfEngine.train(vectors, list_count(len(ids)))
    truth = _Truth(*_joined(read(np.sort(random.choice(ids, _PROBED, replace=False)))))
    done = 0
    for some, batch in read(ids):
        engine.add(some, batch)
        truth.see(some, batch)
        done += len(some)
        progress(done, len(ids))
    queries, nearest = truth.unambiguous()
    recall = engine.tune(queries, nearest, RECALL)
    return engine, Rung("lists", len(ids), engine.lists, engine.probes, round(recall, 4))


def load_engine(name: str) -> type[FaissEngine] | type[IvfEngine]:
    """Return the kind of engine that a rung's name stands for."""
    return IvfEngine if name == "lists" else FaissEngine


class _Truth:
    """The vectors truly nearest to some, found while all go by."""

    def __init__(self, ids: Ids, queries: Vectors) -> None:
        self._own = ids
        self._queries = queries
        self._scores = np.full((len(ids), _NEAREST + 1), -np.inf, np.float32)
        self._ids = np.full((len(ids), _NEAREST + 1), -1, np.int64)

    def see(self, ids: Ids, vectors: Vectors) -> None:
        scores = self._queries @ vectors.T
        scores[self._own[:, np.newaxis] == ids] = -np.inf  # itself
        scores = np.concatenate([self._scores, scores], axis=1)
        known = np.concatenate([self._ids, np.broadcast_to(ids, (len(self._own), len(ids)))], 1)
        best = np.argpartition(-scores, _NEAREST, axis=1)[:, : _NEAREST + 1]
        self._scores = np.take_along_axis(scores, best, 1)
        self._ids = np.take_along_axis(known, best, 1)

    def unambiguous(self) -> tuple[Vectors, list[set[int]]]:
        """Return the queries whose 20 nearest are no matter of chance, with these."""
        order = np.argsort(-self._scores, axis=1)
        scores = np.take_along_axis(self._scores, order, 1)
        ids = np.take_along_axis(self._ids, order, 1)
        clear = scores[:, _NEAREST - 1] - scores[:, _NEAREST] > 1e-6
        return self._queries[clear], [set(row[:_NEAREST].tolist()) for row in ids[clear]]


def _joined(batches: Batches) -> tuple[Ids, NDArray[np.float32]]:
    parts = list(batches)
    return np.concatenate([ids for ids, _ in parts]), np.concatenate([rows for _, rows in parts])
