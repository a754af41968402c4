"""An event of the page takes what the page sends; a file or an address in it is refused."""

import asyncio
import json
import socket
import sys
import threading

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ui.page.conversation import Conversations
from ui.protection.admission import Admission

pytestmark = pytest.mark.slow

SESSION = "abcdefghijk"
KIND = {"Content-Type": "application/json"}
# What the page was seen to send, by what calls the event
CALLS = {
    "submit": {"data": ["Who?", None, None, "[1, 2]", "0.5"]},
    "example_select": {
        "data": [None, None, "[]", ""],
        "event_data": {"index": 0, "value": {"text": "Who?"}},
    },
    "option_select": {
        "data": [None, None, "[]", ""],
        "event_data": {"index": 0, "value": "Who?"},
    },
    "retry": {"data": [None, None, "[]", ""], "event_data": {"index": 0, "value": "Who?"}},
    "like": {"data": [None, None], "event_data": {"index": 1, "value": ["A"], "liked": "Like"}},
    "open": {"data": ["0123456789abcdef"], "event_data": "0123456789abcdef"},
    "click": {"data": []},
    "as_typed": {"data": [None, None, "[1]", ""]},
    "more": {"data": [None, None, "[]", ""]},
    "everywhere": {"data": [None, None, "[]", ""]},
    "without": {"data": ["0 1", None, None, "[]", ""], "event_data": "0 1"},
    "stop": {"data": []},
    "load": {"data": ['[{"path": "/etc/passwd", "meta": {}}]'], "event_data": None},
    "failure": {"data": []},
}
WATCHED = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "open")
seen: list[tuple] = []
watching = threading.Event()


def watch(event, arguments) -> None:
    if event in WATCHED and watching.is_set():
        seen.append((event, *map(str, arguments[1:] if event == "socket.connect" else arguments)))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    from index import Corpus
    from tests.toy_encoder import ToyEncoder
    from ui.page.layout import build_page  # slow, so not while tests are collected

    with Corpus(tmp_path_factory.mktemp("c") / "c", create=True, encoder=ToyEncoder()) as corpus:

        async def build():
            return build_page(corpus, Conversations(), Admission())

        yield asyncio.run(build())


@pytest.fixture(scope="module")
def events(page):
    from ui.page.gradio_events import events_of

    return events_of(page)


def calls_of(page) -> list[dict]:
    """Return a call of each event, as the page makes it."""
    return [
        {
            "fn_index": number,
            "session_hash": SESSION,
            **(CALLS.get(event.name) or CALLS[event.targets[0][1]]),
        }
        for number, event in page.fns.items()
    ]


def refusal(body, events, *, queued=True) -> int:
    """Return the status with which a body is refused; 0 if Gradio would get it."""
    from ui.page.gradio_events import RefusedCall, checked_call

    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        checked_call(body, events, queued=queued)
    except RefusedCall as error:
        return error.status
    return 0


def test_every_event_of_the_page_gets_what_the_page_sends(page, events):
    from ui.page.gradio_events import checked_call

    for call in calls_of(page):
        queued = events[call["fn_index"]].queued
        passed = json.loads(checked_call(json.dumps(call).encode(), events, queued=queued))
        assert {key: passed[key] for key in call} == call
        assert set(passed) <= {"event_data", "trigger_id", *call}
        assert refusal(call, events, queued=not queued) == 422


def test_an_event_that_nobody_has_described_does_not_open(page, monkeypatch):
    from ui.page import gradio_events

    for kinds in (gradio_events._INPUTS, gradio_events._EVENT_DATA):
        for kind in list(kinds):
            with monkeypatch.context() as without:
                without.delitem(kinds, kind)
                with pytest.raises(KeyError):
                    gradio_events.events_of(page)


