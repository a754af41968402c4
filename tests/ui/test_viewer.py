import pytest

from index import Corpus

LINK = 'a[href^="/d/"]'
CHANGED = "before => document.querySelector('#viewer header p').innerText !== before"
SEEN = "() => document.querySelector('#viewer .current')?.textContent"


@pytest.fixture
def long(corpus):
    """A document of 1,000 sentences in paragraphs of five, and a short one."""
    paragraphs = [
        " ".join(f"Number {n} stands in its row." for n in range(start, start + 5))
        for start in range(1, 1001, 5)
    ]
    corpus.add_text("\n\n".join(paragraphs), name="rows", title="Rows <b>bold</b>")
    corpus.add_text("Pears are green. Plums are blue.", name="fruit", title="Fruit")
    return corpus


def open_source(visitor, url: str, question: str) -> None:
    """Ask, and open the document that the first citation is from."""
    visitor.open(url)
    visitor.ask(question)
    visitor.page.locator(LINK).first.click()
    visitor.page.locator("#viewer .current").wait_for()


@pytest.mark.browser
def test_a_citation_opens_its_document_at_the_marked_sentence(start, visitor, long):
    visitor.open(start(long))
    visitor.ask("Number 500 stands in its row?")

    visitor.page.locator(LINK).first.press("Enter")
    visitor.page.locator("#viewer .current").wait_for()

    assert visitor.page.evaluate(SEEN) == "Number 500 stands in its row."
    assert visitor.page.locator("#viewer h2").inner_text() == "Rows <b>bold</b>"
    assert "Sentence 500 of 1,000" in visitor.page.locator("#viewer header p").inner_text()
    box = visitor.page.locator("#viewer .current").bounding_box()
    assert 0 < box["y"] < 800
    sent = visitor.page.locator("#viewer [data-number]").count()
    assert sent <= 300, "of a thousand: a hundred around it, a hundred to be ready on either side"


@pytest.mark.browser
def test_previous_and_next_walk_through_the_matches_of_the_answer(start, visitor, long):
    open_source(visitor, start(long), "Number 2 stands in its row?")
    status = visitor.page.locator("#viewer header p")
    count = int(status.inner_text().rpartition(" of ")[2])

    def step(direction) -> str:
        before = status.inner_text()
        visitor.page.get_by_label(f"{direction} match").click()
        visitor.page.wait_for_function(CHANGED, arg=before)
        return status.inner_text()

    assert count > 1
    seen = [step("Next") for _ in range(count)]

    assert len(set(seen)) == count
    assert step("Previous") == seen[-2]


@pytest.mark.browser
def test_a_long_document_can_be_read_to_both_ends(start, visitor, long):
    open_source(visitor, start(long), "Number 500 stands in its row?")
    numbers = "[...document.querySelectorAll('#viewer [data-number]')].map(e => +e.dataset.number)"
    for target, end in ((1, "0"), (1000, "text.scrollHeight")):
        visitor.page.wait_for_function(
            f"""() => {{
              const text = document.querySelector("#viewer .text");
              text.scrollTop = {end};
              return {numbers}.includes({target});
            }}"""
        )

    assert visitor.page.evaluate(numbers) == list(range(1, 1001)), "each once, in order"
    paragraphs = visitor.page.locator("#viewer .text p").all_inner_texts()
    assert len(paragraphs) == 200, "paragraphs that came in two parts are whole again"


@pytest.mark.browser
def test_escape_closes_the_viewer_and_gives_the_citation_its_focus_back(start, visitor, long):
    visitor.open(start(long))
    visitor.ask("Pears green?")
    link = visitor.page.locator(LINK).first
    link.press("Enter")
    visitor.page.locator("#viewer .current").wait_for()

    assert visitor.page.evaluate("document.activeElement.tagName") == "H2"
    visitor.page.keyboard.press("Escape")

    assert visitor.page.locator("#viewer").is_hidden()
    assert link.evaluate("link => link === document.activeElement")


@pytest.mark.browser
def test_on_a_phone_the_viewer_is_a_sheet_over_the_page(start, visitor, long):
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    open_source(visitor, start(long), "Pears green?")

    assert visitor.page.locator("#viewer").bounding_box() == {
        "x": 0, "y": 0, "width": 390, "height": 844,
    }  # fmt: skip
    visitor.page.get_by_label("Close source").click()
    assert visitor.ask("Plums?"), "the page below can be used again"


