"""`retrieve`: from a question to the passages that were found for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from index import DENSE, HYBRID, LEXICAL, BadSetting, Corpus, EmptyQuestion
from qa.answers import Passage
from qa.corpora import open_corpus
from qa.passages import LONGEST_PASSAGE, make_passages

Mode = Literal["hybrid", "dense", "lexical"]
_WEIGHTS = {"hybrid": HYBRID, "dense": DENSE, "lexical": LEXICAL}
MAX_K = 1000


def retrieve(
    question: str,
    k: int = 5,
    corpus: Corpus | Path | str | None = None,
    documents: Sequence[int | str] | None = None,
    *,
    mode: Mode = "hybrid",
) -> list[Passage]:
    """Return the passages that fit a question best, best first, word for word.

    Sentences are searched by meaning (dense) and by words (BM25, over the sentence and over its
    neighbourhood), and the three scores are fused. Sentences found that stand side by side make
    one passage. Safe to call from several threads.

    Args:
        question: Any text but an empty one.
        k: How many passages to return, 1 to 1,000; a small corpus may give fewer.
        corpus: Folder of a corpus, or an open one; by default the one of VERBATIM_CORPUS, or the
            user's own, which begins with the article that comes with Verbatim.
        documents: Search these only: ids, names or titles. None searches all, an empty list none.
        mode: `hybrid`, or one kind of search alone: `dense` or `lexical`.

    Returns:
        At most `k` passages. None overlaps another.

    Raises:
        EmptyQuestion: The question holds nothing but white space.
        BadSetting: `k` or `mode` is out of range.
        UnknownDocument: The corpus lacks one of `documents`.
        CorpusNotFound: There is no corpus in the folder given.
        ModelUnavailable: The corpus's model can't be loaded.
    """
    if not question.strip():
        raise EmptyQuestion("The question is empty. Ask something, such as: Who is Jeremy Hunt?")
    if not 1 <= k <= MAX_K:
        raise BadSetting(f"k is {k}; it has to be from 1 to {MAX_K}.")
    if mode not in _WEIGHTS:
        raise BadSetting(f"mode is {mode!r}; it has to be one of {', '.join(_WEIGHTS)}.")
    with open_corpus(corpus).snapshot() as state:
        hits = state.search(
            question,
            limit=LONGEST_PASSAGE * k,
            weights=_WEIGHTS[mode],
            document_ids=None if documents is None else state.find_documents(documents),
        )
        return make_passages(state, hits, k)
