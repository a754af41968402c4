"""Workbooks that do harm, or are none: refused with a word, or read in a time like their size."""

import io
import re
import zipfile

import openpyxl
import pytest

from index.errors import EmptyDocument, FileTooLarge, UnreadableFile, UnsupportedFormat
from index.loading.process import parse_file
from tests.growth import TIMES, grows_with_its_size
from tests.index.loaders.made_xlsx import SHEET, changed, saved, shared, workbook


def test_a_file_with_a_password_says_what_to_do(read):
    with pytest.raises(UnreadableFile, match=r"password.*save it as \.xlsx"):
        read("book.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def test_a_damaged_file_and_one_of_another_kind_say_so(read):
    data = saved(workbook(["Item", "Cost"]))
    with pytest.raises(UnreadableFile, match="damaged"):
        read("book.xlsx", data[: len(data) // 2])
    with pytest.raises(UnreadableFile, match="does not contain what Excel writes"):
        read("book.xlsx", archive("a.txt"))
    with pytest.raises(UnsupportedFormat, match=r"save it as \.xlsx"):
        read("book.xlsb", archive("xl/workbook.bin"))


def archive(name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as files:
        files.writestr(name, "a")
    return stream.getvalue()


def test_an_empty_workbook_has_no_text(read):
    with pytest.raises(EmptyDocument):
        read("book.xlsx", saved(openpyxl.Workbook()))


def test_entities_are_refused(read):
    def attack(xml):
        return re.sub(r"(<worksheet)", r'<!DOCTYPE a [<!ENTITY b "boom">]>\1', xml, count=1)

    data = changed(saved(workbook(["Item", "Cost"], ["Hall", 300])), SHEET, attack)
    with pytest.raises(UnreadableFile, match="document type definition"):
        read("book.xlsx", data)


def test_a_text_that_unfolds_a_million_times_is_refused(read):
    data = shared(["x" * 30_000])
    cell = '<c t="s"><v>0</v></c>'

    def many(xml):
        return re.sub(r"<row .*</row>", f"<row>{cell * 3_000}</row>", xml, flags=re.DOTALL)

    with pytest.raises(FileTooLarge, match="50,000,000 characters"):
        read("book.xlsx", changed(data, SHEET, many))


def test_a_bomb_is_refused_before_it_is_unpacked(read):
    stream = io.BytesIO(saved(workbook(["Item", "Cost"])))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * 200_000_001)
    with pytest.raises(FileTooLarge, match="huge when uncompressed"):
        read("book.xlsx", stream.getvalue())


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace('ref="A1:B2"', 'ref="A1:XFD1048576"'),
        lambda xml: xml.replace("</sheetData>", '<row r="1048576"/></sheetData>'),
        lambda xml: xml.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" t="s">'
                                "<v>1</v></c></row></sheetData>"),
        lambda xml: xml.replace("</sheetData>", '</sheetData><mergeCells><mergeCell '
                                'ref="A1:XFD1048576"/></mergeCells>'),
        lambda xml: xml.replace("</sheetData>", '<row r="99999999999"><c r="ZZZZ9"/></row>'
                                "</sheetData>"),
        lambda xml: xml.replace("<v>300</v>", "<v>1e999</v>"),
        lambda xml: xml.replace('r="B2"', 'r="B2" s="70000"'),
    ],
)  # fmt: skip
def test_a_sheet_that_claims_a_million_columns_is_read_at_once(change, read):
    data = changed(saved(workbook(["Item", "Cost"], ["Hall", 300])), SHEET, change)

    loaded = read("book.xlsx", data)

    assert "Item" in loaded.text
    assert len(loaded.text) < 200


@pytest.mark.parametrize(
    ("make", "size"),
    [
        # Cells on a diagonal, none of which has another in its row or column
        (lambda n: "".join(f'<row r="{i}"><c r="{_column(i)}{i}"><v>{i}</v></c></row>'
                           for i in range(1, n)), 4_000),
        # Cells with empty rows and columns around each
        (lambda n: "".join(f'<row r="{2 * i}"><c r="{_column(1 + i % 2 * 2)}{2 * i}"><v>1</v></c>'
                           "</row>" for i in range(1, n)), 8_000),
        # Columns with empty ones between them, each of which may be a table of its own
        (lambda n: "".join("<row>" + "<c t='str'><v>a</v></c><c><v>1</v></c><c/>" * (1 + i % 60)
                           + "</row>" for i in range(n)), 480),
        (lambda n: "<row>" + "<c><v>1</v></c><c/>" * n + "</row><row><c><v>2</v></c></row>", 8_000),
    ],
)  # fmt: skip
def test_scattered_cells_are_read_in_a_time_like_their_number(make, size, read):
    whole = saved(workbook(["Item", "Cost"]))

    def made(n):
        return changed(whole, SHEET, lambda xml: re.sub(
            r"<sheetData>.*</sheetData>", f"<sheetData>{make(n)}</sheetData>", xml, flags=re.DOTALL
        ))  # fmt: skip

    files = {n: made(n) for n in (size, size // TIMES)}
    assert grows_with_its_size(lambda n: read("a.xlsx", files[n]), size)


def _column(number):
    return openpyxl.utils.get_column_letter(number)


@pytest.mark.slow
@pytest.mark.long
def test_a_sheet_of_100000_rows_is_read(tmp_path):
    rows = "".join(
        f'<row r="{n + 2}"><c r="A{n + 2}"><v>{n}</v></c><c r="B{n + 2}" t="inlineStr"><is><t>Ulm'
        f'</t></is></c><c r="C{n + 2}"><v>{n / 4}</v></c></row>'
        for n in range(100_000)
    )
    whole = saved(workbook(["Number", "City", "Amount"]))
    path = tmp_path / "log.xlsx"
    path.write_bytes(
        changed(whole, SHEET, lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))
    )

    parsed = parse_file(path)

    assert sum(block.kind == "row" for block in parsed.file.blocks) == 100_000
    assert parsed.file.text.rstrip().endswith("99999 | Ulm | 24999.75")
