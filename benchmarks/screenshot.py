"""The pictures in the README: answers with their source, text and page; a phone; documents.

Run it from the top folder of the project: `python -m benchmarks.screenshot`. It needs Chromium on
the path, or where the environment variable CHROMIUM says.
"""

import os
import queue
import shutil
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from index import Corpus
from ui.server.server import serve

_ROOT = Path(__file__).parent.parent
_FOLDER = _ROOT / "docs"
_DESKTOP = ViewportSize(width=1280, height=800)
_PHONE = ViewportSize(width=390, height=844)
_PDF = _ROOT / "tests" / "golden" / "loaders" / "lighthouse.pdf"
_ABOUT_PDF = "When was the lighthouse of Kerra lit for the first time?"
_QUESTION, _FOLLOW_UP = "Which countries recognized Guaido?", "How old is he?"


def main() -> None:
    """Make the pictures."""
    with tempfile.TemporaryDirectory() as folder, Corpus(folder, create=True) as corpus:
        corpus.add([_ROOT / "seeds"])
        ready: queue.Queue[str] = queue.Queue()
        threading.Thread(
            target=serve,
            args=(lambda: corpus,),
            kwargs={"port": 0, "on_ready": ready.put},
            daemon=True,
        ).start()
        url = ready.get(timeout=120)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                args=["--no-sandbox", "--disable-gpu"],
            )
            _answer_with_source(browser.new_page(viewport=_DESKTOP, color_scheme="light"), url)
            _follow_up(browser.new_page(viewport=_PHONE, color_scheme="dark"), url)
            _documents(browser.new_page(viewport=_PHONE, color_scheme="light"), url)
            corpus.add([_PDF])  # not before: the examples are those of the newest document
            _page_of_pdf(browser.new_page(viewport=_DESKTOP, color_scheme="light"), url)
            browser.close()


def _answer_with_source(page: Page, url: str) -> None:
    """Ask the question as a person would, and open its source."""
    _ask_example(page, url)
    page.locator('a[href^="/d/"]').first.click()
    page.locator("#viewer .current").wait_for()
    _save(page, "chat.png")


def _follow_up(page: Page, url: str) -> None:
    _ask_example(page, url)
    page.fill("#question textarea", _FOLLOW_UP)
    page.keyboard.press("Enter")
    page.locator("#chat [data-testid=user]").nth(1).wait_for()
    page.locator("#question textarea:enabled").wait_for()
    _save(page, "follow-up.png")


def _page_of_pdf(page: Page, url: str) -> None:
    """Ask about a PDF, and look at its page with the answer marked on it."""
    page.goto(url)
    page.locator("#question textarea:enabled").fill(_ABOUT_PDF)
    page.keyboard.press("Enter")
    page.locator('#chat a[href^="/d/"]').first.click(timeout=60_000)
    page.get_by_role("button", name="Show page").click()
    page.locator("#viewer .spot").first.wait_for()
    _save(page, "page.png")


def _documents(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Documents", exact=True).click()
    page.locator("#documents tbody tr").first.wait_for()
    _save(page, "documents.png")


def _ask_example(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name=_QUESTION).click()
    page.locator("#chat blockquote").first.wait_for(timeout=60_000)
    page.locator("#question textarea:enabled").wait_for()


def _save(page: Page, name: str) -> None:
    page.wait_for_timeout(500)  # until the page has scrolled to the question
    page.screenshot(path=_FOLDER / name)
    print(f"docs/{name}: {(_FOLDER / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
