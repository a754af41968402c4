"""Tables of PDFs: rows with the names of their columns."""

import time
from itertools import pairwise

import pytest

from tests.index.loaders.made import LONG, text_lines
from tests.index.loaders.made_pdf import Sheet, grid, pdf_of
from tests.index.loaders.shown import named, under

HEADER = ("Article", "Voltage", "Weight")
ROWS = [("Lamp Aurora", "12 V", "310 g"), ("Lamp Borealis", "24 V", "355 g")]
XS = (72, 250, 350)


def table(rows, top=600, leading=18, size=10):
    return [
        (x, top - leading * number, size, cell)
        for number, row in enumerate(rows)
        for x, cell in zip(XS, row, strict=True)
        if cell
    ]


def rows_of(loaded):
    return [
        [(cell.column, loaded.text[cell.start : cell.end]) for cell in block.cells]
        for block in loaded.blocks
        if block.kind == "row"
    ]


def headers_of(loaded):
    return [block.columns for block in loaded.blocks if block.kind == "header"]


def check_blocks(loaded):
    held = "".join(loaded.text[block.start : block.end] for block in loaded.blocks)
    assert "".join(held.split()) == "".join(loaded.text.split())


@pytest.mark.parametrize(
    "ops", [[], grid((68, 245, 345, 420), (614, 594, 576, 558))], ids=["aligned", "ruled"]
)
def test_rows_of_a_table_are_blocks_with_the_header_of_each_cell(ops, read):
    sheet = Sheet(
        lines=[
            *text_lines(LONG, "ends here."),
            *table(ROWS, top=582),
            *text_lines("Below.", top=500),
        ],
        bold=table([HEADER]),
        ops=ops,
    )
    loaded = read("a.pdf", pdf_of(sheet))
    assert headers_of(loaded) == [HEADER]
    assert rows_of(loaded) == [list(enumerate(row)) for row in ROWS]
    assert "Lamp Borealis | 24 V | 355 g" in loaded.text
    check_blocks(loaded)


def test_a_table_that_the_file_writes_last_stands_under_its_caption(read):
    text = text_lines(LONG, LONG, "ends here.", top=500)
    caption = (72, 620, 10, "Table 1. What lamps weigh")
    sheet = Sheet(lines=[caption, *text, *table([HEADER, *ROWS])])
    loaded = read("a.pdf", pdf_of(sheet))
    assert [b.kind for b in loaded.blocks] == ["caption", "header", "row", "row", "paragraph"]
    assert [b.parent for b in loaded.blocks[1:4]] == [0, 1, 1]


def test_a_wrapped_cell_belongs_to_its_row(read):
    lines = [*table([HEADER, ROWS[0]]), (72, 564, 10, "Lamp Corona"), (250, 564, 10, "110 or")]
    lines += [(250, 552, 10, "230 V"), (350, 564, 10, "480 g"), *table([ROWS[1]], top=534)]
    found = rows_of(read("a.pdf", pdf_of(Sheet(lines=lines))))
    assert found[1] == [(0, "Lamp Corona"), (1, "110 or 230 V"), (2, "480 g")]
    assert len(found) == 3


def test_wrapped_cells_of_a_ruled_table_belong_to_their_row(read):
    lines = [*table([HEADER, ROWS[0]]), (72, 560, 10, "Lamp"), (72, 548, 10, "Corona")]
    lines += [(250, 554, 10, "230 V"), (350, 554, 10, "480 g")]
    ops = grid((68, 245, 345, 420), (614, 594, 574, 540))
    found = rows_of(read("a.pdf", pdf_of(Sheet(lines=lines, ops=ops))))
    assert found[-1] == [(0, "Lamp Corona"), (1, "230 V"), (2, "480 g")]


def test_a_table_over_two_pages_keeps_its_header_once(read):
    many = [(f"Lamp {n}", f"{n} V", f"{n}0 g") for n in range(10, 20)]
    sheets = [
        Sheet(lines=table(many[:6], top=582), bold=table([HEADER])),
        Sheet(lines=table(many[6:], top=722), bold=table([HEADER], top=740)),
    ]
    loaded = read("a.pdf", pdf_of(*sheets))
    assert headers_of(loaded) == [HEADER]
    assert rows_of(loaded) == [list(enumerate(row)) for row in many]
    header = next(i for i, block in enumerate(loaded.blocks) if block.kind == "header")
    assert {block.parent for block in loaded.blocks if block.kind == "row"} == {header}
    assert loaded.text[loaded.page_starts[1] :].lstrip().startswith("Lamp 16")


