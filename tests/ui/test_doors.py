"""One result, whichever way it is asked for; and the examples of docs/doors.md, run."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from qa import Exchange, ask, ask_batch, overview, retrieve
from tests.texts import raised

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "doors.md").read_text(encoding="utf-8")
QUESTIONS = (
    "Which countries recognized Guaido?",
    "How old is Juan Guaido?",
    "Who won the football World Cup in 2014?",
    "naïve “quotes” <b>& 🦜",
)


def verbatim(*arguments, **settings) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ui", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=ROOT, check=False, **settings
    )


def post(url, path, **body) -> tuple[int, object]:
    response = httpx.post(
        url + path,
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
        timeout=60,
    )
    return response.status_code, response.json()


def through_mcp(server, tool, *calls) -> list:
    """Call a tool several times, in a thread: the browser's driver keeps a loop in this one."""

    from mcp import Client  # takes a second, so not while tests are collected

    async def call() -> list:
        async with Client(server) as client:
            return [await client.call_tool(tool, arguments) for arguments in calls]

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, call()).result()


def nearly(value):
    """Return plain values with numbers that may differ in the last digits: other threads add up."""
    if isinstance(value, float):
        return pytest.approx(value, abs=1e-4)
    if isinstance(value, dict):
        return {key: nearly(item) for key, item in value.items()}
    if isinstance(value, list):
        return [nearly(item) for item in value]
    return value


def test_what_is_said_at_every_door_names_no_command_of_one_of_them():
    below = ("index/loading/**/*.py", "index/store/[tos]*.py", "qa/**/*.py")
    paths = [path for pattern in below for path in ROOT.glob(pattern)]
    paths += [ROOT / "index" / name for name in ("snapshot.py", "filters.py", "pictures.py")]
    messages = [message for path in paths for message in raised(path)]

    assert "The corpus has no document {}." in messages
    of_one = re.compile(r"\bverbatim [a-z]|--engine|where=")
    assert [message for message in messages if of_one.search(message)] == []


@pytest.mark.model
@pytest.mark.browser
def test_five_doors_give_one_result(start, visitor, seed_corpus):
    from mcp import StdioServerParameters  # takes a second, so not while tests are collected

    url = start(seed_corpus)
    folder = str(seed_corpus.folder)
    stdio = StdioServerParameters(
        command=sys.executable, args=["-m", "ui", "mcp", "--corpus", folder], cwd=ROOT
    )
    calls = [{"question": question} for question in QUESTIONS]
    lines = verbatim("ask", "--batch", "-", "-c", folder, input="\n".join(QUESTIONS)).stdout
    visitor.open(url)
    for question in QUESTIONS:
        visitor.ask(question)
    page = visitor.page
    page.get_by_role("button", name="Conversations", exact=True).click()
    page.get_by_role("button", name="Options for").click()
    page.get_by_role("button", name="Save…").click()
    page.get_by_role("radio", name="JSON").check()
    page.get_by_role("checkbox", name="Include weaker passages").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save", exact=True).click()
    turns = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    doors = {
        "command line": [json.loads(line) for line in lines.splitlines()],
        "REST": [post(url, "/api/ask", **call)[1] for call in calls],
        "MCP over HTTP": [
            told.structured_content for told in through_mcp(f"{url}/mcp", "ask", *calls)
        ],
        "MCP over stdio": [told.structured_content for told in through_mcp(stdio, "ask", *calls)],
        "chat": [turn["answer"] for turn in turns],
    }

    answers = [ask(question, corpus=seed_corpus).as_dict() for question in QUESTIONS]
    expected = nearly(json.loads(json.dumps(answers)))
    assert doors == dict.fromkeys(doors, expected)
    printed = verbatim("ask", QUESTIONS[0], "--json", "--corpus", folder).stdout
    assert json.loads(printed) == expected[0]


def test_rest_and_mcp_take_history_documents_and_k(start, corpus):
    corpus.add_text("Anna Berg grows apples. Anna Berg is 35.", name="a", title="Anna")
    corpus.add_text("Pears are green. Plums are blue.", name="b", title="Fruit")
    url = start(corpus)
    how = {"question": "How old is she?", "history": ["Who is Anna Berg?"], "k": 1}

    expected = ask("How old is she?", ["Who is Anna Berg?"], k=1, corpus=corpus).as_dict()
    assert post(url, "/api/ask", **how) == (200, json.loads(json.dumps(expected)))
    (told,) = through_mcp(f"{url}/mcp", "ask", how)
    assert told.structured_content == json.loads(json.dumps(expected))

    status, found = post(url, "/api/retrieve", question="apples", documents=["Fruit"], mode="dense")
    passages = retrieve("apples", corpus=corpus, documents=["Fruit"], mode="dense")
    assert (status, found) == (200, json.loads(json.dumps([p.as_dict() for p in passages])))


def test_rest_and_mcp_take_what_earlier_questions_were_answered(start, corpus):
    corpus.add_text("Anna Berg grows apples. Anna Berg is 35.", name="a", title="Orchard")
    url = start(corpus)
    said = {"question": "Who grows apples?", "answer": "Anna Berg grows apples."}
    how = {"question": "How old is she?", "history": [said], "k": 1}
    told = ask("How old is she?", [Exchange(**said)], k=1, corpus=corpus)

    assert "How old is Anna Berg?" in told.query
    assert post(url, "/api/ask", **how) == (200, json.loads(json.dumps(told.as_dict())))
    (found,) = through_mcp(f"{url}/mcp", "ask", how)
    assert found.structured_content == json.loads(json.dumps(told.as_dict()))
    assert post(url, "/api/ask", question="x", history=[{"answer": "y"}])[0] == 422


