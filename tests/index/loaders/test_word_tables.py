"""Tables of Word documents: rows with the header of each cell, and what only looks like a table."""

import docx

from index.context import context_of
from tests.index.loaders.made import docx_bytes, filled
from tests.index.loaders.shown import named


def test_a_merged_cell_holds_for_all_rows_and_columns_that_it_spans(read):
    document = docx.Document()
    table = filled(document, [["Hall", "Day", "From", "To"], ["East", "Monday", "8:00", "9:30"],
                              ["", "Friday", "closed", ""]])  # fmt: skip
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(2, 2).merge(table.cell(2, 3))
    assert named(read("a.docx", docx_bytes(document))) == [
        {"Hall": "East", "Day": "Monday", "From": "8:00", "To": "9:30"},
        {"Hall": "East", "Day": "Friday", "From": "closed", "To": "closed"},
    ]


def test_a_cell_over_rows_and_columns_holds_for_all_of_them(read):
    document = docx.Document()
    table = filled(document, [["Time", "Mon", "Tue", "Wed"], ["9", "Lab", "", "Art"],
                              ["10", "", "", "Gym"]])  # fmt: skip
    table.cell(1, 1).merge(table.cell(2, 2))
    assert named(read("a.docx", docx_bytes(document))) == [
        {"Time": "9", "Mon": "Lab", "Tue": "Lab", "Wed": "Art"},
        {"Time": "10", "Mon": "Lab", "Tue": "Lab", "Wed": "Gym"},
    ]


def test_a_row_of_one_cell_says_what_those_below_it_are(read):
    document = docx.Document()
    table = filled(document, [["What", "Size", "Price"], ["Tools", "", ""], ["saw", "L", "9"],
                              ["Paint", "", ""], ["red", "1 l", "7"]])  # fmt: skip
    for row in (1, 3):
        table.cell(row, 0).merge(table.cell(row, 2))
    loaded = read("a.docx", docx_bytes(document))
    assert [context_of(loaded.text, loaded.blocks, row) for row in (2, 4)] == ["Tools", "Paint"]
    assert named(loaded)[3] == {"What": "red", "Size": "1 l", "Price": "7"}


def test_a_header_of_two_rows_gives_full_names(read):
    document = docx.Document()
    table = filled(document, [["Stop", "Weekdays", ""], ["", "first", "last"],
                              ["Mill", "5:10", "22:40"]])  # fmt: skip
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    assert named(read("a.docx", docx_bytes(document))) == [
        {"Stop": "Mill", "Weekdays › first": "5:10", "Weekdays › last": "22:40"}
    ]


def test_a_cell_of_several_paragraphs_and_a_table_inside_stay_in_their_row(read):
    document = docx.Document()
    table = filled(document, [["Room", "Has", "Seats"], ["Yew", "a lamp", "12"]])
    table.cell(1, 1).add_paragraph("a piano")
    inner = table.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "key", "desk"
    assert named(read("a.docx", docx_bytes(document))) == [
        {"Room": "Yew", "Has": "a lamp\na piano\nkey | desk", "Seats": "12"}
    ]


def test_a_table_that_lays_out_the_page_is_read_as_its_content(read):
    document = docx.Document()
    cell = document.add_table(1, 2).cell(0, 1)
    cell.text = "Dear all, we meet."
    cell.add_paragraph("bring bread", style="List Bullet")
    loaded = read("a.docx", docx_bytes(document))
    assert [block.kind for block in loaded.blocks] == ["paragraph", "item"]


def test_columns_that_a_table_of_one_row_makes_are_read_one_after_the_other(read):
    document = docx.Document()
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    for cell, lines in (
        (left, ["SKILLS", "Sailing", "Maps"]),
        (right, ["Ane Holm", "Pilot", "2019 Port"]),
    ):
        cell.paragraphs[0].add_run(lines[0]).bold = True
        for line in lines[1:]:
            cell.add_paragraph(line)
    loaded = read("cv.docx", docx_bytes(document))
    assert loaded.text.split("\n\n") == [
        "SKILLS",
        "Sailing",
        "Maps",
        "Ane Holm",
        "Pilot",
        "2019 Port",
    ]
    at = [block.kind for block in loaded.blocks]
    assert at == ["heading", "paragraph", "paragraph"] * 2
    # What stands in the second column is not about skills
    assert context_of(loaded.text, loaded.blocks, 4) == "Ane Holm"


def test_labels_beside_values_are_rows_without_a_header(read):
    document = docx.Document()
    filled(document, [["Name", "Ola Kerr"], ["Town", "Holm"], ["Born", "4 May 1981"]])
    loaded = read("a.docx", docx_bytes(document))
    assert [block.kind for block in loaded.blocks] == ["row"] * 3


def test_a_table_of_labels_has_no_header_though_nothing_else_tells(read):
    document = docx.Document()
    filled(document, [["Place:", "The Lime Tree, hall"], ["Date:", "18.04.2024"], ["Chair:", "Bo"]])
    loaded = read("a.docx", docx_bytes(document))
    assert [block.kind for block in loaded.blocks] == ["row"] * 3


def test_sizes_name_the_columns_of_prices(read):
    document = docx.Document()
    filled(
        document,
        [["Sort", "250 g", "500 g"], ["Lime", "4,50 €", "7,90 €"], ["Rape", "3,90 €", "6 €"]],
    )
    assert named(read("a.docx", docx_bytes(document)))[0] == {
        "Sort": "Lime",
        "250 g": "4,50 €",
        "500 g": "7,90 €",
    }
