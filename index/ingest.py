"""Files into the store: load, split, encode what is new, commit; nothing is half added."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal

from index.arguments import of_kind
from index.change import change
from index.disk_errors import CallersCode
from index.documents import Document, LoadedFile, NewDocument
from index.encoder import Encoder, Vectors, encodable
from index.engines.contract import EngineWriter
from index.errors import BadSetting, EmptyDocument, UserError
from index.files import file_sha256
from index.gathering import gather, written_out
from index.loaders import check_file, choose_title
from index.outcomes import FileOutcome, Status
from index.parsing import Parsed, parse_file, split_text
from index.store import Store, text_sha256
from index.vector_table import sentence_hash

_BATCH = 1000  # sentences encoded and committed together, unless the encoder wants more
_AHEAD = 2  # times as many new ones at once make the vectors of a long document go in by parts
_LONG = 5_000_000  # characters of a batch: a text may be long and have few sentences
_EXTRACTION = "1"  # raise it when loaders or splitter change what they make of a file


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long piece of work has come.

    Attributes:
        stage: `reading` files, `encoding` sentences, or `arranging` those of a large corpus.
        done: Files read, or sentences of the present batch encoded.
        total: Files in all, or sentences of the present batch.
        name: The file at hand; empty while encoding.
    """

    stage: Literal["reading", "encoding", "arranging"]
    done: int
    total: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text that is no file, with the name it is known by, and a title for citations."""

    name: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that is known by another name than where it lies, such as one that was uploaded."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class _Source:
    source: str
    name: str
    read: Callable[[], tuple[str, Parsed | None]]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Documents, and the sentences among theirs, by hash, that have no vector yet."""

    documents: list[tuple[NewDocument, Status]]
    texts: dict[str, str]
    encode: Callable[[Callable[[int], None]], Vectors]


