"""What is usual in a document: font size, distance of lines, and how far its columns reach."""

import statistics
from itertools import pairwise

from index.loading.loaders.pdf.lines import SAME_SIZE, Line, is_near, is_wide, runs, size_ratio

GAP = 1.25  # usual distances of lines; more than that is space between paragraphs
_FEW = 10  # lines; a page of so few doesn't tell how wide its columns are
_SAME_BLOCK = 2.2  # sizes; more than the indent of a first line, less than that of a quotation


class Columns:
    """The usual measures of a document, and the right edge for each of its lines.

    Attributes:
        size: Font size of most of the text.
        distance: From one line to the next within a paragraph, in font sizes.
        width: Of a character, in font sizes.
    """

    def __init__(self, pages: list[list[Line]]) -> None:
        lines = [line for page in pages for line in page]
        # Each line counts by its length: headings are many but short.
        sizes = [line.size for line in lines for _ in range(0, len(line.text), 20)]
        self.size = statistics.median(sizes) if sizes else 0.0
        self.width = statistics.median(line.width for line in lines) if lines else 0.0
        distances = sorted(
            (line.baseline - following.baseline) / following.size
            for page in pages
            for line, following in pairwise(page)
            if is_near(line, following) and size_ratio(line, following) < SAME_SIZE
        )
        # Most lines of a list or a table stand apart: the median may be their distance.
        self.distance = distances[len(distances) * 3 // 10] if distances else 1.2
        self._edges: dict[int, float] = {}
        for number, page in enumerate(pages):
            near = pages[max(0, number - 1) : number + 2] if len(page) < _FEW else [page]
            self._measure(page, [line for other in near for line in other])

    def is_short(self, line: Line, following: Line) -> bool:
        """Tell whether the next line's first word had room: the line was ended on purpose."""
        if line.clings:
            return False
        if is_wide(following.text[0]):  # Chinese: a line may end anywhere, but not before a comma
            room = 2 * following.size
        else:
            # In a row of a table the characters are far from each other.
            room = (1.15 * following.first_word + 1) * min(following.width, 0.6) * following.size
        # What is turned was not measured: its lines are as long as it needs
        edge = self._edges.get(id(line), line.right)
        return line.right + room < edge - 0.3 * line.size

    def gap(self, line: Line, following: Line) -> float:
        """Return the distance to the next line, 1 being usual."""
        size = max(line.size, following.size) * self.distance
        return (line.baseline - following.baseline) / size if size > 0 else 0.0

    def _measure(self, page: list[Line], others: list[Line]) -> None:
        """Find the right edge of the column that each line stands in."""
        for run in runs(page, lambda a, b: is_near(a, b) and size_ratio(a, b) < SAME_SIZE):
            # The lines of a list, or the last of a page, may all be short: look at the others too.
            around = [line for line in others if _may_enclose(line, run[0])]
            rights = sorted(line.right for line in around)
            right = max(_edge(run), rights[(len(rights) - 1) * 3 // 4])
            left = min(line.left for line in around + run)
            for block in runs(run, self._is_same_block):
                edge = _edge(block)
                # A quotation is narrower on both sides, a list only seems to be on the right.
                inset = 1.5 * (min(line.left for line in block) - left) + block[0].size
                quoted = len(block) > 2 and right - edge < inset
                self._edges.update((id(line), edge if quoted else right) for line in block)

    def _is_same_block(self, line: Line, following: Line) -> bool:
        indent = abs(line.left - following.left)
        return self.gap(line, following) < GAP and indent < _SAME_BLOCK * line.size


def _may_enclose(line: Line, inner: Line) -> bool:
    """Tell whether a line may be of the column in which `inner` is indented."""
    indent = inner.left - line.left
    near = -inner.size < indent < 5 * inner.size
    return line is inner or (near and size_ratio(line, inner) < SAME_SIZE)


def _edge(lines: list[Line]) -> float:
    """Return the right edge of a column, which a line or two of code may go over."""
    rights = sorted((line.right for line in lines), reverse=True)
    alike = max(2, len(rights) // 15)
    for right, last in zip(rights, rights[alike - 1 :], strict=False):
        if right - last < 2 * lines[0].size:
            return right
    return rights[0]
