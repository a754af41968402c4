"""Spreadsheets with empty columns: tables side by side, each with its own names, or one table."""

import io
from itertools import zip_longest

import odfdo
import pytest
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from tests.index.loaders.made_xlsx import saved, workbook
from tests.index.loaders.shown import kinds, named, under

ROOMS = [["Room", "Seats"], ["Elm", 12], ["Oak", 40], ["Fir", 8]]
STAFF = [["Name", "Phone", "Role"], ["Ida", "555-1", "chair"], ["Uwe", "555-2", "clerk"]]
DUES = [["Nr", "Due"], [1, 30], [2, 45], [3, 20], [4, 25], [5, 35]]


def spreadsheet(rows):
    """Return a spreadsheet of LibreOffice of these rows."""
    document = odfdo.Document("spreadsheet")
    document.body.clear()
    table = odfdo.Table("Sheet1")
    table.set_values(rows)
    document.body.append(table)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.fixture(params=["xlsx", "ods"])
def read_rows(request, read):
    def loaded(*rows):
        made = saved(workbook(*rows)) if request.param == "xlsx" else spreadsheet(rows)
        return read(f"book.{request.param}", made)

    return loaded


@pytest.fixture
def read_book(read):
    return lambda book: read("book.xlsx", saved(book))


def beside(*tables, gap=1):
    """Return the rows of a sheet with these tables side by side, empty columns between them."""
    widths = [max(map(len, table)) for table in tables]
    lines = []
    for rows in zip_longest(*tables, fillvalue=()):
        line = []
        for row, width in zip(rows, widths, strict=True):
            line += [*row, *[None] * (width - len(row) + gap)]
        lines.append(line[:-gap])
    return lines


def records(*tables):
    """Return what the rows of tables are by the names of their columns."""
    return [
        dict(zip(table[0], map(str, row), strict=True)) for table in tables for row in table[1:]
    ]


@pytest.mark.parametrize("gap", [1, 2, 3])
@pytest.mark.parametrize(
    "tables",
    [(ROOMS, STAFF), (STAFF, ROOMS), (ROOMS, DUES), (ROOMS, STAFF, DUES), (DUES, STAFF)],
    ids=["right is shorter", "right is longer", "numbered", "three", "left is longer"],
)
def test_tables_of_other_lengths_side_by_side_are_read_one_after_the_other(tables, gap, read_rows):
    assert named(read_rows(*beside(*tables, gap=gap))) == records(*tables)


@pytest.mark.parametrize("empty", [0, 1, 2])
def test_tables_side_by_side_stand_under_their_own_titles(empty, read_rows):
    left = [["Source", "EUR"], ["Fees", 10], ["Gifts", 5]]
    right = [["Purpose", "Amount"], ["Hall", 3], ["Music", 2]]
    titled = [[[title], *[[]] * empty, *table] for title, table in
              (("Income of 2024", left), ("Expenses of 2024", right))]  # fmt: skip

    loaded = read_rows(*beside(*titled))

    assert named(loaded) == records(left, right)
    above = [under(loaded, at) for at, kind in enumerate(kinds(loaded)) if kind == "row"]
    assert ["Income" in words for words in above] == [True, True, False, False]
    assert ["Expenses" in words for words in above] == [False, False, True, True]


def test_titles_and_headers_at_other_heights_are_those_of_their_own_table(read_rows):
    staff = [[], ["Staff"], *STAFF]

    assert named(read_rows(*beside(ROOMS, staff))) == records(ROOMS, STAFF)


@pytest.mark.parametrize(
    "tables",
    [
        # Both say what their rows are
        ([["Year", "Sales"], [2022, 7], [2023, 9]], [["Year", "Costs"], [2022, 4], [2023, 5]]),
        ([["Month", "In"], ["May", 7], ["June", 9]], [["month", "Out"], ["May", 4], ["June", 5]]),
        # Both have a sum
        ([["Source", "EUR"], ["Fees", 7], ["Total", 7]],
         [["For", "Cost"], ["Hall", 4], ["Total", 4]]),
        # Words that don't recur, with numbers beside them
        ([["Region", "Sales"], ["North", 7], ["South", 9], ["West", 5]],
         [["Product", "Units"], ["Lamp", 4], ["Oar", 5], ["Sail", 8]]),
    ],
    ids=["years", "months", "sums", "names"],
)  # fmt: skip
def test_tables_with_as_many_rows_are_told_apart_by_what_they_hold(tables, read_rows):
    assert named(read_rows(*beside(*tables))) == records(*tables)


def test_with_room_between_them_tables_with_as_many_rows_are_two(read_rows):
    room, staff = ROOMS[:3], STAFF[:3]

    assert named(read_rows(*beside(room, staff, gap=2))) == records(room, staff)


def test_sums_below_an_empty_row_belong_to_the_table_above_them(read_rows):
    left = [["Source", "EUR"], ["Fees", 10], ["Gifts", 5], ["Fair", 9], [], ["Total", 24]]
    right = [["Purpose", "Amount"], ["Hall", 3], ["Music", 2], [], [], ["Total", 5]]

    found = named(read_rows(*beside(left, right)))

    assert found[3] == {"Source": "Total", "EUR": "24"}
    assert found[-1] == {"Purpose": "Total", "Amount": "5"}


