"""Exact search with FAISS: inner products of unit vectors, under the sentences' own ids."""

from pathlib import Path
from typing import Self

import faiss
import numpy as np

from index.search.vectors.base import Ids, Vectors
from index.search.vectors.id_mapped import IdMappedEngine, read_id_mapped


class FaissEngine(IdMappedEngine):
    """An `IndexFlatIP`: its scores are the cosines, and all of the nearest are found."""

    exact = True

    def __init__(self, dimension: int, index: faiss.IndexIDMap2 | None = None) -> None:
        """Hold an index that exists, or a new and empty one."""
        super().__init__(index or faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> dict[int, float]:
        """Return at most `k` ids with their cosines, best first."""
        chosen = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
            chosen = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        ids, scores = self._nearest(query, k, chosen)
        return dict(zip(ids.tolist(), scores.tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write the engine to a file."""
        with path.open("wb") as file:
            self.write(file)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an engine that `save` wrote.

        Raises:
            ValueError: The file can't be read as such an engine.
        """
        try:
            with path.open("rb") as file:
                index = read_id_mapped(file, faiss.IndexFlat)
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        return cls(index.d, index)
