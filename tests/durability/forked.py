"""Processes to be killed, forked from one that has everything imported: a start takes no time."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

_processes = multiprocessing.get_context("forkserver")
# `index` imports these where they are used. What isn't installed is passed over
_processes.set_forkserver_preload(
    ["index", "faiss", "tantivy", "pymilvus", "filelock", "tests.toy_encoder"]
)


class Forked:
    """A process that calls a function once it is told to begin.

    It hands it the arguments, which are pickled; what the process writes to standard error stands
    in a file.
    """

    def __init__(self, errors: Path, work: Callable[..., None], *arguments: object) -> None:
        self._errors = errors
        self._here, there = _processes.Pipe()
        self._process = _processes.Process(target=_run, args=(there, errors, work, arguments))
        self._process.start()
        there.close()
        self.is_open = True  # until its end was waited for
        assert self._here.recv() == "ready"

    def begin(self) -> None:
        self._here.send("begin")

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> tuple[int, str]:
        """Kill it if it hasn't ended, which is no error; return as `end` does."""
        self._process.kill()
        return self.end(60)

    def end(self, patience: float) -> tuple[int, str]:
        """Wait for its end; return its exit code, negative for a signal, and what it said."""
        self._process.join(patience)
        code = self._process.exitcode
        assert code is not None, f"it has not ended in {patience} seconds"
        self._process.close()
        self._here.close()
        self.is_open = False
        return code, self._errors.read_text(encoding="utf-8")


def _run(
    there: Connection, errors: Path, work: Callable[..., None], arguments: tuple[object, ...]
) -> None:
    written = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(written, 2)
    os.close(written)
    there.send("ready")
    if there.recv() == "begin":
        work(*arguments)
