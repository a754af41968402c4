"""The column of what a document's text lacks, and of what may be wrong in it."""

import json

from index.documents import LoadedFile


def written_notes(file: LoadedFile) -> str:
    """Return what is kept of a file: what its text lacks, and its pages read from pictures."""
    pictured = [{"pictured": file.pictured}] if file.pictured else []
    return json.dumps([*file.left_out, *pictured])


def read_notes(column: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return what a text lacks, and which of its pages were read from pictures."""
    notes = json.loads(column)
    left_out = tuple(note for note in notes if isinstance(note, str))
    pictured = next((note["pictured"] for note in notes if isinstance(note, dict)), ())
    return left_out, tuple(pictured)
