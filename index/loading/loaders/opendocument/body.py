"""The paragraphs, lists, tables and frames of OpenDocument, in the order in which they are read."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from index.documents import BlockKind
from index.limits import CHARACTERS
from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.office.drawings import add_drawing
from index.loading.loaders.office.package import Package
from index.loading.loaders.office.tables import (
    MOST_COLUMNS,
    TableCell,
    TableRow,
    add_rows,
    is_layout,
    read_cells,
)
from index.loading.loaders.opendocument.inline import Inline, InlineReader, description_of
from index.loading.loaders.opendocument.names import (
    CHART,
    DRAW,
    OFFICE,
    TABLE,
    TEXT,
    XLINK,
    number,
)
from index.loading.loaders.opendocument.styles import Numbers, Styles
from index.loading.loaders.plain.signs import may_be_title
from index.loading.loaders.text import clean, collapse, paragraphs

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DEEPEST_HEADING = 6  # and that of one that is only set in bold
_LONGEST_HEADING = 300  # characters; what is longer is a paragraph in a wrong style
_DEEPEST_LIST = 10
_LONGEST_REPEATED = 100  # characters
_MOST_ROWS = 100_000
_CODE = re.compile(r"preformatted text|source (?:code|text).*|code\b.*|listing")
_QUOTE = re.compile(r"(?:block )?quotations?|quote|intense quote")
_CAPTION = re.compile(r"caption|illustration|figure|drawing|table|text")
_CONTENTS = frozenset(
    f"{TEXT}{name}"
    for name in ("table-of-content", "illustration-index", "table-index", "object-index")
)
_NOT_SHOWN = frozenset(
    {f"{TEXT}{name}" for name in ("tracked-changes", "sequence-decls", "variable-decls",
                                  "user-field-decls", "dde-connection-decls")}
    | {f"{OFFICE}forms"}
)  # fmt: skip


class _Tags:
    """What a frame may hold."""

    TEXT_BOX = f"{DRAW}text-box"
    TABLE = f"{TABLE}table"
    IMAGE = f"{DRAW}image"
    OBJECT = f"{DRAW}object"
    OLE = f"{DRAW}object-ole"
    PLUGIN = f"{DRAW}plugin"


class BodyReader:
    """Adds what an element of a document holds."""

    def __init__(self, builder: DocumentBuilder, styles: Styles, package: Package) -> None:
        self._builder = builder
        self._styles = styles
        self._package = package
        self._headings = Numbers()
        self._numbers: dict[str, Numbers] = {}  # by list style, for lists that go on
        self._lists: dict[str, Numbers] = {}  # by the list's own name
        self._objects: set[str] = set()  # that were read
        self._waiting: list[Inline] = []  # what is anchored in a table that isn't ended
        self.has_title = False
        self.left_out: Counter[str] = Counter()

    def is_title(self, paragraph: "Element") -> bool:
        """Tell whether a paragraph is styled as the title."""
        return "title" in self._styles.names(paragraph.get(f"{TEXT}style-name", ""))

    def read(self, parent: "Element", kind: BlockKind = "paragraph") -> None:
        """Add what an element holds; its paragraphs as blocks of a kind."""
        for child in parent:
            tag = child.tag
            if self._builder.length > CHARACTERS.most:  # refused by whoever asked for it
                return
            if tag == f"{TEXT}h":
                self._heading(child)
            elif tag == f"{TEXT}p":
                self._paragraph(child, kind)
            elif tag == f"{TEXT}list":
                self._list(child)
            elif tag == f"{TABLE}table":
                self._table(child, kind)
            elif tag in _CONTENTS:
                lines = sum(1 for _ in child.iter(f"{TEXT}p"))
                self.left_out["line of a table of contents"] += lines
            elif tag.startswith(DRAW):
                self.drawn(child)
            elif tag not in _NOT_SHOWN:  # a section, an index, a soft page break
                self.read(child, kind)

    # ---- paragraphs and lists ------------------------------------------------------------------

    def _inline(self, paragraph: "Element") -> tuple[Inline, list[str]]:
        inline = InlineReader(self._styles, self.left_out).read(paragraph)
        text = clean("".join(inline.parts)).replace("\xad", "")
        return inline, paragraphs(re.sub(r"[ \t]+", " ", text))

    def _heading(self, heading: "Element", label: str = "") -> None:
        inline, pieces = self._inline(heading)
        level = min(number(heading, f"{TEXT}outline-level"), _DEEPEST_HEADING)
        text = collapse(" ".join(pieces))
        if text:
            if heading.get(f"{TEXT}is-list-header", "") != "true" and not label:
                label = self._headings.label(self._styles.outline, level)
            label = inline.label or label
            depth = min(level + int(self.has_title), _DEEPEST_HEADING)
            if len(text) <= _LONGEST_HEADING:
                self._builder.add_heading(f"{label} {text}".strip(), depth, label=label)
            else:
                self._builder.add_paragraph(f"{label} {text}".strip())
        self._add_anchored(inline)

    def _paragraph(self, paragraph: "Element", kind: BlockKind) -> None:
        inline, pieces = self._inline(paragraph)
        names = self._styles.names(paragraph.get(f"{TEXT}style-name", ""))
        if kind != "paragraph":
            for text in pieces:
                self._builder.add_paragraph(text, kind)
        elif any(map(_CODE.fullmatch, names)):
            self._builder.add_code(clean("".join(inline.parts)).strip("\n").rstrip())
        elif pieces:
            self._add(pieces, names, inline)
        self._add_anchored(inline)

    def _add(self, pieces: list[str], names: list[str], inline: Inline) -> None:
        whole = collapse(" ".join(pieces))
        if "title" in names and len(whole) <= _LONGEST_HEADING:
            self._builder.add_heading(whole, 1)
        elif any(map(_QUOTE.fullmatch, names)) or "caption" in names:
            kind: BlockKind = "caption" if "caption" in names else "quote"
            for text in pieces:
                self._builder.add_paragraph(text, kind)
        elif inline.is_bold and len(pieces) == 1 and may_be_title(whole):
            self._builder.add_heading(whole, _DEEPEST_HEADING)
        else:
            for text in pieces:
                self._builder.add_paragraph(text)

    def _list(self, root: "Element") -> None:
        name = root.get(f"{TEXT}style-name", "")
        goes_on = root.get(f"{TEXT}continue-numbering", "") == "true"
        numbers = self._lists.get(root.get(f"{TEXT}continue-list", "")) or (
            self._numbers.get(name) if goes_on else None
        )
        numbers = numbers or Numbers()
        self._numbers[name] = numbers
        for key, value in root.items():
            if key.endswith("}id"):
                self._lists[value] = numbers
        self._items(root, name, numbers, 1)
        self._builder.end_list()

    def _items(self, parent: "Element", name: str, numbers: Numbers, level: int) -> None:
        name = parent.get(f"{TEXT}style-name", "") or name
        for item in parent:
            start = item.get(f"{TEXT}start-value", "")
            begin = int(start) if start.isdecimal() and len(start) < 7 else None
            labelled = not item.tag.endswith("list-header")
            for child in item:
                if child.tag == f"{TEXT}list":
                    if level < _DEEPEST_LIST:
                        self._items(child, name, numbers, level + 1)
                    else:
                        self.read(child)
                elif child.tag in {f"{TEXT}p", f"{TEXT}h"}:
                    style = name or self._styles.list_of(child.get(f"{TEXT}style-name", ""))
                    levels = self._styles.list_style(style)
                    label = numbers.label(levels, level, begin) if labelled else ""
                    self._item(child, level, label, is_first=labelled)
                    labelled, begin = False, None
                elif child.tag.startswith(DRAW):
                    self.drawn(child)
                elif child.tag == f"{TABLE}table":
                    self._table(child, "paragraph")

    def _item(self, element: "Element", level: int, label: str, *, is_first: bool) -> None:
        if element.tag == f"{TEXT}h":
            self._heading(element, label)
            return
        inline, pieces = self._inline(element)
        label = inline.label or label
        if pieces and is_first:
            self._builder.add_item(f"{label} {pieces[0]}".strip(), level, label=label)
        for text in pieces[int(is_first) :]:
            self._builder.add_to_item(text)
        self._add_anchored(inline)

    def _add_anchored(self, inline: Inline) -> None:
        for words in inline.notes:
            if words:
                self._builder.add_to_item(words, "note")
        for element in inline.drawn:
            self.drawn(element)

    # ---- frames and shapes ---------------------------------------------------------------------

    def drawn(self, element: "Element") -> None:
        """Add the text of a frame, shape or group; count its pictures without text."""
        if element.tag in {f"{DRAW}g", f"{DRAW}a"}:
            for child in element:
                if child.tag.startswith(DRAW):
                    self.drawn(child)
        elif element.tag != f"{DRAW}frame":
            self.read(element)  # a shape, whose paragraphs stand in it
        else:  # what follows the first is the same for programs that can't show it
            any(self._content(element, child) for child in element)

    def _content(self, frame: "Element", child: "Element") -> bool:
        """Add what is in a frame; tell whether it was something that is known."""
        match child.tag:
            case _Tags.TEXT_BOX:
                self.read(child)
            case _Tags.TABLE:
                self._table(child, "paragraph")
            case _Tags.IMAGE:
                self._picture(frame)
            case _Tags.OBJECT | _Tags.OLE:
                self._object(child)
            case _Tags.PLUGIN:
                self.left_out["sound or film"] += 1
            case _:
                return False
        return True

    def _picture(self, frame: "Element") -> None:
        if words := description_of(frame):
            self._builder.add_to_item(words, "note")
        else:
            self.left_out["picture without text"] += 1

    def _object(self, element: "Element") -> None:
        """Add the words of a chart or a formula; count other files."""
        path = element.get(f"{XLINK}href", "").removeprefix("./").strip("/")
        root = None
        if path and path not in self._objects:
            root = self._package.xml(f"{path}/content.xml", keep_spaces=True)
        elif path in self._objects:
            return
        self._objects.add(path)
        if root is None:
            self.left_out["embedded file"] += 1
        elif root.find(f"{OFFICE}body/{OFFICE}chart") is not None:
            add_drawing(self._builder, list(chart_rows(root)))
        elif root.tag.endswith("}math"):
            words = [collapse("".join(one.itertext())) for one in root.iter("{*}annotation")]
            text = next(filter(None, words), "") or collapse(" ".join(root.itertext()))
            self._builder.add_paragraph(clean(text))
        else:
            self.left_out["embedded file"] += 1

    # ---- tables --------------------------------------------------------------------------------

    def _table(self, table: "Element", kind: BlockKind) -> None:
        rows = list(table_rows(table))
        outer, self._waiting = self._waiting, []
        counted = self.left_out.copy()
        read_cells(rows, self._cell)
        waiting, self._waiting = self._waiting, outer
        if is_layout(rows):
            self.left_out = counted
            for row in rows:
                above = self._builder.headings
                for number, cell in enumerate(row.cells):
                    if number:  # what stands beside it is under headings of its own
                        self._builder.return_to_headings(above)
                    self._builder.end_list()
                    self._builder.end_table()
                    self.read(cell.element, kind)
            return
        add_rows(self._builder, rows)
        for inline in waiting:
            self._add_anchored(inline)

    def _cell(self, cell: "Element") -> tuple[str, bool, bool]:
        """Return the words of a cell, whether they are bold, and whether it is simple."""
        lines: list[str] = []
        bold: list[bool] = []
        for paragraph in cell.iter(f"{TEXT}p", f"{TEXT}h"):
            if (
                next(paragraph.iterancestors(f"{TEXT}note", f"{OFFICE}annotation"), None)
                is not None
            ):
                continue
            inline, pieces = self._inline(paragraph)
            if text := "\n".join(pieces):
                lines.append(text)
                bold.append(inline.is_bold)
            # Boxes are inside the cell and were met by themselves
            inline.drawn = [one for one in inline.drawn if next(one.iter(f"{TEXT}p"), None) is None]
            self._waiting.append(inline)
        is_simple = next(cell.iter(f"{TEXT}h"), None) is None
        return "\n".join(lines), bool(bold) and all(bold), is_simple


def chart_rows(root: "Element") -> Iterator[list[str]]:
    """Yield the words of a chart: its titles, then its values as a table."""
    for name in ("title", "subtitle"):
        for title in root.iter(f"{CHART}{name}"):
            if text := collapse(clean(" ".join(title.itertext()))):
                yield [text]
    for table in root.iter(f"{TABLE}table"):
        for row in table_rows(table):
            words = [collapse(clean(" ".join(c.element.itertext()))) for c in row.cells]
            if len(words) > 1 and any(words):
                yield words


def table_rows(table: "Element") -> Iterator[TableRow]:
    """Yield the rows of a table with their cells, whose words are yet to be read."""
    reaching: dict[int, tuple[int, int]] = {}  # by column: rows to come, and columns
    for row, is_header in islice(_rows_in(table, is_header=False), _MOST_ROWS):
        yield TableRow(list(_cells(row, reaching)), is_header)
        for at, (left, width) in list(reaching.items()):
            reaching[at] = (left - 1, width)
            if left <= 1:
                del reaching[at]


def _cells(row: "Element", reaching: dict[int, tuple[int, int]]) -> Iterator[TableCell]:
    """Yield the cells of a row; note which reach down to those below."""
    column = 0
    for cell in row:
        if not cell.tag.endswith("table-cell"):
            continue
        repeated = min(number(cell, f"{TABLE}number-columns-repeated"), MOST_COLUMNS)
        if repeated > 1 and sum(map(len, cell.itertext())) > _LONGEST_REPEATED:
            repeated = 1  # a small file could unfold to a huge text
        width = min(number(cell, f"{TABLE}number-columns-spanned"), MOST_COLUMNS)
        height = number(cell, f"{TABLE}number-rows-spanned")
        for at in range(column, min(column + repeated, MOST_COLUMNS)):
            if cell.tag == f"{TABLE}table-cell":
                yield TableCell(cell, at, width, goes_on=False)
                if height > 1:
                    reaching[at] = (height, width)
            elif at in reaching:
                yield TableCell(cell, at, reaching[at][1], goes_on=True)
        column += repeated


def _rows_in(parent: "Element", *, is_header: bool) -> "Iterator[tuple[Element, bool]]":
    for child in parent:
        if child.tag == f"{TABLE}table-row":
            yield child, is_header
        elif child.tag in {f"{TABLE}table-rows", f"{TABLE}table-row-group"}:
            yield from _rows_in(child, is_header=is_header)
        elif child.tag == f"{TABLE}table-header-rows":
            yield from _rows_in(child, is_header=True)
