"""What the reader sees: a question, a candidate sentence, and the sentences around it, as tokens.

`[CLS] question [SEP] candidate [SEP] before [SEP] after [SEP]`; the candidate stands first and is
marked by its token type, so that the model knows which sentence it scores. A sentence that is
longer than the model takes is read window by window.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

# The most tokens of each part, as the reader was trained; for others it has to be trained anew. Of
# 5,665 questions of SQuAD none has more than 37, and 99.5 % of its sentences have 96 at most. Half
# of the sentence before was worse (P@1 .726 in place of .746, 1,000 tokens read among a million
# sentences); with less of the one after, more sentences are read, which is better.
QUESTION, CANDIDATE, BEFORE, AFTER = 40, 96, 32, 12
LONGEST_ANSWER = 30  # tokens: 99.8 % of SQuAD's answers are no longer; a wrong end marks no more
_OVERLAP = 32  # tokens of neighbouring windows: more than an answer has, so one holds all of it


class Tokens(Protocol):
    """A text as token ids, with the place of each token in the text."""

    @property
    def ids(self) -> Sequence[int]:
        """The token ids, without [CLS] and [SEP]."""

    @property
    def offsets(self) -> Sequence[tuple[int, int]]:
        """Where each token begins and ends in the text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as tokens, their places still those in the whole text."""

    ids: Sequence[int]
    offsets: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """One sequence for the model.

    Attributes:
        ids: Token ids.
        types: 1 for the candidate's tokens, 0 for all others.
        first: Index of the candidate's first token.
        offsets: Where each of the candidate's tokens begins and ends in its text.
    """

    ids: list[int]
    types: list[int]
    first: int
    offsets: Sequence[tuple[int, int]]


def reader_input(
    question: Tokens, candidate: Tokens, before: Tokens, after: Tokens, *, cls: int, sep: int
) -> ReaderInput:
    """Put the parts together; what is too long is cut on the side away from the candidate.

    Args:
        question: The question.
        candidate: The sentence to be scored.
        before: The sentence before it; empty if it is the first.
        after: The sentence after it; empty if it is the last.
        cls: Id of [CLS].
        sep: Id of [SEP].
    """
    head = [cls, *question.ids[:QUESTION], sep]
    scored = list(candidate.ids[:CANDIDATE])
    around = [sep, *before.ids[-BEFORE:], sep, *after.ids[:AFTER], sep]
    return ReaderInput(
        ids=[*head, *scored, *around],
        types=[0] * len(head) + [1] * len(scored) + [0] * len(around),
        first=len(head),
        offsets=candidate.offsets[:CANDIDATE],
    )


def windows(
    candidate: Tokens, before: Tokens, after: Tokens
) -> Iterator[tuple[Tokens, Tokens, Tokens]]:
    """Yield what is read of a sentence at a time: all of it, or windows evenly spread over it.

    Args:
        candidate: The sentence to be scored.
        before: The sentence before it.
        after: The sentence after it.

    Yields:
        A piece of the sentence that the model takes whole, and what stands before and after it:
        for the first and the last piece the sentences around, else the sentence's own words.
    """
    ids, offsets = candidate.ids, candidate.offsets
    if len(ids) <= CANDIDATE:
        yield candidate, before, after
        return
    steps = math.ceil((len(ids) - CANDIDATE) / (CANDIDATE - _OVERLAP))
    for step in range(steps + 1):
        start = step * (len(ids) - CANDIDATE) // steps
        end = start + CANDIDATE
        yield (
            Piece(ids[start:end], offsets[start:end]),
            Piece(ids[:start], offsets[:start]) if step else before,
            Piece(ids[end:], offsets[end:]) if step < steps else after,
        )
