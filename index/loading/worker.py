"""What `index.loading.process` starts: reads files within limits, answers one after another."""

import hashlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from index.documents import Attachment, Block, LoadedFile, Span
from index.errors import FileTooLarge, UnreadableFile, UserError
from index.limits import CELLS, SENTENCES
from index.loading.answers import written, written_error
from index.loading.block_answers import read_blocks
from index.loading.languages import with_languages
from index.loading.loaders import all_formats  # noqa: F401 - before it is locked down
from index.loading.loaders.dispatch import load_bytes, read_bytes
from index.loading.loaders.known_writing import known_to
from index.loading.loaders.lines import text_blocks
from index.loading.loaders.page_progress import told_to
from index.loading.loaders.pdf.picture import Wanted, draw_page
from index.loading.lockdown import lock_down
from index.loading.page_messages import PageTeller
from index.loading.picture_answers import written_picture
from index.loading.sentences import sentences_in


def main(memory_limit: int, idle: int) -> None:
    """Answer requests from standard input until it ends, or nothing more comes for a while.

    Args:
        memory_limit: Bytes of address space.
        idle: Seconds, after the first request: what was never asked may stand by.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a parser prints is no answer
    _limit(memory_limit)
    lock_down()
    teller = PageTeller(answers, sys.stdin.buffer)
    wait = 0
    while line := _next(sys.stdin.buffer, wait):
        wait = idle
        request = json.loads(line)
        if "text" in request:
            request["text"] = sys.stdin.buffer.read(request["text"]).decode(
                "utf-8", "surrogatepass"
            )
            request["blocks"] = sys.stdin.buffer.read(request["blocks"])
        if "picture" in request:
            request["picture"] = sys.stdin.buffer.read(request["picture"])
        with told_to(teller.begun), known_to(teller if request.get("readings") else None):
            parts = _drawn(request) if "picture" in request else _answer(request)
        for part in parts:
            answers.write(part)
        answers.flush()


_Parsed = tuple[LoadedFile | None, str, Sequence[Block], list[Span], str]


def _parse(request: dict[str, Any], name: str) -> _Parsed:
    file, sha256 = None, ""
    if "text" not in request:
        # One reading for both: the file may be another one a moment before and after
        data, path = read_bytes(Path(request["path"])), Path(request["path"])
        if request["inside"]:
            data, path = _inside(data, path, request["inside"])
        file, sha256 = load_bytes(data, path), hashlib.sha256(data).hexdigest()
        if not file.date:
            file = replace(file, date=_last_changed(Path(request["path"])), date_from="file")
    text = file.text if file else request["text"]
    if file:
        language, blocks = file.language, file.blocks
    else:
        given = read_blocks(request["blocks"], text)
        language, blocks = with_languages(text, given or text_blocks(text))
    if sum(len(block.cells) for block in blocks) > CELLS.most:
        raise FileTooLarge(
            f"{name} has more than {CELLS.amount} in its tables, the most that is read of one "
            "document. Split it into several."
        )
    spans = list(islice(sentences_in(text, blocks, language), SENTENCES.most + 1))
    if len(spans) > SENTENCES.most:
        raise FileTooLarge(
            f"{name} has more than {SENTENCES.amount}, the most that is read of one document. "
            "Split it into several."
        )
    return file, language, blocks, spans, sha256


def _last_changed(path: Path) -> str:
    """Return the day on which a file was last changed, as in `2024-01-31`."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    except (OSError, OverflowError, ValueError):  # it is gone meanwhile, or has no time that is one
        return ""


def _inside(data: bytes, path: Path, places: Sequence[int]) -> tuple[bytes, Path]:
    """Return a file that is attached to another one, given by its place in each, and its name.

    What is attached to the file at hand is remembered, since its attachments are read one by one.
    """
    key: tuple[object, ...] = (hashlib.sha256(data).hexdigest(), path.name)
    for place in places:
        if key not in _attached:
            if len(key) == 2:
                _attached.clear()
            _attached[key] = load_bytes(data, path).attached
        if not place < len(_attached[key]):
            raise UnreadableFile(f"{path.name} has changed while it was read. Add it again.")
        data, path = _attached[key][place].data, Path(_attached[key][place].name)
        key = (*key, place)
    return data, path


_attached: dict[tuple[object, ...], tuple[Attachment, ...]] = {}


def _answer(request: dict[str, Any]) -> list[bytes]:
    name = str(request.get("name") or "The file")
    try:
        return list(written(*_parse(request, name)))
    except UserError as error:
        return [written_error(error)]
    except MemoryError:
        message = f"{name} takes too much memory to read. Split it, or save it without images."
        return [written_error(FileTooLarge(message))]
    except Exception:  # noqa: BLE001 - splitters fail in many ways
        message = f"{name} can't be read: its text can't be cut into sentences."
        return [written_error(UnreadableFile(message))]


def _drawn(request: dict[str, Any]) -> list[bytes]:
    """Return a page as a picture, or why there is none."""
    name = str(request["name"])
    wanted = Wanted(request["words"], request["before"]) if request["words"] else None
    try:
        return written_picture(*draw_page(request["picture"], name, request["page"], wanted))
    except UserError as error:
        return [written_error(error)]
    except MemoryError:
        return [written_error(FileTooLarge(f"The page of {name} takes too much memory to draw."))]
    except Exception:  # noqa: BLE001 - what draws fails in many ways
        return [written_error(UnreadableFile(f"The page of {name} can't be drawn."))]


def _next(requests: BinaryIO, idle: int) -> bytes:
    """Return the next request; nothing if the input ended, or stayed silent for `idle` seconds.

    0 waits for ever.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # which ends the process
        signal.setitimer(signal.ITIMER_REAL, idle)
    line = requests.readline()
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)
    return line


def _limit(memory: int) -> None:
    """Let this process take no more memory than that, and write no file."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):  # the system sets a lower one, or none
            continue
