"""A database of an earlier format is brought to today's, step by step."""

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from index.errors import CorpusError, SchemaTooNew
from index.store.migrations import MIGRATIONS


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
