"""Removing documents on the page, and undoing it."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def fruit(corpus):
    for name in ("Apples", "Pears", "Plums"):
        corpus.add_text(f"{name} grow.", name=name.lower(), title=name)
    return corpus


def left(corpus) -> list[str]:
    return [document.title for document in corpus.documents()]


def open_list(visitor) -> None:
    visitor.page.get_by_role("button", name="Documents", exact=True).click()
    visitor.page.locator("#documents tbody tr").first.wait_for()


def listed(visitor) -> list[str]:
    return visitor.page.locator("#documents tbody th a").all_inner_texts()


def test_a_removal_waits_for_an_undo_and_leaves_the_document_as_it_was(start, visitor, fruit):
    before = fruit.documents()
    visitor.open(start(fruit))
    open_list(visitor)
    visitor.page.get_by_role("button", name="Remove Apples").click()
    visitor.page.get_by_text("Removing “Apples” in a few seconds.").wait_for()
    assert listed(visitor) == ["Plums", "Pears"]
    assert visitor.violations() == []
    visitor.page.get_by_role("button", name="Undo").press("Enter")

    assert listed(visitor) == ["Plums", "Pears", "Apples"]
    visitor.page.get_by_text("“Apples” is kept.").wait_for()
    assert fruit.documents() == before


def test_several_that_are_ticked_are_removed_at_once_when_the_time_is_over(start, visitor, fruit):
    visitor.page.clock.install()
    visitor.open(start(fruit))
    open_list(visitor)
    visitor.page.get_by_label("Limit questions to Apples").check()
    visitor.page.get_by_label("Limit questions to Plums").check()
    visitor.page.get_by_role("button", name="Remove these 2").click()
    assert left(fruit) == ["Apples", "Pears", "Plums"], "not before the time is over"
    assert visitor.page.locator("#scope .labels bdi").count() == 0
    visitor.page.clock.run_for(11_000)
    visitor.page.get_by_text("Removed 2 documents.").wait_for()

    assert left(fruit) == ["Pears"]
    assert listed(visitor) == ["Pears"]
    visitor.page.keyboard.press("Escape")
    visitor.page.locator("#status").get_by_text("1 document").wait_for()


def test_undo_brings_the_labels_back_too(start, visitor, fruit):
    visitor.open(start(fruit))
    open_list(visitor)
    visitor.page.get_by_label("Limit questions to Apples").check()
    visitor.page.get_by_role("button", name="Remove it").click()
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_role("button", name="Undo").click()

    assert visitor.page.locator("#scope .labels bdi").all_inner_texts() == ["Apples"]


def test_a_page_that_is_closed_before_has_removed_nothing(start, visitor, fruit):
    url = start(fruit)
    visitor.open(url)
    open_list(visitor)
    visitor.page.get_by_role("button", name="Remove Apples").click()
    visitor.page.get_by_text("If you close this page before, nothing is removed.").wait_for()
    visitor.page.reload()
    open_list(visitor)

    assert listed(visitor) == ["Plums", "Pears", "Apples"]
    assert left(fruit) == ["Apples", "Pears", "Plums"]


def test_the_time_stands_still_while_the_keyboard_is_at_undo(start, visitor, fruit):
    visitor.page.clock.install()
    visitor.open(start(fruit))
    open_list(visitor)
    visitor.page.get_by_role("button", name="Remove Apples").click()
    visitor.page.get_by_role("button", name="Undo").focus()
    visitor.page.clock.run_for(60_000)
    assert left(fruit) == ["Apples", "Pears", "Plums"]
    visitor.page.get_by_role("button", name="Remove now").press("Enter")
    visitor.page.get_by_text("Removed “Apples”.").wait_for()

    assert left(fruit) == ["Pears", "Plums"]


def test_a_removal_that_fails_says_so_and_lists_the_documents_again(start, visitor, fruit):
    url = start(fruit)
    visitor.open(url)
    open_list(visitor)
    visitor.page.get_by_role("button", name="Remove Apples").click()
    visitor.page.route("**/api/removals", lambda route: route.abort())
    visitor.page.get_by_role("button", name="Remove now").click()
    visitor.page.get_by_text("Not removed: the server can't be reached.").wait_for()

    assert listed(visitor) == ["Plums", "Pears", "Apples"]
    visitor.page.get_by_role("button", name="Dismiss").click()
    assert not visitor.page.get_by_text("Not removed").is_visible()


def test_what_somebody_else_removed_meanwhile_is_gone_without_an_error(start, visitor, fruit):
    visitor.open(start(fruit))
    open_list(visitor)
    visitor.page.get_by_role("button", name="Remove Apples").click()
    visitor.page.get_by_role("button", name="Remove Pears").click()
    fruit.remove(["apples"])
    visitor.page.get_by_role("button", name="Remove now").click()
    visitor.page.get_by_text("Removed 2 documents.").wait_for()

    assert left(fruit) == ["Plums"]
