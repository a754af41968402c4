"""The lines of a page as PDFium has them, put where they stand."""

import math
import re
from collections.abc import Iterator
from ctypes import byref, c_double, c_int, create_string_buffer
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING

from index.loading.loaders.pdf.directions import (
    FROM_RIGHT,
    Letter,
    cut,
    letters_of,
    runs_from_right,
    written,
)
from index.loading.loaders.pdf.drawn import Drawn
from index.loading.loaders.pdf.gutters import WideLine, in_columns
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.text import clean, collapse
from index.loading.loaders.word.numbering import plain_sign

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

# PDFium ends a line with CRLF, or with U+FFFE in place of the hyphen of a broken word.
_LINE_END = re.compile("\r\n|\ufffe|[\r\n\x02]")
_WORD = re.compile(r"\S+")
_BROKEN = frozenset("\ufffe\x02")
_HYPHEN = re.compile(r"[^\W\d_][-\u2010\xad]$")
_APART = 0.8  # sizes; words are .2 to .5 apart, cells and columns at least 1
_LEAST_GAP = 0.1  # sizes; a drawn line between two cells is between letters that are apart
_RAISED = 0.8  # of the line's size, at most; marks of footnotes are .5 to .75
_MARKED = re.compile(r"[\w.,;:!?)\]”’»\"'](\d{1,2})$")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BOLD = re.compile(rb"bold|black|heavy|semibold|demi", re.I)
_BOLD_WEIGHT = 600
_SIGN_FONT = re.compile(rb"wingdings|webdings", re.I)  # whose signs have the codes of letters
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_SIGN = re.compile("[\uf021-\uf0ff]")  # the codes of such fonts; what is before is a space
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}


