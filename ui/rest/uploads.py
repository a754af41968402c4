"""Documents that come over HTTP: kept only while they are read, whatever becomes of them."""

import hashlib
import re
from pathlib import Path

from fastapi import HTTPException
from starlette.requests import ClientDisconnect, Request

from index import Corpus, NamedFile, NamedText
from ui.limits import DOCUMENTS, TITLE
from ui.protection.guard import MAX_FILE
from ui.rest.changes import Work
from ui.rest.listing import UPLOADED

MAX_DOCUMENTS = DOCUMENTS.most
_LONGEST_BYTES = 250  # of a file's name on the disk; most systems take 255
_UNFIT = re.compile(r"[\x00-\x1f\x7f\\]")


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
                        f"{path.name} is larger than {MAX_FILE // 1_000_000} MB, the upload "
                        "limit. Split it, or add it in a terminal: verbatim index PATH",
                    )
                file.write(chunk)
        except ClientDisconnect as gone:
            raise HTTPException(400, "The upload was interrupted.") from gone
    if not size:
        raise HTTPException(400, f"{path.name} is empty.")
    return NamedFile(path, f"{UPLOADED}{name}", name, beside)


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
            f"The corpus holds {MAX_DOCUMENTS:,} documents, the limit for this page. "
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
    if len(title) > TITLE.most:  # for citations; the name is whole
        half = (TITLE.most - 1) // 2
        title = f"{title[:half]}…{title[-half:]}"
    return lambda progress: corpus.add_texts([NamedText(name, text, title, beside)], progress)
