"""Pages of documents as pictures, over HTTP: the source as it looks, with the words marked."""

from base64 import b64encode
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from index import Corpus, page_picture
from ui.protection.admission import Admission
from ui.protection.clients import client_of, while_connected
from ui.rest.corpora import InCorpus, serving
from ui.rest.documents import DocumentId
from ui.rest.errors import RESPONSES
from ui.served import Served

_Offset = Annotated[int, Query(ge=0, le=2**31)]


def create_router(served: Served | Corpus, admission: Admission) -> APIRouter:
    """Return the route under `/api` that shows pages."""
    router = APIRouter(
        prefix="/api",
        tags=["documents"],
        responses=RESPONSES,
        dependencies=[serving(Served.of(served))],
    )

    @router.get("/documents/{document_id}/pages/{number}")
    async def page(
        request: Request,
        corpus: InCorpus,
        document_id: DocumentId,
        number: Annotated[int, Path(ge=1, le=2**31)],
        start: _Offset = 0,
        end: _Offset = 0,
    ) -> dict[str, Any]:
        """Return a page of a PDF as it looks, a PNG in base64, and where words stand on it.

        `boxes` has a rectangle for each line of the text from `start` to `end`, in shares of the
        page's width and height from its top left corner. Only of documents whose file is kept.
        """
        # Drawing keeps a core busy, as a question does
        picture = await while_connected(
            request,
            admission.run(
                lambda: page_picture(corpus, document_id, number, start, end),
                client_of(request),
            ),
        )
        return {
            "page": number,
            "pages": picture.pages,
            "width": picture.width,
            "height": picture.height,
            "boxes": [asdict(box) for box in picture.boxes],
            "png": b64encode(picture.png).decode(),
        }

    return router
