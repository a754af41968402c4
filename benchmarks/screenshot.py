"""The picture in the README: the chat's answer to the first question a person tries.

Run it from the top folder of the project: `python -m benchmarks.screenshot`. It needs Chromium on
the path, or where the environment variable CHROMIUM says.
"""

import os
import queue
import shutil
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from index import Corpus
from ui.server import serve

_ROOT = Path(__file__).parent.parent
_PICTURE = _ROOT / "docs" / "chat.png"
_SIZE = ViewportSize(width=1280, height=800)
_QUESTION = "Which countries recognized Guaido?"


def main() -> None:
    """Make the picture."""
    with tempfile.TemporaryDirectory() as folder, Corpus(folder, create=True) as corpus:
        corpus.add([_ROOT / "seeds"])
        ready: queue.Queue[str] = queue.Queue()
        threading.Thread(
            target=serve,
            args=(lambda: corpus,),
            kwargs={"port": 0, "on_ready": ready.put},
            daemon=True,
        ).start()
        _PICTURE.parent.mkdir(exist_ok=True)
        photograph(ready.get(timeout=120), _PICTURE)
    print(f"{_PICTURE.relative_to(_ROOT)}: {_PICTURE.stat().st_size:,} bytes")


def photograph(url: str, picture: Path) -> None:
    """Ask the question as a person would, open its source, and save what is seen then."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page(viewport=_SIZE, color_scheme="light")
        page.goto(url)
        page.get_by_role("button", name=_QUESTION).click()
        page.locator("#chat blockquote").first.wait_for(timeout=60_000)
        page.locator("#question textarea:enabled").wait_for()
        page.locator('a[href^="#cite-"]').first.click()
        page.locator("#viewer .current").wait_for()
        page.wait_for_timeout(500)  # until the page has scrolled to the question
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main()
