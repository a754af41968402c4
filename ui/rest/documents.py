"""Documents over HTTP, for the page and other programs: seen, added, removed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from starlette.responses import Response, StreamingResponse

from index import Corpus, Document
from qa import Passage, Proof
from ui.limits import CHOSEN, DOCUMENTS, SHOWN_HEADINGS, SHOWN_SENTENCES
from ui.protection.admission import Admission
from ui.protection.clients import client_of, while_connected
from ui.protection.guard import MAX_TEXT
from ui.protection.viewing import viewed_as, viewing_headers
from ui.rest.changes import Change, Changes
from ui.rest.corpora import InCorpora, InCorpus, serving
from ui.rest.errors import RESPONSES
from ui.rest.listing import listed
from ui.rest.uploads import add_text, check_room, receive
from ui.schema import (
    MOST_CHARACTERS,
    DocumentKey,
    DocumentText,
    Occurrences,
    described,
    described_source,
    find_quotation,
    of_corpus,
    part_of,
    proof_of_quotation,
    read_text,
)
from ui.served import Served
from ui.translation.catalogue import Words
from ui.translation.languages import words_for_call

MOST_SENTENCES = SHOWN_SENTENCES.most
_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file as it is.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "minLength": 1}}},
    }
}
_STEPS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A line of JSON for each step, the outcome last.",
        "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
    }
}
_REPLACE = "Replace what was added under this name, rather than keep both."
FileName = Annotated[str, Query(max_length=4096)]
Replace = Annotated[bool, Query(description=_REPLACE)]
DocumentId = Annotated[int, Path(ge=1, le=2**62)]
DocumentNumber = Annotated[int, Field(ge=1, le=2**62)]


class Pasted(BaseModel):
    """A text that was pasted, and what to call it; by default its first words."""

    text: str = Field(min_length=1, max_length=MAX_TEXT)
    title: str = Field("", max_length=1000)
    replace: StrictBool = Field(False, description=_REPLACE)


class Quotation(BaseModel):
    """Words to be found in a document."""

    text: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    any_case: StrictBool = Field(False, description="Take capitals and small letters as the same.")


class Quoted(BaseModel):
    """A quotation by its address, with or without its words."""

    model_config = ConfigDict(extra="forbid")

    document: DocumentKey = Field(description="Id, name or title.")
    sha256: str = Field(pattern=r"^[0-9A-Fa-f]{64}$", description="Of the document's text.")
    start: int = Field(strict=True, ge=0, le=2**31)
    end: int = Field(strict=True, ge=0, le=2**31)
    text: str | None = Field(None, max_length=MOST_CHARACTERS)


class Several(BaseModel):
    """Documents, by their ids."""

    documents: list[Annotated[int, Field(strict=True, ge=1, le=2**62)]] = Field(
        min_length=1, max_length=DOCUMENTS.most
    )


def create_router(served: Served | Corpus, changes: Changes, admission: Admission) -> APIRouter:
    """Return the routes under `/api` for the documents of one corpus or several."""
    router = APIRouter(
        prefix="/api",
        tags=["documents"],
        responses=RESPONSES,
        dependencies=[serving(Served.of(served))],
    )
    _describing(router, admission)
    _reading(router)
    _adding(router, changes)
    return router


def _describing(router: APIRouter, admission: Admission) -> None:
    @router.get("/documents")
    def documents(
        request: Request,
        corpora: InCorpora,
        ids: Annotated[
            list[DocumentNumber] | None, Query(alias="id", max_length=CHOSEN.most)
        ] = None,
    ) -> list[dict[str, Any]]:
        """Return what is known of each document, without its text.

        `lang` is the code of its language in BCP 47, such as `de`; `und` if it isn't known. With
        `id`, which may be repeated, only those of these documents that are there. `bytes` is the
        size of the file, null where the corpus doesn't keep it; `folder` is where it was. Where
        several corpora are served, `corpus` is the name of its own: an id means another document
        in each.
        """
        words = words_for_call(request.headers)
        return [
            one
            for name, corpus in corpora.items()
            for one in of_corpus(name, _listed(corpus, ids, words))
        ]

    @router.get("/sources")
    def sources(corpora: InCorpora) -> list[dict[str, Any]]:
        """Return the folders and files that the corpus follows, by name, the folders first.

        `read` is when one was last looked through, in UTC; empty if it never was.
        """
        return [
            one
            for name, corpus in corpora.items()
            for one in of_corpus(
                name,
                map(
                    described_source,
                    sorted(corpus.sources(), key=lambda source: source.kind == "file"),
                ),
            )
        ]

    @router.get("/documents/{document_id}/overview")
    async def overview_(
        request: Request, corpus: InCorpus, document_id: DocumentId
    ) -> list[Passage]:
        """Return the passages that tell what a document is about, word for word."""
        served: Served = request.state.served
        # Its sentences are compared with each other: work as of a question
        return await while_connected(
            request,
            admission.run(lambda: served.overview(document_id, corpus), client_of(request)),
        )

    @router.get("/documents/{document_id}")
    def document(
        request: Request,
        corpus: InCorpus,
        document_id: DocumentId,
        first: Annotated[int, Query(ge=1, le=2**31)] = 1,
        count: Annotated[int, Query(ge=1, le=MOST_SENTENCES)] = 200,
        around: Annotated[int | None, Query(ge=0, le=2**31)] = None,
    ) -> dict[str, Any]:
        """Return a document's description and `count` of its sentences from number `first`.

        `around` is an offset: the sentences around it are returned instead. Offsets belong to the
        text of the `sha256` that is returned: where a citation has another one, the document has
        changed since.
        """
        with corpus.snapshot() as state:
            found = state.document(document_id)
            if around is not None:
                first = max(1, state.sentence_number_at(document_id, around) - count // 2)
            sentences = state.sentences_of(document_id, first, first + count - 1)
        served: Served = request.state.served
        (about,) = of_corpus(served.name_of(corpus), [described(found)])
        return {
            **about,
            "parts": [part_of(found, sentence) for sentence in sentences],
        }

    @router.get("/documents/{document_id}/headings")
    def headings(corpus: InCorpus, document_id: DocumentId) -> dict[str, Any]:
        """Return a document's first 2,000 headings, with their level, 1 to 6, and their place."""
        with corpus.snapshot() as state:
            found = state.document(document_id)
            parts = [
                part_of(found, heading)
                for heading in state.headings(document_id, SHOWN_HEADINGS.most)
            ]
        return {"title": found.title, "sha256": found.sha256, "headings": parts}


