"""Which lines make a paragraph."""

import textwrap

import pytest

from tests.index.splitting import SEED, paragraphs, sentences


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


def test_verses_and_addresses_keep_their_lines():
    verses = "I wandered lonely as a cloud\nThat floats on high\nWhen all at once I saw a crowd"
    assert sentences(verses) == verses.splitlines()
    address = "Jane Doe\n12 Harbour Street\nSpringfield\nphone after six"
    assert sentences(address) == address.splitlines()
