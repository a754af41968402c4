"""Workbooks as one XML file, as Excel 2002 and 2003 wrote them and many programs export still."""

import io
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.errors import UnreadableFile
from index.loading.loaders.office.package import SAFE
from index.loading.loaders.sheets.grid import MOST_COLUMNS, Area, Budget, Sheet, SheetCell
from index.loading.loaders.sheets.styles import Style, number_cell
from index.loading.loaders.sheets.workbook import document_of
from index.loading.loaders.text import clean, collapse
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_TITLE = "{urn:schemas-microsoft-com:office:office}Title"
_TAGS = (f"{_SS}Style", f"{_SS}Column", f"{_SS}Row", f"{_SS}Worksheet", _TITLE)
_MOST_ROWS = 1_048_576  # as in Excel
_MOST_AREAS = 200_000  # merged cells of a sheet
_MOST_PARENTS = 20
# What formats are called that look different on each computer: a day is written as in ISO 8601
_FORMATS = {
    "General Number": "General",
    "General Date": "yyyy-mm-dd h:mm",
    "Long Date": "yyyy-mm-dd",
    "Medium Date": "d-mmm-yy",
    "Short Date": "yyyy-mm-dd",
    "Long Time": "h:mm:ss AM/PM",
    "Medium Time": "h:mm AM/PM",
    "Short Time": "h:mm",
    "Currency": '"$"#,##0.00',
    "Euro Currency": '"€"#,##0.00',
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
    "Scientific": "0.00E+00",
    "Yes/No": '"Yes";"Yes";"No"',
    "True/False": '"TRUE";"TRUE";"FALSE"',
    "On/Off": '"On";"On";"Off"',
}
_FIRST_DAY = datetime(1899, 12, 30)


def load_xml2003(data: bytes, name: str) -> LoadedFile:
    """Return the text of a workbook, as `load_xlsx` does.

    Raises:
        FileTooLarge: It has too many cells.
        UnreadableFile: It holds a document type definition.
    """
    from lxml import etree

    reader = _Reader(name)
    is_first = True
    for _, element in etree.iterparse(io.BytesIO(data), events=("end",), tag=_TAGS, **SAFE):
        if is_first and element.getroottree().docinfo.doctype:
            raise UnreadableFile(
                f"{name} holds a document type definition, which Excel doesn't write and which can "
                "hide text. Open it in Excel or LibreOffice and save it as .xlsx."
            )
        is_first = False
        reader.take(element)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return document_of(reader.sheets, "xls", name, reader.title, reader.left_out, reader.hidden)


