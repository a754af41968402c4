"""Workbooks of Excel: what a person sees on its sheets, each cell under its name."""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table

from tests.index.loaders.made_xlsx import SHEET, changed, saved, shared, workbook
from tests.index.loaders.shown import kinds, named, rows, under

BOLD = Font(bold=True)


@pytest.fixture
def read_book(read):
    return lambda book, name="book.xlsx": read(name, saved(book))


def texts(loaded, kind):
    return [loaded.text[b.start : b.end] for b in loaded.blocks if b.kind == kind]


# ---- values ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1250, '#,##0.00 "EUR"', "1,250.00 EUR"),
        (1250.5, "#,##0.00\\ [$€-407]", "1,250.50 €"),
        (-62.35, '"£"#,##0.00', "-£62.35"),
        (-62.35, "#,##0.00;[Red](#,##0.00)", "(62.35)"),
        (0.12, "0%", "12%"),
        (0.4166667, "0.0%", "41.7%"),
        (0.005, "0.00%", "0.50%"),
        (2.5, "0", "3"),
        (42, "00000", "00042"),
        (1234567, '0.0,,"M"', "1.2M"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (1.5, "# ?/?", "1 1/2"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (0, '#,##0;-#,##0;"none"', "none"),
        (1, '"Yes";"Yes";"No"', "Yes"),
        (12, "[>=10]0.0;0.00", "12.0"),
        (0.1 + 0.2, "General", "0.3"),
        (4006381333931, "General", "4006381333931"),
        (datetime.date(2024, 3, 4), "d mmmm yyyy", "4 March 2024"),
        (datetime.date(2024, 3, 4), "[$-407]d. mmmm yyyy", "4. März 2024"),
        (datetime.date(2024, 3, 4), "dd/mm/yyyy", "04/03/2024"),
        (datetime.date(2024, 3, 4), "dddd, mmm d, yy", "Monday, Mar 4, 24"),
        # The number alone, whose form differs from computer to computer
        (datetime.date(2024, 3, 4), "mm-dd-yy", "2024-03-04"),
        (datetime.datetime(2024, 3, 4, 15, 7), "yyyy-mm-dd hh:mm", "2024-03-04 15:07"),
        (datetime.time(18, 30), "h:mm AM/PM", "6:30 PM"),
        (datetime.timedelta(hours=36, minutes=5), "[h]:mm", "36:05"),
        (True, "General", "TRUE"),
        ("007", "@", "007"),
        ("two\nlines", "General", "two\nlines"),
    ],
)
def test_a_value_is_written_as_its_cell_shows_it(value, form, shown, read_book):
    book = workbook(["What", "Value"], ["it", value])
    book.active["B2"].number_format = form

    assert shown in read_book(book).text


def test_texts_in_a_list_of_the_file_are_those_of_their_cells(read):
    data = shared(["Item", "Cost"], ["Hall", 300], ["Hall & garden", 400])

    assert named(read("book.xlsx", data))[1] == {"Item": "Hall & garden", "Cost": "400"}

    def spoken(xml):  # in pieces, one of which says how to pronounce them
        return xml.replace("<t>Hall</t>", "<r><t>Ha</t></r><r><t>ll</t></r><rPh><t>HO</t></rPh>")

    changed_data = changed(data, "xl/sharedStrings.xml", spoken)
    assert named(read("book.xlsx", changed_data))[0] == {"Item": "Hall", "Cost": "300"}


def test_days_of_a_file_that_counts_from_1904_are_the_days_it_shows(read_book):
    book = workbook(["On", datetime.date(2024, 3, 4)])
    book.active["B1"].number_format = "yyyy-mm-dd"
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    assert "2024-03-04" in read_book(book).text


def test_formulas_are_their_values_and_those_without_one_are_named(read):
    data = saved(workbook(["Item", "Cost"], ["Hall", 300], ["Total", "=SUM(B2:B2)"]))

    loaded = read("book.xlsx", data)
    assert loaded.left_out == ("1 formula without a stored value",)
    assert "SUM" not in loaded.text

    def stored(xml):
        return re.sub(r"</f><v ?/?>(?:</v>)?", "</f><v>300</v>", xml)

    loaded = read("book.xlsx", changed(data, SHEET, stored))
    assert loaded.left_out == ()
    assert rows(loaded)[-1] == ["Total", "300"]


# ---- tables ------------------------------------------------------------------------------------


