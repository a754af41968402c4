"""Measure how well tables are read: cells in their row, under their header.

    python -m benchmarks.tables --data FOLDER [--files] [--json]

FOLDER holds files beside what their tables are: of ICDAR 2013's table competition `NAME.pdf` and
`NAME-str.xml` (github.com/camelot-dev/camelot has them in `tests/files/tabula/icdar2013-dataset`),
or `sources/NAME` and `groundtruth/NAME.json` as docling writes it (its `tests/data`). Folders are
looked through to the bottom.

*neighbours*: pairs of cells, one the next to the right of or below the other, as the competition
counts them. *cells*: a cell with all names of its column and the first cell of its row, where the
collection says which cells are headers. Words alone are compared, without signs and case. Files
without a table count as well: a table that is found there is a wrong one.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

from index.documents import Block, LoadedFile
from index.errors import UserError
from index.loading.process import parse_file

_Counts = Counter[tuple[str, ...]]
_READ = {".pdf", ".html", ".docx", ".md", ".csv"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell: its words, the rows and columns that it spans, and whether it names columns."""

    words: str
    rows: range
    columns: range
    is_header: bool = False


Table = Sequence[Placed]


@dataclass(frozen=True, slots=True)
class Score:
    """How many were expected, found, and right.

    Attributes:
        expected: How many there are.
        found: How many were found.
        right: How many of them are right.
    """

    expected: int
    found: int
    right: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where there was nothing to find."""
        return 2 * self.right / (self.expected + self.found) if self.expected + self.found else 1.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.expected + other.expected, self.found + other.found, self.right + other.right
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """A file and how its tables were read; `cells` is None where headers aren't told."""

    name: str
    neighbours: Score
    cells: Score | None


def read_tables(folder: Path) -> Iterator[Judged]:
    """Read each file that has its tables beside it, and compare."""
    for path, expected, has_headers in _collection(folder):
        try:
            found = our_tables(parse_file(path).file)
        except UserError as error:
            print(f"{path.name} is not read: {error}", file=sys.stderr)
            found = []
        told = has_headers and any(cell.is_header for table in expected for cell in table)
        cells = _compared(_named(expected), _named(found)) if told else None
        yield Judged(path.name, _compared(_neighbours(expected), _neighbours(found)), cells)


def _collection(folder: Path) -> Iterator[tuple[Path, list[Table], bool]]:
    for structure in sorted(folder.rglob("*-str.xml")):
        path = structure.with_name(structure.name.removesuffix("-str.xml") + ".pdf")
        if path.exists():
            yield path, list(_of_competition(structure)), False
    for truth in sorted(folder.rglob("groundtruth/*.json")):
        sources = truth.parent.parent / "sources"
        paths = (sources / truth.name.removesuffix(".json"), sources / f"{truth.stem}.pdf")
        for path in paths:
            if path.is_file() and path.suffix in _READ:
                yield path, list(_of_docling(truth)), True


def _of_competition(path: Path) -> Iterator[Table]:
    for table in ElementTree.parse(path).getroot().iter("table"):  # noqa: S314 - a data set
        cells = []
        below = 0
        for region in table.iter("region"):
            rows = 0
            for cell in region.iter("cell"):
                first, left = int(cell.get("start-row", 0)), int(cell.get("start-col", 0))
                last, right = int(cell.get("end-row", first)), int(cell.get("end-col", left))
                words = _words(cell.findtext("content") or "")
                rows = max(rows, last + 1)
                cells.append(
                    Placed(words, range(below + first, below + last + 1), range(left, right + 1))
                )
            below += rows
        yield cells


def _of_docling(path: Path) -> Iterator[Table]:
    loaded = json.loads(path.read_text(encoding="utf-8"))
    for table in loaded.get("tables", []) if isinstance(loaded, dict) else []:
        yield [
            Placed(
                _words(cell["text"]),
                range(cell["start_row_offset_idx"], cell["end_row_offset_idx"]),
                range(cell["start_col_offset_idx"], cell["end_col_offset_idx"]),
                cell["column_header"],
            )
            for cell in table["data"]["table_cells"]
        ]


