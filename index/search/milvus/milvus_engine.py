"""A corpus's dense and lexical search on a Milvus server: one collection, made from the store.

A row is a sentence, found by its vector, by its terms and by those of its neighbourhood. A marker
row names the last two states of the store that the collection covers. A collection whose marker
doesn't fit is another corpus's by now, a copy of this one perhaps: it is left alone and a new one
made, so that no two corpora ever write to one.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice

import numpy as np

from index.documents import Sentence
from index.encoding.corpus_model import CorpusModel
from index.errors import EngineUnavailable
from index.search.contract import Searcher
from index.search.entries import SENTENCE, LexicalEntry, Words, entries
from index.search.milvus.removed_rows import Range, outdated, ranges, seen, set_outdated
from index.search.milvus.server import (
    DENSE,
    MARKER_ID,
    MOST_BYTES,
    TERMS,
    MilvusServer,
    NoCollection,
)
from index.search.terms import Terms
from index.search.vectors.base import Ids, Vectors
from index.store.store import Store
from index.written import Wording

_FORMAT = "3"  # raise it when what is put in a row changes: collections are then made anew
_COLLECTION, _ANNOUNCED = "milvus_collection", "milvus_announced"
# Seconds before the marker is looked at again: trades a request to the server for each question
# against answers, for so long, from a collection that a copy of the corpus has made its own
_TRUSTED = 10.0
# Seconds for which those who read an earlier state still find what was removed: a question takes
# less
_KEPT = 60.0
_MOST_RANGES = 200  # of removed sentences that are kept: each makes a filter longer and slower
_RANGES = 100  # deleted at a time, each a part of the request's filter
_ROWS = 8192  # rows held at a time with their texts, of any long document


class MilvusEngine:
    """The collection of one corpus."""

    def __init__(self, store: Store, model: CorpusModel, server: MilvusServer) -> None:
        """Remember the server; nothing is asked of it before the first search or change."""
        self._store = store
        self._model = model
        self._server = server
        self._verified: tuple[str, str, float]  # collection and generation, and until when it holds
        self._distrust()

    def searcher(self) -> "MilvusSearcher | None":
        """Return a searcher of the store's state, if the collection has all of it."""
        name, generation = self._store.meta(_COLLECTION) or "", self._store.generation
        now = time.monotonic()
        if self._verified[:2] != (name, generation) or now > self._verified[2]:
            if not name or generation not in self._covered(name):
                return None
            self._verified = (name, generation, now + _TRUSTED)
        return MilvusSearcher(self._store, self._server, name, self._distrust)

    def _distrust(self) -> None:
        self._verified = ("", "", 0.0)

    @contextmanager
    def writing(self) -> Iterator["MilvusWriter"]:
        """Open the collection for changes, brought up to date or made anew if it doesn't fit."""
        self._distrust()
        name, generation = self._store.meta(_COLLECTION) or "", self._store.generation
        covered = self._covered(name) if name else []
        announced = self._store.meta(_ANNOUNCED)
        if generation in covered and covered[-1] in (generation, announced):
            writer = MilvusWriter(self._store, self._model, self._server, name)
            writer.finish(generation)
            held = self._server.count(name, seen(self._store))
            if announced != generation or held != self._store.sentence_count:
                writer.bring_up_to_date()
        else:
            writer = self._new_collection(name)
        yield writer

    def load(self) -> None:
        """Nothing is kept here."""

    def describe(self) -> str:
        """Name it."""
        return "Milvus"

    def save(self, progress: Callable[[int, int], None]) -> None:
        """Nothing is kept here."""

    def problems(self, searcher: Searcher | None) -> list[tuple[str, str]]:
        """Compare the ids in the collection with the store's."""
        wanted = self._store.sentence_ids()
        name = self._store.meta(_COLLECTION)
        if not name or self._store.generation not in self._covered(name):
            return [("milvus", "holds a different state from the database")] if len(wanted) else []
        held = self._server.ids(name, seen(self._store))
        if np.array_equal(held, wanted):
            return []
        return [("milvus", f"holds {len(held)} sentences, not those {len(wanted)} of the database")]

    def close(self) -> None:
        """Close the connection."""
        self._server.close()

    def _covered(self, name: str) -> list[str]:
        """Return the states that a collection covers, the latest last; none if it isn't ours."""
        kind, *covered = (self._server.marker(name) or "none").split()
        return covered if kind == _kind(self._model) else []

    def _new_collection(self, old: str) -> "MilvusWriter":
        """Make a collection from all that the store holds."""
        if old and self._server.marker(old) is None:
            self._server.drop(old)  # it was never finished
        name = f"verbatim_{uuid.uuid4().hex}"
        with self._store.transaction():
            self._store.set_meta(_COLLECTION, name)
            set_outdated(self._store, [])
        self._server.create(name, self._model.dimension)
        writer = MilvusWriter(self._store, self._model, self._server, name)
        writer.bring_up_to_date()
        return writer