def hyphen_apart(text: str) -> tuple[str, bool]:
    """Return a line without the hyphen that it may end with, and whether it does."""
    return (text[:-1], True) if _HYPHEN.search(text) else (text, False)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a character stands, along the direction of its line."""

    left: float
    right: float
    baseline: float
    size: float
    quarter: int  # of a turn, counter-clockwise; -1 if it is slanted


@dataclass(frozen=True, slots=True)
class _FileLine:
    """A line as the file has it, or the part of it that stands in a column.

    Attributes:
        words: From where to where in the text.
        first: Where its first character stands.
        last: Where its last character stands.
        gaps: Where each word but the last ends, and where the next begins; none on a slant.
        end: What PDFium ends it with; empty if it doesn't.
    """

    words: list[tuple[int, int]]
    first: _Place
    last: _Place
    gaps: list[tuple[float, float]]
    end: str


class LineReader:
    """Reads the lines of one page.

    Attributes:
        is_from_right: Whether most of its letters are of scripts that run from right to left.
    """

    def __init__(self, text_page: "PdfTextPage", drawn: Drawn) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._page = text_page.raw  # as it is: the wrapper costs at each of a thousand calls
        self._text: str = text_page.get_text_range()
        # PDFium counts UTF-16 units.
        self._units: list[int] = list(
            accumulate((1 + (c > "\uffff") for c in self._text), initial=0)
        )
        # Usually the number of a character is its place in the text; some are left out of that.
        self._alike = text_page.count_chars() == self._units[-1]
        self._rules = drawn.rules
        self._verticals = [rule for rule in drawn.rules if rule.is_vertical]
        self._box = raw.FS_RECTF()
        self._box_at = byref(self._box)
        self._loose_box = raw.FPDFText_GetLooseCharBox
        self._x, self._y, self._matrix = c_double(), c_double(), raw.FS_MATRIX()
        self.is_from_right = not self._text.isascii() and runs_from_right(self._text)

    def lines(self) -> Iterator[tuple[Line, int]]:
        """Yield each line, and by how many quarters of a turn it is turned."""
        start, plain = 0, self._text.isascii()
        lines: list[_FileLine | list[tuple[Line, int]]] = []
        for match in _LINE_END.finditer(self._text + "\n"):
            both = not plain and FROM_RIGHT.search(self._text, start, match.start())
            if both or self.is_from_right:
                lines.append(list(self._pieces_of_both(start, match)))
            elif line := self._file_line(start, match):
                lines.append(line)
            start = match.end()
        wide = [self._wide_line(number, line) for number, line in enumerate(lines)]
        for part in in_columns(wide, self._rules):
            whole = lines[part.number]
            if isinstance(whole, list):
                yield from whole
            else:
                yield from self._pieces(self._part(whole, part))

    def _file_line(self, start: int, end: re.Match[str]) -> _FileLine | None:
        words = self._words(start, end)
        if not words:
            return None
        first, last = self._place(words[0][0]), self._place(words[-1][1] - 1)
        straight = first.quarter >= 0 and first.quarter == last.quarter
        gaps = list(self._gaps(words, first.quarter)) if straight else []
        return _FileLine(words, first, last, gaps, end[0])

    def _wide_line(self, number: int, line: _FileLine | list[tuple[Line, int]]) -> WideLine:
        if isinstance(line, list) or line.first.quarter or line.last.quarter:
            return WideLine.whole(number)
        first, last = line.first, line.last
        size = max(first.size, last.size)
        edges = [first.left, *chain.from_iterable(line.gaps), last.right]
        if size <= 0 or any(a > b + _LEAST_GAP * size for a, b in pairwise(edges)):
            return WideLine.whole(number)  # its words don't follow each other from the left
        words = [self._text[start:end] for start, end in line.words]
        return WideLine(number, 0, words, line.gaps, first.left, last.right, first.baseline, size)

    def _part(self, line: _FileLine, part: WideLine) -> _FileLine:
        """Return what of a line stands in one column."""
        first, end = part.first, part.end
        if not end or end - first == len(line.words):
            return line
        words = line.words[first:end]
        return _FileLine(
            words,
            self._place(words[0][0]) if first else line.first,
            line.last if end == len(line.words) else self._place(words[-1][1] - 1),
            line.gaps[first : end - 1],
            line.end if end == len(line.words) else "",
        )

    def _pieces(self, line: _FileLine) -> Iterator[tuple[Line, int]]:
        """Cut a line where there is more than the space between words."""
        words, first, last = line.words, line.first, line.last
        bold = self._is_bold(words[0][0]) and self._is_bold(words[-1][1] - 1)
        pieces: list[tuple[int, int, float, float]] = []  # first and last word, left, right
        left, begin = first.left, 0
        below: dict[int, _Place] = {}  # by its number, the first word of a line further down
        if line.gaps:
            far, crossing = _APART * max(first.size, last.size), self._crossing(first, last)
            for at, (before, after) in enumerate(line.gaps, 1):
                # PDFium may see no end of a line before one of a lone character
                lower = before - after > far and self._is_below(words[at][0], first)
                if lower:
                    below[at] = self._place(words[at][0])
                if lower or after - before > far or any(before <= x <= after for x in crossing):
                    pieces.append((begin, at - 1, left, before))
                    left, begin = after, at
        pieces.append((begin, len(words) - 1, left, last.right))
        for one, other, left, right in pieces:
            # A bullet or the mark of a footnote is smaller than its line, and not on it.
            size, baseline = max((first.size, first.baseline), (last.size, last.baseline))
            if len(pieces) > 1 and first.size != last.size:
                place = self._place(words[one][0])
                size, baseline = place.size, place.baseline
            elif below:
                place = next((below[at] for at in reversed(below) if at <= one), first)
                size, baseline = place.size, place.baseline
            of_piece = [self._marked(*word, size) for word in words[one : other + 1]]
            of_piece[0] = self._bullet(*words[one]) or of_piece[0]
            broken = line.end in _BROKEN if other == len(words) - 1 else None
            piece = self._line(of_piece, left, right, baseline, size, bold, broken)
            if piece:
                yield piece, first.quarter

    def _pieces_of_both(self, start: int, end: re.Match[str]) -> Iterator[tuple[Line, int]]:
        """Cut a line with words of a script that runs from right to left, by where they stand."""
        places = [at for at in range(start, end.start()) if not self._text[at].isspace()]
        if not places:
            return
        first, last = self._place(places[0]), self._place(places[-1])
        if first.quarter or last.quarter:
            if turned := self._file_line(start, end):
                yield from self._pieces(turned)
            return
        text = self._text[start : end.start()]
        from_right = self.is_from_right or runs_from_right(text)
        words = accumulate(self._text[at - 1].isspace() for at in places)
        letters = letters_of(
            [
                Letter(self._text[at], *self._edges(at, 0), word)
                for at, word in zip(places, words, strict=True)
            ]
        )
        written_spaces = [
            self._edges(at, 0) for at in range(start, end.start()) if self._text[at] == " "
        ]  # those that PDFium makes up are of no width, and stand anywhere
        spaces = [(left + right) / 2 for left, right in written_spaces if right > left]
        size, baseline = max((first.size, first.baseline), (last.size, last.baseline))
        bold = self._is_bold(places[0]) and self._is_bold(places[-1])
        left, right = letters[0].left, max(letter.right for letter in letters)
        crossing = self._crossing(replace(first, left=left), replace(first, left=right))
        pieces = [
            part
            for apart in cut(letters, _APART * size)
            for part in _parted(apart, crossing, _LEAST_GAP * size)
        ]
        for piece in reversed(pieces) if from_right else pieces:
            ordered = piece[::-1] if from_right else piece
            text_read = written(ordered, spaces, size, from_right=from_right)
            line = self._line(
                [text_read],
                piece[0].left,
                max(one.right for one in piece),
                baseline,
                size,
                bold,
                None,
            )
            if line:
                yield line, 0

    def _bullet(self, start: int, end: int) -> str:
        """Return the word that a line begins with if it is a sign of a font of signs, else ""."""
        word = self._text[start:end]
        sign, rest = word[0], word[1:]
        if _SIGN.match(sign):
            if rest and _PRIVATE.match(rest):
                return ""  # the letters of a font that doesn't say what they are
            return f"{plain_sign(sign)} {rest}".rstrip()
        if not rest and sign < "\u0100" and _SIGN_FONT.search(self._font(start)):
            return plain_sign(chr(0xF000 + ord(sign)))
        return ""

    def _words(self, start: int, end: re.Match[str]) -> list[tuple[int, int]]:
        return [word.span() for word in _WORD.finditer(self._text, start, end.start())]

    def _is_below(self, at: int, other: _Place) -> bool:
        """Tell whether a character stands on a line further down."""
        return self._place(at).baseline < other.baseline - other.size / 2

    def _gaps(self, words: list[tuple[int, int]], quarter: int) -> Iterator[tuple[float, float]]:
        """Yield where each word but the last ends, and where the next begins."""
        if quarter or not self._alike:
            for (_, end), (start, _) in pairwise(words):
                yield self._edges(end - 1, quarter)[1], self._edges(start, quarter)[0]
            return
        # The same without detours: half of the time that a page takes is spent here
        read, page, place, box, units = (
            self._loose_box,
            self._page,
            self._box_at,
            self._box,
            self._units,
        )
        for (_, end), (start, _) in pairwise(words):
            read(page, units[end - 1], place)
            before = box.right
            read(page, units[start], place)
            yield before, box.left

    def _crossing(self, first: _Place, last: _Place) -> list[float]:
        """Return where vertical lines cross a line of text."""
        if first.quarter or not self._verticals:
            return []
        height = first.baseline + first.size / 3
        return [
            rule.x0
            for rule in self._verticals
            if rule.y0 <= height <= rule.y1 and first.left < rule.x0 < last.right
        ]

    def _line(
        self,
        parts: list[str],
        left: float,
        right: float,
        baseline: float,
        size: float,
        bold: bool,
        broken: bool | None,  # as PDFium has it; None where no line ends
    ) -> Line | None:
        shown = collapse(clean(" ".join(parts)).replace("\xa0", " "))
        if broken is False:
            shown, broken = hyphen_apart(shown)
        shown = shown.replace("\xad", "").translate(_LIGATURES).strip()
        if not shown:
            return None
        return Line(shown, left, right, baseline, size, bool(broken), bold)

    def _marked(self, start: int, end: int, size: float) -> str:
        """Return a word; digits that are raised behind it are no part of its number."""
        word = self._text[start:end]
        if not word[-1].isdigit() or not _MARKED.search(word):
            return word
        if self._size(end - 1) > _RAISED * size or not size or self._is_lowered(start, end - 1):
            return word
        at = end
        while at > start + 1 and self._text[at - 1].isdigit() and self._size(at - 1) < 0.9 * size:
            at -= 1
        if self._size(at - 1) < 0.9 * size:  # all of it is small
            return word
        return self._text[start:at] + self._text[at:end].translate(_SUPERSCRIPTS)

    def _is_lowered(self, start: int, at: int) -> bool:
        """Tell whether a character stands no higher than the first one of its word: CO₂."""
        raw = self._raw
        heights = []
        for place in (start, at):
            raw.FPDFText_GetCharOrigin(self._page, self._index(place), self._x, self._y)
            heights.append((self._x.value, self._y.value))
        (x0, y0), (x1, y1) = heights
        turned = abs(x1 - x0) < abs(y1 - y0)  # a word that runs up or down
        return not turned and y1 <= y0

    def _index(self, at: int) -> int:
        unit = self._units[at]
        if self._alike:
            return unit
        found: int = self._raw.FPDFText_GetCharIndexFromTextIndex(self._page, unit)
        return max(0, found)

    def _size(self, at: int) -> float:
        raw, index = self._raw, self._index(at)
        raw.FPDFText_GetMatrix(self._page, index, self._matrix)
        size: float = raw.FPDFText_GetFontSize(self._page, index)
        return abs(size) * math.hypot(self._matrix.b, self._matrix.d)

    def _is_bold(self, at: int) -> bool:
        raw, index = self._raw, self._index(at)
        if raw.FPDFText_GetFontWeight(self._page, index) >= _BOLD_WEIGHT:
            return True
        return bool(_BOLD.search(self._font(at)))

    def _font(self, at: int) -> bytes:
        name, flags = create_string_buffer(128), c_int()
        self._raw.FPDFText_GetFontInfo(self._page, self._index(at), name, len(name), byref(flags))
        return name.value

    def _edges(self, at: int, quarter: int) -> tuple[float, float]:
        """Return where a character begins and ends along its line."""
        box = self._box
        self._loose_box(self._page, self._index(at), self._box_at)
        if not quarter:
            return box.left, box.right
        match quarter:
            case 1:
                return box.bottom, box.top
            case 2:
                return -box.right, -box.left
            case _:
                return -box.top, -box.bottom

    def _place(self, at: int) -> _Place:
        raw, index = self._raw, self._index(at)
        raw.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        # The height of the box differs between fonts of the same size.
        size = self._size(at)
        angle = -raw.FPDFText_GetCharAngle(self._page, index)  # which counts clockwise
        x, y = self._x.value, self._y.value
        if not all(map(math.isfinite, (x, y, size, angle))):
            return _Place(0.0, 0.0, 0.0, 0.0, 0)
        quarter = round(angle / (math.pi / 2)) % 4
        slant = angle - round(angle / (math.pi / 2)) * math.pi / 2
        if abs(slant) > 0.1:
            along = x * math.cos(angle) + y * math.sin(angle)
            across = y * math.cos(angle) - x * math.sin(angle)
            return _Place(along, along + size / 2, across, size, -1)
        left, right = self._edges(at, quarter)
        if not (math.isfinite(left) and math.isfinite(right)):
            left = right = 0.0
        baseline = (y, -x, -y, x)[quarter]
        return _Place(left, right, baseline, size, quarter)


def _parted(letters: list[Letter], crossing: list[float], gap: float) -> Iterator[list[Letter]]:
    """Cut letters, from the left, where a vertical line is drawn between two words."""
    part = letters[:1]
    for before, after in pairwise(letters):
        if after.left - before.right > gap and any(
            before.right <= x <= after.left for x in crossing
        ):
            yield part
            part = []
        part.append(after)
    yield part
