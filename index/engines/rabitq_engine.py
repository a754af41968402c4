"""Fast search among many vectors with FAISS: two bits for each of a vector's numbers (RaBitQ).

Every vector is looked at, but 124 bytes of it instead of 1,536. There are no lists or graphs that a
search could miss a neighbour in: all that is lost is precision, and whoever asks makes up for that
by taking more than wanted and scoring these exactly.
"""

import threading
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np

from index.engines.base import Ids, Vectors
from index.onnx_model import usable_cores

_QUERY_BITS = 8  # of each number of the query
_MORE = 1.5  # times as many as would be needed if the allowed ids lay evenly


class RabitqEngine:
    """An `IndexRaBitQFastScan` under an `IndexIDMap2`, behind a lock. Scores are estimates."""

    exact = False

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS gives its kinds no common type
        self._index = index
        self._lock = threading.Lock()

    @classmethod
    def train(cls, sample: Vectors) -> Self:
        """Return an empty engine for vectors like those of the sample, of shape (n, dimension)."""
        index = faiss.index_factory(sample.shape[1], "IDMap2,RaBitQfs2", faiss.METRIC_INNER_PRODUCT)
        index.train(np.ascontiguousarray(sample, np.float32))
        return cls(_asking(index))

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> Ids:
        """Return the ids held, in no particular order."""
        with self._lock:
            return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (n, dimension) under ids that aren't held yet."""
        faiss.omp_set_num_threads(usable_cores())
        with self._lock:
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), ids)

    def remove(self, ids: Ids) -> None:
        """Remove ids; those not held are passed over."""
        if len(ids):
            with self._lock:
                self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> dict[int, float]:
        """Return at most `k` ids with their estimated cosines, best first.

        Among allowed ids, more and more are looked at until `k` of these are found.
        """
        held = len(self)
        wanted = min(k, held)
        share = 1.0 if allowed is None else min(1.0, len(allowed) / max(1, held))
        if not wanted or not share:
            return {}
        depth = wanted if allowed is None else min(held, int(_MORE * wanted / share) + 1)
        while True:
            ids, scores = self._nearest(query, depth)
            if allowed is not None:
                inside = np.isin(ids, allowed)
                ids, scores = ids[inside], scores[inside]
            if len(ids) >= wanted or depth >= held:
                break
            depth = min(held, 2 * depth)
        return dict(zip(ids[:wanted].tolist(), scores[:wanted].tolist(), strict=True))

    def _nearest(self, query: Vectors, k: int) -> tuple[Ids, Vectors]:
        row = np.ascontiguousarray(query, np.float32).reshape(1, -1)
        faiss.omp_set_num_threads(1)  # of this thread: for one query, more only wait for each other
        with self._lock:
            scores, ids = self._index.search(row, k)
        found = ids[0] >= 0  # FAISS fills up with -1
        return ids[0][found], scores[0][found]

    def save(self, path: Path) -> None:
        """Write the engine to a file."""
        with self._lock:
            faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an engine that `save` wrote."""
        try:
            index: Any = faiss.read_index(str(path))
            codes = faiss.downcast_index(index.index)
        except (RuntimeError, AttributeError) as error:
            raise ValueError(f"{path.name} is no such FAISS index") from error
        if (
            not isinstance(codes, faiss.IndexRaBitQFastScan)
            or index.metric_type != faiss.METRIC_INNER_PRODUCT
        ):
            raise ValueError(f"{path.name} holds another kind of index")
        return cls(_asking(index))


def _asking(index: Any) -> Any:  # noqa: ANN401 - FAISS gives its kinds no common type
    """Set the precision of queries, which isn't written with the index."""
    codes: Any = faiss.downcast_index(index.index)
    codes.qb = _QUERY_BITS
    return index
