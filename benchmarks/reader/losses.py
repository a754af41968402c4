"""What the reader's network is trained for: the labels, and to do as a network that teaches it."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.reader.examples import Group
from benchmarks.reader.network import ReaderNetwork
from benchmarks.reader.parallel import judge

_RELEVANCE = 0.1  # of a squared difference of logits, beside a layer's distance


def own_loss(network: ReaderNetwork, groups: Sequence[Group]) -> Tensor:
    """Return the loss of a network's judgement of groups."""
    return _label_loss(groups, *judge(network, [item for group in groups for item in group.inputs]))


def taught_loss(teacher: ReaderNetwork, network: ReaderNetwork, groups: Sequence[Group]) -> Tensor:
    """Return the loss together with the distance from what the teacher makes of the groups."""
    lesson = _Lesson(network, teacher)
    judged = judge(lesson, [item for group in groups for item in group.inputs])
    return _label_loss(groups, *judged) + lesson.distance()


class _Lesson:
    """Judges batches by a network, and keeps how far that is from what its teacher does."""

    def __init__(self, network: ReaderNetwork, teacher: ReaderNetwork) -> None:
        self._network, self._teacher = network, teacher
        self._distances: list[Tensor] = []

    def __call__(self, ids: Tensor, types: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Judge a batch as the network does."""
        layers = self._network.layers(ids, types, mask)
        with torch.no_grad():
            aims = self._teacher.layers(ids, types, mask)
            relevance, span = self._teacher.judge(aims[-1], types)
        judged = self._network.judge(layers[-1], types)
        present = mask.bool()
        distance = torch.stack(
            [
                (mine[present].float() - its[present].float()).square().mean()
                / its[present].float().square().mean()
                for mine, its in zip(layers[1:], aims[1:], strict=True)
            ]
        ).sum()
        gap = (judged[0].float() - relevance.float()).square().mean()
        ends = functional.kl_div(
            judged[1].float().log_softmax(1),
            span.float().log_softmax(1),
            log_target=True,
            reduction="sum",
        )
        self._distances.append(distance + _RELEVANCE * gap + ends / (2 * len(ids)))
        return judged

    def distance(self) -> Tensor:
        """Return the mean distance over the batches: of layers, relevance and ends together."""
        return torch.stack(self._distances).mean()


def _label_loss(groups: Sequence[Group], relevance: Tensor, spans: Sequence[Tensor]) -> Tensor:
    """Return softmax over each group + cross-entropy of each sentence + the answer's two ends."""
    rankings, ends = [], []
    right = torch.zeros(len(relevance))
    row = 0
    for group in groups:
        logits = relevance[row : row + len(group.inputs)]
        if group.answered:
            right[row] = 1.0
            rankings.append(functional.cross_entropy(logits, torch.tensor(0)))
            if group.span:
                ends += [
                    functional.cross_entropy(spans[row][:, side], torch.tensor(group.span[side]))
                    for side in (0, 1)
                ]
        row += len(group.inputs)
    loss = functional.binary_cross_entropy_with_logits(relevance, right)
    if rankings:
        loss = loss + torch.stack(rankings).mean()
    return loss + 0.7 * torch.stack(ends).mean() if ends else loss
