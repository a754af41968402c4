"""The vector index of a corpus, kept equal to the store: loaded, brought up to date, saved."""

import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import numpy as np
from filelock import BaseFileLock, Timeout

from index.errors import CorpusClosed, CorpusError
from index.search.local.earlier_state import EarlierState
from index.search.local.shared_lock import SharedLock
from index.search.vectors.base import Ids, VectorEngine, Vectors
from index.search.vectors.exact import FaissEngine
from index.search.vectors.index_kind import IndexKind, build, load_engine, needs_upgrade
from index.store.database import CARD_NAME
from index.store.disk_errors import CallersCode
from index.store.files import file_sha256, replacing
from index.store.store import Store

_log = logging.getLogger(__name__)
_INDEX_FILE = "dense.faiss"
_DEEPER = 1.5  # times as many are taken by estimated scores as are wanted by exact ones, at least
_FEW = 5_000  # sentences that are scored exactly without a search
# Times as many are taken again if too few of those taken are of an earlier state: each time is one
# more search, so that the steps are large; other factors were not measured
_WIDER = 8
_EARLIER = 4  # states whose difference from the engine is remembered: each may hold 38 MB
_EXACT_AT_ALL = 1_500_000  # vectors that are held whole until there are codes: 2.3 GB
# Seconds before what failed is tried again, twice as many each time: an attempt takes all cores,
# for minutes of millions
_AGAIN, _AGAIN_MOST = 60.0, 3600.0
# Share of the sentences that may have changed since the index was written. The whole file is
# written, 2.5 GB of ten million, and a small change isn't worth that; opening reads what is lacking
# instead
_UNSAVED = 0.02


def discard_if_ahead(folder: Path, store: Store) -> None:
    """Let a saved index go that holds more than the store ever did, which was put back since."""
    card = folder / CARD_NAME
    try:
        last = json.loads(card.read_text(encoding="utf-8"))["last"]  # read first: both only grow
        if last >= store.unused_sentence_id:
            card.unlink()
    except (OSError, ValueError, KeyError, TypeError):
        return