def viewed(visitor) -> str:
    """What the viewer says once it says why it can't show what was cited."""
    visitor.page.locator("#viewer [role=alert]").wait_for()
    return visitor.page.locator("#viewer .text").inner_text()


@pytest.mark.browser
def test_a_document_that_was_removed_meanwhile_is_said_to_be_gone(start, visitor, long):
    visitor.open(start(long))
    visitor.ask("Pears green?")
    long.remove(["fruit"])
    visitor.page.locator(LINK).first.click()

    text = viewed(visitor)
    assert text.startswith("This document is no longer in the corpus.")
    assert "Pears are green." in text, "what was quoted is still shown"


@pytest.mark.browser
def test_in_a_document_that_has_changed_no_other_sentence_is_marked(start, visitor, corpus):
    corpus.add_text("Pears are green. Plums are blue.", name="fruit", title="Fruit")
    visitor.open(start(corpus))
    visitor.ask("Pears green?")
    corpus.add_text("Kiwis are brown. Figs are purple.", name="fruit", title="Fruit")
    visitor.page.locator(LINK).first.click()

    assert "has changed since" in viewed(visitor)
    assert visitor.page.locator("#viewer blockquote").inner_text() == "Pears are green."
    assert visitor.page.locator("#viewer .match").count() == 0
    visitor.page.get_by_text("These words are not in the current document").wait_for()
    visitor.page.get_by_role("button", name="Open the current document").click()
    visitor.page.get_by_text("Kiwis are brown.").wait_for()
    assert visitor.page.locator("#viewer .match").count() == 0


@pytest.mark.browser
def test_a_quotation_that_stands_elsewhere_in_the_new_version_is_offered_there(
    start, visitor, corpus
):
    corpus.add_text("Pears are green. Plums are blue.", name="fruit", title="Fruit")
    url = start(corpus)
    visitor.open(url)
    visitor.ask("Pears green?")
    corpus.add_text(
        "Kiwis are ripe. Figs are ripe. Pears are\n green. Plums.", name="fruit", title="Fruit"
    )
    visitor.page.reload()  # the conversation is the one that the browser kept
    visitor.page.locator(LINK).first.click()

    assert "has changed since" in viewed(visitor)
    visitor.page.get_by_text("The same words are in sentence 3").wait_for()
    visitor.page.get_by_role("button", name="Show them there").click()
    visitor.page.locator("#viewer .current").wait_for()
    assert " ".join(visitor.page.evaluate(SEEN).split()) == "Pears are green."


@pytest.mark.browser
def test_a_conversation_kept_from_another_corpus_marks_nothing_in_this_one(
    start, visitor, corpus, tmp_path, encoder
):
    corpus.add_text("Pears are green. Plums are blue.", name="fruit")
    first = start(corpus)
    visitor.open(first)
    visitor.ask("Pears green?")
    start.stop(first)
    with Corpus(tmp_path / "other", create=True, encoder=encoder) as other:
        other.add_text("The treaty was signed. Pears are rare.", name="treaty")
        visitor.open(start(other, port=int(first.rpartition(":")[2])))
        visitor.page.locator(LINK).first.click()

        assert "has changed since it was quoted" in viewed(visitor)
        assert visitor.page.locator("#viewer .match").count() == 0


@pytest.mark.browser
def test_a_document_that_changes_while_it_is_read_is_never_a_mixture(start, visitor, long):
    open_source(visitor, start(long), "Number 500 stands in its row?")
    long.add_text("\n\n".join(f"New line {n}." for n in range(1000)), name="rows", title="Rows")
    visitor.page.locator("#viewer .text").evaluate("e => { e.scrollTop = e.scrollHeight }")

    assert "has changed since" in viewed(visitor)
    assert "New line" not in visitor.page.locator("#viewer .text").inner_text()


@pytest.mark.browser
def test_without_its_server_the_viewer_says_so(start, visitor, long):
    url = start(long)
    visitor.open(url)
    visitor.ask("Pears green?")
    start.stop(url)
    visitor.page.locator(LINK).first.click()

    assert "server can't be reached" in viewed(visitor)


@pytest.mark.browser
def test_hostile_text_is_text_in_the_viewer_too(start, visitor, corpus):
    attack = "Pears <img src=x onerror='window.hit=1'> <script>window.hit=1</script> end."
    corpus.add_text(attack, name="n", title=attack)
    open_source(visitor, start(corpus), "pears")

    assert visitor.page.evaluate(SEEN) == attack
    assert visitor.page.locator("#viewer").locator("img, script").count() == 0
    assert visitor.page.evaluate("window.hit") is None


