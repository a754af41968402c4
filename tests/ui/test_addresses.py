"""Every passage has an address, which opens it, says when it is stale, and can be copied."""

import hashlib

import httpx
import pytest

SEEN = "() => document.querySelector('#viewer .current')?.textContent"
ADDRESS = "location.pathname + location.hash"
FRUIT = "Anna Berg grows apples. Pears are green. Plums are blue."


def sha256(text) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def fruit(corpus):
    corpus.add_text(FRUIT, name="fruit", title="On fruit")
    return corpus


@pytest.fixture
def reader(start, visitor, fruit):
    """Somebody who has asked about pears."""
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.url = start(fruit)
    visitor.open(visitor.url)
    visitor.ask("Which pears are green?")
    return visitor


# What is said of copying next. It is gone seconds later, so it is listened to before it is said
LISTEN = """() => {
  const line = document.querySelector("#copied");
  window.said = new Promise((done, failed) => {
    new MutationObserver(() => line.textContent && done(line.textContent))
      .observe(line, {childList: true});
    setTimeout(() => failed(new Error("nothing was said")), 60_000);
  });
}"""


def said_after(visitor, act, *arguments) -> str:
    """Do something, and return what the page then says of copying."""
    visitor.page.evaluate(LISTEN)
    act(*arguments)
    return visitor.page.evaluate("said")


def copied(visitor, button, words="Copied") -> str:
    """Use a button that copies, and return what is in the clipboard once it says so."""
    assert said_after(visitor, button.click) == words
    return visitor.page.evaluate("navigator.clipboard.readText()")


@pytest.mark.browser
def test_the_open_source_has_the_address_of_its_passage_and_back_closes_it(reader):
    page, cited = reader.page, reader.page.locator('#chat a[href^="/d/"]').first
    cited.click()
    page.locator("#viewer .current").wait_for()
    address = page.evaluate(ADDRESS)

    assert address == f"/d/1#24-40-{sha256(FRUIT)}" == cited.get_attribute("href")
    page.go_back()
    page.locator("#viewer").wait_for(state="hidden")
    assert page.evaluate(ADDRESS) == "/"
    assert page.locator("#chat [data-testid=user]").count() == 1, "nobody left the page"
    page.go_forward()
    page.locator("#viewer .current").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("location.pathname === '/'")
    assert page.locator("#viewer").is_hidden()


@pytest.mark.browser
def test_an_address_opens_its_document_at_its_sentence(reader):
    page = reader.page
    page.goto(f"{reader.url}/d/1#24-40-{sha256(FRUIT)}")
    page.locator("#viewer .current").wait_for()

    assert page.evaluate(SEEN) == "Pears are green."
    assert page.evaluate(ADDRESS) == f"/d/1#24-40-{sha256(FRUIT)}"
    assert reader.violations() == []
    page.reload()
    page.locator("#viewer .current").wait_for()
    page.get_by_label("Close source").click()
    page.wait_for_function("location.pathname === '/'")


@pytest.mark.browser
def test_a_stale_address_says_so_and_leads_to_the_current_text(reader, fruit):
    page = reader.page
    page.goto(f"{reader.url}/d/1#24-40-{'0' * 64}")
    page.get_by_text("has changed since it was quoted").wait_for()
    assert page.locator("#viewer .match").count() == 0
    page.get_by_role("button", name="Open the current document").click()
    page.get_by_text("Anna Berg grows apples.").last.wait_for()

    page.goto(f"{reader.url}/d/77#24-40-{sha256(FRUIT)}")
    page.get_by_text("no longer in the corpus").wait_for()


@pytest.mark.browser
def test_an_address_without_a_place_opens_the_document(reader):
    reader.page.goto(f"{reader.url}/d/1")

    reader.page.locator("#viewer").get_by_text("Plums are blue.").wait_for()


def test_the_route_leads_to_the_page_whether_the_document_is_there_or_not(start, fruit):
    url = start(fruit)
    for path in ("/d/1", "/d/77"):
        answer = httpx.get(url + path)

        assert (answer.status_code, answer.text) == (303, "")
        assert answer.headers["location"] == f"/?document={path[3:]}"


def test_no_other_path_is_an_address(start, fruit):
    url = start(fruit)
    for path in ("/d/0", "/d/x", "/d/1/2", "/d/", "/d/%2F%2Fevil.example", "/d/-1"):
        assert httpx.get(url + path).status_code in (404, 422), path


