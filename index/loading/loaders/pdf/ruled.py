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
_FILLED = 0.3  # of a grid's cells, at least; a chart's are empty


@dataclass(slots=True)
class _Grid:
    xs: list[float]
    ys: list[float]  # from the top
    horizontals: list[Rule]


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
            yield _Grid(xs, ys, flat)


def _places(values: list[float]) -> list[float]:
    """Return the different ones, from the least."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _TOUCH:
            found.append(value)
    return found


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
    table.headers = headers(table, lines, held, rules, ruled=True)
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
        yield Row(texts, bold, spanning if number == 0 else frozenset())