def test_a_table_goes_on_under_the_header_of_the_page_before(read):
    many = [(f"Lamp {n}", f"{n} V", f"{n}0 g") for n in range(10, 20)]
    sheets = [
        Sheet(lines=table(many[:6], top=582), bold=table([HEADER])),
        Sheet(lines=table(many[6:], top=740)),
    ]
    loaded = read("a.pdf", pdf_of(*sheets))
    assert len({block.parent for block in loaded.blocks if block.kind == "row"}) == 1


def test_a_cell_that_spans_rows_holds_for_each_of_them(read):
    lines = [*table([HEADER, ROWS[0]]), *table([("", "48 V", "400 g")], top=564)]
    ops = [
        "68 614 m 420 614 l S",
        "68 594 m 420 594 l S",
        "245 576 m 420 576 l S",
        "68 558 m 420 558 l S",
        *(f"{x} 558 m {x} 614 l S" for x in (68, 245, 345, 420)),
    ]
    found = rows_of(read("a.pdf", pdf_of(Sheet(lines=lines, ops=ops))))
    assert found[-1] == [(0, "Lamp Aurora"), (1, "48 V"), (2, "400 g")]


def lines_but(xs, ys, *missing):
    """Return the operators that draw a grid cell by cell, but for some sides of cells.

    Each of these is its row, its column and its side: `top` or `left`.
    """
    ops = [f"{xs[-1]} {ys[0]} m {xs[-1]} {ys[-1]} l S", f"{xs[0]} {ys[-1]} m {xs[-1]} {ys[-1]} l S"]
    for row, (top, bottom) in enumerate(pairwise(ys)):
        for column, (left, right) in enumerate(pairwise(xs)):
            if (row, column, "top") not in missing:
                ops.append(f"{left} {top} m {right} {top} l S")
            if (row, column, "left") not in missing:
                ops.append(f"{left} {top} m {left} {bottom} l S")
    return ops


def test_cells_that_no_line_parts_are_one_over_rows_and_columns(read):
    xs, ys = (68, 145, 245, 345, 445), (618, 598, 578, 558, 538)
    cells = {(72, 0): "Time", (150, 0): "Mon", (250, 0): "Tue", (350, 0): "Wed"}
    cells |= {(72, 1): "9", (350, 1): "Art", (72, 2): "10", (350, 2): "Gym"}
    cells |= {(72, 3): "11", (280, 3): "free"}  # in the middle of three columns
    lines = [(x, 604 - 20 * row, 10, text) for (x, row), text in cells.items()]
    lines += [(235, 574, 10, "Lab")]  # in the middle of two rows and two columns
    missing = [(1, 2, "left"), (2, 2, "left"), (2, 1, "top"), (2, 2, "top")]
    missing += [(3, 2, "left"), (3, 3, "left")]
    loaded = read("a.pdf", pdf_of(Sheet(lines=lines, ops=lines_but(xs, ys, *missing))))
    assert named(loaded) == [
        {"Time": "9", "Mon": "Lab", "Tue": "Lab", "Wed": "Art"},
        {"Time": "10", "Mon": "Lab", "Tue": "Lab", "Wed": "Gym"},
        {"Time": "11", "Mon": "free", "Tue": "free", "Wed": "free"},
    ]
    check_blocks(loaded)


def test_a_lone_digit_is_not_joined_to_the_line_above(read):
    rows = [("Room", "Floor", "Wing"), ("4", "2", "West"), ("5", "3", "East")]
    assert rows_of(read("a.pdf", pdf_of(Sheet(lines=table(rows)))))[0][0] == (0, "4")


def test_a_row_of_one_cell_says_what_those_below_it_are(read):
    rows = [HEADER, ("Indoors", "", ""), ROWS[0], ("Outdoors", "", ""), ROWS[1]]
    xs, ys = (68, 245, 345, 420), (618, 598, 578, 558, 538, 518)
    missing = [(row, column, "left") for row in (1, 3) for column in (1, 2)]
    ops = lines_but(xs, ys, *missing)
    loaded = read("a.pdf", pdf_of(Sheet(lines=table(rows, 604, 20), ops=ops)))
    assert [under(loaded, row) for row in (2, 4)] == ["Indoors", "Outdoors"]
    assert named(loaded)[3] == dict(zip(HEADER, ROWS[1], strict=True))


@pytest.mark.parametrize("mark", ["1.", "(a)", "-"])
def test_a_list_is_no_table(mark, read):
    lines = [(x, 700 - 20 * n, 11, t) for n in range(5) for x, t in ((72, mark), (100, "Thing"))]
    assert not rows_of(read("a.pdf", pdf_of(Sheet(lines=lines))))


