"""Changes of the corpus over HTTP: one at a time, turns go round the clients."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from index import FileOutcome, Progress
from ui.limits import CHANGES
from ui.protection.admission import Admission, Visit
from ui.protection.public_message import public_message
from ui.rest.scratch import ScratchFolder, sweep
from ui.schema import described
from ui.translation.catalogue import ENGLISH, Words, mark

Result = TypeVar("Result")
Work = Callable[[Callable[[Progress], None]], list[FileOutcome]]

_GOODBYE = 3.0  # seconds that the change at work gets to end, once the server is told to


class Ending(Exception):
    """The server ends, and the change is given up: the corpus stays as it was before it."""


class Changes:
    """Lets one client after another change the corpus."""

    def __init__(self) -> None:
        """Start with nobody."""
        # However long the uploads before it take: who gives up waiting closes the connection
        self._admission = Admission(1, CHANGES.most, patience=None, what="changes")
        self._ending = threading.Event()
        sweep()

    @asynccontextmanager
    async def change(self, client: str, words: Words = ENGLISH) -> AsyncIterator["Change"]:
        """Give a client's change its place, and take away what is left of it.

        Args:
            client: Whose it is.
            words: The texts of the language in which it is told of.

        Raises:
            TooMany, Busy: Too many of this client, or of all, are waiting.
        """
        async with self._admission.visit(client) as visit:
            change = Change(visit, self._ending, words)
            try:
                yield change
            finally:
                change.drop()

    async def end(self) -> None:
        """Give up what is under way, and wait a little until it has ended."""
        self._ending.set()
        await self._admission.idle(_GOODBYE)


class Change:
    """A change of the corpus that waits for its turn.

    Attributes:
        folder: Where it may keep files until it is done.
    """

    def __init__(self, visit: Visit, ending: threading.Event, words: Words) -> None:
        self._words = words
        self.folder = ScratchFolder()
        self._visit = visit
        self._ending = ending
        self._begun = False

    async def make(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns, done in a thread when its turn comes.

        Once begun, it is carried through, though nobody wait for it any more.
        """

        def run() -> Result:
            self._begun = True
            with self.folder:
                return work()

        return await self._visit.run(run, _DAEMONS)

    async def report(self, work: Work) -> AsyncIterator[str]:
        """Make a change; yield a line of JSON for each step, the outcome last."""
        steps: asyncio.Queue[Progress | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(step: Progress) -> None:
            if self._ending.is_set():
                raise Ending
            _post(loop, steps, step)

        making = asyncio.ensure_future(self.make(lambda: work(tell)))
        making.add_done_callback(lambda _: steps.put_nowait(None))
        try:
            while (step := await steps.get()) is not None:
                page = {"page": step.page, "pages": step.pages} if step.page else {}
                yield _line(stage=step.stage, done=step.done, total=step.total, **page)
            (outcome,) = await making
        except Ending:
            reason = mark("Verbatim is shutting down. Start it again, then add it.")
            yield _line(status="failed", reason=self._words.sentence(reason))
            return
        except Exception as error:  # noqa: BLE001 - the headers have left: only the text can tell
            status, message = public_message(error)
            full = (
                {"full": True} if status == 507 else {}
            )  # once there is room, it can be sent again
            yield _line(status="failed", reason=self._words.sentence(message), **full)
            return
        finally:
            making.cancel()  # if the client has left while it waited
        document = (
            {"document": described(outcome.document, self._words)} if outcome.document else {}
        )
        beside = {"beside": outcome.beside} if outcome.beside else {}
        reason = self._words.sentence(outcome.reason)
        yield _line(status=outcome.status, reason=reason, **document, **beside)

    def drop(self) -> None:
        """Remove the folder of a change that never began."""
        if not self._begun:
            self.folder.cleanup()


class _Daemons(Executor):
    """Threads that the end of the process doesn't wait for: a change is whole, or isn't there."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **settings: Any) -> Future[Any]:  # noqa: ANN401 - as in Executor
        """Do the work in a thread of its own."""
        future: Future[Any] = Future()

        def run() -> None:
            try:
                result = work(*args, **settings)
            except BaseException as error:  # noqa: BLE001 - whoever awaits it gets it
                future.set_exception(error)
            else:
                future.set_result(result)

        future.set_running_or_notify_cancel()
        threading.Thread(target=run, name="change", daemon=True).start()
        return future


_DAEMONS = _Daemons()


def _post(
    loop: asyncio.AbstractEventLoop, steps: "asyncio.Queue[Progress | None]", step: Progress
) -> None:
    try:
        loop.call_soon_threadsafe(steps.put_nowait, step)
    except RuntimeError:  # the server has ended; the work is committed all the same
        return


def _line(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"