def test_the_header_is_found_below_a_title_and_a_note(read_book):
    book = workbook(
        ["Choir budget"],
        ["All amounts in pounds, before tax."],
        [],
        ["Item", "Planned", "Spent"],
        ["Hall", 300, 120],
        ["Music", 80, 95],
        ["Total", 380, 215],
        [],
        ["Music was dearer than planned."],
        name="Budget",
    )

    loaded = read_book(book)

    assert kinds(loaded) == [
        "heading", "heading", "paragraph", "header", "row", "row", "row", "paragraph",
    ]  # fmt: skip
    assert named(loaded)[-1] == {"Item": "Total", "Planned": "380", "Spent": "215"}
    assert under(loaded, 4).startswith("Budget › Choir budget")
    assert texts(loaded, "paragraph")[-1] == "Music was dearer than planned."


def test_tables_below_and_beside_each_other_keep_their_own_headers(read_book):
    book = workbook(
        ["Room", "Seats", None, "Name", "Phone", "Role"],
        ["Elm", 12, None, "Ida", "555-1", "chair"],
        ["Oak", 40, None, "Uwe", "555-2", "clerk"],
        [None, None, None, "Bo", "555-3", "guest"],
        [],
        ["Day", "Opens", "Closes"],
        ["Monday", "9:00", "17:00"],
        ["Sunday", "closed", "closed"],
    )

    found = named(read_book(book))

    assert {"Room": "Oak", "Seats": "40"} in found
    assert {"Name": "Uwe", "Phone": "555-2", "Role": "clerk"} in found
    assert {"Day": "Monday", "Opens": "9:00", "Closes": "17:00"} in found


def test_an_empty_column_inside_a_table_does_not_part_it(read_book):
    book = workbook(
        ["Item", "May", "June", None, "Sum"],
        ["Hall", 3, 4, None, 7],
        ["Music", 5, 6, None, 11],
    )

    assert named(read_book(book))[1] == {"Item": "Music", "May": "5", "June": "6", "Sum": "11"}


def test_an_empty_row_before_the_total_does_not_cut_it_off(read_book):
    book = workbook(["Item", "Cost"], ["Hall", 300], ["Music", 80], [], ["Total", 380])

    assert named(read_book(book))[-1] == {"Item": "Total", "Cost": "380"}


def test_a_row_that_says_what_is_below_is_above_the_rows(read_book):
    book = workbook(
        ["Item", "Cost", "Who"], ["Food"], ["Bread", 3, "Ida"], ["Drink"], ["Tea", 2, "Uwe"]
    )
    for place in ("A1", "B1", "C1", "A2", "A4"):
        book.active[place].font = BOLD
    loaded = read_book(book)

    last = len(loaded.blocks) - 1
    assert under(loaded, last) == "Sheet1 › Drink"
    assert named(loaded)[-1] == {"Item": "Tea", "Cost": "2", "Who": "Uwe"}


def test_a_header_of_two_rows_names_columns_by_both(read_book):
    book = workbook(
        ["Region", "2023", None, "2024", None],
        [None, "Sales", "Cost", "Sales", "Cost"],
        ["North", 10, 7, 12, 8],
        ["South", 20, 15, 22, 16],
    )
    book.active.merge_cells("B1:C1")
    book.active.merge_cells("D1:E1")

    assert named(read_book(book))[1] == {
        "Region": "South", "2023 › Sales": "20", "2023 › Cost": "15", "2024 › Sales": "22",
        "2024 › Cost": "16",
    }  # fmt: skip


def test_a_table_that_repeats_its_header_is_two_tables(read_book):
    book = workbook(
        ["Year 2023", None, None],
        ["Region", "Sales", "Cost"],
        ["North", 10, 7],
        ["Year 2024", None, None],
        ["Region", "Sales", "Cost"],
        ["North", 12, 8],
    )
    found = named(read_book(book))

    assert found[0] == {"Region": "North", "Sales": "10", "Cost": "7"}
    assert found[-1] == {"Region": "North", "Sales": "12", "Cost": "8"}


def test_a_cell_merged_over_rows_holds_for_each(read_book):
    book = workbook(
        ["Day", "Hour", "What"], ["Monday", 9, "Choir"], [None, 10, "Band"], ["Friday", 9, "Walk"]
    )
    book.active.merge_cells("A2:A3")

    assert named(read_book(book))[1] == {"Day": "Monday", "Hour": "10", "What": "Band"}


def test_labels_with_values_beside_them_are_fields(read_book):
    book = workbook(
        ["Tenant", "Anna Berg"],
        ["Rent", 950],
        ["Since", datetime.date(2021, 5, 1)],
        ["Deposit paid:", "yes"],
        name="Lease",
    )
    book.active["B2"].number_format = '#,##0 "EUR"'

    loaded = read_book(book)

    assert kinds(loaded) == ["heading", "field", "field", "field", "field"]
    assert texts(loaded, "field")[1] == "Rent: 950 EUR"
    assert texts(loaded, "field")[3] == "Deposit paid: yes"


