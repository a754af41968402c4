"""What an answer and its passages look like in a terminal of Python and in a notebook."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import index
import qa
from index import NamedText
from qa import Excerpt, Passage, ask, overview, retrieve
from tests.ui.test_render import answer, read_passage

HOSTILE = (
    "Pay $5 & <b onclick='x()'>\"now\"</b>, </div><script>alert(1)</script> \u202e$6 \x1b[31m."
)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        assert {name for name, _ in attrs} <= {"style", "class", "dir"}

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        self.text += data


def parsed(shown) -> Elements:
    elements = Elements()
    elements.feed(shown._repr_html_())
    elements.close()
    assert elements.open == []
    return elements


@pytest.fixture
def fruit(corpus):
    corpus.add_texts(
        [NamedText("a.txt", "Apples are red. Pears are green."), NamedText("b", "Hm.")]
    )
    return corpus


def test_a_passage_and_an_answer_are_one_line_in_a_terminal(fruit):
    found = ask("Which pears are green?", corpus=fruit)
    long = replace(found.passages[0], text="very long " * 500)

    assert "Pears are green." in repr(found.passages[0])
    assert "a.txt" in repr(found.passages[0])
    assert "sentence 2" in repr(found.passages[0])
    assert "Which pears are green?" in repr(found)
    assert "2 documents" in repr(found)
    for shown in (found, long, ask("hello", corpus=fruit), ask("x " * 4_000, corpus=fruit)):
        assert len(repr(shown)) < 200
        assert "\n" not in repr(shown)
    assert "\x1b" not in repr(replace(found.passages[0], text=HOSTILE))


def test_an_answer_that_is_none_says_so_in_a_terminal():
    assert "not answered, 90%" in repr(answer(read_passage("Pears."), answered=False))
    assert "answered, 90%" in repr(answer(read_passage("Pears.")))


def test_words_of_documents_stay_words_in_a_notebook():
    marked = '"now"'
    found = read_passage(HOSTILE, marked)
    found = replace(
        found,
        document=replace(found.document, title=HOSTILE, name=HOSTILE),
        before=Excerpt(HOSTILE, 0, 1),
        after=Excerpt("half \ud83d a pair", 0, 1),
        corpus=HOSTILE,
    )
    weak = replace(found, confidence=0.1, highlights=())

    for shown in (found, answer(found, weak), answer(found, answered=False)):
        elements = parsed(shown)
        allowed = {"div", "blockquote", "span", "mark", "p", "strong", "details", "summary"}
        assert set(elements.tags) <= allowed
        assert HOSTILE in elements.text
        shown._repr_html_().encode()
    html = found._repr_html_()
    assert re.search(r'<mark style="[^"]*">&quot;now&quot;</mark>', html)
    assert 'class="tex2jax_ignore"' in html, "dollars are no formula"


def test_what_answers_is_on_top_and_what_is_weaker_folded():
    sure = read_passage("Pears are green.", "green")
    weak = replace(read_passage("Plums are blue."), confidence=0.1, start=900, end=915)

    html = answer(sure, weak)._repr_html_()
    top, _, folded = html.partition("<details>")

    assert "Pears are" in top
    assert "1 weaker passage" in folded
    assert "Plums are blue." in folded
    assert "<mark" not in folded


def test_a_list_of_passages_is_shown_as_cards_and_is_a_list(fruit):
    for passages in (retrieve("pears", corpus=fruit), overview("a.txt", fruit)):
        assert isinstance(passages, list)
        assert passages == list(passages)
        assert parsed(passages).text.count("a.txt") or "Apples" in parsed(passages).text
        assert parsed(passages).tags.count("blockquote") == len(passages)


def test_an_answer_without_passages_says_so_in_a_notebook(corpus):
    assert "Nothing was found in 0 documents." in parsed(ask("pears", corpus=corpus)).text
    assert "Ask a question" in parsed(ask("hello", corpus=corpus)).text


def test_marks_that_overlap_or_stand_outside_break_nothing():
    found = read_passage("Pears are green.")
    marks = [(90, 104), (103, 106), (104, 400), (500, 600)]
    strange = replace(found, highlights=tuple(Excerpt("x", *mark) for mark in marks))

    assert isinstance(strange, Passage)
    assert parsed(strange).text.count("Pears are green.") == 1


@pytest.mark.parametrize("package", [qa, index])
def test_dir_shows_the_public_names_only(package):
    assert dir(package) == sorted(package.__all__)
