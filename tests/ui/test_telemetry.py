"""Figures and logs tell how the server fares, and nothing of what is asked."""

import json
import logging

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ui.request_log import log_requests, requests

SECRET = "pears-of-the-cold-frame"  # noqa: S105 - the word that must not get out


@pytest.fixture
def logged():
    """What is logged goes nowhere else, and logging is as before afterwards."""
    root, level = logging.getLogger(), requests.level
    before = list(root.handlers)
    yield
    requests.setLevel(level)
    root.handlers[:] = before


def figures(url) -> dict[tuple, float]:
    families = text_string_to_metric_families(httpx.get(f"{url}/metrics").text)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_the_figures_count_requests_by_door_and_status_and_the_documents(start, corpus):
    corpus.add_text("Apples are red. Pears are green.", name="fruit")
    url = start(corpus)
    httpx.post(f"{url}/api/ask", json={"question": "Apples?"})
    httpx.post(f"{url}/api/ask", json={"question": " "})

    found = figures(url)

    assert found["verbatim_requests_total", "200", "ask"] == 1
    assert found["verbatim_requests_total", "400", "ask"] == 1
    assert found["verbatim_request_seconds_count", "ask"] == 2
    assert 0 < found["verbatim_request_seconds_sum", "ask"] < 20
    assert (found["verbatim_documents",], found["verbatim_sentences",]) == (1, 2)
    corpus.add_text("Plums are blue.", name="more")
    assert figures(url)["verbatim_documents",] == 2


@pytest.mark.parametrize("how", ["text", "json"])
def test_requests_are_logged_without_what_was_asked_or_named(start, corpus, capsys, logged, how):
    corpus.add_text("Apples are red.", name="fruit")
    log_requests(how)
    url = start(corpus)
    httpx.post(f"{url}/api/ask", json={"question": SECRET})
    httpx.post(f"{url}/api/documents?name={SECRET}.txt", content=SECRET)
    httpx.get(f"{url}/{SECRET}", headers={"Authorization": f"Bearer {SECRET}"})

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
    logging.getLogger("ui.messages").error("That failed", exc_info=RuntimeError("broken"))

    entry = json.loads(capsys.readouterr().err)
    assert (entry["level"], entry["message"]) == ("error", "That failed")
    assert "RuntimeError: broken" in entry["exception"]
