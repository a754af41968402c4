"""The reader's network: a small BERT with one score for the sentence and one span inside it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from index import minilm_folder

_NEVER = -1e4  # a logit that no span reaches
HEAD = 32  # numbers of an attention head


@dataclass(frozen=True, slots=True)
class Width:
    """What each of the network's layers has.

    Attributes:
        heads: Heads of attention.
        neurons: Neurons between its two matrices.
        activation: Their function, by transformers' name.
    """

    heads: int = 12
    neurons: int = 1536
    activation: str = "gelu"


class ReaderNetwork(nn.Module):
    """A cross-encoder over [question, candidate, context].

    Two heads on top of BERT: a logit for "this sentence answers the question", read from [CLS] and
    the mean of the candidate's tokens, and for each token of the candidate a logit for being the
    first and for being the last of the answer.
    """

    def __init__(self, width: Width) -> None:
        """Make a network whose weights mean nothing yet."""
        super().__init__()
        self.width = width
        self.config = BertConfig.from_pretrained(
            minilm_folder(),
            attn_implementation="eager",  # fastest to train
        )
        self.config.intermediate_size, self.config.hidden_act = width.neurons, width.activation
        self.config.hidden_dropout_prob = self.config.attention_probs_dropout_prob = 0.0
        size = self.config.hidden_size
        self.bert = BertModel(self.config, add_pooling_layer=False)
        layers: list[Any] = list(self.bert.encoder.layer)
        for layer in layers:
            for name in ("query", "key", "value"):
                setattr(layer.attention.self, name, nn.Linear(size, HEAD * width.heads))
            layer.attention.output.dense = nn.Linear(HEAD * width.heads, size)
        self.config.num_attention_heads = width.heads
        self.relevance = nn.Linear(2 * size, 1)
        self.span = nn.Linear(size, 2)

    @classmethod
    def load(cls, checkpoint: Path) -> Self:
        """Return the network that a checkpoint holds."""
        state = torch.load(checkpoint, weights_only=True)
        network = cls(Width(**state["width"]))
        network.load_state_dict(state["network"])
        return network.eval()

    def state(self) -> dict[str, Any]:
        """Return what `load` needs, for a checkpoint."""
        return {"width": asdict(self.width), "network": self.state_dict()}

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Judge a batch of sequences.

        Args:
            ids: Token ids, shape (batch, length).
            types: 1 for the candidate's tokens, shape (batch, length).
            mask: 1 for tokens, 0 for padding, shape (batch, length).

        Returns:
            Relevance logits of shape (batch,), and span logits of shape (batch, length, 2), which
            are very low outside the candidate.
        """
        states = self.bert(input_ids=ids, token_type_ids=types, attention_mask=mask)
        return self.judge(states.last_hidden_state, types)

    def layers(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Return each layer's states, shapes (batch, length, width), the embeddings first."""
        states = self.bert(
            input_ids=ids, token_type_ids=types, attention_mask=mask, output_hidden_states=True
        )
        return tuple(states.hidden_states)

    def judge(self, hidden: Tensor, types: Tensor) -> tuple[Tensor, Tensor]:
        """Return relevance and span logits from what the last layer made of a batch."""
        inside = types.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * inside).sum(1) / inside.sum(1).clamp(min=1)
        relevance = self.relevance(torch.cat([hidden[:, 0], mean], dim=-1)).squeeze(-1)
        span = self.span(hidden).masked_fill(types.unsqueeze(-1) == 0, _NEVER)
        return relevance, span
