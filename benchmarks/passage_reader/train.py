"""Train the passage reader on what `mine` wrote, on a processor or a GPU, for a time that is given.

    python -m benchmarks.passage_reader.train --data FOLDER --out FOLDER --minutes N
        [--layers 0 1 2 3 4 5] [--device cuda] [--batch N] [--rate N]

The learning rate falls over the last part of the time, so that every run ends in a network that
can be used; started again, a run goes on from the checkpoint in --out with a new time. Every ten
minutes `checkpoint.pt` is written, and a line of `curve.jsonl` from groups that are never trained
on: P@1 of sentences, exact spans, AUROC of answerability, and how often the right passage gets more
with its own question than with a twin of it. `network.pt` holds the same weights alone, in 16 bits.

The folder of data is all that a machine needs beside this repository: see `README.md`.
"""

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from sklearn.metrics import roc_auc_score
from torch import Tensor

from benchmarks.passage_reader.arrays import GOLD, NEGATIVE, OWN, TWIN, Data, Example
from benchmarks.passage_reader.bases import packed
from benchmarks.passage_reader.losses import Labels, Weights, parts
from benchmarks.passage_reader.network import Batch, Judged, PassageNetwork, Shape
from benchmarks.passage_reader.passages import LONGEST
from benchmarks.passage_reader.spans import best_span

# What share of the groups each set gives
SHARES = {
    "squad2": 0.22,
    "squad1": 0.14,
    "qed": 0.14,
    "structured": 0.12,
    "reddit": 0.05,
    "amazon": 0.05,
    "tweetqa": 0.03,
    "fever": 0.07,
    "contractnli": 0.03,
    "cuad": 0.06,
    "policyqa": 0.04,
    "tatqa": 0.02,
    "jaquad": 0.05,
    "arcd": 0.02,
    "cmrc": 0.02,
}
_UNANSWERABLE = 0.4  # share of a set's groups, where it has so many
_STEP = 32  # lengths are multiples of it: each new length costs memory and time
_TOKENS = 16_384  # in a part of a batch on a GPU
_console = Console(stderr=True, width=160)


@dataclass(frozen=True, slots=True)
class Mix:
    """How a group is drawn; shares are from 0 to 1.

    Attributes:
        negatives: Wrong passages in a group at most.
        removed: Share of answered groups whose right passages are left out.
        other: Share of questions that are put with errors.
        bare: Share of groups without the words above their passages.
        right: Right passages in a group at most.
        twins: Share of groups whose twin, if there is one, is put in.
    """

    negatives: int = 2
    removed: float = 0.12
    other: float = 0.15
    bare: float = 0.15
    right: int = 2
    twins: float = 0.7


HELD = Mix(negatives=3, removed=0, other=0, bare=0, twins=1)


def draw(data: Data, group: int, mix: Mix, rng: random.Random) -> list[Example]:
    """Return rows of a group."""
    rows = list(data.rows(group))
    kinds = data.kinds
    wrong = [row for row in rows if kinds[row] == NEGATIVE][: mix.negatives + 1]
    wrong = rng.sample(wrong, min(len(wrong), mix.negatives))
    right = [row for row in rows if kinds[row] == GOLD][: mix.right]
    twins = [row for row in rows if kinds[row] == TWIN]
    others = [row for row in rows if kinds[row] == OWN]
    if right and wrong and rng.random() < mix.removed:
        right = twins = []
    if rng.random() >= mix.twins:
        twins = []
    other, context = rng.random() < mix.other, rng.random() >= mix.bare
    return [
        data.example(group, row, other=other, context=context)
        for row in [*right, *twins, *others, *wrong]
    ]


