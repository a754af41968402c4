"""Fast search among many vectors with FAISS: by coarse codes first, the best of them by finer ones.

A coarse code has four bits for every four numbers, 48 bytes for 384 numbers, and all of these are
looked at; a fine code has four bits for each number. There are no lists or graphs that a search
could miss a neighbour in: all that is lost is precision, and whoever asks makes up for that by
taking more than wanted and scoring these exactly.
"""

from typing import IO, Any, Self

import faiss
import numpy as np

from index.cores import usable_cores
from index.search.vectors.base import Ids, Vectors
from index.search.vectors.id_mapped import IdMappedEngine, read_id_mapped
from index.search.vectors.removal import remove_codes

_TOGETHER = 4  # numbers of a vector that share four bits of the coarse code, at most
# How many are looked at by fine codes: so many times as many as wanted. With these the 20 nearest
# were all among the best 200 of a million, and .999 of them of ten million (`benchmarks.vectors`)
_LEAST, _TIMES = 1600, 8
# Times as many as would be needed if the allowed ids lay evenly: trades a deeper search each time
# for a second one where they don't
_MORE = 1.5


class PqEngine(IdMappedEngine):
    """An `IndexPQFastScan` refined by four-bit scalars: its scores are estimates of the cosines."""

    @classmethod
    def train(cls, sample: Vectors) -> Self:
        """Return an empty engine for vectors like those of the sample, of shape (n, dimension)."""
        dimension = sample.shape[1]
        together = next(count for count in range(_TOGETHER, 0, -1) if dimension % count == 0)
        index: Any = faiss.index_factory(
            dimension,
            f"IDMap,PQ{dimension // together}x4fs,Refine(SQ4)",
            faiss.METRIC_INNER_PRODUCT,
        )
        faiss.omp_set_num_threads(usable_cores())
        refined: Any = faiss.downcast_index(index.index)
        coarse: Any = faiss.downcast_index(refined.base_index)
        coarse.pq.cp.min_points_per_centroid = 1  # no warning of fewer
        index.train(np.ascontiguousarray(sample, np.float32))
        return cls(index)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (n, dimension) under ids that aren't held yet, on all cores."""
        faiss.omp_set_num_threads(usable_cores())
        super().add(ids, vectors)

    def remove(self, ids: Ids) -> None:
        """Remove ids; those not held are passed over."""
        if len(ids):
            remove_codes(self._index, ids)

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
            settings = faiss.IndexRefineSearchParameters()
            settings.k_factor = max(_LEAST, _TIMES * wanted, depth) / depth
            ids, scores = self._nearest(query, depth, settings)
            if allowed is not None:
                inside = np.isin(ids, allowed)
                ids, scores = ids[inside], scores[inside]
            if len(ids) >= wanted or depth >= held:
                break
            depth = min(held, 2 * depth)
        return dict(zip(ids[:wanted].tolist(), scores[:wanted].tolist(), strict=True))

    @classmethod
    def from_file(cls, file: IO[bytes]) -> Self:
        """Return the engine that `write` wrote; raise ValueError if it is none."""
        return cls(read_id_mapped(file, faiss.IndexRefine))
