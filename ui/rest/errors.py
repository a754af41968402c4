"""Errors as programs get them: a status, and JSON that says what to do."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import Response

from index import RetrievalError, UnknownDocument
from ui.protection.admission import Busy, TooMany
from ui.protection.guard import METHODS
from ui.protection.public_message import public_message
from ui.translation.catalogue import mark
from ui.translation.languages import is_from_page, words_for_call


class Complaint(BaseModel):
    """What is wrong with one part of a request.

    Attributes:
        where: The part: `body.k`, `query.first`.
        message: What is wrong with it.
    """

    where: str
    message: str


class Refusal(BaseModel):
    """Why a request was not answered, and what to do."""

    detail: str


class InvalidRequest(BaseModel):
    """What is wrong with a request."""

    detail: list[Complaint]


RESPONSES: dict[int | str, dict[str, Any]] = {
    **{
        status: {"model": Refusal, "description": description}
        for status, description in {
            400: "Invalid request.",
            401: "Authentication required.",
            403: "The request comes from another site.",
            404: "No such document or conversation.",
            409: "Another program is writing to the corpus, or the corpus is full.",
            413: "The request is too large.",
            429: "Too many requests from one client; retry after `Retry-After` seconds.",
            503: "Too many requests (see `Retry-After`), or the corpus can't be used.",
            507: "The disk is full.",
        }.items()
    },
    422: {"model": InvalidRequest, "description": "A parameter is missing or out of range."},
}
_SOON = {"retry-after": "2"}  # seconds
_LISTING = "GET /api/documents lists those that are there."
# For a person at the page, which named the document: it was there
_GONE = mark("This document is no longer in the corpus.")


def install_error_handlers(app: FastAPI) -> None:
    """Let an application answer with what can be told of an error, and nothing else."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        complaints = [
            {"where": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
            for item in error.errors()
        ]
        return _response(422, complaints)

    # Sentences for a person are in the language of the page that asks; for programs in English
    @app.exception_handler(Busy)
    async def busy(request: Request, error: Busy) -> Response:
        detail = words_for_call(request.headers).sentence(str(error))
        return _response(429 if isinstance(error, TooMany) else 503, detail, _SOON)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        detail = error.detail
        if isinstance(detail, str):
            detail = words_for_call(request.headers).sentence(detail)
        return _response(error.status_code, detail, error.headers)

    @app.exception_handler(OSError)
    @app.exception_handler(RetrievalError)
    @app.exception_handler(Exception)
    async def other(request: Request, error: Exception) -> Response:
        if isinstance(error, UnknownDocument) and is_from_page(request.headers):
            return _response(404, words_for_call(request.headers).text(_GONE))
        status, message = public_message(error, _LISTING)
        return _response(status, words_for_call(request.headers).sentence(message))


def refuse_the_rest(app: FastAPI) -> None:
    """Answer what no route under /api does, rather than leave it to the page at the root."""
    served = [
        (route.path_regex, route.methods or set())
        for route in app.routes
        if isinstance(route, APIRoute) and route.include_in_schema
    ]

    async def refuse(request: Request) -> Response:
        allowed = [methods for path, methods in served if path.match(request.url.path)]
        if allowed:
            allow = {"allow": ", ".join(sorted(set.union(*allowed)))}
            return _response(405, "Method not allowed.", allow)
        return _response(404, "Not found. /api/docs lists the routes.")

    for path in ("/api/{rest:path}", "/healthz"):
        app.router.add_route(path, refuse, list(METHODS), include_in_schema=False)


def _response(status: int, detail: object, headers: Mapping[str, str] | None = None) -> Response:
    """Return JSON in ASCII: a detail may repeat half a surrogate pair."""
    text = json.dumps({"detail": detail})
    return Response(text, status, media_type="application/json", headers=headers)
