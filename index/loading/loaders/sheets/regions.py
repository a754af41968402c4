"""The parts of a sheet that belong together: between its empty rows, and side by side on it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from index.loading.loaders.sheets.beside import Part, stands_alone
from index.loading.loaders.sheets.grid import Cells, Sheet

_MOST_DIVISIONS = 4  # a part of a sheet is divided by empty rows, columns, rows, columns
_MOST_STRETCHES = 200  # between empty columns; more of them are cells far apart, and no tables
_MOST_AREAS = 200  # tables of a sheet that are looked at
_MOST_ABOVE = 4  # rows of a header that an empty row parts from its table
_MOST_TITLES = 2  # rows above tables side by side that an empty row parts from them
_NAMED = 0.6  # of the columns, at least, that a row above an empty one names
_FARTHEST_TITLE = 3  # rows from such a title to its table: two of them empty
# Of the rows, at least, that have a cell merged across an empty column, and no less than two rows:
# titles reach over more than their table
_BRIDGED = 0.5


@dataclass(slots=True)
class Region:
    """Rows and columns of a sheet that belong together.

    Attributes:
        numbers: The rows' numbers.
        rows: Their cells, by column.
        is_beside: Whether it begins with the title of a table, beside another with one.
    """

    numbers: list[int]
    rows: list[Cells]
    is_beside: bool = False

    @property
    def columns(self) -> list[int]:
        """The columns that have cells, in their order."""
        return sorted(set().union(*self.rows))


def regions_of(sheet: Sheet, spanning: Mapping[int, Mapping[int, int]]) -> list[Region]:
    """Return the regions of a sheet in the order in which they are read.

    Args:
        sheet: The sheet.
        spanning: For rows the columns whose cell is merged with one above, and its row.
    """
    numbers = sorted(number for number, cells in sheet.rows.items() if cells)
    if not numbers:
        return []
    whole = Region(numbers, [sheet.rows[number] for number in numbers])
    return _with_headers(_Divider(sheet, spanning).divided(whole))


class _Divider:
    """Divides a sheet."""

    def __init__(self, sheet: Sheet, spanning: Mapping[int, Mapping[int, int]]) -> None:
        self._areas = [area for area, _ in sheet.tables[:_MOST_AREAS]]
        self._spanning = spanning
        self._wide = {
            (area.top, area.left): area for area in sheet.merged if area.right > area.left
        }

    def divided(self, region: Region, depth: int = 0) -> Iterator[Region]:
        """Yield the parts of a region between empty rows, and columns, in the order of reading."""
        bands = list(_bands(region))
        parts = self._groups(bands[0], depth)
        for band, after in zip(bands, [*bands[1:], None], strict=True):
            following = self._groups(after, depth) if after else []
            titled = self._titled(band, after, depth) if after and len(parts) == 1 else []
            if len(titled) > 1:
                following = titled
            elif len(parts) == 1:
                yield band
            elif after and _are_sums(after, parts, following):
                yield from self._each(parts, _cut(after, parts), depth)
                following = []
            else:
                yield from self._each(parts, [None] * len(parts), depth)
            parts = following

    def _titled(self, band: Region, below: Region, depth: int) -> list[Region]:
        """Return the tables side by side that a band names above an empty row, or their columns."""
        if len(band.rows) > _MOST_TITLES or below.numbers[0] - band.numbers[-1] > _FARTHEST_TITLE:
            return []
        words = [cell.kind == "text" for cells in band.rows for cell in cells.values()]
        if len(words) < 2 or not all(words):
            return []
        # As they would be told apart without the empty rows
        begin = below.numbers[0] - len(band.rows)
        moved = dict(enumerate(band.numbers, begin))
        parts = self._groups(Region([*moved, *below.numbers], band.rows + below.rows), depth)
        if not all(_is_headed(part, begin, len(band.rows)) for part in parts):
            return []
        for part in parts:
            part.numbers = [moved.get(number, number) for number in part.numbers]
        return parts

    def _each(
        self, parts: Sequence[Region], sums: Sequence[Region | None], depth: int
    ) -> Iterator[Region]:
        """Yield parts that stand side by side, each with what stands below it."""
        are_titled = all(map(_is_titled, parts))
        for part, below in zip(parts, sums, strict=True):
            regions = list(self.divided(part, depth + 1))
            regions[0].is_beside = are_titled
            yield from regions
            if below and below.rows:
                yield below

    def _groups(self, region: Region, depth: int) -> list[Region]:
        """Return the tables that stand side by side in a region, with empty columns between."""
        if depth >= _MOST_DIVISIONS:
            return [region]
        columns = region.columns
        stretches = [[columns[0]]]
        for before, column in pairwise(columns):
            if column > before + 1:
                stretches.append([])
            stretches[-1].append(column)
        if not 1 < len(stretches) <= _MOST_STRETCHES:
            return [region]
        first, *others = self._parts(region, stretches)
        bridged = self._bridged(region, [stretch[0] for stretch in stretches])
        top, bottom = region.numbers[0], region.numbers[-1]
        areas = [area for area in self._areas if area.top <= bottom and area.bottom >= top]
        groups = [first]
        for number, part in enumerate(others, 1):
            is_bridged = bridged[number] >= max(2, _BRIDGED * len(region.rows))
            if not is_bridged and stands_alone(groups[-1], part, areas):
                groups.append(part)
            else:
                groups[-1].join(part)
        return [_region_of(group) for group in groups] if len(groups) > 1 else [region]

    def _parts(self, region: Region, stretches: Sequence[list[int]]) -> list[Part]:
        parts = [Part(stretch) for stretch in stretches]
        part_of = {column: part for part in parts for column in part.columns}
        for number, cells in zip(region.numbers, region.rows, strict=True):
            for column in sorted(cells):
                part_of[column].cells.setdefault(number, {})[column] = cells[column]
                part_of[column].take(number)
            for column in self._spanning.get(number, ()):
                if part := part_of.get(column):
                    part.take(number)
        return parts

    def _bridged(self, region: Region, firsts: Sequence[int]) -> list[int]:
        """Return for each stretch how many rows have a cell that reaches it from its left.

        A cell that stands alone in its row is a title over all, and is no part of the rows.
        """
        changes = [0] * (len(firsts) + 1)
        for number, cells in zip(region.numbers, region.rows, strict=True):
            for column in cells if self._wide and len(cells) > 1 else ():
                if area := self._wide.get((number, column)):
                    begin = bisect_right(firsts, column)
                    changes[begin] += 1
                    changes[max(begin, bisect_right(firsts, area.right + 1))] -= 1
        return list(accumulate(changes))


def _region_of(part: Part) -> Region:
    numbers = sorted(part.cells)
    return Region(numbers, [part.cells[number] for number in numbers])


def _is_titled(part: Region) -> bool:
    """Tell whether a table of several columns has a title in one cell above its first row."""
    first = next(iter(part.rows[0].values()))
    is_title = len(part.rows[0]) == 1 and first.kind == "text" and "\n" not in first.text
    return is_title and len(part.rows) > 1 and len(part.rows[1]) > 1


def _is_headed(part: Region, begin: int, count: int) -> bool:
    """Tell whether rows at the top of a part are its titles, or name its columns."""
    above = [len(cells) for cells in part.rows[:count]]
    if part.numbers[:count] != list(range(begin, begin + count)):
        return False
    columns = len(part.columns)
    return columns > 1 and (max(above) == 1 or min(above) >= _NAMED * columns)


def _bands(region: Region) -> Iterator[Region]:
    begin = 0
    for at, (above, below) in enumerate(pairwise(region.numbers), 1):
        if below > above + 1:
            yield Region(region.numbers[begin:at], region.rows[begin:at])
            begin = at
    yield Region(region.numbers[begin:], region.rows[begin:])


def _cut(band: Region, parts: Sequence[Region]) -> list[Region]:
    """Return what of a band is above or below each of some parts."""
    lefts = [part.columns[0] for part in parts]
    cut = [Region([], []) for _ in parts]
    for number, cells in zip(band.numbers, band.rows, strict=True):
        for column in sorted(cells):
            region = cut[max(bisect_right(lefts, column) - 1, 0)]
            if not region.numbers or region.numbers[-1] != number:
                region.numbers.append(number)
                region.rows.append({})
            region.rows[-1][column] = cells[column]
    return cut


def _fits(band: Region, parts: Sequence[Region]) -> bool:
    """Tell whether a band has nothing between some parts, and something of several of them."""
    ends = [(part.columns[0], part.columns[-1]) for part in parts]
    lefts = [left for left, _ in ends]
    at = {column: bisect_right(lefts, column) - 1 for column in band.columns}
    within = all(i >= 0 and column <= ends[i][1] for column, i in at.items())
    return within and len(set(at.values())) > 1


def _are_sums(band: Region, parts: Sequence[Region], own: Sequence[Region]) -> bool:
    """Tell whether a band is a row of values of the tables side by side above it."""
    if len(own) > 1 or len(band.rows) != 1 or not _fits(band, parts):
        return False
    near = band.numbers[0] - max(part.numbers[-1] for part in parts) == 2
    return near and any(cell.kind != "text" for cell in band.rows[0].values())


def _with_headers(regions: Iterable[Region]) -> list[Region]:
    """Return regions, a header and the table below it together that an empty row parts."""
    found: list[Region] = []
    for region in regions:
        if found and _heads(found[-1], region):
            above = found.pop()
            region = Region(  # noqa: PLW2901
                above.numbers + region.numbers, above.rows + region.rows, above.is_beside
            )
        found.append(region)
    return found


def _heads(above: Region, below: Region) -> bool:
    names = above.rows[-1]
    if below.numbers[0] - above.numbers[-1] != 2 or len(above.rows) > _MOST_ABOVE or len(names) < 2:
        return False
    if any(cell.kind != "text" for cells in above.rows for cell in cells.values()):
        return False
    columns = set(below.columns)
    values = sum(cell.kind != "text" for cell in below.rows[0].values())
    fits = names.keys() <= columns and len(names) >= 0.6 * len(columns)
    return fits and values * 2 >= len(below.rows[0])
