"""What a network can begin with: its tokens, its weights, how they are packed and exported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.passage_reader import e5, minilm
from benchmarks.passage_reader.network import Shape
from benchmarks.passage_reader.passages import Tokenizer

BaseName = Literal["e5", "minilm"]


@dataclass(frozen=True, slots=True)
class Base:
    """A base.

    Attributes:
        tokenizer: Returns what cuts texts.
        pack: Writes the weights to a folder, of the words those of a vocabulary; from a file, if
            the base is another reader.
        multilingual: Whether it knows other languages than English.
    """

    tokenizer: Callable[[], Tokenizer]
    pack: Callable[[Path, NDArray[np.uint32], Path | None], None]
    multilingual: bool


BASES: dict[str, Base] = {
    "e5": Base(e5.tokenizer, e5.pack, multilingual=True),
    "minilm": Base(minilm.tokenizer, minilm.pack, multilingual=False),
}


@dataclass(frozen=True, slots=True)
class Start:
    """What is packed in a folder of data.

    Attributes:
        shape: That of the network.
        weights: By their names in the network.
        words: Vectors of the vocabulary's words, shape (words, width).
    """

    shape: Shape
    weights: dict[str, Tensor]
    words: NDArray[np.float32]


def packed(folder: Path, layers: Sequence[int]) -> Start:
    """Return what a network begins with that has those of the base's layers."""
    if (folder / minilm.WEIGHTS).exists():
        weights, words = minilm.start(folder)
        return Start(minilm.SHAPE, weights, words)
    weights, words = e5.start(folder, layers)
    return Start(replace(Shape(), layers=tuple(layers)), weights, words)
