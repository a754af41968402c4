"""Spaces between words that weren't read on a picture, found by the gaps between the letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

_MARGIN = 0.12  # of a line's height, above and below, where letters of others reach into it
_CONTRAST = 50  # of 255, at least, from paper to ink
_FAINT = 0.3  # of that contrast; thin strokes are fainter, what JPEG adds is less
_LEAST = 0.13  # heights; no space between words is narrower
_USUAL = 0.24  # heights; a space of a line in which none was read
# Of the spaces that were read, at least: those of a justified line are alike
_OF_SPACES = 0.75
_OF_LETTERS = 2.5  # times as wide as the gaps between letters, at least
_NEAR = 1.5  # letters that a gap may be from the space that was read for it
_FEWEST = 6  # letters of a line


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of a picture as it was read.

    Attributes:
        picture: Its pixels, upright.
        text: What it says.
        places: How far from the left each character is that is no space, in pixels.
    """

    picture: "Pixels"
    text: str
    places: tuple[float, ...]


def with_lost_spaces(
    lines: Sequence[ReadLine], read: "Callable[[list[Pixels]], Sequence[str]]"
) -> list[str]:
    """Return what lines say, with the spaces that they show and that weren't read.

    A line is cut where one must be, and its parts are read once more: only if they say the same
    is it taken.

    Args:
        lines: The lines.
        read: Returns what pictures of lines say.
    """
    found = [line.text for line in lines]
    parts: list[tuple[int, Pixels]] = []
    for number, line in enumerate(lines):
        cuts = _lost(line)
        edges = [0, *cuts, line.picture.shape[1]]
        parts += [(number, line.picture[:, a:b]) for a, b in pairwise(edges)] if cuts else []
    pieces_of: dict[int, list[str]] = {}
    texts = read([picture for _, picture in parts]) if parts else []
    for (number, _), text in zip(parts, texts, strict=True):
        pieces_of.setdefault(number, []).append(text.strip())
    for number, pieces in pieces_of.items():
        found[number] = _with_spaces(found[number], pieces)
    return found


def _with_spaces(text: str, pieces: Sequence[str]) -> str:
    """Return a line with a space between any two of its parts, if these say what it does.

    Figures that stand apart, as 1 does, are one number.
    """
    letters = [piece.replace(" ", "") for piece in pieces]
    if "".join(letters) != text.replace(" ", ""):
        return text
    ends = set(accumulate(map(len, letters)))
    found, at = "", 0
    for character in text:
        if character != " " and at in ends and found[-1:] != " ":
            found += "" if found[-1:].isdigit() and character.isdigit() else " "
        found += character
        at += character != " "
    return found


def _lost(line: ReadLine) -> list[int]:
    """Return where a line shows a space between words that wasn't read."""
    letters = line.text.replace(" ", "")
    if len(letters) < _FEWEST or len(letters) != len(line.places):
        return []
    if any("\u2e80" <= letter <= "\uffef" for letter in letters):  # which have none
        return []
    height = line.picture.shape[0]
    gaps = _gaps(line.picture)
    spaces = _spaces(line)
    step = (line.places[-1] - line.places[0]) / (len(letters) - 1)
    unused = list(gaps)
    used: list[tuple[int, int]] = []
    for space in spaces:  # each was read for the widest gap that is near
        near = [gap for gap in unused if abs((gap[0] + gap[1]) / 2 - space) <= _NEAR * step]
        if near:
            widest = max(near, key=lambda gap: gap[1] - gap[0])
            used.append(widest)
            unused.remove(widest)
    usual = median(b - a for a, b in used) if used else _USUAL * height
    small = [b - a for a, b in unused]
    between = median(small) if small else 0.0
    least = max(_LEAST * height, _OF_SPACES * usual, _OF_LETTERS * between)
    return [(a + b) // 2 for a, b in unused if b - a >= least]


def _spaces(line: ReadLine) -> list[float]:
    """Return where the spaces are that were read."""
    found: list[float] = []
    at = 0
    for before, after in pairwise(line.text):
        at += before != " "
        if after == " " and before != " " and at < len(line.places):
            found.append((line.places[at - 1] + line.places[at]) / 2)
    return found


def _gaps(picture: "Pixels") -> list[tuple[int, int]]:
    """Return the columns without ink between two with some, as begin and end."""
    import numpy as np

    height = picture.shape[0]
    margin = round(_MARGIN * height)
    rows = picture[margin : height - margin, :, 1]
    paper = float(np.median(rows))
    dark, light = (float(value) for value in np.percentile(rows, (1, 99)))
    contrast = max(paper - dark, light - paper)
    if contrast < _CONTRAST:
        return []
    ink = np.abs(rows - paper) > _FAINT * contrast
    inked = np.flatnonzero(ink.any(axis=0))
    ends = np.flatnonzero(np.diff(inked) > 1)
    return [(int(inked[at]) + 1, int(inked[at + 1])) for at in ends]
