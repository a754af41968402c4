"""Who still uses a thing that is to be closed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import CorpusClosed


class Usage:
    """Counts the threads at work, so that closing can wait for them and turn others away.

    Attributes:
        name: What is used, as the beginning of a sentence.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._changed = threading.Condition()
        self._count = 0
        self._ended = False

    @contextmanager
    def __call__(self, *, joining: bool = False) -> Iterator[None]:
        """Count the block as use.

        Args:
            joining: It goes on with a use that is counted already, which closing waits for.

        Raises:
            CorpusClosed: `end` was called.
        """
        with self._changed:
            if self._ended and not joining:
                raise CorpusClosed(f"{self.name} has been closed.")
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def end(self, timeout: float) -> bool:
        """Let nobody begin, wait `timeout` seconds, and return whether everybody has finished."""
        with self._changed:
            self._ended = True
            return self._changed.wait_for(lambda: not self._count, timeout)
