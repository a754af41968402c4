"""Any model that sentence-transformers loads, as an encoder."""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from index.encoding.encoder import LocalEncoder, Precision, Vectors, encodable
from index.encoding.minilm.model_files import minilm_folder
from index.encoding.shipped import DEFAULT_MODEL, MINILM, canonical_model_name
from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_OFFLINE_SWITCHES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
# Texts that go through the model together: what sentence-transformers does by default. A question
# waits for one batch at most, for the model is locked meanwhile.
_BATCH = 32


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
        if folder.is_absolute() and not local:  # said before sentence-transformers takes seconds
            raise _unavailable(self.name, "there is no such folder")
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
        raise _unavailable(name, _first_line(error)) from error


def _unavailable(name: str, reason: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"The model {name!r} can't be loaded ({reason}). Without a network, give the path of a "
        "folder that sentence-transformers can load, or leave --model out to use "
        f"{DEFAULT_MODEL}, which needs no download."
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