def stream(data: Data, rng: random.Random, skip: int = 0, by_size: float = 0.0) -> Iterator[int]:
    """Draw groups for ever, each set in its share, none again before all like it were drawn.

    Args:
        data: The data.
        rng: Source of chance.
        skip: How many to leave out, which were drawn before.
        by_size: How much a set's size counts beside its share, from 0 to 1: in a run of many
            passes small sets would be learnt by heart.
    """
    kinds: dict[tuple[str, bool], list[int]] = defaultdict(list)
    for group in range(len(data)):
        if not data.held_out[group]:
            kinds[data.names[data.sets[group]], data.is_answered(group)].append(group)
    names = [name for name in SHARES if name in data.names]
    sizes = [len(kinds[name, True]) + len(kinds[name, False]) for name in names]
    shares = [
        SHARES[name] ** (1 - by_size) * (size / sum(sizes)) ** by_size
        for name, size in zip(names, sizes, strict=True)
    ]
    at: dict[tuple[str, bool], int] = defaultdict(int)
    while True:
        (name,) = rng.choices(names, shares)
        absent = bool(kinds[name, False]) and rng.random() < _UNANSWERABLE
        kind = (name, not absent)
        groups = kinds[kind]
        group = groups[at[kind] % len(groups)]
        at[kind] += 1
        if skip:
            skip -= 1
        else:
            yield group


