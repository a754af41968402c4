"""Conversations as files to take away, at `/api/conversations`."""

from typing import Literal

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from ui.page.conversation import Conversations, as_json, as_markdown


def create_router(conversations: Conversations) -> APIRouter:
    """Return the route that gives a conversation, for the links below it."""
    router = APIRouter(prefix="/api", include_in_schema=False)

    @router.get("/conversations/{name}.{kind}")
    def conversation(name: str, kind: Literal["md", "json"]) -> Response:
        """Return a conversation as a file: Markdown with quotations and sources, or JSON."""
        turns = conversations.get(name)
        if turns is None:
            raise HTTPException(404, "This conversation is no longer open. Reload its page.")
        text = as_markdown(turns) if kind == "md" else as_json(turns)
        return Response(
            text.encode("utf-8", "replace"),
            media_type="text/markdown" if kind == "md" else "application/json",
            headers={"content-disposition": f'attachment; filename="verbatim-conversation.{kind}"'},
        )

    return router
