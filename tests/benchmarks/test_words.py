"""The benchmark of words: what is lost and made up is counted, and nothing that nobody sees."""

import json

import pytest

from benchmarks import words
from tests.index.loaders.made import pdf_bytes, text_lines


@pytest.fixture
def judge(tmp_path):
    """Return how a file is judged beside what docling would write of it."""

    def judged(name, content, markdown, tables=()):
        for folder in ("sources", "groundtruth"):
            (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / "sources" / name).write_text(content)
        (tmp_path / "groundtruth" / f"{name}.md").write_text(markdown)
        (tmp_path / "groundtruth" / f"{name}.json").write_text(
            json.dumps({"tables": [{"data": {"table_cells": cells}} for cells in tables]})
        )
        (file,) = words.read_files(tmp_path)
        return file

    return judged


def cell(text, rows=1, columns=1):
    return {
        "text": text,
        "start_row_offset_idx": 1,
        "end_row_offset_idx": 1 + rows,
        "start_col_offset_idx": 0,
        "end_col_offset_idx": columns,
    }


def test_lost_words_lower_recall_and_made_up_ones_precision(judge):
    file = judge("a.html", "<p>Elm and oak, elm.</p>", "Elm and oak, elm and six lost.")
    assert (file.recall, file.precision, file.words) == (4 / 7, 1.0, 7)

    file = judge("a.html", "<p>Elm and oak and ash.</p>", "Elm and oak")
    assert (file.recall, file.precision) == (1.0, 3 / 5)


def test_targets_of_links_pictures_ticks_and_tex_are_no_words_of_a_page(judge):
    file = judge(
        "a.html",
        "<p>See <a href='b.html'>the elm</a> and the oak, done.</p>",
        '[See](x_(y).html "a title") [the elm](b.html) ![a picture](c.png) <!-- image -->\n'
        "- [x] and $\\left the \\right$ oak, done.",
    )
    assert (file.recall, file.precision, file.words) == (1.0, 1.0, 7)


def test_a_merged_cell_is_expected_once(judge):
    markdown = "| Big tree | Big tree |\n| - | - |\n| Big tree | Big tree |\n| elm | big |"
    page = (
        "<table><tr><td colspan=2 rowspan=2>Big tree</td></tr><tr></tr>"
        "<tr><td>elm</td><td>big</td></tr></table>"
    )
    file = judge("a.html", page, markdown, [[cell("Big tree", 2, 2), cell("elm"), cell("big")]])
    assert (file.recall, file.precision, file.words) == (1.0, 1.0, 4)


def test_markdown_has_its_targets_for_it_is_read_with_them(judge):
    file = judge("a.md", "See [elm](https://elm.example).", "See [elm](https://elm.example).")
    assert (file.recall, file.precision, file.words) == (1.0, 1.0, 5)


def test_a_pdf_is_compared_with_what_pdfium_says_and_broken_words_count_in_either_way(tmp_path):
    lines = text_lines("The lighthouse keeper went out to the light-", "house at night.")
    (tmp_path / "a.pdf").write_bytes(pdf_bytes(lines))

    (file,) = words.read_files(tmp_path)

    assert (file.name, file.recall, file.precision) == ("a.pdf", 1.0, 1.0)


def test_a_file_that_is_not_read_has_lost_all_its_words(judge, tmp_path):
    file = judge("a.docx", "no archive", "Elm and oak")
    assert (file.recall, file.precision, file.words) == (0.0, 0.0, 3)
    assert file.left_out

    (tmp_path / "sources" / "a.docx").unlink()
    assert list(words.read_files(tmp_path)) == []


def test_files_without_words_to_compare_with_are_passed_over(tmp_path, capsys, monkeypatch):
    (tmp_path / "alone.html").write_text("<p>Elm</p>")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF nothing")
    monkeypatch.setattr("sys.argv", ["words", "--data", str(tmp_path)])

    assert words.main() == 1
    assert "No file to compare" in capsys.readouterr().err
