"""The names of a corpus's documents, read from its database alone: for a shell that completes them.

Opening a corpus upgrades its database, loads what searches it and may ask a server; whoever presses
a key and waits wants none of that.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from index.store.database import FILE_NAME

_PATIENCE = 0.2  # seconds to wait for a writer


def document_names(folder: Path) -> list[tuple[int, str, str]]:
    """Return id, name and title of each document, the latest first.

    Nothing is made, upgraded or written.

    Args:
        folder: The corpus.

    Returns:
        None where there is no corpus, or its database can't be read as it is.
    """
    try:
        address = f"{(folder / FILE_NAME).resolve(strict=True).as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, _PATIENCE, uri=True)) as database:
            rows = database.execute("SELECT id, name, title FROM document ORDER BY id DESC")
            return [(int(number), str(name), str(title)) for number, name, title in rows]
    except (OSError, sqlite3.Error):
        return []
