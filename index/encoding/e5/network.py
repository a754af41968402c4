"""The network of multilingual-e5-small in 8-bit integers, from the weights of its file.

The graph, `e5.onnx`, is written by `benchmarks.encoder.export_e5` and holds no weights: those that
are published in 4 bits are made into 8-bit integers when it is loaded, a scale for each column of a
matrix. Activations get theirs when it runs.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoding.e5.weights_file import E5File, Floats
from index.encoding.onnx_model import open_onnx

_GRAPH = Path(__file__).parents[1] / "weights" / "e5.onnx"
_ADVICE = "choose another model, in a new corpus: --model all-MiniLM-L6-v2"
HEAD = 32  # numbers of an attention head


class E5Network:
    """Token ids to the mean of the last layer's states. Any number of threads may use it."""

    def __init__(self, file: E5File) -> None:
        """Load the network.

        Args:
            file: The model's file.

        Raises:
            ModelUnavailable: The graph is missing, or not what was published.
        """
        self._file = file
        width = file.sizes.width
        positions = file.tensor("emb.pos").reshape(-1, width)
        self._beside = positions + file.tensor("emb.type")[:width]  # a text is of the first type
        self._session = open_onnx(_GRAPH, threads=1, advice=_ADVICE, weights=weights(file))

    def mean(self, ids: list[int]) -> Floats:
        """Return the mean state, of shape (width,), of a text's tokens."""
        embedded = self._file.embeddings(ids) + self._beside[: len(ids)]
        (mean,) = self._session.run(None, {"embeddings": embedded})
        return np.asarray(mean, dtype=np.float32)


def weights(file: E5File) -> dict[str, NDArray[Any]]:
    """Return what the graph lacks, by the names that it has there."""
    width = file.sizes.width
    made: dict[str, NDArray[Any]] = {"emb.ln.w": file.tensor("emb.ln.w")}
    made["emb.ln.b"] = file.tensor("emb.ln.b")
    for layer in range(file.sizes.layers):
        name = f"l{layer}."
        for norm in ("aln.w", "aln.b", "oln.w", "oln.b"):
            made[name + norm] = file.tensor(name + norm)
        # Queries, keys and values come of one product; that of queries is divided here once, where
        # attention would divide each of its scores by the root of a head's width
        parts = [file.tensor(f"{name}{part}.w").reshape(-1, width) for part in "qkv"]
        biases = [file.tensor(f"{name}{part}.b") for part in "qkv"]
        parts[0] *= HEAD**-0.5
        biases[0] *= HEAD**-0.5
        _quantized(made, f"{name}qkv", np.concatenate(parts), np.concatenate(biases))
        for part in ("ao", "fi", "fo"):
            bias = file.tensor(f"{name}{part}.b")
            matrix = file.tensor(f"{name}{part}.w").reshape(len(bias), -1)
            _quantized(made, name + part, matrix, bias)
    return made


def _quantized(made: dict[str, NDArray[Any]], name: str, matrix: Floats, bias: Floats) -> None:
    """Add a matrix, one row for each number that comes out, and what is added to its product."""
    scales = np.abs(matrix).max(axis=1) / 127
    matrix /= scales[:, None]
    made[f"{name}.w"] = np.ascontiguousarray(np.rint(matrix, out=matrix).astype(np.int8).T)
    made[f"{name}.scale"] = scales
    made[f"{name}.b"] = bias
