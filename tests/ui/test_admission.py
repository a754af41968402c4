"""A few work at a time, some wait for their turn, the others are told to come again."""

import asyncio
import json
import socket
import threading

import httpx
import pytest

from qa import ask as search
from ui.protection.admission import Admission, Busy, TooMany


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
            asyncio.ensure_future(admission.run(lambda: free.wait(60))) for _ in range(2)
        )
        await asyncio.sleep(0.05)
        with pytest.raises(Busy, match="Try again in a few seconds"):
            await admission.run(lambda: free.wait(60))
        free.set()
        assert await asyncio.gather(first, second) == [True, True]

    asyncio.run(one_too_many())


def test_who_waits_too_long_is_turned_away_and_leaves_room():
    free = threading.Event()

    async def impatient() -> None:
        admission = Admission(working=1, waiting=1, patience=0.05)
        first = asyncio.ensure_future(admission.run(lambda: free.wait(60)))
        await asyncio.sleep(0.01)
        with pytest.raises(Busy, match="in a minute"):
            await admission.run(lambda: free.wait(60))
        free.set()
        assert await first
        assert await admission.run(lambda: 7) == 7

    asyncio.run(impatient())


def test_turns_go_round_the_clients_however_many_wait_of_one():
    done: list[str] = []

    async def crowded() -> None:
        admission = Admission(working=1)
        many = [admission.run(lambda: done.append("one"), "one") for _ in range(20)]
        hogs = [asyncio.ensure_future(work) for work in many]
        await asyncio.sleep(0)
        await admission.run(lambda: done.append("another"), "another")
        await asyncio.gather(*hogs)

    asyncio.run(crowded())

    assert done.index("another") <= 2  # the one at work, and one that was handed the seat before
    assert done.count("one") == 20


def test_one_client_has_half_of_the_room_at_most_and_is_told_that_it_is_its_own():
    free = threading.Event()

    async def greedy() -> None:
        admission = Admission(working=2, waiting=6)
        four = [asyncio.ensure_future(admission.run(lambda: free.wait(60), "a")) for _ in range(4)]
        await asyncio.sleep(0.01)
        with pytest.raises(TooMany, match="from your address"):
            await admission.run(lambda: 1, "a")
        other = asyncio.ensure_future(admission.run(lambda: 2, "b"))  # there is room for another
        await asyncio.sleep(0.01)
        free.set()
        assert await other == 2
        assert await asyncio.gather(*four) == [True] * 4

    asyncio.run(greedy())


def test_work_in_bulk_leaves_a_seat_for_a_question_of_the_same_client_too():
    free = threading.Event()

    async def in_bulk(admission) -> bool:
        async with admission.visit("a", bulk=True) as visit:
            return await visit.run(lambda: free.wait(60))

    async def beside() -> None:
        admission = Admission(working=2)
        bulk = [asyncio.ensure_future(in_bulk(admission)) for _ in range(5)]
        await asyncio.sleep(0.01)
        assert await admission.run(lambda: 2, "a") == 2
        assert admission.at_work == 1
        free.set()
        assert await asyncio.gather(*bulk) == [True] * 5

    asyncio.run(beside())


def test_a_seat_is_free_only_when_its_thread_has_ended_though_its_caller_is_gone():
    begun, free, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert free.wait(60)
        ended.set()

    async def gone() -> None:
        admission = Admission(working=1)
        first = asyncio.ensure_future(admission.run(work))
        await asyncio.sleep(0)
        assert await asyncio.to_thread(begun.wait, 60)
        first.cancel()
        second = asyncio.ensure_future(admission.run(ended.is_set))
        await asyncio.wait({second}, timeout=0.2)
        assert not second.done()
        free.set()
        assert await second  # it began when the first had ended

    asyncio.run(gone())


def test_who_gives_up_waiting_leaves_no_seat_taken():
    free = threading.Event()

    async def impatient() -> None:
        admission = Admission(working=1)
        first = asyncio.ensure_future(admission.run(lambda: free.wait(60), "a"))
        await asyncio.sleep(0.01)
        waiting = [asyncio.ensure_future(admission.run(lambda: 1, name)) for name in "abab"]
        await asyncio.sleep(0.01)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        free.set()
        await first
        assert await admission.run(lambda: 7, "c") == 7
        assert (admission.at_work, dict(admission._inside), admission._queues) == (0, {}, {})

    asyncio.run(impatient())


def test_a_batch_waits_for_each_question_and_ends_with_its_client(start, corpus, monkeypatch):
    corpus.add_text("Apples are red.", name="fruit")
    monkeypatch.setattr("ui.server.app.Admission", lambda: Admission(working=1))
    url, asked, begun = start(corpus), [], threading.Event()

    def slow(question, *arguments, **settings):
        asked.append(question)
        begun.set()
        threading.Event().wait(0.05)
        return search(question, *arguments, **settings)

    monkeypatch.setattr("ui.rest.questions.ask", slow)
    batch = {"questions": [f"Apples {number}?" for number in range(100)]}
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as client:
        body = json.dumps(batch).encode()
        client.sendall(
            b"POST /api/ask/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
            b"\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        assert begun.wait(60)
        transport = httpx.HTTPTransport(local_address="127.0.0.2")
        with httpx.Client(transport=transport, timeout=60) as other:
            single = other.post(f"{url}/api/ask", json={"question": "Which apples?"})
    httpx.post(f"{url}/api/ask", json={"question": "The last?"}, timeout=60)

    assert single.json()["passages"][0]["text"] == "Apples are red."
    assert asked.index("Which apples?") < 50  # in between
    assert len(asked) < 90  # what was left of the batch is dropped


def test_a_batch_is_answered_over_one_state_in_the_order_of_its_questions(start, corpus):
    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    batch = {"questions": ["Which apples?", "Which pears?", "Which apples?"], "k": 1}
    answers = httpx.post(f"{start(corpus)}/api/ask/batch", json=batch).json()

    texts = [answer["passages"][0]["text"] for answer in answers]
    assert texts == ["Apples are red.", "Pears are green.", "Apples are red."]


def test_over_http_it_is_a_503_that_says_when_to_come_again(start, corpus, monkeypatch):
    corpus.add_text("Apples are red.", name="fruit")
    monkeypatch.setattr("ui.server.app.Admission", lambda: Admission(working=1, waiting=0))
    url, at_work, free = start(corpus), threading.Event(), threading.Event()

    def slow(*arguments, **settings):
        at_work.set()
        assert free.wait(60)
        return search(*arguments, **settings)

    monkeypatch.setattr("ui.rest.questions.ask", slow)
    answers = []
    first = threading.Thread(
        target=lambda: answers.append(httpx.post(f"{url}/api/ask", json={"question": "Apples?"}))
    )
    first.start()
    assert at_work.wait(60)
    second = httpx.post(f"{url}/api/ask", json={"question": "Apples?"})
    free.set()
    first.join()

    assert (second.status_code, second.headers["retry-after"]) == (503, "2")
    assert "Too many questions at once" in second.json()["detail"]
    assert answers[0].status_code == 200
