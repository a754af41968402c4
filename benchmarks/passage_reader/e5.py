"""multilingual-e5-small as the start of a reader: its tokens, its weights in 4 bits.

`weights.npz` beside the data holds the layers, and of the table of words the rows that the data
use, in the 4 bits in which they are published: 15 MB for six layers, which need nothing else.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.passage_reader.network import PLACES, WIDTH
from benchmarks.passage_reader.passages import Specials

if TYPE_CHECKING:
    from index.encoding.e5.weights_file import E5File

WEIGHTS = "weights.npz"
_WORDS = "emb.word"
_NAMES = {
    "attended": "ao",
    "attended_norm": "aln",
    "inner": "fi",
    "outer": "fo",
    "norm": "oln",
}
_INPUTS = {"outer": 1536}  # of a matrix that has others than the width
_KEPT = 200_000  # texts whose tokens are remembered


class E5Tokenizer:
    """The tokens of texts, each text cut once."""

    specials = Specials(begin=0, padding=1, end=2)

    def __init__(self) -> None:
        """Load the vocabulary.

        Raises:
            ModelUnavailable: The package with the model is missing.
        """
        from index.encoding.e5.tokenizer import E5Tokenizer as Plain

        self._plain = Plain(_file().vocabulary())
        self.encode = lru_cache(_KEPT)(self._cut)

    def _cut(self, text: str) -> tuple[Sequence[int], Sequence[tuple[int, int]]]:
        tokens = self._plain.tokens(text)
        return tokens.ids, tokens.offsets


@cache
def tokenizer() -> E5Tokenizer:
    """Return the tokenizer, loaded once."""
    return E5Tokenizer()


@cache
def _file() -> "E5File":
    from index.encoding.e5.weights_file import E5File

    return E5File()


def word_rows(ids: Sequence[int]) -> NDArray[np.float32]:
    """Return the vectors of words by their ids, shape (words, width)."""
    return _file().embeddings(ids)


def pack(folder: Path, vocabulary: NDArray[np.uint32], _reader: Path | None = None) -> None:
    """Write the layers and the rows of a vocabulary to `weights.npz`.

    Args:
        folder: Where.
        vocabulary: Ids of the words that are needed.
    """
    file = _file()
    arrays: dict[str, NDArray[Any]] = {}
    for name in file.names():
        stored = file.stored(name)
        if name == _WORDS:
            stored = stored.reshape(file.sizes.vocabulary, -1, stored.shape[-1])[vocabulary]
            stored = stored.reshape(-1, stored.shape[-1])
        arrays[name] = stored
    np.savez_compressed(folder / WEIGHTS, allow_pickle=False, **arrays)


def start(folder: Path, layers: Sequence[int]) -> tuple[dict[str, Tensor], NDArray[np.float32]]:
    """Return the packed weights of layers by their names in the network, and the words' vectors."""
    with np.load(folder / WEIGHTS) as file:
        numbers = {name: _numbers(file[name]) for name in file.files}
    words = numbers.pop(_WORDS).reshape(-1, WIDTH)
    weights = {name: torch.from_numpy(array) for name, array in numbers.items()}
    return _named(weights, layers), words


def _named(weights: Mapping[str, Tensor], layers: Sequence[int]) -> dict[str, Tensor]:
    """Return weights by the names they have in the network, given by those in the model's file."""
    state = {
        "types.weight": weights["emb.type"].view(2, WIDTH),
        "places.weight": weights["emb.pos"].view(PLACES, WIDTH),
        "norm.weight": weights["emb.ln.w"],
        "norm.bias": weights["emb.ln.b"],
    }
    for number, layer in enumerate(layers):
        for kind, name in (("w", "weight"), ("b", "bias")):
            mine, its = f"layers.{number}", f"l{layer}"
            parts = [weights[f"{its}.{part}.{kind}"] for part in "qkv"]
            state[f"{mine}.together.{name}"] = torch.cat(parts)
            for own, theirs in _NAMES.items():
                state[f"{mine}.{own}.{name}"] = weights[f"{its}.{theirs}.{kind}"]
    return {
        name: weight.view(-1, _INPUTS.get(name.split(".")[-2], WIDTH))
        if name.endswith("weight") and "norm" not in name
        else weight
        for name, weight in state.items()
    }


def _numbers(stored: NDArray[Any]) -> NDArray[np.float32]:
    """Return stored numbers, flat; those in 4 bits are blocks of a float16 scale and 32 halves."""
    if stored.dtype != np.uint8:
        return stored.astype(np.float32).reshape(-1)
    scales = np.ascontiguousarray(stored[:, :2]).view("<f2").astype(np.float32)
    halves = stored[:, 2:]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32) - 8
    return (numbers * scales).reshape(-1)
