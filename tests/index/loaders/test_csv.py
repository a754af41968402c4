"""Comma-separated values: each record knows its columns, whatever program wrote it."""

import pytest

from index.context import cells_of
from tests.growth import grows_with_its_size
from tests.index.loaders.shown import kinds, named


def rows(loaded):
    blocks = loaded.blocks
    return [
        {cell.name: cell.text for cell in cells_of(loaded.text, blocks, i)}
        for i, block in enumerate(blocks)
        if block.kind == "row"
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_records_have_their_columns_whatever_is_between_them(sign, read):
    text = 'Part|Price|Note\nAX-1|7.50|"fits A\nand B"\nAX-2|8|"a ""big"" one"\n'
    text = text.replace("|", sign)
    loaded = read("parts.csv", text)
    assert loaded.text == text
    assert rows(loaded) == [
        {"Part": "AX-1", "Price": "7.50", "Note": "fits A\nand B"},
        {"Part": "AX-2", "Price": "8", "Note": 'a ""big"" one'},
    ]


def test_decimal_commas_are_no_columns(read):
    loaded = read("a.csv", "Ort;Preis\nUlm;1,50\nBonn;2,25\nKiel;3,75\n")
    assert rows(loaded)[1] == {"Ort": "Bonn", "Preis": "2,25"}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("name,city\nOla,Holm\nUwe,Ulm\n", {"name": "Ola", "city": "Holm"}),
        ("Region,2030\nNorth,14\nSouth,12\n", {"Region": "North", "2030": "14"}),
        ("17,2030-01-02\n18,2030-01-05\n19,2030-02-05\n", {"": "2030-01-02"}),
        ("Ola,0555 01,x\nUwe,0555 02,y\nIda,0555 03,z\n", {"": "x"}),
    ],
)
def test_the_first_record_names_the_columns_unless_it_has_values(text, first, read):
    assert rows(read("a.csv", text))[0] == first


def test_lines_above_the_table_are_paragraphs(read):
    loaded = read("a.csv", "Stock in May\n\nPart;Number\nAX;3\nBX;4\n")
    assert [b.kind for b in loaded.blocks] == ["paragraph", "header", "row", "row"]
    assert read("a.csv", "sep=;\nPart;Number\nAX;3\n").blocks[1].columns == ("Part", "Number")


def test_a_preamble_is_told_from_the_table_though_its_lines_have_commas(read):
    text = (
        "Sales report 2024\nPrinted on 3 May, Ulm\n\nRegion,Units,Price\nNorth,4,2.5\nEast,6,1.5\n"
    )
    loaded = read("a.csv", text)
    assert [b.kind for b in loaded.blocks] == ["paragraph", "paragraph", "header", "row", "row"]
    assert rows(loaded)[0] == {"Region": "North", "Units": "4", "Price": "2.5"}


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("City\nUlm\nBonn\nKiel\n", "City", ["Ulm", "Bonn", "Kiel"]),
        ('"Name"\n"Holm, Ola"\n"Kerr, Uwe"\n', "Name", ["Holm, Ola", "Kerr, Uwe"]),
        ("Price\n1,50\n2,50\n3,75\n", "Price", ["1,50", "2,50", "3,75"]),
        ("Year\n2020\n2021\n2022\n", "Year", ["2020", "2021", "2022"]),
    ],
)
def test_a_file_of_one_column_is_a_table(text, name, values, read):
    assert rows(read("a.csv", text)) == [{name: value} for value in values]


def test_records_may_lack_cells_or_have_more_than_there_are_names(read):
    found = rows(read("a.csv", "a,b,c\n1,2\n3,4,5\n6,7,8,9\n"))
    assert found == [
        {"a": "1", "b": "2"},
        {"a": "3", "b": "4", "c": "5"},
        {"a": "6", "b": "7", "c": "8", "": "9"},
    ]


def test_names_with_a_digit_are_names_above_plain_numbers(read):
    text = "Sales,,\n,,\nRegion,Q1,Q2\nNorth,1,2\nEast,7,8\nWest,5,5\n"
    assert rows(read("a.csv", text))[1] == {"Region": "East", "Q1": "7", "Q2": "8"}
    assert not [b for b in read("b.csv", "A1,7\nB2,8\nC3,9\n").blocks if b.kind == "header"]


def test_columns_without_a_name_or_without_values_shift_no_others(read):
    found = rows(read("a.csv", "Name,,City,\nOla,,Ulm,\nUwe,,Bonn,\nIda,,Kiel,\n"))
    assert found[1] == {"Name": "Uwe", "City": "Bonn"}


@pytest.mark.slow
@pytest.mark.long
def test_a_hundred_thousand_records_are_read_within_the_limits(read):
    text = "id,price,city\n" + "".join(f"{i},{i}.5,Ulm\n" for i in range(100_000))
    assert rows(read("a.csv", text))[-1] == {"id": "99999", "price": "99999.5", "city": "Ulm"}


def test_a_quotation_mark_that_is_never_closed_costs_no_record(read):
    text = 'Id,Name,Size\n1,"Elm,9\n' + "".join(f"{n},Oak,{n}\n" for n in range(2, 99))
    assert len(rows(read("a.csv", text))) == 98


def test_a_csv_file_is_called_by_its_name_and_not_by_its_columns(read):
    assert read("stock-in-may.csv", "Part,Number\nAX,3\nBX,4\n").title == "Stock in may"


def test_a_text_that_is_no_table_is_read_as_a_text(read):
    loaded = read("a.csv", "Dear all, I am late.\nSee you, perhaps, at ten, Ola\nBye\n")
    assert [b.kind for b in loaded.blocks] == ["paragraph"] * 3


@pytest.mark.parametrize("unit", ['"', '",', 'a,"\n', "a;b\n", ",\n", '"a""b",c\n', "sep=;\n"])
def test_hostile_records_take_time_in_proportion_to_their_number(unit, read):
    def work(size: int) -> None:
        assert read("a.csv", unit * (size // len(unit)) + "a").text

    assert grows_with_its_size(work, 100_000)


def test_labels_above_a_table_are_fields(read):
    source = (
        '"Kontonummer:";"DE12 2004 / Giro";\n"Kontostand vom 31.03.2024:";"2.418,07 €";\n\n'
        '"Tag";"Zweck";"Betrag";\n"28.03.2024";"Strom; März";"-86,00";\n'
        '"27.03.2024";"Lohn";"3.214,55";\n'
    )
    loaded = read("konto.csv", source.encode("cp1252"))
    assert kinds(loaded) == ["field", "field", "header", "row", "row"]
    words = [loaded.text[cell.start : cell.end] for cell in loaded.blocks[1].cells]
    assert words == ["Kontostand vom 31.03.2024:", "2.418,07 €"]
    assert named(loaded)[0] == {"Tag": "28.03.2024", "Zweck": "Strom; März", "Betrag": "-86,00"}
