"""What a person meets on the page beyond the first answer."""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
FRUIT = "Anna Berg grows apples. Pears are green. Anna Berg is 35 years old. Plums are blue."
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture
def fruit(corpus):
    corpus.add_text(FRUIT, name="fruit", title="On fruit")
    return corpus


def test_a_follow_up_is_searched_in_context_and_can_be_asked_alone(start, visitor, fruit):
    visitor.open(start(fruit))
    visitor.ask("What does Anna Berg grow?")
    answered = visitor.ask("How old is she?")

    assert answered.startswith("Searched for: How old is Anna Berg?")
    visitor.page.get_by_role("button", name="Search for “How old is she?” alone").click()
    visitor.page.wait_for_function(
        "() => !document.querySelector('#chat').innerText.includes('Searched for')"
        " && !document.querySelector('#question textarea').disabled"
    )
    assert visitor.page.locator("#chat [data-testid=user]").count() == 2


def test_a_conversation_survives_a_reload_and_a_restart_of_the_server(start, visitor, fruit):
    url = start(fruit)
    visitor.open(url)
    visitor.ask("Which pears are green?")
    visitor.page.reload()
    assert "Pears are green." in visitor.answer(1)

    start.stop(url)
    start(fruit, port=int(url.rsplit(":")[-1]))
    visitor.open(url)
    assert "Pears are green." in visitor.answer(1)
    assert "Plums are blue." in visitor.ask("Which plums are blue?")
    visitor.page.locator('a[href^="#cite-"]').first.click()
    visitor.page.locator("#viewer .current").wait_for()


def test_two_people_at_once_have_their_own_conversations(start, visitor, fruit):
    url = start(fruit)
    visitor.open(url)
    other = visitor.another()
    other.open(url)

    questions = {visitor: "Which pears are green?", other: "Which plums are blue?"}
    for person, question in questions.items():
        person.page.fill("#question textarea", question)
    for person in questions:
        person.page.keyboard.press("Enter")

    for person, question in questions.items():
        assert person.answer(1)
        asked = person.page.locator("#chat [data-testid=user]").all_inner_texts()
        assert [text.strip() for text in asked] == [question]


@pytest.mark.model
def test_a_question_that_is_not_answered_is_told_so_before_the_closest(start, visitor, seed_corpus):
    visitor.open(start(seed_corpus))

    answered = visitor.ask("Who won the football World Cup in 2014?")

    assert answered.startswith("1 document searched, and none seems to answer this.")
    assert "1 · " in answered
    assert visitor.violations() == []


def test_a_thumb_is_stored_with_what_was_shown_and_can_be_taken_back(start, visitor, fruit):
    visitor.open(start(fruit))
    visitor.ask("Which pears are green?")

    def stored(count) -> None:
        for _ in range(600):
            if len(fruit.feedback()) == count:
                return
            visitor.page.wait_for_timeout(100)
        raise AssertionError(fruit.feedback())

    visitor.page.locator("#chat button[aria-label=Like]").click()
    stored(1)
    (feedback,) = fruit.feedback()
    assert (feedback.question, feedback.verdict) == ("Which pears are green?", "up")
    assert feedback.passages[0].sentence == "Pears are green."
    visitor.page.locator("#chat button[aria-label=Liked]").click()
    stored(0)


def test_a_question_can_be_asked_again_and_the_conversation_cleared(start, visitor, fruit):
    visitor.open(start(fruit))
    assert "Pears are sweet." not in visitor.ask("Which pears are green?")
    fruit.add_text("Pears are sweet.", name="more")  # by which the second answer is known
    visitor.page.get_by_label("Retry").click()
    visitor.page.locator("#chat").get_by_text("Pears are sweet.").wait_for()
    assert "Pears are sweet." in visitor.answer(1)
    assert visitor.page.locator("#chat [data-testid=user]").count() == 1

    visitor.page.get_by_label("Clear").click()
    visitor.page.locator("#export a").first.wait_for(state="detached")
    visitor.page.reload()
    visitor.page.locator("#chat .example").first.wait_for()  # an empty conversation's
    visitor.page.locator("#question textarea:focus").wait_for()
    assert visitor.page.locator("#chat [data-testid=user]").count() == 0


def test_a_conversation_can_be_saved_as_markdown_and_json(start, visitor, fruit):
    url = start(fruit)
    visitor.open(url)
    visitor.ask("Which pears are green?")
    saved = {}
    for kind in ("Markdown", "JSON"):
        with visitor.page.expect_download() as download:
            visitor.page.locator("#export").get_by_role("link", name=kind).click()
        saved[kind] = Path(download.value.path()).read_text(encoding="utf-8")

    assert "> Pears are green." in saved["Markdown"]
    assert json.loads(saved["JSON"])[0]["question"] == "Which pears are green?"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_state_of_the_page_is_accessible_and_fits_its_width(
    start, visitor, fruit, seed_folder, size, colours
):
    fruit.add([seed_folder])
    visitor = visitor.another(viewport=size, color_scheme=colours)
    page = visitor.page
    visitor.open(start(fruit))
    states = {"empty": visitor.violations()}
    visitor.ask("What does Anna Berg grow?")
    visitor.ask("How old is she?")
    states["answered"] = visitor.violations()
    page.locator('a[href^="#cite-"]').first.click()
    page.locator("#viewer .current").wait_for()
    states["source"] = visitor.violations()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Documents", exact=True).click()
    page.locator("#documents tbody tr").first.wait_for()
    page.get_by_text("Paste a text").click()
    states["documents"] = visitor.violations()
    close = page.get_by_role("button", name="Close documents").bounding_box()

    assert {name: found for name, found in states.items() if found} == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("(d => d.scrollWidth <= d.clientWidth)(document.querySelector('dialog'))")
    assert close["x"] + close["width"] <= page.viewport_size["width"]


def test_names_in_the_answer_are_offered_as_further_questions(start, visitor, corpus):
    corpus.add_text("Anna Berg works with Karl Ohlin. Karl Ohlin sells plums.", name="people")
    visitor.open(start(corpus))
    assert visitor.page.locator("#chat .example").first.inner_text().strip() == (
        "What is said about Karl Ohlin?"
    )
    visitor.ask("Who works with Anna Berg?")
    visitor.page.get_by_role("button", name="What is said about Karl Ohlin?").click()
    visitor.answer(2)

    asked = visitor.page.locator("#chat [data-testid=user]").last.inner_text()
    assert asked.strip() == "What is said about Karl Ohlin?"
