"""Exact search with FAISS: inner products of unit vectors, under the sentences' own ids."""

import threading
from pathlib import Path
from typing import Self

import faiss
import numpy as np

from index.engines.base import Ids, Vectors


class FaissEngine:
    """An `IndexFlatIP` under an `IndexIDMap2`, behind a lock.

    FAISS allows searches side by side but no change beside a search.
    """

    exact = True

    def __init__(self, dimension: int, index: faiss.IndexIDMap2 | None = None) -> None:
        """Hold an index that exists, or a new and empty one."""
        self._index = index or faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._lock = threading.Lock()

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
        with self._lock:
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), ids)

    def remove(self, ids: Ids) -> None:
        """Remove ids; those not held are passed over."""
        with self._lock:
            self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> dict[int, float]:
        """Return at most `k` ids with their cosines, best first."""
        chosen = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
            chosen = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        with self._lock:
            count = min(k, int(self._index.ntotal))
            if not count:
                return {}
            row = np.ascontiguousarray(query, np.float32).reshape(1, -1)
            faiss.omp_set_num_threads(1)  # of this thread: more only wait for each other
            scores, ids = self._index.search(row, count, params=chosen)
        found = ids[0] >= 0  # FAISS fills up with -1
        return dict(zip(ids[0][found].tolist(), scores[0][found].tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write the engine to a file."""
        with self._lock:
            path.write_bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an engine that `save` wrote."""
        try:
            index = faiss.deserialize_index(np.frombuffer(path.read_bytes(), dtype=np.uint8))
        except RuntimeError as error:
            raise ValueError(f"{path.name} is no FAISS index") from error
        if (
            not isinstance(index, faiss.IndexIDMap2)
            or index.metric_type != faiss.METRIC_INNER_PRODUCT
        ):
            raise ValueError(f"{path.name} holds another kind of index")
        return cls(index.d, index)
