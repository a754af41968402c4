"""A text and its blocks, put together piece by piece in the order in which a person reads them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from index.documents import Block, BlockKind, Cell
from index.printed_numbers import label_of

CELL_SEPARATOR = " | "
# No document made by a person has more; readers of blocks refuse what is beyond.
_DEEPEST = 100
_LONGEST_LABEL, _LONGEST_COLUMN = 100, 1_000  # characters
_MOST_COLUMNS = 20_000
# Cells that merged ones add to rows, and names of columns that rows heading others repeat, in a
# document: a hostile one would have millions. Beyond, a cell is part of its first column alone
_MOST_REPEATED = 300_000
_WIDEST = 50  # columns for which a merged cell is taken to hold
_LONGEST_STATEMENT = 20  # lines of code; what is longer has a bracket that nothing closes
_ENDED = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*$"
)  # what leads in isn't: "You need:"
_TYPED_BULLET = re.compile(r"\s*([•◦▪▫■●○‣⁃➢➤►✓✔])\s+(?=\S)")
_LABELLED = re.compile(r"([^\W\d_][^:\n]{0,40}?)(:[ \t]+)(\S.{0,200})")
_ENDING = 20  # characters; a full stop and the marks behind it
_CLOSE = frozenset({"item", "row", "header", "field", "code"})  # the next line, not a paragraph


class DocumentBuilder:
    """Collects blocks and the text that they make.

    Paragraphs stand under the last heading, a heading under the last one of a lower level, items
    under the item they are nested in or the paragraph that leads in to them, rows under the header
    or caption of their table. White space around a text is taken off, and a block of nothing else
    is not added.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._headings: list[tuple[int, int]] = []  # level and index, from the outermost
        self._items: list[tuple[int, int]] = []  # likewise, of the list that is open
        self._lead_in: int | None = None  # of that list
        self._above_table: int | None = None  # what the table that is open stands under
        self._table: int | None = None  # what its rows stand under: that, a header, or a row
        self._repeated = 0
        self._pages: list[int] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks so far."""
        return tuple(self._blocks)

    @property
    def page_starts(self) -> tuple[int, ...]:
        """Where each page begins in the text."""
        return tuple(self._pages)

    @property
    def heading(self) -> int | None:
        """Index of the heading that a paragraph would stand under now."""
        return self._headings[-1][1] if self._headings else None

    @property
    def last(self) -> Block | None:
        """The block that was added last."""
        return self._blocks[-1] if self._blocks else None

    @property
    def length(self) -> int:
        """Characters of the text so far."""
        return self._length

    def begin_page(self, at: int | None = None) -> None:
        """Let what is added from now on stand on the next page.

        Args:
            at: Where the page begins, if that is inside the last block.
        """
        self._pages.append(self._length if at is None else at)

    def add_paragraph(self, text: str, kind: BlockKind = "paragraph", *, label: str = "") -> None:
        """Add a paragraph, quote, caption, note or piece of code; lists and tables end.

        Args:
            text: Its text, which begins with the label.
            kind: What it is.
            label: The number that is printed before it, if it isn't to be found in the text.
        """
        if kind == "paragraph" and not label and self._is_added_as_typed(text):
            return
        self.end_list()
        self.end_table()
        if kind == "paragraph":
            label = label or label_of(text.strip(), is_heading=False)
        index = self._add(kind, text, self.heading, label=label)
        if kind == "caption":
            self._table = self._above_table = index

    def _is_added_as_typed(self, text: str) -> bool:
        """Add a paragraph that is an item, or labels with values, by what is typed; tell if it is.

        In place of a list people type bullets, and in place of a table lines: "Date: 4 May".
        """
        if bullet := _TYPED_BULLET.match(text):
            self.add_item(text, label=bullet[1])
            return True
        lines = [_LABELLED.fullmatch(line) for line in map(str.strip, text.strip().split("\n"))]
        if len(lines) < 2 or not all(lines):
            return False
        for line in filter(None, lines):
            self.add_field(line[1], line[3], between=line[2])
        return True

    def add_note(self, text: str, under: int | None = None) -> None:
        """Add a note without ending the table or list that is open.

        Args:
            text: Its words.
            under: Index of the block that it is about; by default the last heading.
        """
        self._add("note", text, self.heading if under is None else under)

    def add_heading(self, text: str, level: int, *, label: str = "") -> None:
        """Add a heading of a level from 1 (the title) on; `text` begins with the label."""
        self.end_list()
        self.end_table()
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        label = label or label_of(text.strip(), is_heading=True)
        index = self._add("heading", text, self.heading, level=level, label=label)
        if index is not None:
            self._headings.append((level, index))

    def end_heading(self, level: int) -> None:
        """Let what comes no longer stand under headings of a level and those below it."""
        self.end_list()
        self.end_table()
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()

    @property
    def headings(self) -> int:
        """How many headings what is added now stands under."""
        return len(self._headings)

    def return_to_headings(self, count: int) -> None:
        """Let what comes stand under no more than the outermost headings, of which so many."""
        self.end_list()
        self.end_table()
        del self._headings[count:]

    def add_item(self, text: str, level: int = 1, *, label: str = "") -> None:
        """Add an item of a list.

        Args:
            text: Its text, which begins with the label.
            level: How deep it is nested, from 1 on.
            label: The bullet or number that is printed before it.
        """
        self.end_table()
        if not self._items:
            self._lead_in = self._what_leads_in()
        while self._items and self._items[-1][0] >= level:
            self._items.pop()
        parent = self._items[-1][1] if self._items else self._lead_in
        index = self._add("item", text, parent, level=level, label=label)
        if index is not None:
            self._items.append((level, index))

    def add_to_item(self, text: str, kind: BlockKind = "paragraph") -> None:
        """Add a further paragraph, or code, of the last item of the open list."""
        if self._items:
            self._add(kind, text, self._items[-1][1], level=self._items[-1][0])
        else:
            self.add_paragraph(text, kind)

    def return_to_item(self, level: int) -> None:
        """Let what comes be part of the last item of a level, and not of one nested in it.

        Args:
            level: The item's; 0 if the list ends.
        """
        while self._items and self._items[-1][0] > level:
            self._items.pop()
        if level == 0:
            self.end_list()

    def add_code(self, text: str) -> None:
        """Add code, a block for each statement; of the last item, if its list is open.

        Lines and their indentation are kept, the latter outside of the blocks. What a bracket or a
        backslash at the end of a line holds together is one statement.
        """
        self.end_table()
        parent, level = self._items[-1][::-1] if self._items else (self._what_leads_in(), 0)
        between = "\n\n" if self._blocks else ""
        begun = False
        for statement in statements(text):
            words = statement.lstrip()
            if words:
                indent = statement[: len(statement) - len(words)]
                self._add("code", words, parent, level=level, separator=between + indent)
                begun, between = True, "\n"
            elif begun:
                between += "\n"

    def add_line(
        self, text: str, kind: BlockKind, parent: int | None, *, between: str = "\n"
    ) -> int:
        """Add a line of code or a comment under another one; return its index.

        Args:
            text: Its words, of which there are some.
            kind: What it is.
            parent: Index of the line that it stands under; None if there is none.
            between: What stands between it and the line before.
        """
        self._add(kind, text, parent, separator=between if self._blocks else "")
        return len(self._blocks) - 1

    def add_header(
        self,
        cells: Sequence[str],
        columns: Sequence[str] | None = None,
        widths: Mapping[int, int] | None = None,
    ) -> None:
        """Add the row that names the columns of the rows to come.

        Args:
            cells: Its cells; an empty one where a merged cell goes on.
            columns: The columns' full names, where they are more than the cells say: those of a
                header in two rows.
            widths: As of `add_row`.
        """
        self._begin_table()
        index = self._row(
            "header", self._above_table, cells, columns=columns or cells, widths=widths
        )
        if index is not None:
            self._table = index

    def add_row(
        self,
        cells: Sequence[str],
        spanning: Mapping[int, int] | None = None,
        widths: Mapping[int, int] | None = None,
    ) -> int | None:
        """Add a row of a table; return its index, None if all its cells are empty.

        Args:
            cells: The words of each column's cell; "" where it is empty or a merged one goes on.
            spanning: By column, the index of the row in which the merged cell is printed that
                holds for this row too.
            widths: By column, how many columns its cell spans if these are several: it holds for
                all of them.
        """
        self._begin_table()
        return self._row("row", self._table, cells, spanning, widths)

    def add_row_above(self, text: str) -> None:
        """Add a row of one cell that says what the rows below it are, to the next such row."""
        self._begin_table()
        last = len(self._blocks) - 1
        names = () if self._table is None else self._blocks[self._table].columns
        self._repeated += len(names)
        if self._repeated > _MOST_REPEATED:
            self.add_row([text])
            return
        # One directly below another is part of it
        nested = last >= 0 and last == self._table and self._blocks[last].kind == "row"
        parent = last if nested else self._above_table
        index = self._row("row", parent, [text], columns=names)
        if index is not None:
            self._table = index

    def add_field(self, label: str, value: str, *, between: str = ": ") -> None:
        """Add a label and its value, or a label alone."""
        self.end_list()
        self.end_table()
        label, value = label.strip(), value.strip()
        at = self._length + len(self._separator("field"))
        text = f"{label}{between}{value}" if value and label else label or value
        cells = [Cell(at, at + len(label), 0)] if label else []
        if value:
            cells.append(Cell(at + len(text) - len(value), at + len(text), 1))
        self._add("field", text, self.heading, cells=cells)

    def add_text(self, text: str, blocks: Iterable[Block], *, deeper: int = 0) -> None:
        """Add a text whose blocks are known; they stand under the heading at hand.

        Args:
            text: The text, without white space around it.
            blocks: What it is made of.
            deeper: By how many levels its headings are lower than they would be alone.
        """
        self.end_list()
        self.end_table()
        above, first = self.heading, len(self._blocks)
        at = self._place("paragraph", text, None)
        self._blocks += [
            replace(
                block,
                start=at + block.start,
                end=at + block.end,
                parent=above if block.parent is None else first + block.parent,
                level=min(block.level + deeper, _DEEPEST)
                if block.kind == "heading"
                else block.level,
                cells=tuple(
                    Cell(at + cell.start, at + cell.end, cell.column) for cell in block.cells
                ),
            )
            for block in blocks
        ]

    def end_list(self) -> None:
        """Let the next item begin another list."""
        self._items = []
        self._lead_in = None

    def end_table(self) -> None:
        """Let the next row belong to another table."""
        self._table = self._above_table = None

    def _begin_table(self) -> None:
        """Prepare for a row of the table that is open, or of a new one."""
        self.end_list()
        if self._table is None:
            self._table = self._above_table = self._what_leads_in()

    def _what_leads_in(self) -> int | None:
        """Return the index of the paragraph just before that leads in, or else the heading's."""
        last = len(self._blocks) - 1
        if last >= 0 and self._blocks[last].kind in {"paragraph", "caption"}:
            block = self._blocks[last]
            if not _ENDED.search(self._last_words()) and block.parent == self.heading:
                return last
        return self.heading

    def _last_words(self) -> str:
        """Return the end of the last block's text."""
        return self._parts[-1][-_ENDING:]

    def _place(self, kind: BlockKind, text: str, separator: str | None) -> int:
        """Put the text of a block behind what is there; return where it begins."""
        if separator is None:
            separator = self._separator(kind)
        start = self._length + len(separator)
        self._parts += [separator, text]
        self._length = start + len(text)
        return start

    def _separator(self, kind: BlockKind) -> str:
        if not self._blocks:
            return ""
        last = self._blocks[-1].kind
        together = {"row", "header"}
        close = (last == kind and kind in _CLOSE) or {last, kind} <= together
        return "\n" if close else "\n\n"

    def _row(
        self,
        kind: BlockKind,
        parent: int | None,
        cells: Sequence[str],
        spanning: Mapping[int, int] | None = None,
        widths: Mapping[int, int] | None = None,
        columns: Sequence[str] = (),
    ) -> int | None:
        spanning = spanning or {}
        at = self._length + len(self._separator(kind))
        words = [cell.strip() for cell in cells]
        while words and not words[-1]:  # nothing stands behind the last cell
            words.pop()
        merged = {
            row: {cell.column: cell for cell in self._blocks[row].cells}
            for row in set(spanning.values())
        }
        covered = self._covered(widths or {})
        found: list[Cell] = []
        parts: list[str] = []
        length = 0
        printed: dict[int, Cell] = {}
        last = max([len(words) - 1, *spanning, *covered], default=-1)
        for column in range(last + 1):
            if 0 < column < len(words) and (column not in covered or words[column]):
                parts.append(CELL_SEPARATOR if length else CELL_SEPARATOR.lstrip())
                length += len(parts[-1])
            if column < len(words) and words[column]:
                printed[column] = Cell(at + length, at + length + len(words[column]), column)
                found.append(printed[column])
                parts.append(words[column])
                length += len(words[column])
            elif column in spanning and column in merged[spanning[column]]:
                printed[column] = merged[spanning[column]][column]
                found.append(printed[column])
            elif column in covered and covered[column] in printed:
                found.append(replace(printed[covered[column]], column=column))
        names = [" ".join(name.split()) for name in columns]
        return self._add(
            kind,
            "".join(parts),
            parent,
            cells=[cell for cell in found if cell.column < _MOST_COLUMNS],
            columns=names,
        )

    def _covered(self, widths: Mapping[int, int]) -> dict[int, int]:
        """Return for each column that a cell to its left spans the column of that cell."""
        spans = {column: min(width, _WIDEST) for column, width in widths.items()}
        self._repeated += sum(spans.values())
        if self._repeated > _MOST_REPEATED:
            return {}
        return {column + i: column for column, span in spans.items() for i in range(1, span)}

    def _add(
        self,
        kind: BlockKind,
        text: str,
        parent: int | None,
        *,
        level: int = 0,
        label: str = "",
        cells: Sequence[Cell] = (),
        columns: Sequence[str] = (),
        separator: str | None = None,
    ) -> int | None:
        text = text.strip()
        if not text:
            return None
        start = self._place(kind, text, separator)
        self._blocks.append(
            Block(
                kind,
                start,
                start + len(text),
                parent,
                min(level, _DEEPEST),
                label if text.startswith(label) and len(label) <= _LONGEST_LABEL else "",
                tuple(cells),
                tuple(map(_storable, columns[:_MOST_COLUMNS])),
            )
        )
        return len(self._blocks) - 1


def statements(text: str) -> Iterator[str]:
    """Yield the lines of code, those of one statement together, without line ends around them."""
    lines = text.split("\n")
    start = 0
    while start < len(lines):
        end = _statement_end(lines, start)
        yield "\n".join(lines[start:end])
        start = end


def _storable(name: str) -> str:
    """Return a column's name as it can be stored: not too long, without half an emoji."""
    return name[:_LONGEST_COLUMN].rstrip().encode("utf-8", "replace").decode()


def _statement_end(lines: list[str], start: int) -> int:
    depth = 0
    for end in range(start, min(start + _LONGEST_STATEMENT, len(lines))):
        line = lines[end]
        depth += sum(map(line.count, "([")) - sum(map(line.count, ")]"))
        if depth <= 0 and not line.endswith("\\"):
            return end + 1
    return start + 1
