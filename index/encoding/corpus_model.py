"""The model of a corpus: remembered by name, recognised by what it makes of one text."""

import hashlib
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args
from weakref import WeakValueDictionary

import numpy as np

from index.encoding.e5.e5_encoder import E5Encoder
from index.encoding.encoder import (
    PROBE,
    Encoder,
    Precision,
    Vectors,
    same_model,
)
from index.encoding.int8_encoder import Int8Encoder
from index.encoding.minilm.minilm_encoder import MiniLMEncoder
from index.encoding.sentence_transformer import SentenceTransformerEncoder
from index.encoding.shipped import DEFAULT_MODEL, E5, MINILM, canonical_model_name
from index.errors import BadSetting, CorpusClosed, ModelMismatch
from index.store.disk_errors import CallersCode
from index.store.store import Store

# Numbers of a vector may differ by so much when its text is encoded alone and in a batch: by 1e-7
# in sentence-transformers. Prompts move them by some .01
_ALIKE = 1e-4
_INT8: dict[str, type[Int8Encoder]] = {E5: E5Encoder, MINILM: MiniLMEncoder}
# Those that are used, by name: twenty corpora that are served together would hold as many models
_shared: WeakValueDictionary[str, Int8Encoder] = WeakValueDictionary()
_sharing = threading.Lock()  # guards `_shared`: of two corpora that are opened, one makes it


def new_encoder(name: str, precision: Precision) -> Encoder:
    """Return an encoder, loaded when it is first used; that of another open corpus if it can be.

    The weights of those in 8-bit integers are known by their checksum, so corpora share one.
    """
    if precision != "int8":
        return SentenceTransformerEncoder(name)
    with _sharing:
        encoder = _shared.get(name)
        if encoder is None:
            encoder = _shared[name] = _INT8[name]()
        return encoder


def chosen_model(model: str | None, precision: Precision | None) -> tuple[str, Precision]:
    """Return the name of the model that is asked for, and its precision, or those by default.

    Raises:
        BadSetting: The model doesn't come in that precision.
    """
    name = canonical_model_name(model) if model else DEFAULT_MODEL
    chosen: Precision = precision or ("int8" if name in _INT8 else "fp32")
    check_precision(name, chosen)
    return name, chosen


def tried_encoder(model: str | None, precision: Precision | None) -> Encoder:
    """Return the encoder of a new corpus; one that was asked for is loaded, to know that it can be.

    Raises:
        BadSetting: The model doesn't come in that precision.
        ModelUnavailable: The model can't be loaded.
    """
    encoder = new_encoder(*chosen_model(model, precision))
    if model or precision:
        encoder.encode_query(PROBE)
    return encoder


