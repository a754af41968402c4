"""The numbers that are printed before blocks, in documents and in questions."""

import pytest

from index.printed_numbers import (
    PrintedNumber,
    blocks_under,
    label_of,
    numbers_named,
    printed_number,
    words_beside,
)
from tests.growth import grows_with_its_size


@pytest.mark.parametrize(
    ("question", "word", "parts"),
    [
        ("What does clause 2.3 say?", "clause", ("2.3",)),
        ("Who pays under Section 7?", "section", ("7",)),
        ("What does § 7 say?", "§", ("7",)),
        ("What is required by Article 12(b)?", "article", ("12", "b")),
        ("Was steht in Ziffer 4.1 (a)?", "ziffer", ("4.1", "a")),
        ("What is in appendix B?", "appendix", ("b",)),
        ("Что говорит статья 8?", "статья", ("8",)),
        ("What of Art. 5?", "art", ("5",)),
    ],
)
def test_a_question_names_a_printed_number(question, word, parts):
    assert numbers_named(question) == [PrintedNumber(word, parts)]
    assert numbers_named(question)[0].says_what


@pytest.mark.parametrize(
    "question",
    ["What is due within 3 days?", "Who came in May 14?", "What of 12.03.2024?", "Is it 1,5 or 12?",
     "Who won in 2014?", "How many?"],
)  # fmt: skip
def test_a_quantity_or_a_date_is_no_printed_number(question):
    named = numbers_named(question)
    assert not list(blocks_under(named, [(None, "3."), (None, "14"), (None, "12"), (None, "5")]))


@pytest.mark.parametrize(
    ("text", "label"),
    [("2.3 Repairs", "2.3"), ("§ 7 Descaling", "§ 7"), ("Appendix B", "Appendix B"),
     ("Step 3: Rinse", "Step 3:"), ("7 Descaling", "7"), ("IV. Descaling", "IV."), ("A dog", ""),
     ("2014 was good", ""), ("12.05.2024 in Ulm", "")],
)  # fmt: skip
def test_a_heading_begins_with_its_number(text, label):
    assert label_of(text, is_heading=True) == label


@pytest.mark.parametrize("text", ["3 days later he came.", "Lamp 3 is broken.", "In 14 days", "7"])
def test_a_paragraph_may_begin_with_a_quantity(text):
    assert not label_of(text, is_heading=False)


def test_blocks_are_found_by_the_numbers_before_them_and_above():
    labels = [(None, "Article 12"), (0, "(a)"), (0, "(b)"), (2, ""), (None, "§ 7"), (4, "\u2022")]
    labels += [(None, "2.3"), (None, "Appendix B"), (None, "Step 2:")]

    def found(question):
        return list(blocks_under(numbers_named(question), labels))

    assert found("What does article 12(b) say?") == [2, 3]
    assert found("What do Artikels 12 say?") == [0, 1, 2, 3]
    assert found("What does section 7 say?") == [4, 5]
    assert found("What does 2.3 say?") == found("And paragraph 2.3?") == [6]
    assert found("What is in appendix B?") == [7]
    assert found("What is step 2?") == [8]
    assert not found("What is in appendix 2?")
    assert not found("Is 2.31 meant?")


def test_a_bullet_is_no_number():
    assert printed_number("\u2022") is None
    assert printed_number("ii)") == PrintedNumber("", ("ii",))


def test_many_numbers_take_time_in_proportion_to_the_document():
    question = "clause 2.3 " * 5_000
    labels = [(None, "1")] + [(at, "2.4") for at in range(50)] * 400

    def work(size):
        assert not list(blocks_under(numbers_named(question), labels[:size]))

    assert grows_with_its_size(work, 20_000)


@pytest.mark.parametrize(
    ("question", "beside"),
    [
        ("What does clause 2.3 say?", set()),
        ("clause 2.3", set()),
        ("What does 2.3 say?", set()),
        ("What's in section 4(b) of the lease?", {"lease"}),
        ("Was steht in § 4 des Vertrags?", {"vertrags"}),
        ("¿Qué dice el artículo 12?", set()),
        ("What fee does clause 2.3 allow?", {"fee", "allow"}),
        ("Who signed on 3 May?", {"who", "signed", "3", "may"}),
    ],
)
def test_it_is_told_what_is_asked_beside_a_number(question, beside):
    assert words_beside(question) == beside
