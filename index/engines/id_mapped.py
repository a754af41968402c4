"""What the FAISS engines share: vectors under the sentences' own ids, behind a lock.

FAISS allows searches side by side but no change beside a search.
"""

import threading
from typing import Any

import faiss
import numpy as np

from index.engines.base import Ids, Vectors


class IdMappedEngine:
    """An `IndexIDMap` over an index of inner products."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS gives its kinds no common type
        self._index = index
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
        if len(ids):
            with self._lock:
                self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def to_bytes(self) -> bytes:
        """Return the engine as FAISS writes it."""
        with self._lock:
            return bytes(faiss.serialize_index(self._index).tobytes())

    def _nearest(
        self, query: Vectors, k: int, settings: faiss.SearchParameters | None = None
    ) -> tuple[Ids, Vectors]:
        """Return at most `k` ids with their scores, best first."""
        row = np.ascontiguousarray(query, np.float32).reshape(1, -1)
        faiss.omp_set_num_threads(1)  # of this thread: for one query, more only wait for each other
        with self._lock:
            count = min(k, len(self))
            if not count:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            scores, ids = self._index.search(row, count, params=settings)
        found = ids[0] >= 0  # FAISS fills up with -1
        return ids[0][found], scores[0][found]


def parse_id_mapped(content: bytes, kind: type) -> Any:  # noqa: ANN401 - as above
    """Return the index that `IdMappedEngine.to_bytes` gave.

    Args:
        content: What it gave.
        kind: Class of the FAISS index under the ids.

    Raises:
        ValueError: It is no such index.
    """
    try:
        index: Any = faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8))
    except RuntimeError as error:
        raise ValueError("This is no FAISS index") from error
    if (
        not isinstance(index, faiss.IndexIDMap)
        or not isinstance(faiss.downcast_index(index.index), kind)
        or index.metric_type != faiss.METRIC_INNER_PRODUCT
    ):
        raise ValueError("This is another kind of FAISS index")
    return index
