"""The truth of a corpus: one SQLite file, from which all else in the folder is derived."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.context import context_of, encoded, new_sentences
from index.documents import (
    UNKNOWN_LANGUAGE,
    Block,
    BlockKind,
    Cell,
    Document,
    NamedCell,
    NewDocument,
    Sentence,
)
from index.errors import UnknownDocument
from index.store.database import Database
from index.store.notes import read_date, read_notes, written_notes
from index.store.originals import OriginalTable
from index.store.page_readings import PageReadingTable
from index.store.sources import SourceTable
from index.store.texts import TextTable
from index.store.vectors import VectorTable, sentence_hash

_SLICE = 1000  # sentences held at a time of a document that is read through
_PIECE = 1_000_000  # characters of a text that are turned into bytes at a time
EMPTY = "empty"  # the generation of a corpus to which nothing was ever added


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 form, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for start in range(0, len(text), _PIECE):  # not all of a long one twice in memory
        digest.update(text[start : start + _PIECE].encode())
    return digest.hexdigest()


class Store(Database):
    """The documents and sentences of a corpus, with the tables of their texts and vectors.

    Attributes:
        texts: The documents' texts.
        vectors: The sentences' vectors.
        originals: The files that the texts are from.
        sources: The folders that are followed, and what their files are like.
        readings: What was read on pages that are pictures.
    """

    def __init__(self, folder: Path) -> None:
        """Open the database in `folder`; see `Database`."""
        self._holds_more: dict[int, tuple[str, bool]] = {}
        self.texts = TextTable(self)
        self.vectors = VectorTable(self)
        self.originals = OriginalTable(self)
        self.sources = SourceTable(self)
        self.readings = PageReadingTable(self)
        super().__init__(folder)

    @property
    def generation(self) -> str:
        """A name for the committed state: another after each `index.changing.change`."""
        return self.meta("generation") or EMPTY

    @property
    def change_count(self) -> int:
        """How many changes led to the committed state: a later state has had more."""
        return int(self.meta("changes") or 0)

    def record_change(self, generation: str) -> None:
        """Give the state to be committed its name and number. Call in a `transaction`."""
        self.set_meta("changes", str(self.change_count + 1))
        self.set_meta("generation", generation)

    def reserve_sentence_ids(self, count: int) -> int:
        """Take `count` sentence ids out of use for good, and return the first.

        Committed by itself, before anything derived may hold the ids: after a crash a left-over id
        in an index can then never come to mean another sentence.
        """
        with self.transaction():
            first = self.unused_sentence_id
            self.set_meta("next_sentence_id", str(first + count))
        return first

    def skip_used_sentence_ids(self) -> None:
        """Give no sentence the id of another one, where the record of those used is lost."""
        with self.transaction():
            least = max(self.unused_sentence_id, self.last_sentence_id + 1)
            self.set_meta("next_sentence_id", str(least))

    def documents(self) -> list[Document]:
        """Return all documents in the order they were first added."""
        rows = self.connection.execute(f"{_DOCUMENT} ORDER BY id")
        return [_document(row) for row in rows]

    def document(self, document_id: int) -> Document:
        """Return one document.

        Raises:
            UnknownDocument: There is none of that id.
        """
        row = self.connection.execute(f"{_DOCUMENT} WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise UnknownDocument(f"The corpus has no document {document_id}.")
        return _document(row)

    def existing_documents(self, ids: Iterable[int]) -> set[int]:
        """Return those of the ids that documents have."""
        rows = self.connection.execute(
            "SELECT id FROM document WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {row[0] for row in rows}

    def documents_called(self, names: Iterable[str]) -> list[Document]:
        """Return the documents that have one of these as source, name, title or id, by their id."""
        wanted = "IN (SELECT value FROM json_each(?1))"
        ids = " UNION ".join(
            f"SELECT id FROM document WHERE {column} {wanted}"  # noqa: S608 - constants
            for column in ("source", "name", "title")
        )
        numbers = "SELECT CAST(value AS INTEGER) FROM json_each(?1)"  # the caller compares
        rows = self.connection.execute(
            f"{_DOCUMENT} WHERE id IN ({ids} UNION {numbers}) ORDER BY id",
            (json.dumps(list(names)),),
        )
        return [_document(row) for row in rows]

    @property
    def document_count(self) -> int:
        """Number of documents."""
        return int(self.connection.execute("SELECT count(*) FROM document").fetchone()[0])

    def document_from(self, source: str) -> Document | None:
        """Return the document that was added from `source`, if there is one."""
        row = self.connection.execute(f"{_DOCUMENT} WHERE source = ?", (source,)).fetchone()
        return None if row is None else _document(row)

    def documents_from(self, beginning: str) -> list[Document]:
        """Return the documents whose source begins like that, in the order of their sources."""
        rows = self.connection.execute(
            f"{_DOCUMENT} WHERE source >= ? AND source < ? ORDER BY source",
            (beginning, f"{beginning}\U0010ffff"),
        )
        return [_document(row) for row in rows]

    def stamp(self, source: str) -> str | None:
        """Return what was recorded of the file at `source` when it was last read, if it was."""
        row = self.connection.execute(
            "SELECT stamp FROM document WHERE source = ?", (source,)
        ).fetchone()
        return None if row is None else str(row[0])

    def set_stamp(self, source: str, stamp: str) -> None:
        """Record that the file was read again and holds the same text."""
        self.connection.execute("UPDATE document SET stamp = ? WHERE source = ?", (stamp, source))

    def put(
        self, document: NewDocument, first_id: int, new_vectors: dict[str, NDArray[np.float32]]
    ) -> Document:
        """Store a document, in place of the one of the same source. Call in a `transaction`.

        Args:
            document: The document and its sentences.
            first_id: First of the reserved ids for its sentences.
            new_vectors: Unit vectors by sentence hash, for hashes that have none stored yet.

        Returns:
            The document as stored.
        """
        text = document.file.text
        values = (
            document.name,
            document.stamp,
            document.file.title,
            document.file.format,
            text_sha256(text),
            len(text),
            len(document.spans),
            datetime.now(UTC).isoformat(timespec="seconds"),
            json.dumps(document.file.page_starts),
            written_notes(document.file),
            document.file.language,
        )
        row = self.connection.execute(
            """INSERT INTO document
                 (source, name, stamp, title, format, sha256, characters, sentences, added,
                  page_starts, left_out, language)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (source) DO UPDATE SET
                 name = excluded.name, stamp = excluded.stamp, title = excluded.title,
                 format = excluded.format,
                 sha256 = excluded.sha256, characters = excluded.characters,
                 sentences = excluded.sentences, added = excluded.added,
                 page_starts = excluded.page_starts, left_out = excluded.left_out,
                 language = excluded.language
               RETURNING id""",
            (document.source, *values),
        ).fetchone()
        self.texts.put(row[0], text)
        self.connection.execute("DELETE FROM sentence WHERE document_id = ?", row)
        self.connection.execute("DELETE FROM block WHERE document_id = ?", row)
        self.connection.executemany(
            "INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _block_rows(row[0], document),
        )
        if new_vectors:
            self.vectors.put({k: new_vectors[k] for k in _hashes(document) if k in new_vectors})
        self.connection.executemany(
            """INSERT INTO sentence VALUES
               (?, ?, ?, ?, ?, ?, (SELECT id FROM vector WHERE text_hash = ?))""",
            (
                (first_id + i, row[0], i + 1, span.block, span.start, span.end, key)
                for i, (span, key) in enumerate(zip(document.spans, _hashes(document), strict=True))
            ),
        )
        return self.document(row[0])

    def delete(self, document_ids: Iterable[int], *, keep_vectors: bool = False) -> None:
        """Delete documents, their sentences, and the vectors that no other sentence uses.

        Call in a `transaction`.

        Args:
            document_ids: The documents.
            keep_vectors: Leave the vectors to whoever adds documents, which may use them.
        """
        for number in document_ids:
            used = [] if keep_vectors else self.vectors.ids_of_document(number)
            self.connection.execute("DELETE FROM document WHERE id = ?", (number,))
            self.vectors.drop_unused(used)
        self.originals.drop_unused()

    @property
    def unused_sentence_id(self) -> int:
        """The least id that was never given to a sentence; it only grows."""
        return int(self.meta("next_sentence_id") or 1)

    @property
    def last_sentence_id(self) -> int:
        """The greatest id of a sentence; 0 if there is none."""
        return int(
            self.connection.execute("SELECT coalesce(max(id), 0) FROM sentence").fetchone()[0]
        )

    def sentence_ids(self, document_ids: Sequence[int] | None = None) -> NDArray[np.int64]:
        """Return the ids of all sentences, or of those of some documents, ascending.

        A document's ids follow each other, so that only its first is looked up.
        """
        if document_ids is None:
            rows = self.connection.execute(f"{_RANGE} ORDER BY s.id").fetchall()
        else:
            rows = self.connection.execute(
                f"{_RANGE} WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY s.id",  # noqa: S608 - a constant
                (json.dumps(list(document_ids)),),
            ).fetchall()
        first, count = np.array(rows, dtype=np.int64).reshape(-1, 2).T
        before = np.cumsum(count) - count
        ids: NDArray[np.int64] = np.arange(count.sum()) + np.repeat(first - before, count)
        return ids

    def sentence_ids_from(self, first: int) -> NDArray[np.int64]:
        """Return the ids of sentences from `first` on, ascending."""
        rows = self.connection.execute(
            "SELECT id FROM sentence WHERE id >= ? ORDER BY id", (first,)
        )
        return np.fromiter((row[0] for row in rows), dtype=np.int64)

    @property
    def sentence_count(self) -> int:
        """Number of sentences in all documents."""
        row = self.connection.execute("SELECT coalesce(sum(sentences), 0) FROM document").fetchone()
        return int(row[0])

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of the languages that documents or blocks are in, in the alphabet's order."""
        rows = self.connection.execute(
            "SELECT language FROM document "
            "UNION SELECT language FROM block WHERE language != '' ORDER BY language"
        )
        return tuple(row[0] for row in rows)

    def holds_more_than(self, count: int) -> bool:
        """Return whether there are more sentences than so many, without counting all of them."""
        generation = self.generation
        known = self._holds_more.get(count)
        if known is None or known[0] != generation:
            row = self.connection.execute("SELECT 1 FROM sentence LIMIT 1 OFFSET ?", (count,))
            known = self._holds_more[count] = (generation, row.fetchone() is not None)
        return known[1]

    def known(self, scores: dict[int, float]) -> dict[int, float]:
        """Return the scores of those ids that are sentences of the corpus."""
        rows = self.connection.execute(
            "SELECT id FROM sentence WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(scores)),),
        )
        existing = {row[0] for row in rows}
        return {key: score for key, score in scores.items() if key in existing}

    def sentences(self, ids: Sequence[int]) -> dict[int, Sentence]:
        """Return the sentences of these ids that exist, by id."""
        rows = self.connection.execute(
            f"{_SENTENCE} WHERE s.id IN (SELECT value FROM json_each(?))",  # noqa: S608 - a constant
            (json.dumps(list(ids)),),
        ).fetchall()
        texts = self.texts.pieces([(row[1], row[4], row[5]) for row in rows])
        return {row[0]: self._sentence(row, text) for row, text in zip(rows, texts, strict=True)}

    def sentence_number_at(self, document_id: int, offset: int) -> int:
        """Return the number of the document's first sentence that ends behind an offset.

        Behind the last sentence it is that one's number, in a document without any 0.
        """
        row = self.connection.execute(
            """SELECT coalesce(
                 (SELECT number FROM sentence WHERE document_id = ?1 AND end_at > ?2
                  ORDER BY number LIMIT 1),
                 (SELECT max(number) FROM sentence WHERE document_id = ?1), 0)""",
            (document_id, offset),
        ).fetchone()
        return int(row[0])

    def sentences_of(
        self, document_id: int, first: int = 1, last: int | None = None
    ) -> list[Sentence]:
        """Return the sentences numbered `first` to `last` of a document."""
        rows = self.connection.execute(
            f"{_SENTENCE} WHERE s.document_id = ? AND s.number BETWEEN ? AND ? ORDER BY s.number",
            (document_id, first, 2**62 if last is None else last),
        ).fetchall()
        return self._with_text(document_id, rows)

    def each_sentence(self, document_id: int) -> Iterator[Sentence]:
        """Yield the sentences of a document in their order, without holding all of them."""
        last = 0
        while rows := self.connection.execute(
            f"{_SENTENCE} WHERE s.document_id = ? AND s.number > ? ORDER BY s.number LIMIT ?",
            (document_id, last, _SLICE),
        ).fetchall():
            yield from self._with_text(document_id, rows)
            last = rows[-1][2]

    def _with_text(self, document_id: int, rows: list[Any]) -> list[Sentence]:
        if not rows:
            return []
        begin, end = min(row[4] for row in rows), max(row[5] for row in rows)
        text = self.texts.read(document_id, begin, end)
        return [self._sentence(row, text[row[4] - begin : row[5] - begin]) for row in rows]

    def _sentence(self, row: Sequence[Any], text: str) -> Sentence:
        id_, document_id, number, block, start, end, kind, context, cells, *rest = row
        level, columns, title, language = rest
        # Most blocks have none, and of a damaged corpus the block may be gone
        named = (
            () if cells in ("[]", None) else self._cells(document_id, start, text, cells, columns)
        )
        kind_: BlockKind = kind or "paragraph"
        return Sentence(
            id_,
            document_id,
            number,
            block,
            start,
            end,
            text,
            kind_,
            context or "",
            named,
            level or 0,
            title or "",
            language or UNKNOWN_LANGUAGE,
        )

    def _cells(
        self, document_id: int, start: int, text: str, cells: str, columns: str | None
    ) -> tuple[NamedCell, ...]:
        """Return a row's cells; one that spans several rows may stand before the sentence."""
        names: list[str] = json.loads(columns or "[]")
        return tuple(
            NamedCell(
                names[column] if column < len(names) else "",
                text[begin - start : end - start]
                if start <= begin and end <= start + len(text)
                else self.texts.read(document_id, begin, end),
                begin,
                end,
                column,
            )
            for begin, end, column in json.loads(cells)
        )

    def labels(self, document_id: int) -> list[tuple[int | None, str]]:
        """Return for each block of a document the one it stands under, and its printed number."""
        return self.connection.execute(
            "SELECT parent, label FROM block WHERE document_id = ? ORDER BY number", (document_id,)
        ).fetchall()

    def sentence_ids_in(self, document_id: int, blocks: Set[int], most: int) -> list[int]:
        """Return the ids of the first sentences in some blocks of a document, but for headings."""
        rows = self.connection.execute(
            "SELECT s.id, s.block FROM sentence s JOIN block b "
            "ON b.document_id = s.document_id AND b.number = s.block "
            "WHERE s.document_id = ? AND s.block BETWEEN ? AND ? "
            "AND b.kind NOT IN ('heading', 'header') ORDER BY s.number",
            (document_id, min(blocks, default=0), max(blocks, default=-1)),
        )
        return list(islice((id_ for id_, block in rows if block in blocks), most))

    def blocks(self, document_id: int) -> tuple[Block, ...]:
        """Return what a document's text is made of, in its order."""
        rows = self.connection.execute(
            "SELECT kind, start_at, end_at, parent, level, label, cells, columns, language "
            "FROM block WHERE document_id = ? ORDER BY number",
            (document_id,),
        )
        return tuple(
            Block(
                kind,
                start,
                end,
                parent,
                level,
                label,
                tuple(Cell(*cell) for cell in json.loads(cells)),
                tuple(json.loads(columns)),
                language,
            )
            for kind, start, end, parent, level, label, cells, columns, language in rows
        )


