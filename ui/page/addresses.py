"""The address of a passage: `/d/DOCUMENT#START-END-SHA256`.

It names characters of a document as long as its text has that hash. What is behind the `#` stays in
the browser: the page's script opens the document there, or says that it has changed.
"""

from typing import TYPE_CHECKING, Annotated

from qa import Passage, Place

if TYPE_CHECKING:
    from fastapi import APIRouter


def address_of(cited: Passage | Place) -> str:
    """Return the address of words in a document, without the server's name."""
    return f"/d/{cited.document.id}#{cited.start}-{cited.end}-{cited.sha256}"


def create_router() -> "APIRouter":
    """Return the route that leads from a passage's address to the page."""
    from fastapi import APIRouter, Path  # the command line needs addresses, and no web
    from starlette.responses import RedirectResponse, Response

    router = APIRouter(include_in_schema=False)

    @router.get("/d/{document_id}")
    def passage(document_id: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
        """Lead to the page, to which the browser passes on what is behind the `#`."""
        return RedirectResponse(f"/?document={document_id}", 303)

    return router
