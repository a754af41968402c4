"""The state of a corpus that a thread reads: one that store and engine have in common."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from index.engines.contract import EngineWriter, SearchEngine, Searcher
from index.errors import CorpusError
from index.store import Store
from index.usage import Usage

_ATTEMPTS = 20


class States:
    """Gives each thread one committed state at a time."""

    def __init__(
        self,
        store: Store,
        engine: SearchEngine,
        usage: Usage,
        writing: Callable[[], AbstractContextManager[EngineWriter]],
    ) -> None:
        """Keep what is read, and `writing`, which puts the engine in order."""
        self._store = store
        self._engine = engine
        self._usage = usage
        self._writing = writing
        self._local = threading.local()

    @contextmanager
    def searching(self) -> Iterator[Searcher | None]:
        """Give the searcher of the state that the block reads; None if nothing is in the corpus.

        Inside the block, the same thread is given the same again, whatever others commit.

        Raises:
            CorpusError: Others change it so fast that no state is ever whole.
        """
        held: list[Searcher | None] = self._local.__dict__.setdefault("held", [])
        if held:
            yield held[0]
            return
        for attempt in range(_ATTEMPTS):
            with self._usage(), self._store.snapshot():
                filled = self._store.holds_more_than(0)
                searcher = self._engine.searcher() if filled else None
                if searcher or not filled:
                    held.append(searcher)
                    try:
                        yield searcher
                    finally:
                        held.pop()
                    return
            if attempt < _ATTEMPTS // 2:  # most likely a writer was just ahead of us
                time.sleep(0.01)
            else:
                with self._writing():
                    pass
        raise CorpusError(f"{self._usage.name} changes too fast to be read.")
