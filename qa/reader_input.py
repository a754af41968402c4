"""What the reader sees: a question, a candidate sentence, and the sentences around it, as tokens.

`[CLS] question [SEP] candidate [SEP] before [SEP] after [SEP]`; the candidate stands first and is
marked by its token type, so that the model knows which sentence it judges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

QUESTION, CANDIDATE, BEFORE, AFTER = 40, 96, 32, 12  # most tokens of each part


class Tokens(Protocol):
    """A text as token ids, with the place of each token in the text."""

    @property
    def ids(self) -> Sequence[int]:
        """The token ids, without [CLS] and [SEP]."""

    @property
    def offsets(self) -> Sequence[tuple[int, int]]:
        """Where each token begins and ends in the text."""


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
        candidate: The sentence to be judged.
        before: The sentence before it; empty if it is the first.
        after: The sentence after it; empty if it is the last.
        cls: Id of [CLS].
        sep: Id of [SEP].
    """
    head = [cls, *question.ids[:QUESTION], sep]
    judged = list(candidate.ids[:CANDIDATE])
    around = [sep, *before.ids[-BEFORE:], sep, *after.ids[:AFTER], sep]
    return ReaderInput(
        ids=[*head, *judged, *around],
        types=[0] * len(head) + [1] * len(judged) + [0] * len(around),
        first=len(head),
        offsets=candidate.offsets[:CANDIDATE],
    )
