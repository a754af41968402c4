"""A BERT, 384 wide, with heads that judge a passage: layers of an encoder, or of another reader."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEAD, PLACES = 384, 32, 512


@dataclass(frozen=True, slots=True)
class Shape:
    """What a network is made of.

    Attributes:
        layers: Which of its base's layers it has, counted from 0.
        heads: Heads of attention in a layer.
        neurons: Neurons between a layer's two matrices.
        activation: Their function: `gelu` or `relu`.
        epsilon: What norms add to the variance.
    """

    layers: tuple[int, ...] = tuple(range(6))
    heads: int = 12
    neurons: int = 1536
    activation: str = "gelu"
    epsilon: float = 1e-12


class Batch(NamedTuple):
    """Rows of like length as tensors.

    Attributes:
        words: Number of each token within the vocabulary, shape (rows, length).
        types: 1 for the tokens of sentences, shape (rows, length).
        present: False for padding, shape (rows, length).
        owners: For each token its piece, counted from 1 over the whole batch, 0 for none, shape
            (rows, length).
        rows: For each piece its row, shape (pieces,).
    """

    words: Tensor
    types: Tensor
    present: Tensor
    owners: Tensor
    rows: Tensor


class Judged(NamedTuple):
    """What the network makes of a batch.

    Attributes:
        pieces: Log-odds that each piece answers, shape (pieces,).
        tokens: For each token of a piece, in their order, logits of being the first of an answer,
            the last, and inside of one, shape (tokens, 3).
        passages: Log-odds that each row's passage answers, shape (rows,).
    """

    pieces: Tensor
    tokens: Tensor
    passages: Tensor


class Layer(nn.Module):
    """A layer of BERT."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        """Make one whose weights mean nothing yet."""
        super().__init__()
        self._heads = shape.heads
        self.activation = nn.ReLU() if shape.activation == "relu" else nn.GELU()
        self.together = nn.Linear(WIDTH, 3 * HEAD * shape.heads)
        self.attended = nn.Linear(HEAD * shape.heads, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=shape.epsilon)
        self.inner = nn.Linear(WIDTH, shape.neurons)
        self.outer = nn.Linear(shape.neurons, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=shape.epsilon)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, present: Tensor | None) -> Tensor:
        """Return the next states; `present`, shape (rows, 1, 1, length), masks padding."""
        rows, length, _ = states.shape
        heads = self.together(states).view(rows, length, 3, self._heads, HEAD)
        query, key, value = heads.permute(2, 0, 3, 1, 4).unbind(0)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=present)
        seen = seen.transpose(1, 2).reshape(rows, length, HEAD * self._heads)
        states = self.attended_norm(states + self.dropout(self.attended(seen)))
        inner = self.activation(self.inner(states))
        result: Tensor = self.norm(states + self.dropout(self.outer(inner)))
        return result


class PassageNetwork(nn.Module):
    """Judges every sentence of a passage, and every token of it, for a question.

    The vectors of words are given to it: they stay as they are, and are looked up elsewhere.
    """

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        """Make a network whose weights mean nothing yet."""
        super().__init__()
        self.shape = shape
        self.types = nn.Embedding(2, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=shape.epsilon)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in shape.layers)
        self.piece = nn.Linear(2 * WIDTH, 1)
        self.token = nn.Linear(WIDTH, 3)
        self.passage = nn.Linear(WIDTH, 1)
        for head in (self.piece, self.token, self.passage):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    @classmethod
    def load(cls, checkpoint: Path) -> Self:
        """Return the network that a checkpoint holds, in evaluation mode."""
        state = torch.load(checkpoint, weights_only=True, map_location="cpu")
        network = cls(Shape(**state["shape"]))
        network.load_state_dict({name: w.float() for name, w in state["network"].items()})
        return network.eval()

    def state(self, dtype: torch.dtype = torch.float32) -> dict[str, Any]:
        """Return what `load` needs, for a checkpoint."""
        weights = {name: weight.to("cpu", dtype) for name, weight in self.state_dict().items()}
        return {"shape": asdict(self.shape), "network": weights}

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Take over weights by their names here; heads that aren't among them begin anew."""
        missing, unknown = self.load_state_dict(dict(weights), strict=False)
        heads = tuple(name for name in missing if name.startswith(("piece", "token", "passage")))
        if unknown or set(missing) - set(heads):
            raise ValueError(f"these weights are of another shape: {unknown or missing}")

    def states(self, vectors: Tensor, types: Tensor, present: Tensor | None) -> Tensor:
        """Return the last layer's states, shape (rows, length, width).

        Args:
            vectors: The vectors of the words, shape (rows, length, width).
            types: As in `Batch`.
            present: As in `Batch`; None if nothing is padding.
        """
        states: Tensor = vectors + self.types(types) + self.places.weight[: types.shape[1]]
        states = self.dropout(self.norm(states))
        mask = None if present is None else present[:, None, None, :]
        for layer in self.layers:
            states = layer(states, mask)
        return states

    def forward(self, vectors: Tensor, batch: Batch) -> Judged:
        """Judge a batch, the vectors of whose words are given."""
        states = self.states(vectors, batch.types, batch.present)
        owners = batch.owners.flatten()
        inside = owners.nonzero().squeeze(1)
        whose = owners[inside] - 1
        mine = states.flatten(0, 1)[inside]
        count = len(batch.rows)
        sums = torch.zeros(count, WIDTH, dtype=torch.float32, device=states.device)
        sums = sums.index_add(0, whose, mine.float())
        sizes = torch.bincount(whose, minlength=count).clamp(min=1)
        means = sums / sizes[:, None]
        whole = states[:, 0].float()
        with torch.autocast(states.device.type, enabled=False):  # 8 bits are too few for log-odds
            pieces = self.piece(torch.cat([whole[batch.rows], means], dim=1)).squeeze(1)
            return Judged(pieces, self.token(mine.float()), self.passage(whole).squeeze(1))


class Single(nn.Module):
    """The network for one passage, in the form that is exported: nothing is padded."""

    def __init__(self, network: PassageNetwork, words: Tensor | None = None) -> None:
        """Take over a network's weights.

        Args:
            network: The network.
            words: The vectors of all words, if they are looked up inside.
        """
        super().__init__()
        self.network = network
        self.words = None if words is None else nn.Parameter(words, requires_grad=False)

    def forward(self, words: Tensor, types: Tensor, means: Tensor) -> Sequence[Tensor]:
        """Judge a passage.

        Args:
            words: The vectors of its words, shape (1, length, width), or their ids, shape
                (1, length).
            types: 1 for the tokens of sentences, shape (1, length).
            means: For each piece what each token counts in its mean, shape (pieces, length).

        Returns:
            Log-odds of each piece, shape (pieces,); logits of each token, shape (length, 3); and
            log-odds of the passage, shape (1,).
        """
        network = self.network
        vectors = words if self.words is None else functional.embedding(words, self.words)
        states = network.states(vectors, types, None)[0]
        whole = states[:1]
        each = torch.cat([whole.expand(means.shape[0], -1), means @ states], dim=1)
        return network.piece(each).squeeze(1), network.token(states), network.passage(whole)[0]
