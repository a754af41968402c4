"""Workbooks of Excel since 2007: cells as they are shown, sheet after sheet."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from index.documents import LoadedFile
from index.loading.loaders.office.drawings import A, chart_titles, diagram_rows
from index.loading.loaders.office.package import Package, R, Relation
from index.loading.loaders.sheets.grid import (
    MOST_COLUMNS,
    Budget,
    Sheet,
    SheetCell,
    area_of,
    cell_place,
)
from index.loading.loaders.sheets.styles import Style, Styles
from index.loading.loaders.sheets.workbook import document_of
from index.loading.loaders.text import clean, collapse, names

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NO_WORDS = re.compile(r"(?:picture|image|graphic|grafik|bild|imagen?|immagine)\s*\d*", re.I)
_MOST_ROWS = 1_048_576  # as in Excel
_MOST_AREAS = 200_000  # merged cells, tables and notes of a sheet
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?Z?)?")
_ROW_TAGS = names("row mergeCell autoFilter pane col")
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def load_xlsx(data: bytes, name: str) -> LoadedFile:
    """Return the text of a workbook, transitional or strict.

    Each sheet is a heading with what is on it: rows with the names of their columns, labels with
    their values, titles and notes. Values are written as their format shows them, those of
    formulas as they were when the file was saved. Hidden sheets, rows and columns are read.

    Raises:
        FileTooLarge: It would take gigabytes when uncompressed, or has too many cells.
        UnreadableFile: It holds a document type definition.
    """
    return _Workbook(Package(data, name, ".xlsx"), name).load()


class _Workbook:
    def __init__(self, package: Package, name: str) -> None:
        self._package = package
        self._name = name
        self._budget = Budget(name)
        self._left_out: Counter[str] = Counter()
        self._hidden: Counter[str] = Counter()
        main = package.xml(package.main)
        self._root = main
        self._relations = package.relations(package.main)
        self._since_1904 = False
        for properties in _find(main, "workbookPr"):
            self._since_1904 = properties.get("date1904", "") in {"1", "true"}
        styles = self._parts("styles")
        root = package.xml(styles[0]) if styles else None
        self._styles = Styles(root, since_1904=self._since_1904)

    def load(self) -> LoadedFile:
        sheets = [
            self._sheet(element)
            for element in _find(self._root, "sheet")
            if element.get(f"{R}id", "") in self._relations
        ]
        for part in self._package.names:
            if part.endswith("/vbaProject.bin"):
                self._left_out["macro project"] += 1
            elif "/embeddings/" in part:
                self._left_out["embedded file"] += 1
        return document_of(
            sheets, "xlsx", self._name, self._package.title, self._left_out, self._hidden
        )

    def _parts(self, kind: str) -> list[str]:
        return [found.target for found in self._relations.values() if found.kind == kind]

    @cached_property
    def _strings(self) -> list[str]:
        """The texts that cells refer to by their number."""
        return [
            _string(element)
            for part in self._parts("sharedStrings")
            for _, element in self._package.elements(part, frozenset({"si"}))
        ]

    def _sheet(self, element: "Element") -> Sheet:
        relation = self._relations[element.get(f"{R}id", "")]
        sheet = Sheet(collapse(clean(element.get("name", ""))) or "Sheet")
        sheet.is_hidden = element.get("state", "visible") != "visible"
        reader = _SheetReader(self._styles, self._budget, sheet, lambda: self._strings)
        for tag, found in self._package.elements(relation.target, _ROW_TAGS):
            reader.take(tag, found)
        self._left_out["formula without a stored value"] += reader.without_value
        self._hidden["row"] += reader.hidden_rows
        self._hidden["column"] += reader.hidden_columns
        self._around(sheet, relation.target)
        return sheet

    # ---- what belongs to a sheet and is stored elsewhere ---------------------------------------

    def _around(self, sheet: Sheet, part: str) -> None:
        for relation in self._package.relations(part).values():
            root = None
            if relation.kind in {"table", "comments", "threadedComment", "drawing"}:
                root = self._package.xml(relation.target)
            if root is None:
                continue
            if relation.kind == "table" and (area := area_of(root.get("ref", ""))):
                count = root.get("headerRowCount", "1")
                sheet.tables.append((area, int(count) if count in {"0", "1"} else 1))
            elif relation.kind == "comments":
                self._comments(sheet, root)
            elif relation.kind == "drawing":
                self._drawing(sheet, relation.target, root)
        for relation in self._package.relations(part).values():
            if relation.kind == "threadedComment":
                root = self._package.xml(relation.target)
                if root is not None:
                    self._threads(sheet, root)

    def _comments(self, sheet: Sheet, root: "Element") -> None:
        authors = [collapse(clean(author.text or "")) for author in _find(root, "author")]
        for comment in _find(root, "comment"):
            place = cell_place(comment.get("ref", ""))
            text = "".join(_string(words) for words in comment if _local(words) == "text").strip()
            if place and text and len(sheet.notes) < _MOST_AREAS:
                number = comment.get("authorId", "")
                at = int(number) if number.isdecimal() and len(number) < 7 else len(authors)
                author = authors[at] if at < len(authors) else ""
                begins = not author or author.startswith("tc=") or text.startswith(author)
                sheet.notes[place] = text if begins else f"{author}: {text}"
                self._budget.take(sheet.notes[place])

    def _threads(self, sheet: Sheet, root: "Element") -> None:
        """Take comments with replies, which stand a second time in a form for old programs."""
        names = {
            person.get("id", ""): collapse(clean(person.get("displayName", "")))
            for part in self._parts("person")
            for person in _find(self._package.xml(part), "person")
        }
        threads: dict[tuple[int, int], list[str]] = {}
        for comment in _find(root, "threadedComment"):
            place = cell_place(comment.get("ref", ""))
            text = clean("".join(w.text or "" for w in _find(comment, "text"))).strip()
            if place and text:
                author = names.get(comment.get("personId", ""), "")
                threads.setdefault(place, []).append(f"{author}: {text}" if author else text)
                self._budget.take(text)
        for place, texts in threads.items():
            sheet.notes[place] = "\n".join(texts)

    def _drawing(self, sheet: Sheet, part: str, root: "Element") -> None:
        """Take what is written in boxes, charts and diagrams on a sheet; count its pictures."""
        relations = self._package.relations(part)
        for element in root.iter(f"{_XDR}sp", f"{_XDR}pic", f"{_XDR}graphicFrame"):
            if element.tag == f"{_XDR}pic":
                words = element.find(f".//{_XDR}cNvPr")
                described = "" if words is None else collapse(clean(words.get("descr", "")))
                if described and not _NO_WORDS.fullmatch(described):
                    sheet.texts.append(described)
                else:
                    self._left_out["picture without text"] += 1
            elif element.tag == f"{_XDR}sp":
                lines = ["".join(p.itertext(f"{A}t")) for p in element.iter(f"{A}p")]
                text = clean("\n".join(filter(str.strip, lines))).strip()
                if text:
                    sheet.texts.append(text)
            else:
                self._graphic(sheet, element, relations)

    def _graphic(self, sheet: Sheet, element: "Element", relations: dict[str, Relation]) -> None:
        for child in element.iter():
            for key in (f"{R}id", f"{R}dm"):
                relation = relations.get(child.get(key, ""))
                root = self._package.xml(relation.target) if relation and relation.target else None
                if root is None:
                    continue
                if key == f"{R}dm":
                    sheet.texts += ["\n".join(row) for row in diagram_rows(root)]
                else:  # its values are those of cells
                    sheet.texts += chart_titles(root)


class _SheetReader:
    """Reads the XML of one sheet, row by row."""

    def __init__(
        self, styles: Styles, budget: Budget, sheet: Sheet, strings: Callable[[], list[str]]
    ) -> None:
        self._styles = styles
        self._budget = budget
        self._sheet = sheet
        self._strings = strings
        self._row = -1
        self._areas = 0
        self.without_value = self.hidden_rows = self.hidden_columns = 0
        self._hidden_areas: list[tuple[int, int]] = []

    def take(self, tag: str, element: "Element") -> None:
        """Take a row, or what is said about the sheet."""
        match tag:
            case "row":
                self._take_row(element)
            case "mergeCell" if area := area_of(element.get("ref", "")):
                self._areas += 1
                if self._areas <= _MOST_AREAS:
                    self._sheet.merged.append(area)
            case "autoFilter" if area := area_of(element.get("ref", "")):
                self._sheet.tables.append((area, 1))
            case "pane" if element.get("state", "") in {"frozen", "frozenSplit"}:
                rows = element.get("ySplit", "0").partition(".")[0]
                self._sheet.frozen = int(rows) if rows.isdecimal() and len(rows) < 8 else 0
            case "col" if element.get("hidden", "") in {"1", "true"}:
                first, last = element.get("min", ""), element.get("max", "")
                if first.isdecimal() and last.isdecimal() and len(last) < 8:
                    self._hidden_areas.append((int(first) - 1, int(last) - 1))

    def _take_row(self, element: "Element") -> None:
        number = element.get("r", "")
        self._row = int(number) - 1 if number.isdecimal() and len(number) < 8 else self._row + 1
        if not 0 <= self._row < _MOST_ROWS:
            return
        found: dict[int, SheetCell] = {}
        column = -1
        for cell in element:
            if _local(cell) != "c":
                continue
            place = cell_place(cell.get("r", ""))
            column = place[1] if place else column + 1
            if column < MOST_COLUMNS and (read := self._cell(cell)):
                self._budget.take(read.text)
                found[column] = read
        if found:
            self._sheet.rows.setdefault(self._row, {}).update(found)
            self.hidden_rows += element.get("hidden", "") in {"1", "true"}

    def _cell(self, cell: "Element") -> SheetCell | None:
        kind, raw, inline, is_formula = cell.get("t", "n"), "", None, False
        for child in cell:
            match _local(child):
                case "v":
                    raw = child.text or ""
                case "is":
                    inline = child
                case "f":
                    is_formula = True
        style = self._styles[cell.get("s", "")]
        if inline is not None:
            return _text_cell(_string(inline), style)
        if not raw:
            self.without_value += is_formula and kind != "str"
            return None
        if kind == "n":
            return self._styles.number(raw, style)
        if kind == "d" and (found := _DATE.fullmatch(raw.strip())):
            return SheetCell(" ".join(filter(None, found.groups())), "date", style.is_bold)
        return _text_cell(self._words(kind, raw), style)

    def _words(self, kind: str, raw: str) -> str:
        if kind == "s":
            strings = self._strings()
            at = int(raw) if raw.isdecimal() and len(raw) < 9 else len(strings)
            return strings[at] if at < len(strings) else ""
        if kind == "b":
            return "TRUE" if raw.strip() in {"1", "true"} else "FALSE"
        return clean(_unescaped(raw))


def _text_cell(text: str, style: Style) -> SheetCell | None:
    text = text.strip()
    return SheetCell(text, "text", style.is_bold) if text else None


def _string(element: "Element") -> str:
    """Return a text, which may be in pieces, without how to pronounce it."""
    parts: list[str] = []
    for child in element:
        match _local(child):
            case "t":
                parts.append(child.text or "")
            case "r":
                parts += [words.text or "" for words in child if _local(words) == "t"]
    return clean(_unescaped("".join(parts)))


def _unescaped(text: str) -> str:
    """Return a text with the characters that XML can't hold, written as `_x000D_`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _local(element: "Element") -> str:
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def _find(root: "Element | None", tag: str) -> "Iterator[Element]":
    """Yield the elements with a tag, in whatever namespace."""
    if root is not None:
        yield from root.iter(f"{{*}}{tag}")
