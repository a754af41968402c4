"""The words of the charts and diagrams of Office."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.loading.loaders.builder import DocumentBuilder
from index.loading.loaders.text import clean, collapse

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_LONG_NUMBER = re.compile(r"-?\d+\.\d{14,30}")
_MOST_POINTS = 10_000  # values of a chart that are read


def add_drawing(builder: DocumentBuilder, rows: Sequence[Sequence[str]]) -> None:
    """Add the words of a chart or diagram: rows of one cell as paragraphs, others as a table."""
    builder.end_table()
    for i, row in enumerate(rows):
        if len(row) == 1:
            builder.add_paragraph(row[0])
        elif i and len(rows[i - 1]) > 1:
            builder.add_row(row)
        else:
            builder.add_header(row)
    builder.end_table()


def chart_rows(root: "Element") -> Iterator[list[str]]:
    """Yield the words of a chart: its titles, then its values as a table."""
    for title in chart_titles(root):
        yield [title]
    series = list(root.iter(f"{_C}ser"))
    names = [_values(one.find(f"{_C}tx")) for one in series]
    columns = [_values(one.find(f"{_C}val")) or _values(one.find(f"{_C}yVal")) for one in series]
    rows = next((found for one in series if (found := _values(one.find(f"{_C}cat")) or
                 _values(one.find(f"{_C}xVal")))), {})  # fmt: skip
    if not any(columns):
        return
    yield ["", *(name.get(0, "") for name in names)]
    for i in sorted({*rows, *(i for column in columns for i in column)})[:_MOST_POINTS]:
        yield [rows.get(i, ""), *(column.get(i, "") for column in columns)]


def chart_titles(root: "Element") -> Iterator[str]:
    """Yield the titles of a chart and of its axes."""
    for title in root.iter(f"{_C}title"):
        if words := collapse(clean("".join(title.itertext(f"{A}t")))):
            yield words


def _values(parent: "Element | None") -> dict[int, str]:
    found: dict[int, str] = {}
    for point in parent.iter(f"{_C}pt") if parent is not None else ():
        try:
            place = int(point.get("idx", ""))
        except ValueError:
            continue
        found[place] = _as_shown(collapse(clean("".join(point.itertext(f"{_C}v")))))
    return found


def _as_shown(value: str) -> str:
    """Return a value with the 15 digits that a chart shows of it: 4.4 for 4.4000000000000004."""
    try:
        return f"{float(value):.15g}" if _LONG_NUMBER.fullmatch(value) else value
    except ValueError:
        return value


def diagram_rows(root: "Element") -> Iterator[list[str]]:
    """Yield the words of a diagram, a shape's in a row."""
    for point in root.iter(f"{_DGM}pt"):
        if words := collapse(clean(" ".join(point.itertext(f"{A}t")))):
            yield [words]
