"""Others may come only with the token, over an encrypted line, and not too often."""

import ssl
import time
from pathlib import Path

import httpx
import pytest
import trustme

from index import BadSetting
from ui.exposure import Exposure, read_token

TOKEN = "-of-at-least-twenty-characters"  # noqa: S105 - of these tests alone
BEARER = {"Authorization": f"Bearer {TOKEN}"}
GATED = Exposure(token=TOKEN)
DOORS = (
    ("GET", "/"),
    ("GET", "/config"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/startup-events"),
    ("POST", "/gradio_api/queue/join"),
    ("GET", "/theme.css"),
    ("POST", "/api/ask"),
    ("POST", "/api/retrieve"),
    ("POST", "/api/documents?name=a.txt"),
    ("GET", "/api/documents"),
    ("DELETE", "/api/documents/1"),
    ("GET", "/api/conversations/x.md"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/docs"),
    ("POST", "/mcp"),
    ("GET", "/metrics"),
    ("GET", "/nowhere"),
)


@pytest.fixture
def gated(start, corpus) -> str:
    corpus.add_text("Apples are red.", name="fruit")
    return start(corpus, exposure=GATED)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "VERBATIM_TOKEN"),
        ({"token": "short"}, "shorter than 20"),
        ({"token": TOKEN}, "--tls-certificate"),
        ({"token": TOKEN, "certificate": Path("c.pem")}, "both"),
        ({"token": TOKEN, "proxy": "nginx"}, "IP address"),
        ({"token": TOKEN, "proxy": "10.0.0.1"}, "--name"),
    ],
)
def test_what_others_can_reach_has_to_be_protected(settings, message):
    with pytest.raises(BadSetting, match=message):
        Exposure(host="0.0.0.0", **settings)  # noqa: S104 - it must be refused


def test_a_proxy_makes_even_this_computers_address_public():
    with pytest.raises(BadSetting, match="VERBATIM_TOKEN"):
        Exposure(proxy="127.0.0.1")


def test_the_token_comes_from_a_file_or_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("VERBATIM_TOKEN", "of the environment")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    (tmp_path / "empty").write_text("\n")

    assert read_token(tmp_path / "token") == TOKEN
    assert read_token(None) == "of the environment"
    for name in ("empty", "missing"):
        with pytest.raises(BadSetting, match=name):
            read_token(tmp_path / name)


def test_no_door_opens_without_the_token(gated):
    wrong = ({}, {"Authorization": "Bearer wrong"}, {"Cookie": "verbatim=9999999999.0"})
    for method, path in DOORS:
        for headers in wrong:
            answer = httpx.request(method, gated + path, headers=headers)
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"] == "Bearer"
            assert "apples" not in answer.text.lower()


def test_every_door_opens_with_the_token(gated):
    assert httpx.get(gated, headers=BEARER).status_code == 200
    assert httpx.get(f"{gated}/theme.css", headers=BEARER).status_code == 200
    asked = httpx.post(f"{gated}/api/ask", headers=BEARER, json={"question": "Apples?"})
    assert asked.json()["passages"][0]["text"] == "Apples are red."
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{gated}/mcp", headers=BEARER | accept, json=call).status_code == 200
    assert httpx.get(f"{gated}/healthz").status_code == 200


@pytest.mark.browser
def test_a_person_signs_in_once_and_stays_so(gated, visitor):
    page = visitor.page
    page.goto(gated)
    assert visitor.violations() == []
    page.get_by_label("Token").fill("not the token at all")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("That is not the token.").wait_for()
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#question textarea:focus").wait_for()

    assert "Apples are red." in visitor.ask("Apples?")
    (cookie,) = [item for item in page.context.cookies() if item["name"] == "verbatim"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert TOKEN not in cookie["value"]
    page.reload()
    assert "Apples are red." in visitor.answer(1)


def test_a_session_ends_and_cannot_be_made_longer(gated, monkeypatch):
    signed = httpx.post(f"{gated}/sign-in", data={"token": TOKEN})
    session = signed.cookies["verbatim"]
    expires, _, signature = session.partition(".")

    def status(value) -> int:
        return httpx.get(f"{gated}/theme.css", headers={"Cookie": f"verbatim={value}"}).status_code

    assert signed.status_code == 303
    assert status(session) == 200
    assert status(f"{int(expires) + 1}.{signature}") == 401
    for value in (f"{expires}.", ".", "", "x.y", "²." + signature, expires, f"-1.{signature}"):
        assert status(value.encode()) == 401
    later = time.time() + 31 * 24 * 3600
    monkeypatch.setattr("ui.access.time.time", lambda: later)
    assert status(session) == 401


def test_guessing_the_token_is_slowed_down(gated):
    answers = [httpx.post(f"{gated}/sign-in", data={"token": str(n)}) for n in range(12)]

    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert answers[-1].headers["retry-after"] == "60"
    assert httpx.post(f"{gated}/api/ask", headers=BEARER, json={"question": "x"}).status_code == 200


def test_one_client_may_ask_only_so_often(start, corpus):
    corpus.add_text("Apples are red.", name="fruit")
    url = start(corpus, exposure=Exposure(rate=3))

    def ask() -> int:
        return httpx.post(f"{url}/api/ask", json={"question": "Apples?"}).status_code

    assert [ask() for _ in range(5)] == [200] * 3 + [429] * 2
    assert httpx.get(f"{url}/api/documents").status_code == 200


def test_clients_behind_a_proxy_are_told_apart_by_its_word_alone(start, corpus):
    corpus.add_text("Apples are red.", name="fruit")
    exposure = Exposure(token=TOKEN, proxy="127.0.0.1", names=("verbatim.example",), rate=1)
    strange = Exposure(token=TOKEN, proxy="10.9.8.7", names=("verbatim.example",), rate=1)

    def statuses(url) -> list[int]:
        return [
            httpx.post(
                f"{url}/api/ask",
                headers=BEARER | {"Host": "verbatim.example", "X-Forwarded-For": client},
                json={"question": "Apples?"},
            ).status_code
            for client in ("10.0.0.1", "10.0.0.2", "10.0.0.1", "2001:db8::1", "2001:db8::2")
        ]

    assert statuses(start(corpus, exposure=exposure)) == [200, 200, 429, 200, 429]
    assert statuses(start(corpus, exposure=strange)) == [200, 429, 429, 429, 429]


def test_tls_is_spoken_and_the_cookie_stays_on_it(start, corpus, tmp_path):
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "certificate.pem")
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    corpus.add_text("Apples are red.", name="fruit")
    exposure = Exposure(
        token=TOKEN, certificate=tmp_path / "certificate.pem", key=tmp_path / "key.pem"
    )
    url = start(corpus, exposure=exposure, wait=False).replace("http:", "https:")

    trusted = ssl.create_default_context(cafile=tmp_path / "authority.pem")
    with httpx.Client(verify=trusted) as client:
        while client.get(f"{url}/healthz").status_code != 200:
            time.sleep(0.1)
        signed = client.post(f"{url}/sign-in", data={"token": TOKEN})
        assert "Secure" in signed.headers["set-cookie"]
        assert client.post(f"{url}/api/ask", json={"question": "Apples?"}).status_code == 200