def check_precision(name: str, precision: Precision) -> None:
    """Raise `BadSetting` if the model doesn't come in that precision."""
    if precision not in get_args(Precision):
        known = " or ".join(get_args(Precision))
        raise BadSetting(f"The precision is {precision!r}, and can only be {known}.")
    if precision == "int8" and name not in _INT8:
        raise BadSetting(
            f"{name} can't be used in precision int8, which is available for "
            f"{' and '.join(_INT8)} only. Leave out --precision to use fp32."
        )
    if precision == "fp32" and name == E5:
        raise BadSetting(
            f"{name} can't be used in precision fp32: its weights are published in 4-bit integers. "
            f"Leave out --precision to use int8, or choose another model: --model {MINILM}"
        )


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
        name: The model's name or folder.
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
        """Recall the model, or remember the one that is asked for once it can be used.

        Where none is asked for, the default one becomes the corpus's when it is first used.

        Args:
            store: The corpus's database.
            folder: The corpus.
            model: A model's name or folder, if one is asked for.
            precision: The precision, if one is asked for.
            encoder: Used instead of loading a model.

        Raises:
            ModelMismatch: Another one is asked for, or the same in another precision.
            ModelUnavailable: The model of a corpus that had none can't be loaded.
            BadSetting: The model doesn't come in that precision.
        """
        self._store = store
        self._folder = folder
        self._lock = threading.Lock()  # guards `_card`: one thread tries the model
        self._card: ModelCard | None = None
        known = store.meta("model")
        if known is None:
            self._encoder = encoder or tried_encoder(model, precision)
            self.name, self.precision = self._encoder.name, self._encoder.precision
            check_precision(self.name, self.precision)
            if encoder or model or precision:
                with store.transaction():
                    self._remember()
            return
        wanted = encoder.name if encoder else model and canonical_model_name(model)
        precision = encoder.precision if encoder else precision
        self.name = known
        self.precision = cast("Precision", store.meta("precision") or "fp32")
        if wanted not in (None, known):
            raise self._mismatch(str(wanted))
        if precision not in (None, self.precision):
            raise self._mismatch(known, f" --precision {precision}")
        self._encoder = encoder or new_encoder(known, self.precision)

    def ready(self, callers: CallersCode | None = None) -> Encoder:
        """Return the encoder, loaded and known to be the corpus's own.

        Args:
            callers: Told what the encoder raises, which may be somebody's own.

        Raises:
            ModelMismatch: There are other weights under the model's name now.
            ModelUnavailable: The model can't be loaded.
        """
        self.card(callers)
        return self._encoder

    def card(self, callers: CallersCode | None = None) -> ModelCard:
        """Return what the model's vectors are known by; raises as `ready` does."""
        with self._lock:
            if self._card is not None:
                if not self.current:
                    raise self._moved()
                return self._card
            with callers() if callers else nullcontext():
                probes = _probes(self._encoder)
            known = self._known_probes()
            if known is None and self._store.may_change:
                with self._store.transaction():
                    self._remember()
                    known = self._known_probes() or probes
                    self._remember_probes(known)
            if known is None:  # nothing was ever added: whoever adds first records it
                return self._card_of(probes)
            for stored, made in zip(known, probes, strict=True):
                if stored and not same_model(_vector(stored), _vector(made), self.precision):
                    raise self._mismatch(self.name, changed=True)
            self._card = self._card_of(known)
            return self._card

    @property
    def known_card(self) -> ModelCard | None:
        """What `card` returns, without loading the model to compare; None if it was never used."""
        known = self._known_probes()
        return self._card_of(known) if known else None

    @property
    def current(self) -> bool:
        """Whether the corpus is still of this model: another process may have moved it."""
        name = self._store.meta("model")
        there = (name, self._store.meta("precision") or "fp32")
        return name is None or there == (self.name, self.precision)

    def record(self, encoder: Encoder) -> None:
        """Make another model the corpus's own. In a transaction that replaces all vectors.

        Until `adopt` was called, the corpus can't be searched from here.
        """
        self._store.set_meta("model", encoder.name)
        self._store.set_meta("precision", encoder.precision)
        self._remember_probes(_probes(encoder))

    def adopt(self, encoder: Encoder) -> None:
        """Go on with the model that was recorded."""
        with self._lock:
            self._encoder = encoder
            self.name, self.precision = encoder.name, encoder.precision
            self._card = None

    def _known_probes(self) -> tuple[str, str] | None:
        known = self._store.meta("probe")
        return None if known is None else (known, self._store.meta("document_probe") or "")

    def _remember_probes(self, probes: tuple[str, str]) -> None:
        for key, probe in zip(("probe", "document_probe"), probes, strict=True):
            self._store.set_meta(key, probe)

    @property
    def dimension(self) -> int:
        """Length of a vector; the model is loaded only if it was never used."""
        return (self.known_card or self.card()).dimension

    def _remember(self) -> None:
        """Make the model the corpus's own, unless another process was first. In a transaction."""
        known = self._store.meta("model")
        if known is None:
            self._store.set_meta("model", self.name)
            self._store.set_meta("precision", self.precision)
        else:
            there = (known, self._store.meta("precision") or "fp32")
            if there != (self.name, self.precision):
                raise self._mismatch(self.name, f" --precision {self.precision}", there=there)

    @property
    def fingerprint(self) -> str | None:
        """The card's fingerprint, without loading the model; None if it was never used."""
        card = self.known_card
        return None if card is None else card.fingerprint

    def _card_of(self, probes: tuple[str, str]) -> ModelCard:
        return _card(self.name, self.precision, probes)

    def _moved(self) -> CorpusClosed:
        return CorpusClosed(
            f"The corpus in {self._folder} has been moved from the model {self.name} to "
            f"{self._store.meta('model')}. Open it again, to search it with that one."
        )

    def _mismatch(
        self,
        wanted: str,
        precision: str = "",
        *,
        changed: bool = False,
        there: tuple[str, str] | None = None,
    ) -> ModelMismatch:
        asked = f"a changed {wanted}" if changed else f"{wanted}{precision}"
        name, built = there or (self.name, self.precision)
        return ModelMismatch(
            f"The corpus in {self._folder} was built with the model {name} in {built}, and "
            f"{asked} was requested; their vectors can't be compared. Leave out --model and "
            f"--precision to continue with {name}, move this corpus: verbatim reencode --model "
            f"{wanted}{precision}, or build another one: verbatim index PATH --corpus OTHER_FOLDER "
            f"--model {wanted}{precision}"
        )


def card_of(encoder: Encoder) -> ModelCard:
    """Return what the vectors of an encoder are known by; its model is loaded."""
    return _card(encoder.name, encoder.precision, _probes(encoder))


def _card(name: str, precision: Precision, probes: tuple[str, str]) -> ModelCard:
    query, document = probes
    known = f"{name}:{precision}:{query}" + (f":{document}" if document else "")
    return ModelCard(hashlib.sha256(known.encode()).hexdigest(), len(_vector(query)))


def _probes(encoder: Encoder) -> tuple[str, str]:
    """Return the vectors of one text as a question and as a sentence, in hexadecimal digits.

    The second is empty for models that make no difference, as most do, and for somebody's own.
    """
    query = encoder.encode_query(PROBE)
    if not isinstance(encoder, Int8Encoder | SentenceTransformerEncoder):
        return _digits(query), ""
    document = encoder.encode_documents([PROBE])[0]
    same = np.allclose(query, document, atol=_ALIKE)
    return _digits(query), "" if same else _digits(document)


def _digits(vector: Vectors) -> str:
    return vector.astype("<f4").tobytes().hex()


def _vector(digits: str) -> Vectors:
    return np.frombuffer(bytes.fromhex(digits), dtype="<f4")
