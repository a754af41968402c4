"""The sentences that Milvus still holds though the store has deleted them, and which rows are seen.

Whoever began to read before a change goes on finding what it removed: rows of removed sentences
stay for a while, are left out by a filter, and are deleted with a later change. The list of them is
kept in the store, so that it changes at the same instant as the sentences.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.search.vectors.base import Ids
from index.store.store import Store

_KEY = "milvus_outdated"


@dataclass(frozen=True, slots=True)
class Range:
    """Ids from `first` to `last`, both included, removed at `since`, in seconds since 1970."""

    first: int
    last: int
    since: float

    @property
    def where(self) -> str:
        """The range as a filter of Milvus."""
        return f"(id >= {self.first} and id <= {self.last})"


def ranges(ids: Ids, since: float) -> list[Range]:
    """Return ascending ids as ranges without gaps."""
    breaks = np.flatnonzero(np.diff(ids) > 1)
    firsts, lasts = np.r_[ids[:1], ids[breaks + 1]], np.r_[ids[breaks], ids[-1:]]
    return [
        Range(first, last, since)
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True)
    ]


def outdated(store: Store) -> list[Range]:
    """Return what the store's state in the caller's snapshot says of removed sentences."""
    return [Range(*entry) for entry in json.loads(store.meta(_KEY) or "[]")]


def set_outdated(store: Store, entries: Iterable[Range]) -> None:
    """Replace the list. Call in a `transaction`."""
    packed = [(entry.first, entry.last, entry.since) for entry in entries]
    store.set_meta(_KEY, json.dumps(packed))


def seen(store: Store) -> str:
    """Return the filter of Milvus that leaves the sentences of the caller's snapshot.

    Ids grow from change to change, so a row beyond the last id belongs to a change that this state
    doesn't have.
    """
    row = store.connection.execute("SELECT coalesce(max(id), 0) FROM sentence").fetchone()
    parts = [f"(id > 0 and id <= {int(row[0])})"]
    parts += [f"not {entry.where}" for entry in outdated(store)]
    return _all(parts)


def _all(parts: Sequence[str]) -> str:
    """Join filters so that hundreds nest a few deep, for servers that parse by recursion."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return f"({_all(parts[:half])} and {_all(parts[half:])})"
