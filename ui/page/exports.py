"""Conversations over HTTP, at `/api/conversations`: handed over by the page, and as files."""

import asyncio
import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path, Query, Request
from pydantic import ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from index import Corpus, PagePicture, RetrievalError, page_picture
from ui.limits import PICTURED
from ui.page.conversation import MOST_TURNS, Conversations, Held, from_browser, to_browser
from ui.page.evidence import Look, as_html, folder_of, look_of, quoted_of, state_of
from ui.page.saved import as_json, as_markdown, saved
from ui.protection.admission import Admission
from ui.protection.clients import client_of, while_connected
from ui.protection.public_message import public_message
from ui.served import Served
from ui.translation.catalogue import Words, mark
from ui.translation.languages import words_for_call

Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_KINDS = {"md": "text/markdown", "json": "application/json", "html": "text/html"}
_CLOSED = mark("This conversation is no longer open. Reload its page.")


def create_router(
    corpora: Served | Corpus,
    conversations: Conversations,
    admission: Admission,
    *,
    local: bool = False,
) -> APIRouter:
    """Return the routes by which the page hands over its conversations, and saves them.

    Args:
        corpora: Where the passages are from.
        conversations: What is held of the conversations.
        admission: Decides whose turn it is.
        local: Whether only this computer is served, so that files may say where a corpus lies.
    """
    served = Served.of(corpora)
    router = APIRouter(prefix="/api", include_in_schema=False)

    @router.post("/conversations")
    async def hand_over(request: Request) -> dict[str, str]:
        """Take a conversation that the browser kept, and return the name it is held under."""
        try:
            held = await asyncio.to_thread(from_browser, await request.body())
        except ClientDisconnect as error:
            raise HTTPException(413, mark("This conversation is too large.")) from error
        except ValidationError as error:
            raise HTTPException(422, mark("What the browser kept is no conversation.")) from error
        name = secrets.token_hex(16)
        conversations.put(name, held)
        return {"name": name}

    @router.get("/conversations/{name}.{kind}")
    async def save(
        request: Request, name: Name, kind: Literal["md", "json", "html"], weaker: bool = False
    ) -> Response:
        """Return a conversation as a file: Markdown, JSON, or HTML with the pages that it cites."""
        held, words = _held(conversations, name), words_for_call(request.headers)
        if kind == "html":
            client = client_of(request)
            pack = _evidence(served, admission, held, client, words, weaker=weaker, local=local)
            text = await while_connected(request, pack)
        elif kind == "md":
            text = await asyncio.to_thread(as_markdown, held, weaker=weaker, words=words)
        else:
            text = await asyncio.to_thread(as_json, held, weaker=weaker)
        return Response(
            text.encode("utf-8", "replace"),
            media_type=_KINDS[kind],
            headers={"content-disposition": f'attachment; filename="verbatim-conversation.{kind}"'},
        )

    @router.get("/conversations/{name}")
    def conversation(
        request: Request, name: Name, last: Annotated[int, Query(ge=0, le=MOST_TURNS)] = 1
    ) -> dict[str, list[dict[str, Any]]]:
        """Return what the browser keeps of a conversation, the last turns as a whole."""
        words = words_for_call(request.headers)
        return {"turns": to_browser(_held(conversations, name), last, words)}

    return router


def _held(conversations: Conversations, name: str) -> Held:
    held = conversations.get(name)
    if held is None:
        raise HTTPException(404, _CLOSED)
    return held


async def _evidence(
    served: Served,
    admission: Admission,
    held: Held,
    client: str,
    words: Words,
    *,
    weaker: bool,
    local: bool,
) -> str:
    """Return a conversation as HTML; each page of it is drawn when the client's turn has come."""
    turns = list(saved(held, weaker=weaker))
    passages = [passage for turn in turns for passage in turn.answer.passages]
    quoted = {quoted_of(passage): passage for passage in passages}
    states = await asyncio.to_thread(
        lambda: {key: state_of(passage, served) for key, passage in quoted.items()}
    )
    looks: dict[Look, PagePicture | str] = {}
    for passage in passages:
        look = look_of(passage)
        stands = states[quoted_of(passage)] == "same"
        if look is None or look in looks or not stands:
            continue
        if len(looks) < PICTURED.most:
            looks[look] = await _drawn(served, admission, look, client, words)
        else:
            looks[look] = words.text(
                "Only the first {number} pages are shown as pictures.", number=PICTURED.most
            )
    one_of_each = {passage.corpus: passage for passage in passages}
    folders = {
        name: folder_of(passage, served, local=local) for name, passage in one_of_each.items()
    }
    return await asyncio.to_thread(as_html, held.title, turns, states, looks, folders, words)


async def _drawn(
    served: Served, admission: Admission, look: Look, client: str, words: Words
) -> PagePicture | str:
    """Return a page as it looks, or why it can't be shown."""
    try:
        corpus, *place = look
        return await admission.run(lambda: page_picture(served.one(corpus), *place), client)
    except RetrievalError as error:
        why = words.sentence(public_message(error)[1])
        return words.text("The page can't be shown: {reason}", reason=why)
