"""Lines on pages to running text: which of them make a paragraph. Pure; knows nothing of PDF."""

import re

from index.loading.loaders.pdf.columns import GAP, Columns
from index.loading.loaders.pdf.lines import BULLETS, SAME_SIZE, Line, is_below, size_ratio

Paragraph = list[Line]

_FINISHED = re.compile(
    r"[.!?:…。！？][\"'”’»)\]]*(\d{1,3}|\[\d+\]|[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+)?$"
)
_RAISED = re.compile(r"[^\W\d][\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+$")  # within a sentence
_BULLET = re.compile(rf"[{BULLETS}](\s|$)")
_NUMBERED = re.compile(
    r"([–—*·-]|\(?(\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|\[\d+\]|\d+(\.\d+)+"
    r"|(Table|Figure|Fig\.|Tabelle|Abbildung|Abb\.) [\d.]+[.:])\s"
)
_LEADER = re.compile(r"(\.\s?){4,}\s*\w*$")  # of a table of contents
_INDENT = 0.8  # sizes; more than letters overhang
_WIDE_GAP = 1.45  # usual distances, within a sentence: a raised figure makes room for itself
_WIDEST_GAP = 2.5
_SAME_SENTENCE = 1.3  # times the size; code in a sentence is often smaller
_HEADING = 1.15  # usual sizes
_HEADING_GAP = 1.1  # usual distances
_FOOT = 0.25  # of the height that text takes on full pages
_SPREAD = 1.6  # usual widths of a character; justified lines are below it


class Layout:
    """Decides what belongs together, by the measures of the document."""

    def __init__(self, pages: list[list[Line]]) -> None:
        self._columns = Columns(pages)
        self.size = self._columns.size
        lowest = sorted(min(line.baseline for line in page) for page in pages if page)
        highest = sorted(max(line.baseline for line in page) for page in pages if page)
        # Of most pages: one with a footnote or a stamp reaches lower.
        self._foot = lowest[len(lowest) // 4] if lowest else 0.0
        self._head = highest[len(highest) * 3 // 4] if highest else 0.0

    def paragraphs(self, page: list[Line]) -> list[Paragraph]:
        """Cut the lines of a page into paragraphs."""
        found: list[Paragraph] = []
        for line, third in zip(page, [*page[1:], None], strict=False):
            if found and not self._begins(found[-1], line, third):
                found[-1].append(line)
            else:
                found.append([line])
        return found

    def goes_overleaf(self, paragraph: Paragraph, following: Paragraph) -> bool:
        """Tell whether the last paragraph of a page continues with the first of the next."""
        last, first = paragraph[-1], following[0]
        if not self.goes_on(last, *following[:2]):
            return False
        if first.text[0].islower() or last.clings:
            return True
        # A page that isn't full ends its sentences, and so does a line alone: of a list, a slide.
        # Behind a full stop nothing tells; two paragraphs are then no harm.
        if _FINISHED.search(last.text):
            return False
        full = last.baseline <= self._foot + _FOOT * (self._head - self._foot)
        return full and max(len(paragraph), len(following)) > 1

    def goes_on(self, line: Line, following: Line, third: Line | None = None) -> bool:
        """Tell whether a paragraph continues at the top of another page or column.

        Args:
            line: The last one.
            following: The first one there.
            third: The one after that.
        """
        if size_ratio(line, following) > SAME_SIZE or self._is_heading(line):
            return False
        if line.value is not None or following.value is not None or following.turned:
            return False
        if line.bold != following.bold and not following.text[0].islower():
            return False
        finished = bool(_FINISHED.search(line.text))
        if _BULLET.match(following.text) or (finished and _NUMBERED.match(following.text)):
            return False
        if following.text[0].islower() or line.clings:
            return True
        indented = third is not None and following.left - third.left > _INDENT * following.size
        return not self._columns.is_short(line, following) and not (finished and indented)

    def _begins(self, paragraph: Paragraph, line: Line, third: Line | None) -> bool:
        """Tell whether `line` begins a new paragraph on the same page."""
        last = paragraph[-1]
        if last.turned != line.turned or last.value is not None or line.value is not None:
            return True
        if not is_below(last, line):
            return not self.goes_on(last, line, third)
        if last.bold != line.bold and self._changes_weight(paragraph, line):
            return True
        if self._is_other_matter(last, line):
            return True
        if self._is_heading(last) or self._is_heading(line):
            ratio = size_ratio(last, line)
            return self._columns.gap(last, line) > GAP or ratio > SAME_SIZE
        return self._is_ended(paragraph, line)

    def _changes_weight(self, paragraph: Paragraph, line: Line) -> bool:
        """Tell whether a heading in bold ends or begins, not only bold words in a sentence."""
        last = paragraph[-1]
        ended = self._columns.is_short(last, line) or self._columns.gap(last, line) > _HEADING_GAP
        if last.bold:
            return ended and all(other.bold for other in paragraph)
        return ended or bool(_FINISHED.search(last.text))

    def _is_other_matter(self, last: Line, line: Line) -> bool:
        """Tell whether two lines aren't running text of one kind."""
        spread = max(last.width, line.width) > _SPREAD * self._columns.width  # rows of a table
        marked = _BULLET.match(line.text) or _LEADER.search(last.text[-80:])
        return spread or bool(marked) or size_ratio(last, line) > _SAME_SENTENCE

    def _is_ended(self, paragraph: Paragraph, line: Line) -> bool:
        """Tell by its shape whether a paragraph is complete before `line`."""
        last = paragraph[-1]
        # What follows the mark of a footnote may stand on a line of its own for it.
        short = self._columns.is_short(last, line) and not _RAISED.search(last.text)
        ended = short or bool(_FINISHED.search(last.text))
        gap = self._columns.gap(last, line)
        if gap > (GAP if ended else _WIDE_GAP):
            return ended or not line.text[0].islower() or gap > _WIDEST_GAP
        first = paragraph[0].text
        in_list = bool(_BULLET.match(first) or _NUMBERED.match(first))
        if _NUMBERED.match(line.text) and (ended or in_list):
            return True
        shift = (line.left - last.left) / line.size if line.size > 0 else 0.0
        indented = shift > _INDENT and not in_list
        outdented = shift < -_INDENT and len(paragraph) > 1
        return ended if indented or outdented else short

    def _is_heading(self, line: Line) -> bool:
        return line.size > _HEADING * self._columns.size
