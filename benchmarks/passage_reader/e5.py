"""multilingual-e5-small for training: its tokens, and its weights in 4 bits for another machine.

`weights.npz` beside the data holds the layers, and of the table of words the rows that the data
use, in the 4 bits in which they are published: 15 MB for six layers, which need nothing else.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    from index.encoding.e5.weights_file import E5File

WEIGHTS = "weights.npz"
_WORDS = "emb.word"
_KEPT = 200_000  # texts whose tokens are remembered


class E5Tokenizer:
    """The tokens of texts, each text cut once."""

    def __init__(self) -> None:
        """Load the vocabulary.

        Raises:
            ModelUnavailable: The package with the model is missing.
        """
        from index.encoding.e5.tokenizer import E5Tokenizer as Plain

        self._plain = Plain(_file().vocabulary())
        self._known: dict[str, tuple[list[int], list[tuple[int, int]]]] = {}

    def encode(self, text: str) -> tuple[Sequence[int], Sequence[tuple[int, int]]]:
        """Return the ids of a text's tokens, and each one's place in it."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            tokens = self._plain.tokens(text)
            found = self._known[text] = tokens.ids, tokens.offsets
        return found


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


def pack(folder: Path, vocabulary: NDArray[np.uint32]) -> None:
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


def packed_tensors(folder: Path) -> dict[str, Tensor]:
    """Return the tensors in `weights.npz` but the words, flat, by the names in the model's file."""
    with np.load(folder / WEIGHTS) as file:
        return {
            name: torch.from_numpy(_numbers(file[name])) for name in file.files if name != _WORDS
        }


def word_vectors(folder: Path) -> NDArray[np.float32]:
    """Return the vectors of the vocabulary's words, shape (words, width)."""
    with np.load(folder / WEIGHTS) as file:
        numbers = _numbers(file[_WORDS])
    return numbers.reshape(-1, 384)


def _numbers(stored: NDArray[Any]) -> NDArray[np.float32]:
    """Return stored numbers, flat; those in 4 bits are blocks of a float16 scale and 32 halves."""
    if stored.dtype != np.uint8:
        return stored.astype(np.float32).reshape(-1)
    scales = np.ascontiguousarray(stored[:, :2]).view("<f2").astype(np.float32)
    halves = stored[:, 2:]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32) - 8
    return (numbers * scales).reshape(-1)
