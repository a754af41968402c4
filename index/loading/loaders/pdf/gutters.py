"""Columns that nearly touch: lines of the file that go over several of them, cut at the gutter.

Between the words of a line the gutter is a space like others. What tells is that all lines below
each other have a space there, and that what follows it begins in the same place.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from index.loading.loaders.pdf.aligned import is_prose
from index.loading.loaders.pdf.drawn import Rule
from index.loading.loaders.pdf.lines import SAME_SIZE, Line

# Lines over a gutter, one below the other. A space is in a given place of a line of prose with a
# probability of .08, of .12 where it is justified. So eight lines have one in common by chance in
# one page of some 2,000, and mostly in the midst of a paragraph; where it has to be a whole one, in
# one paragraph of some 70,000
_FEWEST_LINES = 8
_SURE = 20  # such lines, which are columns even if the next one, as near as they, goes over both
_FEWEST_MORE = 4  # such lines in a further block of a page with the same gutter
_ALIGNED = 0.75  # of the lines, at least; the others are the first ones of paragraphs
_SAME_EDGE = 0.15  # sizes; the sides of letters differ by less
_FREE = 0.2  # sizes that are free in all lines; a narrow space in justified text has some more
_NARROW = 0.8  # sizes; wider gaps part lines in any case
_DOWN = 3.0  # sizes from line to line; more is another block
_NEXT = 1.5  # usual distances to the next line of the left column, beside which nothing stands
_MOST_GUTTERS = 3  # side by side
_MOST_EDGES = 6  # places where columns may begin that are tried
_DEEPEST = 3  # gutters within columns


@dataclass(frozen=True, slots=True)
class WideLine:
    """A line as the file has it, or the part of it that stands in some columns.

    Attributes:
        number: Which line of the page it is.
        first: Number of its first word.
        words: Its words.
        gaps: Where each word but the last ends, and where the next begins, in points.
        left: Where it begins.
        right: Where it ends.
        baseline: Height above the foot of the page.
        size: Size of its font.
    """

    number: int
    first: int
    words: Sequence[str]
    gaps: Sequence[tuple[float, float]]
    left: float
    right: float
    baseline: float
    size: float

    @classmethod
    def whole(cls, number: int) -> "WideLine":
        """Return a line that no gutter goes through."""
        return cls(number, 0, (), (), -math.inf, math.inf, 0.0, 0.0)

    @property
    def end(self) -> int:
        """Number of the word after its last one."""
        return self.first + len(self.words)

    def gap_at(self, x: float) -> int | None:
        """Return the number of the gap in which a column may begin; None if words are there."""
        low, high = 0, len(self.gaps)
        while low < high:
            middle = (low + high) // 2
            if self.gaps[middle][1] < x - _SAME_EDGE * self.size:
                low = middle + 1
            else:
                high = middle
        found = low < len(self.gaps) and self.gaps[low][0] <= x - _FREE * self.size
        return low if found else None

    def cut(self, gap: int) -> tuple["WideLine", "WideLine"]:
        """Return what is left and right of a gap."""
        before, after = self.gaps[gap]
        left = replace(self, words=self.words[: gap + 1], gaps=self.gaps[:gap], right=before)
        right = replace(
            self,
            first=self.first + gap + 1,
            words=self.words[gap + 1 :],
            gaps=self.gaps[gap + 1 :],
            left=after,
        )
        return left, right

    def is_left_of(self, x: float) -> bool:
        """Tell whether it ends before a gutter."""
        return self.right <= x - _FREE * self.size

    def is_right_of(self, x: float) -> bool:
        """Tell whether it begins behind a gutter."""
        return self.left >= x - _SAME_EDGE * self.size


def in_columns(
    lines: Sequence[WideLine], rules: Sequence[Rule], deep: int = _DEEPEST
) -> list[WideLine]:
    """Return the lines of a page, those of columns that nearly touch one column after the other.

    Args:
        lines: In the order of the file.
        rules: What is drawn on the page. Where one goes over a gutter, it is a table's.
        deep: How often columns may be cut again.
    """
    ordered: list[WideLine] = []
    done = 0
    for begin, end, x in _blocks(lines, rules) if deep else ():
        ordered += lines[done:begin]
        for side in zip(*(_sides(line, x) for line in lines[begin:end]), strict=True):
            ordered += in_columns([part for part in side if part], rules, deep - 1)
        done = end
    return [*ordered, *lines[done:]]


def _sides(line: WideLine, x: float) -> tuple[WideLine | None, WideLine | None]:
    """Return what of a line stands left and right of a gutter that it doesn't go over."""
    gap = line.gap_at(x)
    if gap is not None:
        return line.cut(gap)
    return (line, None) if line.is_left_of(x) else (None, line)


def _blocks(lines: Sequence[WideLine], rules: Sequence[Rule]) -> list[tuple[int, int, float]]:
    """Return where lines stand in columns: the first, the one after the last, and the gutter."""
    found: list[tuple[int, int, float]] = []
    edges = _edges(lines)
    for x in edges:
        blocks = []
        most = 0
        for begin, end in _runs(lines, x):
            block = lines[begin:end]
            first, last = _ends(block, x)
            over = _over(block[first:last], x)
            if len(over) < _FEWEST_MORE or not _are_columns(block[first:last], x, rules):
                continue
            # Lines that say the same have words that begin in the same places, and more of them
            alike = sum(_is_aligned(over, other) for other in edges) > _MOST_GUTTERS
            river = len(over) < _SURE and _is_within_text(lines, begin + first, begin + last)
            if not alike and not river:
                most = max(most, len(over))
                blocks.append((begin + first, begin + last, x))
        if most >= _FEWEST_LINES:
            found += [one for one in blocks if all(one[1] <= a or b <= one[0] for a, b, _ in found)]
    return sorted(found)


