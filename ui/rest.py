"""What the page and other programs read over HTTP: the documents and their text."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query

from index import Corpus, UnknownDocument

MOST_SENTENCES = 400  # in one answer


def create_router(corpus: Corpus) -> APIRouter:
    """Return the routes under `/api` for a corpus."""
    router = APIRouter(prefix="/api")

    @router.get("/documents/{document_id}")
    def document(
        document_id: Annotated[int, Path(ge=1, le=2**62)],
        first: Annotated[int, Query(ge=1, le=2**31)] = 1,
        count: Annotated[int, Query(ge=1, le=MOST_SENTENCES)] = 200,
    ) -> dict[str, Any]:
        """Return a document's description and `count` of its sentences from number `first`."""
        with corpus.snapshot() as state:
            try:
                found = state.document(document_id)
            except UnknownDocument as error:
                raise HTTPException(404, "This document is no longer in the corpus.") from error
            sentences = state.sentences_of(document_id, first, first + count - 1)
        return {
            "id": found.id,
            "title": found.title,
            "name": found.name,
            "format": found.format,
            "sha256": found.sha256,
            "sentences": found.sentences,
            "pages": len(found.page_starts),
            "parts": [
                {
                    "number": sentence.number,
                    "paragraph": sentence.paragraph,
                    "page": found.page(sentence.start),
                    "start": sentence.start,
                    "end": sentence.end,
                    "text": sentence.text,
                }
                for sentence in sentences
            ],
        }

    return router
