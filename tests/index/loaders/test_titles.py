"""A document's title is the best that can be had."""

import pytest

from index.loading.loaders.dispatch import choose_title


@pytest.mark.parametrize(
    ("own", "text", "name", "title"),
    [
        (" My\n title ", "Text.", "a.txt", "My title"),
        ("", "A short line\n\nAnd then more text.", "notes.txt", "A short line"),
        ("", "This is a sentence.\nAnd more.", "annual_report-2023.txt", "Annual report 2023"),
        ("", "hard wrapped text that goes\non here.", "my notes.txt", "My notes"),
        ("", "Only one line", "000_d8f7b9f28557dd04.txt", "Only one line"),
        ("Document1", "Only one line.", "scan_0001.pdf", "Only one line."),
        (
            "",
            "The words of a text " * 9,
            "",
            "The words of a text The words of a text The words of a text…",
        ),
        ("", "", "", "Untitled"),
        ("", "日本の首都は東京です。", "議事録.txt", "議事録"),
    ],
)
def test_a_title_is_the_best_that_can_be_had(own, text, name, title):
    assert choose_title(own, text, name) == title
