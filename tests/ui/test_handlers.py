"""What the page's events do, called as Gradio calls them."""

import asyncio

import pytest

from ui.page.conversation import Conversations, Held, Turn
from ui.protection.admission import Admission

pytestmark = pytest.mark.slow


def test_an_answer_is_made_ready_for_its_page_beside_the_event_loop(corpus):
    from ui.page.events import Handlers  # slow, so not while tests are collected

    kept = []

    class Watched(Conversations):
        def put(self, name, held):
            kept.append(held.turns[-1].question)
            super().put(name, held)

    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    conversations = Watched()
    handlers = Handlers(corpus, conversations, Admission())
    shown = handlers._show

    def shown_beside(turns, words):
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        return shown(turns, words)

    handlers._show = shown_beside

    async def ask() -> list[tuple]:
        return [shown async for shown in handlers.respond("Which pears?", [], "", [], "", None)]

    _, (_, turns, _, told), _ = asyncio.run(ask())
    what, name, _ = told.split()

    assert kept == ["Which pears?"]
    assert turns[0].answer.passages[0].text == "Pears are green."
    assert what == "held"
    assert conversations.get(name) == Held(tuple(turns))


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


def test_an_answer_that_fails_takes_nothing_from_what_is_kept(corpus, monkeypatch):
    from ui.page.events import Handlers

    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    conversations = Conversations()
    handlers = Handlers(corpus, conversations, Admission())

    async def ask(turns, name) -> tuple:
        shown = [each async for each in handlers.respond("Which pears?", turns, name, [], "", None)]
        return shown[-2]  # the last says that nothing changes any more

    _, turns, _, told = asyncio.run(ask([], "abc"))
    held = conversations.get("abc")
    monkeypatch.setattr("ui.page.events.ask", None)
    _, turns, _, told = asyncio.run(ask(turns, "abc"))

    assert turns[-1].failure
    assert not isinstance(told, str)
    assert conversations.get("abc") == held


def test_a_name_that_nobody_has_handed_over_opens_nothing_and_unlocks_the_box(corpus):
    from ui.page.events import Handlers

    conversations = Conversations()
    handlers = Handlers(corpus, conversations, Admission())
    for name in ("", "guess", "../x", None, 7):
        *rest, box, told = handlers.open(name, None)
        assert box.interactive
        assert not any(isinstance(each, (str, list)) for each in (*rest, told))
    conversations.put("abc", Held((Turn("failed", failure="x"),)))
    assert handlers.open("abc", None)[2] == "abc"


def test_more_of_an_answer_is_limited_as_its_question_was(corpus):
    corpus.add_text("Pears are green. Plums are green. Grapes are green and red.", name="a")
    from ui.page.events import Handlers

    handlers = Handlers(corpus, Conversations(), Admission())

    async def run(shown):
        return [each async for each in shown][-2]

    async def ask() -> list:
        first = await run(handlers.respond("green fruit -red", [], "", [], "", None))
        return [
            first[1],
            (await run(handlers.more(first[1], "", [], "", None)))[1],
            (await run(handlers.everywhere(first[1], "", [], "", None)))[1],
        ]

    for turns in asyncio.run(ask()):
        answer = turns[-1].answer
        assert answer.where.labels == ("-red",)
        assert answer.passages
        assert all("red" not in passage.text for passage in answer.passages)
