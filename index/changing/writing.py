"""The one writer of a corpus: the lock, the engine in order, and errors of the disk by name."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from index.changing.write_lock import WriteLock
from index.errors import CorpusError
from index.in_use import Usage
from index.search.contract import EngineWriter, SearchEngine
from index.store.disk_errors import CallersCode, name_disk_errors
from index.store.store import Store


class Writing:
    """Opens a corpus for changes."""

    def __init__(self, store: Store, engine: SearchEngine, usage: Usage, lock: WriteLock) -> None:
        self._store = store
        self._engine = engine
        self._usage = usage
        self._lock = lock
        self._writer: EngineWriter | None = None  # of the thread that holds the lock

    @contextmanager
    def __call__(self, callers: CallersCode | None = None) -> Iterator[EngineWriter]:
        """Hold the corpus for writing, with the engine in order. May be nested.

        Args:
            callers: Knows which errors of the block are not the disk's.

        Raises:
            SnapshotOpen: The calling thread is reading a snapshot of it.
            CorpusReadOnly: It may only be read.
            CorpusLocked: Another process is writing to it.
            CorpusError: The disk refuses.
        """
        self._store.refuse_if_barred()
        with self.mending(callers) as writer:
            yield writer

    @contextmanager
    def mending(self, callers: CallersCode | None = None) -> Iterator[EngineWriter]:
        """As calling it, but for the engine only, which is mended aside if need be."""
        self._store.refuse_in_snapshot()  # an engine mended by an earlier state lacks the later one
        folder = self._store.path.parent
        with self._usage(), name_disk_errors(folder, callers), self._lock():
            if self._writer:  # an engine has one writer at a time
                yield self._writer
                return
            with self._opened() as writer:
                yield writer

    def tidy(self) -> bool:
        """Let the engine drop what the store doesn't have, unless somebody is writing.

        Returns:
            Whether it was tried; if it failed, searches go on without it.
        """
        with self._usage(), self._lock.if_free() as free:
            if free:
                with suppress(CorpusError, OSError), self._opened():
                    pass
            return free

    @contextmanager
    def _opened(self) -> Iterator[EngineWriter]:
        with self._engine.writing() as writer:
            self._writer = writer
            try:
                yield writer
            finally:
                self._writer = None
