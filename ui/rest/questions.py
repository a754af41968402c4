"""Questions over HTTP: the same answers as from Python, as JSON."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.responses import JSONResponse, Response

from qa import Answer, Mode, Passage, ReaderName, ask, retrieve
from ui.limits import API_PASSAGES, BATCH, CHOSEN
from ui.protection.admission import Admission, Visit
from ui.protection.clients import client_of, while_connected
from ui.rest.errors import RESPONSES
from ui.schema import CorpusKey, DocumentKey, History, QuestionText, Where, said
from ui.served import Served
from ui.translation.languages import words_for_call

Result = TypeVar("Result")

MAX_BATCH = BATCH.most
_ANSWER = TypeAdapter(Answer)


class Search(BaseModel):
    """Where and how to search."""

    model_config = ConfigDict(extra="forbid")

    k: int = Field(5, ge=1, le=API_PASSAGES.most, description="How many passages to return.")
    documents: list[DocumentKey] | None = Field(
        None,
        max_length=CHOSEN.most,
        description="Search only these documents: ids, names or titles, of several corpora with "
        "the corpus before it: `CORPUS/NAME`, `CORPUS/id:7`. Null searches all.",
    )
    where: Where | None = Field(
        None, description="What limits the search, beside `documents` and the question itself."
    )
    mode: Mode = Field("hybrid", description="`dense` and `lexical` use one kind of search only.")
    reader: ReaderName | None = Field(
        None, description="`none` ranks by the search alone: faster, without a confidence."
    )
    min_confidence: Annotated[float, Field(strict=True, ge=0, le=1)] | None = Field(
        None,
        description="The least confidence with which a passage answers. Null takes the server's.",
    )

    corpus: CorpusKey | list[CorpusKey] | None = Field(
        None,
        description="Where several corpora are served: the name of one, or a list of names. Null "
        "searches all.",
    )

    def settings(self, served: Served) -> dict[str, Any]:
        """Return them as `qa`'s functions take them.

        Raises:
            BadSetting: There is no corpus of one of the names.
            BadFilter: `where` can't be understood.
        """
        given = self.model_dump(include=set(Search.model_fields))
        limits = None if self.where is None else self.where.filter()
        return {**given, "corpus": served.asked(self.corpus), "where": limits}


class Question(Search):
    """A question, and what was asked before it."""

    question: QuestionText
    history: History = ()


class Retrieval(Search):
    """A question taken as it is."""

    question: QuestionText


class Questions(Search):
    """Questions that don't lean on each other."""

    questions: Annotated[list[QuestionText], Field(min_length=1, max_length=MAX_BATCH)]


def create_router(served: Served, admission: Admission) -> APIRouter:
    """Return the routes that answer questions over one corpus or several."""
    router = APIRouter(prefix="/api", tags=["questions"], responses=RESPONSES)

    async def in_turn(request: Request, work: Callable[[], Result]) -> Result:
        return await while_connected(request, admission.run(work, client_of(request)))

    @router.post("/ask", response_model=Answer)
    async def ask_(request: Request, body: Question) -> Answer | Response:
        """Answer a question with passages, word for word, best first.

        `answered` says whether the first passage seems to answer; `query` what was searched for.
        """
        settings = body.settings(served)
        answer = await in_turn(request, lambda: ask(body.question, said(body.history), **settings))
        told = words_for_call(request.headers).sentence(answer.message)
        if told == answer.message:
            return answer
        # For the page, which compares messages in English and shows them in its own language
        return JSONResponse({**_ANSWER.dump_python(answer, mode="json"), "told": told})

    @router.post("/ask/batch")
    async def ask_batch_(request: Request, body: Questions) -> list[Answer]:
        """Answer up to 100 questions, all over the same state of the corpus.

        Each waits for its turn: other clients' questions are answered in between.
        """

        async def work() -> list[Answer]:
            async with admission.visit(client_of(request), bulk=True) as visit:
                return await _ask_batch(body, served, visit)

        return await while_connected(request, work())

    @router.post("/retrieve")
    async def retrieve_(request: Request, body: Retrieval) -> list[Passage]:
        """Return the passages found for a question, best first."""
        settings = body.settings(served)
        return await in_turn(request, lambda: retrieve(body.question, **settings))

    return router


async def _ask_batch(body: Questions, served: Served, visit: Visit) -> list[Answer]:
    """Answer questions one after another, each in a seat of its own, over one state."""
    settings = body.settings(served)
    corpora = served.chosen(body.corpus).values()
    # A state belongs to the thread that reads it, so all of them are asked in the same one
    thread, state = ThreadPoolExecutor(1, "batch"), ExitStack()
    try:
        for corpus in corpora:
            opening = thread.submit(state.enter_context, corpus.snapshot())
            await asyncio.wrap_future(opening)
        return [
            await visit.run(lambda text=text: ask(text, **settings), thread)  # type: ignore[misc]
            for text in body.questions
        ]
    finally:
        thread.submit(state.close)  # after what it may still be at
        thread.shutdown(wait=False)
