"""What limits a search, as labels that are taken away by a click."""

import pytest

from qa.grammar import without_limit

LABELS = "#chat .limit"


@pytest.mark.parametrize(
    ("question", "label", "left"),
    [
        ("rent in:contracts type:pdf", "in:contracts", "rent type:pdf"),
        ("rent IN:contracts/2024, TYPE:PDF?", "type:pdf", "rent IN:contracts/2024, ?"),
        ('"force majeure" clause', '"force majeure"', "force majeure clause"),
        ("„höhere Gewalt“ Klausel", '"höhere Gewalt"', "höhere Gewalt Klausel"),
        ("+pears and plums", '"pears"', "pears and plums"),
        ('fruit -red -"dark green"', '-"dark green"', "fruit -red"),
        ("fruit -red", "-red", "fruit"),
        ("rent after:2024-1 before:2025", "after:2024-01", "rent before:2025"),
        ("rent lang:de lang:de", "lang:de", "rent"),
        ("rent file:*.pdf", "in:x", "rent file:*.pdf"),
        ("", "in:x", ""),
    ],
)
def test_a_question_without_a_limit_is_the_rest_of_it(question, label, left):
    assert without_limit(question, label) == left


@pytest.mark.browser
def test_each_limit_is_a_label_whose_cross_asks_again_without_it(start, visitor, corpus):
    corpus.add_text("Pears are green. Plums are blue.", name="fruit.md", title="Fruit")
    corpus.add_text("Pears are green in the north.", name="north.txt", title="North")
    visitor.open(start(corpus))
    answered = visitor.ask('pears "are green" -north type:md')
    labels = visitor.page.locator(LABELS)
    shown = [words.replace("×", "").strip() for words in labels.all_inner_texts()]
    assert shown == ['"are green"', "-north", "type:md"]
    assert "North" not in answered
    assert visitor.violations() == []

    visitor.page.get_by_role("link", name="Search without type:md").press("Enter")
    visitor.page.wait_for_function(f"() => document.querySelectorAll('{LABELS}').length === 2")
    visitor.answer(1)
    visitor.page.get_by_role("link", name="Search without -north").click()
    visitor.page.wait_for_function(f"() => document.querySelectorAll('{LABELS}').length === 1")

    visitor.answer(1)
    assert "North" in visitor.page.locator("#chat").text_content(), "folded, it may be"
    asked = visitor.page.locator("#chat [data-testid=user]").inner_text().strip()
    assert asked == 'pears "are green"'
    assert visitor.page.locator("#chat [data-testid=user]").count() == 1, "in place of the other"


@pytest.mark.browser
def test_where_nothing_fits_the_limit_is_there_to_be_taken_away(start, visitor, corpus):
    corpus.add_text("Pears are green.", name="fruit.md", title="Fruit")
    visitor.open(start(corpus))
    assert "No document fits type:pdf." in visitor.ask("pears type:pdf")
    visitor.page.get_by_role("link", name="Search without type:pdf").click()
    visitor.page.locator("#chat blockquote").wait_for()

    assert "Pears are green." in visitor.answer(1)


@pytest.mark.browser
def test_what_is_copied_of_an_answer_has_no_crosses(start, visitor, corpus):
    corpus.add_text("Pears are green.", name="fruit.md", title="Fruit")
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.open(start(corpus))
    visitor.ask("pears type:md")
    visitor.page.get_by_role("button", name="Copy message").click()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")

    assert "type:md" in copied
    assert "×" not in copied
    assert "without" not in copied


@pytest.mark.browser
def test_how_sure_an_answer_has_to_be_is_set_once_and_kept(start, visitor, corpus, monkeypatch):
    from qa import ask

    asked = []

    def watched(*arguments, min_confidence=None, **settings):
        asked.append(min_confidence)
        return ask(*arguments, min_confidence=min_confidence, **settings)

    monkeypatch.setattr("ui.page.events.ask", watched)
    corpus.add_text("Pears are green.", name="fruit")
    visitor.open(start(corpus))
    visitor.ask("Which pears?")
    visitor.page.get_by_role("button", name="Settings", exact=True).click()
    visitor.page.get_by_label("Answer only when it is").select_option("at least 75% sure")
    visitor.page.get_by_role("button", name="Close", exact=True).click()
    visitor.ask("Which pears are green?")
    visitor.page.reload()
    visitor.page.locator("#question textarea:focus").wait_for()
    visitor.ask("Which are green?")

    assert asked == [None, 0.75, 0.75]
