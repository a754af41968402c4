"""What of a question no document mentions is named, and nothing else."""

import pytest

from qa import ask
from qa.unmentioned import unmentioned


@pytest.fixture
def manual(corpus):
    corpus.add_text(
        "Code E03 means that the drawer is full. The CM-320 holds two litres. Cups are warmed.",
        name="manual.txt",
        title="Aquila manual",
    )
    return corpus


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What does E05 mean?", ("E05",)),
        ("What does E03 mean?", ()),
        ("How much does the CM-340's tank hold?", ("CM-340", "tank")),
        ("How much does the cm-320 hold?", ()),
        ("Is the Aquila warming my cup?", ()),
        ("Who is Karl Ohlin and what is a gym?", ("Karl", "Ohlin", "gym")),
        ("E1 E2 E3 E4 E5", ("E1", "E2", "E3")),
        ("What would you say of the manual?", ()),
        ("?", ()),
        ("", ()),
    ],
)
def test_codes_names_and_words_that_stand_nowhere_are_named(manual, question, missing):
    with manual.snapshot() as state:
        assert unmentioned(state, question, None) == missing


def test_only_the_documents_that_are_searched_count(manual):
    manual.add_text("Code E05 means that the tank is empty.", name="other")
    with manual.snapshot() as state:
        (first,) = state.find_documents(["manual.txt"])
        assert unmentioned(state, "What does E05 mean?", [first]) == ("E05",)
        assert unmentioned(state, "What does E05 mean?", None) == ()
        assert unmentioned(state, "What does E03 mean?", []) == ()


@pytest.mark.model
def test_an_answer_that_is_none_names_what_is_missing_and_one_that_is_names_nothing(seed_corpus):
    none = ask("Who is the mayor of Quxville?", corpus=seed_corpus)
    answered = ask("Which countries recognized Guaido?", corpus=seed_corpus)

    assert (none.answered, none.judged) == (False, True)
    assert "Quxville" in none.unmentioned
    assert (answered.answered, answered.unmentioned) == (True, ())


@pytest.mark.model
def test_a_question_as_typed_is_neither_completed_nor_spelt_otherwise(seed_corpus):
    question, before = "Which countrys recognised Guiado?", ["Who is Jeremy Hunt?"]

    assert ask(question, corpus=seed_corpus).query != question
    assert ask(question, before, corpus=seed_corpus, as_typed=True).query == question
    assert (
        ask("How old is he?", before, corpus=seed_corpus, as_typed=True).query == "How old is he?"
    )
