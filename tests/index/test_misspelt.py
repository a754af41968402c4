import random

import pytest

from index.search.misspelt import distance, meant_word, mended, words_to_mend


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("guiado", "guaido", 1), ("contries", "countries", 1), ("a", "", 1), ("kitten", "sitting", 3)],
)
def test_slips_are_letters_added_left_out_replaced_or_swapped(one, other, slips):
    assert distance(one, other) == distance(other, one) == slips


def test_numbers_codes_and_short_words_are_never_taken_for_misspelt():
    question = "Waht does errror E05 say about TPO/2025, Müller's 'contrat' and the-thing?"

    assert words_to_mend(question) == ["errror", "about", "Müller", "contrat"]


def test_the_nearest_word_is_meant_and_of_equals_the_most_frequent():
    texts = ["Guaidó spoke.", "Guardo rests. Guaidó slept.", "Guard."]

    assert meant_word("guiado", texts) == "Guaidó"
    assert meant_word("contries", ["These countries", "The centuries"]) == "countries"


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("recognised", "It was Recognised."),  # it is there
        ("where", "There it was."),  # another first letter
        ("Bergman", "Bargmen came."),  # two slips in a short word
        ("harbour", "Nothing like it."),
    ],
)
def test_a_word_that_is_there_or_has_nothing_near_stays(word, text):
    assert meant_word(word, [text]) is None


def test_only_whole_words_are_replaced_and_nothing_else_changes():
    words = {"wat": r"w\1", "Wat": "wat"}

    assert mended(r"Wat, watt or wat\1?", words) == r"wat, watt or w\1\1?"


def test_any_text_is_looked_at_in_no_time():
    rng = random.Random(0)  # noqa: S311 - draws examples
    text = "".join(rng.choice("ab \u202e\U0001f600é'") for _ in range(20_000))

    assert mended(text, dict.fromkeys(words_to_mend(text)[:20], "x"))


TEXT = (
    "The committee recognised the harbour. Nine countries signed with the president. "
    "Error E03 is a leak."
)


@pytest.mark.parametrize(
    ("question", "spelt"),
    [
        ("which contries signed", "which countries signed"),
        ("the comitee", "the comitee"),
        ("the presidnet", "the president"),
        ("who recogniced the harbor?", "who recognised the harbor?"),
        ("What is error E05?", "What is error E05?"),
        ("Which countries signed?", "Which countries signed?"),
        ("\udcf3 contries", "\udcf3 countries"),
        ("", ""),
    ],
)
def test_a_question_is_spelt_as_the_documents_spell_it(corpus, question, spelt):
    corpus.add_text(TEXT, name="a")
    with corpus.snapshot() as state:
        assert state.spelt_as_here(question) == spelt


def test_in_an_empty_corpus_a_question_stays_as_it_is(corpus):
    with corpus.snapshot() as state:
        assert state.spelt_as_here("which contries signed") == "which contries signed"
