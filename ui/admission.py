"""How many questions are worked on at a time, and how many may wait for their turn."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from ui.limits import WAITING

Result = TypeVar("Result")

_WAITING = WAITING.most
_PATIENCE = 30.0  # seconds


class Busy(Exception):
    """So many wait already that one more would wait too long; the message says so."""


class Admission:
    """Lets a few at a time work in threads, some wait, and turns the others away.

    A question keeps all cores busy already, so more at a time would only make each slower.
    """

    def __init__(
        self, working: int | None = None, waiting: int = _WAITING, patience: float = _PATIENCE
    ) -> None:
        """Start with nobody.

        Args:
            working: How many work at a time; by default one for each core, at least two.
            waiting: How many may wait.
            patience: Seconds after which one that still waits is turned away.
        """
        self._free = asyncio.Semaphore(working or max(2, os.cpu_count() or 1))
        self._room = waiting
        self._patience = patience
        self._waiting = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns, done in a thread when its turn comes.

        Raises:
            Busy: Too many wait, or the turn didn't come in time.
        """
        async with self._turn():
            return await asyncio.to_thread(work)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._free.locked() and self._waiting >= self._room:
            raise Busy("Too many questions at once. Try again in a few seconds.")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy("Too many questions at once. Try again in a minute.") from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