def our_tables(loaded: LoadedFile) -> list[Table]:
    """Return the tables of a file as we read it."""
    tables: list[list[tuple[int, Block]]] = []
    open_ = False
    for number, block in enumerate(loaded.blocks):
        is_row = block.kind in {"row", "header"}
        if is_row and not open_:
            tables.append([])
        if is_row:
            tables[-1].append((number, block))
        open_ = is_row
    return [list(_placed(loaded.text, rows)) for rows in tables]


def _placed(text: str, rows: Sequence[tuple[int, Block]]) -> Iterator[Placed]:
    at: dict[tuple[int, int], list[tuple[int, int]]] = {}  # by a cell's place: rows and columns
    headers = set()
    for number, (_, block) in enumerate(rows):
        over_all = len(block.columns) if block.kind == "row" else 1  # says what those below are
        for cell in block.cells:
            if block.kind == "header":
                headers.add((cell.start, cell.end))
            for column in range(cell.column, cell.column + max(1, over_all)):
                at.setdefault((cell.start, cell.end), []).append((number, column))
    for (start, end), places in at.items():
        rows_, columns = [row for row, _ in places], [column for _, column in places]
        yield Placed(
            _words(text[start:end]),
            range(min(rows_), max(rows_) + 1),
            range(min(columns), max(columns) + 1),
            (start, end) in headers,
        )


def _neighbours(tables: Sequence[Table]) -> _Counts:
    found: _Counts = Counter()
    for table in tables:
        filled = [cell for cell in table if cell.words]
        at = {
            (row, column): cell for cell in filled for row in cell.rows for column in cell.columns
        }
        rows = 1 + max((row for row, _ in at), default=0)
        columns = 1 + max((column for _, column in at), default=0)
        for cell in filled:
            beside, below = set(), set()
            for row in cell.rows:
                right = (at.get((row, c)) for c in range(cell.columns.stop, columns))
                beside.add(next(filter(None, right), None))
            for column in cell.columns:
                under = (at.get((r, column)) for r in range(cell.rows.stop, rows))
                below.add(next(filter(None, under), None))
            found.update(("right", cell.words, other.words) for other in beside if other)
            found.update(("below", cell.words, other.words) for other in below if other)
    return found


def _named(tables: Sequence[Table]) -> _Counts:
    """Count the cells of rows, each with the names of its column and the first cell of its row."""
    found: _Counts = Counter()
    for table in tables:
        headers = [cell for cell in table if cell.is_header and cell.words]
        cells = [cell for cell in table if not cell.is_header and cell.words]
        firsts: dict[int, Placed] = {}
        for cell in cells:
            for row in cell.rows:
                if row not in firsts or cell.columns.start < firsts[row].columns.start:
                    firsts[row] = cell
        for cell in cells:
            for row in cell.rows:
                for column in cell.columns:
                    names = (h.words for h in headers if column in h.columns and h.rows.start < row)
                    found[cell.words, " ".join(names), firsts[row].words] += 1
    return found


def _compared(expected: _Counts, found: _Counts) -> Score:
    return Score(expected.total(), found.total(), (expected & found).total())


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.replace("\xad", "").casefold()))


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="files and what their tables are")
    parser.add_argument("--files", action="store_true", help="also each file, the worst first")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    judged = list(read_tables(options.data))
    if not judged:
        print(f"No file with its tables beside it in {options.data}.", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps([asdict(file) for file in judged], indent=2))
        return 0
    judged.sort(key=lambda file: file.neighbours.f1)
    for file in judged if options.files else ():
        cells = f"{file.cells.f1:.3f}" if file.cells else "-"
        print(f"{file.neighbours.f1:.3f} {cells:>5} {file.neighbours.expected:6,} {file.name}")
    for kind in sorted({Path(file.name).suffix for file in judged}):
        of_kind = [file for file in judged if file.name.endswith(kind)]
        _print(f"{len(of_kind)} {kind[1:]}: neighbours", [file.neighbours for file in of_kind])
        if cells_ := [file.cells for file in of_kind if file.cells]:
            _print(f"{len(cells_)} {kind[1:]}: cells", cells_)
    return 0


def _print(what: str, scores: Sequence[Score]) -> None:
    total = sum(scores, Score(0, 0, 0))
    print(
        f"{what}: precision {total.right / max(1, total.found):.3f}, "
        f"recall {total.right / max(1, total.expected):.3f}, F1 {total.f1:.3f} "
        f"({total.expected:,} expected)"
    )


if __name__ == "__main__":
    sys.exit(main())