def test_headers_above_an_empty_row_belong_to_the_table_below_them(read_rows):
    left = [["Source", "EUR"], [], ["Fees", 10], ["Gifts", 5], ["Fair", 9]]
    right = [["Purpose", "Amount"], [], ["Hall", 3], ["Music", 2]]

    found = named(read_rows(*beside(left, right)))

    assert {"Source": "Fair", "EUR": "9"} in found
    assert {"Purpose": "Music", "Amount": "2"} in found


def test_what_the_file_says_are_tables_are_read_as_such(read_book):
    names = [["Name", "City"], ["Ida", "Ulm"], ["Uwe", "Bonn"]]
    marks = [["Mark", "Points"], [1, 15], [2, 12]]
    book = workbook(*beside(names, marks))
    book.active.add_table(Table(displayName="Names", ref="A1:B3"))
    book.active.add_table(Table(displayName="Marks", ref="D1:E3"))
    assert named(read_book(book)) == records(names, marks)

    book = workbook(*beside(ROOMS, STAFF))
    book.active.auto_filter.ref = "A1:F4"
    assert named(read_book(book))[0]["Room"] == "Elm"
    assert named(read_book(book))[0]["Role"] == "chair"


@pytest.mark.parametrize(
    "rows",
    [
        # One column tells the rows apart, and what is right of the gap are values
        [["Item", "May", "June", None, "Sum", "Share"], ["Hall", 3, 4, None, 7, 30],
         ["Music", 5, 6, None, 11, 70]],
        [["Nr", "Name", None, "City", "Joined"], [1, "Ida", None, "Ulm", 2019],
         [2, "Uwe", None, "Bonn", 2020], [3, "Bo", None, "Kiel", 2021],
         [4, "Eva", None, "Jena", 2022]],
        [["Region", None, "Q1", "Q2"], ["North", None, 3, 4], ["South", None, 5, 6]],
        # A title is that of both sides
        [["Staff of the office"], ["Name", "Room", None, "City", "Phone"],
         ["Ida", 3, None, "Ulm", "555-1"], ["Uwe", 4, None, "Bonn", "555-2"]],
        # Filled in here and there
        [["Item", "Cost", None, "Paid by", "How"], ["Hall", 3, None, "Ida", "cash"],
         ["Music", 5], ["Cake", 6], ["Tea", 2, None, "Uwe", "card"], ["Band", 9],
         ["Posters", 4], ["Stamps", 1, None, "Bo", "cash"]],
        # Not yet filled in for the last rows
        [["Item", "Cost", None, "Days", "Rate"], ["Hall", 3, None, 14, 2],
         ["Music", 5, None, 9, 3], ["Cake", 6], ["Tea", 2]],
        # A column with a name and nothing else
        [["Item", "Cost", "Free", "Payer", "How"], ["Hall", 3, None, "Ida", "cash"],
         ["Music", 5, None, "Uwe", "card"], ["Cake", 6, None, "Bo", "cash"]],
    ],
    ids=["sums", "attributes", "one name", "title", "scattered", "not yet", "named column"],
)  # fmt: skip
def test_one_table_with_an_empty_column_stays_one(rows, read_rows):
    header = next(row for row in rows if len(row) > 1)
    body = rows[rows.index(header) + 1 :]

    assert named(read_rows(*rows)) == [
        {
            name: str(cell)
            for name, cell in zip_longest(header, row)
            if name is not None and cell is not None
        }
        for row in body
    ]


def test_a_sum_in_bold_on_the_left_is_that_of_the_whole_table(read_book):
    book = workbook(
        ["Item", "Cost", None, "Payer", "How"],
        ["Hall", 3, None, "Ida", "cash"],
        ["Music", 5, None, "Uwe", "card"],
        ["Total", 8],
    )
    for place in ("A1", "B1", "D1", "E1", "A4", "B4"):
        book.active[place].font = Font(bold=True)

    assert named(read_book(book))[1]["Payer"] == "Uwe"


def test_cells_that_reach_over_an_empty_column_hold_a_table_together(read_book):
    rows = [["Pos", "Article", None, "Store", "Shelf"]]
    rows += [[at, f"Oar {at}", None, f"Hall {at}", f"B{at}"] for at in range(1, 4)]
    book = workbook(*rows, ["", "", None, "Yard", "C1"], ["", "", None, "Yard", "C2"])
    for at in range(1, 7):
        book.active.merge_cells(f"B{at}:C{at}")

    assert named(read_book(book))[0] == {
        "Pos": "1", "Article": "Oar 1", "Store": "Hall 1", "Shelf": "B1",
    }  # fmt: skip


def test_a_name_of_rows_below_each_other_holds_them_together(read_book):
    book = workbook(
        ["Day", "Room", None, "Hour", "Course"],
        ["Monday", "Elm", None, "nine", "Choir"],
        [None, None, None, "ten", "Band"],
        [None, None, None, "eleven", "Dance"],
        ["Friday", "Oak", None, "nine", "Chess"],
        [None, None, None, "ten", "Go"],
        [None, None, None, "eleven", "Bridge"],
    )
    for column in "AB":
        book.active.merge_cells(f"{column}2:{column}4")
        book.active.merge_cells(f"{column}5:{column}7")

    assert named(read_book(book))[5] == {
        "Day": "Friday", "Room": "Oak", "Hour": "eleven", "Course": "Bridge",
    }  # fmt: skip
