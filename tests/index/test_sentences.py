import textwrap
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import LONGEST_SENTENCE, split_sentences

SEED = Path(__file__).parents[2] / "seeds" / "000_d8f7b9f28557dd04.txt"

# What a splitter stumbles over: stops, marks, line breaks, list numbers, NUL, half a surrogate
# pair, emoji, combining marks, right-to-left and Chinese text, wide spaces.
PIECES = (
    *".!?…,;:。؟“”\"'‘’()[]<|#😀好 \t\xa0\u3000\u200b\r\n\f\x85\u2028\x00\ud800",
    *("e\u0301", "אב", "عرب", "Mr", "U.S", "No", "me", "The ", "he ", "1. ", "2. ", "a. ", "[1]"),
    *(". ", "! ", "\r\n", "\n\n", "\n  ", "• ", "- ", "word " * 90, "x" * 900),
)
any_text = st.text(alphabet=st.characters()) | st.lists(st.sampled_from(PIECES)).map("".join)


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


def paragraphs(text: str) -> list[list[str]]:
    grouped: list[list[str]] = []
    for span in split_sentences(text):
        if span.paragraph == len(grouped):
            grouped.append([])
        grouped[span.paragraph].append(text[span.start : span.end])
    return grouped


@given(any_text)
def test_every_character_but_white_space_is_in_exactly_one_sentence(text: str):
    spans = split_sentences(text)
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    assert edges == sorted(edges)
    gaps = (text[end:start] for end, start in zip(edges[::2], edges[1::2], strict=True))
    assert not "".join(gaps).strip()


@given(any_text)
def test_no_sentence_is_empty_untrimmed_or_too_long(text: str):
    for sentence in sentences(text):
        assert sentence
        assert sentence == sentence.strip()
        assert len(sentence) <= LONGEST_SENTENCE


@given(any_text)
def test_paragraphs_are_counted_from_0_without_a_gap(text: str):
    numbers = [span.paragraph for span in split_sentences(text)]
    assert numbers[:1] in ([], [0])
    assert all(after - before in {0, 1} for before, after in pairwise(numbers))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\r\n \u2028\t\xa0"])
def test_white_space_has_no_sentences(text: str):
    assert split_sentences(text) == []


@pytest.mark.parametrize(
    "text", ["J.\u3000Smith", "The U.S.\u3000½ was. Then", "p.\u3000", "a\ud800. B", "\x00. A"]
)
def test_text_that_the_library_cannot_read_is_split_all_the_same(text: str):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_each_line_of_the_seed_article_is_a_paragraph_of_its_own():
    text = SEED.read_text("utf-8")
    assert len(paragraphs(text)) == 23
    assert len(sentences(text)) == 32
    assert ["\n".join(p).replace("\n", " ") for p in paragraphs(text)] == text.splitlines()


def test_the_telegraph_quotation_of_the_seed_article_keeps_its_quotation_mark():
    assert paragraphs(SEED.read_text("utf-8"))[-2] == [
        '"People like me are hungry,” he told The Telegraph.',
        "“We either buy food or medicines, and our retirement isn’t worth anything.",
    ]


def test_a_quotation_inside_a_sentence_of_the_seed_article_does_not_cut_it():
    assert (
        "Mr Guaido called on members of the military – who on Thursday pledged their loyalty to "
        'Mr Maduro – saying "it is the moment" for them to come out in defence of the constitution.'
    ) in sentences(SEED.read_text("utf-8"))


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


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\f"])
def test_a_line_break_of_any_kind_ends_a_paragraph(newline: str):
    assert paragraphs(f"A title{newline}A sentence. Another") == [
        ["A title"],
        ["A sentence.", "Another"],
    ]


WRAPPED = """\
The Harbour

The licences for most software are designed to take away your freedom to
share and change it. By contrast, this one is intended to guarantee your
freedom to share and change it, as Dr. Smith wrote in a letter to
Professor Jones.
It makes sure of it.

Take with you:
- a warm coat that keeps out the wind, because the harbour is cold in the
  morning, when the boats leave, and in the evening, when they come back;
- bread.
-----
The end
"""


