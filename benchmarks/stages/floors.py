"""The least time this machine would need for what a stage has to do, from rates measured on it."""

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index import usable_cores

WIDTH = 384  # of both networks


@dataclass(frozen=True, slots=True)
class Network:
    """A network's size.

    Attributes:
        attention: Numbers of a token that its heads look at, together.
        inner: Neurons of a layer.
        layers: How many layers.
        rows: Tokens that the last layer has to work out at least; None for all.
    """

    attention: int
    inner: int
    layers: int
    rows: int | None = None

    @property
    def weights(self) -> int:
        """Weights, and so bytes, in its matrices."""
        return self.layers * WIDTH * (4 * self.attention + 2 * self.inner)

    def multiply_adds(self, tokens: int) -> int:
        """Return how many multiplications with addition a text of so many tokens takes, at least.

        Every layer needs keys and values of all tokens.
        """
        rows = tokens if self.rows is None else min(self.rows, tokens)
        worked_out = (self.layers - 1) * tokens + rows
        keys = self.layers * tokens * 2 * WIDTH * self.attention
        looking = 2 * tokens * self.attention
        return keys + worked_out * (2 * WIDTH * (self.attention + self.inner) + looking)

    def seconds(self, lengths: Sequence[int], rate: float, weights_read: float) -> float:
        """Return the least time for texts of so many tokens.

        Args:
            lengths: Tokens of each text.
            rate: Multiply-adds a second.
            weights_read: Seconds to read the weights once, as has to be done at least.
        """
        return max(sum(map(self.multiply_adds, lengths)) / rate, weights_read)


ENCODER = Network(attention=384, inner=1536, layers=12)
READER = Network(attention=256, inner=768, layers=6, rows=1)
_SHAPES = (  # of their weights
    *((WIDTH, width) for width in (384, 1536, 256, 768)),
    *((width, WIDTH) for width in (1536, 256, 768)),
)
_TOKENS = (64, 256, 512)
_ROUNDS, _SHORT_ROUNDS = 5, 300
_SHORTEST = 0.01  # seconds that arrays are read in a round


def multiplication_rate() -> float:
    """Return the most 8-bit multiply-adds a second of onnxruntime, on all cores.

    That is the best of one core, on products of the networks' shapes, times the cores: whatever
    else the machine does meanwhile, some of many short runs have a core for themselves.
    """
    rates = []
    for rows, columns in _SHAPES:
        session = _product(rows, columns)
        for tokens in _TOKENS:
            given = {"given": np.ones((tokens, rows), np.uint8)}
            seconds = _fastest(lambda s=session, g=given: s.run(None, g), _SHORT_ROUNDS)  # type: ignore[misc]
            rates.append(tokens * rows * columns / seconds)
    return usable_cores() * max(rates)


def read_seconds(size: int) -> float:
    """Return the time to read an array of so many bytes, again and again, with all cores.

    One that fits into the processor's cache is read from there, as the product's own would be.
    """
    parts = np.array_split(np.ones(size // 4, np.float32), usable_cores())
    return _side_by_side([part.max for part in parts])


def write_seconds(size: int, folder: Path) -> float:
    """Return the time to bring so many bytes into a new file, safe on the disk."""
    file, content = folder / "floor.bytes", os.urandom(size)

    def write() -> None:
        with file.open("wb") as opened:
            opened.write(content)
            os.fsync(opened.fileno())

    return _fastest(write)


def files_seconds(files: Sequence[Path]) -> float:
    """Return the time to read files that were read just before."""
    return _fastest(lambda: [file.read_bytes() for file in files])


def insert_seconds(rows: int, size: int, folder: Path) -> float:
    """Return the time to put so many rows of so many bytes into SQLite, in one transaction.

    Of its two journals the faster: a log for few rows, copies of the pages changed for many.
    """
    seconds = []
    for journal in _ROUNDS * ("WAL", "DELETE"):
        database = _table(folder, journal)
        content = [(number, os.urandom(size)) for number in range(rows)]
        start = time.perf_counter()
        database.execute("BEGIN")
        database.executemany("INSERT INTO row VALUES (?, ?)", content)
        database.execute("COMMIT")
        seconds.append(time.perf_counter() - start)
        database.close()
    return min(seconds)


def fetch_seconds(rows: int, size: int, among: int, folder: Path) -> float:
    """Return the time of one statement that fetches rows by their ids from SQLite.

    Args:
        rows: How many, spread over the table.
        size: Bytes of a row.
        among: Rows in the table.
        folder: Where to make it.
    """
    database = _table(folder, "WAL")
    database.executemany(
        "INSERT INTO row VALUES (?, ?)", ((number, "x" * size) for number in range(among))
    )
    ids = list(range(0, among, max(1, among // rows)))[:rows]
    query = f"SELECT * FROM row WHERE id IN ({','.join(map(str, ids))})"  # noqa: S608 - numbers
    seconds = _fastest(lambda: database.execute(query).fetchall())
    database.close()
    return seconds


def _table(folder: Path, journal: str) -> sqlite3.Connection:
    file = folder / "floor.sqlite3"
    for old in folder.glob(f"{file.name}*"):
        old.unlink()
    database = sqlite3.connect(file, isolation_level=None)
    database.execute(f"PRAGMA journal_mode = {journal}")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, content)")
    return database


def _product(rows: int, columns: int) -> Any:  # noqa: ANN401 - ships no types
    """Return a network of one product: of any matrix with weights of 8 bits."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(1).integers(-127, 128, (rows, columns)).astype(np.int8)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["given", "weights"], ["product"])],
        "product",
        [helper.make_tensor_value_info("given", TensorProto.UINT8, ["tokens", rows])],
        [helper.make_tensor_value_info("product", TensorProto.INT32, ["tokens", columns])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def _fastest(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """Return the least seconds of several times."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _side_by_side(works: Sequence[Callable[[], object]]) -> float:
    """Return the least seconds in which all works are done once, each in a thread of its own."""
    times = max(1, round(_SHORTEST / max(map(_fastest, works))))

    def repeat(work: Callable[[], object]) -> None:
        for _ in range(times):
            work()

    with ThreadPoolExecutor(len(works)) as pool:
        return _fastest(lambda: list(pool.map(repeat, works)), 10 * _ROUNDS) / times
