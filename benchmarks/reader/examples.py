"""Training groups as batches of token sequences."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from benchmarks.reader.perturb import careless, names, unanswerable
from qa.reader_input import ReaderInput, reader_input

_NEIGHBOURHOOD = 50  # groups on either side whose names may replace a name in a question


@dataclass(frozen=True, slots=True)
class Mix:
    """How a group is made from a mined one; shares are from 0 to 1.

    Attributes:
        candidates: Sentences in a group.
        unanswerable: Share of groups whose question is changed so that nothing answers.
        removed: Share of groups whose right sentence is left out.
        careless: Share of questions typed carelessly.
    """

    candidates: int = 4
    unanswerable: float = 0.2
    removed: float = 0.05
    careless: float = 0.15


@dataclass(frozen=True, slots=True)
class Group:
    """Sequences for one question; if `answered`, the first is the right one.

    Attributes:
        inputs: The sequences.
        answered: Whether the first sequence's sentence answers.
        span: First and last token of the answer in that sequence, counted in the sequence; None
            if unknown.
    """

    inputs: list[ReaderInput]
    answered: bool
    span: tuple[int, int] | None


class Encoder:
    """Tokenises each text once."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        ids = tokenizer.get_vocab()
        self._cls, self._sep = ids["[CLS]"], ids["[SEP]"]

    def __call__(self, question: str, candidate: dict[str, Any]) -> ReaderInput:
        """Return the sequence for a question and a mined candidate."""
        texts = (question, candidate["text"], candidate["before"], candidate["after"])
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return reader_input(*encoded, cls=self._cls, sep=self._sep)


def read_groups(path: Path) -> list[dict[str, Any]]:
    """Read a file that `benchmarks.reader.mine` wrote."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def make_group(
    mined: Sequence[dict[str, Any]], place: int, encode: Encoder, mix: Mix, rng: random.Random
) -> Group | None:
    """Make a training group of the mined group at `place`, or None if it lacks wrong sentences."""
    source = mined[place]
    question, answered = source["question"], True
    chance = rng.random()
    if chance < mix.unanswerable:
        near = mined[max(0, place - _NEIGHBOURHOOD) : place + _NEIGHBOURHOOD]
        others = [name for group in near for name in names(group["question"])]
        changed = unanswerable(question, others, rng)
        question, answered = changed or question, changed is None
    with_right = not mix.unanswerable <= chance < mix.unanswerable + mix.removed
    if rng.random() < mix.careless:
        question = careless(question, rng)
    right = rng.choice(source["right"])
    count = mix.candidates - with_right
    hard = source["wrong"][:4]
    rest = source["wrong"][4:]
    wrong = rng.sample(hard, min(len(hard), (count + 1) // 2))
    wrong += rng.sample(rest, min(len(rest), count - len(wrong)))
    if not wrong:
        return None
    first = encode(question, right)
    inputs = [*([first] if with_right else []), *(encode(question, item) for item in wrong)]
    answered = answered and with_right
    return Group(inputs, answered, _token_span(first, right["answer"]) if answered else None)


def batches(
    groups: Iterator[Group], size: int, window: int, rng: random.Random
) -> Iterator[list[Group]]:
    """Yield batches of groups of like length, so that little of a batch is padding.

    Args:
        groups: The groups, in the order they were drawn.
        size: Groups in a batch.
        window: Batches that are sorted by length together, then shuffled.
        rng: Source of chance.
    """
    held: list[Group] = []
    for group in groups:
        held.append(group)
        if len(held) == size * window:
            yield from _by_length(held, size, rng)
            held = []


def _by_length(groups: list[Group], size: int, rng: random.Random) -> list[list[Group]]:
    ordered = sorted(groups, key=lambda group: max(len(item.ids) for item in group.inputs))
    cut = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    rng.shuffle(cut)
    return cut


def _token_span(item: ReaderInput, answer: Sequence[int]) -> tuple[int, int] | None:
    start, end = answer
    inside = [
        index for index, (left, right) in enumerate(item.offsets) if left < end and right > start
    ]
    if not inside or item.offsets[-1][1] < end:
        return None
    return item.first + inside[0], item.first + inside[-1]
