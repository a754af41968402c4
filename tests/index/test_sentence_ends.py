"""Where a sentence ends, and where it only seems to."""

import pytest

from tests.index.splitting import paragraphs, sentences


def promise(*expected: str) -> object:
    """Sentences that, written one after the other with a space, are found again."""
    return pytest.param(expected, id=" | ".join(expected))


@pytest.mark.parametrize(
    "expected",
    [
        promise('"Go," she said.', '"Now."'),
        promise("He went.", "“I am tired,” he added.", "“Good night.”"),
        promise("He went.", "(Nobody saw it.)", "[Applause.]", "Thank you."),
        promise("“Go.”", "“Why?”", "‘Because.’", "Fine."),
    ],
)
def test_a_quotation_mark_or_bracket_stays_with_what_it_encloses(expected: tuple[str, ...]):
    assert sentences(" ".join(expected)) == list(expected)


@pytest.mark.parametrize(
    "expected",
    [
        promise('"I came.', "I saw.", 'I won," he said.', "He left."),
        promise("“The road was long.", "Nobody helped us.", "We walked on.”"),
    ],
)
def test_each_sentence_of_a_long_quotation_is_found(expected: tuple[str, ...]):
    assert sentences(" ".join(expected)) == list(expected)


@pytest.mark.parametrize(
    "text",
    [
        '"This is great." she said.',
        "“Why?” asked John.",
        "He taught (he had worked for 5 years as an engineer.) at the university.",
        'They sang "Help!", which was new.',
    ],
)
def test_a_sentence_goes_on_after_a_quotation_or_an_aside(text: str):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "It rained (see p. 3. It is well told.) and stopped.",
        'They know [...] "the laws" (Smith 55).',
        "The aside (He left. She stayed.) is one sentence.",
    ],
)
def test_an_aside_in_brackets_is_not_cut(text: str):
    assert sentences(text) == [text]


def test_a_bracket_that_never_closes_hides_nothing():
    assert sentences("Let x < 5. Then go ( on. Stop (now).") == [
        "Let x < 5.",
        "Then go ( on.",
        "Stop (now).",
    ]


@pytest.mark.parametrize("note", ["[1]", "[1][2]", "[citation needed]"])
def test_a_note_belongs_to_the_sentence_it_touches(note: str):
    assert sentences(f"He said so.{note} Then he left.") == [f"He said so.{note}", "Then he left."]


@pytest.mark.parametrize(
    "text",
    [
        "I asked Ms. Kelly.",
        "We flew to Ft. Worth.",
        "See Eq. 3 and Vol. 2 (approx. 40 pages).",
        'He saw "Dr. No" and the "St. Barts Museum" in Washington, D.C.',
        "My name is Jonas E. Smith, of Pitt, Briggs & Co. at noon.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(text: str):
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "expected",
    [
        promise("They never asked me.", "Kelly did."),
        promise("No.", "I will not."),
        promise("It was a work of art.", "Destiny made it."),
    ],
)
def test_a_word_that_looks_like_an_abbreviation_ends_a_sentence(expected: tuple[str, ...]):
    assert sentences(" ".join(expected)) == list(expected)


def test_an_ellipsis_ends_a_sentence_when_a_capital_follows():
    assert sentences("Well… Then he left.") == ["Well…", "Then he left."]


@pytest.mark.parametrize("ending", [":)", "🎉", "– –", "***"])
def test_a_smiley_or_a_stray_mark_is_no_sentence(ending: str):
    assert sentences(f"It rained. I love it. {ending}") == ["It rained.", f"I love it. {ending}"]


@pytest.mark.parametrize(
    "expected",
    [
        promise("1. The first item", "2. The second item"),
        promise("1. The first item.", "2. The second item."),
        promise("1.) The first item.", "2.) The second item."),
        promise("• 9. The first item", "• 10. The second item"),
        promise("a. The first item", "b. The second item", "c. The third item"),
    ],
)
def test_a_list_item_keeps_its_number(expected: tuple[str, ...]):
    assert sentences(" ".join(expected)) == list(expected)
    assert paragraphs("\n".join(expected)) == [[item] for item in expected]


def test_a_number_inside_a_sentence_starts_no_list():
    expected = ["The war began on May 1.", "The road was long.", "It ended on May 2.", "We won."]
    assert sentences(" ".join(expected)) == expected
