"""A lock that many readers share and one writer holds alone: Python's library has none."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SharedLock:
    """Held by any number of readers, or by one writer.

    A writer that waits goes before readers that come later: a steady stream of readers would
    otherwise keep it waiting for ever. A thread that holds the lock must therefore not take it
    again, in either way: it might wait for a writer that waits for it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()  # its lock guards the three fields below
        self._readers = 0
        self._writing = False
        self._waiting = 0  # writers

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold the lock beside other readers."""
        with self._changed:
            self._changed.wait_for(lambda: not self._writing and not self._waiting)
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock while nobody else does."""
        with self._changed:
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: not self._writing and not self._readers)
                self._writing = True
            finally:
                self._waiting -= 1
                self._changed.notify_all()  # if the wait was interrupted, readers may go on
        try:
            yield
        finally:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
