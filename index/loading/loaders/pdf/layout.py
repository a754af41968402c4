"""Lines on pages to running text: which of them make a paragraph. Pure; knows nothing of PDF."""

import re
from itertools import pairwise

from index.loading.loaders.pdf.columns import GAP, Columns
from index.loading.loaders.pdf.hyphens import Hyphens
from index.loading.loaders.pdf.lines import SAME_SIZE, Line, is_below, is_wide, rows, size_ratio

Paragraph = list[Line]

_FINISHED = re.compile(r"[.!?:…。！？][\"'”’»)\]]*(\d{1,3}|\[\d+\])?$")
_BULLET = re.compile(r"[•‣◦▪▫●○■□❖➢✓\uf0b7\uf0a7](\s|$)")
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
_SPREAD = 1.6  # usual widths of a character; justified lines are below it


def join_pages(pages: list[list[Line]], *, hyphenated: bool) -> tuple[str, tuple[int, ...]]:
    r"""Return the text with "\n\n" between paragraphs, and the offset at which each page begins.

    Args:
        pages: The lines of each page, in reading order.
        hyphenated: Whether the program that set the text may break words at line ends.
    """
    pages = [rows(page) for page in pages]
    layout = _Layout(pages)
    hyphens = Hyphens(((line.text, line.broken) for page in pages for line in page), hyphenated)
    paged = [layout.paragraphs(page) for page in pages]
    running_on = set()
    for number, following in pairwise(number for number, page in enumerate(paged) if page):
        first = paged[following][0]
        paged[number] = layout.notes_first(paged[number], first)
        if layout.goes_on(paged[number][-1][-1], *first[:2]):
            running_on.add(following)

    parts: list[str] = []
    length = 0
    starts = []
    previous: Line | None = None
    for number, page in enumerate(paged):
        starts.append(length)
        for i, paragraph in enumerate(page):
            for j, line in enumerate(paragraph):
                glue = "-\n\n" if previous and previous.broken else "\n\n"
                if previous is None:
                    glue = ""
                elif j or (i == 0 and number in running_on):
                    glue = _glue(previous, line, hyphens)
                if i == j == 0:
                    starts[-1] = length + len(glue)
                parts += glue, line.text
                length += len(glue) + len(line.text)
                previous = line
    if previous and previous.broken:
        parts.append("-")
    return "".join(parts), tuple(starts)


def _glue(line: Line, following: Line, hyphens: Hyphens) -> str:
    """Return what stands between two lines of a paragraph."""
    if line.broken:
        return hyphens.between(line.text, following.text)
    no_space = is_wide(line.text[-1]) and is_wide(following.text[0])
    return "" if line.clings or no_space else " "


class _Layout:
    """Decides what belongs together, by the measures of the document."""

    def __init__(self, pages: list[list[Line]]) -> None:
        self._columns = Columns(pages)

    def paragraphs(self, page: list[Line]) -> list[Paragraph]:
        """Cut the lines of a page into paragraphs."""
        found: list[Paragraph] = []
        for line, third in zip(page, [*page[1:], None], strict=False):
            if found and not self._begins(found[-1], line, third):
                found[-1].append(line)
            else:
                found.append([line])
        return found

    def notes_first(self, page: list[Paragraph], following: Paragraph) -> list[Paragraph]:
        """Move footnotes before a paragraph that runs on to the next page, which they would cut."""
        end = len(page)
        note = self._columns.size / SAME_SIZE
        while end and max(line.size for line in page[end - 1]) < note:
            end -= 1
        if end in {0, len(page)} or not self.goes_on(page[end - 1][-1], *following[:2]):
            return page
        return page[: end - 1] + page[end:] + [page[end - 1]]

    def goes_on(self, line: Line, following: Line, third: Line | None = None) -> bool:
        """Tell whether a paragraph continues at the top of another page or column.

        Args:
            line: The last one.
            following: The first one there.
            third: The one after that.
        """
        if size_ratio(line, following) > SAME_SIZE or self._is_heading(line):
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
        if not is_below(last, line):
            return not self.goes_on(last, line, third)
        if self._is_other_matter(last, line):
            return True
        if self._is_heading(last) or self._is_heading(line):
            ratio = size_ratio(last, line)
            return self._columns.gap(last, line) > GAP or ratio > SAME_SIZE
        return self._is_ended(paragraph, line)

    def _is_other_matter(self, last: Line, line: Line) -> bool:
        """Tell whether two lines aren't running text of one kind."""
        spread = max(last.width, line.width) > _SPREAD * self._columns.width  # rows of a table
        marked = _BULLET.match(line.text) or _LEADER.search(last.text[-80:])
        return spread or bool(marked) or size_ratio(last, line) > _SAME_SENTENCE

    def _is_ended(self, paragraph: Paragraph, line: Line) -> bool:
        """Tell by its shape whether a paragraph is complete before `line`."""
        last = paragraph[-1]
        short = self._columns.is_short(last, line)
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
