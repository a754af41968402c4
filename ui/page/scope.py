"""The documents that a question is limited to, as the page sends them."""

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from index import Corpus, UnknownDocument
from ui.limits import CHOSEN

_GONE = (
    "The documents that your questions were limited to are no longer in the corpus. "
    "Ask again to search all documents."
)
_IDS = TypeAdapter(
    Annotated[list[Annotated[int, Field(ge=0, le=2**62)]], Field(max_length=CHOSEN.most)]
)


def chosen_in(sent: object) -> list[int]:
    """Return the ids in what the page sends, JSON; none if it is anything else."""
    try:
        return _IDS.validate_json(sent if isinstance(sent, str) else "", strict=True)
    except ValidationError:
        return []


def limited_to(chosen: list[int], corpus: Corpus) -> tuple[list[int] | None, int]:
    """Return which documents to search, and how many others there are.

    A document that was removed meanwhile is left out: `ui/page/scope.js` takes its label away.

    Args:
        chosen: Ids of documents; none of them to search all.
        corpus: Where they are.

    Returns:
        The ids of those that are there, or None for all documents; and the number of the others.

    Raises:
        UnknownDocument: None of those that were chosen is there any more.
    """
    if not chosen:
        return None, 0
    with corpus.snapshot() as state:
        there = state.existing_documents(chosen)
        count = state.document_count
    if not there:
        raise UnknownDocument(_GONE)
    return sorted(there), count - len(there)
