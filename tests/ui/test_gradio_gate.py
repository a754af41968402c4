"""Of all that Gradio serves, the page's own routes are reached, and nothing else."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, unquote

import httpx
import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

pytestmark = pytest.mark.slow

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# What Gradio registers and the page uses, as `ui.page.gradio_gate.ALLOWED` has it
OPEN = {
    *("GET /", "HEAD /", "GET /favicon.ico", "GET /theme.css", "GET /assets/{path:path}"),
    *("GET /static/{path:path}", "GET /gradio_api/app_id", "GET /gradio_api/queue/data"),
    *("GET /gradio_api/heartbeat/{session_hash}", "POST /gradio_api/queue/join"),
}
# `run/{api_name}` is closed but for `run/predict`, where the page calls what needn't wait.
# And what else it registers. Should a later Gradio have another, see what it does before it is
# named in either list.
CLOSED = set(
    """
    GET /config, GET /config/, GET /gradio_api/app_id/,
    GET /gradio_api/call/v2/{api_name}/{event_id}, GET /gradio_api/call/{api_name}/{event_id},
    GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name},
    GET /gradio_api/deep_link, GET /gradio_api/dev/reload, GET /gradio_api/file/{path:path},
    GET /gradio_api/file={path_or_url:path}, GET /gradio_api/info, GET /gradio_api/info/,
    GET /gradio_api/login_check, GET /gradio_api/login_check/, GET /gradio_api/openapi.json,
    GET /gradio_api/proxy={url_path:path}, GET /gradio_api/queue/status, GET /gradio_api/runs,
    GET /gradio_api/runs/, GET /gradio_api/startup-events,
    GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file,
    GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8,
    GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext},
    GET /gradio_api/theme.css, GET /gradio_api/token, GET /gradio_api/token/,
    GET /gradio_api/upload_progress, GET /gradio_api/user, GET /gradio_api/user/,
    GET /gradio_api/vibe-code, GET /gradio_api/vibe-code/, GET /logout, GET /manifest.json,
    GET /monitoring, GET /monitoring/summary, GET /monitoring/{key}, GET /openapi.json,
    GET /pwa_icon, GET /pwa_icon/{size}, GET /robots.txt, GET /svelte/{path:path},
    HEAD /gradio_api/file={path_or_url:path}, HEAD /gradio_api/proxy={url_path:path},
    HEAD /openapi.json, POST /gradio_api/api/{api_name}, POST /gradio_api/api/{api_name}/,
    POST /gradio_api/call/v2/{api_name}, POST /gradio_api/call/v2/{api_name}/,
    POST /gradio_api/call/{api_name}, POST /gradio_api/call/{api_name}/, POST /gradio_api/cancel,
    POST /gradio_api/component_server, POST /gradio_api/component_server/,
    POST /gradio_api/process_recording, POST /gradio_api/reset, POST /gradio_api/reset/,
    POST /gradio_api/run/{api_name}, POST /gradio_api/run/{api_name}/,
    POST /gradio_api/stream/{event_id}, POST /gradio_api/stream/{event_id}/close,
    POST /gradio_api/undo-vibe-edit, POST /gradio_api/undo-vibe-edit/, POST /gradio_api/upload,
    POST /gradio_api/vibe-code, POST /gradio_api/vibe-code/, POST /gradio_api/vibe-edit,
    POST /gradio_api/vibe-edit/, POST /gradio_api/vibe-starter-queries,
    POST /gradio_api/vibe-starter-queries/, POST /login, POST /login/
    """.replace("\n", " ").split(", ")
)
VALUES = {"path:path": "/etc/passwd", "path_or_url:path": "/etc/passwd", "api_name": "respond"}


def routes_of(routes) -> set[str]:
    """Return the routes that an application lists, with those of all that it includes."""
    found = set()
    for route in routes:
        if isinstance(route, Mount):
            found |= {f"{route.path}{each}" for each in routes_of(route.routes)}
        elif hasattr(route, "original_router"):  # how FastAPI keeps a router that it includes
            found |= routes_of(route.original_router.routes)
        else:
            found |= {f"{method} {route.path}" for method in route.methods or METHODS}
    return found


def filled(path, values=VALUES) -> str:
    return re.sub(r"{([^}]*)}", lambda part: values.get(part[1], "1"), path)


def run(call):
    """Return what a coroutine returns; a browser keeps an event loop running in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, call).result()


@pytest.fixture
def app(corpus):
    from ui.server.app import create_app
    from ui.server.telemetry import Telemetry  # slow, so not while tests are collected

    async def build():
        return create_app(corpus, Telemetry())

    return run(build())


