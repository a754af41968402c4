"""Write the default model into the package: as ONNX, in 8-bit integers, with its checksum.

python -m benchmarks.encoder.export_minilm
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from benchmarks.onnx_files import write_int8
from index import minilm_folder

_TARGET = Path(__file__).parents[2] / "index" / "encoding" / "weights" / "minilm.onnx"


class EncoderNetwork(nn.Module):
    """BERT, the mean over its tokens, and unit length: for texts without padding."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, ids: Tensor) -> Tensor:
        """Return unit vectors of shape (texts, 384) for token ids of shape (texts, tokens)."""
        hidden = self.bert(input_ids=ids, token_type_ids=torch.zeros_like(ids)).last_hidden_state
        return nn.functional.normalize(hidden.mean(dim=1), dim=-1)


def main() -> None:
    """Write `minilm.onnx` and `minilm.sha256`."""
    folder = minilm_folder()
    bert = BertModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)
    write_int8(
        EncoderNetwork(bert).eval(),
        {"ids": torch.ones(1, 8, dtype=torch.long)},
        ("vectors",),
        {"ids": {1: "tokens"}},
        _TARGET,
        bert=BertConfig.from_pretrained(folder),
    )


if __name__ == "__main__":
    main()
