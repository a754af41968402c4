import http.client
import os
import signal
import socket
import threading
import time
from contextlib import closing
from importlib import resources

import pytest

from index import BadSetting, ModelUnavailable, UnknownDocument
from qa import ask as search

FIRST = "Which countries recognized Guaido?"
RECOGNISED = "including Canada, Colombia, Argentina, Brazil and Chile."


@pytest.mark.browser
def test_a_first_visit_leads_to_an_answer_with_one_click(start, visitor, corpus, seed_folder):
    corpus.add([seed_folder])
    requested = []
    visitor.page.on("request", lambda request: requested.append(request.url))
    url = start(corpus)
    visitor.open(url)

    assert visitor.page.locator("#status p").inner_text() == "1 document, 32 sentences"
    visitor.page.get_by_role("button", name=FIRST).click()
    answered = visitor.answer(1)

    assert answered.startswith("Closest passages in 1 document, best first")
    assert visitor.page.locator("#chat [data-testid=user]").inner_text().strip() == FIRST
    assert any(
        RECOGNISED in found for found in visitor.page.locator("#chat strong").all_inner_texts()
    )
    assert ", sentence 9\n" in answered
    assert all(address.startswith((url, "data:", "blob:")) for address in requested)


@pytest.mark.browser
def test_a_typed_question_is_answered_and_the_next_can_be_typed_at_once(start, visitor, corpus):
    corpus.add_text("Apples are red. Pears are green.", name="fruit", title="On fruit")
    visitor.open(start(corpus))

    first = visitor.ask("What colour are apples?")
    visitor.page.keyboard.type("And pears?")
    second = visitor.ask_again()

    assert visitor.page.locator("#chat .example").count() == 0
    assert "Apples are red." in first
    assert "1 · On fruit, sentence" in first
    assert "Pears are green." in second
    assert visitor.left_in_box() == ""


@pytest.mark.browser
def test_after_any_error_the_question_can_be_asked_again(
    start, visitor, corpus, monkeypatch, caplog
):
    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    errors = [UnknownDocument("No <b>file</b>: do *this*."), RuntimeError("secret")]
    unforeseen = errors[-1]

    def failing_twice(*arguments, **settings):
        if errors:
            raise errors.pop()
        return search(*arguments, **settings)

    monkeypatch.setattr("ui.handlers.ask", failing_twice)
    visitor.open(start(corpus))

    answers = [visitor.ask("What colour are apples?")]
    for _ in range(2):
        assert visitor.left_in_box() == "What colour are apples?"
        assert visitor.violations() == []
        answers.append(visitor.ask_again())

    assert answers[0].startswith("The search failed.")
    assert "secret" not in answers[0]
    assert answers[1].strip() == "No <b>file</b>: do *this*."
    assert "Apples are red." in answers[2]
    assert [record.exc_info[1] for record in caplog.records if record.name == "ui.messages"] == [
        unforeseen
    ]


@pytest.mark.browser
def test_an_empty_corpus_says_what_to_do(start, visitor, corpus):
    visitor.open(start(corpus))

    assert visitor.page.locator("#status p").inner_text() == "No documents yet"
    assert visitor.page.locator("#chat .example").count() == 0
    answered = visitor.ask("Anything?")
    assert "nothing to search" in answered
    assert "Choose Documents above" in answered
    assert visitor.violations() == []


@pytest.mark.browser
def test_hostile_text_is_text_and_is_copied_word_for_word(start, visitor, corpus):
    attack = (
        "Pears <img src=x onerror='window.hit=1'> ![x](https://evil.example/x.png) **a** $$x$$ "
        "<script>window.hit=1</script> [b](javascript:window.hit=1) https://evil.example "
        r"\(x^2\) \[y\] \href{javascript:window.hit=1}{z} "
        "\u202esdrawkcab\u202c"
    )
    corpus.add_text(f"{attack} `c` &lt; end.", name="n", title=f"T {attack}")
    requested = []
    visitor.page.on("request", lambda request: requested.append(request.url))
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    url = start(corpus)
    visitor.open(url)

    answered = visitor.ask(attack)
    visitor.page.get_by_role("button", name="Copy message").last.click()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")

    assert f"{attack} `c` &lt; end." in answered
    assert f"1 · T {attack}, sentence" in answered
    assert visitor.page.locator("#chat [data-testid=user]").inner_text().strip() == attack
    assert visitor.page.locator("#chat").locator("img, script, em, code, .katex").count() == 0
    assert visitor.page.locator("#chat a:not([href^='#cite-'])").count() == 0
    assert visitor.page.evaluate("window.hit") is None
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

    assert before == b'{"status":"ok","page":true,"model":false}'
    assert send(url, "/healthz")[2] == b'{"status":"ok","page":true,"model":true}'


def test_ctrl_c_ends_the_server(corpus, capfd):
    from ui.server import serve

    addresses = []

    def ready(url: str) -> None:
        addresses.append(url)
        os.kill(os.getpid(), signal.SIGINT)

    serve(lambda: corpus, port=0, on_ready=ready)

    assert addresses[0].startswith("http://127.0.0.1:")
    assert capfd.readouterr() == ("", "")


def test_a_port_in_use_is_refused_before_anything_is_loaded(corpus):
    from ui.server import serve

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=rf"^Port {port} is in use\. .* --port\.$"):
            serve(lambda: corpus, port=port)
    with pytest.raises(BadSetting, match="65535"):
        serve(lambda: corpus, port=65536)


@pytest.mark.browser
def test_the_address_answers_at_once_and_a_question_asked_early_is_answered(
    start, visitor, corpus, monkeypatch
):
    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    allowed, load = threading.Event(), corpus.load
    monkeypatch.setattr(corpus, "load", lambda: allowed.wait(20) and load())
    begun = time.perf_counter()
    url = start(corpus, wait=False)
    assert status(url, "/") == 200
    assert time.perf_counter() - begun < 1

    visitor.open(url)
    visitor.page.fill("#question textarea", "Which pears are green?")
    visitor.page.keyboard.press("Enter")
    allowed.set()

    assert "Pears are green." in visitor.answer(1)


@pytest.mark.browser
def test_the_start_page_is_accessible(visitor):
    visitor.page.set_content(resources.files("ui").joinpath("start_page.html").read_text())

    assert "Starting" in visitor.page.get_by_role("status").inner_text()
    assert visitor.violations() == []


def test_a_corpus_that_cannot_be_opened_ends_the_server_with_its_error():
    from ui.server import serve

    def broken():
        raise ModelUnavailable("No model here.")

    with pytest.raises(ModelUnavailable, match="No model here"):
        serve(broken, port=0)
