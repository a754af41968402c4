"""Documents that come over HTTP: kept only while they are read, whatever becomes of them."""

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from fastapi import HTTPException
from starlette.requests import ClientDisconnect, Request

from index import Corpus, FileOutcome, NamedFile, NamedText, Progress
from ui.guard import MAX_FILE, MAX_TEXT
from ui.limits import DOCUMENTS
from ui.messages import public_message
from ui.reading import described

MAX_DOCUMENTS = DOCUMENTS.most
_LONGEST_NAME = 150  # characters
_LONGEST_BYTES = 250  # of a file's name; most systems take 255
_CHANGES = ThreadPoolExecutor(1, "changes")  # which wait for each other: not in questions' threads
_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]")

Result = TypeVar("Result")
Work = Callable[[Callable[[Progress], None]], list[FileOutcome]]


def limits() -> dict[str, int]:
    """Return what the page may send: bytes of a file, characters of a text and of its title."""
    return {"file": MAX_FILE, "text": MAX_TEXT, "title": _LONGEST_NAME}


async def receive(request: Request, name: str, folder: str) -> NamedFile:
    """Write the body of a request to a file in a folder.

    Raises:
        HTTPException: It is too large, empty, or the sender left.
    """
    fit = _UNFIT.sub("_", name).strip(" .")[-_LONGEST_NAME:]
    fit = fit.encode("utf-8", "replace")[-_LONGEST_BYTES:].decode("utf-8", "ignore") or "file"
    path = Path(folder) / fit
    size = 0
    with path.open("wb") as file:
        try:
            async for chunk in request.stream():
                size += len(chunk)
                if size > MAX_FILE:
                    raise HTTPException(
                        413,
                        f"{fit} is larger than {MAX_FILE // 1_000_000} MB, the most that is taken "
                        "here. Split it, or add it in a terminal: verbatim index PATH",
                    )
                file.write(chunk)
        except ClientDisconnect as gone:
            raise HTTPException(400, "The upload was broken off.") from gone
    if not size:
        raise HTTPException(400, f"{fit} is empty.")
    return NamedFile(path, f"upload:{fit}")


def check_room(corpus: Corpus) -> None:
    """Refuse more documents than a page is meant to manage.

    Raises:
        HTTPException: The corpus is full.
    """
    with corpus.snapshot() as state:
        full = state.document_count >= MAX_DOCUMENTS
    if full:
        raise HTTPException(
            409,
            f"The corpus holds {MAX_DOCUMENTS:,} documents, the most that can be added here. "
            "Remove some, or add more in a terminal: verbatim index PATH",
        )


def add_text(corpus: Corpus, title: str, text: str) -> Work:
    """Return the work of adding a pasted text; one of the same title is replaced.

    One without a title is called by its beginning, and is kept beside others that begin alike.
    """
    title = " ".join(title.split())[:_LONGEST_NAME]
    name = f"pasted: {title}"
    if not title:
        title = " ".join(text.split())[:60]
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        name = f"pasted: {title} ({digest[:8]})"
    return lambda progress: corpus.add_texts([NamedText(name, text, title)], progress)


async def in_turn(work: Callable[[], Result]) -> Result:
    """Return what a change of the corpus returns, made in a thread when those before it are."""
    return await asyncio.get_running_loop().run_in_executor(_CHANGES, work)


async def report(work: Work) -> AsyncIterator[str]:
    """Do the work in a thread; yield a line of JSON for each step, the outcome last."""
    steps: asyncio.Queue[Progress | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def run() -> list[FileOutcome]:
        try:
            return work(lambda step: _post(loop, steps, step))
        finally:
            _post(loop, steps, None)

    task = asyncio.ensure_future(in_turn(run))
    while (step := await steps.get()) is not None:
        yield _line(stage=step.stage, done=step.done, total=step.total)
    try:
        (outcome,) = await task
    except Exception as error:  # noqa: BLE001 - the headers have left: only the text can tell
        yield _line(status="failed", reason=public_message(error)[1])
        return
    document = {"document": described(outcome.document)} if outcome.document else {}
    yield _line(status=outcome.status, reason=outcome.reason, **document)


def _post(
    loop: asyncio.AbstractEventLoop, steps: "asyncio.Queue[Progress | None]", step: Progress | None
) -> None:
    try:
        loop.call_soon_threadsafe(steps.put_nowait, step)
    except RuntimeError:  # the server has ended; the work is committed all the same
        return


def _line(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"
