"""Text to vectors: what an encoder is, and any model that sentence-transformers loads."""

import os
import reprlib
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, Self, cast

import numpy as np
from numpy.typing import NDArray

from index.encoding.minilm.model_files import minilm_folder
from index.encoding.shipped import DEFAULT_MODEL, MINILM, shipped_name
from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_OFFLINE_SWITCHES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
# Texts that go through the model together: what sentence-transformers does by default. A question
# waits for one batch at most, for the model is locked meanwhile.
_BATCH = 32

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


def canonical_model_name(name: str) -> str:
    """Return the one name under which a model is remembered.

    A folder becomes its absolute path; models that need no download lose their organisation.
    """
    if shipped := shipped_name(name):
        return shipped
    folder = Path(name).expanduser()
    return str(folder.resolve()) if folder.is_dir() else name


def same_model(one: Vectors, other: Vectors, precision: Precision) -> bool:
    """Return whether two vectors of `PROBE` come from the same weights."""
    return one.shape == other.shape and bool(one @ other >= _SAME[precision])


class SentenceTransformerEncoder(LocalEncoder):
    """Any model that sentence-transformers loads, loaded when first used.

    One text batch at a time goes through the model: its tokenizer can't serve two threads at once.
    """

    precision: Precision = "fp32"

    def __init__(self, name: str = MINILM) -> None:
        self.name = canonical_model_name(name)
        self._lock = threading.Lock()  # the model's tokenizer serves one thread at a time
        self._loading = threading.Lock()  # of two threads that come first, one loads
        self._loaded: SentenceTransformer | None = None

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        """Travel to another process as a name; the model is loaded there."""
        return type(self), (self.name,)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Return float32 unit rows of shape (len(texts), dimension)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        for start in range(0, len(texts), _BATCH):
            batch = by_length[start : start + _BATCH]
            with self._lock:
                vectors[batch] = self._model.encode_document(
                    [encodable(texts[index]) for index in batch],
                    batch_size=_BATCH,
                    show_progress_bar=False,
                    normalize_embeddings=True,
                )
            if progress:
                progress(start + len(batch))
            time.sleep(0.001)  # a question that waits for the lock gets it now
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """Return one float32 unit vector of shape (dimension,)."""
        with self._lock:
            vector = self._model.encode_query(
                encodable(text), show_progress_bar=False, normalize_embeddings=True
            )
        return np.asarray(vector, dtype=np.float32)

    @property
    def _model(self) -> "SentenceTransformer":
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load_model()
            return self._loaded

    def _load_model(self) -> "SentenceTransformer":
        folder = minilm_folder() if self.name == MINILM else Path(self.name)
        local = folder.is_dir()
        if local:
            for switch in _OFFLINE_SWITCHES:
                os.environ.setdefault(switch, "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        if local:
            return _load(str(folder), SentenceTransformer, offline=True)
        try:  # a model that was fetched earlier is used without asking the hub about it
            return _load(self.name, SentenceTransformer, offline=True)
        except ModelUnavailable:
            return _load(self.name, SentenceTransformer, offline=False)


def _load(
    name: str, loader: "Callable[..., SentenceTransformer]", *, offline: bool
) -> "SentenceTransformer":
    try:
        return loader(name, device="cpu", local_files_only=offline, trust_remote_code=False)
    except Exception as error:
        raise ModelUnavailable(
            f"The model {name!r} can't be loaded ({_first_line(error)}). Without a network, give "
            "the path of a folder that sentence-transformers can load, or leave --model out to "
            f"use {DEFAULT_MODEL}, which needs no download."
        ) from error


def encodable(text: str) -> str:
    """Return a text as UTF-8 can hold it: half surrogate pairs become question marks."""
    return text.encode("utf-8", "replace").decode()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