def test_what_the_file_says_is_a_table_has_its_header(read_book):
    book = workbook(["A1", "B2"], ["C3", "D4"], ["E5", "F6"])
    book.active.add_table(Table(displayName="T", ref="A1:B3"))

    assert named(read_book(book))[0] == {"A1": "C3", "B2": "D4"}


@pytest.mark.parametrize("style", [{"font": BOLD}, {"fill": PatternFill("solid", "FFDDEEFF")}])
def test_a_header_of_words_above_words_is_known_by_its_look(style, read_book):
    book = workbook(["Task", "Who"], ["Chairs", "Ida"], ["Cake", "Uwe"])
    for cell in book.active[1]:
        for name, value in style.items():
            setattr(cell, name, value)

    assert named(read_book(book))[1] == {"Task": "Cake", "Who": "Uwe"}


def test_labels_above_a_table_are_not_its_header(read_book):
    book = workbook(
        ["Project", "Roof"], ["Budget", 12_000], ["Task", "Who", "Days"], ["Tiles", "Bo", 5]
    )
    for cell in book.active[3]:
        cell.font = BOLD

    loaded = read_book(book)

    assert texts(loaded, "field") == ["Project: Roof", "Budget: 12000"]
    assert named(loaded) == [{"Task": "Tiles", "Who": "Bo", "Days": "5"}]


def test_days_head_what_was_on_them_and_questions_their_answers(read_book):
    first, second = datetime.date(2024, 1, 8), datetime.date(2024, 1, 15)
    book = workbook(["Name", first, second], ["Ida", "x", None], ["Uwe", None, "x"])
    for place in ("B1", "C1"):
        book.active[place].number_format = "d mmm"
    assert named(read_book(book))[1] == {"Name": "Uwe", "15 Jan": "x"}

    book = workbook(["Question", "Answer"], ["The key?", "Under the mat."], ["Quiet?", "At ten."])
    assert named(read_book(book))[0] == {"Question": "The key?", "Answer": "Under the mat."}


def test_an_address_is_lines_and_not_a_table(read_book):
    book = workbook(["Berg and Sons"], ["12 Quay Street"], [], ["Item", "Cost"], ["Hall", 3])
    book.active["A1"].font = BOLD

    loaded = read_book(book)

    assert kinds(loaded) == ["heading", "heading", "paragraph", "header", "row"]


def test_names_of_years_and_frozen_rows_are_headers(read_book):
    found = named(read_book(workbook(["Item", 2023, 2024], ["Hall", 3, 4], ["Music", 5, 6])))
    assert found[0] == {"Item": "Hall", "2023": "3", "2024": "4"}

    book = workbook(["one", "two"], ["a", "b"], ["c", "d"])
    book.active.freeze_panes = "A2"
    assert named(read_book(book))[0] == {"one": "a", "two": "b"}


def test_comments_stand_below_the_table_and_under_their_row(read_book):
    book = workbook(["Item", "Cost"], ["Hall", 300], ["Music", 80])
    book.active["B2"].comment = Comment("Cleaning included", "Ida")

    loaded = read_book(book)

    assert texts(loaded, "note") == ["Ida: Cleaning included"]
    assert under(loaded, len(loaded.blocks) - 1).endswith("Hall | 300")


def test_hidden_sheets_rows_and_columns_are_read_and_said(read_book):
    book = workbook(["Item", "Cost"], ["Hall", 300])
    book.create_sheet("Prices").append(["secret price", 7])
    book["Prices"].sheet_state = "hidden"
    book.active.row_dimensions[2].hidden = True

    loaded = read_book(book)

    assert "secret price" in loaded.text
    assert loaded.left_out == ("that 1 sheet is hidden", "that 1 row is hidden")


def test_every_sheet_is_a_heading_and_the_title_is_the_properties_or_the_files(read_book):
    book = workbook(["Item", "Cost"], ["Hall", 300], name="Budget")
    book.create_sheet("Fees").append(["Ida", 3])

    assert read_book(book, "choir-fees.xlsx").title == "Choir fees"
    assert texts(read_book(book), "heading") == ["Budget", "Fees"]

    book.properties.title = "The choir's money"
    assert read_book(book).title == "The choir's money"


def test_a_macro_is_named_and_never_run(read):
    stream = io.BytesIO(saved(workbook(["Item", "Cost"], ["Hall", 300])))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")

    assert read("book.xlsm", stream.getvalue()).left_out == ("1 macro project",)
