"""What the network is trained for: the labels, and to rank sentences as a teacher does."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.passage_reader.network import Judged

# Wrong sentences are many, and a group counts as much as another
_WRONG = 1 / 3
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of the loss counts; the ranking of a group's sentences counts 1."""

    piece: float = 0.5
    ends: float = 0.35
    inside: float = 0.35
    passage: float = 0.3
    teacher: float = 0.7


class Labels(NamedTuple):
    """The labels of a step's pieces, tokens and rows, all groups together.

    Attributes:
        groups: For each piece its group, shape (pieces,).
        right: For each piece 1, 0 or -1, shape (pieces,).
        teacher: For each piece the teacher's log-odds, NaN if unknown, shape (pieces,).
        owners: For each token its piece, shape (tokens,).
        marks: For each token whether it is the first of an answer, the last, and inside of one,
            shape (tokens, 3).
        marked: For each piece whether its answers' words are known, shape (pieces,).
        passages: For each row 1, 0 or -1, shape (rows,).
    """

    groups: Tensor
    right: Tensor
    teacher: Tensor
    owners: Tensor
    marks: Tensor
    marked: Tensor
    passages: Tensor


def parts(judged: Judged, labels: Labels, weights: Weights) -> dict[str, Tensor]:
    """Return the parts of the loss, each already weighted; their sum is to be made less."""
    count = int(labels.groups.max()) + 1
    logits = judged.pieces
    known = labels.right >= 0
    right = labels.right == 1
    # One more candidate, of log-odds 0, stands for "none": with it the ranking tells, too, whether
    # any sentence answers
    total = _log_sum(logits, labels.groups, count, known, with_none=True)
    good = _log_sum(logits, labels.groups, count, right, with_none=False)
    answered = torch.zeros(count, device=logits.device).index_add(0, labels.groups, right.float())
    ranking = (total - torch.where(answered > 0, good, 0.0)).mean()

    costs = functional.binary_cross_entropy_with_logits(logits, right.float(), reduction="none")
    costs = costs * torch.where(right, 1.0, _WRONG) * known
    found = {"rank": ranking, "piece": weights.piece * costs.sum() / count}

    row_known = labels.passages >= 0
    found["passage"] = weights.passage * _mean(
        functional.binary_cross_entropy_with_logits(
            judged.passages, (labels.passages == 1).float(), reduction="none"
        ),
        row_known,
    )

    pieces = len(logits)
    mine = labels.marked[labels.owners]
    ends = [
        _mean(
            _log_sum(judged.tokens[:, side], labels.owners, pieces, mine, with_none=False)
            - _log_sum(
                judged.tokens[:, side],
                labels.owners,
                pieces,
                labels.marks[:, side] > 0,
                with_none=False,
            ),
            labels.marked,
        )
        for side in (0, 1)
    ]
    found["ends"] = weights.ends * (ends[0] + ends[1])
    inside = functional.binary_cross_entropy_with_logits(
        judged.tokens[:, 2], labels.marks[:, 2], reduction="none"
    )
    found["inside"] = weights.inside * _mean(inside, mine)

    taught = ~labels.teacher.isnan() & (answered > 0)[labels.groups]
    aim = torch.where(taught, labels.teacher.nan_to_num(), _NEVER)
    aims = _log_sum(aim, labels.groups, count, taught, with_none=False)
    mine_ = _log_sum(logits, labels.groups, count, taught, with_none=False)
    share = (aim - aims[labels.groups]).exp() * taught
    gap = share * ((aim - aims[labels.groups]) - (logits - mine_[labels.groups]))
    found["teacher"] = weights.teacher * gap.sum() / count
    return found


def _mean(values: Tensor, those: Tensor) -> Tensor:
    return (values * those).sum() / those.sum().clamp(min=1)


def _log_sum(
    values: Tensor, groups: Tensor, count: int, those: Tensor, *, with_none: bool
) -> Tensor:
    """Return for each group the logarithm of the sum of exponentials of those of its values.

    Args:
        values: The values.
        groups: The group of each.
        count: How many groups there are.
        those: Which values count.
        with_none: Whether one more value, 0, counts in each group. Without it a group of none
            gives a very low number.
    """
    kept = torch.where(those, values, _NEVER)
    least = 0.0 if with_none else _NEVER
    most = torch.full((count,), least, device=values.device)
    most = most.scatter_reduce(0, groups, kept.detach(), "amax")
    sums = torch.zeros(count, device=values.device)
    sums = sums.index_add(0, groups, (kept - most[groups]).exp() * those)
    if with_none:
        sums = sums + (-most).exp()
    return most + sums.clamp(min=1e-30).log()
