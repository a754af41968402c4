"""From the logits of a sentence's tokens to the words that are marked."""

import numpy as np
from numpy.typing import NDArray

_LONGEST = 40  # tokens of an answer: e5 cuts words finer than MiniLM


def best_span(tokens: NDArray[np.float32]) -> tuple[int, int]:
    """Return first and last token of the span whose ends' logits have the greatest sum.

    Args:
        tokens: Logits of being first, last and inside of an answer, shape (tokens, 3).
    """
    if not len(tokens):
        return 0, 0
    sums = tokens[:, :1] + tokens[None, :, 1]
    allowed = np.tril(np.triu(np.ones_like(sums)), _LONGEST - 1)
    first, last = divmod(int(np.where(allowed, sums, -np.inf).argmax()), len(tokens))
    return first, last
