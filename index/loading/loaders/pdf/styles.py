"""What a paragraph is by its looks: a heading and of which level, an item, a caption, a note."""

import re
from collections import Counter
from collections.abc import Sequence

from index.loading.loaders.pdf.lines import BULLETS, Line

_LABEL = re.compile(
    rf"(?:[{BULLETS}·–—*-]"
    r"|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]|\([A-Z]\)|[A-Z]\)"
    r"|\[\d{1,3}\]|\d{1,3}(?:\.\d{1,3})+\.?)(?=\s)"
)
_HEADING_LABEL = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[A-Z](?:\.\d{1,2})*\.|[IVX]{1,5}\.|§ ?\d{1,3}[a-z]?)(?=\s+\S)"
)
_CAPTION = re.compile(
    r"(?:Table|Figure|Fig|Chart|Tab|Tabelle|Abbildung|Abb|Tableau|Figura|Tabla|Tabela|Tabella"
    r"|Gráfico|Rysunek|Figur|Tabell)\.?\s?[A-Z]?\d{1,3}(?:\.\d{1,3})?(?:\s?[.:–—|-]|\s(?-i:(?=[A-ZÄÖÜ])))",
    re.I,
)
_NOTE_MARK = re.compile(r"(?:\d{1,3}\)?|[*†‡§¹²³⁰⁴-⁹]+\)?)(?:\s|(?=[A-ZÄÖÜ]))")
_ENDED = re.compile(r"[.,;:…。！？][\"'”’»)\]]*$")
_LEADER = re.compile(r"(\.\s?){4}\s*\w*$|(\.\s){4}")  # of a table of contents
_LETTER = re.compile(r"[^\W\d_]")
LARGER = 1.15  # usual sizes; a heading's
_LONGEST = 160  # characters of a heading
_MOST_LINES = 3
_MOST_BOLD = 0.4  # share of the text; where more is bold, bold says nothing
_SMALLER = 1.08  # usual size to a footnote's
_DEEPEST = 6

_Style = tuple[float, bool]


class Styles:
    """Tells what paragraphs are, by the measures of the whole document."""

    def __init__(self, paragraphs: Sequence[Sequence[Line]], usual: float) -> None:
        """Read the paragraphs of a document whose text mostly has a font of the usual size."""
        self._usual = usual
        lines = [line for paragraph in paragraphs for line in paragraph]
        bold = sum(len(line.text) for line in lines if line.bold)
        self._bold_says = bold < _MOST_BOLD * sum(len(line.text) for line in lines)
        found: Counter[_Style] = Counter()
        for paragraph in paragraphs:
            if self.is_heading(paragraph):
                found[self._style(paragraph)] += 1
        self._ranks = {style: rank for rank, style in enumerate(sorted(found, reverse=True), 1)}
        self._least: dict[_Style, int] = {}
        for paragraph in paragraphs:
            if self.is_heading(paragraph):
                style = self._style(paragraph)
                depth = _depth(heading_label(paragraph[0].text))
                if depth:
                    self._least[style] = min(depth, self._least.get(style, depth))

    def is_large(self, line: Line) -> bool:
        """Tell whether a line is in a font that headings have."""
        return line.size > LARGER * self._usual

    def is_heading(self, paragraph: Sequence[Line]) -> bool:
        """Tell whether a paragraph is a heading: large or bold, and short."""
        length = sum(len(line.text) for line in paragraph)
        if len(paragraph) > _MOST_LINES or length > _LONGEST or paragraph[0].turned:
            return False
        text, last = paragraph[0].text, paragraph[-1]
        if not _LETTER.search(text) or last.broken or caption(text) or _LEADER.search(last.text):
            return False
        large = all(self.is_large(line) for line in paragraph)
        if large:
            return len(paragraph) < _MOST_LINES or not _ENDED.search(last.text)
        if _ENDED.search(last.text) or all(line.size < 0.9 * self._usual for line in paragraph):
            return False
        bold = self._bold_says and all(line.bold for line in paragraph)
        return bold and (not item_label(text) or bool(heading_label(text)))

    def level(self, paragraph: Sequence[Line]) -> int:
        """Return the level of a heading, by its style and how deep its number is."""
        style = self._style(paragraph)
        depth = _depth(heading_label(paragraph[0].text))
        deeper = depth - self._least.get(style, depth) if depth else 0
        return min(_DEEPEST, self._ranks.get(style, 1) + deeper)

    def is_note(self, paragraph: Sequence[Line]) -> bool:
        """Tell whether a paragraph at the foot of a page is set as a footnote."""
        return self.is_small(paragraph) and bool(_NOTE_MARK.match(paragraph[0].text))

    def is_small(self, paragraph: Sequence[Line]) -> bool:
        """Tell whether a paragraph is set smaller than the text."""
        return max(line.size for line in paragraph) * _SMALLER < self._usual

    def _style(self, paragraph: Sequence[Line]) -> _Style:
        return round(max(line.size for line in paragraph) * 2) / 2, paragraph[0].bold


def item_label(text: str) -> str:
    """Return the bullet or number that a list's item begins with; empty if it is none."""
    match = _LABEL.match(text)
    return match[0] if match else ""


def heading_label(text: str) -> str:
    """Return the number that a heading begins with; empty if there is none."""
    match = _HEADING_LABEL.match(text)
    return match[0] if match else ""


def note_label(text: str) -> str:
    """Return the mark that a footnote begins with; empty if there is none."""
    match = _NOTE_MARK.match(text)
    return match[0].strip() if match else ""


def caption(text: str) -> bool:
    """Tell whether a text is the caption of a table or figure."""
    return bool(_CAPTION.match(text))


def _depth(label: str) -> int:
    """Return how many parts a printed number has."""
    return len([part for part in label.split(".") if part])
