"""The reader's network in the form that is exported: one sequence, and nothing it can do without.

There is no padding and no batch. The three products that attention begins with are one, and the
last layer works out no other rows than those looked at: [CLS] and the candidate's tokens. So
onnxruntime takes .9 of the time that the network takes as it is trained.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers.models.bert.modeling_bert import BertLayer

from benchmarks.reader.network import HEAD, ReaderNetwork


class SingleReader(nn.Module):
    """A `ReaderNetwork` for one sequence."""

    def __init__(self, network: ReaderNetwork) -> None:
        """Take over a network's weights."""
        super().__init__()
        embeddings = network.bert.embeddings
        self.words = embeddings.word_embeddings
        self.types = embeddings.token_type_embeddings
        self.places = embeddings.position_embeddings
        self.norm = embeddings.LayerNorm
        layers: list[Any] = list(network.bert.encoder.layer)
        *others, last = layers
        self.layers = nn.ModuleList(_Layer(layer) for layer in others)
        self.last = _Layer(last, whole=False)
        self.relevance, self.span = network.relevance, network.span

    def forward(self, ids: Tensor, types: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Judge a sequence.

        Args:
            ids: Token ids, shape (length,).
            types: 1 for the candidate's tokens, shape (length,).

        Returns:
            The relevance logit, shape (1,), span logits of the candidate's tokens, shape
            (tokens, 2), and the state that the relevance is made of, shape (1, twice the width).
        """
        states = self.words(ids) + self.types(types) + self.places.weight[: ids.shape[0]]
        states = self.norm(states)
        for layer in self.layers:
            states = layer(states, states)
        rows = torch.cat([torch.zeros(1, dtype=torch.long), types.nonzero().squeeze(1)])
        states = self.last(states, states[rows])
        whole, candidate = states[:1], states[1:]
        mean = candidate.sum(0, keepdim=True) / types.sum().clamp(min=1)
        state = torch.cat([whole, mean], dim=1)
        return self.relevance(state).squeeze(1), self.span(candidate), state


class _Layer(nn.Module):
    """A layer of BERT that works out some rows, from all of them."""

    def __init__(self, layer: BertLayer, *, whole: bool = True) -> None:
        """Take over a layer's weights; `whole` if all rows are worked out."""
        super().__init__()
        attention = layer.attention.self
        query = _scaled(attention.query, 1 / math.sqrt(HEAD))
        self.whole = whole
        if whole:
            self.together = _Product([query, attention.key, attention.value])
        else:
            self.query = _Product([query])
            self.together = _Product([attention.key, attention.value])
        self.attended = _Product([layer.attention.output.dense])
        self.attended_norm = layer.attention.output.LayerNorm
        self.inner = _Product([layer.intermediate.dense])
        self.activation = layer.intermediate.intermediate_act_fn
        self.outer = _Product([layer.output.dense])
        self.norm = layer.output.LayerNorm

    def forward(self, states: Tensor, rows: Tensor) -> Tensor:
        if self.whole:
            query, key, value = _heads(self.together(states), 3)
        else:
            (query,) = _heads(self.query(rows), 1)
            key, value = _heads(self.together(states), 2)
        looked = torch.softmax(query @ key.transpose(1, 2), dim=-1) @ value
        attended = looked.transpose(0, 1).flatten(1)
        rows = self.attended_norm(rows + self.attended(attended))
        result: Tensor = self.norm(rows + self.outer(self.activation(self.inner(rows))))
        return result


class _Product(nn.Module):
    """Linear layers side by side, as one product: quantised, unlike an `nn.Linear` of rows."""

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.cat([layer.weight for layer in layers]).T.contiguous())
        self.bias = nn.Parameter(torch.cat([layer.bias for layer in layers]))

    def forward(self, rows: Tensor) -> Tensor:
        return rows @ self.weight + self.bias


def _scaled(layer: nn.Linear, factor: float) -> nn.Linear:
    scaled = nn.Linear(layer.in_features, layer.out_features)
    scaled.weight.data, scaled.bias.data = layer.weight * factor, layer.bias * factor
    return scaled


def _heads(rows: Tensor, parts: int) -> Sequence[Tensor]:
    """Return each part of a product, shape (heads, length, numbers of a head)."""
    heads = rows.reshape(rows.shape[0], -1, HEAD).transpose(0, 1)
    return heads.chunk(parts)
