"""Texts and blocks that are put together piece by piece."""

import io

import pytest

from index.documents import LoadedFile
from index.loading.answers import read_answer, written
from index.loading.loaders.builder import DocumentBuilder


def texts(builder, kind=None):
    return [builder.text[b.start : b.end] for b in builder.blocks if kind in {None, b.kind}]


def test_code_keeps_its_lines_and_a_statement_of_several_is_one_block():
    code = (
        "  def f(\n      a,\n  ):\n\n      return [\n    1]\n\ncurl \\\n  -o x \\\n  http://x.org"
    )
    builder = DocumentBuilder()
    builder.add_paragraph("Do this:")
    builder.add_code(f"\n\n{code}\n\n")
    assert builder.text == f"Do this:\n\n{code}"
    assert texts(builder, "code") == [
        "def f(\n      a,\n  ):",
        "return [\n    1]",
        "curl \\\n  -o x \\\n  http://x.org",
    ]
    assert {block.parent for block in builder.blocks[1:]} == {0}


@pytest.mark.slow
def test_a_bracket_that_is_never_closed_does_not_hold_code_together():
    builder = DocumentBuilder()
    builder.add_code("\n".join([":-("] * 50_000))
    assert len(builder.blocks) == 50_000


def test_code_in_an_item_belongs_to_the_item():
    builder = DocumentBuilder()
    builder.add_item("1. Run", label="1.")
    builder.add_code("make")
    builder.add_item("2. Wait", label="2.")
    assert [(b.kind, b.parent, b.level) for b in builder.blocks] == [
        ("item", None, 1),
        ("code", 0, 1),
        ("item", None, 1),
    ]


def test_what_comes_after_a_nested_list_can_be_part_of_the_item_around_it():
    builder = DocumentBuilder()
    builder.add_item("outer")
    builder.add_item("inner", 2)
    builder.return_to_item(1)
    builder.add_to_item("Of the outer one.")
    assert builder.blocks[-1].parent == 0


def test_what_comes_after_a_heading_that_was_ended_stands_under_the_one_above():
    builder = DocumentBuilder()
    builder.add_heading("Title", 1)
    builder.add_heading("Folded", 2)
    builder.end_heading(2)
    builder.add_paragraph("After.")
    assert builder.blocks[-1].parent == 0


def test_a_merged_cell_holds_for_each_row_at_the_place_where_it_is_printed():
    builder = DocumentBuilder()
    builder.add_header(["Bike", "Fault", "Cost"])
    above = builder.add_row(["Fold", "hinge", "0"])
    builder.add_row(["", "light", ""], {0: above, 2: above})
    assert builder.text == "Bike | Fault | Cost\nFold | hinge | 0\n| light"
    assert [builder.text[c.start : c.end] for c in builder.blocks[-1].cells] == [
        *("Fold", "light", "0")
    ]


@pytest.mark.parametrize("space", [" ", "\xa0", "\u2003\n"])
def test_white_space_around_pieces_is_taken_off(space):
    builder = DocumentBuilder()
    builder.add_heading(f"{space}Title{space}", 1)
    builder.add_item(f"{space}one{space}")
    builder.add_row([f"{space}a", space, f"b{space}"])
    builder.add_field(f"Name{space}", f"{space}Ann")
    builder.add_paragraph(space)
    assert texts(builder) == ["Title", "one", "a |  | b", "Name: Ann"]
    assert all(builder.text[c.start : c.end].strip() for b in builder.blocks for c in b.cells)


def test_blocks_of_any_size_pass_the_check_of_what_reads_them():
    builder = DocumentBuilder()
    builder.add_heading("Title", 100_000)
    builder.add_item("1" * 5_000 + " deep", 100_000, label="1" * 5_000)
    builder.add_header(["name " * 1_000] + ["x"] * 30_000)
    builder.add_row(["1"] * 30_000)
    file = LoadedFile(builder.text, "T", "html", blocks=builder.blocks)
    assert answer_of(file).file == file


def answer_of(file):
    return read_answer(io.BytesIO(b"".join(written(file, "und", file.blocks, []))), None)
