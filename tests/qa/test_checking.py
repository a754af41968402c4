"""A text is checked sentence by sentence: supported, differs, nothing, or nothing to be checked."""

import pytest

from index import Corpus, Filter, draft_of
from index.errors import BadSetting, EmptyDocument, UnknownDocument
from qa import check, check_file, verify
from qa.checking.claims import as_question, claims_of, plain_claim
from qa.checking.sides import coverage, different_sides, lacking_figures
from tests.growth import grows_with_its_size

LEASE = (
    "This lease is between Anna Berg and Orchard Homes. The monthly rent is 500 EUR. The deposit "
    "is 1,200 EUR, to be paid in three instalments. The tenant may not keep dogs in the flat. The "
    "lease begins on 1 March 2024. Heating is included in the rent."
)
HOUSE = (
    "The house was built in 1908 by the architect Clara Stone. It has four floors and a lift. The "
    "roof was renewed in 2015. The caretaker lives on the ground floor."
)


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    with Corpus(tmp_path_factory.mktemp("check"), create=True) as opened:
        opened.add_text(LEASE, name="lease.txt", title="Lease")
        opened.add_text(HOUSE, name="house.txt", title="The house")
        yield opened


def skipped(text) -> list[str]:
    return [claim.skipped for claim in claims_of(draft_of(text))]


def test_headings_questions_code_and_fragments_are_skipped_and_counted(corpus):
    corpus.add_text("Apples are red.", name="fruit")
    draft = "# On fruit\n\nApples are red. Are they cheap? Thank you!\n\n- Pears are green too.\n"

    found = check(draft, corpus=corpus)

    assert [(one.verdict == "skipped", one.reason) for one in found.sentences] == [
        (True, "heading"),
        (False, ""),
        (True, "question"),
        (True, "fragment"),
        (False, ""),
    ]
    assert found.skipped == {"fragment": 1, "heading": 1, "question": 1}
    assert found.counts["skipped"] == 3
    assert sum(found.counts.values()) == 5
    for one in found.sentences:
        assert draft[one.start : one.end] == one.text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**The rent** is `500` EUR.", "The rent is 500 EUR."),
        ("The [lease](https://example.org/a_b) is _old_.", "The lease is old."),
        ("- The rent is due[^1] monthly [2].", "The rent is due monthly ."),
        ("a snake_case_name stays", "a snake_case_name stays"),
        ("2 * 3 * 4 is 24", "2 * 3 * 4 is 24"),
        ("3. The third", "The third"),
        ("2024 was dry", "2024 was dry"),
    ],
)
def test_marks_around_words_are_no_part_of_what_is_claimed(text, plain):
    assert plain_claim(text) == plain


def test_what_a_pronoun_stands_for_is_put_in_from_the_sentences_before():
    text = (
        "Juan Guaido is the leader of the opposition. He is 35 years old.\n\n# Other\n\nIt is late."
    )

    claims = [claim.text for claim in claims_of(draft_of(text)) if not claim.skipped]

    assert claims[1] == "Juan Guaido is 35 years old."
    assert claims[2] == "It is late.", "a heading begins anew"


def test_no_figure_of_the_sentences_before_is_taken_for_one_that_is_claimed():
    text = "Juan Guaido is the leader. He is 35 years old. He is 45 years old."

    *_, last = [claim.text for claim in claims_of(draft_of(text))]

    assert last == "Juan Guaido is 45 years old."


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("The rent is 500 EUR.", "Is the rent 500 EUR?"),
        ("Anna Berg grows apples.", "Is it true that Anna Berg grows apples?"),
    ],
)
def test_a_claim_is_put_as_a_question(claim, question):
    assert as_question(claim) == question


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The rent is 500 EUR.", "The monthly rent is €500."),
        ("The rent is 500 EUR.", "Rent: 500"),
        ("It has three floors.", "There are 3 floors."),
        ("More than 100 people came.", "120 people came."),
        ("About 500 people came.", "In all, 520 people came."),
        ("It cost 1.5 million dollars.", "The price was $1,500,000."),
        ("It began in March 2024.", "It began on 1 March 2024."),
        ("It was built in the 1980s.", "It was built in 1984."),
        ("He reigned from 1999.", "He reigned 1999-2003."),
    ],
)
def test_a_figure_that_says_the_same_is_the_same(claim, text):
    assert lacking_figures(claim, text) == []


@pytest.mark.parametrize(
    ("claim", "text", "claimed", "found"),
    [
        ("The rent is 600 EUR.", "The monthly rent is 500 EUR.", "600 EUR", ["500 EUR"]),
        ("Notice is 3 weeks.", "The notice period is 3 months.", "3 weeks", ["3 months"]),
        ("It rose by 5 %.", "It rose by 7 % last year.", "5 %", ["7 %"]),
        ("It was built in 1908.", "It was built in 1918.", "1908", ["1918"]),
        ("It begins on 1 March.", "It begins on 1 May.", "March", ["May"]),
        ("Over 200 people came.", "120 people came.", "200 people", ["120 people"]),
        (
            "Anna Berg built the house.",
            "The house was built by Clara Stone.",
            "Anna Berg",
            ["Clara Stone"],
        ),
        ("Dogs are allowed.", "Dogs are not allowed.", "Dogs are allowed.", ["not"]),
        ("Dogs are not allowed.", "Dogs are allowed.", "not", []),
    ],
)
def test_both_sides_of_a_difference_are_told(claim, text, claimed, found):
    (side,) = different_sides(claim, text)

    assert claim[slice(*side.claimed)] == claimed
    assert [text[slice(*place)] for place in side.found] == found


