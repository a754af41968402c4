"""What the page's events do, called as Gradio calls them."""

import asyncio
from types import SimpleNamespace

import pytest

from ui.page.conversation import Conversations
from ui.protection.admission import Admission

pytestmark = pytest.mark.slow


def test_an_answer_is_made_ready_for_its_page_beside_the_event_loop(corpus):
    from ui.page.events import Handlers  # slow, so not while tests are collected

    kept = []

    class Watched(Conversations):
        def put(self, name, turns):
            with pytest.raises(RuntimeError, match="no running event loop"):
                asyncio.get_running_loop()
            kept.append(turns[-1].question)
            return super().put(name, turns)

    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    handlers = Handlers(corpus, Watched(), Admission())

    async def ask() -> list[tuple]:
        return [shown async for shown in handlers.respond("Which pears?", [], "", None, None)]

    _, (_, turns, _, name, browser, links) = asyncio.run(ask())

    assert kept == ["Which pears?"]
    assert turns[0].answer.passages[0].text == "Pears are green."
    assert "Pears are green." in browser
    assert f"/api/conversations/{name}.md" in links


def test_pages_opened_and_left_do_not_fill_the_memory(corpus):
    from gradio.state_holder import StateHolder

    from ui.page.layout import build_page

    async def visit() -> StateHolder:
        sessions = StateHolder()
        sessions.set_blocks(build_page(corpus, Conversations(), Admission()))
        for number in range(300):
            assert sessions[str(number)]
        return sessions

    sessions = asyncio.run(visit())

    assert len(sessions.session_data) == 200
    assert "299" in sessions


def test_an_answer_that_comes_after_the_conversation_was_cleared_is_not_shown(corpus):
    from ui.page.events import Handlers

    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    handlers = Handlers(corpus, Conversations(), Admission())
    page, other = (SimpleNamespace(session_hash=name, client=None) for name in ("page", "other"))

    async def ask(cleared) -> list[tuple]:
        shown = []
        async for outputs in handlers.respond("Which pears?", [], "", None, page):
            shown.append(outputs)
            if len(shown) == 1:
                handlers.clear(cleared)
        return shown

    _, (chat, turns, box, name, browser, links) = asyncio.run(ask(page))
    assert (chat.value, turns, name, browser, links) == ([], [], "", "[]", "")
    assert box.interactive

    _, (_, turns, *_) = asyncio.run(ask(other))
    assert turns[0].answer.passages[0].text == "Pears are green."
