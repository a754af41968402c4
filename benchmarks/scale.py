"""A corpus that grows: time to build, disk, memory, cold start and times of questions at each size.

python -m benchmarks.scale --data novels-sentences.txt.xz --questions dev-v1.1.json.gz \
    --sizes 1000 10000 100000 1000000 --folder FOLDER

Texts beyond the file's own are made by shuffling the words of its sentences. Vectors beyond the
first --encoded sentences aren't encoded but drawn near those of earlier ones, so that a million
takes minutes: the time of encoding is known (`benchmarks.encoder.compare`) and the same throughout.
"""

import argparse
import json
import lzma
import os
import random
import resource
import subprocess
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.squad import read
from benchmarks.stages.stopwatch import Stopwatch, Target
from index import DENSE, Corpus, NamedText, Precision, Snapshot
from index.encoding.e5.e5_encoder import E5Encoder
from index.encoding.encoder import LocalEncoder, Vectors
from index.store.store import Store

_DOCUMENT, _PARAGRAPH = 1000, 5  # sentences
_POOL = 20_000  # vectors that others are drawn near to
_SPREAD = 0.03  # standard deviation of each of a vector's numbers around the earlier one's


@dataclass(frozen=True, slots=True)
class Built:
    """What it took to come to a size: seconds, CPU seconds, sentences added."""

    sentences: int
    seconds: float
    cpu: float
    added: int


class DrawnEncoder(LocalEncoder):
    """The default encoder for the first texts and for questions; draws vectors for the others."""

    name = E5Encoder.name
    precision: Precision = E5Encoder.precision
    dimension = E5Encoder.dimension

    def __init__(self, encoded: int) -> None:
        self._inner = E5Encoder()
        self._left = encoded
        self._pool = np.empty((0, self.dimension), np.float32)

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return float32 unit rows of shape (len(texts), 384)."""
        if self._left > 0:
            self._left -= len(texts)
            vectors = self._inner.encode_documents(texts, progress)
            self._pool = np.concatenate([self._pool, vectors])[-_POOL:]
            return vectors
        generator = np.random.default_rng(zlib.crc32(texts[0].encode()) if texts else 0)
        near = self._pool[generator.integers(len(self._pool), size=len(texts))]
        noise = generator.normal(scale=_SPREAD, size=near.shape).astype(np.float32)
        drawn = near + noise
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)

    def encode_query(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (384,)."""
        return self._inner.encode_query(text)


def main() -> None:
    """Print a line of JSON for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="sentences, one a line, xz")
    parser.add_argument("--questions", type=Path, required=True, help="a SQuAD file")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, required=True, help="where the corpus goes")
    parser.add_argument("--encoded", type=int, default=50_000, help="sentences really encoded")
    parser.add_argument("--limit", type=int, default=200, help="questions asked at each size")
    parser.add_argument("--ask", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(_ask_all(options.folder, options.questions, options.limit)))
        return
    texts = _texts(options.data)
    encoder = DrawnEncoder(options.encoded)
    for size in options.sizes:
        with Corpus(options.folder, create=True, encoder=encoder) as corpus:
            built = _grow(corpus, texts, size)
        report = {
            **asdict(built),
            "disk_mb": round(sum(f.stat().st_size for f in _files(options.folder)) / 1e6),
            "rung": json.loads((options.folder / "dense.json").read_text())["rung"],
            "questions": _in_new_process(),
        }
        print(json.dumps(report), flush=True)


def _grow(corpus: Corpus, texts: Iterator[NamedText], size: int) -> Built:
    with corpus.snapshot() as state:
        held = before = state.sentence_count
    start, cpu = time.perf_counter(), time.process_time()

    def wanted() -> Iterator[NamedText]:
        nonlocal held
        while held < size:
            held += min(_DOCUMENT, size - held)
            yield next(texts)

    corpus.add_texts(wanted())
    with corpus.snapshot() as state:
        held = state.sentence_count
    return Built(held, time.perf_counter() - start, time.process_time() - cpu, held - before)


def _texts(file: Path) -> Iterator[NamedText]:
    lines = [line for line in lzma.decompress(file.read_bytes()).decode().splitlines() if line]
    generator = random.Random(1)
    for round_ in count():
        for start in range(0, len(lines), _DOCUMENT):
            words = [line.split() for line in lines[start : start + _DOCUMENT]]
            if round_:
                for line in words:
                    generator.shuffle(line)
            some = [" ".join(line) for line in words]
            paragraphs = [
                " ".join(some[place : place + _PARAGRAPH])
                for place in range(0, len(some), _PARAGRAPH)
            ]
            name = f"Part {start // _DOCUMENT} of round {round_}"
            yield NamedText(name, "\n\n".join(paragraphs), name)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _in_new_process() -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.scale", *sys.argv[1:], "--ask"]
    environment = {**os.environ, "STARTED": str(time.time())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, object] = json.loads(done.stdout)
    return found


def _ask_all(folder: Path, file: Path, limit: int) -> dict[str, object]:
    """Ask in a process of its own: its memory is what a chat needs."""
    _, questions = read(file)
    chosen = [question.text for question in questions[:: max(1, len(questions) // limit)]][:limit]
    started = float(os.environ.get("STARTED", time.time()))
    from qa import ask

    ask(chosen[0], corpus=folder)
    cold = time.time() - started
    watch, spent = Stopwatch(), defaultdict(list)
    with watch.timing(_stages()):
        for question in chosen:
            start = time.perf_counter()
            ask(question, corpus=folder)
            whole = time.perf_counter() - start
            for call in watch.lap():
                spent[call.stage].append(call.wall)
            spent["whole question"].append(whole)
    memory = _peak_bytes()
    least = _twentieth_best(folder, chosen)
    with Corpus(folder) as corpus, corpus.snapshot() as state:
        found = [
            sum(
                (hit.dense or 0) > score - 1e-6
                for hit in state.search(text, limit=20, weights=DENSE)
            )
            for text, score in zip(chosen, least, strict=True)
        ]
    return {
        "recall_20": round(sum(found) / (20 * len(chosen)), 4),
        "cold_start_s": round(cold, 2),
        "memory_mb": round(memory / 1e6),
        "p50_p99_ms": {
            stage: [round(1000 * float(np.percentile(times, part)), 1) for part in (50, 99)]
            for stage, times in spent.items()
        },
    }


def _peak_bytes() -> int:
    """Return the most memory this process has had; that of `getrusage` may be the parent's."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def _twentieth_best(folder: Path, questions: Sequence[str]) -> list[float]:
    """Return the cosine of each question with the 20th of the sentences nearest to it."""
    encoder, store = E5Encoder(), Store(folder)
    queries = np.stack([encoder.encode_query(question) for question in questions])
    best = np.full((len(questions), 20), -1.0, np.float32)
    for _, vectors in store.vectors.batches(store.sentence_ids(), encoder.dimension):
        scores = np.concatenate([best, queries @ vectors.T], axis=1)
        best = -np.partition(-scores, 19, axis=1)[:, :20]
    store.close()
    return [float(score) for score in best.min(axis=1)]


def _stages() -> list[Target]:
    from index.search.local.local_engine import LocalSearcher
    from qa.reader.model import Reader

    return [
        Target(E5Encoder, "encode_query", "encoding the question"),
        Target(LocalSearcher, "dense", "dense search"),
        Target(Snapshot, "search", "lexical searches, as far as they take longer"),
        Target(Reader, "read", "reader"),
    ]


if __name__ == "__main__":
    main()
