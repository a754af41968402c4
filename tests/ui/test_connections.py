"""Who says nothing, or not enough, is closed; there is room for everybody else."""

import http.client
import json
import socket
import time
from contextlib import ExitStack, closing

import pytest

HEAD = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def connect(url) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=60)


def health(url) -> int:
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)) as connection:
        connection.request("GET", "/healthz")
        return connection.getresponse().status


def closed(connection) -> bool:
    """Return whether the server closes a connection within the test's patience."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def cut_while_sending(connection, piece, times, pause) -> bool:
    """Send a piece again and again; return whether the server cuts the connection meanwhile."""
    try:
        for _ in range(times):
            connection.sendall(piece)
            time.sleep(pause)
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


@pytest.fixture
def impatient(monkeypatch):
    """As long as a busy computer may keep this process from sending, and no longer."""
    monkeypatch.setattr("ui.protection.connections.PATIENCE", 3.0)


def test_silent_connections_of_one_address_leave_room_for_everybody(start, corpus, monkeypatch):
    monkeypatch.setattr("ui.protection.connections.PATIENCE", 600.0)  # not by running out of time
    url = start(corpus)
    with ExitStack() as stack:
        silent = [stack.enter_context(connect(url)) for _ in range(300)]
        assert health(url) == 200
        assert closed(silent[0])  # the oldest made room
        silent[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert silent[-1].recv(100).startswith(b"HTTP/1.1 200")


def test_a_request_that_does_not_come_is_not_waited_for(start, corpus, impatient):
    url = start(corpus)
    with ExitStack() as stack:
        waiting = {}
        for said in (b"", b"GET /healthz HT", HEAD, HEAD + b"Content-Length: 9\r\n\r\n{"):
            waiting[said] = stack.enter_context(connect(url))
            waiting[said].sendall(said)
        assert [said for said, connection in waiting.items() if not closed(connection)] == []


def test_a_head_or_a_body_that_trickles_is_not_waited_for(start, corpus, impatient):
    url = start(corpus)
    for head in (HEAD, HEAD + b"Content-Length: 100000\r\n\r\n"):
        with connect(url) as connection:
            connection.sendall(head)
            assert cut_while_sending(connection, b"x", 400, 0.05)


def test_a_slow_upload_that_keeps_coming_is_taken(start, corpus, impatient):
    with connect(start(corpus)) as connection:
        text = b"Apples are red. " * 5000
        connection.sendall(
            b"POST /api/documents?name=a.txt HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: %d\r\n\r\n" % len(text)
        )
        for place in range(0, len(text), 4000):
            connection.sendall(text[place : place + 4000])
            time.sleep(0.25)  # 16 kB a second, for longer than the patience
        told = b""
        while b'"status"' not in told and (more := connection.recv(10_000)):
            told += more
        assert b'"added"' in told


def test_who_does_not_read_the_answer_is_not_waited_for(start, corpus, impatient):
    corpus.add_text(f"{'long ' * 180}. " * 400, name="long")
    url = start(corpus)
    # 400 kB each: more than the system's buffers hold is soon to be sent
    ask = b"GET /api/documents/1?count=400 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connect(url) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert cut_while_sending(connection, ask * 10, 1500, 0.02)


def test_a_refused_body_without_end_is_cut(start, corpus):
    with connect(start(corpus)) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        assert cut_while_sending(connection, b"10000\r\n" + b"a" * 65536 + b"\r\n", 8000, 0)


def test_who_sent_too_much_still_sees_why_it_was_refused(start, corpus):
    url = start(corpus)
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)) as connection:
        connection.request("POST", "/api/ask", b"x" * 5_000_000)
        answer = connection.getresponse()
        assert (answer.status, b"too large" in answer.read()) == (413, True)


def test_health_is_told_and_a_503_says_when_to_come_again_when_all_places_are_taken(
    start, corpus, monkeypatch
):
    monkeypatch.setattr("ui.protection.crowd.Crowd.__init__.__defaults__", (2, 2))
    url = start(corpus)
    with ExitStack() as stack:
        for address in ("127.0.0.2", "127.0.0.3"):
            busy = socket.create_connection(
                ("127.0.0.1", int(url.rpartition(":")[2])), source_address=(address, 0)
            )
            stack.enter_context(busy)
            busy.sendall(HEAD + b"Content-Length: 9\r\n\r\n{")
        with closing(http.client.HTTPConnection(url.removeprefix("http://"))) as connection:
            for _ in range(600):  # until the server has read what the two have sent
                connection.request("GET", "/api/documents")
                answer = connection.getresponse()
                told = json.loads(answer.read())
                if answer.status != 200:
                    break
                time.sleep(0.1)
        assert (answer.status, answer.headers["retry-after"]) == (503, "2")
        assert "Try again" in told["detail"]
        assert health(url) == 200


def test_a_connection_goes_on_after_a_request_that_was_refused_before_its_body_came(start, corpus):
    url = start(corpus)
    with connect(url) as client:
        answers = client.makefile("rb")
        for _ in range(3):
            client.sendall(
                b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"
            )
            assert b" 404 " in answers.readline()
            while answers.readline().strip():
                pass
            answers.read1()
            client.sendall(b"hello")
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

        assert b" 200 " in answers.readline()
