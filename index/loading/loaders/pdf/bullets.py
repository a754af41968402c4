"""Bullets that are drawn, as small shapes or pictures at the left of lines, and no characters."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.loading.loaders.pdf.drawn import Mark, Rule
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.pdf.pages import Page
from index.loading.loaders.pdf.styles import LARGER, item_label

# All lengths are in sizes of the line's font
_LEAST, _LARGEST = 0.08, 0.65  # of a side; boxes to tick are larger
_LARGEST_PICTURE = 1.0  # with what is left free around a bullet in it
_LONGEST_DASH = 1.2
_DASH = 2.0  # times as wide as high, at least; a drawn line is as high as it is thick
_LOWEST, _HIGHEST = 0.1, 0.6  # of a bullet's middle above the baseline: within small letters
_NEAREST, _FARTHEST = 0.1, 3.0  # from a bullet to its line; Word's own lists have 1.1 to 1.6
_FREE = 1.0  # at least, to what stands to the left of a bullet
_FEWEST = 2  # items of a list; one shape alone may be anything
_USED = 0.5  # of the like shapes on a page, at least; those of a chart stand beside few lines
_LONGEST_CELL = 20  # characters beside an item; lines of another column are longer
_TOUCHING = 1.0  # points; a mark on an axis is no bullet
_STEP = 0.5  # points; shapes that differ by less are alike

_Shape = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Bullet:
    """A mark that may be the bullet of a line: which page and line it is of."""

    page: int
    line: int
    mark: Mark


def with_bullets(pages: Sequence[Page]) -> list[list[Line]]:
    """Return the lines of pages, those with a drawn bullet with a character in its place.

    Shapes are bullets if at least two alike stand at the left of lines of the document, where
    bullets stand, and most of those on their page do.
    """
    found = [bullet for at, page in enumerate(pages) for bullet in _bullets_of(page, at)]
    counts = Counter(_shape(bullet.mark) for bullet in found)
    lines = [list(page.lines) for page in pages]
    for bullet in found:
        if _alike(counts, _shape(bullet.mark)) >= _FEWEST:
            line = lines[bullet.page][bullet.line]
            sign = "\u2043" if _is_dash(bullet.mark) else "\u2022"
            lines[bullet.page][bullet.line] = replace(
                line, text=f"{sign} {line.text}", left=bullet.mark.x0
            )
    return lines


def _shape(mark: Mark) -> _Shape:
    return round((mark.x1 - mark.x0) / _STEP), round((mark.y1 - mark.y0) / _STEP)


def _alike(counts: Counter[_Shape], shape: _Shape) -> int:
    """Return how many shapes are alike, those counted with one that is a step away."""
    steps = (-1, 0, 1)
    return sum(counts[shape[0] + wider, shape[1] + higher] for wider in steps for higher in steps)


def _bullets_of(page: Page, number: int) -> list[_Bullet]:
    """Return the marks of a page that may be bullets, one for each line."""
    if not page.marks or page.fields:  # the boxes of a form are no bullets
        return []
    rows = _Rows(page.lines)
    usual = _usual_size(page.lines)
    marks = sorted(page.marks, key=lambda mark: mark.middle)
    middles = [mark.middle for mark in marks]
    found: list[_Bullet] = []
    tried: set[Mark] = set()  # each is of one line; a hostile page has many at one place
    for at, line in enumerate(page.lines):
        if not _may_be_item(line, usual):
            continue
        begin = bisect_left(middles, line.baseline + _LOWEST * line.size)
        end = bisect_right(middles, line.baseline + _HIGHEST * line.size)
        beside = [mark for mark in marks[begin:end] if _is_left_of(mark, line)]
        if len(beside) != 1 or beside[0] in tried:
            continue  # several are a dotted line, or stars for a mark
        mark = beside[0]
        tried.add(mark)
        free = max(_FREE * line.size, line.left - mark.x1)
        is_bullet = _is_bullet(mark, line) and rows.is_free(mark, line, free)
        if is_bullet and not _touches(mark, page.rules):
            found.append(_Bullet(number, at, mark))
    of_page = Counter(map(_shape, page.marks))
    used = Counter(_shape(bullet.mark) for bullet in found)
    in_tables = Counter(
        _shape(bullet.mark) for bullet in found if rows.has_cell_beside(page.lines[bullet.line])
    )
    return [
        bullet
        for bullet in found
        if (count := _alike(used, shape := _shape(bullet.mark))) >= _USED * _alike(of_page, shape)
        and _alike(in_tables, shape) <= _USED * count
    ]


def _usual_size(lines: Sequence[Line]) -> float:
    sizes = sorted(line.size for line in lines for _ in range(0, len(line.text), 20))
    return sizes[len(sizes) // 2] if sizes else 0.0


def _may_be_item(line: Line, usual: float) -> bool:
    """Tell whether a line may be an item of a list: no heading, nor with a label already."""
    if line.turned or line.bold or not 0 < line.size <= LARGER * usual:
        return False
    return any(map(str.isalpha, line.text)) and not item_label(line.text)


def _is_left_of(mark: Mark, line: Line) -> bool:
    return _NEAREST * line.size <= line.left - mark.x1 <= _FARTHEST * line.size


def _is_dash(mark: Mark) -> bool:
    return mark.x1 - mark.x0 > _DASH * (mark.y1 - mark.y0)


def _is_bullet(mark: Mark, line: Line) -> bool:
    """Tell whether a mark is as large as the bullet of a line."""
    width, height = (mark.x1 - mark.x0) / line.size, (mark.y1 - mark.y0) / line.size
    if _is_dash(mark):
        return _LEAST <= width <= _LONGEST_DASH
    largest = _LARGEST_PICTURE if mark.is_picture else _LARGEST
    return min(width, height) >= _LEAST and max(width, height) <= largest


def _touches(mark: Mark, rules: Sequence[Rule]) -> bool:
    """Tell whether a longer line goes through a mark or ends at it, as an axis does."""
    return any(
        rule.x0 <= mark.x1 + _TOUCHING
        and rule.x1 >= mark.x0 - _TOUCHING
        and rule.y0 <= mark.y1 + _TOUCHING
        and rule.y1 >= mark.y0 - _TOUCHING
        and (rule.x1 - rule.x0 > mark.x1 - mark.x0 + 1 or rule.y1 - rule.y0 > mark.y1 - mark.y0 + 1)
        for rule in rules
    )


class _Rows:
    """The lines of a page by how high they stand."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = sorted(lines, key=lambda line: line.baseline)
        self._heights = [line.baseline for line in self._lines]

    def is_free(self, mark: Mark, line: Line, free: float) -> bool:
        """Tell whether nothing stands to the left of a mark: it is none within a line."""
        return not any(
            other.left < mark.x0 and other.right > mark.x0 - free for other in self._beside(line)
        )

    def has_cell_beside(self, line: Line) -> bool:
        """Tell whether a few words stand to the right of a line: it is a row of a table."""
        return any(
            other.left > line.right and len(other.text) <= _LONGEST_CELL
            for other in self._beside(line)
        )

    def _beside(self, line: Line) -> list[Line]:
        begin = bisect_left(self._heights, line.baseline - line.size / 2)
        end = bisect_right(self._heights, line.baseline + line.size / 2)
        return self._lines[begin:end]
