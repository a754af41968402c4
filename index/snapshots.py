"""The state of a corpus that a thread reads: one that store and engine have in common."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.changing.writing import Writing
from index.errors import CorpusError
from index.in_use import Usage
from index.search.contract import SearchEngine, Searcher
from index.store.store import Store

# To find a state that store and engine have in common: the first half wait 10 ms each for a writer
# that is just ahead, the others mend the engine. Only changes without a pause let all of them fail.
_ATTEMPTS = 20


@dataclass(slots=True)
class _Held:
    """What a thread reads, and how many blocks do."""

    searcher: Searcher | None = None
    blocks: int = 0


class States:
    """Gives each thread one committed state at a time."""

    def __init__(self, store: Store, engine: SearchEngine, usage: Usage, writing: Writing) -> None:
        """Keep what is read, and `writing`, which puts the engine in order."""
        self._store = store
        self._engine = engine
        self._usage = usage
        self._writing = writing
        self._local = threading.local()
        self._tidied: tuple[str, int] | None = None  # generation and count for which it was tried

    @contextmanager
    def searching(self) -> Iterator[Searcher | None]:
        """Give the searcher of the state that the block reads; None if nothing is in the corpus.

        Until the last block of a thread has ended, it is given the same, whatever others commit.

        Raises:
            CorpusError: Others change it so fast that no state is ever whole.
        """
        held: _Held = self._local.__dict__.setdefault("held", _Held())
        if held.blocks:
            with self._usage(joining=True), self._store.snapshot(), _reading(held):
                yield held.searcher
            return
        for attempt in range(_ATTEMPTS):
            with self._usage(), self._store.snapshot():
                filled = self._store.holds_more_than(0)
                searcher = self._engine.searcher() if filled else None
                untidy = None
                if searcher and not searcher.tidy:
                    untidy = (self._store.generation, searcher.count)
                if not filled or (searcher and (attempt or untidy in (None, self._tidied))):
                    held.searcher = searcher
                    with _reading(held):
                        yield searcher
                    return
            if untidy:
                # A change that was broken off has left something behind: searches would have to
                # look beyond it each time, and its words count in the scores
                if self._writing.tidy():
                    self._tidied = untidy
            elif attempt < _ATTEMPTS // 2:  # most likely a writer was just ahead of us
                time.sleep(0.01)
            else:
                with self._writing.mending():
                    pass
        raise CorpusError(f"{self._usage.name} is changing too fast to be read.")


@contextmanager
def _reading(held: _Held) -> Iterator[None]:
    held.blocks += 1
    try:
        yield
    finally:
        held.blocks -= 1
