"""What a vector engine must do; `tests/index/test_engines.py` is the same contract as tests."""

from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


class VectorEngine(Protocol):
    """Finds the ids of the vectors nearest to a query.

    Vectors are float32 rows of unit length. A score is a cosine: higher is better. Several threads
    may search and save at once, but nothing may go on beside `add` or `remove`: an engine has no
    lock of its own, and whoever shares one keeps these apart.
    """

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def exact(self) -> bool:
        """Whether scores are the cosines, and all of the nearest are found."""

    def __len__(self) -> int: ...

    def ids(self) -> Ids:
        """Return the ids held, in no particular order."""

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (n, dimension) under ids that aren't held yet."""

    def remove(self, ids: Ids) -> None:
        """Remove ids; those not held are passed over."""

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> dict[int, float]:
        """Return at most `k` ids with their scores, best first.

        Args:
            query: One vector of shape (dimension,).
            k: How many to return; fewer are held, fewer come back.
            allowed: Look among these ids only.
        """

    def save(self, path: Path) -> None:
        """Write the engine to a file."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an engine that `save` wrote.

        Raises:
            ValueError: The file can't be read as such an engine.
        """
