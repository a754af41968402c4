"""What a person sees when there is no server, or no longer."""

from importlib import resources

import pytest

from ui.translation.catalogue import ENGLISH

pytestmark = pytest.mark.browser
START = ENGLISH.page(
    resources.files("ui.server").joinpath("start_page.html").read_text(encoding="utf-8")
)
HTML = {"content_type": "text/html"}


def test_a_page_whose_server_ended_while_it_started_says_so(page):
    page.route("**/*", lambda route: route.abort())
    page.route("http://verbatim.test/", lambda route: route.fulfill(body=START, **HTML))
    page.route(
        "http://verbatim.test/healthz",
        lambda route: route.fulfill(status=503, json={"status": "starting", "page": False}),
    )
    page.goto("http://verbatim.test/")
    status = page.get_by_role("status")
    page.wait_for_timeout(3000)
    assert status.inner_text().startswith("Starting")

    page.unroute("http://verbatim.test/healthz")
    page.get_by_text("Verbatim has ended, or can't be reached").wait_for()


def test_without_the_server_the_list_of_documents_says_so(start, visitor, corpus):
    corpus.add_text("Pears are green.", name="fruit")
    url = start(corpus)
    visitor.open(url)
    start.stop(url)
    visitor.page.get_by_role("button", name="Documents", exact=True).click()

    none = visitor.page.locator("#documents .none")
    none.get_by_text("server can't be reached").wait_for()
    assert "No documents yet" not in visitor.page.locator("#documents").inner_text()
