"""FAISS and tantivy in the corpus's own folder."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from itertools import islice
from pathlib import Path

import numpy as np
from filelock import BaseFileLock

from index.cores import usable_cores
from index.documents import Sentence
from index.encoding.corpus_model import CorpusModel, ModelCard
from index.search.contract import Searcher
from index.search.entries import entries
from index.search.local.dense import DenseIndex, discard_if_ahead
from index.search.local.lexical import LexicalIndex, LexicalSearcher, LexicalWriter
from index.search.misspelt import slips_allowed
from index.search.vectors.base import Ids, Vectors
from index.store.database import CARD_NAME
from index.store.read_only import Aside
from index.store.store import Store
from index.written import Wording

# Times as many sentences are looked at, where those found are unknown to the store, as those of a
# change that failed are: four more searches get beyond 100,000 of these. Not measured against
# others
_DEEPER = 8
# Sentences of a wording that are listed for the search by vectors: with 20,000 of 196,000 it took
# five times as long as a plain one. Of more those nearest are taken, and it is looked which are so
_LISTED = 5_000


class LocalEngine:
    """The vector and the lexical index of one corpus folder."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        lock: BaseFileLock,
        model: CorpusModel,
        aside: Aside | None = None,
    ) -> None:
        """Open the lexical index; the vector index waits until the model is needed.

        Args:
            store: The corpus's database.
            folder: Its folder.
            lock: What a writer of the indexes holds.
            model: The corpus's model.
            aside: Where the indexes are kept instead if the folder may only be read.
        """
        self._store = store
        self._aside = aside
        self._folder = folder = aside.folder if aside else folder
        self._lock = lock
        self._model = model
        self._lexical = self._open_lexical()
        discard_if_ahead(folder, store)
        # Of two threads that come first, one loads; it also keeps what is forgotten from being
        # loaded again from its old file
        self._loading = threading.Lock()
        self._loaded: DenseIndex | None = None
        # Of a generation: its number of sentences, and their languages
        self._known_facts: tuple[str, int, tuple[str, ...]] | None = None

    def searcher(self) -> "LocalSearcher | None":
        """Return a searcher of the store's state, if the lexical index has all of it."""
        sentences, languages = self._facts()
        lexical = self._lexical.searcher(self._store.generation, languages)
        if not lexical:
            return None
        tidy = lexical.count == sentences
        return LocalSearcher(self._store, lexical, self._dense, tidy=tidy)

    def _facts(self) -> tuple[int, tuple[str, ...]]:
        """Return how many sentences the store's state has, in which languages; looked up once."""
        generation = self._store.generation
        known = self._known_facts
        if known is None or known[0] != generation:
            known = (generation, self._store.sentence_count, self._store.languages)
            self._known_facts = known
        return known[1:]

    @contextmanager
    def writing(self) -> Iterator["LocalWriter"]:
        """Open the lexical index for changes, brought to the sentences of the store."""
        if self._aside and not self._lexical.searcher(self._store.generation):
            self._lexical = self._open_lexical()  # somebody may have changed it where it comes from
        with self._lexical.writing() as lexical:
            writer = LocalWriter(self._store, lexical, self._forget_dense)
            searcher = self._lexical.searcher(self._store.generation)
            if not searcher:
                writer.rebuild()
            elif searcher.count != self._store.sentence_count:
                writer.bring_up_to_date(searcher)
            yield writer

    def load(self) -> None:
        """Load the vector index and bring it up to date."""
        dense = self._dense()
        with self._store.snapshot():
            dense.update(self._store)

    def describe(self) -> str:
        """Name the libraries, with the kind of vector index."""
        return f"FAISS, {self._dense().kind}, and tantivy"

    def save(self, progress: Callable[[int, int], None]) -> None:
        """Bring the vector index up to date, to the size of the corpus, and into its file.

        This compares no model, and loads none: what wrote to the store has done so, or only
        removed. An index that was never made stays unmade.
        """
        card = self._model.known_card
        if card is None:
            return
        dense = self._opened(card)
        with self._store.snapshot():
            dense.update(self._store)
        dense.grow(self._store, progress)
        dense.save()

    def problems(self, searcher: Searcher | None) -> list[tuple[str, str]]:
        """Compare the ids in both indexes with the store's."""
        wanted = self._store.sentence_ids()
        words = searcher.ids() if isinstance(searcher, LocalSearcher) else wanted[:0]
        parts = {"dense": np.sort(self._dense().ids(self._store)), "lexical": words}
        return [
            (part, f"holds {len(held)} sentences, not those {len(wanted)} of the database")
            for part, held in parts.items()
            if not np.array_equal(held, wanted)
        ]

    def close(self) -> None:
        """Remove what was kept aside; nothing else is open."""
        if self._aside:
            self._aside.close()

    def _open_lexical(self) -> LexicalIndex:
        folder = self._aside.lexical() if self._aside else self._folder / "lexical"
        return LexicalIndex(folder, self._lock)

    def _forget_dense(self) -> None:
        """Make the vector index anew from the store when it is next needed."""
        with self._loading:
            (self._folder / CARD_NAME).unlink(missing_ok=True)
            self._loaded = None

    def _dense(self) -> DenseIndex:
        return self._opened(self._model.card())

    def _opened(self, card: ModelCard) -> DenseIndex:
        with self._loading:
            if self._loaded is None:
                self._loaded = DenseIndex(
                    self._folder, card.dimension, card.fingerprint, self._lock
                )
            return self._loaded


