"""The reader's network: a small BERT with one score for the sentence and one span inside it."""

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

_NEVER = -1e4  # a logit that no span reaches


class ReaderNetwork(nn.Module):
    """A cross-encoder over [question, candidate, context].

    Two heads on top of BERT: a logit for "this sentence answers the question", read from [CLS] and
    the mean of the candidate's tokens, and for each token of the candidate a logit for being the
    first and for being the last of the answer.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        self.relevance = nn.Linear(2 * config.hidden_size, 1)
        self.span = nn.Linear(config.hidden_size, 2)

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
        hidden = states.last_hidden_state
        inside = types.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * inside).sum(1) / inside.sum(1).clamp(min=1)
        relevance = self.relevance(torch.cat([hidden[:, 0], mean], dim=-1)).squeeze(-1)
        span = self.span(hidden).masked_fill(types.unsqueeze(-1) == 0, _NEVER)
        return relevance, span