@pytest.mark.browser
def test_the_viewer_draws_headings_lists_and_tables_as_what_they_are(
    start, visitor, corpus, tmp_path
):
    (tmp_path / "rooms.md").write_text(
        "# Rooms\n\nWe let:\n\n- the hall\n- the loft\n\n"
        "| Room | Seats |\n|---|---|\n| Maple | 40 |\n| Oak | &lt;b>12 |\n"
    )
    corpus.add([tmp_path / "rooms.md"])
    open_source(visitor, start(corpus), "How many seats does Maple have?")
    text = visitor.page.locator("#viewer .text")

    assert text.locator("h3").inner_text() == "Rooms"
    assert text.locator("p.item.bullet").all_inner_texts() == ["the hall", "the loft"]
    table = text.locator("table")
    assert table.count() == 1
    assert table.locator("th").all_inner_texts() == ["Room", "Seats"]
    assert table.locator("td").all_inner_texts() == ["Maple", "40", "Oak", "<b>12"]
    assert text.locator(".current").inner_text().split() == ["Maple", "40"]
    assert visitor.violations() == []


@pytest.mark.browser
def test_the_contents_lead_to_a_chapter_and_words_are_found_within_the_document(
    start, visitor, corpus, tmp_path
):
    chapters = "\n\n".join(f"## Chapter {n}\n\nPears of year {n}." for n in range(1, 300))
    (tmp_path / "book.md").write_text(f"# Book\n\n{chapters}\n\nThe QUINCE is last.\n")
    corpus.add([tmp_path / "book.md"])
    open_source(visitor, start(corpus), "pears of year 2")
    viewer = visitor.page.locator("#viewer")

    viewer.locator(".contents summary").press("Enter")
    entries = viewer.get_by_role("navigation").get_by_role("button")
    entries.last.wait_for()
    assert entries.count() == 300
    assert visitor.violations() == []
    entries.nth(250).press("Enter")
    current = visitor.page.locator("#viewer .current")
    current.filter(has_text="Chapter 250").wait_for()
    viewer.get_by_role("searchbox").fill("quince  is")
    visitor.page.keyboard.press("Enter")
    current.filter(has_text="The QUINCE is last.").wait_for()
    viewer.get_by_role("searchbox").fill("nowhere")
    visitor.page.keyboard.press("Enter")
    viewer.get_by_text("“nowhere” is not in this document.").wait_for()


@pytest.mark.browser
def test_a_document_that_is_written_from_right_to_left_is_laid_out_so(
    start, visitor, corpus, tmp_path
):
    (tmp_path / "he.md").write_text(
        "# שכר דירה\n\nהשוכר ישלם את שכר הדירה בכל חודש מראש. הדירה נמצאת בתל אביב ליד הים.\n\n"
        "- החשמל\n- המים\n\n| שנה | סכום |\n|---|---|\n| 2024 | 4326 |\n",
        encoding="utf-8",
    )
    corpus.add([tmp_path / "he.md"])
    open_source(visitor, start(corpus), "סכום 4326")

    boxes = [visitor.page.locator("#viewer .text td").nth(place).bounding_box() for place in (0, 1)]
    assert boxes[0]["x"] > boxes[1]["x"], "the first column is on the right"
    assert visitor.page.locator("#chat blockquote").first.get_attribute("dir") == "auto"
    assert visitor.violations() == []


INSIDE = """viewer => [...viewer.querySelectorAll("button, input, summary, .current")]
  .filter((element) => element.checkVisibility())
  .every((element) => {
    const {left, right, top, bottom} = element.getBoundingClientRect();
    return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
  })"""


@pytest.mark.browser
def test_the_source_is_usable_at_a_zoom_of_200_percent_and_on_a_phone(start, visitor, long):
    visitor.open(start(long))
    visitor.ask("Number 500 stands in its row?")
    viewer = visitor.page.locator("#viewer")
    for width, height in ((640, 400), (390, 844)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.page.locator(LINK).first.click()
        visitor.page.locator("#viewer .current").wait_for()

        assert viewer.evaluate(INSIDE), width
        assert viewer.locator(".text").bounding_box()["height"] > height / 3
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        visitor.page.keyboard.press("Escape")
        viewer.wait_for(state="hidden")
