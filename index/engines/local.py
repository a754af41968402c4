"""FAISS and tantivy in the corpus's own folder."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import numpy as np
from filelock import BaseFileLock

from index.cores import usable_cores
from index.corpus_model import CorpusModel
from index.dense import DenseIndex, discard_if_ahead
from index.documents import Sentence
from index.engines.base import Ids, Vectors
from index.engines.contract import Searcher
from index.lexical import LexicalIndex, LexicalSearcher, LexicalWriter, entries
from index.store import Store


class LocalEngine:
    """The vector and the lexical index of one corpus folder."""

    def __init__(self, store: Store, folder: Path, lock: BaseFileLock, model: CorpusModel) -> None:
        """Open the lexical index; the vector index waits until the model is needed."""
        self._store = store
        self._folder = folder
        self._lock = lock
        self._model = model
        self._lexical = LexicalIndex(folder / "lexical", lock)
        discard_if_ahead(folder, store)
        self._loading = threading.Lock()
        self._loaded: DenseIndex | None = None

    def searcher(self) -> "LocalSearcher | None":
        """Return a searcher of the store's state, if the lexical index has all of it."""
        lexical = self._lexical.searcher(self._store.generation)
        return LocalSearcher(self._store, lexical, self._dense) if lexical else None

    @contextmanager
    def writing(self) -> Iterator["LocalWriter"]:
        """Open the lexical index for changes, made anew if it lacks anything."""
        with self._lexical.writing() as lexical:
            writer = LocalWriter(lexical)
            searcher = self._lexical.searcher(self._store.generation)
            if not searcher or searcher.count != self._store.sentence_count:
                writer.rebuild(self._store)
            yield writer

    def load(self) -> None:
        """Load the vector index and bring it up to date."""
        dense = self._dense()
        with self._store.snapshot():
            dense.update(self._store)

    def describe(self) -> str:
        """Name the libraries, with the rung of the vector index."""
        return f"FAISS, {self._dense().rung}, and tantivy"

    def save(self, progress: Callable[[int, int], None]) -> None:
        """Bring the vector index up to date, to the size of the corpus, and into its file."""
        self.load()
        self._dense().grow(self._store, progress)
        self._dense().save()

    def problems(self, searcher: Searcher | None) -> list[tuple[str, str]]:
        """Compare the ids in the vector index, and the number in the other, with the store's."""
        wanted = self._store.sentence_ids()
        held = self._dense().ids(self._store)
        found = []
        if not np.array_equal(np.sort(held), wanted):
            found.append(("dense", f"holds {len(held)} sentences, the database {len(wanted)}"))
        count = searcher.count if searcher else 0
        if count != len(wanted):
            found.append(("lexical", f"holds {count} sentences, not {len(wanted)}"))
        return found

    def close(self) -> None:
        """Nothing is kept open."""

    def _dense(self) -> DenseIndex:
        with self._loading:
            if self._loaded is None:
                card = self._model.card()
                self._loaded = DenseIndex(
                    self._folder, card.dimension, card.fingerprint, self._lock
                )
            return self._loaded


class LocalSearcher:
    """A view of the lexical index, and the vector index brought to the store's state."""

    def __init__(
        self, store: Store, lexical: LexicalSearcher, dense: Callable[[], DenseIndex]
    ) -> None:
        self._store = store
        self._lexical = lexical
        self._dense = dense

    @property
    def count(self) -> int:
        """Number of sentences in the lexical index."""
        return self._lexical.count

    def dense(
        self, query: Vectors, k: int, document_ids: Sequence[int] | None = None
    ) -> dict[int, float]:
        """Return at most `k` sentence ids with their cosines, best first."""
        allowed = None if document_ids is None else self._store.sentence_ids(document_ids)
        return self._dense().search(self._store, query, k, allowed)

    def lexical(
        self,
        question: str,
        k: int,
        fields: Sequence[str],
        document_ids: Sequence[int] | None = None,
    ) -> Callable[[], list[dict[int, float]]]:
        """Search the fields for words, each in a thread; return what waits for them."""
        search = partial(self._lexical.search, question, k, document_ids=document_ids)
        found = [_pool().submit(search, field) for field in fields]
        return lambda: [self._store.known(scores.result()) for scores in found]


@cache
def _pool() -> ThreadPoolExecutor:
    """Return threads that search for words while others compare vectors."""
    return ThreadPoolExecutor(usable_cores(), "lexical")


class LocalWriter:
    """Changes to the lexical index; the vector index follows the store by itself."""

    def __init__(self, lexical: LexicalWriter) -> None:
        self._lexical = lexical
        self._removed: list[int] = []

    def rebuild(self, store: Store) -> None:
        """Make the lexical index anew."""
        self._lexical.clear()
        for document in store.documents():
            self.add(store.sentences_of(document.id))
        self._lexical.commit(store.generation)

    def announce(self, generation: str) -> None:
        """Forget what an earlier change that failed would have removed."""
        self._removed = []

    def add(self, sentences: Sequence[Sentence]) -> None:
        """Add one document's sentences."""
        self._lexical.add(entries(sentences))

    def remove(self, sentence_ids: Ids) -> None:
        """Remove sentences once the store has committed."""
        self._removed += sentence_ids.tolist()

    def commit(self, before: str, after: str) -> None:
        """Write what was added."""
        self._lexical.commit(before, after)

    def finish(self, after: str) -> None:
        """Remove what the store no longer has."""
        if self._removed:
            self._lexical.remove(self._removed)
            self._lexical.commit(after)
