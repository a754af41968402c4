"""How many work at a time, how many may wait, and that turns go round the clients."""

import asyncio
import os
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar, cast

from ui.limits import WAITING

Result = TypeVar("Result")

_WAITING = WAITING.most
_PATIENCE = 30.0  # seconds
_SOLE = ""  # the client, where there is but one


class Busy(Exception):
    """So many wait already that one more would wait too long; the message says so."""


class TooMany(Busy):
    """One client has as many under way as a client may have; the message says so."""


class Admission:
    """Lets a few at a time work in threads, some wait, and turns the others away.

    A question keeps all cores busy already, so more at a time would only make each slower. Who
    waits gets a seat in turn with the other clients, however many wait of one client. Use it
    from one event loop only.
    """

    def __init__(
        self,
        working: int | None = None,
        waiting: int = _WAITING,
        patience: float | None = _PATIENCE,
        *,
        what: str = "questions",
    ) -> None:
        """Start with nobody.

        Args:
            working: How many work at a time; by default one for each core, at least two.
            waiting: How many may wait.
            patience: Seconds after which one that still waits is turned away; None for never.
            what: What they are called in messages.
        """
        self._seats = working or max(2, os.cpu_count() or 1)
        self._room = self._seats + waiting
        self._patience = patience
        self._what = what
        self._threads = ThreadPoolExecutor(self._seats, what)
        self._inside: Counter[str] = Counter()  # visits by client
        self._seated: Counter[bool] = Counter()  # seats in use, by whether for work in bulk
        # In the order of their turns. Who waits is here only as long as no seat is for it.
        self._queues: dict[str, deque[_Seat]] = {}

    @property
    def at_work(self) -> int:
        """How many seats are in use."""
        return self._seated.total()

    async def run(self, work: Callable[[], Result], client: str = _SOLE) -> Result:
        """Return what the work returns, done in a thread when its turn comes.

        Args:
            work: What to do.
            client: Whose work it is: turns go round the clients.

        Raises:
            TooMany: This client has half of all that may be under way.
            Busy: Too many wait, or the turn didn't come in time.
        """
        async with self.visit(client) as visit:
            return await visit.run(work)

    @asynccontextmanager
    async def visit(self, client: str = _SOLE, *, bulk: bool = False) -> AsyncIterator["Visit"]:
        """Give a place in the waiting room, kept until the block ends.

        Args:
            client: As `run` does.
            bulk: Whether it is one piece of work after another: all that are never take all seats.

        Raises:
            TooMany, Busy: As `run` does.
        """
        if self._inside.total() >= self._room:
            raise Busy(f"Too many {self._what} at once. Try again in a few seconds.")
        # Half of the room: whatever one client sends, there is room for the others
        if client and self._inside[client] >= max(1, self._room // 2):
            raise TooMany(
                f"Too many {self._what} at once from your address. Wait for some to finish."
            )
        self._inside[client] += 1
        try:
            yield Visit(self, client, bulk=bulk)
        finally:
            _less(self._inside, client)

    async def idle(self, patience: float) -> bool:
        """Wait up to so many seconds until no thread works; return whether that came."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while self.at_work and loop.time() < end:
            await asyncio.sleep(0.02)
        return not self.at_work

    async def work(
        self, work: Callable[[], Result], client: str, threads: Executor | None, *, bulk: bool
    ) -> Result:
        """Return what the work returns, when a seat is free; see `Visit.run`."""
        await self._sit_down(client, bulk=bulk)
        try:
            done = asyncio.get_running_loop().run_in_executor(threads or self._threads, work)
        except BaseException:
            self._stand_up(bulk=bulk)
            raise
        # A thread can't be stopped: whoever gives up waiting leaves the seat taken until it ends
        done.add_done_callback(lambda _: self._stand_up(bulk=bulk))
        return await asyncio.shield(done)

    async def _sit_down(self, client: str, *, bulk: bool) -> None:
        seat = _Seat(asyncio.get_running_loop().create_future(), bulk)
        self._queues.setdefault(client, deque()).append(seat)
        self._seat_next()
        try:
            async with asyncio.timeout(self._patience):
                await seat.free
        except BaseException as error:
            if seat.free.done() and not seat.free.cancelled():
                self._stand_up(bulk=bulk)
            elif seat in (queue := self._queues.get(client, deque())):
                queue.remove(seat)
                if not queue:
                    del self._queues[client]
            if isinstance(error, TimeoutError):
                raise Busy(f"Too many {self._what} at once. Try again in a minute.") from error
            raise

    def _stand_up(self, *, bulk: bool) -> None:
        self._seated[bulk] -= 1
        self._seat_next()

    def _seat_next(self) -> None:
        """Give free seats to those whose turn it is."""
        while self.at_work < self._seats:
            # Work in bulk leaves one seat: a question beside it needn't wait for one to end
            crowded = self._seated[True] >= max(1, self._seats - 1)
            waiting = ((name, seat) for name, queue in self._queues.items() for seat in queue)
            turn = next(((n, seat) for n, seat in waiting if not (seat.bulk and crowded)), None)
            if turn is None:
                return
            client, seat = turn
            queue = self._queues.pop(client)
            queue.remove(seat)
            if queue:
                self._queues[client] = queue  # behind the other clients
            if not seat.free.done():
                self._seated[seat.bulk] += 1
                seat.free.set_result(None)


@dataclass(frozen=True, slots=True, eq=False)
class _Seat:
    """A seat that is waited for."""

    free: asyncio.Future[None]
    bulk: bool


class Visit:
    """A place in the waiting room of an admission, from which work is done in turn."""

    def __init__(self, admission: Admission, client: str, *, bulk: bool) -> None:
        self._admission = admission
        self._client = client
        self._bulk = bulk

    async def run(self, work: Callable[[], Result], threads: Executor | None = None) -> Result:
        """Return what the work returns, done in a thread when the client's turn comes.

        The seat is free again when the thread has ended, though nobody wait for it any more.

        Args:
            work: What to do.
            threads: Where to do it, by default in one of the admission's own.

        Raises:
            Busy: The turn didn't come in time.
        """
        return await self._admission.work(work, self._client, threads, bulk=self._bulk)

    async def each(self, steps: Generator[Result, None, None]) -> list[Result]:
        """Return what steps yield, each done when the client's turn has come.

        All are done in one thread, in which the steps are closed too, whatever becomes of them:
        what they keep open may belong to it.

        Args:
            steps: Work, a piece at a time.

        Raises:
            Busy: A turn didn't come in time.
        """
        threads, end = ThreadPoolExecutor(1, "steps"), object()
        found: list[Result] = []
        try:
            while (one := await self.run(lambda: next(steps, end), threads)) is not end:
                found.append(cast("Result", one))
        finally:
            threads.submit(steps.close)  # after what they may still be at
            threads.shutdown(wait=False)
        return found


def _less(counter: Counter[str], client: str) -> None:
    counter[client] -= 1
    if not counter[client]:
        del counter[client]
