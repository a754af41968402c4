"""A few work at a time, some wait for their turn, the others are told to come again."""

import asyncio
import threading

import httpx
import pytest

from qa import ask as search
from ui.admission import Admission, Busy


def test_no_more_work_at_a_time_than_may_and_all_who_may_wait_get_their_turn():
    at_work, most, guard = 0, 0, threading.Lock()

    def work() -> int:
        nonlocal at_work, most
        with guard:
            at_work += 1
            most = max(most, at_work)
        threading.Event().wait(0.02)
        with guard:
            at_work -= 1
        return 1

    async def all_at_once() -> list[int]:
        admission = Admission(working=2, waiting=18)
        return await asyncio.gather(*(admission.run(work) for _ in range(20)))

    assert asyncio.run(all_at_once()) == [1] * 20
    assert most == 2


def test_who_finds_the_waiting_room_full_is_turned_away_at_once():
    free = threading.Event()

    async def one_too_many() -> None:
        admission = Admission(working=1, waiting=1)
        first, second = (
            asyncio.ensure_future(admission.run(lambda: free.wait(5))) for _ in range(2)
        )
        await asyncio.sleep(0.05)
        with pytest.raises(Busy, match="Try again in a few seconds"):
            await admission.run(lambda: free.wait(5))
        free.set()
        assert await asyncio.gather(first, second) == [True, True]

    asyncio.run(one_too_many())


def test_who_waits_too_long_is_turned_away_and_leaves_room():
    free = threading.Event()

    async def impatient() -> None:
        admission = Admission(working=1, waiting=1, patience=0.05)
        first = asyncio.ensure_future(admission.run(lambda: free.wait(5)))
        await asyncio.sleep(0.01)
        with pytest.raises(Busy, match="in a minute"):
            await admission.run(lambda: free.wait(5))
        free.set()
        assert await first
        assert await admission.run(lambda: 7) == 7

    asyncio.run(impatient())


def test_over_http_it_is_a_503_that_says_when_to_come_again(start, corpus, monkeypatch):
    corpus.add_text("Apples are red.", name="fruit")
    monkeypatch.setattr("ui.web.Admission", lambda: Admission(working=1, waiting=0))
    url, at_work, free = start(corpus), threading.Event(), threading.Event()

    def slow(*arguments, **settings):
        at_work.set()
        assert free.wait(20)
        return search(*arguments, **settings)

    monkeypatch.setattr("ui.rest_questions.ask", slow)
    answers = []
    first = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{url}/api/ask", json={"question": "Apples?"}))
    )
    first.start()
    at_work.wait(20)
    second = httpx.post(f"{url}/api/ask", json={"question": "Apples?"})
    free.set()
    first.join()

    assert (second.status_code, second.headers["retry-after"]) == (503, "2")
    assert "Too many questions at once" in second.json()["detail"]
    assert answers[0].status_code == 200
