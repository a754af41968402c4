"""Workbooks as one XML file of Excel 2002 and 2003, whatever the file is called."""

from dataclasses import replace

import pytest

from index.errors import FileTooLarge, UnreadableFile, UnsupportedFormat
from index.loading.loaders.sheets import grid
from tests.index.loaders.shown import kinds, named, rows

ROOT = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<!-- made -->\n<Workbook '
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
)
STYLES = """<Styles>
  <Style ss:ID="Default"><Font/></Style>
  <Style ss:ID="head"><Font ss:Bold="1"/></Style>
  <Style ss:ID="euro"><NumberFormat ss:Format="#,##0.00\\ &quot;EUR&quot;"/></Style>
  <Style ss:ID="loud" ss:Parent="euro"><Font ss:Bold="1"/></Style>
  <Style ss:ID="day"><NumberFormat ss:Format="Short Date"/></Style>
  <Style ss:ID="share"><NumberFormat ss:Format="Percent"/></Style>
</Styles>"""


def cell(value, kind="String", style="", more=""):
    styled = f' ss:StyleID="{style}"' if style else ""
    return f'<Cell{styled}{more}><Data ss:Type="{kind}">{value}</Data></Cell>'


def row(*cells, more=""):
    return f"<Row{more}>{''.join(cells)}</Row>"


def sheet(name, *lines, options=""):
    return f'<Worksheet ss:Name="{name}"><Table>{"".join(lines)}</Table>{options}</Worksheet>'


def workbook(*parts):
    return f"{ROOT}{STYLES}{''.join(parts)}</Workbook>"


BUDGET = (
    row(*(cell(word, style="head") for word in ("Item", "Cost", "Paid", "Share"))),
    row(
        cell("Hall"),
        cell("1250.5", "Number", "euro"),
        cell("2024-03-05T00:00:00.000", "DateTime", "day"),
        cell("0.25", "Number", "share"),
    ),
    row(cell("Choir"), cell("80", "Number", "loud"), cell("1", "Boolean", more=' ss:Index="4"'))
    .replace("<Row>", '<Row ss:Index="3">'),
)  # fmt: skip


@pytest.mark.parametrize("name", ["budget.xls", "budget.xml", "budget"])
def test_cells_are_read_as_they_are_shown_under_the_names_of_their_columns(read, name):
    loaded = read(name, workbook(sheet("Budget", *BUDGET)))

    assert loaded.format == "xls"
    assert named(loaded) == [
        {"Item": "Hall", "Cost": "1,250.50 EUR", "Paid": "2024-03-05", "Share": "25.00%"},
        {"Item": "Choir", "Cost": "80.00 EUR", "Share": "TRUE"},
    ]


def test_merged_cells_notes_hidden_sheets_and_markup_in_a_cell_are_read(read):
    note = '<Comment ss:Author="Ida"><ss:Data xmlns="x"><B>Ida:</B> ask again</ss:Data></Comment>'
    rich = '<ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">Two <B>words</B>'
    lines = (
        row(cell("Day", style="head"), cell("Hour", style="head"), cell("Room", style="head")),
        row(cell("Monday", more=' ss:MergeDown="1"'), cell("9"), cell("Maple")),
        row(f"<Cell ss:Index='2'><Data ss:Type='String'>10</Data>{note}</Cell>",
            f"<Cell>{rich}</ss:Data></Cell>", "<Cell ss:Formula='=1'/>"),
    )  # fmt: skip
    hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    loaded = read("a.xls", workbook(sheet("Plan &amp; more", *lines, options=hidden)))

    assert named(loaded)[1] == {"Day": "Monday", "Hour": "10", "Room": "Two words"}
    assert "Plan & more" in loaded.text
    assert "Ida: ask again" in loaded.text
    assert "note" in kinds(loaded)
    assert loaded.left_out == ("1 formula without a stored value", "that 1 sheet is hidden")


def test_the_title_that_a_person_gave_is_the_title(read):
    title = "<o:DocumentProperties><o:Title>Costs of the choir</o:Title></o:DocumentProperties>"

    assert read("a.xml", workbook(title, sheet("S", *BUDGET))).title == "Costs of the choir"


def test_numbers_that_are_none_and_places_that_are_none_lose_no_words(read):
    lines = (
        row(cell("soon", "Number"), cell("1e999", "Number"), cell("never", "DateTime")),
        row(cell("far", more=' ss:Index="99999999"'), cell("x", more=' ss:Index="-3"')),
        row(cell("#DIV/0!", "Error"), more=' ss:Index="x"'),
    )

    text = read("a.xls", workbook(sheet("S", *lines))).text

    for word in ("soon", "1e999", "never", "x", "#DIV/0!"):
        assert word in text


def test_a_style_that_is_its_own_parent_ends(read):
    circle = '<Styles><Style ss:ID="a" ss:Parent="b"/><Style ss:ID="b" ss:Parent="a"/></Styles>'

    assert rows(read("a.xls", workbook(circle, sheet("S", row(cell("1", "Number", "a"))))))


def test_what_would_unfold_in_memory_or_hide_text_is_refused(read, monkeypatch):
    bomb = '<?xml version="1.0"?><!DOCTYPE Workbook [<!ENTITY a "text">]>'
    with pytest.raises(UnreadableFile, match=r"a\.xls holds a document type definition"):
        read("a.xls", workbook(sheet("S", *BUDGET)).replace('<?xml version="1.0"?>', bomb))
    with pytest.raises(UnreadableFile, match="damaged"):
        read("a.xls", workbook(sheet("S", *BUDGET))[:-40])
    monkeypatch.setattr(grid, "CELLS", replace(grid.CELLS, most=3))
    with pytest.raises(FileTooLarge, match=r"a\.xls has more than 3"):
        read("a.xls", workbook(sheet("S", *BUDGET)))


@pytest.mark.parametrize(
    ("root", "advice"),
    [
        (f'<office:document xmlns:office="{"o" * 3000}" office:mimetype='
         '"application/vnd.oasis.opendocument.spreadsheet">', r"\.xlsx"),
        ('<o:document o:mimetype="application/vnd.oasis.opendocument.text">', r"\.docx"),
        ("<o:document o:mimetype='application/vnd.oasis.opendocument.presentation'>", r"\.pptx"),
        ('<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">',
         r"\.docx"),
        ('<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">',
         r"\.docx"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".xml", ".fods", ".xls", ""])
def test_other_documents_as_one_xml_file_say_what_to_save_them_as(read, root, advice, suffix):
    with pytest.raises(UnsupportedFormat, match=f"save it as {advice}"):
        read(f"a{suffix}", f'<?xml version="1.0"?>\n{root}<x>words</x>')


def test_xml_that_only_speaks_of_a_workbook_is_read_as_it_is(read):
    markup = f"<note>Workbook {ROOT.partition('xmlns=')[2][:45]} of the choir</note>"

    assert read("a.xml", markup).format == "code"
