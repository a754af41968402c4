"""Make a narrower reader of a trained one: the heads and neurons that matter most are kept.

    python -m benchmarks.reader.narrow --checkpoint FILE --groups FOLDER --out FILE

What a head or neuron matters is how much the loss would change without it, by its gradient, on
groups of SQuAD. The narrow network has ReLU for its activation. It is of no use before it was
trained: `benchmarks.reader.train --start FILE --teacher CHECKPOINT`.
"""

import argparse
import random
from pathlib import Path
from typing import Any

import torch
from rich.progress import track
from tokenizers import Tokenizer
from torch import Tensor, nn

from benchmarks.reader.examples import HELD_OUT, Encoder, Group, Maker, Mix, read_groups
from benchmarks.reader.lexicon import Lexicon
from benchmarks.reader.losses import own_loss
from benchmarks.reader.network import ReaderNetwork, Width
from index import minilm_folder

_NARROW = Width(heads=8, neurons=768, activation="relu")
_BATCHES, _BATCH = 100, 6


def main() -> None:
    """Write the narrow network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="of the wide network")
    parser.add_argument("--groups", type=Path, required=True, help="folder `mine` wrote to")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    folder = minilm_folder()
    maker = Maker(Encoder(Tokenizer.from_file(str(folder / "tokenizer.json"))), Lexicon(folder))
    mined = read_groups(options.groups / "squad.jsonl")
    mined = mined[: int(len(mined) * (1 - HELD_OUT))]
    rng = random.Random(1)
    places = rng.sample(range(len(mined)), _BATCHES * _BATCH)
    groups = [group for place in places if (group := maker.group(mined, place, Mix(), rng))]
    wide = ReaderNetwork.load(options.checkpoint)
    torch.save(narrow(wide, weigh(wide, groups), _NARROW).state(), options.out)


def weigh(network: ReaderNetwork, groups: list[Group]) -> list[tuple[Tensor, Tensor]]:
    """Return for each layer what its heads and its neurons matter, shapes (heads,), (neurons,)."""
    layers: list[Any] = list(network.bert.encoder.layer)
    weights = [
        (_effects(layer.attention.output.dense), _effects(layer.output.dense)) for layer in layers
    ]
    for start in track(range(0, len(groups), _BATCH), "Weighing"):
        loss = own_loss(network, groups[start : start + _BATCH])
        loss.backward()  # type: ignore[no-untyped-call]
    return [(heads.view(network.width.heads, -1).sum(1), neurons) for heads, neurons in weights]


def _effects(linear: nn.Linear) -> Tensor:
    """Return sums that grow by each input's product with its gradient whenever that is computed."""
    total = torch.zeros(linear.in_features)

    def watch(_linear: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        values = inputs[0].detach()

        def count(gradient: Tensor) -> None:
            total.add_((values * gradient).float().flatten(0, -2).abs().sum(0))

        if inputs[0].requires_grad:
            inputs[0].register_hook(count)  # type: ignore[no-untyped-call]

    linear.register_forward_pre_hook(watch)
    return total


def narrow(
    network: ReaderNetwork, weights: list[tuple[Tensor, Tensor]], width: Width
) -> ReaderNetwork:
    """Return a copy with the heads and neurons of the greatest weights in each layer."""
    result = ReaderNetwork(width)
    state: dict[str, Tensor] = network.state_dict()
    for number, (heads, neurons) in enumerate(weights):
        layer = f"bert.encoder.layer.{number}"
        size = state[f"{layer}.attention.self.query.weight"].shape[0] // len(heads)
        kept = _best(heads, width.heads)
        inside = (kept[:, None] * size + torch.arange(size)).flatten()
        for name in ("query", "key", "value"):
            _keep(state, f"{layer}.attention.self.{name}", inside)
        _keep_inputs(state, f"{layer}.attention.output.dense", inside)
        inside = _best(neurons, width.neurons)
        _keep(state, f"{layer}.intermediate.dense", inside)
        _keep_inputs(state, f"{layer}.output.dense", inside)
    result.load_state_dict(state)
    return result


def _best(weights: Tensor, count: int) -> Tensor:
    return weights.topk(count).indices.sort().values


def _keep(state: dict[str, Tensor], linear: str, outputs: Tensor) -> None:
    for kind in ("weight", "bias"):
        state[f"{linear}.{kind}"] = state[f"{linear}.{kind}"][outputs]


def _keep_inputs(state: dict[str, Tensor], linear: str, inputs: Tensor) -> None:
    state[f"{linear}.weight"] = state[f"{linear}.weight"][:, inputs]


if __name__ == "__main__":
    main()
