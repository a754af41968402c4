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


@pytest.mark.model
def test_the_first_question_on_a_new_machine_reaches_no_network(tmp_path):
    seen, printed = watched(
        'from qa import retrieve\nprint(retrieve("Which countries recognized Guaido?")[0].text)',
        tmp_path,
    )

    for country in ("United States", "Canada", "Colombia", "Argentina", "Brazil", "Chile"):
        assert country in printed
    assert seen == []


def test_the_watch_sees_what_it_has_to_see(tmp_path):
    seen, _ = watched(
        "import socket\n"
        "try: socket.create_connection(('localhost', 1), timeout=1)\n"
        "except OSError: pass",
        tmp_path,
    )

    assert {event for event, _ in seen} >= {"socket.getaddrinfo", "socket.connect"}
