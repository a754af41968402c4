"""Proof at the level of the socket that nothing leaves the machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

_WATCH = """
import json, sys
seen = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        seen.append([event, repr(arguments[1])])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        seen.append([event, repr(arguments[0])])
    elif event == "open" and str(arguments[0]).endswith(".pyi"):
        seen.append([event, repr(arguments[0])])
sys.addaudithook(watch)
"""


def watched(code: str, home: Path) -> tuple[list[list[str]], str]:
    """Run code in a process whose every connection and look-up is written down."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("HF_")},
        "HOME": str(home),
        "VERBATIM_CORPUS": str(home / "corpus"),
    }
    ran = subprocess.run(
        [sys.executable, "-c", f"{_WATCH}\n{code}\nprint(json.dumps(seen))"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    *printed, seen = ran.stdout.strip().splitlines()
    return json.loads(seen), "\n".join(printed)


@pytest.fixture(scope="module")
def first_minutes(tmp_path_factory) -> dict[str, tuple[list[list[str]], list[str]]]:
    """What is seen and printed by a first question, and by the chat that is served after it."""
    seen, printed = watched(
        """
import http.client, json, queue, threading, time
from qa import open_corpus, retrieve
print(retrieve("Which countries recognized Guaido?")[0].text.replace("\\n", " "))
asked = len(seen)
from ui.server.server import serve
ready = queue.Queue()
corpus = open_corpus()
arguments = {"port": 0, "on_ready": ready.put}
threading.Thread(target=serve, args=(lambda: corpus,), kwargs=arguments, daemon=True).start()
port = int(ready.get(timeout=60).rsplit(":")[-1])
def healthz():
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/healthz")
    state = json.loads(connection.getresponse().read())
    connection.close()
    return state
while not healthz()["page"]:
    time.sleep(0.2)
for path in ("/", "/theme.css", "/healthz"):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    print(connection.getresponse().status)
    connection.close()
while not healthz()["model"]:  # the models are part of what is watched
    time.sleep(0.2)
print(asked)
""",
        tmp_path_factory.mktemp("home"),
    )
    text, *statuses, asked = printed.splitlines()
    return {
        "question": (seen[: int(asked)], [text]),
        "chat": (seen[int(asked) :], statuses),
    }


@pytest.mark.model
def test_the_first_question_on_a_new_machine_reaches_no_network(first_minutes):
    seen, (text,) = first_minutes["question"]

    for country in ("United States", "Canada", "Colombia", "Argentina", "Brazil", "Chile"):
        assert country in text
    assert seen == []


@pytest.mark.model
def test_serving_the_chat_reaches_nothing_but_this_machine(first_minutes):
    seen, statuses = first_minutes["chat"]

    assert statuses == ["200", "200", "200"]
    assert seen, "the three requests of the test itself"
    reached = [place for event, place in seen if event != "open"]
    assert [place for place in reached if "127.0.0.1" not in place] == []


@pytest.mark.model
def test_starting_the_chat_rewrites_no_file_of_its_libraries(first_minutes):
    """Gradio writes stubs for editors beside its modules whenever it is imported."""
    seen, _ = first_minutes["chat"]

    assert [place for event, place in seen if event == "open"] == []


def test_the_watch_sees_what_it_has_to_see(tmp_path):
    seen, _ = watched(
        "import socket\n"
        "try: socket.create_connection(('localhost', 1), timeout=1)\n"
        "except OSError: pass",
        tmp_path,
    )

    assert {event for event, _ in seen} >= {"socket.getaddrinfo", "socket.connect"}
