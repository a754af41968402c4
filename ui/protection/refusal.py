"""Requests that are refused before any route sees them, and why: in the language of the page."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Scope

from ui.translation.catalogue import ENGLISH, Words
from ui.translation.languages import HEADER, words_for, words_for_call

_OF_GRADIO = "/gradio_api/"  # whose script asks in the page's name, without the header of ours


def from_page(scope: Scope) -> bool:
    """Tell whether a request is one of the page's scripts: a person reads why it is refused."""
    return HEADER in Headers(scope=scope) or scope["path"].startswith(_OF_GRADIO)


def refused(
    scope: Scope, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Return the answer to a request that is refused.

    Args:
        scope: The request.
        status: Of HTTP.
        detail: Why, in English; the page gets it in its language, programs as it is.
        headers: Of the answer.
    """
    return JSONResponse({"detail": _words(scope).sentence(detail)}, status, headers)


def _words(scope: Scope) -> Words:
    if not from_page(scope):
        return ENGLISH
    headers = Headers(scope=scope)
    return words_for_call(headers) if HEADER in headers else words_for(headers)
