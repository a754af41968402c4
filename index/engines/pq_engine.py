"""Fast search among many vectors with FAISS: product quantisation, four bits for every two numbers.

Every vector is looked at, but 96 bytes of it instead of 1,536. There are no lists or graphs that a
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

_MORE = 1.5  # times as many as would be needed if the allowed ids lay evenly


class PqEngine(IdMappedEngine):
    """An `IndexPQFastScan`: its scores are estimates of the cosines."""

    exact = False

    @classmethod
    def train(cls, sample: Vectors) -> Self:
        """Return an empty engine for vectors like those of the sample, of shape (n, dimension)."""
        dimension = sample.shape[1]
        parts = dimension // 2 if dimension % 2 == 0 else dimension
        index: Any = faiss.index_factory(
            dimension, f"IDMap2,PQ{parts}x4fs", faiss.METRIC_INNER_PRODUCT
        )
        faiss.omp_set_num_threads(usable_cores())
        codes: Any = faiss.downcast_index(index.index)
        codes.pq.cp.min_points_per_centroid = 1  # no warning of fewer
        index.train(np.ascontiguousarray(sample, np.float32))
        return cls(index)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (n, dimension) under ids that aren't held yet, on all cores."""
        faiss.omp_set_num_threads(usable_cores())
        super().add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        """Remove ids; those not held are passed over."""
        super().remove(ids)
        with self._lock:
            _clear_rest(faiss.downcast_index(self._index.index))

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
        return cls(read_id_mapped(path, faiss.IndexPQFastScan))


def _clear_rest(codes: Any) -> None:  # noqa: ANN401 - FAISS gives its kinds no common type
    """Empty the places after the last vector, up to the end of its block.

    FAISS 1.15 leaves the codes of vectors that stood there, and mixes those added later with them.
    """
    packer = codes.get_CodePacker()
    used = codes.ntotal % packer.nvec
    if used:
        blocks = faiss.rev_swig_ptr(codes.codes.data(), codes.codes.size())
        last = blocks[-packer.block_size :].reshape(1, -1)
        for place in range(used, packer.nvec):
            packer.pack_1(np.zeros(packer.code_size, np.uint8), place, last)
