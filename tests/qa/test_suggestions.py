from hypothesis import given
from hypothesis import strategies as st

from qa import suggest

TEXTS = [
    "Mr Juan Guaido met Jeremy Hunt. The United States agreed.",
    "But Jeremy Hunt left for the Bank of England.",
]


def test_the_names_a_text_speaks_of_most_are_offered_first():
    assert suggest(TEXTS) == [
        "What is said about Jeremy Hunt?",
        "What is said about Juan Guaido?",
        "What is said about United States?",
    ]


def test_what_was_asked_about_is_not_offered_again():
    assert suggest(TEXTS, known="who is jeremy hunt?", count=1) == [
        "What is said about Juan Guaido?"
    ]


def test_a_text_without_names_offers_nothing():
    assert suggest(["Apples are red.", "It rained. The end.", ""]) == []


@given(st.lists(st.text()), st.text())
def test_any_text_gives_at_most_so_many_questions(texts, known):
    assert len(suggest(texts, known=known, count=2)) <= 2