class LocalSearcher:
    """A view of the lexical index, and the vector index brought to the store's state."""

    def __init__(
        self, store: Store, lexical: LexicalSearcher, dense: Callable[[], DenseIndex], *, tidy: bool
    ) -> None:
        self._store = store
        self._lexical = lexical
        self._dense = dense
        self._tidy = tidy

    @property
    def count(self) -> int:
        """Number of sentences in the lexical index."""
        return self._lexical.count

    @property
    def tidy(self) -> bool:
        """Whether the lexical index holds as many sentences as the store."""
        return self._tidy

    def ids(self) -> Ids:
        """Return the ids of the sentences in the lexical index, ascending."""
        return self._lexical.ids(self._store.unused_sentence_id)

    @property
    def reads_wording(self) -> bool:
        """Always."""
        return True

    def dense(
        self,
        query: Vectors,
        k: int,
        document_ids: Sequence[int] | None = None,
        wording: Wording | None = None,
    ) -> dict[int, float]:
        """Return at most `k` sentence ids with their cosines, best first."""
        if not wording:
            allowed = None if document_ids is None else self._store.sentence_ids(document_ids)
            return self._dense().search(self._store, query, k, allowed)
        listed = self._lexical.worded(wording, document_ids, _LISTED)
        if listed is not None:
            known = sorted(self._store.known(dict.fromkeys(listed, 0.0)))
            return self._dense().search(self._store, query, k, np.array(known, np.int64))
        allowed = None if document_ids is None else self._store.sentence_ids(document_ids)
        kept = partial(self._lexical.among, wording=wording)
        return self._dense().search(self._store, query, k, allowed, kept)

    def lexical(
        self,
        question: str,
        k: int,
        fields: Sequence[str],
        document_ids: Sequence[int] | None = None,
        wording: Wording | None = None,
    ) -> Callable[[], list[dict[int, float]]]:
        """Search the fields for words, each in a thread; return what waits for them."""
        searches = [
            partial(
                self._lexical.search,
                question,
                field=field,
                document_ids=document_ids,
                wording=wording,
            )
            for field in fields
        ]
        begun = [_pool().submit(search, k) for search in searches]
        return lambda: [
            self._known(search, k, first.result())
            for search, first in zip(searches, begun, strict=True)
        ]

    def like(self, word: str, k: int) -> list[int]:
        """Return sentences that have a word spelt nearly as one that none has."""
        found = self._lexical.like(word, slips_allowed(word), k)
        return list(self._store.known(dict.fromkeys(found, 1.0)))

    def _known(
        self, search: Callable[..., dict[int, float]], k: int, scores: dict[int, float]
    ) -> dict[int, float]:
        """Return the first `k` that this state has, looking as much deeper as it takes.

        The index may hold any number of sentences of a change that failed, or is under way.
        """
        depth, every_word = k, False
        while True:
            known = self._store.known(scores)
            if len(known) >= k or (len(scores) < depth and (known or not scores or every_word)):
                return dict(islice(known.items(), k))
            if len(scores) < depth:
                every_word = True  # the rarest words stand in unknown sentences only
            else:
                depth *= _DEEPER
            scores = search(depth, every_word=every_word)


@cache
def _pool() -> ThreadPoolExecutor:
    """Return threads that search for words while others compare vectors."""
    return ThreadPoolExecutor(usable_cores(), "lexical")


class LocalWriter:
    """Changes to the lexical index; the vector index follows the store by itself."""

    def __init__(
        self, store: Store, lexical: LexicalWriter, forget_dense: Callable[[], None]
    ) -> None:
        self._store = store
        self._lexical = lexical
        self._forget_dense = forget_dense
        self._removed: list[int] = []

    def rebuild(self) -> None:
        """Make the lexical index anew."""
        self._lexical.clear()
        for document in self._store.documents():
            self.add(self._store.each_sentence(document.id))
        self._lexical.commit(self._store.generation)

    def bring_up_to_date(self, searcher: LexicalSearcher) -> None:
        """Remove what the store doesn't have; make the index anew if it lacks anything."""
        held, wanted = searcher.ids(self._store.unused_sentence_id), self._store.sentence_ids()
        unknown = np.setdiff1d(held, wanted)
        if len(held) - len(unknown) != len(wanted):
            self.rebuild()
        else:
            self._lexical.remove(unknown.tolist())
            self._lexical.commit(self._store.generation)

    def mend(self) -> None:
        """Make both indexes anew, the vector index when it is next needed."""
        self.rebuild()
        self._forget_dense()

    def announce(self, generation: str) -> None:
        """Forget what an earlier change that failed would have removed."""
        self._removed = []

    def add(self, sentences: Iterable[Sentence]) -> None:
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
