"""Who still uses a thing that is to be closed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.errors import CorpusClosed


class Usage:
    """Counts the threads at work, so that closing can wait for them and turn others away.

    Attributes:
        name: What is used, as the beginning of a sentence.
    """

    def __init__(self, name: str, check: Callable[[], None] = lambda: None) -> None:
        """Count the uses of something that, before each, `check` finds to be usable."""
        self.name = name
        self._check = check
        self._changed = threading.Condition()  # guards `_count` and `_ended`; closing waits on it
        self._count = 0
        self._ended = False

    @contextmanager
    def __call__(self, *, joining: bool = False) -> Iterator[None]:
        """Count the block as use.

        Args:
            joining: It goes on with a use that is counted already, which closing waits for.

        Raises:
            CorpusClosed: `end` was called.
            CorpusError: As `check` does.
        """
        with self._changed:
            if self._ended and not joining:
                raise CorpusClosed(f"{self.name} has been closed.")
            self._count += 1
        try:
            self._check()
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Whether `end` was called."""
        with self._changed:
            return self._ended

    def end(self, timeout: float) -> bool:
        """Let nobody begin, wait `timeout` seconds, and return whether everybody has finished."""
        with self._changed:
            self._ended = True
            return self._changed.wait_for(lambda: not self._count, timeout)
