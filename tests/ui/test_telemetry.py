"""Figures and logs tell how the server fares, and nothing of what is asked."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ui.protection.exposure import Exposure
from ui.server.request_log import log_requests, requests

SECRET = "pears-of-the-cold-frame"  # noqa: S105 - the word that must not get out
TOKEN = "-of-at-least-twenty-characters"  # noqa: S105 - of these tests alone
BEARER = {"Authorization": f"Bearer {TOKEN}"}
ROOT = Path(__file__).parents[2]
CHAT = """
import sys, warnings
sys.path.insert(0, "tests")
import index.encoding.corpus_model
from toy_encoder import ToyEncoder
from ui.__main__ import main

def toy(*_):
    warnings.warn("A warning of a library")
    return ToyEncoder()

index.encoding.corpus_model.new_encoder = toy
sys.argv = ["verbatim", "chat", "--port", "0", "--log", "json"]
main()
"""


@pytest.fixture
def logged():
    """What is logged goes nowhere else, and logging is as before afterwards."""
    root, level = logging.getLogger(), requests.level
    before = list(root.handlers)
    yield
    logging.captureWarnings(capture=False)
    requests.setLevel(level)
    root.handlers[:] = before


def figures(url, headers=None) -> dict[tuple, float]:
    families = text_string_to_metric_families(httpx.get(f"{url}/metrics", headers=headers).text)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_figures_count_requests_by_door_and_status_and_the_documents(start, corpus):
    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    url = start(corpus)
    begun = time.perf_counter()
    httpx.post(f"{url}/api/ask", json={"question": "Apples?"})
    httpx.post(f"{url}/api/ask", json={"question": " "})
    seconds = time.perf_counter() - begun

    found = figures(url)

    assert found["verbatim_requests_total", "200", "ask"] == 1
    assert found["verbatim_requests_total", "400", "ask"] == 1
    assert found["verbatim_request_seconds_count", "ask"] == 2
    assert 0 < found["verbatim_request_seconds_sum", "ask"] < seconds
    assert (found["verbatim_documents",], found["verbatim_sentences",]) == (1, 2)
    corpus.add_text("Plums are blue.", name="more")
    assert figures(url)["verbatim_documents",] == 2


def test_requests_that_were_refused_are_counted_too(start, corpus):
    url = start(corpus, exposure=Exposure(token=TOKEN, rate=1))
    post, question = f"{url}/api/ask", {"json": {"question": "Apples?"}}
    httpx.post(post, headers={"Origin": "https://elsewhere.example"}, **question)
    httpx.post(post, headers=BEARER, **question)
    httpx.post(post, headers=BEARER, **question)
    httpx.get(url, headers={"Host": "elsewhere.example"})
    httpx.request(SECRET.upper(), url)
    assert httpx.get(f"{url}/metrics").status_code == 401

    found = figures(url, BEARER)

    for door, status in (
        ("ask", "403"),
        ("ask", "429"),
        ("page", "400"),
        ("page", "405"),
        ("metrics", "401"),
    ):
        assert found["verbatim_requests_total", status, door] == 1, (door, status)
    assert found["verbatim_request_seconds_count", "ask"] == 3


def test_others_are_answered_while_the_figures_are_put_together(start, corpus, monkeypatch):
    url, begun, free = start(corpus), threading.Event(), threading.Event()
    snapshot = corpus.snapshot

    def slow():
        begun.set()
        assert free.wait(60)
        return snapshot()

    monkeypatch.setattr(corpus, "snapshot", slow)
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(httpx.get, f"{url}/metrics", timeout=120)
        assert begun.wait(60)
        try:
            assert httpx.get(f"{url}/healthz", timeout=30).status_code == 200
        finally:
            free.set()

    assert told.result().status_code == 200


@pytest.mark.parametrize("how", ["text", "json"])
def test_requests_are_logged_without_what_was_asked_or_named(start, corpus, capsys, logged, how):
    corpus.add_text("Apples are red.", name="fruit")
    log_requests(how)
    url = start(corpus)
    httpx.post(f"{url}/api/ask", json={"question": SECRET})
    httpx.post(f"{url}/api/documents?name={SECRET}.txt", content=SECRET)
    httpx.get(f"{url}/{SECRET}", headers={"Authorization": f"Bearer {SECRET}"})
    httpx.request(SECRET, url)

    lines = capsys.readouterr().err.splitlines()

    assert SECRET not in "\n".join(lines)
    if how == "text":
        assert any("POST ask 200 " in line for line in lines)
        return
    entries = [json.loads(line) for line in lines]
    (asked,) = [entry for entry in entries if entry.get("door") == "ask"]
    assert (asked["method"], asked["status"], asked["level"]) == ("POST", 200, "info")
    assert asked["milliseconds"] > 0


def test_the_figures_hold_no_path_that_a_stranger_makes_up(start, corpus):
    url = start(corpus)
    for number in range(5):
        httpx.get(f"{url}/{SECRET}{number}")

    assert SECRET not in httpx.get(f"{url}/metrics").text
    assert figures(url)["verbatim_requests_total", "404", "page"] == 5


def test_errors_are_lines_of_json_too(capsys, logged):
    log_requests("json")
    logging.getLogger("ui.protection.public_message").error(
        "Unexpected error", exc_info=RuntimeError("broken")
    )

    entry = json.loads(capsys.readouterr().err)
    assert (entry["level"], entry["message"]) == ("error", "Unexpected error")
    assert "RuntimeError: broken" in entry["exception"]


@pytest.mark.slow
def test_every_line_that_a_server_writes_to_its_log_is_json():
    with subprocess.Popen(
        [sys.executable, "-c", CHAT],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            address = re.search(r"http://\S+", server.stdout.readline())[0]
            host, port = address.removeprefix("http://").split(":")
            while httpx.get(f"{address}/healthz").status_code != 200:
                time.sleep(0.05)
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(b"not HTTP\r\n\r\n")
                assert b"400 Bad Request" in connection.recv(1000)
            server.send_signal(signal.SIGINT)
            _, written = server.communicate(timeout=120)
        finally:
            server.kill()

    entries = [json.loads(line) for line in written.splitlines()]
    assert server.returncode == 0
    assert {entry["logger"] for entry in entries} == {
        "uvicorn.error",
        "verbatim.requests",
        "py.warnings",
    }
