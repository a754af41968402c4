"""Fast search among many vectors with FAISS: two bits for each of a vector's numbers (RaBitQ).

Every vector is looked at, but 124 bytes of it instead of 1,536. There are no lists or graphs that a
search could miss a neighbour in: all that is lost is precision, and whoever asks makes up for that
by taking more than wanted and scoring these exactly.
"""

from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np

from index.cores import usable_cores
from index.engines.base import Ids, Vectors
from index.engines.id_mapped import IdMappedEngine, read_id_mapped

_QUERY_BITS = 8  # of each number of the query
_MORE = 1.5  # times as many as would be needed if the allowed ids lay evenly


class RabitqEngine(IdMappedEngine):
    """An `IndexRaBitQFastScan`: its scores are estimates of the cosines."""

    exact = False

    @classmethod
    def train(cls, sample: Vectors) -> Self:
        """Return an empty engine for vectors like those of the sample, of shape (n, dimension)."""
        index = faiss.index_factory(sample.shape[1], "IDMap2,RaBitQfs2", faiss.METRIC_INNER_PRODUCT)
        index.train(np.ascontiguousarray(sample, np.float32))
        return cls(_asking(index))

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (n, dimension) under ids that aren't held yet, on all cores."""
        faiss.omp_set_num_threads(usable_cores())
        super().add(ids, vectors)

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

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an engine that `save` wrote."""
        return cls(_asking(read_id_mapped(path, faiss.IndexRaBitQFastScan)))


def _asking(index: Any) -> Any:  # noqa: ANN401 - FAISS gives its kinds no common type
    """Set the precision of queries, which isn't written with the index."""
    codes: Any = faiss.downcast_index(index.index)
    codes.qb = _QUERY_BITS
    return index
