"""The column of what a document's text lacks, what may be wrong in it, and its date."""

import json
from functools import lru_cache

from index.documents import DateFrom, LoadedFile


def written_notes(file: LoadedFile) -> str:
    """Return what is kept of a file: what its text lacks, its pages read from pictures, its date.

    Earlier versions read this too: they want `pictured` wherever there is more than texts.
    """
    if not (file.pictured or file.date):
        return json.dumps(file.left_out)
    facts: dict[str, object] = {"pictured": file.pictured}
    if file.date:
        facts |= {"date": file.date, "date_from": file.date_from}
    return json.dumps([*file.left_out, facts])


# Most documents lack the same: nothing. To read 20,000 for a sync took a fifth of its time
@lru_cache(maxsize=1024)
def read_notes(column: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return what a text lacks, and which of its pages were read from pictures."""
    notes = json.loads(column)
    left_out = tuple(note for note in notes if isinstance(note, str))
    pictured = next((note["pictured"] for note in notes if isinstance(note, dict)), ())
    return left_out, tuple(pictured)


def read_date(column: str) -> tuple[str, DateFrom] | None:
    """Return the date of a document and where it is from; None if none is kept."""
    for note in json.loads(column):
        if isinstance(note, dict) and note.get("date"):
            return note["date"], note["date_from"]
    return None