PATHS = st.sampled_from(["/etc/passwd", "http://127.0.0.1/x", "", None, 1, ["x"]])
FILES = st.one_of(
    st.builds(lambda path: {"path": path, "meta": {"_type": "gradio.FileData"}}, PATHS),
    st.builds(lambda path: {"path": path}, PATHS),
    st.builds(lambda path: {"url": path, "orig_name": "x"}, PATHS),
    st.just({"meta": {"_type": "gradio.FileData"}}),
    st.just({"_type": "gradio.FileData"}),
)
NESTED = st.recursive(
    FILES,
    lambda inner: st.one_of(
        st.builds(lambda item, before: [*before, item], inner, st.lists(st.integers())),
        st.dictionaries(st.sampled_from("ab"), inner, min_size=1),
        st.builds(lambda item: {"text": "x", "files": [item]}, inner),
        st.builds(lambda item: {"value": {"text": item}, "index": 0}, inner),
        st.builds(lambda item: {"__type__": "update", "value": item}, inner),
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), NESTED)
def test_a_file_or_an_address_in_any_place_of_any_event_is_refused(page, events, data, nested):
    call = json.loads(json.dumps(data.draw(st.sampled_from(calls_of(page)))))
    place = data.draw(st.sampled_from(["data", "more data", "event_data", "value", "other"]))
    if place == "data" and call["data"]:
        call["data"][data.draw(st.integers(0, len(call["data"]) - 1))] = nested
    elif place == "event_data":
        call["event_data"] = nested
    elif place == "value":
        told = call.get("event_data")
        call["event_data"] = {**(told if isinstance(told, dict) else {}), "value": nested}
    elif place == "other":
        call[data.draw(st.sampled_from(["oauth_token", "event_id", "x", "trigger_id"]))] = nested
    else:
        call["data"] = [*call["data"], nested]

    assert refusal(call, events) == 400
    hidden = json.dumps(call)[:-1] + ', "data": ["Who?", null, null, "[]", ""], "event_data": null}'
    assert refusal(hidden.encode(), events) == 400, "a second key of the same name hides it"


GOOD = {"fn_index": 0, "session_hash": SESSION, **CALLS["submit"]}


@pytest.mark.parametrize(
    "change",
    [
        {"fn_index": 99},
        {"fn_index": -1},
        {"fn_index": "0"},
        {"fn_index": True},
        {"fn_index": 0.0},
        {"fn_index": None},
        {"fn_index": 10**30},
        {"api_name": "respond"},
        {"simple_format": True},
        {"batched": True},
        {"event_id": "x"},
        {"oauth_token": "x"},
        {"session_hash": None},
        {"session_hash": "../x"},
        {"session_hash": "a\n"},
        {"trigger_id": "9"},
        {"event_data": {}},
        {"data": []},
        {"data": None},
        {"data": {"0": "Who?"}},
        {"data": ["Who?", None, None]},
        {"data": ["Who?", None, None, "[]", "", None]},
        {"data": ["Who?", None, None, "[]", 0.5]},
        {"data": ["Who?", [], None, "[]", ""]},
        {"data": ["Who?", None, "name", "[]", ""]},
        {"data": [["Who?"], None, None, "[]", ""]},
        {"data": [1, None, None, "[]", ""]},
        {"data": ["Who?", None, None, ["1"], ""]},
        {"data": ["Who?", None, None, [1.5], ""]},
        {"data": ["Who?", None, None, [1], ""]},
        {"data": ["Who?", None, None, [10**5000 if sys.version_info < (3, 11) else 10**30], ""]},
    ],
)
def test_anything_but_what_an_event_takes_is_refused(events, change):
    assert refusal(GOOD, events) == 0
    assert refusal({**GOOD, **change}, events) == 422


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'"x"',
        json.dumps(GOOD).encode("utf-16"),
        json.dumps(GOOD).encode("utf-32"),
        b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
        json.dumps(GOOD).replace("Who?", "\\xff").encode("latin-1"),
        json.dumps(GOOD).replace('"[1, 2]"', "[NaN]").encode(),
        json.dumps(GOOD).replace('"[1, 2]"', "[Infinity]").encode(),
        json.dumps(GOOD).replace('"[1, 2]"', "[" + "9" * 10_000 + "]").encode(),
        json.dumps(GOOD).replace('"[1, 2]"', "[" * 100_000 + "]" * 100_000).encode(),
        json.dumps(GOOD).replace('"[1, 2]"', '{"a":' * 100_000 + "1" + "}" * 100_000).encode(),
        json.dumps(GOOD)[:-1].encode() + b', "fn_index": 0}',
    ],
)
def test_a_body_that_two_parsers_could_read_in_two_ways_is_refused(events, body):
    assert refusal(body, events) == 422


def test_a_question_of_any_characters_reaches_its_event(events):
    from ui.page.gradio_events import checked_call

    for question in ("path: http://x.example", "\ud800", "na\u00efve \U0001f99c", '{"path": "/x"}'):
        call = {**GOOD, "data": [question, None, None, "[]", ""]}
        assert (
            json.loads(checked_call(json.dumps(call).encode(), events, queued=True))["data"][0]
            == question
        )