def test_what_a_document_is_about_is_told_alike_by_every_door(start, corpus):
    text = "Apples are red all over. Pears are green all over.\n\nPlums are blue all over."
    corpus.add_text(text, name="fruit", title="On fruit")
    told = [passage.as_dict() for passage in overview("fruit", corpus)]
    expected = json.loads(json.dumps(told))
    url = start(corpus)

    rest = httpx.get(f"{url}/api/documents/1/overview", timeout=60)
    found, unknown = through_mcp(f"{url}/mcp", "overview", {"document": 1}, {"document": 9})

    assert expected
    assert (rest.status_code, rest.json()) == (200, expected)
    assert found.structured_content["result"] == expected
    assert "9" in unknown.content[0].text
    assert ask("What is this about?", corpus=corpus).kind == "overview"
    assert post(url, "/api/ask", question="What is this about?")[1]["kind"] == "overview"


def test_a_batch_gives_an_answer_for_each_question_in_its_order(start, corpus):
    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    questions = ["Pears?", "Apples?", "Pears?"]

    answers = ask_batch(questions, k=1, corpus=corpus)
    assert [answer.question for answer in answers] == questions
    assert answers[1] == ask("Apples?", k=1, corpus=corpus)
    status, found = post(start(corpus), "/api/ask/batch", questions=questions, k=1)
    assert (status, found) == (200, json.loads(json.dumps([a.as_dict() for a in answers])))


def test_a_request_that_cannot_be_answered_says_what_is_wrong(start, corpus):
    corpus.add_text("Apples are red.", name="fruit")
    url = start(corpus)
    for path, body, status, told in (
        ("/api/ask", {"question": "  "}, 400, "The question is empty"),
        ("/api/ask", {"question": "x", "documents": ["nope"]}, 404, "no document 'nope'"),
        ("/api/ask", {"question": "x", "k": 0}, 422, "body.k"),
        ("/api/ask", {"question": "x", "kk": 1}, 422, "body.kk"),
        ("/api/ask", {"question": "\ud800"}, 422, "body.question"),
        ("/api/retrieve", {"question": "x", "mode": "magic"}, 422, "body.mode"),
        ("/api/ask/batch", {"questions": []}, 422, "body.questions"),
    ):
        code, answer = post(url, path, **body)

        assert (code, told in json.dumps(answer["detail"])) == (status, True), body


def test_an_unforeseen_error_tells_nothing_of_this_computer(start, corpus, monkeypatch):
    def failing(*_, **__):
        raise RuntimeError(str(corpus.folder))

    monkeypatch.setattr("ui.rest.questions.ask", failing)
    monkeypatch.setattr("ui.mcp.ask", failing)
    url = start(corpus)

    status, answer = post(url, "/api/ask", question="x")
    (told,) = through_mcp(f"{url}/mcp", "ask", {"question": "x"})

    assert status == 500
    assert told.is_error
    for text in (json.dumps(answer), told.content[0].text):
        assert "went wrong" in text
        assert str(corpus.folder) not in text


def test_a_document_can_be_read_and_verified_through_mcp(start, corpus):
    text = "Äpfel sind rot, und das ist gut so. 🍐 are green."
    corpus.add_text(text, name="fruit", title="Fruit")
    url = f"{start(corpus)}/mcp"

    (documents,) = through_mcp(url, "documents", {})
    (document,) = documents.structured_content["result"]
    there = {"document": document["id"], "start": 36, "length": 4}
    read, unknown = through_mcp(url, "read", there, {"document": 99})
    piece = read.structured_content

    assert (document["title"], document["lang"], document["sentences"]) == ("Fruit", "de", 2)
    assert (piece["text"], piece["start"], piece["end"]) == (text[36:40], 36, 40)
    assert (piece["characters"], piece["sha256"]) == (len(text), document["sha256"])
    assert "no document 99" in unknown.content[0].text


@pytest.mark.browser
def test_the_rest_page_works_without_anything_from_outside(start, visitor, corpus):
    requested = []
    visitor.page.on("request", lambda request: requested.append(request.url))
    url = start(corpus)
    visitor.page.goto(f"{url}/api/docs")

    visitor.page.get_by_text("/api/ask/batch").first.wait_for()
    assert all(address.startswith((url, "data:")) for address in requested)


@pytest.mark.model
@pytest.mark.parametrize("number", range(4))
def test_the_examples_for_curl_python_and_mcp_run(start, seed_corpus, number):
    examples = re.findall(r"```(sh|python)\n(.*?)```", GUIDE, re.DOTALL)
    assert len(examples) == 4
    language, code = examples[number]
    code = code.replace("http://127.0.0.1:7860", start(seed_corpus))
    if language == "python":
        command = [sys.executable, "-c", code]
    elif "curl" in code and not shutil.which("curl"):
        pytest.skip("There is no curl on the path")
    else:
        command = ["bash", "-ec", code.replace("verbatim ", f"{sys.executable} -m ui ")]

    ran = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "VERBATIM_CORPUS": str(seed_corpus.folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "Guaido" in ran.stdout
