"""Files and texts into the store: read -> batch -> encode -> store; nothing is half added.

Each stage takes from the one before it when it is asked for more, so that nothing is held but the
batch at hand, and with an encoder that works elsewhere the one that is under way there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice

from index.changing.change import change
from index.changing.comparing import Plan, compare
from index.changing.gathering import Gathered
from index.changing.moving import move_documents, with_documents
from index.changing.outcomes import FileOutcome, Progress
from index.changing.reading import (
    ReadDocument,
    ReadItem,
    file_sources,
    read,
    read_again,
    text_sources,
)
from index.changing.sources import NamedFile, NamedText
from index.context import encoded, new_sentences
from index.documents import Document
from index.encoding.encoder import Encoder, Vectors, Waiting
from index.loading.process import Parsed
from index.search.contract import EngineWriter
from index.store.disk_errors import CallersCode
from index.store.store import Store
from index.store.vectors import sentence_hash

# Sentences that are encoded and committed together, unless the encoder wants more. They take a core
# four seconds to encode: that is what a killed run loses, and how soon what was read is found. To
# store 5,000 took 3.2 s of processor time by 100, 1.8 s by 1,000 and 1.7 s by 3,000.
_BATCH = 1000
# Batches' worth of new sentences in one document at which their vectors are stored ahead of it:
# those of 200,000, the most there are, take 300 MB and were held twice. Below, one commit does for
# all.
_AHEAD = 2
# Characters of a batch, 20 MB at the worst: a text may be long and have few sentences, and a
# thousand such texts were all held until they had sentences enough.
_LONG = 5_000_000


@dataclass(frozen=True, slots=True)
class _Batch:
    """Documents that are encoded and stored together.

    Attributes:
        documents: The documents.
        outcomes: What became of those that were read meanwhile and don't go in.
        size: How many sentences make a batch.
        last: Whether nothing more is read before it is stored.
    """

    documents: list[ReadDocument]
    outcomes: list[FileOutcome]
    size: int
    last: bool


@dataclass(frozen=True, slots=True)
class _Begun:
    """A batch that is being encoded.

    Attributes:
        batch: The batch.
        texts: What is encoded, by hash: its sentences that have no vector yet.
        waiting: Waits for their vectors; None if they are yet to be made, here.
    """

    batch: _Batch
    texts: dict[str, str]
    waiting: Waiting | None


@dataclass(frozen=True, slots=True)
class _Encoded:
    """A batch with the vectors of its new sentences, by hash."""

    batch: _Batch
    vectors: dict[str, Vectors]


class Ingestion:
    """One run of adding documents. The caller holds the corpus's lock.

    Attributes:
        replaced: Ids of vectors that replaced documents used, or that were stored ahead of a
            document: those that nothing uses in the end may be dropped.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        writer: EngineWriter,
        progress: Callable[[Progress], None] | None = None,
        callers: CallersCode | None = None,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._writer = writer
        self._progress = progress or (lambda _: None)
        self._callers = callers or CallersCode()
        self.replaced: set[int] = set()

    def add_files(self, gathered: Gathered, named: Sequence[NamedFile] = ()) -> list[FileOutcome]:
        """Add files; one that can't be read doesn't stop the rest.

        Args:
            gathered: Those that were found, and what else was met.
            named: Others, that are known by another name than their path.

        Returns:
            What became of each, and of what else was met; documents whose files have `gone` among
            that.
        """
        plan = compare(self._store, gathered, by_content=True)
        gone = [replace(outcome, status="gone") for outcome in with_documents(self._store, plan)]
        return [*self.bring_in(plan, gathered, named), *gone, *gathered.left_out.values()]

    def bring_in(
        self, plan: Plan, gathered: Gathered, named: Sequence[NamedFile] = ()
    ) -> list[FileOutcome]:
        """Move documents and read files, as it was planned, and return what became of them."""
        outcomes = move_documents(self._store, self._writer, plan)
        found = (NamedFile(gathered.path(source), source) for source in plan.read)
        sources = file_sources(self._store, [*named, *found], self._progress, plan.was)
        return [*outcomes, *self._run(read(self._store, sources))]

    def add_texts(self, texts: Iterable[NamedText]) -> list[FileOutcome]:
        """Add texts; one that holds none, or has no name, doesn't stop the rest."""
        return self._run(read(self._store, text_sources(self._callers.items(texts))))

    def put_again(self, mended: Iterable[tuple[Document, Parsed]]) -> None:
        """Store documents anew in place of what is there."""
        self._run(read_again(self._store, mended))

    def arranging(self, done: int, total: int) -> None:
        """Tell how many sentences are in a vector index that is made anew."""
        self._progress(Progress("arranging", done, total))

    def _run(self, items: Iterator[ReadItem]) -> list[FileOutcome]:
        batches = iter(partial(self._batch, items), None)
        # Neither `map` nor `chain` holds what was stored while the next batch is read
        outcomes = list(chain.from_iterable(map(self._put, self._encode(batches))))
        # Those of a run that is broken off stay, for one that begins anew
        with self._store.transaction():
            self._store.readings.drop_unused()
        return outcomes

    def _batch(self, items: Iterator[ReadItem]) -> _Batch | None:
        """Return the next batch; None if nothing is left."""
        documents: list[ReadDocument] = []
        outcomes: list[FileOutcome] = []
        size = sentences = characters = 0
        for item in items:
            if item is None:
                return _Batch(documents, outcomes, size, last=True)
            if isinstance(item, FileOutcome):
                outcomes.append(item)
                continue
            size = size or max(1, self._encoder.sentences_at_once or _BATCH)
            for document in (item, *item.attached):
                documents.append(document)
                sentences += len(document.document.spans)
                characters += len(document.document.file.text)
            if sentences >= size or characters >= _LONG:
                return _Batch(documents, outcomes, size, last=False)
        return _Batch(documents, outcomes, size, last=True) if documents or outcomes else None

    def _encode(self, batches: Iterable[_Batch]) -> Iterator[_Encoded]:
        """Yield batches with the vectors that they need.

        While others encode a batch, the one before it is stored, and the next one is read.
        """
        under_way: _Begun | None = None
        for batch in batches:
            before, under_way = under_way, self._begin(batch, under_way)
            if before:
                yield self._end(before)
            if batch.last or not under_way.waiting:
                yield self._end(under_way)
                under_way = None
            del batch, before  # what was stored isn't held while the next batch is read
        if under_way:
            yield self._end(under_way)

    def _begin(self, batch: _Batch, before: _Begun | None) -> _Begun:
        """Find the sentences that have no vector, and hand them over if others encode them."""
        under_way = before.texts if before else {}
        hashed = (
            (sentence_hash(text), text)
            for item in batch.documents
            for text in map(encoded, new_sentences(item.document))
        )
        texts: dict[str, str] = {}
        while piece := dict(islice(hashed, batch.size)):
            known = self._store.vectors.known(piece)
            texts |= {k: v for k, v in piece.items() if k not in known and k not in under_way}
            if len(texts) >= _AHEAD * batch.size:
                self._store_ahead(texts)
                texts = {}
        return _Begun(batch, texts, self._encoder.begin(list(texts.values())) if texts else None)

    def _store_ahead(self, texts: dict[str, str]) -> None:
        """Encode and store sentences of a document that has too many to hold all their vectors.

        Nothing uses these vectors before the document is stored; if it isn't, they are dropped.
        """
        vectors = self._vectors(texts)
        with self._store.transaction():
            self._store.vectors.put(vectors)
            self.replaced.update(self._store.vectors.ids_of_hashes(texts))

    def _end(self, begun: _Begun) -> _Encoded:
        texts = begun.texts
        return _Encoded(begun.batch, self._vectors(texts, begun.waiting) if texts else {})

    def _vectors(self, texts: dict[str, str], waiting: Waiting | None = None) -> dict[str, Vectors]:
        """Return the vectors of texts by hash, waited for or made here."""

        def progress(done: int) -> None:
            self._progress(Progress("encoding", done, len(texts)))

        with self._callers():  # an encoder of theirs, or of Ray, and no disk of ours
            if waiting:
                vectors = waiting(progress)
            else:
                vectors = self._encoder.encode_documents(list(texts.values()), progress)
        return dict(zip(texts, vectors, strict=True))

    def _put(self, made: _Encoded) -> list[FileOutcome]:
        """Store a batch, and return what became of it; readers see all of it or none of it."""
        items, outcomes = made.batch.documents, made.batch.outcomes
        if not items:
            return outcomes
        first_id = self._store.reserve_sentence_ids(sum(len(i.document.spans) for i in items))
        with change(self._store, self._writer):
            known = [self._store.document_from(item.document.source) for item in items]
            replaced = [document.id for document in known if document]
            dropped = [number for item in items for number in item.dropped]
            replaced += dropped
            self._writer.remove(self._store.sentence_ids(replaced))
            self.replaced.update(*map(self._store.vectors.ids_of_document, replaced))
            self._store.delete(dropped, keep_vectors=True)
            for item in items:
                stored = self._store.put(item.document, first_id, made.vectors)
                item.keep_file(self._store)
                first_id += len(item.document.spans)
                self._writer.add(self._store.each_sentence(stored.id))
                outcomes.append(item.outcome(self._store.document(stored.id)))
            if replaced:
                self._store.originals.drop_unused()
        return outcomes
