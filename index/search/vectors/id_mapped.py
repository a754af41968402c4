"""What the FAISS engines share: vectors under the sentences' own ids."""

from typing import IO, Any

import faiss
import numpy as np

from index.search.vectors.base import Ids, Vectors

_PIECE = 1 << 20  # bytes of a file for which FAISS calls Python once; all that is held of it


class IdMappedEngine:
    """An `IndexIDMap` over an index of inner products."""

    def __init__(self, index: Any) -> None:  # noqa: ANN401 - FAISS gives its kinds no common type
        self._index = index

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> Ids:
        """Return the ids held, in no particular order."""
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (n, dimension) under ids that aren't held yet."""
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), ids)

    def remove(self, ids: Ids) -> None:
        """Remove ids; those not held are passed over."""
        if len(ids):
            self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def write(self, file: IO[bytes]) -> None:
        """Write the engine as FAISS does, piece by piece."""
        writer = faiss.PyCallbackIOWriter(file.write, _PIECE)  # type: ignore[attr-defined]
        faiss.write_index(self._index, writer)

    def _nearest(
        self, query: Vectors, k: int, settings: faiss.SearchParameters | None = None
    ) -> tuple[Ids, Vectors]:
        """Return at most `k` ids with their scores, best first."""
        row = np.ascontiguousarray(query, np.float32).reshape(1, -1)
        faiss.omp_set_num_threads(1)  # of this thread: for one query, more only wait for each other
        count = min(k, len(self))
        if not count:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, ids = self._index.search(row, count, params=settings)
        valid = ids[0] >= 0  # FAISS fills up with -1
        return ids[0][valid], scores[0][valid]


def read_id_mapped(file: IO[bytes], kind: type) -> Any:  # noqa: ANN401 - as above
    """Return the index that `IdMappedEngine.write` wrote.

    Args:
        file: Where it wrote to.
        kind: Class of the FAISS index under the ids.

    Raises:
        ValueError: It is no such index.
    """
    try:
        reader = faiss.PyCallbackIOReader(file.read, _PIECE)  # type: ignore[attr-defined]
        index: Any = faiss.read_index(reader)
    except (RuntimeError, MemoryError) as error:  # a damaged length asks for any memory
        raise ValueError("This is not a FAISS index") from error
    if (
        not isinstance(index, faiss.IndexIDMap)
        or not isinstance(faiss.downcast_index(index.index), kind)
        or index.metric_type != faiss.METRIC_INNER_PRODUCT
    ):
        raise ValueError("This is a different kind of FAISS index")
    return index
