"""The page of a PDF as it looks, over REST and in the source viewer."""

import base64
import threading

import httpx
import pytest

from tests.index.loaders.made import text_lines
from tests.index.loaders.made_pdf import Sheet, pdf_of

LINES = ("Apples are red in autumn.", "Pears are green in spring.", "Plums are blue in summer.")
SPOT = """async () => {
  const spot = document.querySelector("#viewer .spot").getBoundingClientRect();
  const image = document.querySelector("#viewer .sheet img");
  await image.decode();
  const {left, top, width, height} = image.getBoundingClientRect();
  return {left: (spot.left - left) / width, top: (spot.top - top) / height,
    right: (spot.right - left) / width, bottom: (spot.bottom - top) / height, seen:
    spot.top >= 0 && spot.top < innerHeight && spot.left >= 0 && spot.left < innerWidth};
}"""


@pytest.fixture
def fruit(corpus, tmp_path):
    """A PDF of two pages, turned by a quarter, and a text."""
    pages = [text_lines(*LINES, leading=60), text_lines("Figs are ripe in winter.")]
    (tmp_path / "fruit.pdf").write_bytes(pdf_of(*(Sheet(page, rotate=90) for page in pages)))
    (outcome,) = corpus.add([tmp_path / "fruit.pdf"])
    assert outcome.document.id == 1
    corpus.add_text("Kiwis are brown.", name="kiwi")
    return corpus


def test_a_page_comes_as_a_picture_with_the_place_of_the_words(start, fruit):
    url = start(fruit)
    parts = httpx.get(f"{url}/api/documents/1").json()["parts"]
    (pears,) = [part for part in parts if part["text"].startswith("Pears")]
    which = {"start": pears["start"], "end": pears["end"]}
    answer = httpx.get(f"{url}/api/documents/1/pages/1", params=which)
    page = answer.json()

    assert answer.headers["cache-control"] == "no-store"
    assert base64.b64decode(page["png"]).startswith(b"\x89PNG")
    assert (page["page"], page["pages"], page["width"], page["height"]) == (1, 2, 1600, 1200)
    (box,) = page["boxes"]
    assert box["right"] - box["left"] < 0.05 < box["bottom"] - box["top"], "it runs down the page"


def test_what_has_no_picture_is_refused_with_a_word(start, fruit):
    url = start(fruit)
    for path, status, words in (
        ("77/pages/1", 404, "The corpus has no document 77"),
        ("2/pages/1", 400, "is no PDF"),
        ("1/pages/3", 400, "has no page 3"),
        ("1/pages/0", 422, ""),
        ("1/pages/x", 422, ""),
        ("1/pages/1?start=-1", 422, ""),
        ("1/pages/1?start=99999999999", 422, ""),
    ):
        answer = httpx.get(f"{url}/api/documents/{path}")

        assert answer.status_code == status, path
        assert words in str(answer.json()["detail"]), path
        assert str(fruit.folder) not in answer.text


def test_a_file_that_is_not_kept_is_said_to_be_gone(start, fruit):
    fruit.keep_originals(False)
    answer = httpx.get(f"{start(fruit)}/api/documents/1/pages/1")

    assert answer.status_code == 400
    assert "is not kept" in answer.json()["detail"]


def test_drawing_waits_for_its_turn_with_the_questions(start, fruit, monkeypatch):
    drawing, at_a_time, guard = [], [], threading.Lock()
    allowed = threading.Event()

    def slow(*_, **__):
        with guard:
            drawing.append(1)
            at_a_time.append(len(drawing))
        allowed.wait(20)
        with guard:
            drawing.pop()
        raise ValueError("drawn")

    monkeypatch.setattr("ui.rest.pages.page_picture", slow)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    url = start(fruit)
    threads = [
        threading.Thread(target=httpx.get, args=(f"{url}/api/documents/1/pages/1",))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    threading.Timer(1, allowed.set).start()
    for thread in threads:
        thread.join()

    assert len(at_a_time) == 5
    assert max(at_a_time) <= 2


@pytest.mark.browser
def test_the_cited_sentence_is_marked_on_the_picture_of_its_page(start, visitor, fruit):
    visitor.open(start(fruit))
    visitor.ask("Which pears are green in spring?")
    viewer = visitor.page.locator("#viewer")
    for width, height in ((1280, 800), (390, 844), (640, 400)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.page.locator('#chat a[href^="/d/"]').first.click()
        viewer.get_by_role("button", name="Show page").press("Enter")
        viewer.get_by_role("img", name="Page 1 of").wait_for()
        spot = visitor.page.evaluate(SPOT)

        # On the page as it lies in the file the line begins 72 points from the left, 640 from below
        assert spot["seen"], width
        assert spot["top"] == pytest.approx(72 / 600, abs=0.01)
        assert spot["left"] < 640 / 800 < spot["right"]
        assert visitor.violations() == []
        viewer.get_by_role("button", name="Larger").click()
        larger = visitor.page.evaluate(SPOT)
        assert larger["seen"], width
        assert larger["top"] == pytest.approx(spot["top"], abs=0.01)
        viewer.get_by_role("button", name="Smaller").click()
        viewer.get_by_role("button", name="Next page").click()
        viewer.get_by_role("img", name="Page 2 of").wait_for()
        assert viewer.locator(".spot").count() == 0
        viewer.get_by_role("button", name="Show text").click()
        assert viewer.locator(".current").is_visible()
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        visitor.page.keyboard.press("Escape")
        viewer.wait_for(state="hidden")


@pytest.mark.browser
def test_of_a_text_no_page_is_offered_and_a_page_that_cannot_be_drawn_says_so(
    start, visitor, fruit, monkeypatch
):
    visitor.open(start(fruit))
    visitor.ask("Which kiwis are brown?")
    visitor.page.locator('#chat a[href^="/d/2"]').first.click()
    visitor.page.locator("#viewer .current").wait_for()
    assert visitor.page.get_by_role("button", name="Show page").count() == 0
    visitor.page.keyboard.press("Escape")

    visitor.ask("Which pears are green in spring?")
    fruit.keep_originals(False)
    visitor.page.locator('#chat .answers a[href^="/d/1"]').last.click()
    visitor.page.locator("#viewer .current").wait_for()
    assert visitor.page.get_by_role("button", name="Show page").count() == 0