class MilvusSearcher:
    """Searches the rows of one state of the store, in the caller's snapshot."""

    def __init__(
        self, store: Store, server: MilvusServer, name: str, lost: Callable[[], None]
    ) -> None:
        self._store = store
        self._server = server
        self._name = name
        self._lost = lost
        self._seen = seen(store)
        self._terms = Terms()

    @property
    def count(self) -> int:
        """Number of sentences of this state that the collection holds."""
        return self._server.count(self._name, self._seen)

    @property
    def tidy(self) -> bool:
        """Always: a filter leaves out what this state doesn't have."""
        return True

    @property
    def reads_wording(self) -> bool:
        """Never: Milvus's index of words has no positions."""
        return False

    def dense(
        self,
        query: Vectors,
        k: int,
        document_ids: Sequence[int] | None = None,
        _wording: Wording | None = None,
    ) -> dict[int, float]:
        """Return at most `k` sentence ids with their cosines, best first."""
        return self._search(DENSE, query.tolist(), k, document_ids)

    def lexical(
        self,
        question: str,
        k: int,
        fields: Sequence[str],
        document_ids: Sequence[int] | None = None,
        _wording: Wording | None = None,
    ) -> Callable[[], list[dict[int, float]]]:
        """Return what searches the fields for words, best first."""
        query = " ".join(map(_sent, self._terms.of_question(question, self._store.languages)))
        return lambda: [self._search(field, query, k, document_ids) for field in fields]

    def like(self, _word: str, _k: int) -> list[int]:
        """Return nothing: Milvus can't look for words spelt nearly as one."""
        return []

    def _search(
        self, field: str, query: str | list[float], k: int, document_ids: Sequence[int] | None
    ) -> dict[int, float]:
        if not query or k < 1 or (document_ids is not None and not len(document_ids)):
            return {}
        where = self._seen
        if document_ids is not None:
            where += f" and document in {[int(number) for number in document_ids]}"
        try:
            return self._store.known(self._server.search(self._name, field, query, k, where))
        except NoCollection:
            self._lost()
            raise