class Ingestion:
    """One run of adding documents. The caller holds the corpus's lock."""

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
        self._batch: list[tuple[NewDocument, Status]] = []
        self._waiting, self._enough = 0, _BATCH  # sentences in the batch, and when it is full
        self._characters = 0  # in the batch
        self._under_way: _Batch | None = None
        self._outcomes: list[FileOutcome] = []
        self._sources: set[str] = set()  # of this run's documents, as far as they go in
        # ids of vectors that replaced documents used, or that were stored ahead of a document
        self.replaced: set[int] = set()

    def add_files(self, paths: Sequence[Path | NamedFile]) -> list[FileOutcome]:
        """Add files and folders; one that can't be read doesn't stop the rest."""
        named = [path for path in paths if isinstance(path, NamedFile)]
        found, left_out = gather(path for path in paths if not isinstance(path, NamedFile))
        files = [*named, *(NamedFile(path, written_out(str(path))) for path in found)]
        for place, file in enumerate(files):
            name = written_out(file.path.name)
            self._progress(Progress("reading", place, len(files), name))
            self._add(_Source(file.source, name, lambda file=file: self._read(file)))  # type: ignore[misc]
        self._progress(Progress("reading", len(files), len(files)))
        self._commit(everything=True)
        return [*self._outcomes, *left_out]

    def add_texts(self, texts: Iterable[NamedText]) -> list[FileOutcome]:
        """Add texts; one that holds none, or has no name, doesn't stop the rest."""
        for text in self._callers.items(texts):
            name = written_out(text.name)
            self._add(_Source(name, name, lambda text=text: _loaded(text)))  # type: ignore[misc]
        self._commit(everything=True)
        return self._outcomes

    def put_again(self, mended: Iterable[tuple[Document, Parsed]]) -> None:
        """Store documents anew in place of what is there."""
        for document, parsed in mended:
            stamp = self._store.stamp(document.source) or ""
            new = NewDocument(document.source, document.name, stamp, parsed.file, parsed.spans)
            self._batch.append((new, "updated"))
        self._commit(everything=True)

    def arranging(self, done: int, total: int) -> None:
        """Tell how many sentences are in a vector index that is made anew."""
        self._progress(Progress("arranging", done, total))

    def _read(self, file: NamedFile) -> tuple[str, Parsed | None]:
        path = file.path
        check_file(path)  # nothing is opened that has no end, or read that is too large
        stamp = f"{_EXTRACTION}:{_readable_sha256(path)}"
        if stamp and self._store.stamp(file.source) == stamp:
            return stamp, None
        return stamp, parse_file(path)

    def _add(self, item: _Source) -> None:
        if item.source in self._sources:  # its earlier text may not be stored yet
            self._commit(everything=True)
        try:
            stamp, parsed = item.read()
            if parsed and not parsed.spans:
                raise EmptyDocument(f"{item.name} holds no text.")
        except UserError as error:
            self._outcomes.append(FileOutcome(item.source, "failed", reason=str(error)))
            return
        self._sources.add(item.source)
        known = self._store.document_from(item.source)
        if parsed is None or (known and _same(known, parsed.file)):
            self._store.set_stamp(item.source, stamp)
            self._outcomes.append(FileOutcome(item.source, "unchanged", known))
            return
        if not self._batch:
            self._enough = int(getattr(self._encoder, "sentences_at_once", _BATCH))
        self._batch.append(
            (
                NewDocument(item.source, item.name, stamp, parsed.file, parsed.spans),
                "updated" if known else "added",
            )
        )
        self._waiting += len(parsed.spans)
        self._characters += len(parsed.file.text)
        if self._waiting >= self._enough or self._characters >= _LONG:
            self._commit()

    def _commit(self, *, everything: bool = False) -> None:
        """Encode and store the batch; readers see all of it or none of it.

        While others encode it, the batch before it is stored here, and the next one is read.
        """
        if self._batch:
            before, self._under_way = self._under_way, self._begin()
            if before:
                self._finish(before)
        if self._under_way and (everything or not hasattr(self._encoder, "begin")):
            last, self._under_way = self._under_way, None
            self._finish(last)

    def _begin(self) -> _Batch:
        documents, self._batch, self._waiting, self._characters = self._batch, [], 0, 0
        under_way = self._under_way.texts if self._under_way else {}
        hashed = (
            (sentence_hash(text), text)
            for document, _ in documents
            for text in map(document.sentence_text, document.spans)
        )
        texts: dict[str, str] = {}
        while piece := dict(islice(hashed, self._enough)):
            known = self._store.hashes_with_vector(piece)
            texts |= {k: v for k, v in piece.items() if k not in known and k not in under_way}
            if len(texts) >= _AHEAD * self._enough:
                self._store_ahead(texts)
                texts = {}
        begin = getattr(self._encoder, "begin", None)
        sentences = list(texts.values())
        encode = begin(sentences) if begin else partial(self._encoder.encode_documents, sentences)
        return _Batch(documents, texts, encode)

    def _store_ahead(self, texts: dict[str, str]) -> None:
        """Encode and store sentences of a document that has too many to hold all their vectors.

        Nothing uses these vectors before the document is stored; if it isn't, they are dropped.
        """
        vectors = self._encoder.encode_documents(
            list(texts.values()),
            lambda done: self._progress(Progress("encoding", done, len(texts))),
        )
        with self._store.transaction():
            self._store.put_vectors(dict(zip(texts, vectors, strict=True)))
            self.replaced.update(self._store.vector_ids_of(texts))

    def _finish(self, batch: _Batch) -> None:
        with self._callers():  # an encoder of theirs, or of Ray, and no disk of ours
            vectors = batch.encode(
                lambda done: self._progress(Progress("encoding", done, len(batch.texts)))
            )
        new_vectors = dict(zip(batch.texts, vectors, strict=True))
        first_id = self._store.reserve_sentence_ids(sum(len(d.spans) for d, _ in batch.documents))
        with change(self._store, self._writer):
            known = [self._store.document_from(document.source) for document, _ in batch.documents]
            replaced = [document.id for document in known if document]
            self._writer.remove(self._store.sentence_ids(replaced))
            self.replaced.update(*map(self._store.vector_ids, replaced))
            for document, status in batch.documents:
                stored = self._store.put(document, first_id, new_vectors)
                first_id += len(document.spans)
                self._writer.add(self._store.each_sentence(stored.id))
                self._outcomes.append(FileOutcome(document.source, status, stored))


def _same(known: Document, file: LoadedFile) -> bool:
    return (
        known.sha256 == text_sha256(file.text)
        and known.title == file.title
        and known.page_starts == file.page_starts
    )


def _loaded(given: NamedText) -> tuple[str, Parsed]:
    of_kind(given.name, "The text's name", str)
    of_kind(given.text, "The text", str)
    of_kind(given.title, "The text's title", str)
    if not given.name.strip():
        raise BadSetting("Give the text a name, so that it can be cited and removed.")
    text = encodable(given.text).replace("\0", "\ufffd")
    title = encodable(given.title) or choose_title("", text, written_out(given.name))
    parsed = Parsed(LoadedFile(text, title, "text"), split_text(text, given.name))
    return f"text:{text_sha256(text)}", parsed


def _readable_sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError:
        return ""  # the loader says what is wrong