def test_the_lines_of_hard_wrapped_text_are_put_together():
    found = [[" ".join(s.split()) for s in paragraph] for paragraph in paragraphs(WRAPPED)]
    assert found[0] == ["The Harbour"]
    assert found[1] == [
        "The licences for most software are designed to take away your freedom to share and change "
        "it.",
        "By contrast, this one is intended to guarantee your freedom to share and change it, as "
        "Dr. Smith wrote in a letter to Professor Jones.",
    ]


def test_headings_list_items_and_rules_of_hard_wrapped_text_keep_their_own_line():
    found = [[" ".join(s.split()) for s in paragraph] for paragraph in paragraphs(WRAPPED)]
    assert found[2:] == [
        ["It makes sure of it."],
        ["Take with you:"],
        [
            "- a warm coat that keeps out the wind, because the harbour is cold in the morning, "
            "when the boats leave, and in the evening, when they come back;"
        ],
        ["- bread."],
        ["-----"],
        ["The end"],
    ]


@pytest.mark.parametrize("width", [60, 72, 100])
def test_the_seed_article_hard_wrapped_has_the_same_sentences(width: int):
    text = SEED.read_text("utf-8")
    wrapped = "\n\n".join(
        textwrap.fill(line, width, break_on_hyphens=False) for line in text.splitlines()
    )
    assert [" ".join(sentence.split()) for sentence in sentences(wrapped)] == sentences(text)


def test_a_very_long_paragraph_has_the_sentences_of_its_parts():
    expected = sentences(SEED.read_text("utf-8"))
    text = " ".join(expected)
    assert len({span.paragraph for span in split_sentences(" ".join([text] * 9))}) == 1
    assert sentences(" ".join([text] * 9)) == sentences(text) * 9


@pytest.mark.parametrize("shift", range(0, 48, 3))
def test_an_abbreviation_is_seen_wherever_it_stands_in_a_very_long_paragraph(shift: int):
    sentence = "I work for the U.S. Government in Virginia."
    assert set(sentences("x" * shift + "y. " + " ".join([sentence] * 200))[1:]) == {sentence}


def test_verses_and_addresses_keep_their_lines():
    verses = "I wandered lonely as a cloud\nThat floats on high\nWhen all at once I saw a crowd"
    assert sentences(verses) == verses.splitlines()
    address = "Jane Doe\n12 Harbour Street\nSpringfield\nphone after six"
    assert sentences(address) == address.splitlines()


def test_a_sentence_too_long_to_encode_is_cut_after_a_clause():
    clause = "the harbour was cold and the wind came from the north-east that day; "
    text = "Then " + clause * 40 + "and so on."
    *parts, last = sentences(text)
    assert all(part.endswith(";") for part in parts)
    assert all(LONGEST_SENTENCE / 2 < len(part) <= LONGEST_SENTENCE for part in parts)
    assert len(last) <= LONGEST_SENTENCE
    assert " ".join([*parts, last]) == text


def test_a_sentence_too_long_to_encode_is_never_cut_inside_a_word():
    text = "harbour " * 1_000
    assert {word for part in sentences(text) for word in part.split()} == {"harbour"}
    assert max(map(len, sentences(text))) <= LONGEST_SENTENCE


def test_a_word_too_long_to_encode_is_cut():
    parts = sentences("x" * 2 * LONGEST_SENTENCE + "y")
    assert [len(part) for part in parts] == [LONGEST_SENTENCE, LONGEST_SENTENCE, 1]


@pytest.mark.parametrize(
    "piece",
    [
        "a. ",
        "word ",
        "x",
        "“Hello there. ",
        "(",
        "'Go it' is. ",
        "好。",
        "1. A ",
        "! ",
        "a\n",
        "\n",
    ],
)
def test_the_time_grows_with_the_length_of_the_text(piece: str):
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        times = []
        for _ in range(2):
            start = time.process_time()
            split_sentences(text)
            times.append(time.process_time() - start)
        return min(times)

    # Sixteen times as long takes sixteen times as long, or 256 times if every pair is looked at.
    assert seconds(48_000) < 64 * max(seconds(3_000), 0.0005)