def _reading(router: APIRouter) -> None:
    @router.get("/documents/{document_id}/text")
    def text(
        corpus: InCorpus,
        document_id: DocumentId,
        start: Annotated[int, Query(ge=0, le=2**31)] = 0,
        length: Annotated[int, Query(ge=1, le=MOST_CHARACTERS)] = MOST_CHARACTERS,
    ) -> DocumentText:
        """Return `length` characters of a document's text from offset `start`.

        Offsets count Unicode code points. The SHA-256 is that of the whole text in UTF-8.
        """
        return read_text(corpus, document_id, start, length)

    @router.get("/documents/{document_id}/original", response_class=StreamingResponse)
    async def original(
        corpus: InCorpus, document_id: DocumentId, view: Annotated[bool, Query()] = False
    ) -> Response:
        """Return the file that a document is from, as it was added, to be saved.

        With `view`, PDFs, pictures and texts are returned to be shown in a browser: as what the
        file was found to be when it was read, whatever it is called.
        """
        found = await asyncio.to_thread(lambda: _document(corpus, document_id))
        sha256, size = await asyncio.to_thread(corpus.original_of, document_id)
        head = await asyncio.to_thread(corpus.original_part, sha256, 0)
        shown = viewed_as(found.format, head) if view else None

        async def parts() -> AsyncIterator[bytes]:
            part, number = head, 1  # by its hash: the document may be replaced meanwhile
            while part:
                yield part
                part = await asyncio.to_thread(corpus.original_part, sha256, number)
                number += 1

        name = quote(found.name.rpartition("/")[2], safe="")
        return StreamingResponse(
            parts(),
            headers={  # the media type too: else texts would be said to be UTF-8, whatever they are
                "content-type": shown or "application/octet-stream",  # which no browser runs
                "content-disposition": f"{'inline' if shown else 'attachment'}; "
                f"filename*=utf-8''{name}",
                "content-length": str(size),  # so that a file removed meanwhile is seen to be cut
                **(viewing_headers(shown) if shown else {}),
            },
        )

    @router.post("/documents/{document_id}/find")
    def find(corpus: InCorpus, document_id: DocumentId, body: Quotation) -> Occurrences:
        """Return where a quotation stands in a document as it is now, white space apart.

        For a citation whose document has changed since: the same words may stand elsewhere.
        """
        return find_quotation(corpus, document_id, body.text, any_case=body.any_case)

    @router.post("/verify")
    def verify(corpus: InCorpus, body: Quoted) -> Proof:
        """Prove that a quotation stands in a document, character by character, or say why not.

        Without `text` the words that stand there are returned. If they stand elsewhere by now,
        `elsewhere` has the offsets of the first places.
        """
        return proof_of_quotation(
            corpus, body.document, body.sha256, body.start, body.end, body.text
        )


