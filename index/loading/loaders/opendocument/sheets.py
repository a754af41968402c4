"""Spreadsheets of OpenDocument: cells as they are shown, sheet after sheet."""

from collections import Counter
from typing import TYPE_CHECKING, cast

from index.documents import LoadedFile
from index.loading.loaders.opendocument.body import chart_rows
from index.loading.loaders.opendocument.inline import comment_of, description_of, words_of
from index.loading.loaders.opendocument.names import (
    DRAW,
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    XLINK,
    number,
    open_document,
    title_of,
)
from index.loading.loaders.opendocument.styles import Styles, own_look
from index.loading.loaders.sheets.grid import (
    MOST_COLUMNS,
    Area,
    Budget,
    Sheet,
    SheetCell,
    ValueKind,
)
from index.loading.loaders.sheets.workbook import document_of
from index.loading.loaders.text import clean, collapse, names
from index.loading.loaders.titles import real_title

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_ROWS = 1_048_576  # as in LibreOffice
_MOST_AREAS = 200_000  # merged cells of a sheet
_TAGS = names("table-row table shapes style named-range database-range")
_KINDS = {"float": "number", "percentage": "percent", "currency": "currency", "date": "date",
          "time": "date"}  # fmt: skip


def load_ods(data: bytes, name: str) -> LoadedFile:
    """Return the text of a spreadsheet of LibreOffice Calc.

    Each sheet is a heading with what is on it: rows with the names of their columns, labels with
    their values, titles and notes, all as the cells show them. Hidden sheets, rows and columns are
    read.

    Raises:
        FileTooLarge: It would take gigabytes when uncompressed, or has too many cells.
        UnreadableFile: It has a password, or holds a document type definition.
    """
    package = open_document(data, name, ".ods")
    reader = _Reader(name, Styles(package.xml("styles.xml")))
    for tag, element in package.elements("content.xml", _TAGS):
        reader.take(tag, element)
    for sheet, path in reader.objects:
        root = package.xml(f"{path}/content.xml") if path else None
        if root is not None and root.find(f"{OFFICE}body/{OFFICE}chart") is not None:
            # Its values are those of cells
            sheet.texts += [row[0] for row in chart_rows(root) if len(row) == 1]
        else:
            reader.left_out["embedded file"] += 1
    title = real_title(title_of(package))
    return document_of(reader.sheets, "ods", name, title, reader.left_out, reader.hidden)


class _Reader:
    """Reads the sheets row by row: their names come last."""

    def __init__(self, name: str, styles: Styles) -> None:
        self._styles = styles
        self._budget = Budget(name)
        self._bold: dict[str, bool] = {}
        self._sheet = Sheet("")
        self._row = 0
        self.sheets: list[Sheet] = []
        self.objects: list[tuple[Sheet, str]] = []  # and where their content is
        self.left_out: Counter[str] = Counter()
        self.hidden: Counter[str] = Counter()
        self._hidden_styles: set[str] = set()

    def take(self, tag: str, element: "Element") -> None:
        """Take a style, a row, or the end of a sheet."""
        match tag:
            case "style":
                self._style(element)
            case "table-row":
                self._take_row(element)
            case "shapes":
                self._shapes(element)
            case "table" if element.getparent().tag == f"{OFFICE}spreadsheet":
                self._end(element)

    def _style(self, element: "Element") -> None:
        name, family = element.get(f"{STYLE}name", ""), element.get(f"{STYLE}family", "")
        if family == "table-cell":
            look = own_look(element)
            if look.is_bold is None:
                look = self._styles.look(family, element.get(f"{STYLE}parent-style-name", ""))
            self._bold[name] = bool(look.is_bold)
        elif family == "table":
            for properties in element.iterchildren(f"{STYLE}table-properties"):
                if properties.get(f"{TABLE}display", "") == "false":
                    self._hidden_styles.add(name)

    def _take_row(self, element: "Element") -> None:
        cells = self._cells(element)
        repeated = number(element, f"{TABLE}number-rows-repeated")
        if cells:
            if repeated > 1:
                self._budget.take("".join(c.text for c in cells.values()), repeated - 1)
            for row in range(self._row, min(self._row + repeated, _MOST_ROWS)):
                self._sheet.rows[row] = cells
            hidden = element.get(f"{TABLE}visibility", "visible") != "visible"
            self.hidden["row"] += repeated if hidden else 0
        self._row += repeated

    def _cells(self, row: "Element") -> dict[int, SheetCell]:
        found: dict[int, SheetCell] = {}
        column = 0
        for cell in row:
            if not cell.tag.endswith("table-cell"):
                continue
            repeated = number(cell, f"{TABLE}number-columns-repeated")
            if column < MOST_COLUMNS and len(cell):
                self._around(cell, column)
                content = self._cell(cell)
                if content and cell.tag == f"{TABLE}table-cell":
                    for at in range(column, min(column + repeated, MOST_COLUMNS)):
                        self._budget.take(content.text)
                        found[at] = content
            elif cell.get(f"{TABLE}formula") and not cell.get(f"{OFFICE}value-type"):
                self.left_out["formula without a stored value"] += 1
            column += repeated
        return found

    def _cell(self, cell: "Element") -> SheetCell | None:
        # Without a comment, whose paragraphs stand deeper
        lines = [words_of(one) for one in cell.iterchildren(f"{TEXT}p")]
        text = "\n".join(filter(None, lines)).strip()
        if not text:
            return None
        kind = cast("ValueKind", _KINDS.get(cell.get(f"{OFFICE}value-type", ""), "text"))
        return SheetCell(text, kind, self._bold.get(cell.get(f"{TABLE}style-name", ""), False))

    def _around(self, cell: "Element", column: int) -> None:
        """Take what a cell holds beside its value: its size, comments, boxes and pictures."""
        width = number(cell, f"{TABLE}number-columns-spanned")
        height = number(cell, f"{TABLE}number-rows-spanned")
        if (width > 1 or height > 1) and len(self._sheet.merged) < _MOST_AREAS:
            area = Area(self._row, column, self._row + height - 1, column + width - 1)
            self._sheet.merged.append(area)
        for child in cell:
            if child.tag == f"{OFFICE}annotation" and (words := comment_of(child)):
                self._sheet.notes[self._row, column] = words
                self._budget.take(words)
            elif child.tag.startswith(DRAW):
                self._drawn(child)

    def _shapes(self, element: "Element") -> None:
        for child in element:
            self._drawn(child)

    def _drawn(self, element: "Element") -> None:
        for child in element.iter():
            if child.tag == f"{DRAW}object":
                path = child.get(f"{XLINK}href", "").removeprefix("./").strip("/")
                self.objects.append((self._sheet, path))
                return
            if child.tag == f"{DRAW}image":
                words = description_of(child.getparent())
                self._sheet.texts += [words] if words else []
                self.left_out["picture without text"] += not words
                return
        if words := words_of(element):
            self._sheet.texts.append(words)

    def _end(self, element: "Element") -> None:
        self._sheet.name = collapse(clean(element.get(f"{TABLE}name", ""))) or "Sheet"
        self._sheet.is_hidden = element.get(f"{TABLE}style-name", "") in self._hidden_styles
        for column in element.iter(f"{TABLE}table-column"):
            if column.get(f"{TABLE}visibility", "visible") != "visible":
                self.hidden["column"] += min(number(column, f"{TABLE}number-columns-repeated"), 1)
        self.sheets.append(self._sheet)
        self._sheet, self._row = Sheet(""), 0
