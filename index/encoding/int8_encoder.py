"""What encoders in 8-bit integers have in common: one text at a time through the network.

The scale of the activations is then each text's own, so that its vector depends on no other text;
no padding is computed; and every core works on a text of its own, without waiting for the others.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

import numpy as np

from index.cores import usable_cores
from index.encoding.encoder import LocalEncoder, Precision, Vectors, encodable

_SHOWN = 64  # texts between two calls of `progress`: twice a second at 8 ms a text


class Int8Encoder(LocalEncoder, ABC):
    """An encoder on onnxruntime, loaded when first used; threads may share it."""

    name: str
    dimension: int
    precision: Precision = "int8"

    def __init__(self) -> None:
        # Guards what `_load` sets: of two threads that come first, one loads
        self._loading = threading.Lock()
        self._loaded = False

    def __reduce__(self) -> tuple[type[Self], tuple[()]]:
        """Travel to another process as a name; the model is loaded there."""
        return type(self), ()

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return float32 unit rows of shape (len(texts), dimension)."""
        self._load_once()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(usable_cores()) as pool:
            for index, vector in enumerate(pool.map(self._encode_sentence, texts)):
                vectors[index] = vector
                if progress and ((index + 1) % _SHOWN == 0 or index + 1 == len(texts)):
                    progress(index + 1)
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimension,)."""
        self._load_once()
        return self._query(encodable(text))

    def _encode_sentence(self, text: str) -> Vectors:
        return self._sentence(encodable(text))

    def _load_once(self) -> None:
        with self._loading:
            if not self._loaded:
                self._load()
                self._loaded = True

    @abstractmethod
    def _load(self) -> None:
        """Load tokenizer and network."""

    @abstractmethod
    def _sentence(self, text: str) -> Vectors:
        """Return the unit vector of a sentence of a document."""

    @abstractmethod
    def _query(self, text: str) -> Vectors:
        """Return the unit vector of a question."""
