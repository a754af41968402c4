"""Filters and exact words, from the question to the passages; codes with and without the reader."""

import pytest

from index import BadFilter, EmptyQuestion, Filter
from qa import ask, ask_batch, retrieve, verify
from qa.codes import codes_of, names, words_with_digits

LEASE = (
    "Force majeure ends the duty to pay the rent. A flood is an act of God. "
    "The tenant pays the rent on the first of the month.\n\n"
    "- The rent of the flat\n- The rent of the draft garage\n- The rent of the cellar"
)
# Rows of near-identical codes, none of which says more than another
CODES = "Code\tMeaning\tPrice\n" + "\n".join(
    f"{code}\t{what}\t{price} EUR"
    for code, what, price in (
        ("E-17/a", "the valve is stuck", 17),
        ("E-17/b", "the pump is blocked", 27),
        ("E-17", "the fan is stuck", 37),
        ("E-17/b-2", "the lamp is dark", 47),
        ("R123-7", "seal of the pump", 57),
        ("R123-78", "seal of the valve", 67),
        ("R123-789", "seal of the fan", 77),
        ("0x80070057", "a parameter is wrong", 87),
        ("0x80070005", "access is denied", 97),
        ("ISO 9001:2015", "quality management", 107),
        ("ISO 9001:2008", "quality management", 117),
    )
)


@pytest.fixture
def filed(corpus, tmp_path):
    folder = tmp_path / "mine" / "contracts"
    folder.mkdir(parents=True)
    (folder / "lease.txt").write_text(LEASE, encoding="utf-8")
    corpus.add([folder])
    corpus.add_text("The rent of the boat is due in May. Act now: God knows.", name="boat")
    return corpus


@pytest.fixture
def codes(corpus):
    corpus.add_text(CODES, name="codes")
    return corpus


READERS = pytest.mark.parametrize("reader", ["none", pytest.param("shipped", id="shipped")])


def texts(passages):
    return [passage.text for passage in passages]


@READERS
def test_every_passage_says_what_must_stand_in_it(filed, reader):
    for question in ('"act of god"', "+flood", "“Act of God” rent"):
        found = retrieve(question, 5, filed, reader=reader)
        assert texts(found) == ["A flood is an act of God."]
        assert verify(found[0], filed)
    where = Filter(phrases=["rent"], without=["draft", "boat"])
    found = retrieve("what is the rent?", 9, filed, reader=reader, where=where)
    assert found
    for passage in found:
        assert "rent" in passage.text.lower()
        assert "draft" not in passage.text
        assert "boat" not in passage.text


@READERS
def test_documents_are_those_that_the_question_names(filed, reader):
    assert {p.document.name for p in retrieve("rent in:contracts", 9, filed, reader=reader)} == {
        "lease.txt"
    }
    assert {p.document.name for p in retrieve("rent -flood", 9, filed, reader=reader)} == {
        "lease.txt",
        "boat",
    }
    where = Filter(types=["txt"])
    assert retrieve("boat", 9, filed, ["boat"], reader=reader, where=where) == []


def test_an_answer_says_what_its_question_was_limited_to(filed):
    answer = ask("What is the rent? type:txt -draft", corpus=filed, reader="none")

    assert answer.question == "What is the rent? type:txt -draft"
    assert answer.query == "What is the rent?"
    assert answer.where == Filter(types=["txt"], without=["draft"])
    assert not answer.in_context
    assert answer.documents == 1
    assert answer.as_dict()["where"]["types"] == ("txt",)


def test_where_nothing_fits_it_is_said_why(filed):
    nothing = ask('"act of the gods"', corpus=filed, reader="none")
    assert (nothing.kind, nothing.answered, nothing.passages) == ("none", False, ())
    assert "“act of the gods”" in nothing.message

    nowhere = ask("rent type:pdf after:2024", corpus=filed, reader="none")
    assert nowhere.passages == ()
    assert nowhere.message == "No document fits type:pdf after:2024."


@READERS
def test_a_question_that_quotes_prefers_what_has_the_words_and_falls_back(filed, reader):
    asked = ask('What is an "act of god"?', corpus=filed, reader=reader)
    assert asked.passages[0].text == "A flood is an act of God."
    assert len(asked.passages) > 1
    assert asked.message == ""
    assert not asked.where

    missing = ask('What is an "act of the gods"?', corpus=filed, reader=reader)
    assert missing.passages
    assert missing.message == "Nothing says “act of the gods” in these words."