def test_columns_of_running_text_are_no_table(read):
    left = [f"the left column says word {n} of its text," for n in range(12)]
    right = [f"and the right one goes on with line {n} here" for n in range(12)]
    lines = []
    for number, (one, other) in enumerate(zip(left, right, strict=True)):
        lines += [(72, 700 - 13 * number, 10, one), (320, 700 - 13 * number, 10, other)]
    loaded = read("a.pdf", pdf_of(Sheet(lines=lines)))
    assert not rows_of(loaded)
    assert " ".join(left[:3]) in loaded.text


def test_lists_side_by_side_and_captions_of_pictures_are_no_table(read):
    left = ["They work beside private counsel in towns", "They train all who give legal aid here"]
    right = ["Yes, there are guidelines on faculty work", "No, each university decides it alone"]
    lines = []
    for number, (one, other) in enumerate(zip(left * 3, right * 3, strict=True)):
        lines += [(60, 700 - 12 * number, 9, one), (320, 700 - 12 * number, 9, other)]
    assert not rows_of(read("a.pdf", pdf_of(Sheet(lines=lines))))
    pictures = [
        [(x, 400 - 14 * number, 9, f"{text} {x}") for x in (60, 230, 400)]
        for number, text in enumerate(["Lock nut", "Figure 7. Nuts of kind"])
    ]
    assert not rows_of(read("b.pdf", pdf_of(Sheet(lines=pictures[0] + pictures[1]))))


@pytest.mark.slow
def test_many_lines_and_cells_are_read_in_seconds(read):
    ops = grid(range(0, 590, 3), range(0, 790, 2))
    lines = [(5 + 9 * (n % 60), 790 - 8 * (n // 60), 4, "x y") for n in range(6_000)]
    start = time.process_time()  # others on the computer don't count
    read("a.pdf", pdf_of(Sheet(lines=lines, ops=ops)))
    read("b.pdf", pdf_of(Sheet(lines=lines)))
    assert time.process_time() - start < 20


GROUPED = [("Region", "Q1", "Q2", "Q1", "Q2"), ("North", "12", "17", "21", "25"),
           ("South", "31", "38", "40", "44"), ("West", "52", "57", "61", "66")]  # fmt: skip
COLUMNS = (72, 200, 260, 340, 400)


def grouped(top=600):
    return [
        (x, top - 18 * number, 10, cell)
        for number, row in enumerate(GROUPED)
        for x, cell in zip(COLUMNS, row, strict=True)
    ]


@pytest.mark.parametrize("groups", [("2023", "2024"), ("Plan", "Result")])
@pytest.mark.parametrize("bold", [True, False])
def test_a_header_over_several_columns_names_each_of_them(read, groups, bold):
    above = [(225, 618, 10, groups[0]), (365, 618, 10, groups[1])]
    rules = ["195 614 m 280 614 l S", "335 614 m 420 614 l S"]
    header, body = [*above, *grouped()[:5]], grouped()[5:]
    sheet = Sheet(
        lines=[*text_lines(LONG, "ends here."), *([] if bold else header), *body],
        bold=header if bold else [],
        ops=rules,
    )

    loaded = read("a.pdf", pdf_of(sheet))

    assert named(loaded)[0] == {
        "Region": "North",
        f"{groups[0]} › Q1": "12",
        f"{groups[0]} › Q2": "17",
        f"{groups[1]} › Q1": "21",
        f"{groups[1]} › Q2": "25",
    }
    check_blocks(loaded)


def test_a_header_over_one_group_of_columns_names_them(read):
    above = [(330, 618, 10, "Members in"), (72, 640, 10, "Table of all regions of the country")]
    rules = ["195 614 m 420 614 l S"]
    sheet = Sheet(lines=[*text_lines(LONG, "ends here."), *above, *grouped()], ops=rules)

    loaded = read("a.pdf", pdf_of(sheet))

    assert "Members in › Q2" in headers_of(loaded)[-1]
    assert "Table of all regions of the country" in loaded.text
    check_blocks(loaded)


def test_currency_signs_apart_from_their_numbers_make_no_columns(read):
    rows = [("Rent", "$", "1,200"), ("Heating", "$", "310"), ("Water", "$", "95")]
    placed = [
        (x, 582 - 18 * number, 10, cell)
        for number, row in enumerate(rows)
        for x, cell in zip((72, 250, 280), row, strict=True)
    ]
    header = [(72, 600, 10, "Item"), (250, 600, 10, "Cost in 2024")]
    loaded = read("a.pdf", pdf_of(Sheet(lines=[*text_lines(LONG, "ends here."), *placed],
                                        bold=header)))  # fmt: skip

    assert named(loaded)[0] == {"Item": "Rent", "Cost in 2024": "$ 1,200"}
