"""Which engine suits so many vectors, and how it is made from the store while the older one serves.

Exact search up to `EXACT_MOST` vectors; codes beyond, with exact scores for the best of them. The
codes are made anew when the vectors have become four times as many.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from index.search.vectors.base import Ids, VectorEngine, Vectors
from index.search.vectors.exact import FaissEngine
from index.search.vectors.shards import ShardedEngine

# Exact search looks at 1,536 bytes for a vector of 384 numbers, codes at 48 of the 248 that they
# take, but then the best are read from the database. The size at which codes win was not measured
EXACT_MOST = 50_000
RECALL = 0.99  # of the 20 nearest, on vectors held out: the depth is chosen for it
# 200 queries with 20 neighbours each make 4,000 trials: a recall of .99 is known within .003 at
# best
_NEAREST, _PROBED = 20, 200
# Vectors for training, 31 MB of 384 numbers. FAISS draws 4,096 of them for the coarse codes (256
# for each of 16 centroids); the fine codes take their bounds from all
_SAMPLE = 20_000
# Tried from the least on, for each one more is a vector read from the database by every search
_DEPTHS = (100, 200, 400, 800, 1600)
# Codes are trained on the sentences of their day. Making them took six minutes of nine million, and
# at this factor all that were made before cost a third of the last ones
_GROWN = 4
_SEED = 1  # the same sentences get the same codes

Batches = Iterator[tuple[Ids, Vectors]]


@dataclass(frozen=True, slots=True)
class IndexKind:
    """What an engine is: how it is loaded and searched, when it is made anew, what people are told.

    Attributes:
        kind: `exact` or `codes`.
        vectors: How many it was made for.
        depth: How many are taken by their codes, to be scored exactly; 0 if all are.
        recall: Share of the 20 nearest that is found, measured when it was made; 1 if exact, None
            if it can't be measured, for all sentences are alike.
    """

    kind: Literal["exact", "codes"]
    vectors: int = 0
    depth: int = 0
    recall: float | None = 1.0

    def __str__(self) -> str:
        if self.kind == "exact":
            return "exact"
        recall = "not measured" if self.recall is None else f"{self.recall:.3f}"
        return (
            f"by codes with exact scores for the best {self.depth} (made for {self.vectors:,} "
            f"sentences; recall of the {_NEAREST} nearest: {recall})"
        )


def needs_upgrade(kind: IndexKind, vectors: int) -> bool:
    """Return whether so many vectors want another engine than this kind."""
    return vectors > EXACT_MOST and (kind.kind == "exact" or vectors > _GROWN * kind.vectors)


def build(
    ids: Ids,
    batches: Callable[[Ids], Batches],
    progress: Callable[[int, int], None],
) -> tuple[VectorEngine, IndexKind]:
    """Return an engine that holds the vectors of these ids, and what it is.

    Args:
        ids: The ids, ascending.
        batches: Yields ids with their vectors, in batches.
        progress: Called with how many vectors are in, and how many there are.
    """
    engine = ShardedEngine.train(_joined(batches(_draw(ids, _SAMPLE)))[1])
    probe = _RecallProbe(*_joined(batches(_draw(ids, _PROBED))))
    done = 0
    for some, vectors in batches(ids):
        engine.add(some, vectors)
        probe.see(some, vectors)
        done += len(some)
        progress(done, len(ids))
    depth, recall = probe.enough(engine)
    return engine, IndexKind("codes", len(ids), depth, recall)


def load_engine(kind: IndexKind) -> type[FaissEngine] | type[ShardedEngine]:
    """Return the kind of engine that is of a kind."""
    return ShardedEngine if kind.kind == "codes" else FaissEngine


class _RecallProbe:
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
        best = np.argsort(-scores, axis=1)[:, : _NEAREST + 1]
        self._scores = np.take_along_axis(scores, best, 1)
        self._ids = np.take_along_axis(known, best, 1)

    def enough(self, engine: VectorEngine) -> tuple[int, float | None]:
        """Return the least depth at which enough of the nearest are found, and what share is.

        A query whose 20th and 21st nearest are equally near, as copies are, tells nothing.
        """
        clear = self._scores[:, _NEAREST - 1] - self._scores[:, _NEAREST] > 1e-6
        if not clear.any():
            return _DEPTHS[2], None
        wanted = [set(row[:_NEAREST].tolist()) for row in self._ids[clear]]
        nearest = [list(engine.search(query, _DEPTHS[-1])) for query in self._queries[clear]]
        share = 0.0
        for depth in _DEPTHS:
            hits = sum(
                len(near & set(ids[:depth])) for near, ids in zip(wanted, nearest, strict=True)
            )
            share = hits / (_NEAREST * len(wanted))
            if share >= RECALL:
                break
        return depth, round(share, 4)


def _draw(ids: Ids, count: int) -> Ids:
    return np.sort(np.random.default_rng(_SEED).choice(ids, min(count, len(ids)), replace=False))


def _joined(batches: Batches) -> tuple[Ids, Vectors]:
    parts = list(batches)
    return np.concatenate([ids for ids, _ in parts]), np.concatenate([rows for _, rows in parts])
