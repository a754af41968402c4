"""Others may come only with the token, over an encrypted line, and not too often."""

import secrets
import ssl
import time
import uuid
from pathlib import Path

import httpx
import pytest
import trustme

from index import BadSetting
from ui.protection.exposure import Exposure, read_token

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
    ("POST", "/api/verify"),
    ("POST", "/api/check"),
    ("POST", "/api/documents?name=a.txt"),
    ("GET", "/api/documents"),
    ("DELETE", "/api/documents/1"),
    ("GET", "/api/conversations/x.md"),
    ("GET", "/d/1"),
    ("GET", "/api/documents/1/headings"),
    ("GET", "/api/documents/1/pages/1"),
    ("GET", "/api/documents/1/original?view=true"),
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
            # After ten wrong tokens further ones are not even looked at
            refused = (401, 429) if "Authorization" in headers else (401,)
            assert answer.status_code in refused, path
            if answer.status_code == 401:
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
    page.get_by_text("Wrong token.").wait_for()
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#question textarea:focus").wait_for()

    assert "Apples are red." in visitor.ask("Apples?")
    (cookie,) = [item for item in page.context.cookies() if item["name"] == "verbatim"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert TOKEN not in cookie["value"]
    page.reload()
    assert "Apples are red." in visitor.answer(1)


@pytest.mark.browser
def test_whoever_signs_in_at_a_passage_lands_there(gated, corpus, visitor):
    page, (document,) = visitor.page, corpus.documents()
    for path in (f"/d/{document.id}", f"/?document={document.id}"):
        page.context.clear_cookies()
        page.goto(f"{gated}{path}#0-15-{document.sha256}")
        page.get_by_label("Token").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("Wrong token.").wait_for()
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        page.locator("#viewer .current").wait_for()

        assert page.locator("#viewer .current").inner_text() == "Apples are red."
        page.goto("about:blank")


def test_signing_in_leads_to_no_other_place_than_a_document_here(gated):
    for passage, place in (
        ("/d/1", "/d/1"),
        ("/?document=7", "/?document=7"),
        ("/d/1?corpus=work%20%22", "/d/1?corpus=work%20%22"),
        ("/?document=7&corpus=work", "/?document=7&corpus=work"),
        ('/d/1?corpus="><script>', "/"),
        ("https://elsewhere.example/d/1", "/"),
        ("//elsewhere.example", "/"),
        ("/d/1/../../x", "/"),
        ("/d/1\r\nset-cookie: a=b", "/"),
        ("/d/1\n", "/"),
        ("", "/"),
    ):
        sent = {"token": TOKEN, "passage": passage}
        answer = httpx.post(f"{gated}/sign-in", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, place)
    page = httpx.get(f"{gated}/d/1?x=<script>", headers={"accept": "text/html"})
    assert 'value=""' in page.text


def test_the_sign_in_page_speaks_the_browsers_language(gated):
    headers = {"accept": "text/html", "accept-language": "fr-CH, de;q=0.5"}
    page = httpx.get(gated, headers=headers).text

    assert '<html lang="fr">' in page
    assert "Jeton d’accès" in page


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
    monkeypatch.setattr("ui.protection.token.time.time", lambda: later)
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
    url = start(corpus, exposure=exposure)
    clients = (
        ("10.0.0.1", 200),
        ("::ffff:10.0.0.1", 429),  # the same address
        ("::ffff:10.0.0.2", 200),
        ("6.6.6.6, 10.0.0.1", 429),  # what the proxy was told is not its word
        ("2001:db8::1", 200),
        ("2001:db8::2", 429),
        ("2001:db8:0:1::2", 200),
        ("anything", 200),
        ("anything else", 429),
    )
    for client, expected in clients:
        headers = BEARER | {"Host": "verbatim.example", "X-Forwarded-For": client}
        asked = httpx.post(f"{url}/api/ask", headers=headers, json={"question": "Apples?"})
        assert asked.status_code == expected, client


def test_who_comes_past_the_proxy_gets_nothing(start, corpus):
    exposure = Exposure(token=TOKEN, proxy="10.9.8.7", names=("verbatim.example",))
    url = start(corpus, exposure=exposure, wait=False)
    headers = BEARER | {"Host": "verbatim.example", "X-Forwarded-For": "10.9.8.7"}

    for method, path in DOORS:
        answer = httpx.request(method, url + path, headers=headers)
        assert (answer.status_code, answer.content) == (403, b""), path
    assert httpx.get(f"{url}/healthz").status_code in (200, 503)  # a check on this computer


def test_guessing_by_header_is_slowed_down_and_locks_out_nobody_else(start, corpus):
    corpus.add_text("Apples are red.", name="fruit")
    exposure = Exposure(token=TOKEN, proxy="127.0.0.1", names=("verbatim.example",))
    url = start(corpus, exposure=exposure)

    def status(bearer, client, **headers) -> int:
        headers |= {"Host": "verbatim.example", "X-Forwarded-For": client}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        return httpx.get(f"{url}/api/documents", headers=headers).status_code

    here = {"Host": "verbatim.example", "X-Forwarded-For": "10.0.0.1"}
    signed = httpx.post(f"{url}/sign-in", headers=here, data={"token": TOKEN})
    assert [status(str(n), "10.0.0.1") for n in range(12)] == [401] * 10 + [429] * 2
    assert status(TOKEN, "10.0.0.1") == 429  # or guessing would go on
    assert status(TOKEN, "10.0.0.2") == 200
    cookie = f"verbatim={signed.cookies['verbatim']}"
    assert status("", "10.0.0.1", Cookie=cookie) == 200
    assert status("wrong", "10.0.0.1", Cookie=cookie) == 200


def test_requests_without_the_token_use_up_nobodys_rate(start, corpus):
    url = start(corpus, exposure=Exposure(token=TOKEN, rate=2))
    for _ in range(5):
        assert httpx.post(f"{url}/api/ask", json={"question": "x"}).status_code == 401
    asked = httpx.post(f"{url}/api/texts", headers=BEARER, json={"text": "Apples."})
    assert asked.status_code == 200


def test_who_signs_out_is_out_whoever_kept_the_cookie(gated):
    one, two = (
        {"Cookie": f"verbatim={signed.cookies['verbatim']}"}
        for signed in [httpx.post(f"{gated}/sign-in", data={"token": TOKEN}) for _ in range(2)]
    )

    def status(headers) -> int:
        return httpx.get(f"{gated}/api/documents", headers=headers).status_code

    assert (status(one), status(two)) == (200, 200)
    out = httpx.post(f"{gated}/sign-out", headers=one)
    assert (out.status_code, out.headers["location"]) == (303, "/")
    assert 'verbatim=""' in out.headers["set-cookie"]
    assert out.headers["clear-site-data"] == '"storage"'
    assert (status(one), status(two)) == (401, 200)
    assert httpx.post(f"{gated}/sign-out", headers=one).status_code == 303  # twice does no harm
    foreign = httpx.post(f"{gated}/sign-out", headers=two | {"Origin": "http://evil.example"})
    assert (foreign.status_code, status(two)) == (403, 200)


@pytest.mark.browser
def test_a_person_signs_out_on_the_page_and_it_keeps_nothing(gated, visitor):
    page = visitor.page
    page.goto(gated)
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    page.locator("#question textarea:focus").wait_for()
    visitor.ask("Apples?")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Token").wait_for()

    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases()") == []
    page.goto(gated)
    page.get_by_label("Token").wait_for()


@pytest.mark.parametrize(
    "token",
    [
        "a" * 20,
        "ab" * 20,
        "password" * 4,
        "12345678901234567890",
        "abcdefghijklmnopqrstuvwxyz",
        "a token of several words",
        "größer-als-zwanzig-zeichen-ist-es",
        "a-long-token-with-an-end-of-line\n",
    ],
)
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused(token):
    with pytest.raises(BadSetting, match=r"secrets\.token_urlsafe"):
        Exposure(token=token)


def test_tokens_as_programs_make_them_are_taken():
    for make in (secrets.token_urlsafe, secrets.token_hex, lambda _: str(uuid.uuid4())):
        for _ in range(200):
            Exposure(token=make(32))


def test_the_token_is_in_no_representation():
    assert TOKEN not in repr(Exposure(token=TOKEN))


def test_nothing_that_tells_of_documents_is_kept_by_browsers(gated):
    signed = httpx.get(f"{gated}/api/documents", headers=BEARER)
    paths = [path for method, path in DOORS if method == "GET" and path != "/theme.css"]
    for path in paths:
        assert httpx.get(gated + path, headers=BEARER).headers["cache-control"] == "no-store", path
    asked = httpx.post(f"{gated}/api/ask", headers=BEARER, json={"question": "Apples?"})
    assert asked.headers["cache-control"] == signed.headers["cache-control"] == "no-store"
    assert httpx.get(gated).headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in signed.headers


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
        asked = client.post(f"{url}/api/ask", json={"question": "Apples?"})
        assert asked.status_code == 200
        assert asked.headers["strict-transport-security"].startswith("max-age=")
