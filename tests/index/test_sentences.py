"""What holds of every text, of the seed article, and of texts that are very long."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loading.sentences import LONGEST_SENTENCE, split_sentences
from tests.growth import grows_with_its_size
from tests.index.splitting import SEED, paragraphs, sentences

# What a splitter stumbles over: stops, marks, line breaks, list numbers, NUL, half a surrogate
# pair, emoji, combining marks, right-to-left and Chinese text, wide spaces.
PIECES = (
    *".!?…,;:。؟“”\"'‘’()[]<|#😀好 \t\xa0\u3000\u200b\r\n\f\x85\u2028\x00\ud800",
    *("e\u0301", "אב", "عرب", "Mr", "U.S", "No", "me", "The ", "he ", "1. ", "2. ", "a. ", "[1]"),
    *(". ", "! ", "\r\n", "\n\n", "\n  ", "• ", "- ", "word " * 90, "x" * 900),
)
any_text = st.text(alphabet=st.characters()) | st.lists(st.sampled_from(PIECES)).map("".join)


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
    numbers = [span.block for span in split_sentences(text)]
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


def test_a_very_long_paragraph_has_the_sentences_of_its_parts():
    expected = sentences(SEED.read_text("utf-8"))
    text = " ".join(expected)
    assert len({span.block for span in split_sentences(" ".join([text] * 9))}) == 1
    assert sentences(" ".join([text] * 9)) == sentences(text) * 9


@pytest.mark.parametrize("shift", range(0, 48, 3))
def test_an_abbreviation_is_seen_wherever_it_stands_in_a_very_long_paragraph(shift: int):
    sentence = "I work for the U.S. Government in Virginia."
    assert set(sentences("x" * shift + "y. " + " ".join([sentence] * 200))[1:]) == {sentence}


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
    text = (piece * 48_000)[:48_000]

    assert grows_with_its_size(lambda length: split_sentences(text[:length]), 48_000)
