"""The order in which a page is read: column after column, also where the file writes by rows."""

from collections.abc import Sequence
from itertools import pairwise

from index.loading.loaders.pdf.aligned import aligned_runs, column_at, is_prose
from index.loading.loaders.pdf.drawn import Rule
from index.loading.loaders.pdf.lines import Line, rows
from index.loading.loaders.pdf.styles import caption
from index.loading.loaders.pdf.table import Table
from index.loading.loaders.pdf.tables import find_tables

Flow = list[Line | Table]
_CAPTION_NEAR = 40.0  # points; three lines of a caption
_FEWEST_ROWS = 4  # of columns; fewer may be anything


def in_reading_order(lines: Sequence[Line], tables: Sequence[Table], held: set[int]) -> Flow:
    """Return what stands on a page in the order in which it is read, what is turned last.

    Args:
        lines: In the order of the file.
        tables: Those on the page; each stands where its first line does.
        held: Indexes of the lines that are in a table.
    """
    order = [at for at in range(len(lines)) if at not in held]
    for columns in _written_by_rows(lines, held):
        members = {at for column in columns for at in column}
        first = next(i for i, at in enumerate(order) if at in members)
        rest = [at for at in order if at not in members]
        order = rest[:first] + [at for column in columns for at in column] + rest[first:]
    flow: Flow = []
    by_first = {table.first: table for table in tables}
    rank = {at: number for number, at in enumerate(order)}
    upright = [at for at in order if not lines[at].turned]
    firsts = sorted(by_first)
    before: dict[int, list[int]] = {}
    for first in firsts:
        after = _caption_above(by_first[first], lines, upright)
        if after is None:  # before the first line that comes after it in the file
            later = [at for at in upright if at > first]
        else:
            later = [at for at in upright if rank[at] > rank[after]]
        at = min(later, key=lambda at: rank[at]) if later else -1
        before.setdefault(at, []).append(first)
    pending: list[Line] = []
    for at in [*upright, -1]:
        if at in before:
            flow += rows(pending)
            pending = []
            flow += (by_first[first] for first in before[at])
        if at >= 0:
            pending.append(lines[at])
    flow += rows(pending)
    flow += rows([line for at, line in enumerate(lines) if line.turned and at not in held])
    return flow


def _caption_above(table: Table, lines: Sequence[Line], upright: list[int]) -> int | None:
    """Return the last line of the caption that stands just above a table."""
    left = table.lefts[0]
    above = [
        at
        for at in upright
        if 0 < lines[at].baseline - table.top < _CAPTION_NEAR and lines[at].right > left
    ]
    first = next((i for i, at in enumerate(above) if caption(lines[at].text)), None)
    return above[-1] if first is not None else None


def _written_by_rows(lines: Sequence[Line], held: set[int]) -> list[list[list[int]]]:
    """Return the columns of running text whose lines the file writes side by side."""
    found = []
    used = held | {
        at
        for at, line in enumerate(lines)
        if line.turned or line.size <= 0 or line.value is not None
    }
    for run in aligned_runs(lines, used):
        if len(run.rows) < _FEWEST_ROWS or len(run.strips) < 2:
            continue
        columns: list[list[int]] = [[] for _ in run.strips]
        for row in run.rows:
            for at in row:
                columns[column_at(run.strips, lines[at])].append(at)
        prose = sum(
            is_prose([lines[at] for at in column], strip)
            for column, strip in zip(columns, run.strips, strict=True)
        )
        if prose < 2:
            continue
        column_of = {at: number for number, column in enumerate(columns) for at in column}
        jumps = sum(column_of[a] != column_of[b] for a, b in pairwise(sorted(column_of)))
        if jumps > len(run.rows) / 2:
            found.append(columns)
    return found


def page_flow(lines: Sequence[Line], rules: Sequence[Rule]) -> Flow:
    """Return the lines and tables of a page in the order in which they are read."""
    tables, held = find_tables(lines, rules)
    return in_reading_order(lines, tables, held)
