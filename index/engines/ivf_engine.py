"""Fast search among many vectors with FAISS: inverted lists of 8-bit vectors.

The vectors are parted among lists by the nearest of as many centres, and a search looks into the
lists near the query only. How many is measured when the engine is made, on vectors held out.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np

from index.engines.base import Ids, Vectors

_ROUNDS = 8  # of k-means
_LEAST, _MOST = 64, 8192  # lists
_PER_LIST = 40  # vectors to train on; FAISS warns below 39
_SEED = 1


class IvfEngine:
    """An `IndexIVFScalarQuantizer` behind a lock. Its scores are near the cosines, not equal."""

    exact = False

    def __init__(self, index: "faiss.IndexIVFScalarQuantizer") -> None:
        self._index = index
        self._lock = threading.Lock()

    @classmethod
    def train(cls, sample: Vectors, lists: int) -> Self:
        """Return an empty engine whose lists suit vectors like those of the sample.

        Args:
            sample: Unit vectors of shape (n, dimension), n at least `lists`.
            lists: How many, see `list_count`.
        """
        description = f"IVF{lists},SQ8"
        index: Any = faiss.index_factory(sample.shape[1], description, faiss.METRIC_INNER_PRODUCT)
        index.cp.niter = _ROUNDS
        index.cp.seed = _SEED
        index.cp.max_points_per_centroid = _PER_LIST
        index.train(np.ascontiguousarray(sample, np.float32))
        index.nprobe = lists
        return cls(index)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def lists(self) -> int:
        """Number of lists."""
        return int(self._index.nlist)

    @property
    def probes(self) -> int:
        """Number of lists a search looks into."""
        return int(self._index.nprobe)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> Ids:
        """Return the ids held, in no particular order."""
        lists: Any = self._index.invlists
        with self._lock:
            parts = [
                faiss.rev_swig_ptr(lists.get_ids(place), lists.list_size(place)).copy()
                for place in range(self.lists)
                if lists.list_size(place)
            ]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (n, dimension) under ids that aren't held yet."""
        with self._lock:
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), ids)

    def remove(self, ids: Ids) -> None:
        """Remove ids; those not held are passed over."""
        with self._lock:
            self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> dict[int, float]:
        """Return at most `k` ids with scores near their cosines, best first.

        Among few allowed ids, all lists are looked into: those allowed may be in any.
        """
        with self._lock:
            settings = faiss.SearchParametersIVF(nprobe=self._index.nprobe)  # type: ignore[call-arg]
            if allowed is not None:
                selector = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
                share = len(allowed) / max(1, len(self))
                probes = min(self.lists, int(self.probes / max(share, 1e-9)) + 1)
                settings = faiss.SearchParametersIVF(sel=selector, nprobe=probes)  # type: ignore[call-arg]
            count = min(k, len(self))
            if not count:
                return {}
            row = np.ascontiguousarray(query, np.float32).reshape(1, -1)
            scores, ids = self._index.search(row, count, params=settings)
        found = ids[0] >= 0  # FAISS fills up with -1
        return dict(zip(ids[0][found].tolist(), scores[0][found].tolist(), strict=True))

    def tune(self, queries: Vectors, nearest: Sequence[set[int]], recall: float) -> float:
        """Look into as few lists as reach the recall, and return what is reached.

        Args:
            queries: Vectors of shape (n, dimension), not held.
            nearest: For each, the ids of the vectors truly nearest.
            recall: Share of these to be found on average.
        """
        most = max(map(len, nearest))
        reached = 0.0
        probes = 1
        while reached < recall and probes <= self.lists:
            self._index.nprobe = probes
            found = [
                set(self.search(query, 2 * most)) & wanted
                for query, wanted in zip(queries, nearest, strict=True)
            ]
            reached = sum(map(len, found)) / sum(map(len, nearest))
            probes *= 2
        return reached

    def save(self, path: Path) -> None:
        """Write the engine to a file."""
        with self._lock:
            faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an engine that `save` wrote."""
        try:
            index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise ValueError(f"{path.name} is no FAISS index") from error
        if (
            not isinstance(index, faiss.IndexIVFScalarQuantizer)
            or index.metric_type != faiss.METRIC_INNER_PRODUCT
        ):
            raise ValueError(f"{path.name} holds another kind of index")
        return cls(index)


def list_count(vectors: int) -> int:
    """Return how many lists suit so many vectors: about four times the square root."""
    power = round(np.log2(4 * max(1, vectors) ** 0.5))
    return int(np.clip(2**power, _LEAST, _MOST))


def sample_size(vectors: int) -> int:
    """Return how many vectors to train on."""
    return min(vectors, _PER_LIST * list_count(vectors))
