"""Texts that are checked over HTTP: what the documents say of each sentence, as JSON."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from qa import CheckedText, ReaderName
from ui.limits import CHECKED_TEXT, CHOSEN
from ui.protection.admission import Admission
from ui.protection.clients import client_of, while_connected
from ui.rest.errors import RESPONSES
from ui.schema import CorpusKey, DocumentKey, Where, checked_in_turns
from ui.served import Served


class Draft(BaseModel):
    """A text to be checked."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(
        min_length=1,
        max_length=CHECKED_TEXT.most,
        description="Plain text, or Markdown.",
        examples=["Juan Guaido is 35 years old."],
    )
    documents: list[DocumentKey] | None = Field(
        None,
        max_length=CHOSEN.most,
        description="Check against these documents only: ids, names or titles, of several corpora "
        "with the corpus before it: `CORPUS/NAME`, `CORPUS/id:7`. Null takes all.",
    )
    where: Where | None = Field(None, description="What limits the documents.")
    corpus: CorpusKey | list[CorpusKey] | None = Field(
        None,
        description="Where several corpora are served: the name of one, or a list of names. Null "
        "takes all.",
    )
    reader: ReaderName | None = Field(
        None, description="`none` goes by words, figures and negations alone: faster, less sure."
    )


def create_router(served: Served, admission: Admission) -> APIRouter:
    """Return the route that checks texts against one corpus or several."""
    router = APIRouter(prefix="/api", tags=["questions"], responses=RESPONSES)

    @router.post("/check")
    async def check_(request: Request, body: Draft) -> CheckedText:
        """Tell for each sentence of a text what supports it in the documents, or what differs.

        `verdict` is `supported`, `differs` (both sides are in `differences`), `nothing`, or
        `skipped`: headings, questions, code and fragments. Each sentence waits for its turn.
        """
        work = checked_in_turns(
            admission,
            client_of(request),
            body.text,
            corpus=served.asked(body.corpus),
            documents=body.documents,
            where=None if body.where is None else body.where.filter(),
            reader=body.reader,
        )
        return await while_connected(request, work)

    return router
