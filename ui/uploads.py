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

from index import SUFFIXES, Corpus, FileOutcome, NamedFile, NamedText, Progress
from ui.guard import MAX_FILE, MAX_TEXT
from ui.limits import DOCUMENTS
from ui.messages import public_message
from ui.reading import described

MAX_DOCUMENTS = DOCUMENTS.most
_LONGEST_TITLE = 150  # characters that the page takes; longer ones from elsewhere are kept
_LONGEST_BYTES = 250  # of a file's name on the disk; most systems take 255
_CHANGES = ThreadPoolExecutor(1, "changes")  # which wait for each other: not in questions' threads
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]")

Result = TypeVar("Result")
Work = Callable[[Callable[[Progress], None]], list[FileOutcome]]


def limits() -> dict[str, int | list[str]]:
    """Return what the page may send: bytes of a file, characters of a text and its title; kinds."""
    return {
        "file": MAX_FILE,
        "text": MAX_TEXT,
        "title": _LONGEST_TITLE,
        "kinds": sorted(SUFFIXES),
    }


def file_name(given: str) -> str:
    """Return the whole name of an uploaded file, with the folders it came in: `notes/a.txt`."""
    parts = (_UNFIT.sub("_", part).strip() for part in given.split("/"))
    kept = "/".join(part for part in parts if part.strip(" ."))
    return kept.encode("utf-8", "replace").decode() or "file"


def _on_disk(name: str) -> str:
    """Return what a file is called while it is read: its name without its middle, if too long."""
    short = name.rpartition("/")[2].strip(" .").encode()
    if len(short) > _LONGEST_BYTES:
        half = (_LONGEST_BYTES - len("…".encode())) // 2
        short = short[:half] + "…".encode() + short[-half:]
    return short.decode("utf-8", "ignore")


async def receive(request: Request, name: str, folder: str, *, beside: bool) -> NamedFile:
    """Write the body of a request to a file in a folder.

    Args:
        request: The request.
        name: What the sender calls the file.
        folder: Where it is kept while it is read.
        beside: Keep another file of that name that was sent earlier.

    Raises:
        HTTPException: It is too large, empty, or the sender left.
    """
    name = file_name(name)
    path = Path(folder) / _on_disk(name)
    size = 0
    with path.open("wb") as file:
        try:
            async for chunk in request.stream():
                size += len(chunk)
                if size > MAX_FILE:
                    raise HTTPException(
                        413,
                        f"{path.name} is larger than {MAX_FILE // 1_000_000} MB, the most that is "
                        "taken here. Split it, or add it in a terminal: verbatim index PATH",
                    )
                file.write(chunk)
        except ClientDisconnect as gone:
            raise HTTPException(400, "The upload was broken off.") from gone
    if not size:
        raise HTTPException(400, f"{path.name} is empty.")
    return NamedFile(path, f"upload:{name}", name, beside)


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


def add_text(corpus: Corpus, title: str, text: str, *, beside: bool) -> Work:
    """Return the work of adding a pasted text.

    One without a title is called by its beginning, and is kept beside others that begin alike.

    Args:
        corpus: Where it is added.
        title: What to call it.
        text: The text.
        beside: Keep another text of that title.
    """
    title = " ".join(title.split())
    name = f"pasted: {title}"
    if not title:
        title = " ".join(text.split())[:60]
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        name = f"pasted: {title} ({digest[:8]})"
    if len(title) > _LONGEST_TITLE:  # for citations; the name is whole
        half = (_LONGEST_TITLE - 1) // 2
        title = f"{title[:half]}…{title[-half:]}"
    return lambda progress: corpus.add_texts([NamedText(name, text, title, beside)], progress)


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
    beside = {"beside": outcome.beside} if outcome.beside else {}
    yield _line(status=outcome.status, reason=outcome.reason, **document, **beside)


def _post(
    loop: asyncio.AbstractEventLoop, steps: "asyncio.Queue[Progress | None]", step: Progress | None
) -> None:
    try:
        loop.call_soon_threadsafe(steps.put_nowait, step)
    except RuntimeError:  # the server has ended; the work is committed all the same
        return


def _line(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"
