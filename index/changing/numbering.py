"""Names for documents that are kept beside others of their name: `notes.txt`, `notes (2).txt`."""

import re
from pathlib import PurePosixPath

from index.documents import Document
from index.store.store import Store


def numbered(name: str, number: int, *, suffix: bool) -> str:
    """Return a name with a number, before its suffix if it has one; the first goes without."""
    if number == 1:
        return name
    end = PurePosixPath(name).suffix if suffix else ""
    return f"{name.removesuffix(end)} ({number}){end}"


def of_one_name(store: Store, source: str, *, suffix: bool) -> dict[int, Document]:
    """Return the documents of a source and of its numbered names, by their numbers."""
    end = PurePosixPath(source).suffix if suffix else ""
    stem = source.removesuffix(end)
    pattern = re.compile(re.escape(f"{stem} (") + r"([2-9]|[1-9]\d{1,8})" + re.escape(f"){end}"))
    first = store.document_from(source)
    matches = {1: first} if first else {}
    for document in store.documents_from(f"{stem} ("):
        match = pattern.fullmatch(document.source)
        if match:
            matches[int(match[1])] = document
    return matches
