"""Search by codes on all cores: shards of a million vectors, looked through side by side."""

import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Self

import numpy as np

from index.cores import usable_cores
from index.search.vectors.base import Ids, Vectors
from index.search.vectors.codes import PqEngine

# Vectors that one thread looks through. Smaller ones would keep more cores busy in a corpus of few
# millions, but each adds its own best to be looked at by fine codes; other sizes were not measured
SHARD = 1 << 20
_TRAINED = "trained.faiss"


class ShardedEngine:
    """As many `PqEngine`s as the vectors need: its scores are estimates of the cosines."""

    exact = False

    def __init__(self, trained: bytes, shards: list[PqEngine]) -> None:
        """Take over shards, and what an empty one is as bytes."""
        self._trained = trained
        self._shards = shards or [PqEngine.from_file(BytesIO(trained))]

    @classmethod
    def train(cls, sample: Vectors) -> Self:
        """Return an empty engine for vectors like those of the sample, of shape (n, dimension)."""
        empty = BytesIO()
        PqEngine.train(sample).write(empty)
        return cls(empty.getvalue(), [])

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._shards[0].dimension

    def __len__(self) -> int:
        return sum(map(len, self._shards))

    def ids(self) -> Ids:
        """Return the ids held, in no particular order."""
        return np.concatenate([shard.ids() for shard in self._shards])

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors of shape (n, dimension) under ids that aren't held yet, on all cores."""
        done = 0
        while done < len(ids):
            shard = next((each for each in self._shards if len(each) < SHARD), None)
            if shard is None:
                shard = PqEngine.from_file(BytesIO(self._trained))
                self._shards.append(shard)
            upto = done + SHARD - len(shard)
            shard.add(ids[done:upto], vectors[done:upto])
            done = upto

    def remove(self, ids: Ids) -> None:
        """Remove ids; those not held are passed over."""
        for shard in self._shards:
            shard.remove(ids)

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> dict[int, float]:
        """Return at most `k` ids with their estimated cosines, best first."""
        if len(self._shards) == 1:
            return self._shards[0].search(query, k, allowed)

        def look(shard: PqEngine) -> dict[int, float]:
            inside = None if allowed is None else allowed[np.isin(allowed, shard.ids())]
            return shard.search(query, k, inside)

        hits = [item for part in _pool().map(look, self._shards) for item in part.items()]
        return dict(sorted(hits, key=lambda item: -item[1])[:k])

    def save(self, path: Path) -> None:
        """Write the engine to a file: a ZIP archive of FAISS's own."""
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(_TRAINED, self._trained)
            for number, shard in enumerate(self._shards):
                with archive.open(f"{number}.faiss", "w", force_zip64=True) as file:
                    shard.write(file)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read an engine that `save` wrote.

        Raises:
            ValueError: The file can't be read as such an engine.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                trained, *files = archive.namelist()
                shards = list(_pool().map(lambda name: _read(archive, name), files))
                return cls(archive.read(trained), shards)
        except (zipfile.BadZipFile, ValueError) as error:
            raise ValueError(f"{path.name} is not an archive of FAISS indexes") from error


def _read(archive: zipfile.ZipFile, name: str) -> PqEngine:
    with archive.open(name) as file:
        return PqEngine.from_file(file)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(usable_cores(), "dense")