def test_a_figure_in_a_code_or_of_another_kind_is_no_other_side():
    assert different_sides("The rent is 600 EUR.", "See form QDS-550 of 1999.") == []


def test_forms_and_accents_of_words_are_covered_and_names_count_twice():
    assert coverage("The cafés were renewed.", "A cafe is being renewed.").share == 1
    lacks = coverage("Clara Stone grows apples.", "Somebody grows apples.")
    assert (lacks.words, lacks.names) == (2, 2)
    assert lacks.share < 0.5


@pytest.mark.model
def test_what_the_documents_say_is_supported_with_its_passage_first(documents):
    draft = "The rent is 500 EUR a month. The house was built by Clara Stone in 1908."

    found = check(draft, corpus=documents)

    assert [one.verdict for one in found.sentences] == ["supported", "supported"]
    assert found.supported
    rent, house = (one.passages[0] for one in found.sentences)
    assert rent.text == "The monthly rent is 500 EUR."
    assert house.document.title == "The house"
    assert all(verify(passage, documents).valid for passage in (rent, house))


@pytest.mark.model
@pytest.mark.parametrize(
    ("claim", "kind", "there"),
    [
        ("The monthly rent is 650 EUR.", "figure", "500 EUR"),
        ("The lease begins on 1 March 2025.", "figure", "2024"),
        ("The tenant may keep dogs in the flat.", "negation", "not"),
        ("The architect of the house was Anna Berg.", "name", "Clara Stone"),
    ],
)
def test_what_they_say_otherwise_differs_with_both_sides(documents, claim, kind, there):
    (one,) = check(claim, corpus=documents).sentences

    assert one.verdict == "differs"
    (difference,) = one.differences
    assert difference.kind == kind
    assert there in [words.text for words in difference.found]
    (passage,) = one.passages
    for words in difference.found:
        begin = words.start - passage.start
        assert passage.text[begin : begin + len(words.text)] == words.text


@pytest.mark.model
@pytest.mark.parametrize(
    "claim",
    [
        "Penguins live in the southern hemisphere.",
        "The landlord pays for the internet connection.",
        "Anna Berg works as a teacher in Hamburg.",
    ],
)
def test_what_they_do_not_say_has_nothing_in_them(documents, claim):
    found = check(claim, corpus=documents)

    assert found.sentences[0].verdict == "nothing"
    assert not found.supported


@pytest.mark.parametrize("reader", ["none", "shipped"])
@pytest.mark.model
def test_another_figure_is_never_supported(documents, reader):
    claims = [f"The deposit is {amount} EUR." for amount in ("1,300", "12", "900", "2,400")]

    found = check(" ".join(claims), corpus=documents, reader=reader)

    assert {one.verdict for one in found.sentences} <= {"differs", "nothing"}


@pytest.mark.model
def test_the_same_words_are_supported_without_the_reader_too(documents):
    found = check("The monthly rent is 500 EUR.", corpus=documents, reader="none")

    assert found.sentences[0].verdict == "supported"


def test_a_file_is_checked_as_its_format_is_read(corpus, tmp_path):
    corpus.add_text("Apples are red in autumn.", name="fruit")
    path = tmp_path / "draft.html"
    path.write_text("<h1>Fruit</h1><p>Apples are <b>red</b> in autumn.</p><pre>x = 1</pre>")

    found = check_file(path, corpus=corpus)

    assert [one.text for one in found.sentences if one.verdict != "skipped"] == [
        "Apples are red in autumn."
    ]
    assert set(found.skipped) == {"code", "heading"}


def test_what_cannot_be_checked_says_why(corpus, monkeypatch):
    corpus.add_text("Apples are red.", name="fruit")
    with pytest.raises(EmptyDocument, match="Give a text"):
        check(" \n", corpus=corpus)
    with pytest.raises(TypeError, match="it must be str"):
        check(["Apples are red."], corpus=corpus)
    with pytest.raises(UnknownDocument):
        check("Apples are red.", corpus=corpus, documents=["nope"])
    with pytest.raises(BadSetting, match="not by phrases"):
        check("Apples are red.", corpus=corpus, where=Filter(phrases=["red"]))
    with pytest.raises(BadSetting, match="Check it in parts"):
        check("Apples are red. " * 10_001, corpus=corpus)


def test_an_empty_corpus_supports_nothing(corpus):
    (one,) = check("Apples are red today.", corpus=corpus).sentences

    assert (one.verdict, one.passages, one.confidence) == ("nothing", (), None)


def test_documents_and_filters_limit_what_a_text_is_checked_against(corpus):
    corpus.add_text("Apples are red in autumn.", name="a.txt")
    corpus.add_text("Pears are green in spring.", name="b.csv")
    claim = "Apples are red in autumn."

    names = [
        {passage.document.name for one in found.sentences for passage in one.passages}
        for found in (
            check(claim, corpus=corpus, documents=["b.csv"]),
            check(claim, corpus=corpus, where=Filter(files=["*.csv"])),
            check(claim, corpus=corpus),
        )
    ]

    assert names == [{"b.csv"}, {"b.csv"}, {"a.txt"}]


@pytest.mark.parametrize("piece", ["not ", "1,", "*_`", "[a](", "over 5 ", "May 5 ", "a.b-", "He "])
def test_time_grows_with_the_length_of_a_claim(piece):
    def work(size: int) -> None:
        text = piece * (size // len(piece))
        different_sides(plain_claim(text), text)
        coverage(text, text)
        as_question(text)

    assert grows_with_its_size(work, 40_000)