class DenseIndex:
    """A vector engine that holds the store's sentences.

    Sentence ids are never used twice and a sentence never changes, so comparing ids is enough to
    bring the engine up to date from any earlier state, and from none. It follows the store forward
    only: whoever still reads an earlier state is given what the engine finds of it, with what it
    has dropped since, so that readers of two states don't make it go to and fro.

    Attributes:
        engine: What searches now.
        kind: What kind it is.
    """

    def __init__(self, folder: Path, dimension: int, model: str, lock: BaseFileLock) -> None:
        """Load the saved index if it is whole and of this model; start empty otherwise.

        Args:
            folder: The corpus.
            dimension: Length of a vector.
            model: Fingerprint of what makes the vectors.
            lock: What the corpus's writer holds.
        """
        self._folder = folder
        self._model = {"model": model, "dimension": dimension}
        self._file_lock = lock
        # What the engine holds goes together with its kind and generation, and FAISS may not be
        # searched while vectors go in or out: searches share this lock, so that they use all
        # cores, and what changes any of these holds it alone
        self._lock = SharedLock()
        # Of threads that search the same earlier state one compares it with the engine: that takes
        # a while, and memory. Taken inside the lock above
        self._comparing = threading.Lock()
        self._earlier: dict[str, EarlierState] = {}  # by generation, as compared with this engine
        # One thread makes the next kind of index: another would hold it a second time in memory
        self._growing = threading.Lock()
        self._starting = threading.Lock()  # of searches side by side, one starts that thread
        self._grower: threading.Thread | None = None
        self._pause, self._not_before = _AGAIN, 0.0  # before growing is tried again, and until when
        # Two that save would write one file; the lock of files lets all threads of a process in
        self._saving = threading.Lock()
        self._generation: str | None = None
        self._change_count = -1  # that led to the generation; the file of an index doesn't tell it
        self._last = 0  # greatest id of a sentence in that generation
        self._changed = 0  # sentences since the index was written
        self.kind = IndexKind("exact")
        self.engine: VectorEngine = FaissEngine(dimension)
        self._load()

    def search(
        self,
        store: Store,
        query: Vectors,
        k: int,
        allowed: Ids | None = None,
        kept: Callable[[Iterable[int]], Set[int]] | None = None,
    ) -> dict[int, float]:
        """Return at most `k` sentence ids with their cosines, best first.

        Args:
            store: The store, in the caller's snapshot: that state is searched.
            query: A unit vector.
            k: How many to return.
            allowed: Look among these sentence ids only.
            kept: Tells which of some ids may be returned, where these are too many to be listed.
        """
        if allowed is not None and len(allowed) <= _FEW and not self.engine.exact:
            return _best(_cosines(store, allowed, query), k)
        with self._reading(store) as earlier:
            if self._may_grow(len(self.engine)):
                self._start_growing(store)
            exact = self.engine.exact
            depth = k if exact else max(self.kind.depth, int(_DEEPER * k))
            scores = self._nearest(query, depth, allowed, earlier)
            while kept and len(scores) == depth and (some := len(kept(scores))) < k:
                # As deep as it takes if those further off are so as often; never in small steps
                depth = int(_DEEPER * depth * k / max(1, some))
                scores = self._nearest(query, depth, allowed, earlier)
        if kept:
            may = kept(scores)
            first = (key for key in scores if key in may)
            scores = {key: scores[key] for key in islice(first, int(_DEEPER * k))}
        if not exact:
            scores = _cosines(store, np.array(list(scores), np.int64), query)
        if earlier:
            removed = earlier.removed_scores(store, query, k, allowed)
            may = kept(removed) if kept else removed.keys()
            scores |= {key: score for key, score in removed.items() if key in may}
        return _best(scores, k)

    def ids(self, store: Store) -> Ids:
        """Return the ids of the sentences held for the store's state, in no particular order."""
        with self._reading(store) as earlier:
            held = self.engine.ids()
        if earlier is None:
            return held
        kept = np.setdiff1d(held, earlier.added, assume_unique=True)
        return np.concatenate([kept, earlier.removed])

    def update(self, store: Store) -> None:
        """Take in what the store has and the engine lacks, and drop what the store lacks.

        If it is an earlier state than the engine's, the engine stays as it is.
        """
        with self._reading(store):
            pass

    def grow(self, store: Store, progress: Callable[[int, int], None]) -> None:
        """Go over to another engine if so many sentences want it; searches go on meanwhile.

        Where that fails, the engine there is goes on serving, and it is tried again after a while;
        what `progress` raises is raised.

        Args:
            store: The store; one state of it is read.
            progress: Called with how many sentences are in, and how many there are.
        """
        with self._growing, store.snapshot():
            if not self._may_grow(store.sentence_count):
                return
            callers = CallersCode()
            try:
                made = self._made(store, callers.function(progress))
            except Exception as error:
                if error is callers.error:
                    raise
                self._put_off(error)
                return
            with self._lock.alone():
                self._swap(store, *made)

    def save(self) -> None:
        """Write the index, unless what is written differs by little: opening makes up for that."""
        with self._saving:
            if self._changed > _UNSAVED * len(self.engine) or not self._card_file.exists():
                self._save()

    @contextmanager
    def _reading(self, store: Store) -> Iterator[EarlierState | None]:
        """Keep the engine as it is during the block, at the store's state or at a later one.

        Gives what tells the store's state from the engine's; None if they are the same.
        """
        generation, changes = store.generation, store.change_count
        while True:
            with self._lock.shared():
                if generation == self._generation:
                    self._change_count = changes  # the same for all who are here
                    yield None
                    return
                if changes < self._change_count:
                    yield self._compared(store, generation)
                    return
            with self._lock.alone():  # others may have been here first, and be further by now
                if changes >= self._change_count:
                    self._update(store)

    def _compared(self, store: Store, generation: str) -> EarlierState:
        with self._comparing:
            known = self._earlier.get(generation)
            if known is None:
                if len(self._earlier) >= _EARLIER:
                    del self._earlier[next(iter(self._earlier))]
                known = EarlierState.compare(store, self.engine.ids(), self.engine.dimension)
                self._earlier[generation] = known
            return known

    def _nearest(
        self, query: Vectors, k: int, allowed: Ids | None, earlier: EarlierState | None
    ) -> dict[int, float]:
        """Return at most `k` ids of the reader's state that the engine holds, best first."""
        if earlier is None:
            return self.engine.search(query, k, allowed)
        depth = k + min(k, len(earlier.added))
        while True:
            scores = self.engine.search(query, depth, allowed)
            known = earlier.known(scores)
            if len(known) >= k or len(scores) < depth:
                return dict(islice(known.items(), k))
            depth *= _WIDER

    def _update(self, store: Store) -> None:
        generation, changes = store.generation, store.change_count
        if generation == self._generation:
            return
        count = store.sentence_count
        if self.engine.exact and count > _EXACT_AT_ALL and time.monotonic() >= self._not_before:
            try:
                self._swap(store, *self._made(store, lambda done, total: None))
            except Exception as error:  # noqa: BLE001 - whatever it is, questions go on
                self._put_off(error)
            else:
                return
        # Of no state until all is done: if it ends half-way, the next reader compares all ids
        self._generation, self._change_count, self._earlier = None, -1, {}
        last, missing = store.last_sentence_id, store.sentence_ids_from(self._last + 1)
        # Ids are given in the order of the states: if the numbers fit, nothing else has changed
        if last <= self._last or len(self.engine) + len(missing) != store.sentence_count:
            held, wanted = self.engine.ids(), store.sentence_ids()
            gone = np.setdiff1d(held, wanted, assume_unique=True)
            missing = np.setdiff1d(wanted, held, assume_unique=True)
            self.engine.remove(gone)
            self._changed += len(gone)
        for ids, vectors in store.vectors.batches(missing, self.engine.dimension):
            self.engine.add(ids, vectors)
        self._changed += len(missing)
        self._generation, self._change_count, self._last = generation, changes, last

    def _made(
        self, store: Store, progress: Callable[[int, int], None]
    ) -> tuple[VectorEngine, IndexKind]:
        dimension = self.engine.dimension
        return build(
            store.sentence_ids(), lambda ids: store.vectors.batches(ids, dimension), progress
        )

    def _may_grow(self, vectors: int) -> bool:
        return needs_upgrade(self.kind, vectors) and time.monotonic() >= self._not_before

    def _put_off(self, error: Exception) -> None:
        """Let some time pass before another engine is made: that failed, and may take minutes."""
        first = self._pause == _AGAIN
        self._not_before = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, _AGAIN_MOST)
        if first and not isinstance(error, CorpusClosed | sqlite3.ProgrammingError):  # at its end
            _log.warning(
                "The faster vector index of the corpus in %s can't be made (%s: %s). The one there "
                "is goes on serving, and it is tried again from time to time.",
                self._folder,
                type(error).__name__,
                error,
            )

    def _swap(self, store: Store, engine: VectorEngine, kind: IndexKind) -> None:
        self.engine, self.kind = engine, kind
        self._generation, self._change_count = store.generation, store.change_count
        self._last = store.last_sentence_id
        self._earlier = {}
        self._changed = kind.vectors
        self._pause, self._not_before = _AGAIN, 0.0

    def _start_growing(self, store: Store) -> None:
        with self._starting:
            if self._growing.locked() or (self._grower and self._grower.is_alive()):
                return
            self._grower = threading.Thread(target=self._grow_aside, args=(store,), daemon=True)
            self._grower.start()

    def _grow_aside(self, store: Store) -> None:
        try:
            self.grow(store, lambda done, total: None)
            with self._file_lock.acquire(timeout=0):
                self.save()
        except (CorpusError, sqlite3.Error, Timeout):
            return  # the corpus was closed meanwhile, or a writer is at work and saves by itself
        except Exception:  # noqa: BLE001 - whatever it is, questions go on
            _log.exception(
                "The faster vector index can't be saved; it is used until the program ends."
            )

    # -- files

    @property
    def _card_file(self) -> Path:
        return self._folder / CARD_NAME

    def _save(self) -> None:
        path = self._folder / _INDEX_FILE
        with replacing(path) as aside, self._lock.shared():  # searches go on meanwhile
            self.engine.save(aside)
            state = {"generation": self._generation, "last": self._last, "rung": asdict(self.kind)}
            self._changed = 0
        card = {**self._model, **state, "sha256": file_sha256(path)}
        with replacing(self._card_file) as aside:
            aside.write_text(json.dumps(card), encoding="utf-8")

    def _load(self) -> None:
        path = self._folder / _INDEX_FILE
        try:
            card = json.loads(self._card_file.read_text(encoding="utf-8"))
            known = {key: card.get(key) for key in self._model}
            kind, generation, last = IndexKind(**card["rung"]), card["generation"], card["last"]
            if known != self._model:
                return
            with ThreadPoolExecutor(1) as aside:
                digest = aside.submit(file_sha256, path)
                engine = load_engine(kind).load(path)
            if card["sha256"] != digest.result():
                return
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return
        self.engine, self.kind = engine, kind
        self._generation, self._last = generation, last


def _cosines(store: Store, ids: Ids, query: Vectors) -> dict[int, float]:
    scores: dict[int, float] = {}
    for some, vectors in store.vectors.batches(ids, len(query)):
        scores.update(zip(some.tolist(), (vectors @ query).tolist(), strict=True))
    return scores


def _best(scores: dict[int, float], k: int) -> dict[int, float]:
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:k])
