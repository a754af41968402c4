"""Who may change a corpus: one thread of one process at a time."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import CorpusLocked
from index.store.database import LOCK_NAME
from index.store.private import keep_private

# Seconds to wait for another process. A small change takes less; an ingest of many files holds the
# lock for minutes, and whoever would wait so long is told.
_TIMEOUT = 5.0


class WriteLock:
    """What a writer of a corpus holds.

    Attributes:
        file: Held across processes; within this one, threads take turns first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Guards `file`, which counts the whole process as one: its threads take turns here. The one
        # that has it may take it again, as repairing does while it adds.
        self._threads = threading.RLock()
        self.file = FileLock(folder / LOCK_NAME, mode=0o600, thread_local=False)

    @contextmanager
    def if_free(self) -> Iterator[bool]:
        """Hold it in the block if nobody does, and give whether that is so; doesn't wait."""
        with ExitStack() as held:
            free = self._threads.acquire(blocking=False)
            if free:
                held.callback(self._threads.release)
                free = not self.file.is_locked  # else this thread is a writer already
            if free:
                try:
                    held.enter_context(self.file.acquire(timeout=0))
                except Timeout:
                    free = False
            yield free

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Hold it in the block.

        Raises:
            CorpusLocked: Another process is writing to the corpus.
        """
        with self._threads:
            try:
                self.file.acquire(timeout=_TIMEOUT)
            except Timeout as error:
                raise CorpusLocked(
                    f"Another process is writing to the corpus in {self._folder}. Wait until it "
                    "has finished, then try again."
                ) from error
            try:
                keep_private(self._folder)
                yield
            finally:
                keep_private(self._folder)  # what was written meanwhile
                self.file.release()
