"""Tables on a page: by their ruling lines, or by what stands in line below each other."""

from collections.abc import Sequence

from index.loading.loaders.pdf.aligned import aligned, aligned_runs
from index.loading.loaders.pdf.drawn import Rule
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.pdf.ruled import grids, ruled
from index.loading.loaders.pdf.table import Table


def find_tables(lines: Sequence[Line], rules: Sequence[Rule]) -> tuple[list[Table], set[int]]:
    """Return the tables of a page and the indexes of the lines that they hold.

    `Table.first` is the index of a table's first line.
    """
    tables: list[Table] = []
    used: set[int] = {at for at, line in enumerate(lines) if line.turned or line.size <= 0}
    fields = {at for at, line in enumerate(lines) if line.value is not None}
    turned = set(used)
    for grid in grids(rules):
        if found := ruled(grid, lines, used, fields, rules):
            tables.append(found[0])
            used |= found[1]
    for run in aligned_runs(lines, used | fields, rules):
        if found := aligned(run, lines, rules):
            tables.append(found[0])
            used |= found[1]
    return tables, used - turned
