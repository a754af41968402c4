"""The model of a corpus: remembered by name, recognised by what it makes of one text."""

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import numpy as np

from index.default_model import DEFAULT_MODEL
from index.encoder import (
    PROBE,
    Encoder,
    Precision,
    SentenceTransformerEncoder,
    canonical_model_name,
    same_model,
)
from index.errors import BadSetting, ModelMismatch
from index.int8_encoder import Int8Encoder
from index.store import Store


def new_encoder(name: str, precision: Precision) -> Encoder:
    """Return an encoder, not loaded yet."""
    return Int8Encoder() if precision == "int8" else SentenceTransformerEncoder(name)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What tells the vectors of one model from those of another.

    Attributes:
        fingerprint: 64 hexadecimal digits, others for other weights.
        dimension: Length of a vector.
    """

    fingerprint: str
    dimension: int


class CorpusModel:
    """A corpus's encoder, loaded when first needed.

    Attributes:
        name: The model's name or folder; the first one asked for becomes the corpus's.
        precision: What the corpus's vectors are computed in.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        model: str | None,
        precision: Precision | None,
        encoder: Encoder | None,
    ) -> None:
        """Recall the model, or remember the one that is asked for.

        Raises:
            ModelMismatch: Another one is asked for, or the same in another precision.
            BadSetting: The model doesn't come in that precision.
        """
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._card: ModelCard | None = None
        wanted = encoder.name if encoder else model and canonical_model_name(model)
        precision = encoder.precision if encoder else precision
        known = store.meta("model")
        if known is None:
            known = wanted or DEFAULT_MODEL
            chosen: Precision = precision or ("int8" if known == DEFAULT_MODEL else "fp32")
            if chosen not in get_args(Precision) or (chosen == "int8" and known != DEFAULT_MODEL):
                raise BadSetting(
                    f"{known} can't be used in precision {chosen}: int8 is there for "
                    f"{DEFAULT_MODEL} only, fp32 for every model."
                )
            with store.transaction():
                store.set_meta("model", known)
                store.set_meta("precision", chosen)
        self.name = known
        self.precision = cast("Precision", store.meta("precision") or "fp32")
        if wanted not in (None, known):
            raise self._mismatch(str(wanted))
        if precision not in (None, self.precision):
            raise self._mismatch(known, f" --precision {precision}")
        self._encoder = encoder or new_encoder(known, self.precision)

    def ready(self) -> Encoder:
        """Return the encoder, loaded and known to be the corpus's own.

        Raises:
            ModelMismatch: There are other weights under the model's name now.
            ModelUnavailable: The model can't be loaded.
        """
        self.card()
        return self._encoder

    def card(self) -> ModelCard:
        """Return what the model's vectors are known by; raises as `ready` does."""
        with self._lock:
            if self._card is None:
                probe = self._encoder.encode_query(PROBE).astype("<f4")
                known = self._store.meta("probe")
                if known is None:
                    known = probe.tobytes().hex()
                    with self._store.transaction():
                        self._store.set_meta("probe", known)
                stored = np.frombuffer(bytes.fromhex(known), dtype="<f4")
                if not same_model(stored, probe, self.precision):
                    raise self._mismatch(self.name, changed=True)
                self._card = ModelCard(self._fingerprint(known), len(probe))
            return self._card

    @property
    def fingerprint(self) -> str | None:
        """The card's fingerprint, without loading the model; None if it was never used."""
        known = self._store.meta("probe")
        return None if known is None else self._fingerprint(known)

    def _fingerprint(self, known: str) -> str:
        return hashlib.sha256(f"{self.name}:{self.precision}:{known}".encode()).hexdigest()

    def _mismatch(
        self, wanted: str, precision: str = "", *, changed: bool = False
    ) -> ModelMismatch:
        asked = f"a changed {wanted}" if changed else f"{wanted}{precision}"
        return ModelMismatch(
            f"The corpus in {self._folder} was built with the model {self.name} in "
            f"{self.precision}, and {asked} was asked for; their vectors can't be compared. Leave "
            f"--model and --precision out to go on with {self.name}, or build another corpus: "
            f"verbatim index PATH --corpus OTHER_FOLDER --model {wanted}{precision}"
        )
