"""What a question is limited to, as the page sends it: documents, and the corpora they are in."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from index import Corpus, UnknownDocument
from ui.limits import CHOSEN
from ui.schema import CorpusKey
from ui.served import Asked, Served
from ui.translation.catalogue import mark

_GONE = mark(
    "The documents that your questions were limited to are no longer in the corpus. "
    "Ask again to search all documents."
)
_Ids = Annotated[list[Annotated[int, Field(ge=0, le=2**62)]], Field(max_length=CHOSEN.most)]


class Scope(BaseModel):
    """What is searched.

    Attributes:
        documents: Ids of documents of one corpus; none of them for all.
        corpus: Name of the corpus, where several are served; None for all of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    documents: _Ids = []
    corpus: CorpusKey | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """What a scope means by now.

    Attributes:
        corpora: What `qa.ask` is to search.
        documents: Ids of documents in it; None for all.
        others: How many documents are not searched.
    """

    corpora: Asked
    documents: list[int] | None
    others: int


# A list of ids is what the page sends of one corpus
_SENT: TypeAdapter[Scope | list[int]] = TypeAdapter(Scope | _Ids)


def scope_in(sent: object) -> Scope:
    """Return what the page sends, JSON; everything if it is anything else."""
    try:
        found = _SENT.validate_json(sent if isinstance(sent, str) else "", strict=True)
    except ValidationError:
        return Scope()
    return found if isinstance(found, Scope) else Scope(documents=found)


def limited_to(scope: Scope, served: Served) -> Searched:
    """Return what is to be searched, and how many documents are not.

    A document that was removed meanwhile is left out: `ui/page/scope.js` takes its label away.

    Raises:
        UnknownDocument: None of those that were chosen is there any more.
        BadSetting: There is no such corpus, or documents are chosen and it isn't said of which.
    """
    corpora = served.asked(scope.corpus)
    chosen = served.chosen(scope.corpus).values()
    elsewhere = sum(_count(one) for one in served.corpora.values() if one not in chosen)
    if not scope.documents:
        return Searched(corpora, None, elsewhere)
    with served.one(scope.corpus).snapshot() as state:
        there = state.existing_documents(scope.documents)
        count = state.document_count
    if not there:
        raise UnknownDocument(_GONE)
    return Searched(corpora, sorted(there), elsewhere + count - len(there))


def _count(corpus: Corpus) -> int:
    with corpus.snapshot() as state:
        return state.document_count
