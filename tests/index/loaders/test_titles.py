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


def test_a_letter_is_called_by_what_it_is_about():
    german = (
        "Tide GmbH · 25337 Holm\n\nHerrn\nJonas Holm\nLow Road 9\n\nIhr Zeichen   Datum\nJP/22"
        "   19.02.2024\n\nBetreff: Widerspruch gegen die Abrechnung 2023\n\n"
        "Sehr geehrter Herr Holm,\n\nvielen Dank."
    )
    assert choose_title("", german, "brief.txt") == "Widerspruch gegen die Abrechnung 2023"
    english = (
        "17 Harbour Row\nSeaford\n\n14 March 2023\n\nOur ref:  7\n\nDear Ms Trent,\n\n"
        "Claim for water damage, policy HC-2291\n\nI write about the leak."
    )
    assert choose_title("", english, "l.txt") == "Claim for water damage, policy HC-2291"


@pytest.mark.parametrize(
    "text",
    [
        "17 Harbour Row\nSeaford\n\n14 March 2023\n\nDear Ms Trent,\n\nI write about the leak.",
        "Tide GmbH · Postfach 12 04 · 25337 Holm\n\nHerrn Jonas Holm\n\nText.",
        "Frau\nAnke Holm\nLow Road 8",
        "; settings\n[net]\nhost = a",
        "12.02.24, 18:05 - Lena: Hi\n12.02.24, 18:06 - Bo: Hi",
    ],
)
def test_an_address_a_comment_or_a_message_is_no_title(text):
    assert choose_title("", text, "the-file-here.txt") == "The file here"


@pytest.mark.parametrize("own", ["Dokument1", "Mappe2", "Unbenannt", "PowerPoint-Präsentation"])
def test_what_programs_call_new_files_is_no_title(own):
    assert choose_title(own, "x", "plan.docx") == "Plan"


def test_what_stands_far_to_the_right_of_the_first_line_is_no_part_of_the_title():
    text = "Biology 9B                         Name: ____________\n\nTest No. 3"
    assert choose_title("", text, "a.txt") == "Biology 9B"
