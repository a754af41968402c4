"""Pages of what is written on pictures: the lines, in the order in which they are read."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from statistics import median
from typing import TYPE_CHECKING

from index.loading.loaders.known_writing import writing_on
from index.loading.loaders.ocr import LONGEST, Writing
from index.loading.loaders.pdf.aligned import is_prose
from index.loading.loaders.pdf.line_reader import hyphen_apart
from index.loading.loaders.pdf.lines import Line
from index.loading.loaders.pdf.pages import Page
from index.loading.loaders.text import clean, collapse

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

# Pixels for a point in which a page is drawn, at least and at most. In between it is drawn as it
# was scanned: of a page of 150 dots an inch that was drawn at 200, spaces between words were lost
_COARSE, _FINE = 100 / 72, 300 / 72
_LARGE = 0.3  # of a page that a picture covers, at least, to tell how it was scanned
_EM = 0.78  # heights of a line from its highest to its lowest letter, with what is left around it
_BASELINE = 0.3  # sizes that a baseline is below a line's middle
_ALIKE = 1.25  # times as high; lines of one font are found up to so different in height
_GUTTER = 0.6  # sizes, at least, between columns
_CROSSING = 0.3  # of the lines, at most, that go over a gutter: titles, notes
_DEEPEST = 3  # gutters within columns


def read_scan(page: "PdfPage") -> tuple[Writing, float]:
    """Return what is written on a page of a PDF that is a picture, and the points of a pixel."""
    scale = min(_scanned_at(page), LONGEST / max(page.get_size()))
    with closing(page.render(scale=scale)) as bitmap:
        return writing_on(bitmap.to_numpy()[:, :, :3].copy()), 1 / scale


def _scanned_at(page: "PdfPage") -> float:
    """Return how many pixels of its pictures there are for a point of a page."""
    from pypdfium2 import PdfiumError, raw

    width, height = page.get_size()
    found = 0.0
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        try:
            left, bottom, right, top = picture.get_bounds()
            across, down = sorted((right - left, top - bottom))
            if across * down >= _LARGE * width * height:
                found = max(found, max(picture.get_px_size()) / down)
        except PdfiumError:  # it can't be unpacked, and isn't drawn
            continue
    return min(max(found, _COARSE), _FINE)


def page_of(writing: Writing, points: float) -> Page:
    """Return a page with the lines of a picture.

    Args:
        writing: What is written on it.
        points: How long a pixel is.
    """
    sizes = _sizes([line.height * points * _EM for line in writing.lines])
    lines: list[Line] = []
    for line, size in zip(writing.lines, sizes, strict=True):
        baseline = (writing.height - line.middle) * points - _BASELINE * size
        text, broken = hyphen_apart(collapse(clean(line.text)))
        if text:
            left, right = line.left * points, line.right * points
            lines.append(Line(text, left, right, baseline, size, broken, turned=line.turned))
    upright = _in_columns([line for line in lines if not line.turned], _DEEPEST)
    turned = [line for line in lines if line.turned]
    wide = writing.width > writing.height
    return Page([*upright, *turned], [], [], [], pictures=1, is_wide=wide)


def _sizes(heights: Sequence[float]) -> list[float]:
    """Return the sizes of fonts: how high a line is found differs with its letters."""
    found: dict[float, float] = {}
    left = Counter(heights)
    while left:
        usual = median(left.elements())
        alike = [height for height in left if usual / _ALIKE <= height <= usual * _ALIKE]
        alike = alike or [min(left, key=lambda height: abs(height - usual))]
        size = median(height for height in left.elements() if height in set(alike))
        for height in alike:
            found[height] = size
            del left[height]
    return [found[height] for height in heights]


def _in_columns(lines: list[Line], deep: int) -> list[Line]:
    """Put lines that stand in rows in the order of their columns, where these are running text."""
    gutter = _gutter(lines) if deep else None
    if gutter is None:
        return lines
    ordered: list[Line] = []
    sides: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        if line.left < gutter < line.right:  # a title: what is beside each other ends above it
            ordered += _beside(sides, deep)
            sides = ([], [])
            ordered.append(line)
        else:
            sides[line.left >= gutter].append(line)
    return [*ordered, *_beside(sides, deep)]


def _beside(sides: tuple[list[Line], list[Line]], deep: int) -> list[Line]:
    return [line for side in sides for line in _in_columns(side, deep - 1)]


def _gutter(lines: list[Line]) -> float | None:
    """Return where two columns of running text are parted; None if there are none."""
    if len(lines) < 8:
        return None
    size = median(line.size for line in lines)
    best: tuple[int, float, float] | None = None
    for edge in sorted({line.right for line in lines}):
        beyond = [line.left for line in lines if line.left > edge]
        if not beyond:
            break
        middle = (edge + min(beyond)) / 2
        crossing = sum(line.left < middle < line.right for line in lines)
        width = min(beyond) - edge
        if width < _GUTTER * size or crossing > _CROSSING * len(lines):
            continue
        if best is None or (crossing, -width) < best[:2]:
            best = (crossing, -width, middle)
    if best is None:
        return None
    middle = best[2]
    for side in (
        [line for line in lines if line.right < middle],
        [line for line in lines if line.left > middle],
    ):
        if not side:
            return None
        strip = min(line.left for line in side), max(line.right for line in side)
        if not is_prose(side, strip) and not _is_wide_prose(side, strip):
            return None
    return middle


def _is_wide_prose(lines: Sequence[Line], strip: tuple[float, float]) -> bool:
    """Tell whether lines of Chinese or Japanese, which have no spaces, are running text."""
    width = strip[1] - strip[0]
    long = [line for line in lines if line.right - line.left > 0.7 * width and len(line.text) > 8]
    wide = sum(not line.text.isascii() and " " not in line.text for line in long)
    return len(lines) >= 4 and len(long) > 0.6 * len(lines) and wide > 0.6 * len(long)