class _Reader:
    """Reads styles, then the sheets row by row: their names come last."""

    def __init__(self, name: str) -> None:
        self._budget = Budget(name)
        self._styles: dict[str, tuple[str, bool | None, str]] = {}  # format, bold, parent
        self._sheet = Sheet("")
        self._row = 0
        self.title = ""
        self.sheets: list[Sheet] = []
        self.left_out: Counter[str] = Counter()
        self.hidden: Counter[str] = Counter()

    def take(self, element: "Element") -> None:
        """Take a style, a column, a row, or the end of a sheet."""
        if element.tag == _TITLE:
            self.title = self.title or real_title(collapse(clean(element.text or "")))
        elif element.tag == f"{_SS}Style":
            self._style(element)
        elif element.tag == f"{_SS}Column":
            self.hidden["column"] += element.get(f"{_SS}Hidden") == "1"
        elif element.tag == f"{_SS}Row":
            self._take_row(element)
        else:
            self._end(element)

    def _style(self, element: "Element") -> None:
        form, bold = "", None
        for child in element:
            if child.tag == f"{_SS}NumberFormat":
                form = child.get(f"{_SS}Format", "General")
            elif child.tag == f"{_SS}Font":
                bold = bold or child.get(f"{_SS}Bold") == "1"
            elif child.tag == f"{_SS}Interior":
                colour = child.get(f"{_SS}Color", "#FFFFFF").upper()
                bold = bold or (child.get(f"{_SS}Pattern") == "Solid" and colour != "#FFFFFF")
        of = (_FORMATS.get(form, form), bold, element.get(f"{_SS}Parent", "Default"))
        self._styles[element.get(f"{_SS}ID", "")] = of

    def _look(self, name: str) -> Style:
        code, bold = "", None
        for _ in range(_MOST_PARENTS):
            if name not in self._styles:
                break
            form, is_bold, parent = self._styles[name]
            code = code or form
            bold = is_bold if bold is None else bold
            name = parent if parent != name else ""
        return Style(code or "General", bool(bold))

    def _take_row(self, element: "Element") -> None:
        self._row = _number(element, "Index", self._row + 1) - 1
        if self._row < _MOST_ROWS:
            cells = self._cells(element)
            if cells:
                self._sheet.rows[self._row] = cells
                self.hidden["row"] += element.get(f"{_SS}Hidden") == "1"
        self._row += 1 + _number(element, "Span", 0)

    def _cells(self, row: "Element") -> dict[int, SheetCell]:
        found: dict[int, SheetCell] = {}
        column = 0
        style = row.get(f"{_SS}StyleID", "Default")
        for cell in row.iterchildren(f"{_SS}Cell"):
            column = _number(cell, "Index", column + 1) - 1
            across, down = _number(cell, "MergeAcross", 0), _number(cell, "MergeDown", 0)
            if column < MOST_COLUMNS:
                data = cell.find(f"{_SS}Data")
                read = None
                if data is not None:
                    read = self._cell(data, self._look(cell.get(f"{_SS}StyleID", style)))
                elif cell.get(f"{_SS}Formula"):
                    self.left_out["formula without a stored value"] += 1
                if read:
                    self._budget.take(read.text)
                    found[column] = read
                if (across or down) and len(self._sheet.merged) < _MOST_AREAS:
                    area = Area(self._row, column, self._row + down, column + across)
                    self._sheet.merged.append(area)
                self._note(cell, column)
            column += 1 + across
        return found

    def _cell(self, data: "Element", style: Style) -> SheetCell | None:
        raw = clean("".join(data.itertext())).strip()
        kind = data.get(f"{_SS}Type", "String")
        value = _value(raw, kind)
        if value is not None:
            if kind == "DateTime" and style.code == "General":
                style = Style("yyyy-mm-dd" if value == int(value) else "yyyy-mm-dd h:mm")
            return number_cell(value, style, since_1904=False)
        if kind == "Boolean":
            raw = {"1": "TRUE", "0": "FALSE"}.get(raw, raw)
        return SheetCell(raw, "text", style.is_bold) if raw else None

    def _note(self, cell: "Element", column: int) -> None:
        for comment in cell.iterchildren(f"{_SS}Comment"):
            text = clean("".join(comment.itertext())).strip()
            author = collapse(clean(comment.get(f"{_SS}Author", "")))
            if text:
                begins = not author or text.startswith(author)
                self._sheet.notes[self._row, column] = text if begins else f"{author}: {text}"
                self._budget.take(text)

    def _end(self, element: "Element") -> None:
        self._sheet.name = collapse(clean(element.get(f"{_SS}Name", ""))) or "Sheet"
        options = element.find(f"{_X}WorksheetOptions")
        if options is not None:
            visible = options.findtext(f"{_X}Visible") or "SheetVisible"
            self._sheet.is_hidden = visible.strip() != "SheetVisible"
            split = (options.findtext(f"{_X}SplitHorizontal") or "").strip()
            if options.find(f"{_X}FreezePanes") is not None and _is_number(split):
                self._sheet.frozen = int(split)
        self.sheets.append(self._sheet)
        self._sheet, self._row = Sheet(""), 0


def _value(raw: str, kind: str) -> float | None:
    """Return a number, or the days of a moment since the end of 1899; None if it is none."""
    try:
        if kind == "Number":
            value = float(raw)
            return value if abs(value) < float("inf") else None
        if kind == "DateTime":
            moment = datetime.fromisoformat(raw)
            return (moment.replace(tzinfo=None) - _FIRST_DAY).total_seconds() / 86_400
    except ValueError:
        pass
    return None


def _number(element: "Element", name: str, otherwise: int) -> int:
    """Return an attribute that is a number."""
    value = element.get(f"{_SS}{name}", "").strip()
    return int(value) if _is_number(value) else otherwise


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 8
