"""Text to vectors: what an encoder is, and when two are the same."""

import reprlib
from collections.abc import Callable, Sequence
from typing import Literal, Protocol, cast

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Waiting = Callable[[Callable[[int], None] | None], Vectors]
"""Waits for vectors, calling `progress` meanwhile, if it is given any, with how many are made."""
Precision = Literal["int8", "fp32"]
PROBE = "Which countries recognized Guaido?"  # its vector tells one model from another
# Cosine of two vectors of the probe from which they count as one model's. Processors round each in
# its way, and 8-bit networks most: one that was exported in two ways gave .9996 on average. Between
# machines it was not measured; lower, a model that was trained further passes for the old one.
_SAME: dict[Precision, float] = {"fp32": 0.999, "int8": 0.98}


class BasicEncoder(Protocol):
    """What an encoder of one's own has to have, to be given to `Corpus`.

    It makes unit vectors of texts; questions and sentences may be treated differently.
    """

    @property
    def name(self) -> str:
        """What a corpus remembers: a model's name or folder."""

    @property
    def precision(self) -> Precision:
        """What it computes in; vectors of one precision aren't compared with those of another."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return float32 unit rows of shape (len(texts), dimension).

        Args:
            texts: Sentences.
            progress: Called with the number of texts done so far.
        """

    def encode_query(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimension,)."""


class Encoder(BasicEncoder, Protocol):
    """An encoder that also says whether others work for it, and how much they want at a time."""

    @property
    def sentences_at_once(self) -> int | None:
        """How many sentences it does best with at a time; None if that makes no difference."""

    def begin(self, texts: Sequence[str]) -> Waiting | None:
        """Hand sentences to the processes or computers that encode them, and return at once.

        Returns:
            What waits for their vectors: as `encode_documents`, to be given `progress`. None if
            nobody works meanwhile, so that `encode_documents` has to be called.
        """


class LocalEncoder:
    """What `Encoder` asks of one that works where it is called, when it is called."""

    sentences_at_once: int | None = None

    def begin(self, texts: Sequence[str]) -> None:
        """Return None: `encode_documents` does all of it."""


def complete(encoder: BasicEncoder) -> Encoder:
    """Return an encoder of somebody's own, with what `Encoder` asks beyond `BasicEncoder`.

    Raises:
        TypeError: It lacks something that only its author can say.
    """
    lacking = [name for name in _ASKED if not _has(encoder, name)]
    if lacking:
        raise TypeError(
            f"encoder is {reprlib.repr(encoder)}, which has no {' and no '.join(lacking)}. "
            f"An encoder has {', '.join(_ASKED)}: see index.BasicEncoder."
        )
    whole = _has(encoder, "begin") and _has(encoder, "sentences_at_once")
    return cast("Encoder", encoder) if whole else _Completed(encoder)


_ASKED = ("name", "precision", "dimension", "encode_documents", "encode_query")


def _has(encoder: BasicEncoder, name: str) -> bool:
    """Return whether there is such an attribute; a property isn't asked, as it may load a model."""
    return hasattr(type(encoder), name) or hasattr(encoder, name)


class _Completed:
    """An encoder of somebody's own, and what it leaves out."""

    def __init__(self, own: BasicEncoder) -> None:
        self._own = own

    @property
    def name(self) -> str:
        return self._own.name

    @property
    def precision(self) -> Precision:
        return self._own.precision

    @property
    def dimension(self) -> int:
        return self._own.dimension

    @property
    def sentences_at_once(self) -> int | None:
        return getattr(self._own, "sentences_at_once", None)

    def begin(self, texts: Sequence[str]) -> Waiting | None:
        begin: Callable[[Sequence[str]], Waiting] | None = getattr(self._own, "begin", None)
        return begin(texts) if begin else None

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        return self._own.encode_documents(texts, progress)

    def encode_query(self, text: str) -> Vectors:
        return self._own.encode_query(text)


def same_model(one: Vectors, other: Vectors, precision: Precision) -> bool:
    """Return whether two vectors of `PROBE` come from the same weights."""
    return one.shape == other.shape and bool(one @ other >= _SAME[precision])


def encodable(text: str) -> str:
    """Return a text as UTF-8 can hold it: half surrogate pairs become question marks."""
    return text.encode("utf-8", "replace").decode()
