"""Mends a corpus from what is left of its truth: texts, and the files they came from."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.changing.change import change
from index.changing.check import Problem
from index.changing.ingest import Ingestion
from index.documents import Document
from index.errors import UserError
from index.loading.block_answers import BadBlocks, read_blocks, written_blocks
from index.loading.process import Parsed, parse_file, parse_text
from index.search.contract import EngineWriter
from index.store.next_vectors import NextVectors
from index.store.store import Store, text_sha256

_OF_STORE = {"database", "document", "original", "vectors"}  # parts that no engine can be made from


def repair(
    store: Store, writer: EngineWriter, ingestion: Ingestion, check: Callable[[], list[Problem]]
) -> None:
    """Make anew what is wrong: of the database, of documents, then of what is made from them.

    What can't be made anew stays as it is, and `check` goes on naming it.

    Args:
        store: The store.
        writer: The engine's, which the caller holds.
        ingestion: A run of adding documents.
        check: Gives all that is wrong now.
    """
    problems = check()
    if any(problem.part == "database" for problem in problems):
        _repair_database(store, writer)
        problems = check()
    _repair_documents(store, ingestion, problems)
    _drop_damaged_originals(store)
    if any(problem.part not in _OF_STORE for problem in check()):
        writer.mend()


def _repair_database(store: Store, writer: EngineWriter) -> None:
    """Make SQLite's own indexes anew, and delete rows whose document is gone."""
    with suppress(sqlite3.DatabaseError), store.transaction():
        store.connection.execute("REINDEX")
    store.skip_used_sentence_ids()
    with change(store, writer):
        writer.remove(np.array(_delete_rows_of_no_document(store), np.int64))


def _delete_rows_of_no_document(store: Store) -> list[int]:
    """Delete sentences and texts whose document is not there; return the sentences' ids."""
    for table in ("text_part", "block", "document_reading"):
        store.connection.execute(
            f"DELETE FROM {table} WHERE document_id NOT IN (SELECT id FROM document)"  # noqa: S608
        )
    rows = store.connection.execute(
        "DELETE FROM sentence WHERE document_id NOT IN (SELECT id FROM document) RETURNING id"
    )
    return sorted(row[0] for row in rows)


def _repair_documents(store: Store, ingestion: Ingestion, problems: Sequence[Problem]) -> None:
    """Store damaged documents anew, each from its text if that is whole, else from its file.

    Vectors that nothing uses, as a run that was broken off may leave, are deleted.
    """
    numbers = dict.fromkeys(p.document for p in problems if p.document is not None)
    mended = []
    for document in map(store.document, numbers):
        parsed = _from_text(store, document) or _from_file(store, document)
        if parsed:
            store.vectors.forget_changed(document.id)
            mended.append((document, parsed))
    ingestion.put_again(mended)
    with store.transaction():
        store.vectors.drop_unused()
        NextVectors(store).drop()  # of a move to another model that nobody went on with


def _drop_damaged_originals(store: Store) -> None:
    """Forget kept files that aren't what was added; where they came from they are kept again."""
    damaged = store.originals.damaged()
    if damaged:
        with store.transaction():
            store.originals.forget(damaged)


def _from_text(store: Store, document: Document) -> Parsed | None:
    text = store.texts.read(document.id)
    if text_sha256(text) != document.sha256:
        return None
    blocks = store.blocks(document.id)
    try:
        read_blocks(written_blocks(blocks), text)
    except (BadBlocks, ValueError, TypeError):
        blocks = ()  # damaged: of plain text they are found again
        if document.format != "text" and (parsed := _from_file(store, document)):
            return parsed
    parsed = parse_text(text, document.title, document.name, blocks)
    file = replace(parsed.file, format=document.format, page_starts=document.page_starts)
    return replace(parsed, file=file)


def _from_file(store: Store, document: Document) -> Parsed | None:
    path = Path(document.source)
    try:
        return parse_file(path, readings=store.readings) if path.is_absolute() else None
    except UserError:
        return None
