"""The texts of a corpus, in parts: a sentence is read without walking through all before it."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from index.errors import UnknownDocument
from index.store.database import Database

_BEGINNING, _LANGUAGES = 60, 5  # characters of a text, and how many: as long as a question
PART = 2_000  # code points of a part of a text; most parts fit on one page of the database


class TextTable:
    """The texts of the documents in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._database.connection

    def read(self, document_id: int, start: int = 0, end: int | None = None) -> str:
        """Return a document's text, or the piece of it from `start` to `end`.

        Raises:
            UnknownDocument: There is none of that id.
        """
        first = start // PART
        last = 2**31 if end is None else (end - 1) // PART
        rows = self._connection.execute(
            "SELECT text FROM text_part WHERE document_id = ? AND number BETWEEN ? AND ? "
            "ORDER BY number",
            (document_id, first, last),
        ).fetchall()
        if not rows and not self._has(document_id):
            raise UnknownDocument(f"The corpus has no document {document_id}.")
        before = first * PART
        joined = "".join(row[0] for row in rows)
        return joined[start - before : None if end is None else end - before]

    def pieces(self, spans: Sequence[tuple[int, int, int]]) -> list[str]:
        """Return pieces of texts, read together; of what is not there an empty text.

        Args:
            spans: For each piece its document, where it starts and where it ends.
        """
        wanted = {
            (document_id, number)
            for document_id, start, end in spans
            for number in range(start // PART, (end - 1) // PART + 1)
        }
        rows = self._connection.execute(
            "SELECT document_id, number, text FROM json_each(?) wanted CROSS JOIN text_part "
            "ON document_id = json_extract(wanted.value, '$[0]') "
            "AND number = json_extract(wanted.value, '$[1]')",
            (json.dumps(sorted(wanted)),),
        )
        parts = {(row[0], row[1]): row[2] for row in rows}
        return [_piece(parts, *span) for span in spans]

    def of_sentences(self, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Return the texts of sentences by id, each with the code of its language, and no more."""
        rows = self._connection.execute(
            """SELECT s.id, coalesce(nullif(b.language, ''), d.language),
                 s.document_id, s.start_at, s.end_at
               FROM sentence s
               JOIN document d ON d.id = s.document_id
               LEFT JOIN block b ON b.document_id = s.document_id AND b.number = s.block
               WHERE s.id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(ids)),),
        ).fetchall()
        texts = self.pieces([row[2:] for row in rows])
        return {row[0]: (text, row[1]) for row, text in zip(rows, texts, strict=True)}

    def beginnings(self) -> list[str]:
        """Return how a document begins in each of the commonest languages."""
        rows = self._connection.execute(
            """SELECT substr(text, 1, ?) FROM text_part WHERE number = 0 AND document_id IN
                 (SELECT min(id) FROM document GROUP BY language ORDER BY count(*) DESC LIMIT ?)""",
            (_BEGINNING, _LANGUAGES),
        )
        return [row[0] for row in rows]

    def put(self, document_id: int, text: str) -> None:
        """Store a document's text in place of an earlier one. Call in a `transaction`."""
        self._connection.execute("DELETE FROM text_part WHERE document_id = ?", (document_id,))
        self._connection.executemany(
            "INSERT INTO text_part VALUES (?, ?, ?)", _parts(document_id, text)
        )

    def _has(self, document_id: int) -> bool:
        row = self._connection.execute("SELECT 1 FROM document WHERE id = ?", (document_id,))
        return row.fetchone() is not None


def _piece(parts: Mapping[tuple[int, int], str], document_id: int, start: int, end: int) -> str:
    first, last = start // PART, (end - 1) // PART
    joined = "".join(parts.get((document_id, number), "") for number in range(first, last + 1))
    return joined[start - first * PART : end - first * PART]


def _parts(document_id: int, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the rows of a text: document, number of the part, its text."""
    for number, start in enumerate(range(0, len(text), PART)):
        yield document_id, number, text[start : start + PART]
