"""Text to vectors: the default model that comes with the package, or any other."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.encoding.default_model import DEFAULT_MODEL, default_model_folder
from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_OFFLINE_SWITCHES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
_BATCH = 32

Vectors = NDArray[np.float32]
Precision = Literal["int8", "fp32"]
PROBE = "Which countries recognized Guaido?"  # its vector tells one model from another
_SAME: dict[Precision, float] = {"fp32": 0.999, "int8": 0.98}  # cosine, between machines


class Encoder(Protocol):
    """Makes unit vectors of texts. Questions and sentences may be treated differently.

    One that works elsewhere may also have `sentences_at_once`, how many it does best with, and
    `begin(texts)`, which returns at once what then returns the vectors, given `progress`.
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


def canonical_model_name(name: str) -> str:
    """Return the one name under which a model is remembered.

    A folder becomes its absolute path; the default model loses its organisation's prefix.
    """
    if name.removeprefix("sentence-transformers/") == DEFAULT_MODEL:
        return DEFAULT_MODEL
    folder = Path(name).expanduser()
    return str(folder.resolve()) if folder.is_dir() else name


def same_model(one: Vectors, other: Vectors, precision: Precision) -> bool:
    """Return whether two vectors of `PROBE` come from the same weights."""
    return one.shape == other.shape and bool(one @ other >= _SAME[precision])


class SentenceTransformerEncoder:
    """Any model that sentence-transformers loads, loaded when first used.

    One text batch at a time goes through the model: its tokenizer can't serve two threads at once.
    """

    precision: Precision = "fp32"

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
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
        by_length = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        for start in range(0, len(texts), _BATCH):
            places = by_length[start : start + _BATCH]
            with self._lock:
                vectors[places] = self._model.encode_document(
                    [encodable(texts[place]) for place in places],
                    batch_size=_BATCH,
                    show_progress_bar=False,
                    normalize_embeddings=True,
                )
            if progress:
                progress(start + len(places))
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
        folder = default_model_folder() if self.name == DEFAULT_MODEL else Path(self.name)
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
