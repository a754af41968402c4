"""Documents whose files were renamed or have gone: nothing is read and nothing encoded for that."""

from dataclasses import replace
from pathlib import Path

from index.changing.change import change, remove_documents
from index.changing.comparing import Plan, was_at
from index.changing.gathering import written_out
from index.changing.outcomes import FileOutcome
from index.documents import ATTACHED_TO, Document
from index.search.contract import EngineWriter
from index.store.store import Store


def move_documents(store: Store, writer: EngineWriter, plan: Plan) -> list[FileOutcome]:
    """Let documents be known by where their files are now, with what is attached to them.

    Returns:
        What became of those that need not be read.
    """
    if not plan.moved:
        return []
    with change(store, writer):
        for number in plan.moved:  # out of the way first: two may change places
            _rename(store, store.document(number), f"\0{number}")
        for number, source in plan.moved.items():
            _rename(store, store.document(number), source)
        store.sources.forget_files(plan.was.values())
    read = set(plan.read)
    return [
        FileOutcome(source, "renamed", store.document(number), was_at(plan.was[source]))
        for number, source in plan.moved.items()
        if source not in read
    ]


def take_out(store: Store, writer: EngineWriter, plan: Plan) -> list[FileOutcome]:
    """Remove the documents whose files have gone, with what is attached to them."""
    if not plan.gone:
        return []
    outcomes = with_documents(store, plan)
    documents = [outcome.document for outcome in outcomes if outcome.document]
    remove_documents(store, writer, [number for one in documents for number in _all(store, one)])
    with store.transaction():
        store.sources.forget_files(outcome.source for outcome in outcomes)
    return outcomes


def with_documents(store: Store, plan: Plan) -> list[FileOutcome]:
    """Return what is told of documents whose files have gone."""
    return [
        replace(outcome, document=store.document(number)) for number, outcome in plan.gone.items()
    ]


def _rename(store: Store, document: Document, source: str) -> None:
    name = document.name if source.startswith("\0") else written_out(Path(source).name)
    inside = store.documents_from(f"{document.source}{ATTACHED_TO}")
    for one in (document, *inside):
        store.connection.execute(
            "UPDATE document SET source = ?, name = ? WHERE id = ?",
            (
                source + one.source.removeprefix(document.source),
                name + one.name.removeprefix(document.name),
                one.id,
            ),
        )


def _all(store: Store, document: Document) -> list[int]:
    inside = store.documents_from(f"{document.source}{ATTACHED_TO}")
    return [document.id, *(one.id for one in inside)]
