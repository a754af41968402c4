"""Tables by what stands in line below each other."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.loading.loaders.pdf.drawn import Rule
from index.loading.loaders.pdf.lines import BULLETS, Line
from index.loading.loaders.pdf.styles import caption
from index.loading.loaders.pdf.table import Row, Table, headers, joined, visual_rows

_FILLED_ROWS = 0.4  # of the cells, at least; columns of other matter leave more empty
_WORDY = 4.5  # words; longer cells, in rows as near as lines, are running text
_DENSE = 1.5  # sizes from row to row
_ONE_ROW = 0.95  # sizes; lines nearer than that can't be below each other
_ROW_GAP = 3.2  # sizes; more than that ends a table that isn't ruled
_WRAPPED = 1.4  # sizes from line to line within a cell
_WIDEST_HEADER = 2.6  # sizes from the names of groups of columns to those of the columns
_LONGEST_GROUP = 60  # characters
_NAME = re.compile(r"[^\W\d_]|^(?:19|20)\d\d$")  # a letter, or a year
_LIST_MARK = re.compile(rf"[{BULLETS}–—*·o-]" r"|\(?(\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\d+\]")
_LEADER = re.compile(r"(\.\s?){4,}")


@dataclass(slots=True)
class _Run:
    """Rows, one below the other, that leave the same strips of the page free."""

    rows: list[list[int]]
    strips: list[tuple[float, float]]  # what is covered, from the left
    above: list[int]  # the row before the first


def aligned_runs(
    lines: Sequence[Line], used: set[int], rules: Sequence[Rule] = ()
) -> Iterator[_Run]:
    """Yield rows of lines that stand in line below each other, all but those that are used."""
    run: _Run | None = None
    before: list[int] = []
    for row in visual_rows([at for at in range(len(lines)) if at not in used], lines):
        covered = [(lines[at].left, lines[at].right) for at in row]
        above = [lines[at] for at in run.rows[0]] if run and len(run.rows) == 1 else []
        if above and _divides([lines[at] for at in row], above, rules):
            run = None  # it names groups of the columns that this one names
        if run is not None:
            last = min(lines[at].baseline for at in run.rows[-1])
            first = max(lines[at].baseline for at in row)
            size = max(lines[at].size for at in row)
            strips = _merged(run.strips + covered, size * 0.5)
            fits = len(strips) >= len(run.strips)
            if fits and last - first < _ROW_GAP * size and (len(row) > 1 or len(strips) > 1):
                run.rows.append(row)
                run.strips = strips
                before = row
                continue
            yield run
        run = _Run([row], covered, before) if len(row) > 1 else None
        before = row
    if run is not None:
        yield run


def _divides(row: list[Line], above: list[Line], rules: Sequence[Rule]) -> bool:
    """Tell whether a row names columns, several of them below one piece of the row above."""
    if len(row) < 2 or not all(_NAME.search(line.text) for line in row):
        return False  # "$" and "12.50" below a year are one column
    top = max(line.baseline for line in row)
    reaches = [_reach(line, top, rules) for line in above]
    return any(sum(a < line.right and line.left < b for line in row) > 1 for a, b in reaches)


def _merged(intervals: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for left, right in sorted(intervals):
        if found and left - found[-1][1] < gap:
            found[-1] = found[-1][0], max(found[-1][1], right)
        else:
            found.append((left, right))
    return found


def aligned(
    run: _Run, lines: Sequence[Line], rules: Sequence[Rule]
) -> tuple[Table, set[int]] | None:
    """Return the table that rows make, and the indexes of its lines; None if they make none."""
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
            [joined([at for at in row if column_of[at] == c], lines) for c in range(len(strips))],
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
    table.headers = headers(table, lines, held, rules, ruled=False)
    names = table.headers > 0 or all(_NAME.search(lines[at].text) for at in rows[0])
    if names and (groups := _groups(run, rows[0], lines, rules)):
        table.rows.insert(0, groups)
        table.headers = max(table.headers, 1) + 1
        held |= set(run.above)
        table.top = max(lines[at].baseline for at in held)
        table.first = min(held)
    return table, held


def _groups(
    run: _Run, header: list[int], lines: Sequence[Line], rules: Sequence[Rule]
) -> Row | None:
    """Return the row above a header if it names groups of columns, by what is drawn below it."""
    if not run.above:
        return None
    size = max(lines[at].size for at in header)
    top = max(lines[at].baseline for at in header)
    cells, widths, taken = [""] * len(run.strips), dict[int, int](), set[int]()
    for at in run.above:
        line = lines[at]
        if not 0 < line.baseline - top < _WIDEST_HEADER * size or len(line.text) > _LONGEST_GROUP:
            return None
        left, right = _reach(line, top, rules)
        below = [n for n, (a, b) in enumerate(run.strips) if a < right and left < b]
        if not below or taken & set(below) or len(below) == len(cells):
            return None
        taken |= set(below)
        cells[below[0]] = line.text
        if len(below) > 1:
            widths[below[0]] = len(below)
    bold = all(lines[at].bold for at in run.above)
    return Row(cells, bold, widths=widths) if widths else None


def _reach(line: Line, top: float, rules: Sequence[Rule]) -> tuple[float, float]:
    """Return from where to where a line stands over columns: it, or the line drawn below it."""
    middle = (line.left + line.right) / 2
    for rule in rules:
        drawn = not rule.is_vertical and top < rule.y0 < line.baseline
        if drawn and rule.x0 <= middle <= rule.x1:
            return min(rule.x0, line.left), max(rule.x1, line.right)
    return line.left, line.right


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
    wordy = sum(map(_is_wordy, columns)) > 1 and _row_gap(rows, lines) < _DENSE
    if prose > 1 or wordy or (len(rows) > 3 and _by_columns(rows, column_of)):
        return False
    if any(caption(line.text) for members in columns for line in members):
        return False  # captions of pictures that stand side by side
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
    # Hebrew and Arabic have no small letters
    going_on = sum(unicodedata.category(line.text[0]) in {"Ll", "Lo"} for line in members[1:])
    return len(long) > 0.6 * len(members) and going_on > 0.25 * len(members)


def _is_wordy(members: list[Line]) -> bool:
    """Tell whether cells are long on average."""
    return sum(line.text.count(" ") + 1 for line in members) > _WORDY * len(members)


def _row_gap(rows: list[list[int]], lines: Sequence[Line]) -> float:
    """Return the usual distance from row to row, in sizes."""
    gaps = [
        (lines[a[0]].baseline - lines[b[0]].baseline) / lines[b[0]].size for a, b in pairwise(rows)
    ]
    return median(gaps) if gaps else 0.0


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