def _over(lines: Sequence[WideLine], x: float) -> list[WideLine]:
    """Return the lines that go over a gutter."""
    return [line for line in lines if line.gap_at(x) is not None]


def _is_aligned(over: Sequence[WideLine], x: float) -> bool:
    """Tell whether most lines have a word that begins at a place, behind a space."""
    gaps = [(line, gap) for line in over if (gap := line.gap_at(x)) is not None]
    near = sum(abs(line.gaps[gap][1] - x) <= _SAME_EDGE * line.size for line, gap in gaps)
    return near >= _ALIGNED * len(over)


def _ends(block: Sequence[WideLine], x: float) -> tuple[int, int]:
    """Return which lines of a block begin and end it, but for what may stand above and below.

    A title above columns may have a space where they have their gutter. What stands below the left
    column alone may be a line over both.
    """
    size = median(line.size for line in block)
    over = [line.gap_at(x) is not None for line in block]
    if True not in over:
        return 0, 0
    begin = 0
    while begin < len(block) and over[begin] and not _is_as_large(block[begin], size):
        begin += 1
    end = len(block) - over[::-1].index(True)
    usual = _usual_drop(block)
    while end < len(block):
        drop = block[end - 1].baseline - block[end].baseline
        alone = block[end].is_left_of(x)
        if alone and (drop > _NEXT * usual or not _is_as_large(block[end], size)):
            break
        end += 1
    return min(begin, end), end


def _is_within_text(lines: Sequence[WideLine], begin: int, end: int) -> bool:
    """Tell whether the line above a block or the one below it is a line of the same paragraph."""
    near = _NEXT * _usual_drop(lines[begin:end])
    for inner, outer in ((begin, begin - 1), (end - 1, end)):
        if 0 <= outer < len(lines) and lines[outer].words:
            distance = abs(lines[outer].baseline - lines[inner].baseline)
            if distance < near and _is_as_large(lines[outer], lines[inner].size):
                return True
    return False


def _usual_drop(block: Sequence[WideLine]) -> float:
    drops = [a.baseline - b.baseline for a, b in pairwise(block) if a.baseline > b.baseline]
    return median(drops) if drops else 0.0


def _is_as_large(line: WideLine, size: float) -> bool:
    return size / SAME_SIZE < line.size < size * SAME_SIZE


def _are_columns(block: Sequence[WideLine], x: float, rules: Sequence[Rule]) -> bool:
    """Tell whether running text stands on both sides of a gutter, and no table."""
    over = _over(block, x)
    widths = [
        (line.gaps[gap][1] - line.gaps[gap][0]) / line.size
        for line in over
        if (gap := line.gap_at(x)) is not None
    ]
    if not _is_aligned(over, x) or min(widths) > _NARROW:
        return False
    top, foot = block[0].baseline, block[-1].baseline
    size = block[0].size
    if any(
        not rule.is_vertical and rule.x0 < x - size and rule.x1 > x + size and foot < rule.y0 < top
        for rule in rules
    ):
        return False
    sides = zip(*(_sides(line, x) for line in block), strict=True)
    return all(_is_prose([part for part in side if part]) for side in sides)


def _is_prose(side: Sequence[WideLine]) -> bool:
    lines = [Line(" ".join(o.words), o.left, o.right, o.baseline, o.size) for o in side]
    strip = min(line.left for line in lines), max(line.right for line in lines)
    return is_prose(lines, strip)


def _edges(lines: Sequence[WideLine]) -> list[float]:
    """Return where most words begin behind a space, as those of a column do."""
    begins = [
        after
        for line in lines
        for before, after in line.gaps
        if after - before >= _FREE * line.size
    ]
    counts = Counter(map(round, begins))
    around = {at: sum(counts[at + step] for step in (-1, 0, 1)) for at in counts}
    found: list[int] = []
    for at in sorted(around, key=lambda at: (-around[at], at)):
        if around[at] < _ALIGNED * _FEWEST_LINES or len(found) == _MOST_EDGES:
            break
        if all(abs(at - other) > 2 for other in found):
            found.append(at)
    return [median(x for x in begins if abs(x - at) <= 1.5) for at in found]


def _runs(lines: Sequence[WideLine], x: float) -> Iterator[tuple[int, int]]:
    """Yield lines below each other of which none has a word over a gutter."""
    begin: int | None = None
    for at, line in enumerate(lines):
        beside = line.is_left_of(x) or line.is_right_of(x) or line.gap_at(x) is not None
        if begin is not None and not (beside and _follows(lines[at - 1], line)):
            yield begin, at
            begin = None
        if begin is None and beside:
            begin = at
    if begin is not None:
        yield begin, len(lines)


def _follows(line: WideLine, following: WideLine) -> bool:
    size = max(line.size, following.size)
    return -0.6 * size < line.baseline - following.baseline < _DOWN * size
