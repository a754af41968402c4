"""The tools over MCP, called by the official client as a program with a language model does."""

import hashlib
import json

import pytest

from index import Filter
from qa import ask
from tests.ui.test_doors import post, through_mcp

TEXT = "Äpfel sind rot, und das ist gut so. 🍐 are green."


@pytest.fixture
def fruit(corpus):
    corpus.add_text(TEXT, name="fruit", title="Fruit")
    corpus.add_text("Apples are cheap. Pears are dear.", name="prices/list.csv", title="Prices")
    return corpus


def told(result) -> str:
    assert result.is_error
    return result.content[0].text


def test_each_tool_says_what_it_is_for_and_only_reads(start, fruit):
    from mcp import Client  # takes a second, so not while tests are collected

    async def described():
        async with Client(f"{url}/mcp") as client:
            return (await client.list_tools()).tools

    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    url = start(fruit)
    with ThreadPoolExecutor(1) as pool:
        tools = pool.submit(asyncio.run, described()).result()

    names = {tool.name for tool in tools}
    assert names >= {"ask", "search", "read", "verify", "documents", "check"}
    for tool in tools:
        assert 40 < len(tool.description) < 700, tool.name
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint


def test_a_document_is_read_page_by_page_to_its_end(start, fruit):
    url = f"{start(fruit)}/mcp"
    read, start_at = "", 0
    while start_at is not None:
        call = {"document": "Fruit", "start": start_at, "length": 10}
        (piece,) = through_mcp(url, "read", call)
        page = piece.structured_content
        assert page["start"] == len(read)
        assert page["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
        read, start_at = read + page["text"], page["next"]

    assert read == TEXT


def test_what_is_found_can_be_verified_and_what_is_made_up_cannot(start, fruit):
    url = f"{start(fruit)}/mcp"
    (found,) = through_mcp(url, "search", {"question": "Apples", "documents": ["Prices"]})
    passage = found.structured_content["result"][0]
    address = {key: passage[key] for key in ("sha256", "start", "end")}
    address["document"] = passage["document"]["id"]
    right = {**address, "text": passage["text"]}
    wrong = {**address, "text": "Apples are dear."}
    moved = {**right, "start": right["start"] + 3, "end": right["end"] + 3}
    other = {**right, "sha256": "0" * 64}
    gone = {**right, "document": 99}

    results = through_mcp(url, "verify", address, right, wrong, moved, other, gone)
    bare, proved, invented, shifted, changed, removed = (one.structured_content for one in results)

    assert bare == proved
    assert (proved["valid"], proved["text"], proved["reason"]) == (True, passage["text"], "")
    assert proved["document"]["title"] == "Prices"
    assert not invented["valid"]
    assert "another text" in invented["reason"]
    assert shifted["elsewhere"] == [[passage["start"], passage["end"]]]
    assert "another SHA-256" in changed["reason"]
    assert changed["elsewhere"] == [[passage["start"], passage["end"]]]
    assert "no document 99" in removed["reason"]


def test_a_quotation_that_looks_like_json_is_a_quotation(start, corpus):
    document = corpus.add_text('[1, 2] and {"a": null}', name="list").document
    address = {"document": document.id, "sha256": document.sha256}
    calls = [
        {**address, "start": 0, "end": 6, "text": "[1, 2]"},
        {**address, "start": 11, "end": 22, "text": '{"a": null}'},
    ]

    for result in through_mcp(f"{start(corpus)}/mcp", "verify", *calls):
        assert result.structured_content["valid"]


def test_rest_verifies_as_the_tool_does(start, fruit):
    url = start(fruit)
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    call = {"document": "Fruit", "sha256": sha256, "start": 36, "end": 37, "text": "🍐"}

    status, proof = post(url, "/api/verify", **call)
    (tool,) = through_mcp(f"{url}/mcp", "verify", call)

    assert (status, proof["valid"], proof["text"]) == (200, True, "🍐")
    assert tool.structured_content == proof
    assert post(url, "/api/verify", **{**call, "sha256": "nonsense"})[0] == 422
    assert post(url, "/api/verify", **{**call, "end": 60_000})[0] == 400


def test_searches_are_limited_alike_in_python_rest_and_mcp(start, fruit):
    url = start(fruit)
    for limits in (
        {"files": ["*.csv"]},
        {"phrases": ["apples are"]},
        {"without": ["rot", "green"]},
    ):
        how = {"question": "Apples", "where": limits}
        answer = ask("Apples", corpus=fruit, where=Filter(**limits)).as_dict()
        answer = json.loads(json.dumps(answer))

        (asked,) = through_mcp(f"{url}/mcp", "ask", how)
        (found,) = through_mcp(f"{url}/mcp", "search", how)

        passages = answer["passages"]
        assert {passage["document"]["title"] for passage in passages} == {"Prices"}
        assert asked.structured_content == answer == post(url, "/api/ask", **how)[1]
        assert found.structured_content["result"] == passages
        assert post(url, "/api/retrieve", **how)[1] == passages


def test_documents_are_listed_in_parts_and_by_what_they_are(start, fruit):
    url = f"{start(fruit)}/mcp"
    calls = [{}, {"count": 1}, {"first": 2, "count": 1}, {"where": {"files": ["*.csv"]}}]

    whole, first, second, tables = (
        [one["title"] for one in result.structured_content["result"]]
        for result in through_mcp(url, "documents", *calls)
    )
    (refused,) = through_mcp(url, "documents", {"where": {"phrases": ["x"]}})

    assert whole == [*first, *second] == ["Fruit", "Prices"]
    assert tables == ["Prices"]
    assert "`search`" in told(refused)


REFUSED = (
    ("ask", {"question": "x", "k": 0}, "k: Input should be greater than or equal to 1"),
    ("ask", {"question": "x", "limit": 3}, "takes no limit. It takes: question, history, k"),
    ("ask", {}, "question: Field required"),
    ("ask", {"question": " "}, "The question is empty. Ask a question"),
    ("search", {"question": "x", "where": {"after": "soon"}}, "Write after:2024"),
    ("search", {"question": "x", "where": {"folder": "a"}}, "where.folder: Extra inputs"),
    ("read", {"document": "nope"}, "no document 'nope'. `documents` lists those that are there."),
    ("read", {"document": 1, "start": -1}, "start: Input should be greater than or equal to 0"),
    ("verify", {"document": 1, "sha256": "abc", "start": 0, "end": 1}, "sha256: String should"),
    (
        "verify",
        {"document": 1, "sha256": "0" * 64, "start": 0, "end": 50_000},
        "Verify it in parts",
    ),
    ("retrieve", {"question": "x"}, "There is no tool 'retrieve'. There are: ask, check"),
)


def test_a_call_that_cannot_be_answered_says_what_to_do(start, fruit):
    url = f"{start(fruit)}/mcp"
    for tool, arguments, says in REFUSED:
        (result,) = through_mcp(url, tool, arguments)

        assert says in told(result)
        assert "pydantic" not in told(result)
