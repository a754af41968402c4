"""The headings of a document, from which its contents are listed."""

import sqlite3


def heading_ids(connection: sqlite3.Connection, document_id: int, most: int) -> list[int]:
    """Return the ids of the first sentences of a document's headings, in their order.

    Args:
        connection: The database.
        document_id: The document.
        most: How many at most.
    """
    rows = connection.execute(
        """SELECT min(s.id) FROM block b
           JOIN sentence s ON s.document_id = b.document_id AND s.block = b.number
           WHERE b.document_id = ? AND b.kind = 'heading'
           GROUP BY b.number ORDER BY b.number LIMIT ?""",
        (document_id, most),
    )
    return [int(key) for (key,) in rows]
