"""The vector index of a corpus, kept equal to the store: loaded, brought up to date, saved."""

import json
import threading
from pathlib import Path

import numpy as np

from index.engines import VectorEngine, new_engine
from index.engines.base import Ids, Vectors
from index.files import file_sha256, replacing
from index.store import Store

_INDEX_FILE, _CARD_FILE = "dense.faiss", "dense.json"


class DenseIndex:
    """A vector engine that holds the store's sentences.

    Sentence ids are never used twice and a sentence never changes, so comparing ids is enough to
    bring the engine up to date from any earlier state, and from none.
    """

    def __init__(self, folder: Path, dimension: int, model: str) -> None:
        """Load the saved index if it is whole and of this model; start empty otherwise."""
        self._folder = folder
        self._card = {"model": model, "dimension": dimension}
        self._lock = threading.Lock()
        self._generation: str | None = None
        self.engine: VectorEngine = self._load() or new_engine(dimension)

    def search(
        self, store: Store, query: Vectors, k: int, allowed: Ids | None = None
    ) -> dict[int, float]:
        """Return at most `k` sentence ids with their cosines, best first.

        Args:
            store: The store, in the caller's snapshot: that state is searched.
            query: A unit vector.
            k: How many to return.
            allowed: Look among these sentence ids only.
        """
        with self._lock:
            self._update(store)
            return self.engine.search(query, k, allowed)

    def update(self, store: Store) -> None:
        """Take in what the store has and the engine lacks, and drop what the store lacks."""
        with self._lock:
            self._update(store)

    def _update(self, store: Store) -> None:
        generation = store.generation
        if generation == self._generation:
            return
        held, wanted = self.engine.ids(), store.sentence_ids()
        self.engine.remove(np.setdiff1d(held, wanted, assume_unique=True))
        missing = np.setdiff1d(wanted, held, assume_unique=True)
        for ids, vectors in store.vectors(missing, self.engine.dimension):
            self.engine.add(ids, vectors)
        self._generation = generation

    def save(self) -> None:
        """Write the index aside, then put it in place of the older one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / _INDEX_FILE
        with replacing(path) as aside:
            self.engine.save(aside)
        with replacing(self._folder / _CARD_FILE) as aside:
            aside.write_text(
                json.dumps({**self._card, "sha256": file_sha256(path)}), encoding="utf-8"
            )

    def _load(self) -> VectorEngine | None:
        path = self._folder / _INDEX_FILE
        try:
            card = json.loads((self._folder / _CARD_FILE).read_text(encoding="utf-8"))
            if card != {**self._card, "sha256": file_sha256(path)}:
                return None
            return type(new_engine(1)).load(path)
        except (OSError, ValueError):
            return None
