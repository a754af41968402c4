"""What a corpus follows: folders and files, and what each file was like when it was last read."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from index.store.database import Database

_MOST = 2**62  # SQLite's numbers go up to 2**63; a time beyond that is some file system's mistake


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """A folder or file that a corpus is kept up to date with.

    Attributes:
        path: Its absolute path.
        kind: `folder` or `file`.
        added: When it was first given, ISO 8601 in UTC.
        read: When it was last looked through, likewise; empty if it never was.
        documents: How many documents of the corpus are from there, attached files not counted.
    """

    path: str
    kind: Literal["folder", "file"]
    added: str
    read: str
    documents: int


@dataclass(frozen=True, slots=True)
class FileState:
    """By what a file is told to be as it was, without reading it.

    The time of its last change, of which users can't set back the clock, tells as well of a file of
    the same size and age that took its place; on Windows it is when the file was made.

    Attributes:
        size: In bytes.
        modified: When its content was last changed, in nanoseconds since 1970.
        changed: When anything of it was last changed, likewise.
    """

    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> "FileState":
        """Return the state that a file's status tells."""
        return cls(status.st_size % _MOST, status.st_mtime_ns % _MOST, status.st_ctime_ns % _MOST)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file.

    Attributes:
        document: The id of its document; None if there is none.
        stamp: The document's; see `Store.stamp`.
        notes: What is kept of what its text lacks; see `index.store.notes`.
        kept: Whether the corpus keeps the file.
        state: What the file was like when it was last read; None if that isn't known.
        reader: What read it, if it failed.
        failure: Why it couldn't be read then; empty if it could.
        removed: Whether somebody took its document out of the corpus.
    """

    document: int | None
    stamp: str
    notes: str
    kept: bool
    state: FileState | None
    reader: str
    failure: str
    removed: bool


class SourceTable:
    """The sources of a corpus and the states of their files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._database.connection

    def all(self) -> list[FollowedSource]:
        """Return all sources in the order of their paths."""
        rows = self._connection.execute("SELECT path, kind, added, read FROM source ORDER BY path")
        return [
            FollowedSource(os.fsdecode(path), kind, added, read, self.count(os.fsdecode(path)))
            for path, kind, added, read in rows.fetchall()
        ]

    def followed(self) -> list[tuple[str, bool, tuple[str, ...]]]:
        """Return the path of each, whether it is a folder, and where in it drives were mounted."""
        rows = self._connection.execute("SELECT path, kind, mounts FROM source ORDER BY path")
        return [
            (os.fsdecode(path), kind == "folder", tuple(json.loads(mounts)))
            for path, kind, mounts in rows
        ]

    def follow(self, folders: Iterable[str], files: Iterable[str]) -> None:
        """Follow folders and files from now on. Call in a `transaction`."""
        paths = dict.fromkeys(folders, "folder") | dict.fromkeys(files, "file")
        self._connection.executemany(
            "INSERT INTO source (path, kind, added) VALUES (?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET kind = excluded.kind",
            ((os.fsencode(path), kind, _now()) for path, kind in paths.items()),
        )
        self._connection.executemany(  # whoever names a folder again wants all that is in it
            "DELETE FROM file WHERE removed AND (source = ? OR (source >= ? AND source < ?))",
            ((_written(path), *_inside(path)) for path in paths),
        )

    def forget(self, path: str) -> bool:
        """Follow one no longer, and return whether it was. Call in a `transaction`."""
        deleted = self._connection.execute(
            "DELETE FROM source WHERE path = ?", (os.fsencode(path),)
        )
        return deleted.rowcount == 1

    def record_reading(self, path: str, mounts: Iterable[str] | None) -> None:
        """Record that one was looked through now. Call in a `transaction`.

        Args:
            path: The source.
            mounts: Where in it other file systems begin; None if only a part was looked at.
        """
        self._connection.execute(
            "UPDATE source SET read = ?, mounts = coalesce(?, mounts) WHERE path = ?",
            (
                _now(),
                None if mounts is None else json.dumps(sorted(mounts)),
                os.fsencode(path),
            ),
        )

    def count(self, path: str) -> int:
        """Return how many documents are from a file or from a folder and its subfolders."""
        row = self._connection.execute(
            "SELECT count(*) FROM document d "  # noqa: S608 - a constant
            f"WHERE (source = ?1 OR (source >= ?2 AND source < ?3)) AND {_OF_FILE}",
            (_written(path), *_inside(path)),
        ).fetchone()
        return int(row[0])

    def known(self, folders: Iterable[str], single: Iterable[str]) -> Iterator[tuple[str, Known]]:
        """Yield what is known of the files in folders and of single ones, each with its source.

        What is attached to a document is not a file. One in two of the folders may come twice.
        """
        for where, values in (
            *(("source >= ? AND source < ?", _inside(folder)) for folder in folders),
            *(("source = ?", (source,)) for source in single),
        ):
            rows = self._connection.execute(
                f"""SELECT source, id, stamp, left_out, original != '', size, modified, changed,
                           coalesce(reader, ''), coalesce(failure, ''), coalesce(removed, 0)
                    FROM document d LEFT JOIN file USING (source) WHERE {where} AND {_OF_FILE}
                    UNION ALL
                    SELECT source, NULL, '', '[]', 0, size, modified, changed, reader, failure,
                           removed
                    FROM file WHERE {where} AND source NOT IN (SELECT source FROM document)""",  # noqa: S608 - constants
                (*values, *values),
            )
            for source, number, stamp, notes, kept, size, modified, changed, *rest in rows:
                state = None if size is None else FileState(size, modified, changed)
                reader, failure, removed = rest
                yield (
                    source,
                    Known(number, stamp, notes, bool(kept), state, reader, failure, bool(removed)),
                )

    def record_files(
        self, files: Iterable[tuple[str, FileState, str, str]], *, removed: bool = False
    ) -> None:
        """Record what files are like. Call in a `transaction`.

        Args:
            files: The source of each, its state, and, if it failed, what read it and why.
            removed: Whether somebody took the documents out of the corpus.
        """
        self._connection.executemany(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (source, state.size, state.modified, state.changed, reader, failure, removed)
                for source, state, reader, failure in files
            ),
        )

    def forget_files(self, sources: Iterable[str]) -> None:
        """Forget what files were like. Call in a `transaction`."""
        self._connection.executemany(
            "DELETE FROM file WHERE source = ?", ((source,) for source in sources)
        )


# A document that was read from a file of its own: no text, and nothing that is inside of a file
_OF_FILE = """d.stamp NOT LIKE 'text:%' AND NOT (instr(d.source, ' \u203a ') AND EXISTS (
  SELECT 1 FROM document outer_ WHERE outer_.source =
    substr(d.source, 1, instr(d.source, ' \u203a ') - 1)))"""


def _inside(folder: str) -> tuple[str, str]:
    """Return the least path in a folder, and the least one behind all of these."""
    begin = _written(folder).rstrip(os.sep) + os.sep
    return begin, begin[:-1] + chr(ord(os.sep) + 1)


def _written(path: str) -> str:
    """Return a path as documents' sources have it."""
    return path.encode("utf-8", "backslashreplace").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
