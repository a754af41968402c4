"""The address of a passage: `/d/DOCUMENT#START-END-SHA256`, of several corpora with `?corpus=NAME`.

It names characters of a document as long as its text has that hash. What is behind the `#` stays in
the browser: the page's script opens the document there, or says that it has changed.
"""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

from qa import Passage, Place

if TYPE_CHECKING:
    from fastapi import APIRouter


def address_of(cited: Passage | Place, corpus: str = "") -> str:
    """Return the address of words in a document, without the server's name.

    Args:
        cited: The words.
        corpus: Name of the corpus, where several are served.
    """
    named = f"?corpus={quote(corpus, safe='')}" if corpus else ""
    return f"/d/{cited.document.id}{named}#{cited.start}-{cited.end}-{cited.sha256}"


def create_router() -> "APIRouter":
    """Return the route that leads from a passage's address to the page."""
    from fastapi import APIRouter, Path  # the command line needs addresses, and no web
    from starlette.responses import RedirectResponse, Response

    from ui.schema import CorpusKey

    router = APIRouter(include_in_schema=False)

    @router.get("/d/{document_id}")
    def passage(
        document_id: Annotated[int, Path(ge=1, le=2**62)], corpus: CorpusKey | None = None
    ) -> Response:
        """Lead to the page, to which the browser passes on what is behind the `#`."""
        named = f"&corpus={quote(corpus, safe='')}" if corpus else ""
        return RedirectResponse(f"/?document={document_id}{named}", 303)

    return router
