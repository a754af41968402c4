"""Indexes files on a Ray cluster with a slow toy encoder: to be watched, or killed on the way.

    python ray_driver.py CORPUS LOG ADDRESS SECONDS PATH...

SECONDS is what the encoder takes for each batch. Writes the addresses at which it and all processes
it started listen, as JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index import Corpus, Progress

sys.path.insert(0, str(Path(__file__).parents[1]))
from toy_encoder import ToyEncoder


class LoggingToy(ToyEncoder):
    """Takes its time, and writes down each sentence it has encoded."""

    def __init__(self, log: Path, seconds: float = 0.05) -> None:
        super().__init__()
        self._log = log
        self._seconds = seconds

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        vectors = super().encode_documents(texts, progress)
        time.sleep(self._seconds)
        with self._log.open("a") as file:
            file.write("".join(f"{text}\n" for text in texts))
        return vectors


class DeadlyToy(ToyEncoder):
    """Ends the process that encodes a document with it."""

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        os._exit(1)


def descendants(root: int) -> set[int]:
    """Return a process and all that it started, and they, and so on."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def listening() -> set[str]:
    """Return the addresses, in hexadecimal as Linux has them, at which the processes listen."""
    sockets = set()
    for pid in descendants(os.getpid()):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                sockets.add(str(descriptor.readlink()))
            except OSError:
                continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, address, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in sockets:
                found.add(address.partition(":")[0])
    return found


class Watch:
    """Writes down where the processes listen, once some sentences are encoded."""

    def __init__(self) -> None:
        self._written = False

    def __call__(self, step: Progress) -> None:
        if step.stage == "encoding" and not self._written:
            self._written = True
            sys.stdout.write(json.dumps(sorted(listening())))


if __name__ == "__main__":
    folder, log, address, seconds, *paths = sys.argv[1:]
    with Corpus(folder, create=True, encoder=LoggingToy(Path(log), float(seconds))) as corpus:
        corpus.add(paths, Watch(), address)
