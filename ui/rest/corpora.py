"""Which corpus a request means: `corpus` in its query, needed only where several are served."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from index import Corpus
from ui.rest.errors import RESPONSES
from ui.served import Served

_LONGEST = 500  # characters of a name; that of a folder has 255 at most, and one above it as many
_ONE = "Name of the corpus; needed where several are served."
_ALL = "Name of a corpus; without it all are meant."
Name = Annotated[str | None, Query(max_length=_LONGEST, description=_ONE)]
NameOrNone = Annotated[str | None, Query(max_length=_LONGEST, description=_ALL)]


def serving(served: Served) -> Any:  # noqa: ANN401 - what FastAPI has for it has no type
    """Return the dependency of a router by which its routes know the corpora."""

    async def give(request: Request) -> None:
        request.state.served = served

    return Depends(give)


async def _one(request: Request, corpus: Name = None) -> Corpus:
    served: Served = request.state.served
    return served.one(corpus)


async def _each(request: Request, corpus: NameOrNone = None) -> dict[str, Corpus]:
    served: Served = request.state.served
    return served.chosen(corpus)


InCorpus = Annotated[Corpus, Depends(_one)]
InCorpora = Annotated[dict[str, Corpus], Depends(_each)]


def create_router(served: Served) -> APIRouter:
    """Return the route under `/api` that lists the corpora."""
    router = APIRouter(prefix="/api", tags=["documents"], responses=RESPONSES)

    @router.get("/corpora")
    def corpora() -> list[dict[str, Any]]:
        """Return the corpora that are served: what `corpus` takes, and how much each holds.

        `state` is another number after each change of its documents.
        """
        found = []
        for name, corpus in served.corpora.items():
            with corpus.snapshot() as state:
                count = {"documents": state.document_count, "sentences": state.sentence_count}
            found.append({"name": name, **count, "state": corpus.change_count})
        return found

    return router
