"""What every script here does: read the task, take in the sentences, answer, write what it took.

    python -m benchmarks.peer_scripts.NAME TASK.json RESULT.json

Runs in environments that hold nothing of Verbatim, so it uses the standard library only.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

_WARM_UP = "What is this about?"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and where it stands: name of the document, offset of its first character."""

    document: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """What a peer is given.

    Attributes:
        sentences: What is searched; a sentence's id is its place in this list.
        questions: What is asked.
        k: How many sentences to find for each question.
        model: Folder of the sentence-transformers model.
        documents: Folder with the texts that the sentences come from.
    """

    sentences: tuple[Sentence, ...]
    questions: tuple[str, ...]
    k: int
    model: str
    documents: str

    @property
    def texts(self) -> list[str]:
        """The sentences' words."""
        return [sentence.text for sentence in self.sentences]


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one run.

    Attributes:
        ingest_seconds: From the sentences to being ready for questions, models already loaded.
        question_seconds: Time of each question.
        found: Ids of the sentences found for each question, best first.
        memory_mb: Most memory that the process, and those it started, held at a time.
    """

    ingest_seconds: float
    question_seconds: list[float]
    found: list[list[int]]
    memory_mb: float


class Searcher(Protocol):
    """A system under test; making it loads its models."""

    def ingest(self) -> None:
        """Take in the sentences of the task."""

    def search(self, question: str) -> Sequence[int]:
        """Return the ids of the sentences that fit best, best first."""


def read_task(path: Path) -> Task:
    """Read what `write` wrote."""
    task = json.loads(path.read_text("utf-8"))
    sentences = tuple(Sentence(**sentence) for sentence in task.pop("sentences"))
    return Task(sentences=sentences, questions=tuple(task.pop("questions")), **task)


def write(path: Path, content: Task | Run) -> None:
    """Write a task or a run as JSON."""
    path.write_text(json.dumps(asdict(content)), "utf-8")


def read_run(path: Path) -> Run:
    """Read what a script wrote."""
    return Run(**json.loads(path.read_text("utf-8")))


def measure(make: Callable[[Task], Searcher], task: Task) -> Run:
    """Let a system do a task. One more question, asked first, doesn't count."""
    searcher = make(task)
    start = time.perf_counter()
    searcher.ingest()
    ingest_seconds = time.perf_counter() - start
    memory = _memory_mb()
    searcher.search(_WARM_UP)
    found, times = [], []
    for question in task.questions:
        start = time.perf_counter()
        ids = searcher.search(question)
        times.append(time.perf_counter() - start)
        found.append([int(sentence) for sentence in ids][: task.k])
    return Run(ingest_seconds, times, found, max(memory, _memory_mb()))


def main(make: Callable[[Task], Searcher]) -> None:
    """Do the task that the command line names."""
    task, result = map(Path, sys.argv[1:])
    write(result, measure(make, read_task(task)))


def _memory_mb() -> float:
    """Return the peak of this process, with those it started where the system tells."""
    if not Path("/proc/self/status").exists():
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    # Not from getrusage: on Linux that counts what the process held that started this one.
    children = (path.read_text() for path in Path("/proc/self/task").glob("*/children"))
    peaks = (_peak_kib(child) for child in ["self", *" ".join(children).split()])
    return sum(peaks) * 1024 / 1e6


def _peak_kib(process: str) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text("utf-8")
    except FileNotFoundError:  # it has ended
        return 0
    peak = re.search(r"VmHWM:\s+(\d+)", status)
    return int(peak[1]) if peak else 0
