"""The paragraphs of a page, collected while its elements are entered and left."""

import re
from dataclasses import dataclass, field

from index.loading.loaders.text import clean, collapse, names, paragraphs

HEADINGS = names("h1 h2 h3 h4 h5 h6 summary dt")
BLOCKS = HEADINGS | names(
    "address article aside blockquote body caption center dd details dialog dir div dl "
    "fieldset figcaption figure footer form header hgroup hr html legend li listing main menu "
    "nav ol optgroup p plaintext pre search section table tbody td tfoot th thead tr ul "
    "xmp"
)
_PREFORMATTED = names("pre listing xmp plaintext")
_CELLS = names("td th")
_WHITE_SPACE = re.compile(r"[ \t\n\f\r]+")


@dataclass(slots=True)
class _Table:
    rows: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)


class Blocks:
    """Collects paragraphs. What is inside a cell of a table waits for the end of its row."""

    def __init__(self) -> None:
        self._blocks: list[list[str]] = [[]]  # of the page, and of each cell that is open
        self._inline: list[str] = []
        self._tables: list[_Table] = []
        self._preformatted = 0
        self._headings = 0

    def text(self, text: str) -> None:
        """Take the content of a text node."""
        text = clean(text).replace("\xad", "")  # a reference like &#1; is resolved only now
        self._inline.append(text if self._preformatted else _WHITE_SPACE.sub(" ", text))

    def enter(self, tag: str) -> None:
        """Take the start of an element."""
        if tag == "br":
            self._inline.append("\n")
        if tag not in BLOCKS:
            return
        self._boundary()
        self._preformatted += tag in _PREFORMATTED
        self._headings += tag in HEADINGS
        if self._preformatted:
            return
        if tag == "table":
            self._tables.append(_Table())
        elif tag in _CELLS and self._tables:
            self._blocks.append([])

    def leave(self, tag: str) -> None:
        """Take the end of an element."""
        if tag not in BLOCKS:
            return
        self._boundary(last=tag in _PREFORMATTED and self._preformatted == 1)
        if not self._preformatted and self._tables:
            if tag in _CELLS:
                self._tables[-1].cells.append(self._blocks.pop())
            elif tag == "tr":
                self._end_row(self._tables[-1])
            elif tag == "table":
                self._end_rows(self._tables.pop())
        self._preformatted -= tag in _PREFORMATTED
        self._headings -= tag in HEADINGS

    def finished(self) -> list[str]:
        """Return the paragraphs, in the order of the page."""
        self._boundary(last=True)
        return self._blocks[0]

    def _boundary(self, *, last: bool = False) -> None:
        """End the paragraph; in preformatted text, where lines may be elements, the line."""
        if self._preformatted and not last:
            if self._inline and not self._inline[-1].endswith("\n"):
                self._inline.append("\n")
            return
        if not self._inline:
            return
        raw = "".join(self._inline)
        self._inline.clear()
        if self._preformatted:
            found = [raw.strip("\n").rstrip()] if raw.strip() else []
        elif self._headings:
            found = [collapse(raw)]
        else:
            found = paragraphs(raw)
        self._blocks[-1].extend(filter(None, found))

    def _end_row(self, table: _Table) -> None:
        cells, table.cells = table.cells, []
        if not any(cells):
            return
        if sum(map(bool, cells)) == 1 or any(len(cell) > 1 for cell in cells):
            # A table that lays out the page, not one of data.
            self._end_rows(table)
            self._blocks[-1].extend(block for cell in cells for block in cell)
        else:
            row = (collapse(cell[0]) if cell else "" for cell in cells)
            table.rows.append(" | ".join(row).strip())

    def _end_rows(self, table: _Table) -> None:
        if table.rows:
            self._blocks[-1].append("\n".join(table.rows))
            table.rows = []