def batched(
    groups: Sequence[Sequence[Example]], padding: int, most_tokens: int, device: torch.device
) -> tuple[list[Batch], Labels]:
    """Return a step's groups as batches of rows of like length, and the labels in their order."""
    rows = [(number, row) for number, group in enumerate(groups) for row in group]
    rows.sort(key=lambda pair: len(pair[1].ids))
    cut: list[list[tuple[int, Example]]] = []
    padded = 0
    for number, row in rows:
        length = min(LONGEST, -(-len(row.ids) // _STEP) * _STEP)
        if not cut or length != padded or (len(cut[-1]) + 1) * length > most_tokens:
            cut.append([])
            padded = length
        cut[-1].append((number, row))
    batches = [_batch([row for _, row in some], padding, device) for some in cut]
    return batches, _labels([pair for some in cut for pair in some], device)


def _batch(rows: Sequence[Example], padding: int, device: torch.device) -> Batch:
    length = min(LONGEST, -(-max(len(row.ids) for row in rows) // _STEP) * _STEP)
    words = np.full((len(rows), length), padding, np.int64)
    owners = np.zeros((len(rows), length), np.int64)
    present = np.zeros((len(rows), length), np.bool_)
    whose: list[int] = []
    for number, row in enumerate(rows):
        words[number, : len(row.ids)] = row.ids
        present[number, : len(row.ids)] = True
        for start, end in row.places:
            whose.append(number)
            owners[number, start:end] = len(whose)
    to = _mover(device)
    types = (owners > 0).astype(np.int64)
    return Batch(to(words), to(types), to(present), to(owners), to(np.array(whose, np.int64)))


def _labels(rows: Sequence[tuple[int, Example]], device: torch.device) -> Labels:
    groups: list[int] = []
    marked: list[bool] = []
    passages: list[int] = []
    owners: list[int] = []
    marks: list[NDArray[np.float32]] = []
    for number, row in rows:
        labels = row.labels
        passages.append(1 if (labels == 1).any() else -1 if (labels == -1).any() else 0)
        for (start, end), spans in zip(row.places, row.spans, strict=True):
            owners += [len(groups)] * (end - start)
            mine = np.zeros((end - start, 3), np.float32)
            for first, stop in spans:
                mine[first, 0] = mine[stop - 1, 1] = 1
                mine[first:stop, 2] = 1
            marks.append(mine)
            groups.append(number)
            marked.append(bool(spans))
    to = _mover(device)
    return Labels(
        to(np.array(groups, np.int64)),
        to(np.concatenate([row.labels for _, row in rows]).astype(np.int64)),
        to(np.concatenate([row.teacher for _, row in rows])),
        to(np.array(owners, np.int64)),
        to(np.concatenate(marks)),
        to(np.array(marked, np.bool_)),
        to(np.array(passages, np.int64)),
    )


def _mover(device: torch.device) -> Callable[[NDArray[Any]], Tensor]:
    def move(array: NDArray[Any]) -> Tensor:
        tensor = torch.from_numpy(array)
        if device.type == "cpu":
            return tensor
        return tensor.pin_memory().to(device, non_blocking=True)

    return move


class Training:
    """A network with what is needed to train it further."""

    def __init__(self, options: argparse.Namespace, data: Data) -> None:
        """Go on from the checkpoint in the folder if it is there."""
        self.device = torch.device(options.device)
        self.step = self.groups = 0
        self.minutes = 0.0
        self._options = options
        self._checkpoint: Path = options.out / "checkpoint.pt"
        state: dict[str, Any] = {}
        if self._checkpoint.exists():
            state = torch.load(self._checkpoint, weights_only=True, map_location="cpu")
        start = packed(options.data, state["shape"]["layers"] if state else options.layers)
        shape = Shape(**state["shape"]) if state else start.shape
        self.network = PassageNetwork(shape, options.dropout)
        if state:
            self.network.load_state_dict(state["network"])
        else:
            self.network.begin_with(start.weights)
        self.network.to(self.device)
        kind = torch.bfloat16 if self.device.type == "cuda" else torch.float32
        self._words = torch.from_numpy(start.words).to(self.device, kind)
        fused = {"fused": True}
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lr=options.rate,
            betas=(0.9, 0.98),
            weight_decay=0.01,
            **fused,
        )
        if state:
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.groups = state["step"], state["groups"]
            self.minutes = state["minutes"]

    def learn(self, batches: Sequence[Batch], labels: Labels, rate: float) -> dict[str, Tensor]:
        """Take one step and return the parts of its loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.network.train()
        found = parts(self.judge(batches), labels, Weights())
        torch.stack(list(found.values())).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        return {name: part.detach() for name, part in found.items()}

    def judge(self, batches: Sequence[Batch]) -> Judged:
        """Judge all batches of a step."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            judged = [self.network(self._words[batch.words], batch) for batch in batches]
        return Judged(*(torch.cat(part) for part in zip(*judged, strict=True)))

    def save(self) -> None:
        """Write the checkpoint aside, then put it in place of the older one."""
        state = {
            **self.network.state(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "groups": self.groups,
            "minutes": self.minutes,
        }
        aside = self._checkpoint.with_suffix(".new")
        torch.save(state, aside)
        aside.replace(self._checkpoint)

    def publish(self) -> None:
        """Write the weights alone, in 16 bits."""
        target: Path = self._options.out / "network.pt"
        torch.save(self.network.state(torch.float16), target.with_suffix(".new"))
        target.with_suffix(".new").replace(target)


@torch.inference_mode()
def evaluate(training: Training, data: Data, groups: Sequence[int]) -> dict[str, float]:
    """Return what the network makes of groups that it wasn't trained on."""
    training.network.eval()
    rng = random.Random(0)
    first, exact, best, answered, pairs = [], [], [], [], []
    for start in range(0, len(groups), 8):
        drawn = [draw(data, group, HELD, rng) for group in groups[start : start + 8]]
        for rows in drawn:
            batches, labels = batched([rows], data.specials.padding, _TOKENS, training.device)
            judged = training.judge(batches)
            ordered = sorted(rows, key=lambda row: len(row.ids))
            twin = torch.tensor([row.kind == TWIN for row in ordered for _ in row.places])
            logits, right = judged.pieces.cpu(), labels.right.cpu()
            mine, known = logits[~twin], right[~twin]
            is_answered = bool((known == 1).any())
            answered.append(is_answered)
            best.append(float(mine[known >= 0].max()))
            if not is_answered:
                continue
            first.append(bool(known[mine.masked_fill(known < 0, -1e4).argmax()] == 1))
            if twin.any():
                gold = logits[~twin & (right == 1)].max()
                pairs.append(bool(gold > logits[twin].max()))
            tokens, owners = judged.tokens.cpu(), labels.owners.cpu()
            marks = labels.marks.cpu()
            for piece in labels.marked.cpu().nonzero().flatten().tolist():
                begin, end = best_span(tokens[owners == piece].numpy())
                inside = marks[owners == piece]
                exact.append(bool(inside[begin, 0] and inside[end, 1]))
    return {
        "p_at_1": round(fmean(first), 4),
        "span_exact": round(fmean(exact), 4),
        "auroc": round(float(roc_auc_score(answered, best)), 4) if len(set(answered)) > 1 else 0.0,
        "pairs": round(fmean(pairs), 4) if pairs else 0.0,
    }


def rate_factor(step: int, share: float, fall: float, warm_up: int) -> float:
    """Return what the learning rate is multiplied by: a warm-up by steps, then a fall by time.

    Args:
        step: Steps taken.
        share: Share of the run's time that is over.
        fall: Share of the time, its last part, over which the rate falls.
        warm_up: Steps over which it rises.
    """
    left = max(0.0, 1 - share) / fall
    return min(1.0, (step + 1) / warm_up) * (0.5 - 0.5 * math.cos(math.pi * min(1.0, left)))


def held_out_groups(data: Data, count: int) -> list[int]:
    """Return groups that are never trained on: of each set alike, and of both kinds."""
    rng = random.Random(0)
    by_set = defaultdict(list)
    for group in np.flatnonzero(data.held_out).tolist():
        by_set[data.sets[group]].append(group)
    each = max(1, count // max(1, len(by_set)))
    return [group for some in by_set.values() for group in rng.sample(some, min(each, len(some)))]


def main() -> None:
    """Train for the time that is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder `mine` wrote to")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--minutes", type=float, required=True, help="time to train for")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--threads", type=int, default=1, help="of the processor")
    parser.add_argument("--layers", type=int, nargs="+", default=list(range(6)))
    parser.add_argument("--batch", type=int, default=8, help="questions in a step")
    parser.add_argument("--rate", type=float, default=1.5e-4, help="greatest learning rate")
    parser.add_argument("--warm-up", type=int, default=100, help="steps over which it rises")
    parser.add_argument("--fall", type=float, default=0.4, help="share of the time it falls over")
    parser.add_argument("--by-size", type=float, default=0.0, help="0 to 1: see `stream`")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--negatives", type=int, default=2, help="wrong passages in a group")
    parser.add_argument("--every", type=float, default=10, help="minutes between checkpoints")
    parser.add_argument("--held-out", type=int, default=140, help="groups for the curve")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    data = Data(options.data)
    training = Training(options, data)
    with ThreadPoolExecutor(1) as pool:
        _train(training, data, options, pool)


def _train(
    training: Training, data: Data, options: argparse.Namespace, pool: ThreadPoolExecutor
) -> None:
    groups = stream(data, random.Random(options.seed), training.groups, options.by_size)
    rng = random.Random(options.seed * 1_000_003 + training.step)
    mix = Mix(negatives=options.negatives)
    most = _TOKENS if options.device == "cuda" else 4096

    def following() -> tuple[list[Batch], Labels]:
        drawn = [draw(data, next(groups), mix, rng) for _ in range(options.batch)]
        return batched(drawn, data.specials.padding, most, training.device)

    held_out = held_out_groups(data, options.held_out)
    begin = saved = time.monotonic()
    before = training.minutes
    sums: dict[str, Tensor] = {}
    count = 0
    ahead = pool.submit(following)
    share = 0.0
    while share < 1:
        batches, labels = ahead.result()
        ahead = pool.submit(following)
        rate = options.rate * rate_factor(training.step, share, options.fall, options.warm_up)
        for name, part in training.learn(batches, labels, rate).items():
            sums[name] = sums[name] + part if name in sums else part
        count += 1
        training.groups += options.batch
        now = time.monotonic()
        training.minutes = before + (now - begin) / 60
        share = (now - begin) / 60 / options.minutes
        if now - saved > 60 * options.every or share >= 1:
            line: dict[str, float] = {"step": training.step, "groups": training.groups}
            line |= {"minutes": round(training.minutes, 1), "rate": float(f"{rate:.3g}")}
            line |= {name: round(float(total) / count, 4) for name, total in sums.items()}
            line |= evaluate(training, data, held_out)
            _console.print(line)
            with (options.out / "curve.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            training.save()
            training.publish()
            sums, count, saved = {}, 0, time.monotonic()


if __name__ == "__main__":
    main()
