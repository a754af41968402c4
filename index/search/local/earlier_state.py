"""How an earlier state of the store differs from the vector index, which has gone on since."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from index.search.vectors.base import Ids, Vectors
from index.store.store import Store

# Vectors of removed sentences that are kept for one state, 38 MB of 384 numbers. Of more, each
# search of that state reads them from the store again, which takes longer but no memory
_KEPT = 25_000


@dataclass(frozen=True, slots=True)
class EarlierState:
    """What a search of an earlier state leaves out of the index, and looks at beside it.

    Attributes:
        added: Ids that the index holds and the state doesn't know.
        removed: Ids of the state that the index no longer holds.
        vectors: Those of `removed`, in the same order; None if they are too many to be kept.
    """

    added: Ids
    removed: Ids
    vectors: Vectors | None

    @classmethod
    def compare(cls, store: Store, held: Ids, dimension: int) -> Self:
        """Compare the state in the caller's snapshot with the ids that the index holds."""
        wanted = store.sentence_ids()
        added = np.setdiff1d(held, wanted, assume_unique=True)
        removed = np.setdiff1d(wanted, held, assume_unique=True)
        if len(removed) > _KEPT:
            return cls(added, removed, None)
        batches = [(removed[:0], np.empty((0, dimension), np.float32))]
        batches += store.vectors.batches(removed, dimension)
        ids, vectors = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        return cls(added, ids, vectors)

    def known(self, scores: dict[int, float]) -> dict[int, float]:
        """Return the scores, in their order, of those ids of the index that the state has too."""
        unknown = np.isin(np.fromiter(scores, np.int64, len(scores)), self.added)
        pairs = zip(scores.items(), unknown.tolist(), strict=True)
        return {key: score for (key, score), drop in pairs if not drop}

    def removed_scores(
        self, store: Store, query: Vectors, k: int, allowed: Ids | None
    ) -> dict[int, float]:
        """Return the cosines of the `k` best removed sentences, or of a few more.

        Args:
            store: The store, in the snapshot that was compared.
            query: A unit vector.
            k: How many.
            allowed: Look among these ids only.
        """
        removed: dict[int, float] = {}
        for ids, vectors in self._batches(store, allowed, len(query)):
            scores = vectors @ query
            best = np.argpartition(-scores, k)[:k] if len(ids) > k else slice(None)
            removed.update(zip(ids[best].tolist(), scores[best].tolist(), strict=True))
        return removed

    def _batches(
        self, store: Store, allowed: Ids | None, dimension: int
    ) -> Iterator[tuple[Ids, Vectors]]:
        inside = slice(None) if allowed is None else np.isin(self.removed, allowed)
        if self.vectors is None:
            yield from store.vectors.batches(self.removed[inside], dimension)
        else:
            yield self.removed[inside], self.vectors[inside]
