"""Mends a corpus from what is left of its truth: texts, and the files they came from."""

from collections.abc import Sequence
from pathlib import Path

from index.check import Problem
from index.documents import Document, LoadedFile
from index.errors import UserError
from index.ingest import Ingestion
from index.parsing import Parsed, parse_file, split_text
from index.store import Store, text_sha256


def repair_documents(store: Store, ingestion: Ingestion, problems: Sequence[Problem]) -> None:
    """Store damaged documents anew, each from its text if that is whole, else from its file.

    What neither gives stays as it is, and `check` goes on naming it. Vectors that nothing uses, as
    a run that was broken off may leave, are deleted.
    """
    numbers = dict.fromkeys(p.document for p in problems if p.document is not None)
    mended = []
    for document in map(store.document, numbers):
        parsed = _from_text(store, document) or _from_file(document)
        if parsed:
            store.forget_changed_vectors(document.id)
            mended.append((document, parsed))
    ingestion.put_again(mended)
    with store.transaction():
        store.drop_unused_vectors()


def _from_text(store: Store, document: Document) -> Parsed | None:
    text = store.text(document.id)
    if text_sha256(text) != document.sha256:
        return None
    file = LoadedFile(text, document.title, document.format, document.page_starts)
    return Parsed(file, split_text(text, document.name))


def _from_file(document: Document) -> Parsed | None:
    try:
        return parse_file(Path(document.source)) if Path(document.source).is_absolute() else None
    except UserError:
        return None