_DOCUMENT = """SELECT id, source, name, title, format, sha256, characters, sentences, added,
                      page_starts, left_out, original, language
               FROM document"""
_RANGE = """SELECT s.id, d.sentences
            FROM document d JOIN sentence s ON s.document_id = d.id AND s.number = 1"""
_SENTENCE = """SELECT s.id, s.document_id, s.number, s.block, s.start_at, s.end_at,
                      b.kind, b.context, b.cells, b.level, h.columns, d.title,
                      coalesce(nullif(b.language, ''), d.language)
               FROM sentence s
               LEFT JOIN document d ON d.id = s.document_id
               LEFT JOIN block b ON b.document_id = s.document_id AND b.number = s.block
               LEFT JOIN block h ON b.kind = 'row' AND h.document_id = b.document_id
                 AND h.number = b.parent"""


def _hashes(document: NewDocument) -> Iterator[str]:
    return (sentence_hash(encoded(sentence)) for sentence in new_sentences(document))


def _block_rows(document_id: int, document: NewDocument) -> Iterator[tuple[Any, ...]]:
    text, blocks = document.file.text, document.file.blocks
    for number, block in enumerate(blocks):
        yield (
            document_id,
            number,
            block.kind,
            block.start,
            block.end,
            block.parent,
            block.level,
            block.label,
            json.dumps([(cell.start, cell.end, cell.column) for cell in block.cells]),
            json.dumps(block.columns, ensure_ascii=False),
            context_of(text, blocks, number),
            block.language,
        )


def _document(row: Sequence[Any]) -> Document:
    *facts, page_starts, notes, original, language = row
    (left_out, pictured), starts = read_notes(notes), tuple(json.loads(page_starts))
    dated = read_date(notes) or (facts[8][:10], "added")
    return Document(*(*facts, starts, left_out, original, language, pictured, *dated))
