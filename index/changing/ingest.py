"""Files into the store: load, split, encode what is new, commit; nothing is half added."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Literal

from index.arguments import of_kind
from index.changing.change import change
from index.changing.gathering import gather, written_out
from index.changing.numbering import numbered, of_one_name
from index.changing.outcomes import FileOutcome, Status
from index.context import encoded, new_sentences
from index.documents import Document, NewDocument, Span
from index.encoding.encoder import Encoder, Vectors, encodable
from index.errors import BadSetting, EmptyDocument, UserError
from index.loading.loaders.dispatch import check_file, choose_title
from index.loading.process import Parsed, parse_file, parse_text
from index.search.contract import EngineWriter
from index.store.disk_errors import CallersCode
from index.store.files import file_sha256
from index.store.store import Store, text_sha256
from index.store.vectors import sentence_hash

_BATCH = 1000  # sentences encoded and committed together, unless the encoder wants more
_AHEAD = 2  # times as many new ones at once make the vectors of a long document go in by parts
_LONG = 5_000_000  # characters of a batch: a text may be long and have few sentences
_EXTRACTION = "2"  # raise it when loaders or splitter change what they make of a file or text
_AGAIN = (
    "read again, for this version of Verbatim reads files or cuts their sentences in another way "
    "than the one that read it before"
)


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
    """A text that is no file, with the name it is known by.

    Attributes:
        name: The name; a text that was added under it is replaced.
        text: The text.
        title: What to call it in citations; by default what it begins with.
        beside: Keep what was added under the name if it differs, and number this one.
    """

    name: str
    text: str
    title: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that is known by another name than where it lies, such as one that was uploaded.

    Attributes:
        path: Where it lies.
        source: What it is known by; a file that was added as the same is replaced.
        name: What to call it; by default as where it lies.
        beside: Keep what was added as the same if it differs, and number this one.
    """

    path: Path
    source: str
    name: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    source: str
    name: str
    read: Callable[[], tuple[str, Parsed | None]]
    beside: bool = False
    suffix: bool = True  # whether its name may end in one


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
        self._again: set[str] = set()  # sources that an earlier version of Verbatim had read
        # ids of vectors that replaced documents used, or that were stored ahead of a document
        self.replaced: set[int] = set()
        self._kept: dict[str, tuple[str, ...]] = {}  # by source, names that it was kept beside

    def add_files(self, paths: Sequence[Path | NamedFile]) -> list[FileOutcome]:
        """Add files and folders; one that can't be read doesn't stop the rest."""
        named = [path for path in paths if isinstance(path, NamedFile)]
        found, left_out = gather(path for path in paths if not isinstance(path, NamedFile))
        files = [*named, *(NamedFile(path, written_out(str(path))) for path in found)]
        for place, file in enumerate(files):
            name = written_out(file.name or file.path.name)
            self._progress(Progress("reading", place, len(files), name))
            read = partial(self._read, file)
            self._add(_Source(file.source, name, read, file.beside))
        self._progress(Progress("reading", len(files), len(files)))
        self._commit(everything=True)
        return [*self._outcomes, *left_out]

    def add_texts(self, texts: Iterable[NamedText]) -> list[FileOutcome]:
        """Add texts; one that holds none, or has no name, doesn't stop the rest."""
        for text in self._callers.items(texts):
            name = written_out(text.name)
            self._add(_Source(name, name, partial(_loaded, text), text.beside, suffix=False))
        self._commit(everything=True)
        return self._outcomes

    def put_again(self, mended: Iterable[tuple[Document, Parsed]]) -> None:
        """Store documents anew in place of what is there."""
        for document, parsed in mended:
            # What was made from the stored text says nothing of the file as it is now
            stamp = _stamp(parsed.sha256) if parsed.sha256 else self._store.stamp(document.source)
            new = NewDocument(
                document.source, document.name, stamp or "", parsed.file, parsed.spans
            )
            self._batch.append((new, "updated"))
        self._commit(everything=True)

    def arranging(self, done: int, total: int) -> None:
        """Tell how many sentences are in a vector index that is made anew."""
        self._progress(Progress("arranging", done, total))

    def _read(self, file: NamedFile) -> tuple[str, Parsed | None]:
        path = file.path
        check_file(path)  # nothing is opened that has no end, or read that is too large
        stamp = _stamp(_readable_sha256(path))
        if self._store.stamp(file.source) == stamp:
            return stamp, None
        parsed = parse_file(path)
        return _stamp(parsed.sha256), parsed  # the file may have changed since it was looked at

    def _add(self, item: _Source) -> None:
        if item.source in self._sources or item.beside:  # the earlier text may not be stored yet
            self._commit(everything=True)
        try:
            stamp, parsed = item.read()
            if parsed and not parsed.spans:
                raise EmptyDocument(f"{item.name} holds no text.")
        except UserError as error:
            self._outcomes.append(FileOutcome(item.source, "failed", reason=str(error)))
            return
        if item.beside and parsed:
            item, parsed = self._numbered(item, parsed)
        self._sources.add(item.source)
        known = self._store.document_from(item.source)
        if known and _version(self._store.stamp(item.source) or "") != _version(stamp):
            self._again.add(item.source)
        if parsed is None or (known and self._same(known, parsed)):
            self._store.set_stamp(item.source, stamp)
            self._tell(item.source, "unchanged", known)
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

    def _same(self, known: Document, parsed: Parsed) -> bool:
        """Return whether a document is what was now read; sentences only change with a version."""
        file = parsed.file
        if (known.sha256, known.title, known.format, known.page_starts, known.left_out) != (
            text_sha256(file.text),
            file.title,
            file.format,
            file.page_starts,
            file.left_out,
        ):
            return False
        if known.source not in self._again:
            return True
        stored = (Span(s.start, s.end, s.block) for s in self._store.each_sentence(known.id))
        return list(stored) == list(parsed.spans) and (self._store.blocks(known.id) == file.blocks)

    def _tell(self, source: str, status: Status, document: Document | None) -> None:
        reason = _AGAIN if source in self._again else ""
        self._outcomes.append(
            FileOutcome(source, status, document, reason, beside=self._kept.get(source, ()))
        )

    def _numbered(self, item: _Source, parsed: Parsed) -> tuple[_Source, Parsed]:
        """Return what to add of something that keeps others of its name.

        What one of them holds already is that one. The corpus's lock is held: nobody else takes
        the number meanwhile.
        """
        others = of_one_name(self._store, item.source, suffix=item.suffix)
        for other in others.values():
            file = replace(parsed.file, title=other.title)
            if self._same(other, replace(parsed, file=file)):
                return replace(item, source=other.source), replace(parsed, file=file)
        number = next(number for number in count(1) if number not in others)
        source, name = (
            numbered(text, number, suffix=item.suffix) for text in (item.source, item.name)
        )
        file = parsed.file
        if not item.suffix:  # of a text that was pasted the title is the name
            file = replace(file, title=numbered(file.title, number, suffix=False))
        self._kept[source] = tuple(other.name for _, other in sorted(others.items()))
        return replace(item, source=source, name=name), replace(parsed, file=file)

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
            for text in map(encoded, new_sentences(document))
        )
        texts: dict[str, str] = {}
        while piece := dict(islice(hashed, self._enough)):
            known = self._store.vectors.known(piece)
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
        with self._callers():
            vectors = self._encoder.encode_documents(
                list(texts.values()),
                lambda done: self._progress(Progress("encoding", done, len(texts))),
            )
        with self._store.transaction():
            self._store.vectors.put(dict(zip(texts, vectors, strict=True)))
            self.replaced.update(self._store.vectors.ids_of_hashes(texts))

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
            self.replaced.update(*map(self._store.vectors.ids_of_document, replaced))
            for document, status in batch.documents:
                stored = self._store.put(document, first_id, new_vectors)
                first_id += len(document.spans)
                self._writer.add(self._store.each_sentence(stored.id))
                self._tell(document.source, status, stored)


def _loaded(given: NamedText) -> tuple[str, Parsed]:
    of_kind(given.name, "The text's name", str)
    of_kind(given.text, "The text", str)
    of_kind(given.title, "The text's title", str)
    if not given.name.strip():
        raise BadSetting("Give the text a name, so that it can be cited and removed.")
    text = encodable(given.text).replace("\0", "\ufffd")
    title = encodable(given.title) or choose_title("", text, written_out(given.name))
    return f"text:{_stamp(text_sha256(text))}", parse_text(text, title, given.name)


def _stamp(sha256: str) -> str:
    """Return what tells whether a file has to be read again: the version that read it, its hash."""
    return f"{_EXTRACTION}:{sha256}"


def _version(stamp: str) -> str:
    """Return which version made a stamp; those of texts didn't say so at first."""
    return stamp.rpartition(":")[0].removeprefix("text").removeprefix(":") or "1"


def _readable_sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except OSError:
        return ""  # the loader says what is wrong