def _adding(router: APIRouter, changes: Changes) -> None:
    async def queued_change(request: Request) -> AsyncIterator[Change]:
        """Give a change its place, until the response has been sent."""
        words = words_for_call(request.headers)
        async with changes.change(client_of(request), words) as change:
            yield change

    @router.post(
        "/documents", response_class=StreamingResponse, responses=_STEPS, openapi_extra=_FILE
    )
    async def upload(
        request: Request,
        corpus: InCorpus,
        name: FileName,
        change: Annotated[Change, Depends(queued_change)],
        replace: Replace = False,
    ) -> Response:
        """Add the file in the body; a line of JSON tells each step, the last one the outcome.

        `name` may begin with the folders it came in. A file of that name that holds something else
        is kept, and this one gets a number: `beside` of the outcome names those that are kept.
        """
        await asyncio.to_thread(check_room, corpus)
        file = await receive(request, name, change.folder.name, beside=not replace)
        steps = change.report(lambda progress: corpus.add([file], progress))
        return StreamingResponse(steps, media_type="application/x-ndjson")

    @router.post("/texts", response_class=StreamingResponse, responses=_STEPS)
    async def paste(
        corpus: InCorpus, pasted: Pasted, change: Annotated[Change, Depends(queued_change)]
    ) -> Response:
        """Add a text, and tell of it as of a file; another one of the same title is kept too."""
        await asyncio.to_thread(check_room, corpus)
        work = add_text(corpus, pasted.title, pasted.text, beside=not pasted.replace)
        return StreamingResponse(change.report(work), media_type="application/x-ndjson")

    @router.post("/removals")
    async def remove_several(
        corpus: InCorpus, several: Several, change: Annotated[Change, Depends(queued_change)]
    ) -> dict[str, list[int]]:
        """Remove documents, and what is attached to them, in one change; who is gone is left out.

        `removed` names those that were there.
        """
        return {"removed": await change.make(lambda: _remove(corpus, several.documents))}

    @router.delete("/documents/{document_id}")
    async def remove(
        corpus: InCorpus, document_id: DocumentId, change: Annotated[Change, Depends(queued_change)]
    ) -> dict[str, list[int]]:
        """Remove a document from the corpus; a file on the disk stays where it is."""
        return {"removed": await change.make(lambda: corpus.remove([document_id]))}


def _listed(corpus: Corpus, ids: list[int] | None, words: Words) -> list[dict[str, Any]]:
    with corpus.snapshot() as state:
        sizes = state.original_sizes()
        if ids is None:
            return [listed(document, sizes, words) for document in state.documents()]
        there = sorted(state.existing_documents(ids))
        return [listed(state.document(number), sizes, words) for number in there]


def _remove(corpus: Corpus, ids: list[int]) -> list[int]:
    with corpus.snapshot() as state:
        there = state.existing_documents(ids)
    return corpus.remove(sorted(there)) if there else []


def _document(corpus: Corpus, document_id: int) -> Document:
    with corpus.snapshot() as state:
        return state.document(document_id)
