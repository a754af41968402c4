"""The process that `index.parsing` starts: reads files within limits, a line of JSON for each."""

import json
import os
import signal
import sys
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any, BinaryIO

from index.errors import FileTooLarge, RetrievalError, UnreadableFile
from index.loaders import load
from index.sentences import split_sentences


def main(memory_limit: int, idle: int) -> None:
    """Answer requests from standard input until it ends, or nothing comes for a while.

    Args:
        memory_limit: Bytes of address space.
        idle: Seconds.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a parser prints is no answer
    _limit(memory_limit)
    while line := _next(sys.stdin.buffer, idle):
        answers.write(json.dumps(_answer(json.loads(line))).encode() + b"\n")
        answers.flush()


def _parse(request: dict[str, Any]) -> dict[str, Any]:
    if "text" in request:
        return {"spans": [astuple(span) for span in split_sentences(request["text"])]}
    file = load(Path(request["path"]))
    return {**asdict(file), "spans": [astuple(span) for span in split_sentences(file.text)]}


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    name = Path(request.get("path", "The text")).name
    try:
        return _parse(request)
    except RetrievalError as error:
        return {"error": type(error).__name__, "message": str(error)}
    except MemoryError:
        message = f"{name} takes too much memory to read. Split it, or save it without images."
        return {"error": FileTooLarge.__name__, "message": message}
    except Exception:  # noqa: BLE001 - splitters fail in many ways
        message = f"{name} can't be read: its text can't be cut into sentences."
        return {"error": UnreadableFile.__name__, "message": message}


def _next(requests: BinaryIO, idle: int) -> bytes:
    """Return the next request; nothing if the input ended or stayed silent."""
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
