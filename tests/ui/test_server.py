"""What the server answers, when it starts and ends, and to whom."""

import http.client
import json
import os
import signal
import socket
import threading
import time
from contextlib import closing

import pytest

from index import BadSetting, ModelUnavailable


def send(
    url, path, method="GET", body=None, **headers
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Send a request; return status, headers and body of the response."""
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)) as connection:
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


def test_a_long_text_of_any_script_may_be_pasted(start, corpus):
    url = start(corpus)
    text = ("Это " * 249 + "оно.") * 500  # 500,000 characters, of which JSON makes 2 MB
    own = {"Origin": url, "Content-Type": "application/json"}

    assert status(url, "/api/texts", "POST", json.dumps({"text": text}), **own) == 200
    assert status(url, "/api/texts", "POST", json.dumps({"text": text * 3}), **own) == 413


def test_every_response_carries_the_security_headers(start, corpus):
    url = start(corpus)

    for path in (
        "/",
        "/healthz",
        "/nowhere",
        "/gradio_api/file=https://evil.example/x",
        "/assets/no.js",
    ):
        _, headers, _ = send(url, path)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] is None
        assert headers["server"] is None


def test_the_server_starts_without_the_model_and_says_when_it_is_there(start, corpus, monkeypatch):
    allowed, load = threading.Event(), corpus.load
    monkeypatch.setattr(corpus, "load", lambda: allowed.wait(60) and load())
    url = start(corpus)

    before = send(url, "/healthz")[2]
    allowed.set()
    while send(url, "/healthz")[2] == before:
        time.sleep(0.02)

    assert before == b'{"status":"ok","page":true,"model":false}'
    assert send(url, "/healthz")[2] == b'{"status":"ok","page":true,"model":true}'


def test_ctrl_c_ends_the_server(corpus, capfd):
    from ui.server.server import serve

    addresses = []

    def ready(url: str) -> None:
        addresses.append(url)
        os.kill(os.getpid(), signal.SIGINT)

    serve(lambda: corpus, port=0, on_ready=ready)

    assert addresses[0].startswith("http://127.0.0.1:")
    assert capfd.readouterr() == ("", "")


def test_a_port_in_use_is_refused_before_anything_is_loaded(corpus):
    from ui.server.server import serve

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=rf"^Port {port} is in use\. .* --port\.$"):
            serve(lambda: corpus, port=port)
    with pytest.raises(BadSetting, match="65535"):
        serve(lambda: corpus, port=65536)


def test_a_corpus_that_cannot_be_opened_ends_the_server_with_its_error():
    from ui.server.server import serve

    def broken():
        raise ModelUnavailable("No model here.")

    with pytest.raises(ModelUnavailable, match="No model here"):
        serve(broken, port=0)
