"""The model of a corpus: remembered by name, recognised by what it makes of one text."""

import hashlib
import threading
from pathlib import Path

import numpy as np

from index.dense import DenseIndex
from index.encoder import (
    DEFAULT_MODEL,
    Encoder,
    SentenceTransformerEncoder,
    canonical_model_name,
)
from index.errors import ModelMismatch
from index.store import Store

_PROBE = "Which countries recognized Guaido?"  # its vector tells one model from another
_SAME = 0.999  # cosine of that vector; rounding differs a little between machines


class CorpusModel:
    """A corpus's encoder and vector index, loaded when first needed.

    Attributes:
        name: The model's name or folder; the first one asked for becomes the corpus's.
    """

    def __init__(
        self, store: Store, folder: Path, model: str | None, encoder: Encoder | None
    ) -> None:
        """Recall the model, or remember the one that is asked for.

        Raises:
            ModelMismatch: Another one is asked for.
        """
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._dense: DenseIndex | None = None
        wanted = encoder.name if encoder else model and canonical_model_name(model)
        known = store.meta("model")
        if known is None:
            known = wanted or DEFAULT_MODEL
            with store.transaction():
                store.set_meta("model", known)
        self.name = known
        if wanted not in (None, known):
            raise self._mismatch(str(wanted))
        self._encoder = encoder or SentenceTransformerEncoder(known)

    def ready(self) -> tuple[Encoder, DenseIndex]:
        """Return the encoder, loaded and known to be the corpus's own, and the vector index.

        Raises:
            ModelMismatch: There are other weights under the model's name now.
            ModelUnavailable: The model can't be loaded.
        """
        with self._lock:
            if self._dense is None:
                probe = self._encoder.encode_query(_PROBE).astype("<f4")
                known = self._store.meta("probe")
                if known is None:
                    known = probe.tobytes().hex()
                    with self._store.transaction():
                        self._store.set_meta("probe", known)
                stored = np.frombuffer(bytes.fromhex(known), dtype="<f4")
                if stored.shape != probe.shape or stored @ probe < _SAME:
                    raise self._mismatch(f"a changed {self.name}")
                fingerprint = hashlib.sha256(f"{self.name}:{known}".encode()).hexdigest()
                self._dense = DenseIndex(self._folder, len(probe), fingerprint)
            return self._encoder, self._dense

    def _mismatch(self, wanted: str) -> ModelMismatch:
        return ModelMismatch(
            f"The corpus in {self._folder} was built with the model {self.name}, and {wanted} was "
            f"asked for; their vectors can't be compared. Leave --model out to go on with "
            f"{self.name}, or build another corpus: verbatim index PATH --corpus OTHER_FOLDER "
            f"--model {wanted}"
        )
