"""An encoder that needs no model; processes that tests start make it too."""

import zlib
from collections.abc import Callable, Sequence

import numpy as np

from index.encoding.encoder import LocalEncoder


class ToyEncoder(LocalEncoder):
    """Counts words in 64 drawers: texts that share words are near each other."""

    def __init__(self, name: str = "toy", dimension: int = 64, salt: str = "") -> None:
        self.name = name
        self.salt = salt
        self.dimension = dimension
        self.precision = "fp32"
        self.encoded: list[str] = []

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> np.ndarray:
        self.encoded += texts
        if progress:
            progress(len(texts))
        return np.array([self._vector(text) for text in texts], np.float32).reshape(
            len(texts), self.dimension
        )

    def encode_query(self, text: str) -> np.ndarray:
        return self._vector(text)

    def _vector(self, text: str) -> np.ndarray:
        vector = np.zeros(self.dimension, np.float32)
        vector[0] = 0.1  # no text is without length
        for word in text.lower().split():
            key = zlib.crc32(f"{self.salt} {word.strip('.,?!')}".encode())
            vector[1 + key % (self.dimension - 1)] += 1
        return vector / np.linalg.norm(vector)
