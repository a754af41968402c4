"""A served chat, and a browser that looks at it."""

import asyncio
import http.client
import json
import os
import shutil
import socket
import threading
import time
from contextlib import closing
from functools import cached_property
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port
from ui.__main__ import main

BOX = "#question textarea"
ANSWERED = """count => {
  const answers = [...document.querySelectorAll("#chat [data-testid=bot]")];
  return answers.length === count && !answers.at(-1).innerText.startsWith("Searching")
    && !document.querySelector("#question textarea").disabled;
}"""


_PATIENCE = 60.0  # seconds; only what hangs takes so long, however busy the computer is


@pytest.fixture(scope="session", autouse=True)
def patient_client():
    """Let the tests' own client wait longer than 5 seconds for an answer."""
    with pytest.MonkeyPatch.context() as patch:
        for wait in ("connect", "read", "write", "pool"):
            patch.setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, wait, _PATIENCE)
        assert httpx.Client().timeout == httpx.Timeout(_PATIENCE)
        yield


def has_page(url) -> bool:
    address = url.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=_PATIENCE)) as connection:
        connection.request("GET", "/healthz")
        return json.loads(connection.getresponse().read())["page"]


def listen(usual) -> socket.socket:
    """Return a listener on the usual port, or on another one if that is taken."""
    try:
        return socket.create_server(("127.0.0.1", usual))
    except OSError:
        return socket.create_server(("127.0.0.1", free_port()))


class Servers:
    """Chats served from this process."""

    def __init__(self, port) -> None:
        self._port = port
        self._stops = {}

    def __call__(self, corpus, *, port=None, wait=True, exposure=None) -> str:
        """Serve a corpus, by default on the usual port if that is free; return the address.

        Without `wait` the start page may be all that there is yet.
        """
        from ui.protection.exposure import Exposure
        from ui.server.server import make_server  # slow, so not while tests are collected

        listener = socket.create_server(("127.0.0.1", port)) if port else listen(self._port)
        ready = threading.Event()
        servers = []

        async def run() -> None:
            servers.append(make_server(lambda: corpus, ready.set, exposure or Exposure()))
            await servers[0].serve(sockets=[listener])

        thread = threading.Thread(target=lambda: asyncio.run(run()))

        def stop() -> None:
            servers[0].should_exit = True
            thread.join(_PATIENCE)
            listener.close()
            assert not thread.is_alive(), "the server has not ended"

        thread.start()
        assert ready.wait(_PATIENCE)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._stops[url] = stop
        while wait and not has_page(url):
            time.sleep(0.05)
        return url

    def stop(self, url) -> None:
        self._stops.pop(url)()

    def stop_all(self) -> None:
        for url in list(self._stops):
            self.stop(url)


@pytest.fixture(scope="session")
def usual_port() -> int:
    """The port of most servers: where a browser has been before, it has the page's scripts."""
    return free_port()


class BuiltWhenUsed:
    """An application of Gradio's, made when something is first asked of it."""

    def __init__(self, make) -> None:
        self._make = make

    @cached_property
    def _made(self):
        return self._make()

    def __getattr__(self, name):
        return getattr(self._made, name)


@pytest.fixture(scope="session")
def light_pages():
    """Make half of the work of a server's start only where it is needed.

    Gradio makes three applications of a page before the one that is served, all their routes
    included, and throws away two of them.
    """
    import gradio.blocks  # slow, so not while tests are collected

    class Applications:
        @staticmethod
        def create_app(*arguments, **settings):
            return BuiltWhenUsed(lambda: whole.create_app(*arguments, **settings))

    whole = gradio.blocks.App
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradio.blocks, "App", Applications)
        yield


@pytest.fixture
def start(usual_port, light_pages):
    """Call it with a corpus to serve it."""
    servers = Servers(usual_port)
    yield servers
    servers.stop_all()


@pytest.fixture(scope="module")
def context():
    """A window of Chromium. Its driver keeps an event loop running in this thread."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        pytest.skip("There is no chromium on the path, and CHROMIUM is not set")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser.new_context()
        browser.close()


@pytest.fixture
def page(context):
    """A new page, in a browser that keeps nothing of earlier ones but what their servers sent."""
    context.set_default_timeout(1000 * _PATIENCE)
    page = context.new_page()
    yield page
    for other in context.browser.contexts:
        if other is not context:
            other.close()
    for opened in context.pages:  # they could store something again
        opened.close()
    context.clear_permissions()
    kept = {"origin": "*", "storageTypes": "cookies,local_storage,indexeddb"}
    blank = context.new_page()
    context.new_cdp_session(blank).send("Storage.clearDataForOrigin", kept)
    blank.close()


class Visitor:
    """A person with the chat open in a browser."""

    def __init__(self, page) -> None:
        self.page = page

    def another(self, **settings) -> "Visitor":
        """Return somebody whose browser has been nowhere yet; they leave when the page does."""
        context = self.page.context.browser.new_context(**settings)
        context.set_default_timeout(1000 * _PATIENCE)
        return Visitor(context.new_page())

    def open(self, url) -> None:
        self.page.goto(url)
        self.page.locator(f"{BOX}:focus").wait_for()

    def ask(self, question) -> str:
        """Type a question and return the text of its answer."""
        self.page.fill(BOX, question)
        return self.ask_again()

    def ask_again(self) -> str:
        """Send what is in the box, as soon as it takes what is typed; return the answer."""
        self.page.locator(f"{BOX}:focus").wait_for()
        before = self.page.locator("#chat [data-testid=bot]").count()
        self.page.keyboard.press("Enter")
        return self.answer(before + 1)

    def answer(self, number) -> str:
        """Return the last of so many answers. What was there before an act tells nothing of it."""
        self.page.wait_for_function(ANSWERED, arg=number)
        return self.page.locator("#chat [data-testid=bot]").last.inner_text()

    def violations(self) -> list[str]:
        """Return what axe finds wrong with the page as it is."""
        axe = pytest.importorskip("axe_playwright_python")
        script = Path(axe.__file__).parent / "axe.min.js"
        self.page.evaluate(script.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run()")["violations"]
        return [f"{item['id']}: {item['nodes'][0]['html'][:200]}" for item in found]

    def left_in_box(self) -> str:
        return self.page.input_value(BOX)


@pytest.fixture
def visitor(page) -> Visitor:
    return Visitor(page)


@pytest.fixture
def toy_model(monkeypatch, encoder):
    """Let the command line open every corpus with the toy encoder."""
    monkeypatch.setattr("index.encoding.corpus_model.new_encoder", lambda *_: encoder)


@pytest.fixture
def verbatim(toy_model, monkeypatch, capsys, tmp_path):
    """Run a command; return its exit code, standard output and standard error."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["verbatim", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    (tmp_path / "fruit.txt").write_text("Apples are red. Pears are green.")
    return run


@pytest.fixture
def indexed(verbatim, tmp_path):
    assert verbatim("index", tmp_path / "fruit.txt")[0] == 0
    return verbatim
