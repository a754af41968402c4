from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import BadFilter, EmptyQuestion, Filter
from qa.grammar import parse, plain_text


@pytest.mark.parametrize(
    ("question", "text", "labels"),
    [
        ('"force majeure"', '"force majeure"', ['"force majeure"']),
        ("“force majeure” notice", "“force majeure” notice", ['"force majeure"']),
        ("„höhere Gewalt“ Frist", "„höhere Gewalt“ Frist", ['"höhere Gewalt"']),
        ("rent -draft", "rent", ["-draft"]),
        ("rent +R123-78", "rent R123-78", ['"R123-78"']),
        ('rent -"first draft" +lease', "rent lease", ['"lease"', '-"first draft"']),
        ('Who pays? +"cold rent"', 'Who pays? "cold rent"', ['"cold rent"']),
        ("Who pays the rent? -draft", "Who pays the rent?", ["-draft"]),
        ("What is the rent in:leases/?", "What is the rent?", ["in:leases/"]),
        ('rent in:"My Leases"', "rent", ['in:"My Leases"']),
        ("rent file:*.pdf type:docx", "rent", ["file:*.pdf", "type:docx"]),
        ("rent after:2024-01 before:2024/6/5", "rent", ["after:2024-01", "before:2024-06-05"]),
        ("Lang:de Miete", "Miete", ["lang:de"]),
        ("rent after:2024.", "rent.", ["after:2024"]),
    ],
)
def test_what_is_meant_as_a_filter_limits_the_search(question, text, labels):
    parsed = parse(question)

    assert parsed.text == text
    assert list(parsed.where.labels) == labels
    assert parsed.quoted == ()


@pytest.mark.parametrize(
    "question",
    [
        "What is it: a lease or a loan?",
        "When does it open, at 10:30 or at 11:00?",
        "see https://example.org/in:x?type:pdf and file:///home/me",
        "don't say \"no",
        'a 5" pipe and a 6" one',
        'What does "" mean?',
        'a"b"c',
        "What does -v do?",
        "What does the --force option do?",
        "cold, -5 degrees",
        "+49 170 1234567",
        "the train from A - B",
        "C++ or C+",
        "Fruit:\n-apples\n-pears",
        "type:error 403",
        "the ratio in:out",
        "before:noon or after:lunch",
        "lang:js closures",
        "-draft",
        "“不可抗力”是什么意思",
        "l'été d'avant",
        '"..."',
        " ",
    ],
)
def test_what_is_not_surely_the_grammar_is_plain_text(question):
    parsed = parse(question)

    assert parsed.text == question.strip()
    assert not parsed.where


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ('What does "force majeure" mean?', ("force majeure",)),
        ("Was heißt „höhere Gewalt“?", ("höhere Gewalt",)),
        ('explain "golden rule"', ("golden rule",)),
        ('"What is force majeure?"', ("What is force majeure?",)),
        ('he said "yes" and went off to the big house by the sea', ("yes",)),
    ],
)
def test_a_question_that_quotes_demands_nothing(question, quoted):
    parsed = parse(question)

    assert parsed.text == question
    assert not parsed.where
    assert parsed.quoted == quoted


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("rent after:2024-13", "after:2024-13: no such month"),
        ("rent before:01.02.2024", "before:01.02.2024: write the year first"),
        ("rent -type:docx", "-type:docx: only words can have a -"),
    ],
)
def test_a_filter_that_can_not_be_one_is_refused_at_its_place(question, message):
    with pytest.raises(BadFilter) as refused:
        parse(question)
    assert message in str(refused.value)
    assert plain_text(question) == question


def test_filters_alone_are_no_question():
    with pytest.raises(EmptyQuestion, match="nothing to look for but in:leases/ type:pdf"):
        parse("in:leases/ type:pdf")


def test_a_folder_without_a_stroke_is_one_if_there_is_one():
    def has(wanted):
        return wanted == Filter(folders=["leases"])

    assert parse("rent in:leases", has).where == Filter(folders=["leases"])
    assert parse("rent in:loans", has).text == "rent in:loans"


@given(st.text(alphabet=st.sampled_from('ab1:-+"“” ?/.*in:type:after:2024-'), max_size=60))
def test_any_text_is_taken_apart_or_refused_in_words(question):
    try:
        parsed = parse(question)
    except (BadFilter, EmptyQuestion) as error:
        assert str(error)  # noqa: PT017
        return
    assert parsed.where or parsed.text == question.strip()


def test_a_long_text_of_signs_takes_no_time():
    for piece in ('"a ', "-a ", "in:", "“", ' "', "+a-", "after:2024-", "a/b "):
        question = piece * (10_000 // len(piece))
        with suppress(BadFilter, EmptyQuestion):
            parse(question)
