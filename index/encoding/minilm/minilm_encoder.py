"""all-MiniLM-L6-v2 in 8-bit integers; see `index/encoding/weights/CARD.md`."""

from pathlib import Path

import numpy as np

from index.encoding.encoder import Vectors
from index.encoding.int8_encoder import Int8Encoder
from index.encoding.minilm.model_files import minilm_tokenizer
from index.encoding.onnx_model import open_onnx
from index.encoding.shipped import MINILM

_FILE = Path(__file__).parents[1] / "weights" / "minilm.onnx"
_LONGEST = 256  # tokens, as the model was trained
_ADVICE = f"go on without it, more slowly, in a new corpus: --model {MINILM} --precision fp32"


class MiniLMEncoder(Int8Encoder):
    """The model on onnxruntime, loaded when first used; threads may share it."""

    name = MINILM
    dimension = 384

    def _load(self) -> None:
        self._tokenizer = minilm_tokenizer()
        self._session = open_onnx(_FILE, threads=1, advice=_ADVICE)

    def _query(self, text: str) -> Vectors:
        tokens = self._tokenizer.encode(text).ids
        if len(tokens) > _LONGEST:
            tokens = [*tokens[: _LONGEST - 1], tokens[-1]]
        (vectors,) = self._session.run(None, {"ids": np.array([tokens], dtype=np.int64)})
        return np.asarray(vectors[0], dtype=np.float32)

    _sentence = _query
