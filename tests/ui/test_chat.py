import asyncio
import http.client
import os
import shutil
import signal
import socket
import threading
import time
from contextlib import closing

import pytest

from index import BadSetting, ModelUnavailable
from qa import ask as search

FIRST = "Which countries recognized Guaido?"
RECOGNISED = "including Canada, Colombia, Argentina, Brazil and Chile."
BOX = "#question textarea"
ANSWERED = """count => {
  const answers = [...document.querySelectorAll("#chat [data-testid=bot]")];
  return answers.length === count && !answers.at(-1).innerText.startsWith("Searching")
    && !document.querySelector("#question textarea").disabled;
}"""


@pytest.fixture
def start(request):
    """Serve a corpus on a free port; return the address."""
    from ui.server import create_app, make_server  # slow, so not while tests are collected

    def serving(corpus) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        ready = threading.Event()
        servers = []

        async def run() -> None:
            servers.append(make_server(create_app(corpus), ready.set))
            await servers[0].serve(sockets=[listener])

        thread = threading.Thread(target=lambda: asyncio.run(run()))

        def stop() -> None:
            servers[0].should_exit = True
            thread.join(20)
            listener.close()

        request.addfinalizer(stop)
        thread.start()
        assert ready.wait(20)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    return serving


@pytest.fixture
def page(request):
    """A page in Chromium, made anew each time: the sync API keeps an event loop running."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("There is no chromium on the path, and CHROMIUM is not set")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser.new_page()
        browser.close()


def open_chat(page, url) -> None:
    page.goto(url)
    page.locator(f"{BOX}:focus").wait_for()


def ask(page, question) -> str:
    """Type a question and return the text of its answer."""
    page.fill(BOX, question)
    return ask_again(page)


def ask_again(page) -> str:
    before = page.locator("#chat [data-testid=bot]").count()
    page.keyboard.press("Enter")
    return answer(page, before + 1)


def answer(page, number) -> str:
    page.wait_for_function(ANSWERED, arg=number)
    return page.locator("#chat [data-testid=bot]").last.inner_text()


@pytest.mark.browser
def test_a_first_visit_leads_to_an_answer_with_one_click(start, page, corpus, seed_folder):
    corpus.add([seed_folder])
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    url = start(corpus)
    open_chat(page, url)

    assert page.locator("#status p").inner_text() == "1 document, 32 sentences"
    page.get_by_role("button", name=FIRST).click()
    answered = answer(page, 1)

    assert answered.startswith("Closest passages in 1 document, best first")
    assert page.locator("#chat [data-testid=user]").inner_text().strip() == FIRST
    assert any(RECOGNISED in found for found in page.locator("#chat strong").all_inner_texts())
    assert ", sentence 9\n" in answered
    assert all(address.startswith((url, "data:", "blob:")) for address in requested)


@pytest.mark.browser
def test_a_typed_question_is_answered_and_the_next_can_be_typed_at_once(start, page, corpus):
    corpus.add_text("Apples are red. Pears are green.", name="fruit", title="On fruit")
    open_chat(page, start(corpus))

    first = ask(page, "What colour are apples?")
    page.keyboard.type("And pears?")
    second = ask_again(page)

    assert page.locator("#chat .example").count() == 0
    assert "Apples are red." in first
    assert "1 · On fruit, sentence" in first
    assert "Pears are green." in second
    assert page.input_value(BOX) == ""


@pytest.mark.browser
def test_after_any_error_the_question_can_be_asked_again(start, page, corpus, monkeypatch, caplog):
    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    errors = [ModelUnavailable("No <b>model</b>: do *this*."), RuntimeError("secret")]
    unforeseen = errors[-1]

    def failing_twice(*arguments, **settings):
        if errors:
            raise errors.pop()
        return search(*arguments, **settings)

    monkeypatch.setattr("ui.chat.ask", failing_twice)
    open_chat(page, start(corpus))

    answers = [ask(page, "What colour are apples?")]
    for _ in range(2):
        assert page.input_value(BOX) == "What colour are apples?"
        answers.append(ask_again(page))

    assert answers[0].startswith("The search failed.")
    assert "secret" not in answers[0]
    assert answers[1].strip() == "No <b>model</b>: do *this*."
    assert "Apples are red." in answers[2]
    assert [record.exc_info[1] for record in caplog.records if record.name == "ui.chat"] == [
        unforeseen
    ]


@pytest.mark.browser
def test_an_empty_corpus_says_what_to_do(start, page, corpus):
    open_chat(page, start(corpus))

    assert page.locator("#status p").inner_text() == "No documents yet"
    assert page.locator("#chat .example").count() == 0
    answered = ask(page, "Anything?")
    assert "nothing to search" in answered
    assert "verbatim index PATH" in answered


@pytest.mark.browser
def test_hostile_text_is_text_and_is_copied_word_for_word(start, page, corpus):
    attack = (
        "Pears <img src=x onerror='window.hit=1'> ![x](https://evil.example/x.png) **a** $$x$$ "
        "<script>window.hit=1</script> [b](javascript:window.hit=1) https://evil.example"
    )
    corpus.add_text(f"{attack} `c` &lt; end.", name="n", title=f"T {attack}")
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    url = start(corpus)
    open_chat(page, url)

    answered = ask(page, attack)
    page.get_by_role("button", name="Copy message").last.click()
    copied = page.evaluate("navigator.clipboard.readText()")

    assert f"{attack} `c` &lt; end." in answered
    assert f"1 · T {attack}, sentence" in answered
    assert page.locator("#chat [data-testid=user]").inner_text().strip() == attack
    assert page.locator("#chat").locator("img, a, script, em, code, .katex").count() == 0
    assert page.evaluate("window.hit") is None
    assert all(address.startswith((url, "data:", "blob:")) for address in requested)
    assert copied.split() == answered.split()


def send(
    url, path, method="GET", body=None, **headers
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Send a request; return status, headers and body of the response."""
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)) as connection:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.headers, response.read()