@pytest.mark.browser
def test_a_passage_is_copied_as_text_as_quotation_and_as_markdown(start, visitor, corpus):
    text = "Pears *are* green <b>or</b> [x](y) //evil.example and so on."
    corpus.add_text(text, name="fruit", title="On <b>fruit</b>")
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    url = start(corpus)
    visitor.open(url)
    visitor.ask("Which pears are green?")
    buttons = {name: visitor.page.get_by_role("button", name=f"Copy {name}").first
               for name in ("text", "quotation", "Markdown")}  # fmt: skip

    assert copied(visitor, buttons["text"]) == text
    quotation = copied(visitor, buttons["quotation"])
    assert quotation == f"“{text}” (On <b>fruit</b>, sentence 1)"
    markdown = copied(visitor, buttons["Markdown"])
    assert markdown.startswith("> Pears &#42;are&#42; green &#60;b&#62;or")
    address = f"{url}/d/1#0-{len(text)}-{sha256(text)}"
    assert markdown.endswith(f"\n>\n> [On &#60;b&#62;fruit&#60;/b&#62;, sentence 1]({address})")
    assert "<" not in markdown
    assert "//evil" not in markdown
    corpus.add_text("Figs.", name="fruit")
    told = said_after(visitor, buttons["text"].click)
    assert told.startswith("Not copied: The document has changed")


@pytest.mark.browser
def test_what_is_selected_in_the_source_is_copied_with_its_citation(reader):
    page = reader.page
    page.locator('#chat a[href^="/d/"]').first.click()
    page.locator("#viewer .current").wait_for()
    button = page.get_by_role("button", name="Copy with citation")
    assert copied(reader, button) == "“Pears are green.” (On fruit, sentence 2)"

    page.evaluate("""() => {
      const [one, two] = document.querySelectorAll("#viewer [data-number]");
      getSelection().setBaseAndExtent(one.firstChild, 10, two.firstChild, 5);
    }""")
    assert copied(reader, button) == "“grows apples. Pears” (On fruit, sentences 1-2)"
    link = copied(reader, page.get_by_role("button", name="Copy link"), "Link copied")
    assert link == f"{reader.url}/d/1#24-40-{sha256(FRUIT)}"


@pytest.mark.browser
def test_from_the_question_to_a_copied_citation_by_keyboard_alone(reader):
    keyboard, page = reader.page.keyboard, reader.page
    page.locator("#question textarea:focus").wait_for()

    def to(condition) -> None:
        for _ in range(30):
            keyboard.press("Shift+Tab")
            if page.evaluate(f"(e => {condition})(document.activeElement)"):
                return
        raise AssertionError(condition)

    to("e.title === 'Copy quotation'")
    assert said_after(reader, keyboard.press, "Enter") == "Copied"
    assert page.evaluate("navigator.clipboard.readText()") == (
        "“Pears are green.” (On fruit, sentence 2)"
    )
    to("e.matches('a[href^=\"/d/\"]')")
    keyboard.press("Enter")
    page.locator("#viewer .current").wait_for()


@pytest.mark.browser
def test_each_row_of_a_table_is_copied_and_opened_on_its_own(start, visitor, corpus, tmp_path):
    file = tmp_path / "rooms.md"
    rows = "# Rooms\n\n| Room | Seats |\n|---|---|\n| Maple | 40 |\n| Oak | 12 |\n| Birch | 25 |\n"
    file.write_text(rows)
    corpus.add([file])
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.open(start(corpus))
    visitor.ask("How many seats does Maple have?")
    folded = page.locator("#chat details.weaker")
    folded.locator("summary").click()
    assert folded.locator("th").all_inner_texts() == ["Room", "Seats", "Source"]
    oak, birch = folded.locator("tbody tr").all()
    assert oak.locator("td").first.inner_text() == "Oak"
    assert visitor.violations() == []

    quotation = copied(visitor, birch.locator(".copy-quotation"))
    assert quotation.startswith("“Birch")
    assert "Rooms, sentence" in quotation
    birch.locator("a").click()
    page.locator("#viewer .current").wait_for()
    assert page.locator("#viewer .current").inner_text().split() == ["Birch", "25"]
    page.keyboard.press("Escape")
    file.write_text(rows.replace("12", "13"))
    corpus.add([file])
    oak.locator("a").click()
    page.get_by_text("has changed since it was quoted").wait_for()
    assert "Oak 12" in page.locator("#viewer").inner_text()
