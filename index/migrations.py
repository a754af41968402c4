"""Numbered steps that bring a corpus database from any earlier format to today's."""

import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from index.errors import CorpusError, SchemaTooNew

PART = 2_000  # code points of a part of a text; most parts fit on one page of the database


def crc32(value: object) -> int:
    """Return the CRC-32 of bytes; of anything else, what no bytes give."""
    return zlib.crc32(value) if isinstance(value, bytes) else -1


def text_parts(document_id: int, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the rows of a text: document, number of the part, its text."""
    for number, start in enumerate(range(0, len(text), PART)):
        yield document_id, number, text[start : start + PART]


def m001_create_tables(connection: sqlite3.Connection) -> None:
    """Documents with their text, sentences by offset, vectors shared by sentence text."""
    for statement in (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID",
        """CREATE TABLE document (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            stamp TEXT NOT NULL,
            title TEXT NOT NULL,
            format TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            characters INTEGER NOT NULL,
            sentences INTEGER NOT NULL,
            added TEXT NOT NULL,
            page_starts TEXT NOT NULL,
            text TEXT NOT NULL
        )""",
        """CREATE TABLE vector (
            id INTEGER PRIMARY KEY,
            text_hash TEXT NOT NULL UNIQUE,
            embedding BLOB NOT NULL
        )""",
        """CREATE TABLE sentence (
            id INTEGER PRIMARY KEY,
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            paragraph INTEGER NOT NULL,
            start_at INTEGER NOT NULL,
            end_at INTEGER NOT NULL,
            vector_id INTEGER NOT NULL REFERENCES vector (id),
            UNIQUE (document_id, number)
        )""",
        "CREATE INDEX sentence_vector ON sentence (vector_id)",
    ):
        connection.execute(statement)


def m002_create_feedback(connection: sqlite3.Connection) -> None:
    """Verdicts on answers, each with what was shown, as JSON."""
    connection.execute(
        """CREATE TABLE feedback (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            answer_key TEXT NOT NULL UNIQUE,
            asked TEXT NOT NULL,
            question TEXT NOT NULL,
            query TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('up', 'down')),
            confidence REAL,
            passages TEXT NOT NULL
        )"""
    )


def m003_add_vector_checksums(connection: sqlite3.Connection) -> None:
    """CRC-32 of each vector, to notice one that changed on the disk."""
    connection.create_function("crc32", 1, crc32, deterministic=True)
    connection.execute("ALTER TABLE vector ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
    connection.execute("UPDATE vector SET checksum = crc32(embedding)")


def m004_part_texts(connection: sqlite3.Connection) -> None:
    """Texts in parts: SQLite finds the middle of a long one by walking through all before it."""
    connection.execute(
        """CREATE TABLE text_part (
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            text TEXT NOT NULL,
            UNIQUE (document_id, number)
        )"""
    )
    for row in connection.execute("SELECT id, text FROM document"):
        connection.executemany("INSERT INTO text_part VALUES (?, ?, ?)", text_parts(*row))
    connection.execute("ALTER TABLE document DROP COLUMN text")


def m005_index_names(connection: sqlite3.Connection) -> None:
    """Documents by name and by title, so that those asked for are found without reading all."""
    connection.execute("CREATE INDEX document_name ON document (name)")
    connection.execute("CREATE INDEX document_title ON document (title)")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_create_tables,
    m002_create_feedback,
    m003_add_vector_checksums,
    m004_part_texts,
    m005_index_names,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that are missing, each in one transaction with its record.

    Args:
        connection: An open database in autocommit mode.

    Raises:
        SchemaTooNew: The database was written by a later version of Verbatim.
        CorpusError: There is no room on the disk; the steps that were made stay.
    """
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise SchemaTooNew(
            f"This corpus has format {version}, and this version of Verbatim reads formats up to "
            f"{len(MIGRATIONS)}. Upgrade Verbatim (pip install --upgrade verbatim-qa)."
        )
    for number in range(version + 1, len(MIGRATIONS) + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) < number:  # another process may have been first
                MIGRATIONS[number - 1](connection)
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:  # SQLite itself takes it back when the disk is full
                connection.execute("ROLLBACK")
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise _no_room(connection, number - 1) from error
            raise


def _no_room(connection: sqlite3.Connection, version: int) -> CorpusError:
    """Return what to say when the disk has no room for a step."""
    file = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    room = ""
    with suppress(OSError):
        free = shutil.disk_usage(file.parent).free
        # A step writes each page anew at most, first to the log beside the file, then to the file
        room = f"about {2 * file.stat().st_size / 1e6:,.1f} MB free, and {free / 1e6:,.1f} MB are"
    return CorpusError(
        f"There is no room on the disk to bring the corpus in {file.parent} from format {version} "
        f"to format {len(MIGRATIONS)}: it needs {room or 'twice its size'}. Make room, then open "
        "it again: nothing is lost, and it goes on where it stopped."
    )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