def bodies(target, page) -> list[tuple[str, dict]]:
    """Return requests that have a target in every place, for every route that takes JSON."""
    file = {"path": target, "url": target, "meta": {"_type": "gradio.FileData"}}
    sent = []
    for call in calls_of(page):
        size = max(1, len(call["data"]))
        sent.append(("/gradio_api/queue/join", {**call, "event_data": file}))
        for given_data in ([file] * size, [[file]] * size, [target] * size):
            called = {**call, "data": given_data}
            sent.append(("/gradio_api/queue/join", called))
            sent.append(("/gradio_api/run/predict", called))
    doors = ("component_server", "upload", "reset", "cancel", "vibe-edit", "process_recording")
    sent += [(f"/gradio_api/{door}", {"data": file, "session_hash": "a"}) for door in doors]
    sent += [
        (f"/gradio_api/{door}/{name}", {"data": [file]})
        for name in {event.api_name for event in page.fns.values()}
        for door in ("run", "call", "call/v2", "api")
    ]
    for door in ("ask", "retrieve"):
        sent += [(f"/api/{door}", {"question": target, "documents": [target]})]
        sent += [(f"/api/{door}", {"question": file})]
    sent.append(("/api/ask/batch", {"questions": [target, file]}))
    sent.append(("/api/texts", {"text": f"![x]({target}) <img src={target}>", "title": target}))
    sent.append((f"/api/documents?name={target}", file))
    for tool, arguments in (("ask", {"question": target}), ("read", {"document": file})):
        call = {"name": tool, "arguments": arguments}
        sent.append(("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}))
    return sent


@pytest.mark.slow
def test_no_request_makes_the_server_read_a_file_or_ask_another(start, corpus, page, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret of this computer")
    corpus.add_text("Apples are red.", name="fruit")
    url = start(corpus)
    port = url.rsplit(":")[-1]
    sys.addaudithook(watch)
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        own = f"http://127.0.0.1:{other.getsockname()[1]}/x"
        watching.set()
        try:
            for target in (str(secret), "http://attacker.example/x", own, "http://10.1.2.3/x"):
                for path, body in bodies(target, page):
                    accept = {"Accept": "application/json, text/event-stream"}
                    answer = client.post(path, json=body, headers=accept)
                    assert "secret of" not in answer.text
                    if path.startswith("/gradio_api"):
                        assert answer.status_code in (400, 404, 422) or target in body["data"], path
                for door in ("file=", "file/", "proxy=", "stream/"):
                    assert client.get(f"/gradio_api/{door}{target}").status_code == 404
        finally:
            watching.clear()
        other.settimeout(0.2)
        with pytest.raises(TimeoutError):
            other.accept()

    assert not [what for what in seen if str(secret) in what], "the file was opened"
    reached = [what for what in seen if what[0] != "open"]
    assert any(port in "".join(what) for what in reached), "the watch sees what is asked here"
    for what in reached:
        assert "127.0.0.1" in what[1], what
        assert own.rsplit(":", maxsplit=1)[-1].removesuffix("/x") not in "".join(what)


def test_events_that_need_not_wait_are_called_directly_and_nothing_else_is(start, corpus, page):
    corpus.add_text("Apples are red.", name="fruit")
    direct = f"{start(corpus)}/gradio_api/run/predict"
    calls = calls_of(page)
    quick = [call for call in calls if page.fns[call["fn_index"]].queue is False]

    assert 0 < len(quick) < len(calls)
    for call in calls:
        assert httpx.post(direct, json=call, timeout=60).status_code == (
            200 if call in quick else 404
        ), call
        spoilt = {**call, "data": [{"path": "/etc/passwd"}]}
        assert httpx.post(direct, json=spoilt, timeout=60).status_code == 404
    assert httpx.post(direct, json={}).status_code == 404
    assert httpx.post(direct, content=json.dumps(quick[0])).status_code == 404


def test_an_event_that_is_refused_says_so_over_http(start, corpus):
    join = f"{start(corpus)}/gradio_api/queue/join"
    file = {**GOOD, "data": [{"path": "/etc/passwd"}, None, None, "[]"]}
    refused = httpx.post(join, json=file)
    large = httpx.post(join, json={**GOOD, "data": ["x" * 900_000, None, None, "1" * 120_000]})

    assert refused.status_code == 400
    assert refused.json()["detail"].startswith("Files and URLs are not accepted here.")
    assert httpx.post(join, content=json.dumps(GOOD)).status_code == 422
    assert httpx.post(join, data=GOOD).status_code == 422
    assert httpx.post(f"{join}?fn_index=1", json=GOOD).status_code == 200
    chunks = iter([json.dumps(GOOD).encode()[:20], json.dumps(GOOD).encode()[20:]])
    assert httpx.post(join, content=chunks, headers=KIND).status_code == 200
    zipped = {**KIND, "Content-Encoding": "gzip"}
    assert httpx.post(join, content=b"\x1f\x8b\x08\x00", headers=zipped).status_code == 422
    assert large.status_code == 413
