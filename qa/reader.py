"""The reader: looks at a question and a sentence together, and tells whether and where it answers.

The weights come with Verbatim; they are trained by `benchmarks/reader`, see `reader_model/CARD.md`.
"""

import hashlib
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import ModelUnavailable, default_model_folder
from qa.reader_input import ReaderInput, reader_input

if TYPE_CHECKING:
    from torch import Tensor

_FOLDER = Path(__file__).parent / "reader_model"
_LONGEST_ANSWER = 30  # tokens


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence to be judged, with the sentences beside it; those may be empty."""

    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a candidate.

    Attributes:
        relevance: Log-odds that the sentence answers the question.
        start: Offset in the sentence at which its answer would begin.
        end: Offset after its last character.
    """

    relevance: float
    start: int
    end: int


class Reader:
    """The reader that comes with Verbatim, loaded at once; one batch at a time goes through it."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        """Load the weights.

        Raises:
            ModelUnavailable: The weights are missing, or not the ones that were published.
        """
        import torch
        from tokenizers import Tokenizer

        weights = folder / "reader.safetensors"
        checksum = folder / "reader.sha256"
        if not weights.is_file() or _sha256(weights) != checksum.read_text().split()[0]:
            raise ModelUnavailable(
                "The reader's weights are missing or damaged. Install Verbatim again, or go on "
                "without it: --reader none"
            )
        base = default_model_folder()
        self._torch: Any = torch
        self._network = _load_network(weights, base)
        self._tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        ids = self._tokenizer.get_vocab()
        self._cls, self._sep = ids["[CLS]"], ids["[SEP]"]
        self._lock = threading.Lock()

    def read(self, question: str, candidates: Sequence[Candidate]) -> list[Reading]:
        """Judge candidates for a question, in one batch.

        Args:
            question: The question.
            candidates: The sentences.

        Returns:
            A reading for each candidate, in their order.
        """
        if not candidates:
            return []
        inputs = self._inputs(question, candidates)
        order = sorted(range(len(inputs)), key=lambda place: len(inputs[place].ids))
        readings: dict[int, Reading] = {}
        half = (len(order) + 1) // 2
        for places in (order[:half], order[half:]):  # short ones needn't be padded to the longest
            chosen = [inputs[place] for place in places]
            readings.update(zip(places, self._judge(chosen), strict=True))
        return [readings[place] for place in range(len(candidates))]

    def _inputs(self, question: str, candidates: Sequence[Candidate]) -> list[ReaderInput]:
        texts = [question]
        for candidate in candidates:
            texts += [candidate.text, candidate.before, candidate.after]
        asked, *parts = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [
            reader_input(asked, *parts[start : start + 3], cls=self._cls, sep=self._sep)
            for start in range(0, len(parts), 3)
        ]

    def _judge(self, inputs: Sequence[ReaderInput]) -> list[Reading]:
        from qa.reader_network import batch

        if not inputs:
            return []
        with self._lock, self._torch.inference_mode():
            relevance, span = self._network(*batch(inputs))
        return [
            _reading(item, float(score), logits)
            for item, score, logits in zip(inputs, relevance, span, strict=True)
        ]


@cache
def shipped_reader() -> Reader:
    """Return the reader that comes with Verbatim, loaded once."""
    return Reader()


def _load_network(weights: Path, base: Path) -> Any:  # noqa: ANN401 - a quantised network
    import torch
    from safetensors.torch import load_file
    from transformers import BertConfig

    from qa.reader_network import ReaderNetwork

    network = ReaderNetwork(BertConfig.from_pretrained(base))
    # The embeddings are the default model's own: training leaves them as they are.
    embeddings = {
        f"bert.{name}": value
        for name, value in load_file(base / "model.safetensors").items()
        if name.startswith("embeddings.")
    }
    trained = {name: value.float() for name, value in load_file(weights).items()}
    missing = network.load_state_dict({**embeddings, **trained}, strict=False).missing_keys
    if set(missing) - {"bert.embeddings.position_ids", "bert.embeddings.token_type_ids"}:
        raise ModelUnavailable(f"The reader's weights lack {', '.join(missing)}.")
    network.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the name of torch's quantiser will change one day
        return torch.ao.quantization.quantize_dynamic(  # type: ignore[no-untyped-call]
            network, {torch.nn.Linear}, dtype=torch.qint8
        )


def _reading(item: ReaderInput, relevance: float, span: "Tensor") -> Reading:
    """Return the reading with the best span: the sum of both ends' logits, the end not first."""
    count = len(item.offsets)
    if not count:
        return Reading(relevance, 0, 0)
    ends = span[item.first : item.first + count]
    sums = ends[:, 0].unsqueeze(1) + ends[:, 1].unsqueeze(0)
    allowed = sums.new_ones(count, count).triu().tril(_LONGEST_ANSWER - 1).bool()
    best = int(sums.masked_fill(~allowed, float("-inf")).argmax())
    first, last = divmod(best, count)
    start, end = item.offsets[first][0], item.offsets[last][1]
    return Reading(relevance, start, end)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
