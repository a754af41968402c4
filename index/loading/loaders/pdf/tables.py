"""Tables on a page: by their ruling lines, or by what stands in line below each other."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.loading.loaders.pdf.drawn import Rule
from index.loading.loaders.pdf.lines import Line

_TOUCH = 3.0  # points; lines of a grid that nearly meet
_MOST_RULES = 1_200  # that are compared with each other; more are a drawing
_MOST_CELLS = 40_000  # of a grid
_LONGEST_CELL = 400  # characters on average; boxes of so much are no cells
_FILLED = 0.3  # of a grid's cells, at least; a chart's are empty
_FILLED_ROWS = 0.4  # likewise, where no lines say that it is a table
_ONE_ROW = 0.95  # sizes; lines nearer than that can't be below each other
_ROW_GAP = 3.2  # sizes; more than that ends a table that isn't ruled
_WRAPPED = 1.4  # sizes from line to line within a cell
_LIST_MARK = re.compile(r"[•‣◦▪▫●○■□❖➢✓✔–—*·o-]|\(?(\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\d+\]")
_LEADER = re.compile(r"(\.\s?){4,}")
_DIGIT = re.compile(r"\d")
_MOST_HEADERS = 3  # rows


@dataclass(slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: The words of each column.
        bold: Whether all of it is set in bold.
        spanning: Columns whose cell goes on from the row above.
    """

    cells: list[str]
    bold: bool = False
    spanning: frozenset[int] = frozenset()


@dataclass(slots=True)
class Table:
    """A table, or the part of it that stands on one page.

    Attributes:
        rows: From the top; the first `headers` name the columns.
        lefts: Where each column begins, in points.
        top: Height of its first line.
        bottom: Height of its last line.
        headers: How many rows name the columns.
    """

    rows: list[Row]
    lefts: list[float]
    top: float
    bottom: float
    headers: int = 0
    first: int = field(default=0)

    @property
    def header(self) -> list[list[str]]:
        """The rows that name the columns."""
        return [row.cells for row in self.rows[: self.headers]]

    def goes_on_with(self, other: "Table") -> bool:
        """Tell whether `other`, at the top of the next page, is the rest of this one."""
        if len(self.lefts) != len(other.lefts):
            return False
        near = all(
            abs(a - b) < 12  # points; numbers set flush right begin at different places
            for a, b in zip(self.lefts, other.lefts, strict=True)
        )
        same_header = bool(self.headers) and self.header == other.header
        return same_header or (near and not other.headers)


def find_tables(lines: Sequence[Line], rules: Sequence[Rule]) -> tuple[list[Table], set[int]]:
    """Return the tables of a page and the indexes of the lines that they hold.

    `Table.first` is the index of a table's first line.
    """
    tables: list[Table] = []
    used: set[int] = {at for at, line in enumerate(lines) if line.turned or line.size <= 0}
    fields = {at for at, line in enumerate(lines) if line.value is not None}
    turned = set(used)
    for grid in _grids(rules):
        if found := _ruled(grid, lines, used, fields, rules):
            tables.append(found[0])
            used |= found[1]
    for run in aligned_runs(lines, used | fields):
        if found := _aligned(run, lines, rules):
            tables.append(found[0])
            used |= found[1]
    return tables, used - turned


# -- ruled


@dataclass(slots=True)
class _Grid:
    xs: list[float]
    ys: list[float]  # from the top
    horizontals: list[Rule]


