"""The blocks of a text that is there already, and is kept as it is."""

from collections.abc import Sequence
from typing import Self

from index.documents import BlockKind, Cell
from index.loading.loaders.builder import DocumentBuilder


class PlacedBlocks(DocumentBuilder):
    """Collects blocks with their places in a given text; each stands under what it would there.

    Before each block comes `at`, which says where it begins, or `add_cells` in place of `add_row`,
    `add_header` and `add_field`.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._given = text
        self._at = 0

    @property
    def text(self) -> str:
        """The text."""
        return self._given

    def at(self, start: int) -> Self:
        """Let the next block begin at that offset."""
        self._at = start
        return self

    def add_cells(
        self,
        kind: BlockKind,
        start: int,
        end: int,
        cells: Sequence[Cell],
        columns: Sequence[str] = (),
    ) -> None:
        """Add a row, header or field.

        Args:
            kind: Which of them.
            start: Offset of its first character.
            end: Offset after its last character.
            cells: Those that aren't empty.
            columns: Of a header: the name of each column.
        """
        if kind == "field":
            self.end_list()
            self.end_table()
        else:
            self._begin_table()
        parents = {"field": self.heading, "header": self._above_table}
        parent = parents.get(kind, self._table)
        self._at = start
        index = self._add(kind, self._given[start:end], parent, cells=cells, columns=columns)
        if kind == "header":
            self._table = index

    def add_rule(self, start: int, end: int) -> None:
        """Add a line drawn with signs, which ends neither a list nor a table."""
        self._at = start
        self._add("paragraph", self._given[start:end], self.heading)

    def _is_added_as_typed(self, text: str) -> bool:
        """Leave it to whoever knows where the lines of the text are."""
        return False

    def _last_words(self) -> str:
        last = self._blocks[-1]
        return self._given[max(last.start, last.end - 20) : last.end]

    def _place(self, kind: BlockKind, text: str, separator: str | None) -> int:
        return self._at
