"""The vector engines alone, on vectors made up: time, memory, disk and recall at each size.

python -m benchmarks.vectors --sizes 50000 100000 1000000 10000000 [--engine exact]

The vectors lie around a thousand themes. Among so many that are alike the nearest are harder to
tell than among sentences: the recall is a lower bound. Scoring the best by their exact vectors, as
a corpus does, is not part of it: `benchmarks.scale` has that.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from index.search.vectors.base import Ids, VectorEngine, Vectors
from index.search.vectors.exact import FaissEngine
from index.search.vectors.shards import ShardedEngine

_DIMENSION, _THEMES, _BATCH = 384, 1000, 50_000
_NEAREST, _DEPTH = 20, 200
_REMOVED = 1000


def main() -> None:
    """Print a line of JSON for each size, the engine growing from one to the next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50_000, 100_000, 1_000_000])
    parser.add_argument("--engine", choices=("codes", "exact"), default="codes")
    parser.add_argument("--queries", type=int, default=200)
    options = parser.parse_args()
    queries = _vectors(options.queries, seed=-1)
    sample = _vectors(20_000, seed=-2)
    engine: VectorEngine = (
        ShardedEngine.train(sample) if options.engine == "codes" else FaissEngine(_DIMENSION)
    )
    scores = np.full((len(queries), _NEAREST), -np.inf, np.float32)
    nearest = np.full((len(queries), _NEAREST), -1, np.int64)
    added = 0.0
    for size in sorted(options.sizes):
        for ids, vectors in _batches(len(engine), size):
            start = time.perf_counter()
            engine.add(ids, vectors)
            added += time.perf_counter() - start
            scores, nearest = _merge(scores, nearest, queries @ vectors.T, ids)
        report = {"vectors": size, "add_s": round(added, 1), **_measure(engine, queries, nearest)}
        print(json.dumps(report), flush=True)


def _measure(engine: VectorEngine, queries: Vectors, nearest: Ids) -> dict[str, object]:
    times, found = [], 0
    for query, wanted in zip(queries, nearest, strict=True):
        start = time.perf_counter()
        ids = engine.search(query, _DEPTH)
        times.append(1000 * (time.perf_counter() - start))
        found += len(set(wanted.tolist()) & set(ids))
    gone = np.arange(_REMOVED, dtype=np.int64)
    start = time.perf_counter()
    engine.remove(gone)
    removed = time.perf_counter() - start
    engine.add(gone, _rows(0, _REMOVED))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "engine"
        engine.save(file)
        size = file.stat().st_size
        start = time.perf_counter()
        type(engine).load(file)
        loaded = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "p50_ms": round(float(np.percentile(times, 50)), 2),
        "p99_ms": round(float(np.percentile(times, 99)), 2),
        f"recall_{_NEAREST}_in_{_DEPTH}": round(found / nearest.size, 4),
        "remove_1000_s": round(removed, 2),
        "file_mb": round(size / 1e6),
        "load_s": round(loaded, 2),
        "peak_mb": round(peak * (1 if sys.platform == "darwin" else 1024) / 1e6),
    }


def _batches(first: int, size: int) -> Iterator[tuple[Ids, Vectors]]:
    for start in range(first, size, _BATCH):
        count = min(_BATCH, size - start)
        yield np.arange(start, start + count, dtype=np.int64), _rows(start, count)


def _rows(start: int, count: int) -> Vectors:
    """Return the vectors of these ids: the same at every call."""
    block = start // _BATCH * _BATCH
    return _vectors(_BATCH, seed=block)[start - block : start - block + count]


def _vectors(count: int, seed: int) -> Vectors:
    random = np.random.default_rng(abs(seed) + (seed < 0) * 10**9)
    themes = np.random.default_rng(7).standard_normal((_THEMES, _DIMENSION), dtype=np.float32)
    rows = themes[random.integers(_THEMES, size=count)]
    rows += random.standard_normal((count, _DIMENSION), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _merge(scores: Vectors, ids: Ids, others: Vectors, other_ids: Ids) -> tuple[Vectors, Ids]:
    """Return the best of both, each of shape (queries, 20)."""
    joined = np.concatenate([scores, others], axis=1)
    known = np.concatenate([ids, np.broadcast_to(other_ids, others.shape)], axis=1)
    best = np.argpartition(-joined, _NEAREST, axis=1)[:, :_NEAREST]
    return np.take_along_axis(joined, best, 1), np.take_along_axis(known, best, 1)


if __name__ == "__main__":
    main()