def _grids(rules: Sequence[Rule]) -> Iterator[_Grid]:
    """Yield the grids that lines make which touch each other."""
    unlike = {
        (round(rule.x0), round(rule.y0), round(rule.x1), round(rule.y1)): rule for rule in rules
    }
    if not 4 < len(unlike) <= _MOST_RULES:
        return
    verticals = [rule for rule in unlike.values() if rule.is_vertical]
    horizontals = [rule for rule in unlike.values() if not rule.is_vertical]
    parent = list(range(len(verticals) + len(horizontals)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for i, rule in enumerate(verticals):
        for j, other in enumerate(horizontals, len(verticals)):
            if (
                other.x0 - _TOUCH <= rule.x0 <= other.x1 + _TOUCH
                and rule.y0 - _TOUCH <= other.y0 <= rule.y1 + _TOUCH
            ):
                parent[root(i)] = root(j)
    members: dict[int, list[Rule]] = defaultdict(list)
    for at, rule in enumerate([*verticals, *horizontals]):
        members[root(at)].append(rule)
    for group in members.values():
        xs = _places([rule.x0 for rule in group if rule.is_vertical])
        flat = [rule for rule in group if not rule.is_vertical]
        ys = _places([rule.y0 for rule in flat])[::-1]
        if len(xs) > 2 and len(ys) > 2 and len(xs) * len(ys) <= _MOST_CELLS:
            yield _Grid(xs, ys, flat)


def _places(values: list[float]) -> list[float]:
    """Return the different ones, from the least."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _TOUCH:
            found.append(value)
    return found


def _ruled(
    grid: _Grid, lines: Sequence[Line], used: set[int], fields: set[int], rules: Sequence[Rule]
) -> tuple[Table, set[int]] | None:
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if at in used:
            continue
        column = _interval(grid.xs, line.left + min(2.0, (line.right - line.left) / 2))
        row = _interval([-y for y in grid.ys], -(line.baseline + 0.3 * line.size))
        if column is None or row is None:
            continue
        if at in fields:
            return None  # a form drawn with boxes
        cells[row, column].append(at)
    held = {at for members in cells.values() for at in members}
    columns = sorted({column for _, column in cells})
    if len(columns) < 2 or len({row for row, _ in cells}) < 2:
        return None
    if len(cells) < _FILLED * len({row for row, _ in cells}) * len(columns):
        return None
    if sum(len(lines[at].text) for at in held) > _LONGEST_CELL * len(cells):
        return None
    rows: list[Row] = []
    for number in range(len(grid.ys) - 1):
        of_row = {column: cells[number, column] for column in columns if (number, column) in cells}
        if not of_row:
            continue
        spanning = frozenset(
            place
            for place, column in enumerate(columns)
            if rows and column not in of_row and not _is_ruled(grid, number, column)
        )
        rows += _split(of_row, columns, lines, spanning)
    table = Table(
        rows,
        [grid.xs[column] for column in columns],
        max(lines[at].baseline for at in held),
        min(lines[at].baseline for at in held),
        first=min(held),
    )
    table.headers = _headers(table, lines, held, rules, ruled=True)
    return table, held


def _interval(places: list[float], value: float) -> int | None:
    if not places[0] <= value <= places[-1]:
        return None
    return next(i for i, (a, b) in enumerate(pairwise(places)) if a <= value <= b)


def _is_ruled(grid: _Grid, row: int, column: int) -> bool:
    """Tell whether a line is drawn above a cell."""
    y = grid.ys[row]
    middle = (grid.xs[column] + grid.xs[column + 1]) / 2
    return any(
        abs(rule.y0 - y) <= _TOUCH and rule.x0 <= middle <= rule.x1 for rule in grid.horizontals
    )


def _split(
    of_row: dict[int, list[int]],
    columns: list[int],
    lines: Sequence[Line],
    spanning: frozenset[int],
) -> Iterator[Row]:
    """Yield the rows between two horizontal lines: mostly one, or all that stand in line."""
    members = [at for found in of_row.values() for at in found]
    visual = _visual_rows(members, lines)
    column_of = {at: column for column, found in of_row.items() for at in found}
    full = [
        group for group in visual if len({column_of[at] for at in group}) >= max(2, len(of_row) - 1)
    ]
    rows = [members]
    if len(visual) > 1 and len(of_row) > 1 and len(full) >= 0.8 * len(visual):
        rows = visual
    for number, group in enumerate(rows):
        texts = [_joined([at for at in group if column_of[at] == c], lines) for c in columns]
        bold = all(lines[at].bold for at in group)
        yield Row(texts, bold, spanning if number == 0 else frozenset())


# -- aligned


def _visual_rows(members: Sequence[int], lines: Sequence[Line]) -> list[list[int]]:
    """Group lines that stand side by side, from the top; each from the left."""
    found: list[list[int]] = []
    base = 0.0
    for at in sorted(members, key=lambda at: -lines[at].baseline):
        line = lines[at]
        if found and base - line.baseline < 0.35 * line.size:
            found[-1].append(at)
        else:
            found.append([at])
            base = line.baseline
    return [sorted(row, key=lambda at: lines[at].left) for row in found]


def _joined(members: Sequence[int], lines: Sequence[Line]) -> str:
    """Return the text of a cell."""
    text = ""
    for row in _visual_rows(members, lines):
        for at in row:
            line = lines[at]
            glue = "" if not text or text.endswith(("-", "\u2010")) else " "
            text += glue + line.text + ("-" if line.broken else "")
    return text


@dataclass(slots=True)
class _Run:
    """Rows, one below the other, that leave the same strips of the page free."""

    rows: list[list[int]]
    strips: list[tuple[float, float]]  # what is covered, from the left


def aligned_runs(lines: Sequence[Line], used: set[int]) -> Iterator[_Run]:
    """Yield rows of lines that stand in line below each other, all but those that are used."""
    run: _Run | None = None
    for row in _visual_rows([at for at in range(len(lines)) if at not in used], lines):
        covered = [(lines[at].left, lines[at].right) for at in row]
        if run is not None:
            last = min(lines[at].baseline for at in run.rows[-1])
            first = max(lines[at].baseline for at in row)
            size = max(lines[at].size for at in row)
            strips = _merged(run.strips + covered, size * 0.5)
            fits = len(strips) >= len(run.strips)
            if fits and last - first < _ROW_GAP * size and (len(row) > 1 or len(strips) > 1):
                run.rows.append(row)
                run.strips = strips
                continue
            yield run
        run = _Run([row], covered) if len(row) > 1 else None
    if run is not None:
        yield run


def _merged(intervals: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for left, right in sorted(intervals):
        if found and left - found[-1][1] < gap:
            found[-1] = found[-1][0], max(found[-1][1], right)
        else:
            found.append((left, right))
    return found


def _aligned(
    run: _Run, lines: Sequence[Line], rules: Sequence[Rule]
) -> tuple[Table, set[int]] | None:
    rows, strips = run.rows, run.strips
    while rows and len(rows[-1]) < 2 and not _wraps(rows, strips, lines):
        rows = rows[:-1]  # a lone line below is another matter
    column_of: dict[int, int] = {}
    for row in rows:
        for at in row:
            column_of[at] = column_at(strips, lines[at])
    if not _is_table(rows, strips, column_of, lines):
        return None
    logical = _logical_rows(rows, column_of, lines)
    if len(logical) < 2:
        return None
    found = [
        Row(
            [_joined([at for at in row if column_of[at] == c], lines) for c in range(len(strips))],
            all(lines[at].bold for at in row),
        )
        for row in logical
    ]
    held = {at for row in rows for at in row}
    table = Table(
        found,
        [left for left, _ in strips],
        max(lines[at].baseline for at in held),
        min(lines[at].baseline for at in held),
        first=min(held),
    )
    table.headers = _headers(table, lines, held, rules, ruled=False)
    return table, held


def column_at(strips: Sequence[tuple[float, float]], line: Line) -> int:
    """Return the number of the strip in which a line stands."""
    middle = (line.left + line.right) / 2
    return next((i for i, (a, b) in enumerate(strips) if a <= middle <= b), len(strips) - 1)


def _is_table(
    rows: list[list[int]],
    strips: list[tuple[float, float]],
    column_of: dict[int, int],
    lines: Sequence[Line],
) -> bool:
    """Tell whether rows are those of a table, and not of columns, a list or contents."""
    if sum(len(row) > 1 for row in rows) < (2 if len(strips) > 2 else 3):
        return False
    columns: list[list[Line]] = [[] for _ in strips]
    for row in rows:
        for at in row:
            columns[column_of[at]].append(lines[at])
    prose = sum(is_prose(members, strip) for members, strip in zip(columns, strips, strict=True))
    if prose > 1 or (prose and _by_columns(rows, column_of)):
        return False
    if all(_LIST_MARK.fullmatch(line.text) for line in columns[0]):
        return False
    if any(_LEADER.search(line.text) for members in columns for line in members):
        return False
    filled = sum(len({column_of[at] for at in row}) for row in rows)
    return filled >= _FILLED_ROWS * len(rows) * len(strips)


def _wraps(rows: list[list[int]], strips: list[tuple[float, float]], lines: Sequence[Line]) -> bool:
    """Tell whether the last row is the rest of a cell in the row before."""
    line, above = lines[rows[-1][0]], rows[-2] if len(rows) > 1 else []
    for at in above:
        other = lines[at]
        close = other.baseline - line.baseline < _WRAPPED * line.size
        if close and abs(other.left - line.left) < 2 and at != above[0]:
            return True
        strip = next((s for s in strips if s[0] <= line.left <= s[1]), None)
        if (
            close
            and strip
            and at != above[0]
            and other.left >= strip[0] - 1
            and other.right <= strip[1] + 1
        ):
            return True
    return False


def is_prose(members: list[Line], strip: tuple[float, float]) -> bool:
    """Tell whether a column is running text."""
    if len(members) < 4:
        return False
    width = strip[1] - strip[0]
    long = [
        line
        for line in members
        if line.right - line.left > 0.7 * width and line.text.count(" ") > 2
    ]
    going_on = sum(line.text[0].islower() for line in members[1:])
    return len(long) > 0.6 * len(members) and going_on > 0.25 * len(members)


def _by_columns(rows: list[list[int]], column_of: dict[int, int]) -> bool:
    """Tell whether the file writes column after column."""
    order = [column_of[at] for at in sorted(at for row in rows for at in row)]
    return sum(a != b for a, b in pairwise(order)) < len(rows) / 2


def _logical_rows(
    rows: list[list[int]], column_of: dict[int, int], lines: Sequence[Line]
) -> list[list[int]]:
    """Put the lines of wrapped cells into their rows."""

    def gap(above: list[int], below: list[int]) -> float:
        size = max(lines[at].size for at in below)
        drop = min(lines[at].baseline for at in above) - max(lines[at].baseline for at in below)
        return drop / size if size else 0.0

    gaps = [gap(a, b) for a, b in pairwise(rows)]
    starts = [b for b in range(1, len(rows)) if any(column_of[at] == 0 for at in rows[b])]
    usual = median([gaps[b - 1] for b in starts]) if starts else (median(gaps) if gaps else 0.0)
    found: list[list[int]] = [list(rows[0])] if rows else []
    columns = len(set(column_of.values()))
    for distance, row in zip(gaps, rows[1:], strict=True):
        here = {column_of[at] for at in row}
        before = {column_of[at] for at in found[-1]}
        tight = distance < _ONE_ROW
        wrapped = (
            len(here) < columns
            and here <= before
            and distance < _WRAPPED
            and (0 not in here or (len(here) < len(before) and distance < 0.85 * usual))
        )
        if tight or wrapped:
            found[-1] += row
        else:
            found.append(list(row))
    return found


# -- headers


def _headers(
    table: Table, lines: Sequence[Line], held: set[int], rules: Sequence[Rule], *, ruled: bool
) -> int:
    """Return how many of the first rows name the columns."""
    rows = table.rows
    if len(rows) < 2:
        return 0
    bold = 0
    while bold < min(len(rows) - 1, _MOST_HEADERS) and rows[bold].bold:
        bold += 1
    if bold and not all(row.bold for row in rows):
        return bold
    first = rows[0].cells
    if sum(map(bool, first)) < max(2, len(first) - 1):
        return 0
    numeric = [
        column
        for column in range(len(first))
        if _share(row.cells[column] for row in rows[1:]) > 0.6
    ]
    if any(first[column] and not _DIGIT.search(first[column]) for column in numeric):
        return 1
    if not ruled and _is_ruled_off(table, lines, held, rules):
        return 1
    named = [cell for cell in first if cell]
    short = all(len(cell) < 40 and not cell.endswith((".", ":")) for cell in named)
    distinct = len(set(named)) == len(named) == len(first)
    plain = not any(_DIGIT.search(cell) for cell in named)
    return int(len(first) > 2 and short and distinct and plain and len(rows) > 2)


def _share(cells: Iterator[str]) -> float:
    """Return the share of cells with a number in them, of those that aren't empty."""
    filled = [cell for cell in cells if cell]
    return sum(bool(_DIGIT.search(cell)) for cell in filled) / len(filled) if filled else 0.0


def _is_ruled_off(
    table: Table, lines: Sequence[Line], held: set[int], rules: Sequence[Rule]
) -> bool:
    """Tell whether a line is drawn below the first row and below no other but the last."""
    heights = sorted({round(lines[at].baseline) for at in held}, reverse=True)
    if len(heights) < 3:
        return False
    right = max(lines[at].right for at in held)
    flat = [
        rule.y0
        for rule in rules
        if not rule.is_vertical
        and rule.x0 <= table.lefts[0] + 5
        and rule.x1 > (table.lefts[0] + right) / 2
        and heights[-1] < rule.y0 < heights[0]
    ]
    return bool(flat) and min(flat) > heights[1]