def status(*request, **headers) -> int:
    return send(*request, **headers)[0]


def test_only_the_page_itself_may_ask(start, corpus):
    url = start(corpus)
    join, own, other = "/gradio_api/queue/join", {"Origin": url}, {"Origin": "http://evil.example"}

    assert status(url, "/healthz") == 200
    assert status(url, "/", Host="evil.example") == 400
    assert status(url, join, "POST", **own) == 422
    assert status(url, join, "POST", **other) == 403
    assert status(url, join, "POST", Origin="null") == 403
    assert status(url, join, "POST", **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert status(url, join, "POST", **{"Content-Length": "2000000"}) == 413
    assert status(url, "/gradio_api/upload", "POST", **own) == 403
    assert status(url, "/gradio_api/file=https://evil.example/x") == 403
    assert status(url, f"/gradio_api/file={corpus.folder}/corpus.sqlite3") == 403
    own["Content-Type"] = "application/json"
    assert status(url, "/gradio_api/run/respond", "POST", '{"data": ["x", []]}', **own) == 404


def test_every_response_carries_the_security_headers(start, corpus):
    url = start(corpus)

    for path in ("/", "/healthz", "/nowhere", "/gradio_api/file=https://evil.example/x"):
        _, headers, _ = send(url, path)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] is None
        assert headers["server"] is None


def test_the_server_starts_without_the_model_and_says_when_it_is_there(start, corpus, monkeypatch):
    allowed, load = threading.Event(), corpus.load
    monkeypatch.setattr(corpus, "load", lambda: allowed.wait(20) and load())
    url = start(corpus)

    before = send(url, "/healthz")[2]
    allowed.set()
    while send(url, "/healthz")[2] == before:
        time.sleep(0.02)

    assert before == b'{"status":"ok","model":false}'
    assert send(url, "/healthz")[2] == b'{"status":"ok","model":true}'


def test_ctrl_c_ends_the_server(corpus, capfd):
    from ui.server import serve

    addresses = []

    def ready(url: str) -> None:
        addresses.append(url)
        os.kill(os.getpid(), signal.SIGINT)

    serve(corpus, port=0, on_ready=ready)

    assert addresses[0].startswith("http://127.0.0.1:")
    assert capfd.readouterr() == ("", "")


def test_a_port_in_use_and_a_public_host_are_refused_before_anything_is_loaded(corpus):
    from ui.server import serve

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=rf"^Port {port} is in use\. .* --port\.$"):
            serve(corpus, port=port)
    with pytest.raises(BadSetting, match="65535"):
        serve(corpus, port=65536)
    with pytest.raises(BadSetting, match="later"):
        serve(corpus, host="0.0.0.0")  # noqa: S104 - it must be refused
