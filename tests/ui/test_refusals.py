"""Requests that are refused at the door: a person at the page reads why in their language."""

import httpx
import pytest

from tests.ui.test_exposure import TOKEN
from ui.limits import BODY
from ui.protection.crowd import Crowd
from ui.protection.exposure import Exposure
from ui.protection.guard import Guard
from ui.protection.rate_limit import RateLimit
from ui.protection.token import TokenGate

OF_PAGE = {"verbatim-language": "de"}
# Gradio's script sends no header of ours, but the browser's own
OF_GRADIO = {"accept-language": "de-DE", "cookie": "a=b"}
PROGRAM = {"accept-language": "de-DE", "cookie": "verbatim-language=de"}


async def nothing(scope, receive, send) -> None:
    """Answer nothing: what is refused doesn't come here."""


DOORS = {
    "rate": (lambda: RateLimit(nothing, 1), "Zu viele Anfragen von Ihrer Adresse."),
    "one": (lambda: Crowd(nothing, of_one=0), "Zu viele gleichzeitige Anfragen von Ihrer"),
    "all": (lambda: Crowd(nothing, most=0), "Zu viele gleichzeitige Anfragen. Versuchen"),
    "size": (lambda: Guard(nothing), "Die Anfrage ist zu groß."),
    "token": (lambda: TokenGate(nothing, TOKEN, secure=True), "Sie sind nicht mehr angemeldet."),
}


async def detail(app, path, headers) -> str:
    """Return why a request is refused, however often it has to be sent for that."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        for _ in range(2):
            try:
                content = b"x" * (BODY.most + 1)
                answer = await client.post(path, headers=headers, content=content)
            except AssertionError:  # it came through, to where nothing answers
                continue
        return answer.json()["detail"]


@pytest.mark.parametrize("door", DOORS)
def test_a_refusal_is_in_the_language_of_the_page_and_for_programs_in_english(door):
    import asyncio

    make, german = DOORS[door]
    for path, headers in (("/api/ask", OF_PAGE), ("/gradio_api/queue/join", OF_GRADIO)):
        assert asyncio.run(detail(make(), path, headers)).startswith(german)
    english = asyncio.run(detail(make(), "/api/ask", PROGRAM))
    assert english.isascii()
    assert english.split()[0] in {"Too", "The", "Authentication"}


def test_a_program_without_the_token_is_told_of_the_header_and_a_page_to_sign_in(start, corpus):
    url = start(corpus, exposure=Exposure(token=TOKEN))
    for headers, words in (
        ({}, "Authorization: Bearer TOKEN"),
        ({"verbatim-language": "en"}, "Reload the page, then sign in."),
    ):
        answer = httpx.get(f"{url}/api/documents", headers=headers)

        assert answer.status_code == 401
        assert words in answer.json()["detail"]
