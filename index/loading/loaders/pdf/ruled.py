"""Tables by their ruling lines."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.loading.loaders.pdf.drawn import Rule
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.pdf.table import Row, Table, headers, joined, visual_rows

_TOUCH = 3.0  # points; lines of a grid that nearly meet
_MOST_RULES = 1_200  # that are compared with each other; more are a drawing
_MOST_CELLS = 40_000  # of a grid
_LONGEST_CELL = 400  # characters on average; boxes of so much are no cells
_DRAWN = 0.25  # of the rows, at least, a line between columns goes by
_FILLED = 0.3  # of a grid's cells, at least; a chart's are empty


@dataclass(slots=True)
class _Grid:
    xs: list[float]
    ys: list[float]  # from the top
    horizontals: list[Rule]
    verticals: list[Rule]

    def is_open_above(self) -> list[list[bool]]:
        """Tell of each row and column whether no line is drawn above the cell."""
        found = [[True] * (len(self.xs) - 1) for _ in self.ys]
        middles = [(a + b) / 2 for a, b in pairwise(self.xs)]
        for rule in self.horizontals:
            row = _nearest(self.ys, rule.y0)
            for column, middle in enumerate(middles):
                if row is not None and rule.x0 <= middle <= rule.x1:
                    found[row][column] = False
        return found

    def is_open_left(self) -> list[list[bool]]:
        """Tell of each row and column whether no line is drawn to the left of the cell.

        A line that is drawn in few of the rows tells nothing of the others.
        """
        rows = len(self.ys) - 1
        found = [[True] * len(self.xs) for _ in range(rows)]
        middles = [(a + b) / 2 for a, b in pairwise(self.ys)]
        for rule in self.verticals:
            column = _nearest(self.xs, rule.x0)
            for row, middle in enumerate(middles):
                if column is not None and rule.y0 <= middle <= rule.y1:
                    found[row][column] = False
        for column in range(len(self.xs)):
            if sum(not is_open[column] for is_open in found) < _DRAWN * rows:
                for is_open in found:
                    is_open[column] = False
        return found


def grids(rules: Sequence[Rule]) -> Iterator[_Grid]:
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
            yield _Grid(xs, ys, flat, [rule for rule in group if rule.is_vertical])


def _places(values: list[float]) -> list[float]:
    """Return the different ones, from the least."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _TOUCH:
            found.append(value)
    return found


def _nearest(places: list[float], value: float) -> int | None:
    """Return the index of the place that a line is drawn at."""
    return next((at for at, place in enumerate(places) if abs(place - value) <= _TOUCH), None)


def ruled(
    grid: _Grid, lines: Sequence[Line], used: set[int], fields: set[int], rules: Sequence[Rule]
) -> tuple[Table, set[int]] | None:
    """Return the table that a grid makes, and the indexes of its lines; None if it makes none.

    Args:
        grid: The grid.
        lines: The page's.
        used: Indexes of those that are in another table.
        fields: Indexes of those that are labels of a form's fields.
        rules: All that are drawn on the page.
    """
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
    open_above, open_left = grid.is_open_above(), grid.is_open_left()
    _move_up(cells, open_above)
    spans = _move_left(cells, open_left, lines)
    columns = sorted({column for _, column in cells})
    rows: list[Row] = []
    for number in range(len(grid.ys) - 1):
        of_row = {column: cells[number, column] for column in columns if (number, column) in cells}
        if not of_row:
            continue
        widths = {
            place: width
            for place, column in enumerate(columns)
            if (span := spans.get((number, column)))
            and (width := sum(column <= other < column + span for other in columns)) > 1
        }
        covered = {place + i for place, width in widths.items() for i in range(1, width)}
        spanning = frozenset(
            place
            for place, column in enumerate(columns)
            if rows and column not in of_row and place not in covered and open_above[number][column]
        )
        rows += _split(of_row, columns, lines, spanning, widths)
    table = Table(
        rows,
        [grid.xs[column] for column in columns],
        max(lines[at].baseline for at in held),
        min(lines[at].baseline for at in held),
        first=min(held),
    )
    table.headers = headers(table, lines, held, rules, ruled=True)
    return table, held


def _interval(places: list[float], value: float) -> int | None:
    if not places[0] <= value <= places[-1]:
        return None
    return next(i for i, (a, b) in enumerate(pairwise(places)) if a <= value <= b)


_Cells = dict[tuple[int, int], list[int]]  # by row and column


def _move_up(cells: _Cells, open_above: list[list[bool]]) -> None:
    """Let what stands in the middle of a cell over several rows stand in the first of them."""
    columns: dict[int, list[int]] = defaultdict(list)
    for row, column in cells:
        columns[column].append(row)
    for column, filled in columns.items():
        filled.sort()
        for before, row, after in zip([-1, *filled], filled, [*filled[1:], None], strict=False):
            top = row
            while top > before + 1 and open_above[top][column]:
                top -= 1
            # Two texts in it would be two cells, whose line isn't drawn
            shared = top == before + 1 and before >= 0 and open_above[top][column]
            reaches = after is not None and all(
                open_above[at][column] for at in range(row + 1, after + 1)
            )
            if top < row and not shared and not reaches:
                cells[top, column] = cells.pop((row, column))


def _move_left(
    cells: _Cells, open_left: list[list[bool]], lines: Sequence[Line]
) -> dict[tuple[int, int], int]:
    """Let what stands in a cell over several columns stand in the first; return their numbers."""
    spans: dict[tuple[int, int], int] = {}
    for row, is_open in enumerate(open_left):
        first = 0
        for column in range(1, len(is_open)):
            if is_open[column] and column < len(is_open) - 1:
                continue
            filled = [at for at in range(first, column) if (row, at) in cells]
            members = [at for place in filled for at in cells[row, place]]
            column_of = {at: place for place in filled for at in cells[row, place]}
            beside = any(
                len({column_of[at] for at in group}) > 1 for group in visual_rows(members, lines)
            )
            if column - first > 1 and filled and not beside:
                for place in filled:
                    del cells[row, place]
                cells[row, first] = members
                spans[row, first] = column - first
            first = column
    return spans


def _split(
    of_row: dict[int, list[int]],
    columns: list[int],
    lines: Sequence[Line],
    spanning: frozenset[int],
    widths: dict[int, int],
) -> Iterator[Row]:
    """Yield the rows between two horizontal lines: mostly one, or all that stand in line."""
    members = [at for found in of_row.values() for at in found]
    visual = visual_rows(members, lines)
    column_of = {at: column for column, found in of_row.items() for at in found}
    full = [
        group for group in visual if len({column_of[at] for at in group}) >= max(2, len(of_row) - 1)
    ]
    rows = [members]
    if len(visual) > 1 and len(of_row) > 1 and len(full) >= 0.8 * len(visual):
        rows = visual
    for number, group in enumerate(rows):
        texts = [joined([at for at in group if column_of[at] == c], lines) for c in columns]
        bold = all(lines[at].bold for at in group)
        alone = widths if len(rows) == 1 else {}
        yield Row(texts, bold, spanning if number == 0 else frozenset(), alone)
