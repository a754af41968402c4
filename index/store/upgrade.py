"""A database of an earlier format is brought to today's, step by step."""

import logging
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

from index.errors import CorpusError, SchemaTooNew
from index.store.migrations import MIGRATIONS

_log = logging.getLogger(__name__)
# From here on it is said beforehand. The step to blocks took .7 s for 200,000 sentences, that to
# languages 8 s of a core, that to texts in parts writes every page anew
_LARGE = 500_000_000  # bytes


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
    if version < len(MIGRATIONS):
        _announce(connection, version)
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


def _announce(connection: sqlite3.Connection, version: int) -> None:
    """Say of a large corpus how long it takes and what room it needs."""
    file = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    size = file.stat().st_size
    if version and size > _LARGE:
        _log.warning(
            "The corpus in %s is brought from format %d to format %d: up to a minute for each of "
            "its %.1f GB, and it needs %.1f GB free at the most. Ending it now loses nothing.",
            file.parent,
            version,
            len(MIGRATIONS),
            size / 1e9,
            2 * size / 1e9,
        )


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
