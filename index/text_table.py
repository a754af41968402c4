"""The texts of a corpus, in parts: a sentence is read without walking through all before it."""

from index.database import Database
from index.errors import UnknownDocument
from index.migrations import PART, text_parts


class TextTable(Database):
    """What the store keeps texts with."""

    def text(self, document_id: int, start: int = 0, end: int | None = None) -> str:
        """Return a document's text, or the piece of it from `start` to `end`.

        Raises:
            UnknownDocument: There is none of that id.
        """
        first = start // PART
        last = 2**31 if end is None else (end - 1) // PART
        rows = self.connection.execute(
            "SELECT text FROM text_part WHERE document_id = ? AND number BETWEEN ? AND ? "
            "ORDER BY number",
            (document_id, first, last),
        ).fetchall()
        if not rows and not self._has(document_id):
            raise UnknownDocument(f"The corpus has no document {document_id}.")
        before = first * PART
        joined = "".join(row[0] for row in rows)
        return joined[start - before : None if end is None else end - before]

    def put_text(self, document_id: int, text: str) -> None:
        """Store a document's text in place of an earlier one. Call in a `transaction`."""
        self.connection.execute("DELETE FROM text_part WHERE document_id = ?", (document_id,))
        self.connection.executemany(
            "INSERT INTO text_part VALUES (?, ?, ?)", text_parts(document_id, text)
        )

    def _has(self, document_id: int) -> bool:
        row = self.connection.execute("SELECT 1 FROM document WHERE id = ?", (document_id,))
        return row.fetchone() is not None
