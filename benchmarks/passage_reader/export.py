"""Write a trained network as ONNX in 8-bit integers, with its checksum, and time it.

    python -m benchmarks.passage_reader.export --checkpoint FILE --out FILE.onnx
        [--words FILE] [--time]

Of a network that begins with multilingual-e5-small the vectors of words are given to it, which are
looked up in the encoder's file; another has them inside.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from benchmarks.onnx_files import write_int8
from benchmarks.passage_reader import minilm
from benchmarks.passage_reader.network import WIDTH, PassageNetwork, Single
from index import open_onnx

_PIECES = 6  # of a passage that is timed
_TIMED = ((4, 220), (6, 220), (9, 128), (9, 220), (12, 220))  # passages, tokens of each
_ROUNDS = 9


def main() -> None:
    """Write the network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the file, *.onnx")
    parser.add_argument("--words", type=Path, help="file that a network of minilm began with")
    parser.add_argument("--time", action="store_true", help="tell how long reading takes")
    options = parser.parse_args()
    write(PassageNetwork.load(options.checkpoint), options.out, options.words)
    if options.time:
        show_times(options.out)


def write(network: PassageNetwork, target: Path, file: Path | None = None) -> None:
    """Write a network to `target` and its SHA-256 beside it.

    Args:
        network: The network.
        target: Where.
        file: The reader of sentences that it began with, which has the vectors of words; None for
            a network that is given them.
    """
    length = 12
    has_words = file is not None
    words = torch.from_numpy(minilm.word_vectors(file)) if file else None
    ids = torch.ones(1, length, dtype=torch.long)
    write_int8(
        Single(network, words).eval(),
        {
            "words": ids if has_words else torch.zeros(1, length, WIDTH),
            "types": torch.ones(1, length, dtype=torch.long),
            "means": torch.ones(2, length) / length,
        },
        ("pieces", "tokens", "passage"),
        {
            "words": {1: "length"},
            "types": {1: "length"},
            "means": {0: "count", 1: "length"},
            "pieces": {0: "count"},
            "tokens": {0: "length"},
        },
        target,
    )


def show_times(file: Path, threads: int = 2) -> None:
    """Print the median time of passages that threads read side by side, each by itself."""
    session = open_onnx(file, threads=1, advice="export it again")
    has_words = len(session.get_inputs()[0].shape) == 2

    def read(length: int) -> None:
        means = np.full((_PIECES, length), 1 / length, np.float32)
        vectors = np.zeros((1, length, WIDTH), np.float32)
        words = np.ones((1, length), np.int64) if has_words else vectors
        types = np.ones((1, length), np.int64)
        session.run(None, {"words": words, "types": types, "means": means})

    table = Table("passages", "tokens of each", f"median ms, {threads} threads", "CPU ms")
    with ThreadPoolExecutor(threads) as pool:
        for passages, length in _TIMED:
            times, busy = [], []
            for _ in range(_ROUNDS):
                start, used = time.perf_counter(), time.process_time()
                list(pool.map(read, [length] * passages))
                times.append(1000 * (time.perf_counter() - start))
                busy.append(1000 * (time.process_time() - used))
            row = passages, length, round(median(times)), round(median(busy))
            table.add_row(*map(str, row))
    Console().print(table)


if __name__ == "__main__":
    main()
