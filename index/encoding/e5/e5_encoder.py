"""multilingual-e5-small in 8-bit integers; see `index/encoding/weights/CARD.md`."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.encoding.e5.network import E5Network
from index.encoding.e5.tokenizer import E5Tokenizer
from index.encoding.e5.weights_file import E5File
from index.encoding.encoder import Vectors
from index.encoding.int8_encoder import Int8Encoder
from index.encoding.shipped import E5

# What the model was trained to see before a question, and before what may answer it
_QUERY, _PASSAGE = "query: ", "passage: "


class E5Encoder(Int8Encoder):
    """The model on onnxruntime, loaded when first used; threads may share it."""

    name = E5
    dimension = 384

    def _load(self) -> None:
        file = E5File()
        with ThreadPoolExecutor(1) as pool:  # the two take as long as each other
            network = pool.submit(E5Network, file)
            self._tokenizer = E5Tokenizer(file.vocabulary())
            self._network = network.result()
        self._longest = file.sizes.positions

    def _sentence(self, text: str) -> Vectors:
        return self._vector(_PASSAGE + text)

    def _query(self, text: str) -> Vectors:
        return self._vector(_QUERY + text)

    def _vector(self, text: str) -> Vectors:
        tokenizer = self._tokenizer
        ids = tokenizer.ids(text)[: self._longest - 2]
        mean = self._network.mean([tokenizer.bos, *ids, tokenizer.eos])
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)