class MilvusWriter:
    """Changes to one collection."""

    def __init__(self, store: Store, model: CorpusModel, server: MilvusServer, name: str) -> None:
        self._store = store
        self._model = model
        self._server = server
        self._name = name
        self._terms = Terms()
        self._added: list[LexicalEntry] = []
        self._removed: list[Range] = []
        self._marker = server.marker(name)

    def announce(self, generation: str) -> None:
        """Record where the change leads, so that what it leaves after a crash is known as ours."""
        self._added, self._removed = [], []
        with self._store.transaction():
            self._store.set_meta(_ANNOUNCED, generation)

    def add(self, sentences: Iterable[Sentence]) -> None:
        """Add one document's sentences; of a long one rows are sent at once, before the marker."""
        for entry in entries(sentences):
            self._added.append(entry)
            if len(self._added) >= _ROWS:
                self._send()

    def remove(self, sentence_ids: Ids) -> None:
        """Let searchers of the new state pass over sentences."""
        self._removed += ranges(sentence_ids, time.time())

    def commit(self, before: str, after: str) -> None:
        """Send the new rows, then the marker; record which rows are outdated."""
        self._send()
        self._mark(before, after)
        set_outdated(self._store, [*outdated(self._store), *self._removed])

    def finish(self, after: str) -> None:
        """Delete the rows of sentences that were removed long enough ago."""
        known = sorted(outdated(self._store), key=lambda entry: entry.since)
        recent = [entry for entry in known if time.time() - entry.since < _KEPT][-_MOST_RANGES:]
        old = known[: len(known) - len(recent)]
        if old:
            self._delete(old)
            with self._store.transaction():
                set_outdated(self._store, recent)

    def mend(self) -> None:
        """Bring the collection to the store's sentences."""
        self.bring_up_to_date()

    def bring_up_to_date(self) -> None:
        """Add and delete rows until the ids are those of the store, then mark that."""
        generation, wanted = self._store.generation, self._store.sentence_ids()
        held = self._server.ids(self._name, f"id > {MARKER_ID}")
        self._delete(ranges(np.setdiff1d(held, wanted), 0.0))
        missing = set(np.setdiff1d(wanted, held).tolist())
        for document in self._store.documents() if missing else ():
            rows = entries(self._store.each_sentence(document.id))
            lacking = (row for row in rows if row.sentence_id in missing)
            while some := list(islice(lacking, _ROWS)):
                self._put(some)
        self._mark(generation, generation)
        with self._store.transaction():
            self._store.set_meta(_ANNOUNCED, generation)
            set_outdated(self._store, [])

    def _send(self) -> None:
        if self._server.marker(self._name) != self._marker:
            raise EngineUnavailable(
                "A copy of this corpus has changed what Milvus holds of both. Try again: this one "
                "then gets a collection of its own."
            )
        self._put(self._added)
        self._added = []

    def _delete(self, old: Sequence[Range]) -> None:
        for start in range(0, len(old), _RANGES):
            where = " or ".join(entry.where for entry in old[start : start + _RANGES])
            self._server.delete(self._name, where)

    def _put(self, rows: Sequence[LexicalEntry]) -> None:
        by_id = {row.sentence_id: row for row in rows}
        wanted = np.fromiter(by_id, np.int64)
        for ids, vectors in self._store.vectors.batches(wanted, self._model.dimension):
            pairs = zip(ids.tolist(), vectors.tolist(), strict=True)
            self._server.put(self._name, [self._row(by_id[key], vector) for key, vector in pairs])

    def _row(self, entry: LexicalEntry, vector: list[float]) -> dict[str, object]:
        texts = zip(TERMS.values(), ((entry.sentence,), entry.window), strict=True)
        return {
            "id": entry.sentence_id,
            "document": entry.document_id,
            DENSE: vector,
            **{field: self._terms_of(*words) for field, words in texts},
        }

    def _terms_of(self, *words: Words) -> str:
        """Return the terms of texts as one string, without the last ones if there are too many."""
        terms = (self._terms.of_text(one.text, one.language).split() for one in words)
        joined = " ".join(map(_sent, chain.from_iterable(terms))).encode()
        return joined[:MOST_BYTES].decode(errors="ignore")

    def _mark(self, *covered: str) -> None:
        self._marker = " ".join([_kind(self._model), *covered])
        vector = [1.0] + [0.0] * (self._model.dimension - 1)
        row: dict[str, object] = {"id": MARKER_ID, "document": 0, DENSE: vector}
        row |= {field: self._marker if field == TERMS[SENTENCE] else "" for field in TERMS.values()}
        self._server.put(self._name, [row])


def _sent(term: str) -> str:
    """Return a term as it is sent: the server cuts at whatever is neither letter nor digit."""
    return term if term.isalnum() else f"x{term.encode().hex()}"


def _kind(model: CorpusModel) -> str:
    """Return what rows of the same kind have in common: their format and their model."""
    return f"{_FORMAT}:{model.fingerprint}"
