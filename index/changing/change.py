"""A change of documents: the store's commit is the one instant at which searches change.

The engine takes the new sentences first and keeps the old ones until the store has committed.
"""

import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from index.search.contract import EngineWriter
from index.store.store import Store

_log = logging.getLogger(__name__)


@contextmanager
def change(store: Store, writer: EngineWriter) -> Iterator[None]:
    """Make what the block does to store and writer visible together, or, if it raises, not at all.

    Args:
        store: Changed by the block, in a transaction.
        writer: Told by the block what was added and removed.
    """
    after = uuid.uuid4().hex
    writer.announce(after)
    with store.transaction():
        before = store.generation
        yield
        store.record_change(after)
        writer.commit(before, after)
    try:
        writer.finish(after)
    except Exception as error:  # noqa: BLE001 - the change is made, and whoever asked has to know
        _log.warning("The change was made; the clean-up is left to the next one (%s).", error)


def remove_documents(store: Store, writer: EngineWriter, document_ids: Sequence[int]) -> None:
    """Remove documents, their sentences, and the vectors nothing else uses."""
    with change(store, writer):
        writer.remove(store.sentence_ids(document_ids))
        store.delete(document_ids)
        store.readings.drop_unused()
