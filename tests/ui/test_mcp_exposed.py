"""MCP answers the official client in every way of serving, and nobody under a strange name."""

import asyncio
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import httpx2
import pytest
import trustme
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from ui.protection.exposure import Exposure

NAME = "verbatim.example"
TOKEN = "-of-at-least-twenty-characters"  # noqa: S105 - of these tests alone
BEARER = {"Authorization": f"Bearer {TOKEN}"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def named(monkeypatch) -> None:
    """Let the name be this computer's."""
    look_up = socket.getaddrinfo

    def looked_up(host, *arguments, **settings):
        here = host in (NAME, NAME.encode())
        return look_up("127.0.0.1" if here else host, *arguments, **settings)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


@pytest.fixture
def certificate(tmp_path):
    authority = trustme.CA()
    issued = authority.issue_cert(NAME, "localhost")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "certificate.pem")
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    return tmp_path


def asked(url, trusted, **headers) -> str:
    """Ask a question through the official client, in a thread that has no event loop."""

    async def ask() -> str:
        async with (
            httpx2.AsyncClient(verify=trusted, headers=BEARER | headers) as http,
            Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
        ):
            told = await client.call_tool("ask", {"question": "Apples?"})
            return told.structured_content["passages"][0]["text"]

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()


def wait_until_up(url, trusted) -> None:
    with httpx.Client(verify=trusted) as client:
        while client.get(f"{url}/healthz").status_code != 200:
            time.sleep(0.1)


def forward(listener, context, port) -> None:
    """Do TLS for a server, as a proxy in front of it does; one thread for each direction."""

    def copy(source, target) -> None:
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve(connection) -> None:
        with (
            suppress(OSError),
            context.wrap_socket(connection, server_side=True) as client,
            socket.create_connection(("127.0.0.1", port)) as server,
        ):
            answers = threading.Thread(target=copy, args=(server, client), daemon=True)
            answers.start()
            copy(client, server)
            answers.join()

    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def test_the_official_client_is_answered_over_tls_under_the_servers_name(
    start, corpus, certificate, named
):
    corpus.add_text("Apples are red.", name="fruit")
    exposure = Exposure(
        token=TOKEN,
        names=(NAME,),
        certificate=certificate / "certificate.pem",
        key=certificate / "key.pem",
    )
    port = start(corpus, exposure=exposure, wait=False).rsplit(":")[-1]
    trusted = ssl.create_default_context(cafile=certificate / "authority.pem")
    url = f"https://{NAME}:{port}"
    wait_until_up(url, trusted)

    assert asked(url, trusted) == "Apples are red."
    assert asked(url, trusted, Origin=url) == "Apples are red."
    assert asked(f"https://localhost:{port}", trusted) == "Apples are red."


def test_the_official_client_is_answered_behind_a_proxy(start, corpus, certificate, named):
    corpus.add_text("Apples are red.", name="fruit")
    exposure = Exposure(token=TOKEN, names=(NAME,), proxy="127.0.0.1")
    server = start(corpus, exposure=exposure)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    trusted = ssl.create_default_context(cafile=certificate / "authority.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(server.rsplit(":")[-1])
        threading.Thread(target=forward, args=(listener, context, port), daemon=True).start()
        url = f"https://{NAME}:{listener.getsockname()[1]}"

        assert asked(url, trusted) == "Apples are red."
        assert asked(url, trusted, Host=NAME, Origin=f"https://{NAME}") == "Apples are red."


def test_mcp_answers_every_name_of_the_server_and_no_other(start, corpus):
    names = (NAME, "192.168.1.20", "[2001:db8::1]")
    url = start(corpus, exposure=Exposure(token=TOKEN, names=names))

    def status(host, **headers) -> int:
        given = BEARER | ACCEPT | {"Host": host} | headers
        return httpx.post(f"{url}/mcp", json=LIST, headers=given, timeout=60).status_code

    for host in (*names, "localhost", "127.0.0.1"):
        for called in (host, f"{host}:7860"):
            assert status(called) == 200, called
            assert status(called, Origin=f"https://{called}") == 200, called
    assert status("evil.example") == 400
    assert status(f"{NAME}.evil.example") == 400
    assert status(NAME, Origin="https://evil.example") == 403
    assert status(NAME, Origin="null") == 403