def test_every_route_of_gradio_is_one_that_the_page_uses_or_is_not_there(app):
    from ui.page.gradio_gate import ALLOWED

    registered = routes_of([app.routes[-1]])
    paths = {filled(route.partition(" ")[2].strip()) for route in registered}
    asked = 0

    assert {" ".join(route.split()) for route in CLOSED} | OPEN == registered
    with TestClient(app, base_url="http://127.0.0.1") as client:
        for path in sorted(paths):
            for method in METHODS:
                if not any(m == method and known.fullmatch(path) for m, known in ALLOWED):
                    answer = client.request(method, path, json={"data": []})
                    assert answer.status_code == 404, (method, path)
                    asked += 1
    assert asked > 300
    assert app.routes[-1].app._app is app.routes[-1]._base_app  # Gradio itself, behind the gate


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../routes.py",
        "/assets/%2e%2e/%2e%2e/routes.py",
        "/assets/..%2f..%2froutes.py",
        "/assets//etc/passwd",
        "/assets/.env",
        "/assets/x.js%0a",
        "/static/fonts/../../routes.py",
        "/static/fonts/%2e%2e/x.woff2",
        "/static/js/other.js",
        "//etc/passwd",
        "/gradio_api/queue/join/",
        "/gradio_api/QUEUE/JOIN",
        "/gradio_api//queue/join",
        "/gradio_api/queue/join%00",
        "/gradio_api/file%3d/etc/passwd",
        "/gradio_api/../gradio_api/file=/etc/passwd",
        "/gradio_api/heartbeat/a%2fb",
        "/theme.css/",
    ],
)
def test_no_other_spelling_of_a_path_leads_past_the_gate(path):
    for method in ("GET", "POST"):
        assert through_the_gate(method, path) == (404, [])


def through_the_gate(method, path, query="") -> tuple[int, list[bytes]]:
    """Return the answer's status for a path as it is sent, and the queries that Gradio got."""
    from ui.page.gradio_gate import GradioGate  # slow, so not while tests are collected

    queries, answers = [], []

    async def gradio(scope, receive, send) -> None:
        queries.append(scope["query_string"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    async def receive():
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "query_string": quote(query, safe="=&%").encode(),
        "headers": [],
    }
    run(GradioGate(gradio, {}, lambda page, _: page)(scope, receive, send))
    return answers[0]["status"], queries


def test_gradio_gets_no_query_but_the_name_of_a_page():
    stream = "/gradio_api/queue/data"

    assert through_the_gate("GET", "/", "deep_link=a&__theme=dark") == (200, [b""])
    assert through_the_gate("GET", "/theme.css", "v=1") == (200, [b""])
    query = "session_hash=ab1&deep_link=x"
    assert through_the_gate("GET", stream, query) == (200, [b"session_hash=ab1"])
    for wrong in ("", "a/b", "a" * 65, "a&session_hash=b", "%0a", "a%00", "ä"):
        assert through_the_gate("GET", stream, f"session_hash={wrong}") == (422, [])
    assert through_the_gate("GET", stream) == (422, [])


def test_gradio_checks_files_too(app):
    assert app.routes[-1]._base_app.get_blocks().has_launched


@pytest.mark.browser
def test_what_the_page_asks_for_is_all_that_is_open(start, visitor, corpus):
    from ui.page.gradio_gate import ALLOWED

    corpus.add_text("Anna Berg grows apples. Pears are green.", name="fruit", title="On fruit")
    visitor = visitor.another()
    used, refused = {("HEAD", "/"), ("GET", "/favicon.ico")}, []

    def note(response) -> None:
        used.add((response.request.method, httpx.URL(response.url).path))
        if response.status >= 400:
            refused.append(f"{response.status} {response.url}")

    visitor.page.on("response", note)
    url = start(corpus)
    for method, path in used:
        assert httpx.request(method, url + path).status_code == 200
    visitor.open(f"{url}/?__theme=dark")
    visitor.ask("Which pears are green?")
    answered = visitor.page.locator("#chat [data-testid=bot]")
    assert refused == []
    start.stop(url)
    visitor.page.fill("#question textarea", "And apples?")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text("Connection to the server was lost").wait_for()
    with visitor.page.expect_navigation(timeout=60_000):  # the page finds the server again
        start(corpus, port=int(url.rsplit(":")[-1]))
    answered.first.wait_for()

    for method, pattern in ALLOWED:
        assert any(m == method and pattern.fullmatch(path) for m, path in used), pattern