def test_filters_of_an_earlier_question_are_not_carried_over(filed):
    first = ask("Who pays the rent? in:contracts/", corpus=filed, reader="none")
    for history in ([first], [first.question]):
        then = ask("And the boat?", history, corpus=filed, reader="none")
        assert not then.where
        assert "in:" not in then.query
        assert then.documents == 2


def test_each_question_of_a_batch_is_limited_by_itself(filed):
    one, other = ask_batch(["rent in:contracts/", "rent"], corpus=filed, reader="none")
    assert (one.documents, other.documents) == (1, 2)
    assert ask_batch(["rent"], corpus=filed, where=Filter(files=["lease"]))[0].documents == 1


def test_bad_filters_and_filters_alone_are_refused(filed):
    with pytest.raises(BadFilter, match="after:2024-13: no such month"):
        ask("rent after:2024-13", corpus=filed)
    with pytest.raises(EmptyQuestion, match="nothing to look for but type:txt"):
        retrieve("type:txt", corpus=filed)
    with pytest.raises(TypeError, match="where"):
        retrieve("rent", corpus=filed, where="type:txt")


def test_as_typed_takes_every_sign_as_text(filed):
    answer = ask("rent after:2024-13 -draft", corpus=filed, reader="none", as_typed=True)
    assert answer.query == "rent after:2024-13 -draft"
    assert not answer.where
    assert answer.passages


@READERS
@pytest.mark.parametrize(
    "code",
    ["E-17/a", "E-17/b", "E-17", "E-17/b-2", "R123-7", "R123-78", "R123-789", "0x80070057"],
)
def test_the_row_of_a_code_comes_before_those_of_codes_like_it(codes, reader, code):
    for question in (code, f"What does {code.lower()} mean?", f"price of {code}"):
        first = retrieve(question, 5, codes, reader=reader)[0]
        assert first.sentences[0].text.startswith(f"{code}\t"), question


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("See E05/E06.", "e05", True),
        ("E-12/b-2", "e-12", False),
        ("E-12/b-2", "b-2", False),
        ("R123‑78 fits", "r123-78", True),
        ("§§ 7 and 8", "§7", True),
        ("§ 70", "§7", False),
        ("ISO 9001:2015/Amd 1", "9001:2015", False),
    ],
)
def test_a_code_is_named_where_it_stands_whole(text, code, named):
    assert names(text, code) is named


@READERS
@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("§ 7", "Under § 7 rent is due on the first."),
        ("What does §17 say about the rent?", "Under § 17 rent may be cut."),
        ("ISO 9001:2008", "Quality is under ISO 9001:2008."),
        ("When was ISO 9001:2015 met?", "Quality is under ISO 9001:2015."),
    ],
)
def test_paragraphs_and_standards_are_found_just_so(corpus, reader, question, first):
    corpus.add_text(
        "Under § 70 rent is due on the third. Under § 17 rent may be cut. Under § 7 rent is due on "
        "the first. Quality is under ISO 9001:2015. Quality is under ISO 9001:2008.",
        name="a",
    )
    passages = retrieve(question, 5, corpus, reader=reader)
    assert passages[0].best.text == first


@READERS
def test_what_is_said_of_a_code_like_it_is_no_answer(corpus, reader):
    corpus.add_text(
        "E-17/a means that the pump is blocked. Call the service. E-17/c means that the fan is "
        "stuck. See the list of E-17/b on the back of the machine for what that one means.",
        name="a",
    )
    answer = ask("What does E-17/b mean?", corpus=corpus, reader=reader)

    assert answer.passages[0].text.startswith("See the list of E-17/b")
    assert all("E-17/b" in passage.text for passage in answer.answering)


def test_the_codes_of_a_question_are_taken_in_its_order():
    codes = [f"R{number}-78" for number in range(20, 30)]
    question = f"What are {', '.join(codes)} and {codes[0]}?"

    assert codes_of(question) == tuple(code.lower() for code in codes[:5])


def test_numbers_and_years_are_words_with_digits_and_only_some_of_them_are_codes():
    question = "Was the § 7 rent of 1,200.50 EUR for E-17/b due on 2024-05-06?"

    assert words_with_digits(question) == ["7", "1", "200.50", "e-17/b", "2024-05-06"]
    assert codes_of(question) == ("§7", "e-17/b")
