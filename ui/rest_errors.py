"""Errors as programs get them: a status, and JSON that says what to do."""

import json

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from index import RetrievalError
from ui.admission import Busy
from ui.messages import public_message

_SOON = {"retry-after": "2"}  # seconds


def tell_errors(app: FastAPI) -> None:
    """Let an application answer with what can be told of an error, and nothing else."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        found = [
            {"where": ".".join(str(part) for part in item["loc"]), "message": item["msg"]}
            for item in error.errors()
        ]
        return _response(422, found)

    @app.exception_handler(Busy)
    async def busy(_: Request, error: Busy) -> Response:
        return _response(503, str(error), _SOON)

    @app.exception_handler(RetrievalError)
    async def foreseen(_: Request, error: RetrievalError) -> Response:
        status, message = public_message(error)
        return _response(status, message)

    @app.exception_handler(Exception)
    async def unforeseen(_: Request, error: Exception) -> Response:
        status, message = public_message(error)
        return _response(status, message)


def _response(status: int, detail: object, headers: dict[str, str] | None = None) -> Response:
    """Return JSON in ASCII: a detail may repeat half a surrogate pair."""
    text = json.dumps({"detail": detail})
    return Response(text, status, media_type="application/json", headers=headers)
