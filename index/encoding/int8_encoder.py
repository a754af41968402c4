"""The default model in 8-bit integers, three times as fast; see `weights/CARD.md`.

Each text goes through the network by itself. The scale of the activations is then its own, so that
its vector depends on no other text; no padding is computed; and every core works on a text of its
own, without waiting for the others.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import numpy as np

from index.cores import usable_cores
from index.encoding.default_model import DEFAULT_MODEL, default_tokenizer
from index.encoding.encoder import LocalEncoder, Precision, Vectors, encodable
from index.encoding.onnx_model import open_onnx

_FILE = Path(__file__).parent / "weights" / "encoder.onnx"
_DIMENSION = 384
_LONGEST = 256  # tokens, as the model was trained
_ADVICE = "go on without it, more slowly, in a new corpus: --precision fp32"
_SHOWN = 64  # texts between two calls of `progress`: four times a second at 4 ms a text


class Int8Encoder(LocalEncoder):
    """The default model on onnxruntime, loaded when first used; threads may share it."""

    name = DEFAULT_MODEL
    precision: Precision = "int8"
    dimension = _DIMENSION

    def __init__(self) -> None:
        # Guards tokenizer and session: of two threads that come first, one loads them
        self._loading = threading.Lock()
        self._session: Any = None

    def __reduce__(self) -> tuple[type[Self], tuple[()]]:
        """Travel to another process as a name; the model is loaded there."""
        return type(self), ()

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return float32 unit rows of shape (len(texts), 384)."""
        self._load()
        vectors = np.empty((len(texts), _DIMENSION), dtype=np.float32)
        with ThreadPoolExecutor(usable_cores()) as pool:
            for index, vector in enumerate(pool.map(self._encode, texts)):
                vectors[index] = vector
                if progress and ((index + 1) % _SHOWN == 0 or index + 1 == len(texts)):
                    progress(index + 1)
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (384,)."""
        self._load()
        return self._encode(text)

    def _encode(self, text: str) -> Vectors:
        tokens = self._tokenizer.encode(encodable(text)).ids
        if len(tokens) > _LONGEST:
            tokens = [*tokens[: _LONGEST - 1], tokens[-1]]
        (vectors,) = self._session.run(None, {"ids": np.array([tokens], dtype=np.int64)})
        return np.asarray(vectors[0], dtype=np.float32)

    def _load(self) -> None:
        with self._loading:
            if self._session is None:
                self._tokenizer = default_tokenizer()
                self._session = open_onnx(_FILE, threads=1, advice=_ADVICE)
