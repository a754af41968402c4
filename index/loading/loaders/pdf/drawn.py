"""What is drawn on a page besides text: ruling lines, and how many pictures."""

import math
from collections.abc import Iterator
from ctypes import byref, c_float, c_int
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_THIN = 2.5  # points; a drawn line, or a box filled to look like one
_SHORT = 6.0  # points; what is shorter rules nothing
_MOST_OBJECTS = 20_000  # of a page, drawings have hundreds of thousands
_MOST_RULES = 4_000  # the largest forms have some 1,000
_DEEPEST = 4  # objects within objects
_SMALL = 20.0  # points; a smaller picture is a bullet or an ornament
_MOST_MARKS = 400  # of a page; no lists have more items, what has is a drawing


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal or vertical line, or an edge of a box; x0 <= x1, y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_vertical(self) -> bool:
        """Whether it is higher than wide."""
        return self.y1 - self.y0 > self.x1 - self.x0

    def turned(self, quarter: int) -> "Rule":
        """Return it on the page that is turned so that what runs at a quarter turn is upright."""
        x0, y0, x1, y1 = turned_box((self.x0, self.y0, self.x1, self.y1), quarter)
        return Rule(x0, y0, x1, y1)

    def mirrored(self) -> "Rule":
        """Return it on the mirror image of the page."""
        return Rule(-self.x1, self.y0, -self.x0, self.y1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A small shape or picture, such as a bullet; x0 < x1, y0 < y1."""

    x0: float
    y0: float
    x1: float
    y1: float
    is_picture: bool = False

    @property
    def middle(self) -> float:
        """How high its middle is."""
        return (self.y0 + self.y1) / 2

    def turned(self, quarter: int) -> "Mark":
        """Return it as `Rule.turned` does."""
        return Mark(*turned_box((self.x0, self.y0, self.x1, self.y1), quarter), self.is_picture)

    def mirrored(self) -> "Mark":
        """Return it on the mirror image of the page."""
        return Mark(-self.x1, self.y0, -self.x0, self.y1, self.is_picture)


@dataclass(slots=True)
class Drawn:
    """What is drawn on a page.

    Attributes:
        rules: Lines and edges of boxes.
        marks: What is as small as a bullet; nothing if there is so much that it is a drawing.
        pictures: How many pictures are larger than a bullet.
        pictured: Area of the pictures together, in square points; a scan may be strips.
    """

    rules: list[Rule] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    pictures: int = 0
    pictured: float = 0.0


def turned_box(
    box: tuple[float, float, float, float], quarter: int
) -> tuple[float, float, float, float]:
    """Return a box in the coordinates along and across text at so many quarters of a turn."""
    x0, y0, x1, y1 = box
    match quarter:
        case 1:
            return y0, -x1, y1, -x0
        case 2:
            return -x1, -y1, -x0, -y0
        case 3:
            return -y1, x0, -y0, x1
        case _:
            return box


def drawn_on(page: "PdfPage") -> Drawn:
    """Return what is drawn on a page."""
    from pypdfium2 import raw

    found = Drawn()
    marks: dict[tuple[int, int], Mark] = {}
    edges = c_float(), c_float(), c_float(), c_float()
    for item, kind, nested in _objects(page):
        is_picture = kind == raw.FPDF_PAGEOBJ_IMAGE
        full = len(found.rules) >= _MOST_RULES and len(marks) > _MOST_MARKS
        if (nested or full) and not is_picture:
            continue
        raw.FPDFPageObj_GetBounds(item, *map(byref, edges))
        x0, y0, x1, y1 = (edge.value for edge in edges)
        if is_picture:
            found.pictures += nested or min(x1 - x0, y1 - y0) >= _SMALL
            found.pictured += abs((x1 - x0) * (y1 - y0))
        elif all(map(math.isfinite, (x0, y0, x1, y1))) and len(found.rules) < _MOST_RULES:
            found.rules += _rules(item, (x0, y0, x1, y1))
        is_small = 0 < x1 - x0 < _SMALL and 0 < y1 - y0 < _SMALL
        if is_small and not nested and len(marks) <= _MOST_MARKS:
            middle = round((x0 + x1) / 2), round((y0 + y1) / 2)
            marks[middle] = Mark(x0, y0, x1, y1, is_picture)  # filled and drawn, it is one
    if len(marks) <= _MOST_MARKS:
        found.marks = list(marks.values())
    return found


def _objects(page: "PdfPage") -> Iterator[tuple[Any, int, bool]]:
    from pypdfium2 import raw

    left = _MOST_OBJECTS

    def inside(item: Any, deep: int) -> Iterator[tuple[Any, int, bool]]:  # noqa: ANN401 - a handle
        nonlocal left
        for number in range(raw.FPDFFormObj_CountObjects(item)):
            left -= 1
            if left < 0:
                return
            child = raw.FPDFFormObj_GetObject(item, number)
            kind = raw.FPDFPageObj_GetType(child)
            if kind == raw.FPDF_PAGEOBJ_FORM and deep < _DEEPEST:
                yield from inside(child, deep + 1)
            else:
                yield child, kind, True

    for number in range(raw.FPDFPage_CountObjects(page)):
        left -= 1
        if left < 0:
            return
        item = raw.FPDFPage_GetObject(page, number)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from inside(item, 1)
        elif kind in {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH}:
            yield item, kind, False


def _rules(item: Any, box: tuple[float, float, float, float]) -> Iterator[Rule]:  # noqa: ANN401
    """Yield the lines of a path: of a grid each one, of a box its edges."""
    from pypdfium2 import raw

    x0, y0, x1, y1 = box
    if x1 - x0 < _THIN or y1 - y0 < _THIN:
        if max(x1 - x0, y1 - y0) >= _SHORT:
            yield Rule(x0, y0, x1, y1)
        return
    count = raw.FPDFPath_CountSegments(item)
    mode, stroke = c_int(), c_int()
    raw.FPDFPath_GetDrawMode(item, byref(mode), byref(stroke))
    if count > 2_000 or not (stroke.value or mode.value):
        return
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    x, y = c_float(), c_float()
    last = begin = (0.0, 0.0)
    for number in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, number)
        raw.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begin = point
        elif kind == raw.FPDF_SEGMENT_LINETO:
            yield from _straight(last, point)
        if kind != raw.FPDF_SEGMENT_MOVETO and raw.FPDFPathSegment_GetClose(segment):
            yield from _straight(point, begin)
        last = point


def _straight(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Rule]:
    x0, x1 = sorted((one[0], other[0]))
    y0, y1 = sorted((one[1], other[1]))
    if min(x1 - x0, y1 - y0) < _THIN and max(x1 - x0, y1 - y0) >= _SHORT:
        yield Rule(x0, y0, x1, y1)
