"""The network of multilingual-e5-small, or some of its layers, with heads that judge a passage."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, INNER, PLACES = 384, 12, 1536, 512


@dataclass(frozen=True, slots=True)
class Depth:
    """Which of the encoder's layers a network has.

    Attributes:
        layers: Their numbers, counted from 0.
    """

    layers: tuple[int, ...] = tuple(range(6))


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

    def __init__(self, dropout: float = 0.0) -> None:
        """Make one whose weights mean nothing yet."""
        super().__init__()
        self.together = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attended_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, present: Tensor | None) -> Tensor:
        """Return the next states; `present`, shape (rows, 1, 1, length), masks padding."""
        rows, length, _ = states.shape
        heads = self.together(states).view(rows, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = heads.permute(2, 0, 3, 1, 4).unbind(0)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=present)
        seen = seen.transpose(1, 2).reshape(rows, length, WIDTH)
        states = self.attended_norm(states + self.dropout(self.attended(seen)))
        inner = functional.gelu(self.inner(states))
        result: Tensor = self.norm(states + self.dropout(self.outer(inner)))
        return result


class PassageNetwork(nn.Module):
    """Judges every sentence of a passage, and every token of it, for a question.

    The vectors of words are given to it: they stay as they are, and are looked up elsewhere.
    """

    def __init__(self, depth: Depth, dropout: float = 0.0) -> None:
        """Make a network whose weights mean nothing yet."""
        super().__init__()
        self.depth = depth
        self.types = nn.Embedding(2, WIDTH)
        self.places = nn.Embedding(PLACES, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in depth.layers)
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
        network = cls(Depth(tuple(state["depth"]["layers"])))
        network.load_state_dict({name: w.float() for name, w in state["network"].items()})
        return network.eval()

    def state(self, dtype: torch.dtype = torch.float32) -> dict[str, Any]:
        """Return what `load` needs, for a checkpoint."""
        weights = {name: weight.to("cpu", dtype) for name, weight in self.state_dict().items()}
        return {"depth": asdict(self.depth), "network": weights}

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Take over the encoder's weights, by the names they have in its file."""
        state = {
            "types.weight": weights["emb.type"].view(2, WIDTH),
            "places.weight": weights["emb.pos"].view(PLACES, WIDTH),
            "norm.weight": weights["emb.ln.w"],
            "norm.bias": weights["emb.ln.b"],
        }
        for number, layer in enumerate(self.depth.layers):
            for kind in ("w", "b"):
                mine, its = f"layers.{number}", f"l{layer}"
                name = {"w": "weight", "b": "bias"}[kind]
                parts = [weights[f"{its}.{part}.{kind}"] for part in "qkv"]
                state[f"{mine}.together.{name}"] = torch.cat([part.flatten() for part in parts])
                for own, theirs in _NAMES.items():
                    state[f"{mine}.{own}.{name}"] = weights[f"{its}.{theirs}.{kind}"]
        shapes = {name: weight.shape for name, weight in self.state_dict().items()}
        shaped = {name: weight.view(shapes[name]) for name, weight in state.items()}
        self.load_state_dict(shaped, strict=False)

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


_NAMES = {
    "attended": "ao",
    "attended_norm": "aln",
    "inner": "fi",
    "outer": "fo",
    "norm": "oln",
}


class Single(nn.Module):
    """The network for one passage, in the form that is exported: nothing is padded."""

    def __init__(self, network: PassageNetwork) -> None:
        """Take over a network's weights."""
        super().__init__()
        self.network = network

    def forward(self, vectors: Tensor, types: Tensor, means: Tensor) -> Sequence[Tensor]:
        """Judge a passage.

        Args:
            vectors: The vectors of its words, shape (1, length, width).
            types: 1 for the tokens of sentences, shape (1, length).
            means: For each piece what each token counts in its mean, shape (pieces, length).

        Returns:
            Log-odds of each piece, shape (pieces,); logits of each token, shape (length, 3); and
            log-odds of the passage, shape (1,).
        """
        network = self.network
        states = network.states(vectors, types, None)[0]
        whole = states[:1]
        each = torch.cat([whole.expand(means.shape[0], -1), means @ states], dim=1)
        return network.piece(each).squeeze(1), network.token(states), network.passage(whole)[0]
